"""Models that hardly anything speaks for stay apart, and what a bank says of a moment ahead."""

from __future__ import annotations

from math import hypot

import numpy as np
import pytest

from openiads.enums import MotionModel
from openiads.estimation import imm, motion
from openiads.estimation.kalman import Gauss, read_state, write_state
from tests.support.banks import Bank
from tests.support.flights import turned
from tests.support.states import Array, assert_same, cov_of, gauss, least_eigenvalue, mean_of

CRUISE, LEFT, RIGHT, HARD = (
    m.value for m in (MotionModel.CRUISE, MotionModel.LEFT, MotionModel.RIGHT, MotionModel.HARD_LEFT)
)
ALL = [m.value for m in MotionModel]
TURNS = [m for m in ALL if motion.lateral_mps2(m) != 0.0]
SPAN_S = 2.0


def _state(seed: int) -> Gauss:
    """Level flight at 250 m/s with a full covariance, well enough known to have a heading."""
    draw = np.random.default_rng([seed, 95])
    root = np.diag([120.0] * 3 + [12.0] * 3) @ draw.normal(size=(6, 9)) / 3.0
    course = draw.uniform(-np.pi, np.pi)
    level = 250.0 * np.array([np.cos(course), np.sin(course), 0.0])
    return gauss(np.concatenate([draw.uniform(-5e4, 5e4, 2), [8e3], level]), root @ root.T)


def _bank(states: dict[int, Gauss], weights: dict[int, float]) -> Bank:
    """A bank whose models with a state run, whatever weighs how much."""
    bank = Bank(_state(0))
    bank.rows["weight"], bank.rows["runs"] = 0.0, 0
    for m, weight in weights.items():
        bank.rows["weight"][0, m] = weight
    for m, g in states.items():
        bank.rows["runs"][0, m] = 1
        write_state(bank.rows[0], m, g)
    imm.combine(bank.rows[0])
    return bank


# ---- Light models --------------------------------------------------------------------------------------


def _with_and_without(seed: int, weight: float, placed: bool) -> tuple[Bank, Bank]:
    """A bank carried ahead, and the same one whose hard turn has a weight, but no state of its own."""
    weights = {CRUISE: 0.7 - weight, RIGHT: 0.3, HARD: weight}
    g, other, aside = (_state(n) for n in (seed, seed + 1, seed + 2))
    states = {CRUISE: g, RIGHT: other._replace(pos=g.pos, vel=g.vel)}
    aside = aside._replace(pos=g.pos._replace(x=g.pos.x + 900.0), vel=g.vel._replace(z=20.0))
    banks = (_bank(states | {HARD: aside}, weights), _bank(states, weights))
    for bank in banks:
        imm.predict(bank.rows[0], bank.rows[1], SPAN_S, placed)
    np.testing.assert_array_equal(banks[0].weights, banks[1].weights)
    return banks


def _moved(one: Bank, other: Bank, m: int) -> float:
    """The largest change of a model's state, in the standard deviations of the other's."""
    (mean, cov), (mean_other, cov_other) = one.state(m), other.state(m)
    sigma = np.sqrt(np.diag(cov_other))
    off, wider = np.abs(mean - mean_other) / sigma, np.abs(cov - cov_other) / np.outer(sigma, sigma)
    return float(max(off.max(), wider.max()))


@pytest.mark.parametrize("share", [0.2, 0.999])
def test_a_light_model_s_state_goes_into_no_other_s(share: float) -> None:
    for seed in range(8):
        one, other = _with_and_without(10 * seed, share * imm.LIGHT, True)
        shared = [m for m in np.flatnonzero(one.runs & other.runs).tolist() if m != HARD]
        assert {CRUISE, RIGHT, LEFT} <= set(shared)
        for m in shared:
            assert _moved(one, other, m) < 1e-8, m


def test_one_that_is_not_light_goes_into_those_it_may_become() -> None:
    for seed in range(8):
        one, other = _with_and_without(10 * seed, 1.05 * imm.LIGHT, True)
        assert _moved(one, other, CRUISE) > 1e-2
        assert _moved(one, other, LEFT) > 1e-2


def test_on_bearings_alone_a_light_model_s_state_is_mixed_in() -> None:
    for seed in range(8):
        one, other = _with_and_without(10 * seed, 0.5 * imm.LIGHT, False)
        assert _moved(one, other, CRUISE) > 1e-2


def test_a_light_model_goes_on_from_its_own_state() -> None:
    """Its flow from the heavy ones goes into it, as the mixture of both by NumPy says."""
    g, aside = _state(1), _state(2)
    weights = {CRUISE: 0.97, LEFT: 0.03}
    bank = _bank({CRUISE: g, LEFT: aside}, weights)
    stay = motion.stay_chances(SPAN_S, float(bank.rows["unrest"][0]), False)
    flows = np.array([weights[m] * motion.flow(m, LEFT, stay) for m in (CRUISE, LEFT)])
    mean, cov = _mixture(flows / flows.sum(), [g, aside])
    imm.predict(bank.rows[0], bank.rows[1], SPAN_S, True)
    ahead = motion.advanced(LEFT, gauss(mean, cov), SPAN_S, flows[0] / flows.sum(), True)
    assert_same(read_state(bank.rows[0], LEFT), mean_of(ahead), cov_of(ahead), 1e-7)


