"""The embedded terrain against summits, coasts and towns as maps and handbooks give them."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import numpy as np
import pytest

from openiads.terrain import globe
from openiads.terrain.load import load_terrain

TARTUS = (34.9, 35.88)
HERE = Path()
TERRAIN = load_terrain("globe", folder=HERE, site_deg=TARTUS, fill_voids=False)

# name, latitude, longitude, published height, how much lower the smoothed grid may be
SUMMITS = [
    ("Mount Hermon", 33.416, 35.857, 2814.0, 130.0),
    ("Qurnat as Sawda", 34.300, 36.117, 3088.0, 130.0),
    ("Jebel Aqra", 35.953, 35.970, 1717.0, 130.0),
    ("Olympus of Cyprus", 34.937, 32.863, 1952.0, 130.0),
    ("Medetsiz", 37.392, 34.628, 3524.0, 130.0),
]
# name, latitude, longitude, published height, tolerance: the 30 m of the sources, more on slopes
TOWNS = [
    ("Damascus", 33.513, 36.292, 690.0, 40.0),
    ("Homs", 34.731, 36.710, 500.0, 40.0),
    ("Aleppo airport", 36.181, 37.224, 389.0, 40.0),
    ("Nicosia", 35.167, 33.367, 150.0, 40.0),
    ("Khmeimim runway", 35.401, 35.949, 48.0, 40.0),
    ("Larnaca airport", 34.875, 33.625, 2.0, 30.0),
]
SEA = [(34.5, 34.5), (33.5, 34.0), (35.9, 35.0), (35.7, 33.3), (34.95, 35.8), (36.7, 35.9)]


@pytest.mark.parametrize(("name", "lat", "lon", "height_m", "lower_m"), SUMMITS)
def test_summits(name: str, lat: float, lon: float, height_m: float, lower_m: float) -> None:
    """The highest cell within 2 km stands at most a cell from the summit, and is lower by its smoothing alone."""
    lats, lons = np.meshgrid(np.arange(lat - 0.02, lat + 0.02, 1 / 480), np.arange(lon - 0.02, lon + 0.02, 1 / 480))
    around = TERRAIN.height_m(lats, lons)
    assert height_m - lower_m < around.max() < height_m + 30.0, name
    top = np.unravel_index(around.argmax(), around.shape)
    assert max(abs(lats[top] - lat), abs(lons[top] - lon)) < 1.2 / 120, name


@pytest.mark.parametrize(("name", "lat", "lon", "height_m", "tolerance_m"), TOWNS)
def test_towns(name: str, lat: float, lon: float, height_m: float, tolerance_m: float) -> None:
    assert abs(float(TERRAIN.height_m(lat, lon)) - height_m) < tolerance_m, name


@pytest.mark.parametrize(("lat", "lon"), SEA)
def test_the_sea_is_level(lat: float, lon: float) -> None:
    assert float(TERRAIN.height_m(lat, lon)) == 0.0


def test_land_lies_east_of_the_coast() -> None:
    """Along the Levantine coast the shore runs near these longitudes (charts), to a cell and a half."""
    for lat, shore in ((34.915, 35.865), (34.45, 35.82), (33.90, 35.47), (33.55, 35.365), (35.52, 35.765)):
        cells = np.arange(shore - 0.1, shore + 0.1, 1 / 480)
        heights = TERRAIN.height_m(np.full(cells.shape, lat), cells)
        first_land = cells[np.argmax(heights > 1.0)]
        assert abs(first_land - shore) < 1.5 / 120 + 0.01, (lat, first_land)


def test_the_sheet_says_what_the_file_holds() -> None:
    sheet = tomllib.loads(globe.FILE.with_suffix(".toml").read_text(encoding="utf-8"))
    with np.load(globe.FILE) as stored:
        heights = stored[sheet["array"]]
    assert list(heights.shape) == sheet["shape"]
    assert heights.dtype == np.dtype("<i2")
    assert hashlib.sha256(heights.tobytes()).hexdigest() == sheet["sha256"]
    assert TERRAIN.bounds_deg == pytest.approx(
        (sheet["south_deg"], sheet["west_deg"], sheet["north_deg"], sheet["east_deg"])
    )


def test_the_clip_ships_read_only() -> None:
    assert TERRAIN.heights_m.dtype == np.float32
    assert TERRAIN.heights_m.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        TERRAIN.heights_m[0, 0] = 1.0


def test_beyond_the_clip_the_ground_is_said_to_be_sea() -> None:
    assert "beyond N32.5 to N37.5, E31.5 to E39 the ground is taken as sea level" in TERRAIN.note
    near = load_terrain("globe", folder=HERE, site_deg=(32.0, 34.8), fill_voids=False)
    far = load_terrain("globe", folder=HERE, site_deg=(-60.0, 12.0), fill_voids=False)
    for terrain in (near, far):
        assert "lies outside the built-in terrain" in terrain.note
        assert "taken as sea level" in terrain.note
    assert not near.is_flat
    assert far.is_flat


def test_a_unit_on_the_clip_has_its_ground_wherever_the_origin_is() -> None:
    terrain = load_terrain("globe", folder=HERE, site_deg=(-60.0, 12.0), units_deg=[TARTUS], fill_voids=False)
    assert float(terrain.height_m(33.513, 36.292)) > 600.0
    away = load_terrain("globe", folder=HERE, site_deg=TARTUS, units_deg=[(54.7, 20.5), TARTUS], fill_voids=False)
    assert away.note == "beyond N32.5 to N37.5, E31.5 to E39 the ground is taken as sea level, under 1 unit too"
