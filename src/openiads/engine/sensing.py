"""Radars look: at whatever is in the air in their turn or sector, and along the cues of their engagement channels."""

from __future__ import annotations

from math import cos, pi, sqrt
from typing import Any

from openiads._jit import kernel
from openiads.constants import NEVER, SECONDS_PER_TICK
from openiads.engine.beam import Seen, note_emission, see, turn_beam, turned
from openiads.engine.events import add_event
from openiads.engine.interrogation import interrogate
from openiads.engine.listening import listen
from openiads.engine.motion import FLYING, place_beacons, position_at, velocity_at
from openiads.engine.plotting import add_false_plots, add_plot, add_strobe_plots
from openiads.engine.rng import uniforms
from openiads.engine.strobes import add_strobes
from openiads.enums import EmitterKind, EventKind, Purpose, RadarKind, TrackState
from openiads.physics.antenna import scan_gain
from openiads.physics.detection import CHANCE_CELLS, LEAST_CHANCE, chance_at
from openiads.physics.earth import to_enu
from openiads.vec3 import add, dot, norm, read, step, sub, turn, turn_back, unit, write

REACQUIRE_LOOKS = 20  # channel looks without a plot after which the beam lets go
CUE_BEAMS = 2.0  # half width of the acquisition volume in beamwidths, assumed


@kernel
def look(
    tick: int, setting: Any, radars: Any, horizons: Any, cells: Any, chances: Any, air: Any, targets: Any,
    transponders: Any, receivers: Any, legs: Any, clock: Any, counts: Any, platforms: Any, emitters: Any, beacons: Any,
    listeners: Any, tracks: Any, engagements: Any, channels: Any, locks: Any, truth: Any, plots: Any, plot_origins: Any,
    replies: Any, strobes: Any, strobe_origins: Any, events: Any, emissions: Any,
) -> int:  # fmt: skip
    """Search looks of every radar, channel looks of every engagement and receivers that are due; the next due tick.

    Reads: setting, radars, horizons, cells, chances, air, targets, transponders, receivers, legs, platforms, tracks,
    engagements.
    Writes: emitters (antennas, where jammers are), beacons, listeners (next due), channels (next look), locks, truth
    (that it was seen, for the first plot's event), plots, plot_origins, replies, strobes, strobe_origins, clock (its
    own due tick), counts, events, emissions.
    """
    if tick < clock[0].look_tick:
        return int(clock[0].look_tick)
    due = NEVER
    _place_emitters(tick, setting, targets, legs, counts, emitters, truth, emissions)
    for r in range(radars.size):
        if emitters[r].alive == 1 and emitters[r].on == 1:
            if tick >= emitters[r].next_look_tick:
                _search(
                    tick, r, setting, radars, horizons, cells, chances, air, targets, transponders, legs, clock, counts,
                    platforms, emitters, beacons, tracks, engagements, channels, truth, plots, plot_origins, replies,
                    strobes, strobe_origins, events, emissions,
                )  # fmt: skip
            due = min(due, emitters[r].next_look_tick)
    for c in range(channels.size):
        if channels[c].engagement >= 0:
            if tick >= channels[c].next_look_tick:
                _channel_look(
                    tick, c, setting, radars, horizons, cells, chances, air, targets, legs, clock, counts, emitters,
                    tracks, engagements, channels, locks, truth, plots, plot_origins, events,
                )  # fmt: skip
            due = min(due, channels[c].next_look_tick)
    due = min(due, listen(
        tick, setting, receivers, listeners, horizons, cells, platforms, emitters, clock, counts, strobes,
        strobe_origins,
    ))  # fmt: skip
    clock[0].look_tick = due
    return due


@kernel
def _place_emitters(
    tick: int, setting: Any, targets: Any, legs: Any, counts: Any, emitters: Any, truth: Any, emissions: Any
) -> None:
    """Bring jammers and radars in the air to where their carriers are."""
    for e in range(emitters.size):
        if emitters[e].kind != EmitterKind.RADAR:
            t = emitters[e].target
            flying = 1 if truth[t].alive == FLYING else 0
            if emitters[e].on != flying:
                emitters[e].on = flying
                note_emission(tick, e, emitters, counts, emissions)
            if flying == 1:
                write(emitters[e].pos_enu_m, to_enu(setting[0], position_at(t, tick, targets, legs, truth)))


