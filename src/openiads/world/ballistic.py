"""The burnout state of a ballistic target that falls on its aim: found by shooting with the run's own law."""

from __future__ import annotations

from math import atan2, cos, hypot, radians, sin, sqrt

from openiads._jit import kernel
from openiads.constants import STANDARD_GRAVITY_MPS2
from openiads.physics.earth import height_of
from openiads.physics.kinematics import free_flight_acceleration
from openiads.vec3 import Vec3, add, dot, scale, step, sub
from openiads.world.legs import horizon

BURNOUT_HEIGHT_M = 20000.0  # where the powered flight is taken to have ended, assumed
CLIMB_RAD = radians(42.0)  # path angle at burnout, assumed
STEP_S = 0.1
ROUNDS = 25


@kernel
def impact(pos_ecef_m: Vec3, vel_ecef_mps: Vec3, coefficient_kgpm2: float, ground_m: float) -> Vec3:
    """Where a free flight comes down to the height of the ground (m), ECEF; the midpoint steps of the run."""
    pos_m, vel_mps = pos_ecef_m, vel_ecef_mps
    for _ in range(12000):
        before_m = pos_m
        first = free_flight_acceleration(pos_m, vel_mps, coefficient_kgpm2)
        middle = free_flight_acceleration(
            step(pos_m, vel_mps, 0.5 * STEP_S), step(vel_mps, first, 0.5 * STEP_S), coefficient_kgpm2
        )
        pos_m = step(step(pos_m, vel_mps, STEP_S), first, 0.5 * STEP_S * STEP_S)
        vel_mps = step(vel_mps, middle, STEP_S)
        if height_of(pos_m) <= ground_m:
            share = (height_of(before_m) - ground_m) / (height_of(before_m) - height_of(pos_m))
            return step(before_m, sub(pos_m, before_m), share)
    return pos_m


def burnout_velocity(
    start_ecef_m: Vec3, normal: Vec3, aim_ecef_m: Vec3, coefficient_kgpm2: float
) -> tuple[Vec3, float]:
    """The ECEF velocity at burnout with which a body falls on the aim.

    Args:
        start_ecef_m: position at burnout.
        normal: surface normal there.
        aim_ecef_m: point to hit; it comes down to the height of this point.
        coefficient_kgpm2: ballistic coefficient.

    Returns:
        The velocity (m/s) and how far from the aim it still falls (m).
    """
    east, north = horizon(normal)
    to_aim_m = sub(aim_ecef_m, start_ecef_m)
    wanted_m = hypot(dot(to_aim_m, east), dot(to_aim_m, north))
    azimuth = atan2(dot(to_aim_m, east), dot(to_aim_m, north))
    target_azimuth = azimuth
    speed_mps = sqrt(STANDARD_GRAVITY_MPS2 * wanted_m)
    vel_mps, miss_m = Vec3(0.0, 0.0, 0.0), 0.0
    ground_m = height_of(aim_ecef_m)
    for _ in range(ROUNDS):
        level = add(scale(east, sin(azimuth)), scale(north, cos(azimuth)))
        vel_mps = add(scale(level, speed_mps * cos(CLIMB_RAD)), scale(normal, speed_mps * sin(CLIMB_RAD)))
        fallen_m = sub(impact(start_ecef_m, vel_mps, coefficient_kgpm2, ground_m), start_ecef_m)
        reached_m = hypot(dot(fallen_m, east), dot(fallen_m, north))
        reached_azimuth = atan2(dot(fallen_m, east), dot(fallen_m, north))
        miss_m = hypot(reached_m - wanted_m, (reached_azimuth - target_azimuth) * wanted_m)
        if miss_m < 5.0:
            break
        speed_mps *= 1.0 + 0.5 * (wanted_m - reached_m) / wanted_m
        azimuth += target_azimuth - reached_azimuth
    return vel_mps, miss_m
