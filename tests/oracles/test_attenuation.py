"""Air and rain against the ITU's recommendations as another program computes them, and rays by quadrature."""

from __future__ import annotations

from math import asin, log10, radians, sin, sqrt

import numpy as np
import pytest
from scipy import integrate

from openiads.constants import EFFECTIVE_EARTH_RADIUS_M
from openiads.physics import attenuation

AIR = np.dtype((np.record, np.dtype([("share", "f8")], align=True)))
REACH_M = 400e3

# Frequency (GHz); dB/km at sea level, 1013 hPa, 288 K, 7.5 g/m3: P.676-10 Annex 2, and Annex 1 line by line.
# Source: PyPI itur 0.4.0, itu676 version 10.
GASES = [
    (1.0, 0.005435957690768935, 0.005451031439953165), (3.0, 0.007510593610159278, 0.00760670369781534),
    (5.5, 0.009105554316391824, 0.00928704580651513), (10.0, 0.01456011455821546, 0.014968789270124266),
    (16.0, 0.037201715411283254, 0.03806745203887226), (22.235, 0.19154250209088072, 0.1932564171612625),
    (35.0, 0.10901906138979828, 0.11045745088559514), (45.0, 0.20372808824759553, 0.20620711008323367),
]  # fmt: skip
# Frequency (GHz), rain (mm/h), horizontal, dB/km. Source: PyPI itur 0.4.0, itu838 version 3 (P.838-3), level path.
RAIN = [
    (3.0, 5.0, True, 0.0010097000220305656), (3.0, 25.0, False, 0.0060587176388163765),
    (5.5, 5.0, False, 0.004014220192149744), (5.5, 25.0, True, 0.07918226997227759),
    (10.0, 5.0, True, 0.09201445823668898), (10.0, 25.0, True, 0.695871528099342),
    (10.0, 25.0, False, 0.5651512330067958), (16.0, 25.0, True, 1.8731047174396145),
    (35.0, 5.0, True, 1.447090048661616), (35.0, 25.0, False, 5.409495008490116),
]  # fmt: skip
# Frequency (GHz), elevation (deg), dB through all of the air, layer by layer and line by line.
# Source: PyPI itur 0.4.0, itu676 version 12 (P.676-12 Annex 1), slant path from sea level, mode "exact".
SLANT = [
    (3.0, 90.0, 0.036956679768837035), (3.0, 30.0, 0.07378753985947518), (3.0, 10.0, 0.20911206475305255),
    (3.0, 5.0, 0.3975939252876606), (10.0, 90.0, 0.05149769424773728), (10.0, 10.0, 0.2920004017790458),
    (10.0, 5.0, 0.55818954693713), (35.0, 90.0, 0.2795798189042191), (35.0, 5.0, 3.0570403853891928),
]  # fmt: skip


def _db(ratio: float) -> float:
    return 10.0 * log10(ratio)


@pytest.mark.parametrize(("ghz", "simple_dbpkm", "lines_dbpkm"), GASES)
def test_gases_at_sea_level_are_those_of_the_recommendation(
    ghz: float, simple_dbpkm: float, lines_dbpkm: float
) -> None:
    ours_dbpkm = 1000.0 * attenuation.gas_attenuation_dbpm(ghz * 1e9, 0.0)
    assert ours_dbpkm == pytest.approx(simple_dbpkm, rel=1e-3)
    assert ours_dbpkm == pytest.approx(lines_dbpkm, rel=0.03)


def test_gases_thin_out_with_height() -> None:
    levels = [attenuation.gas_attenuation_dbpm(10e9, float(h)) for h in np.linspace(0.0, 20e3, 41)]
    assert (np.diff(levels) < 0.0).all()
    assert levels[-1] < 0.03 * levels[0]
    assert attenuation.gas_attenuation_dbpm(10e9, -100.0) == levels[0]


