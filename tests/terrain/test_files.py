"""A user's files: read as GDAL reads them, or refused in one sentence."""

from __future__ import annotations

import sys
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import pytest
import rasterio
import rasterio.shutil
from rasterio.transform import Affine

from openiads.catalog.errors import InputError
from openiads.terrain import raster
from openiads.terrain.load import load_terrain
from openiads.terrain.raw import filled
from tests.terrain.conftest import SITE, corner, hills

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openiads.terrain.grid import Terrain


def _load(path: Path, fill_voids: bool = False, site: tuple[float, float] = SITE) -> Terrain:
    return load_terrain(path.name, folder=path.parent, site_deg=site, fill_voids=fill_voids)


def _centres(path: Path) -> tuple[Any, Any, Any]:
    """Heights and places of all cell centres by GDAL's geotransform."""
    with rasterio.open(path) as opened:
        heights, to_ground = opened.read(1).astype(np.float64), opened.transform
    rows, columns = np.mgrid[0 : heights.shape[0], 0 : heights.shape[1]]
    return heights, to_ground.f + to_ground.e * (rows + 0.5), to_ground.c + to_ground.a * (columns + 0.5)


def _same_as_gdal(terrain: Terrain, path: Path) -> None:
    heights, lats, lons = _centres(path)
    south, west, north, east = terrain.bounds_deg
    inside = (lats > south) & (lats < north) & (lons > west) & (lons < east)
    assert inside.sum() == terrain.heights_m.size
    np.testing.assert_allclose(terrain.height_m(lats[inside], lons[inside]), heights[inside], atol=2e-3)


def _hgt(folder: Path, side: int = 1201, heights: Any = None, name: str = "N34E035.hgt") -> Path:
    path = folder / name
    path.write_bytes((hills(side, side) if heights is None else heights).astype(">i2").tobytes())
    return path


@pytest.mark.parametrize("side", [1201, 3601])
def test_hgt_is_what_gdal_reads(tmp_path: Path, side: int) -> None:
    path = _hgt(tmp_path, side)
    terrain = _load(path)
    assert (terrain.south_deg, terrain.west_deg) == (34.0, 35.0)
    _same_as_gdal(terrain, path)


def test_a_zipped_hgt_is_the_same(tmp_path: Path) -> None:
    plain = _hgt(tmp_path)
    packed = tmp_path / "N34E035.SRTMGL3.hgt.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(plain, plain.name)
    assert _load(packed).digest == _load(plain).digest


def test_hgt_of_the_south_west(tmp_path: Path) -> None:
    terrain = _load(_hgt(tmp_path, name="s34w071.hgt"), site=(-33.4, -70.6))
    assert (terrain.south_deg, terrain.west_deg) == (-34.0, -71.0)


def test_hgt_needs_no_rasterio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rasterio", None)
    assert _load(_hgt(tmp_path)).heights_m.shape == (1201, 1201)


@pytest.mark.parametrize("dtype", ["int16", "float32"])
def test_geotiff_is_what_gdal_reads(geotiff: Callable[..., Path], dtype: str) -> None:
    path = geotiff(hills(80, 120).astype(dtype))
    terrain = _load(path)
    _same_as_gdal(terrain, path)
    assert "beyond N34 to N35, E35 to E36 the ground is taken as sea level" in terrain.note


@pytest.mark.parametrize(("suffix", "side"), [("dt0", 121), ("dt1", 1201)])
def test_dted_is_what_gdal_reads(geotiff: Callable[..., Path], tmp_path: Path, suffix: str, side: int) -> None:
    half = 0.5 / (side - 1)
    tiff = geotiff(hills(side, side), transform=corner(35.0 - half, 35.0 + half, 2 * half))
    path = tmp_path / f"n34.{suffix}"
    rasterio.shutil.copy(tiff, path, driver="DTED")
    terrain = _load(path)
    assert (terrain.south_deg, terrain.west_deg) == pytest.approx((34.0, 35.0))
    _same_as_gdal(terrain, path)


