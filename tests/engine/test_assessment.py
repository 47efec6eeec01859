"""Kill assessment: when rounds are over, where silence means something, and what the error rates do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openiads.engine.assessment import has_passed, would_be_seen
from openiads.enums import Cause, EventKind, InterceptorPhase, TrackState
from openiads.record.record import Record
from openiads.scenario.load import restore
from openiads.simulate import run
from openiads.world.tables import ENGAGEMENT, INTERCEPTOR, TRACK
from tests.support import made, overlay, runs

RADIUS_M = float(runs.built("first").world.setting["earth_radius_m"][0])
SITE = (34.93, 35.88)


def _radar() -> tuple[Any, Any, Any, Any]:
    """The engagement radar of ``first``, looking west, and what surrounds it."""
    built = runs.built("first")
    emitters = built.state.emitters.copy()
    return built.world.radars[0], emitters[0], built.world.horizons, built.world.cells


def _track(pos_m: tuple[float, float, float], vel_mps: tuple[float, float, float]) -> Any:
    tracks = np.zeros(1, TRACK)
    tracks["pos_enu_m"], tracks["vel_enu_mps"], tracks["state"], tracks["number"] = (
        pos_m,
        vel_mps,
        TrackState.COASTED,
        7,
    )
    return tracks[0]


def _expected(track: Any, tick: int = 0, **changed: int) -> bool:
    radar, emitter, horizons, cells = _radar()
    for name, value in changed.items():
        emitter[name] = value
    return bool(would_be_seen(tick, RADIUS_M, radar, emitter, horizons, cells, track))


def test_silence_counts_where_the_radar_looks() -> None:
    inbound = _track((-40e3, 0.0, 5e3), (250.0, 0.0, 0.0))
    assert _expected(inbound)
    assert not _expected(inbound, on=0), "a silent radar"
    assert not _expected(inbound, alive=0), "a radar that is gone"
    assert not _expected(_track((-60e3, 0.0, -300.0), (250.0, 0.0, 0.0))), "below the horizon"
    assert not _expected(_track((-320e3, 0.0, 5e3), (250.0, 0.0, 0.0))), "beyond its range"
    assert not _expected(_track((40e3, 0.0, 5e3), (250.0, 0.0, 0.0))), "behind its back"
    assert not _expected(_track((-40e3, 0.0, 5e3), (0.0, 250.0, 0.0))), "in the Doppler notch"
    assert _expected(_track((-40e3, 0.0, 5e3), (-20.0, 250.0, 0.0))), "just out of it"


def test_the_track_is_asked_where_it_is_by_now() -> None:
    """It flies down behind the horizon while nobody sees it."""
    diving = _track((-60e3, 0.0, 2e3), (0.0, 0.0, -100.0))
    diving["vel_enu_mps"][0] = 200.0
    assert _expected(diving, tick=1000)
    assert not _expected(diving, tick=25_000)


def test_what_a_radar_had_plots_of_would_be_seen() -> None:
    """Every plot of a channel in a run lies where this says that there may be one."""
    record, built = runs.record("tartus"), runs.built("tartus")
    plots, origins = record.tables["plots"], record.tables["plot_origins"]["target"]
    mine = np.flatnonzero((plots["channel"] >= 0) & (plots["pos_enu_m"][:, 2] > 500.0))[::50]
    assert len(mine) > 50
    asked = 0
    for n in mine:
        plot, r = plots[n], int(plots["radar"][n])
        there = plots[(origins == origins[n]) & (plots["channel"] >= 0) & (abs(plots["tick"] - plot["tick"]) < 5000)]
        if np.ptp(there["tick"]) < 3000:
            continue
        fit = np.polyfit(there["tick"] * 1e-3, there["pos_enu_m"], 1)
        emitter = built.state.emitters.copy()[r]
        emitter["boresight_rad"] = np.arctan2(*(plot["pos_enu_m"] - emitter["pos_enu_m"])[:2])
        track = _track(tuple(plot["pos_enu_m"]), tuple(fit[0]))
        world = built.world
        sight_m = plot["pos_enu_m"] - emitter["pos_enu_m"]
        radial_mps = abs(sight_m @ fit[0]) / np.linalg.norm(sight_m)
        if radial_mps > 2.0 * world.radars["notch_mps"][r]:
            assert would_be_seen(0, RADIUS_M, world.radars[r], emitter, world.horizons, world.cells, track)
            asked += 1
    assert asked > 30


@pytest.mark.parametrize(("along_m", "passed"), [(5000.0, False), (100.0, False), (-100.0, True), (-5000.0, True)])
def test_a_round_is_over_once_it_draws_away(along_m: float, passed: bool) -> None:
    """Head on: the target comes with 300 m/s, the round flies with 900; ``along_m`` is how far it has to go."""
    flying, engagements = np.zeros(1, INTERCEPTOR), np.zeros(1, ENGAGEMENT)
    track = _track((-20e3, 0.0, 5e3), (300.0, 0.0, 0.0))
    flying["pos_enu_m"], flying["vel_enu_mps"] = (-20e3 + along_m, 50.0, 5e3), (-900.0, 0.0, 0.0)
    flying["phase"], engagements["track_number"], engagements["intercept_tick"] = InterceptorPhase.MIDCOURSE, 7, 900
    assert has_passed(0, flying[0], engagements[0], track) == passed
    flying["phase"] = InterceptorPhase.TERMINAL
    assert not has_passed(0, flying[0], engagements[0], track), "while the seeker homes it may meet"
    flying["phase"], track["state"] = InterceptorPhase.MIDCOURSE, TrackState.FREE
    assert not has_passed(800, flying[0], engagements[0], track)
    assert has_passed(900, flying[0], engagements[0], track), "of a lost track the predicted intercept counts"


def _raid(
    folder: Path, false_kill: float, missed_kill: float, flight: dict[str, Any], unit: str = "s-300pmu1"
) -> Record:
    rates = {"assessment_false_kill": false_kill, "assessment_missed_kill": missed_kill}
    calm = {"mode": "automatic", "reserve": 0, "threat_min": 0.0, "shut_down": False}
    hostile = {"threshold_hostile": 0.5, "threshold_suspect": 0.4}
    overlay.sheet(folder, "doctrines", "calm", "default", rates | calm | hostile)
    content = {
        "name": "calls", "start": "2016-10-15T04:00:00Z", "duration": "240 s", "seed": 11, "origin": "tartus",
        "pk": "low", "environment": {"terrain": "sea_level"},
        "sides": [{"name": "defender"}, {"name": "attacker"}],
        "relations": [{"of": "defender", "to": "attacker", "is": "hostile"}],
        "posts": [{"name": "cp", "side": "defender", "doctrine": "calm", "control": "free"}],
        "units": [{"name": "u", "unit": unit, "side": "defender", "post": "cp", "at": made.said(SITE),
                   "altitude": "20 m", "facing": "270 deg"}],
        "assets": [{"name": "pier", "side": "defender", "at": made.said(SITE), "radius": "100 m", "value": 1}],
        "raids": [{"name": "r", "side": "attacker", "class": "fighter"} | flight],
    }  # fmt: skip
    return run(restore(json.dumps(content), catalog_dir=folder))


def _calls(record: Record) -> list[tuple[int, bool]]:
    """Code of each call, and whether the target that the engagement's rounds were meant for was dead by then."""
    events = record.tables["events"]
    killed = {int(e["engagement"]): int(e["tick"]) for e in events[events["kind"] == EventKind.KILLED]}
    calls = events[events["kind"] == EventKind.ASSESSED]
    return [(int(e["code"]), killed.get(int(e["engagement"]), 1 << 60) <= e["tick"]) for e in calls]


