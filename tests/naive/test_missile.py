"""A single flight against its naive twin: the same equations, another language of them, another integrator."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from openiads.physics.shot import PASSED, Shot, fly_shot
from openiads.vec3 import Vec3
from tests.naive.missile import Air, Twin, fluids_air, state_at, tabulated_air
from tests.support import missiles

# Tip-over, boost, mid-course and homing; a target that crosses, one that comes on low, one that stands.
SHOTS = {
    "crossing": ("48n6e", missiles.shot(55e3, 10e3, 0.5, Vec3(100.0, -200.0, 0.0), 48.0)),
    "low": ("48n6e", missiles.shot(15e3, 100.0, 0.1)),
    "fast": ("9m83m", missiles.shot(40e3, 20e3, 0.2, Vec3(-600.0, -900.0, -300.0), 40.0)),
}


def _apart_m(row: Any, shot: Shot, legs: list[Any], fine: float) -> float:
    """The greatest distance of the two flights at one time."""
    flown = missiles.told(row, shot, fine)
    ends_s = float(legs[-1].t[-1])
    apart = [
        np.linalg.norm(np.array(flight.pos_m) - state_at(legs, age_s)[:3])
        for age_s, flight in zip(flown.age_s, flown.flights, strict=True)
        if age_s <= ends_s
    ]
    assert len(apart) > 50
    return float(max(apart))


@pytest.fixture(scope="module", params=SHOTS)
def case(request: pytest.FixtureRequest) -> tuple[Any, Shot]:
    name, shot = SHOTS[request.param]
    return missiles.missile(name), shot


def test_with_the_same_table_of_air_the_flights_are_one(case: tuple[Any, Shot]) -> None:
    """Within a metre at the usual steps, within a centimetre at a sixteenth of them: the steps are what is left."""
    row, shot = case
    twin = Twin(row, shot, tabulated_air())
    legs, ends_s, state = twin.fly(150.0)
    coarse, fine = fly_shot(row, shot), fly_shot(row, shot, 1.0 / 16.0)
    assert coarse.outcome == fine.outcome == PASSED
    assert coarse.flight_s == pytest.approx(ends_s, rel=1e-5)
    assert fine.flight_s == pytest.approx(ends_s, rel=3e-7)
    assert fine.speed_mps == pytest.approx(np.linalg.norm(state[3:6]), rel=2e-6)
    assert fine.miss_m == pytest.approx(np.linalg.norm(twin.target(ends_s) - state[:3]), abs=1e-4)
    assert _apart_m(row, shot, legs, 1.0) < 1.0
    assert _apart_m(row, shot, legs, 1.0 / 16.0) < 0.01


def test_with_the_air_itself_the_table_is_all_that_differs(case: tuple[Any, Shot]) -> None:
    """Its density is up to 4e-5 of itself too large, which over a flight of 50 km makes less than half a metre."""
    row, shot = case
    legs, ends_s, state = Twin(row, shot, fluids_air).fly(150.0)
    ours = fly_shot(row, shot, 1.0 / 16.0)
    assert ours.flight_s == pytest.approx(ends_s, rel=1e-5)
    assert ours.speed_mps == pytest.approx(np.linalg.norm(state[3:6]), rel=3e-5)
    assert _apart_m(row, shot, legs, 1.0 / 16.0) < 0.5


def test_a_twin_in_thinner_air_is_told_apart() -> None:
    """The comparison would find a density a thousandth off."""
    name, shot = SHOTS["crossing"]
    row = missiles.missile(name)

    def thinner(height_m: float) -> Air:
        density, sound = fluids_air(height_m)
        return Air(0.999 * density, sound)

    _, ends_s, _ = Twin(row, shot, thinner).fly(150.0)
    assert abs(fly_shot(row, shot).flight_s / ends_s - 1.0) > 1e-4
