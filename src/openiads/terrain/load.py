"""From the word or path in a scenario to a terrain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from openiads.catalog.errors import InputError
from openiads.terrain import globe, hgt, raster
from openiads.terrain.grid import SEA_LEVEL, Terrain, sea_level
from openiads.terrain.raw import Edges, Place, RawGrid, holds, numbered, reach_deg, require_site, span, terrain_of

GLOBE: Final = "globe"
FLAT: Final = "sea_level"


def load_terrain(
    source: str, *, folder: Path, site_deg: Place, units_deg: Sequence[Place] = (), fill_voids: bool
) -> Terrain:
    """The terrain that a scenario names.

    Args:
        source: ``globe``, ``sea_level``, or the path of a file.
        folder: what a relative path is relative to.
        site_deg: the scenario's origin.
        units_deg: where its units are; ground within reach of them is kept as well.
        fill_voids: fill cells without a height from their neighbours, and count them.

    Raises:
        InputError: a file that cannot serve; one sentence says why.
    """
    if source == FLAT:
        return SEA_LEVEL
    sites_deg = (site_deg, *units_deg)
    if source == GLOBE:
        return _globe(sites_deg)
    path = folder / source
    if not is_file(path):
        what = "is a folder" if _is_folder(path) else "is no file"
        expected = f'expected "{GLOBE}", "{FLAT}", or the path of a raster of heights'
        raise InputError(str(path), f"{what}; {expected}")
    raw = _read(path, sites_deg)
    note = f"{raw.note}; {_beyond(raw.edges_deg, sites_deg)}".removeprefix("; ")
    turned_deg = site_deg[1] - numbered(site_deg[1], raw.edges_deg)
    return terrain_of(str(path), path.name, replace(raw, west_deg=raw.west_deg + turned_deg, note=note), fill_voids)


def is_file(path: Path) -> bool:
    """Whether there is such a file; False also for a name that no file can have."""
    try:
        return path.is_file()
    except OSError:
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _read(path: Path, sites_deg: Sequence[Place]) -> RawGrid:
    if path.name.lower().endswith((".hgt", ".hgt.zip")):
        raw = hgt.read(path)
        require_site(str(path), raw.edges_deg, sites_deg[0])
        return raw
    if path.suffix.lower() == ".zip":
        raise InputError(str(path), "is a .zip file; of those only tiles of SRTM are read, expected .hgt.zip")
    return raster.read(path, sites_deg)


def _beyond(edges_deg: Edges, sites_deg: Sequence[Place]) -> str:
    """Where the ground ends, and how many of the units stand beyond."""
    said = f"beyond {span(*edges_deg)} the ground is taken as sea level"
    outside = sum(not holds(edges_deg, site) for site in sites_deg[1:])
    units = "1 unit" if outside == 1 else f"{outside} units"
    return f"{said}, under {units} too" if outside else said


def _globe(sites_deg: Sequence[Place]) -> Terrain:
    """The embedded clip where a site can see it, else sea level; the note says which."""
    place = (globe.SOUTH_DEG, globe.WEST_DEG, globe.STEP_DEG, globe.STEP_DEG)
    clip = Terrain(globe.heights_m(), *place, globe.SOURCE)
    edges_deg = clip.bounds_deg
    if any(holds(edges_deg, site) for site in sites_deg):
        return replace(clip, note=_beyond(edges_deg, sites_deg))
    note = f"the site lies outside the built-in terrain ({span(*edges_deg)}); the ground there is taken as sea level"
    seen = any(_sees(edges_deg, site) for site in sites_deg)
    return replace(clip, note=note) if seen else sea_level("sea level", note)


def _sees(edges_deg: Edges, site_deg: Place) -> bool:
    """Whether ground inside edges lies within reach of a site."""
    south, west, north, east = edges_deg
    far_north, far_east = reach_deg(site_deg[0])
    lon = numbered(site_deg[1], edges_deg)
    return south - far_north < site_deg[0] < north + far_north and west - far_east < lon < east + far_east