HIGH = {
    "count": 8, "spacing": "6 km", "altitude": "6 km", "speed": "250 m/s",
    "route": [made.away(SITE, 270.0, 60.0), made.said(SITE)],
}  # fmt: skip


def test_without_errors_every_call_is_right(tmp_path: Path) -> None:
    """Targets apart, high and in sight: what is dead has no plots, what lives has."""
    calls = _calls(_raid(tmp_path, 0.0, 0.0, HIGH))
    assert {dead for _, dead in calls} == {True, False}, "both happen under low kill figures"
    assert all(code == dead for code, dead in calls)


def test_with_certain_errors_every_call_is_wrong(tmp_path: Path) -> None:
    calls = _calls(_raid(tmp_path, 1.0, 1.0, HIGH))
    assert {dead for _, dead in calls} == {True, False}
    assert all(code != dead for code, dead in calls)


def test_a_call_comes_within_the_delay_and_three_cycles_of_the_last_round(tmp_path: Path) -> None:
    """Of a round that met its object the end is the intercept; the doctrine's delay is 4 s and its cycle 1 s."""
    events = _raid(tmp_path, 0.0, 0.0, HIGH).tables["events"]
    late = []
    for call in events[events["kind"] == EventKind.ASSESSED]:
        mine = events[(events["engagement"] == call["engagement"]) & (events["tick"] <= call["tick"])]
        ends = mine[np.isin(mine["kind"], (EventKind.KILLED, EventKind.MISSED, EventKind.SELF_DESTRUCTED))]
        fired = mine[mine["kind"] == EventKind.LAUNCHED]
        if len(ends) == len(fired) and (ends["kind"] != EventKind.SELF_DESTRUCTED).all():
            late.append((call["tick"] - ends["tick"].max()) / 1000.0)
    assert len(late) >= 4
    assert min(late) >= 3.0
    assert max(late) <= 7.0


def test_what_flew_below_the_horizon_is_not_called_killed(tmp_path: Path) -> None:
    """It is fired at from high up and dives before the rounds come, whose fuzes fail: nothing is seen and known."""
    overlay.sheet(tmp_path, "missiles", "blank", "48n6e", {"reliability_fuze": 0.01, "common_cause": 0.0})
    overlay.sheet(tmp_path, "units", "blanks", "s-300pmu1", {"missile": "blank"})
    dive = {
        "count": 1, "altitudes": ["3 km", "3 km", "30 m", "30 m"], "speed": "250 m/s",
        "route": [made.away(SITE, 270.0, km) for km in (96.0, 80.0, 73.0, 62.0)],
    }  # fmt: skip
    events = _raid(tmp_path, 0.0, 0.0, dive, "blanks").tables["events"]
    calls = events[events["kind"] == EventKind.ASSESSED]
    assert not (events["kind"] == EventKind.KILLED).any()
    assert len(calls) >= 1
    assert (calls["value"] > 3.0).any(), "the track was silent"
    assert (calls["cause"] == Cause.MISS_ASSESSED).all()
