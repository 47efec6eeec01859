"""Falling pieces against closed forms, SciPy's integrator and a cloud of pieces that fall one by one."""

from __future__ import annotations

from math import radians

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from openiads.constants import GM_M3PS2
from openiads.physics import debris
from openiads.physics.earth import ecef, geodetic, height_of, surface_normal
from openiads.physics.kinematics import free_flight_acceleration
from openiads.vec3 import Vec3, add, cross, dot, norm, scale, step, sub, unit

LAT_DEG, LON_DEG = 35.0, 35.5
UP = surface_normal(radians(LAT_DEG), radians(LON_DEG))
EAST = unit(cross(Vec3(0.0, 0.0, 1.0), UP))
NORTH = cross(UP, EAST)
NO_AIR_KGPM2 = 1e15
CASES = [  # height (m), velocity east, north, up (m/s)
    (10_000.0, (250.0, 0.0, 0.0)),
    (3_000.0, (600.0, 300.0, 100.0)),
    (20_000.0, (0.0, -1000.0, -300.0)),
    (25_000.0, (-600.0, -600.0, 400.0)),
]


def moving(east_mps: float, north_mps: float, up_mps: float) -> Vec3:
    """A velocity of the place's own horizon in ECEF."""
    return step(step(scale(EAST, east_mps), NORTH, north_mps), UP, up_mps)


def level(pos_ecef_m: Vec3) -> np.ndarray:
    """East and north of the place below."""
    apart_m = sub(pos_ecef_m, ecef(UP, 0.0))
    return np.array([dot(apart_m, EAST), dot(apart_m, NORTH)])


def by_scipy(pos: Vec3, vel: Vec3, coefficient: float) -> tuple[np.ndarray, float]:
    """Where and when DOP853 at 1e-10 brings a piece down."""

    def slope(_: float, state: np.ndarray) -> np.ndarray:
        here, moves = Vec3(*state[:3]), Vec3(*state[3:])
        return np.array([*moves, *free_flight_acceleration(here, moves, coefficient)])

    def landed(_: float, state: np.ndarray) -> float:
        return float(height_of(Vec3(*state[:3])))

    landed.terminal = True  # type: ignore[attr-defined]
    done = solve_ivp(slope, (0.0, 3000.0), [*pos, *vel], "DOP853", events=landed, rtol=1e-10, atol=1e-6)
    return done.y[:, -1], float(done.t[-1])


def test_without_air_a_short_fall_is_the_schoolbooks() -> None:
    """Level at 100 m/s: t = sqrt(2 h / g), with gravity as it is there."""
    height_m, speed_mps = 500.0, 100.0
    pos, vel = ecef(UP, height_m), moving(0.0, speed_mps, 0.0)
    fallen = debris.fall(pos, vel, NO_AIR_KGPM2)
    gravity = -dot(free_flight_acceleration(pos, vel, NO_AIR_KGPM2), UP)
    assert gravity == pytest.approx(GM_M3PS2 / norm(pos) ** 2, abs=0.03)
    assert fallen.time_s == pytest.approx((2.0 * height_m / gravity) ** 0.5, rel=2e-3)
    assert level(fallen.pos_ecef_m)[1] == pytest.approx(speed_mps * fallen.time_s, rel=2e-3)
    assert fallen.reach_s == pytest.approx(fallen.time_s, rel=1e-9)
    assert abs(height_of(fallen.pos_ecef_m)) <= 2.0 * debris.LANDED_M


@pytest.mark.parametrize("coefficient", [50.0, 158.0, 500.0, NO_AIR_KGPM2])
@pytest.mark.parametrize(("height_m", "course"), CASES)
def test_pieces_come_down_where_scipy_says(
    height_m: float, course: tuple[float, float, float], coefficient: float
) -> None:
    pos, vel = ecef(UP, height_m), moving(*course)
    state, time_s = by_scipy(pos, vel, coefficient)
    fallen = debris.fall(pos, vel, coefficient)
    way_m = np.linalg.norm(level(Vec3(*state[:3])))
    assert np.linalg.norm(level(fallen.pos_ecef_m) - level(Vec3(*state[:3]))) < max(0.01 * way_m, 5.0)
    assert fallen.time_s == pytest.approx(time_s, rel=5e-3)


