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
from openiads.physics.guidance import HOMING_AFTER_S, MIDCOURSE, Flight, course_goal, point_goal
from openiads.physics.homing import BEHIND, CLOSING, PASSED, homed
from openiads.vec3 import Vec3, norm, scale, step, sub

COAST_SPAN_S: Final = 0.25  # step of an unpowered mid-course
SLOWEST_MPS: Final = 250.0  # a slower round without a motor is given up, assumed
GIVEN_UP: Final = -1


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
    return load_available(missile, force_n, motor_at(missile, age_s).mass_kg)


@kernel
def ejected(missile: Any, site_m: Vec3, up: Vec3) -> Flight:
    """A round as it leaves its canister upwards."""
    return Flight(site_m, scale(up, missile.eject_speed_mps), Vec3(0.0, 0.0, 0.0))


@kernel
def fly_shot(missile: Any, shot: Shot, fine: float = 1.0) -> Arrival:
    """Fly from the canister to the closest approach, or until the round is too slow, too old or in the ground.

    ``fine`` is a factor on the length of every step.
    """
    none = Vec3(0.0, 0.0, 0.0)
    flight = ejected(missile, shot.site_m, shot.up)
    aim = point_goal(MIDCOURSE, shot.point_m, shot.loft_slope, norm(sub(shot.point_m, shot.site_m)))
    age_s, apogee_m, top_mps, outcome, miss_m = 0.0, 0.0, 0.0, CLOSING, norm(sub(shot.point_m, shot.site_m))
    while outcome == CLOSING:
        left_m = norm(sub(shot.point_m, flight.pos_m))
        if left_m < missile.handover_m and age_s > missile.ignition_s + HOMING_AFTER_S:
            there_m = step(shot.point_m, shot.target_mps, age_s - shot.meet_s)
            later_m = step(there_m, shot.target_mps, SPAN_S)
            target = course_goal(there_m, shot.target_mps, later_m, shot.target_mps, SPAN_S, none, 0.0)
            met = homed(missile, flight, target, age_s, SPAN_S, SPAN_S * fine)
            flight, outcome, miss_m = met.flight, met.outcome, met.miss_m
            age_s += met.done_s
        else:
            span_s = (COAST_SPAN_S if age_s >= missile.burnout_s else SPAN_S) * fine
            flight = cruised(missile, flight, aim, age_s, span_s)
            age_s += span_s
            miss_m = min(miss_m, left_m)
        height_m, speed_mps = height_of(flight.pos_m), norm(flight.vel_mps)
        apogee_m, top_mps = max(apogee_m, height_m), max(top_mps, speed_mps)
        slow = age_s > missile.burnout_s and speed_mps < SLOWEST_MPS
        buried = age_s > missile.ignition_s and height_m < 0.0
        if outcome == CLOSING and (slow or buried or age_s > missile.life_s):
            outcome = GIVEN_UP
    return Arrival(outcome, age_s, norm(flight.vel_mps), load_left(missile, flight, age_s), miss_m, apogee_m, top_mps)


__all__ = ["BEHIND", "GIVEN_UP", "PASSED", "Arrival", "Shot", "ejected", "fly_shot", "load_left"]
