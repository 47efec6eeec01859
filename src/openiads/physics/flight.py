"""How a missile flies: thrust, drag, lift and weight on a point mass over the turning ellipsoid. ECEF, SI.

The envelope tables (world/envelopes.py) and the run (engine/flyout.py) fly by this one law.
Source: Zarchan, Tactical and Strategic Missile Guidance (point mass, single lag); Fleeman, Missile Design (drag).
Assumes: the body turns at once to where it is steered; lift and thrust are all that turns the path.
Limits: no roll, no dynamics of the angle of attack, no aerodynamic data of a real missile.
"""

from __future__ import annotations

from math import sqrt
from typing import Any, Final, NamedTuple

from openiads._jit import kernel
from openiads.physics.atmosphere import Air, air_at
from openiads.physics.earth import falling, height_of
from openiads.physics.guidance import Flight, Goal, across, steering
from openiads.vec3 import Vec3, add, dot, scale, step, sub

SPAN_S: Final = 0.1  # longest step, and the time for which an order from the ground stands
LIFT_COEFFICIENT_MAX: Final = 4.0  # on body cross-section, assumed
_LEAST_PRESSURE_MPS2 = 1e-3  # so that induced drag stays finite where there is no air
_LEAST_SPEED2 = 1e-18  # so that a body at rest has a direction
_INSTANT_S = 1e-9  # two moments closer than this are one
_STAGES: Final = (0.0, 0.5, 0.5, 1.0)  # of the classical Runge-Kutta step
_WEIGHTS: Final = (1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0)


class Motor(NamedTuple):
    """What the motor does from some age on, until it changes."""

    thrust_n: float
    flow_kgps: float
    mass_kg: float  # of the missile at that age


class Rates(NamedTuple):
    """Time derivatives of a ``Flight``."""

    vel_mps: Vec3
    acc_mps2: Vec3
    lift_mps3: Vec3


@kernel
def motor_at(missile: Any, age_s: float) -> Motor:
    """Thrust, mass flow and mass just after an age: ejected, first and second half of the burn, coast."""
    now_s = age_s + _INSTANT_S
    if now_s < missile.ignition_s:
        return Motor(0.0, 0.0, missile.launch_mass_kg)
    if now_s < missile.split_s:
        burnt_kg = missile.first_flow_kgps * (age_s - missile.ignition_s)
        return Motor(missile.first_thrust_n, missile.first_flow_kgps, missile.launch_mass_kg - burnt_kg)
    if now_s < missile.burnout_s:
        burnt_kg = missile.second_flow_kgps * (age_s - missile.split_s)
        return Motor(missile.second_thrust_n, missile.second_flow_kgps, missile.split_mass_kg - burnt_kg)
    return Motor(0.0, 0.0, missile.burnout_mass_kg)


@kernel
def until_change(missile: Any, age_s: float) -> float:
    """Seconds until the motor changes; without end once it has burnt out."""
    now_s = age_s + _INSTANT_S
    if now_s < missile.ignition_s:
        return float(missile.ignition_s - age_s)
    if now_s < missile.split_s:
        return float(missile.split_s - age_s)
    return float(missile.burnout_s - age_s) if now_s < missile.burnout_s else 1e9


@kernel
def drag_coefficient(mach: float) -> float:
    """Zero-lift drag on body cross-section against Mach number. Source: Fleeman's bands, straight lines between."""
    if mach < 0.8:
        return 0.3
    if mach < 1.1:
        return 0.3 + (mach - 0.8) * (0.25 / 0.3)
    if mach < 2.25:
        return 0.55 - (mach - 1.1) * (0.15 / 1.15)
    if mach < 5.0:
        return 0.40 - (mach - 2.25) * (0.15 / 2.75)
    return 0.25


@kernel
def load_available(missile: Any, pressure_mps2: float) -> float:
    """Greatest lateral acceleration (m/s2) that the structure and the air allow; the air presses with q A / m."""
    return float(min(missile.load_factor_max_mps2, LIFT_COEFFICIENT_MAX * pressure_mps2))