@pytest.mark.parametrize(("height_m", "course"), CASES)
def test_a_push_aside_goes_as_far_as_the_reach_says(height_m: float, course: tuple[float, float, float]) -> None:
    pos, vel = ecef(UP, height_m), moving(*course)
    aside = unit(cross(vel, UP))
    for coefficient in (50.0, 500.0):
        straight, time_s = by_scipy(pos, vel, coefficient)
        pushed, _ = by_scipy(pos, step(vel, aside, 1.0), coefficient)
        moved_m = dot(sub(Vec3(*pushed[:3]), Vec3(*straight[:3])), aside)
        fallen = debris.fall(pos, vel, coefficient)
        assert fallen.reach_s == pytest.approx(moved_m, rel=0.05)
        assert 0.0 < fallen.reach_s < time_s


@pytest.mark.parametrize(("height_m", "course"), CASES)
def test_the_ellipse_is_that_of_a_cloud_of_pieces(height_m: float, course: tuple[float, float, float]) -> None:
    pos, vel = ecef(UP, height_m), moving(*course)
    drawn = np.random.default_rng(5)
    share, push = drawn.random(1500), drawn.normal(0.0, debris.SCATTER_MPS, (1500, 3))
    span = debris.HEAVY_KGPM2 / debris.LIGHT_KGPM2
    places = np.array([
        level(debris.fall(pos, add(vel, Vec3(*p)), debris.LIGHT_KGPM2 * span**s).pos_ecef_m)
        for s, p in zip(share, push, strict=True)
    ])  # fmt: skip
    found = debris.debris_ellipse(pos, vel)
    values, vectors = np.linalg.eigh(np.cov(places.T))
    major_m, minor_m = debris.SIGMAS * np.sqrt(values[::-1])
    assert found.major_m == pytest.approx(major_m, rel=0.15)
    assert found.minor_m == pytest.approx(minor_m, rel=0.25)
    assert np.linalg.norm(level(found.centre_ecef_m) - places.mean(axis=0)) < 0.15 * major_m
    pointing = np.array([np.sin(found.azimuth_rad), np.cos(found.azimuth_rad)])
    assert abs(pointing @ vectors[:, 1]) > 0.99
    apart = places - level(found.centre_ecef_m)
    along, across = apart @ pointing, apart @ np.array([pointing[1], -pointing[0]])
    inside = np.hypot(along / found.major_m, across / found.minor_m) <= 1.0
    assert inside.mean() == pytest.approx(1.0 - np.exp(-2.0), abs=0.06)


def test_the_centre_lies_on_the_surface_and_ahead() -> None:
    found = debris.debris_ellipse(ecef(UP, 8000.0), moving(0.0, 300.0, 0.0))
    assert geodetic(found.centre_ecef_m).z == pytest.approx(0.0, abs=5.0)
    assert 500.0 < level(found.centre_ecef_m)[1] < 8000.0
    assert found.azimuth_rad % np.pi == pytest.approx(0.0, abs=0.05) or found.azimuth_rad > np.pi - 0.05


def test_what_breaks_up_on_the_ground_lies_there() -> None:
    found = debris.debris_ellipse(ecef(UP, -3.0), moving(0.0, 0.0, -100.0))
    assert (found.major_m, found.minor_m, found.fall_s) == (debris.LEAST_M, debris.LEAST_M, 0.0)
    assert np.linalg.norm(level(found.centre_ecef_m)) < 1e-6


def test_what_never_comes_down_ends_the_count_of_steps() -> None:
    """Beyond escape speed the fall is given up after an hour."""
    fallen = debris.fall(ecef(UP, 200e3), moving(0.0, 0.0, 15e3), 500.0)
    assert fallen.time_s == pytest.approx(debris.STEPS_MAX * debris.STEP_MAX_S)
