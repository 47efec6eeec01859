"""Where a flight's energy goes: thrust, drag, what is burnt, and nothing else."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest

from openiads.physics.flight import cruised
from openiads.physics.guidance import UNGUIDED, Flight, point_goal
from openiads.physics.shot import PASSED, Shot
from openiads.vec3 import Vec3
from tests.naive.missile import Burn, Twin, burns, potential, tabulated_air
from tests.support import missiles

# A low one, a crossing one, and one lofted over 150 km that falls on its point from 40 km.
SHOTS = {
    "low": missiles.shot(15e3, 100.0, 0.1),
    "crossing": missiles.shot(55e3, 10e3, 0.5, Vec3(100.0, -200.0, 0.0), 48.0),
    "lofted": missiles.shot(150e3, 12e3, 0.9),
}
FINE = 1.0 / 8.0


class Account(NamedTuple):
    """Work of every force and energy carried off by the gas, J; and what the energy rose by."""

    thrust: float
    drag: float
    induced: float
    lift: float
    gas: float
    gained: float


SITE_JPKG = potential(np.array(missiles.place(0.0, 0.0)))


def _energy(state: Any) -> float:
    """Kinetic and potential energy per mass in the turning frame, J/kg; a round that stands at the site has none."""
    return float(0.5 * state[3:6] @ state[3:6] + potential(state[:3]) - SITE_JPKG)


def _powers(twin: Twin, age_s: float, state: Any, burn: Burn, homing: bool) -> np.ndarray:
    """Watts of thrust, drag, induced drag, lift, and of the energy that leaves with the gas."""
    acting = twin.forces(age_s, state, burn, homing)
    straight = np.concatenate([state[:6], np.zeros(3)])
    zero_lift = twin.forces(age_s, straight, burn, homing).drag
    vel = state[3:6]
    watts = [force @ vel for force in (acting.thrust, acting.drag, acting.drag - zero_lift, acting.lift)]
    return np.array([*watts, -burn.flow_kgps * _energy(state)])


def _account(row: Any, shot: Shot) -> Account:
    """By the trapezoid rule over the flown states; a span in which the motor changes is cut there."""
    flown, twin = missiles.told(row, shot, FINE), Twin(row, shot, tabulated_air())
    assert flown.outcome == PASSED
    states = np.array([[*f.pos_m, *f.vel_mps, *f.lift_mps2] for f in flown.flights])
    legs, total = burns(row, flown.age_s[-1] + 1.0), np.zeros(5)
    changes = [leg.begin_s for leg in legs if 0.0 < leg.begin_s < flown.age_s[-1]]
    ages_s = np.unique(np.array([*flown.age_s, *changes]))
    for begin_s, end_s in pairwise(ages_s.tolist()):
        middle_s = 0.5 * (begin_s + end_s)
        burn = next(leg for leg in legs if leg.begin_s <= middle_s < leg.end_s)
        homing = flown.homing[int(np.searchsorted(flown.age_s, middle_s)) - 1]
        for age_s in (begin_s, end_s):
            state = np.array([np.interp(age_s, flown.age_s, column) for column in states.T])
            total += 0.5 * (end_s - begin_s) * _powers(twin, float(age_s), state, burn, homing)
    gained = legs[-1].mass_kg * _energy(states[-1]) - legs[0].mass_kg * _energy(states[0])
    return Account(*total.tolist(), gained)


@pytest.mark.parametrize("name", SHOTS)
def test_the_energy_of_a_flight_closes(name: str) -> None:
    """To a ten-thousandth of what drag takes and of what is left; the gas carries off the energy of the burnt mass."""
    account = _account(missiles.missile(), SHOTS[name])
    left = account.gained - (account.thrust + account.drag + account.lift + account.gas)
    assert abs(left) < 1e-4 * min(abs(account.drag), abs(account.gained))
    assert account.thrust > 0.0 > account.drag
    assert account.drag < account.induced < 0.0
    assert abs(account.lift) < 1e-9 * account.thrust, "lift stands across the velocity"


def test_gravity_and_the_turning_earth_do_no_work_of_their_own() -> None:
    """A round that meets no air keeps the energy of the turning frame: the Coriolis term takes nothing."""
    row = missiles.missile(drag_scale=0.0, induced_drag=0.0, area_m2=1e-12, launch_mass_kg=1e3)
    start = Flight(missiles.place(0.0, 20e3), missiles.vector(1500.0 * missiles.axes()[1:].sum(axis=0)), missiles.STILL)
    goal, flight = point_goal(UNGUIDED, missiles.place(1e5, 0.0), 0.0, 1e5), start
    for n in range(400):
        flight = cruised(row, flight, goal, missiles.COASTING_S + 0.25 * n, 0.25)
    before, after = (_energy(np.array([*one.pos_m, *one.vel_mps])) for one in (start, flight))
    assert np.linalg.norm(np.array(flight.pos_m) - np.array(start.pos_m)) > 1e5
    assert after - before == pytest.approx(0.0, abs=1e-9 * abs(before))
