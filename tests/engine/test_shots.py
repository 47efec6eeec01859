"""How each class is shot at: one and a look, several and a look, once, the last chance, and the reserve."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from openiads.catalog.models import TARGET_GROUPS, TargetGroupName
from openiads.enums import Cause, EventKind
from openiads.record.record import Record
from openiads.scenario.load import Scenario
from openiads.simulate import run
from tests.support import runs
from tests.support.doctrines import with_doctrine

PLENTY = {"last_chance_rounds": 1, "reserve": 0}
LAUNCHED, ASSESSED = EventKind.LAUNCHED, EventKind.ASSESSED


RAILS = int(runs.record("raid_10").tables["magazines"]["loaded"].sum())  # nobody fires there


@cache
def _played(pattern: str, rounds: int, salvos: int, interval_s: float = 0.0, last: int = 1, reserve: int = 0) -> Record:
    shots = {
        "pattern": pattern, "rounds": rounds, "salvos": salvos, "interval": interval_s, "last_chance_rounds": last,
        "reserve": reserve / RAILS,
    }  # fmt: skip
    return run(_free(dict.fromkeys(TARGET_GROUPS, shots)))


def _free(salvos: dict[TargetGroupName, dict[str, Any]]) -> Scenario:
    """Ten targets, a post that may fire at all of them, and a machine that does."""
    base = runs.scenario("raid_10")
    posts = tuple(post.model_copy(update={"control": "free"}) for post in base.file.posts)
    return with_doctrine(runs.changed(base, posts=posts), salvos, mode="automatic")


def _lives(record: Record) -> list[list[tuple[int, int]]]:
    """Launches and assessments of every engagement in order: kind and tick."""
    events = record.tables["events"]
    wanted = events[np.isin(events["kind"], (LAUNCHED, ASSESSED))]
    return [
        [(int(row["kind"]), int(row["tick"])) for row in wanted[wanted["engagement"] == number]]
        for number in np.unique(wanted["engagement"])
    ]


def _salvos(life: list[tuple[int, int]]) -> list[list[int]]:
    """Ticks of the launches between two looks."""
    found: list[list[int]] = [[]]
    for kind, tick in life:
        if kind == LAUNCHED:
            found[-1].append(tick)
        else:
            found.append([])
    return [salvo for salvo in found if salvo]


def test_shoot_look_shoot_fires_one_round_before_each_look() -> None:
    salvos = [_salvos(life) for life in _lives(_played("shoot_look_shoot", 1, 5))]
    assert all(len(salvo) == 1 for life in salvos for salvo in life)
    assert any(len(life) > 1 for life in salvos), "nobody shot again, so this shows nothing"


def test_shoot_shoot_look_fires_its_rounds_apart() -> None:
    salvos = [salvo for life in _lives(_played("shoot_shoot_look", 2, 5, 7.0)) for salvo in _salvos(life)]
    gaps = [second - first for salvo in salvos for first, second in pairwise(salvo)]
    assert max(len(salvo) for salvo in salvos) == 2
    assert min(gaps) >= 7000


def test_a_salvo_is_fired_once() -> None:
    record = _played("salvo", 2, 1)
    events = record.tables["events"]
    fired = events[events["kind"] == LAUNCHED]
    engaged: dict[int, set[int]] = {}
    for row in fired:
        engaged.setdefault(int(row["track"]), set()).add(int(row["engagement"]))
    assert all(len(numbers) == 1 for numbers in engaged.values())
    missed = events[(events["kind"] == ASSESSED) & (events["code"] == 0)]
    assert len(missed) > 0
    refused = events[(events["kind"] == EventKind.NOT_ENGAGED) & (events["cause"] == Cause.SALVOS_SPENT)]
    assert set(missed["track"].tolist()) & set(refused["track"].tolist())


@pytest.mark.parametrize("most", [1, 2])
def test_no_track_is_shot_at_more_often_than_the_doctrine_says(most: int) -> None:
    record = _played("shoot_look_shoot", 1, most)
    events = record.tables["events"]
    _, counts = np.unique(events["track"][events["kind"] == LAUNCHED], return_counts=True)
    assert counts.max() == most


def test_the_last_chance_is_taken_with_more_rounds() -> None:
    """Where the launch window closes before a second shot, the salvo is larger; elsewhere it is not."""
    plain, more = _played("shoot_look_shoot", 1, 5), _played("shoot_look_shoot", 1, 5, 0.0, 2)
    sizes = {len(salvo) for life in _lives(more) for salvo in _salvos(life)}
    assert sizes == {1, 2}
    assert {len(salvo) for life in _lives(plain) for salvo in _salvos(life)} == {1}
    last = [salvo for life in _lives(more) for salvo in _salvos(life) if len(salvo) == 2]
    assert len(last) > 0


@pytest.mark.parametrize("reserve", [4, 12])
def test_the_reserve_is_not_fired(reserve: int) -> None:
    """Everybody here is of classes that may not touch it: so many rounds are left on the rails at the end."""
    record = _played("shoot_look_shoot", 1, 5, 0.0, 1, reserve)
    whole = _played("shoot_look_shoot", 1, 5)
    left = int(record.tables["magazines"]["loaded"].sum())
    assert left >= reserve
    if int(whole.tables["magazines"]["loaded"].sum()) < reserve:
        events = record.tables["events"]
        refused = events["cause"][events["kind"] == EventKind.NOT_ENGAGED]
        assert (refused == Cause.RESERVE).any()


def test_two_channels_may_take_one_target_where_the_doctrine_lets_them() -> None:
    def most(engagements: int) -> int:
        shots = {group: {"engagements": engagements, **PLENTY} for group in TARGET_GROUPS}
        return _most_at_once(run(_free(shots)).tables["events"])

    assert most(1) == 1
    assert most(2) == 2


def _most_at_once(events: Any) -> int:
    """The most engagements open on one track, in the order of the log."""
    held: dict[int, int] = {}
    most = 0
    for row in events:
        change = {int(EventKind.DESIGNATED): 1, int(EventKind.CLOSED): -1}.get(int(row["kind"]), 0)
        track = int(row["track"])
        held[track] = held.get(track, 0) + change
        most = max(most, held[track])
    return most
