"""Errors are as large as the filter says: normalised squares against SciPy's chi-square bands, over seeded flights.

NEES: squared Mahalanobis length of the error of the state. NIS: of the plot from what was expected. Source: Bar-Shalom,
Li and Kirubarajan, Estimation with Applications to Tracking and Navigation, 2001, section 5.4.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from openiads.estimation import kalman, motion
from openiads.estimation.sight import sight_of, taken
from openiads.vec3 import Vec3
from tests.support.banks import Bank
from tests.support.flights import ENGAGEMENT, SEARCH, Radar, flight, seen
from tests.support.states import UP, Array, cov_of, gauss, mean_of, vector

ORIGIN = Vec3(0.0, 0.0, 0.0)
LOOKS, RUNS = 40, 60
SETTLED = 8  # looks after which a filter's start is forgotten


def _nees(mean: Array, cov: Array, truth: Array) -> float:
    off = mean - truth
    return float(off @ np.linalg.solve(cov, off))


def _start(draw: np.random.Generator, truth: Array, radar: Radar) -> Any:
    """The state of a first plot with a velocity from elsewhere, both with the errors they claim."""
    sight = sight_of(seen(draw, truth[:3], radar), ORIGIN, UP, vector(truth[:3]))
    axes = np.array([sight.line, sight.side, sight.rise])
    cov = np.zeros((6, 6))
    cov[:3, :3] = axes.T @ np.diag([sight.line2, sight.side2, sight.rise2]) @ axes
    cov[3:, 3:] = np.eye(3) * 30.0**2
    return gauss(np.array([*sight.place, *draw.normal(truth[3:], 30.0)]), cov)


def _noisy(draw: np.random.Generator, radar: Radar) -> Array:
    """Flights straight on, shaken by the noise that the model of straight flight has."""
    states = flight(draw, 1, radar.span_s, None)
    spans = [[radar.span_s**3 / 3.0, radar.span_s**2 / 2.0], [radar.span_s**2 / 2.0, radar.span_s]]
    densities = [motion.CRUISE_DENSITY, motion.CRUISE_DENSITY, motion.CLIMB_DENSITY]
    root = np.linalg.cholesky(np.kron(spans, np.diag(densities)))
    onward = np.eye(6) + np.diag([radar.span_s] * 3, 3)
    for _ in range(LOOKS):
        states = np.vstack([states, onward @ states[-1] + root @ draw.normal(size=6)])
    return states


def _single(radar: Radar, seed: int) -> tuple[list[float], list[float]]:
    """NEES at the last look of each flight, where they are independent, and NIS of all looks, of one matched model."""
    nees, nis = [], []
    for run in range(RUNS):
        draw = np.random.default_rng([run, seed])
        states = _noisy(draw, radar)
        g = _start(draw, states[0], radar)
        for state in states[1:]:
            moved = kalman.straight(g, radar.span_s)
            g = kalman.shaken(moved, motion.CRUISE_DENSITY, motion.CLIMB_DENSITY, radar.span_s)
            done = taken(g, sight_of(seen(draw, state[:3], radar), ORIGIN, UP, g.pos))
            g = done.state
            nis.append(done.nis)
        nees.append(_nees(mean_of(g), cov_of(g), states[-1]))
    return nees, nis


@pytest.mark.parametrize("radar", [SEARCH, ENGAGEMENT])
def test_a_filter_with_the_right_noise_is_consistent(radar: Radar) -> None:
    """Both sums lie inside their 95 % bands."""
    for values, dimensions in zip(_single(radar, 81), (6, 3), strict=True):
        low, high = stats.chi2.interval(0.95, dimensions * len(values))
        assert low < sum(values) < high


@pytest.mark.parametrize("radar", [SEARCH, ENGAGEMENT])
def test_squares_follow_the_chi_square_law(radar: Radar) -> None:
    """Not their mean alone: Kolmogorov and Smirnov's test, at one in a hundred."""
    for values, dimensions in zip(_single(radar, 82), (6, 3), strict=True):
        assert stats.kstest(values, stats.chi2(dimensions).cdf).pvalue > 0.01


def _followed(radar: Radar, turns_g: tuple[float, float] | None, flights: int, seed: int) -> tuple[Array, Array]:
    """NEES and NIS of the interacting models, each (flights, looks), after they have settled."""
    nees, nis = [], []
    for run in range(flights):
        draw = np.random.default_rng([run, seed])
        states = flight(draw, LOOKS + 1, radar.span_s, turns_g)
        bank = Bank(_start(draw, states[0], radar))
        told = []
        for state in states[1:]:
            bank.predict(radar.span_s)
            sight = sight_of(seen(draw, state[:3], radar), ORIGIN, UP, vector(bank.state()[0][:3]))
            found = bank.take(sight, radar.span_s)
            told.append((_nees(*bank.state(), state), found.nis))
        nees.append([one for one, _ in told[SETTLED:]])
        nis.append([two for _, two in told[SETTLED:]])
    return np.array(nees), np.array(nis)


@pytest.mark.parametrize("radar", [SEARCH, ENGAGEMENT])
def test_the_interacting_models_do_not_claim_too_much(radar: Radar) -> None:
    """Means under the upper 95 % bound where a third of the flights turn at 3 to 6 g, and where none does.

    Errors of one flight follow each other, so that a flight counts as one value of the NEES; innovations are taken as
    independent, which makes their bound the closer one.
    """
    turning, straight = _followed(radar, (3.0, 6.0), RUNS, 83), _followed(radar, None, 2 * RUNS, 84)
    for nees, nis in (straight, tuple(np.vstack(part) for part in zip(turning, straight, strict=True))):
        assert nees.mean() < stats.chi2.ppf(0.975, 6 * len(nees)) / len(nees)
        assert nis.mean() < stats.chi2.ppf(0.975, 3 * nis.size) / nis.size
