"""Whose is it: a Bayesian identity per track from ten kinds of evidence, each as far as it is known in time."""

from __future__ import annotations

from math import nan
from typing import Any

from openiads._jit import kernel
from openiads.constants import NEVER
from openiads.engine.airspace import plumb
from openiads.engine.conduct import act_evidence, note_jamming, note_release, place
from openiads.engine.events import add_event, last_event, note_directive
from openiads.engine.evidence import (
    code_evidence,
    course_evidence,
    hear,
    iff_evidence,
    kinematic_class,
    notice_evidence,
    put,
    route_evidence,
)
from openiads.engine.track_state import predicted_position, track_of
from openiads.enums import (
    ActEvidence,
    EventKind,
    EvidenceKind,
    Identity,
    IffEvidence,
    KinematicClass,
    NoticeEvidence,
    TrackState,
    Verb,
    WordEvidence,
)
from openiads.estimation.bayes import add_evidence, log_odds, posterior, standard_identity, take_evidence
from openiads.vec3 import Vec3, read, write


@kernel
def identify(
    tick: int, setting: Any, doctrines: Any, radars: Any, plans: Any, plan_points: Any, airports: Any, zones: Any,
    zone_corners: Any, notices: Any, posts: Any, emitters: Any, counts: Any, replies: Any, strobes: Any,
    directives: Any, plots: Any, tracks: Any, ranking: Any, identity: Any, events: Any, evidence: Any,
) -> int:  # fmt: skip
    """Weigh the evidence on every track once a decision cycle; returns the next due tick.

    Reads: setting, doctrines, radars, emitters (where the antennas stand), plans, plan_points, airports, zones,
    zone_corners, notices, posts, replies, plots (which track a reply goes with), strobes, tracks, ranking (of the last
    cycle: where a track is heading).
    Writes: identity, directives (done), counts, events, evidence.
    """
    _take_replies(setting, doctrines, posts, counts, replies, plots, tracks, identity)
    note_jamming(tick, counts, strobes, tracks, identity)
    due = NEVER
    for p in range(posts.size):
        if tick >= posts[p].next_cycle_tick:
            doctrine = doctrines[posts[p].doctrine]
            for k in range(counts[0].tracks_top):
                if tracks[k].post == p and tracks[k].state != TrackState.FREE:
                    _fresh(k, tracks, identity)
                    if identity[k].placed == 0:
                        place(
                            tick, k, setting, doctrine, radars, airports, zones, zone_corners, emitters, counts, tracks,
                            identity,
                        )  # fmt: skip
            _obey(tick, p, counts, directives, tracks, identity, events)
            for k in range(counts[0].tracks_top):
                if tracks[k].post == p and tracks[k].state >= TrackState.CONFIRMED:
                    _gather(
                        tick, k, setting, doctrine, plans, plan_points, zones, zone_corners, notices, tracks, ranking,
                        identity,
                    )  # fmt: skip
                    if identity[k].weighed == 0:
                        _weigh(tick, doctrine, tracks[k], identity[k], counts, events, evidence)
            due = min(due, tick + doctrine.cycle_tick)
        else:
            due = min(due, posts[p].next_cycle_tick)
    return int(due)


@kernel
def _take_replies(
    setting: Any, doctrines: Any, posts: Any, counts: Any, replies: Any, plots: Any, tracks: Any, identity: Any
) -> None:
    for n in range(counts[0].replies_read, counts[0].replies):
        k = plots[replies[n].plot].track
        if k >= 0:
            _fresh(k, tracks, identity)
            doctrine = doctrines[posts[replies[n].post].doctrine]
            hear(setting[0].earth_radius_m, doctrine, replies[n], tracks[k], identity[k])
    counts[0].replies_read = counts[0].replies


