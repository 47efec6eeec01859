"""Bad input: an error or a counted rejection that says which, and the tracker goes on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from openiads.catalog.errors import InputError
from openiads.imports.plots import Plots, from_columns
from openiads.tracker import Settings, Tracker
from openiads.tracks import Tracks
from tests.tracker.flights import LINER, SEED, joined, radar, seen, until

HILL = radar()
TIMES_S = np.arange(0.0, 90.0, 6.0)
COLUMNS = seen(HILL, LINER, TIMES_S, np.random.default_rng(SEED))


def warm(radars: Any = HILL, settings: Settings | None = None, until_s: float = 60.0) -> Tracker:
    """A tracker that follows one flight."""
    tracker = Tracker(radars, settings)
    tracker.update(until(COLUMNS, -1.0, until_s), until_s)
    return tracker


def goes_on(tracker: Tracker, since_s: float = 60.0) -> Tracks:
    """The rest of the flight keeps its track."""
    tracks = tracker.update(until(COLUMNS, since_s, 90.0), 90.0)
    assert 1 in tracks.number
    assert tracks.plot_tracks.tolist() == [1] * len(tracks.plots)
    return tracks


def one(**changes: Any) -> dict[str, Any]:
    """A good plot at 66 s beside a changed one."""
    good = {"time_s": 66.0, "radar": 0, "range_m": 9e4, "azimuth_rad": 1.0, "elevation_rad": 0.05}
    return {name: np.array([value, changes.get(name, value)]) for name, value in good.items()}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"time_s": 59.0}, "older than the picture, which stands at 60 s"),
        ({"time_s": 67.0}, "later than the update, which is of 66 s"),
        ({"time_s": np.nan}, "a time that is no finite number"),
        ({"range_m": np.nan}, "a range that is no finite number"),
        ({"azimuth_rad": np.inf}, "an azimuth that is no finite number"),
        ({"range_m": -5.0}, "a range outside 0.001 to 5e+06 m"),
        ({"elevation_rad": 2.0}, "an elevation outside -90 to 90 deg"),
        ({"radar": 3}, "a radar 3 that was not given (given: hill)"),
        ({"radar": -1}, "a radar -1 that was not given"),
        ({"range_m": 3.1e5}, "farther than instrumented_range of its radar"),
        ({"range_m": 2e3}, "nearer than range_min of its radar"),
        ({"elevation_rad": 0.9}, "higher than elevation_max of its radar"),
        ({}, "measured twice: radar, time, range and azimuth are those of another plot"),
    ],
)
@pytest.mark.parametrize("form", ["mapping", "plots"])
def test_plots_that_cannot_be_used_are_counted(changes: dict[str, float], said: str, form: str) -> None:
    tracker = warm(radar(range_min="5 km", elevation_max="40 deg"))
    columns = one(**changes)
    given: Any = columns
    if form == "plots":
        template = from_columns(one(azimuth_rad=2.0), (HILL,))[0]
        values = {name: getattr(template, name) for name in Plots.__dataclass_fields__ if name not in columns}
        given = Plots(**values, **columns)
    tracks = tracker.update(given, 66.0)
    (count,) = tracks.rejections.plots
    assert (count.count, count.first) == (1, 2)
    assert said in count.what
    assert len(tracks.plots) == 1
    goes_on(tracker, 66.0)


def test_a_plot_is_rejected_once_by_its_first_fault() -> None:
    columns = one(time_s=np.nan, range_m=np.nan, azimuth_rad=np.nan)
    assert warm().update(columns, 66.0).rejections.rejected == 1


def test_a_name_that_no_radar_has() -> None:
    columns = one() | {"radar": np.array(["hill", "dale"])}
    assert 'a radar "dale"' in warm().update(columns, 66.0).rejections.plots[0].what


def test_bare_arrays_are_looked_at_too() -> None:
    scan = np.array([[9e4, 1.0, 0.05], [np.nan, 1.0, 0.05], [9e4, np.inf, 0.05], [9e4, 2.0, np.nan], [9e4, 1.0, 0.05]])
    tracks = warm().update(scan, 66.0)
    assert [row.count for row in tracks.rejections.plots] == [1, 1, 1]
    assert len(tracks.plots) == 2


def test_order_inside_an_update_is_of_no_matter() -> None:
    order = np.random.default_rng(2).permutation(len(TIMES_S))
    shuffled = {name: values[order] for name, values in COLUMNS.items()}
    tracks, expected = Tracker(HILL).update(shuffled), Tracker(HILL).update(COLUMNS)
    np.testing.assert_array_equal(tracks.position_m, expected.position_m)
    assert tracks.rejections.rejected == 0
    assert (np.diff(tracks.plots.time_s) > 0.0).all()


def test_equal_times_of_many_plots() -> None:
    """Two flights and two radars, every plot of a scan at one moment."""
    other = LINER._replace(lat_deg=34.2)
    radars = [HILL, radar("dale", position="34.6 N, 36 E")]
    tracker = Tracker(radars)
    for now_s in TIMES_S:
        scan = joined(*(seen(r, f, [now_s], row=row) for row, r in enumerate(radars) for f in (LINER, other)))
        tracks = tracker.update(scan, now_s)
        assert tracks.rejections.rejected == 0
    assert len(tracks) == 2
    assert tracks.hits.tolist() == [2 * len(TIMES_S)] * 2


def test_the_same_update_twice_counts_its_plots_once() -> None:
    tracker = warm()
    scan = until(COLUMNS, 60.0, 66.0)
    first, again = tracker.update(scan, 66.0), tracker.update(scan, 66.0)
    assert (first.rejections.rejected, again.rejections.rejected) == (0, 1)
    np.testing.assert_array_equal(again.position_m, first.position_m)
    goes_on(tracker, 66.0)


def test_an_hour_of_two_thousand_equal_moments_is_no_duplicate() -> None:
    draw = np.random.default_rng(SEED)
    scan = {
        "time_s": np.full(2000, 66.0), "range_m": draw.uniform(1e4, 2e5, 2000),
        "azimuth_rad": draw.uniform(0.0, 6.0, 2000), "elevation_rad": np.full(2000, 0.1),
    }  # fmt: skip
    assert warm().update(scan).rejections.rejected == 0


def test_a_double_among_three_thousand_plots_of_one_moment_is_the_one_rejected() -> None:
    draw = np.random.default_rng(SEED)
    scan = {
        "time_s": np.full(3000, 66.0), "range_m": draw.uniform(1e4, 2e5, 3000),
        "azimuth_rad": draw.uniform(0.0, 6.0, 3000), "elevation_rad": np.full(3000, 0.1),
    }  # fmt: skip
    for name in ("range_m", "azimuth_rad"):
        scan[name][2990] = scan[name][4]
    tracks = warm().update(scan)
    (count,) = tracks.rejections.plots
    assert (count.count, count.first) == (1, 2991)
    assert "measured twice" in count.what
    assert len(tracks.plots) == len(tracks.plot_tracks) == 2999
    assert len(set(tracks.plots.range_m.tolist())) == 2999


@pytest.mark.parametrize("time_s", [59.9, np.nan, np.inf, -np.inf, 1e13])
def test_a_step_back_in_time_or_no_time_is_an_error(time_s: float) -> None:
    tracker = warm()
    with pytest.raises(InputError, match=r"update: read the time .* expected 60 s"):
        tracker.update(one(), time_s)
    goes_on(tracker)


def test_updates_without_plots() -> None:
    tracker = Tracker(HILL)
    assert len(tracker.update(np.zeros((0, 3)), 0.0)) == 0
    assert len(tracker.update([], 0.0)) == len(Tracker([HILL, radar("dale")]).update([], 0.0)) == 0
    tracker.update(until(COLUMNS, 0.0, 60.0), 60.0)
    assert goes_on(tracker).number.tolist() == [1]


def test_hours_of_silence_end_every_track() -> None:
    tracker = warm()
    later = {name: values[-4:] for name, values in COLUMNS.items()}
    tracks = tracker.update(later | {"time_s": later["time_s"] + 40_000.0})
    assert tracks.number.min() > 1
    assert np.isfinite(tracks.position_m).all()
    assert np.isfinite(tracks.covariance).all()
    assert len(tracker.update([], 1e9)) == 0


def test_a_burst_of_ten_thousand_plots_in_one_scan() -> None:
    draw = np.random.default_rng(SEED)
    tracker = warm()
    burst = np.column_stack(
        [draw.uniform(1e4, 2.5e5, 10_000), draw.uniform(0.0, 6.28, 10_000), draw.uniform(0.0, 0.3, 10_000)]
    )
    tracks = tracker.update(burst, 63.0)
    assert tracks.rejections.rejected == 0
    assert (tracks.plot_tracks > 0).all()
    assert goes_on(tracker, 63.0).number.tolist() == [1]


def test_a_burst_in_one_place_says_that_there_is_no_room_and_passes() -> None:
    draw = np.random.default_rng(SEED)
    tracker = warm(settings=Settings(capacity=400))
    for now_s in (63.0, 64.0):
        burst = np.array([1.5e5, 3.0, 0.05]) + draw.normal(size=(1500, 3)) * [50.0, 1e-3, 1e-3]
        with pytest.raises(InputError, match=r"more than 400 tracks; raise capacity|table is full"):
            tracker.update(burst, now_s)
    assert 1 in tracker.update(until(COLUMNS, 64.0, 90.0), 90.0).number
    assert tracker.update([], 200.0).rejections.rejected == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"confirm_hits": 0}, "confirm_hits"),
        ({"confirm_looks": 2}, "confirm_looks"),
        ({"confirm_score": np.nan}, "confirm_score"),
        ({"coast_scans": 0.5}, "coast_scans"),
        ({"gate_share": 1.0}, "gate_share"),
        ({"capacity": 3}, "capacity"),
    ],
)
def test_settings_out_of_bounds(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        Settings(**changes)


def test_radars_that_cannot_be_one_picture() -> None:
    with pytest.raises(InputError, match="at least one"):
        Tracker([])
    with pytest.raises(InputError, match="two have one name"):
        Tracker([HILL, HILL])
    with pytest.raises(InputError, match=r'"far" stands .* km from "hill", expected 2000 km'):
        Tracker([HILL, radar("far", position="34.95 N, 60 E")])
