"""Heights between cell centres against SciPy, and what lies beyond them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import RegularGridInterpolator

from openiads.terrain.grid import SEA_LEVEL, Terrain, described, frozen


def _terrain(rows: int = 40, columns: int = 50, seed: int = 1) -> Terrain:
    heights = np.random.default_rng(seed).uniform(0.0, 3000.0, (rows, columns))
    return Terrain(frozen(heights), 34.0, -0.2, 0.01, 0.02, "test")


def test_heights_are_those_of_scipy() -> None:
    terrain = _terrain()
    rows, columns = terrain.heights_m.shape
    lats = terrain.south_deg + terrain.lat_step_deg * np.arange(rows)
    lons = terrain.west_deg + terrain.lon_step_deg * np.arange(columns)
    oracle = RegularGridInterpolator((lats, lons), terrain.heights_m.astype(np.float64))
    draw = np.random.default_rng(2)
    lat, lon = draw.uniform(lats[0], lats[-1], 5000), draw.uniform(lons[0], lons[-1], 5000)
    np.testing.assert_allclose(terrain.height_m(lat, lon), oracle(np.column_stack([lat, lon])), atol=1e-6)
    assert terrain.height_m(lat.reshape(50, 100), lon.reshape(50, 100)).shape == (50, 100)


def test_centres_read_as_they_are_stored() -> None:
    terrain = _terrain()
    assert float(terrain.height_m(34.0, -0.2)) == pytest.approx(float(terrain.heights_m[0, 0]))
    assert float(terrain.height_m(34.39, 0.78)) == pytest.approx(float(terrain.heights_m[-1, -1]))


def test_the_edge_is_half_a_cell_beyond_the_centres() -> None:
    terrain = _terrain()
    south, west, north, east = terrain.bounds_deg
    assert (south, west, north, east) == pytest.approx((33.995, -0.21, 34.395, 0.79))
    assert terrain.covers([south + 1e-6, north - 1e-6], [west + 1e-6, east - 1e-6]).all()
    assert not terrain.covers([south - 1e-6, north + 1e-6, 34.2, 34.2], [0.0, 0.0, west - 1e-6, east + 1e-6]).any()
    assert float(terrain.height_m(south + 1e-6, -0.2)) == pytest.approx(float(terrain.heights_m[0, 0]))
    assert float(terrain.height_m(south - 1e-6, -0.2)) == 0.0


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (3, 1)])
def test_thin_grids(shape: tuple[int, int]) -> None:
    terrain = Terrain(frozen(np.full(shape, 7.0)), 10.0, 20.0, 1.0, 1.0, "thin")
    assert float(terrain.height_m(10.2, 20.3)) == 7.0


def test_sea_level_is_nowhere_land() -> None:
    assert SEA_LEVEL.is_flat
    assert not SEA_LEVEL.covers([0.0, 34.0], [0.0, 35.0]).any()
    np.testing.assert_array_equal(SEA_LEVEL.height_m([0.0, 34.0], [0.0, 35.0]), [0.0, 0.0])


def test_the_digest_knows_heights_and_places() -> None:
    terrain = _terrain()
    same = _terrain()
    moved = Terrain(terrain.heights_m, 34.01, -0.2, 0.01, 0.02, "test")
    assert terrain.digest == same.digest
    assert len({terrain.digest, _terrain(seed=3).digest, moved.digest, SEA_LEVEL.digest}) == 4


def test_the_line_about_the_ground() -> None:
    facts = Terrain(frozen(np.zeros((2, 2))), 0.0, 0.0, 1.0, 1.0, "a.tif", "beyond it sea", 3).facts()
    assert described(facts) == "terrain: a.tif; 3 voids filled from neighbours; beyond it sea"
    assert described(SEA_LEVEL.facts()) == "terrain: sea level"
    assert described({}) == ""
