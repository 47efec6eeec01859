"""What meets what: rounds at their closest approach, and leakers at their aim."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.engine.beam import note_emission
from openiads.engine.events import add_event, last_event
from openiads.engine.fates import fuze_works, kills
from openiads.engine.motion import ARRIVED, FLYING, GONE, off_radar_m, position_at, velocity_at
from openiads.engine.remains import note_round, note_target
from openiads.engine.rng import uniforms
from openiads.enums import Cause, EventKind, InterceptorPhase, Purpose
from openiads.physics.earth import to_enu
from openiads.physics.lethality import damage_after, falls_within, kill_probability
from openiads.vec3 import norm, read, sub, write

NEAR_M = 500.0  # a homing or falling weapon is called arrived within one stride of its aim, assumed
OUT_OF_ACTION = 0.5  # damage from which a radar or launcher no longer works, assumed


@kernel
def resolve(
    tick: int, setting: Any, missiles: Any, targets: Any, legs: Any, clock: Any, counts: Any, lethality: Any,
    truth: Any, interceptors: Any, assets: Any, emitters: Any, launchers: Any, events: Any, emissions: Any, debris: Any,
) -> None:  # fmt: skip
    """Draw the outcome of every closest approach and of every arrival of this step, and say where pieces fall.

    A round that passes its object without a burst counts as destroyed there (assumed).

    Reads: setting, missiles, targets, legs, clock (seed and run of the draws), lethality.
    Writes: interceptors, truth (alive), assets, emitters, launchers (damage), counts, events, emissions, debris.
    """
    for i in range(counts[0].interceptors_top):
        flying = interceptors[i]
        if flying.phase == InterceptorPhase.AT_TARGET:
            _intercept(
                i, setting, missiles, targets, legs, clock, counts, lethality, truth, interceptors, events, debris
            )
            flying.phase = InterceptorPhase.SPENT
        if flying.phase == InterceptorPhase.SPENT:
            flying.phase = InterceptorPhase.GONE
            note_round(flying, setting, counts, debris)
    if counts[0].arrivals > 0:
        counts[0].arrivals = 0
        for t in range(targets.size):
            if truth[t].alive == ARRIVED:
                _arrive(
                    tick, t, setting, targets, legs, clock, counts, truth, assets, emitters, launchers, events,
                    emissions,
                )  # fmt: skip


@kernel
def _intercept(
    i: int, setting: Any, missiles: Any, targets: Any, legs: Any, clock: Any, counts: Any, lethality: Any, truth: Any,
    interceptors: Any, events: Any, debris: Any,
) -> None:  # fmt: skip
    flying = interceptors[i]
    t = flying.seeker_target
    event = _note(flying, EventKind.INTERCEPT, t, counts, events)
    event.value = flying.miss_m
    flying.event = last_event(counts)
    missile, target = missiles[flying.missile], targets[t]
    kill = lethality[flying.missile].kill[target.group]
    chance = kill_probability(missile, kill, target.vulnerability, flying.miss_m)
    cause = _why_not(flying, missile, target, clock, truth[t].alive, chance)
    if cause == Cause.NONE:
        killed = _note(flying, EventKind.KILLED, t, counts, events)
        killed.value = chance
        there_m = position_at(t, flying.miss_tick, targets, legs, truth)
        write(killed.pos_enu_m, to_enu(setting[0], there_m))
        flying.event = last_event(counts)
        note_target(flying, t, there_m, velocity_at(t, flying.miss_tick, targets, legs, truth), setting, counts, debris)
        truth[t].cause_event = last_event(counts)
        truth[t].alive = GONE
    else:
        missed = _note(flying, EventKind.MISSED, t, counts, events)
        missed.cause = cause
        missed.value = chance if cause == Cause.NOT_LETHAL else 0.0
        flying.event = last_event(counts)


@kernel
def _why_not(flying: Any, missile: Any, target: Any, clock: Any, alive: int, chance: float) -> int:
    """NONE where the round kills, else what kept it from it."""
    if alive != FLYING:
        return Cause.OBJECT_GONE.value
    if flying.miss_m > missile.fuze_range_m:
        return Cause.OUT_OF_FUZE_RANGE.value
    if not fuze_works(clock[0], missile, flying.fate_hash):
        return Cause.FUZE_FAILED.value
    if not kills(clock[0], flying.fate_hash, target.name_hash, chance):
        return Cause.NOT_LETHAL.value
    return Cause.NONE.value


@kernel
def _note(flying: Any, kind: int, t: int, counts: Any, events: Any) -> Any:
    event = add_event(events, counts, flying.miss_tick, kind, flying.event)
    event.unit = flying.unit
    event.launcher = flying.launcher
    event.track = flying.track_number
    event.engagement = flying.engagement_id
    event.interceptor = flying.number
    event.target = t
    write(event.pos_enu_m, read(flying.pos_enu_m))
    return event


@kernel
def _arrive(
    tick: int, t: int, setting: Any, targets: Any, legs: Any, clock: Any, counts: Any, truth: Any, assets: Any,
    emitters: Any, launchers: Any, events: Any, emissions: Any,
) -> None:  # fmt: skip
    """A leaker falls near its aim; what stands within its radius takes damage with the chance of the weapon's error.

    One that ends farther off than ``NEAR_M`` beyond the radius (a route that ends elsewhere, a ship that has sailed)
    does no damage; one whose radar fell silent falls near where it remembers it.
    """
    truth[t].alive = GONE
    aim = targets[t].aim_asset
    event = add_event(events, counts, tick, EventKind.LEAKED, truth[t].cause_event)
    event.target = t
    event.asset = aim
    truth[t].cause_event = last_event(counts)
    if aim < 0:
        return
    write(event.pos_enu_m, read(assets[aim].pos_enu_m))
    short_m = norm(sub(position_at(t, tick, targets, legs, truth), read(assets[aim].pos_ecef_m)))
    event.value = short_m
    if short_m > NEAR_M + assets[aim].radius_m:
        return
    draw = uniforms(clock[0], Purpose.IMPACT, targets[t].name_hash, assets[aim].name_hash, 0)
    off_m = off_radar_m(t, setting, targets, clock, emitters, truth)
    if falls_within(off_m, targets[t].cep_m, assets[aim].radius_m, draw.a, draw.b):
        _damage(tick, t, aim, last_event(counts), targets, counts, assets, emitters, launchers, events, emissions)


@kernel
def _damage(
    tick: int, t: int, a: int, because: int, targets: Any, counts: Any, assets: Any, emitters: Any, launchers: Any,
    events: Any, emissions: Any,
) -> None:  # fmt: skip
    asset = assets[a]
    asset.hits += 1
    asset.damage = damage_after(asset.damage, targets[t].damage, asset.hardness)
    event = add_event(events, counts, tick, EventKind.ASSET_DAMAGED, because)
    event.target = t
    event.asset = a
    event.value = asset.damage
    write(event.pos_enu_m, read(asset.pos_enu_m))
    hit = last_event(counts)
    if asset.emitter >= 0 and asset.damage >= OUT_OF_ACTION and emitters[asset.emitter].alive == 1:
        emitters[asset.emitter].alive = 0
        if emitters[asset.emitter].on == 1:
            emitters[asset.emitter].on = 0
            note_emission(tick, asset.emitter, emitters, counts, emissions)
        lost = add_event(events, counts, tick, EventKind.RADAR_KILLED, hit)
        lost.radar = asset.emitter
        lost.asset = a
        emitters[asset.emitter].event = last_event(counts)
    if asset.launcher >= 0:
        launchers[asset.launcher].damage = asset.damage
        if asset.damage >= OUT_OF_ACTION and launchers[asset.launcher].alive == 1:
            launchers[asset.launcher].alive = 0
            gone = add_event(events, counts, tick, EventKind.LAUNCHER_KILLED, hit)
            gone.launcher = asset.launcher
            gone.asset = a
