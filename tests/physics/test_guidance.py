"""One missile step against an integrator of its own equations, and the laws that steer it."""

from __future__ import annotations

from math import cos, exp, radians, sin

import numpy as np
import pytest
from fluids.atmosphere import ATMOSPHERE_1976
from scipy.integrate import solve_ivp

from openiads.physics import guidance
from openiads.vec3 import Vec3
from tests.support import runs

RADIUS_M = 6.371e6
AXIS = Vec3(cos(radians(60.0)) * 0.6, cos(radians(60.0)) * 0.8, sin(radians(60.0)))
SPAN_S = 60.0


@pytest.fixture(params=["first", "tartus"])
def missile(request: pytest.FixtureRequest) -> np.record:
    return runs.built(request.param).world.missiles[0]


def _ours(missile: np.record, step_s: float) -> np.ndarray:
    """Boost and coast without lift: what the autopilot would add against gravity is asked away."""
    zero = Vec3(0.0, 0.0, 0.0)
    start = Vec3(*(30.0 * np.array(AXIS)).tolist())
    flight = guidance.Flight(Vec3(0.0, 0.0, 10.0), start, zero, float(missile["launch_mass_kg"]))
    for n in range(round(SPAN_S / step_s)):
        heading = np.array(flight.vel_mps) / np.linalg.norm(flight.vel_mps)
        down = np.array(guidance.gravity_at(RADIUS_M, flight.pos_m))
        demand = Vec3(*(down - heading * (heading @ down)).tolist())
        flight = guidance.missile_step(missile, flight, n * step_s, demand, Vec3(*heading.tolist()), step_s, RADIUS_M)
        assert np.linalg.norm(flight.acc_mps2) < 1e-9
    return np.array([*flight.pos_m, *flight.vel_mps, flight.mass_kg])


def _theirs(missile: np.record) -> np.ndarray:
    """The equations of motion written again, with another atmosphere and another integrator."""

    def rates(time_s: float, y: np.ndarray, burning: bool) -> np.ndarray:
        pos, vel, mass = y[:3], y[3:6], y[6]
        centre = pos + np.array([0.0, 0.0, RADIUS_M])
        distance = np.linalg.norm(centre)
        gravity = -9.80665 * (RADIUS_M / distance) ** 2 * centre / distance
        air = ATMOSPHERE_1976(distance - RADIUS_M)
        speed = np.linalg.norm(vel)
        coefficient = np.interp(speed / air.v_sonic, [0.0, 0.8, 1.1, 2.25, 5.0], [0.3, 0.3, 0.55, 0.40, 0.25])
        drag = 0.5 * air.rho * speed**2 * missile["area_m2"] * missile["drag_scale"] * coefficient
        thrust = missile["thrust_n"] if burning else 0.0
        flow = missile["mass_flow_kgps"] if burning else 0.0
        return np.concatenate([vel, (thrust - drag) / mass * vel / speed + gravity, [-flow]])

    y = np.array([0.0, 0.0, 10.0, *(30.0 * np.array(AXIS)), missile["launch_mass_kg"]])
    edges = [0.0, float(missile["ignition_s"]), float(missile["burnout_s"]), SPAN_S]
    for begin, end, burning in zip(edges, edges[1:], (False, True, False), strict=False):
        if burning is False and begin > 0.0:
            y[6] = missile["burnout_mass_kg"]
        y = solve_ivp(rates, (begin, end), y, "DOP853", args=(burning,), rtol=1e-9, atol=1e-6).y[:, -1]
    return y


def test_a_flight_without_lift_agrees_with_the_integrator(missile: np.record) -> None:
    theirs = _theirs(missile)
    coarse, fine = _ours(missile, 0.01), _ours(missile, 0.005)
    flown_m, speed_mps = np.linalg.norm(theirs[:3]), np.linalg.norm(theirs[3:6])
    assert flown_m > 20_000.0
    assert np.linalg.norm((coarse - theirs)[:3]) < 5e-3 * flown_m
    assert np.linalg.norm((coarse - theirs)[3:6]) < 1e-2 * speed_mps
    assert np.linalg.norm((coarse - theirs)[:3]) == pytest.approx(
        2.0 * np.linalg.norm((fine - theirs)[:3]), rel=0.05
    ), "first order"
    extrapolated = 2.0 * fine - coarse
    assert np.linalg.norm((extrapolated - theirs)[:3]) < 2e-4 * flown_m
    assert np.linalg.norm((extrapolated - theirs)[3:6]) < 2e-4 * speed_mps
    assert coarse[6] == pytest.approx(theirs[6], rel=1e-9)


def test_the_burn_uses_up_the_propellant(missile: np.record) -> None:
    span_s = missile["burnout_s"] - missile["ignition_s"]
    assert missile["launch_mass_kg"] - missile["mass_flow_kgps"] * span_s == pytest.approx(
        missile["burnout_mass_kg"], rel=1e-6
    )


