"""What the proving ground shows is what its events say, counted the slow way."""

from __future__ import annotations

from functools import cache

import pytest

from openiads.analysis.claims_radar import PD, Site
from openiads.analysis.claims_run import SEED, Trial, Trials, read
from openiads.catalog.loader import load
from openiads.constants import EFFECTIVE_EARTH_RADIUS_M
from openiads.record.record import Record
from openiads.scenario.load import load as load_scenario
from openiads.simulate import run

UNITS = ("s-300pmu1", "s-300v4")


@cache
def record(unit: str) -> Record:
    """The run of one unit."""
    return run(load_scenario("proving-ground", unit=unit), SEED)


@cache
def trial(unit: str) -> Trial:
    """What is read off it."""
    return read(record(unit))


@pytest.mark.parametrize("unit", UNITS)
def test_rounds_in_flight_are_counted_as_by_their_flights(unit: str) -> None:
    rows = record(unit).sql(
        "select l.time_s, min(e.time_s), any_value(l.engagement) from events l join events e "
        "on e.interceptor = l.interceptor and e.kind in ('KILLED', 'MISSED', 'SELF_DESTRUCTED') "
        "where l.kind = 'LAUNCHED' group by l.interceptor, l.time_s"
    ).fetchall()  # fmt: skip
    assert len(rows) == sum(trial(unit).rounds.values())
    moments = [row[0] for row in rows]
    flying = [[row for row in rows if row[0] <= moment < row[1]] for moment in moments]
    assert trial(unit).missiles == max(map(len, flying))
    assert trial(unit).targets == max(len({row[2] for row in each}) for each in flying)


@pytest.mark.parametrize("unit", UNITS)
def test_launchers_keep_their_interval_and_the_unit_its_reaction(unit: str) -> None:
    sheet, found = load().units[unit], trial(unit)
    assert all(interval_s >= sheet.launch_interval.value - 1e-9 for interval_s in found.interval_s.values())
    assert found.reaction_s is not None
    low = sheet.reaction_time.low
    assert found.reaction_s >= (sheet.reaction_time.value if low is None else low) - 1e-9
    assert found.targets <= sheet.targets_max.value
    assert found.missiles <= sheet.missiles_max.value


def test_speed_and_height_are_the_greatest_of_the_samples() -> None:
    fastest, highest = record("s-300pmu1").sql("select max(speed_mps), max(height_m) from interceptors").fetchall()[0]
    assert trial("s-300pmu1").speed_mps["48n6e"] == pytest.approx(fastest)
    assert trial("s-300pmu1").apogee_m["48n6e"] == pytest.approx(highest)


def test_kills_are_no_more_than_rounds_that_met_something() -> None:
    found = trial("s-300v4")
    assert set(found.rounds) <= {"9m83m", "9m82m"}
    assert all(found.killed.get(name, 0) <= found.met.get(name, 0) <= count for name, count in found.rounds.items())


def test_a_trial_is_made_once() -> None:
    trials = Trials(None)
    assert trials.of("s-300pmu1") is trials.of("s-300pmu1")
    assert trials.of("s-300pmu1") == trial("s-300pmu1")


def test_low_targets_are_seen_no_farther_than_the_horizon() -> None:
    site, fighter = Site("s-300pmu1", None), load().targets["fighter"]
    antenna_m = load().radars["30n6e"].antenna_height.value
    for height_m in (25.0, 100.0, 500.0):
        horizon_m = (2.0 * EFFECTIVE_EARTH_RADIUS_M) ** 0.5 * (antenna_m**0.5 + height_m**0.5)
        assert 0.6 * horizon_m < site.sees_m(fighter, height_m) <= 1.01 * horizon_m
    assert PD == 0.5
