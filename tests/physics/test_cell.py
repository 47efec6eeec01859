"""A cell of clutter in absolute units, a beam on a low horizon, and a mirror behind a ridge: all by hand."""

from __future__ import annotations

from math import cos, degrees, log, log10, pi, radians, sin, sqrt
from typing import Any

import numpy as np
import pytest
from scipy import constants, optimize

from openiads.constants import EFFECTIVE_EARTH_RADIUS_M
from openiads.physics import look
from openiads.terrain.grid import SEA_LEVEL, Terrain, frozen
from openiads.world.horizons import RANGES
from openiads.world.sweep import HEARD, Question, chance_of
from tests.support import lookouts
from tests.support.lookouts import EARTH_RADIUS_M, PLACE, Lookout

FAST_MPS = 1000.0
PLAIN = lookouts.plain(1.0)
# A radar by hand: one pulse, 1 m2 at 100 km with Pd 0.5 at Pfa 1e-6, 2 degrees by 4, 150 m, 30 dB of filter, 100 MHz,
# where air takes next to nothing. It stands 51 m above the sea, 50 above a plain.
BY_HAND = {
    "frequency": 0.1e9, "detection_range": 100e3, "detection_rcs": 1.0, "detection_pd": 0.5, "detection_pfa": 1e-6,
    "pulses": 1, "instrumented_range": 120e3, "range_min": 1e3, "beamwidth_azimuth": radians(2.0),
    "beamwidth_elevation": radians(4.0), "range_resolution": 150.0, "improvement_factor": 30.0,
}  # fmt: skip
MAST_M = 51.0


def _hand(terrain: Terrain = PLAIN, **changes: Any) -> Lookout:
    weather = {"land_gamma": "-15 dB", "sea_state": 3}
    return lookouts.stand(lookouts.sheet_of("9s15m2", **BY_HAND | changes), MAST_M, terrain, **weather)


def _over(at: Lookout, n: int) -> float:
    """Clutter over noise of a pulse, of a cell in the beam's middle."""
    return float(at.cells["clutter"][7 * RANGES + n])


def _echo(at: Lookout, ground_m: float, height_m: float, azimuth: float = 1.0) -> look.Echo:
    line = look.line_over(EARTH_RADIUS_M, float(at.horizon["antenna_m"]), ground_m, height_m)
    return look.echo(at.radar, at.horizon, at.cells, at.air, azimuth, line, 1.0, 1.0, FAST_MPS)


# ---- Clutter in absolute units -------------------------------------------------------------------


@pytest.mark.parametrize("n", [20, 40, 80])
def test_clutter_over_noise_of_a_plain_by_hand(n: int) -> None:
    """Noise from the anchor: one pulse on a Swerling 1 target needs S/N = ln Pfa / ln Pd - 1 = 18.93 (12.77 dB).

    At 100 km 1 m2 has that; sigma0 = gamma sin(psi); the cell is R 2 deg / sqrt(2) by 150 m / cos(psi).
    """
    at = _hand()
    range_m = n * 120e3 / (RANGES - 1)
    psi = 50.0 / range_m - range_m / (2.0 * EFFECTIVE_EARTH_RADIUS_M)
    section_m2 = 10.0**-1.5 * sin(psi) * range_m * radians(2.0) / sqrt(2.0) * 150.0 / cos(psi)
    needed = log(1e-6) / log(0.5) - 1.0
    assert 10.0 * log10(needed) == pytest.approx(12.77, abs=0.01)
    expected_db = 10.0 * log10(needed * section_m2 * (100e3 / range_m) ** 4) - 30.0
    assert 10.0 * log10(_over(at, n)) == pytest.approx(expected_db, abs=0.12), "but for the air of the anchor"


def test_one_cell_of_the_plain_in_numbers() -> None:
    """At 4.81 km: psi 0.58 deg, sigma0 -34.9 dB, 17 800 m2, sigma 5.7 m2, 52.7 dB nearer, 43.1 dB over the noise."""
    assert 10.0 * log10(_over(_hand(), 20)) == pytest.approx(12.77 + 7.57 + 52.71 - 30.0, abs=0.2)


