"""What a plot says: axes and errors against the derivatives of spherical coordinates, densities against SciPy's."""

from __future__ import annotations

from math import cos, log, pi, radians, sin
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.transform import Rotation

from openiads.estimation import sight as law
from openiads.estimation.sight import BEARING, FULL, LEVEL, Sight
from openiads.vec3 import Vec3
from tests.support.states import (
    UP,
    Array,
    assert_same,
    axes_of,
    block,
    cov_of,
    log_of,
    mean_of,
    plot_at,
    random_state,
    vector,
)

ANTENNA_M = np.array([1200.0, -3400.0, 55.0])
SIGMAS = (100.0, radians(0.25), radians(0.3))
TILTED = Rotation.from_rotvec([0.02, -0.015, 0.0])  # the vertical some 150 km away
DIMENSIONS = [BEARING, LEVEL, FULL]


def _place(range_m: float, azimuth: float, elevation: float, tilt: Rotation = TILTED) -> Array:
    level = np.array([cos(elevation) * sin(azimuth), cos(elevation) * cos(azimuth), sin(elevation)])
    return ANTENNA_M + range_m * tilt.apply(level)


def _sight(place_m: Array, dimensions: int = FULL, expected_m: Array | None = None, tilt: Rotation = TILTED) -> Sight:
    up, expected = vector(tilt.apply([0.0, 0.0, 1.0])), place_m if expected_m is None else expected_m
    return law.sight_of(plot_at(place_m, ANTENNA_M, SIGMAS, dimensions), vector(ANTENNA_M), up, vector(expected))


@pytest.mark.parametrize("elevation_deg", [-1.0, 0.0, 3.0, 45.0, 80.0, 89.0, 89.9])
@pytest.mark.parametrize("azimuth_deg", [0.0, 77.0, 181.0, 300.0])
def test_errors_are_the_derivatives_of_spherical_coordinates(azimuth_deg: float, elevation_deg: float) -> None:
    """Numerical differences; columns by range, azimuth, elevation."""
    at = np.array([80_000.0, radians(azimuth_deg), radians(elevation_deg)])
    columns = []
    for n, nudge in enumerate((1.0, 1e-6, 1e-6)):
        off = np.zeros(3)
        off[n] = nudge
        columns.append((_place(*(at + off)) - _place(*(at - off))) / (2.0 * nudge))
    jacobian = np.array(columns).T
    exact = jacobian @ np.diag(np.square(SIGMAS)) @ jacobian.T
    sight = _sight(_place(*at))
    axes, variances = axes_of(sight)
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(axes.T @ np.diag(variances) @ axes, exact, rtol=1e-6, atol=1e-6 * np.abs(exact).max())
    for axis, column in zip((1, 0, 2), jacobian.T, strict=True):  # the axes point where the coordinates grow
        assert axes[axis] @ column == pytest.approx(np.linalg.norm(column), rel=1e-6)


@pytest.mark.parametrize("tilt", [Rotation.identity(), TILTED])
@pytest.mark.parametrize("off_rad", [0.0, 1e-12, 1e-9, 1e-6, 1e-4])
def test_at_the_zenith_the_axes_stand_and_no_error_vanishes(off_rad: float, tilt: Rotation) -> None:
    sight = _sight(_place(20_000.0, 1.0, pi / 2.0 - off_rad, tilt), tilt=tilt)
    axes, variances = axes_of(sight)
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-6)
    assert (variances > 0.0).all()


@settings(max_examples=300, deadline=None)
@given(
    st.floats(10.0, 500e3), st.floats(-pi, pi), st.floats(-0.5, 0.5 * pi), st.floats(0.0, 0.05), st.floats(-pi, pi),
    st.sampled_from(DIMENSIONS),
)  # fmt: skip
def test_axes_are_orthonormal_everywhere(
    range_m: float, azimuth: float, elevation: float, lean: float, towards: float, dimensions: int
) -> None:
    tilt = Rotation.from_rotvec([lean * cos(towards), lean * sin(towards), 0.0])
    sight = _sight(_place(range_m, azimuth, elevation, tilt), dimensions, tilt=tilt)
    axes = np.array([sight.side, sight.line, sight.rise])
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-6)
    assert np.linalg.det(axes[[1, 0, 2]]) == pytest.approx(-1.0, abs=1e-6)
    assert min(sight.side2, sight.line2, sight.rise2) > 0.0


# ---- What was not measured ---------------------------------------------------------------------------


def _local(place: Any) -> Array:
    return np.asarray(TILTED.inv().apply(np.array(place) - ANTENNA_M))


