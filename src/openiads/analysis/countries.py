"""Whose land lies inside: shares of countries in a mask on a grid, and the places in it.

A cell counts by the part of it that a country fills, so small countries come out right on a coarse grid. Areas are of
the WGS-84 ellipsoid. Countries are those that Natural Earth draws, de facto; no position is taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from openiads.analysis.basemap import Country, Line, Spot, base_map
from openiads.catalog.errors import UnknownName, unknown_name
from openiads.constants import WGS84_A_M, WGS84_B_M, WGS84_E2
from openiads.record import geodesy

Array = np.ndarray[Any, Any]

CUT_DEG: Final = 0.0025  # cells are cut by lines of latitude at most this far apart; along a line the cut is exact
CUTS: Final = (4, 100)  # lines through a cell, least and most
_EVEN: Final = 1e-6  # of a step: how far a grid may be from evenly spaced


@dataclass(frozen=True, slots=True)
class CountryShare:
    """How much of a country lies inside.

    Attributes:
        area_inside_km2: its land in the cells of the mask.
        land_area_km2: its whole land, also where the map or the grid ends before it does; lakes included.
        share: one over the other, at most 1. On the 1:110 million map it is the share of what is drawn.
    """

    name: str
    area_inside_km2: float
    land_area_km2: float
    share: float


@dataclass(frozen=True, slots=True)
class SpotInside:
    """A place inside, and how far it is from the point asked for (km, None where none was)."""

    spot: Spot
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class _Window:
    """The part of each cell that a country fills, in the rows and columns that it touches."""

    country: Country
    rows: slice
    columns: slice
    part: Array


class CountryGrid:
    """The countries on a grid of cell centres; made once, asked for many masks.

    Args:
        lats_deg: latitudes of the cell centres, evenly spaced, rising; shape (rows,), 2 or more.
        lons_deg: longitudes likewise; shape (columns,). They may pass 180 degrees.

    Attributes:
        scale: of the map that was used, "1:10 million" or "1:110 million".
        cell_km2: area of a cell of each row; shape (rows,).

    Raises:
        ValueError: the centres are not evenly spaced and rising.
    """

    def __init__(self, lats_deg: ArrayLike, lons_deg: ArrayLike) -> None:
        self._south_deg, self._lat_step_deg, rows = _axis("latitudes", lats_deg)
        self._west_deg, self._lon_step_deg, columns = _axis("longitudes", lons_deg)
        self._shape = (rows, columns)
        self._cuts = int(np.clip(np.ceil(self._lat_step_deg / CUT_DEG), *CUTS))
        north, east = self._south_deg + rows * self._lat_step_deg, self._west_deg + columns * self._lon_step_deg
        chart = base_map(self._south_deg, self._west_deg, north, east)
        self.scale = chart.scale
        self.cell_km2 = self._cell_km2()
        self._windows = [window for country in chart.countries if (window := self._window(country)) is not None]

    @property
    def names(self) -> tuple[str, ...]:
        """The countries that the grid touches."""
        return tuple(window.country.name for window in self._windows)

    def shares(self, mask: ArrayLike) -> list[CountryShare]:
        """Every country that the mask touches, the greatest share first, then the greatest area.

        Args:
            mask: what is inside; bool, shape (rows, columns).

        Raises:
            ValueError: the mask has another shape than the grid.
        """
        inside = np.asarray(mask, bool)
        if inside.shape != self._shape:
            raise ValueError(f"read a mask of shape {inside.shape}; the grid has shape {self._shape}")
        found = []
        for window in self._windows:
            cells = (window.part * inside[window.rows, window.columns]).sum(axis=1)
            share = min(1.0, float(cells @ self.cell_km2[window.rows]) / window.country.drawn_area_km2)
            land_km2 = window.country.land_area_km2
            if share > 0.0:
                found.append(CountryShare(window.country.name, share * land_km2, land_km2, share))
        return sorted(found, key=lambda row: (-row.share, -row.area_inside_km2))

    def part(self, name: str) -> Array:
        """The part of each cell that a country fills, 0 to 1; float64, shape (rows, columns).

        Raises:
            UnknownName: the grid touches no country of that name.
        """
        window = next((each for each in self._windows if each.country.name == name), None)
        if window is None:
            raise _unknown(name, self.names)
        filled = np.zeros(self._shape)
        filled[window.rows, window.columns] = window.part
        return filled

    def _cell_km2(self) -> Array:
        """Source: Snyder, Map Projections, USGS Professional Paper 1395 (1987), eq. 3-12: the authalic latitude's q."""
        edges = np.radians(self._south_deg + self._lat_step_deg * np.arange(self._shape[0] + 1))
        e, sine = np.sqrt(WGS84_E2), np.sin(np.clip(edges, -np.pi / 2.0, np.pi / 2.0))
        q = (1.0 - WGS84_E2) * (sine / (1.0 - WGS84_E2 * sine**2) + np.arctanh(e * sine) / e)
        return np.asarray(WGS84_A_M**2 / 2.0 * np.diff(q) * np.radians(self._lon_step_deg) / 1e6)

    def _window(self, country: Country) -> _Window | None:
        """A country on the grid; None where it does not touch it."""
        total = np.zeros(self._shape[0] * (self._shape[1] + 2))
        east_deg = self._west_deg + self._shape[1] * self._lon_step_deg
        rings = [ring for polygon in country.polygons for ring in polygon]
        for turn_deg in (-360.0, 0.0, 360.0):
            near = [
                ring + np.array([turn_deg, 0.0])
                for ring in rings
                if ring[:, 0].max() + turn_deg > self._west_deg and ring[:, 0].min() + turn_deg < east_deg
            ]
            if near:
                total += self._crossed(near)
        part = total.reshape(self._shape[0], -1)[:, :-2].cumsum(axis=1) / self._cuts
        rows, columns = np.flatnonzero(part.max(axis=1) > 1e-9), np.flatnonzero(part.max(axis=0) > 1e-9)
        if not len(rows):
            return None
        window = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        return _Window(country, *window, np.clip(part[window], 0.0, 1.0))

    def _crossed(self, rings: list[Line]) -> Array:
        """What each crossing of a line of latitude adds to the cells east of it; summed from the west it is the part.

        Where a ring against the clock runs south, the country begins; where it
        runs north, it ends. Rings with the clock are holes and do the reverse. Shape (rows * (columns + 2),).
        """
        x0, y0 = np.concatenate([ring[:-1] for ring in rings]).T
        x1, y1 = np.concatenate([ring[1:] for ring in rings]).T
        step = self._lat_step_deg / self._cuts
        lowest, highest = (
            np.clip(np.ceil((y - self._south_deg) / step - 0.5), 0, self._shape[0] * self._cuts).astype(np.int64)
            for y in (np.minimum(y0, y1), np.maximum(y0, y1))
        )
        times = highest - lowest
        edge = np.repeat(np.arange(len(times)), times)
        line = np.arange(len(edge)) - np.repeat(np.cumsum(times) - times, times) + lowest[edge]
        along = (self._south_deg + (line + 0.5) * step - y0[edge]) / (y1 - y0)[edge]
        x = x0[edge] + along * (x1 - x0)[edge]
        sign = np.where(y1 < y0, 1.0, -1.0)[edge]
        column = np.clip((x - self._west_deg) / self._lon_step_deg, 0.0, self._shape[1])
        first = np.floor(column).astype(np.int64)
        cell = line // self._cuts * (self._shape[1] + 2) + first
        size = self._shape[0] * (self._shape[1] + 2)
        here = np.bincount(cell, sign * (first + 1 - column), size)
        return np.asarray(here + np.bincount(cell + 1, sign * (column - first), size))


