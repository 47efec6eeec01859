"""Why a target was not engaged, from when until when; and how its threat was valued."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from openiads.analysis.chain import seconds
from openiads.constants import SECONDS_PER_TICK
from openiads.enums import Cause, EventKind, TargetGroup

if TYPE_CHECKING:
    from openiads.analysis.chain import Flight
    from openiads.analysis.explain_moments import Moment
    from openiads.analysis.explain_scene import Scene

_RESOLVED: Final = (
    EventKind.DESIGNATED,
    EventKind.ASSIGNED,
    EventKind.LAUNCHED,
    EventKind.TRACK_LOST,
    EventKind.TRACK_MERGED,
)
_VALUED: Final = (  # kinds of moments at which the threat's value is told
    "TRACK_CONFIRMED", "IDENTIFIED", "TAKEN_UP", "DECIDED", "DESIGNATED", "ASSIGNED", "LAUNCHED", "NOT_ENGAGED",
)  # fmt: skip
_PARTS: Final = ("threat", "value_share", "hostile", "weight", "urgency", "nearness", "time_to_asset_s", "closest_m")


@dataclass(frozen=True)
class Refusal:
    """A period in which one cause kept a target from being engaged, or from being fired at.

    ``range_m`` is from the fire unit at its begin, None where the place is not known.
    """

    cause: str
    track: int
    from_s: float
    until_s: float
    range_m: float | None


@dataclass(frozen=True)
class Cycles:
    """Decision cycles in a row with one cause; NONE where nothing kept it, or an engagement was open.

    ``engaged`` is how many of them had an engagement open.
    """

    cause: str
    track: int
    from_s: float
    until_s: float
    cycles: int
    engaged: int


@dataclass(frozen=True)
class Valued:
    """The threat of a track and what it was made of, as of the decision cycle of a moment."""

    time_s: float
    kind: str
    track: int
    asset: str
    group: str
    threat: float
    value_share: float
    hostile: float
    weight: float
    urgency: float
    nearness: float
    time_to_asset_s: float
    closest_m: float


def refusals(scene: Scene, life: Flight) -> tuple[Refusal, ...]:
    """Every logged cause with the time until it was another, was resolved, or the target ended."""
    found = []
    events = scene.record.tables["events"]
    for _, number in life.tracks:
        mine = events[(events["track"] == number) & np.isin(events["kind"], (EventKind.NOT_ENGAGED, *_RESOLVED))]
        owners = scene.owners_at(number, mine["tick"])
        ends_s = [*(seconds(event) for event in mine[1:]), life.end_s]
        for event, owner, next_s in zip(mine, owners, ends_s, strict=False):
            if owner == life.row and event["kind"] == EventKind.NOT_ENGAGED and seconds(event) < life.end_s:
                away_m = scene.range_m(scene.place(event, life), int(event["unit"]))
                cause = Cause(int(event["cause"])).name
                found.append(Refusal(cause, number, seconds(event), min(next_s, life.end_s), away_m))
    return tuple(sorted(found, key=lambda one: (one.from_s, one.track)))


def cycles(scene: Scene, life: Flight) -> tuple[Cycles, ...]:
    """The rows of the ranking of its tracks, those in a row with one cause put together."""
    found = []
    for _, number in life.tracks:
        rows = _ranked(scene, life, number)
        changes = np.flatnonzero(np.diff(rows["cause"])) + 1
        for part in np.split(rows, changes):
            if len(part):
                found.append(_cycles(part))
    return tuple(sorted(found, key=lambda one: (one.from_s, one.track)))


def valued(scene: Scene, life: Flight, moments: tuple[Moment, ...]) -> tuple[Valued, ...]:
    """The threat's value at the moments that turned on it."""
    found = []
    by_track = {number: _ranked(scene, life, number) for _, number in life.tracks}
    for one in moments:
        rows = by_track.get(one.track)
        if one.kind in _VALUED and rows is not None and len(rows):
            at = int(np.searchsorted(rows["tick"], one.time_s / SECONDS_PER_TICK + 0.5, side="right")) - 1
            found.append(_valued(scene, one, rows[max(at, 0)]))
    return tuple(found)


def _ranked(scene: Scene, life: Flight, number: int) -> Any:
    """The ranking rows of a track while its target was there."""
    rows = scene.record.tables["ranking"]
    rows = rows[(rows["number"] == number) & (rows["tick"] * SECONDS_PER_TICK <= life.end_s)]
    rows = rows[scene.owners_at(number, rows["tick"]) == life.row]
    return rows[np.argsort(rows["tick"], kind="stable")]


def _cycles(part: Any) -> Cycles:
    return Cycles(
        cause=Cause(int(part[0]["cause"])).name,
        track=int(part[0]["number"]),
        from_s=seconds(part[0]),
        until_s=seconds(part[-1]),
        cycles=len(part),
        engaged=int((part["engagements"] > 0).sum()),
    )


def _valued(scene: Scene, one: Moment, row: Any) -> Valued:
    asset = scene.name("assets", row["asset"]) if row["asset"] >= 0 else ""
    parts = {name: float(row[name]) for name in _PARTS}
    return Valued(one.time_s, one.kind, one.track, asset, TargetGroup(int(row["group"])).name, **parts)
