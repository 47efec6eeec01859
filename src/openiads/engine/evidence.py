"""What is known of a track in time: one function a kind of evidence, each gives the level that it has by now."""

from __future__ import annotations

from math import sqrt
from typing import Any

from openiads._jit import kernel
from openiads.engine.airspace import holds, in_force
from openiads.engine.interrogation import WITH_HEIGHT
from openiads.engine.track_state import predicted_position
from openiads.enums import (
    CodeEvidence,
    CourseEvidence,
    EvidenceKind,
    HeightEvidence,
    IffEvidence,
    KinematicClass,
    NoticeEvidence,
    RouteEvidence,
    ZoneKind,
)
from openiads.estimation.motion import FALL_CLIMB_MPS
from openiads.physics.earth import height_above_sea
from openiads.vec3 import Vec3, dot, norm, read, step, sub

ASKED_ENOUGH = 2  # unanswered interrogations before silence counts, assumed
SPEED_SIGMA_MAX_MPS = 60.0  # a track's velocity must be known so well before kinematics count, assumed
COURSE_MISS_M = 8000.0  # passing an asset closer than this is heading for it, assumed
COURSE_TIME_S = 900.0  # and being there within this time, assumed
HEIGHT_KNOWN_M = 500.0  # standard deviation of a height that is measured well enough to be compared, assumed
HEIGHT_SIGMAS = 3.0  # of the track's height, by which a told height may be off besides, assumed
HEIGHT_ENOUGH = 3  # tellings in a row that must disagree: one may have gone with another's plot, assumed
ALONG_COSINE = 0.7  # of the angle between a course and a leg that is flown along; assumed, 45 degrees
SIDE_COSINE = 0.866  # and one of a corridor's long sides; assumed, 30 degrees
LONG_SIDE = 0.5  # share of the longest side of a corridor that a side must have to show which way it runs, assumed
HOLD = 1.25  # half widths within which a track that was on a route stays on it: no flicker, assumed


@kernel
def put(row: Any, kind: int, level: int) -> None:
    """Set what a kind of evidence says; the identity is weighed anew where that changes it."""
    if row.level[kind] != level:
        row.level[kind] = level
        row.weighed = 0


# ---- What it answers -----------------------------------------------------------------------------


@kernel
def hear(earth_radius_m: float, doctrine: Any, reply: Any, track: Any, row: Any) -> None:
    """Take what the interrogation of one of a track's plots gave."""
    row.asked += 1
    if reply.iff == IffEvidence.NO_REPLY:
        return
    row.replied += 1
    put(row, EvidenceKind.IFF, max(row.level[EvidenceKind.IFF], reply.iff))
    if reply.code >= 0:
        row.code = reply.code  # the last that could be read
    if reply.modes & WITH_HEIGHT > 0:
        row.told_height_m = reply.height_m
        put(row, EvidenceKind.HEIGHT, height_evidence(earth_radius_m, doctrine, reply, track, row))


@kernel
def height_evidence(earth_radius_m: float, doctrine: Any, reply: Any, track: Any, row: Any) -> int:
    """Whether the told height is the measured one, compared at the moment of telling.

    Limits: says nothing where the height is hardly measured.
    """
    before = row.level[EvidenceKind.HEIGHT]
    if track.height_sigma_m > HEIGHT_KNOWN_M:
        return int(before)
    measured_m = height_above_sea(earth_radius_m, predicted_position(track, reply.tick))
    slack_m = doctrine.height_tolerance_m + HEIGHT_SIGMAS * track.height_sigma_m
    if abs(row.told_height_m - measured_m) <= slack_m:
        row.told_wrong = 0
        return HeightEvidence.AGREES.value
    row.told_wrong += 1
    return HeightEvidence.DISAGREES.value if row.told_wrong >= HEIGHT_ENOUGH else int(before)


@kernel
def iff_evidence(row: Any) -> int:
    """Silence counts once it has been asked often enough; the best answer so far stands."""
    if row.replied == 0 and row.asked >= ASKED_ENOUGH:
        return IffEvidence.NO_REPLY.value
    return int(row.level[EvidenceKind.IFF])


