"""Radars that fall silent: when, for how long, what is not seen meanwhile, and what the missile then does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from openiads.engine.motion import MEMORY_SIGMA_RAD, aim_point, off_radar_m
from openiads.engine.silence import FALLEN_TICK, arrival_tick
from openiads.enums import Cause, EventKind, TrackState
from openiads.record.record import Record
from openiads.simulate import Session
from openiads.world.tables import EMITTER, TRACK
from tests.support import drive, duel, runs

PLAYS = [("hold", 2, 0), ("hold", 4, 1), ("free", 4, 0), ("free", 4, 1)]


@pytest.fixture(params=PLAYS, ids=lambda play: f"{play[0]}-{play[1]}-{play[2]}")
def play(request: pytest.FixtureRequest) -> Record:
    control, missiles, number = request.param
    return duel.record(control, missiles, 1, number) if control == "hold" else duel.long_record(1, number)


# ---- What a silent radar does not do -----------------------------------------------------------


def test_a_silent_radar_has_no_plot_no_reply_and_no_strobe(play: Record) -> None:
    silences = duel.silences(play)
    assert silences
    for radar, since, until in silences:
        for name in ("plots", "replies", "strobes"):
            table = play.tables[name]
            heard = (table["radar"] == radar) & (table["tick"] > since) & (table["tick"] <= until)
            assert not heard.any(), f"{name} of radar {radar} between {since} and {until}"


def test_a_radar_looks_again_at_once_when_it_resumes(play: Record) -> None:
    plots = play.tables["plots"]
    for event in duel.of(play, EventKind.RESUMED):
        after = plots["tick"][(plots["radar"] == event["radar"]) & (plots["tick"] > event["tick"])]
        later = duel.of(play, EventKind.SILENCED, EventKind.RADAR_KILLED)
        cut = later["tick"][(later["radar"] == event["radar"]) & (later["tick"] > event["tick"])]
        if not cut.size or cut.min() > event["tick"] + 15_000:
            assert after.size
            assert after.min() <= event["tick"] + 15_000


def test_emissions_alternate_and_agree_with_the_events(play: Record) -> None:
    emissions = play.tables["emissions"]
    for radar in {radar for radar, _, _ in duel.silences(play)}:
        mine = emissions[emissions["emitter"] == radar]
        on = np.concatenate([[1], mine["on"]])
        switched = mine[np.diff(on) != 0]
        said = duel.of(play, EventKind.SILENCED, EventKind.RESUMED, EventKind.RADAR_KILLED)
        said = said[said["radar"] == radar]
        silent = np.concatenate([[1], np.where(said["kind"] == EventKind.RESUMED, 1, 0)])
        said = said[np.diff(silent) != 0]  # one that is killed while it is silent is off already
        np.testing.assert_array_equal(switched["tick"], said["tick"])
        np.testing.assert_array_equal(switched["on"], np.where(said["kind"] == EventKind.RESUMED, 1, 0))


def test_silence_lasts_as_long_as_the_doctrine_says_and_as_the_missile_flies(play: Record) -> None:
    least = int(duel.built("hold", 2, 1).world.doctrines["silence_tick"][0])
    events = duel.of(play, EventKind.SILENCED)
    for (_, since, until), event in zip(duel.silences(play), events, strict=True):
        killed = duel.of(play, EventKind.RADAR_KILLED)
        if until not in killed["tick"]:
            assert until - since >= least
            assert until - since >= event["value"] * 1000.0 + FALLEN_TICK - 1000


def test_tracks_are_not_dropped_for_scans_that_nobody_made() -> None:
    """Both radars that see a target fall silent; its track coasts and is there when they look again."""
    played = duel.record("hold", 2, 1)
    tracks = played.tables["tracks"]
    lost = duel.of(played, EventKind.TRACK_LOST)
    everybody = {int(r) for r in np.unique(played.tables["plots"]["radar"])}
    silent = {radar: (since, until) for radar, since, until in duel.silences(played)}
    alone = [span for radar, span in silent.items() if everybody == {radar}]
    for since, until in alone:
        assert not ((lost["tick"] > since) & (lost["tick"] <= until)).any()
    assert (tracks["state"] >= TrackState.CONFIRMED).any()


# ---- When ---------------------------------------------------------------------------------------


def test_without_the_doctrine_nobody_falls_silent() -> None:
    assert not duel.of(duel.record("hold", 2, 0), EventKind.SILENCED, EventKind.RESUMED).size


def test_where_no_missile_comes_the_doctrine_changes_nothing() -> None:
    """Byte for byte."""
    whole = runs.built("first")
    events = []
    for shut_down in (0, 1):
        doctrines = whole.world.doctrines.copy()
        doctrines["shut_down"] = shut_down
        played = Session(runs.scenario("first"), built=replace(whole, world=whole.world._replace(doctrines=doctrines)))
        played.advance(played.duration_s)
        events.append(played.record().tables["events"].tobytes())
    assert events[0] == events[1]


def test_a_radar_falls_silent_for_a_hostile_missile_and_says_which(play: Record) -> None:
    events = play.tables["events"]
    doctrine = duel.built("hold", 2, 1).world.doctrines[0]
    for event in duel.of(play, EventKind.SILENCED):
        assert event["because"] >= 0
        assert events["kind"][event["because"]] == EventKind.IDENTIFIED
        assert events["track"][event["because"]] == event["track"]
        assert 0.0 <= event["value"] * 1000.0 <= doctrine["shut_down_tick"]
    for event in duel.of(play, EventKind.RESUMED):
        assert events["kind"][event["because"]] == EventKind.SILENCED
        assert events["radar"][event["because"]] == event["radar"]


def _emitter(east: float, north: float) -> Any:
    rows = np.zeros(1, EMITTER)
    rows["pos_enu_m"] = (east, north, 20.0)
    return rows[0]


def _track(pos_m: tuple[float, float, float], vel_mps: tuple[float, float, float]) -> Any:
    rows = np.zeros(1, TRACK)
    rows["pos_enu_m"], rows["vel_enu_mps"], rows["tick"] = pos_m, vel_mps, 1000
    return rows[0]


@pytest.mark.parametrize(
    ("pos_m", "vel_mps", "reach_m", "wanted"),
    [
        ((-6000.0, 0.0, 20.0), (600.0, 0.0, 0.0), 1000.0, 10_000),
        ((-6000.0, 990.0, 20.0), (600.0, 0.0, 0.0), 1000.0, 10_000),
        ((-6000.0, 1010.0, 20.0), (600.0, 0.0, 0.0), 1000.0, -1),  # goes by
        ((-6000.0, 0.0, 1500.0), (600.0, 0.0, 0.0), 1000.0, -1),  # goes over it
        ((6000.0, 0.0, 20.0), (600.0, 0.0, 0.0), 1000.0, -1),  # has gone by
    ],
)
def test_arrival_is_that_of_straight_flight(
    pos_m: tuple[float, float, float], vel_mps: tuple[float, float, float], reach_m: float, wanted: int
) -> None:
    assert abs(arrival_tick(1000, _emitter(0.0, 0.0), _track(pos_m, vel_mps), reach_m) - wanted) <= 1


# ---- What the missile then does -----------------------------------------------------------------


class Blind:
    """The missile of the scene, in a table of its own, ``blind_s`` after it last heard its radar."""

    def __init__(self, blind_s: float) -> None:
        self.session = duel.session("hold", 1, 1)
        self.session.advance(30.0)
        self.state, self.targets = self.session.state, self.session.world.targets.copy()
        row = self.state.truth[0]
        assert row["heard_tick"] == row["tick"] - 100, "it hears its radar in every step"
        self.state.truth["heard_tick"][0] = row["tick"] - round(blind_s * 1000)
        self.radar = int(self.targets["aim_emitter"][0])

    def aim_m(self, name_hash: int = 7) -> np.ndarray[Any, Any]:
        """Where a missile of a name goes."""
        self.targets["name_hash"][0] = name_hash
        state = self.state
        aim = aim_point(0, self.session.world.setting, self.targets, state.clock, state.emitters, state.truth)
        return np.array(aim)

    def off_m(self) -> float:
        """How far that is from the radar, over ground."""
        state = self.state
        return float(off_radar_m(0, self.session.world.setting, self.targets, state.clock, state.emitters, state.truth))


def test_a_missile_that_hears_its_radar_goes_for_it_and_has_no_error() -> None:
    blind = Blind(5.0)
    heard = blind.aim_m()
    assert blind.off_m() == 0.0
    blind.state.emitters["on"][blind.radar] = 0
    assert np.linalg.norm(blind.aim_m() - heard) > 1.0
    assert blind.off_m() == pytest.approx(np.linalg.norm(blind.aim_m() - heard), rel=1e-3)
    blind.state.emitters["on"][blind.radar] = 1
    np.testing.assert_array_equal(blind.aim_m(), heard)


def test_one_that_never_heard_it_goes_for_the_point_it_was_given() -> None:
    blind = Blind(5.0)
    blind.state.emitters["on"][blind.radar] = 0
    blind.state.truth["heard_tick"][0] = -1
    np.testing.assert_array_equal(blind.aim_m(), blind.targets["aim_ecef_m"][0])
    assert blind.off_m() == 0.0


def test_the_error_is_circular_and_grows_with_the_way_flown_blind() -> None:
    """Distances of two normal errors have the Rayleigh distribution of scipy."""
    blind = Blind(10.0)
    heard = blind.aim_m()
    blind.state.emitters["on"][blind.radar] = 0
    sigma_m = MEMORY_SIGMA_RAD * float(blind.targets["speed_mps"][0]) * 10.0
    far_m = np.array([np.linalg.norm(blind.aim_m(n * 2654435761 % 2**32) - heard) for n in range(2000)])
    assert stats.kstest(far_m, stats.rayleigh(scale=sigma_m).cdf).pvalue > 1e-3
    half = Blind(5.0)
    half.state.emitters["on"][half.radar] = 0
    assert _off(half) * 2.0 == pytest.approx(_off(blind), rel=1e-6)


def _off(blind: Blind) -> float:
    blind.aim_m()
    return blind.off_m()


# ---- What it is good for ------------------------------------------------------------------------


def test_radars_that_fall_silent_outlive_those_that_do_not() -> None:
    """Nobody shoots: what the missiles do to the radar they home on is the shut-down's work alone."""
    killed = [
        sum(duel.of(duel.record("hold", 2, shut_down, run), EventKind.RADAR_KILLED).size for run in range(8))
        for shut_down in (0, 1)
    ]
    assert killed[0] >= 7
    assert killed[1] <= 3


def test_no_engagement_is_opened_on_a_silent_radar() -> None:
    session = duel.long_fight(1, 0)
    state, units = session.state, session.world.units
    silent = [0]

    def hook(moment: str, stage: drive.Stage) -> None:
        if moment == "before" or stage.module != "assignment":
            return
        for u, unit in enumerate(units):
            if state.emitters["on"][unit["engagement_radar"]] == 0:
                begun = state.engagements["designated_tick"] == state.clock["tick"][0]
                open_ = (state.engagements["unit"] == u) & (state.engagements["state"] == 1)
                assert not (begun & open_).any()
                silent[0] += 1

    drive.drive(session, session.duration_s, hook)
    assert silent[0] > 0


def test_silence_is_a_cause() -> None:
    causes = {
        int(cause)
        for run in range(3)
        for cause in duel.of(duel.long_record(1, run), EventKind.NOT_ENGAGED, EventKind.CLOSED)["cause"]
    }
    assert Cause.SILENT in causes
