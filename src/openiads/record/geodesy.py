"""Positions of whole columns at once, for people: ECEF and local axes to latitude, longitude, height and back.

Arrays hold one position a row, shape (n, 3). The laws of single positions are in ``physics/earth.py``; this module
needs NumPy alone. Oracle in tests: pyproj.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from openiads.constants import WGS84_A_M, WGS84_B_M, WGS84_E2

Floats: TypeAlias = NDArray[np.float64]


def ecef(lat_deg: Any, lon_deg: Any, height_m: Any) -> Floats:
    """ECEF positions (n, 3) of geodetic ones; height in metres above the ellipsoid."""
    lat, lon = np.radians(np.asarray(lat_deg, float)), np.radians(np.asarray(lon_deg, float))
    height = np.asarray(height_m, float)
    curvature_m = WGS84_A_M / np.sqrt(1.0 - WGS84_E2 * np.sin(lat) ** 2)
    across_m = (curvature_m + height) * np.cos(lat)
    z_m = (curvature_m * (1.0 - WGS84_E2) + height) * np.sin(lat)
    return np.stack([across_m * np.cos(lon), across_m * np.sin(lon), z_m], axis=-1)


def geodetic(pos_ecef_m: Floats) -> tuple[Floats, Floats, Floats]:
    """Latitude (deg), longitude (deg), height (m) of ECEF positions (n, 3).

    Source: Bowring, The accuracy of geodetic latitude and height equations, Survey Review 28 (1985), three rounds.
    """
    x_m, y_m, z_m = pos_ecef_m[..., 0], pos_ecef_m[..., 1], pos_ecef_m[..., 2]
    across_m = np.hypot(x_m, y_m)
    second_e2 = WGS84_E2 / (1.0 - WGS84_E2)
    reduced = np.arctan2(z_m * WGS84_A_M, across_m * WGS84_B_M)
    lat = reduced
    for _ in range(3):
        lat = np.arctan2(
            z_m + second_e2 * WGS84_B_M * np.sin(reduced) ** 3, across_m - WGS84_E2 * WGS84_A_M * np.cos(reduced) ** 3
        )
        reduced = np.arctan2(WGS84_B_M * np.sin(lat), WGS84_A_M * np.cos(lat))
    root = np.sqrt(1.0 - WGS84_E2 * np.sin(lat) ** 2)
    height_m = across_m * np.cos(lat) + z_m * np.sin(lat) - WGS84_A_M * root
    return np.degrees(lat), np.degrees(np.arctan2(y_m, x_m)), height_m


def horizon_axes(lat_deg: float, lon_deg: float) -> Floats:
    """East, north and up at a place as the columns of a 3x3 matrix in ECEF."""
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    east = [-np.sin(lon), np.cos(lon), 0.0]
    north = [-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)]
    up = [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]
    return np.array([east, north, up], float).T


def enu_to_ecef(pos_enu_m: Floats, origin_ecef_m: Any, axes: Any) -> Floats:
    """ECEF positions of local ones; ``axes`` holds east, north, up of the origin as columns."""
    there_m: Floats = pos_enu_m @ np.asarray(axes, float).T + np.asarray(origin_ecef_m, float)
    return there_m


def ecef_to_enu(pos_ecef_m: Floats, origin_ecef_m: Any, axes: Any) -> Floats:
    """Local positions of ECEF ones; ``axes`` holds east, north, up of the origin as columns."""
    offset_m: Floats = pos_ecef_m - np.asarray(origin_ecef_m, float)
    rotated: Floats = offset_m @ np.asarray(axes, float)
    return rotated


def look_angles(offset_enu_m: Floats) -> tuple[Floats, Floats]:
    """Azimuth (deg, clockwise from north, 0 to 360) and elevation (deg) of offsets on a local horizon."""
    azimuth_deg = np.degrees(np.arctan2(offset_enu_m[..., 0], offset_enu_m[..., 1])) % 360.0
    ground_m = np.hypot(offset_enu_m[..., 0], offset_enu_m[..., 1])
    return azimuth_deg, np.degrees(np.arctan2(offset_enu_m[..., 2], ground_m))


def mean_radius_m(lat_deg: float) -> float:
    """Mean of the ellipsoid's two radii of curvature at a latitude: their geometric mean."""
    inner = 1.0 - WGS84_E2 * float(np.sin(np.radians(lat_deg))) ** 2
    return float(WGS84_A_M * (1.0 - WGS84_E2) ** 0.5 / inner)


def destination(lat_deg: float, lon_deg: float, azimuth_deg: Any, range_m: Any) -> tuple[Floats, Floats]:
    """Latitude and longitude (deg) at a range along the ground and an azimuth from a place (broadcast).

    Limits: along the sphere that touches the ellipsoid there; within 0.1 km of the geodesic at 300 km.
    """
    azimuth, radius_m = np.radians(np.asarray(azimuth_deg, float)), mean_radius_m(lat_deg)
    arc = np.asarray(range_m, float) / radius_m
    level_m, down_m = radius_m * np.sin(arc), radius_m * (np.cos(arc) - 1.0)
    offset_m = np.stack(np.broadcast_arrays(level_m * np.sin(azimuth), level_m * np.cos(azimuth), down_m), axis=-1)
    there = enu_to_ecef(offset_m, ecef(lat_deg, lon_deg, 0.0), horizon_axes(lat_deg, lon_deg))
    lat, lon, _ = geodetic(there)
    return lat, lon


def azimuth_range(lat_deg: float, lon_deg: float, lats_deg: Any, lons_deg: Any) -> tuple[Floats, Floats]:
    """Azimuth (deg, 0 to 360) and range along the ground (m) from a place to others (broadcast).

    The inverse of ``destination``.
    """
    lats, lons = np.broadcast_arrays(np.asarray(lats_deg, float), np.asarray(lons_deg, float))
    there = ecef(lats, lons, np.zeros(lats.shape))
    offset_m = ecef_to_enu(there, ecef(lat_deg, lon_deg, 0.0), horizon_axes(lat_deg, lon_deg))
    azimuth_deg, _ = look_angles(offset_m)
    radius_m = mean_radius_m(lat_deg)
    level_m = np.hypot(offset_m[..., 0], offset_m[..., 1])
    return azimuth_deg, radius_m * np.arctan2(level_m, radius_m + offset_m[..., 2])
