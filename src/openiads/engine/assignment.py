"""Which track is shot at by whom: the life of engagements, and the optimal assignment of free channels to threats."""

from __future__ import annotations

from math import floor
from typing import Any

from openiads._jit import kernel
from openiads.constants import NEVER
from openiads.engine.engaging import close, designate, loaded_launcher, note_refusal, pursue
from openiads.engine.events import note_directive
from openiads.engine.falling import harmless
from openiads.engine.handover import hand_over
from openiads.engine.intercept import in_no_fire_zone, solve
from openiads.engine.matching import out_of_sight
from openiads.engine.silence import fall_silent
from openiads.enums import Cause, ControlStatus, EngagementState, Identity, Overflow, TrackState, Verb
from openiads.estimation.association import assign
from openiads.physics.lethality import salvo_kill_probability

EARLY_S = 10.0  # a track whose launch window opens so soon after the reaction time is taken on already, assumed
EARLY_SHARE = 0.5  # of the worth of one that can be shot at now, assumed
GAIN_STEPS = 1 << 30  # of a unit of threat x kill probability: their sums are exact, equal choices stay equal


@kernel
def assign_weapons(
    tick: int, setting: Any, units: Any, radars: Any, horizons: Any, cells: Any, missiles: Any, envelopes: Any,
    doctrines: Any, zones: Any, zone_corners: Any, clock: Any, counts: Any, posts: Any, emitters: Any, launchers: Any,
    directives: Any, tracks: Any, identity: Any, ranking: Any, magazines: Any, channels: Any, engagements: Any,
    interceptors: Any, links: Any, work: Any, events: Any, emissions: Any, resources: Any,
) -> int:  # fmt: skip
    """Once a decision cycle: carry on the engagements there are, then designate new ones optimally.

    The assignment maximises the sum of threat x kill probability over free channels. Every threat that is left without
    an engagement logs its cause when that changes.

    Reads: setting, units, radars, horizons and cells (the post knows its ground), missiles, envelopes, doctrines,
    zones, zone_corners, launchers, tracks, identity.
    Writes: emitters (radars that fall silent and radiate again), interceptors (the channel that guides them),
    engagements, channels (taken and given back), ranking (the logged cause), posts (control status by
    directive, next engagement id), magazines (promised rounds), directives (done), clock (the next look),
    counts, links, work, events, emissions, resources.
    """
    due = NEVER
    for p in range(posts.size):
        if tick >= posts[p].next_cycle_tick:
            doctrine = doctrines[posts[p].doctrine]
            fall_silent(
                tick, p, doctrine, radars, clock, counts, emitters, tracks, identity, ranking, channels, engagements,
                events, emissions,
            )  # fmt: skip
            hand_over(
                tick, p, setting, units, radars, horizons, cells, clock, counts, emitters, launchers, tracks, ranking,
                magazines, channels, engagements, interceptors, events, resources,
            )  # fmt: skip
            _obey(
                tick, p, counts, posts, directives, engagements, channels, magazines, tracks, ranking, events, resources
            )
            for g in range(counts[0].engagements_top):
                if EngagementState.NONE < engagements[g].state < EngagementState.CLOSED and engagements[g].post == p:
                    pursue(
                        tick, g, setting, units, missiles, envelopes, doctrine, zones, zone_corners, counts, posts,
                        emitters, launchers, tracks, identity, ranking, magazines, channels, engagements, events,
                        resources,
                    )  # fmt: skip
            _designate_all(
                tick, p, setting, units, radars, horizons, cells, missiles, envelopes, doctrine, zones, zone_corners,
                clock, counts, posts, emitters, launchers, tracks, identity, ranking, magazines, channels, engagements,
                links, work, events, resources,
            )  # fmt: skip
            due = min(due, tick + doctrine.cycle_tick)
        else:
            due = min(due, posts[p].next_cycle_tick)
    return int(due)


@kernel
def _obey(
    tick: int, p: int, counts: Any, posts: Any, directives: Any, engagements: Any, channels: Any, magazines: Any,
    tracks: Any, ranking: Any, events: Any, resources: Any,
) -> None:  # fmt: skip
    """Take a person's orders: weapons control status, cease on a track (which stands as long as the track does)."""
    for d in range(counts[0].directives):
        order = directives[d]
        if order.done == 0 and order.post == p and order.tick <= tick and order.verb != Verb.SET_IDENTITY:
            order.done = 1
            found = order.verb == Verb.SET_STATUS
            if order.verb == Verb.SET_STATUS:
                posts[p].control = order.value
            elif order.verb == Verb.CEASE:
                for k in range(counts[0].tracks_top):
                    if tracks[k].post == p and ranking[k].number == order.track_number:
                        ranking[k].ceased = 1
                        found = True
                for g in range(counts[0].engagements_top):
                    meant = engagements[g].track_number == order.track_number and engagements[g].post == p
                    if meant and EngagementState.NONE < engagements[g].state < EngagementState.CLOSED:
                        close(
                            tick, g, Cause.ORDERED, counts, ranking, magazines, channels, engagements, events, resources
                        )
            note_directive(tick, order, found, counts, events)


