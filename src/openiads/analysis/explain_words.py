"""The words of an explanation: evidence, limits and causes as people say them, and the lines of its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from openiads import enums as e
from openiads.analysis.reasons import CAUSE_WORDS, clock

if TYPE_CHECKING:
    from openiads.analysis.explain import Explanation, Report
    from openiads.analysis.explain_moments import Moment

EVIDENCE_FIELDS: Final[Mapping[e.EvidenceKind, tuple[str, type[IntEnum]]]] = {  # column of the evidence table, levels
    e.EvidenceKind.IFF: ("iff", e.IffEvidence), e.EvidenceKind.CODE: ("code_evidence", e.CodeEvidence),
    e.EvidenceKind.ROUTE: ("route", e.RouteEvidence), e.EvidenceKind.HEIGHT: ("height", e.HeightEvidence),
    e.EvidenceKind.KINEMATICS: ("kinematics", e.KinematicClass), e.EvidenceKind.ORIGIN: ("origin", e.OriginEvidence),
    e.EvidenceKind.COURSE: ("course", e.CourseEvidence), e.EvidenceKind.ACT: ("act", e.ActEvidence),
    e.EvidenceKind.NOTICE: ("notice", e.NoticeEvidence), e.EvidenceKind.WORD: ("word", e.WordEvidence),
}  # fmt: skip
_EVIDENCE: Final[Mapping[e.EvidenceKind, str]] = {
    e.EvidenceKind.IFF: "interrogation", e.EvidenceKind.CODE: "its code", e.EvidenceKind.ROUTE: "its route",
    e.EvidenceKind.HEIGHT: "the height it tells", e.EvidenceKind.KINEMATICS: "height and speed",
    e.EvidenceKind.ORIGIN: "where it was first seen", e.EvidenceKind.COURSE: "its course",
    e.EvidenceKind.ACT: "what it has done", e.EvidenceKind.NOTICE: "a notice", e.EvidenceKind.WORD: "a person's word",
}  # fmt: skip
LIFTED_WORDS: Final[Mapping[str, str]] = {  # what a run without the limit is, in a sentence
    "horizon": "radars and channels see through the ground",
    "reaction": "crews and units decide and react at once, for any number of tracks",
    "channels": "every unit has as many target channels as it takes",
    "magazine": "rounds never run out",
    "rule": "status free, no zone forbids, suspects count as hostile, no order holds fire",
    "envelope": "missiles are used as far as they fly, at targets of any speed",
}
ALL_HEADINGS: Final = ("threat", "kind", "end", "seen", "hostile", "fired at", "rounds", "ended", "held by", "why")
LIFE_HEADINGS: Final = ("time", "km", "what happened")
OUTCOME_HEADINGS: Final = ("without this limit", "end", "at", "first fired at", "rounds", "what the run assumes")
_SAME_IN_A_ROW: Final = 5  # of one kind that a page shows before it sums up


def spoken(name: str) -> str:
    """The name of a kind as people read it."""
    return name.lower().replace("_", " ")


def evidence(kind: e.EvidenceKind, level: int | None) -> str:
    """What tipped an identity; with its level where the record kept it."""
    _, levels = EVIDENCE_FIELDS[kind]
    return _EVIDENCE[kind] if level is None else f"{_EVIDENCE[kind]} ({spoken(levels(level).name)})"


def refused_order(cause: int) -> str:
    """Why an order was not obeyed, behind a comma; empty where it was."""
    return f", which is refused: {CAUSE_WORDS[e.Cause(cause)]}" if cause != e.Cause.NONE else ""


def lifted_note(limit: str) -> str:
    """The sentence of a run in which a limit was lifted."""
    return f"Simulated with the limit {limit} lifted ({LIFTED_WORDS[limit]}): not what the unit can do."


def km(range_m: float | None) -> str:
    """A distance for a table."""
    return "" if range_m is None else f"{range_m / 1e3:.0f}" if range_m >= 9950.0 else f"{range_m / 1e3:.1f}"


def moment(time_s: float | None) -> str:
    """A time for a table, a dash where there was none."""
    return "-" if time_s is None else clock(time_s)


def held(said: Explanation) -> str:
    """Which single limits held a target that was not stopped, in two or three words."""
    if said.held_by is None:
        return ""
    return ", ".join(said.held_by) or "none alone"


def all_cells(report: Report) -> list[list[str]]:
    """A line a threat."""
    return [
        [
            said.target, said.kind, said.end, moment(said.first_plot_s), moment(said.hostile_s),
            moment(said.first_launch_s), str(said.rounds), clock(said.end_s), held(said), said.short,
        ]
        for said in report.targets
    ]  # fmt: skip


def life_cells(said: Explanation) -> list[list[str]]:
    """A line a moment; of a long row of refusals or launches the first and the last ones."""
    until = {(one.track, one.from_s): one.until_s for one in said.refusals}
    shown: list[list[str]] = []
    counts, moments = _folded(said.moments)
    for group in _rows_of_one_kind(moments):
        skipped = len(group) - 2 * _SAME_IN_A_ROW
        first, last = (group[:_SAME_IN_A_ROW], group[-_SAME_IN_A_ROW:]) if skipped > 1 else (group, group[:0])
        shown += [_line(one, until, counts) for one in first]
        if skipped > 1:
            shown.append(["...", "", f"{skipped} more of the same kind"])
        shown += [_line(one, until, counts) for one in last]
    return shown


def outcome_cells(said: Explanation) -> list[list[str]]:
    """The base run, and a line a lifted limit."""
    return [
        [
            one.limit or "(as it was)", one.end, clock(one.end_s), moment(one.first_launch_s), str(one.rounds),
            LIFTED_WORDS.get(one.limit, ""),
        ]
        for one in said.outcomes
    ]  # fmt: skip


def held_sentence(said: Explanation) -> str:
    """What the reruns say of one target; empty where they say nothing."""
    if said.held_by is None:
        return ""
    if not said.held_by:
        return "No single limit held it: with any one of them lifted it was not stopped either."
    ends = {one.limit: one for one in said.outcomes}
    told = ", ".join(f"{limit} ({ends[limit].end} at {clock(ends[limit].end_s)})" for limit in said.held_by)
    alone = "that limit" if len(said.held_by) == 1 else "any one of them"
    chance = " It was met and survived, and that is chance." if said.link == "killed" else ""
    return f"Held by: {told}. With {alone} lifted, and nothing else, it was stopped.{chance}"


def page(report: Report) -> str:
    """The page of a run as plain text: of one target its life, of several a line each."""
    from openiads.analysis.words import table

    parts = [f"{report.title} (simulated), seed {report.seed}, {clock(report.duration_s)} min:s"]
    if len(report.targets) == 1:
        parts.append(life_page(report.targets[0]))
    else:
        rows = [[cell for n, cell in enumerate(row) if _shown(report, n)] for row in all_cells(report)]
        headings = [heading for n, heading in enumerate(ALL_HEADINGS) if _shown(report, n)]
        parts.append(table(headings, rows) if rows else "Nothing that flew was a threat.")
    refused = [f"No counterfactual: {report.refused}."] if report.refused else []
    return "\n\n".join(part for part in [*parts, "\n".join([*report.notes, *refused, f"digest {report.digest}"])])


def life_page(said: Explanation) -> str:
    """What is said of one target, as plain text."""
    from openiads.analysis.words import table

    parts = ["\n".join(part for part in (said.headline, held_sentence(said)) if part)]
    parts += [table(LIFE_HEADINGS, life_cells(said)), table(OUTCOME_HEADINGS, outcome_cells(said))]
    return "\n\n".join(part for part in parts if part)


def _shown(report: Report, column: int) -> bool:
    return ALL_HEADINGS[column] != "held by" or report.counterfactual


def _folded(moments: Sequence[Moment]) -> tuple[dict[int, tuple[int, float]], list[Moment]]:
    """Moments with the first of those in a row that say the same, and by its serial how many they are and the last."""
    counts: dict[int, tuple[int, float]] = {}
    kept: list[Moment] = []
    for one in moments:
        same = kept and (kept[-1].kind, kept[-1].said) == (one.kind, one.said)
        if same and one.kind != e.EventKind.NOT_ENGAGED.name:
            counts[kept[-1].serial] = (counts.get(kept[-1].serial, (1, 0.0))[0] + 1, one.time_s)
        else:
            kept.append(one)
    return counts, kept


def _rows_of_one_kind(moments: Sequence[Moment]) -> list[list[Moment]]:
    groups: list[list[Moment]] = []
    for one in moments:
        if not groups or groups[-1][0].kind != one.kind:
            groups.append([])
        groups[-1].append(one)
    return groups


def _line(one: Moment, until: Mapping[tuple[int, float], float], counts: Mapping[int, tuple[int, float]]) -> list[str]:
    end_s = until.get((one.track, one.time_s)) if one.kind == e.EventKind.NOT_ENGAGED.name else None
    said = one.said if end_s is None else one.said.replace("not engaged", f"not engaged until {clock(end_s)}", 1)
    if one.serial in counts:
        number, last_s = counts[one.serial]
        said += f" ({number} times, the last at {clock(last_s)})"
    return [clock(one.time_s), km(one.range_m), said]
