"""The ground of a map: sea, land, hills, coast, borders and rivers, and the names of places.

Axes are in degrees, longitude across. Set their limits first: the view decides which map is drawn and is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, cos, radians
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import LightSource, LinearSegmentedColormap
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from openiads.analysis import palette
from openiads.analysis.basemap import BaseMap, Line, Spot, base_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

    from openiads.terrain.grid import Terrain

_M_PER_DEG: Final = 111_200.0
_SUN: Final = LightSource(azdeg=315, altdeg=45)
_STEEPER: Final = 2.5  # heights are exaggerated for the eye
_SHADE: Final = 0.42  # how much of a tint the shade may take or give
_SUMMIT_M: Final = 3000.0
_SHADED_CELLS: Final = 1200  # cells a side that a picture can show
_TINTS: Final = LinearSegmentedColormap.from_list("ground", [palette.LAND, palette.SUMMITS])
_INTERNATIONAL: Final = "international boundary"
_DASHES: Final[dict[bool, Any]] = {True: (0, (5, 2.5)), False: (0, (1.2, 1.8))}
_SIDES: Final = (  # where a label stands: offset in points, alignment
    ((5, 0), "left", "center"), ((-5, 0), "right", "center"), ((0, 5), "center", "bottom"), ((0, -5), "center", "top"),
)  # fmt: skip
_MARGIN_PX: Final = 6.0
_CLEAR_PX: Final = 5.0  # of points to keep away from
_AIR_PX: Final = 26.0  # between two labels
_KNOWN_MAX: Final = 400  # places that are tried


def draw_base(axes: Axes, terrain: Terrain | None = None) -> BaseMap:
    """Draw sea, land, hills where a terrain is given, rivers, borders and coast; the layers lie below 1.

    Args:
        axes: longitude across and latitude up, in degrees, limits set.
        terrain: heights to shade; None, or one that is flat everywhere, for plain land.

    Returns:
        The map that was drawn.
    """
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    chart = base_map(south, west, north, east)
    axes.set_facecolor(palette.SEA)
    turns_deg = [turn for turn in (-360.0, 0.0, 360.0) if turn - 180.0 < east and turn + 190.0 > west]
    land = _draw_land(axes, chart, turns_deg)
    if terrain is not None and terrain.heights_m.size:
        _draw_hills(axes, terrain, land)
    for river in chart.rivers:
        _draw_lines(axes, river.lines, turns_deg, colors=palette.RIVER, linewidths=1.5 - 0.1 * river.rank, zorder=0.3)
    for border in chart.borders:
        style = _DASHES[border.kind == _INTERNATIONAL]
        _draw_lines(axes, border.lines, turns_deg, colors=palette.BORDER, linewidths=0.8, linestyles=style, zorder=0.4)
    _draw_lines(axes, chart.coast, turns_deg, colors=palette.COAST, linewidths=0.8, zorder=0.5)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    return chart


def _draw_land(axes: Axes, chart: BaseMap, turns_deg: Sequence[float]) -> PathPatch:
    rings = [ring + np.array([turn, 0.0]) for turn in turns_deg for polygon in chart.land for ring in polygon]
    codes = [np.full(len(ring), Path.LINETO, Path.code_type) for ring in rings]
    for code in codes:
        code[0], code[-1] = Path.MOVETO, Path.CLOSEPOLY
    patch = PathPatch(
        Path(np.concatenate(rings), np.concatenate(codes)), facecolor=palette.LAND, edgecolor="none", zorder=0.1
    )
    axes.add_patch(patch)
    return patch


def _draw_lines(axes: Axes, lines: Sequence[Line], turns_deg: Sequence[float], **style: Any) -> None:
    turned = [line + np.array([turn, 0.0]) for turn in turns_deg for line in lines]
    axes.add_collection(LineCollection(turned, capstyle="round", **style), autolim=False)


def _draw_hills(axes: Axes, terrain: Terrain, land: PathPatch) -> None:
    """The heights in view as tinted, shaded land."""
    cut = _in_view(axes, terrain)
    if cut is None:
        return
    heights_m, (south, west, north, east), (lat_step, lon_step) = cut
    north_m = lat_step * _M_PER_DEG
    east_m = lon_step * _M_PER_DEG * cos(radians((south + north) / 2.0))
    tints = _TINTS(np.clip(heights_m / _SUMMIT_M, 0.0, 1.0))[..., :3]
    lit = np.clip(tints * (1.0 + _SHADE * _shade(heights_m, north_m, east_m))[..., None], 0.0, 1.0)
    picture = axes.imshow(
        lit, extent=(west, east, south, north), origin="lower", aspect="auto", interpolation="bilinear", zorder=0.2
    )
    picture.set_clip_path(land)


def _shade(heights_m: Any, north_m: float, east_m: float) -> Any:
    """How much more light falls on each cell than on flat ground, -0.7 to 0.25; matplotlib's own is scaled per picture.

    Source: Horn, Hill shading and the reflectance map, Proc. IEEE 69 (1981) 14: the cosine between normal and sun.
    """
    up_north, up_east = np.gradient(heights_m * _STEEPER, north_m, east_m)
    east, north, up = _SUN.direction
    return np.clip((up - up_east * east - up_north * north) / np.sqrt(1.0 + up_east**2 + up_north**2) - up, -0.7, 0.25)


def _in_view(axes: Axes, terrain: Terrain) -> tuple[Any, tuple[float, ...], tuple[float, float]] | None:
    """Heights in view, thinned to what a picture shows; edges south, west, north, east; steps. None where none is."""
    rows = _span(axes.get_ylim(), terrain.south_deg, terrain.lat_step_deg, terrain.heights_m.shape[0])
    columns = _span(axes.get_xlim(), terrain.west_deg, terrain.lon_step_deg, terrain.heights_m.shape[1])
    if len(rows) < 2 or len(columns) < 2:
        return None
    lat_step, lon_step = rows.step * terrain.lat_step_deg, columns.step * terrain.lon_step_deg
    south = terrain.south_deg + rows.start * terrain.lat_step_deg - lat_step / 2.0
    west = terrain.west_deg + columns.start * terrain.lon_step_deg - lon_step / 2.0
    heights_m = np.asarray(terrain.heights_m[rows.start : rows.stop : rows.step], float)
    heights_m = np.nan_to_num(heights_m[:, columns.start : columns.stop : columns.step])
    edges = (south, west, south + len(rows) * lat_step, west + len(columns) * lon_step)
    return heights_m, edges, (lat_step, lon_step)


def _span(limits: tuple[float, float], first: float, step: float, count: int) -> range:
    """The cells between two limits, with one to spare."""
    low = max(0, int((limits[0] - first) / step) - 1)
    high = min(count, int((limits[1] - first) / step) + 3)
    return range(low, high, max(1, (high - low) // _SHADED_CELLS))


@dataclass(slots=True)
class _Taken:
    """Where on the picture nothing more may stand (pixels)."""

    points: Any
    labels: list[Bbox] = field(default_factory=list)

    def by(self, box: Bbox) -> bool:
        """Whether a box would cover a point or crowd a label."""
        x, y = self.points[:, 0], self.points[:, 1]
        covers = (
            (x > box.x0 - _CLEAR_PX) & (x < box.x1 + _CLEAR_PX) & (y > box.y0 - _CLEAR_PX) & (y < box.y1 + _CLEAR_PX)
        )
        wide = box.padded(_AIR_PX)
        return bool(covers.any()) or any(wide.overlaps(label) for label in self.labels)


def draw_places(
    axes: Axes,
    spots: Iterable[Spot] | None = None,
    keep_away: Any = (),
    *,
    most: int = 14,
    size: float = 8.5,
    zorder: float = 1.0,
) -> list[str]:
    """Mark and name the places in view, capitals and great ones first, as many as stand free of each other.

    Args:
        axes: limits and size are final, and texts that have precedence are in place.
        spots: places to choose from; None for the towns of the map.
        keep_away: points (longitude, latitude) that no label may cover; shape (n, 2) or empty. Of a line, points
            closer than a label is high.
        most: labels at most.
        size: of the labels, points.
        zorder: of marks and labels.

    Returns:
        The names that were drawn, in the order in which they found room.
    """
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    known = base_map(south, west, north, east).spots if spots is None else tuple(spots)
    turned = (_turned(spot, west) for spot in known if south < spot.lat_deg < north)
    near = [spot for spot in turned if west < spot.lon_deg < east]
    near.sort(key=lambda spot: (not spot.capital, -spot.population, spot.rank))
    points = np.asarray(keep_away, float).reshape(-1, 2)
    standing = [text.get_window_extent() for text in axes.texts if text.get_text()]
    taken = _Taken(axes.transData.transform(points) if len(points) else points, standing)
    inside = axes.get_window_extent().padded(-_MARGIN_PX)
    drawn: list[str] = []
    for spot in near[:_KNOWN_MAX]:
        if len(drawn) >= most:
            break
        if _place(axes, spot, (taken, inside), size, zorder):
            drawn.append(spot.name)
    return drawn


def _turned(spot: Spot, west_deg: float) -> Spot:
    """The place with its longitude counted on from the western edge, which may lie beyond 180 degrees."""
    turns = ceil((west_deg - spot.lon_deg) / 360.0)
    return spot if turns == 0 else replace(spot, lon_deg=spot.lon_deg + 360.0 * turns)


def _place(axes: Axes, spot: Spot, room: tuple[_Taken, Bbox], size: float, zorder: float) -> bool:
    """Draw a place on the first side of its mark that is free; whether there was one."""
    taken, inside = room
    x, y = axes.transData.transform((spot.lon_deg, spot.lat_deg))
    mark = Bbox.from_bounds(x - 3.0, y - 3.0, 6.0, 6.0)
    if taken.by(mark):
        return False
    text = _label(axes, spot, size, zorder)
    for offset, across, up in _SIDES:
        text.set(position=offset, ha=across, va=up)
        box = text.get_window_extent()
        if (
            inside.x0 < box.x0
            and box.x1 < inside.x1
            and inside.y0 < box.y0
            and box.y1 < inside.y1
            and not taken.by(box)
        ):
            taken.labels.append(Bbox.union([box, mark]))
            mark_style: dict[str, Any] = (
                {"marker": "s", "markersize": 3.4} if spot.capital else {"marker": "o", "markersize": 2.8}
            )
            axes.plot(
                spot.lon_deg, spot.lat_deg, color=palette.PLACE, markeredgecolor="white", markeredgewidth=0.6,
                zorder=zorder, **mark_style,
            )  # fmt: skip
            return True
    text.remove()
    return False


def _label(axes: Axes, spot: Spot, size: float, zorder: float) -> Annotation:
    return axes.annotate(
        spot.name, (spot.lon_deg, spot.lat_deg), xytext=(0, 0), textcoords="offset points", fontsize=size,
        color=palette.PLACE, path_effects=[withStroke(linewidth=2.2, foreground="white", alpha=0.75)], zorder=zorder,
    )  # fmt: skip
