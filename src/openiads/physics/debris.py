"""Where the pieces of something that is broken up in the air come down: an ellipse on the sea's surface."""

from __future__ import annotations

from math import atan2, exp, pi, sqrt
from typing import NamedTuple

from openiads._jit import kernel, outlined
from openiads.physics.atmosphere import temperature_pressure
from openiads.physics.earth import height_of, normal_at
from openiads.physics.kinematics import free_flight_acceleration
from openiads.vec3 import Vec3, add, cross, dot, norm, scale, step, sub, unit

LIGHT_KGPM2 = 50.0  # ballistic coefficient of skin and panels, assumed
HEAVY_KGPM2 = 500.0  # of engines, warheads and motor cases, assumed
SCATTER_MPS = 40.0  # speed that breaking up gives the pieces, one sigma along each axis, assumed
SIGMAS = 2.0  # half axes of the ellipse: it holds 1 - exp(-2), 86 % of the pieces
LEAST_M = 10.0  # half axis of what breaks up on the ground, assumed
LANDED_M = 0.1
STEP_MAX_S = 1.0
STEP_SHARE = 0.15  # of the time in which drag takes the speed away
STEPS_MAX = 4000  # an hour of fall; what is aloft then counts where it is
_NODE = 0.3872983346207417  # of the three-point Gauss-Legendre rule on -1/2 to 1/2, and its weights below
_OUTER, _INNER = 5.0 / 18.0, 8.0 / 18.0


class Fall(NamedTuple):
    """How a piece came down: where, with which velocity, after how long, and how far a push carries it.

    ``reach_s`` is the distance (m) that a push of 1 m/s at the start makes at the end, across its path.
    """

    pos_ecef_m: Vec3
    vel_ecef_mps: Vec3
    time_s: float
    reach_s: float


class Ellipse(NamedTuple):
    """Where most pieces lie: centre, half axes of two standard deviations, how the major one points, mean time of fall.

    The azimuth is of the centre's own horizon, 0 to pi clockwise from north.
    """

    centre_ecef_m: Vec3
    major_m: float
    minor_m: float
    azimuth_rad: float
    fall_s: float


class Horizon(NamedTuple):
    """East, north and up of a place, unit vectors in ECEF."""

    east: Vec3
    north: Vec3
    up: Vec3


@kernel
def drag_rate(pos_ecef_m: Vec3, vel_ecef_mps: Vec3, coefficient_kgpm2: float) -> float:
    """Share of its speed that drag takes from a piece in a second, 1/s: rho v / (2 beta)."""
    density = temperature_pressure(height_of(pos_ecef_m)).z
    return 0.5 * density * norm(vel_ecef_mps) / coefficient_kgpm2


@outlined
def fall(pos_ecef_m: Vec3, vel_ecef_mps: Vec3, coefficient_kgpm2: float) -> Fall:
    """A piece's way to the sea's surface, by the midpoint rule in steps of a share of the time that drag works in.

    A push w across the path fades as w' = -rho v w / (2 beta); ``reach_s`` is its integral.

    Source: free flight with drag (kinematics.free_flight_acceleration) and its first variation across the path.
    Limits: no wind, no lift; the ground counts as the sea.
    """
    time_s, reach_s, push = 0.0, 0.0, 1.0
    height_m = height_of(pos_ecef_m)
    rate = drag_rate(pos_ecef_m, vel_ecef_mps, coefficient_kgpm2)
    for _ in range(STEPS_MAX):
        if height_m <= LANDED_M:
            break
        step_s = min(STEP_MAX_S, STEP_SHARE / max(rate, STEP_SHARE))
        up_mps = dot(vel_ecef_mps, normal_at(pos_ecef_m))
        if height_m + up_mps * step_s < 0.0:
            step_s = -height_m / up_mps
        here = free_flight_acceleration(pos_ecef_m, vel_ecef_mps, coefficient_kgpm2)
        half_m = step(pos_ecef_m, vel_ecef_mps, 0.5 * step_s)
        half_mps = step(vel_ecef_mps, here, 0.5 * step_s)
        pos_ecef_m = step(pos_ecef_m, half_mps, step_s)
        there = free_flight_acceleration(half_m, half_mps, coefficient_kgpm2)
        vel_ecef_mps = step(vel_ecef_mps, there, step_s)
        rate = drag_rate(half_m, half_mps, coefficient_kgpm2)
        left = push * exp(-rate * step_s)
        reach_s += 0.5 * (push + left) * step_s
        push = left
        time_s += step_s
        height_m = height_of(pos_ecef_m)
    return Fall(pos_ecef_m, vel_ecef_mps, time_s, reach_s)


