"""From the word or path in a scenario to a terrain."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from openiads.catalog.errors import InputError
from openiads.terrain import globe, hgt, raster
from openiads.terrain.grid import SEA_LEVEL, Terrain, sea_level
from openiads.terrain.raw import RawGrid, reach_deg, require_site, span, terrain_of

GLOBE: Final = "globe"
FLAT: Final = "sea_level"


def load_terrain(source: str, *, folder: Path, site_deg: tuple[float, float], fill_voids: bool) -> Terrain:
    """The terrain that a scenario names.

    Args:
        source: ``globe``, ``sea_level``, or the path of a file.
        folder: what a relative path is relative to.
        site_deg: latitude and longitude of the scenario's origin.
        fill_voids: fill cells without a height from their neighbours, and count them.

    Raises:
        InputError: a file that cannot serve; one sentence says why.
    """
    if source == FLAT:
        return SEA_LEVEL
    if source == GLOBE:
        return _globe(site_deg)
    path = folder / source
    if not path.is_file():
        message = f'read "{source}", which is no file; expected "{GLOBE}", "{FLAT}", or the path of a raster of heights'
        raise InputError(str(path), message)
    raw = _read(path, site_deg)
    edges = span(*_edges_deg(raw))
    note = f"{raw.note}; beyond {edges} the ground is taken as sea level".removeprefix("; ")
    kept = RawGrid(raw.heights_m, raw.south_deg, raw.west_deg, raw.lat_step_deg, raw.lon_step_deg, note)
    return terrain_of(str(path), path.name, kept, fill_voids)


def _read(path: Path, site_deg: tuple[float, float]) -> RawGrid:
    if path.name.lower().endswith((".hgt", ".hgt.zip")):
        raw = hgt.read(path)
        require_site(str(path), _edges_deg(raw), site_deg)
        return raw
    return raster.read(path, site_deg)


def _edges_deg(raw: RawGrid) -> tuple[float, float, float, float]:
    """South, west, north, east, half a cell beyond the outermost centres."""
    rows, columns = raw.heights_m.shape
    south, west = raw.south_deg - 0.5 * raw.lat_step_deg, raw.west_deg - 0.5 * raw.lon_step_deg
    return south, west, south + rows * raw.lat_step_deg, west + columns * raw.lon_step_deg


def _globe(site_deg: tuple[float, float]) -> Terrain:
    """The embedded clip where the site can see it, else sea level; the note says which."""
    place = (globe.SOUTH_DEG, globe.WEST_DEG, globe.STEP_DEG, globe.STEP_DEG)
    clip = Terrain(globe.heights_m(), *place, globe.SOURCE)
    south, west, north, east = clip.bounds_deg
    edges = span(south, west, north, east)
    lat, lon = site_deg
    if clip.covers(lat, lon):
        note = f"beyond {edges} the ground is taken as sea level"
        return Terrain(clip.heights_m, *place, globe.SOURCE, note)
    note = f"the site lies outside the built-in terrain ({edges}); the ground there is taken as sea level"
    far_north, far_east = reach_deg(lat)
    if south - far_north < lat < north + far_north and west - far_east < lon < east + far_east:
        return Terrain(clip.heights_m, *place, globe.SOURCE, note)
    return sea_level("sea level", note)
