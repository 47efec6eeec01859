"""One step of a surface-to-air missile: forces, limits and the laws that steer it. Local frame, SI.

The envelope table (world/envelopes.py) and the run (engine/flyout.py) fly by these same functions.
Source: Zarchan, Tactical and Strategic Missile Guidance; Fleeman, Missile Design (drag build-up).
Assumes: point mass with instantaneous attitude after tip-over, first-order autopilot lag.
"""

from __future__ import annotations

from math import acos, cos, exp, sin, sqrt, tan
from typing import Any, NamedTuple

from openiads._jit import kernel
from openiads.constants import STANDARD_GRAVITY_MPS2
from openiads.physics.atmosphere import sound_speed, temperature_pressure
from openiads.physics.earth import height_above_sea, up_at
from openiads.vec3 import Vec3, add, dot, norm, scale, step, sub, unit

TIP_OVER_RADPS = 0.7  # published: body pitch rate 30 to 45 deg/s in tip-over
LIFT_COEFFICIENT_MAX = 4.0  # on body cross-section, assumed
HOMING_AFTER_S = 3.0  # after ignition, when tip-over is over and the seeker may look, assumed
LOFT_HEIGHT_M = 15000.0  # points higher than this get the least loft, assumed
STEERING_S = 1.5  # time in which the mid-course law turns the velocity to the wished direction, assumed


class Flight(NamedTuple):
    """What one step changes of a missile in flight."""

    pos_m: Vec3
    vel_mps: Vec3
    acc_mps2: Vec3
    mass_kg: float


@kernel
def drag_coefficient(mach: float) -> float:
    """Zero-lift drag on body cross-section against Mach number. Source: Fleeman's bands, straight lines between."""
    if mach < 0.8:
        return 0.3
    if mach < 1.1:
        return 0.3 + (mach - 0.8) / 0.3 * 0.25
    if mach < 2.25:
        return 0.55 - (mach - 1.1) / 1.15 * 0.15
    if mach < 5.0:
        return 0.40 - (mach - 2.25) / 2.75 * 0.15
    return 0.25


@kernel
def gravity_at(earth_radius_m: float, pos_m: Vec3) -> Vec3:
    """Gravity towards the earth's centre, m/s2, falling with height."""
    up = up_at(earth_radius_m, pos_m)
    height_m = height_above_sea(earth_radius_m, pos_m)
    ratio = earth_radius_m / (earth_radius_m + height_m)
    return scale(up, -STANDARD_GRAVITY_MPS2 * ratio * ratio)


@kernel
def across(vector: Vec3, direction: Vec3) -> Vec3:
    """The part of a vector at right angles to a unit vector."""
    return step(vector, direction, -dot(vector, direction))


@kernel
def loft_slope(missile: Any, range_m: float, aim_height_m: float, loft: float) -> float:
    """How far above the line of sight a missile steers, as a slope: much on long shots and towards low points.

    Assumes: the loft angle's tangent times the root of the share of range for points ``LOFT_HEIGHT_M`` up, times its
    fourth root for points at the sea, in proportion between; a low point costs less speed when reached from above.
    ``loft`` is the factor on it that the envelope found for this shot.
    """
    root = sqrt(min(max(range_m / missile.range_max_m, 0.0), 1.0))
    high = min(max(aim_height_m / LOFT_HEIGHT_M, 0.0), 1.0)
    return float(loft * tan(missile.loft_rad) * (high * root + (1.0 - high) * sqrt(root)))


@kernel
def midcourse_demand(missile: Any, pos_m: Vec3, vel_mps: Vec3, aim_m: Vec3, up: Vec3, loft: float) -> Vec3:
    """Lateral acceleration that lofts the missile towards its predicted intercept point, m/s2.

    The wished direction is the line of sight, raised by ``loft_slope``.
    """
    to_aim_m = sub(aim_m, pos_m)
    range_m = norm(to_aim_m)
    raised = loft_slope(missile, range_m - missile.handover_m, aim_m.z, loft)
    wished = unit(step(scale(to_aim_m, 1.0 / max(range_m, 1.0)), up, raised))
    speed_mps = norm(vel_mps)
    heading = unit(vel_mps)
    return scale(across(sub(wished, heading), heading), speed_mps / STEERING_S)


@kernel
def proportional_demand(navigation_constant: float, relative_m: Vec3, relative_mps: Vec3) -> Vec3:
    """Proportional navigation as zero-effort miss over time to go squared, m/s2.

    ``relative`` is target minus missile. Source: Zarchan, ch. 2.
    """
    closing2 = dot(relative_mps, relative_mps)
    time_to_go_s = max(-dot(relative_m, relative_mps) / max(closing2, 1.0), 0.01)
    miss_m = step(relative_m, relative_mps, time_to_go_s)
    return scale(miss_m, navigation_constant / (time_to_go_s * time_to_go_s))


