"""The forms in which plots may be given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from openiads.catalog.errors import InputError
from openiads.imports.plots import from_columns
from openiads.tracker import Tracker
from tests.tracker.flights import LINER, SEED, radar, seen

HILL = radar()
TIMES_S = np.arange(0.0, 60.0, 6.0)
COLUMNS = seen(HILL, LINER, TIMES_S, np.random.default_rng(SEED))
COLUMNS["radar"] = np.array(["hill"] * len(TIMES_S))
AS_FILE = {
    "time_s": COLUMNS["time_s"], "radar": COLUMNS["radar"], "range_km": COLUMNS["range_m"] / 1e3,
    "azimuth_deg": np.degrees(COLUMNS["azimuth_rad"]), "elevation_rad": COLUMNS["elevation_rad"],
}  # fmt: skip
EXPECTED = Tracker(HILL).update(COLUMNS, 60.0)


@pytest.mark.parametrize(
    "given",
    [
        COLUMNS, from_columns(COLUMNS, (HILL,))[0], pd.DataFrame(AS_FILE), pa.table(AS_FILE),
        pd.DataFrame(AS_FILE).sample(frac=1.0, random_state=3), pd.DataFrame(AS_FILE).convert_dtypes(),
    ],
    ids=["mapping", "plots", "pandas", "arrow", "shuffled", "nullable"],
)  # fmt: skip
def test_columns(given: Any) -> None:
    tracks = Tracker(HILL).update(given, 60.0)
    assert tracks.rejections.sentences() == []
    assert (tracks.number == EXPECTED.number).all()
    np.testing.assert_allclose(tracks.position_m, EXPECTED.position_m, rtol=1e-9)


@pytest.mark.parametrize("width", [3, 4])
def test_arrays_scan_by_scan(width: int) -> None:
    tracker = Tracker(HILL)
    for n, now_s in enumerate(TIMES_S):
        row = [COLUMNS["range_m"][n], COLUMNS["azimuth_rad"][n], COLUMNS["elevation_rad"][n], 0.0]
        tracks = tracker.update(np.array([row[:width]]), now_s)
    np.testing.assert_allclose(tracks.position_m, Tracker(HILL).update(COLUMNS).position_m, rtol=1e-9)


def test_a_table_may_leave_the_time_to_the_update_and_cells_empty() -> None:
    scan = pd.DataFrame({"range_km": [80.0, 90.0], "azimuth_deg": [10.0, 20.0], "elevation_deg": [1.0, None]})
    tracks = Tracker(HILL).update(scan, 7.0)
    assert list(tracks.plots.time_s) == [7.0, 7.0]
    assert list(np.isnan(tracks.plots.elevation_rad)) == [False, True]


def test_what_a_table_holds_besides_is_named() -> None:
    scan = pd.DataFrame({"range_m": [8e4], "azimuth_deg": [10.0], "mode_3a": [4172], "note": ["x"]})
    assert Tracker(HILL).update(scan, 7.0).rejections.sentences() == ["columns not used: note, mode_3a"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (np.zeros((2, 5)), "3 or 4 columns"),
        (np.zeros(3), "3 or 4 columns"),
        ("plots.csv", "no array of numbers"),
        ({"range_m": [1e4], "azimuth_rad": [0.1], "colour": [1]}, 'a column "colour"'),
        ({"range_m": [1e4]}, "azimuth_rad"),
        (pd.DataFrame({"range_m": [1e4]}), "has no column azimuth_deg or azimuth_rad"),
        (pd.DataFrame({"range_m": ["far"], "azimuth_deg": [1.0]}), 'the column "range_m" is not of numbers'),
        (pd.DataFrame({"time_utc": ["x"], "range_m": [1.0], "azimuth_deg": [1.0]}), "a table needs"),
    ],
)
def test_forms_that_mean_nothing(given: Any, said: str) -> None:
    with pytest.raises(InputError) as caught:
        Tracker(HILL).update(given, 1.0)
    assert said in str(caught.value)


def test_a_bare_array_is_of_one_radar() -> None:
    with pytest.raises(InputError, match="for 2 radars"):
        Tracker([HILL, radar("other")]).update(np.zeros((1, 3)), 1.0)


def test_plots_need_a_time() -> None:
    with pytest.raises(InputError, match="one is needed"):
        Tracker(HILL).update(np.ones((1, 3)))
    with pytest.raises(InputError, match="neither plots nor a time"):
        Tracker(HILL).update({"time_s": [], "range_m": [], "azimuth_rad": []})
