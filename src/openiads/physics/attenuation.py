"""What the air and the rain take from a ray on its way.

Source: Recommendations ITU-R P.676-10, Annex 2 (gases), and P.838-3 (rain).
Assumes: sea-level air of 1013 hPa, 15 degrees Celsius, 7.5 g of vapour per m3; a standard ray over the 4/3 earth; the
same rain everywhere from the ground to ``RAIN_HEIGHT_M`` and none above.
Limits: gases from 1 to 54 GHz; no clouds, no snow, no melting layer, no cells of rain.
"""

from __future__ import annotations

from math import exp, log, log10, sin, sqrt
from typing import Any

from openiads._jit import kernel
from openiads.constants import EFFECTIVE_EARTH_RADIUS_M

# Assumed: the freezing level of winter rain over the eastern Mediterranean (P.839 maps a mean of the whole year).
RAIN_HEIGHT_M = 3000.0
VAPOUR_GPM3 = 7.5
DRY_HEIGHT_M = 5214.0  # equivalent height of dry air, P.676-10 Annex 2 eq. 25 below 40 GHz: 6.1 km / 1.17
# Rows of an ``air`` table: AIR_SINES elevations by AIR_RANGES ranges, both as squares between their two ends. Error
# measured, both ways, to 10 GHz, while the loss is under 10 dB: 0.2 dB for air alone, 0.7 dB in rain up to 25 mm/h.
AIR_RANGES = 64
AIR_SINES = 49
AIR_CELLS = AIR_RANGES * AIR_SINES
AIR_LEAST_SINE = -0.03
AIR_MOST_SINE = 1.0
_SINE_SPAN = AIR_MOST_SINE - AIR_LEAST_SINE
_SINE_ROWS = (AIR_SINES - 1.0) / sqrt(_SINE_SPAN)
_NEPER_PER_DB = 0.1 * log(10.0)
_STEPS = 96


@kernel
def _dry_dbpm(frequency_hz: float) -> float:
    """Specific attenuation of dry air at sea level, dB/m. Source: P.676-10 Annex 2 eq. 22a at 1013 hPa and 15 C."""
    f = min(frequency_hz * 1e-9, 54.0)
    return float((7.2 / (f * f + 0.34) + 0.62 / ((54.0 - f) ** 1.16 + 0.83)) * f * f * 1e-6)


@kernel
def _vapour_dbpm(frequency_hz: float) -> float:
    """Specific attenuation of water vapour at sea level, dB/m. Source: P.676-10 Annex 2 eq. 23 at 15 C."""
    f = min(frequency_hz * 1e-9, 54.0)
    e1 = 0.955 + 0.006 * VAPOUR_GPM3
    e2 = 0.735 + 0.0353 * VAPOUR_GPM3
    low = 3.98 * e1 / ((f - 22.235) ** 2 + 9.42 * e1 * e1) * (1.0 + ((f - 22.0) / (f + 22.0)) ** 2)
    middle = 11.96 * e1 / ((f - 183.31) ** 2 + 11.14 * e1 * e1) + 0.081 * e1 / ((f - 321.226) ** 2 + 6.29 * e1 * e1)
    middle += 3.66 * e1 / ((f - 325.153) ** 2 + 9.22 * e1 * e1) + 25.37 * e1 / (f - 380.0) ** 2
    high = 17.4 * e1 / (f - 448.0) ** 2 + 844.6 * e1 / (f - 557.0) ** 2 * (1.0 + ((f - 557.0) / (f + 557.0)) ** 2)
    high += 290.0 * e1 / (f - 752.0) ** 2 * (1.0 + ((f - 752.0) / (f + 752.0)) ** 2)
    high += 8.3328e4 * e2 / (f - 1780.0) ** 2 * (1.0 + ((f - 1780.0) / (f + 1780.0)) ** 2)
    return (low + middle + high) * f * f * VAPOUR_GPM3 * 1e-7


@kernel
def _vapour_height(frequency_hz: float) -> float:
    """Equivalent height of water vapour, m. Source: P.676-10 Annex 2 eq. 26 at 1013 hPa, the line at 22 GHz."""
    off = frequency_hz * 1e-9 - 22.235
    return 1660.0 * (1.0 + 1.373 / (off * off + 2.53))


