"""Vacuum flight over a round earth at rest against Kepler's ellipse, and gravity against the normal one of WGS-84."""

from __future__ import annotations

from math import acos, atan2, cos, degrees, pi, radians, sin, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from openiads.constants import EARTH_RATE_RADPS, GM_M3PS2, WGS84_A_M
from openiads.physics.earth import ecef, gravity, surface_normal, zonal_gravity
from openiads.vec3 import Vec3, dot, norm
from openiads.world.ballistic import impact_over, least_heading, least_speed

NO_AIR = 1e18


def _range_angle(radius_m: float, speed_mps: float, climb_rad: float, ground_m: float) -> float:
    """Angle at the earth's centre from a state to where its ellipse comes down to a radius.

    Source: Bate, Mueller and White 1971, ch. 1 and 6: r = p / (1 + e cos v), p = h^2 / GM, e^2 = 1 + 2 E h^2 / GM^2.
    """
    momentum = radius_m * speed_mps * cos(climb_rad)
    energy = 0.5 * speed_mps**2 - GM_M3PS2 / radius_m
    p = momentum**2 / GM_M3PS2
    e = sqrt(1.0 + 2.0 * energy * momentum**2 / GM_M3PS2**2)
    up = acos(max(-1.0, (p / radius_m - 1.0) / e))  # true anomaly while it climbs
    return 2.0 * pi - up - acos((p / ground_m - 1.0) / e)


@pytest.mark.parametrize("climb_deg", [20.0, 42.0, 70.0])
@pytest.mark.parametrize("speed_mps", [800.0, 1700.0, 2900.0])
@pytest.mark.parametrize("eastward", [1.0, -1.0])
def test_the_vacuum_range_is_the_ellipse_s(speed_mps: float, climb_deg: float, eastward: float) -> None:
    """Along the equator, where a height above the ellipsoid is one above a circle: to 1e-5 of the range."""
    start_m, climb = Vec3(WGS84_A_M + 25e3, 0.0, 0.0), radians(climb_deg)
    vel = Vec3(speed_mps * sin(climb), eastward * speed_mps * cos(climb), 0.0)
    fallen_m = impact_over(start_m, vel, NO_AIR, 0.0, 0.0, 0.0)
    wanted = _range_angle(start_m.x, speed_mps, climb, WGS84_A_M)
    assert eastward * atan2(fallen_m.y, fallen_m.x) == pytest.approx(wanted, rel=1e-5)
    assert norm(fallen_m) == pytest.approx(WGS84_A_M, abs=1.0)


@pytest.mark.parametrize("azimuth_deg", [0.0, 77.0, 160.0, 245.0])
def test_in_any_direction_it_comes_down_on_its_ellipse(azimuth_deg: float) -> None:
    up, start_m = surface_normal(radians(35.0), radians(36.0)), ecef(surface_normal(radians(35.0), radians(36.0)), 2e4)
    east = np.array([-sin(radians(36.0)), cos(radians(36.0)), 0.0])
    level = sin(radians(azimuth_deg)) * east + cos(radians(azimuth_deg)) * np.cross(up, east)
    vel = 1700.0 * (cos(0.7) * level + sin(0.7) * np.array(up))
    fallen = np.array(impact_over(start_m, Vec3(*vel.tolist()), NO_AIR, 0.0, 0.0, 0.0))
    radius, radial = np.array(start_m) / norm(start_m), float(vel @ np.array(start_m)) / norm(start_m)
    wanted = _range_angle(norm(start_m), 1700.0, np.arcsin(radial / 1700.0), float(np.linalg.norm(fallen)))
    angle = acos(float(radius @ fallen) / float(np.linalg.norm(fallen)))
    assert angle == pytest.approx(wanted, rel=1e-5)
    across = np.cross(np.array(start_m), vel)
    assert abs(across @ fallen) / np.linalg.norm(across) < 0.01, "it left the plane of its orbit"


def test_the_turning_earth_only_moves_the_ground_beneath() -> None:
    """Seen from outside the fall over a turning earth is the ellipse of the velocity that it has there."""
    start_m, speed, climb = Vec3(WGS84_A_M + 25e3, 0.0, 0.0), 1700.0, radians(42.0)
    fallen_m = impact_over(
        start_m, Vec3(speed * sin(climb), speed * cos(climb), 0.0), NO_AIR, 0.0, 0.0, EARTH_RATE_RADPS
    )
    level, radial = speed * cos(climb) + EARTH_RATE_RADPS * start_m.x, speed * sin(climb)
    outside = _range_angle(start_m.x, sqrt(level**2 + radial**2), atan2(radial, level), WGS84_A_M)
    time_s = _flight_s(start_m.x, radial, level, WGS84_A_M)
    assert atan2(fallen_m.y, fallen_m.x) + EARTH_RATE_RADPS * time_s == pytest.approx(outside, rel=1e-5)


