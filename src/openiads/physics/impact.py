"""Where a falling body comes down, when, and how that depends on what is known of it now."""

from __future__ import annotations

from typing import NamedTuple

from openiads._jit import kernel
from openiads.constants import EARTH_RATE_RADPS, GM_M3PS2, MEAN_EARTH_RADIUS_M, STANDARD_GRAVITY_MPS2
from openiads.physics.atmosphere import temperature_pressure
from openiads.physics.earth import height_above_sea, height_of, normal_at, up_at
from openiads.physics.kinematics import free_flight_acceleration
from openiads.vec3 import Vec3, add, cross, dot, norm, scale, step, unit

STEP_LEAST_S = 2.0  # in the air: 3 m from the exact fall at 1500 m/s
STEP_MOST_S = 20.0  # above it
THIN_AIR_M = 50_000.0  # height above which drag changes little within a step
NEAR_GROUND_M = 0.1
STEEP_LEAST_MPS = 1.0  # what sinks more slowly comes down at no point in particular
STEPS_MOST = 250
LOCAL_STEP_S = 4.0
FADE_M = 50.0  # half the span of heights that the air's gradient is taken over


class Shift(NamedTuple):
    """How a falling body's state changes with one number: m and m/s a unit of it."""

    pos: Vec3
    vel: Vec3


class Shifts(NamedTuple):
    """Derivatives by position (x, y, z), velocity (u, v, w) and the logarithm of the ballistic coefficient."""

    x: Shift
    y: Shift
    z: Shift
    u: Shift
    v: Shift
    w: Shift
    coefficient: Shift


class Sensitivity(NamedTuple):
    """Derivatives of a coordinate of the impact, ECEF: by position (m/m), velocity (s), log of the coefficient (m)."""

    by_pos: Vec3
    by_vel: Vec3
    by_coefficient: float


class Impact(NamedTuple):
    """Where and how a body comes down, ECEF.

    ``falls`` is false for what does not within the steps there are; the rest means nothing then. ``shifts`` are those
    of the state at ``time_s``; ``sensitivity`` makes them those of the point of impact.
    """

    falls: bool
    time_s: float
    pos_ecef_m: Vec3
    vel_ecef_mps: Vec3
    up: Vec3
    shifts: Shifts


class Pull(NamedTuple):
    """The derivatives of a falling body's acceleration, all that ``_pulled`` needs."""

    up: Vec3  # away from the earth's centre
    gravity: float  # GM / r^3, 1/s2
    heading: Vec3
    slowing: float  # drag over speed, 1/s
    drag: Vec3
    fading: float  # of the air with height, 1/m


@kernel
def fall(pos_ecef_m: Vec3, vel_ecef_mps: Vec3, coefficient_kgpm2: float, ground_m: float) -> Impact:
    """The fall to a height above the ellipsoid (m) by the law of the run, with its derivatives.

    Limits: coefficients below 2000 kg/m2 would need shorter steps in the air.
    Source: the variational equations, e.g. Montenbruck and Gill, Satellite Orbits, 2000, ch. 7: Runge-Kutta of fourth
    order for the state, the midpoint rule for its derivatives.
    """
    pos_m, vel_mps, shifts, time_s = pos_ecef_m, vel_ecef_mps, _unit_shifts(), 0.0
    up = normal_at(pos_m)
    for _ in range(STEPS_MOST):
        above_m = height_of(pos_m) - ground_m
        up = normal_at(pos_m)
        sinking_mps = -dot(vel_mps, up)
        if sinking_mps > STEEP_LEAST_MPS and abs(above_m) < NEAR_GROUND_M:
            return Impact(True, time_s, pos_m, vel_mps, up, shifts)
        span_s = _span_s(above_m + ground_m, norm(vel_mps))
        if sinking_mps > STEEP_LEAST_MPS:
            span_s = min(span_s, above_m / sinking_mps)
        half = _half_step(pos_m, vel_mps, coefficient_kgpm2, span_s)
        shifts = _carried(shifts, _pull(half.pos, half.vel, coefficient_kgpm2), span_s)
        moved = _runge_kutta(pos_m, vel_mps, coefficient_kgpm2, span_s)
        pos_m, vel_mps, time_s = moved.pos, moved.vel, time_s + span_s
    return Impact(False, time_s, pos_m, vel_mps, up, shifts)


