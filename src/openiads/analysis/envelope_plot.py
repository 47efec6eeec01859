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
from matplotlib.ticker import MaxNLocator

from openiads._version import __version__
from openiads.analysis import palette
from openiads.analysis.envelope_plan import draw_plan
from openiads.analysis.envelope_words import length_text, reached_line, with_article
from openiads.analysis.map_frame import write_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from openiads.analysis.envelope import Envelope, MissileEnvelope
    from openiads.analysis.envelope_read import Aspect, Cut

_WIDE_IN: Final = 18.0
_ROW_IN: Final = 7.1  # height of one missile's two cuts
_HEAD_IN, _FOOT_IN, _GAP_IN = 1.15, 1.35, 1.2
_DOTS_PER_IN: Final = 100
_FINE: Final = 500  # points a side of the smoothed field
_LEVELS: Final = 22
_MARGIN: Final = 1.06
_TIMES_S: Final = (5, 10, 20, 30, 60, 120)
_LABELLED: Final = (0.68, 0.5, 0.35, 0.2)  # shares of the ceiling at which times are written, the first that is clear
_CLEAR: Final = 0.03  # of the table's range: nearer to the left edge a time is cut off
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
        f"Where a missile can meet {with_article(target.name[:1].lower() + target.name[1:])} at "
        f"{target.speed.value:.0f} m/s, "
        "flown shot by shot"
        f"   ·   missiles: {names}"
        "   ·   dashed: what is published, drawn for comparison only"
    )
    figure.text(0.045, 1.0 - 0.78 / tall_in, said, fontsize=13, color=palette.QUIET, va="center")
    foot = (
        f"OpenIADS {__version__}: a simulation, never a fire-control system. The flight alone: whether a radar sees "
        "the target there is another question (openiads coverage). Launcher at sea level, heights above the sea."
    )
    for n, line in enumerate((foot, reached_line(envelope))):
        figure.text(0.045, (0.22 + 0.22 * n) / tall_in, line, fontsize=9.5, color=palette.QUIET, va="center")


def smooth(cut: Cut, name: str) -> tuple[Any, Any, Any, Any]:
    """One field of a cut on a fine grid, and the margin there: ground, height, field, margin.

    Between points of the table both are linear in the roots of range and height, as in the run; outside the envelope
    the field goes on as its nearest point inside, so that the margin alone decides where it ends.
    """
    from scipy.interpolate import RegularGridInterpolator
    from scipy.ndimage import distance_transform_edt

    field = np.asarray(getattr(cut, name), float)
    if cut.reached.any():
        nearest = distance_transform_edt(~cut.reached, return_distances=False, return_indices=True)
        field = field[tuple(nearest)]
    roots = np.sqrt(cut.height_m), np.sqrt(cut.ground_m)
    height, ground = (np.linspace(axis[0], axis[-1], _FINE) for axis in roots)
    points = np.stack(np.meshgrid(height, ground, indexing="ij"), axis=-1)
    fine, margin = (RegularGridInterpolator(roots, table)(points) for table in (field, cut.margin))
    return ground**2, height**2, fine, margin


def _vertical(axes: Axes, bar: Axes, each: MissileEnvelope) -> None:
    forward = each.cut("forward")
    ground_m, height_m, speed_mps, margin = smooth(forward, "speed_mps")
    x, y = ground_m / 1e3, height_m / 1e3
    if forward.reached.any():
        speeds = forward.speed_mps[forward.reached]
        norm = Normalize(float(speeds.min()), float(speeds.max()))
        _shade(axes, bar, (x, y, np.where(margin >= 0.0, speed_mps, np.nan)), norm)
        _times(axes, forward)
        axes.contour(x, y, margin, [0.0], colors=[FORWARD], linewidths=2.4, zorder=4)
    behind = smooth(each.cut("tail"), "speed_mps")[3]
    if behind.max() > 0.0:
        axes.contour(x, y, behind, [0.0], colors=[TAIL], linewidths=2.2, linestyles=[(0, (6, 2))], zorder=5)
    _limits(axes, each)
    _ceiling_of_target(axes, each)
    _end_of_table(axes, each)
    _end_of_flight(axes, each)
    _published(axes, each)
    _dress(axes, each)


def _shade(axes: Axes, bar: Axes, field: tuple[Any, Any, Any], norm: Normalize) -> None:
    levels = np.linspace(norm.vmin or 0.0, norm.vmax or 1.0, _LEVELS)
    filled = axes.contourf(*field, levels, cmap=SPEEDS, norm=norm, extend="both", zorder=2)
    axes.figure.colorbar(filled, cax=bar)
    least, most = bar.get_ylim()
    bar.set_yticks([tick for tick in MaxNLocator(6).tick_values(least, most) if least <= tick <= most])
    bar.yaxis.set_major_formatter("{x:.0f}")
    bar.tick_params(length=0, labelsize=9)
    bar.set_title("m/s left", fontsize=9, fontweight="normal", color=palette.QUIET, loc="left", pad=7)
    bar.spines[:].set_visible(False)


