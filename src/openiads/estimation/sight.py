"""What a plot says about where something is: axes along which its errors are independent, and their variances.

The extended filter's linearisation: angles and ranges become steps along the line of sight, aside and upwards at the
plot; what the plot did not measure is taken from where the track is expected. Source: Bar-Shalom, Li and Kirubarajan
2001, ch. 10. Oracles in tests: the Jacobian of spherical coordinates.
"""

from __future__ import annotations

from math import pi, sqrt
from typing import Any, NamedTuple

from openiads._jit import kernel
from openiads.estimation.kalman import Block, Gauss, Taken, observed, observed_across, observed_rate, plus, times
from openiads.vec3 import Vec3, cross, dot, norm, read, scale, step, sub, unit

BEARING = 1  # dimensions of a plot: an azimuth alone
LEVEL = 2  # range and azimuth
FULL = 3  # range, azimuth and elevation
STEEPEST = 0.98  # sine of an elevation that a track's height may stand for


class Sight(NamedTuple):
    """A plot on its own axes; variances are m2, of the rate m2/s2 (0: not measured)."""

    place: Vec3
    antenna: Vec3
    line: Vec3
    side: Vec3
    rise: Vec3
    line2: float
    side2: float
    rise2: float
    rate_mps: float
    rate2: float
    dimensions: int


class Normal(NamedTuple):
    """A normal density, exp(-distance2 / 2) / sqrt(width), by the squared Mahalanobis distance."""

    width: float
    distance2: float


@kernel
def sight_of(plot: Any, antenna_m: Vec3, up: Vec3, expected_m: Vec3) -> Sight:
    """The sight of a plot; ``up`` is the antenna's vertical, ``expected_m`` where the track that may take it is."""
    place = read(plot.pos_enu_m)
    if plot.dimensions < FULL:
        place = completed(plot.dimensions, plot.range_m, sub(place, antenna_m), antenna_m, up, expected_m)
    return _axes(
        place, antenna_m, up, plot.sigma_range_m, plot.sigma_azimuth_rad, plot.sigma_elevation_rad,
        plot.range_rate_mps, plot.sigma_rate_mps, plot.dimensions,
    )  # fmt: skip


@kernel
def bearing_of(azimuth_m: Vec3, sigma_azimuth_rad: float, antenna_m: Vec3, up: Vec3, expected_m: Vec3) -> Sight:
    """The sight of a bearing alone; ``azimuth_m`` is a level vector along it."""
    place = completed(BEARING, 0.0, azimuth_m, antenna_m, up, expected_m)
    return _axes(place, antenna_m, up, 0.0, sigma_azimuth_rad, 0.0, 0.0, 0.0, BEARING)


@kernel
def moved(sight: Sight, place: Vec3) -> Sight:
    """The same sight of another place."""
    return Sight(
        place, sight.antenna, sight.line, sight.side, sight.rise, sight.line2, sight.side2, sight.rise2,
        sight.rate_mps, sight.rate2, sight.dimensions,
    )  # fmt: skip


@kernel
def completed(dimensions: int, range_m: float, towards_m: Vec3, antenna_m: Vec3, up: Vec3, expected_m: Vec3) -> Vec3:
    """Where a plot lies if what it did not measure, its height and for a bearing its range, is as expected."""
    level = unit(step(towards_m, up, -dot(towards_m, up)))
    apart_m = sub(expected_m, antenna_m)
    height_m = dot(apart_m, up)
    if dimensions == BEARING:
        return step(step(antenna_m, level, max(dot(apart_m, level), 1.0)), up, height_m)
    height_m = min(max(height_m, -STEEPEST * range_m), STEEPEST * range_m)
    return step(step(antenna_m, level, sqrt(range_m * range_m - height_m * height_m)), up, height_m)


@kernel
def _axes(
    place: Vec3, antenna_m: Vec3, up: Vec3, sigma_m: float, azimuth_rad: float, elevation_rad: float,
    rate_mps: float, rate_sigma_mps: float, dimensions: int,
) -> Sight:  # fmt: skip
    apart_m = sub(place, antenna_m)
    range_m = max(norm(apart_m), 1.0)
    line = scale(apart_m, 1.0 / range_m)
    aside = cross(line, up)
    level = norm(aside)
    side = scale(aside, 1.0 / level) if level > 1e-9 else unit(cross(Vec3(up.y, up.z, up.x), up))
    side_m = range_m * max(level, 1e-3) * azimuth_rad
    rise_m = range_m * elevation_rad
    return Sight(
        place, antenna_m, line, side, cross(side, line), sigma_m * sigma_m, side_m * side_m, rise_m * rise_m,
        rate_mps, rate_sigma_mps * rate_sigma_mps, dimensions,
    )  # fmt: skip