@kernel
def sensitivity(impact: Impact, axis: Vec3) -> Sensitivity:
    """How the impact moves along a horizontal axis (ECEF): the shifts of the state there are led down the path.

    An error that has the body higher by 1 m lets it come down farther by its path's slope.
    """
    s = impact.shifts
    down = step(axis, impact.up, -dot(impact.vel_ecef_mps, axis) / dot(impact.vel_ecef_mps, impact.up))
    return Sensitivity(
        Vec3(dot(down, s.x.pos), dot(down, s.y.pos), dot(down, s.z.pos)),
        Vec3(dot(down, s.u.pos), dot(down, s.v.pos), dot(down, s.w.pos)),
        dot(down, s.coefficient.pos),
    )


@kernel
def fallen_locally(pos_enu_m: Vec3, vel_enu_mps: Vec3, coefficient_kgpm2: float, span_s: float) -> Vec3:
    """Where a body has fallen to after some time, in a local frame: quick, for aim points some tens of seconds ahead.

    Limits: a round earth that does not turn, midpoint steps of at most ``LOCAL_STEP_S``: some 100 m after a minute.
    """
    steps = int(span_s / LOCAL_STEP_S) + 1
    each_s = span_s / steps
    pos_m, vel_mps = pos_enu_m, vel_enu_mps
    for _ in range(steps):
        first = _local_acceleration(pos_m, vel_mps, coefficient_kgpm2)
        middle = _local_acceleration(
            step(pos_m, vel_mps, 0.5 * each_s), step(vel_mps, first, 0.5 * each_s), coefficient_kgpm2
        )
        pos_m = step(step(pos_m, vel_mps, each_s), first, 0.5 * each_s * each_s)
        vel_mps = step(vel_mps, middle, each_s)
    return pos_m


@kernel
def _local_acceleration(pos_m: Vec3, vel_mps: Vec3, coefficient_kgpm2: float) -> Vec3:
    height_m = height_above_sea(MEAN_EARTH_RADIUS_M, pos_m)
    shrunk = MEAN_EARTH_RADIUS_M / (MEAN_EARTH_RADIUS_M + height_m)
    down = scale(up_at(MEAN_EARTH_RADIUS_M, pos_m), -STANDARD_GRAVITY_MPS2 * shrunk * shrunk)
    density = temperature_pressure(height_m).z
    return step(down, vel_mps, -0.5 * density * norm(vel_mps) / coefficient_kgpm2)


@kernel
def _span_s(height_m: float, speed_mps: float) -> float:
    """The step: long above the air, and never so long that it passes half the way down to it."""
    return min(max(0.5 * (height_m - THIN_AIR_M) / max(speed_mps, 1.0), STEP_LEAST_S), STEP_MOST_S)


@kernel
def _half_step(pos_m: Vec3, vel_mps: Vec3, coefficient_kgpm2: float, span_s: float) -> Shift:
    """Where it is in the middle of a step, to second order."""
    first = free_flight_acceleration(pos_m, vel_mps, coefficient_kgpm2)
    half_s = 0.5 * span_s
    return Shift(step(step(pos_m, vel_mps, half_s), first, 0.5 * half_s * half_s), step(vel_mps, first, half_s))


