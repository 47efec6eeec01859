"""The chance that something of which a plane's normal distribution is known lies within a disc."""

from __future__ import annotations

from math import asin, atan2, cos, erf, exp, pi, sin, sqrt
from typing import NamedTuple

from openiads._jit import kernel

STRIPS = 16  # within 0.02 of any such chance, and within 1e-6 where the disc is less than three sigmas wide
FAR_SIGMAS = 6.0
SIGMA_LEAST = 1e-3  # of the disc's radius, below which a distribution is a point


class Ellipse(NamedTuple):
    """The axes of a plane's covariance: standard deviations, and the angle of the larger from the first axis, rad."""

    major: float
    minor: float
    angle_rad: float


@kernel
def ellipse_of(xx: float, xy: float, yy: float) -> Ellipse:
    """The principal axes of a covariance [[xx, xy], [xy, yy]]."""
    mean, half = 0.5 * (xx + yy), 0.5 * (xx - yy)
    apart = sqrt(half * half + xy * xy)
    return Ellipse(sqrt(max(mean + apart, 0.0)), sqrt(max(mean - apart, 0.0)), 0.5 * atan2(xy, half))


@kernel
def chance_in_disc(x: float, y: float, spread: Ellipse, radius: float) -> float:
    """The chance to lie within a radius of the origin, for a mean (x, y) and the axes of the covariance.

    Source: Gilliland, Integral of the bivariate normal distribution over an offset circle, JASA 57 (1962): across the
    major axis the integral is a difference of error functions, along it strips are summed.
    """
    major, minor = max(spread.major, SIGMA_LEAST * radius), max(spread.minor, SIGMA_LEAST * radius)
    along = x * cos(spread.angle_rad) + y * sin(spread.angle_rad)
    across = y * cos(spread.angle_rad) - x * sin(spread.angle_rad)
    low, high = max(-radius, along - FAR_SIGMAS * major), min(radius, along + FAR_SIGMAS * major)
    if low >= high or abs(across) > radius + FAR_SIGMAS * minor:
        return 0.0
    first, last = asin(low / radius), asin(high / radius)
    total, width = 0.0, (last - first) / STRIPS
    for n in range(STRIPS):
        total += _strip(first + (n + 0.5) * width, along, across, major, minor, radius)
    return min(total * width, 1.0)


@kernel
def _strip(angle_rad: float, along: float, across: float, major: float, minor: float, radius: float) -> float:
    """The density of a strip of the disc a unit of the angle at which it begins and ends."""
    half = radius * cos(angle_rad)
    off = (radius * sin(angle_rad) - along) / major
    inside = erf((half - across) / (minor * sqrt(2.0))) + erf((half + across) / (minor * sqrt(2.0)))
    return float(0.5 * inside * _normal(off) / major * half)


@kernel
def _normal(off: float) -> float:
    from_top = -0.5 * off * off
    return float(exp(from_top) / sqrt(2.0 * pi))
