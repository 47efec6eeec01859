"""Did it work: a delayed, fallible call from what the post's own radars and rounds tell."""

from __future__ import annotations

from math import atan2, cos
from typing import Any

from openiads._jit import kernel
from openiads.constants import NEVER, SECONDS_PER_TICK
from openiads.engine.engaging import advance_life
from openiads.engine.rng import uniforms
from openiads.engine.track_state import predicted_position
from openiads.enums import Cause, EngagementState, EventKind, InterceptorPhase, Purpose, RadarKind, TrackState
from openiads.physics.look import in_reach, line_to, lowest_visible
from openiads.vec3 import dot, norm, read, sub, turn_back

KILL, MISS = 1, 0


@kernel
def assess(
    tick: int, setting: Any, radars: Any, horizons: Any, cells: Any, doctrines: Any, clock: Any, counts: Any,
    posts: Any, emitters: Any, tracks: Any, interceptors: Any, engagements: Any, channels: Any, events: Any,
) -> int:  # fmt: skip
    """Follow the rounds in flight and, some time after the last one is over, call the target killed or missed.

    Runs last in a decision cycle and sets the next one; returns its tick. See docs/models/assessment.md.

    Reads: setting, radars, horizons and cells (the post knows its ground), doctrines, clock (seed and run of the
    draws), emitters, tracks, interceptors (the post's own rounds report).
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
                if not firing:
                    engagements[g].hidden = 0
                elif engagements[g].post == p:
                    _follow(
                        tick, g, setting, radars, horizons, cells, doctrine, clock, counts, posts, emitters, tracks,
                        interceptors, engagements, channels, events,
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
    tick: int, g: int, setting: Any, radars: Any, horizons: Any, cells: Any, doctrine: Any, clock: Any, counts: Any,
    posts: Any, emitters: Any, tracks: Any, interceptors: Any, engagements: Any, channels: Any, events: Any,
) -> None:  # fmt: skip
    row = engagements[g]
    flying = 0
    coming = 0
    for i in range(counts[0].interceptors_top):
        mine = interceptors[i].engagement == g and interceptors[i].engagement_id == row.id
        if mine and InterceptorPhase.NONE < interceptors[i].phase < InterceptorPhase.GONE:
            flying += 1
            coming += 0 if has_passed(tick, interceptors[i], row, tracks[row.track]) else 1
            if interceptors[i].phase == InterceptorPhase.TERMINAL and row.rounds_fired >= row.rounds_wanted:
                row.state = EngagementState.TERMINAL
    row.rounds_flying = flying
    _look(tick, row, setting, radars, horizons, cells, emitters, tracks, channels)
    if row.rounds_fired < row.rounds_wanted:
        return
    if row.state == EngagementState.LAUNCHED:
        row.state = EngagementState.IN_FLIGHT
    if coming > 0:
        row.assess_tick = tick + doctrine.assessment_delay_tick
    elif tick >= row.assess_tick:
        _judge(tick, row, doctrine, clock, counts, posts, tracks, channels, events)


@kernel
def has_passed(tick: int, flying: Any, row: Any, track: Any) -> bool:
    """True when a round can meet its track no more: it coasts, and they draw apart.

    Of a track that is gone nobody can say where it is: its rounds are over at the predicted intercept.
    """
    if flying.phase != InterceptorPhase.MIDCOURSE:
        return False
    if track.number != row.track_number or track.state == TrackState.FREE:
        return bool(tick >= row.intercept_tick)
    apart_m = sub(predicted_position(track, flying.tick), read(flying.pos_enu_m))
    return dot(apart_m, sub(read(track.vel_enu_mps), read(flying.vel_enu_mps))) > 0.0


@kernel
def _look(
    tick: int, row: Any, setting: Any, radars: Any, horizons: Any, cells: Any, emitters: Any, tracks: Any, channels: Any
) -> None:
    """Note whether the track would be seen by now; of one that is dropped the last word stands."""
    track = tracks[row.track]
    if track.number == row.track_number and track.state != TrackState.FREE:
        r = channels[row.channel].radar
        seen = would_be_seen(tick, setting[0].earth_radius_m, radars[r], emitters[r], horizons, cells, track)
        row.hidden = 0 if seen else 1


@kernel
def _judge(
    tick: int, row: Any, doctrine: Any, clock: Any, counts: Any, posts: Any, tracks: Any, channels: Any, events: Any
) -> None:
    """Killed: unseen for the assessment window where it would be seen if it were there; then the call errs by chance.

    A track that is gone has been unseen for longer than that.
    """
    track = tracks[row.track]
    seen_tick = channels[row.channel].last_hit_tick
    if track.number == row.track_number and track.state != TrackState.FREE:
        sighted = channels[row.channel].hits > 0  # else its tick is that of the designation
        seen_tick = max(seen_tick, track.plot_tick) if sighted else track.plot_tick
    killed = tick - seen_tick > doctrine.assessment_window_tick and row.hidden == 0
    draw = uniforms(clock[0], Purpose.ASSESSMENT, posts[row.post].name_hash, row.id, row.rounds_fired).a
    if killed and draw < doctrine.missed_kill:
        killed = False
    elif not killed and draw < doctrine.false_kill:
        killed = True
    row.cause = Cause.KILL_ASSESSED if killed else Cause.MISS_ASSESSED
    row.state = EngagementState.ASSESSED
    assessed = advance_life(tick, EventKind.ASSESSED, row, counts, tracks, events)
    assessed.code = KILL if killed else MISS
    assessed.value = (tick - seen_tick) * SECONDS_PER_TICK


@kernel
def would_be_seen(
    tick: int, earth_radius_m: float, radar: Any, emitter: Any, horizons: Any, cells: Any, track: Any
) -> bool:
    """True where the radar that guides should have plots of a track, if anything flew there.

    It radiates, the predicted place lies within range, elevation and sector and above what surrounds the antenna, and
    the track does not cross the line of sight within the Doppler notch.
    """
    if emitter.alive == 0 or emitter.on == 0:
        return False
    apart_m = sub(predicted_position(track, tick), read(emitter.pos_enu_m))
    local_m = turn_back(emitter.axes_enu, apart_m)
    line = line_to(earth_radius_m, emitter.height_m, local_m)
    azimuth_rad = atan2(local_m.x, local_m.y)
    if not in_reach(radar, line) or line.height_m < lowest_visible(
        horizons[emitter.horizon], cells, azimuth_rad, line.ground_m
    ):
        return False
    if radar.kind != RadarKind.ROTATING and cos(azimuth_rad - emitter.boresight_rad) < radar.sector_half_cos:
        return False
    return bool(abs(dot(apart_m, read(track.vel_enu_mps))) > radar.notch_mps * norm(apart_m))
