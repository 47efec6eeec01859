"""Raids and flights become target rows: legs, burnout states, released children, plans and jammers."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import pi
from typing import Any

import numpy as np

from openiads.catalog.models import TARGET_GROUPS, TargetClass
from openiads.enums import EmitterKind, Motion, TargetGroup
from openiads.physics.earth import ecef
from openiads.scenario.load import Scenario, aim_of, resolve
from openiads.scenario.schema import Flight, Flyer, Jammer, Raid
from openiads.units import Point
from openiads.vec3 import norm, scale, sub
from openiads.world.ballistic import BURNOUT_HEIGHT_M, burnout_velocity
from openiads.world.legs import Waypoint, bearing, build_legs, offset, waypoint
from openiads.world.names import name_hash
from openiads.world.rows import Frame, height_m, speed_mps, ticks

HOMING_GROUPS = ("anti_radiation", "glide_bomb")


@dataclass
class TargetRows:
    """Rows of all that flies while they are gathered."""

    targets: list[dict[str, Any]] = field(default_factory=list)
    legs: list[Any] = field(default_factory=list)
    plans: list[dict[str, Any]] = field(default_factory=list)
    plan_points: list[dict[str, Any]] = field(default_factory=list)
    jammers: list[dict[str, Any]] = field(default_factory=list)
    roster: list[dict[str, Any]] = field(default_factory=list)

    def add_legs(self, legs: Any) -> dict[str, int]:
        """Append legs; returns the fields of the target that flies them."""
        first = sum(len(part) for part in self.legs)
        self.legs.append(legs)
        return {"first_leg": first, "leg_count": len(legs)}


@dataclass(frozen=True)
class Places:
    """Where things are that targets aim at: rows of assets and radars by name, assets' ECEF positions."""

    asset_rows: dict[str, int]
    asset_ecef_m: list[Any]
    radar_rows: dict[tuple[str, str], int]


@dataclass(frozen=True)
class _Setting:
    """What every flyer's rows are made from: the scenario, its frame, and where the things are that they aim at."""

    scenario: Scenario
    frame: Frame
    places: Places

    def kind(self, name: str) -> TargetClass:
        """A class of the catalog."""
        return self.scenario.catalog.targets[name]

    def side(self, name: str) -> int:
        """The row number of a side."""
        return [side.name for side in self.scenario.file.sides].index(name)


def add_targets(scenario: Scenario, frame: Frame, places: Places) -> TargetRows:
    """Gather the rows of every raid and flight, parents before their children."""
    rows = TargetRows()
    given = _Setting(scenario, frame, places)
    for raid in scenario.file.raids:
        for element in range(raid.count):
            _add_element(rows, raid, element, given)
    for flight in scenario.file.flights:
        _add_flight(rows, flight, given)
    return rows


def _class_fields(name: str, side: str, given: _Setting) -> dict[str, Any]:
    """The TARGET fields that follow from the class and the side."""
    kind = given.kind(name)
    return {
        "class_row": list(given.scenario.catalog.targets).index(name),
        "group": TargetGroup(TARGET_GROUPS.index(kind.group)), "side": given.side(side),
        "swerling": int(kind.swerling.value), "rcs_nose_m2": kind.rcs_nose.value, "rcs_beam_m2": kind.rcs_beam.value,
        "rcs_tail_m2": kind.rcs_tail.value, "speed_mps": kind.speed.value,
        "load_factor_max_mps2": kind.load_factor_max.value,
        "ballistic_coefficient_kgpm2": kind.ballistic_coefficient.value, "cruise_height_m": kind.altitude.value,
        "damage": kind.damage.value, "cep_m": kind.cep.value, "vulnerability": kind.vulnerability.value, "parent": -1,
        "aim_asset": -1, "aim_emitter": -1, "code": -1, "plan": -1,
    }  # fmt: skip


