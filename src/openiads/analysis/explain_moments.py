"""A target's life as a timeline: what happened when, how far out, and in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from openiads.analysis import explain_words as words
from openiads.analysis.chain import seconds
from openiads.analysis.reasons import CAUSE_WORDS
from openiads.enums import Cause, EventKind, EvidenceKind, Identity, Verb

if TYPE_CHECKING:
    from openiads.analysis.chain import Flight
    from openiads.analysis.explain_scene import Scene

_STILL_TOLD = (EventKind.ASSESSED, EventKind.CLOSED, EventKind.SELF_DESTRUCTED, EventKind.MISSED, EventKind.DIRECTIVE)
_ENDS = (
    EventKind.KILLED, EventKind.LEAKED, EventKind.LEFT, EventKind.ASSET_DAMAGED, EventKind.RADAR_KILLED,
    EventKind.LAUNCHER_KILLED, EventKind.NOT_RELEASED,
)  # fmt: skip
_UNTOLD = (EventKind.RELOADED,)
SELF_DEFENCE: Final = 1  # code of a launch


@dataclass(frozen=True)
class Moment:
    """One thing that happened to a target.

    Attributes:
        time_s: seconds after the start.
        kind: the event's kind.
        range_m: from the unit that acted, else from the nearest fire unit; None where the place is not known.
        said: what happened, in words.
        cause: of the event, NONE where it has none.
        evidence: what tipped an identity; empty for all else.
        track, engagement, interceptor: numbers, -1 where the event has none.
        right: for a kill assessment, whether it was; None for all else.
        serial: of the event in the record.
    """

    time_s: float
    kind: str
    range_m: float | None
    said: str
    cause: str
    evidence: str
    track: int
    engagement: int
    interceptor: int
    right: bool | None
    serial: int


def timeline(scene: Scene, life: Flight) -> tuple[Moment, ...]:
    """Every moment of a target's life in order.

    What the post did with its track after it had ended is left out, but for the last word on it.
    """
    told = [(serial, event) for serial, event in scene.about(life) if _belongs(event, life)]
    told.sort(key=lambda pair: (int(pair[1]["tick"]), pair[0]))
    return tuple(_moment(scene, life, serial, event) for serial, event in told)


def assessed_rightly(life: Flight, event: Any) -> bool:
    """Whether the post's call agrees with the truth at that moment."""
    dead = life.end == "killed" and life.end_s <= seconds(event)
    return bool(event["code"] == 1) == dead


def evidence_of(scene: Scene, event: Any) -> str:
    """What tipped an identity, in words; empty where the record does not say."""
    if event["evidence"] < 0:
        return ""
    kind = EvidenceKind(int(event["evidence"]))
    rows = scene.record.tables["evidence"]
    mine = rows[(rows["number"] == event["track"]) & (rows["tick"] == event["tick"])]
    level = int(mine[-1][words.EVIDENCE_FIELDS[kind][0]]) if len(mine) else None
    return words.evidence(kind, level)


def _belongs(event: Any, life: Flight) -> bool:
    kind = EventKind(int(event["kind"]))
    if kind in _UNTOLD or (kind in (EventKind.KILLED, EventKind.LEAKED) and event["target"] != life.row):
        return False
    if seconds(event) < life.start_s:
        return False
    if kind == EventKind.CLOSED and seconds(event) > life.end_s and event["value"] == 0.0:
        return False
    own = event["interceptor"] < 0 or any(shot.number == event["interceptor"] for shot in life.rounds)
    return own and (kind in _ENDS or kind in _STILL_TOLD or seconds(event) <= life.end_s)