def test_drag_follows_the_published_bands_without_a_jump() -> None:
    mach = np.linspace(0.0, 7.0, 7001)
    ours = np.array([guidance.drag_coefficient(float(m)) for m in mach])
    np.testing.assert_allclose(ours, np.interp(mach, [0.8, 1.1, 2.25, 5.0], [0.3, 0.55, 0.40, 0.25]), atol=1e-9)


def test_the_autopilot_lags_to_first_order(missile: np.record) -> None:
    """After one lag a fresh demand is met to 1 - 1/e, whatever the step."""
    lag_s = float(missile["lag_s"])
    demand = Vec3(0.0, 0.0, 20.0 + 9.80665)
    for parts in (10, 200):
        flight = guidance.Flight(Vec3(0.0, 0.0, 3000.0), Vec3(900.0, 0.0, 0.0), Vec3(0.0, 0.0, 0.0), 900.0)
        for _ in range(parts):
            got = guidance.missile_step(missile, flight, 1e6, demand, Vec3(1.0, 0.0, 0.0), lag_s / parts, RADIUS_M)
            flight = flight._replace(acc_mps2=got.acc_mps2)
        reached = flight.acc_mps2.z
        held = 20.0 + 9.80665 + 9.80665 * (RADIUS_M / (RADIUS_M + 3000.0)) ** 2
        assert reached == pytest.approx((1.0 - exp(-1.0)) * held, rel=1e-3)


def test_lift_is_limited_by_structure_and_by_air(missile: np.record) -> None:
    wanted = Vec3(0.0, 3e4, 4e4)
    dense = guidance.limit_demand(missile, wanted, 1e9, 500.0)
    assert np.linalg.norm(dense) == pytest.approx(missile["load_factor_max_mps2"])
    thin = guidance.limit_demand(missile, wanted, 100.0, 500.0)
    assert np.linalg.norm(thin) == pytest.approx(guidance.LIFT_COEFFICIENT_MAX * 100.0 / 500.0)
    np.testing.assert_allclose(np.array(thin) / np.linalg.norm(thin), (0.0, 0.6, 0.8))
    assert guidance.limit_demand(missile, Vec3(0.0, 1.0, 0.0), 1e9, 500.0) == Vec3(0.0, 1.0, 0.0)


def test_lift_costs_speed(missile: np.record) -> None:
    flight = guidance.Flight(Vec3(0.0, 0.0, 5000.0), Vec3(800.0, 0.0, 0.0), Vec3(0.0, 100.0, 0.0), 700.0)
    straight = flight._replace(acc_mps2=Vec3(0.0, 0.0, 0.0))
    ahead = Vec3(1.0, 0.0, 0.0)
    turning = guidance.missile_step(missile, flight, 1e6, Vec3(0.0, 100.0, 0.0), ahead, 0.01, RADIUS_M)
    level = guidance.missile_step(missile, straight, 1e6, Vec3(0.0, 0.0, 0.0), ahead, 0.01, RADIUS_M)
    assert turning.vel_mps.x < level.vel_mps.x


@pytest.mark.parametrize(
    "target_mps", [(-300.0, 0.0, 0.0), (-200.0, 150.0, 0.0), (0.0, -250.0, 20.0), (-900.0, 0.0, -500.0)]
)
def test_proportional_navigation_meets_a_steady_target(target_mps: tuple[float, float, float]) -> None:
    """Without lag, limit or noise a constant-velocity target is met, and the course settles before it."""
    target, missile = np.array([12_000.0, 3000.0, 2000.0]), np.zeros(3)
    vel, other = np.array([1200.0, 0.0, 0.0]), np.array(target_mps)
    nearest, demands, step_s = 1e9, [], 0.001
    while True:
        relative, closing = target - missile, other - vel
        distance = float(np.linalg.norm(relative))
        nearest = min(nearest, distance)
        if relative @ closing >= 0.0:
            break
        demand = np.array(guidance.proportional_demand(4.0, Vec3(*relative.tolist()), Vec3(*closing.tolist())))
        demand -= vel * (demand @ vel) / (vel @ vel)
        demands.append(float(np.linalg.norm(demand)))
        vel = vel + demand * step_s
        missile, target = missile + vel * step_s, target + other * step_s
    assert nearest < 5.0
    assert demands[-200] < 0.2 * demands[0]


def test_no_demand_on_a_collision_course() -> None:
    assert (
        np.linalg.norm(guidance.proportional_demand(3.0, Vec3(9000.0, -900.0, 90.0), Vec3(-1000.0, 100.0, -10.0)))
        < 1e-9
    )


def test_the_thrust_tips_over_from_the_vertical_at_its_rate(missile: np.record) -> None:
    up, aim, vel = Vec3(0.0, 0.0, 1.0), Vec3(1.0, 0.0, 0.0), Vec3(3.0, 0.0, 4.0)
    for burning_s in (0.0, 0.5, 1.5):
        axis = guidance.thrust_axis(vel, burning_s, aim, up)
        assert np.arccos(axis.z) == pytest.approx(guidance.TIP_OVER_RADPS * burning_s, abs=1e-6)
    assert guidance.thrust_axis(vel, 60.0, aim, up) == pytest.approx((0.6, 0.0, 0.8))
