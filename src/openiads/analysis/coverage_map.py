"""Coverage as maps: what is seen, or reached, at each altitude, against the circle that is usually drawn."""

from __future__ import annotations

import pathlib
from math import cos, radians, sin
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path

from openiads.analysis import palette
from openiads.analysis.contours import uncut
from openiads.analysis.coverage import turned_to
from openiads.analysis.coverage_areas import DETECTION, ENGAGEMENT, RADAR, Area, areas
from openiads.analysis.coverage_conditions import site_of, weather_words
from openiads.analysis.coverage_table import spots_of, whereabouts
from openiads.analysis.coverage_words import name_of_radar, name_of_unit, shortened
from openiads.analysis.ground_map import draw_base, draw_places
from openiads.analysis.map_frame import HALO, draw_scale, graticule, write_title
from openiads.record import geodesy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from openiads.analysis.coverage import Coverage

_SIZE_IN: Final = (13.0, 13.4)
_DOTS_PER_IN: Final = 110
_BOX: Final = (0.06, 0.115, 0.915, 0.765)
_FILL_ALPHA: Final = 0.34
_PLACES: Final = 26
_SHADES: Final = {
    DETECTION: LinearSegmentedColormap.from_list("seen", ["#74aedb", "#2f78b5", "#0d2f57"]),
    ENGAGEMENT: LinearSegmentedColormap.from_list("reached", ["#eba65e", "#cf6a20", "#7c2307"]),
}
_CIRCLE: Final = "#b0003a"
_MARGIN: Final = 1.05
_NAMED_MOST: Final = 6  # altitudes that a map names beside their outlines
_FRAME_PX: Final = 6.0
_LINE_MOST: Final = 138  # characters under the title
_CLEAR_PX: Final = 70.0  # that a name keeps from other lines where it can


def draw_maps(coverage: Coverage, folder: pathlib.Path, per_radar: bool = False) -> list[pathlib.Path]:
    """``coverage-detection.png`` and ``coverage-engagement.png``, and one a radar on request.

    Args:
        coverage: what to draw.
        folder: where the pictures go.
        per_radar: draw ``coverage-RADAR.png`` of every radar as well.
    """
    known = areas(coverage)
    wanted: list[tuple[str, list[Area]]] = [
        (kind, [area for area in known if area.kind == kind]) for kind in (DETECTION, ENGAGEMENT)
    ]
    if per_radar:
        wanted += [(area.name, [area]) for area in known if area.kind == RADAR]
    return [draw_map(coverage, shown, folder / f"coverage-{name}.png") for name, shown in wanted]


def draw_map(coverage: Coverage, shown: Sequence[Area], path: str | pathlib.Path) -> pathlib.Path:
    """One map of areas of one kind: nested altitudes, the published circle, hills and cities."""
    with mpl.rc_context(palette.STYLE):
        figure = Figure(figsize=_SIZE_IN, dpi=_DOTS_PER_IN, facecolor=palette.PAPER)
        FigureCanvasAgg(figure)
        axes = figure.add_axes(_BOX)
        _frame(axes, coverage, shown)
        chart = draw_base(axes, coverage.terrain)
        circles = [_draw_circle(axes, coverage, area) for area in shown]
        rings = _draw_altitudes(axes, coverage, shown)
        _draw_sites(axes, coverage, shown)
        _draw_jammers(axes, coverage)
        ends = _draw_edge(axes, coverage)
        if len(coverage.altitudes) <= _NAMED_MOST:
            _name_altitudes(axes, coverage, shown[0].kind, rings, circles)
        _name_circles(axes, shown, circles)
        lines = [*circles, *(ring for altitude in rings for ring in altitude)]
        draw_scale(axes)
        draw_places(axes, spots_of(coverage), np.concatenate(lines)[::3], most=_PLACES, zorder=6.0)
        _headline(figure, coverage, shown)
        _legend(axes, coverage, (shown[0].kind, rings), ends)
        _foot(figure, coverage, chart.scale)
        figure.savefig(path, metadata={"Title": "Simulated coverage, OpenIADS", "Software": "OpenIADS"})
    return pathlib.Path(path)


