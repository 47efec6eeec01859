"""What a flight gives does not depend on its steps."""

from __future__ import annotations

from itertools import pairwise
from math import log2
from typing import Any

import numpy as np
import pytest

from openiads.physics.flight import SPAN_S, flown
from openiads.physics.guidance import MIDCOURSE, Flight, Goal, course_goal, place_of, point_goal
from openiads.physics.homing import (
    CLOSING,
    FINEST_S,
    PASSED,
    STEPS_TO_GO,
    closest_share,
    homed,
    stride,
)
from openiads.physics.shot import Shot, fly_shot
from openiads.vec3 import Vec3, norm, scale, step, sub, unit
from tests.support import missiles

SHOTS = {
    "near": missiles.shot(8e3, 3e3, 0.0),
    "low": missiles.shot(15e3, 100.0, 0.1),
    "receding": missiles.shot(30e3, 5e3, 0.3, Vec3(300.0, 0.0, 0.0), 20.0),
    "crossing": missiles.shot(55e3, 10e3, 0.5, Vec3(100.0, -200.0, 0.0), 48.0),
    "high": missiles.shot(40e3, 25e3, 0.4),
    "far": missiles.shot(100e3, 8e3, 0.7),
}


@pytest.mark.parametrize("name", SHOTS)
def test_a_shot_ends_the_same_whatever_the_steps(name: str) -> None:
    """Miss within a centimetre, time within 1e-5 and speed within 1e-4 of the finest, and nearer the finer."""
    row, finest = missiles.missile(), fly_shot(missiles.missile(), SHOTS[name], 1.0 / 32.0)
    assert finest.outcome == PASSED
    for fine, time, speed in ((1.0, 1e-5, 1e-4), (0.5, 3e-6, 1e-5), (0.25, 1e-6, 5e-6), (0.125, 1e-6, 5e-6)):
        arrival = fly_shot(row, SHOTS[name], fine)
        assert arrival.outcome == PASSED
        assert arrival.miss_m == pytest.approx(finest.miss_m, abs=0.01)
        assert arrival.flight_s == pytest.approx(finest.flight_s, rel=time)
        assert arrival.speed_mps == pytest.approx(finest.speed_mps, rel=speed)


def _chase() -> tuple[Any, Flight, Goal]:
    """A target 12 km ahead that rolls into a turn of a cubic, and a round with its lag and its limits."""
    here_m, (east, north, _) = missiles.place(0.0, 8e3), missiles.axes()
    vel_mps = missiles.vector(1100.0 * north + 50.0 * east)
    there_m = missiles.vector(np.array(here_m) + 12e3 * north + 1500.0 * east)
    target_mps, end_mps = missiles.vector(-300.0 * north), missiles.vector(-250.0 * north + 160.0 * east)
    end_m = missiles.vector(np.array(there_m) - 2900.0 * north + 500.0 * east)
    goal = course_goal(there_m, target_mps, end_m, end_mps, 10.0, missiles.STILL, 0.0)
    return missiles.missile(), Flight(here_m, vel_mps, missiles.STILL), goal


def test_the_miss_of_a_turning_target_does_not_depend_on_the_step() -> None:
    row, start, goal = _chase()
    runs = [homed(row, start, goal, missiles.COASTING_S, 30.0, coarsest) for coarsest in (0.1, 0.05, 0.025, 0.0125)]
    assert all(run.outcome == PASSED for run in runs)
    misses, times = [run.miss_m for run in runs], [run.done_s for run in runs]
    assert misses[-1] > 0.02, "a miss of zero would show nothing"
    assert max(abs(miss - misses[-1]) for miss in misses) < 0.01
    assert max(abs(time - times[-1]) for time in times) < 1e-5 * times[-1]


def test_flying_in_spans_is_flying_at_once() -> None:
    """The run flies a tenth of a second at a time; the target's path goes on where it was."""
    row, flight, goal = _chase()
    whole = homed(row, flight, goal, missiles.COASTING_S, 30.0)
    done_s, outcome, miss_m = 0.0, CLOSING, 0.0
    while outcome == CLOSING:
        ends = [step(place_of(goal, done_s + t), missiles.STILL, 0.0) for t in (0.0, SPAN_S)]
        speeds = [
            scale(sub(place_of(goal, done_s + t + 1e-3), place_of(goal, done_s + t - 1e-3)), 500.0)
            for t in (0.0, SPAN_S)
        ]
        leg = course_goal(ends[0], speeds[0], ends[1], speeds[1], SPAN_S, missiles.STILL, 0.0)
        met = homed(row, flight, leg, missiles.COASTING_S + done_s, SPAN_S)
        flight, outcome, miss_m = met.flight, met.outcome, met.miss_m
        done_s += met.done_s
    assert outcome == PASSED
    assert miss_m == pytest.approx(whole.miss_m, abs=0.01)
    assert done_s == pytest.approx(whole.done_s, rel=1e-5)


