"""The runs of ``bench/tracker.py``: our tracker and its peer over the same draws of the air, scored and timed.

A ``Scene`` makes the air of a seed.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, fields
from math import hypot, log, pi
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from air import CEILING_M, DETECTION, SCANS, Air, Array, Look, crowd, larger_box_m
from openiads.analysis.metrics import Picture, PictureMetrics, measure
from openiads.imports.plots import from_columns
from openiads.imports.radars import TrackerRadar
from openiads.tracker import Tracker
from openiads.tracks import Tracks
from openiads.units import Point

if TYPE_CHECKING:
    from stonesoup_peer import PeerRun, Setting

Scene = Callable[[int], Air]

RANGE_MARGIN_M = 20_000.0  # beyond the corner of the box
GROWTH_SIZES = (100, 200, 500, 1000, 2000)


# ---- Our tracker -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OurRun:
    """What our tracker made of the air: ``cpu_s`` of each scan, the median of some repetitions, and the tracks."""

    cpu_s: Array
    tracks: tuple[Tracks, ...]


def radar_of(air: Air) -> TrackerRadar:
    """The radar as our tracker is told of it: the same for every number of targets."""
    reach_m = air.box_m / 2.0 * hypot(1.0, 1.0) + RANGE_MARGIN_M
    false_plots = air.false_plots_mean * pi * reach_m**2 * CEILING_M / (air.box_m**2 * CEILING_M)
    look = air.look
    return TrackerRadar(
        name=look.name, position=Point(35.0, 36.0), height_m=0.0, range_sigma_m=look.sigma_range_m,
        azimuth_sigma_rad=look.sigma_angle_rad, elevation_sigma_rad=look.sigma_angle_rad, scan_period_s=look.period_s,
        detection_probability=DETECTION, false_plots_per_scan=false_plots, instrumented_range_m=reach_m,
    )  # fmt: skip


def track(air: Air, repeats: int = 1) -> OurRun:
    """Run our tracker over the scans; the plots take its form outside the time, as the peer's take theirs."""
    radar = radar_of(air)
    portions = [
        from_columns({"time_s": np.full(len(plots), now_s), **_columns(plots)}, (radar,))[0]
        for now_s, plots in zip(air.time_s, air.plots, strict=True)
    ]
    spans: list[list[float]] = []
    found: list[Tracks] = []
    for _ in range(repeats):
        gc.collect()  # not just before the first scan: it empties the processor's cache
        tracker, cpu_s, found = Tracker(radar), [], []
        for now_s, portion in zip(air.time_s, portions, strict=True):
            before = time.process_time()
            tracks = tracker.update(portion, now_s)
            cpu_s.append(time.process_time() - before)
            found.append(tracks)
        spans.append(cpu_s)
    return OurRun(np.median(spans, 0), tuple(found))


def _columns(plots: Array) -> dict[str, Array]:
    return dict(zip(("range_m", "azimuth_rad", "elevation_rad"), plots.T, strict=True))


def our_picture(tracks: Sequence[Tracks]) -> Picture:
    """All tracks of a run."""
    return Picture(
        np.concatenate([np.full(len(some), some.time_s) for some in tracks]),
        np.concatenate([some.number for some in tracks]),
        np.concatenate([some.position_m for some in tracks]),
        np.concatenate([some.velocity_mps for some in tracks]),
        np.concatenate([some.covariance for some in tracks]),
    )


def truth_of(air: Air, scans: int = SCANS) -> Picture:
    """Who is where at the first so many scans."""
    targets = air.position_m.shape[1]
    return Picture(
        np.repeat(air.time_s[:scans], targets), np.tile(np.arange(targets), scans),
        air.position_m[:scans].reshape(-1, 3), air.velocity_mps[:scans].reshape(-1, 3),
    )  # fmt: skip


