"""How probable it is that a look of one or several pulses shows a target, by the way the target fluctuates.

The pulses of a look go through a square-law detector, are summed without phase and compared with a threshold. Signal
and noise are in units of the noise power of one pulse, so noise alone gives Gamma(N, 1).

Source: Swerling 1960 (cases 1 to 4, chi-square family); Shnidman 1995, Efficient Evaluation of Probabilities of
Detection and the Generalized Q-Function; Meyer and Mayer, Radar Target Detection (1973).
Assumes: white noise of known power, equal mean signal in every pulse.
Limits: no loss of a constant-false-alarm-rate circuit, of quantisation, or of a pulse that straddles two cells.
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p, sqrt
from typing import Any

from openiads._jit import kernel

# A probability by signal-to-noise ratio: every sixteenth of a decibel from -20 to +50 dB, linear in between.
# Largest error measured: 1.5e-4 at Pfa 1e-6, 2.8e-4 at 1e-12 and 1000 pulses (tests/oracles/test_detection.py).
LEAST_CHANCE = 1e-5  # a look less likely to detect is not drawn, assumed
CHANCE_LEAST_DB = -20.0
CHANCE_STEP_DB = 0.0625
CHANCE_CELLS = 1121
_DB_PER_NEPER = 10.0 / log(10.0)
_LEAST_SNR = 10.0 ** (CHANCE_LEAST_DB / 10.0)
_STEADY = 0.0
_HALVINGS = 64
_LARGEST_LOG_SNR = 30.0


@kernel
def _tail_sum(pulses: int, threshold: float) -> float:
    """1 + (N-1)/T + (N-1)(N-2)/T^2 + ...: the terms of the Gamma tail over the last of them."""
    term = total = 1.0
    for n in range(pulses - 1, 0, -1):
        term *= n / threshold
        total += term
    return total


@kernel
def _log_last_term(pulses: int, threshold: float) -> float:
    """Log of exp(-T) T^(N-1) / (N-1)!, the last term of the Gamma tail."""
    return (pulses - 1) * log(threshold) - threshold - lgamma(float(pulses))


@kernel
def threshold(log_pfa: float, pulses: int) -> float:
    """Normalised threshold T with P(Gamma(N, 1) > T) = Pfa, for Pfa below one half.

    Source: Newton's steps on the log of the tail exp(-T) sum of T^n / n!, n < N; the log is concave, so they converge.
    """
    if pulses == 1:
        return -log_pfa
    found = pulses - log_pfa + sqrt(-2.0 * log_pfa * pulses)
    for _ in range(50):
        total = _tail_sum(pulses, found)
        step = (_log_last_term(pulses, found) + log(total) - log_pfa) * total
        found += step
        if abs(step) < 1e-13 * found:
            break
    return found


@kernel
def fluctuation_degrees(swerling: int, pulses: int) -> float:
    """K of the chi-square family: pairs of degrees of freedom of the summed signal; 0 stands for a steady target.

    Source: Shnidman 1995: case 1: 1, case 2: N, case 3: 2, case 4: 2 N.
    """
    if swerling == 0:
        return _STEADY
    degrees = 1.0 if swerling <= 2 else 2.0
    return degrees if swerling in (1, 3) else degrees * pulses


@kernel
def _detection_series(degrees: float, snr: float, pulses: int, threshold: float) -> float:
    """P(M < N + k): M is Poisson(T); k is Poisson (steady) or negative binomial (fluctuating) with mean N x SNR.

    Source: Shnidman 1995. Both laws start in logarithms, so that no power of ten is too large or too small.
    """
    mean = pulses * snr
    steady = degrees == _STEADY
    log_share = log(mean) if steady else log(mean / (degrees + mean))
    log_chance = -mean if steady else -degrees * log1p(mean / degrees)
    last = exp(_log_last_term(pulses, threshold))
    detected = last * _tail_sum(pulses, threshold)
    below = exp(log_chance)
    n, weight = pulses, last * threshold / pulses
    while below < 1.0 and (n < threshold or weight > 1e-18):
        detected += weight * (1.0 - below)
        k = n - pulses + 1.0
        log_chance += log_share - log(k) if steady else log_share + log((degrees + k - 1.0) / k)
        below += exp(log_chance)
        n += 1
        weight *= threshold / n
    return min(detected, 1.0)


@kernel
def detection(swerling: int, snr: float, pulses: int, threshold: float) -> float:
    """Pd of a look of N summed pulses at a mean single-pulse SNR (linear) over ``threshold(log_pfa, pulses)``.

    Source: closed forms for one pulse (Swerling 1960; Meyer and Mayer 1973), else Shnidman's exact series; case 0 with
    one pulse is Marcum's Q.
    """
    if snr <= 0.0:
        return exp(_log_last_term(pulses, threshold)) * _tail_sum(pulses, threshold)
    if pulses == 1 and swerling in (1, 2):
        return exp(-threshold / (1.0 + snr))
    if pulses == 1 and swerling >= 3:
        x = 1.0 + 0.5 * snr
        return exp(-threshold / x) * (1.0 + threshold * 0.5 * snr / (x * x))
    return _detection_series(fluctuation_degrees(swerling, pulses), snr, pulses, threshold)


@kernel
def snr_for_detection(pd: float, log_pfa: float, pulses: int, swerling: int) -> float:
    """Mean single-pulse SNR (linear) that gives a Pd: the inverse of ``detection``, by halving in its logarithm."""
    bar = threshold(log_pfa, pulses)
    low, high = -_LARGEST_LOG_SNR, _LARGEST_LOG_SNR
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if detection(swerling, exp(middle), pulses, bar) < pd:
            low = middle
        else:
            high = middle
    return exp(0.5 * (low + high))


@kernel
def shnidman_snr(pd: float, log_pfa: float, pulses: int, swerling: int) -> float:
    """Mean single-pulse SNR (linear) that gives a Pd, by a closed form; a check of the exact series.

    Source: Shnidman 2002, Determination of Required SNR Values, IEEE AES-38; stated for Pd 0.1 to 0.99, Pfa 1e-9 to
    1e-3, 1 to 100 pulses, mostly within 0.5 dB. Measured there against the exact series: within 0.3 dB for case 0,
    1.05 dB for cases 1 and 2, 0.85 dB for case 3, 0.6 dB for case 4.
    """
    pfa = exp(log_pfa)
    spread = sqrt(-0.8 * log(4.0 * pd * (1.0 - pd)))
    eta = sqrt(-0.8 * log(4.0 * pfa * (1.0 - pfa))) + (spread if pd >= 0.5 else -spread)
    steady = eta * (eta + 2.0 * sqrt(0.5 * pulses + (0.0 if pulses < 40 else 0.25) - 0.25)) / pulses
    if swerling == 0:
        return steady
    loss_db = ((17.7006 * pd - 18.4496) * pd + 14.5339) * pd - 3.525
    if pd > 0.872:
        loss_db += exp(27.31 * pd - 25.14) + (pd - 0.8) * (0.7 * (log(1e-5) - log_pfa) + (2.0 * pulses - 20.0) / 80.0)
    return float(steady * 10.0 ** (0.1 * loss_db / fluctuation_degrees(swerling, pulses)))


@kernel
def albersheim_snr_db(pd: float, pfa: float, pulses: int) -> float:
    """Single-pulse SNR (dB) that a steady target needs, for a linear detector; a check of the exact series.

    Source: Albersheim 1981; stated for Pd 0.1 to 0.9, Pfa 1e-7 to 1e-3, 1 to 8096 pulses, within 0.2 dB. Measured
    against the exact series for one pulse: within 0.2 dB for Pd 0.4 to 0.9, 4 dB off at Pd 0.1 and Pfa 1e-3.
    """
    a = log(0.62 / pfa)
    b = log(pd / (1.0 - pd))
    inner = log(a + 0.12 * a * b + 1.7 * b) / log(10.0)
    return -5.0 * log(float(pulses)) / log(10.0) + (6.2 + 4.54 / sqrt(pulses + 0.44)) * inner


@kernel
def fill_chances(chances: Any, first: int, swerling: int, pulses: int, log_pfa: float) -> None:
    """Fill ``CHANCE_CELLS`` rows of a table, from row ``first``, with the Pd of one radar's look."""
    bar = threshold(log_pfa, pulses)
    for n in range(CHANCE_CELLS):
        snr = 10.0 ** (0.1 * (CHANCE_LEAST_DB + n * CHANCE_STEP_DB))
        chances[first + n].chance = detection(swerling, snr, pulses, bar)


@kernel
def chance_at(chances: Any, first: int, snr: float) -> float:
    """Pd of a look at an SNR (linear), from the rows that ``fill_chances`` wrote; 0 below them, the last above."""
    if snr < _LEAST_SNR:
        return 0.0
    cell = (_DB_PER_NEPER * log(snr) - CHANCE_LEAST_DB) / CHANCE_STEP_DB
    n = int(cell)
    if n >= CHANCE_CELLS - 1:
        return float(chances[first + CHANCE_CELLS - 1].chance)
    low = float(chances[first + n].chance)
    return low + (cell - n) * (float(chances[first + n + 1].chance) - low)
