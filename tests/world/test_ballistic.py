"""Free flight against SciPy's integrator, and the burnout velocity that falls on its aim."""

from __future__ import annotations

from math import radians

import numpy as np
import pytest
from fluids.atmosphere import ATMOSPHERE_1976
from scipy.integrate import solve_ivp

from openiads.physics.earth import ecef, geodetic, surface_normal
from openiads.physics.kinematics import free_flight_acceleration
from openiads.vec3 import Vec3, norm, sub
from openiads.world.ballistic import BURNOUT_HEIGHT_M, burnout_velocity, impact

GM, SPIN = 3.986004418e14, np.array([0.0, 0.0, 7.292115e-5])
START = surface_normal(radians(36.5), radians(37.0))
AIMS = {
    "100 km": (35.7, 36.6),
    "300 km": (34.9, 35.9),
    "600 km": (31.5, 35.0),
    "east": (36.5, 39.0),
    "north": (38.0, 37.0),
}
MISS_M = 50.0


def _rates(coefficient: float) -> object:
    def rates(time_s: float, y: np.ndarray) -> np.ndarray:
        pos, vel = y[:3], y[3:]
        height = geodetic(Vec3(*pos.tolist())).z
        density = ATMOSPHERE_1976(max(height, 0.0)).rho if height < 84_000.0 else 0.0
        acc = -GM * pos / np.linalg.norm(pos) ** 3 - 2.0 * np.cross(SPIN, vel) - np.cross(SPIN, np.cross(SPIN, pos))
        return np.concatenate([vel, acc - 0.5 * density * np.linalg.norm(vel) / coefficient * vel])

    return rates


def _fallen(pos: Vec3, vel: Vec3, coefficient: float) -> np.ndarray:
    def ground(time_s: float, y: np.ndarray) -> float:
        return float(geodetic(Vec3(*np.asarray(y[:3]).tolist())).z)

    ground.terminal, ground.direction = True, -1.0  # type: ignore[attr-defined]
    flown = solve_ivp(_rates(coefficient), (0.0, 1200.0), [*pos, *vel], "DOP853", rtol=1e-9, atol=1e-3, events=ground)
    return np.asarray(flown.y_events[0][0][:3])


@pytest.mark.parametrize("coefficient", [1e12, 8000.0])
@pytest.mark.parametrize("name", AIMS)
def test_the_impact_agrees_with_scipy(name: str, coefficient: float) -> None:
    """Midpoint steps of a tenth of a second, and the last one passes the ground: within a step's flight and 0.1 %."""
    start_m = ecef(START, BURNOUT_HEIGHT_M)
    aim_m = ecef(surface_normal(*map(radians, AIMS[name])), 0.0)
    vel_mps, _ = burnout_velocity(start_m, START, aim_m, coefficient)
    theirs = _fallen(start_m, vel_mps, coefficient)
    ours = np.array(impact(start_m, vel_mps, coefficient, 0.0))
    stride_m = 0.1 * 1.3 * norm(vel_mps)
    assert np.linalg.norm(ours - theirs) < stride_m + 1e-3 * norm(sub(aim_m, start_m))


def test_without_drag_and_spin_the_fall_is_an_ellipse() -> None:
    """Energy and angular momentum in the frame that does not turn are kept by the accelerations."""
    pos, vel = np.array(ecef(START, BURNOUT_HEIGHT_M)), np.array([700.0, -900.0, 1100.0])
    rates = _rates(1e15)
    inertial = vel + np.cross(SPIN, pos)
    before = 0.5 * inertial @ inertial - GM / np.linalg.norm(pos)
    flown = solve_ivp(rates, (0.0, 60.0), [*pos, *vel], "DOP853", rtol=1e-11, atol=1e-6).y[:, -1]  # type: ignore[arg-type]
    after_vel = flown[3:] + np.cross(SPIN, flown[:3])
    assert 0.5 * after_vel @ after_vel - GM / np.linalg.norm(flown[:3]) == pytest.approx(before, rel=1e-9)
    for state in (np.concatenate([pos, vel]), flown):
        ours = free_flight_acceleration(Vec3(*state[:3].tolist()), Vec3(*state[3:].tolist()), 1e15)
        np.testing.assert_allclose(ours, rates(0.0, state)[3:], rtol=1e-9, atol=1e-9)  # type: ignore[operator]


@pytest.mark.parametrize("coefficient", [8000.0, 4000.0])
@pytest.mark.parametrize("name", AIMS)
def test_the_burnout_velocity_falls_on_the_aim(name: str, coefficient: float) -> None:
    start_m = ecef(START, BURNOUT_HEIGHT_M)
    aim_m = ecef(surface_normal(*map(radians, AIMS[name])), 0.0)
    vel_mps, miss_m = burnout_velocity(start_m, START, aim_m, coefficient)
    fallen_m = impact(start_m, vel_mps, coefficient, 0.0)
    on_ground = geodetic(fallen_m)
    below = ecef(surface_normal(on_ground.x, on_ground.y), 0.0)
    assert miss_m < MISS_M
    assert norm(sub(below, aim_m)) < MISS_M + 0.1 * norm(vel_mps), (
        "what is returned is not how far it falls from the aim"
    )


@pytest.mark.parametrize("height_m", [0.0, 700.0, 2500.0])
def test_it_comes_down_on_an_aim_on_high_ground(height_m: float) -> None:
    start_m = ecef(START, BURNOUT_HEIGHT_M)
    aim_m = ecef(surface_normal(*map(radians, AIMS["300 km"])), height_m)
    vel_mps, miss_m = burnout_velocity(start_m, START, aim_m, 8000.0)
    assert miss_m < MISS_M
    assert norm(sub(impact(start_m, vel_mps, 8000.0, height_m), aim_m)) < MISS_M + 0.1 * norm(vel_mps)