@kernel
def _designate_all(
    tick: int, p: int, setting: Any, units: Any, radars: Any, horizons: Any, cells: Any, missiles: Any, envelopes: Any,
    doctrine: Any, zones: Any, zone_corners: Any, clock: Any, counts: Any, posts: Any, emitters: Any, launchers: Any,
    tracks: Any, identity: Any, ranking: Any, magazines: Any, channels: Any, engagements: Any, links: Any, work: Any,
    events: Any, resources: Any,
) -> None:  # fmt: skip
    free = _free_channels(p, units, emitters, launchers, magazines, channels, work)
    shortage = _shortage(p, units, emitters, launchers, magazines) if free == 0 else Cause.NO_CHANNEL.value
    rows = 0
    filled = 0
    for k in range(counts[0].tracks_top):
        if tracks[k].post != p or tracks[k].state < TrackState.CONFIRMED or ranking[k].number != tracks[k].number:
            continue
        if ranking[k].engagements > 0:
            continue
        cause = _unfit(p, posts, doctrine, tracks[k], identity[k], ranking[k])
        if cause == Cause.NONE and free == 0:
            cause = shortage
        if cause == Cause.NONE and filled + free > links.size:
            counts[0].overflow = Overflow.WORK
            return
        if cause == Cause.NONE:
            work[rows].track = k
            work[rows].stand_by = 0.0
            work[rows].first_link = filled
            cause = _link(
                tick, rows, free, setting, units, radars, horizons, cells, missiles, envelopes, doctrine, zones,
                zone_corners, counts, emitters, launchers, tracks, ranking, channels, engagements, magazines, links,
                work,
            )  # fmt: skip
            if cause == Cause.NONE:
                filled = work[rows].end_link
                rows += 1
        if cause != Cause.NONE:
            note_refusal(tick, k, cause, counts, tracks, identity, ranking, events)
    if rows > 0:
        _match(
            tick, rows, free, units, clock, counts, posts, magazines, tracks, identity, ranking, channels,
            engagements, links, work, events, resources,
        )  # fmt: skip


@kernel
def _free_channels(p: int, units: Any, emitters: Any, launchers: Any, magazines: Any, channels: Any, work: Any) -> int:
    """List the channels that could take an engagement now in ``work.channel``; returns their number."""
    rows = 0
    for c in range(channels.size):
        unit = units[channels[c].unit]
        if unit.post != p or channels[c].engagement >= 0 or emitters[channels[c].radar].on == 0:
            continue
        busy = 0
        for other in range(unit.first_channel, unit.first_channel + unit.channel_count):
            busy += 1 if channels[other].engagement >= 0 else 0
        taken = 0
        for n in range(rows):
            taken += 1 if channels[work[n].channel].unit == channels[c].unit else 0
        room = busy + taken < unit.targets_max and rows < work.size
        if room and loaded_launcher(c, units, launchers, magazines, channels) >= 0:
            work[rows].channel = c
            rows += 1
    return rows


@kernel
def _shortage(p: int, units: Any, emitters: Any, launchers: Any, magazines: Any) -> int:
    """Why no channel of a post is free: no engagement radar is left or radiates, no round is left, or all are busy."""
    radars, radiating = 0, 0
    rounds = 0
    for u in range(units.size):
        if units[u].post == p:
            radars += emitters[units[u].engagement_radar].alive
            radiating += emitters[units[u].engagement_radar].on
            for n in range(units[u].first_launcher, units[u].first_launcher + units[u].launcher_count):
                rounds += launchers[n].alive * (magazines[n].loaded - magazines[n].promised)
    if radars == 0:
        return Cause.RADAR_LOST.value
    if rounds == 0:
        return Cause.MAGAZINE.value
    return Cause.NO_CHANNEL.value if radiating > 0 else Cause.SILENT.value