@kernel
def thrust_axis(vel_mps: Vec3, burning_s: float, aim_direction: Vec3, up: Vec3) -> Vec3:
    """Direction of thrust: tipping over from the vertical at the published rate, then along the velocity."""
    start = dot(up, aim_direction)
    angle = acos(min(max(start, -1.0), 1.0))
    turned = TIP_OVER_RADPS * burning_s
    if turned >= angle:
        return unit(vel_mps) if turned > angle + TIP_OVER_RADPS else aim_direction
    sideways = unit(across(aim_direction, up))
    return add(scale(up, cos(turned)), scale(sideways, sin(turned)))


@kernel
def limit_demand(missile: Any, demand_mps2: Vec3, pressure_force_n: float, mass_kg: float) -> Vec3:
    """The demanded lateral acceleration within the structure's and the air's limits."""
    most = min(missile.load_factor_max_mps2, LIFT_COEFFICIENT_MAX * pressure_force_n / mass_kg)
    size = norm(demand_mps2)
    return scale(demand_mps2, most / size) if size > most else demand_mps2


@kernel
def missile_step(
    missile: Any, flight: Flight, age_s: float, demand_mps2: Vec3, axis: Vec3, step_s: float, earth_radius_m: float
) -> Flight:
    """Advance a missile by one step (semi-implicit Euler) under thrust, drag, lift and gravity.

    ``demand_mps2`` is what guidance asks for at right angles to the velocity, gravity compensation included here;
    ``axis`` is the thrust direction. Returns position, velocity, achieved lateral acceleration and mass.
    """
    height_m = height_above_sea(earth_radius_m, flight.pos_m)
    air = temperature_pressure(height_m)
    speed_mps = norm(flight.vel_mps)
    heading = unit(flight.vel_mps)
    pressure_force_n = 0.5 * air.z * speed_mps * speed_mps * missile.area_m2
    gravity = gravity_at(earth_radius_m, flight.pos_m)
    wanted = limit_demand(missile, sub(demand_mps2, across(gravity, heading)), pressure_force_n, flight.mass_kg)
    lateral = step(flight.acc_mps2, sub(wanted, flight.acc_mps2), 1.0 - exp(-step_s / missile.lag_s))
    lateral = across(lateral, heading)
    lift = norm(lateral) * flight.mass_kg / max(pressure_force_n, 1.0)
    mach = speed_mps / sound_speed(air.x)
    drag_n = pressure_force_n * (missile.drag_scale * drag_coefficient(mach) + missile.induced_drag * lift * lift)
    burning = missile.ignition_s <= age_s < missile.burnout_s
    thrust_n = missile.thrust_n if burning else 0.0
    along = step(scale(axis, thrust_n / flight.mass_kg), heading, -drag_n / flight.mass_kg)
    vel_mps = step(flight.vel_mps, add(add(along, lateral), gravity), step_s)
    mass_kg = flight.mass_kg - (missile.mass_flow_kgps * step_s if burning else 0.0)
    return Flight(step(flight.pos_m, vel_mps, step_s), vel_mps, lateral, max(mass_kg, missile.burnout_mass_kg))


@kernel
def cruise_step(
    missile: Any, flight: Flight, aim_m: Vec3, age_s: float, step_s: float, radius_m: float, guided: bool, loft: float
) -> Flight:
    """One step of an unhomed flight towards an aim point; shared by the run and the envelope table."""
    up = up_at(radius_m, flight.pos_m)
    none = Vec3(0.0, 0.0, 0.0)
    if age_s < missile.ignition_s:
        return missile_step(missile, flight, age_s, none, up, step_s, radius_m)
    to_aim_m = sub(aim_m, flight.pos_m)
    raised = loft_slope(missile, norm(to_aim_m), aim_m.z, loft)
    wished = unit(step(unit(to_aim_m), up, raised))
    axis = thrust_axis(flight.vel_mps, age_s - missile.ignition_s, wished, up)
    if guided:
        demand = midcourse_demand(missile, flight.pos_m, flight.vel_mps, aim_m, up, loft)
    else:
        demand = across(gravity_at(radius_m, flight.pos_m), unit(flight.vel_mps))  # no lift: nothing holds it up
    return missile_step(missile, flight, age_s, demand, axis, step_s, radius_m)
