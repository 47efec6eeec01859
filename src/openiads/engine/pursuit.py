"""An engagement carried on by one decision cycle: lock, permission, consent, launch, withdrawal, the end."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.constants import NEVER, SECONDS_PER_TICK
from openiads.engine.airspace import plumb
from openiads.engine.crew import waits_for_consent
from openiads.engine.engaging import (
    LOCK_STALE_TICK,
    advance_life,
    call_back,
    close,
    loaded_launcher,
    note_refusal,
    promised,
    reserved,
    rounds_left,
)
from openiads.engine.intercept import Chance, last_launch, solve
from openiads.engine.rules import attacks_unit, control_at, forbidden, place_cause, zone_cause
from openiads.engine.track_state import predicted_position
from openiads.enums import Cause, CrewMode, EngagementState, EventKind, Identity, ShotPattern, TrackState
from openiads.vec3 import read, write

LOCK_HITS = 5  # plots of a channel before a track counts as locked, assumed
LAUNCH_PATIENCE_TICK = 15000  # that a locked track is waited for, and a launch that does not come, assumed


@kernel
def pursue(
    tick: int, g: int, setting: Any, units: Any, radars: Any, missiles: Any, envelopes: Any, doctrine: Any, zones: Any,
    zone_corners: Any, clock: Any, counts: Any, posts: Any, readiness: Any, emitters: Any, launchers: Any,
    tracks: Any, identity: Any, ranking: Any, magazines: Any, channels: Any, engagements: Any, events: Any,
    resources: Any,
) -> None:  # fmt: skip
    """Carry one engagement on by one decision cycle."""
    row = engagements[g]
    cause = _over(tick, row, doctrine, emitters, tracks, identity, ranking, channels)
    if cause != Cause.NONE:
        close(tick, g, cause, counts, ranking, magazines, channels, engagements, events, resources)
        return
    if row.rounds_fired < row.rounds_wanted and row.state >= EngagementState.ASSIGNED:
        cause = permitted(
            tick, row, setting, units, radars, doctrine, zones, zone_corners, posts, readiness, emitters, launchers,
            tracks, identity, ranking, magazines,
        )  # fmt: skip
        if cause == Cause.NONE:
            cause = place_cause(
                tick, row.intercept_tick, row.post, setting, zones, zone_corners,
                read(launchers[row.launcher].pos_enu_m), read(row.intercept_enu_m),
            )  # fmt: skip
        _withdraw(tick, row, cause, counts, emitters, launchers, tracks, identity, ranking, magazines, channels, events)
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
        call_back(row, ranking, magazines)
    if row.state == EngagementState.LOCKED and tick >= row.ready_tick:
        cause = permitted(
            tick, row, setting, units, radars, doctrine, zones, zone_corners, posts, readiness, emitters, launchers,
            tracks, identity, ranking, magazines,
        )  # fmt: skip
        if cause == Cause.IDENTITY:
            close(tick, g, cause, counts, ranking, magazines, channels, engagements, events, resources)
            return
        if cause != Cause.NONE:
            note_refusal(tick, row.track, cause, counts, tracks, identity, ranking, events)
            return
        _try_to_launch(
            tick, g, setting, units, missiles, envelopes, doctrine, zones, zone_corners, clock, counts, posts,
            launchers, tracks, identity, ranking, magazines, channels, engagements, events, resources,
        )  # fmt: skip


@kernel
def _over(
    tick: int, row: Any, doctrine: Any, emitters: Any, tracks: Any, identity: Any, ranking: Any, channels: Any
) -> int:
    """Why an engagement ends now, or NONE; rounds in flight are waited for."""
    flying = EngagementState.LAUNCHED <= row.state <= EngagementState.TERMINAL
    track = tracks[row.track]
    if row.state == EngagementState.ASSESSED:
        once = doctrine.pattern[row.group] == ShotPattern.SALVO
        spent = ranking[row.track].salvos >= doctrine.salvos_max[row.group]
        if row.cause != Cause.MISS_ASSESSED or once or spent or track.number != row.track_number:
            return int(row.cause)
        row.state = EngagementState.LOCKED  # shoot, look, shoot: the lock is still there
        row.cause = Cause.NONE
    if flying:
        return Cause.NONE.value
    if ranking[row.track].number == row.track_number and ranking[row.track].ceased == 1:
        return Cause.ORDERED.value
    if emitters[channels[row.channel].radar].alive == 0:
        return Cause.RADAR_LOST.value
    if emitters[channels[row.channel].radar].on == 0:
        return Cause.SILENT.value
    if track.state == TrackState.FREE or track.number != row.track_number:
        return Cause.TRACK_LOST.value
    if identity[row.track].identity != Identity.HOSTILE and identity[row.track].identity != Identity.SUSPECT:
        return Cause.IDENTITY.value
    if row.state < EngagementState.LOCKED and tick - row.designated_tick > doctrine.acquisition_timeout_tick:
        return Cause.NOT_ACQUIRED.value
    if row.rounds_fired == 0 and ranking[row.track].engagements > doctrine.engagements_max[row.group]:
        return Cause.CANCELLED.value  # tracks have merged: one engagement is enough
    return Cause.NONE.value


@kernel
def permitted(
    tick: int, row: Any, setting: Any, units: Any, radars: Any, doctrine: Any, zones: Any, zone_corners: Any,
    posts: Any, readiness: Any, emitters: Any, launchers: Any, tracks: Any, identity: Any, ranking: Any,
    magazines: Any,
) -> int:  # fmt: skip
    """What status and identity say against firing at an engaged track now, or NONE; notes what is self-defence.

    Self-defence is what neither status nor reserve would allow if the track did not attack the unit.
    """
    k = row.track
    pos_m = predicted_position(tracks[k], tick)
    spot_m = plumb(setting[0].earth_radius_m, pos_m)
    control = control_at(tick, row.post, row.unit, spot_m, spot_m.z, posts, readiness, zones, zone_corners)
    cause = forbidden(control, identity[k].identity, False)
    row.self_defence = 0
    own = row.rounds_wanted - row.rounds_fired
    spared = _is_spared(row.unit, ranking[k].group, own, doctrine, units, launchers, magazines)
    if cause == Cause.NONE and not spared:
        return Cause.NONE.value
    vel_mps = read(tracks[k].vel_enu_mps)
    attacked = attacks_unit(
        row.unit, doctrine, units, radars, emitters, launchers, pos_m, vel_mps, identity[k].identity, ranking[k]
    )
    cause = forbidden(control, identity[k].identity, attacked)
    row.self_defence = 1 if attacked and cause == Cause.NONE else 0
    return int(cause)


@kernel
def _is_spared(u: int, group: int, own: int, doctrine: Any, units: Any, launchers: Any, magazines: Any) -> bool:
    """True where a unit has no more rounds, those promised to the engagement itself included, than are kept."""
    return bool(rounds_left(units[u], launchers, magazines) + own <= reserved(doctrine, units[u], group))


@kernel
def _withdraw(
    tick: int, row: Any, forbids: int, counts: Any, emitters: Any, launchers: Any, tracks: Any, identity: Any,
    ranking: Any, magazines: Any, channels: Any, events: Any,
) -> None:  # fmt: skip
    """Take back assigned rounds that have not left once they may not leave any more: rules, lock, radar, window."""
    k = row.track
    cause = forbids
    if tracks[k].number != row.track_number or tracks[k].state == TrackState.FREE:
        cause = Cause.TRACK_LOST.value
    if tick - channels[row.channel].last_hit_tick > LOCK_STALE_TICK:
        cause = Cause.NOT_ACQUIRED.value
    if emitters[channels[row.channel].radar].alive == 0:
        cause = Cause.RADAR_LOST.value
    elif emitters[channels[row.channel].radar].on == 0:
        cause = Cause.SILENT.value
    if tick > row.last_launch_tick:
        cause = Cause.TOO_LATE.value
    if launchers[row.launcher].alive == 0:
        cause = Cause.LAUNCHER_BUSY.value
    if ranking[k].number == row.track_number and ranking[k].ceased == 1:
        cause = Cause.ORDERED.value
    if cause == Cause.NONE:
        return
    if tracks[k].number == row.track_number:
        note_refusal(tick, k, cause, counts, tracks, identity, ranking, events)
    call_back(row, ranking, magazines)


@kernel
def _try_to_launch(
    tick: int, g: int, setting: Any, units: Any, missiles: Any, envelopes: Any, doctrine: Any, zones: Any,
    zone_corners: Any, clock: Any, counts: Any, posts: Any, launchers: Any, tracks: Any, identity: Any, ranking: Any,
    magazines: Any, channels: Any, engagements: Any, events: Any, resources: Any,
) -> None:  # fmt: skip
    """Assign a launcher and rounds to a locked engagement if zones, envelope, magazine and the crew allow."""
    row = engagements[g]
    k = row.track
    row.group = ranking[k].group
    launcher = loaded_launcher(row.channel, doctrine.salvo_rounds[row.group], units, launchers, magazines, channels)
    if launcher < 0:
        close(tick, g, Cause.MAGAZINE, counts, ranking, magazines, channels, engagements, events, resources)
        return
    missile = launchers[launcher].missile
    earth_radius_m = setting[0].earth_radius_m
    wait_s = max(magazines[launcher].next_launch_tick - tick, 0) * SECONDS_PER_TICK
    chance = solve(
        tick, wait_s, earth_radius_m, missiles[missile], envelopes, launchers[launcher], tracks[k], row.group
    )
    cause = chance.cause
    if cause == Cause.NONE:
        leave_tick = tick + int(wait_s * 1000.0)
        cause = zone_cause(
            leave_tick, leave_tick + int(chance.flight_s * 1000.0), row.post, setting, zones, zone_corners,
            read(launchers[launcher].pos_enu_m), chance.point_m, read(tracks[k].vel_enu_mps),
        )  # fmt: skip
    if cause != Cause.NONE:
        if cause == Cause.OUT_OF_ENVELOPE and tick - row.ready_tick < LAUNCH_PATIENCE_TICK:
            note_refusal(tick, k, cause, counts, tracks, identity, ranking, events)
            return
        close(tick, g, cause, counts, ranking, magazines, channels, engagements, events, resources)
        return
    window_s = last_launch(
        tick, earth_radius_m, missiles[missile], envelopes, launchers[launcher], tracks[k], row.group
    )
    rounds = _salvo(row, chance.flight_s, window_s, doctrine, units[row.unit], launchers, magazines, channels)
    rounds = min(rounds, magazines[launcher].loaded - magazines[launcher].promised)
    if rounds <= 0:
        if row.self_defence == 0 and _is_spared(row.unit, row.group, 0, doctrine, units, launchers, magazines):
            close(tick, g, Cause.RESERVE, counts, ranking, magazines, channels, engagements, events, resources)
        else:
            note_refusal(tick, k, Cause.LAUNCHER_BUSY, counts, tracks, identity, ranking, events)
        return
    if waits_for_consent(tick, row, doctrine, clock, posts, ranking[k]):
        note_refusal(tick, k, Cause.NOT_APPROVED, counts, tracks, identity, ranking, events)
        return
    if posts[row.post].mode == CrewMode.MANUAL:
        advance_life(tick, EventKind.APPROVED, row, counts, tracks, events)
    row.launcher = launcher
    row.missile = missile
    row.last_launch_tick = tick + int(window_s * 1000.0)
    row.salvo_interval_tick = doctrine.salvo_interval_tick[row.group]
    _assign(tick, row, rounds, chance, magazines)
    ranking[k].cause = Cause.NONE
    ranking[k].salvos += 1
    advance_life(tick, EventKind.ASSIGNED, row, counts, tracks, events)


@kernel
def _assign(tick: int, row: Any, rounds: int, chance: Chance, magazines: Any) -> None:
    """Promise rounds of the engagement's launcher for a predicted intercept."""
    row.salvo_start = row.rounds_fired
    row.rounds_wanted = row.rounds_fired + rounds
    row.approve_tick = NEVER
    magazines[row.launcher].promised += rounds
    row.launch_tick = max(tick, magazines[row.launcher].next_launch_tick)
    row.intercept_tick = row.launch_tick + int(chance.flight_s * 1000.0)
    row.assess_tick = tick
    write(row.intercept_enu_m, chance.point_m)
    row.loft_slope = chance.loft_slope
    row.state = EngagementState.ASSIGNED


@kernel
def _salvo(
    row: Any, flight_s: float, window_s: float, doctrine: Any, unit: Any, launchers: Any, magazines: Any, channels: Any
) -> int:
    """How many rounds the doctrine wants now, as far as fire control guides them and the reserve stays.

    The last chance is where the launch window closes before this salvo could be looked at and another one fired.
    """
    group = row.group
    rounds = doctrine.salvo_rounds[group]
    look_s = flight_s + (doctrine.assessment_delay_tick + doctrine.cycle_tick) * SECONDS_PER_TICK
    if window_s < look_s:
        rounds = max(rounds, doctrine.last_chance_rounds[group])
    rounds = min(rounds, unit.missiles_per_target - channels[row.channel].rounds_flying)
    rounds = min(rounds, unit.missiles_max - _flying(unit, channels) - promised(unit, magazines))
    if row.self_defence == 0:
        rounds = min(rounds, rounds_left(unit, launchers, magazines) - reserved(doctrine, unit, group))
    return int(rounds)


@kernel
def _flying(unit: Any, channels: Any) -> int:
    total = 0
    for c in range(unit.first_channel, unit.first_channel + unit.channel_count):
        total += channels[c].rounds_flying
    return total
