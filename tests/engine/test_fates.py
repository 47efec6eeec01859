"""What becomes of a round: each chance as the catalog has it, and a salvo that shares a fate as often as it says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.stats

from openiads.constants import NEVER
from openiads.engine import fates
from openiads.engine.reset import reset
from openiads.enums import KillLevel, TargetGroup
from openiads.physics.lethality import salvo_kill_probability, triangular
from openiads.world.tables import CLOCK, LETHALITY, MISSILE, TRUTH
from tests.support import runs

SURE = 1e-7  # of a count by chance outside its bounds
SALVOS = 20_000
OBJECT = 77


def clock(seed: int = 11, run: int = 0) -> np.recarray[Any, Any]:
    """A clock's row that names a run."""
    row = np.zeros(1, CLOCK)
    row["seed"], row["run"] = seed, run
    return row


def missile(**figures: Any) -> np.ndarray[Any, Any]:
    """One missile with some figures."""
    table = np.zeros(1, MISSILE)
    table["name_hash"] = 5
    for name, figure in figures.items():
        table[name] = figure
    return table


def hold(count: int, chance: float, of: int) -> None:
    """A count lies where a binomial number of such a chance lies but for one time in ten million."""
    low, high = scipy.stats.binom.ppf([SURE / 2.0, 1.0 - SURE / 2.0], of, chance)
    assert low <= count <= high


def salvo(rounds: int, number: int, kind: Any, chance: float) -> list[bool]:
    """Which rounds of a salvo work to the end and kill, by the engine's own draws."""
    row, first = clock()[0], 1000 * number
    said = []
    for n in range(rounds):
        name = fates.fate_name(row, kind[0], first, first + n)
        works = not fates.is_dud(row, kind[0], name) and fates.fuze_works(row, kind[0], name)
        guided = fates.guidance_end_tick(row, kind[0], name, 0, 60_000) == NEVER
        said.append(works and guided and fates.kills(row, name, OBJECT, chance))
    return said


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_a_salvo_kills_as_often_as_the_law_says(share: float) -> None:
    kind = missile(reliability_launch=0.9, reliability_guidance=0.8, reliability_fuze=0.95, common_cause=share)
    one, rounds = 0.9 * 0.8 * 0.95 * 0.6, 3
    drawn = np.array([salvo(rounds, n, kind, 0.6) for n in range(SALVOS)])
    for n in range(rounds):
        hold(int(drawn[:, n].sum()), one, SALVOS)
    hold(int(drawn.any(axis=1).sum()), salvo_kill_probability(one, rounds, share), SALVOS)
    if share == 1.0:
        assert (drawn == drawn[:, :1]).all()


def test_the_first_rounds_fate_is_its_own_whatever_the_share() -> None:
    firsts = [
        [salvo(2, n, missile(reliability_launch=0.5, reliability_guidance=1.0, reliability_fuze=1.0, common_cause=c), 1)
         for n in range(200)]
        for c in (0.0, 0.3, 1.0)
    ]  # fmt: skip
    first, *others = [[pair[0] for pair in each] for each in firsts]
    assert all(each == first for each in others)
    assert [pair[1] for pair in firsts[0]] != [pair[1] for pair in firsts[2]]


@pytest.mark.parametrize(
    ("figure", "fails"),
    [
        ("reliability_launch", fates.is_dud),
        ("reliability_guidance", lambda row, kind, name: fates.guidance_end_tick(row, kind, name, 5, 9_000) < NEVER),
        ("reliability_fuze", lambda row, kind, name: not fates.fuze_works(row, kind, name)),
    ],
)
def test_each_reliability_fails_as_often_as_it_says(figure: str, fails: Any) -> None:
    kind = missile(**{figure: 0.93})
    hold(sum(fails(clock()[0], kind[0], n) for n in range(SALVOS)), 0.07, SALVOS)
    assert not any(fails(clock()[0], missile(**{figure: 1.0})[0], n) for n in range(500))
    assert all(fails(clock()[0], missile(**{figure: 0.0})[0], n) for n in range(500))


