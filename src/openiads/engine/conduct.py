"""Where a track came from and what it has done: origin, and acts from flying unannounced to releasing a weapon."""

from __future__ import annotations

from math import cos, hypot, radians, sin, sqrt
from typing import Any

from openiads._jit import kernel, outlined
from openiads.engine.airspace import holds, in_force, plumb
from openiads.engine.evidence import ASKED_ENOUGH, SPEED_SIGMA_MAX_MPS, put
from openiads.engine.track_state import predicted_position
from openiads.enums import (
    ActEvidence,
    CodeEvidence,
    CourseEvidence,
    EvidenceKind,
    IffEvidence,
    KinematicClass,
    NoticeEvidence,
    OriginEvidence,
    RouteEvidence,
    StrobeKind,
    TrackState,
    ZoneKind,
)
from openiads.physics.earth import height_above_sea
from openiads.vec3 import Vec3, cross, dot, norm, read, sub, write

PICTURE_TICK = 60_000  # a picture that has just begun sees everybody for the first time, assumed
AIRPORT_M = 15_000.0  # a climb-out or an approach within this of an airport and below the height
AIRPORT_HEIGHT_M = 1500.0  # above it: a climb of a tenth, assumed
RELEASE_AGE_TICK = 30_000  # that a carrier has been tracked for when something comes off it, assumed
RELEASE_TICK = 90_000  # after which what began beside a track is not said to have come off it, assumed
APART_MPS = 40.0  # least difference in velocity of two that are not one object's twin tracks, assumed
APART_SIGMAS = 3.0  # and more than their errors explain, assumed
JAM_LOOKS = 6  # strobes along a track before it counts as their source, assumed
JAM_GAP_TICK = 30_000  # between two of them at most: three turns of a slow radar, assumed
JAM_SIGMAS = 3.0  # of a bearing, within which a track may be what jams, assumed
JAM_GATE_RAD = radians(1.5)  # half width at most: beyond it a bearing does not tell one track from others, assumed
JAM_TURN = sin(radians(4.0))  # by which the bearing must have moved: more than what stands still could lie along


# ---- Origin --------------------------------------------------------------------------------------


@outlined
def place(
    tick: int, k: int, setting: Any, doctrine: Any, radars: Any, airports: Any, zones: Any, zone_corners: Any,
    emitters: Any, counts: Any, tracks: Any, identity: Any,
) -> None:  # fmt: skip
    """Say once where a track was first seen, and beside which other."""
    track, row = tracks[k], identity[k]
    row.placed = 1
    pos_m = predicted_position(track, tick)
    spot_m = plumb(setting[0].earth_radius_m, pos_m)
    origin = _area(track, zones, zone_corners, spot_m)
    if origin < 0 and _at_airport(airports, setting[0].earth_radius_m, spot_m):
        origin = OriginEvidence.AIRPORT.value
    if origin < 0 and track.first_tick > PICTURE_TICK and _within(track, doctrine, radars, emitters, pos_m):
        origin = OriginEvidence.NEAR.value
    put(row, EvidenceKind.ORIGIN, max(origin, OriginEvidence.FAR.value))
    row.parent = _beside(k, doctrine, counts, tracks)
    row.parent_number = tracks[row.parent].number if row.parent >= 0 else -1


@kernel
def _area(track: Any, zones: Any, zone_corners: Any, spot_m: Vec3) -> int:
    """What the first zone that it was seen in says of its origin, -1 where none does."""
    for z in range(zones.size):
        zone = zones[z]
        speaks = zone.origin >= 0 and in_force(track.first_tick, track.post, zone)
        if speaks and holds(zone, zone_corners, spot_m, spot_m.z):
            return int(zone.origin)
    return -1


@kernel
def _at_airport(airports: Any, earth_radius_m: float, spot_m: Vec3) -> bool:
    for n in range(airports.size):
        ground_m = read(airports[n].pos_enu_m)
        near = hypot(spot_m.x - ground_m.x, spot_m.y - ground_m.y) < AIRPORT_M
        if near and spot_m.z < height_above_sea(earth_radius_m, ground_m) + AIRPORT_HEIGHT_M:
            return True
    return False


@kernel
def _within(track: Any, doctrine: Any, radars: Any, emitters: Any, pos_m: Vec3) -> bool:
    """True nearer than the pop-up range to a radar of the post; the first emitters are the radars, row by row."""
    for r in range(radars.size):
        ours = radars[r].post == track.post and emitters[r].alive == 1
        if ours and norm(sub(pos_m, read(emitters[r].pos_enu_m))) < doctrine.pop_up_range_m:
            return True
    return False


# ---- Release -------------------------------------------------------------------------------------


@kernel
def _beside(k: int, doctrine: Any, counts: Any, tracks: Any) -> int:
    """The established track of the same post beside which a new one began, -1 where there is none."""
    track = tracks[k]
    start_m = predicted_position(track, track.first_tick)
    nearest, nearest_m = -1, doctrine.release_range_m
    for j in range(counts[0].tracks_top):
        old = tracks[j]
        established = old.state >= TrackState.CONFIRMED and old.first_tick <= track.first_tick - RELEASE_AGE_TICK
        if j != k and old.post == track.post and established:
            apart_m = sub(predicted_position(old, track.first_tick), start_m)
            rise_m = max(abs(apart_m.z) - APART_SIGMAS * (old.height_sigma_m + track.height_sigma_m), 0.0)
            gap_m = sqrt(apart_m.x * apart_m.x + apart_m.y * apart_m.y + rise_m * rise_m)
            if gap_m < nearest_m:
                nearest, nearest_m = j, gap_m
    return nearest


