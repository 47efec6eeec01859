"""One whole flight of a missile at a point or at a target that flies straight on: launch to closest approach.

What the envelope tables, the calibration and the benchmark fly; the run flies the same laws a tenth of a second at a
time, with the target, the seeker's noise and the orders of its own.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from openiads._jit import kernel
from openiads.physics.atmosphere import air_at
from openiads.physics.earth import height_of
from openiads.physics.flight import SPAN_S, cruised, load_available, motor_at
from openiads.physics.guidance import HOMING_AFTER_S, MIDCOURSE, Flight, point_goal, straight_goal
from openiads.physics.homing import BEHIND, CLOSING, PASSED, homed
from openiads.vec3 import Vec3, dot, norm, scale, step, sub

COAST_SPAN_S: Final = 0.25  # step without a motor; stable for lags of 0.1 s and more
SLOWEST_MPS: Final = 250.0  # a slower round without a motor is given up, assumed
GIVEN_UP: Final = -1
SOONEST_S: Final = 1e-6  # within which hand-over is found
_LEAST_CLOSING_MPS = 1.0


class Shot(NamedTuple):
    """A launcher, the point at which it is to meet a target, and how that target flies."""

    site_m: Vec3
    up: Vec3
    point_m: Vec3
    target_mps: Vec3
    meet_s: float  # age at which the target is at the point
    loft_slope: float


class Arrival(NamedTuple):
    """How a flight ended."""

    outcome: int  # PASSED, or BEHIND or GIVEN_UP without a closest approach
    flight_s: float
    speed_mps: float
    load_mps2: float  # lateral acceleration still available
    miss_m: float  # closest approach; distance from the point where there was none
    apogee_m: float
    top_speed_mps: float


@kernel
def load_left(missile: Any, flight: Flight, age_s: float) -> float:
    """Lateral acceleration (m/s2) that a missile can still command."""
    speed_mps = norm(flight.vel_mps)
    force_n = 0.5 * air_at(height_of(flight.pos_m)).density_kgpm3 * speed_mps * speed_mps * missile.area_m2
    return load_available(missile, force_n / motor_at(missile, age_s).mass_kg)


@kernel
def ejected(missile: Any, site_m: Vec3, up: Vec3) -> Flight:
    """A round as it leaves its canister upwards."""
    return Flight(site_m, scale(up, missile.eject_speed_mps), Vec3(0.0, 0.0, 0.0))


@kernel
def until_handover(missile: Any, shot: Shot, flight: Flight, age_s: float) -> float:
    """Seconds until a round starts homing if it kept its speed towards the point; none or less once it does."""
    to_point_m = sub(shot.point_m, flight.pos_m)
    left_m = norm(to_point_m)
    closing_mps = dot(to_point_m, flight.vel_mps) / max(left_m, 1.0)
    too_early_s = missile.ignition_s + HOMING_AFTER_S - age_s
    return float(max(too_early_s, (left_m - missile.handover_m) / max(closing_mps, _LEAST_CLOSING_MPS)))


@kernel
def spent(missile: Any, age_s: float, height_m: float, speed_mps: float) -> bool:
    """True of a round that is too slow without a motor, too old, or in the ground."""
    slow = age_s > missile.burnout_s and speed_mps < SLOWEST_MPS
    buried = age_s > missile.ignition_s and height_m < 0.0
    return bool(slow or buried or age_s > missile.life_s)


@kernel
def fly_shot(missile: Any, shot: Shot, fine: float = 1.0) -> Arrival:
    """Fly from the canister to the closest approach, or until the round is spent; ``fine`` scales every step."""
    flight = ejected(missile, shot.site_m, shot.up)
    reach_m = norm(sub(shot.point_m, shot.site_m))
    aim = point_goal(MIDCOURSE, shot.point_m, shot.loft_slope, reach_m)
    age_s, apogee_m, top_mps, outcome, miss_m = 0.0, 0.0, 0.0, CLOSING, reach_m
    while outcome == CLOSING:
        span_s = (SPAN_S if age_s < missile.burnout_s else COAST_SPAN_S) * fine
        wait_s = until_handover(missile, shot, flight, age_s)
        if wait_s > 0.0:
            span_s = min(span_s, max(wait_s, SOONEST_S))
            flight = cruised(missile, flight, aim, age_s, span_s)
            age_s += span_s
            miss_m = min(miss_m, norm(sub(shot.point_m, flight.pos_m)))
        else:
            there_m = step(shot.point_m, shot.target_mps, age_s - shot.meet_s)
            met = homed(missile, flight, straight_goal(there_m, shot.target_mps), age_s, span_s, span_s)
            flight, outcome, miss_m = met.flight, met.outcome, met.miss_m
            age_s += met.done_s
        height_m, speed_mps = height_of(flight.pos_m), norm(flight.vel_mps)
        apogee_m, top_mps = max(apogee_m, height_m), max(top_mps, speed_mps)
        if outcome == CLOSING and spent(missile, age_s, height_m, speed_mps):
            outcome = GIVEN_UP
    return Arrival(outcome, age_s, norm(flight.vel_mps), load_left(missile, flight, age_s), miss_m, apogee_m, top_mps)


__all__ = ["BEHIND", "GIVEN_UP", "PASSED", "Arrival", "Shot", "ejected", "fly_shot", "load_left"]
