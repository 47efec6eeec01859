"""One look of a radar at one point of the sky: the law that the run and the coverage map share.

Source: Skolnik, Introduction to Radar Systems; Barton, Modern Radar System Analysis; the laws it calls cite their own.
Assumes: the beam that sees a point is the one nearest to it in elevation; clutter that the Doppler filter leaves, and
jamming, act as noise; what is not land is sea.
Limits: no eclipsing, no diffraction behind ridges, no ducts; one reflected ray and only over the sea.
"""

from __future__ import annotations

from math import cos, floor, sin, sqrt
from typing import Any, NamedTuple

from openiads._jit import kernel
from openiads.constants import EFFECTIVE_EARTH_RADIUS_M, TWO_PI
from openiads.physics.antenna import pattern_gain
from openiads.physics.attenuation import air_at
from openiads.physics.clutter import doppler_response
from openiads.physics.multipath import reflection_point, two_ray_factor4
from openiads.physics.propagation import height_over
from openiads.vec3 import Vec3, norm

MIRROR_SWELL_M = 1.0  # a point of the sea that stands so much short of being seen mirrors nothing
FIELD_MAX4 = 16.0  # the most that the sea's reflection can add to power, both ways


class Line(NamedTuple):
    """From an antenna to a point over the curved earth."""

    range_m: float  # straight
    ground_m: float  # along the sea's surface
    height_m: float  # of the point above the sea
    sine: float  # of the elevation at which the bent ray leaves the antenna


class Echo(NamedTuple):
    """What a look gets back, in terms of the noise of the look."""

    signal: float
    clutter: float


@kernel
def line_to(earth_radius_m: float, antenna_m: float, local_m: Vec3) -> Line:
    """The line to a point given in the antenna's own east, north, up; ``antenna_m`` is the antenna's height."""
    range_m = norm(local_m)
    centre_m = earth_radius_m + antenna_m
    tangent = sqrt(local_m.x * local_m.x + local_m.y * local_m.y) / (centre_m + local_m.z)
    ground_m = earth_radius_m * tangent * (1.0 - tangent * tangent / 3.0)
    height_m = antenna_m + height_over(centre_m, local_m.x, local_m.y, local_m.z)
    return Line(range_m, ground_m, height_m, elevation_sine(antenna_m, height_m, range_m))


@kernel
def line_over(earth_radius_m: float, antenna_m: float, ground_m: float, height_m: float) -> Line:
    """The line to a point a distance along the sea's surface away and some height above it."""
    angle = ground_m / earth_radius_m
    out_m = (earth_radius_m + height_m) * sin(angle)
    up_m = (earth_radius_m + height_m) * cos(angle) - earth_radius_m - antenna_m
    range_m = max(sqrt(out_m * out_m + up_m * up_m), 1.0)
    return Line(range_m, ground_m, height_m, elevation_sine(antenna_m, height_m, range_m))


@kernel
def elevation_sine(antenna_m: float, height_m: float, range_m: float) -> float:
    """Sine of the elevation at which the bent ray to a point leaves the antenna.

    Source: dh (1 + dh / (2 k a)) / R - R / (2 k a), the triangle on the 4/3 earth.
    """
    rise_m = height_m - antenna_m
    bend = 0.5 / EFFECTIVE_EARTH_RADIUS_M
    return rise_m * (1.0 + rise_m * bend) / range_m - range_m * bend


@kernel
def cell_at(horizon: Any, azimuth_rad: float, ground_m: float) -> int:
    """The row of the surveyed cell nearest to a point, on the last circle for what lies beyond."""
    turn = azimuth_rad / TWO_PI
    a = int((turn - floor(turn)) * horizon.azimuths + 0.5)
    a = a if a < horizon.azimuths else 0
    n = min(int(ground_m / horizon.range_step_m + 0.5), horizon.ranges - 1)
    return int(horizon.first_cell + a * horizon.ranges + n)


@kernel
def lowest_visible(horizon: Any, cells: Any, azimuth_rad: float, ground_m: float) -> float:
    """The least height above the sea at which a point is in sight, m: bilinear between the surveyed cells.

    Beyond the survey the last line of sight goes on: h = h_a + d (s + d / (2 k a)), s the slope that just clears.
    """
    turn = azimuth_rad / TWO_PI
    across = (turn - floor(turn)) * horizon.azimuths
    a = min(int(across), horizon.azimuths - 1)
    left = across - a
    b = a + 1 if a + 1 < horizon.azimuths else 0
    outward = ground_m / horizon.range_step_m
    n = min(int(outward), horizon.ranges - 2)
    beyond = min(outward - n, 1.0)
    first = horizon.first_cell + a * horizon.ranges + n
    second = horizon.first_cell + b * horizon.ranges + n
    near_m = (1.0 - left) * float(cells[first].lowest_m) + left * float(cells[second].lowest_m)
    far_m = (1.0 - left) * float(cells[first + 1].lowest_m) + left * float(cells[second + 1].lowest_m)
    lowest_m = near_m + beyond * (far_m - near_m)
    last_m = (horizon.ranges - 1) * horizon.range_step_m
    if ground_m > last_m:
        slope = (lowest_m - horizon.antenna_m) / last_m - last_m / (2.0 * EFFECTIVE_EARTH_RADIUS_M)
        lowest_m = horizon.antenna_m + ground_m * (slope + ground_m / (2.0 * EFFECTIVE_EARTH_RADIUS_M))
    return float(lowest_m)


