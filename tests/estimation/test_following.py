"""Following a bank that flies straight in one go: the same as with all models, or nothing at all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openiads.enums import MotionModel
from openiads.estimation import imm
from openiads.estimation.sight import Sight, sight_of
from openiads.vec3 import Vec3
from tests.support.banks import Bank
from tests.support.flights import ENGAGEMENT, SEARCH, Radar, flight, seen, turned
from tests.support.states import UP, Array, gauss, least_eigenvalue, vector

ORIGIN = Vec3(0.0, 0.0, 0.0)
CRUISE = MotionModel.CRUISE.value
OTHERS = [m.value for m in MotionModel if m != CRUISE]
START_COV = np.diag([20.0**2] * 3 + [15.0**2] * 3)


def _sight(bank: Bank, place_m: Array, draw: np.random.Generator, radar: Radar = ENGAGEMENT) -> Sight:
    return sight_of(seen(draw, place_m, radar), ORIGIN, UP, vector(bank.state()[0][:3]))


def _careful(bank: Bank, sight: Sight, span_s: float) -> float:
    bank.predict(span_s)
    return float(bank.take(sight, span_s).nis)


def _calm(draw: np.random.Generator, looks: int = 40) -> tuple[Bank, Array]:
    """A bank that has seen nothing but straight flight, and where the flight is now."""
    states = flight(draw, looks, 1.0, None)
    bank = Bank(gauss(states[0], START_COV))
    for state in states[1:]:
        _careful(bank, _sight(bank, state[:3], draw), 1.0)
    return bank, states[-1]


def _refuses(bank: Bank, sight: Sight, span_s: float) -> bool:
    """True where it is not followed; then it is left as it was, to the last bit."""
    before = bank.rows.tobytes()
    refused = bank.follow(sight, span_s) == -1.0
    assert not refused or bank.rows.tobytes() == before
    return refused


# ---- The same as with all models ---------------------------------------------------------------------


@pytest.mark.parametrize("span_s", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("seed", range(10))
def test_where_no_other_model_runs_it_is_the_filter_itself(seed: int, span_s: float) -> None:
    """Spans too short for another model to join: one state, one distance; weights to first order in the span."""
    draw = np.random.default_rng([seed, 81])
    state = flight(draw, 1, 1.0, None)[0]
    one, other = Bank(gauss(state, START_COV)), Bank(gauss(state, START_COV))
    sight = _sight(one, turned(state, 0.0, span_s)[:3], draw)
    nis = one.follow(sight, span_s)
    assert nis == pytest.approx(_careful(other, sight, span_s), rel=1e-6)
    assert other.runs.tolist() == [m == CRUISE for m in range(imm.MODELS)]
    for m in (CRUISE, imm.JOINT):
        for ours, careful in zip(one.state(m), other.state(m), strict=True):
            np.testing.assert_allclose(ours, careful, rtol=1e-9, atol=1e-9 * np.abs(careful).max())
    assert one.weights.sum() == pytest.approx(1.0, rel=1e-12)
    np.testing.assert_allclose(one.weights, other.weights, atol=2e-4)
    assert one.rows["unrest"][0] == pytest.approx(other.rows["unrest"][0], rel=1e-3)


def _apart(one: Bank, other: Bank) -> float:
    """How far two banks' states are apart, in standard deviations of the second."""
    (mean, _), (careful, cov) = one.state(), other.state()
    return float(np.sqrt((mean - careful) @ np.linalg.solve(cov, mean - careful)))


def test_a_straight_flight_is_followed_nearly_as_with_all_models() -> None:
    """Two banks along ten flights of two minutes, one followed where it may be, the other with care always."""
    apart, weights, followed = [], [], []
    errors: tuple[list[float], list[float]] = ([], [])
    for seed in range(10):
        draw = np.random.default_rng([seed, 82])
        states = flight(draw, 120, 1.0, None)
        one, other = Bank(gauss(states[0], START_COV)), Bank(gauss(states[0], START_COV))
        for state in states[1:]:
            sight = _sight(one, state[:3], draw)
            refused = _refuses(one, sight, 1.0)
            if refused:
                _careful(one, sight, 1.0)
            _careful(other, sight, 1.0)
            followed.append(not refused)
            apart.append(_apart(one, other))
            for off_m, bank in zip(errors, (one, other), strict=True):
                off_m.append(float(np.linalg.norm(bank.state()[0][:3] - state[:3])))
            weights.append(np.abs(one.weights - other.weights).max())
    assert np.mean(followed) > 0.5, "hardly anything is followed: the test says little"
    assert np.quantile(apart, 0.95) < 0.7
    assert max(apart) < 2.0
    assert np.mean(np.square(errors[0])) < 1.02 * np.mean(np.square(errors[1]))
    assert np.quantile(weights, 0.95) < 0.2


@pytest.mark.parametrize("span_s", [0.1, 1.0])
def test_flights_that_turn_are_followed_hardly_worse_than_with_all_models(span_s: float) -> None:
    """Root mean square errors of place and velocity with turns of 3 to 6 g; an engagement channel looks every 0.1 s."""
    off = []
    for seed in range(10):
        draw = np.random.default_rng([seed, 83])
        states = flight(draw, min(round(120.0 / span_s), 500), span_s, (3.0, 6.0))
        one, other = Bank(gauss(states[0], START_COV)), Bank(gauss(states[0], START_COV))
        for state in states[1:]:
            sight = _sight(one, state[:3], draw)
            if _refuses(one, sight, span_s):
                _careful(one, sight, span_s)
            _careful(other, sight, span_s)
            apart = [bank.state()[0] - state for bank in (one, other)]
            off.append([(np.linalg.norm(each[:3]), np.linalg.norm(each[3:])) for each in apart])
            assert one.weights.sum() == pytest.approx(1.0, rel=1e-9)
            assert least_eigenvalue(one.state()[1]) > 0.0
    ours, careful = np.sqrt(np.mean(np.square(off), axis=0))
    assert (ours < 1.35 * careful).all(), (ours, careful)