def test_a_step_is_of_the_fourth_order() -> None:
    """Where nothing has a corner: thin air between two lines of its table, one band of Mach, no limit."""
    row = missiles.missile(load_factor_max_mps2=1e9, area_m2=0.05)
    here_m, (east, north, up) = missiles.place(0.0, 21_000.5), missiles.axes()
    level = missiles.vector(1500.0 * north)
    point = missiles.vector(np.array(here_m) + 50e3 * north + 5e3 * east + 1e3 * up)
    goal, start = point_goal(MIDCOURSE, point, 0.0, 6e4), Flight(here_m, level, missiles.STILL)

    def end(parts: int) -> np.ndarray:
        flight = start
        for n in range(parts):
            span_s = 0.4 / parts
            flight = flown(row, flight, goal, missiles.COASTING_S + n * span_s, 0.0, span_s)
        return np.array([*flight.vel_mps])

    fine = end(64)
    errors = [float(np.linalg.norm(end(parts) - fine)) for parts in (1, 2, 4)]
    assert errors[0] > 1e-6
    for coarse, finer in pairwise(errors):
        assert 3.6 < log2(coarse / finer) < 5.0


def test_steps_halve_near_the_target() -> None:
    assert stride(10.0, 0.1) == 0.1
    assert stride(0.4, 0.1) == 0.1
    assert stride(0.39, 0.1) == 0.05
    assert stride(0.05, 0.1) == 0.0125
    spans = [stride(to_go_s, 0.1) for to_go_s in np.geomspace(10.0, 1e-6, 200).tolist()]
    assert spans == sorted(spans, reverse=True)
    assert all(span * STEPS_TO_GO <= max(to_go, STEPS_TO_GO * FINEST_S) or span == 0.1 for span, to_go in zip(
        spans, np.geomspace(10.0, 1e-6, 200), strict=True
    ))  # fmt: skip
    assert 0.5 * FINEST_S < spans[-1] <= FINEST_S


def _hermite(ends: tuple[Vec3, Vec3, Vec3, Vec3], span_s: float, share: np.ndarray) -> np.ndarray:
    """Positions on the cubic through two ends, by its textbook basis."""
    start_m, start_mps, end_m, end_mps = (np.array(one)[:, None] for one in ends)
    h00, h10 = 2.0 * share**3 - 3.0 * share**2 + 1.0, share**3 - 2.0 * share**2 + share
    h01, h11 = -2.0 * share**3 + 3.0 * share**2, share**3 - share**2
    return h00 * start_m + h10 * span_s * start_mps + h01 * end_m + h11 * span_s * end_mps


def test_the_closest_approach_is_found_inside_the_step() -> None:
    """Against the nearest of a hundred thousand places on the same cubic."""
    draw, shares = np.random.default_rng(5), np.linspace(0.0, 1.0, 100_001)
    for _ in range(20):
        span_s = float(draw.uniform(0.001, 0.1))
        along = unit(missiles.vector(draw.normal(size=3)))
        closing, aside = scale(along, -float(draw.uniform(300.0, 3000.0))), missiles.vector(draw.normal(0.0, 5.0, 3))
        start_m = step(aside, closing, -span_s * float(draw.uniform(0.05, 0.95)))
        end_mps = step(closing, missiles.vector(draw.normal(0.0, 200.0, 3)), span_s)
        end_m = step(start_m, missiles.vector(0.5 * (np.array(closing) + np.array(end_mps))), span_s)
        if np.dot(end_m, end_mps) <= 0.0:
            continue
        share = closest_share(start_m, closing, end_m, end_mps, span_s)
        apart_m = np.linalg.norm(_hermite((start_m, closing, end_m, end_mps), span_s, shares), axis=0)
        there = _hermite((start_m, closing, end_m, end_mps), span_s, np.array([share]))
        assert float(np.linalg.norm(there)) == pytest.approx(float(apart_m.min()), abs=1e-4)
        assert share == pytest.approx(float(shares[apart_m.argmin()]), abs=1e-4)


def test_the_miss_is_that_of_the_flown_path() -> None:
    """The closest of both bodies at steps of 20 microseconds round the time that was found."""
    row, start, goal = _chase()
    met = homed(row, start, goal, missiles.COASTING_S, 30.0)
    before = homed(row, start, goal, missiles.COASTING_S, met.done_s - 0.004)
    assert before.outcome == CLOSING
    flight, nearest_m, age_s = before.flight, 1e9, met.done_s - 0.004
    for n in range(400):
        flight = flown(row, flight, goal, missiles.COASTING_S + age_s, age_s, 2e-5)
        age_s = met.done_s - 0.004 + (n + 1) * 2e-5
        nearest_m = min(nearest_m, norm(sub(place_of(goal, age_s), flight.pos_m)))
    assert met.miss_m == pytest.approx(nearest_m, abs=2e-3)


def test_what_lies_behind_is_said_to() -> None:
    row, start, goal = _chase()
    away = Flight(start.pos_m, scale(start.vel_mps, -1.0), start.lift_mps2)
    assert homed(row, away, goal, missiles.COASTING_S, 1.0).done_s == 0.0
    assert (
        fly_shot(row, Shot(*SHOTS["near"][:2], missiles.place(-400e3, 3e3), missiles.STILL, 0.0, 0.0)).outcome != PASSED
    )
