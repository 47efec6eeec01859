"""How good an air picture is: GOSPA, the SIAP attributes, continuity, and whether a filter's covariance is honest.

Plain arrays in, numbers out; no record is needed. ``measure`` asks everything of a picture at once:

    from openiads.analysis.metrics import Picture, measure
    found = measure(Picture(time_s, target, position_m), Picture(time_s, track, position_m), cutoff_m=2000.0)
    print(found.gospa.mean_m, found.continuity.id_switches)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openiads.analysis.metrics_consistency import Consistency, consistency, nees
from openiads.analysis.metrics_continuity import Continuity, continuity
from openiads.analysis.metrics_pairs import Floats, Ints, Pairs, Picture, pair

__all__ = [
    "Consistency", "Continuity", "Gospa", "Pairs", "Picture", "PictureMetrics", "Siap", "consistency", "continuity",
    "gospa", "gospa_over_time", "measure", "nees", "pair", "siap",
]  # fmt: skip

_HOUR_S = 3600.0


@dataclass(frozen=True)
class Gospa:
    """The generalised optimal sub-pattern assignment metric with p = 2 and alpha = 2, and its parts.

    Attributes, each an array over the moments:
        time_s: the moments.
        total_m: the metric, the root of the sum of the three parts.
        localisation_m2: squared distances of the pairs, summed.
        missed_m2: half the squared cutoff for each target without a track.
        false_m2: half the squared cutoff for each track without a target.
        matched, missed, false: numbers of pairs, of targets without a track, of tracks without a target.
    """

    time_s: Floats
    total_m: Floats
    localisation_m2: Floats
    missed_m2: Floats
    false_m2: Floats
    matched: Ints
    missed: Ints
    false: Ints

    @property
    def mean_m(self) -> float:
        """Mean of the metric over the moments."""
        return _mean(self.total_m)

    @property
    def targets(self) -> Ints:
        """Number of targets at each moment."""
        return self.matched + self.missed

    @property
    def tracks(self) -> Ints:
        """Number of tracks at each moment."""
        return self.matched + self.false

    @property
    def localisation_rms_m(self) -> float:
        """Root of the mean squared distance of all pairs."""
        pairs = int(self.matched.sum())
        return float(np.sqrt(self.localisation_m2.sum() / pairs)) if pairs else float("nan")

    def parts_m(self) -> tuple[Floats, Floats, Floats]:
        """Localisation, missed, false as metres that add up to the metric: it, split as the squares are."""
        share = self.total_m / np.where(self.total_m > 0.0, self.total_m**2, 1.0)
        return self.localisation_m2 * share, self.missed_m2 * share, self.false_m2 * share

    def mean_parts_m(self) -> tuple[float, float, float]:
        """Means of ``parts_m`` over the moments; they add up to ``mean_m``."""
        localisation_m, missed_m, false_m = self.parts_m()
        return _mean(localisation_m), _mean(missed_m), _mean(false_m)


@dataclass(frozen=True)
class Siap:
    """Attributes of a single integrated air picture over all moments; not-a-number where nothing was to be counted.

    Attributes:
        completeness: share of targets that have a track; 1 is best.
        ambiguity: tracks for each target that has one; 1 is best.
        spuriousness: share of tracks near no target; 0 is best.
        position_error_m, velocity_error_mps: mean distance of tracks from their targets.
        number_changes_per_hour: how often the number changes that a tracked target goes by.
        longest_segment: longest unbroken stretch under one number over time flown, summed over targets; 1 is best.
    """

    completeness: float
    ambiguity: float
    spuriousness: float
    position_error_m: float
    velocity_error_mps: float
    number_changes_per_hour: float
    longest_segment: float


@dataclass(frozen=True)
class PictureMetrics:
    """Everything that ``measure`` found; ``nees`` and ``nees_position`` are None where no covariance was given.

    Attributes:
        cutoff_m: c.
        gospa: the metric and its parts at each moment.
        siap: attributes of the picture.
        continuity: numbers, breaks, delays and lives.
        nees: normalised squared error of position and velocity (of position alone where that is all there is).
        nees_position: of position alone.
    """

    cutoff_m: float
    gospa: Gospa
    siap: Siap
    continuity: Continuity
    nees: Consistency | None
    nees_position: Consistency | None


def measure(
    truth: Picture, tracks: Picture, cutoff_m: float, moments_s: Any = None, counted: Any = None
) -> PictureMetrics:
    """Hold an air picture against the truth.

    Args:
        truth, tracks: who is where when; see ``Picture``.
        cutoff_m: GOSPA's c, m: from this distance on a track does not stand for a target.
        moments_s: when to look; the moments of truth unless said. Name them where tracks may stand when nobody flies.
        counted: of each truth row whether it counts; all of them unless said. Targets that do not count, and the
            tracks that stand for them, are left out after the assignment.

    Raises:
        InputError: what is wrong with which picture. A track row at no moment is such an error.
    """
    pairs = pair(truth, tracks, cutoff_m, moments_s, counted)
    held = continuity(pairs)
    whole, position = nees(pairs)
    return PictureMetrics(
        float(cutoff_m), gospa_over_time(pairs, cutoff_m), siap(pairs, held), held, whole, position,
    )  # fmt: skip


def gospa(truth_m: NDArray[Any], tracks_m: NDArray[Any], cutoff_m: float) -> Gospa:
    """GOSPA of two sets of positions at one moment.

    Args:
        truth_m, tracks_m: positions, shapes (n, axes) and (k, axes); either may be empty.
        cutoff_m: c, m.

    Raises:
        InputError: shapes that do not fit, or numbers that are not finite.
    """
    parts = [Picture(np.zeros(len(rows)), np.arange(len(rows)), rows) for rows in (truth_m, tracks_m)]
    return gospa_over_time(pair(parts[0], parts[1], cutoff_m, moments_s=[0.0]), cutoff_m)


def gospa_over_time(pairs: Pairs, cutoff_m: float) -> Gospa:
    """GOSPA at each moment: the root of the sum of d^2 over pairs and of c^2 / 2 over whom no pair holds.

    Source: Rahmathullah, Garcia-Fernandez and Svensson, FUSION 2017, in the form over assignment sets (alpha = 2).
    """
    rows = np.flatnonzero(pairs.truth_of >= 0)
    at = pairs.track_moment[rows]
    squared_m2 = pairs.error_m(rows, pairs.truth_of[rows]) ** 2
    matched = np.bincount(at, minlength=pairs.moments)
    missed = np.bincount(pairs.truth_moment, minlength=pairs.moments) - matched
    false = np.bincount(pairs.track_moment, minlength=pairs.moments) - matched
    localisation_m2 = np.bincount(at, squared_m2, minlength=pairs.moments).astype(float)
    missed_m2, false_m2 = (np.asarray(number * cutoff_m**2 / 2.0, float) for number in (missed, false))
    total_m: Floats = np.sqrt(localisation_m2 + missed_m2 + false_m2)
    return Gospa(pairs.moments_s, total_m, localisation_m2, missed_m2, false_m2, matched, missed, false)


def siap(pairs: Pairs, held: Continuity) -> Siap:
    """Attributes of a single integrated air picture.

    A track belongs to the target it is assigned, else to the nearest one within the cutoff, which then has two.

    Source: Votruba and others, Single Integrated Air Picture (SIAP) Metrics Implementation, SIAP SE TF (2001), in the
    form of Stone Soup's ``SIAPMetrics``: sums over the moments above the bar and below it.
    """
    near = np.flatnonzero(pairs.near >= 0)
    tracked = int((pairs.truth_of >= 0).sum())
    error_m = pairs.error_m(near, pairs.near[near])
    return Siap(
        completeness=_share(tracked, pairs.truth.rows),
        ambiguity=_share(len(near), tracked),
        spuriousness=_share(pairs.tracks.rows - len(near), pairs.tracks.rows),
        position_error_m=_mean(error_m),
        velocity_error_mps=_velocity_error(pairs, near),
        number_changes_per_hour=_share(held.id_switches * _HOUR_S, held.tracked_s),
        longest_segment=held.longest_segment,
    )


def _velocity_error(pairs: Pairs, near: Ints) -> float:
    mine, theirs = pairs.tracks.velocity_mps, pairs.truth.velocity_mps
    if mine is None or theirs is None or not len(near):
        return float("nan")
    return _mean(np.linalg.norm(mine[near] - theirs[pairs.near[near]], axis=1))


def _mean(values: NDArray[Any]) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
