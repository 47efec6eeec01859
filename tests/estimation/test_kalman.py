"""The filter of position and velocity against matrices, Riccati's equation and the closed form of a steady gain."""

from __future__ import annotations

from math import atan2, cos, sin, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg, stats

from openiads.estimation import kalman
from openiads.estimation.kalman import Level
from openiads.vec3 import Vec3
from openiads.world.tables import BANK
from tests.support.kernels import updated_often
from tests.support.states import (
    Array,
    assert_same,
    block,
    cov_of,
    gauss,
    least_eigenvalue,
    log_of,
    mean_of,
    random_state,
    vector,
)

EYE, NONE = np.eye(3), np.zeros((3, 3))


def _map(t: Level) -> Array:
    return np.array([[t.xx, t.xy, 0.0], [t.yx, t.yy, 0.0], [0.0, 0.0, t.zz]])


def _noise(level: float, upward: float, span_s: float) -> Array:
    """White acceleration over a span by Van Loan's exponential of a block matrix."""
    drift = np.block([[NONE, EYE], [NONE, NONE]])
    spread = np.diag([0.0, 0.0, 0.0, level, level, upward])
    whole = linalg.expm(np.block([[-drift, spread], [np.zeros((6, 6)), drift.T]]) * span_s)
    return whole[6:, 6:].T @ whole[:6, 6:]


def _motion(span_s: float) -> Array:
    return np.block([[EYE, span_s * EYE], [NONE, EYE]])


def _dense_update(mean: Array, cov: Array, gradient: Array, off: float, variance: float) -> tuple[Array, Array]:
    """The textbook update by one measurement, its covariance as the inverse of a sum of information."""
    gain = cov @ gradient / (gradient @ cov @ gradient + variance)
    kept = np.eye(6) - np.outer(gain, gradient)
    return mean + gain * off, kept @ cov @ kept.T + variance * np.outer(gain, gain)


@pytest.mark.parametrize("seed", range(20))
def test_the_blocks_are_matrix_algebra(seed: int) -> None:
    draw = np.random.default_rng([seed, 1])
    one, other, v = draw.normal(size=(3, 3)), draw.normal(size=(3, 3)), draw.normal(size=3)
    factor, level, upward = draw.normal(size=3)
    plane = Level(*draw.normal(size=5).tolist())
    np.testing.assert_allclose(kalman.outer(vector(v), vector(one[0])), np.outer(v, one[0]))
    np.testing.assert_allclose(kalman.plus(block(one), block(other), factor), one + factor * other)
    np.testing.assert_allclose(kalman.times(block(one), vector(v)), one @ v)
    np.testing.assert_allclose(kalman.times_back(block(one), vector(v)), one.T @ v)
    np.testing.assert_allclose(kalman.transpose(block(one)), one.T)
    np.testing.assert_allclose(kalman.mirrored(block(one)), np.triu(one) + np.triu(one, 1).T)
    np.testing.assert_allclose(kalman.raised(block(one), level, upward), one + np.diag([level, level, upward]))
    np.testing.assert_allclose(kalman.scaled(block(one), factor), factor * one)
    np.testing.assert_allclose(kalman.diagonal(*v.tolist()), np.diag(v))
    np.testing.assert_allclose(kalman.mapped(plane, vector(v)), _map(plane) @ v)


@pytest.mark.parametrize("seed", range(20))
def test_carrying_is_the_motion_s_matrix(seed: int) -> None:
    draw = np.random.default_rng([seed, 2])
    g, reach, spin = random_state(draw), Level(*draw.normal(size=5).tolist()), Level(*draw.normal(size=5).tolist())
    motion = np.block([[EYE, _map(reach)], [NONE, _map(spin)]])
    there = draw.normal(0.0, 1000.0, 6)
    carried = kalman.carried(g, vector(there[:3]), vector(there[3:]), reach, spin)
    assert_same(carried, there, motion @ cov_of(g) @ motion.T)
    span_s = float(draw.uniform(0.01, 20.0))
    straight = _motion(span_s)
    assert_same(kalman.straight(g, span_s), straight @ mean_of(g), straight @ cov_of(g) @ straight.T)


