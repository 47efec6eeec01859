"""Our tracker side by side with Stone Soup in one run: time, GOSPA and its parts, continuity, honesty of covariances.

    python bench/tracker.py                       both radars, all sizes, crossing formations, growth: half an hour
    python bench/tracker.py --targets 50 --json   one size as one JSON object: about 3 minutes on two cores
    python bench/tracker.py --quick               fewer seeds and scans, no fresh seeds
    python bench/tracker.py --no-peer             ours alone: a minute

The bars are the project's own and stand beside the figures. Times are process times of each scan's update call, plots
being in each tracker's own form already; both trackers are timed in this process, one after the other. A ratio of times
compares the same scans of the same draws, by their medians. Ours is the median of a few repetitions of every scan. The
peer that is timed has one noise for all axes; tuned apart in the vertical it is up to a tenth faster.

Stone Soup's pictures are scored in worker processes, where no time is read, with two of its parts mended for speed;
that they give the same answers as its own is measured again in every run, over the scans that are timed with both.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import os
import sys
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

import tracker_words as words
from air import ENGAGEMENT, SEARCH, Look, crossing, crowd
from openiads.analysis.metrics import Consistency
from tracker_honesty import DRAWS, our_consistency, single_model
from tracker_runs import OurRun, Scene, Score, Window, growth, our_score, peer_scores, peer_time, track

LOOKS = {look.name: look for look in (SEARCH, ENGAGEMENT)}
SIZES = (50, 100)
OTHER_SIZES = (5, 20, 1000, 2000)
SEEDS = (1, 2, 3, 4, 5)
FRESH = 3
SCORED_MOST = 200  # targets up to which the peer runs all scans
TIMED_MOST = 1000  # targets up to which it runs at all


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: ``repeats`` of ours, and the scans over which the peer is timed, plain and otherwise."""

    seeds: tuple[int, ...]
    fresh: tuple[int, ...]
    repeats: int
    timed: Window
    timed_plain: Window | None
    peer: bool
    scored: bool
    climb_tuned: bool

    @classmethod
    def of(cls, said: argparse.Namespace, targets: int, fresh: tuple[int, ...]) -> Plan:
        """What the command line asks for; large numbers of targets get fewer seeds, and little of the peer."""
        seeds: tuple[int, ...] = said.seeds[:2] if said.quick else said.seeds
        peer = not said.no_peer and targets <= TIMED_MOST
        if targets > SCORED_MOST:
            return cls(seeds[:2], (), 3, Window(seeds[:1], 4, 8), None, peer, False, False)
        if said.quick:
            timed, plain = Window(seeds[:1], 10, 20), Window(seeds[:1], 10, 15)
            return cls(seeds, (), 3, timed, plain, peer, peer, False)
        timed, plain = Window(seeds[:2], 10, 40), Window(seeds[:1], 10, 30)
        return cls(seeds, fresh, 5, timed, plain, peer, peer, True)


# ---- One comparison ------------------------------------------------------------------------------


def compare(scene: Scene, look: Look, plan: Plan, workers: Executor | None) -> dict[str, Any]:
    """Every figure of one kind of air and one radar."""
    airs = {seed: scene(seed) for seed in plan.seeds}
    runs = {seed: track(air, plan.repeats) for seed, air in airs.items()}
    found: dict[str, Any] = {"seeds": list(plan.seeds), **_times(list(runs.values()))}
    found["ours"] = asdict(Score.mean(our_score(airs[seed], runs[seed]) for seed in plan.seeds))
    honest = our_consistency(list(airs.values()), list(runs.values()))
    found |= {name: _told(what) for name, what in honest.items()}
    if plan.fresh:
        fresh = [scene(seed) for seed in plan.fresh]
        found["fresh"] = {"seeds": list(plan.fresh)}
        found["fresh"]["ours"] = asdict(Score.mean(our_score(air, track(air)) for air in fresh))
    if plan.peer:
        found |= _against(scene, look, plan, runs)
    if plan.scored and workers:
        _score_peers(scene, look, plan, workers, found)
    return found


