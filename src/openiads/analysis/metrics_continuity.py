"""How well track numbers stay with their targets: longest-id share, switches, breaks, delays, lives, false tracks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiads.analysis.metrics_pairs import Floats, Ints, Pairs

_HALF = 0.5


@dataclass(frozen=True)
class Continuity:
    """Numbers of a run; a target's moments are those at which it flies, and not-a-number stands for a mean of none.

    Attributes:
        targets: how many flew.
        never_tracked: of those, how many never had a track.
        longest_id_share: share of a target's moments under the number it has had longest, mean over the targets.
        longest_segment: moments of the longest stretch under one number without a gap, summed over the targets, over
            all their moments.
        id_switches: moments at which a target has another number than the last it had.
        breaks: moments at which a target has no track any more, having had one a moment before.
        initiation_delay_s: from a target's first moment to its first with a track, mean over those that ever had one.
        tracked_s: time for which targets had a track, summed.
        tracks: how many track numbers there were.
        false_tracks: tracks that were assigned a target at fewer than half of their moments.
        redundant_tracks: of those, the ones within the cutoff of a target at half of their moments or more: doubles.
        track_life_s: from first to last moment of a track that is not false, mean.
    """

    targets: int
    never_tracked: int
    longest_id_share: float
    longest_segment: float
    id_switches: int
    breaks: int
    initiation_delay_s: float
    tracked_s: float
    tracks: int
    false_tracks: int
    redundant_tracks: int
    track_life_s: float


def continuity(pairs: Pairs) -> Continuity:
    """Follow every target through the moments at which it flies, and every track.

    Source: the longest stretch is SIAP's (Votruba and others 2001), the switch that of CLEAR MOT (Bernardin and
    Stiefelhagen, EURASIP J. Image and Video Processing 2008); false tracks, breaks and delays are this project's own.
    """
    lives = _lives(pairs)
    held, under = _longest(lives)
    life = np.bincount(lives.target, minlength=lives.targets)
    delays_s = _delays(pairs, lives)
    tracks, false, redundant, lives_s = _track_lives(pairs)
    return Continuity(
        targets=lives.targets,
        never_tracked=lives.targets - len(delays_s),
        longest_id_share=float((held / life).mean()) if lives.targets else float("nan"),
        longest_segment=float(under.sum() / life.sum()) if lives.targets else float("nan"),
        id_switches=_switches(lives),
        breaks=int((lives.has[:-1] & ~lives.has[1:] & (lives.target[1:] == lives.target[:-1])).sum()),
        initiation_delay_s=float(delays_s.mean()) if len(delays_s) else float("nan"),
        tracked_s=float(_spans(pairs.moments_s)[pairs.truth_moment[pairs.track_of >= 0]].sum()),
        tracks=tracks,
        false_tracks=false,
        redundant_tracks=redundant,
        track_life_s=float(lives_s.mean()) if len(lives_s) else float("nan"),
    )


@dataclass(frozen=True)
class _Lives:
    """Truth rows by target and time: whose row, whether it has a track, and which number."""

    targets: int
    rows: Ints
    target: Ints
    has: NDArray[np.bool_]
    number: Ints


def _lives(pairs: Pairs) -> _Lives:
    rows = np.lexsort((pairs.truth_moment, pairs.truth.number))
    names, target = np.unique(pairs.truth.number[rows], return_inverse=True)
    track = pairs.track_of[rows]
    number = np.append(pairs.tracks.number, -1)[track]
    return _Lives(len(names), rows, target, track >= 0, number)


def _longest(lives: _Lives) -> tuple[Ints, Ints]:
    """Of each target the moments under its longest-held number, and those of its longest stretch without a gap."""
    target, number = lives.target[lives.has], lives.number[lives.has]
    couples, counts = np.unique(np.stack([target, number], axis=1), axis=0, return_counts=True)
    held, under = np.zeros(lives.targets, np.int64), np.zeros(lives.targets, np.int64)
    np.maximum.at(held, couples[:, 0], counts)
    changes = (np.diff(lives.target) != 0) | (np.diff(lives.number) != 0) | (np.diff(lives.has) != 0)
    starts = np.append(0, np.flatnonzero(changes) + 1) if len(lives.rows) else np.zeros(0, np.int64)
    lengths = np.diff(np.append(starts, len(lives.rows))) * lives.has[starts]
    np.maximum.at(under, lives.target[starts], lengths)
    return held, under


def _switches(lives: _Lives) -> int:
    target, number = lives.target[lives.has], lives.number[lives.has]
    return int(((np.diff(target) == 0) & (np.diff(number) != 0)).sum())


def _delays(pairs: Pairs, lives: _Lives) -> Floats:
    """Seconds from the first moment to the first with a track, of each target that ever had one."""
    times_s = pairs.moments_s[pairs.truth_moment[lives.rows]]
    born_s, first_s = np.full(lives.targets, np.inf), np.full(lives.targets, np.inf)
    np.minimum.at(born_s, lives.target, times_s)
    np.minimum.at(first_s, lives.target[lives.has], times_s[lives.has])
    ever = np.isfinite(first_s)
    delays_s: Floats = first_s[ever] - born_s[ever]
    return delays_s


def _spans(moments_s: Floats) -> Floats:
    """Seconds that each moment stands for: to the next one; the last as long as the one before it."""
    if len(moments_s) < 2:
        return np.zeros(len(moments_s))
    spans_s = np.diff(moments_s)
    return np.append(spans_s, spans_s[-1])


def _track_lives(pairs: Pairs) -> tuple[int, int, int, Floats]:
    """How many tracks, false ones and doubles among those, and how long each of the others lived, s."""
    names, track = np.unique(pairs.tracks.number, return_inverse=True)
    life = np.bincount(track, minlength=len(names))
    assigned = np.bincount(track, pairs.truth_of >= 0, minlength=len(names))
    near = np.bincount(track, pairs.near >= 0, minlength=len(names))
    false = assigned < _HALF * life
    times_s = pairs.moments_s[pairs.track_moment]
    first_s, last_s = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    np.minimum.at(first_s, track, times_s)
    np.maximum.at(last_s, track, times_s)
    lives_s: Floats = (last_s - first_s)[~false]
    return len(names), int(false.sum()), int((false & (near >= _HALF * life)).sum()), lives_s
