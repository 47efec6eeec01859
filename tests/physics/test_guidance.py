"""The laws that a flight is made of: motor, drag, limits, lag, and what steers."""

from __future__ import annotations

from math import acos, atan, cos, exp, sin
from typing import Any

import numpy as np
import pytest

from openiads.physics import flight, guidance
from openiads.physics.atmosphere import air_at
from openiads.physics.earth import falling, height_of, normal_at
from openiads.physics.guidance import HOMING, MIDCOURSE, UNGUIDED, Flight, Goal
from openiads.physics.shot import GIVEN_UP, PASSED, fly_shot, load_left
from openiads.vec3 import Vec3, dot, norm, scale, step, sub, unit
from tests.support import missiles

LATE_S = missiles.COASTING_S


@pytest.fixture(params=missiles.NAMES)
def missile(request: pytest.FixtureRequest) -> Any:
    return missiles.missile(request.param)


def _level(height_m: float, speed_mps: float) -> Flight:
    """Northwards over the site."""
    pos_m = missiles.place(0.0, height_m)
    return Flight(pos_m, missiles.vector(speed_mps * missiles.axes()[1]), missiles.STILL)


def _rates(missile: Any, state: Flight, goal: Goal, age_s: float = LATE_S) -> flight.Rates:
    return flight.rates(missile, flight.motor_at(missile, age_s), state, goal, age_s, 0.0)


# ---- Motor -----------------------------------------------------------------------------------------


def test_the_burn_uses_up_the_propellant(missile: Any) -> None:
    """Mass by the trapezoid of its flow, over both halves of the burn."""
    halves = [(missile["ignition_s"], missile["split_s"]), (missile["split_s"], missile["burnout_s"])]
    masses = [missile["launch_mass_kg"], missile["split_mass_kg"], missile["burnout_mass_kg"]]
    for (begin_s, end_s), heavy, light in zip(halves, masses, masses[1:], strict=False):
        motor = flight.motor_at(missile, 0.5 * (begin_s + end_s))
        assert motor.mass_kg == pytest.approx(0.5 * (heavy + light), rel=1e-9)
        assert heavy - motor.flow_kgps * (end_s - begin_s) == pytest.approx(light, rel=1e-9)
        assert motor.thrust_n > 0.0
    assert flight.motor_at(missile, 0.0) == flight.Motor(0.0, 0.0, missile["launch_mass_kg"])
    assert flight.motor_at(missile, missile["burnout_s"]) == flight.Motor(0.0, 0.0, missile["burnout_mass_kg"])


def test_a_step_never_straddles_a_change_of_the_motor(missile: Any) -> None:
    """A span over ignition, and one over burnout, give what two that end there give."""
    goal = guidance.point_goal(MIDCOURSE, missiles.place(40e3, 8e3), 0.2, 40e3)
    for change_s in (missile["ignition_s"], missile["split_s"], missile["burnout_s"]):
        assert flight.until_change(missile, change_s - 0.04) == pytest.approx(0.04)
        start = _level(4000.0, 600.0)
        whole = flight.cruised(missile, start, goal, change_s - 0.04, 0.1)
        first = flight.cruised(missile, start, goal, change_s - 0.04, 0.04)
        then = flight.cruised(missile, first, goal, change_s, 0.06)
        np.testing.assert_allclose(whole.pos_m, then.pos_m, atol=1e-6, rtol=0.0)
        np.testing.assert_allclose(whole.vel_mps, then.vel_mps, atol=1e-8, rtol=0.0)
    assert flight.until_change(missile, LATE_S) > 1e6


def test_the_rocket_equation_holds_in_the_void(missile: Any) -> None:
    """Speed gained straight up without air: exhaust speed times the logarithm of the masses, less gravity."""
    airless = missiles.missile(area_m2=0.0)
    up = normal_at(missiles.place(0.0, 0.0))
    state = Flight(missiles.place(0.0, 0.0), scale(up, 30.0), missiles.STILL)
    goal = guidance.point_goal(UNGUIDED, missiles.place(0.0, 500e3), 0.0, 500e3)
    age_s, fallen_mps = airless["ignition_s"], 0.0
    while age_s < airless["burnout_s"] - 1e-9:
        weight_mps2 = -dot(falling(state.pos_m, state.vel_mps), unit(state.vel_mps))
        state = flight.cruised(airless, state, goal, age_s, 0.1)
        fallen_mps += 0.05 * (weight_mps2 - dot(falling(state.pos_m, state.vel_mps), unit(state.vel_mps)))
        age_s += 0.1
    exhaust_mps = airless["first_thrust_n"] / airless["first_flow_kgps"]
    gained_mps = exhaust_mps * np.log(airless["launch_mass_kg"] / airless["burnout_mass_kg"])
    assert norm(state.vel_mps) == pytest.approx(30.0 + gained_mps - fallen_mps, rel=1e-6)