def _times(runs: Sequence[OurRun]) -> dict[str, float]:
    """Ours over all scans; a run's worst scan over its median, mean over runs, with the first scan and without."""
    ms = 1e3 * np.stack([run.cpu_s for run in runs])
    medians = np.median(ms, 1)
    return {
        "ms_median": float(np.median(ms)), "ms_mean": float(ms.mean()),
        "worst_ratio": float((ms.max(1) / medians).mean()),
        "worst_ratio_after_first": float((ms[:, 1:].max(1) / medians).mean()),
    }  # fmt: skip


def _against(scene: Scene, look: Look, plan: Plan, runs: dict[int, OurRun]) -> dict[str, Any]:
    """The peer's times in its forms, and how much longer it takes than ours over the same scans."""
    from stonesoup_peer import mended, plain

    setting = _settings(look)["peer"]
    forms = {"stock": (setting, plan.timed)}
    if plan.timed_plain:
        forms |= {"mended": (mended(setting), plan.timed), "plain": (plain(setting), plan.timed_plain)}
    found: dict[str, Any] = {"peer_ms": {}}
    gospa_m = {}
    for name, (one, window) in forms.items():
        _progress(f"  Stone Soup, {name}: timing {window.last} scans of {len(window.seeds)}")
        theirs = peer_time(scene, one, window)
        ours_s = np.concatenate([runs[seed].cpu_s[window.first : window.last] for seed in window.seeds])
        median_s, mean_s = float(np.median(theirs.cpu_s)), float(theirs.cpu_s.mean())
        found["peer_ms"][name] = {"median": 1e3 * median_s, "mean": 1e3 * mean_s, "scans": len(theirs.cpu_s)}
        key = words.speed_key(name)
        found[key] = median_s / float(np.median(ours_s))
        found[f"{key}_of_means"] = mean_s / float(ours_s.mean())
        gospa_m[name] = theirs.gospa_m
    if "mended" in gospa_m:
        found["mended_differs"] = abs(gospa_m["mended"] / gospa_m["stock"] - 1.0)
    return found


def _settings(look: Look) -> dict[str, Any]:
    """The peer as the issue sets it, with one noise for all axes, and with its vertical noise tuned apart."""
    from stonesoup_peer import ENGAGEMENT_SETTING, SEARCH_SETTING, isotropic

    tuned = SEARCH_SETTING if look is SEARCH else ENGAGEMENT_SETTING
    return {"peer": isotropic(tuned), "peer_climb_tuned": tuned}


def _score_peers(scene: Scene, look: Look, plan: Plan, workers: Executor, found: dict[str, Any]) -> None:
    """Add the peers' scores and the ratios of ours to theirs."""
    from stonesoup_peer import mended

    settings = {name: mended(one) for name, one in _settings(look).items() if name == "peer" or plan.climb_tuned}
    _progress(f"  Stone Soup: scoring {len(settings) * len(plan.seeds) + len(plan.fresh)} runs")
    due = {name: peer_scores(scene, plan.seeds, one, workers) for name, one in settings.items()}
    due_fresh = peer_scores(scene, plan.fresh, settings["peer"], workers)
    for name, scores in due.items():
        found[name] = asdict(Score.mean(score.result() for score in scores))
        found["gospa_ratio" + name.removeprefix("peer")] = found["ours"]["gospa_m"] / found[name]["gospa_m"]
    if plan.fresh:
        fresh = found["fresh"]
        fresh["peer"] = asdict(Score.mean(score.result() for score in due_fresh))
        fresh["gospa_ratio"] = fresh["ours"]["gospa_m"] / fresh["peer"]["gospa_m"]


def _told(found: Consistency | None) -> dict[str, Any] | None:
    return None if found is None else {**asdict(found), "verdict": found.verdict}


def _single(look: Look) -> dict[str, Any]:
    """The single-model filter as plain figures."""
    found = single_model(look)
    return {
        "draws": DRAWS, "nees": _told(found.nees), "nees_inside": found.nees_inside,
        "nis": _told(found.nis), "nis_inside": found.nis_inside,
    }  # fmt: skip


# ---- All of them ---------------------------------------------------------------------------------


