"""The air picture of a run over time: GOSPA split into its parts, and the numbers of tracks and targets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from openiads.analysis import palette
from openiads.analysis.time_panels import time_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from openiads.analysis.metrics_pairs import Floats
    from openiads.analysis.metrics_record import PostMetrics, RunMetrics

_WIDTH_IN: Final = 13.0
_POST_IN: Final = 6.4  # height of the two panels of a post
_HEAD_IN, _FOOT_IN = 1.05, 0.55
_DOTS_PER_IN: Final = 100
_PARTS: Final = (
    ("localisation", "#86b3d8"),
    ("false tracks", "#d79b00"),
    ("missed targets", palette.HOSTILE),
    ("missed before the first plot or after the last", "#f3d9cf"),
)
_TRACKS: Final = "#2f6ea5"
_MATCHED: Final = "#cfe1f0"
_DASHES: Final = (0, (4, 1.5))


def draw(metrics: RunMetrics, path: str | Path) -> Path:
    """Two panels a post, one above the other.

    Args:
        metrics: of a run.
        path: the PNG to write; an existing one is replaced.

    Returns:
        The path.
    """
    height_in = _HEAD_IN + _FOOT_IN + _POST_IN * max(len(metrics.posts), 1)
    with mpl.rc_context(palette.STYLE):
        figure = Figure(figsize=(_WIDTH_IN, height_in), dpi=_DOTS_PER_IN, facecolor=palette.PAPER)
        FigureCanvasAgg(figure)
        _headline(figure, metrics, height_in)
        for row, post in enumerate(metrics.posts):
            top_in = height_in - _HEAD_IN - row * _POST_IN
            upper = figure.add_axes((0.075, (top_in - 3.45) / height_in, 0.9, 2.9 / height_in))
            lower = figure.add_axes((0.075, (top_in - 5.95) / height_in, 0.9, 1.75 / height_in), sharex=upper)
            _draw_gospa(upper, post, len(metrics.posts) > 1)
            _draw_counts(lower, post)
        figure.savefig(path, metadata={"Title": "Air picture of a simulated run, OpenIADS", "Software": "OpenIADS"})
    return Path(path)


def _headline(figure: Figure, metrics: RunMetrics, height_in: float) -> None:
    title = f"Air picture against truth: {metrics.scenario}  (simulated)"
    figure.text(0.075, 1.0 - 0.4 / height_in, title, fontsize=19, fontweight="bold", va="center")
    said = f"seed {metrics.seed}   ·   cutoff c = {metrics.cutoff_m:,.0f} m".replace(",", " ")
    figure.text(0.075, 1.0 - 0.78 / height_in, said, fontsize=12, color=palette.QUIET, va="center")
    foot = f"OpenIADS: a simulation, never a fire-control system.  Digest {metrics.digest[:12]}."
    figure.text(0.075, 0.28 / height_in, foot, fontsize=9, color=palette.QUIET)


def _draw_gospa(axes: Axes, post: PostMetrics, named: bool) -> None:
    gospa = post.everything.gospa
    edge = np.zeros(len(gospa.time_s))
    for (name, colour), part_m in zip(_PARTS, _parts_m(post), strict=False):
        axes.fill_between(gospa.time_s, edge, edge + part_m, step="post", color=colour, linewidth=0, label=name)
        edge = edge + part_m
    axes.step(gospa.time_s, gospa.total_m, where="post", color=palette.INK, linewidth=1.1, label="GOSPA")
    whose = f"{post.name}: " if named else ""
    mean = f"{gospa.mean_m:,.0f} m".replace(",", " ")
    axes.set_title(f"{whose}GOSPA and its parts (mean {mean})", pad=26)
    axes.set_ylim(0.0, max(float(gospa.total_m.max(initial=0.0)) * 1.06, 1.0))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda metres, _: f"{metres / 1e3:g}"))
    axes.set_ylabel("km")
    _finish(axes, gospa.time_s)
    axes.tick_params(labelbottom=False)


def _parts_m(post: PostMetrics) -> list[Floats]:
    """Localisation, false, missed as metres that add up; what is missed in two where it is known what was seen."""
    gospa = post.everything.gospa
    localisation_m, missed_m, false_m = gospa.parts_m()
    if post.seen is None:
        return [localisation_m, false_m, missed_m]
    seen_m = missed_m * post.seen.gospa.missed / np.maximum(gospa.missed, 1)
    return [localisation_m, false_m, seen_m, missed_m - seen_m]


def _draw_counts(axes: Axes, post: PostMetrics) -> None:
    gospa, held = post.everything.gospa, post.everything.continuity
    time_s = gospa.time_s
    axes.fill_between(time_s, gospa.matched, step="post", color=_MATCHED, linewidth=0, label="targets with a track")
    axes.step(time_s, gospa.targets, where="post", color=palette.INK, linewidth=1.6, label="targets that fly")
    axes.step(time_s, gospa.tracks, where="post", color=_TRACKS, linewidth=1.6, linestyle=_DASHES, label="tracks")
    said = f"{held.id_switches} ID switches, {held.breaks} breaks, {held.false_tracks} false tracks"
    axes.set_title(f"Tracks and targets ({said})", pad=26)
    axes.set_ylim(0.0, max(int(gospa.targets.max(initial=0)), int(gospa.tracks.max(initial=0)), 1) * 1.1)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.set_ylabel("number")
    _finish(axes, gospa.time_s)
    axes.set_xlabel("time after the start, minutes : seconds")


def _finish(axes: Axes, time_s: Floats) -> None:
    begin_s, end_s = float(time_s[0]), float(time_s[-1])
    time_axis(axes, end_s)
    axes.set_xlim(begin_s, max(end_s, begin_s + 1.0))
    axes.tick_params(axis="x", pad=7)
    axes.grid(axis="y", color=palette.FAINT, linewidth=0.7)
    axes.legend(
        loc="lower left", bbox_to_anchor=(-0.008, 1.0), ncols=5, frameon=False, fontsize=9.2, handlelength=1.4,
        handletextpad=0.5, columnspacing=1.4, borderpad=0.3,
    )  # fmt: skip
