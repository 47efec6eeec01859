"""Interceptors fly: cold launch, boost, mid-course on the track, and home on what their seeker sees."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.constants import NEVER, SECONDS_PER_TICK
from openiads.engine.beam import turned
from openiads.engine.evaluation import expected_at
from openiads.engine.events import add_event, last_event
from openiads.engine.motion import FLYING, position_at, velocity_at
from openiads.engine.rng import normals
from openiads.engine.track_state import predicted_position
from openiads.enums import (
    Cause,
    EngagementState,
    EventKind,
    Guidance,
    InterceptorPhase,
    Purpose,
    TargetGroup,
    TrackState,
)
from openiads.physics.earth import height_of, to_ecef, to_enu
from openiads.physics.flight import cruised, motor_at
from openiads.physics.guidance import (
    GLINT_M,
    HOMING_AFTER_S,
    MIDCOURSE,
    UNGUIDED,
    Flight,
    course_goal,
    point_goal,
)
from openiads.physics.homing import BEHIND, CLOSING, homed
from openiads.physics.shot import spent
from openiads.vec3 import Vec3, add, dot, norm, read, scale, sub, turn, turn_back, unit, write

GUIDANCE_TICK = 100
GIMBAL_COSINE = 0.7  # the seeker looks up to 45 degrees off the velocity, assumed
SEEKER_RANGE_M = 30000.0  # assumed
SEEKER_BASKET_RAD = 0.1  # half cone in which the seeker looks at hand-over, assumed
UNSTEERED_TICK = 10000  # a round that nobody has guided for so long destroys itself, assumed
OVERSHOT_M = 200.0  # an opening range beyond this is no closest approach
MEAN_SPEED_SHARE = 0.85  # of the present speed, over the rest of a coasting flight, assumed


@kernel
def guide(
    tick: int, setting: Any, missiles: Any, targets: Any, legs: Any, clock: Any, counts: Any, emitters: Any,
    tracks: Any, channels: Any, engagements: Any, truth: Any, interceptors: Any, events: Any, interceptor_samples: Any,
) -> int:  # fmt: skip
    """Fly every round to this tick, ten times a second; returns the next due tick.

    Truth is read for the seeker alone: the object at its place plus noise that shrinks with missile-to-target range.

    Reads: setting, missiles, targets, legs, emitters and channels (is the radar still there, and how it stands),
    tracks, engagements, truth.
    Writes: interceptors, clock (its own due tick), counts, events, interceptor_samples.
    """
    if tick < clock[0].guidance_tick:
        return int(clock[0].guidance_tick)
    due = NEVER
    for i in range(counts[0].interceptors_top):
        if InterceptorPhase.NONE < interceptors[i].phase < InterceptorPhase.AT_TARGET:
            if tick >= interceptors[i].tick + GUIDANCE_TICK:
                _fly(
                    i, setting, missiles, targets, legs, clock, counts, emitters, tracks, channels, engagements, truth,
                    interceptors, events,
                )  # fmt: skip
                if interceptor_samples.size > 0:
                    _sample(i, missiles, counts, interceptors, interceptor_samples)
            if interceptors[i].phase < InterceptorPhase.AT_TARGET:
                due = min(due, interceptors[i].tick + GUIDANCE_TICK)
    clock[0].guidance_tick = due
    return int(due)


@kernel
def _fly(
    i: int, setting: Any, missiles: Any, targets: Any, legs: Any, clock: Any, counts: Any, emitters: Any, tracks: Any,
    channels: Any, engagements: Any, truth: Any, interceptors: Any, events: Any,
) -> None:  # fmt: skip
    """One guidance period of one round."""
    flying = interceptors[i]
    missile = missiles[flying.missile]
    steered = _is_steered(flying, emitters, channels, engagements)
    if steered:
        flying.steered_tick = flying.tick
    if flying.phase == InterceptorPhase.TERMINAL and (not steered or truth[flying.seeker_target].alive != FLYING):
        flying.phase = InterceptorPhase.MIDCOURSE
        flying.seeker_target = -1
        flying.blind = 1
    if steered and flying.phase < InterceptorPhase.TERMINAL:
        _aim(flying, missile, emitters[channels[flying.channel].radar], tracks, engagements)
        near = norm(sub(read(flying.aim_enu_m), read(flying.pos_enu_m))) < missile.handover_m
        if near and (flying.tick - flying.launch_tick) * SECONDS_PER_TICK > missile.ignition_s + HOMING_AFTER_S:
            radar = emitters[channels[flying.channel].radar]
            _hand_over(flying, radar, setting, targets, legs, counts, tracks, truth, events)
    if flying.phase == InterceptorPhase.TERMINAL:
        _home(flying, missile, setting, targets, legs, clock, truth)
    if flying.phase < InterceptorPhase.TERMINAL:
        _cruise(flying, missile, setting)
    _check_end(flying, missile, emitters[channels[flying.channel].radar], setting, counts, events)


@kernel
def _is_steered(flying: Any, emitters: Any, channels: Any, engagements: Any) -> bool:
    """False for a dud, from the failure of its guidance on, and once the ground no longer guides or lights for it.

    A channel that has taken over guides from its first plot of the track on.
    """
    engagement = engagements[flying.engagement]
    radar = emitters[channels[flying.channel].radar]
    guided = engagement.id == flying.engagement_id and engagement.state < EngagementState.ASSESSED
    guided = guided and radar.alive == 1 and radar.on == 1 and channels[flying.channel].hits > 0
    return bool(flying.dud == 0 and flying.tick < flying.fails_tick and guided)


@kernel
def _in_own_frame(radar: Any, vector_m: Vec3) -> Vec3:
    """A vector of the post's picture as the guiding radar has it, which sees its rounds as wrongly as its target."""
    if radar.north_error_rad == 0.0:
        return vector_m
    return turn(radar.axes_enu, turned(turn_back(radar.axes_enu, vector_m), -radar.north_error_rad))


