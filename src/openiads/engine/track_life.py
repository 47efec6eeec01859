"""What becomes of tracks between plots: they coast, are dropped, merge with their twins, and are sampled."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel, outlined
from openiads.constants import SECONDS_PER_TICK
from openiads.engine.events import add_event, last_event
from openiads.engine.track_state import predicted_position, settle_late
from openiads.enums import EventKind, Identity, TrackState
from openiads.estimation.imm import JOINT, foreseen
from openiads.estimation.kalman import Gauss, read_state
from openiads.estimation.sight import apart2
from openiads.vec3 import read, write

COASTING_SCANS = 1.5
WIDEST_M = 20_000.0  # standard deviation at which a track fed by strobes alone is dropped, assumed
STROBES_ALONE_TICK = 120_000  # that strobes keep a track after its last plot, assumed
TWIN_SCANS = 2.0  # that two tracks lie on each other before they are one, assumed
TWIN_REACH = 4.0  # standard deviations within which tracks are compared at all
TWIN_GATE = 12.6  # 95 % of a chi-square of six degrees of freedom


@kernel
def maintain(
    tick: int, posts: Any, doctrines: Any, emitters: Any, counts: Any, tracks: Any, banks: Any, identity: Any,
    ranking: Any, engagements: Any, interceptors: Any, events: Any, track_samples: Any,
) -> None:  # fmt: skip
    """Coast and drop what has had no plot for long, join twins, and sample the rest."""
    for k in range(counts[0].tracks_top):
        track = tracks[k]
        if track.state == TrackState.FREE:
            continue
        doctrine = doctrines[posts[track.post].doctrine]
        if track.state == TrackState.TENTATIVE:
            looks = (tick - track.first_tick) / track.scan_tick + 0.5
            if track.hits + doctrine.confirm_looks - looks < doctrine.confirm_hits:
                _drop(k, counts, track)
            continue
        silent_tick = tick - track.plot_tick
        if _is_lost(tick, track, emitters[track.search_radar], doctrine):
            _note(tick, EventKind.TRACK_LOST, track, counts, events)
            _drop(k, counts, track)
            continue
        if track.state == TrackState.CONFIRMED and silent_tick > COASTING_SCANS * track.scan_tick:
            track.state = TrackState.COASTED
            _note(tick, EventKind.TRACK_COASTED, track, counts, events)
        settle_late(tick, track, banks[k], banks[banks.size - 1])
        if track.rival >= 0:
            _compare(tick, k, counts, tracks, banks, identity, ranking, engagements, interceptors, events)
        if track.state != TrackState.FREE and track_samples.size > 0:
            _sample(tick, k, counts, track, banks, identity, track_samples)
    while counts[0].tracks_top > 0 and tracks[counts[0].tracks_top - 1].state == TrackState.FREE:
        counts[0].tracks_top -= 1


@kernel
def _is_lost(tick: int, track: Any, emitter: Any, doctrine: Any) -> bool:
    """True when the slowest radar that saw it lately has missed it too often; strobes put that off for a while.

    A radar that is silent on purpose misses nothing: while the one that found the track last in its search is, no time
    counts.
    """
    seen_tick, bearing_tick = track.plot_tick, track.bearing_tick
    if emitter.silent_until_tick > 0:
        seen_tick = max(seen_tick, min(tick, emitter.silent_until_tick))
        bearing_tick = max(bearing_tick, seen_tick)
    patience_tick = doctrine.coast_scans * track.slow_tick
    if tick - bearing_tick > patience_tick or track.pos_sigma_m > WIDEST_M:
        return True
    return bool(tick - seen_tick > patience_tick + STROBES_ALONE_TICK)


@outlined
def _compare(
    tick: int, k: int, counts: Any, tracks: Any, banks: Any, identity: Any, ranking: Any, engagements: Any,
    interceptors: Any, events: Any,
) -> None:  # fmt: skip
    """Where the track that takes this one's plots has lain on it for some scans, the two become one."""
    track = tracks[k]
    rival = tracks[track.rival]
    known = rival.number == track.rival_number and rival.state >= TrackState.CONFIRMED
    if not known or not _on_each_other(tick, k, track.rival, tracks, banks):
        track.rival = -1
    elif tick - track.rival_tick >= TWIN_SCANS * track.scan_tick:
        _merge(tick, k, track.rival, counts, tracks, banks, identity, ranking, engagements, interceptors, events)


