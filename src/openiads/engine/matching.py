"""Which free channel could take which track, and with what chance: the pairs that the allocation chooses from."""

from __future__ import annotations

from math import acos, atan2, cos, hypot
from typing import Any

from openiads._jit import kernel
from openiads.constants import SECONDS_PER_TICK
from openiads.engine.airspace import plumb
from openiads.engine.engaging import loaded_launcher, reserved, rounds_left
from openiads.engine.intercept import beyond_reach, solve
from openiads.engine.rules import attacks_unit, control_at, zone_cause
from openiads.engine.track_state import predicted_position
from openiads.enums import Cause, ControlStatus, EngagementState, Identity
from openiads.estimation.allocation_links import in_steps
from openiads.physics.lethality import salvo_kill_probability
from openiads.physics.look import line_to, lowest_visible
from openiads.vec3 import Vec3, read, sub, turn_back

SECTOR_MARGIN = 0.95  # of a sector that engagements may share: targets move on, assumed
EARLY_S = 10.0  # a track whose launch window opens so soon after the reaction time is taken on already, assumed
EARLY_SHARE = 0.5  # of the worth of one that can be shot at now, assumed


@kernel
def free_channels(
    p: int, units: Any, emitters: Any, launchers: Any, counts: Any, magazines: Any, channels: Any, engagements: Any,
    work: Any,
) -> int:  # fmt: skip
    """List the channels that could take an engagement now, each with its launcher, in ``work``; returns their number.

    A unit has no more of them than its fire control has room for, and than it has rounds not yet spoken for.
    """
    rows = 0
    for u in range(units.size):
        unit = units[u]
        if unit.post != p or emitters[unit.engagement_radar].alive == 0 or emitters[unit.engagement_radar].on == 0:
            continue
        room = unit.targets_max
        for c in range(unit.first_channel, unit.first_channel + unit.channel_count):
            room -= 1 if channels[c].engagement >= 0 else 0
        room = min(room, rounds_left(unit, launchers, magazines) - _waiting(u, counts, engagements))
        for c in range(unit.first_channel, unit.first_channel + unit.channel_count):
            if channels[c].engagement >= 0 or room <= 0 or rows >= work.size:
                continue
            launcher = loaded_launcher(c, 1, units, launchers, magazines, channels)
            if launcher >= 0:
                work[rows].channel, work[rows].launcher = c, launcher
                rows += 1
                room -= 1
    return rows


@kernel
def _waiting(u: int, counts: Any, engagements: Any) -> int:
    """Engagements of a unit that have no rounds assigned yet, and will want some."""
    total = 0
    for g in range(counts[0].engagements_top):
        row = engagements[g]
        if row.unit == u and EngagementState.NONE < row.state < EngagementState.ASSIGNED:
            total += 1
    return total


@kernel
def shortage(p: int, units: Any, emitters: Any, launchers: Any, magazines: Any) -> int:
    """Why no channel of a post is free: its engagement radars are lost or silent, no round is left, or all are busy."""
    alive, radiating, rounds = 0, 0, 0
    for u in range(units.size):
        if units[u].post == p:
            radar = emitters[units[u].engagement_radar]
            alive += radar.alive
            radiating += radar.alive * radar.on
            rounds += rounds_left(units[u], launchers, magazines)
    if alive == 0:
        return Cause.RADAR_LOST.value
    if rounds == 0:
        return Cause.MAGAZINE.value
    return Cause.NO_CHANNEL.value if radiating > 0 else Cause.SILENT.value


@kernel
def link(
    tick: int, row: int, free: int, setting: Any, units: Any, radars: Any, horizons: Any, cells: Any, missiles: Any,
    envelopes: Any, doctrine: Any, zones: Any, zone_corners: Any, counts: Any, posts: Any, readiness: Any,
    emitters: Any, launchers: Any, tracks: Any, identity: Any, ranking: Any, channels: Any, engagements: Any,
    magazines: Any, links: Any, work: Any,
) -> int:  # fmt: skip
    """Link one track to every free channel that can take it; NONE, or the cause nearest to an engagement.

    A link's ``chance`` is that of one salvo as the doctrine says and the launcher can fire it, less where the launch
    window opens only a little later.
    """
    nearest = Cause.NONE.value
    k = work[row].track
    end = work[row].first_link
    unit_before, missile_before, rounds_before = -1, -1, -1
    cause, share, chance = Cause.NONE.value, 0.0, 0.0
    group = ranking[k].group
    for n in range(free):
        c = work[n].channel
        launcher = work[n].launcher
        missile = launchers[launcher].missile
        if channels[c].unit != unit_before or missile != missile_before:
            unit_before, missile_before, rounds_before = channels[c].unit, missile, -1
            cause = _barred(
                tick, unit_before, k, setting, units, radars, doctrine, zones, zone_corners, posts, readiness,
                emitters, launchers, tracks, identity, ranking, magazines,
            )  # fmt: skip
            if cause == Cause.NONE:
                cause = out_of_sight(
                    tick, c, k, setting, radars, horizons, cells, counts, emitters, tracks, engagements, channels
                )
            if cause == Cause.NONE:
                wait_s = units[unit_before].reaction_tick[1] * SECONDS_PER_TICK
                wait_s += slew_s(tick, c, k, radars, emitters, tracks, channels)
                cause, share = _reach(
                    tick, wait_s, setting, missiles[missile], envelopes, zones, zone_corners, launchers[launcher],
                    tracks[k], group,
                )  # fmt: skip
        if cause == Cause.NONE:
            ready = magazines[launcher].loaded - magazines[launcher].promised
            rounds = min(doctrine.salvo_rounds[group], units[unit_before].missiles_per_target, ready)
            if rounds != rounds_before:
                rounds_before, sheet = rounds, missiles[missile]
                chance = in_steps(share * salvo_kill_probability(sheet.kill[group], rounds, sheet.common_cause))
            links[end].column = n
            links[end].chance = chance
            end += 1
        elif nearest == Cause.NONE or cause != Cause.OUT_OF_ENVELOPE:
            nearest = cause
    work[row].end_link = end
    return Cause.NONE.value if end > work[row].first_link else nearest


