"""The horizontal cut of an envelope as a picture: who is met from which side, seen from above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Patch
from matplotlib.patheffects import withStroke

from openiads.analysis import palette
from openiads.analysis.envelope_words import reach_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from openiads.analysis.envelope import MissileEnvelope
    from openiads.analysis.envelope_read import Plan

_AREA: Final = "#8fbbdc"
_EDGE: Final = "#14324f"
_LAUNCH: Final = "#00785a"
_PUBLISHED: Final = "#b0003a"
_MARGIN: Final = 1.08
_RING_SHOWN: Final = 2.0  # times what is reached: a greater ring would leave the edges too small to be read
_APART: Final = 0.3  # of half the picture, by which the words of the sides stand off the launcher
_JUMP: Final = 0.1  # of the greatest range: where the far edge jumps so far over a hole, its line is broken
_FINE: Final = 400  # ranges at which the edge is drawn
_HALO: Final = [withStroke(linewidth=3.0, foreground="white")]
_SIDES: Final = (("approaching", 180.0), ("crossing", 90.0), ("fleeing", 0.0))  # bearing off the course


def draw_plan(axes: Axes, each: MissileEnvelope, height_m: float, course_deg: float) -> None:
    """The area where a target on one course and height is met, and where it is when the missile must leave."""
    cut = each.plan(height_m, course_deg)
    published_km = each.published("range_max").value / 1e3
    axes.set_title(f"{each.missile.name}: from above, a target at {height_text(height_m)}", pad=8)
    outermost_km = _outermost_km(cut)
    has_ring = outermost_km == 0.0 or published_km < _RING_SHOWN * outermost_km
    half_km = _frame(axes, cut, max(outermost_km, published_km if has_ring else 0.0))
    if has_ring:
        _ring(axes, each, cut.course_deg, published_km)
    if outermost_km > 0.0:
        _area(axes, cut)
        _sides(axes, cut, each.end_m, half_km)
    else:
        axes.text(0.0, 0.1 * published_km, "no point at this height is reached", ha="center", fontsize=11, zorder=8)
    _course(axes, cut)
    axes.plot([0.0], [0.0], marker="^", markersize=12, color=palette.INK, zorder=9)
    _legend(axes, outermost_km > 0.0, f"published range {published_km:g} km{'' if has_ring else ' (outside)'}")


def height_text(height_m: float) -> str:
    """A height in metres below a kilometre, else in kilometres."""
    return f"{height_m:g} m" if height_m < 1e3 else f"{height_m / 1e3:g} km"


def _outermost_km(cut: Plan) -> float:
    """The greatest range on any bearing, beyond holes too; 0 where nothing is reached."""
    columns = np.flatnonzero((cut.margin >= 0.0).any(axis=0))
    return 0.0 if not len(columns) else float(max(cut.ground_m[columns[-1]], cut.far_m.max())) / 1e3


def _ring(axes: Axes, each: MissileEnvelope, course_deg: float, published_km: float) -> None:
    ring: dict[str, Any] = {"edgecolor": _PUBLISHED, "linewidth": 1.8, "linestyle": (0, (5, 3)), "zorder": 5}
    axes.add_patch(Circle((0.0, 0.0), published_km, fill=False, **ring))
    figure = each.published("range_max")
    angle = np.radians(course_deg + 135.0)
    axes.text(
        published_km * np.sin(angle), published_km * np.cos(angle), f"{figure.shown}\n({figure.confidence})",
        ha="center", va="center", fontsize=10, color=_PUBLISHED, path_effects=_HALO, zorder=8,
    )  # fmt: skip


def _frame(axes: Axes, cut: Plan, reach_km: float) -> float:
    """Fit the axes to what is drawn, room for the arrow included; half the height, km."""
    launch = cut.at_launch("far")
    west, east = (sign * max(reach_km, (sign * launch[0]).max() / 1e3) for sign in (-1.0, 1.0))
    south, north = (sign * max(reach_km, (sign * launch[1]).max() / 1e3) for sign in (-1.0, 1.0))
    window = axes.get_window_extent()
    north += 0.14 * (north - south)  # room for the arrow
    half: float = _MARGIN * max((north - south) / 2.0, (east - west) / 2.0 * window.height / window.width)
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
    return half


def _area(axes: Axes, cut: Plan) -> None:
    """What is reached, with its holes."""
    bearing = np.radians(cut.bearing_deg)[:, None]
    fine_m = np.linspace(np.sqrt(cut.ground_m[0]), np.sqrt(cut.ground_m[-1]), _FINE) ** 2
    margin = np.array([np.interp(np.sqrt(fine_m), np.sqrt(cut.ground_m), row) for row in cut.margin])
    x, y = fine_m * np.sin(bearing) / 1e3, fine_m * np.cos(bearing) / 1e3
    axes.contourf(x, y, margin, [0.0, np.inf], colors=[_AREA], alpha=0.55, zorder=2)
    axes.contour(x, y, margin, [0.0], colors=[_EDGE], linewidths=2.4, zorder=4)
    jumps = np.abs(np.diff(cut.far_m, prepend=cut.far_m[:1])) > _JUMP * cut.far_m.max()
    launch_east_m, launch_north_m = (np.where(jumps, np.nan, each) for each in cut.at_launch("far"))
    axes.plot(
        launch_east_m / 1e3, launch_north_m / 1e3, color=_LAUNCH, linewidth=2.0, linestyle=(0, (1.5, 1.5)), zorder=5
    )


def _sides(axes: Axes, cut: Plan, end_m: float, half_km: float) -> None:
    """The greatest range against an approaching, a crossing and a fleeing target, written where it is met."""
    for words, off_deg in _SIDES:
        bearing_deg = (cut.course_deg + off_deg) % 360.0
        n = int(np.argmin(np.abs((cut.bearing_deg - bearing_deg + 180.0) % 360.0 - 180.0)))
        if cut.far_m[n] <= 0.0:
            continue
        at = max(0.66 * cut.far_m[n] / 1e3, _APART * half_km)
        angle = np.radians(bearing_deg)
        said = f"{words}\n{reach_text(float(cut.far_m[n]), end_m)}"
        axes.text(
            at * np.sin(angle), at * np.cos(angle), said, ha="center", va="center",
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


def _legend(axes: Axes, is_met: bool, published: str) -> None:
    handles: list[Any] = [
        Patch(facecolor=_AREA, edgecolor=_EDGE, label="target is met here" if is_met else "target is met: nowhere"),
        Line2D(
            [],
            [],
            color=_LAUNCH,
            linewidth=2.0,
            linestyle=(0, (1.5, 1.5)),
            label="where it is at launch (far edge)" if is_met else "at launch: none",
        ),
        Line2D([], [], color=_PUBLISHED, linewidth=1.8, linestyle=(0, (5, 3)), label=published),
    ]
    axes.legend(
        handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.075), ncols=3, frameon=False, fontsize=10,
        handlelength=2.2, columnspacing=1.3, handletextpad=0.5,
    )  # fmt: skip
