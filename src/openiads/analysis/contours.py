"""From chances on a grid to polygons: where they are at least a level, as rings of longitude and latitude.

Rings are closed float64 arrays of shape (n, 2), longitude first; outer rings run against the clock, holes with it
(RFC 7946). The level is met by linear interpolation between cell centres, so a polygon cuts cells where the mask of
whole cells cannot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, Final, TypeAlias

import numpy as np

from openiads.constants import WGS84_A_M, WGS84_E2

Ring: TypeAlias = np.ndarray[Any, Any]
Polygon: TypeAlias = list[Ring]  # the outer ring, then its holes

DECIMALS: Final = 6  # of a degree: a tenth of a metre
LEAST_CELLS: Final = 2.0  # pieces and holes smaller than so many cells of the grid are left out
_HALF_TURN_DEG: Final = 180.0


def polygons(values: Any, lats_deg: Any, lons_deg: Any, level: float) -> list[Polygon]:
    """Where values on a regular grid are at least a level.

    Args:
        values: shape (rows, columns), finite.
        lats_deg, lons_deg: cell centres, rising; longitudes may pass 180 degrees, the polygons are cut there.
        level: what counts as inside.

    Returns:
        Polygons that do not overlap, the largest first, without pieces and holes under ``LEAST_CELLS`` cells.
    """
    framed, lats, lons = _framed(np.asarray(values, float), lats_deg, lons_deg)
    least_km2 = LEAST_CELLS * cell_km2(lats_deg, lons_deg)
    return _sorted(
        [np.column_stack([ring[:, 0] - turn_deg, ring[:, 1]]) for ring in polygon]
        for part, part_lons, turn_deg in _parts(framed, lons)
        for polygon in _filled(part, part_lons, lats, level, least_km2)
    )


def uncut(values: Any, lats_deg: Any, lons_deg: Any, level: float) -> list[Polygon]:
    """The same as ``polygons``, in one piece where it passes 180 degrees: for a map whose axis passes them too."""
    framed, lats, lons = _framed(np.asarray(values, float), lats_deg, lons_deg)
    return _sorted(_filled(framed, lons, lats, level, LEAST_CELLS * cell_km2(lats_deg, lons_deg)))


def _sorted(found: Iterable[Polygon]) -> list[Polygon]:
    return sorted(found, key=lambda polygon: -area_km2(polygon[0]))


def cell_km2(lats_deg: Any, lons_deg: Any) -> float:
    """Area of a cell in the middle of a grid."""
    lat, lon = float(np.mean(lats_deg)), float(np.mean(lons_deg))
    up, right = float(lats_deg[1] - lats_deg[0]), float(lons_deg[1] - lons_deg[0])
    corners = np.array([[0, 0], [right, 0], [right, up], [0, up], [0, 0]]) + np.array([lon, lat])
    return area_km2(corners)


def area_km2(ring: Ring) -> float:
    """Area within a closed ring on the ellipsoid, negative where it runs with the clock.

    Source: Snyder, Map Projections, USGS Professional Paper 1395 (1987), eq. 3-12 and 10-15: the cylindrical
    equal-area map, in which edges are straight; edges of a few kilometres make no difference to geodesics.
    """
    sine, e = np.sin(np.radians(ring[:, 1])), np.sqrt(WGS84_E2)
    q = (1.0 - WGS84_E2) * (sine / (1.0 - WGS84_E2 * sine**2) + np.arctanh(e * sine) / e)
    x, y = WGS84_A_M * np.radians(ring[:, 0] - ring[0, 0]), WGS84_A_M * (q - q[0]) / 2.0
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2.0e6)


def _framed(values: Any, lats_deg: Any, lons_deg: Any) -> tuple[Any, Any, Any]:
    """The grid with nothing round it, so that every ring closes inside."""

    def widened(centres: Any) -> Any:
        step = centres[1] - centres[0]
        return np.concatenate([[centres[0] - step], centres, [centres[-1] + step]])

    return np.pad(values, 1), widened(np.asarray(lats_deg, float)), widened(np.asarray(lons_deg, float))


def _parts(values: Any, lons_deg: Any) -> list[tuple[Any, Any, float]]:
    """The grid cut at 180 degrees west and east: values, their longitudes, and the degrees to take off."""
    parts: list[tuple[Any, Any, float]] = []
    for turn_deg in (-360.0, 0.0, 360.0):
        low = max(turn_deg - _HALF_TURN_DEG, lons_deg[0])
        high = min(turn_deg + _HALF_TURN_DEG, lons_deg[-1])
        if low < high:
            lons = np.concatenate([[low], lons_deg[(lons_deg > low) & (lons_deg < high)], [high]])
            parts.append((np.array([np.interp(lons, lons_deg, row) for row in values]), lons, turn_deg))
    return parts


def _filled(values: Any, lons_deg: Any, lats_deg: Any, level: float, least_km2: float) -> Iterator[Polygon]:
    """Polygons of one part: each its outer ring and its holes, rounded, without what is too small."""
    from contourpy import FillType, contour_generator

    made: Any = contour_generator(lons_deg, lats_deg, np.array(values), fill_type=FillType.OuterOffset)
    points, offsets = made.filled(level, np.inf)
    for whole, starts in zip(points, offsets, strict=True):
        outer, *holes = (_turned(_tidy(whole[a:b])) for a, b in pairwise(starts))
        if area_km2(outer) >= least_km2:
            yield [outer, *(hole[::-1] for hole in holes if area_km2(hole) >= least_km2)]


def _tidy(ring: Ring) -> Ring:
    rounded = np.round(ring, DECIMALS)
    return np.asarray(rounded[np.append(True, np.any(np.diff(rounded, axis=0) != 0.0, axis=1))])


def _turned(ring: Ring) -> Ring:
    """The ring against the clock."""
    return ring if area_km2(ring) >= 0.0 else ring[::-1]
