"""What land and sea send back beside a target, and how much of it the receiver keeps.

Source: Barton, Radar Equations for Modern Radar; Skolnik, Introduction to Radar Systems, ch. 7;
Gregers-Hansen and Mital, NRL/MR/5310-12-9346 (2012).
Assumes: homogeneous clutter in one cell, the beam shorter than the fan of the pulse (pulse-limited cell).
Limits: no spikes, no shadowing of sea by waves, no clutter folded from beyond the unambiguous range, no birds or rain.
"""

from __future__ import annotations

from math import cos, log10, pi, sin, sqrt

from openiads._jit import kernel

# Mean significant wave height (m) of sea states 0 to 6: the middles of the classes of WMO code table 3700
# (0; 0-0.1; 0.1-0.5; 0.5-1.25; 1.25-2.5; 2.5-4; 4-6 m).
WAVE_HEIGHT_M = (0.0, 0.05, 0.3, 0.875, 1.875, 3.25, 5.0)
_LAST_SEA_STATE = 6.0
_LEAST_GRAZING_DEG, _MOST_GRAZING_DEG = 0.1, 60.0
_LEAST_GHZ, _MOST_GHZ = 0.5, 35.0


@kernel
def land_reflectivity(gamma: float, grazing_rad: float) -> float:
    """Clutter cross-section of land per area, linear: gamma sin(grazing).

    Source: the constant-gamma model, Barton, Radar Equations for Modern Radar; gamma -20 dB (flat) to -5 dB (mountain).
    """
    return gamma * max(sin(grazing_rad), 0.0)


@kernel
def sea_reflectivity(frequency_hz: float, grazing_rad: float, sea_state: float, horizontal: bool) -> float:
    """Clutter cross-section of the sea per area, linear, mean over wind directions.

    Source: NRL model, NRL/MR/5310-12-9346, Appendix B; stated for 0.1 to 60 degrees, 0.5 to 35 GHz, sea states 0 to 6.
    Limits: beyond these the nearest stated value is taken.
    """
    a = min(max(grazing_rad * 180.0 / pi, _LEAST_GRAZING_DEG), _MOST_GRAZING_DEG)
    f = min(max(frequency_hz * 1e-9, _LEAST_GHZ), _MOST_GHZ)
    state = min(max(sea_state, 0.0), _LAST_SEA_STATE)
    if horizontal:
        c1, c2, c3, c4, c5 = -73.0, 20.781, 7.351, 25.65, 0.0054
    else:
        c1, c2, c3, c4, c5 = -50.796, 25.93, 0.7093, 21.588, 0.00211
    swell = c4 * (1.0 + state) ** (1.0 / (2.0 + 0.085 * a + 0.033 * state))
    sigma0_db = (
        c1 + c2 * log10(sin(a * pi / 180.0)) + (27.5 + c3 * a) * log10(f) / (1.0 + 0.95 * a) + swell + c5 * a * a
    )
    return float(10.0 ** (0.1 * sigma0_db))


@kernel
def wave_height_sigma(sea_state: float) -> float:
    """Standard deviation of the height of the sea (m) at a sea state 0 to 6, linear between whole ones.

    Source: a quarter of the significant wave height (Longuet-Higgins 1952); heights of WMO code table 3700.
    """
    state = min(max(sea_state, 0.0), _LAST_SEA_STATE)
    n = min(int(state), 5)
    return 0.25 * (WAVE_HEIGHT_M[n] + (state - n) * (WAVE_HEIGHT_M[n + 1] - WAVE_HEIGHT_M[n]))


@kernel
def cell_rcs(
    sigma0: float, range_m: float, beam_azimuth_rad: float, range_resolution_m: float, grazing_rad: float
) -> float:
    """Cross-section (m2) of the clutter in one resolution cell of a pulse-limited radar.

    Source: sigma0 R theta / sqrt(2) x resolution / cos(grazing), Skolnik ch. 7; the root of two is the two-way beam.
    """
    return sigma0 * range_m * beam_azimuth_rad / sqrt(2.0) * range_resolution_m / cos(grazing_rad)


@kernel
def doppler_response(radial_speed_mps: float, notch_mps: float) -> float:
    """Power that a moving-target filter keeps of a signal: 1 / (1 + (notch / v)^4); 1 without a notch.

    Source: the response of a two-pole (Butterworth) high-pass. Assumes: no blind speeds (staggered pulses).
    """
    if notch_mps <= 0.0:
        return 1.0
    v2 = radial_speed_mps * radial_speed_mps
    n2 = notch_mps * notch_mps
    return v2 * v2 / (v2 * v2 + n2 * n2)
