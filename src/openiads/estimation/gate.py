"""Chi-square gates: the squared distance that a share of true plots stays within.

Source: the chi-square distribution of 1 to 4 degrees of freedom in closed form (Abramowitz and Stegun 26.4).
"""

from __future__ import annotations

from math import erf, exp, pi, sqrt

MOST_DIMENSIONS = 4
_STEPS = 80
_FARTHEST = 1000.0


def chi_square_share(distance2: float, dimensions: int) -> float:
    """Chance that a squared distance of 1 to 4 dimensions stays below a value."""
    half = 0.5 * distance2
    if dimensions == 1:
        return erf(sqrt(half))
    if dimensions == 2:
        return 1.0 - exp(-half)
    if dimensions == 3:
        return erf(sqrt(half)) - 2.0 * sqrt(half / pi) * exp(-half)
    return 1.0 - exp(-half) * (1.0 + half)


def gate_of(share: float, dimensions: int) -> float:
    """The squared distance below which a share of true plots lies, by halving."""
    low, high = 0.0, _FARTHEST
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if chi_square_share(middle, dimensions) < share else (low, middle)
    return 0.5 * (low + high)
