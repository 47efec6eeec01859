"""The last seconds: homing in steps that halve near the target, and the closest approach inside the last of them."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from openiads._jit import kernel
from openiads.physics.flight import SPAN_S, flown, until_change
from openiads.physics.guidance import Flight, Goal, place_of, speed_of
from openiads.vec3 import Vec3, add, dot, norm, scale, step, sub

FINEST_S: Final = 0.001  # the shortest step
STEPS_TO_GO: Final = 4.0  # a step is at most this part of the time to go
_INSTANT_S = 1e-9
_HALVINGS = 40  # of the bracket round the closest approach

CLOSING, PASSED, BEHIND = 0, 1, 2


class Homing(NamedTuple):
    """Where homing over a span has led."""

    flight: Flight
    outcome: int  # CLOSING, PASSED its target, or had it BEHIND from the start
    done_s: float  # of the span: all of it, or until the closest approach
    miss_m: float  # closest approach, once PASSED


@kernel
def stride(to_go_s: float, coarsest_s: float) -> float:
    """Length of the next step: the coarsest, halved until it is a small part of the time to go."""
    span_s = coarsest_s
    while span_s * STEPS_TO_GO > to_go_s and span_s > FINEST_S:
        span_s *= 0.5
    return span_s


@kernel
def _apart(start_m: Vec3, start_mps: Vec3, end_m: Vec3, end_mps: Vec3, span_s: float, share: float) -> Vec3:
    """Relative position at a share of a span, on the cubic through both ends (Hermite)."""
    rest = 1.0 - share
    ends = add(scale(start_m, rest * rest * (1.0 + 2.0 * share)), scale(end_m, share * share * (1.0 + 2.0 * rest)))
    slopes = sub(scale(start_mps, rest * rest * share), scale(end_mps, share * share * rest))
    return step(ends, slopes, span_s)


@kernel
def closest_share(start_m: Vec3, start_mps: Vec3, end_m: Vec3, end_mps: Vec3, span_s: float) -> float:
    """At which share of a step two bodies were closest: where their distance stops falling, by bisection.

    ``start`` and ``end`` are relative position and velocity; they close at the start and part at the end.
    """
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        here = _apart(start_m, start_mps, end_m, end_mps, span_s, middle)
        ahead = _apart(start_m, start_mps, end_m, end_mps, span_s, middle + 1e-6)
        if dot(ahead, ahead) < dot(here, here):
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@kernel
def homed(missile: Any, flight: Flight, goal: Goal, age_s: float, span_s: float, coarsest_s: float = SPAN_S) -> Homing:
    """A homing missile after a span, or at its closest approach if that comes before.

    Args:
        missile: its row.
        flight: state at the start.
        goal: the target's cubic, from the start of the span.
        age_s: of the missile at the start.
        span_s: how long to fly.
        coarsest_s: the longest step.
    """
    done_s = 0.0
    relative_m = sub(place_of(goal, 0.0), flight.pos_m)
    relative_mps = sub(speed_of(goal, 0.0), flight.vel_mps)
    if dot(relative_m, relative_mps) >= 0.0:
        return Homing(flight, BEHIND, 0.0, norm(relative_m))
    while span_s - done_s > _INSTANT_S:
        to_go_s = -dot(relative_m, relative_mps) / max(dot(relative_mps, relative_mps), 1e-9)
        part_s = min(stride(to_go_s, coarsest_s), span_s - done_s)
        part_s = min(part_s, until_change(missile, age_s + done_s))
        after = flown(missile, flight, goal, age_s + done_s, done_s, part_s)
        after_m = sub(place_of(goal, done_s + part_s), after.pos_m)
        after_mps = sub(speed_of(goal, done_s + part_s), after.vel_mps)
        if dot(after_m, after_mps) >= 0.0:
            share = closest_share(relative_m, relative_mps, after_m, after_mps, part_s)
            miss = _apart(relative_m, relative_mps, after_m, after_mps, part_s, share)
            at_m = sub(place_of(goal, done_s + share * part_s), miss)
            vel_mps = add(scale(flight.vel_mps, 1.0 - share), scale(after.vel_mps, share))
            met = Flight(at_m, vel_mps, after.lift_mps2)
            return Homing(met, PASSED, done_s + share * part_s, norm(miss))
        flight, relative_m, relative_mps = after, after_m, after_mps
        done_s += part_s
    return Homing(flight, CLOSING, span_s, 0.0)
