"""Models of motion: the chain between them, the circle and the fall they fly, and which one a flight is taken for."""

from __future__ import annotations

from math import hypot

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg
from scipy.integrate import solve_ivp

from openiads.constants import EFFECTIVE_EARTH_RADIUS_M, STANDARD_GRAVITY_MPS2
from openiads.engine import track_state
from openiads.enums import MotionModel
from openiads.estimation import imm, kalman, motion
from openiads.estimation.sight import sight_of
from openiads.vec3 import Vec3
from tests.naive.models import chain
from tests.support.banks import Bank
from tests.support.flights import ENGAGEMENT, SEARCH, Radar, flight, seen, turned
from tests.support.states import UP, Array, assert_same, cov_of, gauss, least_eigenvalue, mean_of, random_state, vector

ORIGIN = Vec3(0.0, 0.0, 0.0)
TURNS = [m for m in MotionModel if motion.lateral_mps2(m.value) != 0.0]

# ---- The chain -------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.floats(0.0, 1e5), st.booleans(), st.floats(0.0, 1.0))
def test_a_model_goes_over_to_some_model(span_s: float, falling: bool, unrest: float) -> None:
    flow = chain(span_s, falling, unrest)
    assert (flow >= 0.0).all()
    assert (flow <= 1.0).all()
    np.testing.assert_allclose(flow.sum(axis=1), 1.0, rtol=1e-12)


def test_nothing_changes_in_no_time_and_all_in_the_end() -> None:
    np.testing.assert_array_equal(chain(0.0, True), np.eye(imm.MODELS))
    assert np.diag(chain(1e6, True)).max() == pytest.approx(0.0, abs=1e-12)
    stays_s = np.array([motion.CRUISE_S, *[motion.TURN_S] * len(TURNS), motion.FREE_S, motion.FALL_S])
    np.testing.assert_allclose(np.diag(chain(3.0, True)), np.exp(-3.0 / stays_s), rtol=1e-12)


def test_a_calm_track_turns_seldom() -> None:
    """The rate of leaving straight flight grows evenly with unrest, from a share of the usual one."""
    usual = -np.log(chain(1.0, False)[MotionModel.CRUISE, MotionModel.CRUISE])
    calmest = -np.log(chain(1.0, False, 0.0)[MotionModel.CRUISE, MotionModel.CRUISE])
    assert calmest == pytest.approx(motion.UNREST_LEAST * usual)
    wild = -np.log(chain(1.0, False, 2.0 * motion.UNREST_START)[MotionModel.CRUISE, MotionModel.CRUISE])
    assert wild - usual == pytest.approx(usual - calmest)
    rest = slice(1, None)
    np.testing.assert_array_equal(chain(1.0, True, 0.0)[rest], chain(1.0, True)[rest])


def test_nothing_falls_where_nothing_may() -> None:
    flow = chain(10.0, False)
    assert not flow[:, MotionModel.FALL].any()
    assert flow[MotionModel.FALL, MotionModel.CRUISE] == 1.0


def test_left_and_right_are_alike() -> None:
    mirror = list(range(imm.MODELS))
    for left, right in ((MotionModel.LEFT, MotionModel.RIGHT), (MotionModel.HARD_LEFT, MotionModel.HARD_RIGHT)):
        mirror[left], mirror[right] = right.value, left.value
        assert motion.lateral_mps2(left.value) == -motion.lateral_mps2(right.value) > 0.0
    for falling in (False, True):
        np.testing.assert_array_equal(chain(5.0, falling)[np.ix_(mirror, mirror)], chain(5.0, falling))


# ---- Turns -----------------------------------------------------------------------------------------


def _circle(state: Array, across_mps2: float, span_s: float) -> Array:
    speed_mps = max(hypot(state[3], state[4]), motion.TURN_SPEED_MPS)
    return turned(state, across_mps2 / speed_mps, span_s)


def _jacobian(state: Array, across_mps2: float, span_s: float) -> Array:
    columns = []
    for nudge in np.diag([10.0] * 3 + [0.01] * 3):
        apart = _circle(state + nudge, across_mps2, span_s) - _circle(state - nudge, across_mps2, span_s)
        columns.append(apart / (2.0 * nudge.max()))
    return np.array(columns).T


