"""A person holds, releases, approves and cancels; what cannot be done is answered, and the run goes on."""

from __future__ import annotations

from typing import Any

import pytest

from openiads.catalog.errors import InputError
from openiads.enums import Cause, ControlStatus, EventKind, Identity, Verb
from openiads.simulate import Session
from tests.support import runs

POST, UNIT = "cp", "battery"


def _first(kind: EventKind, track: int | None = None) -> Any:
    events = runs.record("first").tables["events"]
    mine = (events["kind"] == kind) & ((events["track"] == track) | (track is None))
    return events[mine][0]


def _at(tick: int) -> Session:
    session = runs.session("first")
    session.advance(tick / 1000.0)
    return session


def _played(session: Session) -> Any:
    session.advance(session.duration_s)
    return session.record().tables["events"]


def _answers(events: Any) -> list[Cause]:
    return [Cause(int(cause)) for cause in events["cause"][events["kind"] == EventKind.DIRECTIVE]]


def _launches(events: Any, track: int) -> Any:
    return events["tick"][(events["kind"] == EventKind.LAUNCHED) & (events["track"] == track)]


def test_release_takes_a_hold_back() -> None:
    launch = _first(EventKind.LAUNCHED)
    track = int(launch["track"])
    session = _at(int(launch["tick"]) - 5000)
    session.submit(Verb.CEASE, POST, track)
    session.advance(session.time_s + 10.0)
    held = int(session.state.clock["tick"][0])
    session.submit(Verb.RELEASE, POST, track)
    events = _played(session)
    assert _answers(events) == [Cause.NONE, Cause.NONE]
    launched = _launches(events, track)
    assert len(launched) > 0, "a release that releases nothing"
    assert launched.min() >= held


def test_cancel_ends_an_engagement_and_the_crew_decides_anew() -> None:
    designated = _first(EventKind.DESIGNATED)
    track = int(designated["track"])
    session = _at(int(designated["tick"]) + 2000)
    session.submit(Verb.CANCEL, POST, track)
    ordered = int(session.state.clock["tick"][0])
    events = _played(session)
    assert _answers(events) == [Cause.NONE]
    closed = events[(events["kind"] == EventKind.CLOSED) & (events["track"] == track)]
    assert closed["cause"][0] == Cause.CANCELLED
    taken = events[(events["kind"] == EventKind.TAKEN_UP) & (events["track"] == track) & (events["tick"] >= ordered)]
    assert len(taken) == 1
    again = events[(events["kind"] == EventKind.DESIGNATED) & (events["track"] == track) & (events["tick"] > ordered)]
    assert len(again) > 0
    assert again["tick"][0] > taken["tick"][0]


def test_what_cannot_be_done_is_answered_with_its_cause() -> None:
    session = _at(100_000)
    number = int(session.state.tracks["number"][session.state.tracks["state"] >= 2][0])
    session.submit(Verb.APPROVE, POST, 9999)
    session.submit(Verb.CANCEL, POST, 9999)
    session.submit(Verb.RELEASE, POST, 9999)
    session.submit(Verb.CANCEL, POST, number)
    session.state.magazines["loaded"] = 0
    session.submit(Verb.APPROVE, POST, number)
    session.submit(Verb.APPROVE, POST, number, unit=UNIT)
    events = _played(session)
    lost = Cause.TRACK_LOST
    assert _answers(events) == [lost, lost, lost, Cause.NO_ENGAGEMENT, Cause.MAGAZINE, Cause.MAGAZINE]
    assert events["tick"].max() > 200_000, "the run goes on"


def test_an_approval_for_a_unit_without_a_radar_says_so() -> None:
    session = _at(100_000)
    number = int(session.state.tracks["number"][session.state.tracks["state"] >= 2][0])
    session.state.emitters["alive"] = 0
    session.submit(Verb.APPROVE, POST, number, unit=UNIT)
    assert _answers(_played(session)) == [Cause.RADAR_LOST]


def test_an_approved_track_needs_no_decision() -> None:
    taken = _first(EventKind.TAKEN_UP)
    session = _at(int(taken["tick"]))
    session.submit(Verb.APPROVE, POST, int(taken["track"]))
    session.advance(session.time_s + 1.5)
    assert session.state.ranking["approved"].sum() == 1
    events = _played(session)
    assert Cause.NONE in _answers(events)


def test_a_units_own_status_goes_before_its_posts() -> None:
    launch = _first(EventKind.LAUNCHED)
    session = _at(int(launch["tick"]) - 2000)
    session.submit(Verb.SET_STATUS, POST, value=ControlStatus.HOLD, unit=UNIT)
    events = _played(session)
    assert (events["code"][events["kind"] == EventKind.LAUNCHED] == 1).all(), "but in its own defence"
    refused = events[(events["kind"] == EventKind.NOT_ENGAGED) & (events["cause"] == Cause.HOLD)]
    assert len(refused) > 0


def test_orders_about_no_unit_of_the_post_are_refused() -> None:
    session = runs.session("first")
    with pytest.raises(KeyError, match="battery"):
        session.submit(Verb.SET_STATUS, POST, value=ControlStatus.HOLD, unit="nobody")
    with pytest.raises(InputError, match="not a unit"):
        session.submit(Verb.CEASE, POST, 1, unit=UNIT)
    with pytest.raises(InputError, match="expected 1"):
        session.submit(Verb.ATTEND, POST, value=7)
    with pytest.raises(InputError, match=r"Identity\.HOSTILE"):
        session.submit(Verb.TELL_IDENTITY, POST, 1, 99)
    session.submit(Verb.TELL_IDENTITY, POST, 1, Identity.HOSTILE)


def test_orders_without_what_they_are_about_are_refused() -> None:
    session = runs.session("first")
    with pytest.raises(InputError, match="number of a track"):
        session.submit(Verb.CEASE, POST)
    with pytest.raises(InputError, match="number of a track"):
        session.submit(Verb.CANCEL, POST, "1")  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"ControlStatus\.HOLD"):
        session.submit(Verb.SET_STATUS, POST)
    with pytest.raises(InputError, match="expected 1"):
        session.submit(Verb.ATTEND, POST)


def test_an_approval_does_not_lift_a_hold_on_the_track() -> None:
    taken = _first(EventKind.TAKEN_UP)
    track = int(taken["track"])
    session = _at(int(taken["tick"]))
    session.submit(Verb.CEASE, POST, track)
    session.submit(Verb.APPROVE, POST, track)
    events = _played(session)
    assert _answers(events) == [Cause.NONE, Cause.ORDERED]
    assert len(_launches(events, track)) == 0


def test_cancelling_what_is_only_being_decided_changes_nothing() -> None:
    taken = _first(EventKind.TAKEN_UP)
    track = int(taken["track"])
    session = _at(int(taken["tick"]))
    session.submit(Verb.CANCEL, POST, track)
    events = _played(session)
    assert _answers(events) == [Cause.NO_ENGAGEMENT]
    decided = events[(events["kind"] == EventKind.DECIDED) & (events["track"] == track)]
    plain = _first(EventKind.DECIDED, track)
    assert decided["tick"][0] == plain["tick"], "the hand that decides is not stuck"
