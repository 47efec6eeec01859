"""Threats, airliners and ships move; children are released; what arrives is handed to the endgame."""

from __future__ import annotations

from math import sqrt
from typing import Any

from openiads._jit import kernel
from openiads.constants import NEVER, SECONDS_PER_TICK
from openiads.engine.events import add_event, last_event
from openiads.engine.rng import normals
from openiads.enums import EventKind, Motion, Purpose
from openiads.physics.earth import height_of, to_ecef, to_enu
from openiads.physics.kinematics import free_flight_acceleration, homing_acceleration, leg_position, leg_velocity
from openiads.vec3 import Vec3, add, dot, norm, read, scale, step, sub, turn, turn_back, write

MOTION_TICK = 100
SAMPLE_TICK = 1000
GONE, FLYING, ARRIVED = 0, 1, 2
# What homes on a radar knows its bearing to one degree, as broadband receivers of its size do: so far off, for each
# metre flown since, lies the place that it remembers when the radar falls silent; assumed, no source gives it.
MEMORY_SIGMA_RAD = 0.0175


@kernel
def fly(
    tick: int, setting: Any, units: Any, targets: Any, legs: Any, clock: Any, counts: Any, emitters: Any, truth: Any,
    platforms: Any, launchers: Any, assets: Any, events: Any, truth_samples: Any,
) -> int:  # fmt: skip
    """Move everything that flies or sails to this tick; returns the tick at which it must be called again.

    Legs and arcs are closed forms that need no call between their ends; integrated targets are stepped every
    ``MOTION_TICK``. Truth is sampled once a second.

    Reads: setting, units, targets, legs, emitters (what an anti-radiation missile homes on, and whether it radiates).
    Writes: truth, platforms, launchers and assets (carried along by a ship), clock (its own due ticks), counts, events,
    truth_samples.
    """
    if tick >= clock[0].motion_tick:
        clock[0].motion_tick = _move_all(tick, setting, targets, legs, clock, counts, emitters, truth, events)
        clock[0].motion_tick = min(clock[0].motion_tick, _sail_all(
            tick, setting, units, legs, platforms, launchers, assets,
        ))  # fmt: skip
    if tick >= clock[0].truth_sample_tick:
        clock[0].truth_sample_tick = tick + SAMPLE_TICK
        if truth_samples.size > 0:
            _sample(tick, targets, legs, counts, truth, truth_samples)
    return int(min(clock[0].motion_tick, clock[0].truth_sample_tick))


@kernel
def _move_all(
    tick: int, setting: Any, targets: Any, legs: Any, clock: Any, counts: Any, emitters: Any, truth: Any, events: Any
) -> int:
    due = NEVER
    for t in range(targets.size):
        if truth[t].due_tick <= tick:
            if truth[t].spawned == 0:
                _spawn(tick, t, setting, targets, legs, counts, truth, events)
            truth[t].due_tick = NEVER
            if truth[t].alive == FLYING:
                truth[t].due_tick = _move(tick, t, setting, targets, legs, clock, counts, emitters, truth, events)
        due = min(due, truth[t].due_tick)
    return due


@kernel
def _spawn(tick: int, t: int, setting: Any, targets: Any, legs: Any, counts: Any, truth: Any, events: Any) -> None:
    target = targets[t]
    kind = EventKind.SPAWNED
    because = -1
    truth[t].spawned = 1
    truth[t].alive = FLYING
    truth[t].tick = tick
    truth[t].heard_tick = -1
    if target.parent >= 0:
        kind = EventKind.RELEASED
        because = truth[target.parent].cause_event
        if truth[target.parent].alive != FLYING:
            truth[t].alive = GONE  # its carrier was shot down or had left before the release
            kept = add_event(events, counts, tick, EventKind.NOT_RELEASED, because)
            kept.target = t
            return
        write(truth[t].pos_ecef_m, position_at(target.parent, tick, targets, legs, truth))
        write(truth[t].vel_ecef_mps, velocity_at(target.parent, tick, targets, legs, truth))
    elif target.motion != Motion.ROUTE:
        write(truth[t].pos_ecef_m, read(target.start_ecef_m))
        write(truth[t].vel_ecef_mps, read(target.start_vel_ecef_mps))
    event = add_event(events, counts, tick, kind, because)
    event.target = t
    write(event.pos_enu_m, to_enu(setting[0], position_at(t, tick, targets, legs, truth)))
    truth[t].cause_event = last_event(counts)


