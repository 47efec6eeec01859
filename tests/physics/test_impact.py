"""The fall of a track against SciPy's integrator of the same law, and its derivatives and spread against many falls."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from openiads.physics.earth import ecef, height_of, surface_normal, to_enu
from openiads.physics.impact import fall, fallen_locally, sensitivity
from openiads.physics.kinematics import free_flight_acceleration
from openiads.units import Point
from openiads.vec3 import Vec3, cross, dot, sub, unit
from openiads.world.rows import build_frame

Array = np.ndarray
UP = surface_normal(radians(34.9), radians(35.9))
EAST = unit(cross(Vec3(0.0, 0.0, 1.0), UP))
NORTH = cross(UP, EAST)
STATES = {  # height, speed, climb, azimuth of the velocity
    "after burnout": (17e3, 1630.0, 42.0, 50.0),
    "top": (65e3, 1150.0, 0.0, 50.0),
    "coming down": (30e3, 1400.0, -40.0, 120.0),
    "late": (8e3, 1100.0, -48.0, 300.0),
    "short": (8e3, 820.0, 40.0, 200.0),
    "long": (25e3, 2400.0, 42.0, 10.0),
}


def _state(name: str) -> tuple[Vec3, Vec3]:
    height, speed, climb_deg, azimuth_deg = STATES[name]
    return _state_of(height, speed, radians(climb_deg), radians(azimuth_deg))


def _state_of(height: float, speed: float, climb: float, azimuth: float) -> tuple[Vec3, Vec3]:
    level = sin(azimuth) * np.array(EAST) + cos(azimuth) * np.array(NORTH)
    vel = speed * (cos(climb) * level + sin(climb) * np.array(UP))
    return ecef(UP, height), Vec3(*vel.tolist())


def _exact(pos: Vec3, vel: Vec3, coefficient: float, ground: float = 0.0) -> tuple[Array, float]:
    """Where and when by DOP853."""

    def rates(_: float, y: Array) -> list[float]:
        place, speed = Vec3(*map(float, y[:3])), Vec3(*map(float, y[3:]))
        return [*speed, *free_flight_acceleration(place, speed, coefficient)]

    def above(_: float, y: Array) -> float:
        return float(height_of(Vec3(*map(float, y[:3]))) - ground)

    above.terminal, above.direction = True, -1.0  # type: ignore[attr-defined]
    flown = solve_ivp(rates, (0.0, 1500.0), [*pos, *vel], "DOP853", rtol=1e-9, atol=1e-6, events=above)
    return np.asarray(flown.y_events[0][0][:3]), float(flown.t_events[0][0])


@pytest.mark.parametrize("coefficient", [4000.0, 8500.0, 1e12])
@pytest.mark.parametrize("name", STATES)
def test_the_impact_is_scipy_s(name: str, coefficient: float) -> None:
    pos, vel = _state(name)
    ours = fall(pos, vel, coefficient, 0.0)
    place, time_s = _exact(pos, vel, coefficient)
    assert ours.falls
    assert np.linalg.norm(np.array(ours.pos_ecef_m) - place) < 15.0
    assert ours.time_s == pytest.approx(time_s, abs=0.03)


def test_it_comes_down_to_high_ground() -> None:
    pos, vel = _state("top")
    place, time_s = _exact(pos, vel, 8500.0, 1800.0)
    ours = fall(pos, vel, 8500.0, 1800.0)
    assert np.linalg.norm(np.array(ours.pos_ecef_m) - place) < 15.0
    assert ours.time_s == pytest.approx(time_s, abs=0.03)
    assert height_of(ours.pos_ecef_m) == pytest.approx(1800.0, abs=0.2)


def test_what_leaves_the_earth_does_not_fall() -> None:
    pos, _ = _state("top")
    assert not fall(pos, Vec3(*(12_000.0 * np.array(UP)).tolist()), 8500.0, 0.0).falls


def _rows(pos: Vec3, vel: Vec3, coefficient: float) -> tuple[Array, Array]:
    """East and north of the impact: our derivatives by the six numbers of the state, and by the log coefficient."""
    impact = fall(pos, vel, coefficient, 0.0)
    east = unit(cross(Vec3(0.0, 0.0, 1.0), impact.up))
    rows = [sensitivity(impact, axis) for axis in (east, cross(impact.up, east))]
    return np.array([[*row.by_pos, *row.by_vel] for row in rows]), np.array([row.by_coefficient for row in rows])


def _ground(pos: Array, vel: Array, coefficient: float, about: object) -> Array:
    impact = fall(Vec3(*pos.tolist()), Vec3(*vel.tolist()), coefficient, 0.0)
    east = unit(cross(Vec3(0.0, 0.0, 1.0), about.up))  # type: ignore[attr-defined]
    off = sub(impact.pos_ecef_m, about.pos_ecef_m)  # type: ignore[attr-defined]
    return np.array([dot(off, east), dot(off, cross(about.up, east))])  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", STATES)
def test_the_derivatives_are_those_of_many_falls(name: str) -> None:
    pos, vel = _state(name)
    rows, by_coefficient = _rows(pos, vel, 8500.0)
    about, place, speed = fall(pos, vel, 8500.0, 0.0), np.array(pos), np.array(vel)
    slow = np.zeros((2, 6))
    for n, small in enumerate([100.0] * 3 + [2.0] * 3):
        shift = np.zeros(6)
        shift[n] = small
        over = _ground(place + shift[:3], speed + shift[3:], 8500.0, about)
        slow[:, n] = (over - _ground(place - shift[:3], speed - shift[3:], 8500.0, about)) / (2.0 * small)
    np.testing.assert_allclose(rows[:, :3], slow[:, :3], atol=0.02 * np.abs(slow[:, :3]).max())
    np.testing.assert_allclose(rows[:, 3:], slow[:, 3:], atol=0.02 * np.abs(slow[:, 3:]).max())
    drag = (_ground(place, speed, 8500.0 * 1.02, about) - _ground(place, speed, 8500.0 / 1.02, about)) / (
        2.0 * np.log(1.02)
    )
    np.testing.assert_allclose(by_coefficient, drag, atol=0.03 * np.linalg.norm(drag) + 1.0)


@pytest.mark.parametrize("name", ["after burnout", "top", "coming down"])
def test_the_covariance_is_that_of_thousands_of_falls(name: str) -> None:
    """A full covariance of a track and a spread coefficient: each axis of the ellipse to a tenth."""
    pos, vel = _state(name)
    draw = np.random.default_rng(5)
    root = np.diag([150.0] * 3 + [6.0] * 3) @ draw.normal(size=(6, 6)) / 2.0
    cov, log_sigma = root @ root.T, 0.15
    rows, by_coefficient = _rows(pos, vel, 8500.0)
    ours = rows @ cov @ rows.T + log_sigma**2 * np.outer(by_coefficient, by_coefficient)
    about, state = fall(pos, vel, 8500.0, 0.0), np.array([*pos, *vel])
    fallen = np.empty((4000, 2))
    for n in range(len(fallen)):
        one = state + root @ draw.normal(size=6)
        fallen[n] = _ground(one[:3], one[3:], 8500.0 * float(np.exp(log_sigma * draw.normal())), about)
    many = np.cov(fallen.T)
    np.testing.assert_allclose(np.sqrt(np.linalg.eigvalsh(ours)), np.sqrt(np.linalg.eigvalsh(many)), rtol=0.1)
    sigma = np.sqrt(np.diag(many))
    assert np.abs((ours - many) / np.outer(sigma, sigma)).max() < 0.1


@settings(max_examples=40, deadline=None)
@given(st.floats(5e3, 90e3), st.floats(600.0, 2500.0), st.floats(-1.2, 1.2), st.floats(0.0, 6.28), st.floats(5e3, 1e5))
def test_every_state_of_a_missile_comes_down(
    height: float, speed: float, climb: float, azimuth: float, coefficient: float
) -> None:
    """On the ground, later than now, going down; more drag never carries it farther."""
    pos, vel = _state_of(height, speed, climb, azimuth)
    heavy, light = fall(pos, vel, coefficient, 0.0), fall(pos, vel, 0.5 * coefficient, 0.0)
    for one in (heavy, light):
        assert one.falls
        assert one.time_s > 0.0
        assert abs(height_of(one.pos_ecef_m)) < 0.2
        assert dot(one.vel_ecef_mps, one.up) < 0.0
    way = [np.linalg.norm(np.array(one.pos_ecef_m) - np.array(pos)) for one in (heavy, light)]
    assert way[1] < way[0] + 20.0


@pytest.mark.parametrize("name", ["top", "coming down", "late"])
def test_the_quick_fall_in_the_local_frame_is_near_the_exact_one(name: str) -> None:
    """30 s ahead, for aim points: within 150 m, most of it the turning earth's."""
    frame = build_frame(Point(34.9, 35.9), 60.0, 1, True)
    pos, vel = _state(name)
    span = 30.0 if name != "late" else 7.0

    def rates(_: float, y: Array) -> list[float]:
        place, speed = Vec3(*map(float, y[:3])), Vec3(*map(float, y[3:]))
        return [*speed, *free_flight_acceleration(place, speed, 8500.0)]

    exact = solve_ivp(rates, (0.0, span), [*pos, *vel], "DOP853", rtol=1e-9, atol=1e-6).y[:3, -1]
    setting = frame.setting[0]
    local = fallen_locally(
        to_enu(setting, pos), Vec3(*(setting["enu_to_ecef"].T @ np.array(vel)).tolist()), 8500.0, span
    )
    assert np.linalg.norm(np.array(local) - np.array(to_enu(setting, Vec3(*exact.tolist())))) < 150.0