def test_clutter_over_noise_of_the_sea_by_hand() -> None:
    """The NRL model written out, horizontal and vertical, 3 GHz, sea state 3, at a grazing angle of 0.25 degrees.

    Source: NRL/MR/5310-12-9346, appendix B; vertical c1 -50.796, c2 25.93, c3 0.7093, c4 21.588, c5 0.00211.
    """
    at = _hand(SEA_LEVEL, frequency=3e9)
    n = 44
    range_m = n * 120e3 / (RANGES - 1)
    psi = MAST_M / range_m - range_m / (2.0 * EFFECTIVE_EARTH_RADIUS_M)
    assert degrees(psi) == pytest.approx(0.24, abs=0.02)
    c1, c2, c3, c4, c5 = -50.796, 25.93, 0.7093, 21.588, 0.00211
    if int(at.radar["horizontal"]):
        c1, c2, c3, c4, c5 = -73.0, 20.781, 7.351, 25.65, 0.0054
    a = degrees(psi)
    sigma0_db = c1 + c2 * log10(sin(psi)) + (27.5 + c3 * a) * log10(3.0) / (1.0 + 0.95 * a)
    sigma0_db += c4 * 4.0 ** (1.0 / (2.0 + 0.085 * a + 0.099)) + c5 * a * a
    area_m2 = range_m * radians(2.0) / sqrt(2.0) * 150.0 / cos(psi)
    needed = log(1e-6) / log(0.5) - 1.0
    expected_db = 10.0 * log10(needed * area_m2 * (100e3 / range_m) ** 4) + sigma0_db - 30.0
    assert -65.0 < sigma0_db < -35.0
    assert 0.0 <= 10.0 * log10(_over(at, n)) - expected_db < 2.2, "the anchor has made up for 100 km of air"


@pytest.mark.parametrize("pulses", [1, 4, 30])
def test_signal_over_clutter_is_a_matter_of_cross_sections(pulses: int) -> None:
    """sigma_t I / sigma_c in each pulse, both at one range: power, range and pulses integrated cancel.

    That is what the chance of detection is looked up with where the clutter drowns the noise.
    """
    at, n = _hand(pulses=pulses), 30
    range_m = n * 120e3 / (RANGES - 1)
    bend = range_m / (2.0 * EFFECTIVE_EARTH_RADIUS_M)
    psi = 50.0 / range_m - bend
    section_m2 = 10.0**-1.5 * sin(psi) * range_m * radians(2.0) / sqrt(2.0) * 150.0 / cos(psi)
    back = _echo(at, range_m, 60.0)
    apart = (9.0 / range_m - bend) + (50.0 / range_m + bend)  # from the target, on the beam's axis, to the ground
    lobe = 0.5 ** (8.0 * (apart / radians(4.0)) ** 2)
    assert back.clutter > 30.0
    assert back.signal / pulses / back.clutter == pytest.approx(1e3 / section_m2 / lobe, rel=2e-3)


@pytest.mark.parametrize("pulses", [1, 30])
def test_noise_jamming_as_strong_as_clutter_harms_as_much(pulses: int) -> None:
    """Both are told per pulse over the noise of a pulse."""
    rough, smooth = _hand(pulses=pulses), lookouts.stand(
        lookouts.sheet_of("9s15m2", **BY_HAND | {"pulses": pulses}), MAST_M, PLAIN, land_gamma="-30 dB"
    )  # fmt: skip
    ground_m = 30 * 120e3 / (RANGES - 1)
    line = look.line_over(EARTH_RADIUS_M, MAST_M, ground_m, 60.0)
    back, rest = _echo(rough, ground_m, 60.0), _echo(smooth, ground_m, 60.0)
    section_m2 = float((1.0 + back.clutter) / back.signal * pulses * 10.0)

    def chance(at: Lookout, jam: float) -> float:
        jammers = np.array([(1.0, look.beam_axis(at.radar, line), jam)], HEARD)
        ask = Question(section_m2, 1, FAST_MPS, 1.0)
        return float(chance_of(at.radar, at.horizon, at.cells, at.chances, at.air, 1.0, line, ask, jammers))

    assert 0.05 < chance(rough, 0.0) < 0.95
    assert chance(rough, 0.0) == pytest.approx(chance(smooth, float(back.clutter - rest.clutter)), abs=1e-6)
    assert chance(smooth, 0.0) > chance(rough, 0.0)