def _mixture(shares: Array, states: list[Gauss]) -> tuple[Array, Array]:
    """Mean and covariance of a mixture of normal distributions."""
    means = np.array([mean_of(g) for g in states])
    mean = shares @ means
    spread = sum(s * (cov_of(g) + np.outer(m - mean, m - mean)) for s, g, m in zip(shares, states, means, strict=True))
    return mean, np.asarray(spread)


# ---- What is foreseen ------------------------------------------------------------------------------------


def _straight(g: Gauss, span_s: float) -> tuple[Array, Array]:
    """Constant velocity with white acceleration noise, by matrices."""
    onward, noise = np.eye(6), np.zeros((6, 6))
    onward[:3, 3:] = span_s * np.eye(3)
    density = np.diag([motion.CRUISE_DENSITY] * 2 + [motion.CLIMB_DENSITY])
    noise[:3, :3], noise[3:, 3:] = span_s**3 / 3.0 * density, span_s * density
    noise[:3, 3:] = noise[3:, :3] = 0.5 * span_s**2 * density
    return onward @ mean_of(g), onward @ cov_of(g) @ onward.T + noise


def _foreseen(bank: Bank, span_s: float, since_s: float) -> Gauss:
    """What is foreseen, which leaves the bank as it is to the last byte."""
    before = bank.rows[0].tobytes()
    ahead = imm.foreseen(bank.rows[0], bank.rows[1], span_s, since_s)
    assert bank.rows[0].tobytes() == before
    return ahead


@pytest.mark.parametrize("span_s", [0.0, 0.1, 0.99 * imm.CALM_S, 3.0])
@pytest.mark.parametrize("waiting", [LEFT, HARD])
def test_straight_flight_is_foreseen_straight_and_wider_across(waiting: int, span_s: float) -> None:
    """A turn without a state of its own widens the speed across by its root mean square, and nothing else."""
    for seed in range(5):
        g, weight, since_s = _state(seed), 0.02, 6.0 + span_s
        mean, cov = _straight(g, span_s)
        along = mean[3:5] / np.linalg.norm(mean[3:5])
        across = np.array([-along[1], along[0]])
        whole_mps = motion.lateral_mps2(waiting) * since_s
        cov[3:5, 3:5] += weight * whole_mps**2 * np.outer(across, across)
        ahead = _foreseen(_bank({CRUISE: g}, {CRUISE: 1.0 - weight, waiting: weight}), span_s, since_s)
        assert_same(ahead, mean, cov)
        in_line = _straight(g, span_s)[1][3:5, 3:5]
        assert along @ cov_of(ahead)[3:5, 3:5] @ along == pytest.approx(along @ in_line @ along)


@pytest.mark.parametrize("m", TURNS)
def test_a_turn_is_foreseen_as_a_turn(m: int) -> None:
    """One that surely runs: on its circle, with its own noise, no wider for what it does not have to begin."""
    g = _state(3)
    bank = _bank({m: g}, {m: 1.0})
    wanted = motion.advanced(m, g, 4.0, 0.0, True)
    ahead = _foreseen(bank, 4.0, 10.0)
    assert_same(ahead, mean_of(wanted), cov_of(wanted))
    rate = motion.lateral_mps2(m) / hypot(g.vel.x, g.vel.y)
    np.testing.assert_allclose(mean_of(ahead), turned(mean_of(g), rate, 4.0), rtol=1e-9)


def test_what_may_turn_is_foreseen_as_the_mixture() -> None:
    states, shares = [_state(4), _state(5)], np.array([0.6, 0.4])
    bank = _bank({CRUISE: states[0], LEFT: states[1]}, {CRUISE: 0.6, LEFT: 0.4})
    ahead = [motion.advanced(m, g, 3.0, 0.0, True) for m, g in zip((CRUISE, LEFT), states, strict=True)]
    assert_same(_foreseen(bank, 3.0, 9.0), *_mixture(shares, ahead), 1e-7)


@pytest.mark.parametrize("span_s", [0.0, 0.5, 1.0, 8.0, 60.0])
def test_what_is_foreseen_has_a_covariance(span_s: float) -> None:
    """Of any models that run, at any speed down to none."""
    for seed in range(20):
        draw = np.random.default_rng([seed, 96])
        running = draw.choice(ALL, draw.integers(1, len(ALL)), replace=False).tolist()
        weights = dict(zip(ALL, draw.dirichlet(np.ones(len(ALL))).tolist(), strict=True))
        slower = draw.choice([1.0, 0.1, 0.0])
        states = {m: _state(seed + m) for m in running}
        states = {m: gauss(mean_of(g) * ([1.0] * 3 + [slower] * 3), cov_of(g)) for m, g in states.items()}
        ahead = _foreseen(_bank(states, weights), span_s, span_s + 10.0)
        assert np.isfinite([*mean_of(ahead), *cov_of(ahead).ravel()]).all()
        assert least_eigenvalue(cov_of(ahead)) > 0.0