def _times(axes: Axes, cut: Cut) -> None:
    """Lines of equal time of flight, at a round step that gives about nine."""
    ground_m, height_m, flight_s, margin = smooth(cut, "flight_s")
    x, y = ground_m / 1e3, height_m / 1e3
    most_s = float(flight_s[margin >= 0.0].max())
    step_s = min(_TIMES_S, key=lambda step: abs(most_s / step - _LINES))
    levels = np.arange(step_s, most_s, step_s)
    if not len(levels):
        return
    lines = axes.contour(
        x, y, np.where(margin >= 0.0, flight_s, np.nan), levels, colors="white", linewidths=1.1, zorder=3
    )
    top_km = float(height_m[(margin >= 0.0).any(axis=1)].max()) / 1e3
    places = [_label_place(x, y, np.abs(flight_s - level), top_km) for level in levels]
    for text in axes.clabel(lines, fmt=lambda level: f"{level:g} s", fontsize=9.5, colors="#0d2a45", manual=places):
        text.set_path_effects([withStroke(linewidth=2.5, foreground="#ffffffcc")])


def _label_place(x: Any, y: Any, away_s: Any, top_km: float) -> tuple[float, float]:
    """Where a time is written on its line: high up, lower where the line would leave the picture to the left there."""
    for share in _LABELLED:
        row = int(np.argmin(np.abs(y - share * top_km)))
        place = float(x[int(np.argmin(away_s[row]))]), float(y[row])
        if place[0] > _CLEAR * x[-1]:
            break
    return place


def _limits(axes: Axes, each: MissileEnvelope) -> None:
    ground_m, height_m = np.asarray(each.flown.ground_m), np.asarray(each.flown.height_m)
    reached: Any = each.cut("forward").reached | each.cut("tail").reached
    columns, rows = np.flatnonzero(reached.any(axis=0)), np.flatnonzero(reached.any(axis=1))
    far_m = ground_m[min(columns[-1] + 1, len(ground_m) - 1)] if len(columns) else 0.0
    top_m = height_m[min(rows[-1] + 1, len(height_m) - 1)] if len(rows) else 0.0
    axes.set_xlim(0.0, _MARGIN * max(1.03 * far_m, 1.04 * each.published("range_max").value) / 1e3)
    axes.set_ylim(0.0, _MARGIN * max(top_m, 1.08 * each.published("altitude_max").value) / 1e3)


def _ceiling_of_target(axes: Axes, each: MissileEnvelope) -> None:
    """A quiet line above which the class does not fly, where the picture goes so high."""
    top_km = each.target.altitude_max.value / 1e3
    if top_km >= axes.get_ylim()[1]:
        return
    axes.axhline(top_km, color=palette.INK, linewidth=0.9, linestyle=(0, (1, 3)), zorder=4)
    said = f"{with_article(each.target.id.replace('-', ' '))} flies no higher than {top_km:g} km"
    axes.text(
        0.17 * axes.get_xlim()[1], top_km, said, ha="left", va="bottom", fontsize=9.5, path_effects=_HALO, zorder=8
    )


def _end_of_table(axes: Axes, each: MissileEnvelope) -> None:
    """Where the table ends before the flight does, the picture says so."""
    if not each.cut("forward").reached[:, -1].any():
        return
    end_km, high = each.end_m / 1e3, axes.get_ylim()[1]
    axes.plot([end_km, end_km], [0.0, high], color=palette.QUIET, linewidth=1.0, linestyle=(0, (1, 2)), zorder=5)
    said = "the table ends here, the flight does not"
    axes.text(
        end_km, 0.5 * high, said, rotation=90, ha="left", va="center", fontsize=9.5, color=palette.QUIET,
        path_effects=_HALO, zorder=8,
    )  # fmt: skip


def _end_of_flight(axes: Axes, each: MissileEnvelope) -> None:
    """Where the assumed self-destruct makes the far edge, the picture says so."""
    far = each.figures[0].far
    if far is None or each.ends != "age":
        return
    said = (
        f"ends by the assumed self-destruct ({each.missile.self_destruct_time.shown}),\n"
        f"set from the published range; energy alone {length_text(each.energy_m)}"
    )
    axes.text(
        far.value_m / 1e3 + 0.006 * axes.get_xlim()[1], 0.04 * axes.get_ylim()[1], said, rotation=90, ha="left",
        va="bottom", fontsize=9.5, color=palette.QUIET, path_effects=_HALO, zorder=8,
    )  # fmt: skip


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
    sides = (  # where, what, how it stands
        (right - 0.008 * wide, low + 0.06 * high, "published range", "range_max", "right", "bottom", 90.0),
        (left + 0.006 * wide, low + 0.06 * high, "least range", "range_min", "left", "bottom", 90.0),
        ((left + right) / 2.0, top + 0.012 * high, "published ceiling", "altitude_max", "center", "bottom", 0.0),
        (right - 0.03 * wide, low + 0.012 * high, "floor", "altitude_min", "right", "bottom", 0.0),
    )
    for x, y, what, key, across, up, turned in sides:
        axes.text(x, y, f"{what} {words[key]}", ha=across, va=up, rotation=turned, **said)


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
        Line2D([], [], color=FORWARD, linewidth=2.4, label=f"edge, target approaching{_none(each, 'forward')}"),
        Line2D(
            [], [], color=TAIL, linewidth=2.2, linestyle=(0, (6, 2)), label=f"edge, target fleeing{_none(each, 'tail')}"
        ),
        Line2D([], [], color=PUBLISHED, linewidth=1.8, linestyle=(0, (5, 3)), label="published limits"),
        Patch(facecolor=SPEEDS(0.65), label="missile's speed left; pale lines: time of flight"),
    ]
    axes.legend(
        handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.075), ncols=4, frameon=False, fontsize=10,
        handlelength=2.6, columnspacing=1.8,
    )  # fmt: skip


def _none(each: MissileEnvelope, aspect: Aspect) -> str:
    """Says that an edge is not drawn, where nothing is reached."""
    return "" if each.cut(aspect).reached.any() else ": none, nothing is reached"