def _route(flyer: Flyer, given: _Setting, across_m: float = 0.0) -> list[Waypoint]:
    """The waypoints of a route, moved sideways for an element of a formation."""
    kind = given.kind(flyer.class_)
    points = [resolve(where, given.scenario.catalog) for where in flyer.route]
    if across_m:
        points = _abreast(points, across_m)
    heights = [height_m(altitude) for altitude in flyer.altitudes] or [
        height_m(flyer.altitude) if flyer.altitude else kind.altitude.value
    ] * len(points)
    speeds = [speed_mps(flyer.speed, height) if flyer.speed else kind.speed.value for height in heights]
    return [waypoint(point, height, speed) for point, height, speed in zip(points, heights, speeds, strict=True)]


def _abreast(points: list[Point], across_m: float) -> list[Point]:
    moved = []
    for n, point in enumerate(points):
        start, end = (points[n - 1], point) if n else (point, points[1])
        moved.append(offset(point, bearing(start, end) + 0.5 * pi, across_m))
    return moved


def _add_element(rows: TargetRows, raid: Raid, element: int, given: _Setting) -> None:
    kind = given.kind(raid.class_)
    name = f"{raid.name}-{element + 1}"
    row = _class_fields(raid.class_, raid.side, given) | {
        "name_hash": name_hash("raids", raid.name, element), "start_tick": ticks(raid.start + element * raid.interval),
        "jitter_tick": ticks(raid.jitter), "repeats": int(raid.repeat),
    }  # fmt: skip
    row |= _transponder(raid)
    if raid.aim:
        row |= _aim(raid.aim, given)
    waypoints = _route(raid, given, (element - 0.5 * (raid.count - 1)) * raid.spacing)
    row["cruise_height_m"] = waypoints[0].height_m
    row["speed_mps"] = waypoints[0].speed_mps
    if raid.motion == "ballistic":
        row |= _free_fall(waypoints, kind, row)
    elif raid.aim and kind.group in HOMING_GROUPS:
        row |= _homing_start(waypoints)
    else:
        row |= {"motion": Motion.ROUTE} | rows.add_legs(build_legs(waypoints))
    parent = len(rows.targets)
    rows.targets.append(row)
    rows.roster.append(_roster(parent, name, raid.class_, kind.group, raid.side))
    if raid.jammer is not None:
        rows.jammers.append(_jammer(raid.jammer, name_hash("jammers", raid.name, element), row["side"], parent))
    for load in range(len(raid.release)):
        _add_released(rows, raid, load, (parent, name), given)


def _jammer(jammer: Jammer, named: int, side: int, target: int) -> dict[str, Any]:
    """The EMITTER row of a jammer that rides on a target."""
    return {
        "name_hash": named, "kind": EmitterKind.JAMMER, "side": side, "platform": -1, "target": target, "alive": 1,
        "on": 0, "density_wphz": jammer.power * 10.0 ** (jammer.gain / 10.0) / jammer.bandwidth,
    }  # fmt: skip


def _roster(row: int, name: str, kind: str, group: str, side: str, parent: int = -1) -> dict[str, Any]:
    return {"table": "targets", "row": row, "name": name, "kind": kind, "group": group, "side": side, "parent": parent}


def _aim(aim: str, given: _Setting) -> dict[str, Any]:
    """The aim fields: an asset's row, or a radar's row and that of the radar as an asset."""
    places = given.places
    found = aim_of(aim, given.scenario.file, given.scenario.catalog)
    emitter = places.radar_rows[found.unit, found.radar] if found.unit and found.radar else -1
    asset = places.asset_rows[found.asset or f"{found.unit}.{found.radar}"]
    return {"aim_asset": asset, "aim_emitter": emitter, "aim_ecef_m": places.asset_ecef_m[asset]}


def _transponder(flyer: Flyer) -> dict[str, Any]:
    answer = flyer.transponder
    if answer is None or not answer.on:
        return {"replies": 0, "mode_4": 0, "code": -1}
    return {"replies": 1, "mode_4": int(answer.mode_4), "code": int(answer.code, 8)}


def _free_fall(waypoints: list[Waypoint], kind: TargetClass, row: dict[str, Any]) -> dict[str, Any]:
    """Burnout over the launch point with the velocity that falls on the aim."""
    start = ecef(waypoints[0].normal, max(waypoints[0].height_m, BURNOUT_HEIGHT_M))
    end = row.get("aim_ecef_m", ecef(waypoints[-1].normal, 0.0))
    velocity, _ = burnout_velocity(start, waypoints[0].normal, end, kind.ballistic_coefficient.value)
    return {"motion": Motion.BALLISTIC, "start_ecef_m": start, "start_vel_ecef_mps": velocity}


