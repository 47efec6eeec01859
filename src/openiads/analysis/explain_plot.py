"""The picture of an explanation: threats, channels and rails over one time axis."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from openiads.analysis import palette
from openiads.analysis.chain import Flight, flights
from openiads.analysis.explain import explain
from openiads.analysis.explain_bars import STATES, Bar, Rails, channel_bars, rails
from openiads.analysis.explain_scene import Scene
from openiads.analysis.time_panels import time_axis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from openiads.record.record import Record

_WIDTH_IN, _ROW_IN, _GAP_IN, _HEAD_IN, _FOOT_IN = 16.0, 0.27, 0.62, 1.05, 0.75
_LEFT, _SPAN = 0.155, 0.815  # of the width: where the panels begin, and how wide they are
_DOTS_PER_IN = 100
_LINE_IN, _LINE_LETTERS = 0.22, 190  # of the sentence below the title
_THREATS_MAX, _CHANNELS_MAX, _RAILS_MAX = 40, 24, 24  # rows that a page can hold
_LEAST_ROWS = 2
_CHANNEL: Final = ("#dccfe3", "#b58fc0", "#7d3f8c")  # by state
_EMPTY, _FULL = "#f3e3dc", "#9c5a3c"  # a launcher without and with all its rounds
_ENGAGED: Final = "#e0a3f0"  # a channel's time under a threat's bar
_FADED: Final = 0.3  # of what is not the named target
_GLYPH_IN = 0.072  # width of a letter in a bar
_TALL = 0.66  # of a row


def draw(record: Record, path: str | Path, target: str | None = None) -> Path:
    """Draw who was engaged when, on which channel, and what was left on the rails.

    Args:
        record: the run.
        path: the PNG to write; an existing one is replaced.
        target: the one that the picture is about; its time is shown, and the others are faded.

    Returns:
        The path.
    """
    scene = Scene(record)
    lives = [scene.own(life) for life in flights(record)]
    page = _Page(scene, [life for life in lives if life.is_threat or life.name == target], target)
    heights = [max(rows, _LEAST_ROWS) * _ROW_IN for rows in (len(page.lives), len(page.channels), len(page.rails))]
    head_in = _HEAD_IN + _LINE_IN * len(page.lines)
    total_in = head_in + sum(heights) + 2 * _GAP_IN + _FOOT_IN
    with mpl.rc_context(palette.STYLE):
        figure = Figure(figsize=(_WIDTH_IN, total_in), dpi=_DOTS_PER_IN, facecolor=palette.PAPER)
        FigureCanvasAgg(figure)
        _headline(figure, page, total_in)
        top_in = total_in - head_in
        for panel, height_in in zip((_draw_threats, _draw_channels, _draw_rails), heights, strict=True):
            axes = figure.add_axes((_LEFT, (top_in - height_in) / total_in, _SPAN, height_in / total_in))
            panel(axes, page)
            top_in -= height_in + _GAP_IN
        axes.set_xlabel("time after the start, minutes : seconds")
        figure.savefig(path, metadata={"Title": "Simulated run, explained, OpenIADS", "Software": "OpenIADS"})
    return Path(path)


class _Page:
    """What is drawn: the rows of each panel, the time shown, and what is faded."""

    def __init__(self, scene: Scene, lives: Sequence[Flight], target: str | None) -> None:
        self.scene, self.target = scene, target
        self.named = next((life for life in lives if life.name == target), None)
        self.lives = _kept(lives, self.named, _THREATS_MAX)
        self.bars = channel_bars(scene)
        self.channels = self._channels(scene.record)
        every = rails(scene)
        self.rails = every if len(every) <= _RAILS_MAX else [one for one in every if one.launches][:_RAILS_MAX]
        self.more = (len(lives) - len(self.lives), 0, len(every) - len(self.rails))
        ended_s = float(scene.record.manifest["ended_s"])
        self.lines = wrap(_sentence(scene.record, target), _LINE_LETTERS)
        self.from_s, self.until_s = self._shown(lives, ended_s)

    def _shown(self, lives: Sequence[Flight], ended_s: float) -> tuple[float, float]:
        """The time of the picture: that of the named target, or until the last threat has ended."""
        if self.named is not None:
            return _around(self.named, ended_s)
        last_s = max((life.end_s for life in lives if life.end != "flying"), default=ended_s)
        return 0.0, min(max([last_s, *(bar.until_s for bar in self.bars)]) * 1.04, ended_s)

    def _channels(self, record: Record) -> list[int]:
        """All channels where they fit, else those that were used."""
        every = range(len(record.tables["channels"]))
        used = sorted({bar.channel for bar in self.bars})
        return list(every) if len(every) <= _CHANNELS_MAX else used[:_CHANNELS_MAX]

    def alpha(self, row: int) -> float:
        """How strong something about a target is drawn."""
        return 1.0 if self.named is None or row == self.named.row else _FADED

    def labels(self, target: int) -> tuple[str, ...]:
        """What a bar may be called, the longest first."""
        if target < 0:
            return ("false track", "?")
        number = next((str(n) for n, life in enumerate(self.lives, start=1) if life.row == target), "")
        return self.scene.name("targets", target), number

    def room(self, from_s: float, until_s: float) -> int:
        """How many letters a bar holds."""
        seen_s = min(until_s, self.until_s) - max(from_s, self.from_s)
        return int(seen_s / (self.until_s - self.from_s) * _WIDTH_IN * _SPAN / _GLYPH_IN - 0.4)


def _sentence(record: Record, target: str | None) -> str:
    """What the picture is of: the named target's headline, or how many threats ended how."""
    manifest = record.manifest
    run = f"scenario {manifest['scenario']}, seed {manifest['seed']}, digest {record.digest[:12]}"
    told = explain(record, target, counterfactual=False).targets
    if target is not None:
        return f"{told[0].headline}  ({run})"
    ends = Counter(said.end for said in told)
    return f"{len(told)} threats: {', '.join(f'{count} {end}' for end, count in ends.most_common())}  ({run})"