@kernel
def _fresh(k: int, tracks: Any, identity: Any) -> None:
    """Begin the identity row of a new track in a used slot."""
    row = identity[k]
    if row.number == tracks[k].number:
        return
    row.number = tracks[k].number
    row.identity = Identity.PENDING
    for kind in range(row.level.size):
        row.level[kind] = 0
        row.last_level[kind] = 0
    row.asked = 0
    row.replied = 0
    row.code = -1
    row.plan = -1
    row.told_height_m = nan
    row.told_wrong = 0
    row.ordered = 0
    row.weighed = 0
    row.placed = 0
    row.parent = -1
    row.parent_number = -1
    row.jam_looks = 0
    row.jam_tick = 0
    row.event = tracks[k].confirmed_event
    write(row.jam_along, Vec3(0.0, 0.0, 0.0))
    write(row.probability, Vec3(0.0, 0.0, 0.0))


# ---- A person's word -----------------------------------------------------------------------------


@kernel
def _obey(tick: int, p: int, counts: Any, directives: Any, tracks: Any, identity: Any, events: Any) -> None:
    """Take an operator's order of an identity, which stands, and his word on one, which is weighed."""
    for d in range(counts[0].directives):
        order = directives[d]
        ordered, told = order.verb == Verb.SET_IDENTITY, order.verb == Verb.TELL_IDENTITY
        if (ordered or told) and order.done == 0 and order.post == p and order.tick <= tick:
            order.done = 1
            k = track_of(p, order.track_number, counts, tracks)
            note_directive(tick, order, k >= 0, counts, events)
            if k >= 0 and told:
                put(identity[k], EvidenceKind.WORD, word_of(order.value))
            elif k >= 0:
                row = identity[k]
                row.ordered = 1
                row.identity = order.value
                _log_identity(tick, tracks[k], row, -1, last_event(counts), counts, events)


@kernel
def class_of(identity: int) -> int:
    """The class that an identity stands for: 0 friend, 1 civil, 2 hostile, -1 none."""
    if identity >= Identity.SUSPECT:
        return 2
    if identity == Identity.NEUTRAL:
        return 1
    return 0 if identity >= Identity.ASSUMED_FRIEND else -1


@kernel
def word_of(said: int) -> int:
    """What a person's word on an identity weighs as; pending and unknown take it back."""
    who = class_of(said)
    if who < 0:
        return WordEvidence.NONE.value
    if who == 0:
        return WordEvidence.FRIEND.value
    return WordEvidence.NEUTRAL.value if who == 1 else WordEvidence.HOSTILE.value


# ---- Weighing ------------------------------------------------------------------------------------


@kernel
def _gather(
    tick: int, k: int, setting: Any, doctrine: Any, plans: Any, plan_points: Any, zones: Any, zone_corners: Any,
    notices: Any, tracks: Any, ranking: Any, identity: Any,
) -> None:  # fmt: skip
    """Bring each kind of evidence up to date; a level that changes has the track weighed anew."""
    track, row = tracks[k], identity[k]
    pos_m = predicted_position(track, tick)
    earth_m = setting[0].earth_radius_m
    spot_m = plumb(earth_m, pos_m)
    put(row, EvidenceKind.IFF, iff_evidence(row))
    put(row, EvidenceKind.CODE, code_evidence(tick, doctrine, plans, plan_points, pos_m, row))
    route = route_evidence(tick, doctrine, plans, plan_points, zones, zone_corners, spot_m, track, row)
    put(row, EvidenceKind.ROUTE, route)
    kinematics = kinematic_class(earth_m, track, tick, row.level[EvidenceKind.KINEMATICS])
    put(row, EvidenceKind.KINEMATICS, kinematics)
    put(row, EvidenceKind.COURSE, course_evidence(track, ranking[k], row.level[EvidenceKind.COURSE]))
    put(row, EvidenceKind.NOTICE, notice_evidence(tick, doctrine, notices, plans, plan_points, track, row))
    put(row, EvidenceKind.ACT, act_evidence(tick, zones, zone_corners, spot_m, track, row))
    note_release(tick, k, tracks, identity)