@kernel
def debris_ellipse(pos_ecef_m: Vec3, vel_ecef_mps: Vec3) -> Ellipse:
    """Mean and spread of where pieces come down that part at a position and velocity (ECEF, m and m/s).

    Three pieces fall, at the nodes of the Gauss-Legendre rule in the logarithm of the ballistic coefficient. Their
    places give one part of the covariance; the push of the break-up, carried to the ground, the other.

    Source: mean and covariance by quadrature; eigenvalues of a 2 x 2 matrix.
    Assumes: as many pieces in each factor of the ballistic coefficient; pushes alike in all directions.
    Limits: those of ``fall``; pushes are carried to first order, and fade along the path as they do across it.
    """
    span = HEAVY_KGPM2 / LIGHT_KGPM2
    light = fall(pos_ecef_m, vel_ecef_mps, LIGHT_KGPM2 * span ** (0.5 - _NODE))
    middle = fall(pos_ecef_m, vel_ecef_mps, LIGHT_KGPM2 * span**0.5)
    heavy = fall(pos_ecef_m, vel_ecef_mps, LIGHT_KGPM2 * span ** (0.5 + _NODE))
    horizon = horizon_at(middle.pos_ecef_m)
    short = _on_ground(sub(light.pos_ecef_m, middle.pos_ecef_m), horizon)
    long = _on_ground(sub(heavy.pos_ecef_m, middle.pos_ecef_m), horizon)
    mean = scale(add(short, long), _OUTER)
    spread = add(_spread(light, sub(short, mean), horizon), _spread(heavy, sub(long, mean), horizon))
    spread = add(scale(spread, _OUTER), scale(_spread(middle, scale(mean, -1.0), horizon), _INNER))
    centre_m = step(step(middle.pos_ecef_m, horizon.east, mean.x), horizon.north, mean.y)
    return _ellipse(centre_m, spread, _OUTER * (light.time_s + heavy.time_s) + _INNER * middle.time_s)


@kernel
def horizon_at(pos_ecef_m: Vec3) -> Horizon:
    """East, north and up of a position in ECEF."""
    up = normal_at(pos_ecef_m)
    east = unit(cross(Vec3(0.0, 0.0, 1.0), up))
    return Horizon(east, cross(up, east), up)


@kernel
def _on_ground(apart_m: Vec3, horizon: Horizon) -> Vec3:
    """East and north of an offset."""
    return Vec3(dot(apart_m, horizon.east), dot(apart_m, horizon.north), 0.0)


@kernel
def _spread(piece: Fall, apart_m: Vec3, horizon: Horizon) -> Vec3:
    """What one piece gives to the covariance, m2: east, north and both; its place, and its push along its last course.

    A push of one sigma s in each direction moves the piece by s where it is; the ground cuts that along the velocity:
    s^2 (1 + g g') with g the level velocity over the rate of descent.
    """
    level = _on_ground(piece.vel_ecef_mps, horizon)
    slant = scale(level, 1.0 / max(-dot(piece.vel_ecef_mps, horizon.up), 1.0))
    push2_m2 = (SCATTER_MPS * piece.reach_s) ** 2
    return Vec3(
        apart_m.x * apart_m.x + push2_m2 * (1.0 + slant.x * slant.x),
        apart_m.y * apart_m.y + push2_m2 * (1.0 + slant.y * slant.y),
        apart_m.x * apart_m.y + push2_m2 * slant.x * slant.y,
    )


@kernel
def _ellipse(centre_ecef_m: Vec3, spread_m2: Vec3, fall_s: float) -> Ellipse:
    """The ellipse of a covariance: half axes are the roots of its eigenvalues, ``SIGMAS`` times."""
    half_m2 = 0.5 * (spread_m2.x + spread_m2.y)
    apart_m2 = sqrt(0.25 * (spread_m2.y - spread_m2.x) ** 2 + spread_m2.z * spread_m2.z)
    azimuth_rad = 0.5 * atan2(2.0 * spread_m2.z, spread_m2.y - spread_m2.x)
    return Ellipse(
        centre_ecef_m,
        max(SIGMAS * sqrt(half_m2 + apart_m2), LEAST_M),
        max(SIGMAS * sqrt(max(half_m2 - apart_m2, 0.0)), LEAST_M),
        azimuth_rad if azimuth_rad >= 0.0 else azimuth_rad + pi,
        fall_s,
    )