@pytest.mark.parametrize("across_mps2", [-50.0, -22.0, 3.0, 45.0])
@pytest.mark.parametrize("seed", range(12))
def test_a_turn_is_a_circle_and_its_errors_the_circle_s(seed: int, across_mps2: float) -> None:
    """The mean on the exact circle; the covariance by the numerical derivatives of that circle."""
    draw = np.random.default_rng([seed, 51])
    g, span_s = random_state(draw, 100.0, 10.0), float(draw.uniform(0.1, 10.0))
    level = np.array([g.vel.x, g.vel.y]) / hypot(g.vel.x, g.vel.y) * draw.uniform(1.2 * motion.TURN_SPEED_MPS, 800.0)
    g = gauss(np.array([*g.pos, *level, g.vel.z]), cov_of(g))
    by = _jacobian(mean_of(g), across_mps2, span_s)
    assert_same(
        motion.turning(g, across_mps2, span_s), _circle(mean_of(g), across_mps2, span_s), by @ cov_of(g) @ by.T, 1e-5
    )


@pytest.mark.parametrize("speed_mps", [0.0, 1e-9, 30.0, 99.0])
def test_a_slow_turn_has_a_fixed_rate(speed_mps: float) -> None:
    """Below the least speed the law is linear: the exponential of its matrix."""
    g = random_state(np.random.default_rng(52))
    g = gauss(np.array([*g.pos, 0.6 * speed_mps, 0.8 * speed_mps, 5.0]), cov_of(g))
    rate = 20.0 / motion.TURN_SPEED_MPS
    drift = np.zeros((6, 6))
    drift[:3, 3:] = np.eye(3)
    drift[3, 4], drift[4, 3] = -rate, rate
    onward = linalg.expm(4.0 * drift)
    assert_same(motion.turning(g, 20.0, 4.0), onward @ mean_of(g), onward @ cov_of(g) @ onward.T)


@pytest.mark.parametrize("m", list(MotionModel))
def test_each_model_moves_by_its_law_and_shakes_by_its_noise(m: MotionModel) -> None:
    g, span_s, fresh = random_state(np.random.default_rng(53)), 2.0, 0.25
    across_mps2 = motion.lateral_mps2(m.value)
    level, upward = {
        MotionModel.CRUISE: (motion.CRUISE_DENSITY, motion.CLIMB_DENSITY),
        MotionModel.FREE: (motion.FREE_DENSITY, motion.FREE_DENSITY),
        MotionModel.FALL: (motion.FALL_DENSITY, motion.FALL_DENSITY),
    }.get(m, (motion.TURN_DENSITY + motion.ONSET * fresh * across_mps2**2 * span_s, motion.TURN_CLIMB_DENSITY))
    if m == MotionModel.FALL:
        moved = motion.fallen(g, span_s)
    else:
        moved = motion.turning(g, across_mps2, span_s) if m in TURNS else kalman.straight(g, span_s)
    assert motion.advanced(m.value, g, span_s, fresh, True) == kalman.shaken(moved, level, upward, span_s)
    on_bearings = motion.UNSEEN_DENSITY if m == MotionModel.CRUISE else level
    assert motion.advanced(m.value, g, span_s, fresh, False) == kalman.shaken(moved, on_bearings, upward, span_s)


# ---- Falling ---------------------------------------------------------------------------------------


def _fall(state: Array, span_s: float) -> Array:
    """Gravity and drag in an exponential atmosphere over a curved sea, by SciPy's eighth-order integrator."""

    def slope(_: float, y: Array) -> Array:
        height_m = y[2] + (y[0] ** 2 + y[1] ** 2) / (1.5 * EFFECTIVE_EARTH_RADIUS_M)
        air = motion.SEA_LEVEL_DENSITY_KGPM3 * np.exp(-max(height_m, 0.0) / motion.SCALE_HEIGHT_M)
        drag = 0.5 * air * np.linalg.norm(y[3:]) / motion.BALLISTIC_COEFFICIENT_KGPM2
        return np.concatenate([y[3:], -drag * y[3:] - [0.0, 0.0, STANDARD_GRAVITY_MPS2]])

    done = solve_ivp(slope, (0.0, span_s), state, method="DOP853", rtol=1e-11, atol=1e-9)
    return np.asarray(done.y[:, -1])


@pytest.mark.parametrize(
    ("height_m", "climb_mps", "level_mps"),
    [(60_000.0, -500.0, 900.0), (40_000.0, 300.0, 1500.0), (20_000.0, -1200.0, 800.0), (8_000.0, -900.0, 600.0)],
)
@pytest.mark.parametrize(("span_s", "steps"), [(0.1, 50), (1.0, 5), (6.0, 1)])
def test_a_fall_is_the_integrated_one(
    height_m: float, climb_mps: float, level_mps: float, span_s: float, steps: int
) -> None:
    """Five or six seconds; the error of steps by the midpoint grows with the square of their length."""
    state = np.array([60_000.0, -30_000.0, height_m, -0.8 * level_mps, 0.6 * level_mps, climb_mps])
    g = gauss(state, np.diag([1e4] * 3 + [1e3] * 3))
    for _ in range(steps):
        g = motion.fallen(g, span_s)
    off = mean_of(g) - _fall(state, span_s * steps)
    assert np.linalg.norm(off[:3]) < 2.5 * span_s**2
    assert np.linalg.norm(off[3:]) < 0.5 * span_s**2


