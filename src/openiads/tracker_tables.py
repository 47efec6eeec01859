"""The tables of a tracker by itself: an empty picture, how radars measure, how many false plots they have."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from math import exp, log, pi, sin
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from openiads.constants import FALSE_PLOT_CEILING_M, FALSE_PLOTS_LEAST, TICKS_PER_SECOND
from openiads.engine.picture import Picture
from openiads.enums import EmitterKind, EventKind, RadarKind, TrackState
from openiads.estimation.gate import gate_of
from openiads.imports.radars import TrackerRadar
from openiads.world import tables as t
from openiads.world.rows import Frame

if TYPE_CHECKING:
    from openiads.tracker import Settings

EVENT_ROOM: Final = 8  # events that one track can have in one update, at most
LINKS_A_ROW: Final = 64
GRID_CELLS: Final = 4096  # of the index of plots (engine/correlation.py)
PLOTS_AT_FIRST: Final = 1024
TOUCHED: Final = 2048
FALSE_PLOTS_START: Final = 10.0  # a scan, of a radar that does not say, until the tracker has counted, assumed
MEMORY_SCANS: Final = 30.0  # of the mean number of false plots, assumed
LONGEST_SCANS: Final = 10.0  # between two updates that count; beyond, the radar was off


def picture_of(radars: Sequence[TrackerRadar], settings: Settings, frame: Frame) -> Picture:
    """The tables of an empty picture."""
    most = max(settings.capacity, GRID_CELLS)
    doctrine = np.zeros(1, t.DOCTRINE)
    for name in ("confirm_hits", "confirm_looks", "confirm_score", "coast_scans"):
        doctrine[name] = getattr(settings, name)
    doctrine["gate2"][0, 1:] = [gate_of(settings.gate_share, dimensions) for dimensions in (1, 2, 3, 4)]
    posts = np.zeros(1, t.POST)
    posts["next_track_number"] = 1
    return Picture(
        posts, doctrine, _radar_rows(radars), _emitter_rows(radars, frame), _room(1, t.CLOCK), _room(1, t.COUNT),
        _room(0, t.CHANNEL), _room(PLOTS_AT_FIRST, t.PLOT), _room(0, t.STROBE), _room(settings.capacity, t.TRACK),
        _room(settings.capacity + 1, t.BANK), _room(settings.capacity, t.IDENTITY), _room(0, t.RANKING),
        _room(0, t.ENGAGEMENT), _room(0, t.INTERCEPTOR), _room(LINKS_A_ROW * most, t.LINK), _room(most, t.WORK),
        _room(EVENT_ROOM * settings.capacity, t.EVENT), _room(settings.capacity, t.TRACK_SAMPLE),
    )  # fmt: skip


def _room(rows: int, dtype: np.dtype[Any]) -> Any:
    """An empty table; its first rows are written once, for memory is only given then, which no update should pay.

    The very first come last, so that they are still in the processor's cache.
    """
    table = np.zeros(rows, dtype)
    table[-1:] = np.zeros((), dtype)
    table[TOUCHED - 1 :: -1] = np.zeros((), dtype)
    return table


def with_room(picture: Picture, plots: int, capacity: int) -> Picture:
    """The picture with tables that hold so many plots of one update."""
    room = 2 * plots
    most = max(room, capacity, GRID_CELLS)
    return picture._replace(
        plots=_room(room, t.PLOT), work=_room(most, t.WORK), links=_room(LINKS_A_ROW * most, t.LINK)
    )


def instruments_of(radars: Sequence[TrackerRadar]) -> Any:
    """How the radars measure, a radar a row."""
    rows = np.zeros(len(radars), t.INSTRUMENT)
    for row, radar in zip(rows, radars, strict=True):
        row["height_m"] = radar.height_m
        row["range_min_m"] = radar.range_min_m
        row["range_max_m"] = radar.instrumented_range_m
        row["elevation_max_rad"] = radar.elevation_max_rad
        row["sigma_range_m"] = radar.range_sigma_m
        row["sigma_azimuth_rad"] = radar.azimuth_sigma_rad
        row["sigma_elevation_rad"] = radar.elevation_sigma_rad or 0.0
        row["sigma_rate_mps"] = radar.range_rate_sigma_mps or 0.0
        row["range_bias_m"] = radar.range_bias_m
        row["azimuth_bias_rad"] = radar.azimuth_bias_rad
    return rows


def _radar_rows(radars: Sequence[TrackerRadar]) -> Any:
    rows = np.zeros(len(radars), t.RADAR)
    for row, radar in zip(rows, radars, strict=True):
        given = radar.false_plots_per_scan
        _write_false_plots(row, radar, FALSE_PLOTS_START if given is None else given)
        row["detection"] = radar.detection_probability
        row["kind"] = RadarKind.ROTATING
        row["instrumented_range_m"] = radar.instrumented_range_m
        row["elevation_max_sin"] = sin(radar.elevation_max_rad)
    return rows


def _write_false_plots(row: Any, radar: TrackerRadar, per_scan: float) -> None:
    """The mean number of false plots, and the log of their density: a cubic metre, or a square one of a 2-D radar."""
    number = max(per_scan, FALSE_PLOTS_LEAST)
    ceiling_m = 1.0 if radar.elevation_sigma_rad is None else FALSE_PLOT_CEILING_M
    row["false_plots_per_look"] = number
    row["log_false_density"] = log(number / (pi * radar.instrumented_range_m**2 * ceiling_m))


def _emitter_rows(radars: Sequence[TrackerRadar], frame: Frame) -> Any:
    rows = np.zeros(len(radars), t.EMITTER)
    for row, radar in zip(rows, radars, strict=True):
        row["kind"] = EmitterKind.RADAR
        row["frame_tick"] = max(round(radar.scan_period_s * TICKS_PER_SECOND), 1)
        row["pos_enu_m"] = frame.enu_m(frame.ecef_m(radar.position, radar.height_m))
        row["axes_enu"] = frame.axes_enu(radar.position)
    return rows


class FalseRates:
    """Counts the false plots of radars that do not say how many they have: plots of no track that was ever confirmed.

    A plot's case is closed when its track has had the time to be confirmed. The mean forgets what is older than some
    tens of scans.

    Assumes: an object in sight is confirmed within the looks that ``Settings`` allows.
    """

    def __init__(self, radars: Sequence[TrackerRadar], confirm_looks: int) -> None:
        self.open = [(r, radar) for r, radar in enumerate(radars) if radar.false_plots_per_scan is None]
        self._wait_s = (confirm_looks + 1) * max(radar.scan_period_s for radar in radars)
        self._waiting: deque[tuple[float, NDArray[np.int64], NDArray[np.int64]]] = deque()
        self._confirmed: deque[tuple[float, int]] = deque()
        self._known: set[int] = set()
        self._closed_s: float | None = None
        self._plots = {r: FALSE_PLOTS_START for r, _ in self.open}
        self._scans = {r: 1.0 for r, _ in self.open}

    def note(self, now_s: float, picture: Picture, plots: int) -> None:
        """Take the outcome of one update, and write the means that follow into the picture's radars."""
        events = picture.events[: picture.counts["events"][0]]
        for number in events["track"][events["kind"] == EventKind.TRACK_CONFIRMED].tolist():
            self._confirmed.append((now_s, number))
            self._known.add(number)
        taken = picture.plots[:plots]
        doubtful = picture.tracks["state"][taken["track"]] < TrackState.CONFIRMED
        doubtful |= taken["track"] < 0
        self._waiting.append((now_s, taken["track_number"][doubtful], taken["radar"][doubtful]))
        while self._waiting[0][0] < now_s - self._wait_s:
            self._close(picture, *self._waiting.popleft())
        while self._confirmed and self._confirmed[0][0] <= self._waiting[0][0]:
            self._known.discard(self._confirmed.popleft()[1])

    def _close(self, picture: Picture, time_s: float, numbers: Any, radars: Any) -> None:
        if self._closed_s is not None:
            false = [
                r for number, r in zip(numbers.tolist(), radars.tolist(), strict=True) if number not in self._known
            ]
            for r, radar in self.open:
                scans = min((time_s - self._closed_s) / radar.scan_period_s, LONGEST_SCANS)
                kept = exp(-scans / MEMORY_SCANS)
                self._plots[r] = kept * self._plots[r] + false.count(r)
                self._scans[r] = kept * self._scans[r] + scans
                _write_false_plots(picture.radars[r], radar, self._plots[r] / self._scans[r])
        self._closed_s = time_s
