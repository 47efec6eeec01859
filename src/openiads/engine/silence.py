"""A radar that an anti-radiation missile comes for falls silent in time, and radiates again when it has gone by."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.constants import SECONDS_PER_TICK
from openiads.engine.beam import note_emission
from openiads.engine.events import add_event, last_event
from openiads.engine.track_state import predicted_position
from openiads.enums import EngagementState, EventKind, Identity, TargetGroup, TrackState
from openiads.vec3 import dot, norm, read, step, sub, write

MARGIN_TICK = 4000  # a round that meets the missile so long before its arrival is waited for: there is time, assumed
OVERDUE_TICK = 1000  # an intercept that should have been so long ago has failed, assumed
FASTEST_MPS = 1200.0  # of anti-radiation missiles: the class of the catalog spans Mach 2 to 4
FALLEN_TICK = 3000  # after its predicted arrival a missile is down, assumed


@kernel
def fall_silent(
    tick: int, p: int, doctrine: Any, radars: Any, clock: Any, counts: Any, emitters: Any, tracks: Any, identity: Any,
    ranking: Any, channels: Any, engagements: Any, events: Any, emissions: Any,
) -> None:  # fmt: skip
    """Switch off each radar of a post that a missile is about to reach, and on again those whose time is up.

    A missile that the post's rounds will meet in good time is no reason to fall silent: see ``_is_met``.
    """
    for r in range(radars.size):
        if radars[r].post != p or emitters[r].alive == 0:
            continue
        if emitters[r].on == 0 and emitters[r].silent_until_tick == 0:
            continue  # off for another reason than this one
        k = -1
        if doctrine.shut_down == 1:
            k = _first_threat(tick, p, r, doctrine, counts, emitters, tracks, identity, ranking, channels, engagements)
        if k >= 0:
            _silence(tick, r, k, doctrine, radars, counts, emitters, tracks, identity, events, emissions)
        elif emitters[r].on == 0 and tick >= emitters[r].silent_until_tick:
            _resume(tick, r, radars, clock, counts, emitters, events, emissions)


@kernel
def arrival_tick(tick: int, emitter: Any, track: Any, reach_m: float) -> int:
    """In how many ticks a track that flies straight on passes an emitter within a distance; -1 if it does not.

    What has passed already does not come any more.
    """
    apart_m = sub(read(emitter.pos_enu_m), predicted_position(track, tick))
    vel_mps = read(track.vel_enu_mps)
    time_s = dot(apart_m, vel_mps) / max(dot(vel_mps, vel_mps), 1.0)
    passing_m = step(apart_m, vel_mps, -time_s)
    if time_s <= 0.0 or norm(passing_m) > reach_m:
        return -1
    return int(time_s / SECONDS_PER_TICK)


@kernel
def _first_threat(
    tick: int, p: int, r: int, doctrine: Any, counts: Any, emitters: Any, tracks: Any, identity: Any, ranking: Any,
    channels: Any, engagements: Any,
) -> int:  # fmt: skip
    """The track that will reach a radar first, soon, and unmet; -1 for none."""
    first = -1
    soonest_tick = doctrine.shut_down_tick + 1
    for k in range(counts[0].tracks_top):
        followed = tracks[k].post == p and tracks[k].state >= TrackState.CONFIRMED
        if followed and _is_feared(tracks[k], identity[k], ranking[k]):
            to_go_tick = arrival_tick(tick, emitters[r], tracks[k], doctrine.self_defence_m)
            sooner = 0 <= to_go_tick < soonest_tick
            if sooner and not _is_met(tick, k, to_go_tick, counts, emitters, tracks, channels, engagements):
                first, soonest_tick = k, to_go_tick
    return first


@kernel
def _is_feared(track: Any, identity: Any, ranking: Any) -> bool:
    """True for a track that may be an anti-radiation missile of the enemy's: by its identity and its kinematics.

    Silence does no harm to others, so that suspicion is enough under any control status. One that dives is
    easily taken for something that falls; what falls at a speed of these missiles is feared like them.
    """
    if ranking.number != track.number or identity.number != track.number:
        return False
    hostile, suspect = identity.identity == Identity.HOSTILE, identity.identity == Identity.SUSPECT
    dives = ranking.group == TargetGroup.BALLISTIC and norm(read(track.vel_enu_mps)) < FASTEST_MPS
    return bool((hostile or suspect) and (ranking.group == TargetGroup.ANTI_RADIATION or dives))


@kernel
def _is_met(
    tick: int, k: int, to_go_tick: int, counts: Any, emitters: Any, tracks: Any, channels: Any, engagements: Any
) -> bool:
    """True while rounds that a radiating radar guides are expected to meet a track well before its arrival.

    Falling silent would throw these rounds away; should they miss, ``MARGIN_TICK`` is left for it.
    """
    for g in range(counts[0].engagements_top):
        row = engagements[g]
        firing = EngagementState.ASSIGNED <= row.state <= EngagementState.TERMINAL
        if firing and row.track == k and row.track_number == tracks[k].number:
            radiates = emitters[channels[row.channel].radar].on == 1
            due = tick <= row.intercept_tick + OVERDUE_TICK
            if radiates and due and row.intercept_tick + MARGIN_TICK <= tick + to_go_tick:
                return True
    return False


@kernel
def _silence(
    tick: int, r: int, k: int, doctrine: Any, radars: Any, counts: Any, emitters: Any, tracks: Any, identity: Any,
    events: Any, emissions: Any,
) -> None:  # fmt: skip
    """Off for the doctrine's time, and until the missile must have fallen; one that is off already stays off longer."""
    emitter = emitters[r]
    to_go_tick = arrival_tick(tick, emitter, tracks[k], doctrine.self_defence_m)
    emitter.silent_until_tick = max(emitter.silent_until_tick, tick + to_go_tick + FALLEN_TICK)
    if emitter.on == 0:
        return
    emitter.silent_until_tick = max(emitter.silent_until_tick, tick + doctrine.silence_tick)
    emitter.on = 0
    note_emission(tick, r, emitters, counts, emissions)
    because = identity[k].event if identity[k].number == tracks[k].number else -1
    event = add_event(events, counts, tick, EventKind.SILENCED, because)
    event.post = radars[r].post
    event.unit = radars[r].unit
    event.radar = r
    event.track = tracks[k].number
    event.value = to_go_tick * SECONDS_PER_TICK
    write(event.pos_enu_m, read(emitter.pos_enu_m))
    emitter.event = last_event(counts)


@kernel
def _resume(
    tick: int, r: int, radars: Any, clock: Any, counts: Any, emitters: Any, events: Any, emissions: Any
) -> None:
    """On again, with a look at once; misses are counted again from now on."""
    emitter = emitters[r]
    emitter.on = 1
    emitter.silent_until_tick = tick
    emitter.next_look_tick = tick
    clock[0].look_tick = min(clock[0].look_tick, tick)
    note_emission(tick, r, emitters, counts, emissions)
    event = add_event(events, counts, tick, EventKind.RESUMED, emitter.event)
    event.post = radars[r].post
    event.unit = radars[r].unit
    event.radar = r
    write(event.pos_enu_m, read(emitter.pos_enu_m))
    emitter.event = last_event(counts)