@pytest.mark.parametrize(("height_m", "speed_mps"), [(60_000.0, 1500.0), (20_000.0, 1400.0), (8_000.0, 1000.0)])
def test_the_errors_of_a_fall_are_nearly_its_own(height_m: float, speed_mps: float) -> None:
    """Drag along the path is twice as stiff as the law has it across: within the noise that the model adds."""
    state = np.array([30_000.0, 0.0, height_m, -0.6 * speed_mps, 0.0, -0.8 * speed_mps])
    g = gauss(state, np.diag([100.0**2] * 3 + [20.0**2] * 3))
    columns = [
        (_fall(state + n, 1.0) - _fall(state - n, 1.0)) / (2.0 * n.max()) for n in np.diag([10.0] * 3 + [0.1] * 3)
    ]
    by = np.array(columns).T
    exact = by @ cov_of(g) @ by.T
    sigma = np.sqrt(np.diag(exact))
    assert np.abs((cov_of(motion.fallen(g, 1.0)) - exact) / np.outer(sigma, sigma)).max() < 0.1


def test_heights_are_over_a_curved_sea() -> None:
    """PROJ's heights of places on the local axes, to the thousandth of the distance."""
    local = pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +inv +proj=topocentric +ellps=WGS84 +lon_0=36 +lat_0=35 +h_0=0 "
        "+step +inv +proj=cart +ellps=WGS84"
    )
    for east, north, up in ((0.0, 0.0, 1000.0), (150e3, 0.0, 20e3), (0.0, -200e3, 5e3), (180e3, 180e3, 30e3)):
        height_m = local.transform(east, north, up)[2]
        assert motion._height_m(Vec3(east, north, up)) == pytest.approx(height_m, abs=1.0 + 1e-3 * hypot(east, north))


@pytest.mark.parametrize(
    ("height_m", "climb_mps", "may"), [(24e3, 0.0, False), (26e3, 0.0, True), (9e3, -340.0, False), (9e3, -360.0, True)]
)
def test_what_is_high_or_steep_may_fall(height_m: float, climb_mps: float, may: bool) -> None:
    assert motion.may_fall(Vec3(0.0, 0.0, height_m), Vec3(250.0, 0.0, climb_mps)) == may


# ---- A bank ----------------------------------------------------------------------------------------


def _begin(state: Array, radar: Radar, draw: np.random.Generator) -> Bank:
    """A bank as a track of the engine begins: at a first plot, without a velocity."""
    sight = sight_of(seen(draw, state[:3], radar), ORIGIN, UP, vector(state[:3]))
    axes = np.array([sight.line, sight.side, sight.rise])
    pp = axes.T @ np.diag([sight.line2, sight.side2, sight.rise2]) @ axes
    mean, none = np.array([*sight.place, 0.0, 0.0, 0.0]), np.zeros((3, 3))
    slow = np.diag([track_state.START_SPEED_SIGMA_MPS**2] * 2 + [track_state.START_CLIMB_SIGMA_MPS**2])
    fast = np.eye(3) * track_state.FAST_SIGMA_MPS**2
    still = gauss(mean, np.block([[pp, none], [none, slow]]))
    return Bank(still, gauss(mean, np.block([[pp, none], [none, fast]])), motion.may_fall(sight.place, ORIGIN))


def _follow(bank: Bank, state: Array, radar: Radar, draw: np.random.Generator) -> None:
    bank.predict(radar.span_s)
    bank.take(sight_of(seen(draw, state[:3], radar), ORIGIN, UP, vector(bank.state()[0][:3])), radar.span_s)


def _after(states: Array, radar: Radar, seed: int) -> Bank:
    draw = np.random.default_rng(seed)
    bank = _begin(states[0], radar, draw)
    for state in states[1:]:
        _follow(bank, state, radar, draw)
    return bank


