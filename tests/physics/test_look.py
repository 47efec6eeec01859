"""The law of one look: the published anchor, what each part of the law does, and where a radar does not look at all."""

from __future__ import annotations

from math import acos, cos, exp, hypot, log, pi, radians, sin
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from openiads.constants import EFFECTIVE_EARTH_RADIUS_M
from openiads.engine import sensing
from openiads.physics import look
from openiads.physics.detection import CHANCE_CELLS, LEAST_CHANCE, chance_at
from openiads.terrain.grid import SEA_LEVEL
from openiads.vec3 import Vec3
from openiads.world import tables as t
from openiads.world.build_radars import ANCHOR_CASE, ANCHOR_ELEVATION_RAD
from openiads.world.sweep import HEARD, Question, chance_of, sweep
from tests.support import lookouts, runs
from tests.support.lookouts import EARTH_RADIUS_M, Lookout

RADARS = sorted(runs.scenario("tartus").catalog.radars)
PLAIN = lookouts.plain(1.0)  # not 0, so that it is no sea, and hardly higher
FAST_MPS = 1000.0  # far beyond any notch


def _line(at: Lookout, ground_m: float, height_m: float) -> look.Line:
    return look.line_over(EARTH_RADIUS_M, float(at.horizon["antenna_m"]), ground_m, height_m)


def _echo(at: Lookout, ground_m: float, height_m: float, speed_mps: float = FAST_MPS, gain: float = 1.0) -> look.Echo:
    line = _line(at, ground_m, height_m)
    return look.echo(at.radar, at.horizon, at.cells, at.air, 1.0, line, 1.0, gain, speed_mps)


def _chance(
    at: Lookout, ground_m: float, height_m: float, rcs_m2: float = 1.0, jam: float = 0.0, speed_mps: float = FAST_MPS
) -> float:
    """``jam`` is over noise, of a jammer that stands in the middle of the beam."""
    question = Question(rcs_m2, ANCHOR_CASE, speed_mps, 1.0)
    line = _line(at, ground_m, height_m)
    jammers = np.array([(1.0, look.beam_axis(at.radar, line), jam)], HEARD)
    return float(chance_of(at.radar, at.horizon, at.cells, at.chances, at.air, 1.0, line, question, jammers))


def _over_land(name: str, **weather: Any) -> Lookout:
    sheet = lookouts.sheet_of(name)
    return lookouts.stand(sheet, sheet.antenna_height.value + 1.0, PLAIN, **weather)


# ---- The anchor ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RADARS)
def test_every_radar_of_the_catalog_detects_as_published(name: str) -> None:
    """At the published range, in clear air, in the middle of the beam, high over rough land."""
    sheet = lookouts.sheet_of(name)
    at = _over_land(name)
    elevation_rad = max(ANCHOR_ELEVATION_RAD, sheet.elevation_min.value + 1e-6)

    def place(height_m: float) -> tuple[float, float]:
        ground_m = optimize.brentq(
            lambda d: _line(at, d, height_m).range_m - (sheet.detection_range.value - 0.1), 1e3, 1e6, xtol=1e-6
        )
        return ground_m, _line(at, ground_m, height_m).sine

    height_m = optimize.brentq(lambda h: place(h)[1] - sin(elevation_rad), 100.0, 60e3, xtol=1e-6)
    chance = _chance(at, place(height_m)[0], height_m, sheet.detection_rcs.value)
    assert chance == pytest.approx(sheet.detection_pd.value, abs=1e-3)


# ---- Lines ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("height_m", [20.0, 3000.0, 25e3])
@pytest.mark.parametrize("ground_m", [500.0, 40e3, 350e3])
def test_a_line_is_the_same_from_either_description(ground_m: float, height_m: float) -> None:
    antenna_m, angle = 700.0, ground_m / EARTH_RADIUS_M
    over = look.line_over(EARTH_RADIUS_M, antenna_m, ground_m, height_m)
    out_m, up_m = (EARTH_RADIUS_M + height_m) * sin(angle), (EARTH_RADIUS_M + height_m) * cos(angle)
    local = Vec3(out_m * 0.6, -out_m * 0.8, up_m - EARTH_RADIUS_M - antenna_m)
    to = look.line_to(EARTH_RADIUS_M, antenna_m, local)
    assert over.range_m == pytest.approx(hypot(out_m, up_m - EARTH_RADIUS_M - antenna_m), rel=1e-12)
    assert tuple(to) == pytest.approx(tuple(over), rel=5e-6, abs=1e-6)


