"""The vertical cut as a picture: the whole sky over the curved earth, and the lowest layer with its lobes and hills."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from openiads.analysis import palette
from openiads.analysis.coverage_conditions import site_of, weather_words
from openiads.analysis.coverage_table import whereabouts
from openiads.analysis.coverage_words import name_of_unit, shortened
from openiads.analysis.cut import Cut, cut
from openiads.analysis.map_frame import write_title
from openiads.constants import EFFECTIVE_EARTH_RADIUS_M

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from openiads.analysis.coverage import Coverage

_SIZE_IN: Final = (16.0, 10.6)
_DOTS_PER_IN: Final = 110
_RANGES: Final = 500
_HEIGHTS: Final = 420
_TOP_M: Final = 34_000.0
_LOW_M: Final = 3_000.0
_EDGE_WIDTH: Final = 0.6  # of the line of the chance asked for
_EDGE_ALPHA: Final = 0.55
_APART: Final = 0.045  # of the low chart, between two names of heights
_LINE_MOST: Final = 170  # characters under the title
_ASKED: Final = "#8a5a00"
_LOBE_ROWS: Final = 9
_LEVELS: Final = np.linspace(0.05, 1.0, 20)
_CHANCE: Final = LinearSegmentedColormap.from_list("chance", ["#eaf2f8", "#8fbbdc", "#2f6ea5", "#173f66"])
_GROUND: Final = "#9b8468"
_SEA: Final = "#c9dbe6"
_HALO: Final = [withStroke(linewidth=2.6, foreground="white")]
_POINTS: Final = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


def draw_cuts(coverage: Coverage, folder: Path, azimuth_deg: float) -> list[Path]:
    """One picture a unit: ``coverage-cut.png``, or ``coverage-cut-UNIT.png`` where there are several.

    Args:
        coverage: what to cut.
        folder: where the pictures go.
        azimuth_deg: to the left of the antenna; the opposite azimuth is to its right.
    """
    named = list(dict.fromkeys(layer.unit for layer in coverage.layers))
    paths = []
    for unit in named:
        path = folder / ("coverage-cut.png" if len(named) == 1 else f"coverage-cut-{unit}.png")
        draw_cut(coverage, unit, azimuth_deg, path)
        paths.append(path)
    return paths


def draw_cut(coverage: Coverage, unit: str, azimuth_deg: float, path: str | Path) -> Path:
    """Draw one unit's cut, along an azimuth and its opposite."""
    reach_m = max(layer.range_step_m * layer.chances.shape[2] for layer in coverage.layers if layer.unit == unit)
    ranges_m = np.linspace(0.0, reach_m, _RANGES)
    with mpl.rc_context(palette.STYLE):
        figure = Figure(figsize=_SIZE_IN, dpi=_DOTS_PER_IN, facecolor=palette.PAPER)
        FigureCanvasAgg(figure)
        whole = figure.add_axes((0.055, 0.475, 0.925, 0.37))
        low = figure.add_axes((0.055, 0.135, 0.925, 0.265))
        for axes, top_m in ((whole, _top_m(coverage)), (low, _LOW_M)):
            heights_m = top_m * np.linspace(0.0, 1.0, _HEIGHTS) ** 2  # finer where the lobes are
            sides = [cut(coverage, unit, towards % 360.0, ranges_m, heights_m) for towards in _both(azimuth_deg)]
            _draw_side(axes, coverage, sides, axes is whole)
        _dress_whole(whole, reach_m, _top_m(coverage))
        _dress_low(low, reach_m)
        _name_sides(whole, azimuth_deg)
        _headline(figure, coverage, unit, azimuth_deg)
        figure.savefig(path, metadata={"Title": "Simulated coverage, OpenIADS", "Software": "OpenIADS"})
    return Path(path)


def _both(azimuth_deg: float) -> tuple[float, float]:
    return azimuth_deg, azimuth_deg + 180.0


def _top_m(coverage: Coverage) -> float:
    """Of the upper chart: what was asked for and a little more, 34 km at the least."""
    return max(_TOP_M, 1.15 * max(altitude.value_m for altitude in coverage.altitudes))


def _drop_m(range_m: Any) -> Any:
    """How far the sea lies below the level of the antenna's foot: on the 4/3 earth rays are straight."""
    return np.square(range_m) / (2.0 * EFFECTIVE_EARTH_RADIUS_M)


