"""The flights of an envelope table: a loft for every point, and a flight for every point and course of the target.

Every cell is a flight by the run's own law (physics/shot.py): first at the standing point with several lofts, of which
the one that leaves the most speed is kept, then with that loft at a target that flies away, across or towards the
launcher and is at the point when the missile gets there.
"""

from __future__ import annotations

from math import cos, radians, sin
from typing import Any, Final

import numpy as np

from openiads._jit import kernel
from openiads.catalog.models import Missile, TargetClass
from openiads.constants import STANDARD_GRAVITY_MPS2, WGS84_A_M, WGS84_E2
from openiads.physics.atmosphere import temperature_pressure
from openiads.physics.earth import ecef, surface_normal
from openiads.physics.envelope import COURSES, OUT_OF_REACH
from openiads.physics.shot import PASSED, Shot, fly_shot
from openiads.vec3 import Vec3, read
from openiads.world.build_missiles import missile_row
from openiads.world.dtypes import record, vector
from openiads.world.legs import horizon
from openiads.world.rows import table_of
from openiads.world.tables import ENVELOPE, MISSILE

RANGE_CELLS: Final = 56
HEIGHT_CELLS: Final = 16
RANGES_BEYOND: Final = 2.2  # times the published range, to which the tables go: the envelope must end before by itself
HEIGHTS_BEYOND: Final = 1.5  # times the published ceiling
LOWEST_M: Final = 5.0  # height of the lowest cells
LOFT_SHARES: Final = (0.0, 0.2, 0.4, 0.55, 0.7, 0.85, 1.0)  # of the tangent of the sheet's greatest loft
SITE_LATITUDE_RAD: Final = radians(35.0)  # where tables are flown, northwards: the eastern Mediterranean, assumed
SPEED_LEFT_MPS: Final = 400.0  # a slower arrival counts as out of reach, assumed
OVERTAKING_MPS: Final = 150.0  # by which a missile must be faster than a target that flies away, assumed
LOAD_LEFT_MPS2: Final = 20.0  # what 300 m of error at a hand-over 8 s before the end asks for: 4 x 300 / 8^2, assumed
SHORT: Final = -0.2  # margin of a flight that all but arrived, assumed
SHORT_M: Final = 1e5  # and the distance from the point that takes 1 more off it, assumed
BALLISTIC_DIVE_RAD: Final = radians(50.0)  # path angle of a ballistic target in its last minute, assumed

_AIM = record(vector("point_m"), vector("target_mps"), ("needed_mps2", "f8"), ("needed_mps", "f8"))
LOFT = record(("loft_slope", "f8"), ("flight_s", "f8"))  # of the best flight at a standing point


def axes(missile: Missile) -> tuple[Any, Any]:
    """Ground ranges and heights (m) of the cells of a missile's tables."""
    ranges = np.arange(RANGE_CELLS) ** 2 * range_step_m(missile)
    heights = np.arange(HEIGHT_CELLS) ** 2 * height_step_m(missile)
    return np.maximum(ranges, 0.25 * range_step_m(missile)), np.maximum(heights, LOWEST_M)


def range_step_m(missile: Missile) -> float:
    """Range of the first cell beyond the launcher; that of row i is i squared times it."""
    return RANGES_BEYOND * missile.range_max.value / (RANGE_CELLS - 1) ** 2


def height_step_m(missile: Missile) -> float:
    """Height of the second cell; that of row j is j squared times it."""
    return HEIGHTS_BEYOND * missile.altitude_max.value / (HEIGHT_CELLS - 1) ** 2


def needed_load_mps2(missile: Missile, target: TargetClass, height_m: float) -> float:
    """Lateral acceleration that proportional navigation needs against what a target can do at a height.

    Source: Zarchan, N / (N - 2) times the target's acceleration without lag. Assumes: the target's lift falls with the
    air's density and carries its weight just at its ceiling; what falls freely brakes along its path and does not turn;
    never less than ``LOAD_LEFT_MPS2``.
    """
    if target.group == "ballistic":
        return LOAD_LEFT_MPS2
    constant = missile.navigation_constant.value
    thin = _density(height_m) / max(_density(target.altitude_max.value), 1e-9)
    turn = min(target.load_factor_max.value, STANDARD_GRAVITY_MPS2 * thin)
    return max(constant / (constant - 2.0) * turn, LOAD_LEFT_MPS2)


def _density(height_m: float) -> float:
    return float(temperature_pressure(height_m).z)


def row_of(missile: Missile) -> Any:
    """The MISSILE row of a catalog missile, in a table of its own."""
    return table_of(MISSILE, [missile_row(missile, missile.id)])


def point_north(ground_m: float, height_m: float) -> tuple[Vec3, Vec3]:
    """A point north of the launcher along the sea, and the normal there."""
    sine = sin(SITE_LATITUDE_RAD)
    meridian_m = WGS84_A_M * (1.0 - WGS84_E2) / (1.0 - WGS84_E2 * sine * sine) ** 1.5
    normal = surface_normal(SITE_LATITUDE_RAD + ground_m / meridian_m, 0.0)
    return ecef(normal, height_m), normal


