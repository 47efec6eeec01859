"""The bars of the explanation's picture, read off a record: what each channel was on, what stood on each launcher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from openiads.analysis.chain import seconds
from openiads.enums import EventKind

if TYPE_CHECKING:
    from openiads.analysis.explain_scene import Scene
    from openiads.record.record import Record

STATES: Final = ("designated", "locked", "rounds in the air")
_STEPS: Final = {EventKind.DESIGNATED: 0, EventKind.LOCKED: 1, EventKind.LAUNCHED: 2}
_LIFE: Final = (*_STEPS, EventKind.CHANNEL_CHANGED, EventKind.ASSESSED, EventKind.CLOSED)


@dataclass(frozen=True)
class Bar:
    """A channel in one state of one engagement; ``state`` counts in ``STATES``, ``target`` is a row or -1."""

    channel: int
    engagement: int
    target: int
    state: int
    from_s: float
    until_s: float


@dataclass(frozen=True)
class Rails:
    """One launcher: rounds on its rails from each time on, and its launches with the target each was fired at."""

    launcher: int
    times_s: tuple[float, ...]
    loaded: tuple[int, ...]
    launches: tuple[tuple[float, int], ...]


def channel_bars(scene: Scene) -> list[Bar]:
    """What every channel was on, in order of time."""
    events = scene.record.tables["events"]
    mine = events[np.isin(events["kind"], _LIFE) & (events["engagement"] >= 0)]
    ended_s = float(scene.record.manifest["ended_s"])
    bars: list[Bar] = []
    for engagement in np.unique(mine["engagement"]):
        bars += _engagement(scene, int(engagement), mine[mine["engagement"] == engagement], ended_s)
    return sorted(bars, key=lambda bar: (bar.from_s, bar.channel))


def rails(scene: Scene) -> list[Rails]:
    """Every launcher of the roster, row by row."""
    record = scene.record
    magazines = record.tables["magazines"]
    return [_rails(scene, int(row["row"])) for row in record.rows("launchers") if int(row["row"]) < len(magazines)]


def _engagement(scene: Scene, engagement: int, life: Any, ended_s: float) -> list[Bar]:
    """One engagement in its states; it may change the channel, and fall back to a lock after a miss."""
    life = life[np.argsort(life["tick"], kind="stable")]
    bars: list[Bar] = []
    channel, state, from_s = int(life[0]["channel"]), 0, seconds(life[0])
    target = scene.owner(int(life[0]["track"]), int(life[0]["tick"]))
    for event in [*life[1:], None]:
        until_s = ended_s if event is None else seconds(event)
        if until_s > from_s and (not bars or bars[-1].until_s <= from_s):
            bars.append(Bar(channel, engagement, target, state, from_s, until_s))
        if event is None or event["kind"] == EventKind.CLOSED:
            break
        from_s = until_s
        target = scene.owner(int(event["track"]), int(event["tick"]))
        state = 1 if event["kind"] == EventKind.ASSESSED else _STEPS.get(EventKind(int(event["kind"])), state)
        channel = int(event["channel"]) if event["kind"] == EventKind.CHANNEL_CHANGED else channel
    return bars


def _rails(scene: Scene, launcher: int) -> Rails:
    record: Record = scene.record
    events, magazine = record.tables["events"], record.tables["magazines"][launcher]
    mine = events[(events["launcher"] == launcher) & np.isin(events["kind"], (EventKind.LAUNCHED, EventKind.RELOADED))]
    mine = mine[np.argsort(mine["tick"], kind="stable")]
    fired = mine["kind"] == EventKind.LAUNCHED
    change = np.where(fired, -1, mine["value"]).astype(int)
    start = int(magazine["loaded"]) - int(change.sum())
    launches = [(seconds(event), scene.owner(int(event["track"]), int(event["tick"]))) for event in mine[fired]]
    return Rails(
        launcher=launcher,
        times_s=(0.0, *map(seconds, mine)),
        loaded=(start, *(start + int(total) for total in np.cumsum(change))),
        launches=tuple(launches),
    )