@kernel
def code_evidence(tick: int, doctrine: Any, plans: Any, plan_points: Any, pos_m: Vec3, row: Any) -> int:
    """Whether a filed plan known by now has its code, and whether it flies where that plan is due."""
    if row.code < 0:
        return CodeEvidence.NONE.value
    best = CodeEvidence.CODE_UNKNOWN.value
    for n in range(plans.size):
        if plans[n].filed == 1 and plans[n].known_tick <= tick and plans[n].code == row.code:
            best = max(best, CodeEvidence.CODE_OF_PLAN.value)
            if off_plan_m(tick, plans[n], plan_points, pos_m, doctrine) < doctrine.corridor_half_m:
                best = CodeEvidence.CODE_AND_ROUTE_OF_PLAN.value
                row.plan = n
    return best


# ---- Where it flies ------------------------------------------------------------------------------


@kernel
def off_plan_m(tick: int, plan: Any, plan_points: Any, pos_enu_m: Vec3, doctrine: Any) -> float:
    """Horizontal distance from a filed plan's route where the plan is due within the tolerance, m."""
    best2 = 1e18
    for n in range(plan.first_point, plan.first_point + plan.point_count - 1):
        early = plan_points[n].tick - doctrine.plan_tolerance_tick
        late = plan_points[n + 1].tick + doctrine.plan_tolerance_tick
        if early <= tick <= late:
            best2 = min(best2, off_leg2(read(plan_points[n].pos_enu_m), read(plan_points[n + 1].pos_enu_m), pos_enu_m))
    return sqrt(best2)


@kernel
def off_leg2(start_m: Vec3, end_m: Vec3, pos_m: Vec3) -> float:
    """Squared horizontal distance from a straight leg, m2."""
    along_m = sub(end_m, start_m)
    share = dot(sub(pos_m, start_m), along_m) / max(dot(along_m, along_m), 1.0)
    off_m = sub(pos_m, step(start_m, along_m, min(max(share, 0.0), 1.0)))
    return off_m.x * off_m.x + off_m.y * off_m.y


@kernel
def flies_along(vel_mps: Vec3, start_m: Vec3, end_m: Vec3) -> float:
    """Cosine of the horizontal angle between a course and the way from one point to another."""
    along_m = sub(end_m, start_m)
    ahead = vel_mps.x * along_m.x + vel_mps.y * along_m.y
    speed2 = vel_mps.x * vel_mps.x + vel_mps.y * vel_mps.y
    return float(ahead / max(sqrt(speed2 * (along_m.x * along_m.x + along_m.y * along_m.y)), 1e-9))


@kernel
def flies_plan(
    tick: int, plan: Any, plan_points: Any, pos_m: Vec3, vel_mps: Vec3, doctrine: Any, share: float
) -> bool:  # fmt: skip
    """True on a leg of a plan that is due, within a share of the corridor's half width, and flying along it."""
    slack = doctrine.plan_tolerance_tick
    last = plan.first_point + plan.point_count - 1
    if not plan_points[plan.first_point].tick - slack <= tick <= plan_points[last].tick + slack:
        return False
    reach_m = share * doctrine.corridor_half_m
    for n in range(plan.first_point, last):
        if plan_points[n].tick - slack <= tick <= plan_points[n + 1].tick + slack:
            start_m, end_m = read(plan_points[n].pos_enu_m), read(plan_points[n + 1].pos_enu_m)
            near = off_leg2(start_m, end_m, pos_m) < reach_m * reach_m
            if near and flies_along(vel_mps, start_m, end_m) > ALONG_COSINE:
                return True
    return False


