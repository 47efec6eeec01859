"""Engagements whose radar is gone: who takes their rounds over, and that nothing is counted twice or lost."""

from __future__ import annotations

import numpy as np
import pytest

from openiads.enums import Cause, EngagementState, EventKind, InterceptorPhase
from openiads.record.record import Record
from tests.support import drive, duel

RUNS = range(3)
ENDS = (EventKind.KILLED, EventKind.MISSED, EventKind.SELF_DESTRUCTED)
BEHIND_TICK = 100  # fly-out plays a guidance period behind the clock


@pytest.fixture(params=RUNS)
def play(request: pytest.FixtureRequest) -> Record:
    return duel.long_record(1, request.param)


def _handed_over() -> list[tuple[Record, np.ndarray]]:
    found = []
    for run in RUNS:
        for shut_down in (0, 1):
            played = duel.long_record(shut_down, run)
            found += [(played, event) for event in duel.of(played, EventKind.CHANNEL_CHANGED)]
    return found


def test_engagements_are_handed_over_to_the_other_unit() -> None:
    handed = _handed_over()
    assert handed, "nothing was handed over: the tests of this file say nothing"
    for played, event in handed:
        events = played.tables["events"]
        because = events[event["because"]]
        assert because["kind"] in (EventKind.SILENCED, EventKind.RADAR_KILLED)
        assert because["radar"] != event["radar"]
        opened = events[(events["engagement"] == event["engagement"]) & (events["kind"] == EventKind.DESIGNATED)]
        assert opened["channel"].size == 1
        units = duel.built("free", 4, 1).state.channels["unit"]
        assert units[event["channel"]] == event["unit"]
        assert units[event["code"]] != event["unit"]


def test_rounds_that_were_handed_over_reach_their_target() -> None:
    """Some of them; each is guided by the new channel, which had plots of the track before."""
    met = 0
    for played, event in _handed_over():
        if event["value"] == 0.0:
            continue
        mine = duel.of(played, EventKind.INTERCEPT)
        mine = mine[(mine["engagement"] == event["engagement"]) & (mine["tick"] > event["tick"])]
        plots = played.tables["plots"]
        for end in mine:
            looked = (plots["channel"] == event["channel"]) & (plots["tick"] > event["tick"])
            assert (looked & (plots["tick"] <= end["tick"] + BEHIND_TICK)).any()
            met += 1
    assert met > 0


def test_every_round_ends_once(play: Record) -> None:
    launched = duel.of(play, EventKind.LAUNCHED)["interceptor"].tolist()
    ended = duel.of(play, *ENDS)["interceptor"].tolist()
    assert len(set(launched)) == len(launched)
    assert len(set(ended)) == len(ended)
    assert set(ended) <= set(launched)
    late = duel.of(play, EventKind.LAUNCHED)
    early = late["interceptor"][late["tick"] < 200_000]
    assert set(early.tolist()) <= set(ended)


def test_rounds_that_nobody_takes_over_end_with_that_cause() -> None:
    """Silent or lost as their radar is, ten seconds after it went."""
    causes = set()
    for run in RUNS:
        for shut_down in (0, 1):
            played = duel.long_record(shut_down, run)
            gone = duel.of(played, EventKind.SILENCED, EventKind.RADAR_KILLED)["tick"]
            for end in duel.of(played, EventKind.SELF_DESTRUCTED):
                if end["cause"] in (Cause.SILENT, Cause.RADAR_LOST):
                    causes.add(Cause(int(end["cause"])))
                    assert ((gone <= end["tick"] - 9_000) & (gone >= end["tick"] - 13_000)).any()
    assert causes == {Cause.SILENT, Cause.RADAR_LOST}


def test_a_silent_radars_engagements_without_rounds_are_closed(play: Record) -> None:
    closed = duel.of(play, EventKind.CLOSED)
    silenced = set(duel.of(play, EventKind.SILENCED)["tick"].tolist())
    for event in closed[closed["cause"] == Cause.SILENT]:
        spans = [(since, until) for _, since, until in duel.silences(play)]
        assert any(since <= event["tick"] <= until for since, until in spans)
    assert silenced or not (closed["cause"] == Cause.SILENT).any()


@pytest.mark.parametrize(("shut_down", "run"), [(1, 0), (1, 1), (0, 0)])
def test_books_agree_and_limits_hold_after_every_step(shut_down: int, run: int) -> None:
    session = duel.long_fight(shut_down, run)
    state, units = session.state, session.world.units

    def hook(moment: str, stage: drive.Stage) -> None:
        if moment == "before" or stage.module not in ("assignment", "launch", "assessment"):
            return
        rounds, engaged = state.interceptors, state.engagements
        flying = (rounds["phase"] > InterceptorPhase.NONE) & (rounds["phase"] < InterceptorPhase.GONE)
        open_ = (engaged["state"] > EngagementState.NONE) & (engaged["state"] < EngagementState.CLOSED)
        for u, unit in enumerate(units):
            guided = flying & (state.channels["unit"][rounds["channel"]] == u)
            assert guided.sum() <= unit["missiles_max"]
            assert (open_ & (engaged["unit"] == u)).sum() <= unit["targets_max"]
        np.testing.assert_array_equal(rounds["unit"][flying], state.channels["unit"][rounds["channel"][flying]])
        np.testing.assert_array_equal(engaged["unit"][open_], state.channels["unit"][engaged["channel"][open_]])
        np.testing.assert_array_equal(state.channels["engagement"][engaged["channel"][open_]], np.flatnonzero(open_))
        assert (state.channels["engagement"] >= 0).sum() == open_.sum()
        for g in np.flatnonzero(open_):
            mine = flying & (rounds["engagement"] == g) & (rounds["engagement_id"] == engaged["id"][g])
            assert (rounds["channel"][mine] == engaged["channel"][g]).all()
            assert mine.sum() <= units["missiles_per_target"][engaged["unit"][g]]
        assert (state.magazines["promised"] >= 0).all()
        assert (state.magazines["promised"] <= state.magazines["loaded"]).all()
        promised = np.bincount(
            engaged["launcher"][open_ & (engaged["launcher"] >= 0)],
            (engaged["rounds_wanted"] - engaged["rounds_fired"])[open_ & (engaged["launcher"] >= 0)],
            minlength=len(state.magazines),
        )
        np.testing.assert_array_equal(promised, state.magazines["promised"])

    drive.drive(session, session.duration_s, hook)
    assert duel.of(session.record(), EventKind.LAUNCHED).size > 0