@kernel
def gas_attenuation_dbpm(frequency_hz: float, height_m: float) -> float:
    """One-way specific attenuation of the gases at a height above the sea, dB/m.

    Source: P.676-10 Annex 2, falling exponentially with the equivalent heights of dry air and of vapour.
    """
    up_m = max(height_m, 0.0)
    dry = _dry_dbpm(frequency_hz) * exp(-up_m / DRY_HEIGHT_M)
    return dry + _vapour_dbpm(frequency_hz) * exp(-up_m / _vapour_height(frequency_hz))


@kernel
def _bell(lg_f: float, height: float, middle: float, width: float) -> float:
    """One term of the regressions of P.838-3."""
    off = (lg_f - middle) / width
    return height * exp(-off * off)


@kernel
def _rain_k(lg_f: float, horizontal: bool) -> float:
    """k of the power law. Source: P.838-3 eq. 2, tables 1 and 2."""
    if horizontal:
        lg_k = _bell(lg_f, -5.33980, -0.10008, 1.13098) + _bell(lg_f, -0.35351, 1.26970, 0.45400)
        lg_k += _bell(lg_f, -0.23789, 0.86036, 0.15354) + _bell(lg_f, -0.94158, 0.64552, 0.16817)
        return float(10.0 ** (lg_k - 0.18961 * lg_f + 0.71147))
    lg_k = _bell(lg_f, -3.80595, 0.56934, 0.81061) + _bell(lg_f, -3.44965, -0.22911, 0.51059)
    lg_k += _bell(lg_f, -0.39902, 0.73042, 0.11899) + _bell(lg_f, 0.50167, 1.07319, 0.27195)
    return float(10.0 ** (lg_k - 0.16398 * lg_f + 0.63297))


@kernel
def _rain_alpha(lg_f: float, horizontal: bool) -> float:
    """Exponent of the power law. Source: P.838-3 eq. 3, tables 3 and 4."""
    if horizontal:
        alpha = _bell(lg_f, -0.14318, 1.82442, -0.55187) + _bell(lg_f, 0.29591, 0.77564, 0.19822)
        alpha += _bell(lg_f, 0.32177, 0.63773, 0.13164) + _bell(lg_f, -5.37610, -0.96230, 1.47828)
        return alpha + _bell(lg_f, 16.1721, -3.29980, 3.43990) + 0.67849 * lg_f - 1.95537
    alpha = _bell(lg_f, -0.07771, 2.33840, -0.76284) + _bell(lg_f, 0.56727, 0.95545, 0.54039)
    alpha += _bell(lg_f, -0.20238, 1.14520, 0.26809) + _bell(lg_f, -48.2991, 0.791669, 0.116226)
    return alpha + _bell(lg_f, 48.5833, 0.791459, 0.116479) - 0.053739 * lg_f + 0.83433


@kernel
def rain_attenuation_dbpm(frequency_hz: float, rain_mmph: float, horizontal: bool) -> float:
    """One-way specific attenuation of rain, dB/m, for a level ray. Source: k R^alpha, P.838-3, 1 to 1000 GHz."""
    if rain_mmph <= 0.0:
        return 0.0
    lg_f = log10(max(frequency_hz * 1e-9, 1.0))
    return float(1e-3 * _rain_k(lg_f, horizontal) * rain_mmph ** _rain_alpha(lg_f, horizontal))


@kernel
def _wet_length(antenna_height_m: float, sine: float, bend_pm: float, range_m: float) -> float:
    """Length (m) of the ray h0 + s sin e + s^2 bend that lies below the top of the rain."""
    over_m = RAIN_HEIGHT_M - antenna_height_m
    root2 = sine * sine + 4.0 * bend_pm * over_m
    if root2 <= 0.0:
        return 0.0
    root = sqrt(root2)
    # the far crossing, without cancellation where the ray climbs; the near one is behind the antenna or a way down
    far_m = 2.0 * over_m / (sine + root) if sine > 0.0 else (root - sine) / (2.0 * bend_pm)
    near_m = 0.0 if over_m >= 0.0 else 2.0 * over_m / (sine - root)
    return max(min(far_m, range_m) - min(max(near_m, 0.0), range_m), 0.0)