@pytest.mark.parametrize("radar", [SEARCH, ENGAGEMENT])
@pytest.mark.parametrize("turns_g", [None, (3.0, 6.0)])
def test_weights_stay_a_distribution_and_states_covariances(radar: Radar, turns_g: tuple[float, float] | None) -> None:
    draw = np.random.default_rng(61)
    for _ in range(5):
        states = flight(draw, 60, radar.span_s, turns_g)
        bank = _begin(states[0], radar, draw)
        for state in states[1:]:
            _follow(bank, state, radar, draw)
            assert bank.weights.sum() == pytest.approx(1.0, rel=1e-12)
            assert (bank.weights >= 0.0).all()
            assert bank.runs.any()
            for m in (*np.flatnonzero(bank.runs).tolist(), imm.JOINT):
                assert least_eigenvalue(bank.state(m)[1]) > 0.0


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.floats(0.01, 60.0), st.floats(-20.0, 20.0)), min_size=1, max_size=12),
)
def test_no_plot_breaks_a_bank(seed: int, looks: list[tuple[float, float]]) -> None:
    """Spans of any length, and plots up to twenty standard deviations off."""
    draw = np.random.default_rng(seed)
    bank = _begin(np.array([50e3, 40e3, 8e3, 0.0, 0.0, 0.0]), SEARCH, draw)
    for span_s, sigmas in looks:
        bank.predict(span_s)
        mean, cov = bank.state()
        place = mean[:3] + sigmas * np.linalg.cholesky(cov[:3, :3]) @ draw.normal(size=3)
        found = bank.take(sight_of(seen(draw, place, SEARCH), ORIGIN, UP, vector(mean[:3])), span_s)
        assert np.isfinite([*found, *bank.weights, *bank.state()[0]]).all()
        assert bank.weights.sum() == pytest.approx(1.0, rel=1e-9)
        assert least_eigenvalue(bank.state()[1]) > 0.0


# ---- What a flight is taken for ----------------------------------------------------------------------


@pytest.mark.parametrize("radar", [SEARCH, ENGAGEMENT])
@pytest.mark.parametrize("seed", range(5))
def test_straight_flight_is_cruise(radar: Radar, seed: int) -> None:
    states = flight(np.random.default_rng([seed, 71]), 30, radar.span_s, None)
    weights = _after(states, radar, seed).weights
    assert weights[MotionModel.CRUISE] > 0.8


def _side_share(left: bool, across_mps2: float, speed_mps: float, radar: Radar) -> float:
    """The mean weight of the turns to a side, over twenty flights that have turned to it for 36 s."""
    sides = [m for m in TURNS if (motion.lateral_mps2(m.value) > 0.0) == left]
    shares = []
    for seed in range(20):
        draw = np.random.default_rng([seed, 72])
        course = draw.uniform(-np.pi, np.pi)
        state = np.array([70e3, -60e3, 9e3, speed_mps * np.cos(course), speed_mps * np.sin(course), 0.0])
        states = [state]
        rates = [0.0] * 15 + [(across_mps2 if left else -across_mps2) / speed_mps] * int(36.0 / radar.span_s)
        for rate in rates:
            states.append(turned(states[-1], rate, radar.span_s))
        shares.append(_after(np.array(states), radar, seed).weights[sides].sum())
    return float(np.mean(shares))


@pytest.mark.parametrize("left", [True, False])
@pytest.mark.parametrize("speed_mps", [200.0, 400.0, 700.0])
@pytest.mark.parametrize("m", [MotionModel.LEFT, MotionModel.HARD_LEFT])
def test_an_engagement_radar_sees_to_which_side_a_turn_goes(m: MotionModel, speed_mps: float, left: bool) -> None:
    """A turn of the model's own acceleration."""
    assert _side_share(left, motion.lateral_mps2(m.value), speed_mps, ENGAGEMENT) > 0.8


@pytest.mark.parametrize("left", [True, False])
@pytest.mark.parametrize("speed_mps", [200.0, 400.0, 700.0])
def test_a_search_radar_sees_to_which_side_a_hard_turn_goes(speed_mps: float, left: bool) -> None:
    assert _side_share(left, motion.HARD_MPS2, speed_mps, SEARCH) > 0.8


@pytest.mark.parametrize("radar", [SEARCH, ENGAGEMENT])
@pytest.mark.parametrize("seed", range(5))
def test_a_falling_body_falls(radar: Radar, seed: int) -> None:
    """From 60 km at 1.3 km/s to about 30 km."""
    state, states = np.array([60e3, 50e3, 60e3, -600.0, -500.0, -800.0]), []
    while state[2] > 30e3:
        states.append(state)
        state = _fall(state, radar.span_s)
    weights = _after(np.array(states), radar, seed).weights
    assert weights[MotionModel.FALL] > 0.8
