"""Who goes on with an engagement whose radar has fallen silent or is lost: another fire unit of the post, or nobody."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.engine.engaging import call_back, close, cue, is_open, promised, release
from openiads.engine.events import add_event, add_resource
from openiads.engine.matching import out_of_sight
from openiads.engine.track_state import predicted_position
from openiads.enums import Cause, EngagementState, EventKind, InterceptorPhase, TrackState
from openiads.vec3 import norm, read, sub, write


@kernel
def hand_over(
    tick: int, p: int, setting: Any, units: Any, radars: Any, horizons: Any, cells: Any, clock: Any, counts: Any,
    emitters: Any, launchers: Any, tracks: Any, ranking: Any, magazines: Any, channels: Any, engagements: Any,
    interceptors: Any, events: Any, resources: Any,
) -> None:  # fmt: skip
    """See to every engagement of a post whose engagement radar radiates no more.

    One with rounds in the air or assigned goes to a channel of another unit that can guide them; rounds that have not
    left are taken back. What nobody takes over keeps its channel for the rounds in the air, which coast. A silent
    radar's other engagements are closed, their tracks free for whoever can see them; those of a lost one end in
    ``engaging.pursue``.
    """
    for g in range(counts[0].engagements_top):
        row = engagements[g]
        if not is_open(row) or row.post != p or row.state == EngagementState.ASSESSED:
            continue
        old = emitters[channels[row.channel].radar]
        if old.alive == 1 and old.on == 1:
            continue
        c = -1
        flying = _in_the_air(g, row, counts, interceptors)
        if flying > 0 or row.state == EngagementState.ASSIGNED:
            c = _taker(
                tick, row, flying, setting, units, radars, horizons, cells, counts, emitters, launchers, tracks,
                magazines, channels, engagements,
            )  # fmt: skip
        if c >= 0:
            _take_over(
                tick, g, c, flying, old.event, clock, counts, tracks, ranking, magazines, channels, engagements,
                interceptors, events, resources,
            )  # fmt: skip
        elif flying > 0:
            _keep_back(row, ranking, magazines)
        elif old.alive == 1 and not (row.state >= EngagementState.LAUNCHED and row.rounds_fired > row.salvo_start):
            close(tick, g, Cause.SILENT, counts, ranking, magazines, channels, engagements, events, resources)


@kernel
def _in_the_air(g: int, row: Any, counts: Any, interceptors: Any) -> int:
    total = 0
    for i in range(counts[0].interceptors_top):
        if _is_of(interceptors[i], g, row):
            total += 1
    return total


@kernel
def _is_of(flying: Any, g: int, row: Any) -> bool:
    """True for a round of an engagement that is still in the air."""
    mine = flying.engagement == g and flying.engagement_id == row.id
    return bool(mine and InterceptorPhase.NONE < flying.phase < InterceptorPhase.GONE)


@kernel
def _taker(
    tick: int, row: Any, flying: int, setting: Any, units: Any, radars: Any, horizons: Any, cells: Any, counts: Any,
    emitters: Any, launchers: Any, tracks: Any, magazines: Any, channels: Any, engagements: Any,
) -> int:  # fmt: skip
    """The free channel that can guide an engagement's rounds, of the radar nearest to the track; -1 for none."""
    track = tracks[row.track]
    if track.number != row.track_number or track.state == TrackState.FREE:
        return -1
    best, least_m = -1, 1e12
    for c in range(channels.size):
        if channels[c].engagement >= 0 or not _may_take(
            c, flying, row, units, emitters, launchers, magazines, channels
        ):
            continue
        apart_m = norm(sub(predicted_position(track, tick), read(emitters[channels[c].radar].pos_enu_m)))
        if apart_m >= least_m:
            continue
        hidden = out_of_sight(
            tick, c, row.track, setting, radars, horizons, cells, counts, emitters, tracks, engagements, channels
        )
        if hidden == Cause.NONE:
            best, least_m = c, apart_m
    return best


@kernel
def _may_take(
    c: int, flying: int, row: Any, units: Any, emitters: Any, launchers: Any, magazines: Any, channels: Any
) -> bool:
    """True when a channel's radar radiates, and its unit has room for the rounds and fires the same missile."""
    unit = units[channels[c].unit]
    radar = emitters[channels[c].radar]
    if unit.post != row.post or radar.alive == 0 or radar.on == 0:
        return False
    if flying + channels[c].rounds_flying > unit.missiles_per_target:
        return False
    busy, guided = 0, flying + promised(unit, magazines)
    for other in range(unit.first_channel, unit.first_channel + unit.channel_count):
        busy += 1 if channels[other].engagement >= 0 else 0
        guided += channels[other].rounds_flying
    if busy >= unit.targets_max or guided > unit.missiles_max:
        return False
    if channels[c].launcher >= 0:  # its own illuminator lights for the rounds
        own = launchers[channels[c].launcher]
        return bool(own.alive == 1 and own.missile == row.missile)
    for n in range(unit.first_launcher, unit.first_launcher + unit.launcher_count):
        if launchers[n].missile == row.missile:
            return True
    return False


@kernel
def _take_over(
    tick: int, g: int, c: int, flying: int, because: int, clock: Any, counts: Any, tracks: Any, ranking: Any,
    magazines: Any, channels: Any, engagements: Any, interceptors: Any, events: Any, resources: Any,
) -> None:  # fmt: skip
    """Move an engagement and its rounds to another channel, whose radar has to find the track first."""
    row = engagements[g]
    _keep_back(row, ranking, magazines)
    if row.state < EngagementState.LAUNCHED:
        row.state = EngagementState.DESIGNATED
        row.designated_tick = tick
        row.ready_tick = tick
    left = row.channel
    for i in range(counts[0].interceptors_top):
        if _is_of(interceptors[i], g, row):
            interceptors[i].channel = c
            interceptors[i].unit = channels[c].unit
    release(tick, channels[left])
    channels[left].rounds_flying -= flying
    channel = channels[c]
    cue(tick, g, channel, clock)
    channel.rounds_flying += flying
    row.channel = c
    row.unit = channel.unit
    event = add_event(events, counts, tick, EventKind.CHANNEL_CHANGED, because)
    event.post = row.post
    event.unit = row.unit
    event.radar = channel.radar
    event.channel = c
    event.track = row.track_number
    event.engagement = row.id
    event.code = left
    event.value = flying
    write(event.pos_enu_m, predicted_position(tracks[row.track], tick))
    add_resource(resources, counts, tick, left, channels, magazines, -1)
    add_resource(resources, counts, tick, c, channels, magazines, -1)


@kernel
def _keep_back(row: Any, ranking: Any, magazines: Any) -> None:
    """Take back what was assigned and has not left."""
    if row.launcher >= 0 and row.rounds_wanted > row.rounds_fired:
        call_back(row, ranking, magazines)
