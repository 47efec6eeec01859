"""The ellipsoid: surface normals, ECEF, local horizons, heights. Oracle in tests: pyproj.

Source: NGA.STND.0036 (World Geodetic System 1984); where a law says nothing else, plane geometry of the meridian.
"""

from __future__ import annotations

from math import atan2, cos, sin, sqrt
from typing import Any

from openiads._jit import kernel
from openiads.constants import EARTH_RATE_RADPS, GM_M3PS2, WGS84_A_M, WGS84_B_M, WGS84_E2, WGS84_J2
from openiads.vec3 import Vec3, add, norm, read, scale, sub, turn, turn_back

_POLAR = 1.0 / (1.0 - WGS84_E2)  # by which the z axis is stretched to make a sphere of the normals


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
def _inverse_root(small: float) -> float:
    """1 / sqrt(1 + x) by its series, within 2e-12 for x up to 0.0136: no root and no division."""
    return 1.0 - small * (0.5 - small * (0.375 - small * (0.3125 - small * (0.2734375 - small * 0.24609375))))


@kernel
def normal_at(pos_ecef_m: Vec3) -> Vec3:
    """Unit normal of the ellipsoid below a position, within 1e-5 rad up to 19 km and 6e-5 up to 100 km; no angles."""
    inverse = 1.0 / max(norm(pos_ecef_m), 1.0)
    sine = pos_ecef_m.z * inverse
    level = inverse * _inverse_root((_POLAR * _POLAR - 1.0) * sine * sine)
    return Vec3(pos_ecef_m.x * level, pos_ecef_m.y * level, pos_ecef_m.z * _POLAR * level)


@kernel
def height_of(pos_ecef_m: Vec3) -> float:
    """Height above the ellipsoid (m) along the radius vector: at most 6e-6 of itself too large (0.6 m at 100 km)."""
    radius_m = norm(pos_ecef_m)
    sine = pos_ecef_m.z * (1.0 / max(radius_m, 1.0))
    return radius_m - WGS84_A_M * _inverse_root((_POLAR - 1.0) * sine * sine)


@kernel
def gravity(pos_ecef_m: Vec3) -> Vec3:
    """What the masses of the earth pull, m/s2, ECEF; without the centrifugal part.

    Limits: no harmonic above the second: within 2e-4 m/s2 of the normal gravity of WGS-84.
    """
    return zonal_gravity(pos_ecef_m, WGS84_J2)


@kernel
def zonal_gravity(pos_ecef_m: Vec3, j2: float) -> Vec3:
    """Gravity of an earth of another flattening; 0 is the central pull of Kepler's ellipses.

    Source: NGA.STND.0036 for the constants; Bate, Mueller and White, Fundamentals of Astrodynamics, 1971, sec. 9.6.
    """
    inverse = 1.0 / max(norm(pos_ecef_m), 1.0)
    sine = pos_ecef_m.z * inverse
    pull = -GM_M3PS2 * inverse * inverse * inverse
    flat = 1.5 * j2 * WGS84_A_M * WGS84_A_M * inverse * inverse
    polar = 5.0 * sine * sine
    level = pull * (1.0 + flat * (1.0 - polar))
    return Vec3(level * pos_ecef_m.x, level * pos_ecef_m.y, pull * (1.0 + flat * (3.0 - polar)) * pos_ecef_m.z)


@kernel
def falling(pos_ecef_m: Vec3, vel_ecef_mps: Vec3) -> Vec3:
    """Acceleration of a body that nothing holds, as seen from the turning earth, m/s2."""
    return falling_over(pos_ecef_m, vel_ecef_mps, WGS84_J2, EARTH_RATE_RADPS)


@kernel
def falling_over(pos_ecef_m: Vec3, vel_ecef_mps: Vec3, j2: float, spin_radps: float) -> Vec3:
    """The same over an earth of another flattening and rotation.

    Source: Newton's law in a rotating frame, a = g - 2 w x v - w x (w x r).
    """
    pull = zonal_gravity(pos_ecef_m, j2)
    outwards = spin_radps * spin_radps
    aside = 2.0 * spin_radps
    return Vec3(
        pull.x + outwards * pos_ecef_m.x + aside * vel_ecef_mps.y,
        pull.y + outwards * pos_ecef_m.y - aside * vel_ecef_mps.x,
        pull.z,
    )


@kernel
def to_enu(setting: Any, pos_ecef_m: Vec3) -> Vec3:
    """A position in the scenario's local frame."""
    return turn_back(setting.enu_to_ecef, sub(pos_ecef_m, read(setting.origin_ecef_m)))


@kernel
def to_ecef(setting: Any, pos_enu_m: Vec3) -> Vec3:
    """A position of the scenario's local frame in ECEF."""
    return add(read(setting.origin_ecef_m), turn(setting.enu_to_ecef, pos_enu_m))


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
