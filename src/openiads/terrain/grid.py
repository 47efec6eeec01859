"""Heights of the ground on a regular grid of latitude and longitude."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Terrain:
    """The ground round a site; beyond the grid it is sea level.

    Attributes:
        heights_m: float32, rows from south to north, columns from west to east, above mean sea level; read-only.
            Shape (0, 0) where everything is sea level.
        south_deg: latitude of the centres of the first row.
        west_deg: longitude of the centres of the first column; the columns count on from there, beyond 180 if need be.
        lat_step_deg: from one row to the next, above zero.
        lon_step_deg: from one column to the next, above zero.
        source: what it was read from, one phrase.
        note: what a reader of results must know of it, one or more sentences; may be empty.
        voids_filled: how many cells had no height and were filled from their neighbours.
        unit_stated: whether the source says that its heights are metres.

    Limits: heights between cell centres are bilinear, so a summit between them is lost.
    """

    heights_m: Array
    south_deg: float
    west_deg: float
    lat_step_deg: float
    lon_step_deg: float
    source: str
    note: str = ""
    voids_filled: int = 0
    unit_stated: bool = True

    @cached_property
    def digest(self) -> str:
        """SHA-256 of where the cells are and of their heights; the same on every machine."""
        place = (*self.heights_m.shape, self.south_deg, self.west_deg, self.lat_step_deg, self.lon_step_deg)
        said = hashlib.sha256(repr(place).encode())
        said.update(np.ascontiguousarray(self.heights_m, "<f4").tobytes())
        return said.hexdigest()

    def facts(self) -> dict[str, str | int]:
        """What a manifest says of it."""
        return {"source": self.source, "note": self.note, "voids_filled": self.voids_filled, "digest": self.digest}

    @property
    def is_flat(self) -> bool:
        """Whether everything is sea level."""
        return self.heights_m.size == 0

    @property
    def bounds_deg(self) -> tuple[float, float, float, float]:
        """South, west, north and east edge: half a cell beyond the outermost centres; zeros where all is sea level."""
        rows, columns = self.heights_m.shape
        if self.is_flat:
            return 0.0, 0.0, 0.0, 0.0
        south, west = self.south_deg - 0.5 * self.lat_step_deg, self.west_deg - 0.5 * self.lon_step_deg
        return south, west, south + rows * self.lat_step_deg, west + columns * self.lon_step_deg

    def covers(self, lat_deg: ArrayLike, lon_deg: ArrayLike) -> Array:
        """Whether points lie inside the edges of the grid; booleans of the points' shape."""
        row, column = self._cells(lat_deg, lon_deg)
        rows, columns = self.heights_m.shape
        inside = (row >= -0.5) & (row <= rows - 0.5) & (column >= -0.5) & (column <= columns - 0.5)
        return np.asarray(inside & (not self.is_flat))

    def height_m(self, lat_deg: ArrayLike, lon_deg: ArrayLike) -> Array:
        """Height of the ground above mean sea level (m, float64, of the points' shape).

        Bilinear between cell centres; in the half cell outside the outermost centres that of the edge; 0 beyond.
        """
        row, column = self._cells(lat_deg, lon_deg)
        if self.is_flat:
            return np.zeros(np.broadcast(row, column).shape)
        rows, columns = self.heights_m.shape
        inside = self.covers(lat_deg, lon_deg)
        row, column = np.clip(row, 0.0, rows - 1.0), np.clip(column, 0.0, columns - 1.0)
        south = np.minimum(row.astype(np.int64), max(rows - 2, 0))
        west = np.minimum(column.astype(np.int64), max(columns - 2, 0))
        north, east = np.minimum(south + 1, rows - 1), np.minimum(west + 1, columns - 1)
        up, right = row - south, column - west
        h = self.heights_m
        lower = h[south, west] * (1.0 - right) + h[south, east] * right
        upper = h[north, west] * (1.0 - right) + h[north, east] * right
        return np.where(inside, lower * (1.0 - up) + upper * up, 0.0)

    def numbered(self, lon_deg: ArrayLike) -> Array:
        """Longitudes as the grid counts them: whole turns added until they lie within half a turn of its middle."""
        lon = np.asarray(lon_deg, np.float64)
        middle_deg = self.west_deg + 0.5 * self.lon_step_deg * (self.heights_m.shape[1] - 1)
        return np.asarray(lon - 360.0 * np.floor((lon - middle_deg) / 360.0 + 0.5))

    def _cells(self, lat_deg: ArrayLike, lon_deg: ArrayLike) -> tuple[Array, Array]:
        """Rows and columns of points, fractions of a cell counted from the first centres."""
        lat = np.asarray(lat_deg, np.float64)
        return (lat - self.south_deg) / self.lat_step_deg, (self.numbered(lon_deg) - self.west_deg) / self.lon_step_deg


def described(facts: Mapping[str, Any]) -> str:
    """One line about the ground, from what a manifest says of it; empty where it says nothing."""
    if not facts:
        return ""
    filled = int(facts["voids_filled"])
    voids = f"{filled} void{'' if filled == 1 else 's'} filled from neighbours" if filled else ""
    return "terrain: " + "; ".join(part for part in (facts["source"], voids, facts["note"]) if part)


def frozen(heights_m: Array) -> Array:
    """Heights as ``Terrain`` wants them: float32, rows one after the other in memory, read-only."""
    kept = np.array(heights_m, np.float32, order="C")
    kept.flags.writeable = False
    return kept


def sea_level(source: str = "sea level", note: str = "") -> Terrain:
    """A terrain whose ground is sea level everywhere."""
    return Terrain(frozen(np.zeros((0, 0))), 0.0, 0.0, 1.0, 1.0, source, note)


SEA_LEVEL: Final = sea_level()