def _flight_s(radius_m: float, radial_mps: float, level_mps: float, ground_m: float) -> float:
    """By Kepler's equation, t = sqrt(a^3 / GM) (E - e sin E). Source: Bate, Mueller and White 1971, ch. 4."""
    energy = 0.5 * (radial_mps**2 + level_mps**2) - GM_M3PS2 / radius_m
    a, p = -0.5 * GM_M3PS2 / energy, (radius_m * level_mps) ** 2 / GM_M3PS2
    e = sqrt(1.0 - p / a)
    first, last = (acos((1.0 - r / a) / e) for r in (radius_m, ground_m))
    anomaly = [first, 2.0 * pi - last]
    times = [sqrt(a**3 / GM_M3PS2) * (value - e * sin(value)) for value in anomaly]
    return times[1] - times[0]


@given(st.floats(30e3, 1500e3), st.floats(0.0, 60e3), st.floats(0.0, 3e3))
def test_no_path_angle_needs_less_speed(range_m: float, start_m: float, ground_m: float) -> None:
    """The closed form is the least of the speeds that Kepler's ellipses through both points have, and its angle."""
    start, angle = Vec3(WGS84_A_M + start_m, 0.0, 0.0), range_m / WGS84_A_M
    aim = Vec3((WGS84_A_M + ground_m) * cos(angle), (WGS84_A_M + ground_m) * sin(angle), 0.0)

    def speed(climb_rad: float) -> float:
        """Source: the orbit through both radii at this path angle, solved for h^2 (Bate, Mueller and White, ch. 1)."""
        ratio = norm(start) / norm(aim)
        free = ratio - cos(angle) + sin(angle) * np.tan(climb_rad)
        return float(sqrt(GM_M3PS2 * (1.0 - cos(angle)) / (norm(start) * cos(climb_rad) ** 2 * free)))

    heading = least_heading(start, aim)
    ours_rad = atan2(heading.x, heading.y)
    least = minimize_scalar(speed, bounds=(ours_rad - 0.3, ours_rad + 0.3), method="bounded", options={"xatol": 1e-9})
    assert least_speed(start, aim) == pytest.approx(float(least.fun), rel=1e-9)
    assert ours_rad == pytest.approx(float(least.x), abs=1e-5)


def test_on_level_ground_the_angle_is_that_of_the_books() -> None:
    """(180 deg - range angle) / 4: Bate, Mueller and White 1971, eq. 6.2-18."""
    for angle_deg in (1.0, 5.0, 40.0):
        aim = Vec3(WGS84_A_M * cos(radians(angle_deg)), WGS84_A_M * sin(radians(angle_deg)), 0.0)
        heading = least_heading(Vec3(WGS84_A_M, 0.0, 0.0), aim)
        assert degrees(atan2(heading.x, heading.y)) == pytest.approx((180.0 - angle_deg) / 4.0, abs=1e-9)


@pytest.mark.parametrize(("lat_deg", "normal_mps2"), [(0.0, 9.7803253359), (45.0, 9.8061977695), (90.0, 9.8321849379)])
def test_gravity_is_wgs_84_s(lat_deg: float, normal_mps2: float) -> None:
    """With the centrifugal part, at the ellipsoid. Source: NGA.STND.0036, Somigliana's formula and its constants."""
    up = surface_normal(radians(lat_deg), 0.4)
    pos_m = ecef(up, 0.0)
    lifted = np.array(gravity(pos_m)) + EARTH_RATE_RADPS**2 * np.array([pos_m.x, pos_m.y, 0.0])
    assert float(np.linalg.norm(lifted)) == pytest.approx(normal_mps2, abs=2e-4)
    assert float(lifted @ np.array(up)) == pytest.approx(-normal_mps2, abs=2e-4)


def test_gravity_is_the_gradient_of_its_potential() -> None:
    """Source: NGA.STND.0036: V = GM / r (1 - J2 (a / r)^2 P2(sin lat))."""
    j2, pos = 1.08262982131e-3, np.array([3.1e6, -2.9e6, 4.9e6])

    def potential(at: np.ndarray) -> float:
        r = float(np.linalg.norm(at))
        return GM_M3PS2 / r * (1.0 - j2 * (WGS84_A_M / r) ** 2 * 0.5 * (3.0 * (at[2] / r) ** 2 - 1.0))

    slow = [(potential(pos + 10.0 * d) - potential(pos - 10.0 * d)) / 20.0 for d in np.eye(3)]
    np.testing.assert_allclose(gravity(Vec3(*pos.tolist())), slow, rtol=1e-6)
    central = zonal_gravity(Vec3(*pos.tolist()), 0.0)
    assert norm(central) == pytest.approx(GM_M3PS2 / float(pos @ pos), rel=1e-12)
    assert dot(central, Vec3(*pos.tolist())) < 0.0
