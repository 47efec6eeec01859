"""The envelope as a picture: how far and how high, and who is met from which side; published limits drawn over it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from openiads._version import __version__
from openiads.analysis import palette
from openiads.analysis.envelope_plan import draw_plan
from openiads.analysis.envelope_read import aspect_row
from openiads.analysis.map_frame import write_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from openiads.analysis.envelope import Envelope, MissileEnvelope

_WIDE_IN: Final = 18.0
_ROW_IN: Final = 7.1  # height of one missile's two cuts
_HEAD_IN, _FOOT_IN, _GAP_IN = 1.15, 1.35, 1.2
_DOTS_PER_IN: Final = 100
_FINE: Final = 500  # points a side of the smoothed field
_LEVELS: Final = 22
_BLUR: Final = 0.7  # points of the table, over which an edge is rounded; no point changes sides
_MARGIN: Final = 1.06
_TIMES_S: Final = (5, 10, 20, 30, 60, 120)
_LINES: Final = 9  # of equal time of flight, about
_HALO: Final = [withStroke(linewidth=3.0, foreground="white")]
SPEEDS: Final = LinearSegmentedColormap.from_list("left", ["#e9f1f7", "#a9cbe3", "#5d98c6", "#2a659b", "#123a63"])
PUBLISHED: Final = "#b0003a"
FORWARD, CROSSING, TAIL = "#14324f", "#8a8a8a", "#d79b00"


def draw(envelope: Envelope, path: Path, height_m: float, course_deg: float) -> Path:
    """One row a missile: the vertical cut to the left, the horizontal cut to the right."""
    rows = len(envelope.missiles)
    tall_in = _HEAD_IN + rows * _ROW_IN + (rows - 1) * _GAP_IN + _FOOT_IN
    with mpl.rc_context(palette.STYLE):
        figure = Figure(figsize=(_WIDE_IN, tall_in), dpi=_DOTS_PER_IN, facecolor=palette.PAPER)
        FigureCanvasAgg(figure)
        for n, each in enumerate(envelope.missiles):
            low = (_FOOT_IN + (rows - 1 - n) * (_ROW_IN + _GAP_IN)) / tall_in
            tall = (_ROW_IN - 0.35) / tall_in
            upright = figure.add_axes((0.045, low, 0.50, tall))
            bar = figure.add_axes((0.552, low, 0.008, tall))
            level = figure.add_axes((0.625, low, 0.365, tall))
            _vertical(upright, bar, each)
            draw_plan(level, each, height_m, course_deg)
        _words(figure, envelope, tall_in)
        figure.savefig(path, metadata={"Title": "Simulated envelope, OpenIADS", "Software": "OpenIADS"})
    return path


def _words(figure: Figure, envelope: Envelope, tall_in: float) -> None:
    target = envelope.target
    title = f"Flown envelope of the {envelope.title}  (simulated)"
    write_title(figure, 0.045, 1.0 - 0.40 / tall_in, title, 22)
    names = ", ".join(each.missile.name for each in envelope.missiles)
    said = (
        f"Where a missile can meet a {target.name[:1].lower()}{target.name[1:]} at {target.speed.value:.0f} m/s, "
        "flown shot by shot"
        f"   ·   missiles: {names}"
        "   ·   dashed: what is published, drawn for comparison only"
    )
    figure.text(0.045, 1.0 - 0.78 / tall_in, said, fontsize=13, color=palette.QUIET, va="center")
    foot = (
        f"OpenIADS {__version__}: a simulation, never a fire-control system. The flight alone: whether a radar sees "
        "the target there is another question (openiads coverage). Launcher at sea level, heights above the sea."
    )
    figure.text(0.045, 0.28 / tall_in, foot, fontsize=9.5, color=palette.QUIET, va="center")


def smooth(each: MissileEnvelope, s: int, name: str) -> tuple[Any, Any, Any, Any]:
    """One field of the table on a fine grid, and how far each point lies inside: ground, height, field, inside.

    Between points of the table the field is bilinear; outside the envelope it goes on as its nearest point inside,
    so that the edge alone decides where it ends. ``inside`` counts points of the table to the edge, positive within.
    """
    from scipy.interpolate import RegularGridInterpolator
    from scipy.ndimage import distance_transform_edt

    flown = each.flown
    reached = np.asarray(flown.reachable[s], bool)
    field = np.asarray(getattr(flown, name)[s], float)
    if reached.any():
        nearest = distance_transform_edt(~reached, return_distances=False, return_indices=True)
        field = field[tuple(nearest)]
    ground_m = np.linspace(flown.ground_m[0], flown.ground_m[-1], _FINE)
    height_m = flown.height_m[0] + (flown.height_m[-1] - flown.height_m[0]) * np.linspace(0.0, 1.0, _FINE) ** 1.5
    points = np.stack(np.meshgrid(height_m, ground_m, indexing="ij"), axis=-1)
    axes = (np.asarray(flown.height_m, float), np.asarray(flown.ground_m, float))
    edge = _to_edge(reached)
    inside = RegularGridInterpolator(axes, edge)(points)
    return ground_m, height_m, RegularGridInterpolator(axes, field)(points), inside


def _to_edge(reached: Any) -> Any:
    """Points of the table to the nearest edge, positive inside; the edge lies midway between in and out."""
    from scipy.ndimage import distance_transform_edt, gaussian_filter

    if reached.all() or not reached.any():
        return np.where(reached, 1.0, -1.0)
    apart = distance_transform_edt(reached) - distance_transform_edt(~reached)
    smoothed = gaussian_filter(apart, _BLUR)
    return np.where((smoothed > 0.0) == reached, smoothed, 0.01 * np.sign(apart))


def _vertical(axes: Axes, bar: Axes, each: MissileEnvelope) -> None:
    forward, tail = aspect_row(each.flown, "forward"), aspect_row(each.flown, "tail")
    ground_m, height_m, speed_mps, inside = smooth(each, forward, "speed_mps")
    x, y = ground_m / 1e3, height_m / 1e3
    reached = np.asarray(each.flown.reachable[forward], bool)
    if reached.any():
        speeds = np.asarray(each.flown.speed_mps[forward])[reached]
        norm = Normalize(float(speeds.min()), float(speeds.max()))
        _shade(axes, bar, (x, y, np.where(inside >= 0.0, speed_mps, np.nan)), norm)
        _times(axes, each, forward, (x, y, inside))
        axes.contour(x, y, inside, [0.0], colors=[FORWARD], linewidths=2.4, zorder=4)
    behind = smooth(each, tail, "speed_mps")[3]
    if behind.max() > 0.0:
        axes.contour(x, y, behind, [0.0], colors=[TAIL], linewidths=2.2, linestyles=[(0, (6, 2))], zorder=5)
    _limits(axes, each)
    _published(axes, each)
    _dress(axes, each)


def _shade(axes: Axes, bar: Axes, field: tuple[Any, Any, Any], norm: Normalize) -> None:
    levels = np.linspace(norm.vmin or 0.0, norm.vmax or 1.0, _LEVELS)
    filled = axes.contourf(*field, levels, cmap=SPEEDS, norm=norm, extend="both", zorder=2)
    axes.figure.colorbar(filled, cax=bar)
    bar.yaxis.set_major_formatter("{x:.0f}")
    bar.set_yticks(np.linspace(*bar.get_ylim(), 5))
    bar.tick_params(length=0, labelsize=9)
    bar.set_title("m/s left", fontsize=9, fontweight="normal", color=palette.QUIET, loc="left", pad=7)
    bar.spines[:].set_visible(False)


def _times(axes: Axes, each: MissileEnvelope, s: int, grid: tuple[Any, Any, Any]) -> None:
    """Lines of equal time of flight, at a round step that gives about nine."""
    x, y, inside = grid
    flight_s = smooth(each, s, "flight_s")[2]
    most_s = float(flight_s[inside >= 0.0].max())
    step_s = min(_TIMES_S, key=lambda step: abs(most_s / step - _LINES))
    levels = np.arange(step_s, most_s, step_s)
    if not len(levels):
        return
    lines = axes.contour(
        x, y, np.where(inside >= 0.0, flight_s, np.nan), levels, colors="white", linewidths=1.1, zorder=3
    )
    for text in axes.clabel(lines, fmt=lambda level: f"{level:g} s", fontsize=9.5, colors="#0d2a45"):
        text.set_path_effects([withStroke(linewidth=2.5, foreground="#ffffffcc")])


def _limits(axes: Axes, each: MissileEnvelope) -> None:
    ground_m, height_m = np.asarray(each.flown.ground_m), np.asarray(each.flown.height_m)
    reached: Any = np.asarray(each.flown.reachable, bool).any(axis=0)
    columns, rows = np.flatnonzero(reached.any(axis=0)), np.flatnonzero(reached.any(axis=1))
    far_m = ground_m[min(columns[-1] + 1, len(ground_m) - 1)] if len(columns) else 0.0
    top_m = height_m[min(rows[-1] + 1, len(height_m) - 1)] if len(rows) else 0.0
    axes.set_xlim(0.0, _MARGIN * max(far_m, 1.04 * each.published("range_max").value) / 1e3)
    axes.set_ylim(0.0, _MARGIN * max(top_m, 1.08 * each.published("altitude_max").value) / 1e3)


def _published(axes: Axes, each: MissileEnvelope) -> None:
    """The published box as dashed lines, each with its figure and how far to trust it."""
    box = {key: each.published(key) for key in ("range_max", "range_min", "altitude_max", "altitude_min")}
    left, right = box["range_min"].value / 1e3, box["range_max"].value / 1e3
    low, top = box["altitude_min"].value / 1e3, box["altitude_max"].value / 1e3
    dashed: dict[str, Any] = {"color": PUBLISHED, "linewidth": 1.8, "linestyle": (0, (5, 3)), "zorder": 6}
    axes.plot([left, right, right, left, left], [low, low, top, top, low], **dashed)
    high, wide = axes.get_ylim()[1], axes.get_xlim()[1]
    words = {key: f"{figure.shown} ({figure.confidence})" for key, figure in box.items()}
    said: dict[str, Any] = {"color": PUBLISHED, "fontsize": 10.5, "path_effects": _HALO, "zorder": 8}
    axes.text(
        right - 0.008 * wide,
        top / 2.0,
        f"published range {words['range_max']}",
        rotation=90,
        ha="right",
        va="center",
        **said,
    )
    axes.text(
        (left + right) / 2.0, top + 0.012 * high, f"published ceiling {words['altitude_max']}", ha="center", **said
    )
    axes.text(
        left + 0.006 * wide, top * 0.97, f"least range {words['range_min']}", rotation=90, ha="left", va="top", **said
    )
    axes.text(right - 0.03 * wide, low + 0.012 * high, f"floor {words['altitude_min']}", ha="right", **said)


def _dress(axes: Axes, each: MissileEnvelope) -> None:
    axes.set_title(f"{each.missile.name}: how far and how high", pad=8)
    axes.set_xlabel("ground range from the launcher to the point of intercept, km")
    axes.set_ylabel("height above the sea, km")
    axes.grid(color="#e3e8ec", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.plot([0.0], [0.0], marker="^", markersize=12, color=palette.INK, clip_on=False, zorder=9)
    handles = [
        Line2D([], [], color=FORWARD, linewidth=2.4, label="edge, target approaching"),
        Line2D([], [], color=TAIL, linewidth=2.2, linestyle=(0, (6, 2)), label="edge, target fleeing"),
        Line2D([], [], color=PUBLISHED, linewidth=1.8, linestyle=(0, (5, 3)), label="published limits"),
        Patch(facecolor=SPEEDS(0.65), label="missile's speed left; pale lines: time of flight"),
    ]
    axes.legend(
        handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.075), ncols=4, frameon=False, fontsize=10,
        handlelength=2.6, columnspacing=1.8,
    )  # fmt: skip