def _moment(scene: Scene, life: Flight, serial: int, event: Any) -> Moment:
    kind = EventKind(int(event["kind"]))
    identified = kind == EventKind.IDENTIFIED
    return Moment(
        time_s=seconds(event),
        kind=kind.name,
        range_m=scene.range_m(scene.place(event, life), int(event["unit"])),
        said=_SAID[kind](scene, life, event),
        cause=Cause(int(event["cause"])).name,
        evidence=EvidenceKind(int(event["evidence"])).name if identified and event["evidence"] >= 0 else "",
        track=int(event["track"]),
        engagement=int(event["engagement"]),
        interceptor=int(event["interceptor"]),
        right=assessed_rightly(life, event) if kind == EventKind.ASSESSED else None,
        serial=serial,
    )


def _released(scene: Scene, life: Flight, event: Any) -> str:
    if event["target"] == life.row:
        return "is released by its carrier"
    return f"releases {scene.name('targets', event['target'])}"


def _seen(scene: Scene, _: Flight, event: Any) -> str:
    return f"first plot, by {scene.name('radars', event['radar'])}"


def _identified(scene: Scene, _: Flight, event: Any) -> str:
    why = evidence_of(scene, event)
    called = words.spoken(Identity(int(event["code"])).name)
    chance = f" (probability hostile {float(event['value']):.2f})" if event["value"] > 0.0 else ""
    return f"called {called}{chance}{f': {why}' if why else ''}"


def _refused(_: Scene, __: Flight, event: Any) -> str:
    return f"not engaged: {CAUSE_WORDS[Cause(int(event['cause']))]}"


def _designated(scene: Scene, _: Flight, event: Any) -> str:
    return f"given to channel {int(event['channel'])} of {scene.name('units', event['unit'])}"


def _launched(scene: Scene, _: Flight, event: Any) -> str:
    own = ", in self-defence" if event["code"] == SELF_DEFENCE else ""
    return f"round {int(event['interceptor'])} leaves {scene.name('launchers', event['launcher'])}{own}"


def _met(scene: Scene, life: Flight, event: Any) -> str:
    away = f"{float(event['value']):.0f} m" if event["value"] >= 1.0 else "less than 1 m"
    other = "" if event["target"] in (-1, life.row) else f" (it met {scene.name('targets', event['target'])})"
    return f"round {int(event['interceptor'])} passes {away} away{other}"


def _handed_over(scene: Scene, life: Flight, event: Any) -> str:
    other = "it" if event["target"] in (-1, life.row) else scene.name("targets", event["target"])
    return f"round {int(event['interceptor'])} homes on {other}"


def _killed(scene: Scene, life: Flight, event: Any) -> str:
    owner = scene.owner(int(event["track"]), _launch_tick(scene, int(event["interceptor"])))
    other = "" if owner in (-1, life.row) else f", which was fired at {scene.name('targets', owner)}"
    return f"killed by round {int(event['interceptor'])}{other}"


def _launch_tick(scene: Scene, interceptor: int) -> int:
    events = scene.record.tables["events"]
    mine = events[(events["interceptor"] == interceptor) & (events["kind"] == EventKind.LAUNCHED)]
    return int(mine[0]["tick"]) if len(mine) else -1


def _spent(what: str) -> Callable[[Scene, Flight, Any], str]:
    def said(_: Scene, __: Flight, event: Any) -> str:
        cause = Cause(int(event["cause"]))
        return f"round {int(event['interceptor'])} {what}{f': {CAUSE_WORDS[cause]}' if cause else ''}"

    return said


def _assessed(_: Scene, life: Flight, event: Any) -> str:
    called = "killed" if event["code"] == 1 else "missed"
    return f"the post calls it {called}: {'rightly' if assessed_rightly(life, event) else 'wrongly'}"


def _closed(_: Scene, __: Flight, event: Any) -> str:
    count = int(event["value"])
    fired = "no round" if count == 0 else f"{count} {'round' if count == 1 else 'rounds'}"
    cause = Cause(int(event["cause"]))
    called = {Cause.KILL_ASSESSED: "it was called killed", Cause.MISS_ASSESSED: "it was called missed"}
    return f"engagement closed after {fired}: {called.get(cause, CAUSE_WORDS[cause])}"


