"""The life of one engagement: designated, acquired, locked, assigned, and closed with its cause."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.constants import NEVER, SECONDS_PER_TICK
from openiads.engine.events import add_event, add_resource, last_event
from openiads.engine.intercept import in_no_fire_zone, last_launch, solve
from openiads.engine.track_state import predicted_position
from openiads.enums import Cause, ControlStatus, EngagementState, EventKind, Identity, Overflow, TrackState
from openiads.vec3 import write

LOCK_HITS = 5  # plots of a channel before a track counts as locked, assumed
LOCK_STALE_TICK = 2000
LAUNCH_PATIENCE_TICK = 15000
RESERVE_THREAT = 0.3  # a threat value from which reserved rounds are used, assumed


@kernel
def loaded_launcher(c: int, units: Any, launchers: Any, magazines: Any, channels: Any) -> int:
    """The launcher that would serve a channel: its own, or its unit's that can fire first; -1 without rounds."""
    if channels[c].launcher >= 0:
        own = channels[c].launcher
        return own if launchers[own].alive == 1 and magazines[own].loaded > magazines[own].promised else -1
    unit = units[channels[c].unit]
    best = -1
    for n in range(unit.first_launcher, unit.first_launcher + unit.launcher_count):
        ready = launchers[n].alive == 1 and magazines[n].loaded > magazines[n].promised
        if ready and (best < 0 or magazines[n].next_launch_tick < magazines[best].next_launch_tick):
            best = n
    return best


@kernel
def designate(
    tick: int, c: int, k: int, units: Any, clock: Any, counts: Any, posts: Any, magazines: Any, tracks: Any,
    identity: Any, ranking: Any, channels: Any, engagements: Any, events: Any, resources: Any,
) -> None:  # fmt: skip
    """Open an engagement of a track on a free channel and cue the engagement radar."""
    g = 0
    while g < engagements.size and EngagementState.NONE < engagements[g].state < EngagementState.CLOSED:
        g += 1
    if g >= engagements.size:
        counts[0].overflow = Overflow.ENGAGEMENTS
        return
    counts[0].engagements_top = max(counts[0].engagements_top, g + 1)
    row = engagements[g]
    post = tracks[k].post
    row.state = EngagementState.DESIGNATED
    row.id = posts[post].next_engagement_id
    posts[post].next_engagement_id += 1
    row.post = post
    row.unit = channels[c].unit
    row.channel = c
    row.track = k
    row.track_number = tracks[k].number
    row.group = ranking[k].group
    row.missile = -1
    row.launcher = -1
    row.rounds_wanted = 0
    row.rounds_fired = 0
    row.rounds_flying = 0
    row.designated_tick = tick
    row.last_launch_tick = NEVER
    row.ready_tick = tick + units[channels[c].unit].reaction_tick
    row.launch_tick = NEVER
    row.assess_tick = -1
    row.intercept_tick = -1
    row.cause = Cause.NONE
    row.event = identity[k].event
    ranking[k].engagements = 1
    ranking[k].cause = Cause.NONE
    channel = channels[c]
    channel.engagement = g
    channel.fresh = 1
    channel.hits = 0
    channel.last_hit_tick = tick
    channel.next_look_tick = tick
    channel.busy_from_tick = tick
    clock[0].look_tick = min(clock[0].look_tick, tick)
    advance_life(tick, EventKind.DESIGNATED, row, counts, tracks, events)
    add_resource(resources, counts, tick, c, channels, magazines, -1)


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
    if row.launcher >= 0:
        magazines[row.launcher].promised -= row.rounds_wanted - row.rounds_fired
    if ranking[row.track].number == row.track_number:
        ranking[row.track].engagements = 0
        if cause == Cause.KILL_ASSESSED:
            ranking[row.track].killed_tick = tick
    channel = channels[row.channel]
    channel.engagement = -1
    channel.busy_ticks += tick - channel.busy_from_tick
    add_resource(resources, counts, tick, row.channel, channels, magazines, -1)


@kernel
def note_refusal(
    tick: int, k: int, cause: int, counts: Any, tracks: Any, identity: Any, ranking: Any, events: Any
) -> None:
    """Log why a track is not engaged, when that changes."""
    if ranking[k].cause == cause:
        return
    ranking[k].cause = cause
    because = identity[k].event if identity[k].number == tracks[k].number else -1
    event = add_event(events, counts, tick, EventKind.NOT_ENGAGED, because)
    event.post = tracks[k].post
    event.track = tracks[k].number
    event.asset = ranking[k].asset
    event.cause = cause
    event.value = ranking[k].threat
    write(event.pos_enu_m, predicted_position(tracks[k], tick))