def _kept(lives: Sequence[Flight], named: Flight | None, most: int) -> list[Flight]:
    """The first rows, the named one among them."""
    first = list(lives[:most])
    return first if named is None or named in first else [*first[:-1], named]


def _around(life: Flight, ended_s: float) -> tuple[float, float]:
    margin_s = 0.06 * max(life.end_s - life.start_s, 60.0)
    return max(life.start_s - margin_s, 0.0), min(life.end_s + 2.0 * margin_s, ended_s)


def _headline(figure: Figure, page: _Page, total_in: float) -> None:
    manifest = page.scene.record.manifest
    title = str(manifest.get("title") or manifest["scenario"])
    who = "Every threat" if page.named is None else page.named.name
    headline = f"{who}: {title}  (simulated)"
    figure.text(0.012, 1.0 - 0.36 / total_in, headline, fontsize=17, fontweight="bold", va="center")
    for line, text in enumerate(page.lines):
        at_in = 0.70 + _LINE_IN * line
        figure.text(0.012, 1.0 - at_in / total_in, text, fontsize=10.5, color=palette.QUIET, va="center")


def _frame(axes: Axes, page: _Page, title: str, names: Sequence[str], more: int) -> None:
    """What the panels share: names at the left, hours below, the title above."""
    rows = max(len(names), _LEAST_ROWS)
    axes.set_title(f"{title}{f'  ({more} more not shown)' if more else ''}", fontsize=11.5, pad=7)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_yticks(range(len(names)), names)
    time_axis(axes, float(page.scene.record.manifest["ended_s"]))
    axes.set_xlim(page.from_s, page.until_s)
    step_s = next(step for step in (5, 10, 15, 30, 60, 120, 300, 600, 1800, 7200, 1e6) if _fits(page, step))
    axes.set_xticks(np.arange(np.ceil(page.from_s / step_s) * step_s, page.until_s + 0.5, step_s))
    axes.tick_params(axis="y", length=0, labelsize=9, labelcolor=palette.INK)
    axes.tick_params(axis="x", labelsize=8.5)
    axes.grid(axis="x", color=palette.FAINT, linewidth=0.7)
    for row in range(len(names)):
        axes.axhline(row, color="#f7f7f7", linewidth=_TALL * _ROW_IN * 72, zorder=0)