@kernel
def _on_each_other(tick: int, k: int, j: int, tracks: Any, banks: Any) -> bool:
    """True when two tracks may be one object's: near in place and speed, and no look had a plot for each."""
    one, other = tracks[k], tracks[j]
    reach_m = TWIN_REACH * (one.pos_sigma_m + other.pos_sigma_m)
    here_m, there_m = predicted_position(one, tick), predicted_position(other, tick)
    if abs(here_m.x - there_m.x) > reach_m or abs(here_m.y - there_m.y) > reach_m:
        return False
    together = 2 * abs(one.search_tick - other.search_tick) < one.scan_tick
    if together and one.search_radar == other.search_radar:
        return False
    first, second = read_state(banks[k], JOINT), read_state(banks[j], JOINT)
    return bool(
        apart2(here_m, there_m, first.pp, second.pp) + apart2(first.vel, second.vel, first.vv, second.vv) < TWIN_GATE
    )


@outlined
def _merge(
    tick: int, k: int, j: int, counts: Any, tracks: Any, banks: Any, identity: Any, ranking: Any, engagements: Any,
    interceptors: Any, events: Any,
) -> None:  # fmt: skip
    """One number stays, the older; the state is of the one that was seen last, and what was fired at it goes on."""
    kept = k if tracks[k].first_tick < tracks[j].first_tick else j
    gone = j if kept == k else k
    old, new = tracks[kept], tracks[gone]
    event = add_event(events, counts, tick, EventKind.TRACK_MERGED, new.confirmed_event)
    event.post = new.post
    event.track = new.number
    event.code = old.number
    write(event.pos_enu_m, read(new.pos_enu_m))
    _hand_over(gone, kept, counts, tracks, ranking, engagements, interceptors)
    _hand_over_identity(tick, gone, kept, counts, tracks, identity, events)
    if new.plot_tick > old.plot_tick:
        number, first_tick, confirmed_event = old.number, old.first_tick, old.confirmed_event
        hits, score = old.hits, max(old.score, new.score)
        tracks[kept] = tracks[gone]
        banks[kept] = banks[gone]
        old.number, old.first_tick, old.confirmed_event = number, first_tick, confirmed_event
        old.hits, old.score = hits + new.hits, score
    old.rival = -1
    _drop(gone, counts, new)


@kernel
def _hand_over(
    gone: int, kept: int, counts: Any, tracks: Any, ranking: Any, engagements: Any, interceptors: Any
) -> None:
    """Engagements, rounds and decisions of a track that goes are of the one that stays."""
    for g in range(counts[0].engagements_top):
        if engagements[g].track == gone and engagements[g].track_number == tracks[gone].number:
            engagements[g].track = kept
            engagements[g].track_number = tracks[kept].number
    if ranking.size > 0 and ranking[gone].number == tracks[gone].number:
        if ranking[kept].number == tracks[kept].number:
            _hand_over_decisions(ranking[gone], ranking[kept])
        else:
            ranking[kept] = ranking[gone]
            ranking[kept].number = tracks[kept].number
    for i in range(counts[0].interceptors_top):
        if interceptors[i].track == gone and interceptors[i].track_number == tracks[gone].number:
            interceptors[i].track = kept
            interceptors[i].track_number = tracks[kept].number


