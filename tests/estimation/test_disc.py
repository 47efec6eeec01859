"""A plane's normal distribution over a disc, against SciPy and closed forms."""

from __future__ import annotations

from math import asin, cos, exp, pi, sin, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import ncx2, norm

from openiads.estimation.disc import Ellipse, chance_in_disc, ellipse_of


def _slow(x: float, y: float, spread: Ellipse, radius: float) -> float:
    """The same integral by adaptive quadrature along the major axis."""
    along = x * cos(spread.angle_rad) + y * sin(spread.angle_rad)
    across = y * cos(spread.angle_rad) - x * sin(spread.angle_rad)

    def strip(u: float) -> float:
        half = sqrt(max(radius * radius - u * u, 0.0))
        inside = norm.cdf((half - across) / spread.minor) - norm.cdf((-half - across) / spread.minor)
        return float(norm.pdf((u - along) / spread.major) / spread.major * inside)

    bends = [along, along - 3.0 * spread.major, along + 3.0 * spread.major]
    if abs(across) < radius:
        bends += [sqrt(radius**2 - across**2), -sqrt(radius**2 - across**2)]
    return float(quad(strip, -radius, radius, points=sorted(b for b in bends if abs(b) < radius), limit=400)[0])


@given(
    st.floats(0.5, 30.0), st.floats(0.1, 1.0), st.floats(-1.5, 1.5), st.floats(-3.0, 3.0), st.floats(-3.0, 3.0),
)  # fmt: skip
def test_it_agrees_with_quadrature(size: float, share: float, angle: float, x: float, y: float) -> None:
    """Where an impact is less certain than the disc is wide."""
    radius = 800.0
    spread = Ellipse(size * radius, size * share * radius, angle)
    if share * size < 0.35:
        return
    ours = chance_in_disc(x * radius, y * radius, spread, radius)
    assert ours == pytest.approx(_slow(x * radius, y * radius, spread, radius), abs=1e-5)


def test_a_certain_impact_is_in_or_out() -> None:
    sharp = Ellipse(30.0, 5.0, 0.4)
    for angle in np.linspace(0.0, 2.0 * pi, 9).tolist():
        assert chance_in_disc(600.0 * cos(angle), 600.0 * sin(angle), sharp, 800.0) == pytest.approx(1.0, abs=0.02)
        assert chance_in_disc(1000.0 * cos(angle), 1000.0 * sin(angle), sharp, 800.0) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("off_m", [0.0, 700.0, 2500.0])
def test_a_round_spread_is_a_noncentral_chi_square(off_m: float) -> None:
    sigma_m, radius_m = 900.0, 800.0
    wanted = ncx2.cdf((radius_m / sigma_m) ** 2, 2, (off_m / sigma_m) ** 2 + 1e-12)
    for angle in (0.0, 1.0, 2.5):
        x, y = off_m * cos(angle), off_m * sin(angle)
        assert chance_in_disc(x, y, Ellipse(sigma_m, sigma_m, 0.3), radius_m) == pytest.approx(wanted, abs=1e-6)


def test_in_the_middle_of_a_round_spread_it_is_rayleigh_s() -> None:
    assert chance_in_disc(0.0, 0.0, Ellipse(500.0, 500.0, 0.0), 800.0) == pytest.approx(
        1.0 - exp(-0.5 * (800.0 / 500.0) ** 2), rel=1e-6
    )


def test_the_axes_are_the_eigenvectors() -> None:
    draw = np.random.default_rng(4)
    for _ in range(50):
        root = draw.normal(size=(2, 2))
        cov = root @ root.T
        values, vectors = np.linalg.eigh(cov)
        spread = ellipse_of(cov[0, 0], cov[0, 1], cov[1, 1])
        assert (spread.minor**2, spread.major**2) == pytest.approx(tuple(values), rel=1e-6, abs=1e-12)
        axis = np.array([cos(spread.angle_rad), sin(spread.angle_rad)])
        assert abs(axis @ vectors[:, 1]) == pytest.approx(1.0, abs=1e-9)
    assert asin(1.0) == pytest.approx(abs(ellipse_of(1.0, 0.0, 4.0).angle_rad))
