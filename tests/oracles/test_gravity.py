"""Gravity and the turning earth, against the ellipsoid's own gravity formula and against an inertial frame; and the
table of air against the law that it was made from."""

from __future__ import annotations

from math import cos, radians, sin, sqrt
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from openiads.constants import EARTH_RATE_RADPS
from openiads.physics import earth
from openiads.physics.atmosphere import AIR_STEP_M, air_at, sound_speed, temperature_pressure
from openiads.physics.flight import cruised
from openiads.physics.guidance import UNGUIDED, Flight, point_goal
from openiads.vec3 import Vec3, dot, norm
from tests.support import missiles

LATITUDES = [-90.0, -60.0, -34.9, 0.0, 12.5, 34.9, 45.0, 71.2, 90.0]


def _normal_gravity(lat_deg: float, height_m: float) -> float:
    """Somigliana's formula with the second-order term of height. Source: NGA.STND.0036, eq. 4-1 and 4-3."""
    sine2, flattening, a_m = sin(radians(lat_deg)) ** 2, 1.0 / 298.257223563, 6378137.0
    at_sea = 9.7803253359 * (1.0 + 0.00193185265241 * sine2) / sqrt(1.0 - 0.00669437999014 * sine2)
    m = 0.00344978650684
    first = 1.0 + flattening + m - 2.0 * flattening * sine2
    return float(at_sea * (1.0 - 2.0 / a_m * first * height_m + 3.0 * height_m**2 / a_m**2))


@pytest.mark.parametrize("height_m", [0.0, 5000.0, 20_000.0, 40_000.0])
@pytest.mark.parametrize("lat_deg", LATITUDES)
def test_a_body_at_rest_weighs_what_the_ellipsoid_says(lat_deg: float, height_m: float) -> None:
    """Within 2e-4 m/s2; and it falls along the normal to the same."""
    up = earth.surface_normal(radians(lat_deg), 0.6)
    weight = earth.falling(earth.ecef(up, height_m), Vec3(0.0, 0.0, 0.0))
    assert norm(weight) == pytest.approx(_normal_gravity(lat_deg, height_m), abs=2e-4)
    aside = np.array(weight) - dot(weight, up) * np.array(up)
    assert np.linalg.norm(aside) < 2e-4 + 1.1e-6 * height_m, "the normal turns with height by up to 0.17 rad per radius"


def _inertial(pos_m: Vec3, vel_mps: Vec3, span_s: float) -> Any:
    """Free fall in a frame that does not turn, brought back to the earth that has turned meanwhile."""
    spin = np.array([0.0, 0.0, EARTH_RATE_RADPS])
    start = np.concatenate([np.array(pos_m), np.array(vel_mps) + np.cross(spin, np.array(pos_m))])

    def rates(_: float, y: Any) -> Any:
        return np.concatenate([y[3:], np.array(earth.gravity(missiles.vector(y[:3])))])

    end = solve_ivp(rates, (0.0, span_s), start, "DOP853", rtol=1e-12, atol=1e-9).y[:, -1]
    angle = EARTH_RATE_RADPS * span_s
    back = np.array([[cos(angle), sin(angle), 0.0], [-sin(angle), cos(angle), 0.0], [0.0, 0.0, 1.0]])
    return back @ end[:3], back @ end[3:] - np.cross(spin, back @ end[:3])


@pytest.mark.parametrize("local", [(0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (-1.0, 0.3, 1.2), (0.0, 0.0, 1.4)], ids=str)
def test_free_fall_over_the_turning_earth_is_free_fall_in_an_inertial_frame(local: tuple[float, float, float]) -> None:
    """Through 120 s at up to 2 km/s, within a millimetre. Without the Coriolis term it would be over 300 m off."""
    pos_m = missiles.place(0.0, 40e3)
    vel_mps = missiles.vector(1400.0 * np.array(local) @ missiles.axes())
    row = missiles.missile(area_m2=0.0)
    goal = point_goal(UNGUIDED, missiles.place(1e5, 0.0), 0.0, 1e5)
    flight = Flight(pos_m, vel_mps, missiles.STILL)
    for n in range(480):
        flight = cruised(row, flight, goal, missiles.COASTING_S + 0.25 * n, 0.25)
    at_m, with_mps = _inertial(pos_m, vel_mps, 120.0)
    np.testing.assert_allclose(flight.pos_m, at_m, atol=1e-3, rtol=0.0)
    np.testing.assert_allclose(flight.vel_mps, with_mps, atol=1e-5, rtol=0.0)
    bend = 0.5 * 120.0**2 * 2.0 * np.cross([0.0, 0.0, EARTH_RATE_RADPS], np.array(vel_mps))
    assert np.linalg.norm(bend) > 300.0


# Geopotential bases of the layers, m; the cell of the table that holds one cuts its corner.
CORNERS_M = [6356766.0 * base / (6356766.0 - base) for base in (11e3, 20e3, 32e3, 47e3, 51e3, 71e3)]


def _errors(step_m: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Relative errors of density and of the speed of sound over the heights, and where a cell has a corner."""
    heights_m = np.arange(0.0, 84_000.0, step_m)
    laws = [temperature_pressure(float(height)) for height in heights_m]
    law = np.array([(one.z, sound_speed(one.x)) for one in laws])
    table = np.array([air_at(float(height)) for height in heights_m])
    corner = np.isin(heights_m // AIR_STEP_M, np.array(CORNERS_M) // AIR_STEP_M)
    density, sound = (table / law - 1.0).T
    return density, sound, corner


def test_the_table_of_air_is_as_near_as_it_says() -> None:
    """Too dense by at most 4e-5 of itself, and by 5e-4 in the six cells that hold a corner of the temperature."""
    density, sound, corner = _errors(13.0)
    assert 1e-5 < density[~corner].max() < 4e-5
    assert density[~corner].min() > -1e-9
    assert 1e-4 < np.abs(density[corner]).max() < 5e-4
    assert np.abs(sound[~corner]).max() < 1e-6
    assert np.abs(sound[corner]).max() < 3e-4


def test_the_table_is_the_law_at_its_lines() -> None:
    for height in np.arange(0.0, 84_000.0, 20.0 * AIR_STEP_M):
        assert air_at(float(height)).density_kgpm3 == pytest.approx(temperature_pressure(float(height)).z, rel=1e-12)


def test_the_table_ends_like_the_law() -> None:
    assert air_at(86_000.0).density_kgpm3 == air_at(3e5).density_kgpm3 == 0.0
    assert air_at(-400.0) == air_at(0.0)