# ---- Air -------------------------------------------------------------------------------------------


def test_drag_follows_the_published_bands_without_a_jump() -> None:
    mach = np.linspace(0.0, 7.0, 7001)
    ours = np.array([flight.drag_coefficient(float(m)) for m in mach])
    np.testing.assert_allclose(ours, np.interp(mach, [0.8, 1.1, 2.25, 5.0], [0.3, 0.55, 0.40, 0.25]), atol=1e-12)


def test_a_straight_coast_slows_by_its_drag(missile: Any) -> None:
    """Deceleration along the path: density, cross-section and coefficient over the mass, and gravity's part."""
    state = _level(6000.0, 900.0)
    goal = guidance.point_goal(UNGUIDED, missiles.place(40e3, 6e3), 0.0, 40e3)
    air = air_at(height_of(state.pos_m))
    mach = 900.0 / air.sound_mps
    force_n = 0.5 * air.density_kgpm3 * 900.0**2 * missile["area_m2"] * np.interp(mach, [2.25, 5.0], [0.40, 0.25])
    weight = falling(state.pos_m, state.vel_mps)
    slowed = sub(_rates(missile, state, goal).acc_mps2, weight)
    np.testing.assert_allclose(slowed, -force_n / missile["burnout_mass_kg"] * missiles.axes()[1], atol=1e-9)


def test_lift_costs_speed_with_its_square(missile: Any) -> None:
    """Induced drag: k C_L^2, by the rise over straight flight."""
    goal = guidance.point_goal(UNGUIDED, missiles.place(40e3, 6e3), 0.0, 40e3)
    straight, (east, north, _) = _level(6000.0, 900.0), missiles.axes()
    drags = []
    for pull_mps2 in (0.0, 40.0, 80.0):
        turning = straight._replace(lift_mps2=missiles.vector(pull_mps2 * east))
        drags.append(-float(np.dot(_rates(missile, turning, goal).acc_mps2, north)))
    air = air_at(height_of(straight.pos_m))
    pressure_n = 0.5 * air.density_kgpm3 * 900.0**2 * missile["area_m2"]
    coefficient = missile["burnout_mass_kg"] * 40.0 / pressure_n
    extra = missile["induced_drag"] * coefficient**2 * pressure_n / missile["burnout_mass_kg"]
    assert drags[1] - drags[0] == pytest.approx(extra, rel=1e-9)
    assert drags[2] - drags[0] == pytest.approx(4.0 * extra, rel=1e-9)


def test_lift_is_limited_by_structure_and_by_air(missile: Any) -> None:
    assert flight.load_available(missile, 1e9) == pytest.approx(missile["load_factor_max_mps2"])
    assert flight.load_available(missile, 2.0) == pytest.approx(flight.LIFT_COEFFICIENT_MAX * 2.0)
    wanted = Vec3(0.0, 3e4, 4e4)
    np.testing.assert_allclose(flight.within(wanted, 10.0), (0.0, 6.0, 8.0), rtol=1e-12)
    assert flight.within(Vec3(0.0, 1.0, 0.0), 10.0) == Vec3(0.0, 1.0, 0.0)
    low, high = _level(1000.0, 900.0), _level(35e3, 900.0)
    assert load_left(missile, low, LATE_S) == pytest.approx(missile["load_factor_max_mps2"])
    thin_n = 0.5 * air_at(height_of(high.pos_m)).density_kgpm3 * 900.0**2 * missile["area_m2"]
    thin_mps2 = flight.LIFT_COEFFICIENT_MAX * thin_n / missile["burnout_mass_kg"]
    assert load_left(missile, high, LATE_S) == pytest.approx(thin_mps2)