@pytest.mark.parametrize("height_m", [-200.0, 0.0, 9000.0, 60_000.0])
def test_a_plot_without_height_lies_at_the_expected_one(height_m: float) -> None:
    told = _place(90_000.0, 2.0, 0.0)
    expected = ANTENNA_M + TILTED.apply([50_000.0, -60_000.0, height_m])
    sight = _sight(told, LEVEL, expected)
    local = _local(sight.place)
    assert np.linalg.norm(local) == pytest.approx(90_000.0)
    assert local[2] == pytest.approx(height_m, abs=1e-6)
    assert np.arctan2(local[0], local[1]) == pytest.approx(2.0)
    assert sight.line2 == pytest.approx(SIGMAS[0] ** 2)


@pytest.mark.parametrize("height_m", [-120_000.0, 89_900.0, 500_000.0])
def test_a_height_beyond_the_range_is_cut(height_m: float) -> None:
    expected = ANTENNA_M + TILTED.apply([1000.0, 2000.0, height_m])
    local = _local(_sight(_place(90_000.0, 2.0, 0.0), LEVEL, expected).place)
    assert np.linalg.norm(local) == pytest.approx(90_000.0)
    assert abs(local[2]) == pytest.approx(law.STEEPEST * 90_000.0)


@pytest.mark.parametrize(("east_m", "north_m", "height_m"), [(60e3, -40e3, 8e3), (1.0, -5.0, 20.0), (-100.0, 3e5, 0.0)])
def test_a_bearing_lies_abreast_of_the_expected_place(east_m: float, north_m: float, height_m: float) -> None:
    azimuth = np.array([sin(2.2), cos(2.2), 0.0])
    expected = np.array([east_m, north_m, height_m])
    sight = law.bearing_of(
        vector(TILTED.apply(azimuth)), 0.01, vector(ANTENNA_M), vector(TILTED.apply([0.0, 0.0, 1.0])),
        vector(ANTENNA_M + TILTED.apply(expected)),
    )  # fmt: skip
    level_m = max(float(azimuth @ expected), 1.0)
    np.testing.assert_allclose(_local(sight.place), azimuth * level_m + [0.0, 0.0, height_m], atol=1e-6)
    assert sight.dimensions == BEARING
    if level_m > 0.01 * abs(height_m):
        assert sight.side2 == pytest.approx((max(level_m, 1e-3) * 0.01) ** 2, rel=1e-6)


def test_a_moved_sight_is_another_place_and_nothing_else() -> None:
    sight, there = _sight(_place(70_000.0, 1.0, 0.1)), Vec3(1.0, 2.0, 3.0)
    assert law.moved(sight, there) == sight._replace(place=there)


# ---- Densities ---------------------------------------------------------------------------------------


def _near(draw: np.random.Generator, dimensions: int) -> tuple[Any, Sight]:
    g = random_state(draw)
    pos = np.array(g.pos)
    off = draw.multivariate_normal(np.zeros(3), np.array(g.pp) + 300.0**2 * np.eye(3))
    return g, _sight(pos + off, dimensions, pos)


@pytest.mark.parametrize("dimensions", DIMENSIONS)
@pytest.mark.parametrize("seed", range(20))
def test_the_density_is_scipy_s(seed: int, dimensions: int) -> None:
    g, sight = _near(np.random.default_rng([seed, 21]), dimensions)
    axes, variances = axes_of(sight)
    for spread_m2 in (0.0, 1e4, 1e8):
        cov = axes @ np.array(g.pp) @ axes.T + np.diag(variances + spread_m2)
        found = law.density(g.pos, g.pp, sight, spread_m2)
        mean, at = axes @ np.array(g.pos), axes @ np.array(sight.place)
        told = stats.multivariate_normal.logpdf(at, mean, cov)
        assert log_of(found.width, found.distance2) == pytest.approx(told, rel=1e-9)
        assert found.distance2 == pytest.approx((at - mean) @ np.linalg.solve(cov, at - mean), rel=1e-8)