def test_the_air_takes_from_clutter_what_it_takes_from_a_target() -> None:
    """In rain signal over clutter stays, and both are less."""
    sheet = lookouts.sheet_of("9s15m2", **BY_HAND | {"frequency": 10e9})
    dry, wet = (lookouts.stand(sheet, MAST_M, PLAIN, rain_mmph=rain) for rain in (0.0, 25.0))
    ground_m = 30 * 120e3 / (RANGES - 1)
    one, other = _echo(dry, ground_m, 60.0), _echo(wet, ground_m, 60.0)
    assert other.signal < 0.5 * one.signal
    assert other.signal / other.clutter == pytest.approx(one.signal / one.clutter, rel=1e-6)


# ---- A beam on the horizon -----------------------------------------------------------------------


def test_a_radar_on_a_mountain_sees_low_over_the_sea_below_it() -> None:
    """From 1400 m the horizon lies 1.04 degrees below level, as far as the beam's own half width and more."""
    sheet = lookouts.sheet_of("9s15m2")
    dip_rad = sqrt(2.0 * 1400.0 / EFFECTIVE_EARTH_RADIUS_M)
    assert degrees(dip_rad) == pytest.approx(1.04, abs=0.01)
    at, told, level = (
        lookouts.stand(each, 1400.0, SEA_LEVEL, sea_state=6)
        for each in (sheet, *(lookouts.sheet_of("9s15m2", elevation_min=low) for low in (-dip_rad, radians(0.01))))
    )
    assert float(at.radar["elevation_min_sin"]) == pytest.approx(-sin(dip_rad), rel=1e-3)
    horizon_m = sqrt(2.0 * EFFECTIVE_EARTH_RADIUS_M * 1400.0)
    ask, silent = Question(1.0, 1, FAST_MPS, 1.0), np.zeros(0, HEARD)
    for ground_m, height_m in ((120e3, 100.0), (150e3, 50.0), (horizon_m + 20e3, 100.0)):
        line = look.line_over(EARTH_RADIUS_M, 1400.0, ground_m, height_m)
        assert look.in_reach(at.radar, line)
        assert line.sine < sin(radians(-0.9))
        chance = chance_of(at.radar, at.horizon, at.cells, at.chances, at.air, 1.0, line, ask, silent)
        assert chance > 0.5, (ground_m, height_m)
        signals = [_echo(each, ground_m, height_m).signal for each in (at, told, level)]
        assert signals[1] == pytest.approx(signals[0], rel=1e-3)
    heights_m = np.arange(50.0, 300.0, 2.0)  # over the lobes of the sea
    on, above = (np.mean([_echo(each, 120e3, float(h)).signal for h in heights_m]) for each in (at, level))
    assert 10.0 * log10(on / above) > 8.0, "the lobe a degree below its axis loses 11 dB both ways"


def test_a_beam_that_is_stated_above_level_stays_there() -> None:
    sheet = lookouts.sheet_of("9s15m2", elevation_min=radians(2.0))
    for antenna_m in (20.0, 1400.0):
        radar = lookouts.stand(sheet, antenna_m, SEA_LEVEL).radar
        assert float(radar["elevation_min_sin"]) == pytest.approx(sin(radians(2.0)), rel=1e-12)
    below = lookouts.sheet_of("9s15m2", elevation_min=radians(-5.0))
    radar = lookouts.stand(below, 20.0, SEA_LEVEL).radar
    assert float(radar["elevation_min_sin"]) == pytest.approx(sin(radians(-5.0)), rel=1e-12), "lower than its horizon"


