"""Whose is it: a Bayesian identity per track from interrogation, codes, plans, kinematics and course."""

from __future__ import annotations

from math import nan, sqrt
from typing import Any

from openiads._jit import kernel
from openiads.constants import NEVER
from openiads.engine.events import add_event, last_event, note_directive
from openiads.engine.track_state import predicted_position
from openiads.enums import (
    CodeEvidence,
    CourseEvidence,
    EventKind,
    EvidenceKind,
    Identity,
    IffEvidence,
    KinematicClass,
    TrackState,
    Verb,
)
from openiads.estimation.bayes import add_evidence, posterior, standard_identity
from openiads.estimation.motion import FALL_CLIMB_MPS
from openiads.physics.earth import height_above_sea
from openiads.vec3 import Vec3, dot, norm, read, step, sub, write

ASKED_ENOUGH = 2  # unanswered interrogations before silence counts
SPEED_SIGMA_MAX_MPS = 60.0  # a track's velocity must be known so well before kinematics count
COURSE_MISS_M = 8000.0  # passing an asset closer than this is heading for it
COURSE_TIME_S = 900.0


@kernel
def identify(
    tick: int, setting: Any, doctrines: Any, plans: Any, plan_points: Any, posts: Any, counts: Any,
    replies: Any, directives: Any, plots: Any, tracks: Any, ranking: Any, identity: Any, events: Any, evidence: Any,
) -> int:  # fmt: skip
    """Weigh the evidence on every track once a decision cycle; returns the next due tick.

    Reads: setting, doctrines, plans, plan_points, posts, replies, plots (which track a reply goes
    with), tracks, ranking (of the last cycle: where a track is heading).
    Writes: identity, directives (done), counts, events, evidence.
    """
    _take_replies(counts, replies, plots, tracks, identity)
    due = NEVER
    for p in range(posts.size):
        if tick >= posts[p].next_cycle_tick:
            _obey(tick, p, counts, directives, tracks, identity, events)
            doctrine = doctrines[posts[p].doctrine]
            for k in range(counts[0].tracks_top):
                if tracks[k].post == p and tracks[k].state >= TrackState.CONFIRMED:
                    _weigh(
                        tick, k, setting, doctrine, plans, plan_points, counts, tracks, ranking, identity, events,
                        evidence,
                    )  # fmt: skip
            due = min(due, tick + doctrine.cycle_tick)
        else:
            due = min(due, posts[p].next_cycle_tick)
    return int(due)


@kernel
def _take_replies(counts: Any, replies: Any, plots: Any, tracks: Any, identity: Any) -> None:
    for n in range(counts[0].replies_read, counts[0].replies):
        k = plots[replies[n].plot].track
        if k >= 0:
            _fresh(k, tracks, identity)
            row = identity[k]
            row.asked += 1
            if replies[n].iff != IffEvidence.NO_REPLY:
                row.replied += 1
                row.level[EvidenceKind.IFF] = max(row.level[EvidenceKind.IFF], replies[n].iff)
                if replies[n].code >= 0:
                    row.code = replies[n].code  # the last that could be read
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
    row.asked = 0
    row.replied = 0
    row.code = -1
    row.plan = -1
    row.told_height_m = nan
    row.ordered = 0
    row.weighed = 0
    row.event = tracks[k].confirmed_event
    write(row.probability, Vec3(0.0, 0.0, 0.0))


@kernel
def _obey(tick: int, p: int, counts: Any, directives: Any, tracks: Any, identity: Any, events: Any) -> None:
    """Take an operator's word on an identity."""
    for d in range(counts[0].directives):
        order = directives[d]
        if order.done == 0 and order.post == p and order.verb == Verb.SET_IDENTITY and order.tick <= tick:
            order.done = 1
            found = False
            for k in range(counts[0].tracks_top):
                meant = tracks[k].post == p and tracks[k].number == order.track_number
                if meant and tracks[k].state >= TrackState.CONFIRMED:
                    _fresh(k, tracks, identity)
                    identity[k].ordered = 1
                    identity[k].identity = order.value
                    found = True
                    _log_identity(tick, tracks[k], identity[k], counts, events)
            note_directive(tick, order, found, counts, events)


@kernel
def _log_identity(tick: int, track: Any, row: Any, counts: Any, events: Any) -> None:
    event = add_event(events, counts, tick, EventKind.IDENTIFIED, row.event)
    event.post = track.post
    event.track = row.number
    event.code = row.identity
    event.value = row.probability[2]
    write(event.pos_enu_m, predicted_position(track, tick))
    row.event = last_event(counts)


@kernel
def _weigh(
    tick: int, k: int, setting: Any, doctrine: Any, plans: Any, plan_points: Any, counts: Any, tracks: Any,
    ranking: Any, identity: Any, events: Any, evidence: Any,
) -> None:  # fmt: skip
    _fresh(k, tracks, identity)
    row = identity[k]
    changed = _gather(tick, k, setting, doctrine, plans, plan_points, tracks, ranking, row)
    if not changed and row.weighed == 1:
        return
    row.weighed = 1
    if row.event < 0:
        row.event = tracks[k].confirmed_event  # the row was begun while the track was tentative
    total = read(doctrine.log_prior)
    for kind in range(row.level.size):
        total = add_evidence(total, doctrine.likelihood_log[kind, row.level[kind]])
    chances = posterior(total)
    write(row.probability, chances)
    before = row.identity
    asked = row.level[EvidenceKind.IFF] != IffEvidence.NOT_ASKED
    known = asked or row.level[EvidenceKind.KINEMATICS] != KinematicClass.UNKNOWN
    if row.ordered == 0 and known:
        row.identity = standard_identity(doctrine, chances)
    if row.identity != before:
        _log_identity(tick, tracks[k], row, counts, events)
    if evidence.size > 0:
        _log_evidence(tick, tracks[k].post, row, counts, evidence)


