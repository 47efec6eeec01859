"""How dangerous is it: which asset each track threatens, how soon and how much."""

from __future__ import annotations

from math import sqrt
from typing import Any

from openiads._jit import kernel
from openiads.constants import NEVER, SECONDS_PER_TICK
from openiads.engine.falling import (
    COEFFICIENT_KGPM2,
    NEVER_S,
    Approach,
    falling_past,
    footprint,
    note_footprint,
)
from openiads.engine.track_state import predicted_position
from openiads.enums import EvidenceKind, KinematicClass, TargetGroup, TrackState
from openiads.physics.impact import fallen_locally
from openiads.vec3 import Vec3, dot, read, step, sub

PASSING_SCALE_M = 10000.0  # closest approach at which a threat is halved, assumed


@kernel
def rank(
    tick: int, setting: Any, posts: Any, assets: Any, doctrines: Any, counts: Any, tracks: Any, banks: Any,
    identity: Any, ranking: Any,
) -> int:  # fmt: skip
    """Give every confirmed track the asset it threatens most and the threat's value, once a decision cycle.

    Threat = the asset's share of the highest value x probability hostile x group weight x 1/2^(time / threat time) x
    nearness, which is 1/(1 + (closest / scale)^2) of what flies; of what falls it follows from the chance that it comes
    down within reach. Returns the next due tick.

    Reads: setting, posts, assets, doctrines, counts (how many tracks there are), tracks, banks, identity.
    Writes: ranking.
    """
    due = NEVER
    for p in range(posts.size):
        if tick >= posts[p].next_cycle_tick:
            doctrine = doctrines[posts[p].doctrine]
            most = _highest_value(p, posts, assets)
            for k in range(counts[0].tracks_top):
                if tracks[k].post == p and tracks[k].state >= TrackState.CONFIRMED:
                    _rank_one(tick, k, most, doctrine, setting, posts, assets, tracks, banks, identity, ranking)
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
    """Where something will be: straight on, or falling through the air if it flies ballistically."""
    if ballistic and ahead_s > 0.0:
        return fallen_locally(pos_m, vel_mps, COEFFICIENT_KGPM2, ahead_s)
    return step(pos_m, vel_mps, ahead_s)


@kernel
def flying_past(asset: Any, pos_m: Vec3, vel_mps: Vec3) -> Approach:
    """How near a track comes to an asset in straight flight."""
    asset_m = read(asset.pos_enu_m)
    time_s = max(dot(sub(asset_m, pos_m), vel_mps) / max(dot(vel_mps, vel_mps), 1.0), 0.0)
    passing_m = sub(step(pos_m, vel_mps, time_s), asset_m)
    closest_m = sqrt(passing_m.x * passing_m.x + passing_m.y * passing_m.y)
    return Approach(time_s, closest_m, 1.0 / (1.0 + (closest_m / PASSING_SCALE_M) ** 2), 0.0)


@kernel
def _begin(row: Any, number: int) -> None:
    """Begin the ranking of a new track in a used slot."""
    row.number = number
    row.cause = 0
    row.taken_up = 0
    row.decide_tick = NEVER
    row.approved = 0
    row.salvos = 0
    row.killed_tick = -1
    row.engagements = 0
    row.ceased = 0


@kernel
def _rank_one(
    tick: int, k: int, most: float, doctrine: Any, setting: Any, posts: Any, assets: Any, tracks: Any, banks: Any,
    identity: Any, ranking: Any,
) -> None:  # fmt: skip
    row = ranking[k]
    track = tracks[k]
    if row.number != track.number:
        _begin(row, track.number)
    row.group = guessed_group(identity[k].level[EvidenceKind.KINEMATICS])
    ballistic = row.group == TargetGroup.BALLISTIC
    found = footprint(setting[0], track, banks[k], ballistic)
    note_footprint(row, found, tick, track.tick)
    hostile = identity[k].probability[2] if identity[k].number == track.number else 0.0
    pos_m = predicted_position(track, tick)
    vel_mps = read(track.vel_enu_mps)
    row.threat, row.closest_m, row.time_to_asset_s = 0.0, NEVER_S, NEVER_S
    row.impact_chance, row.impact_nearness, row.asset = 0.0, 0.0, -1
    row.hostile, row.weight = hostile, doctrine.group_weight[row.group]
    row.value_share, row.urgency, row.nearness = 0.0, 0.0, 0.0
    for a in range(assets.size):
        if assets[a].side == posts[track.post].side and assets[a].defended == 1:
            past = flying_past(assets[a], pos_m, vel_mps)
            if ballistic:
                past = falling_past(setting[0], assets[a], found, (tick - track.tick) * SECONDS_PER_TICK)
            value_share, urgency = assets[a].value / most, 0.5 ** (past.time_s / doctrine.threat_time_s)
            threat = value_share * row.hostile * row.weight * urgency * past.nearness
            row.impact_chance = max(row.impact_chance, past.chance)
            row.impact_nearness = max(row.impact_nearness, past.nearness)
            nearer = ballistic and threat == row.threat and past.closest_m < row.closest_m
            if row.asset < 0 or threat > row.threat or nearer:
                row.asset, row.threat = a, threat
                row.value_share, row.urgency, row.nearness = value_share, urgency, past.nearness
                row.closest_m, row.time_to_asset_s = past.closest_m, past.time_s
