"""Heights as a file gives them, and what makes them fit to be a terrain: no holes, metres, and the site on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from openiads.catalog.errors import InputError
from openiads.terrain.grid import Array, Terrain, frozen

LEAST_M: Final = -500.0  # the shore of the Dead Sea lies at about -430 m
MOST_M: Final = 9000.0  # Everest at 8849 m
RADIUS_KM: Final = 450.0  # of the ground kept round a site: there a target at 12 km rises over a radar's horizon
KM_PER_DEG: Final = 111.2

Place = tuple[float, float]
"""Latitude and longitude, degrees."""
Edges = tuple[float, float, float, float]
"""South, west, north and east, degrees."""


@dataclass(frozen=True)
class Census:
    """What the cells of a file hold, counted at its own resolution.

    Attributes:
        cells, voids: how many there are, and how many of them have no height.
        low_m, high_m: the extremes of those that have one; infinities where none has.
    """

    cells: int
    voids: int
    low_m: float
    high_m: float

    def __add__(self, other: Census) -> Census:
        low_m, high_m = min(self.low_m, other.low_m), max(self.high_m, other.high_m)
        return Census(self.cells + other.cells, self.voids + other.voids, low_m, high_m)


def census(heights_m: Array) -> Census:
    """Count the cells of a grid whose voids are not finite."""
    known = heights_m[np.isfinite(heights_m)]
    extremes = (float(known.min()), float(known.max())) if known.size else (np.inf, -np.inf)
    return Census(heights_m.size, heights_m.size - known.size, *extremes)


@dataclass(frozen=True)
class RawGrid:
    """A grid as it was read.

    Attributes:
        heights_m: rows from south to north, NaN where the file has no height.
        south_deg, west_deg: centre of the first cell.
        lat_step_deg, lon_step_deg: above zero.
        note: what the reader has to say of it; may be empty.
        counted: the cells behind the heights where those are means of several.
        unit_stated: whether the file says that its heights are metres.
    """

    heights_m: Array
    south_deg: float
    west_deg: float
    lat_step_deg: float
    lon_step_deg: float
    note: str = ""
    counted: Census | None = None
    unit_stated: bool = True

    @property
    def edges_deg(self) -> Edges:
        """Half a cell beyond the outermost centres."""
        rows, columns = self.heights_m.shape
        south, west = self.south_deg - 0.5 * self.lat_step_deg, self.west_deg - 0.5 * self.lon_step_deg
        return south, west, south + rows * self.lat_step_deg, west + columns * self.lon_step_deg


def reach_deg(lat_deg: float) -> tuple[float, float]:
    """How far north or south, and east or west, the ground round a site is kept (degrees)."""
    north = RADIUS_KM / KM_PER_DEG
    return north, north / max(float(np.cos(np.radians(min(abs(lat_deg) + north, 89.0)))), 0.02)


def wanted(sites_deg: Sequence[Place], edges_deg: Edges) -> Edges:
    """The box round everything within reach of any site, longitudes as a grid with these edges counts them."""
    boxes = []
    for lat, lon in sites_deg:
        (north, east), at = reach_deg(lat), numbered(lon, edges_deg)
        boxes.append((lat - north, at - east, lat + north, at + east))
    low, high = np.min(boxes, axis=0), np.max(boxes, axis=0)
    return float(low[0]), float(low[1]), float(high[2]), float(high[3])


def numbered(lon_deg: float, edges_deg: Edges) -> float:
    """A longitude as a grid with these edges counts them: within half a turn of its middle."""
    middle_deg = 0.5 * (edges_deg[1] + edges_deg[3])
    return lon_deg - 360.0 * float(np.floor((lon_deg - middle_deg) / 360.0 + 0.5))


def span(south_deg: float, west_deg: float, north_deg: float, east_deg: float) -> str:
    """Edges as words: ``N32.5 to N37.5, E31.5 to E39``; beyond 180 degrees the other name of a meridian."""
    west, east = (lon if abs(lon) <= 180.0 else (lon + 180.0) % 360.0 - 180.0 for lon in (west_deg, east_deg))
    lat = f"{_signed(south_deg, 'N', 'S')} to {_signed(north_deg, 'N', 'S')}"
    return f"{lat}, {_signed(west, 'E', 'W')} to {_signed(east, 'E', 'W')}"


def _signed(angle_deg: float, positive: str, negative: str) -> str:
    return f"{positive if angle_deg >= 0.0 else negative}{round(abs(angle_deg), 3):g}"


def holds(edges_deg: Edges, site_deg: Place) -> bool:
    """Whether a site lies inside edges, its longitude by whatever name."""
    south, west, north, east = edges_deg
    return south <= site_deg[0] <= north and west <= numbered(site_deg[1], edges_deg) <= east


def require_site(file: str, edges_deg: Edges, site_deg: Place) -> None:
    """Refuse a grid on which the site does not lie.

    Args:
        file: the file's name for the message.
        edges_deg: of the grid.
        site_deg: the scenario's origin.

    Raises:
        InputError: the site is outside.
    """
    if holds(edges_deg, site_deg):
        return
    lat, lon = site_deg
    at = f"{_signed(lat, 'N', 'S')} {_signed(lon, 'E', 'W')}"
    raise InputError(file, f"spans {span(*edges_deg)}, where the origin of the scenario at {at} does not lie")


def terrain_of(file: str, source: str, raw: RawGrid, fill_voids: bool) -> Terrain:
    """A terrain from a grid whose heights are sound.

    Raises:
        InputError: heights that no ground on earth has, or holes that nobody asked to fill.
    """
    counted = raw.counted or census(raw.heights_m)
    count = counted.voids
    if count == counted.cells:
        raise InputError(file, "holds no height at all round the sites of the scenario: every cell is a void")
    _require_plausible(file, counted)
    if count and not fill_voids:
        raise InputError(
            file,
            f"has {count} cell{'' if count == 1 else 's'} without a height (voids, {count / counted.cells:.2%}); "
            "fill them yourself, or say fill_voids = true in [environment] (openiads coverage: --fill-voids), which "
            "takes the mean of their neighbours",
        )
    holes = ~np.isfinite(raw.heights_m)
    heights = filled(np.where(holes, np.nan, raw.heights_m)) if holes.any() else raw.heights_m
    steps = (raw.lat_step_deg, raw.lon_step_deg)
    return Terrain(frozen(heights), raw.south_deg, raw.west_deg, *steps, source, raw.note, count, raw.unit_stated)


def _require_plausible(file: str, counted: Census) -> None:
    low, high = counted.low_m, counted.high_m
    if low < LEAST_M or high > MOST_M:
        raise InputError(
            file,
            f"read heights from {low:g} to {high:g}, the ground on earth lies between {LEAST_M:g} and {MOST_M:g} m; "
            "are they in feet, or is a value for voids not declared?",
        )


def filled(heights_m: Array) -> Array:
    """A copy whose NaN cells hold the mean of those of their eight neighbours that have a height.

    Filled ring by ring from the rim of each hole inwards; at least one cell must hold a height.
    """
    wide = np.pad(np.asarray(heights_m, np.float64), 1, constant_values=np.nan)
    missing = np.zeros(wide.shape, bool)
    missing[1:-1, 1:-1] = np.isnan(wide[1:-1, 1:-1])
    stride = wide.shape[1]
    around = np.array([down * stride + across for down in (-1, 0, 1) for across in (-1, 0, 1) if down or across])
    heights, holes = wide.reshape(-1), missing.reshape(-1)
    ring = np.flatnonzero(holes)
    ring = ring[np.isfinite(heights[ring[:, None] + around]).any(axis=1)]
    while ring.size:
        beside = ring[:, None] + around
        heights[ring] = np.nanmean(heights[beside], axis=1)
        holes[ring] = False
        ring = np.unique(beside[holes[beside]])
    return wide[1:-1, 1:-1]