@kernel
def taken(g: Gauss, sight: Sight) -> Taken:
    """Take everything that a sight measured, one scalar after the other."""
    off_m = dot(sight.side, sub(sight.place, g.pos))
    if sight.dimensions == BEARING:
        return observed_across(g, sight.side, sight.line, off_m, sight.side2)
    done = observed(g, sight.side, off_m, sight.side2)
    width, nis = done.width, done.nis
    done = observed(done.state, sight.line, dot(sight.line, sub(sight.place, done.state.pos)), sight.line2)
    width *= done.width
    nis += done.nis
    if sight.dimensions >= FULL:
        done = observed(done.state, sight.rise, dot(sight.rise, sub(sight.place, done.state.pos)), sight.rise2)
        width *= done.width
        nis += done.nis
    if sight.rate2 > 0.0:
        done = _rate_taken(done.state, sight)
        width *= done.width
        nis += done.nis
    return Taken(done.state, width, nis)


@kernel
def _rate_taken(g: Gauss, sight: Sight) -> Taken:
    """Radial speed: linear along the line of sight in velocity, and in position through that line's turning."""
    apart_m = sub(g.pos, sight.antenna)
    range_m = max(norm(apart_m), 1.0)
    line = scale(apart_m, 1.0 / range_m)
    rate_mps = dot(g.vel, line)
    by_pos = scale(step(g.vel, line, -rate_mps), 1.0 / range_m)
    return observed_rate(g, by_pos, line, sight.rate_mps - rate_mps, sight.rate2)


@kernel
def density(pos: Vec3, pp: Block, sight: Sight, spread_m2: float) -> Normal:
    """How likely a sight's place is under a predicted position, its covariance widened by ``spread_m2`` on each axis.

    An axis that was not measured counts for nothing. Limits: a measured rate is left out.
    """
    off_m = sub(sight.place, pos)
    by_line, by_side, by_rise = times(pp, sight.line), times(pp, sight.side), times(pp, sight.rise)
    ss = dot(sight.side, by_side) + sight.side2 + spread_m2
    side = dot(sight.side, off_m)
    ll, ls, line = 0.5 / pi, 0.0, 0.0
    if sight.dimensions >= LEVEL:
        ll, ls = dot(sight.line, by_line) + sight.line2 + spread_m2, dot(sight.line, by_side)
        line = dot(sight.line, off_m)
    rr, rs, rl, rise = 0.5 / pi, 0.0, 0.0, 0.0
    if sight.dimensions >= FULL:
        rr = dot(sight.rise, by_rise) + sight.rise2 + spread_m2
        rs, rl = dot(sight.rise, by_side), dot(sight.rise, by_line)
        rise = dot(sight.rise, off_m)
    found = eliminated(ss, ll, rr, ls, rs, rl, Vec3(side, line, rise))
    return Normal(8.0 * pi * pi * pi * found.width, found.distance2)


@kernel
def eliminated(xx: float, yy: float, zz: float, xy: float, xz: float, yz: float, off: Vec3) -> Normal:
    """Squared distance of an offset in a symmetric 3 x 3 covariance, and that matrix's determinant as ``width``.

    By elimination: each step leaves the variance of the next axis given the ones before.
    """
    ratio_y, ratio_z = xy / xx, xz / xx
    left_y = yy - ratio_y * xy
    cross_yz = yz - ratio_y * xz
    second = off.y - ratio_y * off.x
    ratio_yz = cross_yz / left_y
    left_z = zz - ratio_z * xz - ratio_yz * cross_yz
    third = off.z - ratio_z * off.x - ratio_yz * second
    distance2 = off.x * off.x / xx + second * second / left_y + third * third / left_z
    return Normal(xx * left_y * left_z, distance2)


@kernel
def apart2(here: Vec3, there: Vec3, cov: Block, other_cov: Block) -> float:
    """Squared Mahalanobis distance of two independent estimates of one vector."""
    both = plus(cov, other_cov, 1.0)
    return eliminated(both.x.x, both.y.y, both.z.z, both.x.y, both.x.z, both.y.z, sub(here, there)).distance2
