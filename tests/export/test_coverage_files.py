"""The files of a coverage, read by programs that nobody here wrote: GDAL, rasterio, NumPy."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openiads.analysis.coverage import Coverage
from openiads.analysis.coverage_areas import features
from openiads.export import geojson, grid, kml
from tests.support import runs


@pytest.fixture(scope="module")
def found() -> Coverage:
    return runs.covered()


@pytest.fixture(scope="module")
def shapes(found: Coverage) -> list[dict[str, Any]]:
    return features(found)


@pytest.fixture(scope="module")
def folder(found: Coverage, shapes: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("coverage")
    geojson.write(path / "coverage.geojson", shapes, "Coverage of tartus")
    kml.write(path / "coverage.kml", shapes, "Coverage of tartus")
    grid.write(path / "coverage.npz", found.values, found.coords, found.attrs)
    return path


def gdal(program: str, *words: str) -> str:
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} (Debian package gdal-bin) is not installed")
    done = subprocess.run([path, *words], capture_output=True, text=True, check=True)
    return done.stdout


def converted(source: Path, to: Path, *words: str) -> dict[str, Any]:
    """What GDAL reads of a file, as its own GeoJSON."""
    gdal("ogr2ogr", "-f", "GeoJSON", str(to), str(source), *words)
    read: dict[str, Any] = json.loads(to.read_text(encoding="utf-8"))
    return read


def test_geojson_is_what_rfc_7946_wants(folder: Path, shapes: list[dict[str, Any]]) -> None:
    told = json.loads((folder / "coverage.geojson").read_text(encoding="utf-8"))
    assert told["type"] == "FeatureCollection"
    assert told["simulated"] is True
    assert "simulated" in told["title"]
    assert len(told["features"]) == len(shapes)
    for feature in told["features"]:
        assert feature["properties"]["simulated"] is True
        if feature["geometry"] is None:
            assert feature["properties"]["area_km2"] == 0.0
            continue
        assert feature["geometry"]["type"] == "MultiPolygon"
        for polygon in feature["geometry"]["coordinates"]:
            for n, ring in enumerate(polygon):
                x, y = np.array(ring).T
                turn = np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])
                assert turn > 0.0 if n == 0 else turn < 0.0
                assert (x > 25.0).all()
                assert (x < 45.0).all()
                assert (y > 30.0).all()
                assert (y < 40.0).all()


def test_gdal_finds_nothing_to_mend(folder: Path, tmp_path: Path) -> None:
    """``ogr2ogr -makevalid`` gives back the same polygons, ring for ring."""
    source = folder / "coverage.geojson"
    plain = converted(source, tmp_path / "plain.geojson")
    mended = converted(source, tmp_path / "mended.geojson", "-makevalid", "-nlt", "PROMOTE_TO_MULTI")

    def rings(read: dict[str, Any]) -> list[list[list[int]]]:
        places = [feature["geometry"] for feature in read["features"]]
        return [
            sorted([len(ring) for ring in polygon] for polygon in place["coordinates"]) if place else []
            for place in places
        ]

    assert rings(mended) == rings(plain)
    assert sum(len(polygons) for polygons in rings(plain)) > 15


def test_gdal_reads_the_kml_as_the_geojson(folder: Path, shapes: list[dict[str, Any]], tmp_path: Path) -> None:
    said = gdal("ogrinfo", "-so", str(folder / "coverage.kml"))
    layers = list(dict.fromkeys(shape["properties"]["layer"] for shape in shapes))
    for name in layers:
        assert f"{name} (simulated)" in said
        mine = [shape for shape in shapes if shape["properties"]["layer"] == name and shape["geometry"]]
        read = converted(folder / "coverage.kml", tmp_path / f"{name}.geojson", f"{name} (simulated)")["features"]
        assert len(read) == len(mine)
        for shape, feature in zip(mine, read, strict=True):
            assert "simulated" in feature["properties"]["Name"]
            assert feature["properties"]["altitude"] == shape["properties"]["altitude"]
            ours = np.concatenate([np.empty((0, 2)), *_rings(shape)])
            theirs = np.concatenate([np.empty((0, 2)), *_rings(feature)])
            np.testing.assert_allclose(theirs[:, :2], ours, atol=1e-6)


def _rings(feature: dict[str, Any]) -> list[Any]:
    place = feature["geometry"]
    if place is None:
        return []
    kinds = {"MultiPolygon": place.get("coordinates"), "Polygon": [place.get("coordinates")]}
    polygons = kinds.get(place["type"]) or [part["coordinates"] for part in place.get("geometries", [])]
    return [np.array(ring)[:, :2] for polygon in polygons for ring in polygon]


def test_numpy_loads_the_archive_without_pickle(folder: Path, found: Coverage) -> None:
    with np.load(folder / "coverage.npz", allow_pickle=False) as read:
        assert list(read["dims"]) == ["layer", "altitude", "lat", "lon"]
        np.testing.assert_array_equal(read["values"], found.values)
        for name, labels in found.coords.items():
            np.testing.assert_array_equal(read[name], labels)
        assert str(read["about_simulated"]) == "yes"
        assert "imulated" in str(read["about_title"])


def test_rasterio_reads_every_chance_where_it_is(found: Coverage, tmp_path: Path) -> None:
    rasterio = pytest.importorskip("rasterio")
    assert grid.has_rasterio()
    path = grid.write_geotiff(tmp_path / "coverage.tif", found.values, found.coords, found.attrs)
    with rasterio.open(path) as read:
        assert read.crs.to_epsg() == 4326
        assert read.count == found.values.shape[0] * found.values.shape[1]
        assert set(read.dtypes) == {"float32"}
        assert read.descriptions[1] == "v4.9s15m2 at 1 km, chance (simulated)"
        assert read.tags()["OPENIADS_SIMULATED"] == "yes"
        assert read.transform.e < 0.0, "north is up"
        for row, column in ((0, 0), (3, 700), (450, 449), (899, 899)):
            lat, lon = float(found.lat_deg[row]), float(found.lon_deg[column])
            x, y = read.xy(found.values.shape[2] - 1 - row, column)
            assert abs(x - lon) < 0.5 * (found.lon_deg[1] - found.lon_deg[0])
            assert abs(y - lat) < 0.5 * (found.lat_deg[1] - found.lat_deg[0])
            (told,) = read.sample([(lon, lat)])
            np.testing.assert_array_equal(told, found.values[:, :, row, column].ravel())


def test_gdal_reads_the_geotiff_too(found: Coverage, tmp_path: Path) -> None:
    pytest.importorskip("rasterio")
    path = grid.write_geotiff(tmp_path / "coverage.tif", found.values, found.coords, found.attrs)
    told = json.loads(gdal("gdalinfo", "-json", str(path)))
    (west, south), (east, north) = told["cornerCoordinates"]["lowerLeft"], told["cornerCoordinates"]["upperRight"]
    half = (found.lat_deg[1] - found.lat_deg[0]) / 2.0
    assert south == pytest.approx(found.lat_deg[0] - half, abs=1e-6)
    assert north == pytest.approx(found.lat_deg[-1] + half, abs=1e-6)
    assert west < found.lon_deg[0] < found.lon_deg[-1] < east
    assert "imulated" in told["metadata"][""]["TIFFTAG_IMAGEDESCRIPTION"]