def _fits(page: _Page, step_s: float) -> bool:
    return (page.until_s - page.from_s) / step_s <= 13


def _legend(axes: Axes, handles: list[Any]) -> None:
    axes.legend(
        handles=handles, loc="lower right", bbox_to_anchor=(1.004, 1.0), ncols=len(handles), frameon=False,
        fontsize=8.8, handlelength=1.1, handletextpad=0.4, columnspacing=1.0, borderpad=0.3,
    )  # fmt: skip


def _launch_mark() -> Line2D:
    return Line2D(
        [], [], linestyle="", marker="|", color=palette.INK, label="launch", markersize=9, markeredgewidth=1.8
    )


def _draw_threats(axes: Axes, page: _Page) -> None:
    """How far the post had got with each threat, when channels were on it, and how it ended."""
    title = "Threats" if page.named is None or page.named.is_threat else "Threats and the named flight"
    names = [f"{_short(life.name)}   {n}" for n, life in enumerate(page.lives, start=1)]
    _frame(axes, page, title, names, page.more[0])
    for row, life in enumerate(page.lives):
        _draw_life(axes, page, row, life)
    for label, life in zip(axes.get_yticklabels(), page.lives, strict=True):
        label.set_fontweight("bold" if life is page.named else "normal")
        label.set_color(palette.INK if page.alpha(life.row) == 1.0 else palette.QUIET)
    ends = [("*", palette.KILL, "kill", 11), ("X", palette.HOSTILE, "leak", 8), ("o", "white", "miss", 6)]
    marks = [
        Line2D([], [], linestyle="", marker=marker, color=colour, label=label, markersize=size,
               markeredgecolor=palette.INK if colour == "white" else colour)
        for marker, colour, label, size in ends
    ]  # fmt: skip
    engaged = Patch(color=_ENGAGED, label="on a channel")
    _legend(
        axes, [*(Patch(color=colour, label=name) for name, colour in palette.STAGES), engaged, _launch_mark(), *marks]
    )


def _draw_life(axes: Axes, page: _Page, row: int, life: Flight) -> None:
    alpha = page.alpha(life.row)
    stages = [life.start_s, life.first_plot_s, life.confirmed_s, life.hostile_s]
    for stage, from_s in enumerate(stages):
        later = [time_s for time_s in stages[stage + 1 :] if time_s is not None]
        if from_s is not None and (until_s := min([*later, life.end_s])) > from_s:
            _bar(axes, row, (from_s, until_s), palette.STAGES[stage][1], alpha)
    for bar in page.bars:
        if bar.target == life.row and bar.from_s < life.end_s:
            span = (bar.from_s, min(bar.until_s, life.end_s))
            axes.barh(
                row + 0.27, span[1] - span[0], left=span[0], height=0.15, color=_ENGAGED, alpha=alpha, lw=0, zorder=3
            )
    mark: Any = {"linestyle": "", "zorder": 4, "alpha": alpha}
    shown = page.from_s <= life.end_s <= page.until_s
    for shot in life.rounds:
        axes.plot(shot.launched_s, row, marker="|", markersize=10, markeredgewidth=1.8, color=palette.INK, **mark)
    for missed_s in life.missed_s:
        axes.plot(missed_s, row, marker="o", markersize=5.5, color="white", markeredgecolor=palette.INK, **mark)
    ends = {"killed": ("*", palette.KILL, 14), "leaked": ("X", palette.HOSTILE, 10), "left": (">", palette.QUIET, 7)}
    if life.end in ends and shown:
        marker, colour, size = ends[life.end]
        mark |= {"marker": marker, "color": colour, "markersize": size, "markeredgecolor": "white", "clip_on": False}
        axes.plot(life.end_s, row, **mark)


def _bar(axes: Axes, row: int, span: tuple[float, float], colour: str, alpha: float) -> None:
    axes.barh(row, span[1] - span[0], left=span[0], height=_TALL, color=colour, alpha=alpha, linewidth=0, zorder=2)