def _leaked(scene: Scene, _: Flight, event: Any) -> str:
    where = scene.name("assets", event["asset"]) if event["asset"] >= 0 else "its aim"
    return f"reaches {where}, {float(event['value']):.0f} m off" if event["value"] > 0.0 else f"reaches {where}"


def _damaged(scene: Scene, _: Flight, event: Any) -> str:
    return f"{scene.name('assets', event['asset'])} is damaged, {float(event['value']):.0%} by now"


def _put_out(part: str, field: str) -> Callable[[Scene, Flight, Any], str]:
    return lambda scene, _, event: f"{scene.name(part, event[field])} is out of action"


def _ordered(_: Scene, __: Flight, event: Any) -> str:
    return f"a person orders: {words.spoken(Verb(int(event['code'])).name)}{words.refused_order(int(event['cause']))}"


def _plain(text: str) -> Callable[[Scene, Flight, Any], str]:
    return lambda *_: text


def _of_track(text: str) -> Callable[[Scene, Flight, Any], str]:
    return lambda _, __, event: f"track {int(event['track'])} {text}"


def _by_unit(text: str) -> Callable[[Scene, Flight, Any], str]:
    return lambda scene, _, event: f"{text} {scene.name('units', event['unit'])}"


def _radar(text: str) -> Callable[[Scene, Flight, Any], str]:
    return lambda scene, _, event: f"{scene.name('radars', event['radar'])} {text}"


_SAID: Final[Mapping[EventKind, Callable[[Scene, Flight, Any], str]]] = {
    EventKind.SPAWNED: _plain("appears"),
    EventKind.RELEASED: _released,
    EventKind.NOT_RELEASED: lambda scene, _, event: f"{scene.name('targets', event['target'])} is never released",
    EventKind.LEFT: _plain("leaves, its route is over"),
    EventKind.LEAKED: _leaked,
    EventKind.FIRST_PLOT: _seen,
    EventKind.TRACK_CONFIRMED: _of_track("confirmed"),
    EventKind.TRACK_COASTED: _of_track("coasts: no plot of late"),
    EventKind.TRACK_LOST: _of_track("lost"),
    EventKind.TRACK_MERGED: lambda _, __, event: f"track {int(event['track'])} joined with {int(event['code'])}",
    EventKind.IDENTIFIED: _identified,
    EventKind.NOT_ENGAGED: _refused,
    EventKind.TAKEN_UP: _plain("taken up by the crew"),
    EventKind.DECIDED: _plain("the crew decides to engage it"),
    EventKind.APPROVED: _plain("the launch is approved"),
    EventKind.DESIGNATED: _designated,
    EventKind.CHANNEL_CHANGED: lambda _, __, event: f"handed over to channel {int(event['channel'])}",
    EventKind.ACQUIRED: _by_unit("seen by the channel of"),
    EventKind.LOCKED: _by_unit("locked by"),
    EventKind.LOCK_LOST: _radar("loses the lock"),
    EventKind.ASSIGNED: lambda scene, _, event: f"rounds assigned on {scene.name('launchers', event['launcher'])}",
    EventKind.LAUNCHED: _launched,
    EventKind.HANDED_OVER: _handed_over,
    EventKind.INTERCEPT: _met,
    EventKind.KILLED: _killed,
    EventKind.MISSED: _spent("does not kill"),
    EventKind.SELF_DESTRUCTED: _spent("destroys itself"),
    EventKind.ASSESSED: _assessed,
    EventKind.CLOSED: _closed,
    EventKind.ASSET_DAMAGED: _damaged,
    EventKind.RADAR_KILLED: _put_out("radars", "radar"),
    EventKind.LAUNCHER_KILLED: _put_out("launchers", "launcher"),
    EventKind.RELOADED: _plain("a launcher is reloaded"),
    EventKind.DIRECTIVE: _ordered,
    EventKind.SILENCED: _radar("falls silent"),
    EventKind.RESUMED: _radar("radiates again"),
}
