"""The filter on track rows against a Kalman filter written out with matrices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy import stats

from openiads.estimation import kalman
from openiads.vec3 import Vec3
from openiads.world.tables import PLOT, TRACK

ANTENNA = Vec3(100.0, -250.0, 30.0)
NOISE = 6.0
LOOK_TICK = 2000


@dataclass
class Filter:
    """The obvious twin: state, covariance, F, Q, H and R as matrices."""

    x: np.ndarray
    p: np.ndarray

    def predict(self, span_s: float, noise: float) -> None:
        f = np.eye(6)
        f[:3, 3:] = span_s * np.eye(3)
        block = np.array([[span_s**3 / 3.0, span_s**2 / 2.0], [span_s**2 / 2.0, span_s]])
        self.x = f @ self.x
        self.p = f @ self.p @ f.T + noise**2 * np.kron(block, np.eye(3))

    def update(self, z: np.ndarray, r: np.ndarray) -> None:
        h = np.eye(3, 6)
        s = h @ self.p @ h.T + r
        gain = self.p @ h.T @ np.linalg.inv(s)
        self.x = self.x + gain @ (z - h @ self.x)
        self.p = (np.eye(6) - gain @ h) @ self.p


def _plot(pos_m: np.ndarray, tick: int, sigmas: tuple[float, float, float] = (40.0, 0.004, 0.006)) -> np.ndarray:
    plots = np.zeros(1, PLOT)
    plots["pos_enu_m"], plots["tick"] = pos_m, tick
    plots["sigma_range_m"], plots["sigma_azimuth_rad"], plots["sigma_elevation_rad"] = sigmas
    return plots


def _errors(plot: np.record) -> np.ndarray:
    """Covariance of a plot by spherical coordinates and their Jacobian, not by the filter's basis."""
    x, y, z = np.array(plot["pos_enu_m"]) - ANTENNA
    r, ground = np.sqrt(x * x + y * y + z * z), np.hypot(x, y)
    azimuth, elevation = np.arctan2(x, y), np.arcsin(z / r)
    jacobian = np.array([
        [np.cos(elevation) * np.sin(azimuth), ground * np.cos(azimuth), -r * np.sin(elevation) * np.sin(azimuth)],
        [np.cos(elevation) * np.cos(azimuth), -ground * np.sin(azimuth), -r * np.sin(elevation) * np.cos(azimuth)],
        [np.sin(elevation), 0.0, r * np.cos(elevation)],
    ])  # fmt: skip
    spread = np.diag([plot["sigma_range_m"] ** 2, plot["sigma_azimuth_rad"] ** 2, plot["sigma_elevation_rad"] ** 2])
    return jacobian @ spread @ jacobian.T


def _begin(plot: np.ndarray) -> tuple[np.ndarray, Filter]:
    track = np.zeros(1, TRACK)
    kalman.start(track[0], plot[0], kalman.error_basis(plot[0], ANTENNA), 300.0)
    track["tick"] = plot["tick"]
    p = np.zeros((6, 6))
    p[:3, :3], p[3:, 3:] = _errors(plot[0]), 300.0**2 * np.eye(3)
    return track, Filter(np.concatenate([plot["pos_enu_m"][0], np.zeros(3)]), p)


def _close(track: np.ndarray, twin: Filter) -> None:
    np.testing.assert_allclose(
        np.concatenate([track["pos_enu_m"][0], track["vel_enu_mps"][0]]), twin.x, rtol=1e-8, atol=1e-6
    )
    scale = np.sqrt(np.outer(np.diag(twin.p), np.diag(twin.p)))
    np.testing.assert_allclose(track["cov"][0] / scale, twin.p / scale, atol=1e-8, rtol=0.0)


def _walk(steps: int, seed: int) -> list[np.ndarray]:
    draw = np.random.default_rng(seed)
    pos, vel = np.array([-80_000.0, 30_000.0, 7000.0]), np.array([220.0, -60.0, 3.0])
    plots, tick = [], 0
    for _ in range(steps):
        span_s = float(draw.choice([0.1, 1.0, 4.0, 7.5]))
        tick += round(span_s * 1000)
        pos = pos + vel * span_s
        vel = vel + draw.normal(0.0, 5.0, 3)
        plots.append(_plot(pos + draw.normal(0.0, 150.0, 3), tick))
    return plots


