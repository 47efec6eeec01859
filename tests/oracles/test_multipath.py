"""The sea's mirror against rays traced on a sphere, closed-form nulls and lobes, and its own horizon."""

from __future__ import annotations

from math import atan2, cos, exp, hypot, pi, sin, sqrt

import numpy as np
import pytest
from scipy import optimize

from openiads.constants import EFFECTIVE_EARTH_RADIUS_M as RADIUS_M
from openiads.physics import multipath

FLAT_M = 1e13  # a sphere so large that the sea is a plane


def _factor4(
    antenna_m: float, target_m: float, ground_m: float, wavelength_m: float, sigma_m: float = 0.0, ratio: float = 1.0,
    radius_m: float = RADIUS_M,
) -> float:  # fmt: skip
    mirror_m = multipath.reflection_point(antenna_m, target_m, ground_m, radius_m)
    return multipath.two_ray_factor4(antenna_m, target_m, ground_m, mirror_m, wavelength_m, sigma_m, ratio, radius_m)


def _at(height_m: float, ground_m: float) -> tuple[float, float]:
    """A point over the sphere in the plane of its centre."""
    angle = ground_m / RADIUS_M
    return (RADIUS_M + height_m) * sin(angle), (RADIUS_M + height_m) * cos(angle)


def _grazing(height_m: float, arc_m: float) -> float:
    """Angle over the tangent plane at a point of the sphere of the ray to a height some arc away."""
    across, up = _at(height_m, arc_m)
    return atan2(up - RADIUS_M, across)


def _mirror(antenna_m: float, target_m: float, ground_m: float) -> float:
    """Where both grazing angles are equal on the true sphere."""
    return float(
        optimize.brentq(
            lambda d: _grazing(antenna_m, d) - _grazing(target_m, ground_m - d), 1e-3, ground_m - 1e-3, xtol=1e-9
        )
    )


GEOMETRIES = [
    (24.4, 100.0, 20e3), (24.4, 100.0, 55e3), (24.4, 3000.0, 100e3), (24.4, 10_000.0, 400e3), (24.4, 24.4, 30e3),
    (500.0, 30.0, 60e3), (10.0, 10.0, 2e3), (24.4, 10.0, 30e3), (1500.0, 9000.0, 300e3),
]  # fmt: skip


@pytest.mark.parametrize(("antenna_m", "target_m", "ground_m"), GEOMETRIES)
def test_the_mirror_point_has_equal_angles_on_the_sphere(antenna_m: float, target_m: float, ground_m: float) -> None:
    ours_m = multipath.reflection_point(antenna_m, target_m, ground_m, RADIUS_M)
    assert ours_m == pytest.approx(_mirror(antenna_m, target_m, ground_m), rel=6e-3)


def test_the_mirror_point_is_the_same_from_both_ends_and_in_the_middle_of_equal_heights() -> None:
    there = multipath.reflection_point(24.4, 3000.0, 80e3, RADIUS_M)
    back = multipath.reflection_point(3000.0, 24.4, 80e3, RADIUS_M)
    assert there + back == pytest.approx(80e3, rel=1e-9)
    assert multipath.reflection_point(50.0, 50.0, 30e3, RADIUS_M) == pytest.approx(15e3, rel=1e-9)
    assert multipath.reflection_point(25.0, 100.0, 1e3, FLAT_M) == pytest.approx(200.0, rel=1e-4)


# ---- Lobes over a plane ---------------------------------------------------------------------------


@pytest.mark.parametrize("lobe", [1, 2, 5])
@pytest.mark.parametrize("wavelength_m", [0.1, 0.23])
def test_nulls_and_maxima_lie_at_their_closed_form_heights(lobe: int, wavelength_m: float) -> None:
    """Published: over a plane nulls at h = n lambda d / (2 h_a), maxima with F^4 = 16 half way between."""
    antenna_m, ground_m = 10.0, 20e3
    step_m = wavelength_m * ground_m / (2.0 * antenna_m)
    assert _factor4(antenna_m, lobe * step_m, ground_m, wavelength_m, radius_m=FLAT_M) < 1e-4
    assert _factor4(antenna_m, (lobe - 0.5) * step_m, ground_m, wavelength_m, radius_m=FLAT_M) == pytest.approx(
        16.0, rel=1e-3
    )


def test_the_lowest_nulls_are_found_at_their_heights() -> None:
    antenna_m, ground_m, wavelength_m = 10.0, 20e3, 0.1
    heights_m = np.linspace(20.0, 380.0, 3601)
    factors = np.array([_factor4(antenna_m, float(h), ground_m, wavelength_m, radius_m=FLAT_M) for h in heights_m])
    dips = [heights_m[i] for i in range(1, len(factors) - 1) if factors[i] < min(factors[i - 1], factors[i + 1])]
    assert dips == pytest.approx([100.0, 200.0, 300.0], abs=0.25)