@pytest.mark.parametrize("dimensions", DIMENSIONS)
@pytest.mark.parametrize("seed", range(20))
def test_a_sight_is_taken_as_one_joint_observation(seed: int, dimensions: int) -> None:
    """Scalar after scalar or all at once: one state, density and distance. A bearing moves nothing along itself."""
    g, sight = _near(np.random.default_rng([seed, 22]), dimensions)
    axes, variances = axes_of(sight)
    taken, found = law.taken(g, sight), law.density(g.pos, g.pp, sight, 0.0)
    rows = np.hstack([axes, np.zeros((dimensions, 3))])
    spread = rows @ cov_of(g) @ rows.T + np.diag(variances)
    off = axes @ (np.array(sight.place) - np.array(g.pos))
    assert log_of(taken.width, taken.nis) == pytest.approx(
        stats.multivariate_normal.logpdf(off, np.zeros(dimensions), spread), rel=1e-9
    )
    assert taken.width == pytest.approx(found.width, rel=1e-9)
    assert taken.nis == pytest.approx(found.distance2, rel=1e-7)
    gain = cov_of(g) @ rows.T @ np.linalg.inv(spread)
    if dimensions == BEARING:
        line = np.array(sight.line)
        gain = np.kron(np.eye(2), np.eye(3) - np.outer(line, line)) @ gain
    kept = np.eye(6) - gain @ rows
    cov = kept @ cov_of(g) @ kept.T + gain @ np.diag(variances) @ gain.T
    assert_same(taken.state, mean_of(g) + gain @ off, cov, 1e-7)


@pytest.mark.parametrize("seed", range(20))
def test_a_radial_speed_is_an_extended_update(seed: int) -> None:
    """A dense filter with the numerical gradient of the range rate, after the place has been taken."""
    draw = np.random.default_rng([seed, 23])
    g, sight = _near(draw, FULL)
    rate = float(draw.normal(0.0, 300.0))
    bare, whole = law.taken(g, sight), law.taken(g, sight._replace(rate_mps=rate, rate2=9.0))
    mean, cov = mean_of(bare.state), cov_of(bare.state)

    def rate_of(state: Array) -> float:
        apart = state[:3] - ANTENNA_M
        return float(apart @ state[3:] / np.linalg.norm(apart))

    nudges = np.diag([1.0] * 3 + [1e-2] * 3)
    gradient = np.array([(rate_of(mean + n) - rate_of(mean - n)) / (2.0 * n.max()) for n in nudges])
    spread, off = gradient @ cov @ gradient + 9.0, rate - rate_of(mean)
    gain = cov @ gradient / spread
    kept = np.eye(6) - np.outer(gain, gradient)
    assert_same(whole.state, mean + gain * off, kept @ cov @ kept.T + 9.0 * np.outer(gain, gain), 1e-6)
    more = log_of(whole.width, whole.nis) - log_of(bare.width, bare.nis)
    assert more == pytest.approx(stats.norm.logpdf(off, scale=spread**0.5), rel=1e-6)
    assert whole.nis - bare.nis == pytest.approx(off * off / spread, rel=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_elimination_is_a_solution_and_a_determinant(seed: int) -> None:
    draw = np.random.default_rng([seed, 24])
    root = draw.normal(size=(3, 3)) * 10.0 ** draw.uniform(-2.0, 3.0, 3)[:, None]
    cov, off = root @ root.T, draw.normal(size=3)
    found = law.eliminated(
        cov[0, 0], cov[1, 1], cov[2, 2], cov[0, 1], cov[0, 2], cov[1, 2], vector(off)
    )  # fmt: skip
    assert found.width == pytest.approx(np.linalg.det(cov), rel=1e-6)
    assert found.distance2 == pytest.approx(off @ np.linalg.solve(cov, off), rel=1e-6)


def test_two_estimates_are_as_far_apart_as_both_are_uncertain() -> None:
    draw = np.random.default_rng(25)
    one, other = random_state(draw), random_state(draw)
    there = vector(np.array(one.pos) + draw.normal(0.0, 500.0, 3))
    off, cov = np.array(one.pos) - np.array(there), np.array(one.pp) + np.array(other.pp)
    assert law.apart2(one.pos, there, one.pp, other.pp) == pytest.approx(off @ np.linalg.solve(cov, off), rel=1e-9)


def test_a_density_is_one_over_all_places() -> None:
    """The integral over a plane of a 2-D sight's density is one."""
    g = random_state(np.random.default_rng(26))
    sight = _sight(np.array(g.pos), LEVEL)
    side, line = np.array(sight.side), np.array(sight.line)
    wide = 6.0 * np.sqrt(np.array(g.pp).trace() + sight.line2 + sight.side2)
    steps = np.linspace(-wide, wide, 121)
    found = [
        law.density(g.pos, block(np.array(g.pp)), law.moved(sight, vector(np.array(g.pos) + a * side + b * line)), 0.0)
        for a in steps
        for b in steps
    ]
    total = sum(np.exp(-0.5 * one.distance2) / np.sqrt(one.width) for one in found) * (steps[1] - steps[0]) ** 2
    assert log(total) == pytest.approx(0.0, abs=1e-6)
    assert UP.z == 1.0
