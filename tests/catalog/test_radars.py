"""The radar sheets can all be true at once, and say how far a detection anchor may be off; targets spread their RCS."""

from __future__ import annotations

import math

import pytest

from openiads.catalog.loader import load
from openiads.catalog.models import Radar
from openiads.catalog.sheet import data_sheet

CATALOG = load()
RADARS = CATALOG.names("radars")
LIGHT_MPS = 299_792_458.0
EFFECTIVE_EARTH_M = 8_477_400.0
MOUNTED = [(unit, row.radar) for unit in CATALOG.names("units") for row in CATALOG.units[unit].radars]
SPREAD = (
    "pulses", "beam_shape_loss", "improvement_factor", "notch_speed", "false_plots_strobe", "interrogator_beamwidth",
    "search_share", "detection_pd", "detection_pfa",
)  # fmt: skip
RCS_DEFAULT = [name for name in RADARS if CATALOG.radars[name].detection_rcs.confidence == "assumed"]
CLASS_RCS_M2 = [
    ("fighter", "nose", 1.0, 10.0),
    ("bomber", "nose", 10.0, 100.0),
    ("airliner", "nose", 10.0, 100.0),
    ("airliner", "beam", 10.0, 100.0),
    ("male-uav", "nose", 0.5, 5.0),
    ("cruise-missile-subsonic", "nose", 0.05, 1.41),
    ("cruise-missile-subsonic", "tail", 0.41, 0.41),
    ("cruise-missile-supersonic", "nose", 0.1, 0.5),
    ("glide-bomb", "nose", 0.0135, 0.5),
    ("one-way-uav", "nose", 0.008, 0.1),
    ("one-way-uav", "beam", 0.02, 2.1),
    ("one-way-uav", "tail", 0.01, 0.23),
    ("ballistic-short-range", "nose", 0.1, 0.1),
    ("anti-radiation-missile", "nose", 0.1, 0.1),
]
CLASS_RCS_VALUE_M2 = [
    ("one-way-uav", "nose", 0.05),
    ("one-way-uav", "beam", 1.6),
    ("cruise-missile-subsonic", "nose", 0.1),
    ("ballistic-short-range", "nose", 0.1),
    ("anti-radiation-missile", "nose", 0.1),
]


def bearing_time_s(radar: Radar) -> float:
    """The time one look may last: on a bearing of a search set, on a channel of an engagement radar."""
    if radar.role == "engagement":
        return radar.channel_dwell.value
    return radar.scan_time.value * radar.beamwidth_azimuth.value / radar.sector_azimuth.value


@pytest.mark.parametrize(("unit", "radar"), MOUNTED)
def test_channels_and_search_share_the_time_at_every_end_of_the_spread(unit: str, radar: str) -> None:
    sheet = CATALOG.radars[radar]
    dwell_s = sheet.channel_dwell.high or sheet.channel_dwell.value
    share = sheet.search_share.high or sheet.search_share.value
    assert CATALOG.units[unit].targets_max.value * dwell_s / sheet.channel_period.value <= 1.0 - share


@pytest.mark.parametrize(("unit", "radar"), MOUNTED)
def test_a_full_engagement_radar_gives_a_fifth_to_three_fifths_of_its_time_to_channels(unit: str, radar: str) -> None:
    sheet = CATALOG.radars[radar]
    busy = CATALOG.units[unit].targets_max.value * sheet.channel_dwell.value / sheet.channel_period.value
    assert (0.2 <= busy <= 0.6) == (sheet.role == "engagement")


@pytest.mark.parametrize("name", RADARS)
def test_echoes_of_all_pulses_return_within_a_look(name: str) -> None:
    radar = CATALOG.radars[name]
    assert radar.pulses.value >= 1.0
    assert radar.pulses.value * 2.0 * radar.instrumented_range.value / LIGHT_MPS <= bearing_time_s(radar)


@pytest.mark.parametrize("name", RADARS)
@pytest.mark.parametrize("key", SPREAD)
def test_new_figures_state_a_spread_around_the_value(name: str, key: str) -> None:
    figure = getattr(CATALOG.radars[name], key)
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low <= figure.value <= figure.high
    assert figure.low < figure.high


@pytest.mark.parametrize("name", RADARS)
def test_doppler_processing_helps_at_every_end_of_the_spread(name: str) -> None:
    radar = CATALOG.radars[name]
    assert radar.improvement_factor.low is not None
    assert radar.improvement_factor.low > 0.0
    assert radar.notch_speed.high is not None
    assert radar.notch_speed.high < CATALOG.targets["one-way-uav"].speed.value