@kernel
def pursue(
    tick: int, g: int, setting: Any, units: Any, missiles: Any, envelopes: Any, doctrine: Any, zones: Any,
    zone_corners: Any, counts: Any, posts: Any, emitters: Any, launchers: Any, tracks: Any, identity: Any, ranking: Any,
    magazines: Any, channels: Any, engagements: Any, events: Any, resources: Any,
) -> None:  # fmt: skip
    """Carry one engagement on by one decision cycle."""
    row = engagements[g]
    cause = _over(tick, row, doctrine, emitters, tracks, identity, channels)
    if cause != Cause.NONE:
        close(tick, g, cause, counts, ranking, magazines, channels, engagements, events, resources)
        return
    _withdraw(tick, row, counts, posts, emitters, tracks, identity, ranking, magazines, channels, events)
    channel = channels[row.channel]
    if row.state == EngagementState.DESIGNATED and channel.hits >= 1:
        row.state = EngagementState.ACQUIRED
        advance_life(tick, EventKind.ACQUIRED, row, counts, tracks, events)
    if row.state == EngagementState.ACQUIRED and channel.hits >= LOCK_HITS:
        row.state = EngagementState.LOCKED
        advance_life(tick, EventKind.LOCKED, row, counts, tracks, events)
    if row.state == EngagementState.LOCKED and tick - channel.last_hit_tick > LOCK_STALE_TICK:
        row.state = EngagementState.DESIGNATED
        row.designated_tick = tick
        channel.hits = 0
    if row.state == EngagementState.ASSIGNED and tick - row.assess_tick > LAUNCH_PATIENCE_TICK:
        _take_back(row, magazines)
    if row.state == EngagementState.LOCKED and tick >= row.ready_tick:
        _try_to_launch(
            tick, g, setting, units, missiles, envelopes, doctrine, zones, zone_corners, counts, posts, launchers,
            tracks, identity, ranking, magazines, channels, engagements, events, resources,
        )  # fmt: skip


@kernel
def _over(tick: int, row: Any, doctrine: Any, emitters: Any, tracks: Any, identity: Any, channels: Any) -> int:
    """Why an engagement ends now, or NONE; rounds in flight are waited for."""
    flying = EngagementState.LAUNCHED <= row.state <= EngagementState.TERMINAL
    track = tracks[row.track]
    if row.state == EngagementState.ASSESSED:
        if row.cause == Cause.MISS_ASSESSED and track.number == row.track_number:
            row.state = EngagementState.LOCKED  # shoot, look, shoot: the lock is still there
            row.cause = Cause.NONE
        else:
            return int(row.cause)
    if flying:
        return Cause.NONE.value
    if emitters[channels[row.channel].radar].alive == 0:
        return Cause.RADAR_LOST.value
    if track.state == TrackState.FREE or track.number != row.track_number:
        return Cause.TRACK_LOST.value
    if identity[row.track].identity != Identity.HOSTILE and identity[row.track].identity != Identity.SUSPECT:
        return Cause.IDENTITY.value
    if row.state < EngagementState.LOCKED and tick - row.designated_tick > doctrine.acquisition_timeout_tick:
        return Cause.NOT_ACQUIRED.value
    return Cause.NONE.value


@kernel
def may_not_fire(control: int, identity: int) -> int:
    """What the weapons control status says against a shot at an identity: HOLD, IDENTITY or NONE.

    Hold: at nothing. Tight: at hostile alone. Free: at hostile and suspect (docs/decisions/0007).
    """
    if control == ControlStatus.HOLD:
        return Cause.HOLD.value
    if identity == Identity.HOSTILE or (identity == Identity.SUSPECT and control != ControlStatus.TIGHT):
        return Cause.NONE.value
    return Cause.IDENTITY.value


@kernel
def _withdraw(
    tick: int, row: Any, counts: Any, posts: Any, emitters: Any, tracks: Any, identity: Any, ranking: Any,
    magazines: Any, channels: Any, events: Any,
) -> None:  # fmt: skip
    """Take back assigned rounds that have not left once they may not leave any more: status, identity, lock, radar,
    launch window.
    """
    if row.rounds_fired >= row.rounds_wanted or row.state < EngagementState.ASSIGNED:
        return
    k = row.track
    cause = may_not_fire(posts[row.post].control, identity[k].identity)
    if tracks[k].number != row.track_number or tracks[k].state == TrackState.FREE:
        cause = Cause.TRACK_LOST.value
    if tick - channels[row.channel].last_hit_tick > LOCK_STALE_TICK:
        cause = Cause.NOT_ACQUIRED.value
    if emitters[channels[row.channel].radar].alive == 0:
        cause = Cause.RADAR_LOST.value
    if tick > row.last_launch_tick:
        cause = Cause.TOO_LATE.value
    if cause == Cause.NONE:
        return
    if tracks[k].number == row.track_number:
        note_refusal(tick, k, cause, counts, tracks, identity, ranking, events)
    fired = row.rounds_fired
    _take_back(row, magazines)
    if fired > 0:
        row.state = EngagementState.IN_FLIGHT


