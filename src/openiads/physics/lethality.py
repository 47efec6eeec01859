"""What an intercept does to a target, what a salvo does, and what a leaker does to an asset."""

from __future__ import annotations

from math import cos, exp, log, pi, sin, sqrt
from typing import Any

from openiads._jit import kernel

_LN2 = log(2.0)


@kernel
def kill_probability(missile: Any, kill: float, vulnerability: float, miss_m: float) -> float:
    """Chance that a round whose fuze works kills: its figure times a bell that halves at the lethal radius.

    Beyond the fuze's range nothing bursts and the chance is 0. ``kill`` is this run's figure for the target's group.

    Source: diffuse Gaussian damage function (Driels, Weaponeering), half value at the lethal radius.
    Limits: no aspect, no fuze delay; reliability is drawn apart.
    """
    if miss_m > missile.fuze_range_m:
        return 0.0
    ratio = miss_m / missile.lethal_radius_m
    return float(min(kill * vulnerability, 1.0) * exp(-_LN2 * ratio * ratio))


@kernel
def salvo_kill_probability(chance: float, rounds: int, common_cause: float) -> float:
    """Chance that at least one of several rounds kills, when a share of salvos has one fate for all its rounds.

    ``chance`` is one round's, all reliabilities included: c p + (1 - c) (1 - (1 - p)^n). Without a common cause it is
    the textbook's 1 - (1 - p)^n; with nothing else it is that of one round.

    Source: beta-factor model of common-cause failure (Fleming 1974; NUREG/CR-4780), of outcomes instead of failures.
    """
    if rounds <= 0:
        return 0.0
    return float(common_cause * chance + (1.0 - common_cause) * (1.0 - (1.0 - chance) ** rounds))


@kernel
def triangular(share: float, low: float, mode: float, high: float) -> float:
    """The value below which a share of a triangular distribution lies; the mode where it has no width.

    Source: inverse of its distribution function (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions).
    """
    width = high - low
    if width <= 0.0:
        return mode
    if share * width < mode - low:
        return low + sqrt(share * width * (mode - low))
    return high - sqrt((1.0 - share) * width * (high - mode))


@kernel
def hit_probability(cep_m: float, radius_m: float) -> float:
    """Chance that a weapon of a circular error falls within a radius of its aim.

    Source: circular normal error with the CEP as its median (Driels, Weaponeering): 1 - 2^-(r / CEP)^2.
    """
    ratio = radius_m / max(cep_m, 0.1)
    return 1.0 - exp(-_LN2 * ratio * ratio)


@kernel
def falls_within(off_m: float, cep_m: float, radius_m: float, size: float, direction: float) -> bool:
    """True when a weapon that aims so far off a point falls within a radius of it.

    ``size`` and ``direction`` are uniform draws of its own error, which is circular about its aim.
    Source: the circular normal error of ``hit_probability``, drawn by the inverse of its distribution.
    """
    if off_m == 0.0:
        return size < hit_probability(cep_m, radius_m)
    error_m = max(cep_m, 0.1) * sqrt(-log(1.0 - size) / _LN2)
    across_m, along_m = error_m * sin(2.0 * pi * direction), off_m + error_m * cos(2.0 * pi * direction)
    return bool(across_m * across_m + along_m * along_m < radius_m * radius_m)


@kernel
def damage_after(damage: float, weapon_damage: float, hardness: float) -> float:
    """Share of an asset destroyed after one more hit; each hit takes its share of what is left."""
    return 1.0 - (1.0 - damage) * (1.0 - min(weapon_damage / hardness, 1.0))
