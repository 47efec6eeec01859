"""One look of a radar at one target: signal, detection, errors, jamming.

Source: Skolnik, Introduction to Radar Systems; Barton, Modern Radar System Analysis.
Assumes: losses stand inside the anchor point of a radar's published detection range.
Limits: detection, clutter, the sea's mirror and the air have laws of their own beside this file; no eclipsing.
"""

from __future__ import annotations

from math import pi, sqrt
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
def burn_through_self_screening(signal_m4: float, jamming_m2: float, snr_needed: float) -> float:
    """Range (m) inside which a radar sees a target that jams for itself; ratios linear.

    ``signal_m4`` is the SNR times R^4, ``jamming_m2`` the jam-to-noise ratio times R^2.

    Source: signal / R^4 = needed x (1 + jamming / R^2) solved for R^2: the textbook R^2 = signal / (needed x jamming)
    where jamming is far over noise, the free range where there is none.
    """
    reach_m4 = signal_m4 / snr_needed
    return sqrt(2.0 * reach_m4 / (jamming_m2 + sqrt(jamming_m2 * jamming_m2 + 4.0 * reach_m4)))


@kernel
def burn_through_stand_off(signal_m4: float, jam_to_noise: float, snr_needed: float) -> float:
    """Range (m) inside which a radar sees a target beside a jammer of fixed jam-to-noise ratio; ratios linear.

    Source: signal / R^4 = needed x (1 + J / N).
    """
    return sqrt(sqrt(signal_m4 / (snr_needed * (1.0 + jam_to_noise))))


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
