"""Limits, orders and sums that hold in every scenario: hypothesis makes them, the record is asked."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from openiads.enums import EventKind
from openiads.scenario.load import toml_of
from openiads.simulate import Session, run
from openiads.world.build import build
from tests.engine.test_parity import PLAIN, differences
from tests.support import allowed, elsewhere, kept, made

CHECKS = (
    kept.no_more_targets_than_channels, kept.no_more_rounds_than_guided, kept.no_more_rounds_than_loaded,
    kept.lives_are_in_order, kept.dead_radars_guide_nothing, kept.every_round_has_one_end,
    kept.damage_is_the_leakers_sum, allowed.only_what_status_and_identity_allow, allowed.nothing_into_a_no_fire_zone,
    allowed.crew_within_its_number,
)  # fmt: skip
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]
FEW = settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=QUIET, phases=[Phase.generate]
)  # a failure is made smaller by the many
MANY = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=QUIET)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalog of the scenarios made here."""
    return made.catalog(tmp_path_factory.mktemp("made"))


def _play(text: str, folder: Path) -> kept.Kept:
    return kept.Kept(run(made.made(text, folder)), folder)


def _hold_to_everything(text: str, folder: Path) -> kept.Kept:
    asked = _play(text, folder)
    for check in CHECKS:
        check(asked)
    return asked


@FEW
@given(text=made.scenarios())
def test_whatever_comes_the_limits_are_kept(text: str, folder: Path) -> None:
    _hold_to_everything(text, folder)


@pytest.mark.full
@MANY
@given(text=made.scenarios())
def test_whatever_comes_the_limits_are_kept_in_many_more(text: str, folder: Path) -> None:
    _hold_to_everything(text, folder)


@pytest.mark.full
def test_the_scenarios_made_here_are_not_idle(folder: Path) -> None:
    """A net through which nothing swims holds nothing: launches, kills, leaks, damage, reloads, refusals, all occur."""
    seen: Counter[EventKind] = Counter()
    full: Counter[str] = Counter()

    @settings(MANY, database=None, phases=[Phase.generate])
    @given(text=made.scenarios())
    def count(text: str) -> None:
        asked = _play(text, folder)
        seen.update(allowed.kinds_of(asked))
        full["channels"] += kept.no_more_targets_than_channels(asked) >= 2
        full["rounds"] += kept.no_more_rounds_than_guided(asked) >= 3
        full["zones"] += allowed.nothing_into_a_no_fire_zone(asked) > 0
        full["launches"] += allowed.only_what_status_and_identity_allow(asked) > 0

    count()
    for kind in (
        EventKind.LAUNCHED, EventKind.KILLED, EventKind.MISSED, EventKind.SELF_DESTRUCTED, EventKind.LEAKED,
        EventKind.ASSET_DAMAGED, EventKind.RADAR_KILLED, EventKind.NOT_ENGAGED, EventKind.ASSESSED, EventKind.RELOADED,
        EventKind.TRACK_MERGED,
    ):  # fmt: skip
        assert seen[kind] >= 10, f"{kind.name} in {seen[kind]} runs of {max(seen.values())}"
    assert min(full.values()) >= 10, full


BUSY = json.dumps(
    {
        "name": "busy", "start": "2016-10-15T04:00:00Z", "duration": "180 s", "seed": 5, "origin": "tartus",
        "sides": [{"name": "defender"}, {"name": "attacker"}],
        "relations": [{"of": "defender", "to": "attacker", "is": "hostile"}],
        "posts": [{"name": "cp", "side": "defender", "control": "CONTROL", "doctrine": "DOCTRINE", "mode": "MODE"}],
        "units": [{"name": "u", "unit": "UNIT", "side": "defender", "post": "cp", "at": made.said(made.SITES[0]),
                   "altitude": "20 m", "facing": "270 deg"}],
        "assets": [{"name": "pier", "side": "defender", "at": made.said(made.PIER), "radius": "300 m", "value": 10}],
        "environment": {"terrain": "sea_level"},
        "raids": [
            {"name": "r", "side": "attacker", "class": "fighter", "count": 8, "spacing": "3 km", "aim": "pier",
             "route": [made.away(made.SITES[0], 270.0, 60.0), made.said(made.PIER)], "altitude": "6 km",
             "speed": "300 m/s"},
        ],
    }
)  # fmt: skip


