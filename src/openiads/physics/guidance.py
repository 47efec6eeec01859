"""What steers a missile: tip-over, loft, mid-course on a predicted point, proportional navigation. ECEF, SI.

Source: Zarchan, Tactical and Strategic Missile Guidance, ch. 2 and 8.
"""

from __future__ import annotations

from math import cos, pi, sin, sqrt
from typing import Any, Final, NamedTuple

from openiads._jit import kernel
from openiads.physics.earth import normal_at
from openiads.vec3 import Vec3, add, dot, norm, scale, step, sub, unit

UNGUIDED, MIDCOURSE, HOMING = 0, 1, 2  # phases of a ``Goal``

TIP_OVER_RADPS: Final = 0.7  # published: body pitch rate 30 to 45 deg/s in tip-over
HOMING_AFTER_S: Final = 3.0  # after ignition, when tip-over is over and the seeker may look, assumed
STEERING_S: Final = 1.5  # time in which the mid-course law turns the velocity to the wished direction, assumed
GLINT_M: Final = 2.0  # wander of the apparent centre of the target, one sigma, assumed
LEAST_TO_GO_S: Final = 1e-3  # so that proportional navigation stays finite
_UPRIGHT = 0.99  # cosine to the vertical above which a line is not raised


class Flight(NamedTuple):
    """What changes of a missile in flight."""

    pos_m: Vec3
    vel_mps: Vec3
    lift_mps2: Vec3  # achieved lateral acceleration


class Goal(NamedTuple):
    """What a missile steers for over some time: a point, or a target on a cubic of time."""

    phase: int
    pos_m: Vec3  # of the point; of the target at the start of that time
    vel_mps: Vec3
    bend_mps2: Vec3  # coefficient of the square of time
    twist_mps3: Vec3  # and of its cube
    loft_slope: float  # tangent of the climb above the line of sight at launch
    reach_m: float  # distance at which the loft is whole: that of the launcher from the point
    error: Vec3  # of the seeker, in sigmas
    base_m: float  # error of the measurement that does not shrink with range, one sigma


class Steering(NamedTuple):
    """What guidance orders."""

    axis: Vec3  # direction of thrust
    wanted_mps2: Vec3  # acceleration; what lies along the velocity cannot be had


@kernel
def across(vector: Vec3, direction: Vec3) -> Vec3:
    """The part of a vector at right angles to a unit vector."""
    return step(vector, direction, -dot(vector, direction))


@kernel
def point_goal(phase: int, pos_m: Vec3, loft_slope: float, reach_m: float) -> Goal:
    """A goal that stands still."""
    none = Vec3(0.0, 0.0, 0.0)
    return Goal(phase, pos_m, none, none, none, loft_slope, reach_m, none, 0.0)


@kernel
def straight_goal(pos_m: Vec3, vel_mps: Vec3) -> Goal:
    """A target to home on that flies straight on, and a seeker without error."""
    none = Vec3(0.0, 0.0, 0.0)
    return Goal(HOMING, pos_m, vel_mps, none, none, 0.0, 1.0, none, 0.0)


@kernel
def course_goal(
    pos_m: Vec3, vel_mps: Vec3, end_m: Vec3, end_mps: Vec3, span_s: float, error: Vec3, base_m: float
) -> Goal:
    """A target to home on, on the cubic through two states ``span_s`` apart (Hermite)."""
    mean_mps = scale(sub(end_m, pos_m), 1.0 / span_s)
    bend = scale(sub(scale(mean_mps, 3.0), add(scale(vel_mps, 2.0), end_mps)), 1.0 / span_s)
    twist = scale(sub(add(vel_mps, end_mps), scale(mean_mps, 2.0)), 1.0 / (span_s * span_s))
    return Goal(HOMING, pos_m, vel_mps, bend, twist, 0.0, 1.0, error, base_m)


@kernel
def place_of(goal: Goal, since_s: float) -> Vec3:
    """Where the goal is after a time."""
    inner = step(goal.bend_mps2, goal.twist_mps3, since_s)
    return step(goal.pos_m, step(goal.vel_mps, inner, since_s), since_s)


@kernel
def speed_of(goal: Goal, since_s: float) -> Vec3:
    """Velocity of the goal after a time, m/s."""
    inner = step(scale(goal.bend_mps2, 2.0), goal.twist_mps3, 3.0 * since_s)
    return step(goal.vel_mps, inner, since_s)


