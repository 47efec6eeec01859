"""Great circles on the globe of surface normals, as the legs of a route run; math and NumPy, no kernels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from openiads.constants import MEAN_EARTH_RADIUS_M
from openiads.units import Point

if TYPE_CHECKING:
    import numpy as np


def away(point: Point, bearing_rad: float, distance_m: float) -> Point:
    """The point so far along a great circle that leaves at a bearing (clockwise from north)."""
    lat, lon = math.radians(point.lat_deg), math.radians(point.lon_deg)
    arc = distance_m / MEAN_EARTH_RADIUS_M
    sin_lat = math.sin(lat) * math.cos(arc) + math.cos(lat) * math.sin(arc) * math.cos(bearing_rad)
    east = math.sin(bearing_rad) * math.sin(arc) * math.cos(lat)
    lon += math.atan2(east, math.cos(arc) - math.sin(lat) * sin_lat)
    lon_deg = (math.degrees(lon) + 540.0) % 360.0 - 180.0
    return Point(math.degrees(math.asin(max(-1.0, min(1.0, sin_lat)))), lon_deg)


def bearing_rad(start: Point, end: Point) -> float:
    """The bearing at which the great circle from one point to another leaves."""
    lat, to_lat = math.radians(start.lat_deg), math.radians(end.lat_deg)
    turn = math.radians(end.lon_deg - start.lon_deg)
    north = math.cos(lat) * math.sin(to_lat) - math.sin(lat) * math.cos(to_lat) * math.cos(turn)
    return math.atan2(math.sin(turn) * math.cos(to_lat), north)


def abreast(route: list[Point], across_m: float) -> list[Point]:
    """A route moved to the right: each point across the leg that ends there, the first across the first leg."""
    moved = []
    for n, point in enumerate(route):
        start, end = (route[n - 1], point) if n else (point, route[1])
        moved.append(away(point, bearing_rad(start, end) + 0.5 * math.pi, across_m))
    return moved


def between(start: Point, end: Point, step_m: float) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], float]:
    """Points along a great circle, both ends included, no further apart than a step.

    Returns:
        Latitudes and longitudes (degrees) and the length (m).
    """
    import numpy as np

    ends = np.array([_normal(start), _normal(end)])
    arc = float(np.arctan2(np.linalg.norm(np.cross(ends[0], ends[1])), ends[0] @ ends[1]))
    length_m = arc * MEAN_EARTH_RADIUS_M
    share = np.linspace(0.0, 1.0, max(math.ceil(length_m / step_m), 1) + 1)[:, None]
    if arc < 1e-9:
        normals = ends[0] + share * (ends[1] - ends[0])
    else:
        normals = (np.sin((1.0 - share) * arc) * ends[0] + np.sin(share * arc) * ends[1]) / np.sin(arc)
    x, y, z = normals.T
    return np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x)), length_m


def _normal(point: Point) -> tuple[float, float, float]:
    lat, lon = math.radians(point.lat_deg), math.radians(point.lon_deg)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
