"""The sea as a mirror: the ray that a target sends straight and the one that comes over the water add or cancel.

Source: Kerr, Propagation of Short Radio Waves (1951); Blake, Radar Range-Performance Analysis (1980).
Assumes: a reflection coefficient of -1 (low grazing angles), 4/3 earth, a sphere near the site.
Limits: no diffuse reflection, no diffraction beyond the horizon, no ducts, no Brewster angle of vertical polarisation.
"""

from __future__ import annotations

from math import asin, cos, exp, pi, sin, sqrt

from openiads._jit import kernel

_LEAST_REFLECTION = 0.01
_MOST_ROUGHNESS = 4.605170185988091  # minus the log of 0.01: below that the mirror is gone


@kernel
def reflection_point(antenna_m: float, target_m: float, ground_m: float, effective_radius_m: float) -> float:
    """Ground range (m) from the antenna to where the sea mirrors the target; heights above the sea, m.

    Source: closed solution of the cubic 2 d1^3 - 3 d d1^2 + (d^2 - 2 k a (h1 + h2)) d1 + 2 k a h1 d = 0, Fishback in
    Kerr, ch. 2; Blake ch. 6.
    """
    half_m = 0.5 * ground_m
    p = 2.0 / sqrt(3.0) * sqrt(effective_radius_m * (antenna_m + target_m) + half_m * half_m)
    turn = 2.0 * effective_radius_m * ground_m * (target_m - antenna_m) / (p * p * p)
    return half_m - p * sin(asin(min(max(turn, -1.0), 1.0)) / 3.0)


@kernel
def rough_sine(wavelength_m: float, height_sigma_m: float) -> float:
    """Sine of the grazing angle above which a rough sea mirrors less than one hundredth of the field.

    Source: Ament's roughness exp(-2 (2 pi sigma sin psi / lambda)^2), solved for the angle.
    """
    if height_sigma_m <= 0.0:
        return 1.0
    return wavelength_m * sqrt(0.5 * _MOST_ROUGHNESS) / (2.0 * pi * height_sigma_m)


@kernel
def two_ray_factor4(
    antenna_m: float, target_m: float, ground_m: float, reflection_m: float, wavelength_m: float,
    height_sigma_m: float, pattern_ratio: float, effective_radius_m: float,
) -> float:  # fmt: skip
    """F^4, the factor on received power for the sea's mirror: 0 in a null and at the horizon, 16 in a full lobe.

    Heights above the sea, m; ``reflection_m`` from ``reflection_point``; ``height_sigma_m`` of the sea;
    ``pattern_ratio`` of the antenna's voltage towards the mirror point over that towards the target.

    Source: F^2 = 1 + rho^2 - 2 rho cos(2 pi delta / lambda), rho = roughness (Ament 1953: exp(-2 (2 pi sigma sin psi /
    lambda)^2)) x divergence (Kerr: (1 + 2 d1 d2 / (k a d sin psi))^-1/2) x pattern. delta = 2 h1' h2' / d over the
    tangent plane at the mirror point, written for any angle as the difference of the two rays.
    Assumes: within a quarter wave of the horizon, where ray optics ends, the divergence goes linearly to 1.
    """
    beyond_m = ground_m - reflection_m
    low_m = antenna_m - reflection_m * reflection_m / (2.0 * effective_radius_m)
    high_m = target_m - beyond_m * beyond_m / (2.0 * effective_radius_m)
    if low_m <= 0.0 or high_m <= 0.0:
        return 0.0
    mirrored_m = sqrt(ground_m * ground_m + (low_m + high_m) * (low_m + high_m))
    sine = (low_m + high_m) / mirrored_m
    phase = 2.0 * pi * height_sigma_m * sine / wavelength_m
    if 2.0 * phase * phase > _MOST_ROUGHNESS or pattern_ratio < _LEAST_REFLECTION:
        return 1.0
    direct_m = sqrt(ground_m * ground_m + (high_m - low_m) * (high_m - low_m))
    waves = 4.0 * low_m * high_m / (mirrored_m + direct_m) / wavelength_m
    divergence = 1.0 / sqrt(1.0 + 2.0 * reflection_m * beyond_m / (effective_radius_m * ground_m * sine))
    if waves < 0.25:
        divergence = 1.0 - (1.0 - divergence) * 4.0 * waves
    rho = exp(-2.0 * phase * phase) * divergence * pattern_ratio
    factor2 = 1.0 + rho * rho - 2.0 * rho * cos(2.0 * pi * waves)
    return factor2 * factor2
