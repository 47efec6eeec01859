"""The radar laws against published check values, closed forms and a Monte Carlo of pulses through a threshold."""

from __future__ import annotations

from math import exp, log, log10, pi, sqrt

import numpy as np
import pytest
from scipy.stats import ncx2

from openiads.constants import LIGHT_SPEED_MPS
from openiads.physics import propagation, radar
from tests.support import runs


def _db(ratio: float) -> float:
    return 10.0 * log10(ratio)


def _power(db: float) -> float:
    return float(10.0 ** (db / 10.0))


def test_range_equation_gives_the_published_signal_to_noise_ratio() -> None:
    """Source: published check value of a radar tool: 10 GHz, 1 MW, 1 us, 40 dB, 0.5 m2, 100 km, 300 K, 3 dB."""
    snr = radar.range_equation_snr(1e6, 1e-6, 1e4, LIGHT_SPEED_MPS / 10e9, 0.5, 100e3, 300.0, _power(3.0))
    assert _db(snr) == pytest.approx(14.3778, abs=1e-3)


def test_range_equation_gives_the_published_range() -> None:
    """Source: published check value: 10 GHz, 1 MW, 10 us, 40 dB, 0.1 m2, 6 dB wanted, 3 dB lost, 290 K: 194.26 km."""
    snr = radar.range_equation_snr(1e6, 10e-6, 1e4, LIGHT_SPEED_MPS / 10e9, 0.1, 194_260.0, 290.0, _power(3.0))
    assert _db(snr) == pytest.approx(6.0, abs=2e-3)


@pytest.mark.parametrize(("height_m", "range_km"), [(10.0, 33.0), (100.0, 62.0), (1000.0, 151.0), (10_000.0, 433.0)])
def test_horizon_of_a_mast_of_24_4_m(height_m: float, range_km: float) -> None:
    assert propagation.horizon_range(24.4, height_m) / 1000.0 == pytest.approx(range_km, abs=1.0)


def test_height_over_the_curved_sea_is_the_distance_from_the_sphere() -> None:
    radius_m = 6.371e6
    for east, north, up in ((0.0, 0.0, 12.0), (30e3, -40e3, 0.0), (200e3, 100e3, 9000.0), (5e3, 0.0, -3.0)):
        exact = sqrt(east**2 + north**2 + (radius_m + up) ** 2) - radius_m
        assert propagation.height_over(radius_m, east, north, up) == pytest.approx(exact, abs=1e-6)


# ---- Detection -----------------------------------------------------------------------------------


def test_a_steady_target_needs_13_18_db_for_nine_in_ten_at_one_in_a_million() -> None:
    assert ncx2.sf(-2.0 * log(1e-6), 2, 2.0 * _power(13.18)) == pytest.approx(0.9, abs=1e-3), "the oracle itself"
    grid = np.arange(12.0, 14.5, 0.005)
    chances = [radar.detection_steady(_power(db), log(1e-6)) for db in grid]
    needed = float(np.interp(0.9, chances, grid))
    assert needed == pytest.approx(13.18, abs=0.1)


@pytest.mark.parametrize("pfa", [1e-4, 1e-6, 1e-8])
def test_north_s_approximation_is_within_a_tenth_of_a_decibel_of_marcum(pfa: float) -> None:
    grid = np.arange(5.0, 18.0, 0.01)
    exact = ncx2.sf(-2.0 * log(pfa), 2, 2.0 * 10.0 ** (grid / 10.0))
    ours = np.array([radar.detection_steady(_power(db), log(pfa)) for db in grid])
    for wanted in (0.3, 0.5, 0.7, 0.9, 0.95, 0.99):
        assert np.interp(wanted, ours, grid) == pytest.approx(np.interp(wanted, exact, grid), abs=0.1), wanted


@pytest.mark.parametrize("snr_db", [-10.0, 0.0, 10.0, 21.14, 40.0])
def test_a_rayleigh_target_has_its_closed_form(snr_db: float) -> None:
    snr = _power(snr_db)
    assert radar.detection_rayleigh(snr, log(1e-6)) == pytest.approx(1e-6 ** (1.0 / (1.0 + snr)), rel=1e-12)


def test_the_anchor_inverts_the_closed_form() -> None:
    """Published: Swerling 1 needs 21.1 dB for Pd 0.9 at Pfa 1e-6."""
    snr = radar.snr_for_detection_rayleigh(0.9, 1e-6)
    assert _db(snr) == pytest.approx(21.14, abs=0.01)
    assert radar.detection_rayleigh(snr, log(1e-6)) == pytest.approx(0.9, rel=1e-12)


