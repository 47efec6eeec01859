"""Pictures of a record. ``overview`` is the one page that says what happened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from openiads.analysis import map_panel, palette, time_panels
from openiads.analysis.chain import Flight, flights
from openiads.analysis.words import figures_line

if TYPE_CHECKING:
    from openiads.record.record import Record

_SIZE_IN = (18.0, 11.0)
_DOTS_PER_IN = 100


def overview(record: Record, path: str | Path) -> Path:
    """One page: the map on the left; each threat's life, the busy channels and the rounds left on the right.

    Args:
        record: the run.
        path: the PNG to write; an existing one is replaced.

    Returns:
        The path.
    """
    lives = flights(record)
    with mpl.rc_context(palette.STYLE):
        figure = Figure(figsize=_SIZE_IN, dpi=_DOTS_PER_IN, facecolor=palette.PAPER)
        FigureCanvasAgg(figure)
        _headline(figure, record, lives)
        map_panel.draw(figure.add_axes((0.045, 0.215, 0.43, 0.65)), record, lives)
        shared = figure.add_axes((0.605, 0.415, 0.375, 0.45))
        time_panels.draw_lives(shared, record, lives)
        time_panels.draw_channels(figure.add_axes((0.605, 0.255, 0.375, 0.11), sharex=shared), record)
        time_panels.draw_rounds(figure.add_axes((0.605, 0.095, 0.375, 0.11), sharex=shared), record)
        _foot(figure, record)
        figure.savefig(path, metadata={"Title": "Simulated run, OpenIADS", "Software": "OpenIADS"})
    return Path(path)


def _headline(figure: Figure, record: Record, lives: list[Flight]) -> None:
    title = str(record.manifest.get("title") or record.manifest["scenario"])
    figure.text(0.045, 0.953, f"{title}  (simulated)", fontsize=21, fontweight="bold", va="center")
    figure.text(0.045, 0.918, _sentence(record, lives), fontsize=13, color=palette.QUIET, va="center")


def _foot(figure: Figure, record: Record) -> None:
    said = f"OpenIADS {record.manifest.get('openiads', '')}: a simulation, never a fire-control system.  "
    figures = figures_line(dict(record.manifest.get("figures") or {}))
    figure.text(0.045, 0.022, f"{said}{figures}  Digest {record.digest[:12]}.", fontsize=9, color=palette.QUIET)


def _sentence(record: Record, lives: list[Flight]) -> str:
    threats = [life for life in lives if life.is_threat]
    ends = [life.end for life in threats]
    left = ends.count("left") + ends.count("flying")
    fired = int(record.tables["magazines"]["fired"].sum()) or sum(len(life.rounds) for life in lives)
    return (
        f"{len(threats)} threats: {ends.count('killed')} killed, {ends.count('leaked')} leaked, "
        f"{left} left or still flying   ·   {fired} rounds fired   ·   "
        f"scenario {record.manifest['scenario']}, seed {record.manifest['seed']}"
    )
