"""A summary as a page of plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from openiads.analysis.reasons import clock

if TYPE_CHECKING:
    from openiads.analysis.debris import DebrisCount, DebrisEllipse
    from openiads.analysis.shots import ShotCount
    from openiads.analysis.summary import Summary, ThreatRow

THREAT_HEADINGS = (
    "threat", "number", "detected", "tracked", "hostile", "engaged", "killed", "leaked", "left", "rounds", "per kill",
)  # fmt: skip
FLIGHT_HEADINGS = ("flight", "relation", "number", "tracked", "misidentified", "designated", "fired at", "killed")
ASSET_HEADINGS = ("asset", "hits", "damage")
DEBRIS_HEADINGS = (
    "debris of", "end", "at", "down at", "lat, deg", "lon, deg", "half axes, m", "ground", "country", "towns", "zones",
)  # fmt: skip
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
    parts += ["\n".join(shot_lines(summary.shots))]
    parts += [false_tracks_line(summary), "\n".join(debris_lines(summary.debris))]
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


def shot_lines(count: ShotCount) -> list[str]:
    """What rounds were spent on nothing and how the results were called, a sentence each; none without a round."""
    if not count.rounds:
        return []
    reasons = (
        (count.wasted_gone, "at what was gone before they came"),
        (count.wasted_dead, "at what was gone before the launch"),
        (count.wasted_false, "at false tracks"),
        (count.wasted_no_threat, "at what was no threat"),
    )
    why = ", ".join(f"{number} {reason}" for number, reason in reasons if number)
    fired = (
        f"{_counted(count.rounds, 'round', 'rounds')} fired, {count.wasted} of them wasted{f' ({why})' if why else ''}"
    )
    own = f", {count.self_defence} in self-defence" if count.self_defence else ""
    leaked = f", {count.false_kills_leaked} of which leaked" if count.false_kills_leaked else ""
    return [
        f"{fired}{own}.",
        f"{_counted(count.calls, 'kill assessment', 'kill assessments')}: "
        f"{_counted(count.false_kills, 'false kill', 'false kills')} (called killed while it lived{leaked}), "
        f"{_counted(count.missed_kills, 'missed kill', 'missed kills')} (called missed although it was dead); "
        f"{_counted(count.reengagements, 're-engagement', 're-engagements')}.",
    ]


def debris_lines(count: DebrisCount) -> list[str]:
    """Where the pieces of a run come down, in one sentence and one on what they may hit; none without an ellipse."""
    if not count.ellipses:
        return []
    of = [_counted(count.intercepts, "intercept", "intercepts")] if count.intercepts else []
    of += [_counted(count.spent, "spent round", "spent rounds")] if count.spent else []
    across = f", {count.coast} across the coast" if count.coast else ""
    lie = f"{count.land} on land{across}, {count.sea} at sea"
    whose = f"{_counted(count.targets, 'target', 'targets')}, {_counted(count.rounds, 'round', 'rounds')}"
    said = [f"Debris of {' and '.join(of)}: {_counted(count.ellipses, 'ellipse', 'ellipses')} ({whose}), {lie}."]
    struck = [f"{number} {'holds' if number == 1 else 'hold'} {name}" for name, number in count.towns.items()]
    struck += [
        f"{number} {'touches' if number == 1 else 'touch'} the zone {name}" for name, number in count.zones.items()
    ]
    struck += [f"{number} {'lies' if number == 1 else 'lie'} in {name}" for name, number in count.countries.items()]
    return [*said, f"Of these {', '.join(struck)}."] if struck else said


def debris_cells(found: Sequence[DebrisEllipse]) -> list[list[str]]:
    """A line an ellipse."""
    return [
        [each.name, each.end.lower().replace("_", " "), clock(each.time_s), clock(each.lands_s),
         f"{each.lat_deg:.3f}", f"{each.lon_deg:.3f}", f"{each.major_m:.0f} x {each.minor_m:.0f}", each.ground,
         each.country or "-", ", ".join(each.towns) or "-", ", ".join(each.zones) or "-"]
        for each in found
    ]  # fmt: skip


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def kill_line(manifest: Mapping[str, Any]) -> str:
    """Which value of its spread each kill figure had in a run, and what they were; empty where it is not said."""
    level = str(manifest.get("pk") or "")
    if not level:
        return ""
    from_where = {
        "low": "the low end of their spread", "mid": "the middle value of the catalog",
        "high": "the high end of their spread", "drawn": "drawn from their spread",
    }  # fmt: skip
    said = [
        f"{name} " + ", ".join(f"{kind} {figure:.2f}" for kind, figure in figures.items())
        for name, figures in dict(manifest.get("kill_figures") or {}).items()
    ]
    return f"Kill figures ({level}: {from_where[level]}): {'; '.join(said)}."


def limits_line(manifest: Mapping[str, Any]) -> str:
    """How far posts used their missiles; empty where they kept to the published limits."""
    if manifest.get("limits") != "flown":
        return ""
    return "Posts used their missiles as far and as high as they fly, not only as far as is published (limits: flown)."


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