@pytest.mark.parametrize("swerling", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("snr_db", [3.0, 8.0, 12.0, 16.0])
def test_pulses_through_a_threshold(swerling: int, snr_db: float) -> None:
    """Complex noise of unit power plus a signal of drawn power; detected above -ln Pfa. Five sigma allowed."""
    runs_, pfa = 400_000, 1e-4
    draw = np.random.default_rng([swerling, round(snr_db)])
    mean = _power(snr_db)
    if swerling == 0:
        power = np.full(runs_, mean)
    elif swerling <= 2:
        power = draw.exponential(mean, runs_)
    else:
        power = draw.gamma(2.0, mean / 2.0, runs_)
    noise = draw.normal(0.0, sqrt(0.5), (2, runs_))
    seen = (np.sqrt(power) + noise[0]) ** 2 + noise[1] ** 2 > -log(pfa)
    chance = radar.detection(swerling, mean, log(pfa))
    bound = 5.0 * sqrt(max(chance * (1.0 - chance), 1e-5) / runs_) + (0.01 if swerling == 0 else 0.0)
    assert seen.mean() == pytest.approx(chance, abs=bound)


@pytest.mark.parametrize("swerling", [1, 3])
def test_no_signal_leaves_the_false_alarms(swerling: int) -> None:
    assert radar.detection(swerling, 1e-12, log(1e-6)) == pytest.approx(1e-6, rel=1e-6)


def test_north_s_approximation_stays_small_without_a_signal() -> None:
    """It is no good below some decibels; there it may say ten times the false alarms, and no more."""
    assert radar.detection_steady(1e-12, log(1e-6)) < 1.1e-5


# ---- Errors, cross-section, jamming --------------------------------------------------------------


def test_a_monopulse_of_one_degree_at_20_db_has_0_044_degrees() -> None:
    sigma_deg = np.degrees(radar.angle_sigma(np.radians(1.0), 100.0, 0.0))
    assert sigma_deg == pytest.approx(0.044, abs=5e-4)


def test_errors_fall_to_their_floors() -> None:
    assert radar.angle_sigma(0.02, 1e12, 5e-4) == pytest.approx(5e-4, rel=1e-4)
    assert radar.range_sigma(150.0, 1e12, 12.0) == pytest.approx(12.0, rel=1e-4)
    assert radar.range_sigma(150.0, 50.0, 0.0) == pytest.approx(15.0, rel=1e-12)
    assert radar.range_sigma(150.0, 50.0, 20.0) == pytest.approx(25.0, rel=1e-12)


def test_cross_section_by_aspect() -> None:
    assert radar.aspect_rcs(1.0, 10.0, 3.0, 1.0) == pytest.approx(1.0)
    assert radar.aspect_rcs(1.0, 10.0, 3.0, -1.0) == pytest.approx(3.0)
    assert radar.aspect_rcs(1.0, 10.0, 3.0, 0.0) == pytest.approx(10.0)
    turn = [radar.aspect_rcs(1.0, 10.0, 3.0, float(c)) for c in np.cos(np.linspace(0.0, pi / 2.0, 50))]
    assert (np.diff(turn) > 0.0).all()


def test_jam_to_noise_is_the_one_way_equation() -> None:
    """1 kW of ERP over 10 MHz at 100 km into 36 dB at 3 GHz, against k T of 290 K."""
    row = runs.built("first").world.radars.copy()
    gain, frequency_hz = _power(36.0), 3e9
    row["jam_constant_m2pw"] = radar.jam_constant(gain, frequency_hz)
    wavelength_m = 299792458.0 / frequency_hz
    received_wphz = 1000.0 / 10e6 / (4.0 * pi * 100e3**2) * gain * wavelength_m**2 / (4.0 * pi)
    expected = received_wphz / (1.380649e-23 * 290.0)
    assert radar.jam_to_noise(row[0], 1000.0 / 10e6, 100e3, 1.0) == pytest.approx(expected, rel=1e-9)
    assert radar.jam_to_noise(row[0], 1000.0 / 10e6, 200e3, 0.01) == pytest.approx(expected / 400.0, rel=1e-9)


def test_every_built_radar_sees_its_anchor() -> None:
    """At the published range and cross-section the single look gives the published probability."""
    for name in ("first", "tartus"):
        scenario, world = runs.scenario(name), runs.built(name).world
        mounts = [mount.radar for site in scenario.file.units for mount in scenario.catalog.units[site.unit].radars]
        for row, mount in zip(world.radars, mounts, strict=True):
            sheet = scenario.catalog.radars[mount]
            snr = row["snr_constant_m2"] * sheet.detection_rcs.value / sheet.detection_range.value**4
            chance = exp(row["log_pfa"] / (1.0 + snr))
            assert chance == pytest.approx(sheet.detection_pd.value, rel=1e-9), mount