def _busy(folder: Path, **said: str) -> kept.Kept:
    """Eight fighters abreast at one unit; ``said`` puts a unit, a doctrine, a control and a mode."""
    text = BUSY
    for key, value in said.items():
        text = text.replace(key.upper(), value)
    return _hold_to_everything(text, folder)


@pytest.mark.parametrize("mode", ["automatic", "semi_automatic", "manual"])
def test_every_limit_of_a_scarce_unit_is_reached_and_kept(folder: Path, mode: str) -> None:
    """Two channels, three rounds guided, one round a rail: a raid of eight brings each to its end."""
    asked = _busy(folder, unit="scarce", doctrine="eager", control="free", mode=mode)
    assert kept.no_more_targets_than_channels(asked) == 2
    assert kept.no_more_rounds_than_guided(asked) >= 2
    assert len(asked.of(EventKind.RELOADED)) >= 2


def test_a_crew_of_one_hand_takes_up_one_track_at_a_time(folder: Path) -> None:
    asked = _busy(folder, unit="s-300pmu1", doctrine="one-hand", control="free", mode="semi_automatic")
    assert allowed.crew_within_its_number(asked) == {0: 1}
    assert len({int(event["track"]) for event in asked.of(EventKind.TAKEN_UP)}) >= 2


@pytest.mark.parametrize("mode", ["automatic", "semi_automatic", "manual"])
def test_under_hold_nothing_leaves_but_in_self_defence(folder: Path, mode: str) -> None:
    """The raid is at a pier beside the unit, and is fired at under free."""
    asked = _busy(folder, unit="s-300pmu1", doctrine="default", control="hold", mode=mode)
    assert len(asked.of(EventKind.TRACK_CONFIRMED)) >= 8
    assert {int(event["code"]) for event in asked.of(EventKind.LAUNCHED)} <= {allowed.SELF_DEFENCE}


@pytest.mark.full
@settings(MANY, max_examples=20)
@given(text=made.scenarios(), seed=st.integers(0, 2**32 - 1))
def test_the_same_seed_gives_the_same_run_with_jumps_and_without(text: str, seed: int, folder: Path) -> None:
    scenario = made.made(text, folder)
    built = build(scenario)
    once = run(scenario, seed, built=built)
    assert run(scenario, seed, built=built).digest == once.digest
    slowly = Session(scenario, seed, built=built, jumps=False)
    slowly.advance(60.0)
    quickly = Session(scenario, seed, built=built)
    quickly.advance(60.0)
    assert slowly.record().digest == quickly.record().digest


@pytest.mark.full
def test_a_busy_scenario_runs_the_same_as_plain_python(tmp_path: Path, folder: Path) -> None:
    text = BUSY.replace("UNIT", "scarce").replace("DOCTRINE", "eager").replace("CONTROL", "free")
    scenario = made.made(text.replace("MODE", "manual"), folder)
    built = build(scenario)
    session = Session(scenario, built=built)
    session.advance(120.0)
    ours = session.record().tables
    given = {"text": toml_of(scenario), "built": built, "until_s": 120.0, "catalog": folder}
    theirs = elsewhere.answer(given, tmp_path, PLAIN, "tests.support.pure_run", "tables")
    assert (ours["events"]["kind"] == EventKind.LAUNCHED).any()
    wrong = {table: differences(ours[table], theirs[table]) for table in ours}
    assert not any(wrong.values()), {table: found for table, found in wrong.items() if found}