# ---- Scores ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Score:
    """How good a picture was; ``localisation_m``, ``missed_m`` and ``false_m`` add up to ``gospa_m``."""

    gospa_m: float
    localisation_m: float
    missed_m: float
    false_m: float
    completeness: float
    longest_id_share: float
    id_switches: float
    false_tracks: float

    @classmethod
    def of(cls, found: PictureMetrics) -> Score:
        """The figures compared, of all that was measured."""
        held = found.continuity
        return cls(
            found.gospa.mean_m, *found.gospa.mean_parts_m(), found.siap.completeness, held.longest_id_share,
            held.id_switches, held.false_tracks,
        )  # fmt: skip

    @classmethod
    def mean(cls, scores: Iterable[Score]) -> Score:
        """Means over runs."""
        some = list(scores)
        return cls(*(float(np.mean([getattr(score, field.name) for score in some])) for field in fields(cls)))


def our_score(air: Air, run: OurRun) -> Score:
    """Score of our run."""
    return Score.of(measure(truth_of(air), our_picture(run.tracks), air.look.cutoff_m))


def peer_score(air: Air, run: PeerRun) -> Score:
    """Score of the peer's run, over as many scans as it took."""
    scans = len(run.ids)
    times_s = np.concatenate([np.full(len(ids), now_s) for ids, now_s in zip(run.ids, air.time_s, strict=False)])
    tracks = Picture(times_s, np.concatenate(run.ids), np.concatenate(run.position_m))
    return Score.of(measure(truth_of(air, scans), tracks, air.look.cutoff_m))


def peer_scores(scene: Scene, seeds: Sequence[int], setting: Setting, workers: Executor) -> list[Future[Score]]:
    """Scores to come of the peer over whole runs, one a seed: no time is read from these runs."""
    return [workers.submit(_peer_task, scene, seed, setting) for seed in seeds]


def _peer_task(scene: Scene, seed: int, setting: Setting) -> Score:
    from stonesoup_peer import track as track_peer

    air = scene(seed)
    score = peer_score(air, track_peer(air, setting))
    gc.collect()  # the workers collect nothing meanwhile
    return score


# ---- Time --------------------------------------------------------------------------------------


class Window(NamedTuple):
    """Which scans of which seeds the peer is timed over; it is run from the first scan on."""

    seeds: tuple[int, ...]
    first: int
    last: int


class PeerTime(NamedTuple):
    """Process time of the window's scans, and the peer's GOSPA over the scans up to its end, mean over the seeds."""

    cpu_s: Array
    gospa_m: float


def peer_time(scene: Scene, setting: Setting, window: Window) -> PeerTime:
    """Time the peer in this process."""
    from stonesoup_peer import track as track_peer

    spans, gospa_m = [], []
    for seed in window.seeds:
        air = scene(seed)
        gc.collect()
        run = track_peer(air, setting, window.last)
        spans.append(run.cpu_s[window.first :])
        gospa_m.append(peer_score(air, run).gospa_m)
    return PeerTime(np.concatenate(spans), float(np.mean(gospa_m)))


def growth(look: Look, seeds: Sequence[int], repeats: int) -> dict[str, Any]:
    """Milliseconds a scan of ours as the box grows with the targets, and the power of N with which they grow.

    ``exponent`` is between the first size and the last, ``exponent_fit`` the slope of the line through all.
    """
    ms = []
    for targets in GROWTH_SIZES:
        runs = [track(crowd(targets, look, seed, larger_box_m(targets)), repeats) for seed in seeds]
        ms.append(1e3 * float(np.median([run.cpu_s for run in runs])))
    sizes = np.log(GROWTH_SIZES)
    return {
        "ms": dict(zip(map(str, GROWTH_SIZES), ms, strict=True)),
        "exponent": log(ms[-1] / ms[0]) / float(sizes[-1] - sizes[0]),
        "exponent_fit": float(np.polyfit(sizes, np.log(ms), 1)[0]),
    }
