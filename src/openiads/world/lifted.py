"""A limit that does not hold: what a scenario's ``lifted`` does to the rows of the defence before a run.

It answers a question, never a wish: what would have happened without this one limit. What a unit can do is a run in
which nothing is lifted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import numpy as np

from openiads.enums import ControlStatus, CrewMode, ZoneKind
from openiads.world.build_units import UnitRows
from openiads.world.state import State, World

CHANNELS = 64  # of a unit, assumed: more than a raid has threats
GUIDED = 128  # rounds of a unit guided at once, assumed: two to each of them
ROUNDS = 1000  # on each launcher, assumed: more than a run can fire
CREW = 1_000_000  # tracks at once, assumed: more than there are
FAR_BELOW_M = -1e6  # lowest height in sight, below anything that a straight line from an antenna meets
_RULES: Final = (ZoneKind.ENGAGEMENT, ZoneKind.NO_FIRE, ZoneKind.CORRIDOR)


def lift_units(lifted: Collection[str], units: UnitRows) -> None:
    """Lift reaction times, channels and magazines of every unit, while their rows are still lists.

    Args:
        lifted: names of the limits, of ``scenario.schema.LIMITS_TO_LIFT``.
        units: the rows, which are changed.
    """
    if "reaction" in lifted:
        for unit in units.units:
            unit |= {"reaction_tick": (0, 0, 0)}
    if "magazine" in lifted:
        for launcher, magazine in zip(units.launchers, units.magazines, strict=True):
            launcher["rails"] = magazine["loaded"] = ROUNDS
    if "channels" in lifted:
        _more_channels(units)


def lift_tables(lifted: Collection[str], world: World, state: State) -> World:
    """Lift the horizon, the crew's times, the rules and the envelope; changes the tables, returns the world.

    Args:
        lifted: as of ``lift_units``.
        world: not frozen yet.
        state: the template of the changing tables.
    """
    for name, lift in _LIFTS.items():
        if name in lifted:
            world = lift(world, state)
    return world


def _more_channels(units: UnitRows) -> None:
    """Every unit has its channels over again until there are enough; each keeps its radar and its illuminator."""
    before, units.channels[:] = list(units.channels), []
    for unit in units.units:
        own = before[unit["first_channel"] : unit["first_channel"] + unit["channel_count"]]
        unit |= {"first_channel": len(units.channels), "channel_count": max(CHANNELS, len(own))}
        unit |= {"targets_max": unit["channel_count"], "missiles_max": GUIDED}
        units.channels += [own[n % len(own)] | {"ordinal": n} for n in range(unit["channel_count"])]
    for n, launcher in enumerate(units.launchers):
        own_channels = (c for c, channel in enumerate(units.channels) if channel["launcher"] == n)
        launcher["channel"] = next(own_channels, -1)


def _see_over_the_ground(world: World, _: State) -> World:
    """Antennas see, and look down, through the ground; range, noise and clutter stay, the sea mirrors nothing."""
    radars = world.radars
    for radar in radars:
        for horizon in world.horizons[radar["first_horizon"] :][: radar["horizon_count"]]:
            first = int(horizon["first_cell"])
            world.cells["lowest_m"][first : first + int(horizon["azimuths"] * horizon["ranges"])] = FAR_BELOW_M
    radars["elevation_min_sin"][radars["elevation_min_sin"] <= 0.0] = -1.0
    radars["mirror_sine"] = -1.0
    return world


def _decide_at_once(world: World, state: State) -> World:
    state.posts["mode"] = CrewMode.AUTOMATIC
    world.doctrines["crew_tracks"] = CREW
    world.doctrines["decision_tick"] = world.doctrines["approval_tick"] = 0
    return world


def _spare_the_radar(world: World, _: State) -> World:
    """So many channels take no time from their radar's search."""
    world.radars["channel_share"] = 0.0
    return world


def _no_rules(world: World, state: State) -> World:
    """Status free everywhere, suspects count as hostile; zones that forbid and corridors are gone, and so is
    what they would have told of an identity."""
    state.posts["control"] = ControlStatus.FREE
    state.readiness["control"] = -1
    world.doctrines["threshold_hostile"] = world.doctrines["threshold_suspect"]
    zones: Any = world.zones[~np.isin(world.zones["kind"], _RULES)]
    zones["control"] = -1
    return world._replace(zones=zones)


def _as_flown(world: World, _: State) -> World:
    """Missiles are used wherever their flown tables reach, at targets of any speed."""
    missiles = world.missiles
    missiles["range_min_m"], missiles["range_max_m"] = 0.0, np.inf
    missiles["height_min_m"], missiles["height_max_m"] = -np.inf, np.inf
    missiles["target_speed_max_mps"] = np.inf
    return world


_LIFTS: Final[Mapping[str, Callable[[World, State], World]]] = {
    "horizon": _see_over_the_ground,
    "reaction": _decide_at_once,
    "channels": _spare_the_radar,
    "rule": _no_rules,
    "envelope": _as_flown,
}