@kernel
def path_loss_db(
    frequency_hz: float, rain_mmph: float, horizontal: bool, antenna_height_m: float, elevation_rad: float,
    range_m: float,
) -> float:  # fmt: skip
    """One-way loss (dB) along a ray from an antenna; height above the sea, m. Run at build, not at a look.

    Source: Simpson's rule over s = range u^2 of the gases at h(s) = h0 + s sin e + s^2 cos^2 e / (2 k a); rain by the
    length of the ray below its top.
    """
    return _loss_db(frequency_hz, rain_mmph, horizontal, antenna_height_m, sin(elevation_rad), range_m)


@kernel
def _loss_db(
    frequency_hz: float, rain_mmph: float, horizontal: bool, antenna_height_m: float, sine: float, range_m: float
) -> float:
    """``path_loss_db`` by the sine of the elevation."""
    bend_pm = (1.0 - sine * sine) / (2.0 * EFFECTIVE_EARTH_RADIUS_M)
    dry, vapour, vapour_m = _dry_dbpm(frequency_hz), _vapour_dbpm(frequency_hz), _vapour_height(frequency_hz)
    gases_db = 0.0
    for n in range(1, _STEPS + 1):  # the first point weighs nothing: ds = 2 range u du
        u = n / _STEPS
        s = range_m * u * u
        up_m = max(antenna_height_m + s * (sine + s * bend_pm), 0.0)
        weight = (1.0 if n == _STEPS else 2.0 + 2.0 * (n % 2)) * 2.0 * u * range_m / (3.0 * _STEPS)
        gases_db += weight * (dry * exp(-up_m / DRY_HEIGHT_M) + vapour * exp(-up_m / vapour_m))
    rain_dbpm = rain_attenuation_dbpm(frequency_hz, rain_mmph, horizontal)
    return gases_db + rain_dbpm * _wet_length(antenna_height_m, sine, bend_pm, range_m)


@kernel
def fill_air(
    air: Any, first: int, frequency_hz: float, rain_mmph: float, horizontal: bool, antenna_height_m: float,
    range_max_m: float,
) -> None:  # fmt: skip
    """Fill ``AIR_CELLS`` rows of a table, from row ``first``, with the two-way transmission of one radar's air.

    Ranges run as squares from 0 to ``range_max_m``, denser near the radar, where the rain lies.
    """
    for row in range(AIR_SINES):
        part = row / (AIR_SINES - 1.0)
        sine = AIR_LEAST_SINE + (AIR_MOST_SINE - AIR_LEAST_SINE) * part * part
        for n in range(AIR_RANGES):
            range_m = range_max_m * (n / (AIR_RANGES - 1.0)) ** 2
            loss_db = 2.0 * _loss_db(frequency_hz, rain_mmph, horizontal, antenna_height_m, sine, range_m)
            air[first + row * AIR_RANGES + n].share = exp(-_NEPER_PER_DB * loss_db)


@kernel
def air_at(air: Any, first: int, range_steps: float, sine: float) -> float:
    """Two-way transmission (0 to 1) at a range, in steps of ``range_max_m / (AIR_RANGES - 1)``, and a sine.

    The sine is of the elevation over the 4/3 earth: (h_t - h_r) / R - R / (2 k a). Beyond an end the end is taken.
    """
    across = sqrt((AIR_RANGES - 1.0) * min(max(range_steps, 0.0), AIR_RANGES - 1.000001))
    up = _SINE_ROWS * sqrt(min(max(sine - AIR_LEAST_SINE, 0.0), _SINE_SPAN))
    n, row = int(across), min(int(up), AIR_SINES - 2)
    across -= n
    up -= row
    cell = first + row * AIR_RANGES + n
    low = float(air[cell].share) + across * (float(air[cell + 1].share) - float(air[cell].share))
    cell += AIR_RANGES
    high = float(air[cell].share) + across * (float(air[cell + 1].share) - float(air[cell].share))
    return float(low + up * (high - low))