def _draw_side(axes: Axes, coverage: Coverage, sides: list[Cut], curved: bool) -> None:
    """Both halves of a chart; the first half runs to the left."""
    for side, sign in zip(sides, (-1.0, 1.0), strict=True):
        x = np.broadcast_to(sign * side.range_m / 1e3, side.seen.shape)
        fall_m = _drop_m(side.range_m) if curved else np.zeros_like(side.range_m)
        y = (side.height_m[:, None] - fall_m[None, :]) / 1e3
        axes.contourf(x, y, side.seen, _LEVELS, cmap=_CHANCE, zorder=1)
        edge, level = (_closed(side.seen >= coverage.pd), 0.5) if curved else (side.seen, coverage.pd)
        axes.contour(x, y, edge, [level], colors=palette.INK, linewidths=_EDGE_WIDTH, alpha=_EDGE_ALPHA, zorder=3)
        axes.contour(
            x, y, _closed(side.engaged >= coverage.pd), [0.5], colors=palette.HOSTILE, linewidths=1.4, zorder=4
        )
        _draw_asked(axes, coverage, x[0], fall_m)
        surface = (side.ground_m - fall_m) / 1e3
        floor = np.full_like(surface, -1e3)
        axes.fill_between(x[0], floor, -fall_m / 1e3, color=_SEA, linewidth=0, zorder=5)
        axes.fill_between(x[0], -fall_m / 1e3, surface, color=_GROUND, linewidth=0, zorder=5)
        axes.plot(x[0], surface, color=palette.INK, linewidth=0.7, zorder=5)
        unknown = np.where(side.known | coverage.terrain.is_flat, np.nan, -fall_m / 1e3)
        axes.plot(x[0], unknown, color=palette.QUIET, linewidth=3.0, linestyle=(0, (1, 1)), zorder=6)


def _closed(inside: Any) -> Any:
    """A mask (heights, ranges) with gaps of up to twice ``_LOBE_ROWS`` heights closed: the nulls between lobes."""
    grown = np.pad(inside, ((_LOBE_ROWS, _LOBE_ROWS), (0, 0)))
    grown = np.any([np.roll(grown, n, axis=0) for n in range(-_LOBE_ROWS, _LOBE_ROWS + 1)], axis=0)
    kept = np.all([np.roll(grown, n, axis=0) for n in range(-_LOBE_ROWS, _LOBE_ROWS + 1)], axis=0)
    return (kept[_LOBE_ROWS:-_LOBE_ROWS] | inside).astype(float)


def _draw_asked(axes: Axes, coverage: Coverage, x_km: Any, fall_m: Any) -> None:
    """The heights asked for as dashed lines, named at the right edge; those above the ground are left out."""
    named_km: list[float] = []
    for altitude, text in zip(coverage.altitudes, coverage.labels, strict=True):
        if altitude.above_ground:
            continue
        y_km = (altitude.value_m - fall_m) / 1e3
        axes.plot(x_km, y_km, color=_ASKED, linewidth=1.0, linestyle=(0, (4, 3)), zorder=4)
        crowded = any(abs(y_km[-1] - other) < _APART * _LOW_M / 1e3 for other in named_km)
        if x_km[-1] > 0.0 and (altitude.value_m > _LOW_M or not fall_m.any()) and not crowded:
            named_km.append(float(y_km[-1]))
            axes.annotate(
                text, (x_km[-1], y_km[-1]), xytext=(-4, 2), textcoords="offset points", fontsize=9,
                ha="right", color=_ASKED, fontweight="bold", path_effects=_HALO, zorder=6, annotation_clip=True,
            )  # fmt: skip


def _dress_whole(axes: Axes, reach_m: float, top_m: float) -> None:
    """Lines of equal height that bend with the earth, and their names."""
    out_m = np.linspace(-reach_m, reach_m, 401)
    axes.set_xlim(-reach_m / 1e3, reach_m / 1e3)
    axes.set_ylim(-_drop_m(reach_m) / 1e3 * 1.12, top_m / 1e3)
    step_km = 5 if top_m <= 40_000.0 else 10
    for height_km in range(step_km, int(top_m / 1e3 + _drop_m(reach_m) / 1e3) + 1, step_km):
        bent_km = height_km - _drop_m(out_m) / 1e3
        axes.plot(out_m / 1e3, bent_km, color=palette.QUIET, linewidth=0.6, alpha=0.7, zorder=2)
        if bent_km[0] < top_m / 1e3 - 0.5:
            axes.annotate(
                f"{height_km} km", (-reach_m / 1e3, bent_km[0]), xytext=(5, 2), textcoords="offset points",
                fontsize=8.5, color=palette.QUIET, path_effects=_HALO, zorder=6,
            )  # fmt: skip
    axes.set_ylabel("height, km (lines bend with the sea)")
    axes.set_title("The whole sky: the earth curves away below straight rays (4/3 earth)", fontsize=11.5, pad=7)
    _plain(axes)