@kernel
def _weigh(tick: int, doctrine: Any, track: Any, row: Any, counts: Any, events: Any, evidence: Any) -> None:
    row.weighed = 1
    if row.event < 0:
        row.event = track.confirmed_event  # the row was begun while the track was tentative
    total = read(doctrine.log_prior)
    for kind in range(row.level.size):
        total = add_evidence(total, doctrine.likelihood_log[kind, row.level[kind]])
    chances = posterior(total)
    write(row.probability, chances)
    before = row.identity
    if row.ordered == 0 and _is_known(row):
        row.identity = standard_identity(doctrine, chances)
    if row.identity != before:
        tipped = tipped_by(doctrine, total, row, before)
        _log_identity(tick, track, row, tipped, row.event, counts, events)
    if evidence.size > 0:
        _log_evidence(tick, track.post, row, counts, evidence)


@kernel
def _is_known(row: Any) -> bool:
    """True once it has been asked, or its flight, its acts, a notice or a person say something."""
    level = row.level
    seen = level[EvidenceKind.KINEMATICS] != KinematicClass.UNKNOWN or level[EvidenceKind.ACT] != ActEvidence.NONE
    told = level[EvidenceKind.NOTICE] != NoticeEvidence.NONE or level[EvidenceKind.WORD] != WordEvidence.NONE
    return bool(level[EvidenceKind.IFF] != IffEvidence.NOT_ASKED or seen or told)


@kernel
def tipped_by(doctrine: Any, total: Vec3, row: Any, before: int) -> int:
    """The kind of evidence whose change since the last identity moved the log-odds most towards the new one.

    Of an identity that was given up for a weaker one of the same class, or for unknown, that is what spoke against the
    class most. -1 where no change did.
    """
    who, sign = class_of(row.identity), 1.0
    weaker = row.identity == Identity.SUSPECT and before == Identity.HOSTILE
    weaker = weaker or (row.identity == Identity.ASSUMED_FRIEND and before == Identity.FRIEND)
    if weaker or who < 0:
        who, sign = class_of(before), -1.0
    best, most = -1, 0.0
    if who < 0:
        return best
    now = log_odds(total, who)
    for kind in range(row.level.size):
        if row.level[kind] != row.last_level[kind]:
            table = doctrine.likelihood_log
            without = take_evidence(total, table[kind, row.level[kind]])
            without = add_evidence(without, table[kind, row.last_level[kind]])
            moved = sign * (now - log_odds(without, who))
            if moved > most:
                best, most = kind, moved
    return best


@kernel
def _log_identity(tick: int, track: Any, row: Any, tipped: int, because: int, counts: Any, events: Any) -> None:
    event = add_event(events, counts, tick, EventKind.IDENTIFIED, because)
    event.post = track.post
    event.track = row.number
    event.code = row.identity
    event.evidence = tipped
    event.value = row.probability[2]
    write(event.pos_enu_m, predicted_position(track, tick))
    row.event = last_event(counts)
    for kind in range(row.level.size):
        row.last_level[kind] = row.level[kind]


@kernel
def _log_evidence(tick: int, post: int, row: Any, counts: Any, evidence: Any) -> None:
    note = evidence[counts[0].evidence]
    counts[0].evidence += 1
    note.tick = tick
    note.post = post
    note.number = row.number
    note.identity = row.identity
    note.code = row.code
    note.iff = row.level[EvidenceKind.IFF]
    note.code_evidence = row.level[EvidenceKind.CODE]
    note.route = row.level[EvidenceKind.ROUTE]
    note.height = row.level[EvidenceKind.HEIGHT]
    note.kinematics = row.level[EvidenceKind.KINEMATICS]
    note.origin = row.level[EvidenceKind.ORIGIN]
    note.course = row.level[EvidenceKind.COURSE]
    note.act = row.level[EvidenceKind.ACT]
    note.notice = row.level[EvidenceKind.NOTICE]
    note.word = row.level[EvidenceKind.WORD]
    write(note.probability, read(row.probability))
