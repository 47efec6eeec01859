"""The right-hand side of the overview: each threat's life, the busy channels and the rounds left, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from openiads.analysis import palette
from openiads.analysis.reasons import clock
from openiads.analysis.summary import occupancy
from openiads.constants import SECONDS_PER_TICK
from openiads.enums import EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from openiads.analysis.chain import Flight
    from openiads.record.record import Record

_ROWS_MAX: Final = 48
_NAMES_MAX: Final = 32
_STEPS_S: Final = (10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)


def draw_lives(axes: Axes, record: Record, lives: Sequence[Flight]) -> None:
    """A bar a threat from its appearance to its end, coloured by how far the post had got with it."""
    threats = sorted((life for life in lives if life.is_threat), key=lambda life: life.row)
    shown = threats[:_ROWS_MAX]
    for row, life in enumerate(shown):
        _draw_life(axes, row, life)
    more = f" (the first {len(shown)} of {len(threats)})" if len(threats) > len(shown) else ""
    axes.set_title(f"The life of each threat{more}", pad=34)
    ended_s = float(record.manifest["ended_s"])
    axes.set_xlim(-0.012 * ended_s, ended_s * 1.015)
    axes.set_ylim(max(len(shown), 4) - 0.35, -0.65)
    axes.set_yticks(range(len(shown)), [_short(life.name) for life in shown])
    crowded = len(shown) > _NAMES_MAX
    axes.tick_params(axis="y", length=0, labelsize=7 if crowded else 10, labelcolor=palette.INK)
    axes.grid(axis="x", color=palette.FAINT, linewidth=0.7)
    time_axis(axes, float(record.manifest["ended_s"]))
    axes.legend(
        handles=_life_legend(), loc="lower left", bbox_to_anchor=(-0.012, 1.0), ncols=8, frameon=False, fontsize=8.6,
        handlelength=1.1, handletextpad=0.4, columnspacing=0.95, borderpad=0.3,
    )  # fmt: skip


def draw_channels(axes: Axes, record: Record) -> None:
    """How many target channels of each unit were busy."""
    _draw_steps(axes, record, "Target channels busy (dotted: all there are)", _busy)


def draw_rounds(axes: Axes, record: Record) -> None:
    """How many rounds each unit had left, loaded and on its loaders."""
    _draw_steps(axes, record, "Rounds left, loaded or on loaders (dotted: at the start)", _rounds_left)
    axes.set_xlabel("time after the start, minutes : seconds")


def _draw_life(axes: Axes, row: int, life: Flight) -> None:
    stages = [life.start_s, life.first_plot_s, life.confirmed_s, life.hostile_s]
    for stage, begin_s in enumerate(stages):
        later = [time_s for time_s in stages[stage + 1 :] if time_s is not None]
        if begin_s is not None:
            end_s = min([*later, life.end_s])
            colour = palette.STAGES[stage][1]
            axes.barh(row, max(end_s - begin_s, 0.0), left=begin_s, height=0.62, color=colour, linewidth=0)
    for shot in life.rounds:
        axes.plot(shot.launched_s, row, marker="|", markersize=11, markeredgewidth=1.8, color=palette.INK, zorder=3)
    for missed_s in life.missed_s:
        axes.plot(missed_s, row, marker="o", markersize=6, color="white", markeredgecolor=palette.INK, zorder=3)
    _draw_end(axes, row, life)


def _draw_end(axes: Axes, row: int, life: Flight) -> None:
    if life.end == "killed":
        axes.plot(life.end_s, row, marker="*", markersize=15, color=palette.KILL, markeredgecolor="white", zorder=4)
    elif life.end == "leaked":
        axes.plot(life.end_s, row, marker="X", markersize=11, color=palette.HOSTILE, markeredgecolor="white", zorder=4)
    elif life.end == "left":
        axes.plot(life.end_s, row, marker=">", markersize=7, color=palette.QUIET, zorder=4, clip_on=False)


def _life_legend() -> list[Any]:
    def mark(marker: str, colour: str, label: str, size: float, edge: str) -> Line2D:
        return Line2D(
            [], [], linestyle="", marker=marker, color=colour, markersize=size, label=label, markeredgecolor=edge
        )

    return [
        *(Patch(color=colour, label=name) for name, colour in palette.STAGES),
        mark("|", palette.INK, "launch", 10, palette.INK),
        mark("o", "white", "miss", 6, palette.INK),
        mark("*", palette.KILL, "kill", 12, palette.KILL),
        mark("X", palette.HOSTILE, "leak", 8, palette.HOSTILE),
    ]


def _draw_steps(axes: Axes, record: Record, title: str, series: Any) -> None:
    """One stepped line a unit, and its capacity as a dotted line."""
    top = 1.0
    units = record.rows("units")
    for index, unit in enumerate(units):
        colour = palette.UNITS[index % len(palette.UNITS)]
        times_s, values, capacity = series(record, int(unit["row"]))
        times_s = np.append(times_s, float(record.manifest["ended_s"]))
        values = np.append(values, values[-1])
        axes.step(times_s, values, where="post", color=colour, linewidth=1.8, label=str(unit["name"]))
        if len(units) == 1:
            axes.fill_between(times_s, values, step="post", color=colour, alpha=0.15, linewidth=0)
        axes.axhline(capacity, color=colour, linestyle=":", linewidth=1.2)
        top = max(top, float(capacity), float(values.max()))
    axes.set_title(title, fontsize=11, pad=5)
    axes.set_ylim(0.0, top * 1.12)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.grid(axis="y", color=palette.FAINT, linewidth=0.7)
    time_axis(axes, float(record.manifest["ended_s"]))
    if 1 < len(units) <= 6:
        axes.legend(
            loc="lower right", bbox_to_anchor=(1.0, 0.99), ncols=len(units), frameon=False, fontsize=9, borderpad=0
        )


def _busy(record: Record, unit: int) -> tuple[Any, Any, int]:
    times_s, busy = occupancy(record, unit)
    capacity = int((record.tables["channels"]["unit"] == unit).sum())
    return np.insert(times_s, 0, 0.0), np.insert(busy, 0, 0), capacity


def _rounds_left(record: Record, unit: int) -> tuple[Any, Any, int]:
    magazines, events = record.tables["magazines"], record.tables["events"]
    launchers = [
        row["row"] for row in record.rows("launchers") if row["parent"] == unit and row["row"] < len(magazines)
    ]
    mine = magazines[launchers]
    capacity = int((mine["loaded"] + mine["reloads"] + mine["fired"]).sum())
    fired = events[(events["kind"] == EventKind.LAUNCHED) & np.isin(events["launcher"], launchers)]
    times_s = np.insert(np.sort(fired["tick"]) * SECONDS_PER_TICK, 0, 0.0)
    return times_s, capacity - np.arange(len(times_s)), capacity


def time_axis(axes: Axes, ended_s: float) -> None:
    """No frame but the foot; minutes and seconds along it, up to the end of the run."""
    axes.spines[["top", "right", "left"]].set_visible(False)
    step_s = next((step for step in _STEPS_S if ended_s / step <= 10), _STEPS_S[-1])
    axes.set_xticks(np.arange(0.0, ended_s + 1.0, step_s))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda time_s, _: clock(time_s)))
    axes.tick_params(axis="both", length=0)
    axes.set_axisbelow(True)


def _short(name: str, length: int = 24) -> str:
    return name if len(name) <= length else name[: length - 1] + "…"
