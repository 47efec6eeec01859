"""Whom to engage with what: the rules of candidacy, the crew, and the allocation of free channels to threats."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.constants import NEVER
from openiads.engine.crew import count_in_hand, has_hand_free, is_decided, settle, take_up
from openiads.engine.engaging import designate, is_open, note_refusal
from openiads.engine.falling import harmless
from openiads.engine.handover import hand_over
from openiads.engine.matching import free_channels, link, out_of_sight, shortage
from openiads.engine.minutes import note_ranking
from openiads.engine.orders import obey
from openiads.engine.pursuit import pursue
from openiads.engine.silence import fall_silent
from openiads.enums import Allocation, Cause, Identity, Overflow, TrackState
from openiads.estimation.allocation import allocate
from openiads.estimation.allocation_links import in_steps
from openiads.physics.lethality import salvo_kill_probability


@kernel
def assign_weapons(
    tick: int, setting: Any, units: Any, radars: Any, horizons: Any, cells: Any, missiles: Any, envelopes: Any,
    doctrines: Any, zones: Any, zone_corners: Any, clock: Any, counts: Any, posts: Any, readiness: Any,
    emitters: Any, launchers: Any, directives: Any, tracks: Any, identity: Any, ranking: Any, magazines: Any,
    channels: Any, engagements: Any, interceptors: Any, links: Any, work: Any, events: Any, emissions: Any,
    resources: Any, ranking_samples: Any,
) -> int:  # fmt: skip
    """Once a decision cycle: obey, carry on the engagements there are, then open new ones.

    The allocation maximises the expected value saved over all units and free channels. Every threat that is left
    without an engagement logs its cause when that changes; the ranking's row of the cycle holds it in any case.

    Reads: setting, units, radars, horizons and cells (the post knows its ground), missiles, envelopes, doctrines,
    zones, zone_corners, launchers, tracks, identity.
    Writes: emitters (radars that fall silent and radiate again), interceptors (the channel that guides them),
    engagements, channels (taken and given back), ranking (what the crew decides, the logged cause), posts
    (control status and attendance by directive, next engagement id), readiness (control status by directive), magazines
    (promised rounds), directives (done), clock (the next look), counts, links, work, events, emissions, resources,
    ranking_samples.
    """
    due = NEVER
    for p in range(posts.size):
        if tick >= posts[p].next_cycle_tick:
            doctrine = doctrines[posts[p].doctrine]
            obey(
                tick, p, units, emitters, launchers, counts, posts, readiness, directives, engagements, channels,
                magazines, tracks, ranking, events, resources,
            )  # fmt: skip
            fall_silent(
                tick, p, doctrine, radars, clock, counts, emitters, tracks, identity, ranking, channels, engagements,
                events, emissions,
            )  # fmt: skip
            hand_over(
                tick, p, setting, units, radars, horizons, cells, clock, counts, emitters, launchers, tracks, ranking,
                magazines, channels, engagements, interceptors, events, resources,
            )  # fmt: skip
            for g in range(counts[0].engagements_top):
                if is_open(engagements[g]) and engagements[g].post == p:
                    pursue(
                        tick, g, setting, units, radars, missiles, envelopes, doctrine, zones, zone_corners, clock,
                        counts, posts, readiness, emitters, launchers, tracks, identity, ranking, magazines, channels,
                        engagements, events, resources,
                    )  # fmt: skip
            waiting = 0
            rows = _candidates(tick, p, doctrine, counts, posts, tracks, identity, ranking, work, events)
            if rows > 0:
                waiting = _designate_all(
                    tick, p, rows, setting, units, radars, horizons, cells, missiles, envelopes, doctrine, zones,
                    zone_corners, clock, counts, posts, readiness, emitters, launchers, tracks, identity,
                    ranking, magazines, channels, engagements, links, work, events, resources,
                )  # fmt: skip
            _take_up_new(tick, p, waiting, doctrine, clock, counts, posts, tracks, identity, ranking, events)
            if ranking_samples.size > 0:
                note_ranking(tick, p, counts, tracks, ranking, ranking_samples)
            due = min(due, tick + doctrine.cycle_tick)
        else:
            due = min(due, posts[p].next_cycle_tick)
    return int(due)


@kernel
def _candidates(
    tick: int, p: int, doctrine: Any, counts: Any, posts: Any, tracks: Any, identity: Any, ranking: Any, work: Any,
    events: Any,
) -> int:  # fmt: skip
    """List the tracks of a post that may be engaged and are decided on in ``work.track``; returns their number.

    What is no candidate logs why; what the crew has not decided on yet is taken up later in the cycle.
    """
    rows = 0
    for k in range(counts[0].tracks_top):
        if tracks[k].post != p or tracks[k].state < TrackState.CONFIRMED or ranking[k].number != tracks[k].number:
            continue
        if ranking[k].engagements >= doctrine.engagements_max[ranking[k].group]:
            continue
        cause = unfit(doctrine, tracks[k], identity[k], ranking[k])
        settle(tick, k, cause, posts, counts, tracks, identity, ranking, events)
        if cause != Cause.NONE:
            note_refusal(tick, k, cause, counts, tracks, identity, ranking, events)
        elif is_decided(tick, posts[p], ranking[k]):
            if rows >= work.size:
                counts[0].overflow = Overflow.WORK
                return 0
            work[rows].track = k
            rows += 1
        elif ranking[k].taken_up == 1:
            note_refusal(tick, k, Cause.DECIDING, counts, tracks, identity, ranking, events)
    if doctrine.allocation == Allocation.FIRST_COME:
        _oldest_first(rows, tracks, work)
    return rows


@kernel
def _oldest_first(rows: int, tracks: Any, work: Any) -> None:
    """Put the candidates in the order of their track numbers (insertion: nearly sorted already)."""
    for n in range(1, rows):
        k, at = work[n].track, n
        while at > 0 and tracks[work[at - 1].track].number > tracks[k].number:
            work[at].track = work[at - 1].track
            at -= 1
        work[at].track = k


@kernel
def unfit(doctrine: Any, track: Any, identity: Any, ranking: Any) -> int:
    """Why a track is no candidate at all, whatever unit might take it, or NONE."""
    known = identity.number == track.number
    if not known or identity.identity < Identity.SUSPECT:
        return Cause.IDENTITY.value
    if ranking.ceased == 1:
        return Cause.ORDERED.value
    if harmless(ranking) != Cause.NONE:
        return harmless(ranking)
    if ranking.threat < doctrine.threat_min and ranking.approved == 0:
        return Cause.LOW_THREAT.value
    if track.plot_tick <= ranking.killed_tick + doctrine.assessment_window_tick:
        return Cause.KILL_ASSESSED.value
    if ranking.salvos >= doctrine.salvos_max[ranking.group]:
        return Cause.SALVOS_SPENT.value
    if track.state != TrackState.CONFIRMED or track.pos_sigma_m > doctrine.track_sigma_max_m:
        return Cause.TRACK_QUALITY.value
    return Cause.NONE.value


@kernel
def _designate_all(
    tick: int, p: int, rows: int, setting: Any, units: Any, radars: Any, horizons: Any, cells: Any, missiles: Any,
    envelopes: Any, doctrine: Any, zones: Any, zone_corners: Any, clock: Any, counts: Any, posts: Any, readiness: Any,
    emitters: Any, launchers: Any, tracks: Any, identity: Any, ranking: Any, magazines: Any, channels: Any,
    engagements: Any, links: Any, work: Any, events: Any, resources: Any,
) -> int:  # fmt: skip
    """Link candidates to free channels, allocate, and open the engagements; returns how many wait for a free hand."""
    free = free_channels(p, units, emitters, launchers, counts, magazines, channels, engagements, work)
    lacking = shortage(p, units, emitters, launchers, magazines) if free == 0 else Cause.NONE.value
    kept = 0
    filled = 0
    for n in range(rows):
        k = work[n].track
        cause = lacking
        if cause == Cause.NONE:
            if filled + free > links.size:
                counts[0].overflow = Overflow.WORK
                return 0
            work[kept].track = k
            work[kept].first_link = filled
            cause = link(
                tick, kept, free, setting, units, radars, horizons, cells, missiles, envelopes, doctrine, zones,
                zone_corners, counts, posts, readiness, emitters, launchers, tracks, identity, ranking, channels,
                engagements, magazines, links, work,
            )  # fmt: skip
        if cause == Cause.NONE:
            filled = work[kept].end_link
            work[kept].value = in_steps(_at_stake(k, doctrine, missiles, counts, tracks, ranking, engagements))
            work[kept].room = doctrine.engagements_max[ranking[k].group] - ranking[k].engagements
            kept += 1
        elif ranking[k].engagements == 0:
            note_refusal(tick, k, cause, counts, tracks, identity, ranking, events)
    if kept > 0:
        allocate(doctrine.allocation, kept, free, links, work)
        return _open_all(
            tick, p, kept, free, setting, units, radars, horizons, cells, doctrine, clock, counts, posts, emitters,
            launchers, tracks, identity, ranking, magazines, channels, engagements, work, events, resources,
        )  # fmt: skip
    return 0


@kernel
def _at_stake(k: int, doctrine: Any, missiles: Any, counts: Any, tracks: Any, ranking: Any, engagements: Any) -> float:
    """A track's threat times the chance that it survives what is committed against it already."""
    value = ranking[k].threat
    if ranking[k].engagements > 0:
        for g in range(counts[0].engagements_top):
            row = engagements[g]
            if is_open(row) and row.track == k and row.track_number == tracks[k].number:
                sheet = missiles[row.missile]
                wanted = row.rounds_wanted - row.salvo_start
                rounds = wanted if wanted > 0 else doctrine.salvo_rounds[row.group]
                value *= 1.0 - salvo_kill_probability(sheet.kill[row.group], rounds, sheet.common_cause)
    return float(value)


