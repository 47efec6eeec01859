"""A constant-velocity Kalman filter on track rows: position and velocity in a local Cartesian frame.

A plot's errors are independent along the line of sight, across it in azimuth and across it in elevation, so that an
update is three scalar updates along that basis; linearised at the plot, this is the extended filter in polar
measurements. Source: Bar-Shalom, Li and Kirubarajan, Estimation with Applications to Tracking, ch. 6 and 10.
"""

from __future__ import annotations

from math import sqrt
from typing import Any, NamedTuple

from openiads._jit import kernel
from openiads.constants import SECONDS_PER_TICK
from openiads.vec3 import Vec3, cross, dot, norm, read, scale, step, sub, unit, write


class Basis(NamedTuple):
    """Axes of a plot's errors and the standard deviation along each, m."""

    line: Vec3
    side: Vec3
    rise: Vec3
    sigma_line_m: float
    sigma_side_m: float
    sigma_rise_m: float


@kernel
def error_basis(plot: Any, antenna_m: Vec3) -> Basis:
    """The basis on which the errors of a plot are independent."""
    to_plot_m = sub(read(plot.pos_enu_m), antenna_m)
    range_m = norm(to_plot_m)
    line = scale(to_plot_m, 1.0 / max(range_m, 1.0))
    side = unit(Vec3(line.y, -line.x, 0.0)) if line.x != 0.0 or line.y != 0.0 else Vec3(1.0, 0.0, 0.0)
    rise = cross(side, line)
    ground_m = range_m * sqrt(max(1.0 - line.z * line.z, 1e-6))
    return Basis(
        line, side, rise, plot.sigma_range_m, ground_m * plot.sigma_azimuth_rad, range_m * plot.sigma_elevation_rad,
    )  # fmt: skip


@kernel
def predicted_position(track: Any, tick: int) -> Vec3:
    """Where a track is expected at a tick, m."""
    return step(read(track.pos_enu_m), read(track.vel_enu_mps), (tick - track.tick) * SECONDS_PER_TICK)


@kernel
def predict(track: Any, tick: int, noise_mps2: float) -> None:
    """Carry a track to a tick under white acceleration noise of spectral density ``noise^2`` times one second."""
    span_s = (tick - track.tick) * SECONDS_PER_TICK
    if span_s <= 0.0:
        return
    write(track.pos_enu_m, step(read(track.pos_enu_m), read(track.vel_enu_mps), span_s))
    cov = track.cov
    density = noise_mps2 * noise_mps2
    for i in range(3):
        for j in range(3):
            both = cov[i, j + 3] + cov[j, i + 3]
            cov[i, j] += span_s * (both + span_s * cov[i + 3, j + 3])
        cov[i, i] += density * span_s * span_s * span_s / 3.0
    for i in range(3):
        for j in range(3):
            cov[i, j + 3] += span_s * cov[i + 3, j + 3]
        cov[i, i + 3] += density * span_s * span_s / 2.0
        cov[i + 3, i + 3] += density * span_s
    for i in range(3):
        for j in range(3):
            cov[j + 3, i] = cov[i, j + 3]
    track.tick = tick


@kernel
def update_along(track: Any, direction: Vec3, measured_m: float, sigma_m: float) -> None:
    """One scalar update: the track's coordinate along a direction was measured with a standard deviation."""
    cov = track.cov
    g0 = cov[0, 0] * direction.x + cov[0, 1] * direction.y + cov[0, 2] * direction.z
    g1 = cov[1, 0] * direction.x + cov[1, 1] * direction.y + cov[1, 2] * direction.z
    g2 = cov[2, 0] * direction.x + cov[2, 1] * direction.y + cov[2, 2] * direction.z
    g3 = cov[3, 0] * direction.x + cov[3, 1] * direction.y + cov[3, 2] * direction.z
    g4 = cov[4, 0] * direction.x + cov[4, 1] * direction.y + cov[4, 2] * direction.z
    g5 = cov[5, 0] * direction.x + cov[5, 1] * direction.y + cov[5, 2] * direction.z
    inverse = 1.0 / (direction.x * g0 + direction.y * g1 + direction.z * g2 + sigma_m * sigma_m)
    weight = (measured_m - dot(direction, read(track.pos_enu_m))) * inverse
    write(track.pos_enu_m, step(read(track.pos_enu_m), Vec3(g0, g1, g2), weight))
    write(track.vel_enu_mps, step(read(track.vel_enu_mps), Vec3(g3, g4, g5), weight))
    gain = (g0, g1, g2, g3, g4, g5)
    for i in range(6):
        for j in range(6):
            cov[i, j] -= gain[i] * gain[j] * inverse


