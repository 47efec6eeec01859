"""Passive receivers listen: bearings to what other sides radiate, and nothing of how far it is."""

from __future__ import annotations

from math import atan2, cos, log10, sin, sqrt
from typing import Any

from openiads._jit import kernel
from openiads.constants import MEAN_EARTH_RADIUS_M, NEVER
from openiads.engine.beam import in_sight, level_axes, nearest_survey, wrap
from openiads.engine.rng import normals
from openiads.engine.strobes import new_strobe
from openiads.enums import Purpose, StrobeKind
from openiads.physics.earth import up_at
from openiads.physics.interception import received_power
from openiads.vec3 import Vec3, dot, norm, read, scale, step, sub, write


@kernel
def listen(
    tick: int, setting: Any, receivers: Any, listeners: Any, horizons: Any, cells: Any, platforms: Any, emitters: Any,
    clock: Any, counts: Any, strobes: Any, strobe_origins: Any,
) -> int:  # fmt: skip
    """A strobe for every emission that a receiver hears when its period is over; returns the next due tick."""
    due = NEVER
    for n in range(receivers.size):
        if tick >= listeners[n].next_look_tick:
            listeners[n].next_look_tick = tick + receivers[n].period_tick
            deck_m = read(platforms[receivers[n].platform].pos_enu_m)
            up = up_at(MEAN_EARTH_RADIUS_M, deck_m)
            east, north = level_axes(setting[0], up)
            for e in range(emitters.size):
                foreign = emitters[e].side != receivers[n].side
                if foreign and emitters[e].on == 1 and emitters[e].alive == 1:
                    antenna_m = step(deck_m, up, receivers[n].mast_m)
                    apart_m = sub(read(emitters[e].pos_enu_m), antenna_m)
                    local_m = Vec3(dot(apart_m, east), dot(apart_m, north), dot(apart_m, up))
                    heard_before = counts[0].strobes
                    _hear(
                        tick, n, local_m, receivers[n], horizons, cells, emitters[e], e, clock, counts, strobes,
                        strobe_origins,
                    )  # fmt: skip
                    if counts[0].strobes > heard_before:
                        strobe = strobes[heard_before]
                        write(strobe.pos_enu_m, antenna_m)
                        azimuth_rad = strobe.azimuth_rad
                        write(strobe.along_enu, step(scale(east, sin(azimuth_rad)), north, cos(azimuth_rad)))
        due = min(due, listeners[n].next_look_tick)
    return int(due)


@kernel
def _hear(
    tick: int, n: int, local_m: Vec3, receiver: Any, horizons: Any, cells: Any, emitter: Any, e: int, clock: Any,
    counts: Any, strobes: Any, strobe_origins: Any,
) -> None:  # fmt: skip
    level = heard(receiver, emitter, norm(local_m))
    horizon = horizons[nearest_survey(tick, receiver)]
    if level < 1.0 or not in_sight(MEAN_EARTH_RADIUS_M, receiver.height_m, horizon, cells, local_m):
        return
    strobe = new_strobe(tick, StrobeKind.ESM, receiver.post, e, counts, strobes, strobe_origins)
    noise = normals(clock[0], Purpose.STROBE, receiver.name_hash, emitter.name_hash, tick).a
    strobe.receiver = n
    strobe.azimuth_rad = wrap(atan2(local_m.x, local_m.y) + noise * receiver.azimuth_sigma_rad)
    strobe.sigma_azimuth_rad = receiver.azimuth_sigma_rad
    strobe.level_db = 10.0 * log10(level)


@kernel
def heard(receiver: Any, emitter: Any, range_m: float) -> float:
    """Received power over the receiver's sensitivity; 0 outside its band.

    An emission without a frequency of its own (a jammer's) fills every band and is heard in the middle of this one.
    """
    frequency_hz = emitter.frequency_hz
    if frequency_hz <= 0.0:
        frequency_hz = sqrt(receiver.frequency_min_hz * receiver.frequency_max_hz)
    if frequency_hz < receiver.frequency_min_hz or frequency_hz > receiver.frequency_max_hz:
        return 0.0
    return float(received_power(emitter.erp_w, receiver.gain, frequency_hz, range_m) / receiver.sensitivity_w)