@kernel
def _track_place(flying: Any, radar: Any, tracks: Any) -> Vec3:
    """Where the radar that guides a round has its track by now."""
    antenna_m = read(radar.pos_enu_m)
    apart_m = sub(predicted_position(tracks[flying.track], flying.tick), antenna_m)
    return add(antenna_m, _in_own_frame(radar, apart_m))


@kernel
def _aim(flying: Any, missile: Any, radar: Any, tracks: Any, engagements: Any) -> None:
    """The predicted intercept point from the track; the last one stands when the track is gone."""
    track = tracks[flying.track]
    if track.number != flying.track_number or track.state == TrackState.FREE:
        return
    engagement = engagements[flying.engagement]
    here_m = read(flying.pos_enu_m)
    target_m = _track_place(flying, radar, tracks)
    target_mps = _in_own_frame(radar, read(track.vel_enu_mps))
    range_m = norm(sub(target_m, here_m))
    line = scale(sub(target_m, here_m), 1.0 / max(range_m, 1.0))
    if (flying.tick - flying.launch_tick) * SECONDS_PER_TICK < missile.burnout_s:
        to_go_s = max((engagement.intercept_tick - flying.tick) * SECONDS_PER_TICK, 1.0)
    else:
        closing_mps = MEAN_SPEED_SHARE * norm(read(flying.vel_enu_mps)) - dot(target_mps, line)
        to_go_s = range_m / max(closing_mps, 100.0)
    ballistic = engagement.group == TargetGroup.BALLISTIC
    write(flying.aim_enu_m, expected_at(target_m, target_mps, ballistic, to_go_s))


@kernel
def _hand_over(
    flying: Any, radar: Any, setting: Any, targets: Any, legs: Any, counts: Any, tracks: Any, truth: Any, events: Any
) -> None:
    """The seeker takes the object nearest to the line to the track within its basket; it may be another object.

    Only what the round closes on and has ahead of it counts.
    """
    if tracks[flying.track].number != flying.track_number or tracks[flying.track].state == TrackState.FREE:
        return
    here_m = read(flying.pos_enu_m)
    own_mps = read(flying.vel_enu_mps)
    line = unit(sub(_track_place(flying, radar, tracks), here_m))
    best = -1
    widest = 1.0 - 0.5 * SEEKER_BASKET_RAD * SEEKER_BASKET_RAD
    for t in range(targets.size):
        if truth[t].alive == FLYING:
            to_target_m = sub(to_enu(setting[0], position_at(t, flying.tick, targets, legs, truth)), here_m)
            cosine = dot(unit(to_target_m), line)
            ahead = dot(to_target_m, own_mps) > GIMBAL_COSINE * norm(to_target_m) * norm(own_mps)
            if cosine > widest and ahead and norm(to_target_m) < SEEKER_RANGE_M:
                widest = cosine
                best = t
    if best < 0:
        return
    flying.seeker_target = best
    flying.phase = InterceptorPhase.TERMINAL
    event = add_event(events, counts, flying.tick, EventKind.HANDED_OVER, flying.event)
    event.unit = flying.unit
    event.channel = flying.channel
    event.track = flying.track_number
    event.interceptor = flying.number
    event.target = best
    write(event.pos_enu_m, here_m)
    flying.event = last_event(counts)


@kernel
def _flight(flying: Any, setting: Any) -> Flight:
    """The state of a round as its laws have it: ECEF."""
    axes = setting[0].enu_to_ecef
    return Flight(
        to_ecef(setting[0], read(flying.pos_enu_m)),
        turn(axes, read(flying.vel_enu_mps)),
        turn(axes, read(flying.lift_enu_mps2)),
    )


@kernel
def _store(flying: Any, setting: Any, flight: Flight) -> None:
    axes = setting[0].enu_to_ecef
    write(flying.pos_enu_m, to_enu(setting[0], flight.pos_m))
    write(flying.vel_enu_mps, turn_back(axes, flight.vel_mps))
    write(flying.lift_enu_mps2, turn_back(axes, flight.lift_mps2))


