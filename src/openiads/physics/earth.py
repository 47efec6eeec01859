"""The ellipsoid: surface normals, ECEF, local horizons, heights. Oracle in tests: pyproj.

Source: NGA.STND.0036 (World Geodetic System 1984); where a law says nothing else, plane geometry of the meridian.
"""

from __future__ import annotations

from math import atan2, cos, sin, sqrt
from typing import Any

from openiads._jit import kernel
from openiads.constants import GM_M3PS2, WGS84_A_M, WGS84_B_M, WGS84_E2, WGS84_J2
from openiads.vec3 import Vec3, add, dot, norm, read, scale, sub, turn_back, unit


@kernel
def surface_normal(lat_rad: float, lon_rad: float) -> Vec3:
    """Unit normal of the ellipsoid at a geodetic latitude and longitude (the n-vector)."""
    return Vec3(cos(lat_rad) * cos(lon_rad), cos(lat_rad) * sin(lon_rad), sin(lat_rad))


@kernel
def ecef(normal: Vec3, height_m: float) -> Vec3:
    """ECEF position at a height above the point of the ellipsoid with this unit normal.

    Source: Gade, A non-singular horizontal position representation, J. Navigation 63 (2010), eq. 22 (in z-axis form).
    """
    curvature_m = WGS84_A_M / sqrt(1.0 - WGS84_E2 * normal.z * normal.z)
    across_m = curvature_m + height_m
    return Vec3(across_m * normal.x, across_m * normal.y, (curvature_m * (1.0 - WGS84_E2) + height_m) * normal.z)


@kernel
def geodetic(pos_ecef_m: Vec3) -> Vec3:
    """Latitude (rad), longitude (rad), height (m) of an ECEF position.

    Source: Bowring, The accuracy of geodetic latitude and height equations, Survey Review 28 (1985). Below 1 mm up to
    100 km.
    """
    across_m = sqrt(pos_ecef_m.x * pos_ecef_m.x + pos_ecef_m.y * pos_ecef_m.y)
    second_e2 = WGS84_E2 / (1.0 - WGS84_E2)
    reduced = atan2(pos_ecef_m.z * WGS84_A_M, across_m * WGS84_B_M)
    for _ in range(2):
        upright_m = pos_ecef_m.z + second_e2 * WGS84_B_M * sin(reduced) ** 3
        lat = atan2(upright_m, across_m - WGS84_E2 * WGS84_A_M * cos(reduced) ** 3)
        reduced = atan2(WGS84_B_M * sin(lat), WGS84_A_M * cos(lat))
    curvature_m = WGS84_A_M / sqrt(1.0 - WGS84_E2 * sin(lat) * sin(lat))
    height_m = across_m * cos(lat) + pos_ecef_m.z * sin(lat) - WGS84_A_M * WGS84_A_M / curvature_m
    return Vec3(lat, atan2(pos_ecef_m.y, pos_ecef_m.x), height_m)


@kernel
def normal_at(pos_ecef_m: Vec3) -> Vec3:
    """Unit normal of the ellipsoid below a position, within 1e-5 rad up to 19 km and 6e-5 up to 100 km; no angles."""
    polar = 1.0 / (1.0 - WGS84_E2)
    return unit(Vec3(pos_ecef_m.x, pos_ecef_m.y, pos_ecef_m.z * polar))


@kernel
def height_of(pos_ecef_m: Vec3) -> float:
    """Height above the ellipsoid (m) along the radius vector: at most 6e-6 of itself too large (0.6 m at 100 km)."""
    radius_m = norm(pos_ecef_m)
    polar = 1.0 / (1.0 - WGS84_E2)
    across2_m2 = pos_ecef_m.x * pos_ecef_m.x + pos_ecef_m.y * pos_ecef_m.y
    inside = sqrt(across2_m2 + pos_ecef_m.z * pos_ecef_m.z * polar) / WGS84_A_M
    return radius_m * (1.0 - 1.0 / inside)


@kernel
def gravity(pos_ecef_m: Vec3) -> Vec3:
    """What the masses of the earth pull, m/s2, ECEF; without the centrifugal part.

    Limits: no harmonic above the second: within 2e-4 m/s2 of WGS-84's normal gravity.
    """
    return zonal_gravity(pos_ecef_m, WGS84_J2)


@kernel
def zonal_gravity(pos_ecef_m: Vec3, j2: float) -> Vec3:
    """Gravity of an earth of another flattening; 0 is the central pull of Kepler's ellipses.

    Source: NGA.STND.0036 for the constants; Bate, Mueller and White, Fundamentals of Astrodynamics, 1971, sec. 9.6.
    """
    radius2_m2 = dot(pos_ecef_m, pos_ecef_m)
    pull = -GM_M3PS2 / (radius2_m2 * sqrt(radius2_m2))
    flat = 1.5 * j2 * WGS84_A_M * WGS84_A_M / radius2_m2
    polar = 5.0 * pos_ecef_m.z * pos_ecef_m.z / radius2_m2
    level = pull * (1.0 + flat * (1.0 - polar))
    return Vec3(level * pos_ecef_m.x, level * pos_ecef_m.y, pull * (1.0 + flat * (3.0 - polar)) * pos_ecef_m.z)


@kernel
def to_enu(setting: Any, pos_ecef_m: Vec3) -> Vec3:
    """A position in the scenario's local frame."""
    return turn_back(setting.enu_to_ecef, sub(pos_ecef_m, read(setting.origin_ecef_m)))


@kernel
def height_above_sea(earth_radius_m: float, pos_enu_m: Vec3) -> float:
    """Height above the curved sea of a local position, on the osculating sphere of the origin.

    Limits: the sphere leaves the ellipsoid by about 40 m at 300 km from the origin.
    """
    down_m = earth_radius_m + pos_enu_m.z
    ground2_m2 = pos_enu_m.x * pos_enu_m.x + pos_enu_m.y * pos_enu_m.y
    return pos_enu_m.z + ground2_m2 / (sqrt(down_m * down_m + ground2_m2) + down_m)


@kernel
def up_at(earth_radius_m: float, pos_enu_m: Vec3) -> Vec3:
    """Unit vector away from the earth's centre at a local position."""
    from_centre_m = add(pos_enu_m, Vec3(0.0, 0.0, earth_radius_m))
    return scale(from_centre_m, 1.0 / norm(from_centre_m))
