"""What a radar hands on: plots with their errors, false plots, replies and jam strobes."""

from __future__ import annotations

from math import asin, atan2, cos, exp, log10, sin, sqrt
from typing import Any

from openiads._jit import kernel
from openiads.engine.beam import Seen, in_sight, wrap
from openiads.engine.rng import normals, uniforms
from openiads.enums import EmitterKind, IffEvidence, Overflow, Purpose
from openiads.physics.radar import angle_sigma, jam_to_noise, range_sigma
from openiads.vec3 import Vec3, add, norm, read, sub, turn, turn_back, write

REPLY_PROBABILITY = 0.95  # a working transponder that is interrogated answers, assumed
FLAT_ELEVATION_SIGMA_RAD = 0.05  # of a radar without height finding: its fan beam, assumed
FLAT_ELEVATION_RAD = 0.03  # the middle of that fan, assumed
FALSE_PLOTS_MAX = 200  # a look; a scenario that asks for more stops with the plots table full
FALSE_PLOT_CEILING_M = 15000.0
STROBE_THRESHOLD = 10.0  # jam over noise that shows as a strobe, linear, assumed


@kernel
def _new_plot(tick: int, r: int, target: int, radar: Any, counts: Any, plots: Any, plot_origins: Any) -> Any:
    n = counts[0].plots
    if n >= plots.size:
        counts[0].overflow = Overflow.PLOTS
        n = plots.size - 1
    else:
        counts[0].plots = n + 1
    plot_origins[n].target = target
    plot = plots[n]
    plot.tick = tick
    plot.radar = r
    plot.post = radar.post
    plot.dimensions = radar.dimensions
    plot.channel = -1
    plot.track = -1
    plot.track_number = -1
    return plot


@kernel
def add_plot(
    tick: int, r: int, t: int, channel: int, track: int, radar: Any, targets: Any, clock: Any, counts: Any,
    emitters: Any, plots: Any, plot_origins: Any, seen: Seen,
) -> Any:  # fmt: skip
    """Append the plot of a detected object, its errors drawn on the line of sight's basis; returns its row."""
    plot = _new_plot(tick, r, t, radar, counts, plots, plot_origins)
    plot.channel = channel
    plot.track = track
    plot.snr_db = 10.0 * log10(seen.snr)
    snr = max(seen.snr, 1.0)
    plot.sigma_range_m = range_sigma(radar.range_resolution_m, snr, radar.range_floor_m)
    plot.sigma_azimuth_rad = angle_sigma(radar.beam_azimuth_rad, snr, radar.azimuth_floor_rad)
    plot.sigma_elevation_rad = FLAT_ELEVATION_SIGMA_RAD
    if radar.dimensions == 3:
        plot.sigma_elevation_rad = angle_sigma(radar.beam_elevation_rad, snr, radar.elevation_floor_rad)
    noise = normals(clock[0], Purpose.MEASUREMENT, radar.name_hash, targets[t].name_hash, tick)
    range_m = seen.range_m + radar.range_bias_m + noise.a * plot.sigma_range_m
    if radar.dimensions == 3:
        measured_m = _measured(
            seen.local_m, range_m, noise.b * plot.sigma_azimuth_rad, noise.c * plot.sigma_elevation_rad
        )
    else:
        measured_m = _measured(_flattened(seen), range_m, noise.b * plot.sigma_azimuth_rad, 0.0)
    if radar.azimuth_bias_rad != 0.0:
        measured_m = _turned(measured_m, radar.azimuth_bias_rad)
    plot.range_m = range_m
    write(plot.pos_enu_m, add(read(emitters[r].pos_enu_m), turn(emitters[r].axes_enu, measured_m)))
    return plot


@kernel
def _flattened(seen: Seen) -> Vec3:
    """Where a radar without height finding puts an object: its range and azimuth at the middle of the fan."""
    local_m = seen.local_m
    ground_m = max(sqrt(local_m.x * local_m.x + local_m.y * local_m.y), 1.0)
    level = seen.range_m * sqrt(1.0 - FLAT_ELEVATION_RAD * FLAT_ELEVATION_RAD) / ground_m
    return Vec3(local_m.x * level, local_m.y * level, seen.range_m * FLAT_ELEVATION_RAD)


@kernel
def _measured(local_m: Vec3, range_m: float, aside_rad: float, raised_rad: float) -> Vec3:
    """The measured place: steps aside and up on the line of sight's basis, at a range; antenna frame.

    Angles are errors of a fraction of a beam, so that a step on the basis stands for a turn.
    """
    ground_m = max(sqrt(local_m.x * local_m.x + local_m.y * local_m.y), 1.0)
    side = aside_rad
    rise = raised_rad / ground_m
    east = local_m.x + side * local_m.y - rise * local_m.x * local_m.z
    north = local_m.y - side * local_m.x - rise * local_m.y * local_m.z
    up = local_m.z + rise * ground_m * ground_m
    grown = range_m / sqrt(east * east + north * north + up * up)
    return Vec3(east * grown, north * grown, up * grown)


@kernel
def _turned(local_m: Vec3, turned_rad: float) -> Vec3:
    """A place turned clockwise about the vertical: a radar whose north is wrong."""
    east = local_m.x * cos(turned_rad) + local_m.y * sin(turned_rad)
    return Vec3(east, local_m.y * cos(turned_rad) - local_m.x * sin(turned_rad), local_m.z)


