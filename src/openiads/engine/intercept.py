"""Can a missile reach a track, where and when: the flown-out envelope against the track's course."""

from __future__ import annotations

from math import sqrt
from typing import Any, NamedTuple

from openiads._jit import kernel
from openiads.engine.evaluation import expected_at
from openiads.engine.track_state import predicted_position
from openiads.enums import Cause, TargetGroup
from openiads.physics.earth import height_above_sea
from openiads.physics.envelope import Reach, reach_at
from openiads.vec3 import Vec3, dot, norm, read, sub

ITERATIONS = 6
FIRST_GUESS_MPS = 1500.0  # mean speed with which the iteration begins
BURIED_M = -200.0  # a ballistic target expected lower than this has fallen
NEAR_M = 10_000.0  # what is missed nearer than this, and met there, is called too close, assumed
SETTLED_S = 1e-2  # an iteration that moves by less is over: the next would move by a tick at most
UNSETTLED_S = 1.0  # an iteration that still moves by more has found nothing
WINDOW_STEPS = 6  # halvings in the search for the last launch
LONGEST_WINDOW_S = 128.0  # no longer wait is tried
WINDOW_FIRST_S = 2.0  # the shortest wait that it tries; each further one is twice as long


class Chance(NamedTuple):
    """A predicted intercept, or the cause that forbids it."""

    cause: int
    flight_s: float
    loft_slope: float
    point_m: Vec3


@kernel
def solve(
    tick: int, wait_s: float, earth_radius_m: float, missile: Any, envelopes: Any, launcher: Any, track: Any, group: int
) -> Chance:
    """The predicted intercept of a track by a missile launched after a wait.

    Newton's iteration on the time of flight: what closes at the speed of the missile or faster would make plain
    substitution swing to and fro.
    """
    pos_m = predicted_position(track, tick)
    vel_mps = read(track.vel_enu_mps)
    site_m = read(launcher.pos_enu_m)
    if norm(vel_mps) > missile.target_speed_max_mps:
        return Chance(Cause.OUT_OF_ENVELOPE.value, -1.0, 0.0, pos_m)
    ballistic = group == TargetGroup.BALLISTIC
    met = Reach(0.0, 0.0, 0.0)
    flight_s, ground_m, height_m, off_s = norm(sub(pos_m, site_m)) / FIRST_GUESS_MPS, 0.0, 0.0, 0.0
    radial_mps = 0.0
    point_m = pos_m
    for _ in range(ITERATIONS):
        point_m = expected_at(pos_m, vel_mps, ballistic, wait_s + flight_s)
        height_m = height_above_sea(earth_radius_m, point_m)
        apart_m = sub(point_m, site_m)
        ground_m = sqrt(apart_m.x * apart_m.x + apart_m.y * apart_m.y)
        radial_mps = -(vel_mps.x * apart_m.x + vel_mps.y * apart_m.y) / max(ground_m, 1.0)
        asked_m = height_m
        if height_m < missile.height_min_m:  # a floor is kept as far as the track's height is known
            asked_m = min(height_m + 2.0 * track.height_sigma_m, missile.height_min_m)
        met = reach_at(missile, envelopes, group, ground_m, asked_m, radial_mps)
        range_m = max(norm(apart_m), 1.0)
        wanted_s = met.flight_s if met.flight_s > 0.0 else range_m / FIRST_GUESS_MPS
        closing = max(-dot(vel_mps, apart_m) / range_m, 0.0) * wanted_s / range_m
        off_s = wanted_s - flight_s
        flight_s += off_s / (1.0 + closing)
        if abs(off_s) < SETTLED_S:
            break
    if ballistic and height_m < BURIED_M:
        return Chance(Cause.TOO_LATE.value, -1.0, 0.0, point_m)
    if met.margin < 0.0 or abs(off_s) > UNSETTLED_S:
        farther = reach_at(missile, envelopes, group, NEAR_M, height_m, radial_mps)
        near = ground_m < NEAR_M and farther.margin >= 0.0
        return Chance(Cause.TOO_CLOSE.value if near else Cause.OUT_OF_ENVELOPE.value, -1.0, 0.0, point_m)
    point_m = expected_at(pos_m, vel_mps, ballistic, wait_s + flight_s)
    return Chance(Cause.NONE.value, flight_s, met.loft_slope, point_m)


@kernel
def beyond_reach(tick: int, wait_s: float, missile: Any, launcher: Any, track: Any, group: int) -> bool:
    """True where ``solve`` can find nothing after that wait or a shorter one: the track is too fast or stays too far.

    A fraction of the work of ``solve``: a straight course is looked at for as long as the missile lives, over ground.
    Never true of what falls.
    """
    vel_mps = read(track.vel_enu_mps)
    if group == TargetGroup.BALLISTIC:
        return False
    if norm(vel_mps) > missile.target_speed_max_mps:
        return True
    apart_m = sub(predicted_position(track, tick), read(launcher.pos_enu_m))
    speed2 = vel_mps.x * vel_mps.x + vel_mps.y * vel_mps.y
    nearest_s = -(apart_m.x * vel_mps.x + apart_m.y * vel_mps.y) / max(speed2, 1.0)
    met_s = min(max(nearest_s, -UNSETTLED_S), wait_s + missile.life_s + UNSETTLED_S)
    east_m, north_m = apart_m.x + met_s * vel_mps.x, apart_m.y + met_s * vel_mps.y
    last = missile.range_cells - 1
    reach_m = min(missile.range_max_m, last * last * missile.range_step_m)
    return bool(east_m * east_m + north_m * north_m > reach_m * reach_m)


@kernel
def last_launch(
    tick: int, earth_radius_m: float, missile: Any, envelopes: Any, launcher: Any, track: Any, group: int
) -> float:
    """How long (s) a launch that is possible now may wait: the end of the launch window.

    Doubles the wait until the track, flying on as it does, can no longer be met, then halves the last gap. Windows
    that close and open again count as closed.
    """
    good_s, bad_s = 0.0, WINDOW_FIRST_S
    while bad_s < LONGEST_WINDOW_S:
        if solve(tick, bad_s, earth_radius_m, missile, envelopes, launcher, track, group).cause != Cause.NONE:
            break
        good_s = bad_s
        bad_s *= 2.0
    for _ in range(WINDOW_STEPS):
        middle_s = 0.5 * (good_s + bad_s)
        if solve(tick, middle_s, earth_radius_m, missile, envelopes, launcher, track, group).cause == Cause.NONE:
            good_s = middle_s
        else:
            bad_s = middle_s
    return good_s
