"""Where the post expects a falling track to come down, how sure it is of that, and which assets it threatens."""

from __future__ import annotations

from math import pi
from typing import Any, NamedTuple

from openiads._jit import kernel
from openiads.constants import SECONDS_PER_TICK
from openiads.enums import Cause, TargetGroup
from openiads.estimation import imm
from openiads.estimation.disc import Ellipse, chance_in_disc, ellipse_of
from openiads.estimation.kalman import Gauss, read_state, times
from openiads.physics.earth import to_enu, up_at
from openiads.physics.impact import Sensitivity, fall, sensitivity
from openiads.vec3 import Vec3, add, cross, dot, norm, read, step, sub, turn, turn_back, unit, write

# What the post takes every falling body for: drag goes with the inverse of the coefficient, so the middle of 5000 to
# 15000 kg/m2, the spread that the catalog gives the class, and half its width as a share of the drag, assumed.
COEFFICIENT_KGPM2 = 7500.0
DRAG_SIGMA = 0.5
GROUND_M = 0.0  # above the ellipsoid; an asset's own height is taken where its miss is asked for
DAMAGE_M = 500.0  # beyond an asset's edge, at which the endgame still counts a hit
CHANCE_LEAST = 0.01  # to fall within reach of an asset, from which it is fired at, assumed
EXCLUDED = 0.011  # nearness at three standard deviations, exp(-9/2): beyond it an asset is not meant
NEVER_S = 1e9


class Footprint(NamedTuple):
    """Where a track comes down: local frame, axes of the spread in the horizontal plane there."""

    falls: bool
    time_s: float  # after the track's own tick
    pos_enu_m: Vec3
    vel_enu_mps: Vec3
    east: Vec3  # axes of that plane: the frame's east along the ground, and north
    north: Vec3
    spread: Ellipse


class Approach(NamedTuple):
    """How near something comes to an asset: when, how far off it passes, and how likely it is meant, 0 to 1."""

    time_s: float
    closest_m: float
    nearness: float
    chance: float  # to fall within reach


@kernel
def footprint(setting: Any, track: Any, bank: Any, ballistic: bool) -> Footprint:
    """The predicted impact of a track with its covariance: that of the track and of the unknown ballistic coefficient.

    Assumes: the track's covariance is carried along the fall to first order; what will shake it is left out.
    """
    if not ballistic:
        none = Vec3(0.0, 0.0, 0.0)
        return Footprint(False, 0.0, none, none, none, none, Ellipse(0.0, 0.0, 0.5 * pi))
    pos_m, vel_mps = read(track.pos_enu_m), read(track.vel_enu_mps)
    impact = fall(
        add(read(setting.origin_ecef_m), turn(setting.enu_to_ecef, pos_m)), turn(setting.enu_to_ecef, vel_mps),
        COEFFICIENT_KGPM2, GROUND_M,
    )  # fmt: skip
    up = impact.up
    aside = turn(setting.enu_to_ecef, Vec3(1.0, 0.0, 0.0))
    east = unit(step(aside, up, -dot(aside, up)))
    north = cross(up, east)
    by_east, by_north = sensitivity(impact, east), sensitivity(impact, north)
    joint = read_state(bank, imm.JOINT)
    spread = ellipse_of(
        _covariance(setting, joint, by_east, by_east), _covariance(setting, joint, by_east, by_north),
        _covariance(setting, joint, by_north, by_north),
    )  # fmt: skip
    return Footprint(
        impact.falls, impact.time_s, to_enu(setting, impact.pos_ecef_m),
        turn_back(setting.enu_to_ecef, impact.vel_ecef_mps), turn_back(setting.enu_to_ecef, east),
        turn_back(setting.enu_to_ecef, north), spread,
    )  # fmt: skip


@kernel
def _covariance(setting: Any, g: Gauss, one: Sensitivity, other: Sensitivity) -> float:
    """Of two coordinates of the impact, m2."""
    pos, vel = turn_back(setting.enu_to_ecef, one.by_pos), turn_back(setting.enu_to_ecef, one.by_vel)
    of_pos, of_vel = turn_back(setting.enu_to_ecef, other.by_pos), turn_back(setting.enu_to_ecef, other.by_vel)
    tracked = dot(pos, times(g.pp, of_pos)) + dot(vel, times(g.vv, of_vel))
    tracked += dot(pos, times(g.pv, of_vel)) + dot(of_pos, times(g.pv, vel))
    dragged = one.by_coefficient * other.by_coefficient * DRAG_SIGMA * DRAG_SIGMA
    return float(tracked + dragged)


@kernel
def falling_past(setting: Any, asset: Any, found: Footprint, since_s: float) -> Approach:
    """How near a falling track comes to an asset, in the horizontal plane at the asset's own height.

    ``nearness`` is the chance to fall within reach over what it would be if the asset itself were the impact predicted:
    1 in the middle, falling with the distance as the spread allows.
    """
    if not found.falls:
        return Approach(NEVER_S, NEVER_S, 0.0, 0.0)
    asset_m = read(asset.pos_enu_m)
    up = up_at(setting.earth_radius_m, asset_m)
    off_m = sub(found.pos_enu_m, asset_m)
    off_m = step(off_m, found.vel_enu_mps, -dot(off_m, up) / dot(found.vel_enu_mps, up))
    reach_m = asset.radius_m + DAMAGE_M
    chance = chance_in_disc(dot(off_m, found.east), dot(off_m, found.north), found.spread, reach_m)
    nearness = chance / chance_in_disc(0.0, 0.0, found.spread, reach_m) if chance > 0.0 else 0.0
    return Approach(max(found.time_s - since_s, 0.0), norm(off_m), nearness, chance)


@kernel
def note_footprint(row: Any, found: Footprint, tick: int, track_tick: int) -> None:
    """Put a predicted impact into a track's ranking; a time of -1 says that there is none."""
    left_s = found.time_s - (tick - track_tick) * SECONDS_PER_TICK
    row.time_to_impact_s = max(left_s, 0.0) if found.falls else -1.0
    write(row.impact_enu_m, found.pos_enu_m)
    row.impact_sigma_major_m = found.spread.major
    row.impact_sigma_minor_m = found.spread.minor
    row.impact_azimuth_rad = (0.5 * pi - found.spread.angle_rad) % pi


@kernel
def harmless(ranking: Any) -> int:
    """Why what falls is not fired at: NO_ASSET, TRACK_QUALITY where that cannot be said yet, or NONE."""
    if ranking.group != TargetGroup.BALLISTIC or ranking.impact_chance >= CHANCE_LEAST:
        return Cause.NONE.value
    if ranking.time_to_impact_s < 0.0:
        return Cause.TRACK_QUALITY.value
    return Cause.NO_ASSET.value if ranking.impact_nearness < EXCLUDED else Cause.TRACK_QUALITY.value