@kernel
def add_false_plots(
    tick: int, r: int, middle_rad: float, half_rad: float, radar: Any, clock: Any, counts: Any, emitters: Any,
    plots: Any, plot_origins: Any, replies: Any,
) -> None:  # fmt: skip
    """A Poisson number of false plots, uniform in azimuth and range over the look, below a ceiling in height.

    They are interrogated like any plot and never answer.
    """
    left = uniforms(clock[0], Purpose.FALSE_PLOT_COUNT, radar.name_hash, 0, tick).a
    chance = exp(-radar.false_plots_per_look)
    number = 0
    while left > chance:
        if number >= FALSE_PLOTS_MAX:
            counts[0].overflow = Overflow.PLOTS
            return
        left -= chance
        number += 1
        chance *= radar.false_plots_per_look / number
    for i in range(number):
        place = uniforms(clock[0], Purpose.FALSE_PLOT_PLACE, radar.name_hash, i, tick)
        range_m = radar.range_min_m + place.a * (radar.instrumented_range_m - radar.range_min_m)
        azimuth_rad = middle_rad + (2.0 * place.b - 1.0) * half_rad
        highest = min(radar.elevation_max_sin, FALSE_PLOT_CEILING_M / range_m)
        sine = max(radar.elevation_min_sin, 0.0) + place.c * max(highest - max(radar.elevation_min_sin, 0.0), 0.0)
        level_m = range_m * sqrt(1.0 - sine * sine)
        plot = _new_plot(tick, r, -1, radar, counts, plots, plot_origins)
        plot.range_m = range_m
        plot.snr_db = 10.0 * log10(-radar.log_pfa)
        plot.sigma_range_m = range_sigma(radar.range_resolution_m, -radar.log_pfa, radar.range_floor_m)
        plot.sigma_azimuth_rad = angle_sigma(radar.beam_azimuth_rad, -radar.log_pfa, radar.azimuth_floor_rad)
        plot.sigma_elevation_rad = plot.sigma_azimuth_rad if radar.dimensions == 3 else FLAT_ELEVATION_SIGMA_RAD
        local_m = Vec3(level_m * sin(azimuth_rad), level_m * cos(azimuth_rad), range_m * sine)
        write(plot.pos_enu_m, add(read(emitters[r].pos_enu_m), turn(emitters[r].axes_enu, local_m)))
        if range_m < radar.interrogator_range_m:
            _new_reply(tick, r, radar, counts, replies)


@kernel
def _new_reply(tick: int, r: int, radar: Any, counts: Any, replies: Any) -> int:
    """Append an interrogation of the plot just made that nothing answered; returns its row number, -1 without room."""
    n = counts[0].replies
    if n >= replies.size:
        counts[0].overflow = Overflow.REPLIES
        return -1
    counts[0].replies = n + 1
    reply = replies[n]
    reply.tick = tick
    reply.radar = r
    reply.post = radar.post
    reply.plot = counts[0].plots - 1
    reply.plot_serial = counts[0].plot_serial + counts[0].plots - 1
    reply.iff = IffEvidence.NO_REPLY
    reply.code = -1
    return int(n)


@kernel
def add_reply(tick: int, r: int, t: int, radar: Any, targets: Any, clock: Any, counts: Any, replies: Any) -> None:
    """Append what the interrogation of the plot just made gave: nothing, a civil code or a valid secure reply."""
    n = _new_reply(tick, r, radar, counts, replies)
    target = targets[t]
    if n >= 0 and (target.replies == 1 or target.mode_4 == 1):
        answer = uniforms(clock[0], Purpose.INTERROGATION, radar.name_hash, target.name_hash, tick)
        if answer.a < REPLY_PROBABILITY:
            replies[n].iff = IffEvidence.MODE_4_VALID if target.mode_4 == 1 else IffEvidence.MODE_3
            replies[n].code = target.code


@kernel
def add_strobe(
    tick: int, r: int, middle_rad: float, half_rad: float, radar: Any, counts: Any, emitters: Any, strobes: Any
) -> None:
    """Append a bearing to every jammer in this look that is louder than the noise by ``STROBE_THRESHOLD``."""
    for e in range(emitters.size - 1, -1, -1):
        if emitters[e].kind == EmitterKind.RADAR:
            break
        if emitters[e].on == 1 and strobes.size > 0:
            local_m = turn_back(emitters[r].axes_enu, sub(read(emitters[e].pos_enu_m), read(emitters[r].pos_enu_m)))
            azimuth_rad = atan2(local_m.x, local_m.y)
            ratio = jam_to_noise(radar, emitters[e].density_wphz, norm(local_m), 1.0)
            loud = ratio > STROBE_THRESHOLD and in_sight(emitters[r], emitters[e])
            if abs(wrap(azimuth_rad - middle_rad)) < half_rad and loud:
                if counts[0].strobes >= strobes.size:
                    counts[0].overflow = Overflow.STROBES
                    return
                strobe = strobes[counts[0].strobes]
                counts[0].strobes += 1
                strobe.tick = tick
                strobe.radar = r
                strobe.post = radar.post
                strobe.azimuth_rad = azimuth_rad
                strobe.elevation_rad = asin(local_m.z / norm(local_m))
                strobe.jam_to_noise_db = 10.0 * log10(ratio)
