"""Kill and damage against the values that define them."""

from __future__ import annotations

import numpy as np
import pytest

from openiads.enums import TargetGroup
from openiads.physics.lethality import damage_after, hit_probability, kill_probability
from tests.support import runs


@pytest.fixture
def missile() -> np.record:
    return runs.built("first").world.missiles[0]


@pytest.mark.parametrize("group", list(TargetGroup), ids=lambda group: group.name)
def test_half_the_kill_probability_is_left_at_the_lethal_radius(missile: np.record, group: TargetGroup) -> None:
    most = kill_probability(missile, group, 1.0, 0.0)
    assert most == pytest.approx(missile["kill"][group])
    assert kill_probability(missile, group, 1.0, missile["lethal_radius_m"]) == pytest.approx(0.5 * most)
    assert kill_probability(missile, group, 1.0, 2.0 * missile["lethal_radius_m"]) == pytest.approx(most / 16.0)


def test_kill_probability_falls_with_the_miss_and_stays_a_probability(missile: np.record) -> None:
    falling = [kill_probability(missile, 0, 5.0, float(m)) for m in range(0, 200, 5)]
    assert (np.diff(falling) < 0.0).all()
    assert 0.0 <= min(falling) <= max(falling) <= 1.0
    assert kill_probability(missile, 0, 0.5, 3.0) == pytest.approx(0.5 * kill_probability(missile, 0, 1.0, 3.0))


def test_half_of_the_weapons_fall_within_the_circular_error() -> None:
    assert hit_probability(10.0, 10.0) == pytest.approx(0.5)
    assert hit_probability(10.0, 0.0) == pytest.approx(0.0)
    draw = np.random.default_rng(3).normal(0.0, 10.0 / np.sqrt(2.0 * np.log(2.0)), (200_000, 2))
    for radius_m in (3.0, 10.0, 25.0):
        assert (np.hypot(*draw.T) < radius_m).mean() == pytest.approx(hit_probability(10.0, radius_m), abs=0.006)


def test_each_hit_takes_its_share_of_what_is_left() -> None:
    assert damage_after(0.0, 0.5, 1.0) == pytest.approx(0.5)
    assert damage_after(0.5, 0.5, 1.0) == pytest.approx(0.75)
    assert damage_after(0.0, 1.0, 4.0) == pytest.approx(0.25)
    assert damage_after(0.3, 10.0, 1.0) == pytest.approx(1.0)
