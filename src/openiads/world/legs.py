"""Routes become legs: great circles between points, joined by arcs of the turn radius, all circles of one law."""

from __future__ import annotations

from dataclasses import dataclass
from math import acos, atan2, cos, pi, radians, sin, sqrt, tan
from typing import Any

import numpy as np

from openiads.constants import MEAN_EARTH_RADIUS_M, STANDARD_GRAVITY_MPS2, TICKS_PER_SECOND
from openiads.physics.earth import ecef, surface_normal
from openiads.units import Point
from openiads.vec3 import Vec3, add, cross, dot, norm, scale, step, sub, unit
from openiads.world.tables import LEG

BANK_RAD = radians(30.0)  # of a turn at a waypoint, assumed
TURN_LEAST_RAD = radians(0.5)  # smaller course changes are made on the spot
CUT_SHARE = 0.45  # of a leg that a turn may take at either end


@dataclass(frozen=True)
class Waypoint:
    """A point of a route: surface normal, height (m) and the speed (m/s) flown from it on.

    ``clearance_m`` is the height above the ground where that is what was asked for, and the height follows from it.
    """

    normal: Vec3
    height_m: float
    speed_mps: float
    clearance_m: float | None = None


def waypoint(point: Point, height_m: float, speed_mps: float, clearance_m: float | None = None) -> Waypoint:
    """A waypoint at a latitude and longitude."""
    normal = surface_normal(radians(point.lat_deg), radians(point.lon_deg))
    return Waypoint(normal, height_m, speed_mps, clearance_m)


def offset(point: Point, bearing_rad: float, distance_m: float) -> Point:
    """The point at a distance along a bearing (spherical)."""
    start = surface_normal(radians(point.lat_deg), radians(point.lon_deg))
    east, north = horizon(start)
    heading = add(scale(north, cos(bearing_rad)), scale(east, sin(bearing_rad)))
    angle = distance_m / MEAN_EARTH_RADIUS_M
    end = add(scale(start, cos(angle)), scale(heading, sin(angle)))
    return Point(float(np.degrees(atan2(end.z, sqrt(end.x**2 + end.y**2)))), float(np.degrees(atan2(end.y, end.x))))


def horizon(normal: Vec3) -> tuple[Vec3, Vec3]:
    """Unit east and north at a surface normal."""
    east = unit(cross(Vec3(0.0, 0.0, 1.0), normal))
    return east, cross(normal, east)


@dataclass(frozen=True)
class _Arc:
    """Part of a circle that the surface normal runs on: its axis, where it begins and ends, and its angular radius."""

    axis: Vec3
    begin: Vec3
    end: Vec3
    radius_rad: float
    left: bool


def build_legs(points: list[Waypoint]) -> Any:
    """The legs of a route as LEG rows; ticks count from the moment it leaves the first point."""
    turns = [_turn(points, n) for n in range(len(points))]
    rows: list[np.ndarray[Any, Any]] = []
    tick = 0
    for n in range(len(points) - 1):
        here, there = points[n], points[n + 1]
        before, after = turns[n], turns[n + 1]
        begin = before.end if before else here.normal
        end = after.begin if after else there.normal
        straight = _Arc(unit(cross(here.normal, there.normal)), begin, end, 0.5 * pi, True)
        tick = _add(rows, tick, straight, (here.height_m, there.height_m), here.speed_mps)
        if after:
            tick = _add(rows, tick, after, (there.height_m, there.height_m), there.speed_mps)
    return np.array(rows, dtype=LEG) if rows else np.zeros(0, LEG)


def _turn(points: list[Waypoint], n: int) -> _Arc | None:
    """The arc at waypoint n, or None where the course hardly changes or nothing follows."""
    if n == 0 or n == len(points) - 1:
        return None
    before, here, after = points[n - 1].normal, points[n].normal, points[n + 1].normal
    inbound = unit(cross(before, here))
    outbound = unit(cross(here, after))
    change = acos(min(max(dot(inbound, outbound), -1.0), 1.0))
    if change < TURN_LEAST_RAD or change > pi - TURN_LEAST_RAD:
        return None
    shortest = min(norm(sub(here, before)), norm(sub(after, here))) * CUT_SHARE
    wished = points[n].speed_mps ** 2 / (STANDARD_GRAVITY_MPS2 * tan(BANK_RAD)) / MEAN_EARTH_RADIUS_M
    radius = min(wished, shortest / tan(0.5 * change))
    left = dot(cross(inbound, outbound), here) > 0.0
    centre = _centre(inbound, outbound, here, radius if left else -radius)
    begin = unit(step(centre, inbound, -dot(centre, inbound)))
    end = unit(step(centre, outbound, -dot(centre, outbound)))
    return _Arc(centre, begin, end, radius, left)


def _centre(inbound: Vec3, outbound: Vec3, near: Vec3, side_rad: float) -> Vec3:
    """The point at an angular distance to the left (positive) of both great circles, near a waypoint."""
    together = dot(inbound, outbound)
    share = sin(side_rad) / (1.0 + together)
    along = unit(cross(inbound, outbound))
    along = along if dot(along, near) > 0.0 else scale(along, -1.0)
    inside = scale(add(inbound, outbound), share)
    return add(inside, scale(along, sqrt(max(1.0 - dot(inside, inside), 0.0))))


def _add(rows: list[Any], tick: int, arc: _Arc, heights: tuple[float, float], speed_mps: float) -> int:
    """Append the leg along an arc, from one height to another (m); returns the tick of its end."""
    axis, radius_rad = arc.axis, arc.radius_rad
    from_axis = unit(step(arc.begin, axis, -dot(arc.begin, axis)))
    to_end = unit(step(arc.end, axis, -dot(arc.end, axis)))
    along = cross(axis, from_axis) if arc.left else cross(from_axis, axis)
    angle = atan2(dot(to_end, along), dot(to_end, from_axis)) % (2.0 * pi)
    length_m = _length_m(axis, from_axis, along, radius_rad, angle, 0.5 * sum(heights))
    span_ticks = max(round(length_m / speed_mps * TICKS_PER_SECOND), 1)
    row = np.zeros((), LEG)
    row["axis"], row["from_axis"], row["along"] = axis, from_axis, along
    row["cos_radius"] = 0.0 if radius_rad == 0.5 * pi else cos(radius_rad)
    row["sin_radius"] = sin(radius_rad)
    row["rate_radps"] = angle * TICKS_PER_SECOND / span_ticks
    row["height_m"] = heights[0]
    row["climb_mps"] = (heights[1] - heights[0]) * TICKS_PER_SECOND / span_ticks
    row["start_tick"], row["end_tick"] = tick, tick + span_ticks
    rows.append(row)
    return tick + span_ticks


def _length_m(axis: Vec3, from_axis: Vec3, along: Vec3, radius_rad: float, angle: float, height_m: float) -> float:
    """Length of a leg at a height: chords of the ellipsoid, 16 of them, each taken as an arc."""
    total_m = 0.0
    parts = 16
    before = None
    for n in range(parts + 1):
        part = angle * n / parts
        flat = add(scale(from_axis, cos(part)), scale(along, sin(part)))
        centre = scale(axis, cos(radius_rad) if radius_rad < 1.5 else 0.0)
        place = ecef(add(scale(flat, sin(radius_rad)), centre), height_m)
        if before is not None:
            chord_m = norm(sub(place, before))
            bend = angle * sin(radius_rad) / parts
            total_m += chord_m * (1.0 + bend * bend / 24.0)
        before = place
    return total_m
