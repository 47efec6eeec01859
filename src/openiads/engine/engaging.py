"""The life of one engagement: designated, acquired, locked, assigned, and closed with its cause."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.constants import NEVER
from openiads.engine.crew import drawn_tick, note_track
from openiads.engine.events import add_event, add_resource, last_event
from openiads.engine.track_state import predicted_position
from openiads.enums import Cause, EngagementState, EventKind, Overflow, Purpose
from openiads.vec3 import write

LOCK_STALE_TICK = 2000  # a lock without a plot for so long is none any more, assumed


@kernel
def is_open(row: Any) -> bool:
    """True while an engagement goes on."""
    return bool(EngagementState.NONE < row.state < EngagementState.CLOSED)


@kernel
def loaded_launcher(c: int, rounds: int, units: Any, launchers: Any, magazines: Any, channels: Any) -> int:
    """The launcher that would serve a channel with some rounds: its own, or the one of its unit that can fire first.

    One that has them all goes before one that has fewer; -1 where none has any.
    """
    if channels[c].launcher >= 0:
        own = channels[c].launcher
        return own if launchers[own].alive == 1 and magazines[own].loaded > magazines[own].promised else -1
    unit = units[channels[c].unit]
    best, most = -1, 0
    for n in range(unit.first_launcher, unit.first_launcher + unit.launcher_count):
        ready = min(magazines[n].loaded - magazines[n].promised, rounds) * launchers[n].alive
        sooner = best >= 0 and magazines[n].next_launch_tick < magazines[best].next_launch_tick
        if ready > most or (ready == most and ready > 0 and sooner):
            best, most = n, ready
    return best


@kernel
def rounds_left(unit: Any, launchers: Any, magazines: Any) -> int:
    """Rounds on a unit's working launchers that are not promised."""
    rounds = 0
    for n in range(unit.first_launcher, unit.first_launcher + unit.launcher_count):
        rounds += launchers[n].alive * (magazines[n].loaded - magazines[n].promised)
    return int(rounds)


@kernel
def reserved(doctrine: Any, unit: Any, group: int) -> int:
    """Rounds of a unit that its doctrine keeps from a group: whole rounds of a share of its rails."""
    return int(doctrine.reserve_share[group] * unit.rails + 1e-9)


@kernel
def designate(
    tick: int, c: int, k: int, missile: int, units: Any, clock: Any, counts: Any, posts: Any, magazines: Any,
    tracks: Any, identity: Any, ranking: Any, channels: Any, engagements: Any, events: Any, resources: Any,
) -> None:  # fmt: skip
    """Open an engagement of a track on a free channel and cue the engagement radar."""
    g = 0
    while g < engagements.size and is_open(engagements[g]):
        g += 1
    if g >= engagements.size:
        counts[0].overflow = Overflow.ENGAGEMENTS
        return
    counts[0].engagements_top = max(counts[0].engagements_top, g + 1)
    row = engagements[g]
    post = tracks[k].post
    unit = units[channels[c].unit]
    row.state = EngagementState.DESIGNATED
    row.id = posts[post].next_engagement_id
    posts[post].next_engagement_id += 1
    row.post = post
    row.unit = channels[c].unit
    row.channel = c
    row.track = k
    row.track_number = tracks[k].number
    row.group = ranking[k].group
    row.missile = missile
    row.launcher = -1
    row.rounds_wanted = 0
    row.rounds_fired = 0
    row.rounds_flying = 0
    row.designated_tick = tick
    row.last_launch_tick = NEVER
    row.ready_tick = tick + drawn_tick(clock[0], Purpose.REACTION, unit.name_hash, row.id, unit.reaction_tick)
    row.salvo_start = 0
    row.salvo_interval_tick = 0
    row.approve_tick = NEVER
    row.self_defence = 0
    row.launch_tick = NEVER
    row.assess_tick = -1
    row.intercept_tick = -1
    row.cause = Cause.NONE
    row.event = identity[k].event
    ranking[k].engagements += 1
    ranking[k].taken_up = 1
    ranking[k].cause = Cause.NONE
    cue(tick, g, channels[c], clock)
    advance_life(tick, EventKind.DESIGNATED, row, counts, tracks, events)
    add_resource(resources, counts, tick, c, channels, magazines, -1)


