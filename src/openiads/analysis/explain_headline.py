"""One sentence on what became of a target, and the last link of its chain that broke."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from openiads.analysis.explain_scene import joined
from openiads.analysis.explain_words import spoken
from openiads.analysis.reasons import CAUSE_WORDS, clock, why
from openiads.enums import Cause, Identity

if TYPE_CHECKING:
    from openiads.analysis.chain import Flight, Round
    from openiads.analysis.explain_causes import Refusal
    from openiads.analysis.explain_moments import Moment

Spans: TypeAlias = Sequence[tuple[float, float]]  # seconds after the start, none overlapping another
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth")
_DECISIONS: Final = ("CREW_BUSY", "DECIDING", "NOT_APPROVED")


@dataclass(frozen=True)
class Headline:
    """What became of a target.

    Attributes:
        sentence: all of it.
        short: why, in a few words.
        link: of the chain seen, tracked, identified, decided, designated, locked, launched, met, killed, the one that
            broke last; empty where none did.
        cause: why it did, NONE where nothing says so.
    """

    sentence: str
    short: str
    link: str
    cause: str


def headline(
    life: Flight, asset: str, moments: Sequence[Moment], refusals: Sequence[Refusal],
    tracked: Spans,
) -> Headline:  # fmt: skip
    """Say what became of a target.

    Args:
        life: from ``chain.flights``.
        asset: what it reached; empty if nothing.
        moments: of ``explain_moments.timeline``.
        refusals: of ``explain_causes.refusals``.
        tracked: from when until when it was tracked, of ``Scene.tracked``.
    """
    who = f"{life.name} ({life.kind}{'' if life.is_threat else f', {spoken(life.relation)}'})"
    became = _became(life, asset, moments)
    if life.end == "killed":
        return Headline(f"{who} {became}.", _which_round(life, moments), "", "NONE")
    link, cause, short, story = _broken(life, moments, refusals, tracked)
    return Headline(f"{who} {became}: {story}.", short, link, cause)


def _became(life: Flight, asset: str, moments: Sequence[Moment]) -> str:
    at = clock(life.end_s)
    if life.end == "leaked":
        return f"reached {asset or 'its aim'} at {at}"
    if life.end == "left":
        return f"left at {at}"
    if life.end == "flying":
        return f"was still flying at the end, {at}"
    ended = next((one for one in moments if one.kind == "KILLED"), None)
    away = "" if ended is None or ended.range_m is None else f", {ended.range_m / 1e3:.0f} km out"
    return f"was killed at {at}{away}, {_how_killed(life, moments)}"


def _how_killed(life: Flight, moments: Sequence[Moment]) -> str:
    number = next((one.interceptor for one in moments if one.kind == "KILLED"), -1)
    order = next((n for n, shot in enumerate(life.rounds) if shot.number == number), None)
    if order is None:
        return "by a round meant for another"
    if len(life.rounds) == 1:
        return f"by the one round fired at it ({clock(life.rounds[0].launched_s)})"
    nth = _ORDINALS[order] if order < len(_ORDINALS) else f"{order + 1}th"
    return f"by the {nth} of {len(life.rounds)} rounds fired at it (from {clock(life.rounds[0].launched_s)})"


def _which_round(life: Flight, moments: Sequence[Moment]) -> str:
    number = next((one.interceptor for one in moments if one.kind == "KILLED"), -1)
    order = next((n for n, shot in enumerate(life.rounds, start=1) if shot.number == number), 0)
    return f"round {order} of {len(life.rounds)}" if order else "a round meant for another"


def _broken(
    life: Flight, moments: Sequence[Moment], refusals: Sequence[Refusal], tracked: Spans
) -> tuple[str, str, str, str]:
    """The link, its cause, the short and the long words."""
    if life.rounds:
        return _not_killed(life, moments)
    if life.first_plot_s is None and not life.tracks:
        return "seen", "NOT_DETECTED", "not detected", why(life)[1]
    if not life.traced:
        return "", "NONE", "the record kept its events alone", why(life)[1]
    if life.confirmed_s is None:
        return "tracked", "NOT_CONFIRMED", "never a confirmed track", why(life)[1]
    told = f"tracked from {clock(life.confirmed_s)}, {_called(life)}, never fired at"
    cause, held_s = longest(life, refusals, tracked)
    if not cause:
        return "identified" if life.hostile_s is None else "", "NONE", "nothing was logged", told
    link = _link(cause, {one.kind for one in moments})
    of_s = total_s(tracked)
    short = f"{spoken(cause)}, {held_s:.0f} of {of_s:.0f} s"
    last = refusals[-1].cause
    then = f"; at the end {CAUSE_WORDS[Cause[last]]}" if last != cause else ""
    held = f"{CAUSE_WORDS[Cause[cause]]} for {held_s:.0f} of the {of_s:.0f} s that it was tracked"
    return link, cause, short, f"{told}, because {held}{then}"


def _not_killed(life: Flight, moments: Sequence[Moment]) -> tuple[str, str, str, str]:
    cause, story = why(life, _closing(life, moments))
    met = [shot for shot in life.rounds if shot.end_s is not None]
    count = f"{len(life.rounds)} {'round' if len(life.rounds) == 1 else 'rounds'}"
    failed = _failures(life.rounds)
    return "killed" if met else "met", cause.name, f"{count} missed{f': {failed}' if failed else ''}", story


def _failures(rounds: Sequence[Round]) -> str:
    """Why rounds failed: one cause where all had it, else how many had which; empty where none is known."""
    causes = Counter(_failure(shot) for shot in rounds)
    known = [(cause, number) for cause, number in causes.items() if cause]
    if len(causes) == 1:
        return spoken(known[0][0].name) if known else ""
    return ", ".join(f"{number} {spoken(cause.name)}" for cause, number in known)


def _closing(life: Flight, moments: Sequence[Moment]) -> str:
    """How the engagement closed after the last round, in words; a miss called so leaves the word to what came then."""
    last_s = max(shot.launched_s for shot in life.rounds)
    closed = [one for one in moments if one.kind == "CLOSED" and last_s <= one.time_s <= life.end_s]
    if not closed or closed[-1].cause in ("NONE", "MISS_ASSESSED"):
        return ""
    return f"the engagement closed at {clock(closed[-1].time_s)}: {CAUSE_WORDS[Cause[closed[-1].cause]]}"


def _failure(shot: Round) -> Cause:
    return shot.missed or shot.lost


def longest(life: Flight, refusals: Sequence[Refusal], tracked: Spans) -> tuple[str, float]:
    """The cause that stood longest while it was tracked, and for how long; time on several tracks counts once.

    Of a hostile one what its identity did before is no cause.
    """
    spans: dict[str, list[tuple[float, float]]] = {}
    for one in refusals:
        if one.cause != "IDENTITY" or life.hostile_s is None or one.from_s >= life.hostile_s:
            within = ((max(one.from_s, from_s), min(one.until_s, until_s)) for from_s, until_s in tracked)
            spans.setdefault(one.cause, []).extend(span for span in within if span[1] > span[0])
    held_s = {cause: total_s(joined(of_cause)) for cause, of_cause in spans.items()}
    cause = max(held_s, key=lambda name: held_s[name], default="")
    return cause, held_s.get(cause, 0.0)


def total_s(spans: Spans) -> float:
    """Seconds of periods that do not overlap."""
    return sum(until_s - from_s for from_s, until_s in spans)


def _link(cause: str, kinds: set[str]) -> str:
    if "LOCKED" in kinds:
        return "launched"
    if "DESIGNATED" in kinds:
        return "locked"
    if cause == "IDENTITY":
        return "identified"
    return "decided" if cause in _DECISIONS else "designated"


def _called(life: Flight) -> str:
    if life.hostile_s is not None:
        return f"called hostile at {clock(life.hostile_s)}"
    if not life.identities:
        return "never called anything"
    time_s, identity = life.identities[-1]
    return f"last called {spoken(Identity(identity).name)} at {clock(time_s)}"