def _draw_channels(axes: Axes, page: _Page) -> None:
    """Which threat each channel was on, the darker the further the engagement was."""
    _frame(axes, page, "Target channels", [_channel_name(page, c) for c in page.channels], page.more[1])
    rows = {channel: row for row, channel in enumerate(page.channels)}
    for bar in page.bars:
        if bar.channel in rows:
            _bar(axes, rows[bar.channel], (bar.from_s, bar.until_s), _CHANNEL[bar.state], page.alpha(bar.target))
    for parts in _engagements(page.bars):
        if parts[0].channel in rows:
            _label(axes, page, rows[parts[0].channel], parts)
    _legend(axes, [Patch(color=colour, label=state) for colour, state in zip(_CHANNEL, STATES, strict=True)])


def _engagements(bars: Sequence[Bar]) -> list[list[Bar]]:
    """The bars of each engagement on one channel at one target."""
    found: dict[tuple[int, int, int], list[Bar]] = {}
    for bar in bars:
        found.setdefault((bar.engagement, bar.channel, bar.target), []).append(bar)
    return list(found.values())


def _label(axes: Axes, page: _Page, row: int, parts: Sequence[Bar]) -> None:
    """The threat's name on its bars, or its number in the list where that alone has room."""
    target, from_s, until_s = parts[0].target, max(parts[0].from_s, page.from_s), min(parts[-1].until_s, page.until_s)
    room = page.room(from_s, until_s)
    text = next((name for name in page.labels(target) if len(name) <= room), "")
    middle_s = 0.5 * (from_s + until_s)
    under = next((bar.state for bar in parts if bar.from_s <= middle_s <= bar.until_s), 0)
    dark = under == len(STATES) - 1 and page.alpha(target) == 1.0
    ink = "white" if dark else palette.INK
    axes.text(middle_s, row + 0.03, text, ha="center", va="center", fontsize=7.6, color=ink, zorder=3)


def _draw_rails(axes: Axes, page: _Page) -> None:
    """Rounds on each launcher, the fuller the darker, and when they left."""
    names = [page.scene.name("launchers", one.launcher) for one in page.rails]
    _frame(axes, page, "Launchers: rounds on the rails", [_short(name) for name in names], page.more[2])
    most = max((max(one.loaded) for one in page.rails), default=1)
    for row, one in enumerate(page.rails):
        _draw_launcher(axes, page, row, one, most)
    shades = [Patch(color=_fullness(share), label=label) for share, label in ((1.0, "full"), (0.0, "empty"))]
    _legend(axes, [*shades, _launch_mark()])


def _draw_launcher(axes: Axes, page: _Page, row: int, one: Rails, most: int) -> None:
    ended_s = float(page.scene.record.manifest["ended_s"])
    for from_s, until_s, loaded in zip(one.times_s, [*one.times_s[1:], ended_s], one.loaded, strict=True):
        if until_s <= from_s:
            continue
        _bar(axes, row, (from_s, until_s), _fullness(loaded / max(most, 1)), 1.0)
        if page.room(from_s, until_s) >= len(str(loaded)) and until_s > page.from_s and from_s < page.until_s:
            at_s = max(from_s, page.from_s) + 0.006 * (page.until_s - page.from_s)
            ink = "white" if loaded > 0.6 * most else palette.INK
            axes.text(at_s, row + 0.03, str(loaded), ha="left", va="center", fontsize=7.6, color=ink, zorder=3)
    for time_s, target in one.launches:
        axes.plot(
            time_s, row, marker="|", markersize=11, markeredgewidth=2.0, color=palette.INK, alpha=page.alpha(target),
            zorder=4,
        )  # fmt: skip


def _fullness(share: float) -> str:
    """From the colour of nothing to that of a full launcher."""
    empty, full = np.array(to_rgb(_EMPTY)), np.array(to_rgb(_FULL))
    return to_hex(empty + share * (full - empty))


def _channel_name(page: _Page, channel: int) -> str:
    row = page.scene.record.tables["channels"][channel]
    own = page.scene.name("launchers", row["launcher"]) if row["launcher"] >= 0 else ""
    return _short(own or f"{page.scene.name('units', row['unit'])} channel {int(row['ordinal']) + 1}")


def _short(name: str, length: int = 26) -> str:
    return name if len(name) <= length else name[: length - 1] + "…"
