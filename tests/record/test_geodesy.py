"""Conversions of whole columns against pyproj."""

from __future__ import annotations

import numpy as np
import pytest

from openiads.record import geodesy

pyproj = pytest.importorskip("pyproj")


@pytest.fixture(scope="module")
def places() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(11)
    return rng.uniform(-89.9, 89.9, 500), rng.uniform(-180, 180, 500), rng.uniform(-500, 120_000, 500)


def test_ecef_agrees_with_pyproj(places: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    lat, lon, height = places
    to_ecef = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    expected = np.stack(to_ecef.transform(lon, lat, height), axis=-1)
    assert np.abs(geodesy.ecef(lat, lon, height) - expected).max() < 1e-6


def test_geodetic_agrees_with_pyproj(places: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    lat, lon, height = geodesy.geodetic(geodesy.ecef(*places))
    assert np.abs(lat - places[0]).max() < 1e-10
    assert np.abs((lon - places[1] + 180.0) % 360.0 - 180.0).max() < 1e-10
    assert np.abs(height - places[2]).max() < 1e-4


def test_local_axes_and_back() -> None:
    origin, axes = geodesy.ecef(34.9, 35.9, 20.0), geodesy.horizon_axes(34.9, 35.9)
    local = np.random.default_rng(2).uniform(-3e5, 3e5, (50, 3))
    assert np.allclose(axes.T @ axes, np.eye(3), atol=1e-15)
    assert np.allclose(geodesy.ecef_to_enu(geodesy.enu_to_ecef(local, origin, axes), origin, axes), local, atol=1e-6)


def test_look_angles() -> None:
    azimuth, elevation = geodesy.look_angles(np.array([[0, 1, 0], [1, 0, 1], [0, -1, 0], [-1, 0, 0]], float))
    assert azimuth == pytest.approx([0, 90, 180, 270])
    assert elevation == pytest.approx([0, 45, 0, 0])


@pytest.mark.parametrize("lat", [-62.0, 0.0, 34.9, 70.0])
def test_rings_are_where_pyproj_puts_them(lat: float) -> None:
    azimuth = np.arange(0.0, 360.0, 30.0)
    there = geodesy.destination(lat, 35.9, azimuth, 300e3)
    geod = pyproj.Geod(ellps="WGS84")
    back, _, distance = geod.inv(np.full(12, 35.9), np.full(12, lat), there[1], there[0])
    assert np.abs(distance - 300e3).max() < 120.0
    assert np.abs((back - azimuth + 180.0) % 360.0 - 180.0).max() < 0.02
    turned, away_m = geodesy.azimuth_range(lat, 35.9, *there)
    assert np.abs((turned - azimuth + 180.0) % 360.0 - 180.0).max() < 1e-3
    assert away_m == pytest.approx(np.full(12, 300e3), abs=20.0)
