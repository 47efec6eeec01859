"""Which track stands for which target at each moment: the assignment under every metric of an air picture.

Source: Rahmathullah, Garcia-Fernandez and Svensson, Generalized optimal sub-pattern assignment metric, FUSION 2017:
at each moment pairs closer than the cutoff c, each target and track at most once, such that the sum of squared
distance less c squared is least. Oracle in tests: every assignment of small sets, tried.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from openiads.catalog.errors import InputError

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

CUTOFFS_M: Final = (1e-3, 1e7)  # assumed: the squares of both leave a float room for squared distances
_PER_SECOND: Final = 1e6  # times are told apart to the microsecond
_PAIRS_AT_ONCE: Final = 2_000_000  # that may have to be held, so that a wide cutoff costs time and not memory


@dataclass(frozen=True)
class Picture:
    """Who is where when: one row an object at one moment; truth and tracks have the same form.

    Attributes:
        time_s: moment of each row, shape (n,).
        number: target number or track number of each row, whole, shape (n,); one row a number and moment.
        position_m: Cartesian, in one frame for truth and tracks, shape (n, 3).
        velocity_mps: in the same frame, shape (n, 3), or None.
        covariance: of the position (n, 3, 3), or of position and velocity (n, 6, 6), m and m/s, or None. Of tracks.
    """

    time_s: Any
    number: Any
    position_m: Any
    velocity_mps: Any = None
    covariance: Any = None

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(self.number)

    def taken(self, rows: NDArray[Any]) -> Picture:
        """Some rows of the picture: a mask, or row numbers in any order."""
        return Picture(
            self.time_s[rows], self.number[rows], self.position_m[rows],
            None if self.velocity_mps is None else self.velocity_mps[rows],
            None if self.covariance is None else self.covariance[rows],
        )  # fmt: skip


@dataclass(frozen=True)
class Pairs:
    """Both pictures in the order of time and number, and which track row stands for which truth row.

    Attributes:
        moments_s: the moments, shape (m,).
        truth, tracks: the pictures.
        truth_moment, track_moment: of each row the index of its moment.
        truth_of: of each track row the row of its target, -1 without one.
        near: of each track row the row of its target, else of the nearest target within the cutoff, else -1.
    """

    moments_s: Floats
    truth: Picture
    tracks: Picture
    truth_moment: Ints
    track_moment: Ints
    truth_of: Ints
    near: Ints

    @property
    def track_of(self) -> Ints:
        """Of each truth row the row of its track, -1 without one."""
        found = np.full(self.truth.rows, -1)
        taken = np.flatnonzero(self.truth_of >= 0)
        found[self.truth_of[taken]] = taken
        return found

    @property
    def moments(self) -> int:
        """How many there are."""
        return len(self.moments_s)

    def error_m(self, rows: NDArray[Any], target_rows: NDArray[Any]) -> Floats:
        """Distance of track rows from truth rows, m."""
        if not len(rows):
            return np.zeros(0)
        return _lengths(self.tracks.position_m[rows] - self.truth.position_m[target_rows])

    def among(self, counted: NDArray[np.bool_]) -> Pairs:
        """Without the truth rows that are not counted, and without the tracks that stand for those."""
        kept = (self.near < 0) | counted[self.near] if self.truth.rows else np.ones(self.tracks.rows, bool)
        renumbered = np.append(np.cumsum(counted) - 1, -1)  # the last is what -1 reads
        return replace(
            self, truth=self.truth.taken(counted), tracks=self.tracks.taken(kept),
            truth_moment=self.truth_moment[counted], track_moment=self.track_moment[kept],
            truth_of=renumbered[self.truth_of[kept]], near=renumbered[self.near[kept]],
        )  # fmt: skip


def pair(truth: Picture, tracks: Picture, cutoff_m: float, moments_s: Any = None, counted: Any = None) -> Pairs:
    """Assign tracks to targets at every moment.

    Args:
        truth, tracks: the pictures; see ``Picture``.
        cutoff_m: c, from which distance on a track does not stand for a target, m.
        moments_s: when to look; the moments of truth unless said.
        counted: of each truth row whether it counts, shape (n,); all of them unless said. See ``Pairs.among``.

    Raises:
        InputError: the cutoff is out of bounds, a picture has shapes that do not fit or numbers that are not finite,
            a number stands twice at one moment, or a row lies at a time that is no moment.
    """
    check_cutoff(cutoff_m)
    truth, tracks = _checked("truth", truth), _checked("tracks", tracks)
    _check_axes(truth, tracks)
    moments = np.unique(_whole(truth.time_s if moments_s is None else np.asarray(moments_s, float)))
    truth, truth_moment, order = _sorted("truth", truth, moments)
    tracks, track_moment, _ = _sorted("tracks", tracks, moments)
    truth_of, near = _assigned(truth.position_m, tracks.position_m, truth_moment, track_moment, float(cutoff_m))
    pairs = Pairs(moments / _PER_SECOND, truth, tracks, truth_moment, track_moment, truth_of, near)
    return pairs if counted is None else pairs.among(_mask(counted, truth.rows)[order])


def check_cutoff(cutoff_m: float) -> None:
    """Refuse a cutoff that no picture of the air needs.

    Raises:
        InputError: no number from 1 mm to 10 000 km.
    """
    if not CUTOFFS_M[0] <= cutoff_m <= CUTOFFS_M[1]:
        raise InputError("cutoff", f"read {cutoff_m:g} m, must lie between 1 mm and 10 000 km")


def _check_axes(truth: Picture, tracks: Picture) -> None:
    """Both pictures count the same axes; an empty one those of the other."""
    axes, others = truth.position_m.shape[1], tracks.position_m.shape[1]
    if truth.rows and tracks.rows and axes != others:
        raise InputError("tracks", f"positions have {others} axes and those of truth {axes}")


def _mask(counted: Any, rows: int) -> NDArray[np.bool_]:
    mask = np.asarray(counted, bool)
    if mask.shape != (rows,):
        raise InputError("counted", f"has the shape {mask.shape}, expected ({rows},), one for each row of truth")
    return mask


def _checked(what: str, picture: Picture) -> Picture:
    """A picture as arrays of floats and whole numbers, all finite and of shapes that fit."""
    number = np.asarray(picture.number)
    if number.size == 0 and np.size(picture.time_s) == 0:
        return Picture(np.zeros(0), np.zeros(0, np.int64), np.zeros((0, 3)), np.zeros((0, 3)))
    if not np.issubdtype(number.dtype, np.integer):
        raise InputError(what, f"numbers are of the type {number.dtype}, expected whole numbers")
    n = len(number) if number.ndim == 1 else -1
    position_m = _floats(picture.position_m)
    axes = position_m.shape[-1]
    covariance = None if picture.covariance is None else _floats(picture.covariance)
    parts: dict[str, tuple[Floats | None, set[tuple[int, ...]]]] = {
        "time_s": (_floats(picture.time_s), {(n,)}),
        "position_m": (position_m, {(n, axes)}),
        "velocity_mps": (None if picture.velocity_mps is None else _floats(picture.velocity_mps), {(n, axes)}),
        "covariance": (covariance, {(n, axes, axes), (n, 2 * axes, 2 * axes)}),
    }
    for name, (values, shapes) in parts.items():
        if values is not None and values.shape not in shapes:
            said = " or ".join(sorted(str(shape) for shape in shapes))
            raise InputError(
                what, f"{name} has the shape {values.shape}, expected {said} beside {number.shape} numbers"
            )
        if values is not None and name != "covariance" and not np.isfinite(values).all():
            raise InputError(what, f"{name} holds a value that is not a finite number")
    return Picture(parts["time_s"][0], number.astype(np.int64), position_m, parts["velocity_mps"][0], covariance)


def _floats(values: Any) -> Floats:
    return np.atleast_1d(np.asarray(values, float))


def _whole(time_s: Floats) -> Ints:
    return np.rint(np.asarray(time_s) * _PER_SECOND).astype(np.int64)


def _sorted(what: str, picture: Picture, moments: Ints) -> tuple[Picture, Ints, Ints]:
    """A picture by time and number, the index of the moment of each row, and where the rows came from."""
    times = _whole(picture.time_s)
    order = np.lexsort((picture.number, times))
    times = times[order]
    index = np.searchsorted(moments, times)
    stray = moments[np.minimum(index, len(moments) - 1)] != times if len(moments) else np.ones(len(times), bool)
    if stray.any():
        first = float(times[stray][0] / _PER_SECOND)
        said = f"{int(stray.sum())} rows lie at no moment of truth, the first at {first:g} s"
        raise InputError(what, f"{said}; give both pictures at the same moments, or name the moments")
    ranked = picture.taken(order)
    twice = (np.diff(times) == 0) & (np.diff(ranked.number) == 0)
    if twice.any():
        row = int(np.flatnonzero(twice)[0])
        where = f"{times[row] / _PER_SECOND:g} s"
        raise InputError(what, f"number {ranked.number[row]} stands twice at {where}; an object is at one place")
    return ranked, index, order


def _assigned(
    truth_m: Floats, tracks_m: Floats, truth_moment: Ints, track_moment: Ints, cutoff_m: float
) -> tuple[Ints, Ints]:
    """Of each track row the truth row it is assigned, and the truth row it is near; -1 without one."""
    truth_of, near = np.full(len(tracks_m), -1), np.full(len(tracks_m), -1)
    for begin, end in _blocks(truth_moment, track_moment):
        t0, t1 = np.searchsorted(truth_moment, (begin, end))
        k0, k1 = np.searchsorted(track_moment, (begin, end))
        if t1 == t0 or k1 == k0:
            continue
        t, k = _close(truth_m[t0:t1], tracks_m[k0:k1], truth_moment[t0:t1], track_moment[k0:k1], cutoff_m)
        gain_m2 = cutoff_m**2 - ((tracks_m[k0 + k] - truth_m[t0 + t]) ** 2).sum(axis=1)
        inside = gain_m2 > 0.0
        t, k, gain_m2 = t[inside], k[inside], gain_m2[inside]
        nearest = np.lexsort((t, -gain_m2, k))
        first = nearest[np.flatnonzero(np.diff(k[nearest], prepend=-1))]
        near[k0 + k[first]] = t0 + t[first]
        chosen = _best(t, k, gain_m2, t1 - t0)
        truth_of[k0 + k[chosen]] = near[k0 + k[chosen]] = t0 + t[chosen]
    return truth_of, near


def _blocks(truth_moment: Ints, track_moment: Ints) -> list[tuple[int, int]]:
    """Ranges of moments that hold so few pairs that all of them could be kept at once; one moment at least."""
    moments = 1 + int(max(truth_moment.max(initial=-1), track_moment.max(initial=-1)))
    sizes = np.bincount(truth_moment, minlength=moments) * np.bincount(track_moment, minlength=moments)
    blocks, begin, held = [], 0, 0
    for moment in range(moments):
        held += int(sizes[moment])
        if held > _PAIRS_AT_ONCE and moment > begin:
            blocks.append((begin, moment))
            begin, held = moment, int(sizes[moment])
    return [*blocks, (begin, moments)]


def _close(
    truth_m: Floats, tracks_m: Floats, truth_moment: Ints, track_moment: Ints, cutoff_m: float
) -> tuple[Ints, Ints]:
    """Rows of truth and tracks that are at most about the cutoff apart at one moment.

    One tree over all moments: the moment is a further axis along which neighbours are two cutoffs apart.
    """
    from scipy.spatial import cKDTree

    step_m = 2.0 * cutoff_m
    there = cKDTree(np.column_stack([truth_m, truth_moment * step_m]))
    here = cKDTree(np.column_stack([tracks_m, track_moment * step_m]))
    found = here.sparse_distance_matrix(there, cutoff_m * (1.0 + 1e-9), output_type="ndarray")
    return found["j"].astype(np.int64), found["i"].astype(np.int64)


def _best(t: Ints, k: Ints, gain_m2: Floats, targets: int) -> Ints:
    """Which pairs are in the assignment of greatest gain: solved cluster by cluster of what is linked at all."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not len(t):
        return np.zeros(0, np.int64)
    size = targets + int(k.max()) + 1
    links = coo_array((np.ones(len(t)), (t, targets + k)), shape=(size, size))
    _, label = connected_components(links, directed=False)
    order = np.lexsort((k, t, label[t]))
    clusters = np.split(order, np.flatnonzero(np.diff(label[t][order])) + 1)
    alone = [cluster[0] for cluster in clusters if len(cluster) == 1]
    return np.array(alone + [row for c in clusters if len(c) > 1 for row in _solved(c, t[c], k[c], gain_m2[c])])


def _solved(pairs: Ints, t: Ints, k: Ints, gain_m2: Floats) -> list[int]:
    """The pairs of one cluster that are in its best assignment."""
    from scipy.optimize import linear_sum_assignment

    _, row = np.unique(t, return_inverse=True)
    _, column = np.unique(k, return_inverse=True)
    which = np.full((row.max() + 1, column.max() + 1), -1)
    gains = np.zeros(which.shape)
    which[row, column], gains[row, column] = pairs, gain_m2
    chosen = which[linear_sum_assignment(gains, maximize=True)]
    return [int(pair_row) for pair_row in chosen if pair_row >= 0]


def _lengths(vectors: Floats) -> Floats:
    lengths: Floats = np.sqrt((vectors**2).sum(axis=1))
    return lengths
