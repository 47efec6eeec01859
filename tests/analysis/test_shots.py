"""Wasted rounds, wrong calls and re-engagements: by hand, and counted a second time over real runs."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from openiads.analysis.shots import ShotCount, Waste, shots, wastes
from openiads.analysis.summary import summarise
from openiads.analysis.words import shot_lines
from openiads.enums import Cause, EventKind
from openiads.record.columns import DTYPES
from openiads.record.record import Record
from tests.record import synthetic
from tests.support import runs

K = EventKind
HOSTILE, OTHER_HOSTILE, AIRLINER = 0, 1, 2
TRACKS = {1: HOSTILE, 2: OTHER_HOSTILE, 3: AIRLINER, 4: -1}  # track number: what its plots come from


class Log:
    """A record written line by line: shots, their ends, calls."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.serial = 0

    def add(self, time_s: float, kind: EventKind, **fields: Any) -> None:
        self.rows.append({"tick": round(time_s * 1000), "kind": kind} | fields)

    def shot(
        self, time_s: float, track: int, end: tuple[float, EventKind, Cause, int], engagement: int = 1, code: int = 0
    ) -> int:
        """A round at a track; ``end`` is when and how it ended, why, and what it met."""
        number, self.serial = self.serial, self.serial + 1
        about = {"track": track, "engagement": engagement, "interceptor": number}
        self.add(time_s, K.LAUNCHED, post=0, code=code, **about)
        self.add(end[0], end[1], cause=end[2], target=end[3], **about)
        return number

    def call(self, time_s: float, track: int, code: int, engagement: int = 1) -> None:
        self.add(time_s, K.ASSESSED, post=0, track=track, engagement=engagement, code=code)

    def record(self, plots: bool = True) -> Record:
        events = np.zeros(len(self.rows), DTYPES["events"])
        for field in synthetic.INDICES:
            events[field] = -1
        for n, row in enumerate(sorted(self.rows, key=lambda row: row["tick"])):
            for field, value in row.items():
                events[n][field] = value
        tables = {"events": events} | (_plots() if plots else {})
        named = [("threat-0", "hostile"), ("threat-1", "hostile"), ("ME-204", "neutral")]
        roster = [synthetic.row("targets", n, name, "fighter", relation=to) for n, (name, to) in enumerate(named)]
        return Record.of(tables, roster, synthetic.manifest(plots))


def _plots() -> dict[str, np.ndarray]:
    """A plot a second of every track."""
    plots, origins = np.zeros(4 * 300, DTYPES["plots"]), np.zeros(4 * 300, DTYPES["plot_origins"])
    plots["tick"], plots["track_number"] = np.repeat(np.arange(300) * 1000, 4), np.tile([1, 2, 3, 4], 300)
    origins["target"] = np.tile([TRACKS[track] for track in (1, 2, 3, 4)], 300)
    return {"plots": plots, "plot_origins": origins}


def missed(time_s: float, target: int, cause: Cause = Cause.NOT_LETHAL) -> tuple[float, EventKind, Cause, int]:
    return time_s, K.MISSED, cause, target


def killed(time_s: float, target: int) -> tuple[float, EventKind, Cause, int]:
    return time_s, K.KILLED, Cause.NONE, target


def spent(time_s: float, cause: Cause = Cause.SEEKER) -> tuple[float, EventKind, Cause, int]:
    return time_s, K.SELF_DESTRUCTED, cause, -1


def test_each_round_is_wasted_for_one_reason() -> None:
    log = Log()
    said = {
        log.shot(10, 1, missed(40, HOSTILE)): Waste.NONE,
        log.shot(11, 1, killed(41, HOSTILE)): Waste.NONE,
        log.shot(12, 1, missed(42, HOSTILE, Cause.OBJECT_GONE)): Waste.GONE,
        log.shot(13, 1, spent(50)): Waste.GONE,
        log.shot(14, 1, spent(50, Cause.DUD)): Waste.NONE,
        log.shot(45, 1, spent(60)): Waste.DEAD,
        log.shot(20, 4, spent(50)): Waste.FALSE_TRACK,
        log.shot(21, 4, killed(52, OTHER_HOSTILE)): Waste.NONE,
        log.shot(30, 3, missed(60, AIRLINER)): Waste.NO_THREAT,
        log.shot(31, 2, killed(61, AIRLINER)): Waste.NO_THREAT,
        log.shot(53, 2, spent(90)): Waste.DEAD,
    }
    record = log.record()
    assert wastes(record) == said
    count = shots(record)
    assert (count.rounds, count.wasted) == (11, 7)
    assert (count.wasted_false, count.wasted_no_threat, count.wasted_dead, count.wasted_gone) == (1, 2, 2, 2)


def test_calls_are_held_against_the_truth() -> None:
    log = Log()
    log.shot(10, 1, missed(40, HOSTILE))
    log.call(44, 1, 1)  # a kill, and it lives
    log.shot(60, 1, killed(80, HOSTILE), engagement=2)
    log.call(84, 1, 0, engagement=2)  # a miss, and it is dead
    log.call(90, 1, 1, engagement=2)  # a kill, rightly
    log.shot(20, 2, missed(50, OTHER_HOSTILE), engagement=3)
    log.call(54, 2, 1, engagement=3)  # a kill, and it leaks
    log.shot(60, 2, missed(90, OTHER_HOSTILE), engagement=4, code=1)
    log.call(94, 2, 0, engagement=4)  # a miss, rightly
    log.add(120, K.LEAKED, target=OTHER_HOSTILE, asset=0)
    log.call(130, 4, 1, engagement=5)  # of nothing: neither right nor wrong
    count = shots(log.record())
    assert (count.calls, count.false_kills, count.false_kills_leaked, count.missed_kills) == (6, 2, 1, 1)
    assert count.reengagements == 2
    assert count.self_defence == 1
    assert count.wasted == 0