def _dive_rad(target: TargetClass) -> float:
    """Path angle below the level at which a class is met."""
    return BALLISTIC_DIVE_RAD if target.group == "ballistic" else 0.0


def level_speed_mps(target: TargetClass) -> float:
    """Speed over the ground with which a class is flown at: its cruise, less what a dive takes of it."""
    return float(target.speed.value * cos(_dive_rad(target)))


def aims_of(missile: Missile, target: TargetClass) -> Any:
    """What is flown at: (courses, heights, ranges) rows of point, target's velocity and what must be left."""
    ranges, heights = axes(missile)
    rows = np.zeros((COURSES, len(heights), len(ranges)), _AIM)
    dive = _dive_rad(target)
    for i, ground_m in enumerate(ranges):
        normal = point_north(float(ground_m), 0.0)[1]
        east, north = (np.array(axis) for axis in horizon(normal))
        for course, level in enumerate((north, east, -north)):
            rows[course, :, i]["target_mps"] = target.speed.value * (cos(dive) * level - sin(dive) * np.array(normal))
        for j, height_m in enumerate(heights):
            rows[:, j, i]["point_m"] = point_north(float(ground_m), float(height_m))[0]
    for j, height_m in enumerate(heights):
        rows[:, j, :]["needed_mps2"] = needed_load_mps2(missile, target, float(height_m))
    rows["needed_mps"] = SPEED_LEFT_MPS
    rows[0]["needed_mps"] = max(SPEED_LEFT_MPS, level_speed_mps(target) + OVERTAKING_MPS)
    return rows.reshape(-1)


def fly_lofts(missile: Missile) -> Any:
    """The loft that leaves the most speed at every standing point: rows of LOFT, height by height."""
    ranges, heights = axes(missile)
    points = np.array([point_north(float(ground_m), float(height_m))[0] for height_m in heights for ground_m in ranges])
    best = np.zeros(len(points), LOFT)
    slopes = np.array(LOFT_SHARES) * np.tan(missile.loft_angle.value)
    _fly_lofts(row_of(missile)[0], *point_north(0.0, 0.0), points, slopes, best)
    return best


def fly_courses(missile: Missile, lofts: Any, aims: Any) -> Any:
    """The flights at a class of target, with the lofts found: rows of ENVELOPE."""
    cells = np.zeros(len(aims), ENVELOPE)
    _fly_courses(row_of(missile)[0], *point_north(0.0, 0.0), aims, lofts, cells)
    return cells


@kernel
def margin_of(arrival: Any, missile: Any, aim: Any) -> float:
    """By how much the tightest of speed, load and miss is met, at most 1; negative out of reach.

    A flight that did not arrive is out of reach by so much more as it stayed farther away, so that the edge between
    cells lies where it should.
    """
    if arrival.outcome != PASSED:
        return float(max(SHORT - arrival.miss_m / SHORT_M, OUT_OF_REACH))
    tightest = min(arrival.speed_mps / aim.needed_mps, arrival.load_mps2 / aim.needed_mps2) - 1.0
    return float(max(min(tightest, 1.0 - arrival.miss_m / missile.lethal_radius_m, 1.0), OUT_OF_REACH))


@kernel
def _fly_lofts(missile: Any, site_m: Vec3, up: Vec3, points: Any, slopes: Any, best: Any) -> None:
    for n in range(best.size):
        most_mps = -2.0
        for s in range(slopes.size):
            arrival = fly_shot(missile, Shot(site_m, up, read(points[n]), Vec3(0.0, 0.0, 0.0), 0.0, slopes[s]))
            hit = arrival.outcome == PASSED and arrival.miss_m < missile.lethal_radius_m
            worth_mps = arrival.speed_mps if hit else -1.0
            if worth_mps > most_mps:
                most_mps = worth_mps
                best[n].loft_slope = slopes[s]
                best[n].flight_s = arrival.flight_s


@kernel
def _fly_courses(missile: Any, site_m: Vec3, up: Vec3, aims: Any, lofts: Any, cells: Any) -> None:
    for n in range(cells.size):
        _fly_course(missile, site_m, up, aims[n], lofts[n % lofts.size], cells[n])


@kernel
def _fly_course(missile: Any, site_m: Vec3, up: Vec3, aim: Any, loft: Any, cell: Any) -> None:
    """Fly at a target that is at the point when the missile gets there."""
    shot = Shot(site_m, up, read(aim.point_m), read(aim.target_mps), loft.flight_s, loft.loft_slope)
    arrival = fly_shot(missile, shot)
    cell.loft_slope = loft.loft_slope
    cell.margin = margin_of(arrival, missile, aim)
    cell.flight_s = arrival.flight_s if arrival.outcome == PASSED else 0.0
    cell.speed_mps = arrival.speed_mps
    cell.load_mps2 = arrival.load_mps2
    cell.miss_m = arrival.miss_m
