"""Why each leaker got through: one plain sentence, from the events of its life."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from openiads.analysis.chain import Flight, Refusal, flights
from openiads.enums import Cause

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openiads.record.record import Record

CAUSE_WORDS: Final[Mapping[Cause, str]] = {
    Cause.NONE: "no reason was logged",
    Cause.IDENTITY: "its identity did not allow it",
    Cause.HOLD: "the weapons control status was hold",
    Cause.NO_FIRE_ZONE: "the shot would have touched a no-fire zone",
    Cause.TRACK_QUALITY: "the track was coasting or too uncertain to guide on",
    Cause.MASKED: "it was beyond the engagement radar's horizon or range",
    Cause.OUT_OF_ENVELOPE: "it was outside the missile's envelope",
    Cause.TOO_CLOSE: "it was already too close",
    Cause.TOO_LATE: "a missile would have come too late",
    Cause.NO_CHANNEL: "every target channel was busy",
    Cause.OUT_OF_SECTOR: "it was outside the engagement radar's sector",
    Cause.MAGAZINE: "no round was ready on a launcher",
    Cause.LAUNCHER_BUSY: "no launcher was ready",
    Cause.LOW_THREAT: "its threat value was too low",
    Cause.NOT_ACQUIRED: "the engagement radar did not find it",
    Cause.RADAR_LOST: "the engagement radar was lost",
    Cause.TRACK_LOST: "the track was lost",
    Cause.KILL_ASSESSED: "it was wrongly assessed as killed",
    Cause.MISS_ASSESSED: "the shot was assessed as a miss",
    Cause.NOT_DETECTED: "no radar saw it",
    Cause.ORDERED: "an operator ordered it",
    Cause.NOT_CONFIRMED: "it never became a confirmed track",
    Cause.DUD: "the missile failed",
    Cause.SEEKER: "the missile's seeker lost it",
    Cause.ENERGY: "the missile ran out of speed",
    Cause.GUIDANCE_FAILED: "the missile's guidance failed",
    Cause.OBJECT_GONE: "what it homed on was gone",
    Cause.OUT_OF_FUZE_RANGE: "it passed beyond the fuze's range",
    Cause.FUZE_FAILED: "the fuze failed",
    Cause.NOT_LETHAL: "the burst did not kill",
    Cause.RESERVE: "the last rounds were kept for greater threats",
    Cause.NO_ASSET: "it threatened no asset",
    Cause.OUT_OF_ZONE: "the shot would have met it outside the engagement zone",
    Cause.DEBRIS: "pieces would have fallen into a no-fire zone",
    Cause.CREW_BUSY: "the crew had its hands full with other tracks",
    Cause.DECIDING: "the crew had not decided yet",
    Cause.NOT_APPROVED: "the launch was not approved",
    Cause.SILENT: "the engagement radar was silent",
    Cause.SALVOS_SPENT: "its track had been fired at as often as the doctrine allows",
    Cause.NO_ENGAGEMENT: "there was no engagement of it",
    Cause.CANCELLED: "the engagement was cancelled",
}


@dataclass(frozen=True)
class LeakReason:
    """Why one threat arrived: who, when, what it reached, the cause and a sentence with the times."""

    target: str
    kind: str
    time_s: float
    asset: str
    cause: str
    sentence: str


def leaker_reasons(record: Record) -> tuple[LeakReason, ...]:
    """A reason for every threat that leaked, in order of arrival."""
    return reasons(record, [life for life in flights(record) if life.is_threat])


def reasons(record: Record, threats: Sequence[Flight]) -> tuple[LeakReason, ...]:
    """The same for lives put together before."""
    assets = {int(row["row"]): str(row["name"]) for row in record.rows("assets")}
    leaked = sorted((life for life in threats if life.end == "leaked"), key=lambda life: (life.end_s, life.row))
    return tuple(_reason(life, assets.get(life.asset, "")) for life in leaked)


def clock(time_s: float) -> str:
    """Minutes and seconds after the start, ``mm:ss``."""
    whole = round(time_s)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def _reason(life: Flight, asset: str) -> LeakReason:
    cause, because = why(life)
    struck = f"reached {asset}" if asset else "reached its aim"
    sentence = f"{life.name} ({life.kind}) {struck} at {clock(life.end_s)}: {because}."
    return LeakReason(life.name, life.kind, life.end_s, asset, cause.name, sentence)


def why(life: Flight, closed: str = "") -> tuple[Cause, str]:
    """The first link of the chain that broke, and how to say it.

    Args:
        life: of the target.
        closed: how the engagement with its last round closed; said in place of the last refusal, empty if nothing.
    """
    if life.rounds:
        return _missed(life, closed)
    if life.first_plot_s is None and not life.tracks:
        return Cause.NOT_DETECTED, f"no radar saw it in the {clock(life.end_s - life.start_s)} of its flight"
    if not life.traced:
        return (
            Cause.NONE,
            f"first seen at {clock(life.first_plot_s or 0.0)} and never fired at; a full record says more",
        )
    if life.confirmed_s is None:
        seen = "seen" if life.first_plot_s is None else f"first seen at {clock(life.first_plot_s)}"
        return Cause.NOT_CONFIRMED, f"{seen}, but never held long enough for a confirmed track"
    if life.hostile_s is None:
        return Cause.IDENTITY, f"tracked from {clock(life.confirmed_s)}, but never declared hostile{_identity(life)}"
    told = f"declared hostile at {clock(life.hostile_s)}, but not fired at"
    hostile_s = life.hostile_s
    refusals = [
        said for said in life.refusals
        if (said.cause != Cause.IDENTITY or said.time_s >= hostile_s) and said.time_s <= life.end_s
    ]  # fmt: skip
    if refusals:
        return _refused(refusals, told, life.end_s)
    return Cause.NONE, f"{told}: its plots had gone to the track of another threat beside it"


def _missed(life: Flight, closed: str) -> tuple[Cause, str]:
    count = len(life.rounds)
    fired = f"{count} {'round' if count == 1 else 'rounds'} fired from {clock(life.rounds[0].launched_s)}"
    passed = [shot for shot in life.rounds if shot.miss_m is not None and shot.end_s is not None]
    if not passed:
        causes = Counter(shot.lost for shot in life.rounds)
        said = ", ".join(f"{number} because {CAUSE_WORDS[cause]}" for cause, number in causes.items() if cause)
        return causes.most_common(1)[0][
            0
        ], f"{fired}, none of which reached it{f' ({said})' if said else ''}{f'; {closed}' if closed else ''}"
    nearest = min(passed, key=lambda shot: shot.miss_m or 0.0)
    all_missed = "which missed" if count == 1 else "none of which killed it"
    away = f"{nearest.miss_m:.0f} m" if (nearest.miss_m or 0.0) >= 1.0 else "less than 1 m"
    because = f" ({CAUSE_WORDS[nearest.missed]})" if nearest.missed else ""
    where = f"the nearest passed {away} away at {clock(nearest.end_s or 0.0)}{because}"
    after = [refusal for refusal in life.refusals if nearest.launched_s < refusal.time_s <= life.end_s]
    then = f"; {closed}" if closed else f"; after that {_said(after[-1])}" if after else ""
    return Cause.MISS_ASSESSED, f"{fired}, {all_missed}: {where}{then}"


def _refused(refusals: Sequence[Refusal], told: str, end_s: float) -> tuple[Cause, str]:
    """The cause that stood longest, from its first to its last time, and the last word where it is another."""
    held_s: Counter[Cause] = Counter()
    for refusal, following in zip(refusals, [*(later.time_s for later in refusals[1:]), end_s], strict=True):
        held_s[refusal.cause] += following - refusal.time_s  # type: ignore[assignment]
    cause, _ = held_s.most_common(1)[0]
    same = [refusal for refusal in refusals if refusal.cause == cause]
    last = refusals[-1]
    until = f" until {clock(same[-1].time_s)}" if len(same) > 1 else ""
    then = f"; at the end {_said(last)}" if last.cause != cause else ""
    return cause, f"{told}, because {_said(same[0])}{until}{then}"


def _said(refusal: Refusal) -> str:
    away = "" if refusal.range_m is None else f", {refusal.range_m / 1e3:.0f} km out"
    return f"{CAUSE_WORDS[refusal.cause]} (at {clock(refusal.time_s)}{away})"


def _identity(life: Flight) -> str:
    if not life.identities:
        return ""
    time_s, identity = life.identities[-1]
    return f" (last called {identity.name.lower().replace('_', ' ')}, at {clock(time_s)})"
