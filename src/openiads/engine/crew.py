"""The people of a command post: how long they take, how many tracks they have in hand, and what they consent to."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.constants import NEVER
from openiads.engine.events import add_event
from openiads.engine.rng import uniforms
from openiads.engine.track_state import predicted_position
from openiads.enums import Cause, CrewMode, EventKind, Purpose, TrackState
from openiads.physics.lethality import triangular
from openiads.vec3 import write


@kernel
def drawn_tick(clock_row: Any, purpose: int, who: int, whom: int, spread: Any) -> int:
    """A time drawn from the triangle over its low, middle and high value (ticks), named by who takes it on what."""
    low, middle, high = spread[0], spread[1], spread[2]
    if low == high:
        return int(middle)
    share = uniforms(clock_row, purpose, who, whom, 0).a
    return int(triangular(share, float(low), float(middle), float(high)) + 0.5)


@kernel
def is_decided(tick: int, post: Any, ranking: Any) -> bool:
    """True when the crew has decided that a track is to be engaged, or need not be asked."""
    return bool(post.mode == CrewMode.AUTOMATIC or ranking.approved == 1 or ranking.decide_tick <= tick)


@kernel
def count_in_hand(p: int, counts: Any, tracks: Any, ranking: Any) -> int:
    """How many tracks the crew of a post decides on or engages."""
    total = 0
    for k in range(counts[0].tracks_top):
        if tracks[k].post == p and tracks[k].state >= TrackState.CONFIRMED and ranking[k].number == tracks[k].number:
            total += ranking[k].taken_up
    return total


@kernel
def has_hand_free(p: int, posts: Any, doctrine: Any, in_hand: int) -> bool:
    """True when the crew can take up one more track; the machine alone always can."""
    return bool(posts[p].mode == CrewMode.AUTOMATIC or in_hand < doctrine.crew_tracks)


@kernel
def settle(
    tick: int, k: int, cause: int, posts: Any, counts: Any, tracks: Any, identity: Any, ranking: Any, events: Any
) -> None:
    """Put down a track that the crew has decided on (cause NONE), or that is no candidate any more (its cause)."""
    row = ranking[k]
    if row.taken_up == 0 or row.engagements > 0:
        return
    if cause == Cause.NONE and not is_decided(tick, posts[tracks[k].post], row):
        return
    row.taken_up = 0
    if cause != Cause.NONE:
        row.decide_tick = NEVER
    note_track(tick, EventKind.DECIDED, k, cause, counts, tracks, identity, ranking, events)


@kernel
def take_up(
    tick: int, k: int, doctrine: Any, clock: Any, counts: Any, posts: Any, tracks: Any, identity: Any, ranking: Any,
    events: Any,
) -> None:  # fmt: skip
    """The crew begins to look at a track."""
    row = ranking[k]
    row.taken_up = 1
    who = posts[tracks[k].post].name_hash
    row.decide_tick = tick + drawn_tick(clock[0], Purpose.DECISION, who, tracks[k].number, doctrine.decision_tick)
    note_track(tick, EventKind.TAKEN_UP, k, Cause.NONE, counts, tracks, identity, ranking, events)


@kernel
def note_track(
    tick: int, kind: int, k: int, cause: int, counts: Any, tracks: Any, identity: Any, ranking: Any, events: Any
) -> None:
    """Log what the post decides about a track: the asset and the threat as it ranks them, because of its identity."""
    because = identity[k].event if identity[k].number == tracks[k].number else -1
    event = add_event(events, counts, tick, kind, because)
    event.post = tracks[k].post
    event.track = tracks[k].number
    event.asset = ranking[k].asset
    event.cause = cause
    event.value = ranking[k].threat
    write(event.pos_enu_m, predicted_position(tracks[k], tick))


@kernel
def waits_for_consent(tick: int, row: Any, doctrine: Any, clock: Any, posts: Any, ranking: Any) -> bool:
    """True while nobody has consented to a launch that is otherwise ready.

    Manual mode alone: where a person attends, until that person approves the track; else for a drawn time.
    """
    post = posts[row.post]
    if post.mode != CrewMode.MANUAL or ranking.approved == 1:
        return False
    if post.attended == 1:
        return True
    if row.approve_tick == NEVER:
        wait_tick = drawn_tick(clock[0], Purpose.APPROVAL, post.name_hash, row.id, doctrine.approval_tick)
        row.approve_tick = tick + wait_tick
    return bool(tick < row.approve_tick)