@kernel
def note_release(tick: int, k: int, tracks: Any, identity: Any) -> None:
    """Blame the track beside which this one began, once it is no twin of it and attacks.

    Limits: a weapon that is first seen farther off, or that flies on like its carrier, is not noticed.
    """
    row, track = identity[k], tracks[k]
    j = row.parent
    if j < 0:
        return
    gone = tracks[j].number != row.parent_number or tracks[j].state < TrackState.CONFIRMED
    if gone or identity[j].number != row.parent_number or tick - track.first_tick > RELEASE_TICK:
        row.parent = -1
        return
    fast = row.level[EvidenceKind.KINEMATICS] >= KinematicClass.SUPERSONIC
    attacks = fast or row.level[EvidenceKind.COURSE] == CourseEvidence.TOWARDS_ASSET
    if attacks and _leave_each_other(track, tracks[j]):
        put(identity[j], EvidenceKind.ACT, ActEvidence.RELEASE.value)
        row.parent = -1


@kernel
def _leave_each_other(one: Any, other: Any) -> bool:
    """True when two velocities are known and differ by more than their errors: no two tracks of one object."""
    if max(one.vel_sigma_mps, other.vel_sigma_mps) > SPEED_SIGMA_MAX_MPS:
        return False
    error_mps = sqrt(one.vel_sigma_mps * one.vel_sigma_mps + other.vel_sigma_mps * other.vel_sigma_mps)
    apart_mps = norm(sub(read(one.vel_enu_mps), read(other.vel_enu_mps)))
    return bool(apart_mps > max(APART_MPS, APART_SIGMAS * error_mps))


# ---- Jamming -------------------------------------------------------------------------------------


@outlined
def note_jamming(tick: int, counts: Any, strobes: Any, tracks: Any, identity: Any) -> None:
    """Blame tracks along which the jam strobes of many looks lie while their bearing moves.

    What lies on the line of a jammer for a while is left behind when the bearing moves, and what gives that radar a
    plot in the same look does not jam it. Limits: who jams while he flies straight at the one antenna is not noticed.
    """
    n = counts[0].strobes - 1
    while n >= 0 and strobes[n].tick == tick:
        if strobes[n].kind == StrobeKind.JAM:
            for k in range(counts[0].tracks_top):
                ours = tracks[k].post == strobes[n].post and tracks[k].state >= TrackState.CONFIRMED
                if ours and identity[k].number == tracks[k].number:
                    _suspect(strobes[n], tracks[k], identity[k])
        n -= 1


@kernel
def _suspect(strobe: Any, track: Any, row: Any) -> None:
    if track.search_radar == strobe.radar and track.search_tick == strobe.tick:
        row.jam_looks = 0
        return
    if not _lies_along(strobe, track):
        return
    if row.jam_looks == 0 or strobe.tick - row.jam_tick > JAM_GAP_TICK:
        row.jam_looks = 0
        write(row.jam_along, read(strobe.along_enu))
    row.jam_looks += 1
    row.jam_tick = strobe.tick
    turned = norm(cross(read(row.jam_along), read(strobe.along_enu)))
    if row.jam_looks >= JAM_LOOKS and turned > JAM_TURN and row.level[EvidenceKind.ACT] < ActEvidence.JAMMING:
        put(row, EvidenceKind.ACT, ActEvidence.JAMMING.value)


@kernel
def _lies_along(strobe: Any, track: Any) -> bool:
    """True when a bearing leads to a track within the errors of both, where they are small enough to tell."""
    away_m = sub(predicted_position(track, strobe.tick), read(strobe.pos_enu_m))
    range_m = max(hypot(away_m.x, away_m.y), 1.0)
    along = read(strobe.along_enu)
    track_rad = track.pos_sigma_m / range_m
    gate_rad = JAM_SIGMAS * sqrt(strobe.sigma_azimuth_rad * strobe.sigma_azimuth_rad + track_rad * track_rad)
    level_m = Vec3(away_m.x, away_m.y, 0.0)
    return bool(gate_rad < JAM_GATE_RAD and dot(level_m, along) > cos(gate_rad) * range_m)


# ---- Acts ----------------------------------------------------------------------------------------


@kernel
def is_announced(row: Any) -> bool:
    """True of whom the post was told, who answers the secure mode or who flies where it was said."""
    level = row.level
    told = level[EvidenceKind.CODE] >= CodeEvidence.CODE_OF_PLAN or level[EvidenceKind.ROUTE] != RouteEvidence.NONE
    secure = level[EvidenceKind.IFF] == IffEvidence.MODE_4_VALID
    return bool(told or secure or level[EvidenceKind.NOTICE] == NoticeEvidence.ANNOUNCED)


@kernel
def act_evidence(tick: int, zones: Any, zone_corners: Any, spot_m: Vec3, track: Any, row: Any) -> int:
    """The worst act so far of what is at a spot as ``plumb`` gives it.

    What was done stays done; who turns out to be announced was no intruder.

    Limits: nobody is blamed for silence before he was asked, so where nobody asks there are no intruders.
    """
    before = row.level[EvidenceKind.ACT]
    if before >= ActEvidence.JAMMING:
        return int(before)
    if is_announced(row):
        return ActEvidence.NONE.value
    worst = before
    if row.asked < ASKED_ENOUGH:
        return int(worst)
    for z in range(zones.size):
        act = ActEvidence.NONE.value
        if zones[z].kind == ZoneKind.FIR:
            act = ActEvidence.UNANNOUNCED.value
        elif zones[z].kind == ZoneKind.TERRITORIAL_SEA:
            act = ActEvidence.INTRUSION.value
        graver = act > worst and in_force(tick, track.post, zones[z])
        if graver and holds(zones[z], zone_corners, spot_m, spot_m.z):
            worst = act
    return int(worst)