@pytest.mark.parametrize("height_m", [20.0, 3000.0, 25e3])
@pytest.mark.parametrize("range_m", [30e3, 100e3, 350e3])
def test_the_ray_leaves_as_a_straight_line_on_a_larger_earth(height_m: float, range_m: float) -> None:
    """The cosine theorem on the 4/3 earth."""
    here_m, there_m = EFFECTIVE_EARTH_RADIUS_M + 30.0, EFFECTIVE_EARTH_RADIUS_M + height_m
    sine = (there_m**2 - here_m**2 - range_m**2) / (2.0 * here_m * range_m)
    assert look.elevation_sine(30.0, height_m, range_m) == pytest.approx(sine, rel=1e-4, abs=1e-6)


# ---- Limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["9s15m2", "9s32m", "9s19m2", "36d6"])
def test_range_and_elevation_have_limits(name: str) -> None:
    """Beyond the instrumented range, within the least range, above the highest beam, a width below the lowest."""
    at, sheet = _over_land(name), lookouts.sheet_of(name)
    radar, far_m, near_m = at.radar, sheet.instrumented_range.value, sheet.range_min.value
    lowest_rad = sheet.elevation_min.value
    if lowest_rad <= 0.0:  # at the highest on the horizon, which lies acos(R / (R + h)) below level
        dip_rad = acos(EFFECTIVE_EARTH_RADIUS_M / (EFFECTIVE_EARTH_RADIUS_M + float(at.horizon["antenna_m"])))
        lowest_rad = min(lowest_rad, -dip_rad)
    top, bottom = sin(sheet.elevation_max.value), sin(lowest_rad) - sheet.beamwidth_elevation.value
    middle_m, middle = 0.5 * (far_m + near_m), 0.5 * (top + bottom)
    for range_m, sine, reached in [
        (middle_m, middle, True), (far_m - 1.0, middle, True), (far_m + 1.0, middle, False),
        (near_m + 1.0, middle, True), (near_m - 1.0, middle, False), (middle_m, top - 1e-6, True),
        (middle_m, top + 1e-6, False), (middle_m, bottom + 1e-6, True), (middle_m, bottom - 1e-6, False),
    ]:  # fmt: skip
        assert look.in_reach(radar, look.Line(range_m, range_m, 100.0, sine)) == reached, (range_m, sine)


def test_below_the_line_of_sight_nothing_is_detected() -> None:
    at = _over_land("9s15m2")
    for ground_m in (60e3, 150e3):
        edge_m = float(lookouts.lowest(at, [1.0], [ground_m])[0])
        assert _chance(at, ground_m, edge_m - 1.0, 1e4) == 0.0
        assert _chance(at, ground_m, edge_m + 1.0, 1e4) > 0.9


@settings(max_examples=60, deadline=None)
@given(st.floats(6e3, 320e3), st.floats(0.0, 20e3), st.floats(-3.0, 3.0))
def test_no_look_that_could_detect_is_left_out(ground_m: float, up_m: float, log_rcs: float) -> None:
    """Where the law says nothing comes back, sixteen times the signal of free space would not be drawn for."""
    at, rcs_m2 = LAND, 10.0**log_rcs
    height_m = float(lookouts.lowest(at, [1.0], [ground_m])[0]) + up_m
    line = _line(at, ground_m, height_m)
    back = look.echo(at.radar, at.horizon, at.cells, at.air, 1.0, line, rcs_m2, 1.0, FAST_MPS)
    if back.signal == 0.0:
        most = 16.0 * float(at.radar["snr_constant_m2"]) * rcs_m2 / line.range_m**4 / float(at.radar["pulses"])
        assert all(chance_at(at.chances, case * CHANCE_CELLS, most) < 1.1 * LEAST_CHANCE for case in range(5))