def _homing_start(waypoints: list[Waypoint]) -> dict[str, Any]:
    """A weapon that is already on its way: at the first point, at its speed towards the second."""
    start = ecef(waypoints[0].normal, waypoints[0].height_m)
    ahead = sub(ecef(waypoints[1].normal, waypoints[0].height_m), start)
    return {
        "motion": Motion.HOMING, "start_ecef_m": start,
        "start_vel_ecef_mps": scale(ahead, waypoints[0].speed_mps / norm(ahead)),
    }  # fmt: skip


def _add_released(rows: TargetRows, raid: Raid, load: int, carrier: tuple[int, str], given: _Setting) -> None:
    """Children spawn where their parent passes the release point; the tick counts from the parent's start.

    ``load`` says which of the raid's releases; ``carrier`` is the parent's row number and name.
    """
    release = raid.release[load]
    before = sum(row.count for row in raid.release[:load] if row.class_ == release.class_)
    parent, carried_by = carrier
    at_tick = _passing_tick(rows, parent, release.at_waypoint)
    for ordinal in range(release.count):
        row = _class_fields(release.class_, raid.side, given) | _aim(release.aim, given)
        row |= {
            "name_hash": name_hash(carried_by, release.class_, before + ordinal), "motion": Motion.HOMING,
            "parent": parent, "start_tick": at_tick + ticks(ordinal * release.interval),
        }  # fmt: skip
        child = len(rows.targets)
        name = f"{carried_by}.{release.class_}-{before + ordinal + 1}"
        rows.targets.append(row)
        rows.roster.append(_roster(child, name, release.class_, given.kind(release.class_).group, raid.side, parent))


def _passing_tick(rows: TargetRows, parent: int, point: int) -> int:
    """When the parent passes a point of its route: the end of the straight leg towards it."""
    row = rows.targets[parent]
    if point == 1 or "first_leg" not in row:
        return 0
    legs = np.concatenate(rows.legs)[row["first_leg"] : row["first_leg"] + row["leg_count"]]
    straight = [leg for leg in legs if leg["cos_radius"] == 0.0]
    return int(straight[point - 2]["end_tick"])


def _add_flight(rows: TargetRows, flight: Flight, given: _Setting) -> None:
    waypoints = _route(flight, given)
    legs = build_legs(waypoints)
    row = _class_fields(flight.class_, flight.side, given) | _transponder(flight) | rows.add_legs(legs) | {
        "name_hash": name_hash("flights", flight.callsign), "motion": Motion.ROUTE, "start_tick": ticks(flight.start),
        "jitter_tick": ticks(flight.jitter), "repeats": int(flight.repeat),
    }  # fmt: skip
    if flight.plan is not None:
        row["plan"] = len(rows.plans)
        _add_plan(rows, flight, waypoints, legs, given)
    rows.roster.append(
        _roster(len(rows.targets), flight.callsign, flight.class_, given.kind(flight.class_).group, flight.side)
    )
    rows.targets.append(row)


def _add_plan(rows: TargetRows, flight: Flight, waypoints: list[Waypoint], legs: Any, given: _Setting) -> None:
    """The plan as filed: the route's points with the times at which the flight is due, without jitter."""
    assert flight.plan is not None
    straight = [leg for leg in legs if leg["cos_radius"] == 0.0]
    due = [0, *(int(leg["end_tick"]) for leg in straight)]
    rows.plans.append(
        {
            "code": int(flight.plan.code, 8), "first_point": len(rows.plan_points), "point_count": len(waypoints),
            "filed": int(flight.plan.filed), "known_tick": ticks(flight.plan.delay),
        }
    )  # fmt: skip
    for where, point, tick in zip(flight.route, waypoints, due, strict=True):
        pos_m = given.frame.ecef_m(resolve(where, given.scenario.catalog), point.height_m)
        rows.plan_points.append({"pos_enu_m": given.frame.enu_m(pos_m), "tick": ticks(flight.start) + tick})
