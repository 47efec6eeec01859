"""Whether errors are as large as a filter says: means of NEES and NIS against their chi-square bounds.

Source: Bar-Shalom, Li and Kirubarajan, Estimation with Applications to Tracking and Navigation (2001), section 5.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from openiads.analysis.metrics_pairs import Floats, Ints, Pairs
from openiads.catalog.errors import InputError

CONFIDENCE: Final = 0.95
_GROUPS_MIN: Final = 5  # assumed: fewer do not show how much the values of one depend on each other


@dataclass(frozen=True)
class Consistency:
    """A mean of normalised squared errors and the band in which it should lie, two-sided.

    Attributes:
        count: values.
        independent: as how many independent ones they count; the band is as wide as that number makes it.
        mean: of the values.
        expected: mean number of dimensions, what the mean should be.
        low, high: the band.
        left_out: values that could not be used: no finite number, or below zero.
    """

    count: int
    independent: float
    mean: float
    expected: float
    low: float
    high: float
    left_out: int

    @property
    def verdict(self) -> Literal["inside", "over", "under", "none"]:
        """Over: the errors are larger than the filter says. Under: smaller. None: there was no value to judge."""
        if not self.count:
            return "none"
        if self.mean > self.high:
            return "over"
        return "under" if self.mean < self.low else "inside"


def consistency(values: Any, dimensions: Any, groups: Any = None) -> Consistency | None:
    """Hold normalised squared errors (NEES) or innovations (NIS) against chi-square; None without any value.

    The sum of K independent values is chi-square with as many degrees of freedom as they have dimensions in all.
    Values of one group (one track's, say) may depend on each other: then they count as fewer, by the ratio in which
    the sums over groups scatter more than those of independent values would.

    Args:
        values: squared Mahalanobis distances, shape (n,).
        dimensions: of each value, shape (n,), or one number for all.
        groups: of each value a whole number, shape (n,); without them all are independent.

    Raises:
        InputError: shapes that do not fit, or dimensions below one.
    """
    drawn = np.asarray(values, float)
    if drawn.ndim != 1 or np.shape(dimensions) not in ((), drawn.shape) or np.shape(groups) not in ((), drawn.shape):
        raise InputError(
            "consistency", f"read {drawn.shape} values, expected one row, and as many dimensions and groups"
        )
    freedom = np.broadcast_to(np.asarray(dimensions, float), drawn.shape)
    usable = np.isfinite(drawn) & (drawn >= 0.0)
    if (freedom[usable] < 1.0).any():
        raise InputError("consistency", "a value has fewer than one dimension")
    if not usable.any():
        nothing = float("nan")
        return Consistency(0, 0.0, nothing, nothing, nothing, nothing, len(drawn)) if len(drawn) else None
    drawn, freedom = drawn[usable], freedom[usable]
    count = len(drawn)
    independent = float(count) if groups is None else _independent(drawn, freedom, np.asarray(groups)[usable])
    low, high = _band(independent, float(freedom.mean()))
    return Consistency(
        count, independent, float(drawn.mean()), float(freedom.mean()), low, high, int((~usable).sum()),
    )  # fmt: skip


def _band(independent: float, dimensions: float) -> tuple[float, float]:
    """Two-sided bounds of the mean of independent chi-square values."""
    from scipy.stats import chi2

    tail = (1.0 - CONFIDENCE) / 2.0
    low, high = chi2.ppf([tail, 1.0 - tail], independent * dimensions) / independent
    return float(low), float(high)


def _independent(values: Floats, freedom: Floats, groups: NDArray[Any]) -> float:
    """As how many independent values they count: by the variance of the mean, estimated from the groups' sums.

    Source: the design effect of cluster sampling, Kish, Survey Sampling (1965).
    """
    names, group = np.unique(groups, return_inverse=True)
    if len(names) < _GROUPS_MIN:
        return float(len(names))
    rest = values - freedom * (values.sum() / freedom.sum())
    alone = float((rest**2).sum())
    together = float((np.bincount(group, rest) ** 2).sum()) * len(names) / (len(names) - 1)
    return float(len(values) / max(together / alone, 1.0)) if alone > 0.0 else float(len(names))


def nees(pairs: Pairs) -> tuple[Consistency | None, Consistency | None]:
    """Normalised estimation error squared of the assigned tracks: of all that has a covariance, and of position alone.

    The values of one track number count as one group. A covariance that is not positive definite is left out and
    counted.
    """
    covariance, axes = pairs.tracks.covariance, pairs.tracks.position_m.shape[1]
    rows = np.flatnonzero(pairs.truth_of >= 0)
    if covariance is None or not len(rows):
        return None, None
    target_rows, numbers = pairs.truth_of[rows], pairs.tracks.number[rows]
    off = pairs.tracks.position_m[rows] - pairs.truth.position_m[target_rows]
    place = consistency(_normalised(off, covariance[rows][:, :axes, :axes]), axes, numbers)
    mine, theirs = pairs.tracks.velocity_mps, pairs.truth.velocity_mps
    if covariance.shape[1] == axes or mine is None or theirs is None:
        return place, place
    off = np.concatenate([off, mine[rows] - theirs[target_rows]], axis=1)
    return consistency(_normalised(off, covariance[rows]), 2 * axes, numbers), place


def _normalised(errors: Floats, covariance: Floats) -> Floats:
    """Squared Mahalanobis length of errors (n, d); not-a-number where the covariance (n, d, d) is not positive."""
    squared = np.full(len(errors), np.nan)
    positive = _positive(covariance)
    factors = np.linalg.cholesky(covariance[positive])
    whitened = np.linalg.solve(factors, errors[positive][..., None])[..., 0]
    squared[positive] = (whitened**2).sum(axis=1)
    return squared


def _positive(covariance: Floats) -> Ints:
    """Rows whose matrix is positive definite."""
    finite = np.flatnonzero(np.isfinite(covariance).all(axis=(1, 2)))
    try:
        np.linalg.cholesky(covariance[finite])
    except np.linalg.LinAlgError:
        return np.array([row for row in finite if _has_factor(covariance[row])], np.int64)
    return finite


def _has_factor(matrix: Floats) -> bool:
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return False
    return True