def test_guidance_fails_at_any_moment_of_the_flight_alike() -> None:
    ticks = np.array([fates.guidance_end_tick(clock()[0], missile()[0], n, 10_000, 70_000) for n in range(4000)])
    assert scipy.stats.kstest(ticks, scipy.stats.uniform(10_000, 60_000).cdf).pvalue > 1e-4
    assert fates.guidance_end_tick(clock()[0], missile()[0], 3, 10_000, 4_000) == 10_000


SPREAD = {"kill_low": 0.4, "kill": 0.7, "kill_high": 0.9}


def figures(level: KillLevel, run: int = 0, **spread: Any) -> np.ndarray[Any, Any]:
    """The kill figures of a run."""
    lethality = np.zeros(1, LETHALITY)
    fates.draw_figures(clock(run=run)[0], level.value, missile(**(spread or SPREAD)), lethality)
    return lethality["kill"][0]


@pytest.mark.parametrize(("level", "figure"), [(KillLevel.LOW, 0.4), (KillLevel.MID, 0.7), (KillLevel.HIGH, 0.9)])
def test_a_level_is_that_end_of_the_spread(level: KillLevel, figure: float) -> None:
    assert figures(level) == pytest.approx(np.full(len(TargetGroup), figure))


def test_drawn_figures_follow_the_prior_from_run_to_run_and_are_one_share_in_each() -> None:
    drawn = np.array([figures(KillLevel.DRAWN, run) for run in range(3000)])
    assert (drawn == drawn[:, :1]).all()
    prior = scipy.stats.triang(0.6, 0.4, 0.5)
    assert scipy.stats.kstest(drawn[:, 0], prior.cdf).pvalue > 1e-4
    again = np.array([figures(KillLevel.DRAWN, run) for run in range(20)])
    assert (again == drawn[:20]).all()
    assert figures(KillLevel.DRAWN, kill_low=0.5, kill=0.5, kill_high=0.5) == pytest.approx(0.5)


def test_one_share_a_missile_serves_every_group() -> None:
    low, middle, high = (np.linspace(start, start + 0.2, len(TargetGroup)) for start in (0.1, 0.3, 0.6))
    drawn = figures(KillLevel.DRAWN, kill_low=low, kill=middle, kill_high=high)
    shares = np.linspace(0.0, 1.0, 20001)
    ways = np.array([[triangular(s, *abc) for s in shares] for abc in zip(low, middle, high, strict=True)])
    nearest = np.abs(ways - drawn[:, None]).argmin(axis=1)
    assert np.ptp(nearest) <= 2


@pytest.mark.parametrize("level", ["low", "mid", "high", "drawn"])
def test_a_run_takes_the_level_of_its_scenario(level: str) -> None:
    built = runs.built("first", f'pk="{level}"')
    world, session = built.world, runs.session("first", f'pk="{level}"')
    kill = session.state.lethality["kill"]
    assert kill.shape == world.missiles["kill"].shape
    if level == "drawn":
        assert ((kill >= world.missiles["kill_low"]) & (kill <= world.missiles["kill_high"])).all()
        other = runs.session("first", 'pk="drawn"', run=1).state.lethality["kill"]
        assert (other != kill).any()
    else:
        wanted = {"low": "kill_low", "mid": "kill", "high": "kill_high"}[level]
        assert (kill == world.missiles[wanted]).all()
    manifest = session.record().manifest
    assert manifest["pk"] == level
    said = next(iter(manifest["kill_figures"].values()))
    assert said["aircraft"] == pytest.approx(kill[0, TargetGroup.AIRCRAFT], abs=1e-4)


def test_the_template_of_a_state_has_no_figures_until_a_run_begins() -> None:
    built = runs.built("first")
    state = built.state.lethality.copy()
    assert (state["kill"] == 0.0).all()
    reset(1, 0, built.world.setting, built.world.missiles, built.world.targets[:0], clock(), np.zeros(0, TRUTH), state)
    assert (state["kill"] == built.world.missiles["kill"]).all()
