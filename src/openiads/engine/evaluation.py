"""How dangerous is it: which asset each track threatens, how soon and how much."""

from __future__ import annotations

from math import sqrt
from typing import Any

from openiads._jit import kernel
from openiads.constants import NEVER, STANDARD_GRAVITY_MPS2
from openiads.engine.track_state import predicted_position
from openiads.enums import KinematicClass, TargetGroup, TrackState
from openiads.vec3 import Vec3, dot, read, step, sub

PASSING_SCALE_M = 10000.0  # closest approach at which a threat is halved, assumed
LOG_CHANGE = 0.25  # a threat is logged again when it has changed by this share


@kernel
def rank(
    tick: int, posts: Any, assets: Any, doctrines: Any, counts: Any, tracks: Any, identity: Any, ranking: Any,
    ranking_samples: Any,
) -> int:  # fmt: skip
    """Give every confirmed track the asset it threatens most and the threat's value, once a decision cycle.

    Threat = the asset's share of the highest value x probability hostile x group weight x 1/2^(time / threat time) x
    1/(1 + (closest / scale)^2). Returns the next due tick.

    Reads: posts, assets, doctrines, tracks, identity.
    Writes: ranking, counts, ranking_samples.
    """
    due = NEVER
    for p in range(posts.size):
        if tick >= posts[p].next_cycle_tick:
            doctrine = doctrines[posts[p].doctrine]
            most = _highest_value(p, posts, assets)
            for k in range(counts[0].tracks_top):
                if tracks[k].post == p and tracks[k].state >= TrackState.CONFIRMED:
                    _rank_one(tick, k, most, doctrine, posts, assets, tracks, identity, ranking)
                    if ranking_samples.size > 0:
                        _log_change(tick, k, counts, tracks, ranking, ranking_samples)
            due = min(due, tick + doctrine.cycle_tick)
        else:
            due = min(due, posts[p].next_cycle_tick)
    return int(due)


@kernel
def _highest_value(p: int, posts: Any, assets: Any) -> float:
    most = 1e-9
    for a in range(assets.size):
        if assets[a].side == posts[p].side and assets[a].defended == 1:
            most = max(most, assets[a].value)
    return most


@kernel
def guessed_group(kinematics: int) -> int:
    """The target group that a track's kinematics suggest; the post knows no better."""
    if kinematics == KinematicClass.BALLISTIC:
        return TargetGroup.BALLISTIC.value
    if kinematics == KinematicClass.SLOW:
        return TargetGroup.UAV.value
    if kinematics == KinematicClass.LOW_FAST:
        return TargetGroup.CRUISE_MISSILE.value
    if kinematics == KinematicClass.SUPERSONIC:
        return TargetGroup.ANTI_RADIATION.value
    return TargetGroup.AIRCRAFT.value


@kernel
def expected_at(pos_m: Vec3, vel_mps: Vec3, ballistic: bool, ahead_s: float) -> Vec3:
    """Where something will be: straight on, or falling if it flies ballistically."""
    ahead_m = step(pos_m, vel_mps, ahead_s)
    fall_m = 0.5 * STANDARD_GRAVITY_MPS2 * ahead_s * ahead_s if ballistic else 0.0
    return Vec3(ahead_m.x, ahead_m.y, ahead_m.z - fall_m)


@kernel
def time_to_ground(pos_m: Vec3, vel_mps: Vec3) -> float:
    """Seconds until a body in vacuum falls to the origin's level."""
    g = STANDARD_GRAVITY_MPS2
    return (vel_mps.z + sqrt(max(vel_mps.z * vel_mps.z + 2.0 * g * max(pos_m.z, 0.0), 0.0))) / g


@kernel
def _rank_one(
    tick: int, k: int, most: float, doctrine: Any, posts: Any, assets: Any, tracks: Any, identity: Any, ranking: Any
) -> None:
    row = ranking[k]
    track = tracks[k]
    if row.number != track.number:
        row.number = track.number
        row.cause = 0
        row.logged_threat = 0.0
        row.killed_tick = -1
        row.engagements = 0
        row.ceased = 0
        row.asset = -1
    row.group = guessed_group(identity[k].kinematics)
    ballistic = row.group == TargetGroup.BALLISTIC
    hostile = identity[k].probability[2] if identity[k].number == track.number else 0.0
    pos_m = predicted_position(track, tick)
    vel_mps = read(track.vel_enu_mps)
    row.threat = 0.0
    row.closest_m = 1e9
    row.time_to_asset_s = 1e9
    row.asset = -1
    for a in range(assets.size):
        if assets[a].side == posts[track.post].side and assets[a].defended == 1:
            to_asset_m = sub(read(assets[a].pos_enu_m), pos_m)
            speed2 = max(dot(vel_mps, vel_mps), 1.0)
            time_s = max(dot(to_asset_m, vel_mps) / speed2, 0.0)
            if ballistic:
                time_s = time_to_ground(pos_m, vel_mps)
            passing_m = sub(expected_at(pos_m, vel_mps, ballistic, time_s), read(assets[a].pos_enu_m))
            closest_m = sqrt(passing_m.x * passing_m.x + passing_m.y * passing_m.y)
            nearness = 1.0 / (1.0 + (closest_m / PASSING_SCALE_M) ** 2)
            threat = assets[a].value / most * hostile * doctrine.group_weight[row.group] * nearness
            threat *= 0.5 ** (time_s / doctrine.threat_time_s)
            if row.asset < 0 or threat > row.threat:
                row.threat = threat
                row.asset = a
                row.closest_m = closest_m
                row.time_to_asset_s = time_s


@kernel
def _log_change(tick: int, k: int, counts: Any, tracks: Any, ranking: Any, ranking_samples: Any) -> None:
    row = ranking[k]
    if abs(row.threat - row.logged_threat) <= LOG_CHANGE * max(row.logged_threat, 0.01):
        return
    row.logged_threat = row.threat
    note = ranking_samples[counts[0].ranking_samples]
    counts[0].ranking_samples += 1
    note.tick = tick
    note.post = tracks[k].post
    note.number = row.number
    note.asset = row.asset
    note.threat = row.threat
    note.time_to_asset_s = row.time_to_asset_s
    note.closest_m = row.closest_m
    note.cause = row.cause
