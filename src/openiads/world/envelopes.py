"""The envelope of a missile, flown: time of flight and speed left at every ground range and height."""

from __future__ import annotations

from typing import Any

import numpy as np

from openiads._jit import kernel
from openiads.physics.atmosphere import temperature_pressure
from openiads.physics.guidance import (
    HOMING_AFTER_S,
    LIFT_COEFFICIENT_MAX,
    Flight,
    across,
    cruise_step,
    missile_step,
    proportional_demand,
)
from openiads.vec3 import Vec3, dot, norm, sub, unit
from openiads.world.tables import ENVELOPE

RANGE_CELLS = 28
HEIGHT_CELLS = 12
STEP_S = 0.05
HOMING_STEP_S = 0.025
STEEP_LOFT = 1.5  # factor on the loft of a shot that falls short with 1, assumed
SPEED_LEFT_MPS = 400.0  # a slower arrival counts as out of reach, assumed
LOAD_LEFT_MPS2 = 30.0  # less lift left at arrival counts as out of reach, assumed
MISS_MAX_M = 50.0  # of a standing point, assumed


@kernel
def fly_to(missile: Any, ground_m: float, height_m: float, radius_m: float, loft: float, cell: Any) -> None:
    """Fly one missile from the origin at a standing point with one loft and fill one envelope row."""
    bent_m = ground_m * ground_m / (2.0 * radius_m)
    aim_m = Vec3(ground_m, 0.0, height_m - bent_m)
    still = Vec3(0.0, 0.0, 0.0)
    flight = Flight(still, Vec3(0.0, 0.0, missile.eject_speed_mps), still, missile.launch_mass_kg)
    age_s = 0.0
    cell.reachable = 0
    cell.loft = loft
    while age_s < missile.life_s:
        relative_m = sub(aim_m, flight.pos_m)
        range_m = norm(relative_m)
        closing = dot(relative_m, flight.vel_mps)
        homing = age_s > missile.ignition_s + HOMING_AFTER_S and range_m < missile.handover_m
        step_s = HOMING_STEP_S if homing else STEP_S
        speed_mps = norm(flight.vel_mps)
        if age_s > missile.ignition_s + 2.0 and closing < speed_mps * speed_mps * step_s:
            if closing > -range_m * speed_mps * 0.5 and range_m < MISS_MAX_M + speed_mps * step_s:
                _arrive(missile, flight, age_s, relative_m, height_m, cell)
            if homing or range_m < MISS_MAX_M + speed_mps * step_s:
                return
        if age_s > missile.burnout_s and (speed_mps < SPEED_LEFT_MPS or flight.pos_m.z < -2000.0 - bent_m):
            return
        if homing:
            heading = unit(flight.vel_mps)
            steered = proportional_demand(missile.navigation_constant, relative_m, sub(still, flight.vel_mps))
            demand = across(steered, heading)
            flight = missile_step(missile, flight, age_s, demand, heading, step_s, radius_m)
        else:
            flight = cruise_step(missile, flight, aim_m, age_s, step_s, radius_m, True, loft)
        age_s += step_s


@kernel
def _arrive(missile: Any, flight: Flight, age_s: float, relative_m: Vec3, height_m: float, cell: Any) -> None:
    speed_mps = norm(flight.vel_mps)
    heading = unit(flight.vel_mps)
    pressure_force_n = 0.5 * temperature_pressure(height_m).z * speed_mps * speed_mps * missile.area_m2
    load_mps2 = LIFT_COEFFICIENT_MAX * pressure_force_n / flight.mass_kg
    close = norm(across(relative_m, heading)) < MISS_MAX_M
    cell.flight_s = age_s + dot(relative_m, heading) / speed_mps
    cell.speed_mps = speed_mps
    cell.reachable = 1 if close and speed_mps > SPEED_LEFT_MPS and load_mps2 > LOAD_LEFT_MPS2 else 0


@kernel
def _fly_all(missile: Any, radius_m: float, table: Any) -> None:
    for j in range(missile.height_cells):
        for i in range(missile.range_cells):
            ground_m = max(i * missile.range_step_m, 0.25 * missile.range_step_m)
            height_m = max(j * j * missile.height_step_m, 25.0)
            cell = table[j * missile.range_cells + i]
            fly_to(missile, ground_m, height_m, radius_m, 1.0, cell)
            if cell.reachable == 0:
                fly_to(missile, ground_m, height_m, radius_m, STEEP_LOFT, cell)


def fly_envelope(missile: Any, radius_m: float) -> Any:
    """The envelope table of one missile: a row a cell, height by height."""
    table = np.zeros(int(missile.range_cells) * int(missile.height_cells), ENVELOPE)
    _fly_all(missile, radius_m, table)
    return table