@kernel
def in_reach(radar: Any, line: Line) -> bool:
    """True where range and elevation limits let a radar look; the lowest beam reaches one width below its axis."""
    if line.range_m > radar.instrumented_range_m or line.range_m < radar.range_min_m:
        return False
    return bool(radar.elevation_min_sin - radar.beam_elevation_rad < line.sine < radar.elevation_max_sin)


@kernel
def beam_axis(radar: Any, line: Line) -> float:
    """Sine of the elevation of the beam that looks along a line: the line's own, or the lowest beam's."""
    return float(max(line.sine, radar.elevation_min_sin))


@kernel
def lobe_gain(radar: Any, aside_rad: float, axis: float, sine: float) -> float:
    """Gain of a beam towards a jammer, relative to its peak: 1 within a beamwidth either way, else the side lobes'.

    ``aside_rad`` is the difference in azimuth, ``axis`` and ``sine`` those of the beam's and the jammer's elevation.
    """
    inside = cos(aside_rad) > radar.beam_azimuth_cos and abs(sine - axis) < radar.beam_elevation_rad
    return 1.0 if inside else float(radar.sidelobe_gain)


@kernel
def echo(
    radar: Any, horizon: Any, cells: Any, air: Any, azimuth_rad: float, line: Line, rcs_m2: float, gain: float,
    radial_speed_mps: float,
) -> Echo:  # fmt: skip
    """Signal and clutter over noise of a look at a point in sight and in reach; nothing where no look could detect.

    ``gain`` is of this look over a search look at boresight, both ways: scan loss, and the beam-shape loss that a
    pointed beam does not have.

    Source: SNR = C sigma / R^4 with C from the published detection range (``world/build_radars.py``).
    """
    signal = radar.snr_constant_m2 * gain * rcs_m2 / line.range_m**4
    if signal * FIELD_MAX4 < radar.least_snr:
        return Echo(0.0, 0.0)
    axis = beam_axis(radar, line)
    direct = 1.0 if axis == line.sine else pattern_gain(axis - line.sine, radar.beam_elevation_rad)
    share = air_at(air, radar.first_air, line.range_m / radar.air_step_m, line.sine)
    signal *= direct * direct * share
    signal *= doppler_response(radial_speed_mps, radar.notch_mps)
    signal *= _sea_factor4(radar, horizon, cells, azimuth_rad, line, axis, direct)
    cell = cells[cell_at(horizon, azimuth_rad, line.ground_m)]
    if cell.clutter <= 0.0:
        return Echo(signal, 0.0)
    surface = elevation_sine(horizon.antenna_m, float(cell.ground_m), line.range_m)
    aside = pattern_gain(axis - surface, radar.beam_elevation_rad)
    return Echo(signal, float(cell.clutter) * gain * aside * aside * share)


@kernel
def _sea_factor4(
    radar: Any, horizon: Any, cells: Any, azimuth_rad: float, line: Line, axis: float, direct: float
) -> float:
    """F^4 of the ray that the sea reflects, 1 where land would reflect it, a ridge hides it or the beam leaves it out.

    ``axis`` is the sine of the elevation of the beam's axis, ``direct`` its gain towards the target.
    """
    if line.sine > radar.mirror_sine or axis + max(line.sine, 0.0) > 2.0 * radar.beam_elevation_rad:
        return 1.0
    out_m = reflection_point(horizon.antenna_m, line.height_m, line.ground_m, EFFECTIVE_EARTH_RADIUS_M)
    mirror = cells[cell_at(horizon, azimuth_rad, out_m)]
    if mirror.ground_m != 0.0 or mirror.lowest_m > MIRROR_SWELL_M:
        return 1.0
    down = -elevation_sine(horizon.antenna_m, 0.0, max(out_m, 1.0))
    ratio = sqrt(pattern_gain(axis + down, radar.beam_elevation_rad) / direct)
    return two_ray_factor4(
        horizon.antenna_m, line.height_m, line.ground_m, out_m, radar.wavelength_m, radar.sea_sigma_m, ratio,
        EFFECTIVE_EARTH_RADIUS_M,
    )  # fmt: skip