@pytest.mark.parametrize("name", RADARS)
def test_only_a_fixed_face_loses_off_boresight(name: str) -> None:
    radar = CATALOG.radars[name]
    assert (radar.scan_loss.value == 0.0) == (radar.role == "rotating")


@pytest.mark.parametrize("name", RADARS)
def test_a_beam_loses_16_tenths_of_a_decibel_a_dimension(name: str) -> None:
    radar = CATALOG.radars[name]
    assert radar.beam_shape_loss.value == pytest.approx(1.6 * (radar.dimensions.value - 1.0))


@pytest.mark.parametrize("name", RADARS)
def test_the_anchor_is_the_stated_default_where_no_source_speaks(name: str) -> None:
    radar = CATALOG.radars[name]
    assert (radar.detection_rcs.value, radar.detection_pd.value, radar.detection_pfa.value) == (1.0, 0.5, 1e-6)
    assert radar.detection_pd.confidence == radar.detection_pfa.confidence == "assumed"


@pytest.mark.parametrize("name", RCS_DEFAULT)
def test_an_assumed_anchor_may_mean_any_fighter(name: str) -> None:
    rcs = CATALOG.radars[name].detection_rcs
    assert rcs.low is not None
    assert rcs.high is not None
    assert rcs.low < 1.0
    assert rcs.high >= 10.0


def test_sources_state_the_cross_section_of_three_sets() -> None:
    assert sorted(set(RADARS) - set(RCS_DEFAULT)) == ["30n6", "30n6e", "36d6"]


def test_the_mast_sees_the_target_of_its_anchor() -> None:
    radar = CATALOG.radars["76n6"]
    sight_m = sum(math.sqrt(2.0 * EFFECTIVE_EARTH_M * height_m) for height_m in (radar.antenna_height.value, 1000.0))
    assert radar.detection_range.value < sight_m


def test_a_surface_bound_range_is_no_anchor() -> None:
    """The 110 km that a maker states for 50 m lies beyond the line of sight from the mast."""
    radar = CATALOG.radars["36d6"]
    assert radar.antenna_height.high is not None
    sight_m = sum(math.sqrt(2.0 * EFFECTIVE_EARTH_M * height_m) for height_m in (radar.antenna_height.high, 50.0))
    assert sight_m < 110e3
    assert radar.detection_range.value == 175e3


@pytest.mark.parametrize("name", CATALOG.names("targets"))
def test_every_cross_section_has_a_spread_and_the_side_is_no_smaller_than_the_nose(name: str) -> None:
    target = CATALOG.targets[name]
    for figure in (target.rcs_nose, target.rcs_beam, target.rcs_tail):
        assert figure.low is not None
        assert figure.high is not None
        assert 0.0 < figure.low < figure.high
    assert target.rcs_beam.value >= target.rcs_nose.value


@pytest.mark.parametrize(("name", "aspect", "low_m2", "high_m2"), CLASS_RCS_M2)
def test_spreads_hold_the_published_cross_sections(name: str, aspect: str, low_m2: float, high_m2: float) -> None:
    figure = getattr(CATALOG.targets[name], f"rcs_{aspect}")
    assert figure.low <= low_m2
    assert figure.high >= high_m2


@pytest.mark.parametrize(("name", "aspect", "value_m2"), CLASS_RCS_VALUE_M2)
def test_published_aspects_are_used_as_they_stand(name: str, aspect: str, value_m2: float) -> None:
    figure = getattr(CATALOG.targets[name], f"rcs_{aspect}")
    assert figure.value == value_m2
    assert figure.confidence != "assumed"


def test_the_data_sheet_shows_the_new_figures_with_units_and_spread() -> None:
    sheet = data_sheet("radar", CATALOG.radars["76n6"])
    rows = {row.key: row for row in sheet.rows}
    assert ("polarisation", "horizontal") in sheet.facts
    assert (rows["improvement_factor"].value, rows["improvement_factor"].spread) == ("50 dB", "40 dB to 60 dB")
    assert (rows["notch_speed"].value, rows["notch_speed"].value_si) == ("10 m/s", 10.0)
    assert (rows["channel_dwell"].value, rows["channel_dwell"].value_si) == ("5 ms", 0.005)
    assert rows["interrogator_beamwidth"].value_si == pytest.approx(math.radians(5.0))
    assert rows["scan_loss"].value == "0"