# ---- What each part does -------------------------------------------------------------------------


LAND, SEA = _over_land("9s15m2"), lookouts.stand(lookouts.sheet_of("9s15m2"), 24.4, SEA_LEVEL)


@settings(max_examples=60, deadline=None)
@given(st.floats(10e3, 300e3), st.floats(0.0, 15e3), st.floats(-2.0, 2.0), st.floats(0.0, 1e4), st.floats(1.0, 10.0))
def test_more_cross_section_helps_and_more_jamming_harms(
    ground_m: float, up_m: float, log_rcs: float, jam: float, more: float
) -> None:
    height_m = float(lookouts.lowest(SEA, [1.0], [ground_m])[0]) + up_m
    chance = _chance(SEA, ground_m, height_m, 10.0**log_rcs, jam)
    assert 0.0 <= chance <= 1.0
    assert _chance(SEA, ground_m, height_m, more * 10.0**log_rcs, jam) >= chance
    assert _chance(SEA, ground_m, height_m, 10.0**log_rcs, more * jam + 0.1) <= chance


def test_further_is_worse_over_land() -> None:
    chances = [_chance(LAND, ground_m, 9000.0) for ground_m in np.linspace(100e3, 325e3, 60)]
    assert chances[0] > 0.99 > chances[-1]
    assert (np.diff(chances) <= 1e-6).all()


def test_signal_falls_with_the_fourth_power_of_range_and_the_air() -> None:
    near, far = _echo(LAND, 100e3, 6000.0), _echo(LAND, 200e3, 9000.0)
    ratio = (_line(LAND, 200e3, 9000.0).range_m / _line(LAND, 100e3, 6000.0).range_m) ** 4
    assert near.signal / far.signal / ratio == pytest.approx(1.0, abs=0.35)
    assert near.signal / far.signal > ratio, "twice the air"


def test_rain_takes_more_the_harder_it_falls() -> None:
    signals = [_echo(_over_land("9s32m", rain_mmph=rain), 80e3, 1500.0).signal for rain in (0.0, 2.0, 10.0, 40.0)]
    assert (np.diff(signals) < 0.0).all()
    above = [_echo(_over_land("9s32m", rain_mmph=rain), 20e3, 15e3).signal for rain in (0.0, 40.0)]
    assert above[1] / above[0] > signals[3] / signals[0], "less of a steep ray lies in the rain"


@pytest.mark.parametrize("speed_mps", [2.0, 10.0, 20.0, 50.0, -50.0])
def test_slow_echoes_fall_into_the_notch(speed_mps: float) -> None:
    """1 / (1 + (notch / v)^4): a half at the notch itself."""
    kept = _echo(LAND, 150e3, 8000.0, speed_mps).signal / _echo(LAND, 150e3, 8000.0, 1e6).signal
    assert kept == pytest.approx(1.0 / (1.0 + (20.0 / speed_mps) ** 4), rel=1e-6)


def test_clutter_harms_what_flies_low_in_its_cell() -> None:
    """Over a plain in sight of a mast: more of it, more harm; none on a beam that looks well over it."""
    sheet = lookouts.sheet_of("9s15m2")
    rough, smooth = (lookouts.stand(sheet, 51.0, PLAIN, land_gamma=f"{level} dB") for level in (-5, -25))
    low_rough, low_smooth = _echo(rough, 15e3, 100.0), _echo(smooth, 15e3, 100.0)
    assert low_rough.signal == low_smooth.signal
    assert low_rough.clutter / low_smooth.clutter == pytest.approx(100.0, rel=1e-5)
    high = _echo(rough, 15e3, 3000.0)
    assert high.clutter < 1e-6 * low_rough.clutter
    assert _chance(rough, 15e3, 100.0, 1e-4) < _chance(smooth, 15e3, 100.0, 1e-4)


