"""Kill and damage against the values that define them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import scipy.stats

from openiads.physics.lethality import (
    damage_after,
    falls_within,
    hit_probability,
    kill_probability,
    salvo_kill_probability,
    triangular,
)
from tests.support import runs


@pytest.fixture
def missile() -> np.record:
    return runs.built("first").world.missiles[0]


@pytest.mark.parametrize("kill", [0.05, 0.5, 1.0])
def test_half_the_kill_probability_is_left_at_the_lethal_radius(missile: np.record, kill: float) -> None:
    radius_m = float(missile["lethal_radius_m"])
    assert kill_probability(missile, kill, 1.0, 0.0) == pytest.approx(kill)
    assert kill_probability(missile, kill, 1.0, radius_m) == pytest.approx(0.5 * kill)
    assert kill_probability(missile, kill, 1.0, 0.5 * radius_m) == pytest.approx(kill * 2.0**-0.25)


def test_nothing_bursts_beyond_the_range_of_the_fuze(missile: np.record) -> None:
    fuze_m = float(missile["fuze_range_m"])
    assert fuze_m == pytest.approx(1.5 * missile["lethal_radius_m"])
    assert kill_probability(missile, 1.0, 1.0, fuze_m) == pytest.approx(2.0**-2.25)
    assert kill_probability(missile, 1.0, 1.0, np.nextafter(fuze_m, np.inf)) == 0.0


def test_kill_probability_falls_with_the_miss_and_stays_a_probability(missile: np.record) -> None:
    misses_m = np.linspace(0.0, float(missile["fuze_range_m"]), 40)
    falling = [kill_probability(missile, 0.75, 5.0, float(m)) for m in misses_m]
    assert (np.diff(falling) < 0.0).all()
    assert 0.0 <= min(falling) <= max(falling) <= 1.0
    assert kill_probability(missile, 0.75, 0.5, 3.0) == pytest.approx(0.5 * kill_probability(missile, 0.75, 1.0, 3.0))


@pytest.mark.parametrize("rounds", [1, 2, 3, 6])
@pytest.mark.parametrize("chance", [0.0, 0.3, 0.75, 1.0])
def test_a_salvo_without_a_common_cause_is_the_textbooks_and_with_nothing_else_one_round(
    chance: float, rounds: int
) -> None:
    ways = list(product((False, True), repeat=rounds))  # every way in which the rounds can do
    any_of = sum(np.prod([chance if hit else 1.0 - chance for hit in way]) for way in ways if any(way))
    assert salvo_kill_probability(chance, rounds, 0.0) == pytest.approx(any_of)
    assert salvo_kill_probability(chance, rounds, 1.0) == pytest.approx(chance)
    for share in (0.1, 0.2, 0.3):
        mixed = share * chance + (1.0 - share) * any_of
        assert salvo_kill_probability(chance, rounds, share) == pytest.approx(mixed)
    assert salvo_kill_probability(chance, 0, 0.2) == 0.0


@pytest.mark.parametrize(("low", "mode", "high"), [(0.45, 0.75, 0.93), (0.0, 0.0, 1.0), (0.2, 0.6, 0.6)])
def test_the_prior_is_the_triangle_of_scipy(low: float, mode: float, high: float) -> None:
    known = scipy.stats.triang((mode - low) / (high - low), low, high - low)
    for share in (1e-6, 0.1, 0.37, 0.5, 0.9, 1.0 - 1e-6):
        assert triangular(share, low, mode, high) == pytest.approx(known.ppf(share), abs=1e-9)


def test_a_figure_without_a_spread_is_drawn_as_it_is() -> None:
    assert triangular(0.2, 0.7, 0.7, 0.7) == 0.7


def test_half_of_the_weapons_fall_within_the_circular_error() -> None:
    assert hit_probability(10.0, 10.0) == pytest.approx(0.5)
    assert hit_probability(10.0, 0.0) == pytest.approx(0.0)
    draw = np.random.default_rng(3).normal(0.0, 10.0 / np.sqrt(2.0 * np.log(2.0)), (200_000, 2))
    for radius_m in (3.0, 10.0, 25.0):
        assert (np.hypot(*draw.T) < radius_m).mean() == pytest.approx(hit_probability(10.0, radius_m), abs=0.006)


def test_an_error_about_an_aim_that_is_off_has_the_rice_distribution() -> None:
    """The squared distance, over the variance of an axis, is non-central chi-square with two degrees of freedom."""
    sigma_m = 10.0 / np.sqrt(2.0 * np.log(2.0))
    draws = np.random.default_rng(4).random((60_000, 2))
    for off_m in (0.0, 8.0, 40.0):
        for radius_m in (5.0, 15.0):
            share = np.mean([falls_within(off_m, 10.0, radius_m, size, turn) for size, turn in draws])
            known = scipy.stats.ncx2(2, (off_m / sigma_m) ** 2).cdf((radius_m / sigma_m) ** 2)
            assert share == pytest.approx(known, abs=4.0 * np.sqrt(max(known, 1e-4) / len(draws)))


def test_an_aim_that_is_not_off_hits_with_the_chance_of_the_circular_error() -> None:
    """The same draw decides the same way."""
    for size in np.linspace(1e-6, 1.0 - 1e-6, 999):
        for radius_m in (3.0, 15.0):
            assert falls_within(0.0, 10.0, radius_m, size, 0.3) == (size < hit_probability(10.0, radius_m))


def test_each_hit_takes_its_share_of_what_is_left() -> None:
    assert damage_after(0.0, 0.5, 1.0) == pytest.approx(0.5)
    assert damage_after(0.5, 0.5, 1.0) == pytest.approx(0.75)
    assert damage_after(0.0, 1.0, 4.0) == pytest.approx(0.25)
    assert damage_after(0.3, 10.0, 1.0) == pytest.approx(1.0)