def test_the_autopilot_lags_to_first_order(missile: Any) -> None:
    """After one lag a fresh demand is met to 1 - 1/e, whatever the step: the demand is the limit and stands still."""
    lag_s, (_, north, up) = float(missile["lag_s"]), missiles.axes()
    slack = missile.copy()
    slack["load_factor_max_mps2"], slack["drag_scale"], slack["induced_drag"] = 5.0, 0.0, 0.0
    state = _level(3000.0, 900.0)
    above = guidance.point_goal(MIDCOURSE, missiles.vector(np.array(state.pos_m) + 4e4 * up + 4e4 * north), 0.0, 6e4)
    for parts in (2, 20):
        now = state
        for n in range(parts):
            now = flight.cruised(slack, now, above, LATE_S + n * lag_s / parts, lag_s / parts)
        assert norm(now.lift_mps2) == pytest.approx((1.0 - exp(-1.0)) * 5.0, rel=2e-3)
        assert dot(unit(now.lift_mps2), missiles.vector(up)) > 0.99


# ---- Steering --------------------------------------------------------------------------------------


def test_the_thrust_tips_over_from_the_vertical_at_its_rate(missile: Any) -> None:
    up, wished = Vec3(0.0, 0.0, 1.0), Vec3(1.0, 0.0, 0.0)
    for burning_s in (0.0, 0.5, 1.5, 2.2):
        axis = guidance.tipped(missile, up, wished, missile["ignition_s"] + burning_s)
        turned = guidance.TIP_OVER_RADPS * burning_s
        np.testing.assert_allclose(axis, (sin(turned), 0.0, cos(turned)), atol=1e-12)
    for burning_s in (2.3, 4.0, 4.6, 9.0, 12.0):
        assert guidance.tipped(missile, up, wished, missile["ignition_s"] + burning_s) == wished
    sloping = unit(Vec3(1.0, 0.0, 1.0))
    ready_s = missile["ignition_s"] + acos(sloping.z) / guidance.TIP_OVER_RADPS
    assert guidance.tipped(missile, up, sloping, ready_s + 1e-6) == sloping
    assert dot(guidance.tipped(missile, up, sloping, ready_s - 0.1), sloping) < 1.0 - 1e-4


@pytest.mark.parametrize("loft_slope", [0.0, 0.3, 1.0])
def test_the_wished_direction_is_raised_by_the_loft(loft_slope: float) -> None:
    """In the vertical plane of the line, by the angle whose tangent shrinks with the distance left."""
    point_m = missiles.place(50e3, 10e3)
    for share in (1.0, 0.5, 0.1):
        here_m = step(point_m, sub(missiles.place(0.0, 0.0), point_m), share)
        reach_m = norm(sub(missiles.place(0.0, 0.0), point_m))
        up, line = normal_at(here_m), unit(sub(point_m, here_m))
        wished = guidance.wished_direction(here_m, up, guidance.point_goal(MIDCOURSE, point_m, loft_slope, reach_m))
        assert norm(wished) == pytest.approx(1.0, abs=1e-11)
        assert acos(min(dot(wished, line), 1.0)) == pytest.approx(atan(loft_slope * share), abs=1e-6)
        assert abs(np.dot(np.cross(line, up), wished)) < 1e-12
        assert dot(wished, up) >= dot(line, up)


def test_a_line_straight_up_or_down_is_not_raised() -> None:
    here_m, up = missiles.place(0.0, 5e3), normal_at(missiles.place(0.0, 5e3))
    for away_m in (2e4, -2e4):
        goal = guidance.point_goal(MIDCOURSE, step(here_m, up, away_m), 0.5, 3e4)
        wished = guidance.wished_direction(here_m, up, goal)
        assert dot(wished, up) == pytest.approx(np.sign(away_m), abs=1e-9)


def test_no_demand_on_a_collision_course() -> None:
    relative_m, relative_mps = Vec3(9000.0, -900.0, 90.0), Vec3(-1000.0, 100.0, -10.0)
    assert norm(guidance.proportional_demand(3.0, relative_m, relative_mps)) < 1e-9


def test_navigation_is_the_turn_of_the_sight_times_closing_speed(missile: Any) -> None:
    """For small angles: N V_c times the rate of the line of sight. Source: Zarchan, ch. 2, eq. 2.1."""
    relative_m, relative_mps = Vec3(10_000.0, 3.0, 0.0), Vec3(-1500.0, 12.0, 0.0)
    sight_radps = (10_000.0 * 12.0 + 1500.0 * 3.0) / 10_000.0**2
    wanted = guidance.proportional_demand(4.0, relative_m, relative_mps)
    assert wanted.y == pytest.approx(4.0 * 1500.0 * sight_radps, rel=1e-3)
    assert abs(wanted.x) < 0.02 * wanted.y


