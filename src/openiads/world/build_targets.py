"""Raids and flights become target rows: legs, burnout states, released children, plans and jammers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from openiads.catalog.errors import InputError
from openiads.catalog.models import TARGET_GROUPS, TargetClass
from openiads.constants import NEVER
from openiads.enums import EmitterKind, Motion, TargetGroup
from openiads.physics.earth import ecef, height_of
from openiads.scenario.geometry import abreast
from openiads.scenario.ground import altitudes_of, ground_height_m
from openiads.scenario.load import Scenario, aim_of, resolve
from openiads.scenario.schema import Flight, Flyer, Jammer, Raid, Transponder
from openiads.vec3 import Vec3, norm, scale, sub
from openiads.world.ballistic import Booster, Launch, shoot
from openiads.world.following import Route, fly_over
from openiads.world.legs import Waypoint, waypoint
from openiads.world.names import name_hash
from openiads.world.rows import Frame, mode_mask, speed_mps, ticks

HOMING_GROUPS = ("anti_radiation", "glide_bomb")


@dataclass
class TargetRows:
    """Rows of all that flies while they are gathered."""

    targets: list[dict[str, Any]] = field(default_factory=list)
    legs: list[Any] = field(default_factory=list)
    plans: list[dict[str, Any]] = field(default_factory=list)
    plan_points: list[dict[str, Any]] = field(default_factory=list)
    transponders: list[dict[str, Any]] = field(default_factory=list)
    emitters: list[dict[str, Any]] = field(default_factory=list)
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
        "aim_asset": -1, "aim_emitter": -1, "transponder": -1, "plan": -1,
    }  # fmt: skip


def _route(flyer: Flyer, given: _Setting, across_m: float = 0.0) -> list[Waypoint]:
    """The waypoints of a route, moved sideways for an element of a formation."""
    kind, scenario = given.kind(flyer.class_), given.scenario
    points = [resolve(where, scenario.catalog) for where in flyer.route]
    if across_m:
        points = abreast(points, across_m)
    made = []
    for point, altitude in zip(points, altitudes_of(flyer, scenario.catalog), strict=True):
        height = ground_height_m(scenario.terrain, point, altitude)
        speed = speed_mps(flyer.speed, height) if flyer.speed else kind.speed.value
        made.append(waypoint(point, height, speed, altitude.value_m if altitude.above_ground else None))
    return made


def _flown(name: str, waypoints: list[Waypoint], given: _Setting, ends_at_aim: bool = False) -> Route:
    """The legs of a route over the ground.

    Raises:
        InputError: it leads below the ground, in a turn or on a leg.
    """
    route = fly_over(waypoints, given.scenario.terrain, ends_at_aim)
    if route.buried is not None:
        raise InputError(given.scenario.path, f"leads {name} below the ground: {route.buried}")
    return route


def _add_element(rows: TargetRows, raid: Raid, element: int, given: _Setting) -> None:
    kind = given.kind(raid.class_)
    name = f"{raid.name}-{element + 1}"
    row = _class_fields(raid.class_, raid.side, given) | {
        "name_hash": name_hash("raids", raid.name, element), "start_tick": ticks(raid.start + element * raid.interval),
        "jitter_tick": ticks(raid.jitter), "repeats": int(raid.repeat),
    }  # fmt: skip
    if raid.aim:
        row |= _aim(raid.aim, given)
    waypoints = _route(raid, given, (element - 0.5 * (raid.count - 1)) * raid.spacing)
    row["cruise_height_m"] = waypoints[0].height_m
    row["speed_mps"] = waypoints[0].speed_mps
    due: tuple[int, ...] = ()
    if raid.motion == "ballistic":
        row |= _free_fall(raid, name, waypoints[0].normal, row, given)
    elif raid.aim and kind.group in HOMING_GROUPS:
        row |= _homing_start(waypoints)
    else:
        route = _flown(name, waypoints, given, raid.aim is not None)
        row |= {"motion": Motion.ROUTE} | rows.add_legs(route.legs)
        due = route.due_tick
    parent = len(rows.targets)
    rows.targets.append(row)
    rows.roster.append(_roster(parent, name, raid.class_, kind.group, raid.side))
    if raid.jammer is not None:
        rows.emitters.append(_jammer(raid.jammer, name_hash("jammers", raid.name, element), row["side"], parent))
    _add_electronics(rows, raid, row, given)
    for load in range(len(raid.release)):
        at_waypoint = raid.release[load].at_waypoint
        end_tick = int(rows.legs[-1][-1]["end_tick"]) if due and not raid.repeat else None
        carrier = _Carrier(parent, name, due[at_waypoint - 1] if due else 0, end_tick)
        _add_released(rows, raid, load, carrier, given)


def _jammer(jammer: Jammer, named: int, side: int, target: int) -> dict[str, Any]:
    """The EMITTER row of a jammer that rides on a target."""
    erp_w = jammer.power * 10.0 ** (jammer.gain / 10.0)
    return {
        "name_hash": named, "kind": EmitterKind.JAMMER, "side": side, "platform": -1, "target": target, "alive": 1,
        "on": 0, "density_wphz": erp_w / jammer.bandwidth, "erp_w": erp_w,
    }  # fmt: skip


def _add_electronics(rows: TargetRows, flyer: Flyer, target: dict[str, Any], given: _Setting) -> None:
    """The transponder and the radar of the target just appended."""
    named, t = target["name_hash"], len(rows.targets) - 1
    answer, kind = flyer.transponder, given.kind(flyer.class_)
    if answer is not None and answer.on:
        target["transponder"] = len(rows.transponders)
        rows.transponders.append(_transponder(answer) | {"target": t, "name_hash": named})
    if flyer.radar_on and kind.emitter_erp is not None and kind.emitter_frequency is not None:
        rows.emitters.append(
            {
                "name_hash": name_hash("airborne", named), "kind": EmitterKind.AIRBORNE, "side": target["side"],
                "platform": -1, "target": t, "alive": 1, "on": 0, "erp_w": kind.emitter_erp.value,
                "frequency_hz": kind.emitter_frequency.value,
            }
        )  # fmt: skip


def _transponder(answer: Transponder) -> dict[str, Any]:
    """The TRANSPONDER fields of what it answers."""
    return {
        "modes": mode_mask(answer.all_modes), "code": int(answer.code, 8),
        "code_1": _octal(answer.code_1), "code_2": _octal(answer.code_2),
        "address": -1 if answer.address is None else int(answer.address, 16),
        "reply_probability": answer.reply_probability, "altitude_fault_m": answer.altitude_fault,
        "mode_4_expired": int(answer.mode_4_expired),
    }  # fmt: skip


def _octal(code: str | None) -> int:
    return -1 if code is None else int(code, 8)


def _roster(row: int, name: str, kind: str, group: str, side: str, parent: int = -1) -> dict[str, Any]:
    return {"table": "targets", "row": row, "name": name, "kind": kind, "group": group, "side": side, "parent": parent}


def _aim(aim: str, given: _Setting) -> dict[str, Any]:
    """The aim fields: an asset's row, or a radar's row and that of the radar as an asset."""
    places = given.places
    found = aim_of(aim, given.scenario.file, given.scenario.catalog)
    emitter = places.radar_rows[found.unit, found.radar] if found.unit and found.radar else -1
    asset = places.asset_rows[found.asset or f"{found.unit}.{found.radar}"]
    return {"aim_asset": asset, "aim_emitter": emitter, "aim_ecef_m": places.asset_ecef_m[asset]}


def _free_fall(raid: Raid, name: str, normal: Vec3, row: dict[str, Any], given: _Setting) -> dict[str, Any]:
    """Burnout on the way from the launch point to the aim, as long after the start as the motor burns.

    Raises:
        InputError: the class cannot fly so far, or not so near.
    """
    kind = given.kind(raid.class_)
    assert kind.boost_time is not None  # scenario/check.py
    stated = raid.altitude is not None or bool(raid.altitudes)
    launch_m = max(row["cruise_height_m"] if stated else 0.0, height_of(_ground_ecef_m(raid, 0, given)))
    end = row.get("aim_ecef_m", _ground_ecef_m(raid, -1, given))
    booster = Booster(kind.ballistic_coefficient.value, kind.boost_time.value, kind.speed_max.value)
    try:
        state = shoot(Launch(ecef(normal, launch_m), normal, end), booster)
    except ValueError as error:
        raise InputError(given.scenario.path, f"sends {name} ({raid.class_}) where it cannot fly: {error}") from None
    return {
        "motion": Motion.BALLISTIC, "start_ecef_m": state.pos_ecef_m, "start_vel_ecef_mps": state.vel_ecef_mps,
        "ground_m": height_of(end), "start_tick": row["start_tick"] + ticks(booster.boost_s),
        "cruise_height_m": height_of(state.pos_ecef_m), "speed_mps": norm(state.vel_ecef_mps),
    }  # fmt: skip


def _ground_ecef_m(raid: Raid, end: int, given: _Setting) -> Vec3:
    """The ground at the first or the last point of a route, ECEF."""
    place = resolve(raid.route[end], given.scenario.catalog)
    return given.frame.ecef_m(place, float(given.scenario.terrain.height_m(place.lat_deg, place.lon_deg)))


def _homing_start(waypoints: list[Waypoint]) -> dict[str, Any]:
    """A weapon that is already on its way: at the first point, at its speed towards the second."""
    start = ecef(waypoints[0].normal, waypoints[0].height_m)
    ahead = sub(ecef(waypoints[1].normal, waypoints[0].height_m), start)
    return {
        "motion": Motion.HOMING, "start_ecef_m": start,
        "start_vel_ecef_mps": scale(ahead, waypoints[0].speed_mps / norm(ahead)),
    }  # fmt: skip


@dataclass(frozen=True)
class _Carrier:
    """What releases a weapon: its row number, its name, when it passes the point of release and when its route ends."""

    row: int
    name: str
    release_tick: int
    end_tick: int | None

    def at_tick(self, raid: Raid, load: int, ordinal: int) -> int:
        """When it lets a weapon go.

        Raises:
            InputError: its route has ended by then.
        """
        release = raid.release[load]
        tick = self.release_tick + ticks(ordinal * release.interval)
        if self.end_tick is None or tick < self.end_tick:
            return tick
        raise InputError(
            f"raid {raid.name}",
            f"weapon {ordinal + 1} of {release.count} would be released {tick / 1e3:.0f} s after the start, when the "
            f"route of {self.name} has ended at {self.end_tick / 1e3:.0f} s; shorten the interval, or release earlier",
            f"raids.{raid.name}.release[{load}].interval",
        )


def _add_released(rows: TargetRows, raid: Raid, load: int, carrier: _Carrier, given: _Setting) -> None:
    """Children spawn where their parent passes the release point; the tick counts from the parent's start.

    ``load`` says which of the raid's releases.
    """
    release = raid.release[load]
    before = sum(row.count for row in raid.release[:load] if row.class_ == release.class_)
    parent, carried_by = carrier.row, carrier.name
    for ordinal in range(release.count):
        row = _class_fields(release.class_, raid.side, given) | _aim(release.aim, given)
        row |= {
            "name_hash": name_hash(carried_by, release.class_, before + ordinal), "motion": Motion.HOMING,
            "parent": parent, "start_tick": carrier.at_tick(raid, load, ordinal),
        }  # fmt: skip
        child = len(rows.targets)
        name = f"{carried_by}.{release.class_}-{before + ordinal + 1}"
        rows.targets.append(row)
        rows.roster.append(_roster(child, name, release.class_, given.kind(release.class_).group, raid.side, parent))


def _add_flight(rows: TargetRows, flight: Flight, given: _Setting) -> None:
    waypoints = _route(flight, given)
    route = _flown(flight.callsign, waypoints, given)
    row = _class_fields(flight.class_, flight.side, given) | rows.add_legs(route.legs) | {
        "name_hash": name_hash("flights", flight.callsign), "motion": Motion.ROUTE, "start_tick": ticks(flight.start),
        "jitter_tick": ticks(flight.jitter), "repeats": int(flight.repeat),
    }  # fmt: skip
    if flight.plan is not None or flight.callsign in {notice.flight for notice in given.scenario.file.notices}:
        row["plan"] = len(rows.plans)
        _add_plan(rows, flight, waypoints, route.due_tick, given)
    rows.roster.append(
        _roster(len(rows.targets), flight.callsign, flight.class_, given.kind(flight.class_).group, flight.side)
    )
    rows.targets.append(row)
    _add_electronics(rows, flight, row, given)


def _add_plan(
    rows: TargetRows, flight: Flight, waypoints: list[Waypoint], due: tuple[int, ...], given: _Setting
) -> None:
    """The plan as filed: the route's points with the times at which the flight is due, without jitter.

    A flight without a plan that a notice announces has one that nobody has filed: the notice alone tells its route.
    """
    plan: dict[str, Any] = {"code": -1, "filed": 0, "known_tick": NEVER}
    if flight.plan is not None:
        plan = {
            "code": int(flight.plan.code, 8), "filed": int(flight.plan.filed), "known_tick": ticks(flight.plan.delay),
        }  # fmt: skip
    rows.plans.append(plan | {"first_point": len(rows.plan_points), "point_count": len(waypoints)})
    for where, point, tick in zip(flight.route, waypoints, due, strict=True):
        pos_m = given.frame.ecef_m(resolve(where, given.scenario.catalog), point.height_m)
        rows.plan_points.append({"pos_enu_m": given.frame.enu_m(pos_m), "tick": ticks(flight.start) + tick})