@kernel
def _open_all(
    tick: int, p: int, rows: int, free: int, setting: Any, units: Any, radars: Any, horizons: Any, cells: Any,
    doctrine: Any, clock: Any, counts: Any, posts: Any, emitters: Any, launchers: Any, tracks: Any, identity: Any,
    ranking: Any, magazines: Any, channels: Any, engagements: Any, work: Any, events: Any, resources: Any,
) -> int:  # fmt: skip
    """Open the engagements that were allocated, the worthiest first, as far as sectors and the crew's hands reach.

    Returns how many wait for a free hand.
    """
    waiting = 0
    in_hand = count_in_hand(p, counts, tracks, ranking)
    for _ in range(free):
        best = _next_to_open(free, doctrine, work)
        if best < 0:
            break
        row, c = work[best].row_of, work[best].channel
        k = work[row].track
        work[best].row_of = -1
        cause = out_of_sight(
            tick, c, k, setting, radars, horizons, cells, counts, emitters, tracks, engagements, channels
        )
        fresh = ranking[k].engagements == 0
        if cause == Cause.NONE and fresh and not has_hand_free(p, posts, doctrine, in_hand):
            cause = Cause.CREW_BUSY.value
            waiting += 1 if work[row].room > 0 else 0
        if cause == Cause.NONE:
            in_hand += 1 if fresh else 0
            designate(
                tick, c, k, launchers[work[best].launcher].missile, units, clock, counts, posts, magazines, tracks,
                identity, ranking, channels, engagements, events, resources,
            )  # fmt: skip
        elif fresh:
            note_refusal(tick, k, cause, counts, tracks, identity, ranking, events)
            work[row].room = 0  # said already
    for row in range(rows):
        k = work[row].track
        if work[row].room > 0 and ranking[k].engagements == 0:
            note_refusal(tick, k, Cause.NO_CHANNEL, counts, tracks, identity, ranking, events)
    return waiting