@pytest.mark.parametrize(("level", "upward", "span_s"), [(1.0, 0.5, 6.0), (5000.0, 5000.0, 1.0), (0.0, 3.0, 0.05)])
def test_noise_is_the_integral_of_white_acceleration(level: float, upward: float, span_s: float) -> None:
    g = random_state(np.random.default_rng(3))
    assert_same(kalman.shaken(g, level, upward, span_s), mean_of(g), cov_of(g) + _noise(level, upward, span_s), 1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_an_observation_is_the_textbook_update(seed: int) -> None:
    draw = np.random.default_rng([seed, 4])
    g, direction, by_vel = random_state(draw), draw.normal(size=3), draw.normal(size=3)
    off, variance = float(draw.normal(0.0, 300.0)), float(10.0 ** draw.uniform(-2.0, 6.0))
    for gradient, done in (
        (np.concatenate([direction, np.zeros(3)]), kalman.observed(g, vector(direction), off, variance)),
        (
            np.concatenate([direction, by_vel]),
            kalman.observed_rate(g, vector(direction), vector(by_vel), off, variance),
        ),
    ):
        assert_same(done.state, *_dense_update(mean_of(g), cov_of(g), gradient, off, variance))
        spread = gradient @ cov_of(g) @ gradient + variance
        assert log_of(done.width, done.nis) == pytest.approx(stats.norm.logpdf(off, scale=sqrt(spread)), rel=1e-12)
        assert done.nis == pytest.approx(off * off / spread, rel=1e-12)


def _across(mean: Array, cov: Array, gradient: Array, line: Array, off: float, variance: float) -> tuple[Array, Array]:
    """The textbook update with a gain that has nothing along a line, its covariance that of any linear estimator."""
    beside = np.kron(EYE[:2, :2], EYE - np.outer(line, line))
    gain = beside @ cov @ gradient / (gradient @ cov @ gradient + variance)
    kept = np.eye(6) - np.outer(gain, gradient)
    return mean + gain * off, kept @ cov @ kept.T + variance * np.outer(gain, gain)


@pytest.mark.parametrize("seed", range(20))
def test_an_observation_across_a_line_leaves_what_is_along_it(seed: int) -> None:
    """Means and variances along the line to the last digits; the rest by dense matrices."""
    draw = np.random.default_rng([seed, 11])
    g, (direction, line, _) = random_state(draw), np.linalg.qr(draw.normal(size=(3, 3)))[0]
    off, variance = float(draw.normal(0.0, 300.0)), float(10.0 ** draw.uniform(-2.0, 6.0))
    done = kalman.observed_across(g, vector(direction), vector(line), off, variance)
    gradient = np.concatenate([direction, np.zeros(3)])
    assert_same(done.state, *_across(mean_of(g), cov_of(g), gradient, line, off, variance))
    for along in (np.concatenate([line, np.zeros(3)]), np.concatenate([np.zeros(3), line])):
        assert along @ cov_of(done.state) @ along == pytest.approx(along @ cov_of(g) @ along, rel=1e-9)
        assert along @ mean_of(done.state) == pytest.approx(along @ mean_of(g), rel=1e-9, abs=1e-6)
    plain = kalman.observed(g, vector(direction), off, variance)
    assert (done.width, done.nis) == (plain.width, plain.nis)
    least = direction @ np.array(plain.state.pp) @ direction
    assert direction @ np.array(done.state.pp) @ direction == pytest.approx(least, rel=1e-6)


def test_bearings_for_hours_leave_a_covariance() -> None:
    """A strobe a second along a line that swings: positive definite, and along the line no more certain than before."""
    g = gauss(np.array([80e3, 0.0, 9e3, 0.0, 0.0, 0.0]), np.diag([100.0**2] * 3 + [30.0**2] * 3))
    for n in range(10_000):
        angle = 0.3 * sin(n / 500.0)
        line = np.array([cos(angle), sin(angle), 0.0])
        before = kalman.shaken(kalman.straight(g, 1.0), 1.0, 1.0, 1.0)
        g = kalman.observed_across(before, Vec3(-sin(angle), cos(angle), 0.0), vector(line), 0.0, 700.0**2).state
        if n % 100 == 0:
            assert line @ np.array(g.pp) @ line == pytest.approx(line @ np.array(before.pp) @ line, rel=1e-9)
            assert least_eigenvalue(cov_of(g)) > 0.0


def test_a_long_sequence_is_the_dense_filter_s() -> None:
    draw = np.random.default_rng(5)
    g = random_state(draw)
    mean, cov = mean_of(g), cov_of(g)
    for n in range(300):
        span_s, level, upward = float(draw.choice([0.1, 1.0, 6.0])), *10.0 ** draw.uniform(-1.0, 3.0, 2)
        motion = _motion(span_s)
        mean, cov = motion @ mean, motion @ cov @ motion.T + _noise(level, upward, span_s)
        g = kalman.shaken(kalman.straight(g, span_s), level, upward, span_s)
        for _ in range(3):
            direction, variance = draw.normal(size=3), float(10.0 ** draw.uniform(1.0, 5.0))
            direction /= np.linalg.norm(direction)
            off = float(draw.normal(0.0, sqrt(variance)))
            mean, cov = _dense_update(mean, cov, np.concatenate([direction, np.zeros(3)]), off, variance)
            g = kalman.observed(g, vector(direction), off, variance).state
        if n % 4 == 0:
            gradient, off = draw.normal(size=6), float(draw.normal())
            mean, cov = _dense_update(mean, cov, gradient, off, 4.0)
            g = kalman.observed_rate(g, vector(gradient[:3]), vector(gradient[3:]), off, 4.0).state
        assert_same(g, mean, cov, 1e-6)


# ---- Definiteness ----------------------------------------------------------------------------------


def _after(rounds: int, variances: list[float], density: float, span_s: float) -> Array:
    draw = np.random.default_rng(6)
    directions = draw.normal(size=(len(variances), 3))
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    banks = np.zeros(1, BANK)
    kalman.write_state(banks[0], 0, gauss(np.zeros(6), np.diag([1e10] * 3 + [1e6] * 3)))
    updated_often(banks[0], directions, np.array(variances), density, span_s, rounds)
    g = kalman.read_state(banks[0], 0)
    for part in (g.pp, g.vv):
        np.testing.assert_array_equal(np.array(part), np.array(part).T)
    return cov_of(g)


@pytest.mark.parametrize(
    ("variances", "density", "span_s"),
    [
        ([1e4, 1e5, 1e6], 1.0, 6.0),
        ([1e-4, 1e8, 1.0, 1e10, 1e-6], 1.0, 1.0),
        ([1e-4, 1e-4, 1e-4, 1e-4], 5000.0, 30.0),
        ([1e6, 1e-2, 1.0], 1e-6, 0.01),
    ],
    ids=["a radar", "exact and coarse by turns", "exact after long silence", "hardly any noise"],
)
def test_a_million_updates_leave_a_covariance(variances: list[float], density: float, span_s: float) -> None:
    """From a start at 100 km and 1 km/s: variances up to fourteen powers of ten apart, not far from a double's own."""
    for rounds in (1, 2, 3, 10, 1000, 1_000_000):
        cov = _after(rounds, variances, density, span_s)
        assert np.isfinite(cov).all(), rounds
        assert least_eigenvalue(cov) > 0.0, rounds


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 2**32 - 1), st.floats(-6.0, 12.0), st.floats(0.0, 6.0), st.floats(-2.0, 3.0),
    st.lists(st.floats(-1.0, 1.0), min_size=3, max_size=3).filter(lambda v: np.linalg.norm(v) > 1e-3),
)  # fmt: skip
def test_an_observation_never_widens(
    seed: int, ratio: float, pos_power: float, vel_power: float, towards: list[float]
) -> None:
    """No axis becomes less certain, and the one observed no less certain than the measurement, to twelve powers."""
    g = random_state(np.random.default_rng(seed), 10.0**pos_power, 10.0**vel_power)
    direction = np.array(towards) / np.linalg.norm(towards)
    variance = 10.0 ** (2.0 * pos_power - ratio)
    after = kalman.observed(g, vector(direction), 0.0, variance).state
    sigma = np.sqrt(np.diag(cov_of(g)))
    gone = (cov_of(g) - cov_of(after)) / np.outer(sigma, sigma)
    assert np.linalg.eigvalsh(gone).min() > -1e-9
    assert least_eigenvalue(cov_of(after)) > 0.0
    assert direction @ np.array(after.pp) @ direction <= variance * (1.0 + 1e-2)


