"""What a person orders is obeyed, and a table that is too small says so."""

from __future__ import annotations

import numpy as np
import pytest

from openiads.catalog.errors import InputError
from openiads.enums import Cause, ControlStatus, EventKind, Identity, Verb
from openiads.simulate import CapacityError, Session
from tests.support import runs

POST = "cp"


def _kinds(session: Session) -> np.ndarray:
    return session.record().tables["events"]


def _first_tick(kind: EventKind, track: int | None = None) -> int:
    events = runs.record("first").tables["events"]
    mine = (events["track"] == track) | (track is None)
    return int(events["tick"][(events["kind"] == kind) & mine].min())


def _engaged_track() -> int:
    events = runs.record("first").tables["events"]
    return int(events["track"][events["kind"] == EventKind.LAUNCHED][0])


def _until(tick: int) -> Session:
    session = runs.session("first")
    session.advance(tick / 1000.0)
    return session


def test_hold_before_the_launch_means_no_launch() -> None:
    session = _until(_first_tick(EventKind.LAUNCHED) - 2000)
    session.submit(Verb.SET_STATUS, POST, value=ControlStatus.HOLD)
    session.advance(session.duration_s)
    events = _kinds(session)
    launched = events[events["kind"] == EventKind.LAUNCHED]
    assert (launched["code"] == 1).all(), "under hold a unit fires in its own defence alone"
    refused = events[(events["kind"] == EventKind.NOT_ENGAGED) & (events["cause"] == Cause.HOLD)]
    assert len(refused) > 0, "why nothing was fired is not in the log"
    assert (events["kind"] == EventKind.DIRECTIVE).sum() == 1


def test_hold_can_be_lifted() -> None:
    tick = _first_tick(EventKind.LAUNCHED)
    session = _until(tick - 2000)
    session.submit(Verb.SET_STATUS, POST, value=ControlStatus.HOLD)
    session.advance((tick + 10000) / 1000.0)
    session.submit(Verb.SET_STATUS, POST, value=ControlStatus.TIGHT)
    session.advance(session.duration_s)
    events = _kinds(session)
    launched = events["tick"][events["kind"] == EventKind.LAUNCHED]
    assert len(launched) > 0
    assert launched.min() >= tick + 10000


def test_a_track_called_friend_is_not_engaged() -> None:
    track = _engaged_track()
    session = _until(_first_tick(EventKind.DESIGNATED, track) - 1)
    session.submit(Verb.SET_IDENTITY, POST, track, Identity.FRIEND)
    session.advance(session.duration_s)
    events = _kinds(session)
    mine = events[events["track"] == track]
    for kind in (EventKind.DESIGNATED, EventKind.ASSIGNED, EventKind.LAUNCHED):
        assert not (mine["kind"] == kind).any(), kind.name
    assert ((mine["kind"] == EventKind.NOT_ENGAGED) & (mine["cause"] == Cause.IDENTITY)).any()


def test_a_word_on_an_identity_before_the_launch_ends_the_engagement() -> None:
    track = _engaged_track()
    session = _until(_first_tick(EventKind.LAUNCHED) - 2000)
    session.submit(Verb.SET_IDENTITY, POST, track, Identity.FRIEND)
    session.advance(session.duration_s)
    events = _kinds(session)
    closed = events[(events["kind"] == EventKind.CLOSED) & (events["track"] == track)]
    assert closed["cause"].tolist() == [Cause.IDENTITY]
    assert not ((events["kind"] == EventKind.LAUNCHED) & (events["track"] == track)).any()


def test_cease_closes_the_engagement() -> None:
    track = _engaged_track()
    session = _until(_first_tick(EventKind.DESIGNATED) + 1000)
    session.submit(Verb.CEASE, POST, track)
    order_tick = int(session.state.clock["tick"][0])
    session.advance(order_tick / 1000.0 + 5.0)
    events = _kinds(session)
    closed = events[(events["kind"] == EventKind.CLOSED) & (events["track"] == track)]
    assert len(closed) >= 1
    assert closed["cause"][0] == Cause.ORDERED
    assert order_tick <= closed["tick"][0] <= order_tick + 2000


def test_a_directive_is_kept_in_the_record_and_changes_nothing_before_it() -> None:
    session = _until(100_000)
    session.submit(Verb.SET_STATUS, POST, value=ControlStatus.HOLD, author="me")
    session.advance(session.duration_s)
    record = session.record()
    assert len(record.tables["directives"]) == 1
    assert record.tables["directives"]["done"][0] == 1
    plain = runs.record("first").tables["events"]
    early = record.tables["events"]["tick"] < 100_000
    assert record.tables["events"][early].tobytes() == plain[plain["tick"] < 100_000].tobytes()