@kernel
def _barred(
    tick: int, u: int, k: int, setting: Any, units: Any, radars: Any, doctrine: Any, zones: Any, zone_corners: Any,
    posts: Any, readiness: Any, emitters: Any, launchers: Any, tracks: Any, identity: Any, ranking: Any,
    magazines: Any,
) -> int:  # fmt: skip
    """IDENTITY where a unit may not fire at a suspect, RESERVE where its last rounds are kept from the class, or NONE.

    A unit on hold may be given a hostile track: it locks on, and does not fire.
    """
    pos_m = predicted_position(tracks[k], tick)
    if identity[k].identity != Identity.HOSTILE:
        spot_m = plumb(setting[0].earth_radius_m, pos_m)
        control = control_at(tick, tracks[k].post, u, spot_m, spot_m.z, posts, readiness, zones, zone_corners)
        if control != ControlStatus.FREE:
            return Cause.IDENTITY.value
    if rounds_left(units[u], launchers, magazines) > reserved(doctrine, units[u], ranking[k].group):
        return Cause.NONE.value
    attacked = attacks_unit(
        u, doctrine, units, radars, emitters, launchers, pos_m, read(tracks[k].vel_enu_mps), identity[k].identity,
        ranking[k],
    )  # fmt: skip
    return Cause.NONE.value if attacked else Cause.RESERVE.value


@kernel
def _reach(
    tick: int, wait_s: float, setting: Any, missile: Any, envelopes: Any, zones: Any, zone_corners: Any, launcher: Any,
    track: Any, group: int,
) -> tuple[int, float]:  # fmt: skip
    """What share of its worth a launch after the reaction has: 1, less where the window opens later; or why none."""
    share = 1.0
    radius_m = setting[0].earth_radius_m
    if beyond_reach(tick, wait_s + EARLY_S, missile, launcher, track, group):
        return Cause.OUT_OF_ENVELOPE.value, 0.0
    met = solve(tick, wait_s, radius_m, missile, envelopes, launcher, track, group)
    if met.cause == Cause.OUT_OF_ENVELOPE:
        share = EARLY_SHARE
        met = solve(tick, wait_s + EARLY_S, radius_m, missile, envelopes, launcher, track, group)
    if met.cause != Cause.NONE:
        return met.cause, 0.0
    meet_tick = tick + int((wait_s + met.flight_s) * 1000.0)
    cause = zone_cause(
        tick,
        meet_tick,
        track.post,
        setting,
        zones,
        zone_corners,
        read(launcher.pos_enu_m),
        met.point_m,
        read(track.vel_enu_mps),
    )
    return cause, share


@kernel
def seen_from(tick: int, r: int, k: int, emitters: Any, tracks: Any) -> Vec3:
    """Where a track is in a radar's own east, north and up."""
    return turn_back(emitters[r].axes_enu, sub(predicted_position(tracks[k], tick), read(emitters[r].pos_enu_m)))


@kernel
def out_of_sight(
    tick: int, c: int, k: int, setting: Any, radars: Any, horizons: Any, cells: Any, counts: Any, emitters: Any,
    tracks: Any, engagements: Any, channels: Any,
) -> int:  # fmt: skip
    """MASKED or OUT_OF_SECTOR when the channel's radar cannot look at the track, NONE when it can."""
    r = channels[c].radar
    local_m = seen_from(tick, r, k, emitters, tracks)
    line = line_to(setting[0].earth_radius_m, emitters[r].height_m, local_m)
    azimuth_rad = atan2(local_m.x, local_m.y)
    lowest_m = lowest_visible(horizons[emitters[r].horizon], cells, azimuth_rad, line.ground_m)
    if line.height_m + tracks[k].pos_sigma_m < lowest_m or line.range_m > radars[r].instrumented_range_m:
        return Cause.MASKED.value
    for g in range(counts[0].engagements_top):
        engagement = engagements[g]
        engaged = EngagementState.NONE < engagement.state < EngagementState.CLOSED
        current = tracks[engagement.track].number == engagement.track_number
        if engaged and current and channels[engagement.channel].radar == r:
            apart_m = sub(read(tracks[engagement.track].pos_enu_m), read(emitters[r].pos_enu_m))
            other_m = turn_back(emitters[r].axes_enu, apart_m)
            along_m2 = local_m.x * other_m.x + local_m.y * other_m.y
            level_m2 = hypot(local_m.x, local_m.y) * hypot(other_m.x, other_m.y)
            if along_m2 < cos(SECTOR_MARGIN * radars[r].sector_half_rad) * level_m2:
                return Cause.OUT_OF_SECTOR.value
    return Cause.NONE.value


@kernel
def slew_s(tick: int, c: int, k: int, radars: Any, emitters: Any, tracks: Any, channels: Any) -> float:
    """How long the channel's radar turns until the track is in its sector, s."""
    r = channels[c].radar
    local_m = seen_from(tick, r, k, emitters, tracks)
    level_m = max(hypot(local_m.x, local_m.y), 1.0)
    ahead = (local_m.x * emitters[r].boresight_sin + local_m.y * emitters[r].boresight_cos) / level_m
    off_rad = acos(min(max(ahead, -1.0), 1.0)) - radars[r].sector_half_rad
    return float(max(off_rad, 0.0) / radars[r].slew_rate_radps)
