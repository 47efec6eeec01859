"""A summary as a page of plain text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from openiads.analysis.reasons import clock

if TYPE_CHECKING:
    from openiads.analysis.summary import Summary, ThreatRow

THREAT_HEADINGS = (
    "threat", "number", "detected", "tracked", "hostile", "engaged", "killed", "leaked", "left", "rounds", "per kill",
)  # fmt: skip
FLIGHT_HEADINGS = ("flight", "relation", "number", "tracked", "misidentified", "designated", "fired at", "killed")
ASSET_HEADINGS = ("asset", "hits", "damage")
STROBE_HEADINGS = ("strobes", "of", "number", "sources")
UNIT_HEADINGS = ("unit", "kind", "channels", "busy, mean", "busy, peak", "rounds fired", "on rails", "left in all")


def page(summary: Summary) -> str:
    """All tables and sentences of a summary, simulated said first."""
    parts = [
        f"Simulated run of {summary.scenario}, seed {summary.seed}, {clock(summary.duration_s)} min:s",
        table(THREAT_HEADINGS, threat_cells(summary)),
        table(FLIGHT_HEADINGS, flight_cells(summary)),
        table(ASSET_HEADINGS, asset_cells(summary)),
        table(UNIT_HEADINGS, unit_cells(summary)),
        table(STROBE_HEADINGS, strobe_cells(summary)),
    ]
    parts += ["\n".join(reason.sentence for reason in summary.leakers)] if summary.leakers else []
    parts += [false_tracks_line(summary)]
    return "\n\n".join(part for part in [*parts, *summary.notes] if part)


def threat_cells(summary: Summary) -> list[list[str]]:
    """A line a class of threat, and the total where there are several."""
    rows = [*summary.threats, summary.total] if len(summary.threats) != 1 else [*summary.threats]
    return [_threat_line(row) for row in rows]


def _threat_line(row: ThreatRow) -> list[str]:
    counts = (
        row.threats,
        row.detected,
        row.tracked,
        row.declared_hostile,
        row.engaged,
        row.killed,
        row.leaked,
        row.left,
    )
    per_kill = "-" if row.rounds_per_kill is None else f"{row.rounds_per_kill:.1f}"
    return [row.kind, *(str(count) for count in counts), str(row.rounds), per_kill]


def flight_cells(summary: Summary) -> list[list[str]]:
    """A line a class of flights that were no threat."""
    return [
        [row.kind, row.relation.replace("_", " "), *(str(count) for count in (
            row.flights, row.tracked, row.wrongly_identified, row.designated, row.engaged, row.killed))]
        for row in summary.flights
    ]  # fmt: skip


def asset_cells(summary: Summary) -> list[list[str]]:
    """A line an asset; of the units' own vehicles those that were hit."""
    shown = [row for row in summary.assets if row.hits or not row.vehicle]
    return [[row.name, str(row.hits), f"{row.damage:.0%}"] for row in shown]


def unit_cells(summary: Summary) -> list[list[str]]:
    """A line a fire unit."""
    return [
        [row.name, row.kind, str(row.channels), f"{row.channels_busy_mean:.1f}", str(row.channels_busy_peak),
         str(row.rounds_fired), str(row.rounds_ready), str(row.rounds_left)]
        for row in summary.units
    ]  # fmt: skip


def strobe_cells(summary: Summary) -> list[list[str]]:
    """A line a radar or passive receiver that had bearings alone."""
    words = {"jam": "jammers", "esm": "emissions"}
    return [[row.name, words[row.kind], str(row.strobes), str(row.sources)] for row in summary.strobes]


def false_tracks_line(summary: Summary) -> str:
    """How many confirmed tracks had no target behind them; empty where plots were not recorded."""
    if summary.false_tracks is None:
        return ""
    return f"Confirmed tracks without a target behind them (false tracks): {summary.false_tracks}"


def figures_line(figures: dict[str, float]) -> str:
    """How sure the figures behind a run are, in one sentence; the largest share first."""
    shares = sorted(figures.items(), key=lambda item: -item[1])
    if not shares:
        return ""
    return (
        "Of the catalog figures behind this run, "
        + ", ".join(f"{share:.0%} are {name}" for name, share in shares)
        + "."
    )


def unit_figures_line(units: Sequence[str], figures: dict[str, float]) -> str:
    """Where the sourced figures of the fire units come from, in one sentence; the assumed ones are left out."""
    sourced = {name: share for name, share in figures.items() if name != "assumed"}
    total = sum(sourced.values())
    if total <= 0.0:
        return ""
    said = sorted(sourced.items(), key=lambda item: -item[1])
    shares = ", ".join(f"{share / total:.0%} {name}" for name, share in said)
    return f"Of the figures of {', '.join(units)} that have a source at all ({total:.0%}): {shares}."


def table(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Columns set with spaces, the first to the left and the others to the right; empty without lines."""
    if not lines:
        return ""
    widths = [max(len(line[column]) for line in [headings, *lines]) for column in range(len(headings))]
    return "\n".join(
        "  ".join(text.ljust(width) if column == 0 else text.rjust(width)
                  for column, (text, width) in enumerate(zip(line, widths, strict=True))).rstrip()
        for line in [headings, *lines]
    )  # fmt: skip
