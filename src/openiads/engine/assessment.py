"""Did it work: a delayed, fallible call from the track alone."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.constants import NEVER
from openiads.engine.engaging import advance_life
from openiads.engine.rng import uniforms
from openiads.enums import Cause, EngagementState, EventKind, InterceptorPhase, Purpose, TrackState

KILL, MISS = 1, 0


@kernel
def assess(
    tick: int, doctrines: Any, clock: Any, counts: Any, posts: Any, tracks: Any, interceptors: Any, engagements: Any,
    channels: Any, events: Any,
) -> int:  # fmt: skip
    """Follow the rounds in flight and, some time after the last one, call the target killed or missed.

    A track that has had no plot in the assessment window is called killed; both calls are wrong with the doctrine's
    rates. Runs last in a decision cycle and sets the next one; returns its tick.

    Reads: doctrines, clock (seed and run of the draws), tracks, interceptors (the post's own rounds report).
    Writes: engagements, channels, posts (next cycle), counts, events.
    """
    due = NEVER
    counted = False
    for p in range(posts.size):
        if tick >= posts[p].next_cycle_tick:
            doctrine = doctrines[posts[p].doctrine]
            if not counted:
                _count_flying(counts, interceptors, channels)
                counted = True
            for g in range(counts[0].engagements_top):
                firing = EngagementState.LAUNCHED <= engagements[g].state <= EngagementState.TERMINAL
                if firing and engagements[g].post == p:
                    _follow(
                        tick, g, doctrine, clock, counts, posts, tracks, interceptors, engagements, channels, events,
                    )  # fmt: skip
            posts[p].next_cycle_tick = tick + doctrine.cycle_tick
        due = min(due, posts[p].next_cycle_tick)
    return int(due)


@kernel
def _count_flying(counts: Any, interceptors: Any, channels: Any) -> None:
    """Rounds in flight of every channel, those of closed engagements included."""
    for c in range(channels.size):
        channels[c].rounds_flying = 0
    for i in range(counts[0].interceptors_top):
        if InterceptorPhase.NONE < interceptors[i].phase < InterceptorPhase.GONE:
            channels[interceptors[i].channel].rounds_flying += 1


@kernel
def _follow(
    tick: int, g: int, doctrine: Any, clock: Any, counts: Any, posts: Any, tracks: Any, interceptors: Any,
    engagements: Any, channels: Any, events: Any,
) -> None:  # fmt: skip
    row = engagements[g]
    flying = 0
    for i in range(counts[0].interceptors_top):
        mine = interceptors[i].engagement == g and interceptors[i].engagement_id == row.id
        if mine and InterceptorPhase.NONE < interceptors[i].phase < InterceptorPhase.GONE:
            flying += 1
            if interceptors[i].phase == InterceptorPhase.TERMINAL and row.rounds_fired >= row.rounds_wanted:
                row.state = EngagementState.TERMINAL
    row.rounds_flying = flying
    if row.rounds_fired < row.rounds_wanted:
        return
    if row.state == EngagementState.LAUNCHED:
        row.state = EngagementState.IN_FLIGHT
    if flying > 0:
        row.assess_tick = tick + doctrine.assessment_delay_tick
    elif tick >= row.assess_tick:
        _judge(tick, row, doctrine, clock, counts, posts, tracks, channels, events)


@kernel
def _judge(
    tick: int, row: Any, doctrine: Any, clock: Any, counts: Any, posts: Any, tracks: Any, channels: Any, events: Any
) -> None:
    track = tracks[row.track]
    gone = track.number != row.track_number or track.state == TrackState.FREE
    last_plot_tick = max(channels[row.channel].last_hit_tick, track.plot_tick)
    killed = gone or tick - last_plot_tick > doctrine.assessment_window_tick
    draw = uniforms(clock[0], Purpose.ASSESSMENT, posts[row.post].name_hash, row.id, row.rounds_fired).a
    if killed and draw < doctrine.missed_kill:
        killed = False
    elif not killed and draw < doctrine.false_kill:
        killed = True
    row.cause = Cause.KILL_ASSESSED if killed else Cause.MISS_ASSESSED
    row.state = EngagementState.ASSESSED
    assessed = advance_life(tick, EventKind.ASSESSED, row, counts, tracks, events)
    assessed.code = KILL if killed else MISS