@kernel
def _cruise(flying: Any, missile: Any, setting: Any) -> None:
    """Ejection, tip-over, boost and mid-course: one guidance period."""
    age_s = (flying.tick - flying.launch_tick) * SECONDS_PER_TICK
    phase = UNGUIDED if flying.dud == 1 else MIDCOURSE
    goal = point_goal(phase, to_ecef(setting[0], read(flying.aim_enu_m)), flying.loft_slope, flying.reach_m)
    period_s = GUIDANCE_TICK * SECONDS_PER_TICK
    _store(flying, setting, cruised(missile, _flight(flying, setting), goal, age_s, period_s))
    flying.tick += GUIDANCE_TICK
    flying.phase = InterceptorPhase.MIDCOURSE
    if age_s + period_s < missile.burnout_s:
        flying.phase = InterceptorPhase.BOOST if age_s + period_s >= missile.ignition_s else InterceptorPhase.EJECTED


@kernel
def _home(flying: Any, missile: Any, setting: Any, targets: Any, legs: Any, clock: Any, truth: Any) -> None:
    """Proportional navigation on the seeker's measurement for one period, or to the closest approach to its object."""
    t = flying.seeker_target
    noise = normals(clock[0], Purpose.SEEKER_NOISE, flying.name_hash, targets[t].name_hash, flying.tick)
    age_s = (flying.tick - flying.launch_tick) * SECONDS_PER_TICK
    period_s = GUIDANCE_TICK * SECONDS_PER_TICK
    later_tick = flying.tick + GUIDANCE_TICK
    goal = course_goal(
        position_at(t, flying.tick, targets, legs, truth), velocity_at(t, flying.tick, targets, legs, truth),
        position_at(t, later_tick, targets, legs, truth), velocity_at(t, later_tick, targets, legs, truth),
        period_s, Vec3(noise.a, noise.b, noise.c), base_error(missile),
    )  # fmt: skip
    met = homed(missile, _flight(flying, setting), goal, age_s, period_s)
    _store(flying, setting, met.flight)
    if met.outcome == CLOSING:
        flying.tick = later_tick
    elif met.outcome == BEHIND and met.miss_m > OVERSHOT_M:
        flying.phase = InterceptorPhase.MIDCOURSE  # it lies behind: no intercept, the seeker lets go
        flying.seeker_target = -1
        flying.blind = 1
    else:
        flying.miss_m = met.miss_m
        flying.miss_tick = flying.tick + int(met.done_s * 1000.0)
        flying.tick = flying.miss_tick
        flying.phase = InterceptorPhase.AT_TARGET


@kernel
def base_error(missile: Any) -> float:
    """Error of the terminal measurement that does not shrink with range (m): glint, and a ground radar's share."""
    ground_m = missile.seeker_noise_rad * missile.handover_m if missile.guidance == Guidance.COMMAND else 0.0
    return float(GLINT_M + ground_m)


@kernel
def _check_end(flying: Any, missile: Any, radar: Any, setting: Any, counts: Any, events: Any) -> None:
    """Self-destruct by age, by lack of speed, in the ground, or when nobody has guided it for too long."""
    if flying.phase >= InterceptorPhase.AT_TARGET:
        return
    age_s = (flying.tick - flying.launch_tick) * SECONDS_PER_TICK
    height_m = height_of(to_ecef(setting[0], read(flying.pos_enu_m)))
    lost = flying.tick - flying.steered_tick > UNSTEERED_TICK
    if not lost and not spent(missile, age_s, height_m, norm(read(flying.vel_enu_mps))):
        return
    flying.phase = InterceptorPhase.SPENT
    event = add_event(events, counts, flying.tick, EventKind.SELF_DESTRUCTED, flying.event)
    flying.event = last_event(counts)
    event.unit = flying.unit
    event.track = flying.track_number
    event.engagement = flying.engagement_id
    event.interceptor = flying.number
    event.cause = Cause.SEEKER if flying.blind == 1 or lost else Cause.ENERGY
    if lost and radar.on == 0:
        event.cause = Cause.SILENT if radar.alive == 1 else Cause.RADAR_LOST
    if flying.tick >= flying.fails_tick:
        event.cause = Cause.GUIDANCE_FAILED
    if flying.dud == 1:
        event.cause = Cause.DUD
    write(event.pos_enu_m, read(flying.pos_enu_m))


@kernel
def _sample(i: int, missiles: Any, counts: Any, interceptors: Any, interceptor_samples: Any) -> None:
    row = interceptor_samples[counts[0].interceptor_samples]
    counts[0].interceptor_samples += 1
    row.tick = interceptors[i].tick
    row.number = interceptors[i].number
    row.phase = interceptors[i].phase
    write(row.pos_enu_m, read(interceptors[i].pos_enu_m))
    write(row.vel_enu_mps, read(interceptors[i].vel_enu_mps))
    age_s = (row.tick - interceptors[i].launch_tick) * SECONDS_PER_TICK
    row.mass_kg = motor_at(missiles[interceptors[i].missile], age_s).mass_kg