def _dress_low(axes: Axes, reach_m: float) -> None:
    axes.set_xlim(-reach_m / 1e3, reach_m / 1e3)
    axes.set_ylim(-0.06 * _LOW_M / 1e3, _LOW_M / 1e3)
    axes.set_ylabel("height above the sea, km")
    axes.set_xlabel("distance along the ground, km")
    axes.set_title(
        f"The lowest {_LOW_M / 1e3:g} km: horizon, hills, and lobes where the sea reflects", fontsize=11.5, pad=7
    )
    axes.grid(axis="y", color=palette.QUIET, linewidth=0.4, alpha=0.5)
    _plain(axes)


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0)
    axes.xaxis.set_major_formatter(lambda km, _: f"{abs(km):g}")


def _name_sides(axes: Axes, azimuth_deg: float) -> None:
    for towards, x, side in zip(_both(azimuth_deg), (0.012, 0.988), ("left", "right"), strict=True):
        arrow = f"◀ {_named(towards)}" if side == "left" else f"{_named(towards)} ▶"
        axes.text(
            x, 0.955, arrow, transform=axes.transAxes, ha=side, va="top", fontsize=12, fontweight="bold",
            path_effects=_HALO, zorder=8,
        )  # fmt: skip


def _named(azimuth_deg: float) -> str:
    turned = azimuth_deg % 360.0
    return f"{turned:.0f}° ({_POINTS[round(turned / 45.0) % 8]})"


def _headline(figure: Figure, coverage: Coverage, unit: str, azimuth_deg: float) -> None:
    asked = coverage.question
    row = next(row for row in coverage.built.roster if row["table"] == "units" and row["name"] == unit)
    who = f"{name_of_unit(coverage, str(row['kind']))} {whereabouts(coverage, *site_of(coverage, unit))}"
    title = f"A cut through what the {who} would see and reach  (simulated)"
    write_title(figure, 0.055, 0.952, title, 20.0)
    said = f"target of {asked.rcs_m2:g} m2, closing at {asked.radial_speed_mps:g} m/s; azimuths {azimuth_deg:.0f}° and "
    said += f"{(azimuth_deg + 180.0) % 360.0:.0f}° from unit {unit}"
    said += "".join(f"; jammed by {jammer.name}" for jammer in coverage.jamming)
    said = shortened(f"{said}; {weather_words(coverage)}", _LINE_MOST)
    figure.text(0.055, 0.915, said, fontsize=12, color=palette.QUIET, va="center")
    marks: list[Any] = [
        *(Patch(color=_CHANCE(chance), label=f"chance {chance:.0%}") for chance in (0.2, 0.5, 0.9)),
        Line2D([], [], color=palette.INK, linewidth=1.3, label=f"{coverage.pd:.0%}, covered"),
        Line2D([], [], color=palette.HOSTILE, linewidth=1.8, label="engagement envelope"),
        Patch(color=_GROUND, label="ground"),
        Patch(color=_SEA, label="sea"),
        Line2D([], [], color=_ASKED, linewidth=1.0, linestyle=(0, (4, 3)), label="height asked for"),
        Line2D([], [], color=palette.QUIET, linewidth=3.0, linestyle=(0, (1, 1)), label="no terrain: sea level"),
    ]
    figure.legend(handles=marks, loc="lower left", bbox_to_anchor=(0.05, 0.04), ncols=9, frameon=False, fontsize=10)
    figure.text(0.055, 0.022, _foot(coverage), fontsize=9, color=palette.QUIET)


def _foot(coverage: Coverage) -> str:
    return (
        f"OpenIADS: a simulation, never a fire-control system.  Heights asked for: "
        f"{', '.join(coverage.labels)}.  Ground: {coverage.terrain.source}."
    )