@kernel
def _search(
    tick: int, r: int, setting: Any, radars: Any, horizons: Any, cells: Any, chances: Any, air: Any, targets: Any,
    transponders: Any, legs: Any, clock: Any, counts: Any, platforms: Any, emitters: Any, beacons: Any, tracks: Any,
    engagements: Any, channels: Any, truth: Any, plots: Any, plot_origins: Any, replies: Any, strobes: Any,
    strobe_origins: Any, events: Any, emissions: Any,
) -> None:  # fmt: skip
    """One look of a search: an eighth of a turn, or a whole sector frame."""
    radar = radars[r]
    turn_beam(tick, r, setting, radar, platforms, emitters, tracks, engagements, counts, emissions)
    half_rad = pi / radar.looks_per_scan if radar.kind == RadarKind.ROTATING else radar.sector_half_rad
    middle_rad = emitters[r].boresight_rad - radar.azimuth_bias_rad
    north = emitters[r].boresight_cos
    east = emitters[r].boresight_sin
    least_cos = cos(half_rad)
    place_beacons(tick, setting, targets, legs, truth, transponders, beacons)
    for t in range(targets.size):
        if truth[t].alive == FLYING:
            pos_enu_m = to_enu(setting[0], position_at(t, tick, targets, legs, truth))
            local_m = turn_back(emitters[r].axes_enu, sub(pos_enu_m, read(emitters[r].pos_enu_m)))
            ahead_m = local_m.x * east + local_m.y * north
            level_m = sqrt(local_m.x * local_m.x + local_m.y * local_m.y)
            if ahead_m > least_cos * level_m:
                seen = see(
                    setting[0].earth_radius_m, radar, emitters[r], emitters, horizons, cells, air, targets[t], local_m,
                    turn_back(setting[0].enu_to_ecef, velocity_at(t, tick, targets, legs, truth)),
                    scan_gain(ahead_m / max(level_m, 1.0), radar.scan_loss),
                )  # fmt: skip
                whom = targets[t].name_hash
                if _detected(tick, r, t, whom, Purpose.DETECTION, radars, chances, targets, clock, seen):
                    plot = add_plot(
                        tick, r, t, whom, -1, -1, radar, clock, counts, emitters, plots, plot_origins, seen,
                    )  # fmt: skip
                    if truth[t].seen == 0:
                        _note_first_plot(t, plot, counts, truth, events)
                    if seen.range_m < radar.interrogator_range_m:
                        interrogate(
                            tick, r, targets[t].transponder, radar, emitters, transponders, beacons, clock, counts,
                            replies,
                        )  # fmt: skip
    first = counts[0].strobes
    add_strobes(
        tick, r, middle_rad, half_rad, radar, horizons, cells, clock, counts, emitters, plots, plot_origins, strobes,
        strobe_origins,
    )  # fmt: skip
    add_false_plots(tick, r, middle_rad, half_rad, radar, clock, counts, emitters, plots, plot_origins, replies)
    add_strobe_plots(
        tick, r, first, radar, clock, counts, emitters, plots, plot_origins, replies, strobes, strobe_origins,
    )  # fmt: skip
    to_next = look_tick(r, radar, channels)
    emitters[r].next_look_tick = tick + to_next
    emitters[r].frame_tick = to_next * radar.looks_per_scan


@kernel
def look_tick(r: int, radar: Any, channels: Any) -> int:
    """Time to the next search look: busy channels take their share of the radar's time, and search keeps the rest.

    Source: frame time = dwells of one frame / share of time left, as for any radar that shares one beam.
    """
    busy = 0
    for c in range(channels.size):
        if channels[c].radar == r and channels[c].engagement >= 0:
            busy += 1
    if busy == 0:
        return int(radar.look_tick)
    return int(radar.look_tick / max(1.0 - busy * radar.channel_share, radar.search_share))


@kernel
def _detected(
    tick: int, r: int, t: int, whom: int, purpose: int, radars: Any, chances: Any, targets: Any, clock: Any, seen: Seen
) -> bool:
    if seen.snr <= 0.0:
        return False
    first = radars[r].first_chance + targets[t].swerling * CHANCE_CELLS
    chance = chance_at(chances, first, seen.snr / radars[r].pulses)
    if chance < LEAST_CHANCE:
        return False
    return bool(uniforms(clock[0], purpose, radars[r].name_hash, whom, tick).a < chance)


@kernel
def _note_first_plot(t: int, plot: Any, counts: Any, truth: Any, events: Any) -> None:
    truth[t].seen = 1
    event = add_event(events, counts, plot.tick, EventKind.FIRST_PLOT, truth[t].cause_event)
    event.post = plot.post
    event.radar = plot.radar
    event.target = t
    event.value = plot.range_m
    write(event.pos_enu_m, read(plot.pos_enu_m))


