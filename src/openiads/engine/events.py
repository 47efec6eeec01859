"""Append-only tables: one row more, or the name of the table that was too small. Nothing is dropped silently."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.enums import Cause, EventKind, Overflow


@kernel
def add_event(events: Any, counts: Any, tick: int, kind: int, because: int) -> Any:
    """Append an event and return its row to be filled in; every index field starts as -1.

    ``because`` is the serial of the event that caused it; ``last_event`` gives the new one's serial.
    """
    n = counts[0].events
    if n >= events.size:
        counts[0].overflow = Overflow.EVENTS
        n = events.size - 1
    else:
        counts[0].events = n + 1
    counts[0].event_serial += 1
    event = events[n]
    event.tick = tick
    event.kind = kind
    event.because = because
    _clear(event)
    return event


@kernel
def _clear(event: Any) -> None:
    event.post = -1
    event.unit = -1
    event.radar = -1
    event.launcher = -1
    event.channel = -1
    event.track = -1
    event.target = -1
    event.engagement = -1
    event.interceptor = -1
    event.asset = -1
    event.cause = 0
    event.evidence = -1
    event.code = 0
    event.value = 0.0
    event.pos_enu_m[0] = 0.0
    event.pos_enu_m[1] = 0.0
    event.pos_enu_m[2] = 0.0


@kernel
def last_event(counts: Any) -> int:
    """Serial of the event appended last."""
    return int(counts[0].event_serial - 1)


@kernel
def note_directive(tick: int, order: Any, found: bool, counts: Any, events: Any) -> None:
    """Append that a person's order was taken; its cause is TRACK_LOST where no track of that number was found."""
    cause = Cause.NONE.value if found else Cause.TRACK_LOST.value
    answer_directive(tick, order, cause, counts, events)


@kernel
def answer_directive(tick: int, order: Any, cause: int, counts: Any, events: Any) -> None:
    """Append that a person's order was done (cause NONE), or why it was not."""
    event = add_event(events, counts, tick, EventKind.DIRECTIVE, -1)
    event.post = order.post
    event.unit = order.unit
    event.track = order.track_number
    event.code = order.verb
    event.value = order.value
    event.cause = cause


@kernel
def add_resource(
    resources: Any, counts: Any, tick: int, channel: int, channels: Any, magazines: Any, launcher: int
) -> None:
    """Append the state of a channel and a launcher's magazine after a change; -1 where only one of them changed."""
    n = counts[0].resources
    if n >= resources.size:
        counts[0].overflow = Overflow.EVENTS if resources.size else counts[0].overflow
        return
    counts[0].resources = n + 1
    row = resources[n]
    row.tick = tick
    row.channel = channel
    row.launcher = launcher
    row.unit = channels[channel].unit if channel >= 0 else -1
    row.engagement = channels[channel].engagement if channel >= 0 else -1
    row.rounds_flying = channels[channel].rounds_flying if channel >= 0 else 0
    row.loaded = magazines[launcher].loaded if launcher >= 0 else -1
    row.reloads = magazines[launcher].reloads if launcher >= 0 else -1
