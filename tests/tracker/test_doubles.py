"""Two tracks of one object become one: who loses its plots remembers the rival, and the older number stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from openiads.engine.track_life import TWIN_SCANS
from openiads.enums import EventKind, MotionModel, TrackState
from openiads.imports.radars import TrackerRadar
from openiads.tracker import Tracker
from tests.tracker.flights import LINER, SEED, joined, radar, seen, until

HILL = radar()
FLAT = radar("flat", scan_period="10 s", elevation_sigma=None, range_sigma="150 m")
DOUBLED_S, END_S = 120.0, 240.0
DOUBLE = 900  # number of a track that is put in by hand


class Air:
    """A tracker fed an update a scan, and all events that it told."""

    def __init__(self, site: TrackerRadar, columns: dict[str, Any]) -> None:
        self.tracker, self.columns, self.site = Tracker(site), columns, site
        self.now_s = -1.0
        self.events: list[tuple[float, EventKind, int, int]] = []  # time, kind, track, code

    def go_on(self, until_s: float) -> list[set[int]]:
        """Numbers of the confirmed tracks after each scan."""
        numbers = []
        while self.now_s < until_s:
            since_s, self.now_s = self.now_s, self.now_s + self.site.scan_period_s
            tracks = self.tracker.update(until(self.columns, since_s, self.now_s), self.now_s)
            picture = self.tracker._picture
            for event in picture.events[: int(picture.counts["events"][0])]:
                kind = EventKind(int(event["kind"]))
                self.events.append((self.now_s, kind, int(event["track"]), int(event["code"])))
            numbers.append(set(tracks.number.tolist()))
        return numbers

    def of(self, *kinds: EventKind) -> list[tuple[float, EventKind, int, int]]:
        """Events of some kinds."""
        return [event for event in self.events if event[1] in kinds]

    def double(self, k: int, sigmas: float) -> None:
        """Put a younger track beside one, off to the east by some of its standard deviations, with plots as lately."""
        tracks, banks, counts = self.tracker._picture.tracks, self.tracker._picture.banks, self.tracker._picture.counts
        new = int(counts["tracks_top"][0])
        counts["tracks_top"] += 1
        assert tracks["state"][new] == TrackState.FREE
        tracks[new], banks[new] = tracks[k], banks[k]
        off_m = sigmas * float(np.sqrt(banks["pp"][k, len(MotionModel), 0, 0]))
        tracks["pos_enu_m"][new, 0] += off_m
        banks["pos_m"][new, :, 0] += off_m
        tracks["number"][new], tracks["rival"][new] = DOUBLE, -1
        tracks["first_tick"][new] = tracks["tick"][new]


def _one_flight(site: TrackerRadar, seed: int) -> Air:
    """A liner, a plot a scan."""
    times_s = np.arange(0.5, END_S, site.scan_period_s)
    return Air(site, seen(site, LINER, times_s, np.random.default_rng([SEED, seed])))


@pytest.mark.parametrize("site", [HILL, FLAT], ids=["3-D", "2-D"])
@pytest.mark.parametrize("sigmas", [-1.0, 0.3, 1.0])
def test_a_double_of_a_track_is_merged_into_the_older_number(site: TrackerRadar, sigmas: float) -> None:
    """One plot a scan for two tracks: whichever takes it, the other has a rival."""
    for seed in range(3):
        air = _one_flight(site, seed)
        assert air.go_on(DOUBLED_S)[-1] == {1}
        air.double(0, sigmas)
        numbers = air.go_on(END_S)
        (merged,) = air.of(EventKind.TRACK_MERGED)
        assert merged[2:] == (DOUBLE, 1)
        assert TWIN_SCANS <= (merged[0] - DOUBLED_S) / site.scan_period_s <= TWIN_SCANS + 3.0
        assert not air.of(EventKind.TRACK_LOST)
        assert numbers[-1] == {1}
        assert all({1} <= some <= {1, DOUBLE} for some in numbers)
        assert all(some == {1} for n, some in enumerate(numbers) if n > TWIN_SCANS + 4.0)


def test_the_state_that_is_kept_is_the_one_with_the_plots() -> None:
    """The double takes the plots and the older track coasts beside it; the number stays, the plots count on."""
    air = _one_flight(HILL, 7)
    air.go_on(DOUBLED_S)
    air.double(0, 1.0)
    air.go_on(END_S)
    last = air.tracker.update([], air.now_s)
    assert last.number.tolist() == [1]
    assert last.hits[0] >= 0.9 * END_S / HILL.scan_period_s
    assert last.time_s - last.plot_time_s[0] <= 2.0 * HILL.scan_period_s


def test_a_double_far_from_its_track_is_lost_and_not_merged() -> None:
    """What lies 30 km off has no plot in its gate."""
    air = _one_flight(HILL, 8)
    air.go_on(DOUBLED_S)
    air.double(0, 0.0)
    tracks, banks = air.tracker._picture.tracks, air.tracker._picture.banks
    tracks["pos_enu_m"][1, 1] += 30e3
    banks["pos_m"][1, : len(MotionModel) + 1, 1] += 30e3
    assert air.go_on(END_S)[-1] == {1}
    assert not air.of(EventKind.TRACK_MERGED)
    assert [event[2] for event in air.of(EventKind.TRACK_LOST)] == [DOUBLE]


@pytest.mark.parametrize("missed", [0.0, 0.3])
def test_two_that_fly_side_by_side_never_merge(missed: float) -> None:
    """3 km apart for six minutes, inside each other's gates now and then, some plots of either missing."""
    for seed in range(3):
        draw = np.random.default_rng([SEED, seed, 9])
        lat_deg = LINER.lat_deg + 3000.0 / 110_900.0 / np.sin(np.radians(LINER.course_deg - 90.0))
        flights, times_s = (LINER, LINER._replace(lat_deg=float(lat_deg))), np.arange(0.5, 360.0, HILL.scan_period_s)
        plots = joined(*(seen(HILL, flyer, times_s, draw) for flyer in flights))
        there = (draw.random(len(plots["time_s"])) >= missed) | (plots["time_s"] < 40.0)
        air = Air(HILL, {name: values[there] for name, values in plots.items()})
        numbers = air.go_on(360.0)
        assert not air.of(EventKind.TRACK_MERGED)
        assert not air.of(EventKind.TRACK_LOST)
        assert all(some == {1, 2} for some in numbers[8:])
