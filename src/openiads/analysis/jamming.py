"""The scenario's jammers as a map takes them: where their routes have them at a time, and what each radar hears."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2
from typing import Any

import numpy as np

from openiads import units
from openiads.catalog.errors import InputError
from openiads.constants import TICKS_PER_SECOND
from openiads.enums import EmitterKind, Motion
from openiads.physics.earth import geodetic, to_enu
from openiads.physics.kinematics import leg_position
from openiads.physics.look import line_to, lowest_visible
from openiads.physics.radar import jam_to_noise
from openiads.scenario.load import Scenario
from openiads.vec3 import Vec3
from openiads.world.build import Built
from openiads.world.sweep import HEARD


@dataclass(frozen=True)
class Jamming:
    """One jammer at one time.

    Attributes:
        name: of what carries it.
        lat_deg, lon_deg, height_m: where it is.
        pos_enu_m: the same in the scenario's frame.
        density_wphz: effective radiated power per hertz.
    """

    name: str
    lat_deg: float
    lon_deg: float
    height_m: float
    pos_enu_m: Any
    density_wphz: float


def jammers_at(scenario: Scenario, built: Built, at: str | None) -> tuple[Jamming, ...]:
    """The jammers of a scenario that fly at a time, where their routes have them without jitter.

    Those on weapons that home or fall are left out, see ``left_out``.

    Raises:
        InputError: no time, one outside the scenario, or a scenario without jammers on routes.
    """
    if at is None:
        return ()
    try:
        time_s = units.parse(at, "time")
    except units.UnitError as error:
        raise InputError("jam_at", str(error)) from None
    if not 0.0 <= time_s <= scenario.file.duration:
        raise InputError("jam_at", f'read "{at}", the scenario runs from 0 s to {scenario.file.duration:g} s')
    carried = [row for row in built.state.emitters if row["kind"] == EmitterKind.JAMMER]
    if not carried:
        raise InputError("jam_at", f'read "{at}", but no raid of scenario "{scenario.name}" carries a jammer')
    if all(_routeless(built, row) for row in carried):
        message = f'read "{at}", but every jammer of scenario "{scenario.name}" rides on what homes or falls'
        raise InputError("jam_at", f"{message}; a map knows where a jammer is from its route")
    found = (_flying(built, row, round(time_s * TICKS_PER_SECOND)) for row in carried)
    return tuple(jammer for jammer in found if jammer is not None)


def left_out(built: Built) -> tuple[str, ...]:
    """The raids whose jammers no map has: they home or fall, and no route says where they are at a time."""
    rows = {int(row["target"]) for row in built.state.emitters if _routeless(built, row)}
    names = (row["name"] for row in built.roster if row["table"] == "targets" and row["row"] in rows)
    return tuple(dict.fromkeys(str(name).rpartition("-")[0] for name in names))


def _routeless(built: Built, emitter: Any) -> bool:
    """Whether an emitter is a jammer on a target that flies no route."""
    jams = emitter["kind"] == EmitterKind.JAMMER
    return bool(jams and built.world.targets[int(emitter["target"])]["motion"] != Motion.ROUTE)


def _flying(built: Built, emitter: Any, tick: int) -> Jamming | None:
    world = built.world
    target = world.targets[int(emitter["target"])]
    since = tick - int(target["start_tick"])
    first, count = int(target["first_leg"]), int(target["leg_count"])
    if _routeless(built, emitter) or since < 0 or count == 0:
        return None
    legs = world.legs[first : first + count]
    end = int(legs[-1]["end_tick"])
    if since > end and not target["repeats"]:
        return None
    since = since % end if target["repeats"] else since
    leg = next(leg for leg in legs if since <= leg["end_tick"])
    pos_ecef_m = leg_position(leg, since)
    place = geodetic(pos_ecef_m)
    name = next(row["name"] for row in built.roster if row["table"] == "targets" and row["row"] == emitter["target"])
    return Jamming(
        str(name), float(np.degrees(place.x)), float(np.degrees(place.y)), float(place.z),
        to_enu(world.setting[0], pos_ecef_m), float(emitter["density_wphz"]),
    )  # fmt: skip


def heard_by(built: Built, r: int, jamming: tuple[Jamming, ...]) -> Any:
    """The jammers that stand in sight of a radar, as the sweep takes them (``world.sweep.HEARD``)."""
    world, emitter = built.world, built.state.emitters[r]
    radar = world.radars[r]
    horizon = world.horizons[int(radar["first_horizon"])]
    heard = []
    for jammer in jamming:
        local_m = Vec3(*(emitter["axes_enu"].T @ (np.asarray(jammer.pos_enu_m) - emitter["pos_enu_m"])))
        line = line_to(float(world.setting["earth_radius_m"][0]), float(emitter["height_m"]), local_m)
        azimuth_rad = atan2(local_m.x, local_m.y)
        if line.height_m > lowest_visible(horizon, world.cells, azimuth_rad, line.ground_m):
            ratio = jam_to_noise(radar, jammer.density_wphz, line.range_m, 1.0)
            heard.append((azimuth_rad, line.sine, ratio))
    return np.array(heard, HEARD)