@kernel
def _next_to_open(free: int, doctrine: Any, work: Any) -> int:
    """The allocated channel whose turn is next: of the worthiest threat, or by doctrine of the oldest; -1 for none."""
    best = -1
    for n in range(free):
        row = work[n].row_of
        if row < 0:
            continue
        first = best < 0 or work[row].value > work[work[best].row_of].value
        if doctrine.allocation == Allocation.FIRST_COME:
            first = best < 0 or row < work[best].row_of
        if first:
            best = n
    return best


@kernel
def _take_up_new(
    tick: int, p: int, waiting: int, doctrine: Any, clock: Any, counts: Any, posts: Any, tracks: Any, identity: Any,
    ranking: Any, events: Any,
) -> None:  # fmt: skip
    """Give the crew's free hands the most threatening tracks that are not decided on; the others wait.

    The next free hands are for those ``waiting`` that are decided on and have a channel.
    """
    in_hand = count_in_hand(p, counts, tracks, ranking) + waiting
    while True:
        best = -1
        for k in range(counts[0].tracks_top):
            waits = _undecided(tick, p, k, doctrine, posts, tracks, identity, ranking)
            if waits and (best < 0 or _sooner(k, best, doctrine, tracks, ranking)):
                best = k
        if best < 0:
            return
        if not has_hand_free(p, posts, doctrine, in_hand):
            break
        take_up(tick, best, doctrine, clock, counts, posts, tracks, identity, ranking, events)
        note_refusal(tick, best, Cause.DECIDING, counts, tracks, identity, ranking, events)
        in_hand += 1
    for k in range(counts[0].tracks_top):
        if _undecided(tick, p, k, doctrine, posts, tracks, identity, ranking):
            note_refusal(tick, k, Cause.CREW_BUSY, counts, tracks, identity, ranking, events)


@kernel
def _undecided(tick: int, p: int, k: int, doctrine: Any, posts: Any, tracks: Any, identity: Any, ranking: Any) -> bool:
    """True for a candidate that the crew has neither decided on nor in hand."""
    row = ranking[k]
    if tracks[k].post != p or tracks[k].state < TrackState.CONFIRMED or row.number != tracks[k].number:
        return False
    if row.taken_up == 1 or row.engagements > 0 or is_decided(tick, posts[p], row):
        return False
    return bool(unfit(doctrine, tracks[k], identity[k], row) == Cause.NONE)


@kernel
def _sooner(k: int, other: int, doctrine: Any, tracks: Any, ranking: Any) -> bool:
    """True when a crew looks at one track before another: the greater threat, or by the doctrine the older track."""
    if doctrine.allocation == Allocation.FIRST_COME:
        return bool(tracks[k].number < tracks[other].number)
    return bool(ranking[k].threat > ranking[other].threat)