def _frame(axes: Axes, coverage: Coverage, shown: Sequence[Area]) -> None:
    """Limits round all that is covered and every circle; north and east to the same scale."""
    boxes = []
    for area in shown:
        reach_m = max(area.published_m, float(area.out_m.max()))
        lat, lon = geodesy.destination(area.lat_deg, area.lon_deg, np.linspace(0.0, 360.0, 73), reach_m)
        lon = _turned(coverage, lon)
        boxes.append((lat.min(), lat.max(), lon.min(), lon.max()))
    south, north = min(box[0] for box in boxes), max(box[1] for box in boxes)
    west, east = min(box[2] for box in boxes), max(box[3] for box in boxes)
    shrink = cos(radians((south + north) / 2.0))
    window = axes.get_window_extent()
    half = _MARGIN * max((north - south) / 2.0, (east - west) / 2.0 * shrink * window.height / window.width)
    wide = half * window.width / window.height / shrink
    axes.set_xlim((west + east) / 2.0 - wide, (west + east) / 2.0 + wide)
    axes.set_ylim((south + north) / 2.0 - half, (south + north) / 2.0 + half)
    graticule(axes)


def _turned(coverage: Coverage, lon_deg: Any) -> Any:
    """Longitudes counted as the coverage's grid counts them, which may pass 180 degrees."""
    return turned_to(lon_deg, float(np.mean(coverage.lon_deg)))


def _shade(coverage: Coverage, kind: str, n: int) -> Any:
    """The colour of an altitude, the lowest darkest; of many altitudes each has a hue of its own."""
    share = _highest_first(coverage).index(n) / max(len(coverage.altitudes) - 1, 1)
    if len(coverage.altitudes) > _NAMED_MOST:
        return mpl.colormaps["viridis"](0.95 - 0.9 * share)
    return _SHADES.get(kind, _SHADES[DETECTION])(share)


def _draw_altitudes(axes: Axes, coverage: Coverage, shown: Sequence[Area]) -> list[list[Any]]:
    """Fill and outline every altitude, the highest first; the outlines of each altitude (longitude, latitude)."""
    rings: list[list[Any]] = [[] for _ in coverage.altitudes]
    for n in _highest_first(coverage):
        best = np.max([area.values[n] for area in shown], axis=0)
        shade = _shade(coverage, shown[0].kind, n)
        rings[n] = [ring for whole in uncut(best, coverage.lat_deg, coverage.lon_deg, coverage.pd) for ring in whole]
        if rings[n]:
            outline = Path.make_compound_path(*(Path(ring, closed=True) for ring in rings[n]))
            style = {"facecolor": to_rgba(shade, _FILL_ALPHA), "edgecolor": shade, "linewidth": 1.2}
            axes.add_patch(PathPatch(outline, zorder=3, **style))
    return rings


def _highest_first(coverage: Coverage) -> list[int]:
    return sorted(range(len(coverage.altitudes)), key=lambda n: -coverage.altitudes[n].value_m)


