"""People take their time, have few hands, and consent where they are asked: seen in the record alone."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from openiads.enums import Cause, EventKind, Verb
from openiads.record.record import Record
from openiads.scenario.load import Scenario
from openiads.simulate import Session, run
from tests.support import runs
from tests.support.doctrines import figure, with_doctrine

PUTS_DOWN = (EventKind.DECIDED, EventKind.CLOSED, EventKind.TRACK_LOST, EventKind.TRACK_MERGED)


def _with(mode: str, name: str = "raid_10", **parts: Any) -> Scenario:
    base = runs.scenario(name)
    posts = tuple(post.model_copy(update={"mode": mode}) for post in base.file.posts)
    return with_doctrine(runs.changed(base, posts=posts), **parts)


@cache
def _played(mode: str, hands: int, name: str = "raid_10") -> Record:
    return run(_with(mode, name, crew_tracks=hands))


def _ticks(events: Any, *kinds: EventKind) -> Any:
    return events["tick"][np.isin(events["kind"], kinds)]


def _in_hand(events: Any) -> int:
    """The most tracks that were decided on or engaged at once, in the order of the log."""
    held: set[int] = set()
    most = 0
    for event in events:
        kind, track = int(event["kind"]), int(event["track"])
        if kind in (EventKind.TAKEN_UP, EventKind.DESIGNATED):
            held.add(track)
        elif kind in PUTS_DOWN:
            held.discard(track)
        most = max(most, len(held))
    return most


@pytest.mark.parametrize("hands", [1, 2, 4])
def test_a_crew_never_has_more_in_hand_than_it_can(hands: int) -> None:
    events = _played("semi_automatic", hands).tables["events"]
    assert _in_hand(events) == hands, "the crew is never full, so this shows nothing"
    assert (events["cause"][events["kind"] == EventKind.NOT_ENGAGED] == Cause.CREW_BUSY).any()


def test_fewer_hands_fire_later() -> None:
    first, second = (_ticks(_played("semi_automatic", n).tables["events"], EventKind.LAUNCHED) for n in (1, 12))
    assert len(first) <= len(second)
    assert np.median(first) > np.median(second)


def test_a_decision_takes_as_long_as_the_doctrine_says() -> None:
    scenario = _with("semi_automatic", decision_time=figure(6.0, 2.0, 12.0))
    events = run(scenario).tables["events"]
    cycle = 1000
    taken = events[events["kind"] == EventKind.TAKEN_UP]
    waits = []
    for row in taken:
        after = (events["track"] == row["track"]) & (events["tick"] >= row["tick"])
        done = events[after & (events["kind"] == EventKind.DECIDED) & (events["cause"] == Cause.NONE)]
        if len(done):
            waits.append(int(done["tick"][0] - row["tick"]))
    assert len(waits) >= 5
    assert min(waits) >= 2000
    assert max(waits) <= 12_000 + cycle
    assert len(set(waits)) > 1, "a spread that is never drawn from"


def test_the_machine_alone_asks_nobody() -> None:
    events = _played("automatic", 1).tables["events"]
    assert len(_ticks(events, EventKind.TAKEN_UP, EventKind.DECIDED, EventKind.APPROVED)) == 0
    assert _in_hand(events) > 1
    assert (
        _ticks(events, EventKind.LAUNCHED)[0]
        < _ticks(_played("semi_automatic", 1).tables["events"], EventKind.LAUNCHED)[0]
    )


def test_each_launch_of_a_manual_post_was_consented_to() -> None:
    scenario = _with("manual", approval_time=figure(5.0, 5.0, 5.0))
    events = run(scenario).tables["events"]
    launched = events[events["kind"] == EventKind.LAUNCHED]
    assert len(launched) > 0
    for row in launched:
        same = (events["engagement"] == row["engagement"]) & (events["tick"] <= row["tick"])
        assert (events["kind"][same] == EventKind.APPROVED).any()
    asked = events[(events["kind"] == EventKind.NOT_ENGAGED) & (events["cause"] == Cause.NOT_APPROVED)]
    assert len(asked) > 0


def _attended(scenario: Scenario) -> Session:
    session = Session(scenario)
    session.submit(Verb.ATTEND, scenario.file.posts[0].name, value=1)
    return session


def test_a_person_who_attends_is_waited_for() -> None:
    scenario = _with("manual", "first")
    post = scenario.file.posts[0].name
    session = _attended(scenario)
    session.advance(session.duration_s)
    events = session.record().tables["events"]
    assert len(_ticks(events, EventKind.LOCKED)) > 0
    assert len(_ticks(events, EventKind.LAUNCHED)) == 0
    locked = events[events["kind"] == EventKind.LOCKED][0]
    second = _attended(scenario)
    second.advance(locked["tick"] / 1000.0 + 20.0)
    second.submit(Verb.APPROVE, post, int(locked["track"]))
    ordered_tick = int(second.state.clock["tick"][0])
    second.advance(second.duration_s)
    launched = second.record().tables["events"]
    launched = launched[launched["kind"] == EventKind.LAUNCHED]
    assert len(launched) > 0
    assert set(launched["track"].tolist()) == {int(locked["track"])}, "the others were not approved"
    assert launched["tick"].min() >= ordered_tick


def test_who_leaves_leaves_it_to_the_doctrine() -> None:
    scenario = _with("manual", "first")
    session = _attended(scenario)
    session.advance(30.0)
    session.submit(Verb.ATTEND, scenario.file.posts[0].name, value=0)
    session.advance(session.duration_s)
    assert len(_ticks(session.record().tables["events"], EventKind.LAUNCHED)) > 0


def test_a_unit_takes_its_reaction_time() -> None:
    unit = runs.scenario("raid_10").catalog.units[runs.scenario("raid_10").file.units[0].unit]
    low, high = unit.reaction_time.low, unit.reaction_time.high
    assert low is not None
    assert high is not None
    events = _played("automatic", 1).tables["events"]
    seen = []
    for row in events[events["kind"] == EventKind.ASSIGNED]:
        before = events[(events["engagement"] == row["engagement"]) & (events["kind"] == EventKind.DESIGNATED)]
        seen.append((int(row["tick"]) - int(before["tick"][0])) / 1000.0)
    assert min(seen) >= low
    assert len({round(wait) for wait in seen}) > 1
