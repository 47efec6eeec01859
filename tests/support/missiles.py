"""Missiles and shots for tests: rows of the catalog with other figures, and flights told state by state."""

from __future__ import annotations

from functools import cache
from math import radians
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openiads.catalog.loader import load as load_catalog
from openiads.physics.earth import ecef, height_of, surface_normal
from openiads.physics.flight import SPAN_S, cruised
from openiads.physics.guidance import MIDCOURSE, Flight, point_goal, straight_goal
from openiads.physics.homing import CLOSING, homed
from openiads.physics.shot import COAST_SPAN_S, GIVEN_UP, SOONEST_S, Shot, ejected, spent, until_handover
from openiads.vec3 import Vec3, norm, step, sub
from openiads.world.build_missiles import missile_row
from openiads.world.rows import table_of
from openiads.world.tables import MISSILE

LATITUDE_RAD, LONGITUDE_RAD = radians(34.9), radians(35.9)
STILL = Vec3(0.0, 0.0, 0.0)
NAMES = ("48n6e", "9m83m")
COASTING_S = 100.0  # an age at which no motor burns


@cache
def _table(name: str) -> Any:
    """Before any fit to published figures, so that a new fit moves no test."""
    found = load_catalog().missiles[name]
    plain = {"drag_scale": 1.0, "induced_drag": 0.2, "thrust_split": 0.5}
    update = {key: getattr(found, key).model_copy(update={"value": value}) for key, value in plain.items()}
    return table_of(MISSILE, [missile_row(found.model_copy(update=update), name)])


def missile(name: str = "48n6e", **other: float) -> Any:
    """A missile of the catalog, some of its figures replaced."""
    table = _table(name).copy()
    for field, value in other.items():
        table[0][field] = value
    return table[0]


def ideal(**other: float) -> Any:
    """A missile without lag, drag, noise or any limit of its lift."""
    free = {"lag_s": 0.0, "load_factor_max_mps2": 1e12, "area_m2": 1e12, "drag_scale": 0.0, "induced_drag": 0.0}
    return missile(**(free | {"seeker_noise_rad": 0.0} | other))


def place(north_m: float, height_m: float, east_m: float = 0.0) -> Vec3:
    """A position near the site; distances are rough."""
    normal = surface_normal(LATITUDE_RAD + north_m / 6.371e6, LONGITUDE_RAD + east_m / 5.225e6)
    return ecef(normal, height_m)


def axes() -> NDArray[np.float64]:
    """Unit vectors east, north and up at the site, one a row."""
    up = np.array(surface_normal(LATITUDE_RAD, LONGITUDE_RAD))
    east = np.cross([0.0, 0.0, 1.0], up)
    east /= np.linalg.norm(east)
    return np.array([east, np.cross(up, east), up])


def vector(numbers: Any) -> Vec3:
    """A ``Vec3`` of three numbers."""
    x, y, z = (float(number) for number in numbers)
    return Vec3(x, y, z)


def shot(north_m: float, height_m: float, loft_slope: float, target_mps: Vec3 = STILL, meet_s: float = 0.0) -> Shot:
    """A shot from the site."""
    up = surface_normal(LATITUDE_RAD, LONGITUDE_RAD)
    return Shot(ecef(up, 0.0), up, place(north_m, height_m), target_mps, meet_s, loft_slope)


class Told(NamedTuple):
    """A flight, state by state."""

    age_s: list[float]
    flights: list[Flight]
    homing: list[bool]  # whether the round homed after that state
    outcome: int
    miss_m: float


def told(row: Any, a_shot: Shot, fine: float = 1.0) -> Told:
    """What ``fly_shot`` flies, in the same steps."""
    flight, age_s, outcome, miss_m = ejected(row, a_shot.site_m, a_shot.up), 0.0, CLOSING, 0.0
    aim = point_goal(MIDCOURSE, a_shot.point_m, a_shot.loft_slope, norm(sub(a_shot.point_m, a_shot.site_m)))
    ages, flights, homing = [0.0], [flight], []
    while outcome == CLOSING:
        span_s = (SPAN_S if age_s < row["burnout_s"] else COAST_SPAN_S) * fine
        wait_s = until_handover(row, a_shot, flight, age_s)
        homing.append(wait_s <= 0.0)
        if homing[-1]:
            there_m = step(a_shot.point_m, a_shot.target_mps, age_s - a_shot.meet_s)
            met = homed(row, flight, straight_goal(there_m, a_shot.target_mps), age_s, span_s, span_s)
            flight, outcome, miss_m = met.flight, met.outcome, met.miss_m
            age_s += met.done_s
        else:
            span_s = min(span_s, max(wait_s, SOONEST_S))
            flight = cruised(row, flight, aim, age_s, span_s)
            age_s += span_s
        if outcome == CLOSING and spent(row, age_s, height_of(flight.pos_m), norm(flight.vel_mps)):
            outcome = GIVEN_UP
        ages.append(age_s)
        flights.append(flight)
    return Told(ages, flights, [*homing, homing[-1]], outcome, miss_m)
