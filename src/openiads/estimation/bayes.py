"""Bayes' rule over friend, civil and hostile.

Source: Bayes' theorem, p(class | evidence) ~ p(class) x product of p(evidence | class).
Assumes: pieces of evidence are independent given the class.
"""

from __future__ import annotations

from math import exp, log
from typing import Any

from openiads._jit import kernel
from openiads.enums import Identity
from openiads.vec3 import Vec3


@kernel
def add_evidence(total: Vec3, row: Any) -> Vec3:
    """Add the log-likelihoods of one piece of evidence (a row of three)."""
    return Vec3(total.x + row[0], total.y + row[1], total.z + row[2])


@kernel
def take_evidence(total: Vec3, row: Any) -> Vec3:
    """Take the log-likelihoods of one piece of evidence back."""
    return Vec3(total.x - row[0], total.y - row[1], total.z - row[2])


@kernel
def log_odds(log_weights: Vec3, who: int) -> float:
    """Log-odds of one class (0 friend, 1 civil, 2 hostile) against the other two together."""
    mine, one, other = log_weights.x, log_weights.y, log_weights.z
    if who == 1:
        mine, one = one, mine
    elif who == 2:
        mine, other = other, mine
    most = max(one, other)
    return mine - most - log(exp(one - most) + exp(other - most))


@kernel
def posterior(log_weights: Vec3) -> Vec3:
    """Probabilities of friend, civil, hostile from their log weights."""
    most = max(log_weights.x, log_weights.y, log_weights.z)
    friend, civil, hostile = exp(log_weights.x - most), exp(log_weights.y - most), exp(log_weights.z - most)
    total = friend + civil + hostile
    return Vec3(friend / total, civil / total, hostile / total)


@kernel
def standard_identity(doctrine: Any, p: Vec3) -> int:
    """The standard identity that the doctrine's thresholds give to a posterior."""
    if p.z >= doctrine.threshold_hostile:
        return Identity.HOSTILE.value
    if p.x >= doctrine.threshold_friend:
        return Identity.FRIEND.value
    if p.y >= doctrine.threshold_neutral:
        return Identity.NEUTRAL.value
    if p.z >= doctrine.threshold_suspect:
        return Identity.SUSPECT.value
    if p.x + p.y >= doctrine.threshold_friend and p.x > p.y:
        return Identity.ASSUMED_FRIEND.value
    return Identity.UNKNOWN.value