def measure(said: argparse.Namespace, workers: Executor | None) -> dict[str, Any]:
    """What the command line asks for; the first size's figures stand at the top, under the names of the radars."""
    fresh = () if said.quick else said.fresh
    looks = [LOOKS[name] for name in ([said.radar] if said.radar else LOOKS)]
    found: dict[str, Any] = {"stonesoup": None if said.no_peer else version("stonesoup"), "fresh_seeds": list(fresh)}
    for look in looks:  # every kernel is compiled before any time is read
        track(crowd(5, look, 0))
    sizes = [said.targets] if said.targets else [*SIZES, *OTHER_SIZES]
    found |= {"targets": sizes[0], "sizes": {}}
    for targets in sizes:
        part = found["sizes"][str(targets)] = {}
        for look in looks:
            _progress(f"{look.name} radar, {targets} targets")
            plan = Plan.of(said, targets, fresh if targets in SIZES or said.targets else ())
            part[look.name] = compare(partial(crowd, targets, look), look, plan, workers)
            words.judge(part[look.name], look.name, str(targets))
    found |= found["sizes"][str(sizes[0])]
    if not said.targets:
        found |= _the_rest(said, looks, fresh, workers)
    return found


def _the_rest(
    said: argparse.Namespace, looks: Sequence[Look], fresh: tuple[int, ...], workers: Executor | None
) -> dict[str, Any]:
    """Crossing formations, growth, and the single-model filter."""
    found: dict[str, Any] = {"crossing": {}, "growth": {}, "single_model": {}}
    for look in looks:
        _progress(f"{look.name} radar, crossing formations")
        plan = Plan.of(said, 20, fresh)
        found["crossing"][look.name] = compare(partial(crossing, look), look, plan, workers)
        words.judge(found["crossing"][look.name], look.name, "crossing")
        _progress(f"{look.name} radar, growth at constant density")
        found["growth"][look.name] = growth(look, said.seeds[:1], 3)
        words.judge(found["growth"][look.name], look.name, "growth")
        found["single_model"][look.name] = _single(look)
    return found


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# ---- The command line ------------------------------------------------------------------------------


def _seeds(text: str) -> tuple[int, ...]:
    """Whole numbers with commas between."""
    parts = text.split(",")
    if not all(part.strip().isdecimal() for part in parts) or len(set(parts)) < len(parts):
        raise argparse.ArgumentTypeError(f'read "{text}", expected different whole numbers with commas between')
    return tuple(int(part) for part in parts)


def _targets(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= OTHER_SIZES[-1]:
        raise argparse.ArgumentTypeError(f'read "{text}", expected a whole number from 1 to {OTHER_SIZES[-1]}')
    return int(text)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--targets", type=_targets, help="one size alone")
    parser.add_argument("--radar", choices=list(LOOKS), help="one radar alone")
    parser.add_argument("--seeds", type=_seeds, default=SEEDS, help="the committed ones are 1,2,3,4,5")
    parser.add_argument("--fresh", type=_seeds, help="seeds to repeat instead of drawing three new ones")
    parser.add_argument("--no-peer", action="store_true", help="ours alone")
    parser.add_argument("--quick", action="store_true", help="two seeds, few timed scans, no fresh seeds")
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    if said.fresh is None:
        said.fresh = tuple(int.from_bytes(os.urandom(4), "big") for _ in range(FRESH))
    return said


def _workers() -> Executor:
    """Processes that score the peer; they collect no garbage meanwhile, which is a tenth of its time."""
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(min(os.cpu_count() or 1, 8), mp_context=spawn, initializer=gc.disable)


def main() -> None:
    """Measure what is asked for and print it."""
    said = _asked()
    if not said.no_peer:
        try:
            version("stonesoup")
        except PackageNotFoundError:
            need = "pip install stonesoup==1.9"
            print(f"bench/tracker.py: Stone Soup is not installed; {need}, or say --no-peer", file=sys.stderr)
            sys.exit(2)
    with nullcontext() if said.no_peer else _workers() as workers:
        found = measure(said, workers)
    print(json.dumps(words.rounded(found)) if said.json else words.page(found))


if __name__ == "__main__":
    main()