# ---- Where it settles ------------------------------------------------------------------------------


def _settled(level: float, span_s: float, variance: float) -> tuple[Array, float, float]:
    """Covariance before an observation and the gains, on one axis, after many rounds."""
    g = gauss(np.zeros(6), np.diag([1e8] * 3 + [1e5] * 3))
    east = Vec3(1.0, 0.0, 0.0)
    for _ in range(400):
        before = kalman.shaken(kalman.straight(g, span_s), level, level, span_s)
        g = kalman.observed(before, east, 0.0, variance).state
    moved = kalman.observed(before, east, 1.0, variance).state
    return cov_of(before)[np.ix_([0, 3], [0, 3])], moved.pos.x - before.pos.x, moved.vel.x - before.vel.x


@pytest.mark.parametrize(
    ("level", "span_s", "variance"), [(1.0, 6.0, 1e4), (50.0, 1.0, 400.0), (5000.0, 10.0, 100.0), (0.5, 2.0, 1e4)]
)
def test_it_settles_where_riccati_s_equation_says(level: float, span_s: float, variance: float) -> None:
    """SciPy's solution of the discrete algebraic Riccati equation."""
    motion = np.array([[1.0, span_s], [0.0, 1.0]])
    noise = level * np.array([[span_s**3 / 3.0, span_s**2 / 2.0], [span_s**2 / 2.0, span_s]])
    cov = linalg.solve_discrete_are(motion.T, np.array([[1.0], [0.0]]), noise, np.array([[variance]]))
    ours, alpha, per_s = _settled(level, span_s, variance)
    np.testing.assert_allclose(ours, cov, rtol=1e-6)
    assert alpha == pytest.approx(cov[0, 0] / (cov[0, 0] + variance), rel=1e-6)
    assert per_s == pytest.approx(cov[0, 1] / (cov[0, 0] + variance), rel=1e-6)


