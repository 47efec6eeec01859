"""The radar laws against published check values and closed forms."""

from __future__ import annotations

from math import log10, pi, sqrt

import numpy as np
import pytest
from scipy import optimize, stats

from openiads.constants import LIGHT_SPEED_MPS
from openiads.physics import attenuation, detection, propagation, radar
from openiads.world import build_radars
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


def test_height_over_the_curved_sea_is_the_distance_from_the_sphere() -> None:
    radius_m = 6.371e6
    for east, north, up in ((0.0, 0.0, 12.0), (30e3, -40e3, 0.0), (200e3, 100e3, 9000.0), (5e3, 0.0, -3.0)):
        exact = sqrt(east**2 + north**2 + (radius_m + up) ** 2) - radius_m
        assert propagation.height_over(radius_m, east, north, up) == pytest.approx(exact, abs=1e-6)


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


# Signal and jamming over noise, times R^4 and R^2: 20 dB at 150 km, 40 dB at 100 km.
SIGNAL_M4, JAMMING_M2 = 100.0 * 150e3**4, 1e4 * 100e3**2


def test_self_screening_burns_through_where_signal_over_noise_and_jamming_is_enough() -> None:
    def margin(range_m: float) -> float:
        return SIGNAL_M4 / range_m**4 / (1.0 + JAMMING_M2 / range_m**2) - 20.0

    range_m = radar.burn_through_self_screening(SIGNAL_M4, JAMMING_M2, 20.0)
    assert range_m == pytest.approx(optimize.brentq(margin, 1.0, 1e6), rel=1e-9)


def test_self_screening_follows_the_square_law_of_the_textbook() -> None:
    """Published: R^2 = signal / (needed x jamming), where jamming is far over noise; R^4 where there is none."""
    range_m = radar.burn_through_self_screening(SIGNAL_M4, JAMMING_M2, 20.0)
    assert range_m == pytest.approx(sqrt(SIGNAL_M4 / (20.0 * JAMMING_M2)), rel=1e-4)
    louder_m = radar.burn_through_self_screening(SIGNAL_M4, 4.0 * JAMMING_M2, 20.0)
    assert louder_m == pytest.approx(range_m / 2.0, rel=1e-3)
    assert radar.burn_through_self_screening(SIGNAL_M4, 0.0, 100.0) == pytest.approx(150e3, rel=1e-12)


def test_stand_off_burns_through_by_the_fourth_root() -> None:
    assert radar.burn_through_stand_off(SIGNAL_M4, 0.0, 100.0) == pytest.approx(150e3, rel=1e-12)
    assert radar.burn_through_stand_off(SIGNAL_M4, 15.0, 100.0) == pytest.approx(75e3, rel=1e-12)


def test_every_built_radar_sees_its_anchor() -> None:
    """At the published range and cross-section, in clear air, a look gives the published probability."""
    for name in ("first", "tartus"):
        scenario, world = runs.scenario(name), runs.built(name).world
        mounts = [mount.radar for site in scenario.file.units for mount in scenario.catalog.units[site.unit].radars]
        for row, mount in zip(world.radars, mounts, strict=True):
            sheet = scenario.catalog.radars[mount]
            range_m, pulses = sheet.detection_range.value, int(sheet.pulses.value)
            elevation_rad = max(build_radars.ANCHOR_ELEVATION_RAD, sheet.elevation_min.value)
            air_db = 2.0 * attenuation.path_loss_db(
                sheet.frequency.value, 0.0, True, sheet.antenna_height.value, elevation_rad, range_m
            )
            snr = row["snr_constant_m2"] * sheet.detection_rcs.value / range_m**4 / _power(air_db)
            bar = stats.gamma.isf(sheet.detection_pfa.value, pulses)
            chance = detection.detection(build_radars.ANCHOR_CASE, snr / pulses, pulses, bar)
            assert chance == pytest.approx(sheet.detection_pd.value, rel=1e-9), mount