def _name_altitudes(axes: Axes, coverage: Coverage, kind: str, rings: list[list[Any]], circles: list[Any]) -> None:
    """Each altitude's name on its longest outline, away from other lines and names, in the south-west where it can."""
    names: list[Any] = []
    for n in _highest_first(coverage):
        if not rings[n]:
            continue
        others = [ring for m, outlines in enumerate(rings) if m != n for ring in outlines]
        lines = axes.transData.transform(np.concatenate([*circles, *others, *names]))
        busy = np.concatenate([lines, *(_dotted(text.get_window_extent()) for text in axes.texts)])
        ring = max(rings[n], key=len)
        spot = axes.transData.transform(ring)[:: max(1, len(ring) // 200)]
        apart = np.array([np.hypot(*(busy - here).T).min() for here in spot])
        best = np.argmax(np.minimum(apart, _CLEAR_PX) - 0.02 * (spot[:, 0] + spot[:, 1]))
        names.append(axes.transData.inverted().transform(spot[best])[None, :])
        axes.annotate(
            coverage.labels[n], names[-1][0], fontsize=12, fontweight="bold", ha="center", va="center",
            color=_shade(coverage, kind, n), path_effects=HALO, zorder=7,
        )  # fmt: skip


def _dotted(box: Any) -> Any:
    """Points all over a box, in pixels."""
    across, up = np.meshgrid(np.linspace(box.x0, box.x1, 9), np.linspace(box.y0, box.y1, 3))
    return np.column_stack([across.ravel(), up.ravel()])


def _draw_edge(axes: Axes, coverage: Coverage) -> bool:
    """Draw where the terrain ends, if the map goes on; whether it does."""
    south, west, north, east = coverage.terrain.bounds_deg
    (left, right), (foot, top) = axes.get_xlim(), axes.get_ylim()
    if coverage.terrain.is_flat or (west <= left and east >= right and south <= foot and north >= top):
        return False
    lon, lat = [west, east, east, west, west], [south, south, north, north, south]
    axes.plot(lon, lat, color=palette.QUIET, linewidth=0.8, linestyle=":", zorder=2.5, scalex=False, scaley=False)
    return True


def _draw_circle(axes: Axes, coverage: Coverage, area: Area) -> Any:
    """The published range as the circle that is usually drawn; its points."""
    lat, lon = geodesy.destination(area.lat_deg, area.lon_deg, np.linspace(0.0, 360.0, 361), area.published_m)
    lon = _turned(coverage, lon)
    axes.plot(lon, lat, color=_CIRCLE, linewidth=1.5, linestyle=(0, (6, 4)), zorder=4)
    return np.column_stack([lon, lat])


def _name_circles(axes: Axes, shown: Sequence[Area], circles: list[Any]) -> None:
    """Each published range, once, beside its circle: in the north-east if that is free and in the frame, or elsewhere.

    Where no place is free the legend has to do.
    """
    frame, said = axes.get_window_extent().padded(-_FRAME_PX), set()
    for area, circle in zip(shown, circles, strict=True):
        stated = f" for {area.published_for}" if area.published_for else ""
        text = f"published range {area.published_m / 1e3:.0f} km{stated}:\nthe circle usually drawn"
        if text in said:
            continue
        said.add(text)
        taken = [each.get_window_extent() for each in axes.texts]
        name = axes.annotate(
            text, circle[0], xytext=(0, 0), textcoords="offset points", fontsize=10, color=_CIRCLE, path_effects=HALO,
            zorder=7,
        )  # fmt: skip
        if not any(_stands(name, circle[at % 360], at, (frame, taken)) for at in _tried()):
            name.remove()


def _tried() -> list[int]:
    """Azimuths for the name of a circle, those near 40 degrees first."""
    return [40 + sign * step for step in range(0, 180, 5) for sign in (1, -1)]


def _stands(name: Any, spot: Any, at: int, room: tuple[Any, list[Any]]) -> bool:
    """Put a name outside its circle at an azimuth; whether it stands in the frame and clear of other texts."""
    frame, taken = room
    east, north = sin(radians(at)) >= 0.0, cos(radians(at)) >= 0.0
    name.xy = tuple(spot)
    name.set(
        position=(6 if east else -6, 6 if north else -6), ha="left" if east else "right",
        va="bottom" if north else "top",
    )  # fmt: skip
    box = name.get_window_extent()
    inside = frame.x0 < box.x0 and box.x1 < frame.x1 and frame.y0 < box.y0 and box.y1 < frame.y1
    return inside and not any(box.overlaps(other) for other in taken)


def _draw_sites(axes: Axes, coverage: Coverage, shown: Sequence[Area]) -> None:
    for area in shown:
        lon_deg = float(_turned(coverage, area.lon_deg))
        axes.plot(lon_deg, area.lat_deg, marker="D", markersize=9, color=palette.INK, markeredgecolor="white", zorder=8)
        axes.annotate(
            area.unit, (lon_deg, area.lat_deg), xytext=(9, -4), textcoords="offset points", fontsize=11,
            fontweight="bold", va="top", path_effects=HALO, zorder=8,
        )  # fmt: skip


def _draw_jammers(axes: Axes, coverage: Coverage) -> None:
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    for jammer in coverage.jamming:
        spot = (float(_turned(coverage, jammer.lon_deg)), jammer.lat_deg)
        if west < spot[0] < east and south < spot[1] < north:
            axes.plot(*spot, marker="v", markersize=9, color=palette.HOSTILE, markeredgecolor="white", zorder=8)
            axes.annotate(
                jammer.name, spot, xytext=(8, -3), textcoords="offset points", fontsize=10, color=palette.HOSTILE,
                fontweight="bold", va="top", path_effects=HALO, zorder=8,
            )  # fmt: skip


def _headline(figure: Figure, coverage: Coverage, shown: Sequence[Area]) -> None:
    asked, first = coverage.question, shown[0]
    names = [f"{_named(coverage, area)} {_place(coverage, area)}" for area in shown]
    who = f"the {names[0]}" if len(shown) == 1 else f"{len(shown)} units"
    engages = first.kind == ENGAGEMENT
    title = f"Where {who} could engage a target" if engages else f"What {who} would see"
    write_title(figure, _BOX[0], 0.966, f"{title}  (simulated)", 19.0)
    said = f"a target of {asked.rcs_m2:g} m2 closing at {asked.radial_speed_mps:g} m/s, by its height; "
    said += f"covered: one look detects it with a chance of {coverage.pd:g} or more"
    said += ", and a missile reaches it" if engages else ""
    jammers = ", ".join(jammer.name for jammer in coverage.jamming) or "none"
    under = f"scenario {coverage.scenario.name}; Swerling {asked.swerling}; {weather_words(coverage)}; "
    under += f"jammers on: {jammers}"
    several = "; ".join(f"{area.unit}: {name}" for area, name in zip(shown, names, strict=True))
    lines = [said, *([several] if len(shown) > 1 else []), under]
    for y, text in zip((0.938, 0.916, 0.894), (shortened(line, _LINE_MOST) for line in lines), strict=False):
        figure.text(_BOX[0], y, text, fontsize=11.5, color=palette.QUIET, va="center")


def _named(coverage: Coverage, area: Area) -> str:
    if area.kind == RADAR:
        return f"{name_of_radar(coverage, area.radar)} radar"
    return name_of_unit(coverage, area.unit_kind)


def _place(coverage: Coverage, area: Area) -> str:
    return whereabouts(coverage, *site_of(coverage, area.unit))


def _legend(axes: Axes, coverage: Coverage, drawn: tuple[str, list[list[Any]]], ends: bool) -> None:
    (kind, rings), many = drawn, len(coverage.altitudes) > _NAMED_MOST
    marks: list[Any] = [
        Patch(
            facecolor=to_rgba(_shade(coverage, kind, n), 0.55), edgecolor=_shade(coverage, kind, n), linewidth=1.6,
            label=coverage.labels[n] if many else f"target at {coverage.labels[n]}",
        )
        if rings[n] else Patch(alpha=0.0, label=f"nothing at {coverage.labels[n]}")
        for n in reversed(_highest_first(coverage))
    ]  # fmt: skip
    marks += [
        Line2D([], [], color=_CIRCLE, linewidth=1.5, linestyle=(0, (6, 4)), label="published range, no physics"),
        Line2D([], [], linestyle="", marker="D", markersize=8, color=palette.INK, label="fire unit"),
    ]
    if coverage.jamming:
        marks.append(Line2D([], [], linestyle="", marker="v", markersize=8, color=palette.HOSTILE, label="jammer"))
    if ends:
        marks.append(Line2D([], [], color=palette.QUIET, linewidth=0.8, linestyle=":", label="end of the terrain"))
    axes.legend(
        handles=marks, loc="upper left", bbox_to_anchor=(-0.012, -0.03), ncols=8 if many else 6, frameon=False,
        fontsize=9 if many else 10.5, columnspacing=1.7, handletextpad=0.6,
    )  # fmt: skip


def _foot(figure: Figure, coverage: Coverage, scale: str) -> None:
    beyond = "" if coverage.terrain.is_flat else "; beyond it sea level"
    said = (
        f"OpenIADS: a simulation, never a fire-control system.  Ground: {coverage.terrain.source}{beyond}.  "
        f"Map: Natural Earth {scale}, borders de facto."
    )
    figure.text(_BOX[0], 0.03, said, fontsize=9, color=palette.QUIET)
