"""What must hold in every run, read from the record alone."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from openiads.enums import Cause, EngagementState, EventKind, InterceptorPhase
from openiads.record.record import Record
from tests.support import drive, runs

FREE = 'posts.tartus-cp.control="free"'
PLAYS = [("first", 0), ("first", 1), ("first", 2), ("tartus", 0), ("tartus", 1), ("tartus", 2)]
BEHIND_TICK = 100  # fly-out plays a guidance period behind the clock: a kill is known that much later at most


@pytest.fixture(params=PLAYS, ids=lambda play: f"{play[0]}-{play[1]}")
def play(request: pytest.FixtureRequest) -> Record:
    name, number = request.param
    return runs.record(name, number=number)


def _of(record: Record, kind: EventKind) -> np.ndarray:
    events = record.tables["events"]
    return events[events["kind"] == kind]


def _causes(record: Record, event: int) -> list[int]:
    """Kinds of an event and of all that it came from, latest first; ``because`` is a serial, here a row."""
    events = record.tables["events"]
    kinds = []
    while event >= 0:
        kinds.append(int(events["kind"][event]))
        because = int(events["because"][event])
        assert because < event, "an event came before its cause"
        event = because
    return kinds


def test_every_cause_is_an_earlier_event(play: Record) -> None:
    events = play.tables["events"]
    because = events["because"]
    assert (because < np.arange(len(events))).all()
    known = because >= 0
    assert (events["tick"][because[known]] <= events["tick"][known]).all()


def test_every_launch_comes_from_a_designated_and_locked_engagement(play: Record) -> None:
    events = play.tables["events"]
    for n in np.flatnonzero(events["kind"] == EventKind.LAUNCHED):
        kinds = _causes(play, int(n))
        for needed in (
            EventKind.ASSIGNED,
            EventKind.LOCKED,
            EventKind.ACQUIRED,
            EventKind.DESIGNATED,
            EventKind.TRACK_CONFIRMED,
        ):
            assert needed in kinds, f"event {n}: no {needed.name} before the launch"
        same = (events["engagement"] == events["engagement"][n]) & (events["post"] == events["post"][n])
        ticks = [
            events["tick"][same & (events["kind"] == kind)].min() for kind in (EventKind.DESIGNATED, EventKind.LOCKED)
        ]
        assert ticks[0] <= ticks[1] <= events["tick"][n]


def test_every_round_has_one_end(play: Record) -> None:
    """Launched once; then killed, missed or self-destructed once, unless the scenario ended before."""
    launched = _of(play, EventKind.LAUNCHED)["interceptor"]
    assert len(set(launched.tolist())) == len(launched)
    ended = np.concatenate(
        [_of(play, k)["interceptor"] for k in (EventKind.KILLED, EventKind.MISSED, EventKind.SELF_DESTRUCTED)]
    )
    assert len(set(ended.tolist())) == len(ended)
    assert set(ended.tolist()) <= set(launched.tolist())
    met = _of(play, EventKind.INTERCEPT)
    assert sorted(met["interceptor"].tolist()) == sorted(
        np.concatenate(
            [_of(play, EventKind.KILLED)["interceptor"], _of(play, EventKind.MISSED)["interceptor"]]
        ).tolist()
    )
    assert (met["value"] >= 0.0).all(), "a miss distance below zero"
    assert (met["value"] <= 200.0).all(), "a round that lay behind its object counted as an intercept"


def test_nothing_is_killed_twice_and_nothing_dead_flies_on(play: Record) -> None:
    killed, truth = _of(play, EventKind.KILLED), play.tables["truth"]
    assert len(set(killed["target"].tolist())) == len(killed)
    for row in killed:
        later = truth["tick"][truth["target"] == row["target"]]
        assert (later <= row["tick"] + BEHIND_TICK).all()
        plots = play.tables["plots"]["tick"][play.tables["plot_origins"]["target"] == row["target"]]
        assert (plots <= row["tick"] + BEHIND_TICK).all()


def test_every_target_comes_once_and_goes_once(play: Record) -> None:
    begun = np.concatenate([_of(play, k)["target"] for k in (EventKind.SPAWNED, EventKind.RELEASED)])
    gone = np.concatenate([_of(play, k)["target"] for k in (EventKind.LEFT, EventKind.LEAKED, EventKind.KILLED)])
    assert len(set(begun.tolist())) == len(begun)
    assert len(set(gone.tolist())) == len(gone)
    assert set(gone.tolist()) <= set(begun.tolist())


def test_every_refusal_and_every_end_has_a_cause(play: Record) -> None:
    for kind in (EventKind.NOT_ENGAGED, EventKind.CLOSED, EventKind.SELF_DESTRUCTED):
        assert (_of(play, kind)["cause"] != Cause.NONE).all(), kind.name
    assert np.isin(_of(play, EventKind.ASSESSED)["cause"], (Cause.KILL_ASSESSED, Cause.MISS_ASSESSED)).all()


def test_every_confirmed_track_is_engaged_or_its_refusal_is_logged(play: Record) -> None:
    """No track ends in silence: each one that lived three decision cycles has a designation or a cause."""
    tracks = play.tables["tracks"]
    said = {
        (int(e["post"]), int(e["track"])) for k in (EventKind.DESIGNATED, EventKind.NOT_ENGAGED) for e in _of(play, k)
    }
    lives: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for row in tracks:
        lives[int(row["post"]), int(row["number"])].add(int(row["tick"]))
    silent = [track for track, ticks in lives.items() if max(ticks) - min(ticks) > 6000 and track not in said]
    assert not silent


def test_rounds_and_magazines_stay_within_what_the_unit_has(play: Record) -> None:
    resources = play.tables["resources"]
    assert (resources["loaded"][resources["launcher"] >= 0] >= 0).all()
    assert (resources["reloads"][resources["launcher"] >= 0] >= 0).all()
    magazines = play.tables["magazines"]
    for field in ("loaded", "reloads", "promised", "fired"):
        assert (magazines[field] >= 0).all(), field
    fired = np.bincount(_of(play, EventKind.LAUNCHED)["launcher"], minlength=len(magazines))
    np.testing.assert_array_equal(fired, magazines["fired"])
    name = str(play.manifest["scenario"])
    start = runs.built(name).state.magazines
    np.testing.assert_array_equal(
        start["loaded"] + start["reloads"], magazines["loaded"] + magazines["reloads"] + magazines["fired"]
    )


@pytest.mark.parametrize(("name", "overrides"), [("first", ()), ("tartus", (FREE,))])
def test_no_more_rounds_and_targets_at_once_than_the_unit_can_guide(name: str, overrides: tuple[str, ...]) -> None:
    """Looked at after every step of the run, in the tables themselves."""
    session = runs.session(name, *overrides)
    state, world = session.state, session.world
    seen = [0]

    def hook(moment: str, stage: drive.Stage) -> None:
        if moment == "before" or stage.module != "assessment":
            return
        flying = (state.interceptors["phase"] > InterceptorPhase.NONE) & (
            state.interceptors["phase"] < InterceptorPhase.GONE
        )
        open_ = (state.engagements["state"] > EngagementState.NONE) & (
            state.engagements["state"] < EngagementState.CLOSED
        )
        for u, unit in enumerate(world.units):
            rounds = int((flying & (state.interceptors["unit"] == u)).sum())
            targets = int((open_ & (state.engagements["unit"] == u)).sum())
            assert rounds <= unit["missiles_max"], f"{rounds} rounds in flight at {session.time_s} s"
            assert targets <= unit["targets_max"], f"{targets} engagements at {session.time_s} s"
            seen[0] = max(seen[0], rounds)
        for e in state.engagements[open_]:
            mine = flying & (state.interceptors["engagement_id"] == e["id"]) & (state.interceptors["unit"] == e["unit"])
            assert mine.sum() <= world.units["missiles_per_target"][e["unit"]]
        assert (state.magazines["loaded"] >= 0).all()
        assert (state.magazines["promised"] >= 0).all()
        assert (state.magazines["promised"] <= state.magazines["loaded"]).all()
        channels = state.engagements["channel"][open_]
        assert len(set(channels.tolist())) == len(channels), "two engagements on one channel"
        waiting = open_ & (state.engagements["rounds_fired"] == 0)  # tracks that merge may both have been fired at
        tracks = list(zip(state.engagements["post"][waiting], state.engagements["track_number"][waiting], strict=True))
        assert len(set(tracks)) == len(tracks), "two engagements on one track"

    drive.drive(session, session.duration_s, hook)
    assert seen[0] >= (1 if name == "first" else 3)


@pytest.mark.parametrize(("name", "post"), [("first", "cp"), ("tartus", "tartus-cp")])
def test_under_hold_nothing_is_fired(name: str, post: str) -> None:
    record = runs.record(name, f'posts.{post}.control="hold"')
    assert (_of(record, EventKind.LAUNCHED)["code"] == 1).all(), "under hold, but in self-defence"
    assert len(_of(record, EventKind.TRACK_CONFIRMED)) > 0


def test_the_next_launch_of_a_launcher_waits_for_its_interval(play: Record) -> None:
    units = runs.built(str(play.manifest["scenario"])).world.units
    launched = _of(play, EventKind.LAUNCHED)
    for launcher in set(launched["launcher"].tolist()):
        mine = launched[launched["launcher"] == launcher]
        gaps = np.diff(np.sort(mine["tick"]))
        assert (gaps >= units["launch_interval_tick"][mine["unit"][0]]).all()


def test_tables_are_in_order_and_inside_the_run(play: Record) -> None:
    end = float(play.manifest["duration_s"]) * 1000
    for name in ("truth", "tracks", "plots", "replies", "emissions", "evidence", "ranking", "resources"):
        ticks = play.tables[name]["tick"]
        assert (np.diff(ticks) >= 0).all(), name
        assert ticks.size == 0 or (ticks[0] >= 0 and ticks[-1] <= end), name
    assert (np.diff(play.tables["events"]["tick"]) >= -BEHIND_TICK).all()
    assert len(play.tables["plots"]) == len(play.tables["plot_origins"])


def test_covariances_are_positive(play: Record) -> None:
    packed = play.tables["tracks"]["cov"].astype(float)
    full = np.zeros((len(packed), 6, 6))
    rows, columns = np.triu_indices(6)
    full[:, rows, columns] = packed
    full[:, columns, rows] = packed
    scale = np.sqrt(np.einsum("nii->ni", full))
    assert (scale > 0.0).all()
    correlation = full / scale[:, :, None] / scale[:, None, :]
    assert np.linalg.eigvalsh(correlation).min() > -1e-4
