"""The scenario's jammers as a map takes them: where their routes have them at a time, and what each radar hears."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, pi
from typing import Any

import numpy as np

from openiads import units
from openiads.catalog.errors import InputError
from openiads.constants import TICKS_PER_SECOND, TWO_PI
from openiads.enums import EmitterKind, Motion
from openiads.physics.earth import geodetic, to_enu
from openiads.physics.kinematics import leg_position
from openiads.physics.look import line_to, lowest_visible
from openiads.physics.radar import jam_to_noise
from openiads.scenario.load import Scenario
from openiads.vec3 import Vec3
from openiads.world.build import Built


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

    Raises:
        InputError: no time, one outside the scenario, or a scenario without jammers.
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
    found = (_flying(built, row, round(time_s * TICKS_PER_SECOND)) for row in carried)
    return tuple(jammer for jammer in found if jammer is not None)


def _flying(built: Built, emitter: Any, tick: int) -> Jamming | None:
    world = built.world
    target = world.targets[int(emitter["target"])]
    since = tick - int(target["start_tick"])
    first, count = int(target["first_leg"]), int(target["leg_count"])
    if target["motion"] != Motion.ROUTE or since < 0 or count == 0:
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


def jamming_of(built: Built, r: int, jamming: tuple[Jamming, ...]) -> Any:
    """Jamming over noise in a beam of a radar along every azimuth of its survey, linear.

    Assumes: a jammer within a beamwidth of azimuth sits in the main lobe whatever the elevation.
    """
    world, emitter = built.world, built.state.emitters[r]
    radar = world.radars[r]
    horizon = world.horizons[int(radar["first_horizon"])]
    azimuths = np.arange(int(horizon["azimuths"])) * TWO_PI / int(horizon["azimuths"])
    total = np.zeros(len(azimuths))
    for jammer in jamming:
        local_m = Vec3(*(emitter["axes_enu"].T @ (np.asarray(jammer.pos_enu_m) - emitter["pos_enu_m"])))
        line = line_to(float(world.setting["earth_radius_m"][0]), float(emitter["height_m"]), local_m)
        azimuth = atan2(local_m.x, local_m.y)
        if line.height_m < lowest_visible(horizon, world.cells, azimuth, line.ground_m):
            continue
        apart = np.abs((azimuths - azimuth + pi) % TWO_PI - pi)
        gain = np.where(np.cos(apart) > cos(float(radar["beam_azimuth_rad"])), 1.0, float(radar["sidelobe_gain"]))
        total += gain * jam_to_noise(radar, jammer.density_wphz, line.range_m, 1.0)
    return total
