"""States, sights and plots of the estimation laws as NumPy arrays, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from openiads.estimation.kalman import Block, Gauss
from openiads.estimation.sight import FULL, Sight
from openiads.vec3 import Vec3
from openiads.world.tables import PLOT

Array = np.ndarray[Any, Any]
UP = Vec3(0.0, 0.0, 1.0)


def vector(values: Any) -> Vec3:
    """Three numbers as a vector."""
    return Vec3(float(values[0]), float(values[1]), float(values[2]))


def block(matrix: Array) -> Block:
    """A 3 x 3 array as a block."""
    return Block(vector(matrix[0]), vector(matrix[1]), vector(matrix[2]))


def gauss(mean: Array, cov: Array) -> Gauss:
    """A state of six means and a 6 x 6 covariance."""
    return Gauss(vector(mean[:3]), vector(mean[3:]), block(cov[:3, :3]), block(cov[:3, 3:]), block(cov[3:, 3:]))


def mean_of(g: Gauss) -> Array:
    """Position and velocity, (6,)."""
    return np.array([*g.pos, *g.vel])


def cov_of(g: Gauss) -> Array:
    """The whole covariance, (6, 6)."""
    pp, pv, vv = np.array(g.pp), np.array(g.pv), np.array(g.vv)
    return np.block([[pp, pv], [pv.T, vv]])


def random_state(draw: np.random.Generator, pos_sigma_m: float = 300.0, vel_sigma_mps: float = 40.0) -> Gauss:
    """Somewhere within 100 km at up to 500 m/s, with a full covariance."""
    root = np.diag([pos_sigma_m] * 3 + [vel_sigma_mps] * 3) @ draw.normal(size=(6, 9)) / 3.0
    mean = np.concatenate([draw.uniform(-1e5, 1e5, 2), draw.uniform(500.0, 15e3, 1), draw.uniform(-300.0, 300.0, 3)])
    return gauss(mean, root @ root.T)


def assert_same(g: Gauss, mean: Array, cov: Array, tolerance: float = 1e-9) -> None:
    """A state is a mean and a covariance, each entry to a share of its own axes' sizes."""
    sigma = np.sqrt(np.diag(cov))
    np.testing.assert_allclose(mean_of(g), mean, rtol=tolerance, atol=tolerance * sigma.max())
    assert np.abs((cov_of(g) - cov) / np.outer(sigma, sigma)).max() < tolerance


def log_of(width: float, squared: float) -> float:
    """Log of the density that an observation's ``width`` and squared normalised innovation stand for."""
    return -0.5 * (squared + float(np.log(width)))


def least_eigenvalue(cov: Array) -> float:
    """Of the covariance as correlations, so that metres and metres a second count alike."""
    sigma = np.sqrt(np.diag(cov))
    return float(np.linalg.eigvalsh(cov / np.outer(sigma, sigma)).min())


def axes_of(sight: Sight) -> tuple[Array, Array]:
    """What a sight measured, side first: directions (n, 3) and variances (n,)."""
    axes, variances = np.array([sight.side, sight.line, sight.rise]), [sight.side2, sight.line2, sight.rise2]
    return axes[: sight.dimensions], np.array(variances[: sight.dimensions])


def plot_at(place_m: Array, antenna_m: Array, sigmas: tuple[float, float, float], dimensions: int = FULL) -> Any:
    """A plot's row, errors in m, rad, rad; no rate."""
    rows = np.zeros(1, PLOT)
    rows["pos_enu_m"], rows["range_m"] = place_m, np.linalg.norm(place_m - antenna_m)
    rows["sigma_range_m"], rows["sigma_azimuth_rad"], rows["sigma_elevation_rad"] = sigmas
    rows["dimensions"] = dimensions
    return rows[0]
