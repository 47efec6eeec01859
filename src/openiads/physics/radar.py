"""One look of a radar at one target: signal, detection, errors, jamming.

Source: Skolnik, Introduction to Radar Systems; Barton, Modern Radar System Analysis.
Assumes: square-law detection of a single look, losses inside the anchor point.
Limits: no clutter, multipath, eclipsing or Doppler yet.
"""

from __future__ import annotations

from math import exp, log, pi, sqrt
from typing import Any

from openiads._jit import kernel
from openiads.constants import BOLTZMANN_JPK, LIGHT_SPEED_MPS

MONOPULSE_SLOPE = 1.6
STANDARD_TEMPERATURE_K = 290.0


@kernel
def range_equation_snr(
    power_w: float, pulse_s: float, gain: float, wavelength_m: float, rcs_m2: float, range_m: float,
    temperature_k: float, loss: float,
) -> float:  # fmt: skip
    """Single-pulse signal-to-noise ratio, linear.

    Source: P tau G^2 lambda^2 sigma / ((4 pi)^3 k T R^4 L).
    """
    signal = power_w * pulse_s * gain * gain * wavelength_m * wavelength_m * rcs_m2
    return signal / ((4.0 * pi) ** 3 * BOLTZMANN_JPK * temperature_k * range_m**4 * loss)


@kernel
def detection_steady(snr: float, log_pfa: float) -> float:
    """Pd of a steady target in one look (Swerling 0), by North's approximation.

    Source: North 1943 as in Barton: 0.5 erfc(sqrt(-ln Pfa) - sqrt(SNR + 0.5)).
    """
    return 0.5 * _erfc(sqrt(-log_pfa) - sqrt(snr + 0.5))


@kernel
def detection_rayleigh(snr: float, log_pfa: float) -> float:
    """Pd of a Rayleigh target in one look (Swerling 1 and 2): Pfa^(1 / (1 + SNR))."""
    return exp(log_pfa / (1.0 + snr))


@kernel
def detection_dominant(snr: float, log_pfa: float) -> float:
    """Pd of a dominant-plus-Rayleigh target in one look (Swerling 3 and 4).

    Source: Meyer and Mayer, Radar Target Detection (1973), eq. for N = 1.
    """
    x = 1.0 + 0.5 * snr
    threshold = -log_pfa
    return exp(-threshold / x) * (1.0 + threshold * 0.5 * snr / (x * x))


@kernel
def detection(swerling: int, snr: float, log_pfa: float) -> float:
    """Pd of one look at a mean single-look SNR (linear), by Swerling case."""
    if swerling == 0:
        return detection_steady(snr, log_pfa)
    if swerling <= 2:
        return detection_rayleigh(snr, log_pfa)
    return detection_dominant(snr, log_pfa)


@kernel
def _erfc(x: float) -> float:
    """Complementary error function. Source: Abramowitz and Stegun 7.1.26, error below 1.5e-7."""
    t = 1.0 / (1.0 + 0.3275911 * abs(x))
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    tail = series * exp(-x * x)
    return tail if x >= 0.0 else 2.0 - tail


@kernel
def snr_for_detection_rayleigh(pd: float, pfa: float) -> float:
    """The mean SNR (linear) that gives a Pd in one look at a Rayleigh target; anchors a radar."""
    return log(pfa) / log(pd) - 1.0


@kernel
def aspect_rcs(nose_m2: float, beam_m2: float, tail_m2: float, cos_aspect: float) -> float:
    """RCS (m2) seen at an aspect: the ellipse through nose, beam and tail in decibels' stead.

    ``cos_aspect`` is 1 when the radar looks at the nose. Assumes: 1/sigma varies with cos^2 between the three classes.
    """
    share = cos_aspect * cos_aspect
    ahead_m2 = nose_m2 if cos_aspect >= 0.0 else tail_m2
    return 1.0 / (share / ahead_m2 + (1.0 - share) / beam_m2)


@kernel
def jam_to_noise(radar: Any, density_wphz: float, range_m: float, relative_gain: float) -> float:
    """Jam-to-noise ratio at the receiver, linear; density is the jammer's effective radiated power per hertz.

    Source: one-way equation over thermal noise (``jam_constant``), J/N = constant x E x relative gain / R^2.
    """
    return float(radar.jam_constant_m2pw * density_wphz * relative_gain / (range_m * range_m))


@kernel
def jam_constant(gain: float, frequency_hz: float) -> float:
    """Received noise density over thermal noise density, times range^2 over ERP density.

    Source: one-way equation S = E G lambda^2 / ((4 pi)^2 R^2) against k T.
    """
    wavelength_m = LIGHT_SPEED_MPS / frequency_hz
    return gain * wavelength_m * wavelength_m / ((4.0 * pi) ** 2 * BOLTZMANN_JPK * STANDARD_TEMPERATURE_K)


@kernel
def angle_sigma(beamwidth_rad: float, snr: float, floor_rad: float) -> float:
    """One sigma of a monopulse angle. Source: theta / (1.6 sqrt(2 SNR)), with a floor."""
    thermal_rad = beamwidth_rad / (MONOPULSE_SLOPE * sqrt(2.0 * snr))
    return sqrt(thermal_rad * thermal_rad + floor_rad * floor_rad)


@kernel
def range_sigma(resolution_m: float, snr: float, floor_m: float) -> float:
    """One sigma of range. Source: resolution / sqrt(2 SNR), with a floor."""
    thermal_m = resolution_m / sqrt(2.0 * snr)
    return sqrt(thermal_m * thermal_m + floor_m * floor_m)