def test_only_the_ground_round_the_site_is_kept(geotiff: Callable[..., Path]) -> None:
    path = geotiff(hills(300, 400), transform=corner(20.0, 50.0, 0.1))
    terrain = _load(path)
    south, west, north, east = terrain.bounds_deg
    assert 4.0 < SITE[0] - south < 4.3
    assert 4.0 < north - SITE[0] < 4.3
    assert 5.0 < SITE[1] - west < 5.5
    assert 5.0 < east - SITE[1] < 5.5
    _same_as_gdal(terrain, path)


def test_large_rasters_are_thinned_and_say_so(geotiff: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster, "CELLS_MAX", 50)
    heights = hills(100, 200).astype(np.float32)
    terrain = _load(geotiff(heights))
    assert terrain.heights_m.shape == (50, 50)
    assert "its 100 x 200 cells were averaged to 50 x 50" in terrain.note
    means = heights[::-1].reshape(50, 2, 50, 4).mean(axis=(1, 3))
    np.testing.assert_allclose(terrain.heights_m, means, atol=0.01)
    assert terrain.bounds_deg == pytest.approx((34.0, 35.0, 35.0, 36.0))


def test_voids_are_filled_on_request_and_counted(geotiff: Callable[..., Path], tmp_path: Path) -> None:
    holes = hills(1201, 1201)
    holes[600:604, 700:705] = -32768
    hgt = _hgt(tmp_path, heights=holes)
    tiff = geotiff(holes, nodata=-32768)
    for path in (hgt, tiff):
        with pytest.raises(InputError, match=r"has 20 cells without a height .* fill_voids = true"):
            _load(path)
        terrain = _load(path, fill_voids=True)
        assert terrain.voids_filled == 20
        known = holes[::-1] != -32768
        np.testing.assert_array_equal(terrain.heights_m[known], holes[::-1][known])
        around = hills(1201, 1201)[599:605, 699:706]
        patch = terrain.heights_m[::-1][600:604, 700:705]
        assert around.min() <= patch.min() <= patch.max() <= around.max()