@kernel
def _unfit(p: int, posts: Any, doctrine: Any, track: Any, identity: Any, ranking: Any) -> int:
    """Why a track is no candidate at all, or NONE."""
    named = identity.number == track.number
    hostile = named and identity.identity == Identity.HOSTILE
    suspect = named and identity.identity == Identity.SUSPECT
    if not hostile and not (suspect and posts[p].control == ControlStatus.FREE):
        return Cause.IDENTITY.value
    if ranking.ceased == 1:
        return Cause.ORDERED.value
    if harmless(ranking) != Cause.NONE:
        return harmless(ranking)
    if ranking.threat < doctrine.threat_min:
        return Cause.LOW_THREAT.value
    if track.plot_tick <= ranking.killed_tick:
        return Cause.KILL_ASSESSED.value
    if track.state != TrackState.CONFIRMED or track.pos_sigma_m > doctrine.track_sigma_max_m:
        return Cause.TRACK_QUALITY.value
    return Cause.NONE.value


@kernel
def _link(
    tick: int, row: int, free: int, setting: Any, units: Any, radars: Any, horizons: Any, cells: Any, missiles: Any,
    envelopes: Any, doctrine: Any, zones: Any, zone_corners: Any, counts: Any, emitters: Any, launchers: Any,
    tracks: Any, ranking: Any, channels: Any, engagements: Any, magazines: Any, links: Any, work: Any,
) -> int:  # fmt: skip
    """Link one track to every free channel that can take it; NONE, or the cause nearest to an engagement."""
    nearest = Cause.NONE.value
    k = work[row].track
    end = work[row].first_link
    unit_before, missile_before, cause, cost = -1, -1, Cause.NONE.value, 0.0
    for n in range(free):
        c = work[n].channel
        launcher = loaded_launcher(c, units, launchers, magazines, channels)
        missile = launchers[launcher].missile
        if channels[c].unit != unit_before or missile != missile_before:
            unit_before, missile_before = channels[c].unit, missile
            cause = out_of_sight(
                tick, c, k, setting, radars, horizons, cells, counts, emitters, tracks, engagements, channels
            )
            if cause == Cause.NONE:
                wait_s = units[unit_before].reaction_tick * 1e-3
                chance = solve(
                    tick, wait_s, setting[0].earth_radius_m, missiles[missile], envelopes, launchers[launcher],
                    tracks[k], ranking[k].group,
                )  # fmt: skip
                share = 1.0
                if chance.cause == Cause.OUT_OF_ENVELOPE:
                    share = EARLY_SHARE
                    chance = solve(
                        tick, wait_s + EARLY_S, setting[0].earth_radius_m, missiles[missile], envelopes,
                        launchers[launcher], tracks[k], ranking[k].group,
                    )  # fmt: skip
                cause = chance.cause
                radius_m = setting[0].earth_radius_m
                if cause == Cause.NONE and in_no_fire_zone(zones, zone_corners, radius_m, chance.point_m):
                    cause = Cause.NO_FIRE_ZONE.value
                sheet = missiles[missile]
                rounds = min(doctrine.salvo_rounds[ranking[k].group], units[unit_before].missiles_per_target)
                kills = salvo_kill_probability(sheet.kill[ranking[k].group], rounds, sheet.common_cause)
                gain = share * ranking[k].threat * kills
                cost = -floor(gain * GAIN_STEPS + 0.5) / GAIN_STEPS
        if cause == Cause.NONE:
            links[end].column = n
            links[end].cost = cost
            end += 1
        elif nearest == Cause.NONE or cause != Cause.OUT_OF_ENVELOPE:
            nearest = cause
    work[row].end_link = end
    return Cause.NONE.value if end > work[row].first_link else nearest


@kernel
def _match(
    tick: int, rows: int, free: int, units: Any, clock: Any, counts: Any, posts: Any, magazines: Any, tracks: Any,
    identity: Any, ranking: Any, channels: Any, engagements: Any, links: Any, work: Any, events: Any, resources: Any,
) -> None:  # fmt: skip
    """Solve tracks against channels, and open the engagements found in the order of the channels."""
    assign(rows, free, links, work)
    for n in range(free):
        if work[n].row_of >= 0:
            designate(
                tick, work[n].channel, work[work[n].row_of].track, units, clock, counts, posts, magazines, tracks,
                identity, ranking, channels, engagements, events, resources,
            )  # fmt: skip
    for row in range(rows):
        if work[row].column_of < 0:
            note_refusal(tick, work[row].track, Cause.NO_CHANNEL, counts, tracks, identity, ranking, events)