@kernel
def _take_back(row: Any, magazines: Any) -> None:
    """An assigned launch that did not come about goes back to lock."""
    magazines[row.launcher].promised -= row.rounds_wanted - row.rounds_fired
    row.rounds_wanted = row.rounds_fired
    row.launch_tick = NEVER
    row.state = EngagementState.LOCKED


@kernel
def _try_to_launch(
    tick: int, g: int, setting: Any, units: Any, missiles: Any, envelopes: Any, doctrine: Any, zones: Any,
    zone_corners: Any, counts: Any, posts: Any, launchers: Any, tracks: Any, identity: Any, ranking: Any,
    magazines: Any, channels: Any, engagements: Any, events: Any, resources: Any,
) -> None:  # fmt: skip
    """Assign a launcher and rounds to a locked engagement if status, zones, envelope and magazine allow."""
    row = engagements[g]
    k = row.track
    forbidden = may_not_fire(posts[row.post].control, identity[k].identity)
    if forbidden != Cause.NONE:
        note_refusal(tick, k, forbidden, counts, tracks, identity, ranking, events)
        return
    row.group = ranking[k].group
    if _reserved(row.unit, doctrine, ranking[k], units, magazines):
        note_refusal(tick, k, Cause.RESERVE, counts, tracks, identity, ranking, events)
        return
    launcher = loaded_launcher(row.channel, units, launchers, magazines, channels)
    if launcher < 0:
        close(tick, g, Cause.MAGAZINE, counts, ranking, magazines, channels, engagements, events, resources)
        return
    missile = launchers[launcher].missile
    wait_s = max(magazines[launcher].next_launch_tick - tick, 0) * SECONDS_PER_TICK
    chance = solve(
        tick, wait_s, setting[0].earth_radius_m, missiles[missile], envelopes, launchers[launcher], tracks[k],
        row.group,
    )  # fmt: skip
    cause = chance.cause
    if cause == Cause.NONE and in_no_fire_zone(zones, zone_corners, setting[0].earth_radius_m, chance.point_m):
        cause = Cause.NO_FIRE_ZONE.value
    if cause != Cause.NONE:
        if cause == Cause.OUT_OF_ENVELOPE and tick - row.ready_tick < LAUNCH_PATIENCE_TICK:
            note_refusal(tick, k, cause, counts, tracks, identity, ranking, events)
            return
        close(tick, g, cause, counts, ranking, magazines, channels, engagements, events, resources)
        return
    unit = units[row.unit]
    rounds = min(doctrine.salvo_rounds[row.group], unit.missiles_per_target)
    rounds = min(rounds, unit.missiles_per_target - channels[row.channel].rounds_flying)
    rounds = min(rounds, magazines[launcher].loaded - magazines[launcher].promised)
    rounds = min(rounds, unit.missiles_max - _flying(unit, channels))
    if rounds <= 0:
        note_refusal(tick, k, Cause.LAUNCHER_BUSY, counts, tracks, identity, ranking, events)
        return
    row.launcher = launcher
    row.missile = missile
    row.salvo_start = row.rounds_fired
    row.rounds_wanted = row.rounds_fired + rounds
    magazines[launcher].promised += rounds
    row.launch_tick = max(tick, magazines[launcher].next_launch_tick)
    row.intercept_tick = row.launch_tick + int(chance.flight_s * 1000.0)
    row.assess_tick = tick
    write(row.intercept_enu_m, chance.point_m)
    row.loft_slope = chance.loft_slope
    window_s = last_launch(
        tick, setting[0].earth_radius_m, missiles[missile], envelopes, launchers[launcher], tracks[k], row.group
    )
    row.last_launch_tick = tick + int(window_s * 1000.0)
    row.state = EngagementState.ASSIGNED
    ranking[k].cause = Cause.NONE
    advance_life(tick, EventKind.ASSIGNED, row, counts, tracks, events)


@kernel
def _reserved(u: int, doctrine: Any, ranking: Any, units: Any, magazines: Any) -> bool:
    """True when the last rounds of a unit are kept for a greater threat than this one."""
    if doctrine.reserve_rounds[ranking.group] == 0 or ranking.threat >= RESERVE_THREAT:
        return False
    rounds = 0
    for n in range(units[u].first_launcher, units[u].first_launcher + units[u].launcher_count):
        rounds += magazines[n].loaded - magazines[n].promised
    return bool(rounds <= doctrine.reserve_rounds[ranking.group])


@kernel
def _flying(unit: Any, channels: Any) -> int:
    total = 0
    for c in range(unit.first_channel, unit.first_channel + unit.channel_count):
        total += channels[c].rounds_flying
    return total
