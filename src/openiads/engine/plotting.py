"""What a radar hands on: plots with their errors, and false plots, more of them along jam strobes."""

from __future__ import annotations

from math import cos, exp, log10, sin, sqrt
from typing import Any

from openiads._jit import kernel
from openiads.constants import FALSE_PLOT_CEILING_M, FALSE_PLOTS_MAX
from openiads.engine.beam import Seen, turned
from openiads.engine.interrogation import new_reply
from openiads.engine.rng import normals, uniforms
from openiads.enums import Overflow, Purpose
from openiads.physics.radar import angle_sigma, range_sigma
from openiads.vec3 import Vec3, add, read, turn, write

FLAT_ELEVATION_SIGMA_RAD = 0.05  # of a radar without height finding: its fan beam, assumed
FLAT_ELEVATION_RAD = 0.03  # the middle of that fan, assumed
BEAM_SIGMAS = 2.3548  # of a normal curve in its width at half its height


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
    plot.range_rate_mps = 0.0
    plot.sigma_rate_mps = 0.0
    plot.nis = -1.0
    return plot


@kernel
def add_plot(
    tick: int, r: int, t: int, whom: int, channel: int, track: int, radar: Any, clock: Any, counts: Any,
    emitters: Any, plots: Any, plot_origins: Any, seen: Seen,
) -> Any:  # fmt: skip
    """Append the plot of a detected object, its errors drawn on the line of sight's basis; returns its row.

    ``whom`` is what the draw is about: the object, and which channel looks.
    """
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
    purpose = Purpose.MEASUREMENT.value if channel < 0 else Purpose.CHANNEL_MEASUREMENT.value
    noise = normals(clock[0], purpose, radar.name_hash, whom, tick)
    range_m = seen.range_m + radar.range_bias_m + noise.a * plot.sigma_range_m
    if radar.dimensions == 3:
        measured_m = _measured(
            seen.local_m, range_m, noise.b * plot.sigma_azimuth_rad, noise.c * plot.sigma_elevation_rad
        )
    else:
        measured_m = _measured(_flattened(seen), range_m, noise.b * plot.sigma_azimuth_rad, 0.0)
    if radar.azimuth_bias_rad != 0.0:
        measured_m = turned(measured_m, radar.azimuth_bias_rad)
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
def add_false_plots(
    tick: int, r: int, middle_rad: float, half_rad: float, radar: Any, clock: Any, counts: Any, emitters: Any,
    plots: Any, plot_origins: Any, replies: Any,
) -> None:  # fmt: skip
    """A Poisson number of false plots, uniform in azimuth and range over the look, below a ceiling in height.

    They are interrogated like any plot and never answer.
    """
    draw = uniforms(clock[0], Purpose.FALSE_PLOT_COUNT, radar.name_hash, 0, tick).a
    for i in range(poisson_number(draw, radar.false_plots_per_look)):
        place = uniforms(clock[0], Purpose.FALSE_PLOT_PLACE, radar.name_hash, i, tick)
        azimuth_rad = middle_rad + (2.0 * place.b - 1.0) * half_rad + radar.azimuth_bias_rad
        _add_false_plot(
            tick, r, azimuth_rad, place.a, place.c, radar, counts, emitters, plots, plot_origins, replies,
        )  # fmt: skip


@kernel
def add_strobe_plots(
    tick: int, r: int, first: int, radar: Any, clock: Any, counts: Any, emitters: Any, plots: Any, plot_origins: Any,
    replies: Any, strobes: Any, strobe_origins: Any,
) -> None:  # fmt: skip
    """The false plots that jamming adds: a Poisson number along each strobe of this look, uniform in range.

    ``first`` is the row of the look's first strobe. Limits: ``FALSE_PLOTS_MAX`` of them a look, where the radar's
    extractor is full.
    """
    made = 0
    for n in range(first, counts[0].strobes):
        named = emitters[strobe_origins[n].emitter].name_hash
        draw = uniforms(clock[0], Purpose.STROBE_PLOT_COUNT, radar.name_hash, named, tick).a
        number = min(poisson_number(draw, radar.false_plots_strobe), FALSE_PLOTS_MAX - made)
        made += number
        for i in range(number):
            whom = named ^ i  # a draw of its own for each: hashes of names lie far apart
            place = uniforms(clock[0], Purpose.STROBE_PLOT_PLACE, radar.name_hash, whom, tick)
            aside = normals(clock[0], Purpose.STROBE_PLOT_PLACE, radar.name_hash, whom, tick).a  # of place.a, place.b
            azimuth_rad = strobes[n].azimuth_rad + aside * radar.beam_azimuth_rad / BEAM_SIGMAS
            _add_false_plot(
                tick, r, azimuth_rad, place.c, place.d, radar, counts, emitters, plots, plot_origins, replies,
            )  # fmt: skip


@kernel
def poisson_number(draw: float, mean: float) -> int:
    """A Poisson number by inversion of a uniform draw; ``FALSE_PLOTS_MAX`` stands for every higher one."""
    chance = exp(-mean)
    left = draw
    number = 0
    while left > chance and number < FALSE_PLOTS_MAX:
        left -= chance
        number += 1
        chance *= mean / number
    return number


@kernel
def _add_false_plot(
    tick: int, r: int, azimuth_rad: float, far: float, high: float, radar: Any, counts: Any, emitters: Any, plots: Any,
    plot_origins: Any, replies: Any,
) -> None:  # fmt: skip
    """A plot of nothing at an azimuth; ``far`` and ``high`` are its shares of the range and of the heights there."""
    range_m = radar.range_min_m + far * (radar.instrumented_range_m - radar.range_min_m)
    highest = min(radar.elevation_max_sin, FALSE_PLOT_CEILING_M / range_m)
    sine = max(radar.elevation_min_sin, 0.0) + high * max(highest - max(radar.elevation_min_sin, 0.0), 0.0)
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
        new_reply(tick, r, radar, counts, replies)