@pytest.mark.parametrize(
    ("level", "span_s", "variance"), [(1.0, 6.0, 1e4), (50.0, 1.0, 400.0), (5000.0, 10.0, 100.0), (0.5, 2.0, 1e4)]
)
def test_it_settles_at_the_published_alpha_beta_filter(level: float, span_s: float, variance: float) -> None:
    """Kalata's tracking index for continuous white noise (Bar-Shalom and others 2001, section 6.5).

    The index squared, density times span cubed over variance, is beta squared over one minus alpha; the two gains
    are tied by beta = 3 (2 - alpha) - sqrt(3 (alpha squared - 12 alpha + 12)).
    """
    _, alpha, per_s = _settled(level, span_s, variance)
    beta = per_s * span_s
    assert beta**2 / (1.0 - alpha) == pytest.approx(level * span_s**3 / variance, rel=1e-6)
    assert beta == pytest.approx(3.0 * (2.0 - alpha) - sqrt(3.0 * (alpha**2 - 12.0 * alpha + 12.0)), rel=1e-6)


# ---- Mixtures --------------------------------------------------------------------------------------


def test_a_mixture_s_covariance_is_that_of_its_sample() -> None:
    """Parts and the spread of their means: against NumPy's weighted covariance of points with those moments."""
    draw = np.random.default_rng(8)
    parts, weights = [random_state(draw) for _ in range(4)], draw.dirichlet(np.ones(4))
    mean = sum(weight * mean_of(part) for weight, part in zip(weights, parts, strict=True))
    about, whole = random_state(draw), kalman.nothing()
    for weight, part in zip(weights.tolist(), parts, strict=True):
        whole = kalman.summed(whole, kalman.moments(part, about), weight)
    points, shares = [], []
    for weight, part in zip(weights, parts, strict=True):  # six pairs of points have a part's mean and covariance
        for column in np.linalg.cholesky(cov_of(part)).T * sqrt(6.0):
            points += [mean_of(part) + column, mean_of(part) - column]
            shares += [weight / 12.0] * 2
    assert_same(kalman.centred(whole, about), mean, np.cov(np.array(points).T, aweights=shares, ddof=0))


def test_a_bank_keeps_what_is_written() -> None:
    banks, g = np.zeros(2, BANK), random_state(np.random.default_rng(9))
    kalman.write_state(banks[1], 3, g)
    assert kalman.read_state(banks[1], 3) == g
    assert kalman.read_block(banks["pv"][1], 3) == g.pv
    assert not banks[0].pp.any()
    assert not banks[1].pp[:3].any()
    assert not banks[1].pp[4:].any()


def test_a_plain_rotation_is_an_isometry() -> None:
    g, angle = random_state(np.random.default_rng(10)), 0.7
    spin = Level(cos(angle), -sin(angle), sin(angle), cos(angle), 1.0)
    round_about = kalman.carried(g, g.pos, kalman.mapped(spin, g.vel), Level(0.0, 0.0, 0.0, 0.0, 0.0), spin)
    np.testing.assert_allclose(
        np.linalg.eigvalsh(np.array(round_about.vv)), np.linalg.eigvalsh(np.array(g.vv)), rtol=1e-9
    )
    turned = atan2(round_about.vel.y, round_about.vel.x) - atan2(g.vel.y, g.vel.x)
    assert cos(turned - angle) == pytest.approx(1.0)