@kernel
def _runge_kutta(pos_m: Vec3, vel_mps: Vec3, coefficient_kgpm2: float, span_s: float) -> Shift:
    """One classical step of fourth order."""
    half_s = 0.5 * span_s
    first = free_flight_acceleration(pos_m, vel_mps, coefficient_kgpm2)
    vel_2 = step(vel_mps, first, half_s)
    second = free_flight_acceleration(step(pos_m, vel_mps, half_s), vel_2, coefficient_kgpm2)
    vel_3 = step(vel_mps, second, half_s)
    third = free_flight_acceleration(step(pos_m, vel_2, half_s), vel_3, coefficient_kgpm2)
    vel_4 = step(vel_mps, third, span_s)
    fourth = free_flight_acceleration(step(pos_m, vel_3, span_s), vel_4, coefficient_kgpm2)
    rate_mps = add(add(vel_mps, vel_4), scale(add(vel_2, vel_3), 2.0))
    rate_mps2 = add(add(first, fourth), scale(add(second, third), 2.0))
    return Shift(step(pos_m, rate_mps, span_s / 6.0), step(vel_mps, rate_mps2, span_s / 6.0))


# ---- Derivatives ---------------------------------------------------------------------------------


@kernel
def _unit_shifts() -> Shifts:
    """Those at the start: each number changes itself alone."""
    x, y, z, none = Vec3(1.0, 0.0, 0.0), Vec3(0.0, 1.0, 0.0), Vec3(0.0, 0.0, 1.0), Vec3(0.0, 0.0, 0.0)
    return Shifts(
        Shift(x, none), Shift(y, none), Shift(z, none), Shift(none, x), Shift(none, y), Shift(none, z),
        Shift(none, none),
    )  # fmt: skip


@kernel
def _pull(pos_m: Vec3, vel_mps: Vec3, coefficient_kgpm2: float) -> Pull:
    """The derivatives at a state. Limits: a round earth, no centrifugal part, together 0.5 % of gravity's."""
    radius_m, speed_mps, height_m = norm(pos_m), norm(vel_mps), height_of(pos_m)
    over, under = temperature_pressure(height_m + FADE_M).z, temperature_pressure(height_m - FADE_M).z
    density = 0.5 * (over + under)
    slowing = 0.5 * density * speed_mps / coefficient_kgpm2
    fading = (over - under) / (2.0 * FADE_M * density) if density > 0.0 else 0.0
    return Pull(
        scale(pos_m, 1.0 / radius_m), GM_M3PS2 / radius_m**3, unit(vel_mps), slowing, scale(vel_mps, -slowing), fading
    )


@kernel
def _pulled(shift: Shift, pull: Pull, thicker: float) -> Vec3:
    """How the acceleration changes with the state, and with the drag by a share ``thicker`` of it."""
    rise_m = dot(pull.up, shift.pos)
    tide = scale(step(scale(pull.up, 3.0 * rise_m), shift.pos, -1.0), pull.gravity)
    slower = scale(step(shift.vel, pull.heading, dot(pull.heading, shift.vel)), -pull.slowing)
    turned = scale(cross(Vec3(0.0, 0.0, EARTH_RATE_RADPS), shift.vel), -2.0)
    return step(add(add(tide, slower), turned), pull.drag, pull.fading * rise_m + thicker)


@kernel
def _moved(shift: Shift, pull: Pull, span_s: float, thicker: float) -> Shift:
    """A derivative a step later, by the midpoint rule."""
    first = _pulled(shift, pull, thicker)
    half = Shift(step(shift.pos, shift.vel, 0.5 * span_s), step(shift.vel, first, 0.5 * span_s))
    return Shift(
        step(step(shift.pos, shift.vel, span_s), first, 0.5 * span_s * span_s),
        step(shift.vel, _pulled(half, pull, thicker), span_s),
    )


@kernel
def _carried(shifts: Shifts, pull: Pull, span_s: float) -> Shifts:
    """All of them; a larger coefficient has less drag by the same share."""
    return Shifts(
        _moved(shifts.x, pull, span_s, 0.0), _moved(shifts.y, pull, span_s, 0.0), _moved(shifts.z, pull, span_s, 0.0),
        _moved(shifts.u, pull, span_s, 0.0), _moved(shifts.v, pull, span_s, 0.0), _moved(shifts.w, pull, span_s, 0.0),
        _moved(shifts.coefficient, pull, span_s, -1.0),
    )  # fmt: skip