@kernel
def _hand_over_identity(tick: int, gone: int, kept: int, counts: Any, tracks: Any, identity: Any, events: Any) -> None:
    """The identity that a person ordered stands, else the graver one; a change is logged with the merging as cause."""
    old, new = identity[gone], identity[kept]
    if old.number != tracks[gone].number:
        return
    known = new.number == tracks[kept].number
    graver = old.ordered == 1 or old.probability[2] > new.probability[2]
    if known and (new.ordered == 1 or not graver):
        return
    before = new.identity if known else Identity.PENDING.value
    identity[kept] = identity[gone]
    new.number = tracks[kept].number
    if new.identity != before:
        event = add_event(events, counts, tick, EventKind.IDENTIFIED, last_event(counts))
        event.post = tracks[kept].post
        event.track = new.number
        event.code = new.identity
        event.value = new.probability[2]
        write(event.pos_enu_m, read(tracks[kept].pos_enu_m))
        new.event = last_event(counts)


@kernel
def _hand_over_decisions(old: Any, new: Any) -> None:
    """What the crew has decided of a track, and what has been fired at it, stays so for the one that stays."""
    new.engagements += old.engagements
    new.salvos += old.salvos
    new.killed_tick = max(new.killed_tick, old.killed_tick)
    new.taken_up = max(new.taken_up, old.taken_up)
    new.approved = max(new.approved, old.approved)
    new.ceased = max(new.ceased, old.ceased)
    new.decide_tick = min(new.decide_tick, old.decide_tick)


@kernel
def _drop(k: int, counts: Any, track: Any) -> None:
    track.state = TrackState.FREE
    counts[0].tracks_free = min(counts[0].tracks_free, k)


@kernel
def _note(tick: int, kind: int, track: Any, counts: Any, events: Any) -> None:
    event = add_event(events, counts, tick, kind, track.confirmed_event)
    event.post = track.post
    event.track = track.number
    write(event.pos_enu_m, read(track.pos_enu_m))


@kernel
def _sample(tick: int, k: int, counts: Any, track: Any, banks: Any, identity: Any, track_samples: Any) -> None:
    row = track_samples[counts[0].track_samples]
    counts[0].track_samples += 1
    row.tick = tick
    row.post = track.post
    row.number = track.number
    row.state = track.state
    row.identity = identity[k].identity if identity[k].number == track.number else 0
    row.hits = track.hits
    row.plot_tick = track.plot_tick
    row.score = track.score
    span_s = (tick - track.tick) * SECONDS_PER_TICK
    now = foreseen(banks[k], banks[banks.size - 1], span_s, _unseen_s(tick, track))
    write(row.pos_enu_m, now.pos)
    write(row.vel_enu_mps, now.vel)
    _write_upper(row.cov, now)


@kernel
def _unseen_s(tick: int, track: Any) -> float:
    """Time in which a turn may have begun unseen: since the last plot, and where that was of a search, a scan more."""
    before_tick = track.scan_tick if track.plot_tick == track.search_tick else 0
    return float((tick - track.plot_tick + before_tick) * SECONDS_PER_TICK)


@kernel
def _write_upper(cov: Any, g: Gauss) -> None:
    """The upper triangle of the covariance, row by row, position before velocity."""
    cov[0], cov[1], cov[2] = g.pp.x.x, g.pp.x.y, g.pp.x.z
    cov[3], cov[4], cov[5] = g.pv.x.x, g.pv.x.y, g.pv.x.z
    cov[6], cov[7] = g.pp.y.y, g.pp.y.z
    cov[8], cov[9], cov[10] = g.pv.y.x, g.pv.y.y, g.pv.y.z
    cov[11] = g.pp.z.z
    cov[12], cov[13], cov[14] = g.pv.z.x, g.pv.z.y, g.pv.z.z
    cov[15], cov[16], cov[17] = g.vv.x.x, g.vv.x.y, g.vv.x.z
    cov[18], cov[19] = g.vv.y.y, g.vv.y.z
    cov[20] = g.vv.z.z
