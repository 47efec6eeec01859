"""What an intercept does to a target, and what a leaker does to an asset."""

from __future__ import annotations

from math import exp, log
from typing import Any

from openiads._jit import kernel

_LN2 = log(2.0)


@kernel
def kill_probability(missile: Any, group: int, vulnerability: float, miss_m: float) -> float:
    """Chance that one round kills at a miss distance: the single-shot value times a bell that halves at lethal radius.

    Source: diffuse Gaussian damage function (Driels, Weaponeering), half value at the lethal radius.
    Limits: no aspect, no fuze delay; reliability is drawn apart at launch.
    """
    ratio = miss_m / missile.lethal_radius_m
    return float(min(missile.kill[group] * vulnerability, 1.0) * exp(-_LN2 * ratio * ratio))


@kernel
def hit_probability(cep_m: float, radius_m: float) -> float:
    """Chance that a weapon of a circular error falls within a radius of its aim.

    Source: circular normal error with the CEP as its median (Driels, Weaponeering): 1 - 2^-(r / CEP)^2.
    """
    ratio = radius_m / max(cep_m, 0.1)
    return 1.0 - exp(-_LN2 * ratio * ratio)


@kernel
def damage_after(damage: float, weapon_damage: float, hardness: float) -> float:
    """Share of an asset destroyed after one more hit; each hit takes its share of what is left."""
    return 1.0 - (1.0 - damage) * (1.0 - min(weapon_damage / hardness, 1.0))