@kernel
def _move(
    tick: int, t: int, setting: Any, targets: Any, legs: Any, clock: Any, counts: Any, emitters: Any, truth: Any,
    events: Any,
) -> int:  # fmt: skip
    """Bring one target to this tick; returns when it wants to be called again."""
    if targets[t].motion == Motion.ROUTE:
        return _follow_route(tick, t, setting, targets, legs, counts, truth, events)
    if tick < _next_step(truth[t]):
        return _next_step(truth[t])
    _integrate(t, setting, targets, clock, emitters, truth)
    low = height_of(read(truth[t].pos_ecef_m)) <= targets[t].ground_m
    if low or _reached(t, setting, targets, clock, emitters, truth):
        truth[t].alive = ARRIVED
        counts[0].arrivals += 1
        return NEVER
    return _next_step(truth[t])


@kernel
def _next_step(row: Any) -> int:
    """The next whole multiple of ``MOTION_TICK``, so that everything that is integrated steps together."""
    return int((row.tick // MOTION_TICK + 1) * MOTION_TICK)


@kernel
def _follow_route(
    tick: int, t: int, setting: Any, targets: Any, legs: Any, counts: Any, truth: Any, events: Any
) -> int:
    target = targets[t]
    last = target.leg_count - 1
    while tick - truth[t].start_tick >= legs[target.first_leg + truth[t].leg].end_tick:
        if truth[t].leg < last:
            truth[t].leg += 1
        elif target.repeats == 1:
            truth[t].leg = 0
            truth[t].start_tick += legs[target.first_leg + last].end_tick
        else:
            _finish_route(tick, t, setting, targets, legs, counts, truth, events)
            return NEVER
    return int(truth[t].start_tick + legs[target.first_leg + truth[t].leg].end_tick)


@kernel
def _finish_route(
    tick: int, t: int, setting: Any, targets: Any, legs: Any, counts: Any, truth: Any, events: Any
) -> None:
    if targets[t].aim_asset >= 0:
        truth[t].alive = ARRIVED
        counts[0].arrivals += 1
        return
    event = add_event(events, counts, tick, EventKind.LEFT, truth[t].cause_event)
    event.target = t
    write(event.pos_enu_m, to_enu(setting[0], position_at(t, tick, targets, legs, truth)))
    truth[t].cause_event = last_event(counts)
    truth[t].alive = GONE


@kernel
def _is_heard(emitter: Any) -> bool:
    return bool(emitter.on == 1 and emitter.alive == 1)


@kernel
def aim_point(t: int, setting: Any, targets: Any, clock: Any, emitters: Any, truth: Any) -> Vec3:
    """Where a homing weapon goes, ECEF: the radar it homes on while that radiates, else where it remembers it.

    One that has never heard its radar goes for the point that it was given.
    """
    emitter = targets[t].aim_emitter
    if emitter >= 0 and _is_heard(emitters[emitter]):
        return to_ecef(setting[0], read(emitters[emitter].pos_enu_m))
    if emitter < 0 or truth[t].heard_tick < 0:
        return read(targets[t].aim_ecef_m)
    off_m = turn(setting[0].enu_to_ecef, _memory_error(t, targets, clock, truth))
    return add(read(truth[t].heard_ecef_m), off_m)


@kernel
def _memory_error(t: int, targets: Any, clock: Any, truth: Any) -> Vec3:
    """How far from the place where it last heard its radar a weapon thinks that place is: east and north, m.

    One direction and size a weapon, which grows with the way flown since. Assumes: MEMORY_SIGMA_RAD; no satellite fix.
    """
    draw = normals(clock[0], Purpose.MEMORY, targets[t].name_hash, 0, 0)
    blind_s = (truth[t].tick - truth[t].heard_tick) * SECONDS_PER_TICK
    sigma_m = MEMORY_SIGMA_RAD * targets[t].speed_mps * blind_s
    return Vec3(sigma_m * draw.a, sigma_m * draw.b, 0.0)


@kernel
def off_radar_m(t: int, setting: Any, targets: Any, clock: Any, emitters: Any, truth: Any) -> float:
    """How far over ground the point that a homing weapon goes for is from its radar; 0 while it hears it, m."""
    emitter = targets[t].aim_emitter
    if emitter < 0 or truth[t].heard_tick < 0 or _is_heard(emitters[emitter]):
        return 0.0
    aim_m = to_enu(setting[0], aim_point(t, setting, targets, clock, emitters, truth))
    apart_m = sub(aim_m, read(emitters[emitter].pos_enu_m))
    return sqrt(apart_m.x * apart_m.x + apart_m.y * apart_m.y)


@kernel
def _listen(t: int, setting: Any, targets: Any, emitters: Any, truth: Any) -> None:
    """Remember when and where a homing weapon hears its radar."""
    emitter = targets[t].aim_emitter
    if emitter >= 0 and _is_heard(emitters[emitter]):
        truth[t].heard_tick = truth[t].tick
        write(truth[t].heard_ecef_m, to_ecef(setting[0], read(emitters[emitter].pos_enu_m)))


@kernel
def _acceleration(target: Any, pos_m: Vec3, vel_mps: Vec3, aim_m: Vec3) -> Vec3:
    if target.motion == Motion.BALLISTIC:
        return free_flight_acceleration(pos_m, vel_mps, target.ballistic_coefficient_kgpm2)
    return homing_acceleration(target, pos_m, vel_mps, aim_m)


@kernel
def _integrate(t: int, setting: Any, targets: Any, clock: Any, emitters: Any, truth: Any) -> None:
    """One midpoint step to the next multiple of ``MOTION_TICK``."""
    row = truth[t]
    until_tick = _next_step(row)
    _listen(t, setting, targets, emitters, truth)
    aim_m = aim_point(t, setting, targets, clock, emitters, truth)
    span_s = (until_tick - row.tick) * SECONDS_PER_TICK
    pos_m = read(row.pos_ecef_m)
    vel_mps = read(row.vel_ecef_mps)
    first = _acceleration(targets[t], pos_m, vel_mps, aim_m)
    middle = _acceleration(targets[t], step(pos_m, vel_mps, 0.5 * span_s), step(vel_mps, first, 0.5 * span_s), aim_m)
    write(row.pos_ecef_m, step(step(pos_m, vel_mps, span_s), first, 0.5 * span_s * span_s))
    write(row.vel_ecef_mps, step(vel_mps, middle, span_s))
    write(row.acc_ecef_mps2, middle)
    row.tick = until_tick


@kernel
def _reached(t: int, setting: Any, targets: Any, clock: Any, emitters: Any, truth: Any) -> bool:
    """True once a homing weapon is within one step of its aim, or has flown past it."""
    if targets[t].motion != Motion.HOMING:
        return False
    to_aim_m = sub(aim_point(t, setting, targets, clock, emitters, truth), read(truth[t].pos_ecef_m))
    vel_mps = read(truth[t].vel_ecef_mps)
    stride_m = norm(vel_mps) * MOTION_TICK * SECONDS_PER_TICK
    distance_m = norm(to_aim_m)
    return distance_m < stride_m or (distance_m < 10.0 * stride_m and dot(to_aim_m, vel_mps) < 0.0)


@kernel
def position_at(t: int, tick: int, targets: Any, legs: Any, truth: Any) -> Vec3:
    """True ECEF position of a living target at a tick (not before the last step of an integrated one)."""
    row = truth[t]
    if targets[t].motion == Motion.ROUTE:
        return leg_position(legs[targets[t].first_leg + row.leg], tick - row.start_tick)
    since_s = (tick - row.tick) * SECONDS_PER_TICK
    moved = step(read(row.pos_ecef_m), read(row.vel_ecef_mps), since_s)
    return step(moved, read(row.acc_ecef_mps2), 0.5 * since_s * since_s)


@kernel
def velocity_at(t: int, tick: int, targets: Any, legs: Any, truth: Any) -> Vec3:
    """True ECEF velocity of a living target at a tick."""
    row = truth[t]
    if targets[t].motion == Motion.ROUTE:
        return leg_velocity(legs[targets[t].first_leg + row.leg], tick - row.start_tick)
    return step(read(row.vel_ecef_mps), read(row.acc_ecef_mps2), (tick - row.tick) * SECONDS_PER_TICK)


@kernel
def place_beacons(
    tick: int, setting: Any, targets: Any, legs: Any, truth: Any, transponders: Any, beacons: Any
) -> None:
    """Where the transponders are that could answer now; for those who interrogate."""
    for n in range(transponders.size):
        t = transponders[n].target
        beacons[n].on = 1 if truth[t].alive == FLYING else 0
        if truth[t].alive == FLYING:
            pos_m = position_at(t, tick, targets, legs, truth)
            beacons[n].height_m = height_of(pos_m)
            write(beacons[n].pos_enu_m, to_enu(setting[0], pos_m))


@kernel
def _sail_all(tick: int, setting: Any, units: Any, legs: Any, platforms: Any, launchers: Any, assets: Any) -> int:
    due = NEVER
    for p in range(platforms.size):
        if platforms[p].moves == 1 and platforms[p].alive == 1:
            leg = platforms[p].first_leg
            last = leg + platforms[p].leg_count - 1
            while leg < last and tick >= legs[leg].end_tick:
                leg += 1
            at_tick = min(tick, legs[leg].end_tick)
            pos_m = leg_position(legs[leg], at_tick)
            moved_m = sub(to_enu(setting[0], pos_m), read(platforms[p].pos_enu_m))
            _carry(p, moved_m, setting, units, launchers, assets)
            write(platforms[p].pos_ecef_m, pos_m)
            write(platforms[p].pos_enu_m, to_enu(setting[0], pos_m))
            moving = 1.0 if tick < legs[leg].end_tick else 0.0
            vel_mps = turn_back(setting[0].enu_to_ecef, leg_velocity(legs[leg], at_tick))
            write(platforms[p].vel_enu_mps, scale(vel_mps, moving))
            due = tick + SAMPLE_TICK
    return due


@kernel
def _carry(p: int, moved_m: Vec3, setting: Any, units: Any, launchers: Any, assets: Any) -> None:
    """A ship carries its launchers along, and what of it can be hit."""
    for n in range(launchers.size):
        if units[launchers[n].unit].platform == p:
            write(launchers[n].pos_enu_m, add(read(launchers[n].pos_enu_m), moved_m))
    for a in range(assets.size):
        if assets[a].platform == p:
            write(assets[a].pos_enu_m, add(read(assets[a].pos_enu_m), moved_m))
            write(assets[a].pos_ecef_m, add(read(assets[a].pos_ecef_m), turn(setting[0].enu_to_ecef, moved_m)))


@kernel
def _sample(tick: int, targets: Any, legs: Any, counts: Any, truth: Any, truth_samples: Any) -> None:
    for t in range(targets.size):
        if truth[t].alive == FLYING:
            row = truth_samples[counts[0].truth_samples]
            counts[0].truth_samples += 1
            row.tick = tick
            row.target = t
            write(row.pos_ecef_m, position_at(t, tick, targets, legs, truth))
            write(row.vel_ecef_mps, velocity_at(t, tick, targets, legs, truth))
