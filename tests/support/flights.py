"""Flights that are drawn, and what a radar at the origin makes of them."""

from __future__ import annotations

from math import atan2, hypot, radians
from typing import Any, NamedTuple

import numpy as np

from openiads.constants import STANDARD_GRAVITY_MPS2
from tests.support.states import Array, plot_at


class Radar(NamedTuple):
    """Time between plots and standard deviations."""

    span_s: float
    range_m: float
    azimuth_rad: float
    elevation_rad: float


SEARCH = Radar(6.0, 100.0, radians(0.25), radians(0.25))
ENGAGEMENT = Radar(1.0, 20.0, radians(0.05), radians(0.05))
_STEPS = 20  # of a turn in closed form between two plots


def flight(draw: np.random.Generator, looks: int, span_s: float, turns_g: tuple[float, float] | None) -> Array:
    """Positions and velocities at each look, (looks, 6); level, 150 to 700 m/s, with coordinated turns if any.

    As the generator of the bench has them: of a load between the two bounds, through 45 to 180 degrees, each after 20
    to 60 s straight on.
    """
    speed, course = draw.uniform(150.0, 700.0), draw.uniform(0.0, 2.0 * np.pi)
    state = np.array([*draw.uniform(-1e5, 1e5, 2), draw.uniform(3e3, 12e3), 0.0, 0.0, 0.0])
    state[:2] += 3e4 * np.sign(state[:2])
    state[3:5] = speed * np.array([np.cos(course), np.sin(course)])
    states, rate, left_s = [state], 0.0, draw.uniform(0.0, 60.0)
    step_s = span_s / _STEPS
    for _ in range(looks - 1):
        for _ in range(_STEPS):
            left_s -= step_s
            if left_s < 0.0 and turns_g is not None:
                if rate == 0.0:
                    rate = draw.choice([-1.0, 1.0]) * draw.uniform(*turns_g) * STANDARD_GRAVITY_MPS2 / speed
                    left_s = draw.uniform(0.25 * np.pi, np.pi) / abs(rate)
                else:
                    rate, left_s = 0.0, draw.uniform(20.0, 60.0)
            state = turned(state, rate, step_s)
        states.append(state)
    return np.array(states)


def turned(state: Array, rate_radps: float, span_s: float) -> Array:
    """A circle in closed form: to the left where the rate is positive."""
    velocity, angle = complex(state[3], state[4]), rate_radps * span_s
    chord = velocity * span_s if angle == 0.0 else velocity * (np.exp(1j * angle) - 1.0) / (1j * rate_radps)
    after = velocity * np.exp(1j * angle)
    return np.array(
        [state[0] + chord.real, state[1] + chord.imag, state[2] + span_s * state[5], after.real, after.imag, state[5]]
    )


def seen(draw: np.random.Generator, pos_m: Array, radar: Radar) -> Any:
    """The plot of a place by a radar at the origin: range, azimuth and elevation with errors."""
    range_m = np.linalg.norm(pos_m) + draw.normal(0.0, radar.range_m)
    azimuth = atan2(pos_m[0], pos_m[1]) + draw.normal(0.0, radar.azimuth_rad)
    elevation = atan2(pos_m[2], hypot(pos_m[0], pos_m[1])) + draw.normal(0.0, radar.elevation_rad)
    level = np.cos(elevation)
    place = range_m * np.array([level * np.sin(azimuth), level * np.cos(azimuth), np.sin(elevation)])
    return plot_at(place, np.zeros(3), radar[1:])
