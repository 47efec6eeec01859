"""Plots that are there twice: found wherever they stand in a portion, by their ranges first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from openiads.engine.picture import BUCKETS_PER_M, TWICE, faults_of
from openiads.tracker_tables import instruments_of
from openiads.world.tables import MEASURED, WORK
from tests.tracker.flights import radar

PLOTS = 5000
INSTRUMENTS = instruments_of([radar("hill"), radar("dale", position="34.6 N, 36 E")])


def _plots(seed: int = 1, count: int = PLOTS) -> Any:
    """Good plots of one moment, all different."""
    draw, rows = np.random.default_rng(seed), np.zeros(count, MEASURED)
    for name in MEASURED.names:
        if name not in ("time_s", "radar"):
            rows[name] = np.nan
    rows["time_s"], rows["elevation_rad"] = 10.0, 0.05
    rows["range_m"], rows["azimuth_rad"] = draw.uniform(1e4, 2e5, count), draw.uniform(0.0, 6.0, count)
    return rows


def _faults(rows: Any, room: int = PLOTS) -> int:
    """The work space is as dirty as one that was used."""
    work = np.zeros(room, WORK)
    work["head"], work["next"] = 3, 5
    return int(faults_of(0.0, 20.0, rows, INSTRUMENTS, work))


def test_five_thousand_different_plots_have_no_fault() -> None:
    for seed in range(5):
        assert _faults(_plots(seed)) == 0


@pytest.mark.parametrize(
    ("first", "second"), [(0, PLOTS - 1), (0, 1), (2500, 2501), (PLOTS - 2, PLOTS - 1), (17, 4003)]
)
def test_the_same_plot_is_found_wherever_it_stands(first: int, second: int) -> None:
    rows = _plots()
    rows[second] = rows[first]
    assert _faults(rows) == TWICE


@pytest.mark.parametrize(
    ("name", "value"), [("azimuth_rad", 1.25), ("range_m", 30_000.25), ("radar", 1), ("time_s", 10.5)]
)
def test_what_differs_in_one_of_four_is_another_plot(name: str, value: float) -> None:
    """A plot that differs in its elevation alone is the same one."""
    rows = _plots()
    rows[PLOTS - 1] = rows[0]
    rows["elevation_rad"][PLOTS - 1] = 0.06
    assert _faults(rows) == TWICE
    rows[name][PLOTS - 1] = value
    assert _faults(rows) == 0


def test_plots_of_one_bucket_are_told_apart_and_compared_with_all_in_it() -> None:
    """Ranges that differ by whole turns through the buckets, and many plots of one range."""
    turn_m = PLOTS / BUCKETS_PER_M
    rows = _plots()
    rows["range_m"] = 2e4 + turn_m * (np.arange(PLOTS) % 2000)
    assert _faults(rows) == 0
    rows["range_m"] = 2e4
    assert _faults(rows) == 0
    rows["azimuth_rad"][PLOTS - 1] = rows["azimuth_rad"][0]
    assert _faults(rows) == TWICE


def test_plots_that_are_unsound_hide_no_double() -> None:
    rows = _plots()
    rows[PLOTS - 1] = rows[0]
    rows["range_m"][1:20] = np.nan
    rows["radar"][20:30] = 7
    assert _faults(rows) & TWICE


@pytest.mark.parametrize(("room", "faults"), [(PLOTS, 0), (PLOTS - 1, TWICE), (0, TWICE)])
def test_more_plots_than_there_is_room_for_may_be_there_twice(room: int, faults: int) -> None:
    assert _faults(_plots(), room) == faults
