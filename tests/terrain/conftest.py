"""Shared by the terrain tests: hilly heights, and files of them written with GDAL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SITE = (34.5, 35.5)  # the middle of the tile N34E035


def hills(rows: int, columns: int) -> np.ndarray[Any, Any]:
    """Whole metres from 0 to 2000, rows from north to south as files have them."""
    y, x = np.mgrid[0:rows, 0:columns]
    waves = np.sin(7.0 * y / rows + 1.0) * np.cos(11.0 * x / columns)
    return np.round(1000.0 + 900.0 * waves + 100.0 * (y % 3 == 1)).astype(np.int16)


def corner(west_deg: float, north_deg: float, lon_step_deg: float, lat_step_deg: float = 0.0) -> Affine:
    """The geotransform of a raster with north up; square cells unless both steps are given."""
    return Affine(lon_step_deg, 0.0, west_deg, 0.0, -(lat_step_deg or lon_step_deg), north_deg)


@pytest.fixture
def geotiff(tmp_path: Path) -> Callable[..., Path]:
    """Write a GeoTIFF of the tile N34E035, 0.01 degrees a cell unless told otherwise."""

    def write(heights: np.ndarray[Any, Any] | None = None, **changes: Any) -> Path:
        given = hills(100, 100) if heights is None else heights
        bands = given if given.ndim == 3 else given[None]
        units = changes.pop("units", None)
        profile = {
            "driver": "GTiff", "height": bands.shape[1], "width": bands.shape[2], "count": len(bands),
            "dtype": bands.dtype.name, "crs": "EPSG:4326",
            "transform": corner(35.0, 35.0, 1.0 / bands.shape[2], 1.0 / bands.shape[1]),
        } | changes  # fmt: skip
        path = tmp_path / "ground.tif"
        with rasterio.open(path, "w", **profile) as raster:
            raster.write(bands)
            if units:
                raster.units = (units,) * len(bands)
        return path

    return write