@kernel
def _channel_look(
    tick: int, c: int, setting: Any, radars: Any, horizons: Any, cells: Any, chances: Any, air: Any, targets: Any,
    legs: Any, clock: Any, counts: Any, emitters: Any, tracks: Any, engagements: Any, channels: Any, locks: Any,
    truth: Any, plots: Any, plot_origins: Any, events: Any,
) -> None:  # fmt: skip
    """One look of an engagement channel along its cue: search the cue volume until something answers, then hold it."""
    r = channels[c].radar
    channels[c].next_look_tick = tick + radars[r].channel_tick
    if emitters[r].alive == 0 or emitters[r].on == 0:
        locks[c].target = -1
        return
    engagement = engagements[channels[c].engagement]
    k = engagement.track
    if tracks[k].number != engagement.track_number or tracks[k].state == TrackState.FREE:
        locks[c].target = -1  # the cue is gone, and its slot may hold another track
        return
    if channels[c].fresh == 1:
        channels[c].fresh = 0
        locks[c].target = -1
    if locks[c].target < 0:
        channels[c].next_look_tick = tick + radars[r].acquisition_tick
        locks[c].target = _nearest_to_cue(tick, r, k, setting, radars, targets, legs, emitters, tracks, truth)
        channels[c].lock_tick = tick
    t = locks[c].target
    if t < 0:
        return
    if truth[t].alive == FLYING:
        pos_enu_m = to_enu(setting[0], position_at(t, tick, targets, legs, truth))
        local_m = turn_back(emitters[r].axes_enu, sub(pos_enu_m, read(emitters[r].pos_enu_m)))
        ahead = ahead_cos(emitters[r], local_m.x, local_m.y)
        if ahead > radars[r].sector_half_cos:
            seen = see(
                setting[0].earth_radius_m, radars[r], emitters[r], emitters, horizons, cells, air, targets[t], local_m,
                turn_back(setting[0].enu_to_ecef, velocity_at(t, tick, targets, legs, truth)),
                radars[r].point_gain * scan_gain(ahead, radars[r].scan_loss),
            )  # fmt: skip
            whom = targets[t].name_hash ^ channels[c].ordinal  # two channels on one object draw apart
            if _detected(tick, r, t, whom, Purpose.CHANNEL_DETECTION, radars, chances, targets, clock, seen):
                add_plot(tick, r, t, whom, c, k, radars[r], clock, counts, emitters, plots, plot_origins, seen)
                channels[c].next_look_tick = tick + radars[r].channel_tick
                return
    if tick - max(channels[c].last_hit_tick, channels[c].lock_tick) > REACQUIRE_LOOKS * radars[r].channel_tick:
        locks[c].target = -1
        event = add_event(events, counts, tick, EventKind.LOCK_LOST, engagement.event)
        event.unit = engagement.unit
        event.radar = r
        event.channel = c
        event.engagement = engagement.id
        event.track = engagement.track_number


@kernel
def ahead_cos(emitter: Any, east_m: float, north_m: float) -> float:
    """Cosine of the angle between the boresight and a direction, both level."""
    level_m = max(sqrt(east_m * east_m + north_m * north_m), 1.0)
    return float((east_m * emitter.boresight_sin + north_m * emitter.boresight_cos) / level_m)


@kernel
def _nearest_to_cue(
    tick: int, r: int, k: int, setting: Any, radars: Any, targets: Any, legs: Any, emitters: Any, tracks: Any,
    truth: Any,
) -> int:  # fmt: skip
    """The object in the acquisition volume that lies nearest to where the track is expected, or -1."""
    ahead_s = (tick - tracks[k].tick) * SECONDS_PER_TICK
    antenna_m = read(emitters[r].pos_enu_m)
    told_m = sub(step(read(tracks[k].pos_enu_m), read(tracks[k].vel_enu_mps), ahead_s), antenna_m)
    if radars[r].azimuth_bias_rad != 0.0:  # it turns to where it takes that to be
        level_m = turned(turn_back(emitters[r].axes_enu, told_m), -radars[r].azimuth_bias_rad)
        told_m = turn(emitters[r].axes_enu, level_m)
    cue_m = add(antenna_m, told_m)
    line = unit(told_m)
    widest = cos(CUE_BEAMS * radars[r].beam_azimuth_rad)
    best = -1
    best_m = NEVER * 1.0
    for t in range(targets.size):
        if truth[t].alive == FLYING:
            pos_m = to_enu(setting[0], position_at(t, tick, targets, legs, truth))
            off_m = norm(sub(pos_m, cue_m))
            if off_m < best_m and dot(unit(sub(pos_m, antenna_m)), line) > widest:
                best = t
                best_m = off_m
    return best