@kernel
def within(vector: Vec3, most: float) -> Vec3:
    """A vector no longer than allowed."""
    size2 = dot(vector, vector)
    return scale(vector, most / sqrt(size2)) if size2 > most * most else vector


@kernel
def drag(missile: Any, pressure_mps2: float, mach: float, lift: Vec3) -> float:
    """Zero-lift and induced drag per mass, m/s2: q A / m (s C_d(M) + k C_L^2) with C_L the lift over q A / m."""
    induced = missile.induced_drag / max(pressure_mps2, _LEAST_PRESSURE_MPS2)
    return float(pressure_mps2 * missile.drag_scale * drag_coefficient(mach) + induced * dot(lift, lift))


@kernel
def rates(missile: Any, motor: Motor, flight: Flight, goal: Goal, age_s: float, since_s: float) -> Rates:
    """Derivatives of position, velocity and achieved lift; the autopilot follows its orders with a first-order lag.

    ``motor.mass_kg`` is the mass now; ``since_s`` counts from where ``goal`` has its target.
    """
    air: Air = air_at(height_of(flight.pos_m))
    speed2 = max(dot(flight.vel_mps, flight.vel_mps), _LEAST_SPEED2)
    speed_mps = sqrt(speed2)
    heading = scale(flight.vel_mps, 1.0 / speed_mps)
    weight = falling(flight.pos_m, flight.vel_mps)
    per_kg = 1.0 / motor.mass_kg
    pressure_mps2 = 0.5 * missile.area_m2 * per_kg * air.density_kgpm3 * speed2
    order = steering(missile, motor.thrust_n, flight, goal, heading, weight, age_s, since_s)
    wanted = within(across(order.wanted_mps2, heading), load_available(missile, pressure_mps2))
    lagged = missile.lag_s > 0.0
    lift = across(flight.lift_mps2, heading) if lagged else wanted
    turning = scale(sub(wanted, flight.lift_mps2), 1.0 / missile.lag_s if lagged else 0.0)
    slowing_mps2 = drag(missile, pressure_mps2, speed_mps * (1.0 / air.sound_mps), lift)
    pushed = step(add(weight, lift), order.axis, motor.thrust_n * per_kg)
    return Rates(flight.vel_mps, step(pushed, heading, -slowing_mps2), turning)


@kernel
def advanced(flight: Flight, slope: Rates, span_s: float) -> Flight:
    """A state carried on along given derivatives."""
    return Flight(
        step(flight.pos_m, slope.vel_mps, span_s),
        step(flight.vel_mps, slope.acc_mps2, span_s),
        step(flight.lift_mps2, slope.lift_mps3, span_s),
    )


@kernel
def flown(missile: Any, flight: Flight, goal: Goal, age_s: float, since_s: float, span_s: float) -> Flight:
    """One classical Runge-Kutta step of fourth order, in which the motor does not change."""
    motor = motor_at(missile, age_s)
    none = Vec3(0.0, 0.0, 0.0)
    slope = Rates(none, none, none)
    end = flight
    for n in range(4):
        part_s = _STAGES[n] * span_s
        now = Motor(motor.thrust_n, motor.flow_kgps, motor.mass_kg - motor.flow_kgps * part_s)
        slope = rates(missile, now, advanced(flight, slope, part_s), goal, age_s + part_s, since_s + part_s)
        end = advanced(end, slope, _WEIGHTS[n] * span_s)
    return end


@kernel
def cruised(missile: Any, flight: Flight, goal: Goal, age_s: float, span_s: float) -> Flight:
    """A missile that homes on nothing yet, after a span; its steps end where the motor changes."""
    done_s = 0.0
    while span_s - done_s > _INSTANT_S:
        part_s = min(span_s - done_s, until_change(missile, age_s + done_s))
        flight = flown(missile, flight, goal, age_s + done_s, done_s, part_s)
        done_s += part_s
    return flight
