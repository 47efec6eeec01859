"""The ellipsoid against PROJ."""

from __future__ import annotations

from math import degrees, radians

import numpy as np
import pyproj
import pytest

from openiads.physics import earth
from openiads.vec3 import Vec3, dot, norm, sub
from tests.support import runs

TO_ECEF = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
TO_GEODETIC = pyproj.Transformer.from_crs("EPSG:4978", "EPSG:4979", always_xy=True)
PLACES = [
    (lat, lon, height)
    for lat in (-89.9, -60.0, -33.3, 0.0, 12.5, 34.9, 45.0, 71.2, 89.9)
    for lon in (-180.0, -77.0, 0.0, 35.9, 179.9)
    for height in (-100.0, 0.0, 12.5, 9000.0, 100_000.0)
]


@pytest.mark.parametrize("place", PLACES[::7], ids=str)
def test_positions_agree_with_proj(place: tuple[float, float, float]) -> None:
    lat, lon, height = place
    ours = earth.ecef(earth.surface_normal(radians(lat), radians(lon)), height)
    np.testing.assert_allclose(ours, TO_ECEF.transform(lon, lat, height), atol=1e-6, rtol=0.0)


def test_heights_and_angles_agree_with_proj() -> None:
    for lat, lon, height in PLACES:
        pos_m = Vec3(*TO_ECEF.transform(lon, lat, height))
        ours = earth.geodetic(pos_m)
        assert ours.z == pytest.approx(height, abs=1e-3)
        assert degrees(ours.x) == pytest.approx(lat, abs=1e-8)
        turned = (degrees(ours.y) - lon + 180.0) % 360.0 - 180.0
        assert turned == pytest.approx(0.0, abs=1e-9)


def test_the_quick_height_is_as_near_as_it_says() -> None:
    for lat, lon, height in PLACES:
        quick_m = earth.height_of(Vec3(*TO_ECEF.transform(lon, lat, height)))
        assert abs(quick_m - height) <= 6e-6 * abs(height) + 1e-6, (lat, height)


def test_the_quick_normal_is_as_near_as_it_says() -> None:
    for lat, lon, height in PLACES:
        quick = earth.normal_at(Vec3(*TO_ECEF.transform(lon, lat, height)))
        exact = earth.surface_normal(radians(lat), radians(lon))
        bound_rad = 1e-5 * max(abs(height), 1000.0) / 100_000.0 * 6.0
        assert norm(sub(quick, exact)) < max(bound_rad, 1e-9), (lat, height)


def test_the_local_frame_is_proj_s_topocentric_one() -> None:
    setting = runs.built("first").world.setting[0]
    lon, lat, _ = TO_GEODETIC.transform(*setting["origin_ecef_m"])
    there = pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=cart +ellps=WGS84 "
        f"+step +proj=topocentric +ellps=WGS84 +lon_0={lon!r} +lat_0={lat!r} +h_0=0"
    )
    for east, north, height in ((0.0, 0.0, 0.0), (1.5, -0.7, 9000.0), (-3.0, 2.0, 30.0), (0.2, 0.1, 40_000.0)):
        ours = earth.to_enu(setting, Vec3(*TO_ECEF.transform(lon + east, lat + north, height)))
        np.testing.assert_allclose(ours, there.transform(lon + east, lat + north, height), atol=1e-5, rtol=0.0)


def test_the_height_of_a_local_position_is_as_near_as_it_says() -> None:
    """The osculating sphere of the origin: 40 m at 300 km, and better near by."""
    setting = runs.built("first").world.setting[0]
    radius_m = setting["earth_radius_m"]
    lon, lat, _ = TO_GEODETIC.transform(*setting["origin_ecef_m"])
    geod = pyproj.Geod(ellps="WGS84")
    for ground_m, bound_m in ((1000.0, 0.01), (50_000.0, 1.5), (150_000.0, 11.0), (300_000.0, 45.0)):
        for azimuth in range(0, 360, 30):
            there = geod.fwd(lon, lat, azimuth, ground_m)
            local_m = earth.to_enu(setting, Vec3(*TO_ECEF.transform(there[0], there[1], 5000.0)))
            assert earth.height_above_sea(radius_m, local_m) == pytest.approx(5000.0, abs=bound_m), (ground_m, azimuth)


def test_up_points_away_from_the_centre() -> None:
    up = earth.up_at(6.371e6, Vec3(0.0, 100_000.0, 500.0))
    assert norm(up) == pytest.approx(1.0, abs=1e-12)
    assert dot(up, Vec3(0.0, 1.0, 0.0)) == pytest.approx(100_000.0 / np.hypot(6.371e6 + 500.0, 100_000.0), rel=1e-12)
