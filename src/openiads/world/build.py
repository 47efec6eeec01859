"""A scenario becomes a World and a State: names become rows, quantities SI, routes legs, missiles envelopes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from openiads.constants import FALSE_PLOTS_MAX
from openiads.enums import ControlStatus, CrewMode, EmitterKind, KillLevel, Relation
from openiads.physics.earth import geodetic
from openiads.scenario.faults import faults_of
from openiads.scenario.ground import ground_height_m
from openiads.scenario.load import Scenario, resolve
from openiads.scenario.schema import Capacity, ScenarioFile
from openiads.world import tables as t
from openiads.world.build_airspace import airports, notices, zone_corners, zones
from openiads.world.build_doctrines import doctrines
from openiads.world.build_radars import add_surroundings
from openiads.world.build_targets import Places, TargetRows, add_targets
from openiads.world.build_units import UnitRows, add_units
from openiads.world.envelopes import build_missiles
from openiads.world.lifted import lift_tables, lift_units
from openiads.world.names import name_hash
from openiads.world.rows import Frame, build_frame, table_of
from openiads.world.state import STATE_DTYPES, State, World, freeze

NUMBERS_A_POST = 1_000_000  # track and engagement numbers of one post, so that no two posts share one
LINKS_A_TRACK = 64  # pairs of the association that there is room for, assumed
GRID_CELLS = 4096  # of the index of plots (engine/correlation.py)
EMITTER_WORDS = {EmitterKind.RADAR: "radar", EmitterKind.JAMMER: "jammer", EmitterKind.AIRBORNE: "airborne-radar"}
ROSTER_KEYS = ("group", "parent", "lat_deg", "lon_deg", "height_m", "range_m")


@dataclass(frozen=True)
class Built:
    """A scenario ready to run.

    Attributes:
        world: fixed tables, read-only.
        state: the template of the changing tables; a run works on a copy.
        roster: one mapping a named row (table, row, name, kind, side, ...).
    """

    world: World
    state: State
    roster: list[dict[str, Any]]


def build(scenario: Scenario, log_full: bool | None = None) -> Built:
    """Build World and State of a scenario.

    Args:
        scenario: validated.
        log_full: keep plots and samples (the file's ``record`` unless said).
    """
    file = scenario.file
    full = file.record == "full" if log_full is None else log_full
    frame = build_frame(resolve(file.origin, scenario.catalog), file.duration, len(file.sides), full)
    frame.setting["kill_level"] = KillLevel[file.pk.upper()]
    assets = _assets(scenario, frame)
    units = add_units(scenario, frame)
    lift_units(file.lifted, units)
    places = _places(assets, units)
    flyers = add_targets(scenario, frame, places)
    legs = [*flyers.legs, *units.legs]
    flown = sum(len(part) for part in flyers.legs)
    for platform in units.platforms:
        platform["first_leg"] += flown
    radars = table_of(t.RADAR, units.radars)
    _apply_faults(scenario, units, radars)
    around = add_surroundings(scenario, float(frame.setting["earth_radius_m"][0]), units, radars)
    missiles, envelopes = build_missiles(scenario, units.missiles)
    world = World(
        setting=frame.setting,
        relations=_relations(file),
        units=table_of(t.UNIT, units.units),
        radars=radars,
        horizons=around.horizons,
        cells=around.cells,
        chances=around.chances,
        air=around.air,
        targets=table_of(t.TARGET, flyers.targets),
        transponders=table_of(t.TRANSPONDER, flyers.transponders),
        receivers=table_of(t.RECEIVER, units.receivers),
        legs=np.concatenate(legs) if legs else np.zeros(0, t.LEG),
        plans=table_of(t.PLAN, flyers.plans),
        plan_points=table_of(t.PLAN_POINT, flyers.plan_points),
        airports=airports(scenario, frame),
        doctrines=doctrines(scenario),
        zones=zones(scenario),
        zone_corners=zone_corners(scenario, frame),
        notices=notices(scenario, flyers),
        missiles=missiles,
        envelopes=envelopes,
    )
    state = _state(scenario, world, units, flyers, assets, full)
    world = lift_tables(file.lifted, world, state)
    return Built(freeze(world), state, _roster(scenario, units, flyers, assets))


def _apply_faults(scenario: Scenario, units: UnitRows, radars: Any) -> None:
    """Turn and shift the radars that the scenario says are not in order."""
    for fault in faults_of(scenario.file, scenario.catalog):
        field = "azimuth_bias_rad" if fault.kind == "north_misalignment" else "range_bias_m"
        r = units.radar_of[fault.unit, fault.radar]
        radars[field][r] = fault.value
        if fault.kind == "north_misalignment":
            units.emitters[r]["north_error_rad"] = fault.value


def _assets(scenario: Scenario, frame: Frame) -> list[dict[str, Any]]:
    sides = [side.name for side in scenario.file.sides]
    rows = []
    for asset in scenario.file.assets:
        place = resolve(asset.at, scenario.catalog)
        pos_m = frame.ecef_m(place, ground_height_m(scenario.terrain, place, asset.altitude))
        rows.append(
            {
                "name_hash": name_hash("assets", asset.name), "side": sides.index(asset.side), "emitter": -1,
                "launcher": -1, "platform": -1, "pos_ecef_m": pos_m, "pos_enu_m": frame.enu_m(pos_m),
                "radius_m": asset.radius, "value": asset.value, "hardness": asset.hardness, "defended": 1,
                "roster": asset.name,
            }
        )  # fmt: skip
    return rows


def _places(assets: list[dict[str, Any]], units: UnitRows) -> Places:
    """The scenario's assets come first, then the units' vehicles."""
    everything = [*assets, *units.assets]
    rows = {row["roster"]: n for n, row in enumerate(everything)}
    return Places(rows, [row["pos_ecef_m"] for row in everything], units.radar_of)


def _relations(file: ScenarioFile) -> Any:
    names = [side.name for side in file.sides]
    return table_of(t.RELATION, [{"relation": Relation[file.relation(of, to).upper()]} for of in names for to in names])


def _posts(scenario: Scenario) -> Any:
    file = scenario.file
    sides = [side.name for side in file.sides]
    doctrines = list(dict.fromkeys(post.doctrine for post in file.posts))
    return table_of(
        t.POST,
        [
            {
                "name_hash": name_hash("posts", post.name), "side": sides.index(post.side),
                "doctrine": doctrines.index(post.doctrine), "control": ControlStatus[post.control.upper()],
                "mode": CrewMode[(post.mode or scenario.catalog.doctrines[post.doctrine].mode).upper()],
                "next_track_number": 1 + p * NUMBERS_A_POST,
                "next_engagement_id": 1 + p * NUMBERS_A_POST,
            }
            for p, post in enumerate(file.posts)
        ],
    )  # fmt: skip


def _state(
    scenario: Scenario, world: World, units: UnitRows, flyers: TargetRows, assets: list[dict[str, Any]], full: bool
) -> State:
    """The changing tables as they stand at the start of every run, with room by the scenario's capacity."""
    capacity = scenario.file.capacity
    emitters = table_of(t.EMITTER, [*units.emitters, *flyers.emitters])
    filled = {
        "clock": np.zeros(1, t.CLOCK), "counts": np.zeros(1, t.COUNT), "posts": _posts(scenario),
        "platforms": table_of(t.PLATFORM, units.platforms), "emitters": emitters,
        "beacons": np.zeros(len(world.transponders), t.BEACON),
        "listeners": np.zeros(len(world.receivers), t.LISTENER),
        "truth": np.zeros(len(world.targets), t.TRUTH),
        "assets": table_of(t.ASSET, [_bare(row) for row in [*assets, *units.assets]]),
        "launchers": table_of(t.LAUNCHER, units.launchers), "magazines": table_of(t.MAGAZINE, units.magazines),
        "channels": table_of(t.CHANNEL, units.channels), "locks": np.full(len(units.channels), -1, t.LOCK),
        "readiness": table_of(t.READINESS, units.readiness),
        "lethality": np.zeros(len(world.missiles), t.LETHALITY),
    }  # fmt: skip
    room = _room(world, len(units.channels), len(emitters), capacity, full)
    room |= {
        "tracks": capacity.tracks, "identity": capacity.tracks, "ranking": capacity.tracks,
        "engagements": capacity.engagements, "interceptors": capacity.interceptors, "messages": 0, "directives": 256,
    }  # fmt: skip
    for name, rows in room.items():
        filled[name] = np.zeros(rows, STATE_DTYPES[name])
    most_plots = max(len(world.targets) + 3 * FALSE_PLOTS_MAX, GRID_CELLS)
    filled["banks"] = np.zeros(capacity.tracks + 1, t.BANK)
    filled["links"] = np.zeros(LINKS_A_TRACK * capacity.tracks + most_plots, t.LINK)
    filled["work"] = np.zeros(max(capacity.tracks, most_plots), t.WORK)
    return State(**filled)


def _bare(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "roster"}


def _room(world: World, channels: int, emitters: int, capacity: Capacity, full: bool) -> dict[str, int]:
    """Rows of the append-only tables; each holds several of the largest steps (``step.has_room``)."""
    tracks, interceptors = capacity.tracks, capacity.interceptors
    step = len(world.targets) * (len(world.radars) + 1) + channels + 2 * FALSE_PLOTS_MAX * len(world.radars) + 1000
    strobes = 4096 + 2 * emitters * (len(world.radars) + len(world.receivers))
    plots = max(capacity.plots, 2 * step)
    kept = 1 if full else 0
    return {
        "plots": plots, "plot_origins": plots, "replies": plots,
        "strobes": strobes, "strobe_origins": strobes,
        "events": 4096 + 2 * (8 * tracks + 4 * len(world.targets) + 4 * interceptors + len(world.radars) + channels),
        "truth_samples": kept * (8192 + len(world.targets)), "track_samples": kept * (8192 + tracks),
        "interceptor_samples": kept * (4096 + interceptors), "emissions": kept * (2048 + 3 * emitters),
        "evidence": kept * (2048 + tracks), "ranking_samples": kept * (2048 + tracks),
        "debris": 1024 + 2 * interceptors,
        "resources": kept * (2048 + 6 * channels + 64 + interceptors + 256),
    }  # fmt: skip


def _roster(
    scenario: Scenario, units: UnitRows, flyers: TargetRows, assets: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Every named row, with how its side stands to the first post's side."""
    file = scenario.file
    rows = [*units.roster, *flyers.roster]
    names = [side.name for side in file.sides]
    for n, asset in enumerate([*assets, *units.assets]):
        rows.append(_named("assets", n, asset["roster"], "asset", names[asset["side"]]) | _where(asset))
    for n, post in enumerate(file.posts):
        rows.append(_named("posts", n, post.name, post.doctrine, post.side))
    for n, missile in enumerate(units.missiles):
        reach = scenario.catalog.missiles[missile].range_max.value
        rows.append(_named("missiles", n, missile, missile, file.posts[0].side) | {"range_m": reach})
    for n, emitter in enumerate([*units.emitters, *flyers.emitters]):
        kind = EMITTER_WORDS[emitter["kind"]]
        rows.append(_named("emitters", n, _emitter_name(n, units, flyers, emitter), kind, names[emitter["side"]]))
    for row in rows:
        row["relation"] = file.relation(file.posts[0].side, row["side"])
        for key in ROSTER_KEYS:
            row.setdefault(key, None)
    return rows


def _named(table: str, row: int, name: str, kind: str, side: str) -> dict[str, Any]:
    return {"table": table, "row": row, "name": name, "kind": kind, "side": side}


def _emitter_name(n: int, units: UnitRows, flyers: TargetRows, emitter: dict[str, Any]) -> str:
    if n < len(units.radars):
        return str(next(row["name"] for row in units.roster if row["table"] == "radars" and row["row"] == n))
    carrier = next(row["name"] for row in flyers.roster if row["row"] == emitter["target"])
    return f"{carrier}.{EMITTER_WORDS[emitter['kind']]}"


def _where(asset: dict[str, Any]) -> dict[str, Any]:
    place = geodetic(asset["pos_ecef_m"])
    return {
        "lat_deg": float(np.degrees(place.x)), "lon_deg": float(np.degrees(place.y)), "height_m": float(place.z),
        "range_m": asset["radius_m"],
    }  # fmt: skip