# ---- Lobes over the sphere, by traced rays ----------------------------------------------------------


def _landing(antenna_m: float, down_rad: float, length_m: float) -> np.ndarray:
    """Where a ray that leaves the antenna downwards ends, after its mirror on the sphere, at a whole length."""
    start = np.array([0.0, RADIUS_M + antenna_m])
    way = np.array([cos(down_rad), -sin(down_rad)])
    b, c = float(start @ way), antenna_m * (2.0 * RADIUS_M + antenna_m)
    first_m = c / (-b + sqrt(b * b - c))
    hit = start + first_m * way
    normal = hit / np.hypot(*hit)
    return np.asarray(hit + (length_m - first_m) * (way - 2.0 * (way @ normal) * normal))


def _traced(antenna_m: float, target_m: float, ground_m: float, wavelength_m: float, sigma_m: float) -> float:
    """F^4 with the lengths of the true rays and the thinning of a traced bundle of them."""
    mirror_m = _mirror(antenna_m, target_m, ground_m)
    start, mirror, end = _at(antenna_m, 0.0), _at(0.0, mirror_m), _at(target_m, ground_m)
    down_m = hypot(mirror[0] - start[0], mirror[1] - start[1])
    up_m = hypot(end[0] - mirror[0], end[1] - mirror[1])
    direct_m = hypot(end[0] - start[0], end[1] - start[1])
    angle = atan2(start[1] - mirror[1], mirror[0] - start[0])
    small = 1e-5 * angle
    wide_m = np.hypot(*(_landing(antenna_m, angle + small, down_m + up_m) - _landing(antenna_m, angle, down_m + up_m)))
    thinning = sqrt((down_m + up_m) * small / wide_m)
    sine = sin(_grazing(antenna_m, mirror_m))
    rho = thinning * exp(-2.0 * (2.0 * pi * sigma_m * sine / wavelength_m) ** 2)
    factor2 = 1.0 + rho * rho - 2.0 * rho * cos(2.0 * pi * (down_m + up_m - direct_m) / wavelength_m)
    return factor2 * factor2


@pytest.mark.parametrize("wavelength_m", [0.03, 0.1, 0.23])
@pytest.mark.parametrize(
    ("antenna_m", "target_m", "ground_m"),
    [(24.4, 100.0, 15e3), (24.4, 100.0, 35e3), (24.4, 1000.0, 80e3), (24.4, 3000.0, 150e3), (100.0, 60.0, 30e3)],
)
def test_the_factor_is_that_of_traced_rays(
    antenna_m: float, target_m: float, ground_m: float, wavelength_m: float
) -> None:
    for sigma_m in (0.0, 0.2):
        exact = _traced(antenna_m, target_m, ground_m, wavelength_m, sigma_m)
        ours = _factor4(antenna_m, target_m, ground_m, wavelength_m, sigma_m)
        assert sqrt(sqrt(ours)) == pytest.approx(sqrt(sqrt(exact)), abs=0.03)


# ---- The ends -------------------------------------------------------------------------------------


def test_a_rough_sea_is_no_mirror() -> None:
    assert _factor4(24.4, 3000.0, 60e3, 0.1, sigma_m=1.0) == 1.0
    calm, rough = (_factor4(24.4, 100.0, 30e3, 0.1, sigma_m=s) for s in (0.0, 0.5))
    assert calm != pytest.approx(rough, rel=0.05)


def test_no_mirror_without_a_beam_on_the_sea() -> None:
    assert _factor4(24.4, 3000.0, 60e3, 0.1, ratio=0.005) == 1.0
    depths = [min(_factor4(24.4, float(h), 20e3, 0.1, ratio=r) for h in range(100, 900)) for r in (1.0, 0.5, 0.1)]
    assert (np.diff(depths) > 0.0).all()


@pytest.mark.parametrize("wavelength_m", [0.03, 0.1, 0.23, 2.0])
@pytest.mark.parametrize("target_m", [30.0, 100.0, 1000.0])
def test_below_the_last_lobe_the_field_falls_to_nothing_at_the_horizon(wavelength_m: float, target_m: float) -> None:
    horizon_m = sqrt(2.0 * RADIUS_M * 24.4) + sqrt(2.0 * RADIUS_M * target_m)
    ranges_m = horizon_m * np.linspace(0.05, 1.02, 4000)
    factors = np.array([_factor4(24.4, target_m, float(d), wavelength_m) for d in ranges_m])
    last = int(np.flatnonzero(np.diff(factors) > 0.0).max(initial=-1)) + 1
    assert (factors[ranges_m >= horizon_m * 1.0001] == 0.0).all()
    assert (np.diff(factors[last:]) <= 0.0).all()
    assert factors[last] > 1.0, "what falls last begins on a lobe"
    assert factors[np.searchsorted(ranges_m, horizon_m) - 1] < 0.02
    assert np.abs(np.diff(factors[last:])).max() < 0.5, "without a jump"
