"""Heights as a file gives them, and what makes them fit to be a terrain: no holes, metres, and the site on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from openiads.catalog.errors import InputError
from openiads.terrain.grid import Array, Terrain, frozen

LEAST_M: Final = -500.0  # the shore of the Dead Sea lies at about -430 m
MOST_M: Final = 9000.0  # Everest at 8849 m
RADIUS_KM: Final = 450.0  # of the ground kept round a site: there a target at 12 km rises over a radar's horizon
KM_PER_DEG: Final = 111.2


@dataclass(frozen=True)
class RawGrid:
    """A grid as it was read.

    Attributes:
        heights_m: rows from south to north, NaN where the file has no height.
        south_deg, west_deg: centre of the first cell.
        lat_step_deg, lon_step_deg: above zero.
        note: what the reader has to say of it; may be empty.
    """

    heights_m: Array
    south_deg: float
    west_deg: float
    lat_step_deg: float
    lon_step_deg: float
    note: str = ""


def reach_deg(lat_deg: float) -> tuple[float, float]:
    """How far north or south, and east or west, the ground round a site is kept (degrees)."""
    north = RADIUS_KM / KM_PER_DEG
    return north, north / max(float(np.cos(np.radians(min(abs(lat_deg) + north, 89.0)))), 0.02)


def span(south_deg: float, west_deg: float, north_deg: float, east_deg: float) -> str:
    """Edges as words: ``N32.5 to N37.5, E31.5 to E39``."""
    lat = f"{_signed(south_deg, 'N', 'S')} to {_signed(north_deg, 'N', 'S')}"
    return f"{lat}, {_signed(west_deg, 'E', 'W')} to {_signed(east_deg, 'E', 'W')}"


def _signed(angle_deg: float, positive: str, negative: str) -> str:
    return f"{positive if angle_deg >= 0.0 else negative}{round(abs(angle_deg), 3):g}"


def require_site(file: str, edges_deg: tuple[float, float, float, float], site_deg: tuple[float, float]) -> None:
    """Refuse a grid on which the site does not lie.

    Args:
        file: the file's name for the message.
        edges_deg: south, west, north, east.
        site_deg: latitude and longitude of the scenario's origin.

    Raises:
        InputError: the site is outside.
    """
    south, west, north, east = edges_deg
    lat, lon = site_deg
    if south <= lat <= north and west <= lon <= east:
        return
    at = f"{_signed(lat, 'N', 'S')} {_signed(lon, 'E', 'W')}"
    raise InputError(file, f"spans {span(*edges_deg)}, where the origin of the scenario at {at} does not lie")


def terrain_of(file: str, source: str, raw: RawGrid, fill_voids: bool) -> Terrain:
    """A terrain from a grid whose heights are sound.

    Raises:
        InputError: heights that no ground on earth has, or holes that nobody asked to fill.
    """
    holes = ~np.isfinite(raw.heights_m)
    count = int(np.count_nonzero(holes))
    _require_plausible(file, raw.heights_m[~holes])
    if count == holes.size:
        raise InputError(file, "holds no height at all round the origin of the scenario: every cell is a void")
    if count and not fill_voids:
        raise InputError(
            file,
            f"has {count} cell{'' if count == 1 else 's'} without a height (voids, {count / holes.size:.2%}); "
            "fill them yourself, or say fill_voids = true in [environment] to fill them from their neighbours",
        )
    heights = filled(np.where(holes, np.nan, raw.heights_m)) if count else raw.heights_m
    steps = (raw.lat_step_deg, raw.lon_step_deg)
    return Terrain(frozen(heights), raw.south_deg, raw.west_deg, *steps, source, raw.note, count)


def _require_plausible(file: str, heights_m: Array) -> None:
    if not heights_m.size:
        return
    low, high = float(heights_m.min()), float(heights_m.max())
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
