"""GeoTIFF, DTED and whatever else GDAL reads, through rasterio, which is imported only when such a file is named."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from openiads.catalog.errors import InputError
from openiads.terrain.grid import Array
from openiads.terrain.raw import Census, Edges, Place, RawGrid, census, require_site, wanted

if TYPE_CHECKING:
    from pathlib import Path

CELLS_MAX: Final = 6000  # a side of the grid that is kept
STRIP_ROWS: Final = 512  # of a large raster, read at a time to count its voids
METRES: Final = ("m", "metre", "metres", "meter", "meters")
_WGS_84 = re.compile(r'(?:DATUM|ENSEMBLE)\["(?:WGS[_ ]?(?:19)?84|D_WGS_1984|World Geodetic System 1984)', re.IGNORECASE)


def read(path: Path, sites_deg: Sequence[Place]) -> RawGrid:
    """Read the part of a raster that lies round the sites; at more than 6000 cells a side, means of several cells.

    Args:
        path: the file.
        sites_deg: the scenario's origin, which must lie on it, and where its units are.

    Raises:
        InputError: rasterio is not installed, or the raster is not one band of heights in metres on geographic WGS 84
            with north up and the origin inside.
    """
    try:
        import rasterio
        from rasterio.errors import RasterioError, RasterioIOError
    except ImportError:
        message = "is read with rasterio, which is not installed; pip install 'openiads[geo]'"
        raise InputError(str(path), message) from None
    opened = False
    try:
        with rasterio.open(path) as raster:
            opened = True
            _require_heights(str(path), raster)
            _require_upright(str(path), raster)
            bounds = raster.bounds
            edges_deg = (bounds.bottom, bounds.left, bounds.top, bounds.right)
            require_site(str(path), edges_deg, sites_deg[0])
            stated = bool((raster.units[0] or "").strip())
            return replace(_within(raster, wanted(sites_deg, edges_deg)), unit_stated=stated)
    except RasterioError as error:
        if opened and isinstance(error, RasterioIOError):
            raise InputError(str(path), "cannot be read to its end; it may be cut off or damaged") from None
        raise InputError(str(path), f"cannot be read as a raster: {_reason(error, path)}") from None


def _reason(error: Exception, path: Path) -> str:
    """What GDAL says of a file, without its name."""
    said = str(error).replace(f"'{path}'", "").replace(f"{path}:", "")
    return " ".join(said.split()).rstrip(".")


def _require_heights(file: str, raster: Any) -> None:
    """One band of metres on geographic WGS 84."""
    if raster.crs is None:
        raise InputError(file, "states no coordinate reference system; expected geographic WGS 84 (EPSG:4326)")
    if not raster.crs.is_geographic or _WGS_84.search(raster.crs.to_wkt()) is None:
        raise InputError(
            file,
            f"is in {_named(raster.crs)}, expected geographic WGS 84; warp it with "
            "gdalwarp -t_srs EPSG:4326 -r bilinear IN OUT",
        )
    if raster.count != 1:
        raise InputError(file, f"has {raster.count} bands; expected one, the height of the ground")
    if "complex" in raster.dtypes[0]:
        raise InputError(file, f"holds numbers of the type {raster.dtypes[0]}; expected real ones, heights in metres")
    unit = raster.units[0]
    if unit and unit.strip().lower() not in METRES:
        hint = 'convert them, for feet with gdal_calc.py --calc "A*0.3048"'
        raise InputError(file, f'has heights in "{unit}", expected metres; {hint}')


def _named(crs: Any) -> str:
    code = crs.to_epsg()
    found = re.match(r'\w+\["([^"]+)"', crs.to_wkt())
    name = found[1] if found else "another reference system"
    return f"{name} (EPSG:{code})" if code else name


def _require_upright(file: str, raster: Any) -> None:
    """Rows along parallels from north to south, columns along meridians from west to east."""
    to_ground = raster.transform
    if to_ground.b or to_ground.d or to_ground.a <= 0.0 or to_ground.e >= 0.0:
        hint = "warp it with gdalwarp -t_srs EPSG:4326 IN OUT"
        raise InputError(file, f"is rotated or mirrored, expected north up; {hint}")


def _within(raster: Any, edges_deg: Edges) -> RawGrid:
    """The cells inside edges, means of several where they are too many."""
    from rasterio.enums import Resampling
    from rasterio.windows import Window

    south_deg, west_deg, north_deg, east_deg = edges_deg
    to_ground = raster.transform
    first_row, last_row = _cells(to_ground.f, to_ground.e, north_deg, south_deg)
    first_column, last_column = _cells(to_ground.c, to_ground.a, west_deg, east_deg)
    first_row, last_row = max(first_row, 0), min(last_row, raster.height)
    first_column, last_column = max(first_column, 0), min(last_column, raster.width)
    rows, columns = last_row - first_row, last_column - first_column
    shape = min(rows, CELLS_MAX), min(columns, CELLS_MAX)
    window = Window(first_column, first_row, columns, rows)
    heights_m = _heights_m(raster, window, out_shape=shape, resampling=Resampling.average)[::-1]
    lat_step, lon_step = -to_ground.e * rows / shape[0], to_ground.a * columns / shape[1]
    south = to_ground.f + to_ground.e * last_row + 0.5 * lat_step
    west = to_ground.c + to_ground.a * first_column + 0.5 * lon_step
    if shape == (rows, columns):
        return RawGrid(heights_m, south, west, lat_step, lon_step)
    note = f"its {rows} x {columns} cells were averaged to {shape[0]} x {shape[1]}"
    return RawGrid(heights_m, south, west, lat_step, lon_step, note, _counted(raster, window))


def _heights_m(raster: Any, window: Any, **how: Any) -> Array:
    """A window as float32, NaN where the raster declares no height."""
    stored = raster.read(1, window=window, masked=True, **how)
    return np.ma.filled(stored.astype(np.float32), np.nan)


def _counted(raster: Any, window: Any) -> Census:
    """The cells of a window as they are stored, strip by strip: a mean of several hides a void among them."""
    from rasterio.windows import Window

    found = Census(0, 0, math.inf, -math.inf)
    for row in range(0, window.height, STRIP_ROWS):
        rows = min(STRIP_ROWS, window.height - row)
        found += census(_heights_m(raster, Window(window.col_off, window.row_off + row, window.width, rows)))
    return found


def _cells(origin_deg: float, step_deg: float, start_deg: float, end_deg: float) -> tuple[int, int]:
    """The first cell and the one past the last between two coordinates."""
    return math.floor((start_deg - origin_deg) / step_deg), math.ceil((end_deg - origin_deg) / step_deg)
