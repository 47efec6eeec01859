"""SRTM tiles, ``.hgt`` and ``.hgt.zip``: one degree square, big-endian int16, rows from north to south.

Source: SRTM Topography documentation, USGS/NASA (SRTM_Topo.txt): the name gives the south-west corner, which is the
centre of the south-west sample; -32768 is a void; the outermost rows and columns overlap those of the next tile.
"""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Final

import numpy as np

from openiads.catalog.errors import InputError
from openiads.terrain.raw import RawGrid

if TYPE_CHECKING:
    from pathlib import Path

VOID: Final = -32768
SIDES: Final = (1201, 3601)  # samples a side: 3" and 1"
_NAME = re.compile(r"([NS])(\d{1,2})([EW])(\d{1,3})", re.IGNORECASE)


def read(path: Path) -> RawGrid:
    """Read a tile; its name begins with its south-west corner, as in ``N34E035.hgt`` or ``N34E035.SRTMGL1.hgt.zip``.

    Raises:
        InputError: no such file, a name that gives no corner, or bytes that are no tile.
    """
    south_deg, west_deg = _corner(path)
    content = _content(path)
    side = next((side for side in SIDES if 2 * side * side == len(content)), None)
    if side is None:
        allowed = " or ".join(f"{2 * side * side} ({side} x {side})" for side in SIDES)
        raise InputError(str(path), f"holds {len(content)} bytes of heights, a whole .hgt tile has {allowed}")
    stored = np.frombuffer(content, ">i2").reshape(side, side)[::-1]
    heights_m = np.where(stored == VOID, np.float32(np.nan), stored.astype(np.float32))
    step_deg = 1.0 / (side - 1)
    return RawGrid(heights_m, south_deg, west_deg, step_deg, step_deg)


def _corner(path: Path) -> tuple[float, float]:
    found = _NAME.match(path.name)
    lat, lon = (float(found[2]), float(found[4])) if found else (99.0, 0.0)
    if found is None or lat > 90.0 or lon > 180.0:
        raise InputError(
            str(path), "has a name that gives no south-west corner; an .hgt tile is called like N34E035.hgt"
        )
    return lat if found[1] in "Nn" else -lat, lon if found[3] in "Ee" else -lon


def _content(path: Path) -> bytes:
    try:
        if path.suffix.lower() != ".zip":
            return path.read_bytes()
        with zipfile.ZipFile(path) as archive:
            tiles = [name for name in archive.namelist() if name.lower().endswith(".hgt")]
            if len(tiles) != 1:
                raise InputError(str(path), f"holds {len(tiles)} .hgt tiles; exactly one was expected")
            if (size := archive.getinfo(tiles[0]).file_size) > 2 * SIDES[-1] ** 2:
                raise InputError(str(path), f"holds a tile of {size} bytes, the largest .hgt has {2 * SIDES[-1] ** 2}")
            return archive.read(tiles[0])
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError(str(path), f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
