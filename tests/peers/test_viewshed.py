"""The surveyed horizon against ``gdal_viewshed`` on the same heights, warped to a plane round the antenna.

GDAL goes cell by cell outwards and keeps a plane of sight between two neighbours (Wang, Robinson and White 2000), the
survey goes along 720 rays. Both are approximations, so rays traced in small steps over the same raster judge between
them where they differ. Cells of 450 m halve those of the terrain: at 900 m GDAL's planes alone leave those rays at up
to 9 % of the cells behind the crest of Mount Lebanon.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy import ndimage

from openiads.constants import EFFECTIVE_EARTH_RADIUS_M, WGS84_A_M
from openiads.units import Point
from tests.support import lookouts

rasterio = pytest.importorskip("rasterio")

CELL_M = 450.0
# GDAL lowers the ground by cc d^2 / (2 a), a the semi-major axis: so this coefficient is our effective radius.
CURVATURE = WGS84_A_M / EFFECTIVE_EARTH_RADIUS_M


class Site(NamedTuple):
    """Where an antenna stands, how far over the ground, and how far around is compared."""

    place: Point
    mast_m: float
    reach_m: float


SITES = {
    "at the coast": Site(Point(34.93, 35.8756), 25.0, 250e3),
    "on a crest": Site(Point(34.3, 36.1), 30.0, 200e3),
    "in a basin": Site(Point(33.5, 36.3), 24.0, 150e3),
    "high up": Site(Point(34.93, 35.88), 1500.0, 250e3),
}
TARGETS_M = (10.0, 100.0, 1000.0, 5000.0)  # over the ground


class Scene(NamedTuple):
    """A raster round a site (north up, the antenna over the middle cell) and our survey at its cells."""

    heights_m: Any
    east_m: Any
    north_m: Any
    antenna_m: float
    lowest_m: Any
    crs: str
    transform: Any

    @property
    def range_m(self) -> Any:
        """Of every cell."""
        return np.hypot(self.east_m, self.north_m)


def _warped(site: Site) -> tuple[Any, str, Any]:
    """The terrain bilinear on square cells of the azimuthal equidistant projection round the site."""
    from rasterio.warp import Resampling, reproject

    terrain, side = lookouts.levant(), 2 * int(site.reach_m / CELL_M) + 1
    _, west, north, _ = terrain.bounds_deg
    source = rasterio.Affine(terrain.lon_step_deg, 0.0, west, 0.0, -terrain.lat_step_deg, north)
    transform = rasterio.Affine(CELL_M, 0.0, -0.5 * side * CELL_M, 0.0, -CELL_M, 0.5 * side * CELL_M)
    crs = f"+proj=aeqd +lat_0={site.place.lat_deg} +lon_0={site.place.lon_deg} +datum=WGS84 +units=m"
    heights_m = np.zeros((side, side), np.float32)
    reproject(
        terrain.heights_m[::-1], heights_m, src_transform=source, src_crs="EPSG:4326", dst_transform=transform,
        dst_crs=crs, resampling=Resampling.bilinear, dst_nodata=0,
    )  # fmt: skip
    return heights_m, crs, transform


@cache
def _scene(name: str) -> Scene:
    site = SITES[name]
    heights_m, crs, transform = _warped(site)
    middle = len(heights_m) // 2
    along_m = (np.arange(len(heights_m)) - middle) * CELL_M
    east_m, north_m = np.meshgrid(along_m, -along_m)
    antenna_m = float(lookouts.levant().height_m(site.place.lat_deg, site.place.lon_deg)) + site.mast_m
    assert heights_m[middle, middle] == pytest.approx(antenna_m - site.mast_m, abs=1.0), "another ground below it"
    sheet = lookouts.sheet_of("9s15m2", instrumented_range=site.reach_m)
    lookout = lookouts.stand(sheet, antenna_m, lookouts.levant(), site.place)
    lowest_m = lookouts.lowest(lookout, np.arctan2(east_m, north_m), np.hypot(east_m, north_m))
    return Scene(heights_m, east_m, north_m, antenna_m, lowest_m, crs, transform)


def _gdal(scene: Scene, folder: Path, *words: str) -> Any:
    """What ``gdal_viewshed`` writes for the antenna of a scene."""
    program = shutil.which("gdal_viewshed")
    if program is None:
        pytest.skip("gdal_viewshed (Debian package gdal-bin) is not installed")
    middle = len(scene.heights_m) // 2
    raster, answer = str(folder / "heights.tif"), str(folder / "seen.tif")
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": scene.crs, "transform": scene.transform}
    side = len(scene.heights_m)
    with rasterio.open(raster, "w", width=side, height=side, **profile) as file:
        file.write(scene.heights_m, 1)
    over_m = scene.antenna_m - float(scene.heights_m[middle, middle])
    own = {key: value for key, value in os.environ.items() if not key.startswith(("GDAL_", "PROJ_"))}
    subprocess.run(
        [program, "-q", "-f", "GTiff", "-ox", "0", "-oy", "0", "-oz", repr(over_m), "-cc", repr(CURVATURE),
         "-md", repr(2.0 * side * CELL_M), *words, raster, answer],
        check=True, capture_output=True, env=own, timeout=120,
    )  # fmt: skip
    with rasterio.open(answer) as file:
        return file.read(1)


def _edge(mask: Any) -> Any:
    """Cells one cell or less from where a mask changes."""
    return ndimage.maximum_filter(mask, 3) != ndimage.minimum_filter(mask, 3)


def _traced(scene: Scene, cells: Any, target_m: float) -> Any:
    """Whether rays over the raster, bilinear and in steps of a third of a cell, reach some cells (flat indices)."""
    east, north = scene.east_m.flat[cells] / CELL_M, scene.north_m.flat[cells] / CELL_M
    middle, out = len(scene.heights_m) // 2, np.hypot(east, north)

    def slope(height_m: Any, range_m: Any) -> Any:
        return (height_m - scene.antenna_m) / range_m - range_m / (2.0 * EFFECTIVE_EARTH_RADIUS_M)

    steepest = np.full(len(cells), -np.inf)
    for third in range(1, 3 * int(out.max()) + 1):
        part = third / 3.0 / out
        where = [middle - part * north, middle + part * east]
        ground_m = ndimage.map_coordinates(scene.heights_m, where, order=1, mode="nearest")
        nearer = part < 1.0 - 0.3 / out
        steepest = np.where(nearer, np.maximum(steepest, slope(ground_m, third / 3.0 * CELL_M)), steepest)
    return slope(scene.heights_m.flat[cells] + target_m, out * CELL_M) >= steepest


def test_gdal_s_curvature_is_our_effective_radius(tmp_path: Path) -> None:
    """Over a smooth sea, where the answer is in closed form: (d - d_h)^2 / (2 k a) beyond the horizon d_h."""
    coast = _scene("at the coast")
    sea = coast._replace(heights_m=np.zeros_like(coast.heights_m), antenna_m=24.4)
    beyond_m = np.maximum(sea.range_m - sqrt(2.0 * EFFECTIVE_EARTH_RADIUS_M * 24.4), 0.0)
    expected_m = beyond_m**2 / (2.0 * EFFECTIVE_EARTH_RADIUS_M)
    found_m = _gdal(sea, tmp_path, "-om", "DEM")
    np.testing.assert_allclose(found_m, expected_m, rtol=2e-3, atol=0.5)


@pytest.mark.parametrize("target_m", TARGETS_M)
@pytest.mark.parametrize("name", SITES)
def test_what_is_in_sight_is_what_gdal_sees(name: str, target_m: float, tmp_path: Path) -> None:
    scene = _scene(name)
    theirs = _gdal(scene, tmp_path, "-tz", repr(target_m)) == 255
    ours = scene.heights_m + target_m >= scene.lowest_m
    compared = (scene.range_m > 2.0 * CELL_M) & (scene.range_m < SITES[name].reach_m) & ~_edge(theirs) & ~_edge(ours)
    assert compared.mean() > 0.6
    assert 0.0 < theirs[compared].mean() < 1.0, "there is nothing to tell apart"
    assert (ours == theirs)[compared].mean() > 0.98


@pytest.mark.parametrize("name", SITES)
def test_the_lines_of_sight_are_gdal_s(name: str, tmp_path: Path) -> None:
    """As slopes: no bias, and half of them within 2 mrad; behind a crest the spacing of either ground is worth that."""
    scene = _scene(name)
    apart = (scene.lowest_m - _gdal(scene, tmp_path, "-om", "DEM")) / np.maximum(scene.range_m, CELL_M)
    inside = (scene.range_m > 5e3) & (scene.range_m < SITES[name].reach_m)
    assert abs(np.median(apart[inside])) < 1e-4
    assert np.median(np.abs(apart[inside])) < 2e-3


@pytest.mark.parametrize("name", SITES)
def test_neither_is_further_from_traced_rays_than_the_other_by_much(name: str, tmp_path: Path) -> None:
    """Where the two programs differ, rays in small steps say who is right; the survey has to be so as often as GDAL."""
    scene, draw = _scene(name), np.random.default_rng(7)
    inside = np.flatnonzero((scene.range_m > 2.0 * CELL_M) & (scene.range_m < SITES[name].reach_m))
    cells = draw.choice(inside, 2000, replace=False)
    for target_m in (100.0, 1000.0):
        seen = _traced(scene, cells, target_m)
        ours = (scene.heights_m + target_m >= scene.lowest_m).flat[cells]
        theirs = (_gdal(scene, tmp_path, "-tz", repr(target_m)) == 255).flat[cells]
        assert (ours == seen).mean() > 0.98
        assert (ours == seen).mean() > (theirs == seen).mean() - 0.01
