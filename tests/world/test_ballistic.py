"""Free flight against SciPy's integrator, and the burnout state from which a missile falls on its aim."""

from __future__ import annotations

from math import asin, degrees, radians

import numpy as np
import pyproj
import pytest
from fluids.atmosphere import ATMOSPHERE_1976
from scipy.integrate import solve_ivp

from openiads.physics.earth import ecef, geodetic, height_of, surface_normal
from openiads.physics.kinematics import free_flight_acceleration
from openiads.vec3 import Vec3, cross, dot, norm, sub
from openiads.world.ballistic import Booster, Burnout, Launch, burnout, impact, least_heading, shoot

GM, J2, A = 3.986004418e14, 1.08262982131e-3, 6378137.0
SPIN = np.array([0.0, 0.0, 7.292115e-5])
LAT_DEG, LON_DEG = 36.5, 37.0
START = surface_normal(radians(LAT_DEG), radians(LON_DEG))
LAUNCH_M = ecef(START, 350.0)
BOOST_S = 30.0
RANGES_KM = (60.0, 150.0, 300.0, 600.0)
AZIMUTHS_DEG = (0.0, 75.0, 160.0, 245.0)
GEOD = pyproj.Geod(ellps="WGS84")


def _aim(range_km: float, azimuth_deg: float, height_m: float = 0.0) -> Vec3:
    lon, lat, _ = GEOD.fwd(LON_DEG, LAT_DEG, azimuth_deg, 1e3 * range_km)
    return ecef(surface_normal(radians(lat), radians(lon)), height_m)


def _rates(coefficient: float) -> object:
    """The law written down again: gravity with J2 (NGA.STND.0036), the rotating frame, drag in the air of `fluids`."""

    def rates(time_s: float, y: np.ndarray) -> np.ndarray:
        pos, vel = y[:3], y[3:]
        r = float(np.linalg.norm(pos))
        height = geodetic(Vec3(*pos.tolist())).z
        density = ATMOSPHERE_1976(max(height, 0.0)).rho if height < 84_000.0 else 0.0
        flat = 1.5 * J2 * (A / r) ** 2 * (np.array([1.0, 1.0, 3.0]) - 5.0 * (pos[2] / r) ** 2)
        acc = -GM * pos / r**3 * (1.0 + flat) - 2.0 * np.cross(SPIN, vel) - np.cross(SPIN, np.cross(SPIN, pos))
        return np.concatenate([vel, acc - 0.5 * density * np.linalg.norm(vel) / coefficient * vel])

    return rates


def _fallen(pos: Vec3, vel: Vec3, coefficient: float, ground_m: float = 0.0) -> np.ndarray:
    def ground(time_s: float, y: np.ndarray) -> float:
        return float(geodetic(Vec3(*np.asarray(y[:3]).tolist())).z) - ground_m

    ground.terminal, ground.direction = True, -1.0  # type: ignore[attr-defined]
    flown = solve_ivp(_rates(coefficient), (0.0, 1200.0), [*pos, *vel], "DOP853", rtol=1e-9, atol=1e-3, events=ground)
    return np.asarray(flown.y_events[0][0][:3])


@pytest.mark.parametrize("azimuth_deg", AZIMUTHS_DEG)
@pytest.mark.parametrize("range_km", RANGES_KM)
def test_the_burnout_state_falls_on_the_aim(range_km: float, azimuth_deg: float) -> None:
    """By SciPy's integrator of the law written down again, to 10 m."""
    for coefficient in (10_000.0, 4000.0):
        aim_m = _aim(range_km, azimuth_deg)
        state = burnout(LAUNCH_M, START, aim_m, coefficient, BOOST_S)
        assert state.miss_m < 1.0
        assert np.linalg.norm(_fallen(state.pos_ecef_m, state.vel_ecef_mps, coefficient) - np.array(aim_m)) < 10.0


@pytest.mark.parametrize("coefficient", [1e12, 8000.0])
@pytest.mark.parametrize("range_km", RANGES_KM)
def test_the_impact_agrees_with_scipy(range_km: float, coefficient: float) -> None:
    state = burnout(LAUNCH_M, START, _aim(range_km, 200.0), coefficient, BOOST_S)
    theirs = _fallen(state.pos_ecef_m, state.vel_ecef_mps, coefficient)
    ours = np.array(impact(state.pos_ecef_m, state.vel_ecef_mps, coefficient, 0.0))
    assert np.linalg.norm(ours - theirs) < 10.0


@pytest.mark.parametrize("height_m", [0.0, 700.0, 2500.0])
def test_it_comes_down_on_an_aim_on_high_ground(height_m: float) -> None:
    aim_m = _aim(300.0, 200.0, height_m)
    state = burnout(LAUNCH_M, START, aim_m, 8000.0, BOOST_S)
    assert np.linalg.norm(_fallen(state.pos_ecef_m, state.vel_ecef_mps, 8000.0, height_m) - np.array(aim_m)) < 10.0


