"""The burnout state of a ballistic target that falls on its aim: found by shooting with the run's own law."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, atan2, cos, hypot, inf, sin, sqrt
from typing import NamedTuple

from openiads._jit import kernel
from openiads.constants import EARTH_RATE_RADPS, GM_M3PS2, MEAN_EARTH_RADIUS_M, STANDARD_GRAVITY_MPS2, WGS84_J2
from openiads.physics.earth import ecef, height_of, normal_at
from openiads.physics.kinematics import free_acceleration_over
from openiads.vec3 import Vec3, add, cross, dot, norm, scale, step, sub, unit

STEP_S = 0.1  # that of the run
LONGEST_STEPS = 12000  # a fall of twenty minutes
ROUNDS = 25
CLIMB_ROUNDS = 8
MISS_MAX_M = 1.0
MISS_REFUSED_M = 10.0  # what shooting leaves where there is no such flight, at the least
LEAST_BOOST_MPS2 = STANDARD_GRAVITY_MPS2  # mean, along the path: with less none climbs straight, assumed
RANGES_M = (1e3, 3e6)  # within which the ranges of a class are looked for
HALVINGS = 14


class Burnout(NamedTuple):
    """Where and how fast a missile is when its motor stops, ECEF, and how far from its aim it then falls."""

    pos_ecef_m: Vec3
    vel_ecef_mps: Vec3
    miss_m: float


@kernel
def impact(pos_ecef_m: Vec3, vel_ecef_mps: Vec3, coefficient_kgpm2: float, ground_m: float) -> Vec3:
    """Where a free flight comes down to the height of the ground (m), ECEF; the midpoint steps of the run."""
    return impact_over(pos_ecef_m, vel_ecef_mps, coefficient_kgpm2, ground_m, WGS84_J2, EARTH_RATE_RADPS)


@kernel
def impact_over(
    pos_ecef_m: Vec3, vel_ecef_mps: Vec3, coefficient_kgpm2: float, ground_m: float, j2: float, spin_radps: float
) -> Vec3:
    """The same over an earth of another flattening and rotation."""
    pos_m, vel_mps = pos_ecef_m, vel_ecef_mps
    for _ in range(LONGEST_STEPS):
        before_m = pos_m
        first = free_acceleration_over(pos_m, vel_mps, coefficient_kgpm2, j2, spin_radps)
        middle = free_acceleration_over(
            step(pos_m, vel_mps, 0.5 * STEP_S), step(vel_mps, first, 0.5 * STEP_S), coefficient_kgpm2, j2, spin_radps
        )
        pos_m = step(step(pos_m, vel_mps, STEP_S), first, 0.5 * STEP_S * STEP_S)
        vel_mps = step(vel_mps, middle, STEP_S)
        if height_of(pos_m) <= ground_m and dot(pos_m, vel_mps) < 0.0:
            share = (height_of(before_m) - ground_m) / (height_of(before_m) - height_of(pos_m))
            return step(before_m, sub(pos_m, before_m), share)
    return pos_m


@kernel
def least_speed(start_m: Vec3, aim_m: Vec3) -> float:
    """The least speed (m/s) that carries from one point to another in vacuum over a round earth at rest.

    Source: Battin, An Introduction to the Mathematics and Methods of Astrodynamics, 1987, sec. 6.4: the ellipse of
    least energy has as its major axis half the perimeter of the triangle of both points and the earth's centre.
    """
    radius_m = norm(start_m)
    half_perimeter_m = 0.5 * (radius_m + norm(aim_m) + norm(sub(aim_m, start_m)))
    return sqrt(2.0 * GM_M3PS2 * (1.0 / radius_m - 1.0 / half_perimeter_m))


@kernel
def least_heading(start_m: Vec3, aim_m: Vec3) -> Vec3:
    """The direction of that least velocity: it halves the angle between the vertical and the line to the aim.

    Source: Battin, sec. 6.4; on level ground Bate, Mueller and White 1971, eq. 6.2-18: (180 deg - range angle) / 4.
    """
    return unit(add(unit(start_m), unit(sub(aim_m, start_m))))


@kernel
def boosted(launch_m: Vec3, normal: Vec3, level: Vec3, speed_mps: float, half_boost_s: float, aim_m: Vec3) -> Burnout:
    """The burnout state of a straight boost with constant acceleration; the miss is not known yet.

    Args:
        launch_m: where it stood, ECEF.
        normal: surface normal there.
        level: unit vector along the ground in which it goes.
        speed_mps: at burnout.
        half_boost_s: half the time of the boost, in which it covers its way at burnout speed.
        aim_m: what the path angle of least speed is for, as seen from burnout.
    """
    pos_m, heading = launch_m, normal
    for _ in range(CLIMB_ROUNDS):
        climb_rad = asin(dot(least_heading(pos_m, aim_m), normal))
        heading = add(scale(level, cos(climb_rad)), scale(normal, sin(climb_rad)))
        pos_m = step(launch_m, heading, speed_mps * half_boost_s)
    return Burnout(pos_m, scale(heading, speed_mps), 0.0)


@kernel
def burnout(launch_m: Vec3, normal: Vec3, aim_m: Vec3, coefficient_kgpm2: float, boost_s: float) -> Burnout:
    """The burnout state from which a missile launched at a point falls on the aim: speed and azimuth by shooting.

    Args:
        launch_m: where it stands, ECEF.
        normal: surface normal there.
        aim_m: point to hit, ECEF; it comes down to the height of this point.
        coefficient_kgpm2: ballistic coefficient after burnout.
        boost_s: how long its motor burns.
    """
    east = unit(cross(Vec3(0.0, 0.0, 1.0), normal))
    north = cross(normal, east)
    to_aim_m = sub(aim_m, launch_m)
    wanted_m = hypot(dot(to_aim_m, east), dot(to_aim_m, north))
    wanted_rad = atan2(dot(to_aim_m, east), dot(to_aim_m, north))
    azimuth_rad, speed_mps = wanted_rad, least_speed(launch_m, aim_m)
    ground_m = height_of(aim_m)
    state, before_mps, before_m = Burnout(launch_m, normal, 0.0), 0.0, 0.0
    for _ in range(ROUNDS):
        level = add(scale(east, sin(azimuth_rad)), scale(north, cos(azimuth_rad)))
        state = boosted(launch_m, normal, level, speed_mps, 0.5 * boost_s, aim_m)
        fallen_m = sub(impact(state.pos_ecef_m, state.vel_ecef_mps, coefficient_kgpm2, ground_m), launch_m)
        reached_m = hypot(dot(fallen_m, east), dot(fallen_m, north))
        reached_rad = atan2(dot(fallen_m, east), dot(fallen_m, north))
        state = Burnout(state.pos_ecef_m, state.vel_ecef_mps, norm(sub(fallen_m, to_aim_m)))
        if state.miss_m < MISS_MAX_M:
            break
        slope_s = (reached_m - before_m) / (speed_mps - before_mps) if speed_mps != before_mps else 0.0
        before_mps, before_m = speed_mps, reached_m
        speed_mps += (wanted_m - reached_m) / max(slope_s, 0.5 * reached_m / speed_mps)
        azimuth_rad += wanted_rad - reached_rad
    return state


# ---- What a class can reach ----------------------------------------------------------------------


@dataclass(frozen=True)
class Booster:
    """What of a class decides how far it flies."""

    coefficient_kgpm2: float
    boost_s: float
    speed_max_mps: float

    @property
    def speed_min_mps(self) -> float:
        """The least burnout speed that it can have after a straight climb."""
        return LEAST_BOOST_MPS2 * self.boost_s


@dataclass(frozen=True)
class Launch:
    """Where a missile stands, the surface normal there, and what it aims at, ECEF."""

    pos_ecef_m: Vec3
    normal: Vec3
    aim_ecef_m: Vec3

    @property
    def range_m(self) -> float:
        """Along the ground."""
        return MEAN_EARTH_RADIUS_M * asin(norm(cross(self.normal, normal_at(self.aim_ecef_m))))

    def at_range(self, range_m: float) -> Launch:
        """The same with an aim in the same direction at another range."""
        along = unit(sub(self.aim_ecef_m, self.pos_ecef_m))
        across = unit(sub(along, scale(self.normal, dot(along, self.normal))))
        angle = range_m / MEAN_EARTH_RADIUS_M
        place = add(scale(self.normal, cos(angle)), scale(across, sin(angle)))
        return Launch(self.pos_ecef_m, self.normal, ecef(place, height_of(self.aim_ecef_m)))


def shoot(launch: Launch, booster: Booster) -> Burnout:
    """The burnout state of a missile of a class that falls on its aim.

    Raises:
        ValueError: the class cannot; the sentence says why and what it can.
    """
    state = burnout(launch.pos_ecef_m, launch.normal, launch.aim_ecef_m, booster.coefficient_kgpm2, booster.boost_s)
    speed = _needed_mps(state)
    if booster.speed_min_mps <= speed <= booster.speed_max_mps:
        return state
    if booster.speed_min_mps > booster.speed_max_mps:
        raise ValueError(
            f"its boost_time of {booster.boost_s:g} s at 1 g or more makes at least {booster.speed_min_mps:.0f} m/s, "
            f"over its speed_max of {booster.speed_max_mps:.0f} m/s"
        )
    nearest_m = _range_of(launch, booster, booster.speed_min_mps)
    farthest_m = _range_of(launch, booster, booster.speed_max_mps)
    takes = "cannot be flown" if speed == inf else f"takes a burnout speed of {speed:.0f} m/s"
    raise ValueError(
        f"{launch.range_m / 1e3:.0f} km {takes}; the class has {booster.speed_min_mps:.0f} m/s (1 g over its "
        f"boost_time of {booster.boost_s:g} s) to {booster.speed_max_mps:.0f} m/s (its speed_max), "
        f"which is {nearest_m / 1e3:.0f} to {farthest_m / 1e3:.0f} km from there"
    )


def _needed_mps(state: Burnout) -> float:
    return norm(state.vel_ecef_mps) if state.miss_m < MISS_REFUSED_M else inf


def _range_of(launch: Launch, booster: Booster, speed_mps: float) -> float:
    """The range that a burnout speed is enough for, in the direction of the aim, by halving."""
    near_m, far_m = RANGES_M
    for _ in range(HALVINGS):
        middle_m = sqrt(near_m * far_m)
        other = launch.at_range(middle_m)
        state = burnout(other.pos_ecef_m, other.normal, other.aim_ecef_m, booster.coefficient_kgpm2, booster.boost_s)
        if _needed_mps(state) <= speed_mps:
            near_m = middle_m
        else:
            far_m = middle_m
    return near_m