@pytest.mark.parametrize(("ghz", "rain_mmph", "horizontal", "rain_dbpkm"), RAIN)
def test_rain_is_that_of_the_recommendation(ghz: float, rain_mmph: float, horizontal: bool, rain_dbpkm: float) -> None:
    ours_dbpkm = 1000.0 * attenuation.rain_attenuation_dbpm(ghz * 1e9, rain_mmph, horizontal)
    assert ours_dbpkm == pytest.approx(rain_dbpkm, rel=1e-9)


def test_no_rain_takes_nothing() -> None:
    assert attenuation.rain_attenuation_dbpm(10e9, 0.0, True) == 0.0


@pytest.mark.parametrize(("ghz", "elevation_deg", "through_db"), SLANT)
def test_a_ray_through_all_the_air_loses_what_the_layers_take(
    ghz: float, elevation_deg: float, through_db: float
) -> None:
    """Within a twentieth, a tenth at 35 GHz: two exponentials stand for 922 layers of the reference atmosphere."""
    ours_db = attenuation.path_loss_db(ghz * 1e9, 0.0, True, 0.0, radians(elevation_deg), 600e3)
    assert ours_db == pytest.approx(through_db, rel=0.055 if ghz > 20.0 else 0.03)


def _height(antenna_m: float, s: float, elevation_rad: float) -> float:
    """Height on a straight ray over the sphere, without an approximation."""
    centre_m = EFFECTIVE_EARTH_RADIUS_M + antenna_m
    return sqrt(centre_m * centre_m + s * s + 2.0 * s * centre_m * sin(elevation_rad)) - EFFECTIVE_EARTH_RADIUS_M


@pytest.mark.parametrize("range_m", [1e3, 50e3, 300e3])
@pytest.mark.parametrize("elevation_rad", [-0.02, 0.0, 0.01, 0.1, 0.5, 1.5])
def test_the_loss_of_the_gases_is_the_integral_along_the_ray(elevation_rad: float, range_m: float) -> None:
    for frequency_hz, antenna_m in ((3e9, 10.0), (22e9, 1500.0)):
        exact_db, _ = integrate.quad(
            lambda s, f=frequency_hz, h=antenna_m: attenuation.gas_attenuation_dbpm(f, _height(h, s, elevation_rad)),
            0.0, range_m, limit=400, epsabs=1e-12,
        )  # fmt: skip
        ours_db = attenuation.path_loss_db(frequency_hz, 0.0, True, antenna_m, elevation_rad, range_m)
        assert ours_db == pytest.approx(exact_db, rel=1e-3)


@pytest.mark.parametrize("antenna_m", [10.0, 1500.0, 3000.0, 4000.0])
@pytest.mark.parametrize("elevation_rad", [-0.025, -0.005, 0.0, 0.004, 0.1, 1.5])
def test_rain_is_felt_below_its_top_alone(elevation_rad: float, antenna_m: float) -> None:
    steps_m = np.linspace(0.0, 400e3, 200_001)
    low = np.array([_height(antenna_m, float(s), elevation_rad) < attenuation.RAIN_HEIGHT_M for s in steps_m])
    rain_dbpm = attenuation.rain_attenuation_dbpm(5.5e9, 10.0, False)
    for reach in (1000, 30_000, 200_000):
        wet_db = attenuation.path_loss_db(5.5e9, 10.0, False, antenna_m, elevation_rad, float(steps_m[reach]))
        dry_db = attenuation.path_loss_db(5.5e9, 0.0, False, antenna_m, elevation_rad, float(steps_m[reach]))
        expected_m = float(low[: reach + 1].mean() * steps_m[reach])
        assert (wet_db - dry_db) / rain_dbpm == pytest.approx(expected_m, abs=max(5e-4 * expected_m, 30.0))


def _tabled(ghz: float, rain_mmph: float, antenna_m: float, first: int = 0) -> np.ndarray:
    rows = np.zeros(first + attenuation.AIR_CELLS + 2, AIR)
    attenuation.fill_air(rows, first, ghz * 1e9, rain_mmph, True, antenna_m, REACH_M)
    return rows