# ---- The mirror ----------------------------------------------------------------------------------


def _island(height_m: float) -> Terrain:
    """A wall 7 km north of the place, from west to east, two cells thick; else sea."""
    step_deg = 0.001
    lat = PLACE.lat_deg - 0.05 + step_deg * np.arange(800)
    row = np.where((lat > PLACE.lat_deg + 0.06) & (lat < PLACE.lat_deg + 0.07), height_m, 0.0)
    return Terrain(
        frozen(np.repeat(row[:, None], 3, axis=1)), PLACE.lat_deg - 0.05, PLACE.lon_deg - 1.0, step_deg, 1.0, "a wall"
    )


def _factors(at: Lookout, azimuth: float) -> np.ndarray:
    """F^4 over the heights of some lobes: the signal over C sigma / R^4 with the air and the Gaussian beam."""
    found = []
    for height_m in np.arange(120.0, 420.0, 2.0):
        line = look.line_over(EARTH_RADIUS_M, float(at.horizon["antenna_m"]), 50e3, float(height_m))
        signal = look.echo(at.radar, at.horizon, at.cells, at.air, azimuth, line, 1.0, 1.0, FAST_MPS).signal
        air = look.air_at(at.air, int(at.radar["first_air"]), line.range_m / float(at.radar["air_step_m"]), line.sine)
        below = max(float(at.radar["elevation_min_sin"]) - line.sine, 0.0) / float(at.radar["beam_elevation_rad"])
        free = float(at.radar["snr_constant_m2"]) / line.range_m**4 * air * 0.5 ** (8.0 * below**2)
        found.append(signal * (1.0 + FAST_MPS**-4 * float(at.radar["notch_mps"]) ** 4) / free)
    return np.array(found)


def test_a_ridge_that_hides_the_mirror_leaves_the_direct_ray_alone() -> None:
    """An antenna 100 m up, targets 50 km off: the mirror lies 10 to 20 km out, behind a wall of 75 m."""
    sheet = lookouts.sheet_of("9s15m2", beamwidth_elevation=0.3, range_min=1.0)
    open_sea, walled = (lookouts.stand(sheet, 100.0, terrain, sea_state=0) for terrain in (SEA_LEVEL, _island(75.0)))
    for height_m in (120.0, 420.0):

        def slopes(out_m: float, high: float = height_m) -> float:
            twice, far_m = 2.0 * EFFECTIVE_EARTH_RADIUS_M, 50e3 - out_m
            return 100.0 / out_m - out_m / twice - high / far_m + far_m / twice

        mirror_m = float(optimize.brentq(slopes, 1.0, 50e3 - 1.0))
        assert 9e3 < mirror_m < 30e3
        assert float(lookouts.lowest(walled, [0.0], [mirror_m])[0]) > 2.0, "in the wall's shadow"
        assert float(lookouts.lowest(walled, [0.0], [50e3])[0]) < 120.0, "and the target is not"
    assert _factors(walled, 0.0) == pytest.approx(np.ones(150), rel=1e-9)
    assert _factors(walled, pi) == pytest.approx(_factors(open_sea, pi), rel=1e-9), "on the other side as ever"
    lobes = _factors(open_sea, 0.0)
    assert lobes.max() > 10.0
    assert lobes.min() < 0.1


def test_a_low_ridge_before_the_mirror_hides_nothing() -> None:
    sheet = lookouts.sheet_of("9s15m2", beamwidth_elevation=0.3, range_min=1.0)
    open_sea, low = (lookouts.stand(sheet, 100.0, terrain, sea_state=0) for terrain in (SEA_LEVEL, _island(3.0)))
    assert _factors(low, 0.0) == pytest.approx(_factors(open_sea, 0.0), rel=1e-9)
    assert constants.c / float(open_sea.radar["wavelength_m"]) == pytest.approx(3e9)
