"""Can a missile reach a track, where and when: the flown-out envelope against the track's course, and the zones."""

from __future__ import annotations

from math import sqrt
from typing import Any, NamedTuple

from openiads._jit import kernel
from openiads.engine.evaluation import expected_at
from openiads.engine.track_state import predicted_position
from openiads.enums import Cause, TargetGroup
from openiads.physics.earth import height_above_sea
from openiads.physics.envelope import flight_time, loft_at
from openiads.vec3 import Vec3, norm, read, sub

NO_FIRE = 1  # zone kind
ITERATIONS = 6


class Chance(NamedTuple):
    """A predicted intercept, or the cause that forbids it."""

    cause: int
    flight_s: float
    loft: float  # factor on the missile's loft
    point_m: Vec3


@kernel
def solve(
    tick: int, wait_s: float, earth_radius_m: float, missile: Any, envelopes: Any, launcher: Any, track: Any, group: int
) -> Chance:
    """The predicted intercept of a track by a missile launched after a wait: fixed-point iteration on its flight."""
    pos_m = predicted_position(track, tick)
    vel_mps = read(track.vel_enu_mps)
    site_m = read(launcher.pos_enu_m)
    if norm(vel_mps) > missile.target_speed_max_mps:
        return Chance(Cause.OUT_OF_ENVELOPE.value, -1.0, 1.0, pos_m)
    ballistic = group == TargetGroup.BALLISTIC
    flight_s = norm(sub(pos_m, site_m)) / 1500.0
    point_m = pos_m
    for _ in range(ITERATIONS):
        point_m = expected_at(pos_m, vel_mps, ballistic, wait_s + flight_s)
        height_m = height_above_sea(earth_radius_m, point_m)
        ground_m = sqrt((point_m.x - site_m.x) ** 2 + (point_m.y - site_m.y) ** 2)
        if ground_m > missile.range_max_m or height_m > missile.height_max_m:
            return Chance(Cause.OUT_OF_ENVELOPE.value, -1.0, 1.0, point_m)
        if height_m < -200.0 and ballistic:
            return Chance(Cause.TOO_LATE.value, -1.0, 1.0, point_m)
        if ground_m < missile.range_min_m:
            return Chance(Cause.TOO_CLOSE.value, -1.0, 1.0, point_m)
        flight_s = flight_time(missile, envelopes, ground_m, height_m)
        if flight_s < 0.0:
            return Chance(Cause.OUT_OF_ENVELOPE.value, -1.0, 1.0, point_m)
    if height_m < missile.height_min_m - 2.0 * track.height_sigma_m:
        return Chance(Cause.OUT_OF_ENVELOPE.value, -1.0, 1.0, point_m)
    return Chance(Cause.NONE.value, flight_s, loft_at(missile, envelopes, ground_m, height_m), point_m)


@kernel
def in_no_fire_zone(zones: Any, zone_corners: Any, earth_radius_m: float, point_m: Vec3) -> bool:
    """True when a point lies in a no-fire polygon and its height band (ray casting)."""
    for z in range(zones.size):
        zone = zones[z]
        height_m = height_above_sea(earth_radius_m, point_m)
        if zone.kind != NO_FIRE or height_m < zone.floor_m or height_m > zone.ceiling_m:
            continue
        inside = False
        for n in range(zone.corner_count):
            a = zone_corners[zone.first_corner + n].pos_enu_m
            b = zone_corners[zone.first_corner + (n + 1) % zone.corner_count].pos_enu_m
            crosses = (a[1] > point_m.y) != (b[1] > point_m.y)
            if crosses and point_m.x < (b[0] - a[0]) * (point_m.y - a[1]) / (b[1] - a[1]) + a[0]:
                inside = not inside
        if inside:
            return True
    return False