def _axis(what: str, centres_deg: ArrayLike) -> tuple[float, float, int]:
    """The first edge, the step and the number of cells."""
    centres = np.asarray(centres_deg, float)
    if centres.ndim != 1 or len(centres) < 2:
        raise ValueError(f"read {what} of shape {centres.shape}; two or more cell centres in a row are needed")
    step = float(centres[-1] - centres[0]) / (len(centres) - 1)
    if step <= 0.0 or np.abs(np.diff(centres) - step).max() > _EVEN * step + 1e-9:
        raise ValueError(f"read {what} that are not evenly spaced and rising; a regular grid is needed")
    return float(centres[0]) - step / 2.0, step, len(centres)


def _unknown(name: str, names: Iterable[str]) -> UnknownName:
    return unknown_name("base map", "country of this grid", name, names)


def places_inside(
    mask: ArrayLike,
    lats_deg: ArrayLike,
    lons_deg: ArrayLike,
    spots: Iterable[Spot],
    from_deg: tuple[float, float] | None = None,
) -> list[SpotInside]:
    """The places whose cell is inside, the nearest first; without a point, the greatest first.

    Args:
        mask: bool, shape (rows, columns), on a regular grid as for ``CountryGrid``.
        spots: for instance ``known_spots(catalog.places.values(), ...)``.
        from_deg: latitude and longitude that distances are measured from.
    """
    inside = np.asarray(mask, bool)
    south, lat_step, rows = _axis("latitudes", lats_deg)
    west, lon_step, columns = _axis("longitudes", lons_deg)
    found = []
    for spot in spots:
        row = int(np.floor((spot.lat_deg - south) / lat_step))
        column = int(np.floor(((spot.lon_deg - west) % 360.0) / lon_step))
        if 0 <= row < rows and column < columns and inside[row, column]:
            found.append(SpotInside(spot, None if from_deg is None else _distance_km(from_deg, spot)))
    return sorted(found, key=lambda one: (one.distance_km or 0.0, one.spot.rank, -one.spot.population, one.spot.name))


def _distance_km(from_deg: tuple[float, float], spot: Spot) -> float:
    """Distance along the earth: the arc over the chord on a sphere of the mean radius.

    Limits: within 0.3 % of the geodesic.
    """
    ends = geodesy.ecef([from_deg[0], spot.lat_deg], [from_deg[1], spot.lon_deg], 0.0)
    radius_m = (2.0 * WGS84_A_M + WGS84_B_M) / 3.0
    half = min(1.0, float(np.linalg.norm(ends[1] - ends[0])) / (2.0 * radius_m))
    return 2.0 * radius_m * float(np.arcsin(half)) / 1e3