def test_two_hundred_steps_agree_with_the_matrices() -> None:
    plots = _walk(200, 1)
    track, twin = _begin(plots[0])
    _close(track, twin)
    for plot in plots[1:]:
        tick = int(plot["tick"][0])
        twin.predict((tick - int(track["tick"][0])) * 1e-3, NOISE)
        kalman.predict(track[0], tick, NOISE)
        _close(track, twin)
        twin.update(plot["pos_enu_m"][0], _errors(plot[0]))
        kalman.update(track[0], plot[0], kalman.error_basis(plot[0], ANTENNA))
        _close(track, twin)
        cov = track["cov"][0]
        np.testing.assert_allclose(cov, cov.T, rtol=1e-9, atol=1e-9 * np.abs(cov).max())
        assert np.linalg.eigvalsh((cov + cov.T) / 2.0).min() > 0.0
        assert kalman.position_sigma(track[0]) == pytest.approx(np.sqrt(np.trace(twin.p[:3, :3]) / 3.0), rel=1e-8)
        assert kalman.speed_sigma(track[0]) == pytest.approx(np.sqrt(np.trace(twin.p[3:, 3:]) / 3.0), rel=1e-8)


def test_the_distance_of_a_plot_is_mahalanobis_and_leaves_the_track() -> None:
    plots = _walk(60, 2)
    track, twin = _begin(plots[0])
    for plot in plots[1:]:
        tick = int(plot["tick"][0])
        before = track.tobytes()
        ours = kalman.distance2(track[0], plot[0], kalman.error_basis(plot[0], ANTENNA), tick, NOISE)
        assert track.tobytes() == before
        twin.predict((tick - int(track["tick"][0])) * 1e-3, NOISE)
        off = plot["pos_enu_m"][0] - twin.x[:3]
        theirs = off @ np.linalg.solve(twin.p[:3, :3] + _errors(plot[0]), off)
        assert ours == pytest.approx(theirs, rel=1e-7)
        kalman.predict(track[0], tick, NOISE)
        kalman.update(track[0], plot[0], kalman.error_basis(plot[0], ANTENNA))
        twin.update(plot["pos_enu_m"][0], _errors(plot[0]))


@pytest.mark.parametrize("direction", [(1.0, 0.0, 0.0), (0.0, 1.0, 0.1), (-0.5, -0.5, 0.7), (0.0, 0.0, 1.0)])
def test_the_error_basis_is_the_radar_s_own(direction: tuple[float, float, float]) -> None:
    plot = _plot(np.array(ANTENNA) + 50_000.0 * np.array(direction), 0)
    basis = kalman.error_basis(plot[0], ANTENNA)
    axes = np.array([basis.line, basis.side, basis.rise])
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)
    if direction[:2] != (0.0, 0.0):
        spread = axes.T @ np.diag([basis.sigma_line_m**2, basis.sigma_side_m**2, basis.sigma_rise_m**2]) @ axes
        np.testing.assert_allclose(spread, _errors(plot[0]), rtol=1e-9, atol=1e-3)


def test_a_track_predicts_straight_on_and_never_backwards() -> None:
    track, _ = _begin(_plot(np.array([1000.0, 2000.0, 300.0]), 5000))
    track["vel_enu_mps"] = (10.0, -20.0, 1.0)
    np.testing.assert_allclose(kalman.predicted_position(track[0], 7000), (1020.0, 1960.0, 302.0))
    before = track.tobytes()
    kalman.predict(track[0], 4000, NOISE)
    assert track.tobytes() == before


def test_errors_are_as_large_as_the_covariance_says() -> None:
    """A matched simulation: white acceleration of the filter's own density, plots with the stated errors.

    The mean normalised error squared of 6 x 300 degrees of freedom lies in its chi-square band of one in ten thousand.
    """
    draw, total, runs = np.random.default_rng(21), 0.0, 300
    span_s = LOOK_TICK * 1e-3
    block = np.array([[span_s**3 / 3.0, span_s**2 / 2.0], [span_s**2 / 2.0, span_s]])
    root = np.linalg.cholesky(NOISE**2 * np.kron(block, np.eye(3)))
    for _ in range(runs):
        state = np.concatenate([[60_000.0, 40_000.0, 8000.0], draw.normal(0.0, 300.0, 3)])
        track = np.zeros(1, TRACK)
        for look in range(12):
            if look:
                state[:3] += span_s * state[3:]
                state += root @ draw.normal(size=6)
            truth = _plot(state[:3], look * LOOK_TICK)
            plot = _plot(draw.multivariate_normal(state[:3], _errors(truth[0])), look * LOOK_TICK)
            basis = kalman.error_basis(plot[0], ANTENNA)
            if look == 0:
                kalman.start(track[0], plot[0], basis, 300.0)
                track["tick"] = 0
            else:
                kalman.predict(track[0], look * LOOK_TICK, NOISE)
                kalman.update(track[0], plot[0], basis)
        off = np.concatenate([track["pos_enu_m"][0], track["vel_enu_mps"][0]]) - state
        total += off @ np.linalg.solve(track["cov"][0], off)
    low, high = stats.chi2.ppf([5e-5, 1.0 - 5e-5], 6 * runs)
    assert low < total < high