@kernel
def _gather(
    tick: int, k: int, setting: Any, doctrine: Any, plans: Any, plan_points: Any, tracks: Any, ranking: Any, row: Any
) -> bool:
    """Bring each kind of evidence up to date; true when one of them changed."""
    track = tracks[k]
    level = row.level
    iff, code = level[EvidenceKind.IFF], level[EvidenceKind.CODE]
    kinematics, course = level[EvidenceKind.KINEMATICS], level[EvidenceKind.COURSE]
    if row.replied == 0 and row.asked >= ASKED_ENOUGH:
        level[EvidenceKind.IFF] = IffEvidence.NO_REPLY
    level[EvidenceKind.CODE] = _code_evidence(tick, doctrine, plans, plan_points, track, row)
    level[EvidenceKind.KINEMATICS] = kinematic_class(setting[0].earth_radius_m, track, tick, kinematics)
    passing_m = COURSE_MISS_M if course == CourseEvidence.AWAY else 2.0 * COURSE_MISS_M  # no flicker
    heading = ranking[k].number == track.number and ranking[k].closest_m < passing_m
    close = heading and ranking[k].time_to_asset_s < COURSE_TIME_S
    level[EvidenceKind.COURSE] = CourseEvidence.TOWARDS_ASSET if close else CourseEvidence.AWAY
    same = iff == level[EvidenceKind.IFF] and code == level[EvidenceKind.CODE]
    same = same and kinematics == level[EvidenceKind.KINEMATICS] and course == level[EvidenceKind.COURSE]
    return bool(not same)


@kernel
def _code_evidence(tick: int, doctrine: Any, plans: Any, plan_points: Any, track: Any, row: Any) -> int:
    if row.code < 0:
        return CodeEvidence.NONE.value
    best = CodeEvidence.CODE_UNKNOWN.value
    for n in range(plans.size):
        if plans[n].filed == 1 and plans[n].known_tick <= tick and plans[n].code == row.code:
            best = max(best, CodeEvidence.CODE_OF_PLAN.value)
            off_m = off_plan_m(tick, plans[n], plan_points, predicted_position(track, tick), doctrine)
            if off_m < doctrine.corridor_half_m:
                best = CodeEvidence.CODE_AND_ROUTE_OF_PLAN.value
                row.plan = n
    return best


@kernel
def off_plan_m(tick: int, plan: Any, plan_points: Any, pos_enu_m: Vec3, doctrine: Any) -> float:
    """Horizontal distance from a filed plan's route where the plan is due within the tolerance, m."""
    best2 = 1e18
    for n in range(plan.first_point, plan.first_point + plan.point_count - 1):
        early = plan_points[n].tick - doctrine.plan_tolerance_tick
        late = plan_points[n + 1].tick + doctrine.plan_tolerance_tick
        if early <= tick <= late:
            start_m = read(plan_points[n].pos_enu_m)
            along_m = sub(read(plan_points[n + 1].pos_enu_m), start_m)
            share = dot(sub(pos_enu_m, start_m), along_m) / max(dot(along_m, along_m), 1.0)
            off_m = sub(pos_enu_m, step(start_m, along_m, min(max(share, 0.0), 1.0)))
            best2 = min(best2, off_m.x * off_m.x + off_m.y * off_m.y)
    return sqrt(best2)


@kernel
def kinematic_class(earth_radius_m: float, track: Any, tick: int, before: int) -> int:
    """What height and speed say: bands of the published target classes. What fell goes on falling while it is fast.

    Source: RCS, speed and height bands by class in the catalog's target files. Limits: thresholds are assumed.
    """
    if track.vel_sigma_mps > SPEED_SIGMA_MAX_MPS:
        return before if before == KinematicClass.BALLISTIC else KinematicClass.UNKNOWN.value
    vel_mps = read(track.vel_enu_mps)
    speed_mps = norm(vel_mps)
    height_m = height_above_sea(earth_radius_m, predicted_position(track, tick))
    steep = abs(vel_mps.z) > 0.5 * speed_mps and abs(vel_mps.z) > FALL_CLIMB_MPS
    if height_m > 26000.0 or steep or (speed_mps > 900.0 and vel_mps.z < -0.35 * speed_mps):
        return KinematicClass.BALLISTIC.value
    if speed_mps > 380.0 and before == KinematicClass.BALLISTIC:
        return KinematicClass.BALLISTIC.value
    if speed_mps > 380.0:
        return KinematicClass.SUPERSONIC.value
    if speed_mps < 90.0:
        return KinematicClass.SLOW.value
    if height_m < 1500.0 and speed_mps > 130.0:
        return KinematicClass.LOW_FAST.value
    if 2000.0 < height_m < 13500.0 and speed_mps < 300.0:
        return KinematicClass.AIRWAY.value
    return KinematicClass.FAST_HIGH.value


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