# ---- Nothing at all ------------------------------------------------------------------------------------


def test_a_calm_bank_is_followed() -> None:
    """What the refusals below are measured by: the same bank, nothing amiss."""
    draw = np.random.default_rng(84)
    bank, state = _calm(draw)
    assert not _refuses(bank, _sight(bank, turned(state, 0.0, 0.1)[:3], draw), 0.1)


def test_a_plot_that_surprises_is_left() -> None:
    """Off by as many standard deviations of the innovation as the bound allows, and a little less."""
    draw = np.random.default_rng(85)
    bank, state = _calm(draw)
    ahead = _sight(bank, turned(state, 0.0, 0.1)[:3], draw)
    probe = Bank(gauss(*bank.state()))
    probe.rows[0] = bank.rows[0]
    probe.predict(0.1)
    mean, cov = probe.state()
    line = np.array(ahead.line)
    one_m = np.sqrt(line @ cov[:3, :3] @ line + ahead.line2)
    for share, refused in ((0.97, False), (1.03, True)):
        at = ahead._replace(place=vector(mean[:3] + share * np.sqrt(imm.CALM_NIS) * one_m * line))
        probe.rows[0] = bank.rows[0]
        assert _refuses(probe, at, 0.1) == refused


def test_a_long_span_is_left() -> None:
    draw = np.random.default_rng(86)
    bank, state = _calm(draw)
    for span_s in (1.01 * imm.CALM_S, SEARCH.span_s, 1000.0):
        assert _refuses(bank, _sight(bank, turned(state, 0.0, span_s)[:3], draw), span_s)


@pytest.mark.parametrize("m", OTHERS)
def test_where_another_model_matters_it_is_left(m: int) -> None:
    """A weight above the one at which it ends; above that at which it begins, where another runs."""
    draw = np.random.default_rng(87)
    bank, state = _calm(draw)
    sight = _sight(bank, turned(state, 0.0, 0.1)[:3], draw)
    for weight, running, refused in (
        (1.2 * imm.CALM_LEAVES, 0, True),
        (0.7 * imm.CALM_LEAVES, 0, False),
        (0.7 * imm.CALM_LEAVES, 1, True),
        (0.7 * imm.CALM_JOINS, 1, False),
    ):
        other = Bank(gauss(*bank.state()))
        other.rows["weight"][0] = other.rows["runs"][0] = 0
        other.rows["runs"][0, [CRUISE, m]] = 1, running
        other.rows["weight"][0, [CRUISE, m]] = 1.0 - weight, weight
        assert _refuses(other, sight, 0.1) == refused, (weight, running)
        if not refused:
            assert other.runs.sum() == 1
            assert other.weights.sum() == pytest.approx(1.0, rel=1e-12)


def test_a_bank_without_straight_flight_is_left() -> None:
    draw = np.random.default_rng(88)
    bank, state = _calm(draw)
    sight = _sight(bank, turned(state, 0.0, 0.1)[:3], draw)
    bank.rows["weight"][0, CRUISE] = 0.99 * imm.CALM_WEIGHT
    assert _refuses(bank, sight, 0.1)
    bank.rows["weight"][0, CRUISE] = 1.0
    bank.rows["runs"][0, CRUISE] = 0
    assert _refuses(bank, sight, 0.1)


@pytest.mark.parametrize(("height_m", "climb_mps"), [(30e3, 0.0), (9e3, -400.0)])
def test_what_may_be_falling_is_left(height_m: float, climb_mps: float) -> None:
    """From the moment on at which it may: high, or steep and fast."""
    draw = np.random.default_rng(89)
    state = np.array([50e3, 40e3, height_m, -200.0, -150.0, climb_mps])
    bank = Bank(gauss(state, START_COV))
    assert _refuses(bank, _sight(bank, turned(state, 0.0, 0.1)[:3], draw), 0.1)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.floats(0.001, 3.0), st.floats(-6.0, 6.0)), min_size=1, max_size=20),
)
def test_whatever_is_followed_stays_a_bank(seed: int, looks: list[tuple[float, float]]) -> None:
    """Spans and plots of all kinds: weights a distribution, a covariance, a distance within the bound."""
    draw = np.random.default_rng(seed)
    bank, _ = _calm(draw, 10)
    for span_s, sigmas in looks:
        mean, cov = bank.state()
        place = mean[:3] + span_s * mean[3:] + sigmas * np.linalg.cholesky(cov[:3, :3]) @ draw.normal(size=3)
        sight = _sight(bank, place, draw)
        if _refuses(bank, sight, span_s):
            _careful(bank, sight, span_s)
        else:
            assert bank.runs.tolist() == [m == CRUISE for m in range(imm.MODELS)]
            np.testing.assert_array_equal(bank.state(CRUISE)[1], bank.state()[1])
        assert bank.weights.sum() == pytest.approx(1.0, rel=1e-9)
        assert (bank.weights >= 0.0).all()
        assert least_eigenvalue(bank.state()[1]) > 0.0
