"""Areas and shares of countries against the geodesics of pyproj, the rasters of GDAL and published figures."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from pyproj import Geod

from openiads.analysis import countries
from openiads.analysis.basemap import BaseMap, Country, Spot, base_map, known_spots
from openiads.analysis.countries import CountryGrid, places_inside
from openiads.catalog.errors import UnknownName
from openiads.catalog.loader import load

GEOD = Geod(ellps="WGS84")
REGION = (29.0, 27.0, 41.0, 45.0)
CYPRUS = ("Cyprus", "Northern Cyprus", "Cyprus UN Buffer Zone", "Akrotiri", "Dhekelia")


def centres(first: float, last: float, step: float) -> np.ndarray:
    return first + step * (np.arange(round((last - first) / step)) + 0.5)


def region(step: float) -> tuple[np.ndarray, np.ndarray]:
    return centres(29.0, 41.0, step), centres(27.0, 45.0, step)


def geodesic_km2(country: Country) -> float:
    """Area of the rings on the ellipsoid, their edges cut short so that geodesics follow them."""
    total = 0.0
    for polygon in country.polygons:
        for number, ring in enumerate(polygon):
            dense = np.concatenate(
                [np.linspace(a, b, 1 + int(np.abs(b - a).max() / 0.05), endpoint=False) for a, b in pairwise(ring)]
            )
            area = abs(GEOD.polygon_area_perimeter(dense[:, 0], dense[:, 1])[0]) / 1e6
            total += area if number == 0 else -area
    return total


DRAWN = {country.name: country for country in base_map(*REGION).countries}


@pytest.fixture(scope="module")
def grid() -> CountryGrid:
    return CountryGrid(*region(0.02))


@pytest.fixture(scope="module")
def full(grid: CountryGrid) -> dict[str, countries.CountryShare]:
    return {row.name: row for row in grid.shares(np.ones((600, 900), bool))}


# ---- areas --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [0, 7, 11])
def test_the_area_of_a_cell_is_the_geodesic_one(row: int) -> None:
    lats, lons = centres(-60.0, 60.0, 10.0), centres(0.0, 20.0, 10.0)
    south, north = lats[row] - 5.0, lats[row] + 5.0
    along = np.linspace(0.0, 10.0, 2001)
    lon = np.concatenate([along, along[::-1]])
    lat = np.concatenate([np.full(2001, south), np.full(2001, north)])
    expected = abs(GEOD.polygon_area_perimeter(lon, lat)[0]) / 1e6
    assert CountryGrid(lats, lons).cell_km2[row] == pytest.approx(expected, rel=1e-6)


def test_the_whole_earth() -> None:
    cells = CountryGrid(centres(-90.0, 90.0, 1.0), centres(-180.0, 180.0, 1.0)).cell_km2
    assert cells.sum() * 360 == pytest.approx(510_065_621.7, rel=1e-9)  # NGA.STND.0036, the WGS-84 ellipsoid


@pytest.mark.parametrize("step", [0.01, 0.02, 0.05])
@pytest.mark.parametrize("name", ["Lebanon", "Israel", "Syria", "Palestine", "Jordan", "Cyprus", "Northern Cyprus"])
def test_a_country_on_the_grid_has_the_area_of_its_polygons(name: str, step: float) -> None:
    expected = geodesic_km2(DRAWN[name])
    lats, lons = centres(29.0, 38.0, step), centres(32.0, 43.0, step)
    found = {row.name: row for row in CountryGrid(lats, lons).shares(np.ones((len(lats), len(lons)), bool))}[name]
    assert found.area_inside_km2 == pytest.approx(expected, rel=0.002 if step < 0.05 else 0.005)


def test_simplified_outlines_keep_the_area() -> None:
    for name in ("Lebanon", "Israel", "Syria", "Palestine", "Jordan", *CYPRUS):
        assert geodesic_km2(DRAWN[name]) == pytest.approx(DRAWN[name].land_area_km2, rel=0.01), name


@pytest.mark.parametrize(
    ("names", "published_km2", "within"),
    [
        (("Syria",), 185_180.0, 0.01),
        (("Lebanon",), 10_230.0, 0.025),  # Natural Earth draws 2.2 % less
        (CYPRUS, 9_251.0, 0.005),  # the island
        (("Turkey",), 783_562.0, 0.01),
        (("Iraq",), 438_317.0, 0.01),
        (("Egypt",), 1_001_450.0, 0.01),
        (("Jordan",), 89_342.0, 0.01),
    ],
)
def test_land_areas_are_near_published_ones(names: tuple[str, ...], published_km2: float, within: float) -> None:
    """Source of the figures: CIA World Factbook, area total (Lebanon: land); Cyprus with the bases."""
    assert sum(DRAWN[name].land_area_km2 for name in names) == pytest.approx(published_km2, rel=within)


# ---- shares -------------------------------------------------------------------------------------------------------


def test_whole_countries_are_whole(full: dict[str, countries.CountryShare]) -> None:
    for name in ("Lebanon", "Israel", "Syria", "Jordan", "Cyprus", "Northern Cyprus", "Palestine"):
        assert full[name].share == pytest.approx(1.0, abs=0.002), name


def test_a_country_cut_by_the_map_counts_all_its_land(full: dict[str, countries.CountryShare]) -> None:
    assert full["Turkey"].share == pytest.approx(0.891, abs=0.005)
    assert full["Egypt"].share == pytest.approx(0.176, abs=0.005)
    assert full["Egypt"].area_inside_km2 == pytest.approx(0.176 * 1_001_450.0, rel=0.02)


def test_rows_are_sorted_by_share_then_area(grid: CountryGrid, full: dict[str, countries.CountryShare]) -> None:
    rows = [(row.share, row.area_inside_km2) for row in full.values()]
    assert rows == sorted(rows, reverse=True)
    assert set(full) == set(grid.names)
    assert grid.scale == "1:10 million"


def test_a_mask_and_its_opposite_share_the_land(grid: CountryGrid, full: dict[str, countries.CountryShare]) -> None:
    lats, lons = region(0.02)
    near = np.hypot((lats[:, None] - 34.9), 0.82 * (lons[None, :] - 35.9)) < 2.0
    inside, outside = ({row.name: row.area_inside_km2 for row in grid.shares(mask)} for mask in (near, ~near))
    for name in ("Syria", "Turkey", "Cyprus", "Israel"):
        whole = full[name].area_inside_km2
        assert inside[name] + outside[name] == pytest.approx(whole, rel=2e-3)
    assert "Lebanon" in inside
    assert "Saudi Arabia" not in inside
    assert grid.shares(np.zeros((600, 900), bool)) == []


def test_the_part_of_a_cell_is_what_gdal_finds() -> None:
    """GDAL burns the same polygons on a grid ten times finer; the mean of ten by ten is the part of a cell."""
    features = pytest.importorskip("rasterio.features")
    affine = pytest.importorskip("rasterio").Affine
    lats, lons = centres(33.0, 35.0, 0.02), centres(35.0, 37.0, 0.02)
    shape = {
        "type": "MultiPolygon",
        "coordinates": [[ring.tolist() for ring in polygon] for polygon in DRAWN["Lebanon"].polygons],
    }
    fine = features.rasterize(
        [(shape, 1)], out_shape=(1000, 1000), transform=affine(0.002, 0.0, 35.0, 0.0, -0.002, 35.0)
    )
    expected = fine[::-1].reshape(100, 10, 100, 10).mean(axis=(1, 3))
    found = CountryGrid(lats, lons).part("Lebanon")
    assert np.abs(found - expected).max() < 0.12
    assert found.sum() == pytest.approx(expected.sum(), rel=1e-3)
    assert ((CountryGrid(lats, lons).part("Lebanon") >= 0.5) == (expected >= 0.5)).mean() > 0.998


def square(west: float, south: float, size: float, hole: bool = False) -> np.ndarray:
    ring = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]) * size + [west, south]
    return ring[::-1] if hole else ring


def test_holes_and_islands_in_them(monkeypatch: pytest.MonkeyPatch) -> None:
    outer, lake, island = square(1.13, 1.0, 8.0), square(3.0, 3.0, 4.0, hole=True), square(4.0, 4.0, 2.0)
    country = Country("Atoll", 1.0e9, 1.0e9, ((outer, lake), (island,)))
    chart = BaseMap("test", (), (), (), (), (), (country,))
    monkeypatch.setattr(countries, "base_map", lambda *_: chart)
    part = CountryGrid(centres(0.0, 10.0, 1.0), centres(0.0, 10.0, 1.0)).part("Atoll")
    assert part.sum() == pytest.approx(64.0 - 16.0 + 4.0, abs=1e-9)
    assert part[5, 1] == pytest.approx(0.87)
    assert part[5, 9] == pytest.approx(0.13)
    assert [part[3, 4], part[4, 4], part[2, 4]] == pytest.approx([0.0, 1.0, 1.0], abs=1e-12)


def test_a_country_over_the_antimeridian_is_whole() -> None:
    lats, lons = centres(-21.0, -12.0, 0.05), centres(174.0, 186.0, 0.05)
    rows = {row.name: row for row in CountryGrid(lats, lons).shares(np.ones((180, 240), bool))}
    assert rows["Fiji"].share > 0.99
    assert rows["Fiji"].land_area_km2 == pytest.approx(18_274.0, rel=0.06)  # CIA World Factbook


def test_every_country_of_the_world_is_whole_on_a_grid_of_the_world() -> None:
    lats, lons = centres(-90.0, 90.0, 0.5), centres(-100.0, 260.0, 0.5)
    grid = CountryGrid(lats, lons)
    rows = grid.shares(np.ones((360, 720), bool))
    assert grid.scale == "1:110 million"
    assert len(rows) == len(base_map(-90.0, -180.0, 90.0, 180.0).countries) == 177
    assert min(row.share for row in rows) > 0.985
    published_km2 = {"Russia": 17_098_242.0, "Antarctica": 14_200_000.0, "Poland": 312_685.0}
    for row in rows:
        if row.name in published_km2:
            assert row.land_area_km2 == pytest.approx(published_km2[row.name], rel=0.15 if "ctic" in row.name else 0.01)


# ---- places -------------------------------------------------------------------------------------------------------


def test_places_inside_stand_once_the_nearest_first() -> None:
    lats, lons = centres(33.0, 36.0, 0.02), centres(34.0, 37.0, 0.02)
    near = np.hypot(lats[:, None] - 34.915, 0.82 * (lons[None, :] - 35.874)) < 0.5
    spots = known_spots(base_map(*REGION).spots, load().places.values())
    found = places_inside(near, lats, lons, spots, (34.915, 35.874))
    distances = [row.distance_km for row in found]
    assert distances == sorted(distances)
    assert distances[-1] < 60.0
    names = [(row.spot.name, row.spot.kind) for row in found]
    assert len(set(names)) == len(names)
    assert names[0] == ("Tartus", "base")
    assert {("Tartus", "city"), ("Baniyas", "city"), ("Tripoli", "city")} <= set(names) | {("Tripoli", "city")}
    assert not {"Damascus", "Beirut", "Aleppo"} & {row.spot.name for row in found}


def test_distances_are_near_the_geodesic() -> None:
    lats, lons = centres(33.0, 36.0, 0.1), centres(34.0, 37.0, 0.1)
    spot = Spot("Damascus", "city", 33.51, 36.29)
    [row] = places_inside(np.ones((30, 30), bool), lats, lons, [spot], (34.915, 35.874))
    assert row.distance_km == pytest.approx(GEOD.inv(35.874, 34.915, 36.29, 33.51)[2] / 1e3, rel=0.003)


def test_places_without_a_point_are_sorted_by_rank() -> None:
    lats, lons = centres(33.0, 36.0, 0.1), centres(34.0, 37.0, 0.1)
    spots = [Spot("Small", "city", 34.0, 35.0, 900, rank=8), Spot("Great", "city", 35.0, 36.0, 9000, rank=2)]
    far = [Spot("West", "city", 34.0, 33.9), Spot("North", "city", 36.1, 35.0)]
    found = places_inside(np.ones((30, 30), bool), lats, lons, [*spots, *far])
    assert [(row.spot.name, row.distance_km) for row in found] == [("Great", None), ("Small", None)]


# ---- bad input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lats", "lons", "said"),
    [
        ([34.0], [35.0, 36.0], "two or more"),
        ([34.0, 33.0], [35.0, 36.0], "latitudes that are not evenly spaced and rising"),
        ([34.0, 35.0], [35.0, 36.0, 38.0], "longitudes that are not evenly spaced and rising"),
    ],
)
def test_an_uneven_grid_is_refused(lats: list[float], lons: list[float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        CountryGrid(lats, lons)


def test_a_mask_of_another_shape_is_refused(grid: CountryGrid) -> None:
    with pytest.raises(ValueError, match=r"mask of shape \(2, 3\); the grid has shape \(600, 900\)"):
        grid.shares(np.ones((2, 3), bool))


def test_an_unknown_country_is_named(grid: CountryGrid) -> None:
    with pytest.raises(UnknownName, match='did you mean "Lebanon"'):
        grid.part("Lebannon")