def _two_ways_db(rows: np.ndarray, range_m: float, sine: float, first: int = 0) -> float:
    return -_db(attenuation.air_at(rows, first, range_m / REACH_M * (attenuation.AIR_RANGES - 1), sine))


@pytest.mark.parametrize("antenna_m", [25.0, 1400.0])
@pytest.mark.parametrize(
    ("ghz", "rain_mmph", "bound_db"),
    [
        (0.15, 0.0, 0.03), (3.0, 0.0, 0.07), (10.0, 0.0, 0.2), (3.0, 4.0, 0.1), (10.0, 4.0, 0.7), (3.0, 25.0, 0.35),
        (10.0, 25.0, 0.6),
    ],
)  # fmt: skip
def test_the_table_of_air_is_near_the_ray(ghz: float, rain_mmph: float, bound_db: float, antenna_m: float) -> None:
    """From the horizon to overhead, while the loss is under 10 dB; the worst stands where rain ends along the ray."""
    first = 5
    rows = _tabled(ghz, rain_mmph, antenna_m, first)
    assert not rows["share"][:first].any()
    assert not rows["share"][first + attenuation.AIR_CELLS :].any()
    draw, asked = np.random.default_rng(4), 0
    for low, high in ((-0.03, -0.005), (-0.005, 0.01), (0.01, 0.05), (0.05, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.0)):
        for range_m, sine in zip(draw.uniform(1e3, REACH_M, 500), draw.uniform(low, high, 500), strict=True):
            exact_db = 2.0 * attenuation.path_loss_db(ghz * 1e9, rain_mmph, True, antenna_m, asin(sine), range_m)
            if exact_db < 10.0 and 0.0 < _height(antenna_m, range_m, asin(sine)) < 60e3:
                asked += 1
                assert _two_ways_db(rows, range_m, sine, first) == pytest.approx(exact_db, abs=bound_db), (
                    range_m,
                    sine,
                )
    assert asked > 200


@pytest.mark.parametrize("elevation_deg", [45.0, 60.0])
@pytest.mark.parametrize(("ghz", "rain_mmph"), [(3.0, 25.0), (10.0, 4.0), (10.0, 25.0)])
def test_a_steep_ray_leaves_the_rain_early(ghz: float, rain_mmph: float, elevation_deg: float) -> None:
    """Published: a slant path lies in the rain for its height over the sine of the elevation (P.618)."""
    rows, sine, range_m = _tabled(ghz, rain_mmph, 25.0), sin(radians(elevation_deg)), 20e3
    wet_db = _two_ways_db(rows, range_m, sine) - _two_ways_db(_tabled(ghz, 0.0, 25.0), range_m, sine)
    length_m = (attenuation.RAIN_HEIGHT_M - 25.0) / sine
    expected_db = 2.0 * attenuation.rain_attenuation_dbpm(ghz * 1e9, rain_mmph, True) * length_m
    assert wet_db == pytest.approx(expected_db, abs=0.2, rel=0.05)


def test_the_table_of_air_holds_its_ends() -> None:
    rows = _tabled(10.0, 0.0, 25.0)
    assert attenuation.air_at(rows, 0, 0.0, 0.1) == 1.0
    assert _two_ways_db(rows, 10.0 * REACH_M, 0.1) == pytest.approx(_two_ways_db(rows, REACH_M, 0.1))
    assert _two_ways_db(rows, REACH_M, 0.9) < 0.5 * _two_ways_db(rows, REACH_M, 0.35), "overhead there is less air"
    assert _two_ways_db(rows, REACH_M, 1.5) == pytest.approx(_two_ways_db(rows, REACH_M, 1.0))
    assert _two_ways_db(rows, REACH_M, -0.5) == pytest.approx(_two_ways_db(rows, REACH_M, -0.03))
