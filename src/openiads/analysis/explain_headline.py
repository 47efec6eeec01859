"""One sentence on what became of a target, and the last link of its chain that broke."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from openiads.analysis.explain_words import spoken
from openiads.analysis.reasons import CAUSE_WORDS, clock, why
from openiads.enums import Cause, Identity

if TYPE_CHECKING:
    from openiads.analysis.chain import Flight, Round
    from openiads.analysis.explain_causes import Refusal
    from openiads.analysis.explain_moments import Moment

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


def headline(life: Flight, asset: str, moments: Sequence[Moment], refusals: Sequence[Refusal]) -> Headline:
    """Say what became of a target.

    Args:
        life: from ``chain.flights``.
        asset: what it reached; empty if nothing.
        moments: of ``explain_moments.timeline``.
        refusals: of ``explain_causes.refusals``.
    """
    who = f"{life.name} ({life.kind}{'' if life.is_threat else f', {spoken(life.relation)}'})"
    became = _became(life, asset, moments)
    if life.end == "killed":
        return Headline(f"{who} {became}.", _which_round(life, moments), "", "NONE")
    link, cause, short, story = _broken(life, moments, refusals)
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


def _broken(life: Flight, moments: Sequence[Moment], refusals: Sequence[Refusal]) -> tuple[str, str, str, str]:
    """The link, its cause, the short and the long words."""
    if life.rounds:
        return _not_killed(life)
    if life.first_plot_s is None and not life.tracks:
        return "seen", "NOT_DETECTED", "not detected", why(life)[1]
    if not life.traced:
        return "", "NONE", "the record kept its events alone", why(life)[1]
    if life.confirmed_s is None:
        return "tracked", "NOT_CONFIRMED", "never a confirmed track", why(life)[1]
    told = f"tracked from {clock(life.confirmed_s)}, {_called(life)}, never fired at"
    cause, held_s = _longest(life, refusals)
    if not cause:
        return "identified" if life.hostile_s is None else "", "NONE", "nothing was logged", told
    link = _link(cause, {one.kind for one in moments})
    of_s = life.end_s - life.confirmed_s
    short = f"{spoken(cause)}, {held_s:.0f} of {of_s:.0f} s"
    last = refusals[-1].cause
    then = f"; at the end {CAUSE_WORDS[Cause[last]]}" if last != cause else ""
    held = f"{CAUSE_WORDS[Cause[cause]]} for {held_s:.0f} of the {of_s:.0f} s that it was tracked"
    return link, cause, short, f"{told}, because {held}{then}"


def _not_killed(life: Flight) -> tuple[str, str, str, str]:
    cause, story = why(life)
    met = [shot for shot in life.rounds if shot.end_s is not None]
    count = f"{len(life.rounds)} {'round' if len(life.rounds) == 1 else 'rounds'}"
    causes = Counter(_failure(shot) for shot in life.rounds)
    first = causes.most_common(1)[0][0]
    return "killed" if met else "met", cause.name, f"{count} missed{f': {spoken(first.name)}' if first else ''}", story


def _failure(shot: Round) -> Cause:
    return shot.missed or shot.lost


def _longest(life: Flight, refusals: Sequence[Refusal]) -> tuple[str, float]:
    """The cause that stood longest, and for how long; of a hostile one what its identity did before is no cause."""
    held_s: Counter[str] = Counter()
    for one in refusals:
        if one.cause != "IDENTITY" or life.hostile_s is None or one.from_s >= life.hostile_s:
            held_s[one.cause] += one.until_s - one.from_s  # type: ignore[assignment]
    return held_s.most_common(1)[0] if held_s else ("", 0.0)


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
