"""Polygons round what is covered, against geodesics (GeographicLib by pyproj) and GDAL's rasteriser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
import pytest

from openiads.analysis.contours import LEAST_CELLS, Polygon, area_km2, cell_km2, polygons
from openiads.record.geodesy import azimuth_range

GEOD = pyproj.Geod(ellps="WGS84")


def signed_km2(ring: Any) -> float:
    """The geodesic area of a ring, positive against the clock."""
    return float(GEOD.polygon_area_perimeter(ring[:, 0], ring[:, 1])[0]) / 1e6


def total_km2(found: list[Polygon]) -> float:
    return sum(signed_km2(ring) for polygon in found for ring in polygon)


def grid(lat: float, lon: float, half: float = 3.0, cells: int = 300) -> tuple[Any, Any, Any]:
    """Latitudes, longitudes, and the distance (km) of every cell from the middle."""
    steps = (np.arange(cells) + 0.5) / cells * 2.0 - 1.0
    lats, lons = lat + half * steps, lon + half / np.cos(np.radians(lat)) * steps
    return lats, lons, azimuth_range(lat, lon, lats[:, None], lons[None, :])[1] / 1e3


@pytest.mark.parametrize("lon", [35.88, 179.5, -179.9, 180.0])
@pytest.mark.parametrize("lat", [34.93, -17.7, 66.0])
def test_a_ring_has_the_area_between_two_circles(lat: float, lon: float) -> None:
    """Also where it crosses 180 degrees: the pieces stay within bounds and add up."""
    lats, lons, away_km = grid(lat, lon)
    found = polygons(np.minimum(200.0 - away_km, away_km - 80.0), lats, lons, 0.0)
    radius_km = 6371.0088
    expected = 2.0 * np.pi * radius_km**2 * (np.cos(80.0 / radius_km) - np.cos(200.0 / radius_km))
    assert total_km2(found) == pytest.approx(expected, rel=0.01), "a sphere against the ellipsoid"
    assert total_km2(found) == pytest.approx(sum(area_km2(ring) for polygon in found for ring in polygon), rel=1e-5)
    points = np.concatenate([ring for polygon in found for ring in polygon])
    assert np.abs(points[:, 0]).max() <= 180.0
    crosses = abs(lon) > 177.0
    assert len(found) == (2 if crosses else 1)
    assert [len(polygon) for polygon in found] == ([1, 1] if crosses else [2])


def test_rings_turn_as_rfc_7946_wants_and_close() -> None:
    lats, lons, away_km = grid(34.93, 35.88)
    waves = np.sin(away_km / 22.0) + 0.3 * np.sin(lons * 9.0)[None, :] + 0.3 * np.cos(lats * 7.0)[:, None]
    found = polygons(waves, lats, lons, -0.2)
    assert len(found) >= 3
    assert any(len(polygon) > 1 for polygon in found)
    for outer, *holes in found:
        assert signed_km2(outer) > 0.0
        assert all(signed_km2(hole) < 0.0 for hole in holes)
        for ring in (outer, *holes):
            assert len(ring) >= 4
            assert np.array_equal(ring[0], ring[-1])
            assert np.any(np.diff(ring, axis=0) != 0.0, axis=1).all()


def test_gdal_fills_the_polygons_as_the_mask() -> None:
    """GDAL burns a cell whose centre lies inside; that is the mask, but for cells on the line itself."""
    features = pytest.importorskip("rasterio.features")
    rasterio = pytest.importorskip("rasterio")
    lats, lons, away_km = grid(34.93, 35.88)
    values = np.cos(away_km / 20.0) * np.exp(-away_km / 300.0) + 0.2 * np.sin(lons * 5.0)[None, :]
    found = polygons(values, lats, lons, 0.3)
    shapes = [{"type": "Polygon", "coordinates": [ring.tolist() for ring in polygon]} for polygon in found]
    assert all(features.is_valid_geom(shape) for shape in shapes)
    right, up = lons[1] - lons[0], lats[1] - lats[0]
    place = rasterio.Affine(right, 0.0, lons[0] - right / 2.0, 0.0, -up, lats[-1] + up / 2.0)
    burnt = features.rasterize(shapes, out_shape=values.shape, transform=place)[::-1]
    mask = values >= 0.3
    rim = np.zeros_like(mask)
    rim[1:-1, 1:-1] = np.abs(values[1:-1, 1:-1] - 0.3) < 1e-3
    assert mask.sum() > 1000
    assert ((burnt == 1) != mask)[~rim].sum() <= LEAST_CELLS * 4


def test_specks_and_pinholes_are_left_out() -> None:
    lats, lons, away_km = grid(34.93, 35.88)
    values = np.where(away_km < 100.0, 1.0, 0.0)
    values[20, 20], values[150, 150] = 1.0, 0.0
    (only,) = polygons(values, lats, lons, 0.5)
    assert len(only) == 1
    assert abs(signed_km2(only[0]) / cell_km2(lats, lons) - (away_km < 100.0).sum()) < 0.01 * (away_km < 100.0).sum()


def test_what_reaches_the_edge_of_the_grid_ends_there() -> None:
    lats, lons, _ = grid(10.0, 20.0)
    (whole,) = polygons(np.ones((len(lats), len(lons))), lats, lons, 0.5)
    assert signed_km2(whole[0]) == pytest.approx(cell_km2(lats, lons) * len(lats) * len(lons), rel=0.01)
    assert polygons(np.zeros((len(lats), len(lons))), lats, lons, 0.5) == []
