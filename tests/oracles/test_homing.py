"""Proportional navigation against what is known of it: a straight target is hit; a step manoeuvre misses by Zarchan."""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np
import pytest

from openiads.physics.earth import falling
from openiads.physics.guidance import Flight, course_goal, straight_goal
from openiads.physics.homing import PASSED, homed
from openiads.vec3 import Vec3, dot, norm, scale, step, sub, unit
from tests.support import missiles

HEIGHT_M = 10_000.0
SPEED_MPS = 1200.0
LONG_S = 60.0
# East, north, up: the target's place from the missile, its velocity, the missile's heading.
GEOMETRIES = [
    ((0.0, 12_000.0, 0.0), (0.0, -300.0, 0.0), (0.0, 1.0, 0.0)),
    ((3000.0, 11_000.0, 2000.0), (-200.0, 150.0, 0.0), (0.0, 1.0, 0.0)),
    ((-4000.0, 9000.0, -5000.0), (250.0, -100.0, 20.0), (0.3, 0.9, 0.0)),
    ((0.0, 20_000.0, 8000.0), (0.0, -900.0, -500.0), (0.0, 0.8, 0.6)),
    ((6000.0, 6000.0, 0.0), (-600.0, 0.0, 0.0), (-0.2, 1.0, 0.1)),
    ((0.0, 3000.0, -100.0), (0.0, 400.0, 0.0), (0.1, 1.0, 0.0)),
]


def _local(numbers: tuple[float, float, float]) -> Vec3:
    """A direction or distance from east, north and up to ECEF."""
    return missiles.vector(np.array(numbers) @ missiles.axes())


@pytest.mark.parametrize("navigation_constant", [3.0, 4.0, 5.0])
@pytest.mark.parametrize("geometry", GEOMETRIES, ids=str)
def test_a_steady_target_is_hit(geometry: Any, navigation_constant: float) -> None:
    """No lag and no limit, but with gravity, the turning earth and a missile that they slow: under a centimetre."""
    relative, target_mps, heading = geometry
    row = missiles.ideal(navigation_constant=navigation_constant)
    start = Flight(missiles.place(0.0, HEIGHT_M), scale(unit(_local(heading)), SPEED_MPS), missiles.STILL)
    target = straight_goal(step(start.pos_m, _local(relative), 1.0), _local(target_mps))
    met = homed(row, start, target, missiles.COASTING_S, LONG_S)
    assert met.outcome == PASSED
    assert met.miss_m < 0.01
    assert norm(sub(met.flight.pos_m, step(target.pos_m, target.vel_mps, met.done_s))) == pytest.approx(
        met.miss_m, abs=1e-6
    )


def _zarchan_m(navigation_constant: int, to_go: float) -> float:
    """Miss for a unit step of the target's acceleration and a lag of 1 s. Source: Zarchan, ch. 3 and 6."""
    shape = {
        3: 0.5,
        4: 0.5 - to_go / 6.0,
        5: 0.5 - to_go / 3.0 + to_go**2 / 24.0,
    }[navigation_constant]
    return to_go**2 * exp(-to_go) * shape


def _step_miss_m(navigation_constant: int, to_go_s: float, lag_s: float, pull_mps2: float) -> float:
    """Head on, the target pulls sideways for all the time that is left."""
    row = missiles.ideal(navigation_constant=float(navigation_constant), lag_s=lag_s)
    ahead, aside = _local((0.0, 1.0, 0.0)), _local((1.0, 0.0, 0.0))
    start_m, vel_mps = missiles.place(0.0, HEIGHT_M), scale(ahead, SPEED_MPS)
    weight = falling(start_m, vel_mps)
    held = sub(scale(ahead, dot(weight, ahead)), weight)  # the lift that carries the missile
    target_mps = scale(ahead, -300.0)
    apart_m = to_go_s * (SPEED_MPS + 300.0)
    there_m, span_s = step(start_m, ahead, apart_m), 2.0 * to_go_s
    end_mps = step(target_mps, aside, pull_mps2 * span_s)
    end_m = step(step(there_m, target_mps, span_s), aside, 0.5 * pull_mps2 * span_s * span_s)
    goal = course_goal(there_m, target_mps, end_m, end_mps, span_s, missiles.STILL, 0.0)
    met = homed(row, Flight(start_m, vel_mps, held), goal, missiles.COASTING_S, span_s, 0.02)
    assert met.outcome == PASSED
    return float(met.miss_m)


@pytest.mark.parametrize("navigation_constant", [3, 4, 5])
@pytest.mark.parametrize("lag_s", [1.0, 0.4])
def test_a_step_manoeuvre_misses_as_zarchan_has_it(navigation_constant: int, lag_s: float) -> None:
    """Within a hundredth of the greatest miss, over times to go from half a lag to eight."""
    times = np.array([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0])
    pull_mps2 = 5.0
    ours = np.array([_step_miss_m(navigation_constant, t * lag_s, lag_s, pull_mps2) for t in times])
    closed = np.array([abs(_zarchan_m(navigation_constant, t)) for t in times]) * pull_mps2 * lag_s**2
    np.testing.assert_allclose(ours, closed, atol=0.01 * closed.max())


def test_the_closed_form_is_the_solution_of_its_own_equations() -> None:
    """The same miss by integrating Zarchan's linear loop, so that no formula is taken on trust."""
    from scipy.integrate import solve_ivp

    for constant in (3, 4, 5):
        for to_go in (1.0, 2.0, 4.0, 6.0):

            def rates(time_s: float, y: Any, constant: int = constant, to_go: float = to_go) -> list[float]:
                left = max(to_go - time_s, 1e-9)
                wanted = constant * (y[0] + y[1] * left) / left**2
                return [y[1], 1.0 - y[2], wanted - y[2]]

            found = solve_ivp(rates, (0.0, to_go - 1e-4), [0.0, 0.0, 0.0], "LSODA", rtol=1e-9, atol=1e-12)
            assert found.y[0, -1] == pytest.approx(_zarchan_m(constant, to_go), abs=2e-3)
