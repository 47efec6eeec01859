"""The horizontal cut of an envelope as a picture: who is met from which side, seen from above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Patch
from matplotlib.patheffects import withStroke

from openiads.analysis import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from openiads.analysis.envelope import MissileEnvelope
    from openiads.analysis.envelope_read import Plan

_AREA: Final = "#8fbbdc"
_EDGE: Final = "#14324f"
_LAUNCH: Final = "#00785a"
_PUBLISHED: Final = "#b0003a"
_MARGIN: Final = 1.08
_HALO: Final = [withStroke(linewidth=3.0, foreground="white")]
_SIDES: Final = (("approaching", 180.0), ("crossing", 90.0), ("fleeing", 0.0))  # bearing off the course


def draw_plan(axes: Axes, each: MissileEnvelope, height_m: float, course_deg: float) -> None:
    """The area where a target on one course and height is met, and where it is when the missile must leave."""
    cut = each.plan(height_m, course_deg)
    published_km = each.published("range_max").value / 1e3
    axes.set_title(f"{each.missile.name}: from above, a target at {height_m / 1e3:g} km", pad=8)
    _frame(axes, cut, published_km)
    axes.add_patch(
        Circle(
            (0.0, 0.0), published_km, fill=False, edgecolor=_PUBLISHED, linewidth=1.8, linestyle=(0, (5, 3)), zorder=5
        )
    )
    figure = each.published("range_max")
    angle = np.radians(cut.course_deg + 135.0)
    axes.text(
        published_km * np.sin(angle), published_km * np.cos(angle), f"{figure.shown}\n({figure.confidence})",
        ha="center", va="center", fontsize=10, color=_PUBLISHED, path_effects=_HALO, zorder=8,
    )  # fmt: skip
    if cut.far_m.max() > 0.0:
        _area(axes, cut)
        _sides(axes, cut)
    else:
        axes.text(0.0, 0.1 * published_km, "no point at this height is reached", ha="center", fontsize=11, zorder=8)
    _course(axes, cut)
    axes.plot([0.0], [0.0], marker="^", markersize=12, color=palette.INK, zorder=9)
    _legend(axes)


def _frame(axes: Axes, cut: Plan, published_km: float) -> None:
    reach = [np.concatenate([a, b]) for a, b in zip(cut.met("far"), cut.at_launch("far"), strict=True)]
    west, east = (sign * max(published_km, (sign * reach[0]).max() / 1e3) for sign in (-1.0, 1.0))
    south, north = (sign * max(published_km, (sign * reach[1]).max() / 1e3) for sign in (-1.0, 1.0))
    window = axes.get_window_extent()
    north += 0.14 * (north - south)  # room for the arrow
    half = _MARGIN * max((north - south) / 2.0, (east - west) / 2.0 * window.height / window.width)
    wide = half * window.width / window.height
    axes.set_xlim((west + east) / 2.0 - wide, (west + east) / 2.0 + wide)
    axes.set_ylim((south + north) / 2.0 - half, (south + north) / 2.0 + half)
    axes.set_aspect("equal", adjustable="box")
    axes.set_xlabel("east of the launcher, km")
    axes.set_ylabel("north of the launcher, km", labelpad=1)
    axes.grid(color="#e3e8ec", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.spines[["top", "right"]].set_visible(False)


def _area(axes: Axes, cut: Plan) -> None:
    east_m, north_m = cut.met("far")
    axes.fill(east_m / 1e3, north_m / 1e3, color=_AREA, alpha=0.55, linewidth=0.0, zorder=2)
    axes.plot(east_m / 1e3, north_m / 1e3, color=_EDGE, linewidth=2.4, zorder=4)
    if cut.near_m.max() > 0.0:
        hole_east_m, hole_north_m = cut.met("near")
        axes.fill(hole_east_m / 1e3, hole_north_m / 1e3, color=palette.PAPER, linewidth=0.0, zorder=3)
        axes.plot(hole_east_m / 1e3, hole_north_m / 1e3, color=_EDGE, linewidth=1.2, zorder=4)
    launch_east_m, launch_north_m = cut.at_launch("far")
    axes.plot(
        launch_east_m / 1e3, launch_north_m / 1e3, color=_LAUNCH, linewidth=2.0, linestyle=(0, (1.5, 1.5)), zorder=5
    )


def _sides(axes: Axes, cut: Plan) -> None:
    """The greatest range against an approaching, a crossing and a fleeing target, written where it is met."""
    for words, off_deg in _SIDES:
        bearing_deg = (cut.course_deg + off_deg) % 360.0
        n = int(np.argmin(np.abs((cut.bearing_deg - bearing_deg + 180.0) % 360.0 - 180.0)))
        if cut.far_m[n] <= 0.0:
            continue
        at = 0.66 * cut.far_m[n] / 1e3
        angle = np.radians(bearing_deg)
        axes.text(
            at * np.sin(angle), at * np.cos(angle), f"{words}\n{cut.far_m[n] / 1e3:.0f} km", ha="center", va="center",
            fontsize=11.5, fontweight="bold", color=_EDGE, path_effects=_HALO, zorder=8,
        )  # fmt: skip


def _course(axes: Axes, cut: Plan) -> None:
    """An arrow that flies as the target does, in the corner that its course leaves free."""
    course = np.radians(cut.course_deg)
    along = np.array([np.sin(course), np.cos(course)])
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    long = 0.13 * (east - west)
    middle = np.array([west + 0.80 * (east - west), south + 0.965 * (north - south)])
    tip, tail = middle + along * long / 2.0, middle - along * long / 2.0
    style: dict[str, Any] = {"arrowstyle": "-|>", "color": palette.HOSTILE, "linewidth": 2.6, "mutation_scale": 20}
    axes.annotate("", tuple(tip), tuple(tail), arrowprops=style, zorder=9)
    axes.annotate(
        f"every target flies this way, {cut.speed_mps:.0f} m/s", tuple(middle), xytext=(0, -16),
        textcoords="offset points", ha="center", va="top", fontsize=10, color=palette.HOSTILE, path_effects=_HALO,
        zorder=9,
    )  # fmt: skip


def _legend(axes: Axes) -> None:
    handles = [
        Patch(facecolor=_AREA, edgecolor=_EDGE, label="target is met here"),
        Line2D(
            [], [], color=_LAUNCH, linewidth=2.0, linestyle=(0, (1.5, 1.5)), label="where it is at launch (far edge)"
        ),
        Line2D([], [], color=_PUBLISHED, linewidth=1.8, linestyle=(0, (5, 3)), label="published range"),
    ]
    axes.legend(
        handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.075), ncols=3, frameon=False, fontsize=10,
        handlelength=2.2, columnspacing=1.3, handletextpad=0.5,
    )  # fmt: skip
