"""Clutter against published check values and the geometry of a cell; the filter against scipy's."""

from __future__ import annotations

from math import cos, log10, pi, radians, sqrt

import numpy as np
import pytest
from scipy import integrate, signal

from openiads.physics import antenna, clutter


def _db(ratio: float) -> float:
    return 10.0 * log10(ratio)


def test_the_sea_has_its_published_check_value() -> None:
    """Published for the NRL model: horizontal, sea state 2, 30 GHz, 10 degrees gives 2.1555e-4, -36.664 dB.

    Source: MathWorks Radar Toolbox, page of ``seareflectivity``.
    """
    assert clutter.sea_reflectivity(30e9, radians(10.0), 2.0, True) == pytest.approx(2.1555e-4, rel=5e-5)


def test_a_vertical_wave_sees_more_sea_at_low_angles() -> None:
    """Published of the model and of its measurements: the two ways meet at steep angles and at millimetre waves."""
    for ghz in (0.5, 1.3, 3.0, 6.0, 10.0):
        level, upright = (clutter.sea_reflectivity(ghz * 1e9, radians(1.0), 3.0, way) for way in (True, False))
        assert 0.0 < _db(upright / level) < 15.0
    level, upright = (clutter.sea_reflectivity(10e9, radians(60.0), 3.0, way) for way in (True, False))
    assert abs(_db(upright / level)) < 3.0


def test_the_sea_grows_with_its_state_and_angle_and_stops_at_its_limits() -> None:
    states = [clutter.sea_reflectivity(3e9, radians(1.0), float(s), True) for s in np.linspace(0.0, 6.0, 25)]
    angles = [clutter.sea_reflectivity(3e9, float(a), 3.0, True) for a in np.radians(np.linspace(0.1, 60.0, 200))]
    assert (np.diff(states) > 0.0).all()
    assert (np.diff(angles) > 0.0).all()
    for wild, edge in (
        ((3e9, 1e-6, 3.0), (3e9, radians(0.1), 3.0)), ((3e9, 1.5, 3.0), (3e9, radians(60.0), 3.0)),
        ((0.15e9, 0.02, 3.0), (0.5e9, 0.02, 3.0)), ((3e9, 0.02, 9.0), (3e9, 0.02, 6.0)),
    ):  # fmt: skip
        assert clutter.sea_reflectivity(*wild, False) == pytest.approx(clutter.sea_reflectivity(*edge, False))


def test_land_has_a_constant_gamma() -> None:
    gamma = 10.0 ** (-1.5)
    assert _db(clutter.land_reflectivity(gamma, radians(1.0))) == pytest.approx(-15.0 - 17.58, abs=0.01)
    assert clutter.land_reflectivity(gamma, pi / 2.0) == pytest.approx(gamma)
    assert clutter.land_reflectivity(gamma, -0.1) == 0.0


@pytest.mark.parametrize(
    ("state", "least_m", "most_m"),
    [(0, 0.0, 0.0), (1, 0.0, 0.1), (2, 0.1, 0.5), (3, 0.5, 1.25), (4, 1.25, 2.5), (5, 2.5, 4.0), (6, 4.0, 6.0)],
)
def test_waves_lie_within_their_published_class(state: int, least_m: float, most_m: float) -> None:
    """Source: WMO code table 3700, significant wave height; four sigma of the surface make one."""
    assert least_m <= 4.0 * clutter.wave_height_sigma(float(state)) <= most_m


def test_waves_are_linear_between_the_states() -> None:
    between = clutter.wave_height_sigma(3.5)
    assert between == pytest.approx(0.5 * (clutter.wave_height_sigma(3.0) + clutter.wave_height_sigma(4.0)))
    assert clutter.wave_height_sigma(7.0) == clutter.wave_height_sigma(6.0)
    assert clutter.wave_height_sigma(-1.0) == 0.0


def test_a_cell_is_the_beam_times_the_pulse_on_the_ground() -> None:
    """The weight of a Gaussian beam, both ways, integrated over azimuth, against theta / sqrt(2)."""
    theta, resolution_m, range_m, grazing = radians(1.5), 150.0, 40e3, radians(3.0)
    width, _ = integrate.quad(lambda a: antenna.pattern_gain(a, theta) ** 2, -10.0 * theta, 10.0 * theta, points=[0.0])
    area_m2 = range_m * width * resolution_m / cos(grazing)
    ours_m2 = clutter.cell_rcs(1.0, range_m, theta, resolution_m, grazing)
    assert ours_m2 == pytest.approx(area_m2, rel=0.07), "sqrt(2) stands for sqrt(8 ln 2 / pi) = 1.33"
    assert ours_m2 == pytest.approx(range_m * theta / sqrt(2.0) * resolution_m / cos(grazing), rel=1e-12)
    assert clutter.cell_rcs(0.01, range_m, theta, resolution_m, grazing) == pytest.approx(0.01 * ours_m2)


def test_signal_to_clutter_falls_with_range_alone() -> None:
    """Published (Skolnik ch. 7): in land clutter signal over clutter goes as 1 / R at a fixed grazing angle."""
    near, far = (clutter.cell_rcs(1e-3, range_m, 0.02, 150.0, 0.01) for range_m in (10e3, 20e3))
    assert far == pytest.approx(2.0 * near, rel=1e-12)


@pytest.mark.parametrize("speed_mps", [0.5, 5.0, 20.0, 30.0, 100.0, -100.0, 600.0])
def test_the_notch_is_a_two_pole_high_pass(speed_mps: float) -> None:
    notch_mps = 20.0
    zeros, poles, gain = signal.butter(2, notch_mps, "highpass", analog=True, output="zpk")
    _, response = signal.freqs_zpk(zeros, poles, gain, worN=[abs(speed_mps)])
    assert clutter.doppler_response(speed_mps, notch_mps) == pytest.approx(abs(response[0]) ** 2, rel=1e-9)


def test_the_notch_is_shut_at_rest_and_absent_without_a_width() -> None:
    assert clutter.doppler_response(0.0, 20.0) == 0.0
    assert clutter.doppler_response(20.0, 20.0) == pytest.approx(0.5)
    assert clutter.doppler_response(0.0, 0.0) == 1.0
    assert clutter.doppler_response(-50.0, 20.0) == clutter.doppler_response(50.0, 20.0)