@pytest.mark.parametrize("range_km", RANGES_KM)
def test_the_boost_is_straight_and_its_angle_that_of_least_speed(range_km: float) -> None:
    aim_m = _aim(range_km, 200.0)
    state = burnout(LAUNCH_M, START, aim_m, 10_000.0, BOOST_S)
    way = sub(state.pos_ecef_m, LAUNCH_M)
    assert norm(cross(way, state.vel_ecef_mps)) < 1e-9 * norm(way) * norm(state.vel_ecef_mps)
    assert norm(way) == pytest.approx(0.5 * BOOST_S * norm(state.vel_ecef_mps), rel=1e-9)
    best = asin(dot(least_heading(state.pos_ecef_m, aim_m), START))
    assert asin(dot(state.vel_ecef_mps, START) / norm(state.vel_ecef_mps)) == pytest.approx(best, abs=1e-6)
    assert 35.0 < degrees(best) < 45.0
    assert height_of(state.pos_ecef_m) > 5000.0


def test_it_takes_off_where_it_stands() -> None:
    """A boost of no time leaves the missile on its ramp, at the speed that it needs."""
    state = burnout(LAUNCH_M, START, _aim(200.0, 30.0), 10_000.0, 0.0)
    assert norm(sub(state.pos_ecef_m, LAUNCH_M)) == 0.0
    assert state.miss_m < 1.0


def test_farther_takes_more_speed() -> None:
    speeds = [
        norm(burnout(LAUNCH_M, START, _aim(km, 110.0), 10_000.0, BOOST_S).vel_ecef_mps) for km in range(40, 640, 50)
    ]
    assert (np.diff(speeds) > 0.0).all()


# ---- What a class can reach ----------------------------------------------------------------------

CLASS = Booster(10_000.0, BOOST_S, 2065.0)


def _shot(range_km: float, booster: Booster = CLASS) -> Burnout:
    return shoot(Launch(LAUNCH_M, START, _aim(range_km, 200.0)), booster)


@pytest.mark.parametrize("range_km", [2.0, 10.0, 600.0, 9000.0])
def test_what_the_class_cannot_fly_is_refused_with_what_it_can(range_km: float) -> None:
    with pytest.raises(ValueError, match=r"294 m/s .* to 2065 m/s .*, which is 13 to 4\d\d km") as said:
        _shot(range_km)
    assert float(str(said.value).split(" km ")[0]) == pytest.approx(range_km, rel=5e-3, abs=0.5)


def test_what_is_said_to_be_allowed_is() -> None:
    with pytest.raises(ValueError, match="to") as said:
        _shot(700.0)
    near, far = (float(word) for word in str(said.value).split("which is ")[1].split(" km")[0].split(" to "))
    assert norm(_shot(near + 1.0).vel_ecef_mps) == pytest.approx(CLASS.speed_min_mps, rel=0.12)
    assert norm(_shot(far - 1.0).vel_ecef_mps) == pytest.approx(CLASS.speed_max_mps, rel=0.02)
    for beyond in (near - 1.0, far + 1.0):
        with pytest.raises(ValueError, match="which is"):
            _shot(beyond)


def test_a_motor_that_burns_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="boost_time of 300 s at 1 g or more makes at least 2942 m/s"):
        _shot(300.0, Booster(10_000.0, 300.0, 2065.0))


def test_free_flight_is_the_law_written_down_again() -> None:
    """And in vacuum it keeps the energy that it has in the frame that does not turn, of J2's potential."""
    pos, vel = np.array(ecef(START, 30e3)), np.array([700.0, -900.0, 1100.0])
    for coefficient in (4000.0, 1e15):
        ours = free_flight_acceleration(Vec3(*pos.tolist()), Vec3(*vel.tolist()), coefficient)
        theirs = _rates(coefficient)(0.0, np.concatenate([pos, vel]))[3:]  # type: ignore[operator]
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)

    def energy(state: np.ndarray) -> float:
        r, outside = float(np.linalg.norm(state[:3])), state[3:] + np.cross(SPIN, state[:3])
        flat = 1.0 - J2 * (A / r) ** 2 * 0.5 * (3.0 * (state[2] / r) ** 2 - 1.0)
        return float(0.5 * outside @ outside - GM / r * flat)

    start = np.concatenate([pos, vel])
    flown = solve_ivp(_rates(1e15), (0.0, 100.0), start, "DOP853", rtol=1e-11, atol=1e-6).y[:, -1]  # type: ignore[arg-type]
    assert energy(flown) == pytest.approx(energy(start), rel=1e-9)