def test_voids_inside_means_are_counted_one_by_one(
    geotiff: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """GDAL's own mask says how many cells of the file have no height; the means show none of them."""
    monkeypatch.setattr(raster, "CELLS_MAX", 50)
    monkeypatch.setattr(raster, "STRIP_ROWS", 7)
    holes = hills(300, 200)
    holes[np.random.default_rng(5).integers(0, 300, 90), np.random.default_rng(6).integers(0, 200, 90)] = -32768
    path = geotiff(holes, nodata=-32768)
    with rasterio.open(path) as opened:
        voids = int((opened.dataset_mask() == 0).sum())
    with pytest.raises(InputError, match=rf"has {voids} cells without a height \(voids, 0\.15%\)"):
        _load(path)
    terrain = _load(path, fill_voids=True)
    assert terrain.heights_m.shape == (50, 50)
    assert terrain.voids_filled == voids


def test_undeclared_voids_inside_means_are_seen(geotiff: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster, "CELLS_MAX", 20)
    heights = hills(400, 400)
    heights[10, 20] = -9999
    with pytest.raises(InputError, match="read heights from -9999 to 20"):
        _load(geotiff(heights))
    known = hills(400, 400).astype(np.float32)
    known[10, 20] = np.nan
    with pytest.raises(InputError, match="has 1 cell without a height"):
        _load(geotiff(known))
    assert _load(geotiff(known), fill_voids=True).voids_filled == 1


@pytest.mark.parametrize("west", [179.0, -181.0])
@pytest.mark.parametrize("lon", [179.9, -179.9])
def test_a_raster_across_the_180th_meridian(geotiff: Callable[..., Path], west: float, lon: float) -> None:
    """Whichever way the file counts, the site lies on it, and every name of a meridian finds the same height."""
    path = geotiff(hills(100, 200), transform=corner(west, 35.0, 0.01))
    terrain = _load(path, site=(34.5, lon))
    assert "beyond N34 to N35, E179 to W179 the ground is taken as sea level" in terrain.note
    assert terrain.bounds_deg[1] < lon < terrain.bounds_deg[3], "counted as the origin is"
    heights, lats, lons = _centres(path)
    for turn in (-360.0, 0.0, 360.0):
        np.testing.assert_allclose(terrain.height_m(lats, lons + turn), heights, atol=2e-3)
        assert terrain.covers(lats, lons + turn).all()
    assert not terrain.covers(34.5, [178.9, -178.9]).any()


def test_a_raster_that_counts_to_360(geotiff: Callable[..., Path]) -> None:
    path = geotiff(hills(100, 200), transform=corner(289.0, 35.0, 0.01))
    terrain = _load(path, site=(34.5, -70.5))
    heights, lats, lons = _centres(path)
    np.testing.assert_allclose(terrain.height_m(lats, lons - 360.0), heights, atol=2e-3)
    assert terrain.bounds_deg == pytest.approx((34.0, -71.0, 35.0, -69.0))
    with pytest.raises(InputError, match=r"spans N34 to N35, W71 to W69, where .* at N34.5 E70.5 does not lie"):
        _load(path, site=(34.5, 70.5))


def test_the_ground_round_units_is_kept(geotiff: Callable[..., Path]) -> None:
    """The box round 450 km of every site, by the great circles of PROJ."""
    path = geotiff(hills(300, 600), transform=corner(10.0, 55.0, 0.1))
    globe, far = pyproj.Geod(a=6371008.8, b=6371008.8), (45.0, 55.0)
    whole = {"folder": path.parent, "site_deg": SITE, "fill_voids": False}
    alone = load_terrain(path.name, **whole)
    both = load_terrain(path.name, units_deg=[far], **whole)
    for lat, lon in (SITE, far):
        lons, lats, _ = globe.fwd([lon] * 360, [lat] * 360, np.arange(360.0), [449e3] * 360)
        assert both.covers(lats, lons).all()
        assert alone.covers(lats, lons).all() == ((lat, lon) == SITE)
    _same_as_gdal(both, path)
    assert both.bounds_deg[0] == alone.bounds_deg[0]
    assert both.bounds_deg[2] < 50.0


def test_a_plane_with_a_hole_is_filled_level() -> None:
    plane = np.full((30, 40), 250.0)
    plane[5:20, 8:33] = np.nan
    plane[0, 0] = plane[29, 39] = np.nan
    np.testing.assert_array_equal(filled(plane), np.full((30, 40), 250.0))


def test_nan_is_a_void(geotiff: Callable[..., Path]) -> None:
    heights = hills(100, 100).astype(np.float32)
    heights[3, 4] = np.nan
    path = geotiff(heights)
    with pytest.raises(InputError, match="has 1 cell without a height"):
        _load(path)
    assert _load(path, fill_voids=True).voids_filled == 1


# what is written, what the sentence must say
REFUSALS: list[tuple[str, Callable[[Any], Path], str]] = [
    ("another projection", lambda w: w(crs="EPSG:32636"), r"is in WGS 84 / UTM zone 36N \(EPSG:32636\).*gdalwarp"),
    ("another datum", lambda w: w(crs="EPSG:4230"), r"is in ED50 \(EPSG:4230\), expected geographic WGS 84"),
    ("no reference system", lambda w: w(crs=None), "states no coordinate reference system"),
    ("another continent", lambda w: w(transform=corner(5.0, 50.0, 0.01)), r"spans N49 to N50, E5 to E6.*N34\.5 E35\.5"),
    ("feet", lambda w: w(units="ft"), 'has heights in "ft", expected metres'),
    ("survey feet", lambda w: w(units="US survey foot"), 'has heights in "US survey foot"'),
    ("fathoms", lambda w: w(units="fathom"), 'has heights in "fathom"'),
    ("heights of no mountain", lambda w: w(hills(100, 100) * np.int16(6)), "read heights from .* are they in feet"),
    ("undeclared voids", lambda w: w(np.full((9, 9), -9999, np.int16)), "read heights from -9999 to -9999"),
    ("nothing but voids", lambda w: w(np.full((9, 9), -9999, np.int16), nodata=-9999), "holds no height at all"),
    ("two bands", lambda w: w(np.stack([hills(9, 9)] * 2)), "has 2 bands; expected one"),
    ("complex numbers", lambda w: w(hills(9, 9).astype(np.complex64)), "of the type complex64; expected real ones"),
    ("rotated", lambda w: w(transform=Affine(0.01, 0.002, 35.0, 0.002, -0.01, 35.0)), "is rotated or mirrored"),
    ("south up", lambda w: w(transform=Affine(0.01, 0.0, 35.0, 0.0, 0.01, 34.0)), "is rotated or mirrored"),
]  # fmt: skip


@pytest.mark.parametrize(("write", "said"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS])
def test_rasters_that_cannot_serve(geotiff: Callable[..., Path], write: Any, said: str) -> None:
    path = write(geotiff)
    with pytest.raises(InputError, match=said) as caught:
        _load(path)
    assert caught.value.file == str(path)
    assert "\n" not in str(caught.value)


def test_metres_by_name_are_accepted(geotiff: Callable[..., Path]) -> None:
    assert _load(geotiff(units="metre")).heights_m.shape == (100, 100)


def test_hgt_tiles_that_cannot_serve(tmp_path: Path) -> None:
    short = tmp_path / "N34E035.hgt"
    short.write_bytes(b"\0" * 1000)
    with pytest.raises(InputError, match=r"holds 1000 bytes of heights, a whole \.hgt tile has 2884802"):
        _load(short)
    with pytest.raises(InputError, match="gives no south-west corner"):
        _load(_hgt(tmp_path, name="ground.hgt"))
    with pytest.raises(InputError, match="gives no south-west corner"):
        _load(_hgt(tmp_path, name="N99E035.hgt"))
    with pytest.raises(InputError, match=r"spans N33 to N34, E35 to E36, where .* at N34\.5 E35\.5 does not lie"):
        _load(_hgt(tmp_path, name="N33E035.hgt"))


def test_archives_that_cannot_serve(tmp_path: Path) -> None:
    path = tmp_path / "N34E035.hgt.zip"
    path.write_bytes(b"no archive")
    with pytest.raises(InputError, match="cannot be read"):
        _load(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(InputError, match=r"holds 0 \.hgt tiles"):
        _load(path)


def test_another_archive_is_told_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ground.zip"
    path.write_bytes(b"PK")
    with pytest.raises(InputError, match=r"expected \.hgt\.zip"):
        _load(path)


@pytest.mark.parametrize("compress", [None, "lzw"])
def test_a_raster_cut_off_is_told_so(geotiff: Callable[..., Path], compress: str | None) -> None:
    path = geotiff(hills(500, 500), **({"compress": compress} if compress else {}))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"cannot be read to its end; it may be cut off or damaged$"):
        _load(path)


def test_a_file_says_whether_it_states_its_unit(geotiff: Callable[..., Path], tmp_path: Path) -> None:
    assert not _load(geotiff()).unit_stated
    assert _load(geotiff(units="m")).unit_stated
    assert _load(_hgt(tmp_path)).unit_stated


def test_ground_below_the_sea_is_read(geotiff: Callable[..., Path]) -> None:
    assert _load(geotiff(np.full((20, 20), -420, np.int16))).heights_m.max() == -420.0


def test_a_folder_is_called_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder; expected"):
        load_terrain(str(tmp_path), folder=tmp_path, site_deg=SITE, fill_voids=False)


def test_files_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r'^\S+nowhere.tif: is no file; expected "globe", "sea_level"'):
        load_terrain("nowhere.tif", folder=tmp_path, site_deg=SITE, fill_voids=False)
    text = tmp_path / "text.tif"
    text.write_text("not a raster")
    with pytest.raises(InputError, match="cannot be read as a raster"):
        _load(text)
    monkeypatch.setitem(sys.modules, "rasterio", None)
    with pytest.raises(InputError, match=r"pip install 'openiads\[geo\]'"):
        _load(text)