@kernel
def route_evidence(
    tick: int, doctrine: Any, plans: Any, plan_points: Any, zones: Any, zone_corners: Any, spot_m: Vec3, track: Any,
    row: Any,
) -> int:  # fmt: skip
    """Whether it flies where somebody said that he would, or along a corridor; ``spot_m`` as ``plumb`` gives it.

    Limits: any track without a readable code on a plan's route counts, were there two.
    """
    if row.level[EvidenceKind.CODE] == CodeEvidence.CODE_AND_ROUTE_OF_PLAN:
        return RouteEvidence.SAID_BY_CODE.value
    pos_m, vel_mps = predicted_position(track, tick), read(track.vel_enu_mps)
    if row.code < 0:
        share = HOLD if row.level[EvidenceKind.ROUTE] == RouteEvidence.ON_PLAN else 1.0
        for n in range(plans.size):
            known = plans[n].filed == 1 and plans[n].known_tick <= tick
            if known and flies_plan(tick, plans[n], plan_points, pos_m, vel_mps, doctrine, share):
                return RouteEvidence.ON_PLAN.value
    for z in range(zones.size):
        open_now = zones[z].kind == ZoneKind.CORRIDOR and in_force(tick, track.post, zones[z])
        inside = open_now and holds(zones[z], zone_corners, spot_m, spot_m.z)
        if inside and runs_with(zones[z], zone_corners, vel_mps):
            return RouteEvidence.IN_CORRIDOR.value
    return RouteEvidence.NONE.value


@kernel
def runs_with(zone: Any, zone_corners: Any, vel_mps: Vec3) -> bool:
    """True when a course lies along one of a corridor's long sides, either way."""
    longest2 = 0.0
    for n in range(zone.corner_count):
        longest2 = max(longest2, _side2(zone, zone_corners, n))
    for n in range(zone.corner_count):
        if _side2(zone, zone_corners, n) >= LONG_SIDE * LONG_SIDE * longest2:
            start_m = read(zone_corners[zone.first_corner + n].pos_enu_m)
            end_m = read(zone_corners[zone.first_corner + (n + 1) % zone.corner_count].pos_enu_m)
            if abs(flies_along(vel_mps, start_m, end_m)) > SIDE_COSINE:
                return True
    return False


@kernel
def _side2(zone: Any, zone_corners: Any, n: int) -> float:
    start_m = read(zone_corners[zone.first_corner + n].pos_enu_m)
    along_m = sub(read(zone_corners[zone.first_corner + (n + 1) % zone.corner_count].pos_enu_m), start_m)
    return along_m.x * along_m.x + along_m.y * along_m.y


@kernel
def notice_evidence(
    tick: int, doctrine: Any, notices: Any, plans: Any, plan_points: Any, track: Any, row: Any
) -> int:  # fmt: skip
    """Whether a notice that has come in and is still valid tells of it: by its code, or, unread, by its route."""
    share = HOLD if row.level[EvidenceKind.NOTICE] == NoticeEvidence.ANNOUNCED else 1.0
    for n in range(notices.size):
        notice = notices[n]
        if notice.to_post == track.post and notice.due_tick <= tick <= notice.until_tick:
            if notice.code >= 0 and row.code >= 0:
                if notice.code == row.code:
                    return NoticeEvidence.ANNOUNCED.value
            elif notice.plan >= 0:
                pos_m, vel_mps = predicted_position(track, tick), read(track.vel_enu_mps)
                if flies_plan(tick, plans[notice.plan], plan_points, pos_m, vel_mps, doctrine, share):
                    return NoticeEvidence.ANNOUNCED.value
    return NoticeEvidence.NONE.value


# ---- How it flies --------------------------------------------------------------------------------


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
def course_evidence(track: Any, rank: Any, before: int) -> int:
    """Whether the last cycle's ranking says that it heads for an asset; it stays so over twice the distance."""
    passing_m = COURSE_MISS_M if before == CourseEvidence.AWAY else 2.0 * COURSE_MISS_M  # no flicker
    heading = rank.number == track.number and rank.closest_m < passing_m
    if heading and rank.time_to_asset_s < COURSE_TIME_S:
        return CourseEvidence.TOWARDS_ASSET.value
    return CourseEvidence.AWAY.value