def test_a_salvo_is_one_engagement_and_a_second_after_the_look_another() -> None:
    log = Log()
    for launch_s in (10, 12, 14):
        log.shot(launch_s, 1, missed(launch_s + 30, HOSTILE))
    log.call(50, 1, 0)
    log.shot(60, 1, missed(90, HOSTILE))
    log.shot(61, 1, missed(91, HOSTILE))
    log.add(95, K.CLOSED, post=0, track=1, engagement=1, value=5, cause=Cause.RADAR_LOST)
    log.shot(110, 1, missed(140, HOSTILE), engagement=2)
    log.add(150, K.CLOSED, post=0, track=2, engagement=3, value=0, cause=Cause.NOT_ACQUIRED)
    log.shot(160, 2, missed(190, OTHER_HOSTILE), engagement=4)
    assert shots(log.record()).reengagements == 2


def test_a_track_is_what_its_last_plots_came_from() -> None:
    """It followed one for long, and another for the last ten plots."""
    log = Log()
    number = log.shot(200, 1, missed(230, HOSTILE))
    record = log.record()
    origins = record.tables["plot_origins"].copy()
    plots = record.tables["plots"]
    origins["target"][(plots["track_number"] == 1) & (plots["tick"] > 190_000)] = AIRLINER
    changed = Record.of({**record.tables, "plot_origins": origins}, record.roster, record.manifest)
    assert wastes(record)[number] == Waste.NONE
    assert wastes(changed)[number] == Waste.NO_THREAT


def test_without_plots_a_false_track_cannot_be_told() -> None:
    log = Log()
    log.shot(10, 1, killed(40, HOSTILE))
    log.shot(12, 1, missed(42, HOSTILE, Cause.OBJECT_GONE))
    log.shot(20, 4, spent(50))
    count = shots(log.record(plots=False))
    assert not count.traced
    assert (count.wasted_false, count.wasted_gone) == (0, 1)


@pytest.mark.parametrize("name", ["first", "tartus", "proving-ground"])
def test_the_counts_of_a_run_add_up(name: str) -> None:
    """Counted again with plain loops, by another way: what each round met or was nearest to, and each call."""
    record = runs.record(name)
    count, events = shots(record), record.tables["events"]
    killed_tick = {int(e["target"]): int(e["tick"]) for e in events if e["kind"] == K.KILLED}
    met: defaultdict[int, set[int]] = defaultdict(set)
    for event in events:
        if event["kind"] in (K.HANDED_OVER, K.INTERCEPT):
            met[int(event["track"])].add(int(event["target"]))
    clear = {track: next(iter(targets)) for track, targets in met.items() if len(targets) == 1}
    false = missed_kills = 0
    for call in events[events["kind"] == K.ASSESSED]:
        target = clear.get(int(call["track"]))
        if target is not None:
            dead = killed_tick.get(target, 1 << 60) <= call["tick"]
            false += bool(call["code"] == 1 and not dead)
            missed_kills += bool(call["code"] == 0 and dead)
    if name == "first":  # where many fly side by side, whose a track is at a moment is a matter of definition
        assert (false, missed_kills) == (count.false_kills, count.missed_kills)
    assert count.rounds == (events["kind"] == K.LAUNCHED).sum() == record.tables["magazines"]["fired"].sum()
    assert count.calls == (events["kind"] == K.ASSESSED).sum()
    gone = {int(e["interceptor"]) for e in events if e["kind"] == K.MISSED and e["cause"] == Cause.OBJECT_GONE}
    reasons = wastes(record)
    assert all(reasons[number] != Waste.NONE for number in gone)
    assert count.wasted == sum(reason != Waste.NONE for reason in reasons.values())
    assert count.traced


def test_the_page_says_it_in_words() -> None:
    summary = summarise(runs.record("tartus"))
    first, second = shot_lines(summary.shots)
    assert first.startswith(f"{summary.shots.rounds} rounds fired, {summary.shots.wasted} of them wasted")
    assert first in str(summary)
    assert second in str(summary)
    plain = json.loads(json.dumps(summary.as_dict()))["shots"]
    assert plain == asdict(summary.shots) | {"wasted": summary.shots.wasted}


def test_the_words_of_counts() -> None:
    nothing = ShotCount(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, True)
    assert shot_lines(nothing) == []
    assert shot_lines(ShotCount(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, True)) == [
        "1 round fired, 0 of them wasted.",
        "1 kill assessment: 0 false kills (called killed while it lived), 0 missed kills (called missed although it "
        "was dead); 0 re-engagements.",
    ]
    assert shot_lines(ShotCount(20, 1, 2, 3, 4, 12, 2, 1, 1, 2, 3, True)) == [
        "20 rounds fired, 10 of them wasted (4 at what was gone before they came, 3 at what was gone before the "
        "launch, 1 at false tracks, 2 at what was no threat), 2 in self-defence.",
        "12 kill assessments: 2 false kills (called killed while it lived, 1 of which leaked), 1 missed kill (called "
        "missed although it was dead); 3 re-engagements.",
    ]
