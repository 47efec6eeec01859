"""Columns become plots; what cannot be used is counted with its reason and its first row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from openiads.catalog.errors import InputError
from openiads.imports.plots import COLUMNS, Plots, from_columns
from tests.imports.conftest import FLAT, NORTH

COUNT = 6


def given(**changes: Any) -> dict[str, Any]:
    """Six sound plots, changed where told."""
    return {
        "time_s": np.arange(COUNT, dtype=float), "radar": ["north"] * COUNT, "range_m": np.full(COUNT, 40e3),
        "azimuth_rad": np.linspace(-1.0, 6.0, COUNT),
    } | changes  # fmt: skip


def spoilt(name: str, value: float, row: int = 2) -> dict[str, Any]:
    values = np.full(COUNT, 0.1) if name not in given() else np.array(given()[name], float)
    values[row] = value
    return given(**{name: values})


def test_sound_plots_are_all_kept() -> None:
    plots, rejections = from_columns(given(), [NORTH, FLAT])
    assert len(plots) == COUNT
    assert rejections.rejected == 0
    assert rejections.sentences() == []
    assert {getattr(plots, name).shape for name in COLUMNS} == {(COUNT,)}
    np.testing.assert_allclose(np.exp(1j * plots.azimuth_rad), np.exp(1j * given()["azimuth_rad"]))
    assert ((plots.azimuth_rad >= 0.0) & (plots.azimuth_rad < 2.0 * np.pi)).all()
    assert np.isnan(plots.elevation_rad).all()
    assert (plots.mode_3a == -1).all()


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("time_s", np.nan, "a time that is no finite number"),
        ("time_s", -np.inf, "a time that is no finite number"),
        ("range_m", np.nan, "a range that is no finite number"),
        ("range_m", -5.0, "a range outside"),
        ("range_m", 0.0, "a range outside"),
        ("range_m", 1e9, "a range outside"),
        ("azimuth_rad", np.inf, "an azimuth that is no finite number"),
        ("azimuth_rad", 300.0, "an azimuth outside -360 to 360 deg"),
        ("elevation_rad", 3.0, "an elevation outside -90 to 90 deg"),
        ("elevation_rad", np.inf, "an elevation that is no finite number"),
        ("sigma_range_m", 0.0, "a range error outside"),
        ("sigma_azimuth_rad", -0.1, "an azimuth error outside"),
    ],
)
def test_a_value_that_cannot_be_is_counted(name: str, value: float, reason: str) -> None:
    plots, rejections = from_columns(spoilt(name, value), [NORTH])
    assert (len(plots), rejections.read, rejections.rejected) == (COUNT - 1, COUNT, 1)
    assert rejections.plots[0].what.startswith(reason)
    assert rejections.plots[0].first == 3
    assert 3 not in plots.source_row


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("range_rate_mps", 1e6, "a range rate outside -12000 to 12000 m/s"),
        ("range_rate_mps", -np.inf, "a range rate that is no finite number"),
        ("height_m", -4e3, "a height outside -500 to 200000 m"),
    ],
)
def test_a_bad_value_beside_the_position_leaves_the_plot(name: str, value: float, reason: str) -> None:
    plots, rejections = from_columns(spoilt(name, value), [NORTH])
    assert (len(plots), rejections.rejected) == (COUNT, 0)
    assert np.isnan(getattr(plots, name)).tolist() == [row == 2 for row in range(COUNT)]
    assert rejections.sentences() == [f"1 value not used: {reason} (first: row 3)"]


@pytest.mark.parametrize("name", ["elevation_rad", "range_rate_mps", "height_m", "sigma_range_m"])
def test_what_was_not_measured_is_no_fault(name: str) -> None:
    plots, rejections = from_columns(spoilt(name, np.nan), [NORTH])
    assert (len(plots), rejections.rejected) == (COUNT, 0)
    assert np.isnan(getattr(plots, name)[2])


def test_a_plot_with_two_faults_counts_once() -> None:
    columns = given(range_m=np.full(COUNT, np.nan), azimuth_rad=np.full(COUNT, np.nan))
    plots, rejections = from_columns(columns, [NORTH])
    assert len(plots) == 0
    assert [row.count for row in rejections.plots] == [COUNT]


def test_unknown_radars_are_counted_by_name() -> None:
    names = ["north", "east", "flat", "west", "east", "north"]
    plots, rejections = from_columns(given(radar=names), [NORTH, FLAT])
    assert plots.radar.tolist() == [0, 1, 0]
    assert [(row.count, row.first) for row in rejections.plots] == [(2, 2), (1, 4)]
    assert rejections.sentences()[0] == (
        '2 plots rejected: a radar "east" that was not given (given: north, flat) (first: row 2)'
    )


def test_many_unknown_radars_do_not_make_many_reasons() -> None:
    count = 500
    columns = {name: np.ones(count) for name in ("time_s", "range_m", "azimuth_rad")}
    _, rejections = from_columns(columns | {"radar": [f"r{row}" for row in range(count)]}, [NORTH, FLAT])
    assert rejections.rejected == count
    assert len(rejections.plots) < 20


def test_rows_of_radars_are_as_good_as_names() -> None:
    plots, rejections = from_columns(given(radar=np.array([0, 1, 0, 7, -1, 1])), [NORTH, FLAT])
    assert plots.radar.tolist() == [0, 1, 0, 1]
    assert [row.what.split(" that")[0] for row in rejections.plots] == ["a radar 7", "a radar -1"]


def test_one_radar_needs_no_column() -> None:
    columns = given()
    del columns["radar"]
    assert from_columns(columns, [NORTH])[0].radar.tolist() == [0] * COUNT
    with pytest.raises(InputError, match=r'"radar" is missing, because there are 2 radars'):
        from_columns(columns, [NORTH, FLAT])


def test_a_measurement_without_a_stated_error_is_left_aside_and_counted() -> None:
    radar = np.array([0, 1, 0, 1, 0, 1])
    columns = given(radar=radar, elevation_rad=np.full(COUNT, 0.1), range_rate_mps=np.full(COUNT, -200.0))
    plots, rejections = from_columns(columns, [NORTH, FLAT])
    assert len(plots) == COUNT
    np.testing.assert_array_equal(np.isnan(plots.elevation_rad), radar == 1)
    np.testing.assert_array_equal(np.isnan(plots.range_rate_mps), radar == 1)
    assert [row.count for row in rejections.values] == [3, 3]
    with_error, _ = from_columns(columns | {"sigma_elevation_rad": np.full(COUNT, 0.01)}, [NORTH, FLAT])
    assert np.isfinite(with_error.elevation_rad).all()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rnage_m": [1.0]}, r'a column "rnage_m"; allowed are time_s, radar'),
        ({"height_m": [1.0]}, r'"height_m" has the shape \(1,\), time_s has \(6,\)'),
        ({"range_m": ["x"] * COUNT}, r'"range_m" is not of numbers'),
        ({"radar": np.zeros(COUNT)}, "neither of names nor of rows"),
        ({"mode_3a": np.zeros(COUNT)}, "not of whole numbers"),
    ],
)
def test_a_table_that_is_none_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        from_columns(given() | changes, [NORTH])


def test_no_plots_are_plots() -> None:
    plots, rejections = from_columns({"time_s": [], "range_m": [], "azimuth_rad": [], "radar": []}, [NORTH, FLAT])
    assert (len(plots), rejections.read) == (0, 0)


def test_rows_are_taken_from_every_column() -> None:
    plots, _ = from_columns(given(mode_3a=np.arange(COUNT)), [NORTH])
    some: Plots = plots.rows(slice(2, 4))
    assert some.mode_3a.tolist() == [2, 3]
    assert some.time_s.base is not None, "a slice copies nothing"
    assert plots.rows(plots.time_s > 3.5).source_row.tolist() == [5, 6]