def test_demand_stays_finite_and_across_at_the_very_end() -> None:
    """Inside the least time to go the miss is still the miss, not what the rest of that time would add."""
    for to_go_s in (1e-3, 1e-4, 1e-6, -1e-4):
        wanted = guidance.proportional_demand(4.0, Vec3(1500.0 * to_go_s, 0.3, 0.0), Vec3(-1500.0, 0.0, 0.0))
        np.testing.assert_allclose(wanted, (0.0, 4.0 * 0.3 / guidance.LEAST_TO_GO_S**2, 0.0), rtol=1e-9, atol=1e-3)


def test_nothing_steers_without_guidance() -> None:
    """Not even against gravity: a coasting round falls."""
    state = _level(8000.0, 900.0)
    unguided = guidance.point_goal(UNGUIDED, missiles.place(0.0, 40e3), 0.5, 40e3)
    row = missiles.missile()
    assert _rates(row, state, unguided).lift_mps3 == missiles.STILL
    guided = _rates(row, state, unguided._replace(phase=MIDCOURSE))
    assert norm(guided.lift_mps3) > 1.0
    weight = falling(state.pos_m, state.vel_mps)
    held = Flight(state.pos_m, state.vel_mps, scale(weight, -1.0))
    ahead = guidance.point_goal(MIDCOURSE, step(state.pos_m, state.vel_mps, 30.0), 0.0, 4e4)
    kept = _rates(row, held, ahead)
    assert norm(kept.lift_mps3) < 0.02, "the bias already lies on: nothing is left to turn"


# ---- Goals -----------------------------------------------------------------------------------------


def test_a_course_runs_through_both_of_its_ends() -> None:
    draw = np.random.default_rng(2)
    for span_s in (0.1, 3.0):
        here, vel, there, end = (missiles.vector(draw.normal(0.0, 300.0, 3)) for _ in range(4))
        goal = guidance.course_goal(here, vel, there, end, span_s, missiles.STILL, 0.0)
        np.testing.assert_allclose(guidance.place_of(goal, 0.0), here, atol=1e-9)
        np.testing.assert_allclose(guidance.place_of(goal, span_s), there, atol=1e-8)
        np.testing.assert_allclose(guidance.speed_of(goal, 0.0), vel, atol=1e-9)
        np.testing.assert_allclose(guidance.speed_of(goal, span_s), end, atol=1e-6)
        assert goal.phase == HOMING
        middle, small = 0.4 * span_s, 1e-5 * span_s
        rise = sub(guidance.place_of(goal, middle + small), guidance.place_of(goal, middle - small))
        speed = np.array(guidance.speed_of(goal, middle))
        np.testing.assert_allclose(np.array(rise) / (2.0 * small), speed, rtol=1e-5, atol=0.01)


def test_the_seeker_errs_across_the_line_and_less_when_near(missile: Any) -> None:
    error = Vec3(5.0, 1.0, -2.0)
    goal = guidance.course_goal(missiles.STILL, missiles.STILL, missiles.STILL, missiles.STILL, 1.0, error, 2.0)
    for range_m in (12e3, 100.0):
        seen = guidance.measured(missile, goal, Vec3(range_m, 0.0, 0.0))
        sigma_m = missile["seeker_noise_rad"] * range_m + 2.0
        np.testing.assert_allclose(seen, (range_m, sigma_m, -2.0 * sigma_m), rtol=1e-12)


# ---- Shots that end otherwise ------------------------------------------------------------------------


def test_a_shot_too_far_is_given_up() -> None:
    far = fly_shot(missiles.missile(), missiles.shot(260e3, 5e3, 0.6))
    assert far.outcome == GIVEN_UP
    assert far.miss_m > 1000.0


def test_a_round_past_its_life_is_given_up() -> None:
    usual = missiles.missile()
    shot = missiles.shot(50e3, 8e3, 0.3)
    hit = fly_shot(usual, shot)
    assert hit.outcome == PASSED
    short = missiles.missile(life_s=0.5 * hit.flight_s)
    assert fly_shot(short, shot).outcome == GIVEN_UP
    assert fly_shot(short, shot).flight_s == pytest.approx(0.5 * hit.flight_s, abs=0.3)