def test_a_rougher_sea_sends_more_back() -> None:
    sheet = lookouts.sheet_of("9s15m2")
    clutter = [lookouts.stand(sheet, 24.4, SEA_LEVEL, sea_state=state).cells["clutter"] for state in (1, 3, 5)]
    shown = clutter[0] > 0.0
    assert shown.any()
    assert (clutter[1][shown] > clutter[0][shown]).all()
    assert (clutter[2][shown] > clutter[1][shown]).all()


def test_a_pointed_beam_does_not_lose_the_shape_of_the_beam() -> None:
    """The gain of a look counts both for the signal and for the clutter."""
    sheet = lookouts.sheet_of("9s32m")
    at = lookouts.stand(sheet, 51.0, PLAIN)
    assert float(at.radar["point_gain"]) == pytest.approx(10.0 ** (0.1 * sheet.beam_shape_loss.value), rel=1e-12)
    for gain in (0.3, float(at.radar["point_gain"])):
        one, other = _echo(at, 14e3, 120.0), _echo(at, 14e3, 120.0, gain=gain)
        assert other.signal / one.signal == pytest.approx(gain, rel=1e-9)
        assert other.clutter / one.clutter == pytest.approx(gain, rel=1e-9)


@pytest.mark.parametrize("below", [0.25, 0.5, 1.0])
def test_below_the_lowest_beam_the_lobe_falls_off(below: float) -> None:
    """A quarter of the power, both ways, half a beamwidth under the axis: the Gaussian lobe's own definition."""
    sheet = lookouts.sheet_of("9s15m2", elevation_min=radians(3.0))
    raised = lookouts.stand(sheet, 2000.0, PLAIN)
    plain = lookouts.stand(lookouts.sheet_of("9s15m2", elevation_min=radians(-10.0)), 2000.0, PLAIN)
    sine = sin(radians(3.0)) - below * sheet.beamwidth_elevation.value
    height_m = optimize.brentq(lambda h: _line(raised, 60e3, h).sine - sine, 10.0, 20e3)
    lost = _echo(raised, 60e3, height_m).signal / _echo(plain, 60e3, height_m).signal
    lost /= raised.radar["snr_constant_m2"] / plain.radar["snr_constant_m2"]  # their anchors lie in other air
    assert lost == pytest.approx(exp(-8.0 * log(2.0) * below**2), rel=1e-6)


# ---- Two rays over the sea -----------------------------------------------------------------------


def test_nulls_over_the_sea_lie_at_their_closed_form_heights() -> None:
    """2 h_a' h' / d = n lambda over the plane that touches the sphere at the mirror (heights over that plane)."""
    sheet = lookouts.sheet_of("9s15m2", beamwidth_elevation=0.3, range_min=1.0)
    at, ground_m, antenna_m = lookouts.stand(sheet, 20.0, SEA_LEVEL, sea_state=0), 20e3, 20.0
    twice_m, wavelength_m = 2.0 * EFFECTIVE_EARTH_RADIUS_M, float(at.radar["wavelength_m"])

    def waves(height_m: float) -> float:
        def slopes(mirror_m: float) -> float:
            far_m = ground_m - mirror_m
            return antenna_m / mirror_m - mirror_m / twice_m - height_m / far_m + far_m / twice_m

        mirror_m = float(optimize.brentq(slopes, 1.0, ground_m - 1.0))
        near_m, far_m = antenna_m - mirror_m**2 / twice_m, height_m - (ground_m - mirror_m) ** 2 / twice_m
        return 2.0 * near_m * far_m / ground_m / wavelength_m

    heights_m = np.arange(20.0, 330.0, 0.25)
    signals = np.array([_echo(at, ground_m, float(h)).signal for h in heights_m])
    dips = heights_m[1:-1][(signals[1:-1] < signals[:-2]) & (signals[1:-1] < signals[2:])]
    expected = [optimize.brentq(lambda h, n=n: waves(h) - n, 10.0, 2000.0) for n in range(1, len(dips) + 1)]
    assert len(dips) >= 4
    np.testing.assert_allclose(dips, expected, rtol=2e-3, atol=0.3)
    lobe = (
        signals.max() / _echo(lookouts.stand(sheet, 20.0, PLAIN), ground_m, float(heights_m[signals.argmax()])).signal
    )
    assert 13.0 < lobe <= 16.0, "a smooth sea and a wide beam: nearly all of sixteen times"


