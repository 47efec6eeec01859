"""Bearings without a range: what a radar has of a jammer that denies it one."""

from __future__ import annotations

from math import atan2, cos, log10, sin
from typing import Any

from openiads._jit import kernel
from openiads.constants import MEAN_EARTH_RADIUS_M
from openiads.engine.beam import in_sight, wrap
from openiads.engine.rng import normals
from openiads.enums import EmitterKind, Overflow, Purpose, StrobeKind
from openiads.physics.radar import angle_sigma, jam_to_noise
from openiads.vec3 import Vec3, norm, read, sub, turn, turn_back, write

STROBE_THRESHOLD = 10.0  # jam over noise that shows as a strobe, linear, assumed


@kernel
def new_strobe(tick: int, kind: int, post: int, emitter: int, counts: Any, strobes: Any, strobe_origins: Any) -> Any:
    """Append a strobe that no radar or receiver has claimed yet, and what it came from; returns its row."""
    n = counts[0].strobes
    if n >= strobes.size:
        counts[0].overflow = Overflow.STROBES
        n = strobes.size - 1
    else:
        counts[0].strobes = n + 1
    strobe_origins[n].emitter = emitter
    strobe = strobes[n]
    strobe.tick = tick
    strobe.kind = kind
    strobe.post = post
    strobe.radar = -1
    strobe.receiver = -1
    return strobe


@kernel
def add_strobes(
    tick: int, r: int, middle_rad: float, half_rad: float, radar: Any, horizons: Any, cells: Any, clock: Any,
    counts: Any, emitters: Any, plots: Any, plot_origins: Any, strobes: Any, strobe_origins: Any,
) -> None:  # fmt: skip
    """Append a bearing to every jammer of this look that is loud enough and whose carrier gave no plot in it.

    Its error is that of an angle measured on the jamming itself, and a radar whose north is wrong turns it too.
    """
    for e in range(radars_end(emitters), emitters.size):
        if emitters[e].kind == EmitterKind.JAMMER and emitters[e].on == 1:
            local_m = turn_back(emitters[r].axes_enu, sub(read(emitters[e].pos_enu_m), read(emitters[r].pos_enu_m)))
            azimuth_rad = atan2(local_m.x, local_m.y)
            ratio = jam_to_noise(radar, emitters[e].density_wphz, norm(local_m), 1.0)
            if ratio > STROBE_THRESHOLD and abs(wrap(azimuth_rad - middle_rad)) < half_rad:
                horizon = horizons[emitters[r].horizon]
                seen = in_sight(MEAN_EARTH_RADIUS_M, emitters[r].height_m, horizon, cells, local_m)
                if seen and not _ranged(tick, r, emitters[e].target, counts, plots, plot_origins):
                    strobe = new_strobe(tick, StrobeKind.JAM, radar.post, e, counts, strobes, strobe_origins)
                    sigma_rad = angle_sigma(radar.beam_azimuth_rad, ratio, radar.azimuth_floor_rad)
                    noise = normals(clock[0], Purpose.STROBE, radar.name_hash, emitters[e].name_hash, tick).a
                    strobe.radar = r
                    strobe.azimuth_rad = wrap(azimuth_rad + radar.azimuth_bias_rad + noise * sigma_rad)
                    strobe.sigma_azimuth_rad = sigma_rad
                    strobe.level_db = 10.0 * log10(ratio)
                    along = Vec3(sin(strobe.azimuth_rad), cos(strobe.azimuth_rad), 0.0)
                    write(strobe.pos_enu_m, read(emitters[r].pos_enu_m))
                    write(strobe.along_enu, turn(emitters[r].axes_enu, along))


@kernel
def radars_end(emitters: Any) -> int:
    """The row after the last radar: what flyers carry stands behind."""
    e = emitters.size
    while e > 0 and emitters[e - 1].kind != EmitterKind.RADAR:
        e -= 1
    return int(e)


@kernel
def _ranged(tick: int, r: int, target: int, counts: Any, plots: Any, plot_origins: Any) -> bool:
    """True when this look has a plot of the jammer's carrier: then its range is not denied."""
    n = counts[0].plots - 1
    while n >= 0 and plots[n].tick == tick:
        if plots[n].radar == r and plots[n].channel < 0 and plot_origins[n].target == target:
            return True
        n -= 1
    return False