@kernel
def update(track: Any, plot: Any, basis: Basis) -> None:
    """Take a plot into a track that has been predicted to the plot's tick."""
    measured_m = read(plot.pos_enu_m)
    update_along(track, basis.line, dot(basis.line, measured_m), basis.sigma_line_m)
    update_along(track, basis.side, dot(basis.side, measured_m), basis.sigma_side_m)
    update_along(track, basis.rise, dot(basis.rise, measured_m), basis.sigma_rise_m)
    track.pos_sigma_m = position_sigma(track)
    track.vel_sigma_mps = speed_sigma(track)


@kernel
def start(track: Any, plot: Any, basis: Basis, speed_sigma_mps: float) -> None:
    """Begin a track at a plot: its errors as covariance, no velocity yet but a standard deviation of it."""
    write(track.pos_enu_m, read(plot.pos_enu_m))
    write(track.vel_enu_mps, Vec3(0.0, 0.0, 0.0))
    cov = track.cov
    a, b, c = basis.line, basis.side, basis.rise
    line2 = basis.sigma_line_m * basis.sigma_line_m
    side2 = basis.sigma_side_m * basis.sigma_side_m
    rise2 = basis.sigma_rise_m * basis.sigma_rise_m
    first = (a.x, a.y, a.z)
    second = (b.x, b.y, b.z)
    third = (c.x, c.y, c.z)
    for i in range(6):
        for j in range(6):
            cov[i, j] = 0.0
    for i in range(3):
        for j in range(3):
            cov[i, j] = line2 * first[i] * first[j] + side2 * second[i] * second[j] + rise2 * third[i] * third[j]
        cov[i + 3, i + 3] = speed_sigma_mps * speed_sigma_mps
    track.pos_sigma_m = position_sigma(track)
    track.vel_sigma_mps = speed_sigma_mps


@kernel
def distance2(track: Any, plot: Any, basis: Basis, tick: int, noise_mps2: float) -> float:
    """Squared Mahalanobis distance of a plot from where a track is expected; the track is left as it is."""
    span_s = (tick - track.tick) * SECONDS_PER_TICK
    off_m = sub(read(plot.pos_enu_m), predicted_position(track, tick))
    grown = noise_mps2 * noise_mps2 * span_s * span_s * span_s / 3.0
    a, b, c = basis.line, basis.side, basis.rise
    a2 = basis.sigma_line_m * basis.sigma_line_m
    b2 = basis.sigma_side_m * basis.sigma_side_m
    c2 = basis.sigma_rise_m * basis.sigma_rise_m
    xx = _ahead(track, 0, 0, span_s) + grown + a2 * a.x * a.x + b2 * b.x * b.x + c2 * c.x * c.x
    yy = _ahead(track, 1, 1, span_s) + grown + a2 * a.y * a.y + b2 * b.y * b.y + c2 * c.y * c.y
    zz = _ahead(track, 2, 2, span_s) + grown + a2 * a.z * a.z + b2 * b.z * b.z + c2 * c.z * c.z
    xy = _ahead(track, 0, 1, span_s) + a2 * a.x * a.y + b2 * b.x * b.y + c2 * c.x * c.y
    xz = _ahead(track, 0, 2, span_s) + a2 * a.x * a.z + b2 * b.x * b.z + c2 * c.x * c.z
    yz = _ahead(track, 1, 2, span_s) + a2 * a.y * a.z + b2 * b.y * b.z + c2 * c.y * c.z
    # Cholesky of the innovation covariance, then forward substitution
    l11 = sqrt(xx)
    l21 = xy / l11
    l31 = xz / l11
    l22 = sqrt(max(yy - l21 * l21, 1e-9))
    l32 = (yz - l31 * l21) / l22
    l33 = sqrt(max(zz - l31 * l31 - l32 * l32, 1e-9))
    first = off_m.x / l11
    second = (off_m.y - l21 * first) / l22
    third = (off_m.z - l31 * first - l32 * second) / l33
    return first * first + second * second + third * third


@kernel
def _ahead(track: Any, i: int, j: int, span_s: float) -> float:
    """One entry of the predicted position covariance, m2, without process noise."""
    cov = track.cov
    return float(cov[i, j] + span_s * (cov[i, j + 3] + cov[j, i + 3] + span_s * cov[i + 3, j + 3]))


@kernel
def position_sigma(track: Any) -> float:
    """Root of the mean position variance of a track, m."""
    return sqrt((track.cov[0, 0] + track.cov[1, 1] + track.cov[2, 2]) / 3.0)


@kernel
def speed_sigma(track: Any) -> float:
    """Root of the mean velocity variance of a track, m/s."""
    return sqrt((track.cov[3, 3] + track.cov[4, 4] + track.cov[5, 5]) / 3.0)