@kernel
def cue(tick: int, g: int, channel: Any, clock: Any) -> None:
    """Give a channel to an engagement: its radar has to find the track from here on."""
    channel.engagement = g
    channel.fresh = 1
    channel.hits = 0
    channel.last_hit_tick = tick
    channel.next_look_tick = tick
    channel.busy_from_tick = tick
    clock[0].look_tick = min(clock[0].look_tick, tick)


@kernel
def release(tick: int, channel: Any) -> None:
    """Take a channel from its engagement."""
    channel.engagement = -1
    channel.busy_ticks += tick - channel.busy_from_tick


@kernel
def advance_life(tick: int, kind: int, row: Any, counts: Any, tracks: Any, events: Any) -> Any:
    """Log the next event of an engagement's life, caused by the last one; returns the event."""
    event = add_event(events, counts, tick, kind, row.event)
    event.post = row.post
    event.unit = row.unit
    event.channel = row.channel
    event.track = row.track_number
    event.engagement = row.id
    event.launcher = row.launcher
    event.cause = row.cause
    write(event.pos_enu_m, predicted_position(tracks[row.track], tick))
    row.event = last_event(counts)
    return event


@kernel
def close(
    tick: int, g: int, cause: int, counts: Any, ranking: Any, magazines: Any, channels: Any, engagements: Any,
    events: Any, resources: Any,
) -> None:  # fmt: skip
    """End an engagement for a cause and give its channel and promised rounds back."""
    row = engagements[g]
    event = add_event(events, counts, tick, EventKind.CLOSED, row.event)
    event.post = row.post
    event.unit = row.unit
    event.channel = row.channel
    event.track = row.track_number
    event.engagement = row.id
    event.cause = cause
    event.value = row.rounds_fired
    row.state = EngagementState.CLOSED
    row.cause = cause
    if row.rounds_wanted > row.rounds_fired:
        recall(row, ranking, magazines)
    if ranking[row.track].number == row.track_number:
        ranking[row.track].engagements -= 1
        if ranking[row.track].engagements == 0:
            ranking[row.track].taken_up = 0
        if cause == Cause.KILL_ASSESSED:
            ranking[row.track].killed_tick = tick
    release(tick, channels[row.channel])
    add_resource(resources, counts, tick, row.channel, channels, magazines, -1)


@kernel
def note_refusal(
    tick: int, k: int, cause: int, counts: Any, tracks: Any, identity: Any, ranking: Any, events: Any
) -> None:
    """Log why a track is not engaged, when that changes."""
    if ranking[k].cause == cause:
        return
    ranking[k].cause = cause
    note_track(tick, EventKind.NOT_ENGAGED, k, cause, counts, tracks, identity, ranking, events)


@kernel
def recall(row: Any, ranking: Any, magazines: Any) -> None:
    """Assigned rounds that have not left stay with their launcher; a salvo of which none has left was none."""
    magazines[row.launcher].promised -= row.rounds_wanted - row.rounds_fired
    row.rounds_wanted = row.rounds_fired
    row.launch_tick = NEVER
    if row.rounds_fired == row.salvo_start and ranking[row.track].number == row.track_number:
        ranking[row.track].salvos -= 1


@kernel
def call_back(row: Any, ranking: Any, magazines: Any) -> None:
    """Recall what has not left: the engagement waits for what has, or stands at its lock."""
    recall(row, ranking, magazines)
    row.state = EngagementState.IN_FLIGHT if row.rounds_fired > row.salvo_start else EngagementState.LOCKED


@kernel
def promised(unit: Any, magazines: Any) -> int:
    """Rounds of a unit that are assigned and will be guided as well."""
    total = 0
    for n in range(unit.first_launcher, unit.first_launcher + unit.launcher_count):
        total += magazines[n].promised
    return int(total)
