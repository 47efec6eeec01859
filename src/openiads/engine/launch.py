"""Launchers fire what was assigned, when their interval allows, and reload."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.constants import NEVER
from openiads.engine.events import add_event, add_resource, last_event
from openiads.engine.fates import fate_name, guidance_end_tick, is_dud
from openiads.enums import EngagementState, EventKind, InterceptorPhase, Overflow
from openiads.vec3 import Vec3, norm, read, sub, write

_HASH = 2654435761  # Knuth's multiplicative hash, to name a round by its launcher and ordinal


@kernel
def fire(
    tick: int, units: Any, missiles: Any, launchers: Any, clock: Any, counts: Any, engagements: Any, interceptors: Any,
    magazines: Any, channels: Any, events: Any, resources: Any,
) -> int:  # fmt: skip
    """Fire every assigned round that is due and finish reloads; returns the next due tick.

    Reads: units, missiles, launchers.
    Writes: interceptors, magazines, channels (rounds in flight), engagements (rounds fired, the salvo's name), clock
    (the first guidance update), counts, events, resources.
    """
    due = NEVER
    for n in range(magazines.size):
        if magazines[n].reload_tick <= tick and launchers[n].alive == 1:
            _reload(tick, n, launchers, counts, magazines, channels, events, resources)
        if launchers[n].alive == 1:
            due = min(due, magazines[n].reload_tick)
    for g in range(counts[0].engagements_top):
        row = engagements[g]
        open_fire = EngagementState.ASSIGNED <= row.state <= EngagementState.LAUNCHED
        if open_fire and row.rounds_fired < row.rounds_wanted:
            if row.launch_tick <= tick:
                _fire_one(
                    tick, g, units, missiles, launchers, clock, counts, engagements, interceptors, magazines, channels,
                    events, resources,
                )  # fmt: skip
            if row.rounds_fired < row.rounds_wanted:
                due = min(due, row.launch_tick)
    return int(due)


@kernel
def _reload(
    tick: int, n: int, launchers: Any, counts: Any, magazines: Any, channels: Any, events: Any, resources: Any
) -> None:
    magazine = magazines[n]
    rounds = min(launchers[n].rails, magazine.reloads)
    magazine.loaded += rounds
    magazine.reloads -= rounds
    magazine.reload_tick = NEVER
    event = add_event(events, counts, tick, EventKind.RELOADED, -1)
    event.unit = launchers[n].unit
    event.launcher = n
    event.value = rounds
    add_resource(resources, counts, tick, -1, channels, magazines, n)


@kernel
def _fire_one(
    tick: int, g: int, units: Any, missiles: Any, launchers: Any, clock: Any, counts: Any, engagements: Any,
    interceptors: Any, magazines: Any, channels: Any, events: Any, resources: Any,
) -> None:  # fmt: skip
    row = engagements[g]
    launcher = row.launcher
    magazine = magazines[launcher]
    if launchers[launcher].alive == 0:
        row.launch_tick = NEVER  # the post calls its rounds back
        return
    if tick < magazine.next_launch_tick:
        row.launch_tick = magazine.next_launch_tick
        return
    i = 0
    while i < interceptors.size and InterceptorPhase.NONE < interceptors[i].phase < InterceptorPhase.GONE:
        i += 1
    if i >= interceptors.size:
        counts[0].overflow = Overflow.INTERCEPTORS
        return
    counts[0].interceptors_top = max(counts[0].interceptors_top, i + 1)
    unit = units[row.unit]
    magazine.loaded -= 1
    magazine.promised -= 1
    magazine.fired += 1
    magazine.next_launch_tick = tick + unit.launch_interval_tick
    if magazine.loaded == 0 and magazine.reloads > 0:
        magazine.reload_tick = tick + unit.reload_tick
    row.rounds_fired += 1
    row.rounds_flying += 1
    row.launch_tick = max(magazine.next_launch_tick, tick + row.salvo_interval_tick)
    row.state = EngagementState.LAUNCHED
    channels[row.channel].rounds_flying += 1
    event = add_event(events, counts, tick, EventKind.LAUNCHED, row.event)
    event.post = row.post
    event.unit = row.unit
    event.launcher = launcher
    event.channel = row.channel
    event.track = row.track_number
    event.engagement = row.id
    event.interceptor = counts[0].interceptor_serial
    event.code = row.self_defence
    write(event.pos_enu_m, read(launchers[launcher].pos_enu_m))
    row.event = last_event(counts)
    _eject(tick, i, g, missiles, launchers, clock, counts, engagements, interceptors, magazines)
    add_resource(resources, counts, tick, row.channel, channels, magazines, launcher)
    clock[0].guidance_tick = min(clock[0].guidance_tick, tick)


@kernel
def _eject(
    tick: int, i: int, g: int, missiles: Any, launchers: Any, clock: Any, counts: Any, engagements: Any,
    interceptors: Any, magazines: Any,
) -> None:  # fmt: skip
    """The round leaves its canister upwards; whether it works, and when its guidance fails, is drawn here."""
    row = engagements[g]
    launcher = launchers[row.launcher]
    missile = missiles[row.missile]
    flying = interceptors[i]
    flying.phase = InterceptorPhase.EJECTED
    flying.name_hash = (int(launcher.name_hash) + _HASH * magazines[row.launcher].fired) & 0xFFFFFFFF
    flying.missile = row.missile
    flying.unit = row.unit
    flying.launcher = row.launcher
    flying.channel = row.channel
    flying.engagement = g
    flying.engagement_id = row.id
    flying.track = row.track
    flying.track_number = row.track_number
    flying.number = counts[0].interceptor_serial
    counts[0].interceptor_serial += 1
    flying.launch_tick = tick
    flying.tick = tick
    if row.rounds_fired == row.salvo_start + 1:
        row.salvo_hash = flying.name_hash
    flying.fate_hash = fate_name(clock[0], missile, row.salvo_hash, flying.name_hash)
    flying.dud = 1 if is_dud(clock[0], missile, flying.fate_hash) else 0
    flying.fails_tick = guidance_end_tick(clock[0], missile, flying.fate_hash, tick, row.intercept_tick)
    write(flying.pos_enu_m, read(launcher.pos_enu_m))
    write(flying.vel_enu_mps, Vec3(0.0, 0.0, missile.eject_speed_mps))
    write(flying.lift_enu_mps2, Vec3(0.0, 0.0, 0.0))
    write(flying.aim_enu_m, read(row.intercept_enu_m))
    flying.loft_slope = row.loft_slope
    flying.reach_m = norm(sub(read(row.intercept_enu_m), read(launcher.pos_enu_m)))
    flying.steered_tick = tick
    flying.seeker_target = -1
    flying.blind = 0
    flying.miss_m = -1.0
    flying.miss_tick = -1
    flying.event = row.event