def test_the_same_directives_at_the_same_ticks_give_the_same_run() -> None:
    digests = set()
    for _ in range(2):
        session = _until(_first_tick(EventKind.LAUNCHED) - 2000)
        session.submit(Verb.SET_STATUS, POST, value=ControlStatus.HOLD)
        session.advance(session.duration_s)
        digests.add(session.record().digest)
    assert len(digests) == 1


def test_an_unknown_post_is_refused() -> None:
    with pytest.raises(KeyError, match="cp"):
        runs.session("first").submit(Verb.SET_STATUS, "nobody", value=ControlStatus.HOLD)


def test_too_many_directives_are_refused() -> None:
    session = runs.session("first")
    for _ in range(len(session.state.directives)):
        session.submit(Verb.SET_STATUS, POST, value=ControlStatus.HOLD)
    with pytest.raises(CapacityError, match="directives"):
        session.submit(Verb.SET_STATUS, POST, value=ControlStatus.HOLD)


def test_a_session_leaves_its_build_as_it_was() -> None:
    before = [table.tobytes() for table in runs.built("first").state]
    session = runs.session("first")
    session.advance(100.0)
    assert [table.tobytes() for table in runs.built("first").state] == before


@pytest.mark.parametrize(
    ("table", "name", "overrides"),
    [
        ("tracks", "raid_50", ("capacity.tracks=2",)),
        ("interceptors", "tartus", ("capacity.interceptors=1",)),
        ("engagements", "tartus", ("capacity.engagements=1",)),
    ],
)
def test_a_full_table_is_named(table: str, name: str, overrides: tuple[str, ...]) -> None:
    session = runs.session(name, *overrides)
    with pytest.raises(CapacityError, match=rf"{table} table is full.*capacity\.{table}"):
        session.advance(session.duration_s)


def test_a_small_plot_table_is_drained_and_not_full() -> None:
    """Append-only tables are emptied by the door when they run out of room; nothing is lost."""
    small = runs.record("tartus", "capacity.plots=1")
    assert small.digest == runs.record("tartus").digest
    assert len(small.tables["plots"]) == len(runs.record("tartus").tables["plots"])


def test_hold_stops_the_rounds_of_a_salvo_that_have_not_left() -> None:
    tick = _first_tick(EventKind.LAUNCHED)
    session = _until(tick)
    session.submit(Verb.SET_STATUS, POST, value=ControlStatus.HOLD)
    session.advance(session.duration_s)
    events = _kinds(session)
    assert (events["tick"][events["kind"] == EventKind.LAUNCHED] <= tick + 1000).all()


def test_no_round_leaves_for_a_track_called_friend_after_the_first() -> None:
    track = _engaged_track()
    tick = _first_tick(EventKind.LAUNCHED)
    session = _until(tick)
    session.submit(Verb.SET_IDENTITY, POST, track, Identity.FRIEND)
    session.advance(session.duration_s)
    events = _kinds(session)
    mine = events[events["track"] == track]
    assert (mine["tick"][mine["kind"] == EventKind.LAUNCHED] <= tick + 1000).all()
    assert ((mine["kind"] == EventKind.IDENTIFIED) & (mine["code"] == Identity.FRIEND)).any()


def test_a_dead_engagement_radar_neither_fires_nor_guides() -> None:
    tick = _first_tick(EventKind.LAUNCHED)
    session = _until(tick + 1000)
    session.state.emitters["alive"] = session.state.emitters["on"] = 0
    session.advance(session.duration_s)
    events = _kinds(session)
    late = events[events["tick"] > tick + 2000]
    for kind in (EventKind.LAUNCHED, EventKind.HANDED_OVER, EventKind.KILLED):
        assert not (late["kind"] == kind).any(), kind.name


def test_an_order_about_nobody_says_so() -> None:
    session = _until(100_000)
    session.submit(Verb.SET_IDENTITY, POST, 9999, Identity.FRIEND)
    session.advance(105.0)
    events = _kinds(session)
    assert events["cause"][events["kind"] == EventKind.DIRECTIVE].tolist() == [Cause.TRACK_LOST]


def test_orders_that_no_stage_could_obey_are_refused() -> None:
    session = runs.session("first")
    with pytest.raises(InputError, match=r"ControlStatus\.HOLD"):
        session.submit(Verb.SET_STATUS, POST, value=77)
    with pytest.raises(InputError, match=r"Verb\.CEASE"):
        session.submit("stop", POST)
    with pytest.raises(InputError, match="from 0 to"):
        session.advance(-5.0)
    session.advance(session.duration_s)
    with pytest.raises(InputError, match="has ended"):
        session.submit(Verb.CEASE, POST, 1)


def test_an_overflow_of_the_last_step_is_no_secret() -> None:
    session = runs.session("first", "capacity.tracks=1")
    with pytest.raises(CapacityError, match="tracks"):
        session.advance(session.duration_s)