def test_land_gives_no_mirror_and_a_rough_sea_a_poor_one() -> None:
    sheet = lookouts.sheet_of("9s15m2", beamwidth_elevation=0.3)

    def swing_db(at: Lookout) -> float:
        signals = [_echo(at, 20e3, float(h)).signal for h in np.arange(200.0, 300.0, 1.0)]
        return float(10.0 * np.log10(max(signals) / min(signals)))

    smooth, rough = (lookouts.stand(sheet, 20.0, SEA_LEVEL, sea_state=state) for state in (0, 6))
    assert swing_db(smooth) > 25.0
    assert swing_db(rough) < 10.0
    assert swing_db(lookouts.stand(sheet, 20.0, PLAIN)) < 0.2


def test_a_beam_that_looks_up_does_not_see_the_mirror() -> None:
    high = _echo(SEA, 40e3, 6000.0).signal
    assert high == pytest.approx(
        _echo(lookouts.stand(lookouts.sheet_of("9s15m2"), 24.4, PLAIN), 40e3, 6000.0).signal, rel=1e-3
    )


# ---- The map and the look ------------------------------------------------------------------------


def test_the_map_is_swept_by_the_same_law() -> None:
    """Heights over the sea and over the ground, at random cells; the cells' own azimuth and range."""
    at = lookouts.stand(lookouts.sheet_of("9s15m2"), 60.0, lookouts.levant())
    heights, marks = [300.0, 3000.0, 200.0], [0, 0, 1]
    jammers = np.array([(1.5, 0.01, 3e4), (4.0, 0.05, 1e5)], HEARD)
    chances = sweep(at, 0, heights, marks, Question(2.0, 3, 200.0, 1.0), jammers)  # type: ignore[arg-type]
    draw = np.random.default_rng(2)
    some = 0
    for h, a, n in zip(draw.integers(0, 3, 600), draw.integers(0, 720, 600), draw.integers(1, 500, 600), strict=True):
        ground_m = n * float(at.horizon["range_step_m"])
        raised_m = float(at.cells["ground_m"][a * 500 + n]) if marks[h] else 0.0
        line = _line(at, ground_m, heights[h] + raised_m)
        one = chance_of(
            at.radar, at.horizon, at.cells, at.chances, at.air, a * 2.0 * pi / 720, line, Question(2.0, 3, 200.0, 1.0),
            jammers,
        )  # fmt: skip
        assert chances[h, a, n] == pytest.approx(one, abs=1e-6)
        some += one > 0.0
    assert some > 50


# ---- Time ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("busy", "others"), [(0, 2), (1, 0), (3, 2), (6, 0), (12, 1)])
def test_busy_channels_stretch_the_frame(busy: int, others: int) -> None:
    """Frame time = dwells of one frame / the share of time that is left, down to the share that search keeps."""
    at = _over_land("9s32m")
    channels = np.zeros(20, t.CHANNEL)
    channels["engagement"], channels["radar"] = -1, 0
    channels["engagement"][:busy] = np.arange(busy)
    channels["engagement"][busy : busy + others] = 5
    channels["radar"][busy : busy + others] = 1  # another radar's
    share, keeps = float(at.radar["channel_share"]), float(at.radar["search_share"])
    sheet = lookouts.sheet_of("9s32m")
    assert share == pytest.approx(sheet.channel_dwell.value / sheet.channel_period.value, rel=1e-12)
    expected = int(int(at.radar["look_tick"]) / max(1.0 - busy * share, keeps))
    assert sensing.look_tick(0, at.radar, channels) == expected
