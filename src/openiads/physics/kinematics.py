"""How targets move: circles of the surface normal in closed form, free flight with drag, and homing on an aim point."""

from __future__ import annotations

from math import cos, sin, sqrt
from typing import Any

from openiads._jit import kernel
from openiads.constants import EARTH_RATE_RADPS, SECONDS_PER_TICK, WGS84_A_M, WGS84_E2, WGS84_J2
from openiads.enums import TargetGroup
from openiads.physics.atmosphere import temperature_pressure
from openiads.physics.earth import ecef, falling_over, height_of, normal_at
from openiads.vec3 import Vec3, dot, norm, read, scale, step, sub, unit

SPEED_SETTLING_S = 10.0


@kernel
def leg_normal(leg: Any, angle_rad: float) -> Vec3:
    """Surface normal after an angle along the leg's circle: c cos r + (f cos a + g sin a) sin r."""
    forward = scale(read(leg.from_axis), cos(angle_rad) * leg.sin_radius)
    return step(step(forward, read(leg.along), sin(angle_rad) * leg.sin_radius), read(leg.axis), leg.cos_radius)


@kernel
def leg_position(leg: Any, since_start_tick: int) -> Vec3:
    """ECEF position (m) on a leg at ticks after the target's start; exact height above the ellipsoid."""
    time_s = (since_start_tick - leg.start_tick) * SECONDS_PER_TICK
    return ecef(leg_normal(leg, leg.rate_radps * time_s), leg.height_m + leg.climb_mps * time_s)


@kernel
def leg_velocity(leg: Any, since_start_tick: int) -> Vec3:
    """ECEF velocity (m/s) on a leg: the exact derivative of ``leg_position``."""
    time_s = (since_start_tick - leg.start_tick) * SECONDS_PER_TICK
    angle = leg.rate_radps * time_s
    n = leg_normal(leg, angle)
    turning = scale(read(leg.along), cos(angle))
    rate = scale(step(turning, read(leg.from_axis), -sin(angle)), leg.sin_radius * leg.rate_radps)
    height_m = leg.height_m + leg.climb_mps * time_s
    inner = 1.0 - WGS84_E2 * n.z * n.z
    curvature_m = WGS84_A_M / sqrt(inner)
    growth = curvature_m * WGS84_E2 * n.z * rate.z / inner
    across_m = curvature_m + height_m
    polar_m = curvature_m * (1.0 - WGS84_E2) + height_m
    outward = growth + leg.climb_mps
    return Vec3(
        across_m * rate.x + outward * n.x,
        across_m * rate.y + outward * n.y,
        polar_m * rate.z + (growth * (1.0 - WGS84_E2) + leg.climb_mps) * n.z,
    )


@kernel
def free_flight_acceleration(pos_ecef_m: Vec3, vel_ecef_mps: Vec3, coefficient_kgpm2: float) -> Vec3:
    """Gravity, drag and the terms of the rotating earth on a body of ballistic coefficient m / (Cd A), m/s2.

    Assumes: constant drag coefficient, air at rest over the ground.
    """
    return free_acceleration_over(pos_ecef_m, vel_ecef_mps, coefficient_kgpm2, WGS84_J2, EARTH_RATE_RADPS)


@kernel
def free_acceleration_over(
    pos_ecef_m: Vec3, vel_ecef_mps: Vec3, coefficient_kgpm2: float, j2: float, spin_radps: float
) -> Vec3:
    """The same over an earth of another flattening and rotation; a round one at rest has Kepler's ellipses.

    Source: Newton's law in a rotating frame, ``earth.falling``, less rho v^2 / (2 beta).
    """
    density = temperature_pressure(height_of(pos_ecef_m)).z
    drag = -0.5 * density * norm(vel_ecef_mps) / coefficient_kgpm2
    return step(falling_over(pos_ecef_m, vel_ecef_mps, j2, spin_radps), vel_ecef_mps, drag)


@kernel
def dive_slope(group: int) -> float:
    """Tangent of the path angle at which a homing weapon leaves its cruise height for its aim (assumed per group)."""
    if group == TargetGroup.GLIDE_BOMB:
        return 0.12
    if group == TargetGroup.ANTI_RADIATION:
        return 0.35
    return 0.2


@kernel
def homing_acceleration(target: Any, pos_ecef_m: Vec3, vel_ecef_mps: Vec3, aim_ecef_m: Vec3) -> Vec3:
    """Acceleration (m/s2) of a weapon that cruises towards its aim and dives on it, within its load factor.

    It flies level at its cruise height until the aim lies below ``dive_slope``, then straight at it; its speed settles
    to the class's within some seconds. Assumes: lift is there when asked for.
    """
    height_m = height_of(pos_ecef_m)
    to_aim_m = sub(aim_ecef_m, pos_ecef_m)
    distance_m = norm(to_aim_m)
    wished = to_aim_m
    if height_m - height_of(aim_ecef_m) < dive_slope(target.group) * distance_m:
        up = normal_at(pos_ecef_m)
        level = step(to_aim_m, up, -dot(to_aim_m, up))
        error_m = min(target.cruise_height_m - height_m, 2000.0)
        wished = step(scale(unit(level), norm(vel_ecef_mps)), up, 0.05 * error_m)
    speed_mps = norm(vel_ecef_mps)
    heading = scale(vel_ecef_mps, 1.0 / max(speed_mps, 1.0))
    across = scale(sub(unit(wished), heading), speed_mps)
    limit = target.load_factor_max_mps2 / max(norm(across), target.load_factor_max_mps2)
    return step(scale(across, limit), heading, (target.speed_mps - speed_mps) / SPEED_SETTLING_S)