@kernel
def wished_direction(pos_m: Vec3, up: Vec3, goal: Goal) -> Vec3:
    """Unit vector along which a missile wants to fly: the line to its point, raised by the loft.

    The loft is whole at ``reach_m`` and shrinks with the distance left, so that the path is a parabola above the line.
    """
    to_goal_m = sub(goal.pos_m, pos_m)
    range_m = norm(to_goal_m)
    line = scale(to_goal_m, 1.0 / max(range_m, 1.0))
    steep = dot(line, up)
    raised = min(range_m, goal.reach_m) * (goal.loft_slope / goal.reach_m)
    if abs(steep) > _UPRIGHT or raised == 0.0:
        return line
    level2 = 1.0 - steep * steep
    longer = 1.0 / sqrt(level2 * (1.0 + raised * raised))
    return scale(step(scale(line, sqrt(level2) - raised * steep), up, raised), longer)


@kernel
def tipped(missile: Any, up: Vec3, wished: Vec3, age_s: float) -> Vec3:
    """Direction of thrust: from the vertical at the tip-over's rate to the wished one, on which it stays."""
    turned = TIP_OVER_RADPS * (age_s - missile.ignition_s)
    if turned >= pi or dot(up, wished) >= cos(turned):
        return wished
    return step(scale(up, cos(turned)), unit(across(wished, up)), sin(turned))


@kernel
def proportional_demand(navigation_constant: float, relative_m: Vec3, relative_mps: Vec3) -> Vec3:
    """Proportional navigation as zero-effort miss over time to go squared, m/s2.

    ``relative`` is target minus missile. Source: Zarchan, ch. 2.
    """
    closing2 = dot(relative_mps, relative_mps)
    time_to_go_s = -dot(relative_m, relative_mps) / max(closing2, 1.0)
    miss_m = step(relative_m, relative_mps, time_to_go_s)
    finite_s = max(time_to_go_s, LEAST_TO_GO_S)
    return scale(miss_m, navigation_constant / (finite_s * finite_s))


@kernel
def measured(missile: Any, goal: Goal, relative_m: Vec3) -> Vec3:
    """Where the seeker puts its object: truth plus an error across the line of sight that shrinks with range."""
    range_m = norm(relative_m)
    sigma_m = missile.seeker_noise_rad * range_m + goal.base_m
    line = scale(relative_m, 1.0 / max(range_m, 1e-3))
    return step(relative_m, across(goal.error, line), sigma_m)


@kernel
def homing_demand(missile: Any, flight: Flight, goal: Goal, since_s: float) -> Vec3:
    """Lateral acceleration towards a target as the seeker measures it, m/s2; ``goal`` has it ``since_s`` ago."""
    relative_m = measured(missile, goal, sub(place_of(goal, since_s), flight.pos_m))
    relative_mps = sub(speed_of(goal, since_s), flight.vel_mps)
    return proportional_demand(missile.navigation_constant, relative_m, relative_mps)


@kernel
def midcourse_demand(wished: Vec3, heading: Vec3, vel_mps: Vec3) -> Vec3:
    """Acceleration that turns a velocity to the wished direction, m/s2; its part along the velocity goes unused."""
    return scale(wished, dot(vel_mps, heading) * (1.0 / STEERING_S))


@kernel
def steering(
    missile: Any, thrust_n: float, flight: Flight, goal: Goal, heading: Vec3, weight: Vec3, age_s: float, since_s: float
) -> Steering:
    """What guidance orders: a direction of thrust, and lift with a bias for gravity; no lift where nothing guides.

    ``heading`` is the direction of the velocity, ``weight`` the acceleration that the bias takes away.
    """
    if goal.phase == HOMING:
        return Steering(heading, sub(homing_demand(missile, flight, goal, since_s), weight))
    up = normal_at(flight.pos_m)
    wished = wished_direction(flight.pos_m, up, goal)
    axis = tipped(missile, up, wished, age_s) if thrust_n > 0.0 else heading
    if goal.phase == MIDCOURSE:
        return Steering(axis, sub(midcourse_demand(wished, heading, flight.vel_mps), weight))
    return Steering(axis, Vec3(0.0, 0.0, 0.0))
