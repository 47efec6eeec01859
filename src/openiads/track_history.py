"""Recorded plots through the tracker from start to end: all its tracks over time, and what became of the plots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, isfinite
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from openiads._version import __version__
from openiads.catalog.errors import InputError
from openiads.imports.plots import Count, Plots, Rejections
from openiads.imports.radars import TrackerRadar
from openiads.tracker import Settings, Tracker
from openiads.tracks import Tracks

EVERY_S: Final = (0.01, 3600.0)  # between two pictures
MOST_CAPACITY: Final = 1_000_000
REPORTED: Final = 2000  # pictures between two words about the progress
ABOUT: Final = (
    "Tracks that an offline tracker made of recorded or simulated plots. It read a file: this is no live feed, and "
    "nothing here may serve as one."
)


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Tracks over time.

    Attributes:
        columns: a row a track and moment, in order of time and number; the names are those of ``Tracks.columns``.
        plots_read, plots_used: how many there were, and how many the tracker took.
        rejections: the others, with the reasons.
        span_s: times of the first and the last plot that was used.
        clock: what times count from, in words; empty where nobody said.
        every_s: between two pictures.
        at_end: tracks in the last picture.
        false_plots_per_scan: of each radar, as given or as counted.
    """

    columns: dict[str, NDArray[Any]]
    plots_read: int
    plots_used: int
    rejections: Rejections
    span_s: tuple[float, float]
    clock: str
    every_s: float
    at_end: int
    false_plots_per_scan: dict[str, float]

    @property
    def tracks(self) -> int:
        """Tracks that were confirmed in any picture."""
        return len(np.unique(self.columns["number"]))

    @property
    def mean_life_s(self) -> float | None:
        """Mean time from the first to the last picture of a track; None without one."""
        if not self.tracks:
            return None
        _, row = np.unique(self.columns["number"], return_inverse=True)
        first_s, last_s = np.full(self.tracks, np.inf), np.full(self.tracks, -np.inf)
        np.minimum.at(first_s, row, self.columns["time_s"])
        np.maximum.at(last_s, row, self.columns["time_s"])
        return float((last_s - first_s).mean())

    def about(self) -> dict[str, Any]:
        """What a file of these tracks must say of itself."""
        return {
            "about": ABOUT, "offline": True, "version": __version__, "clock": self.clock, "every_s": self.every_s,
            "false_plots_per_scan": {name: round(value, 3) for name, value in self.false_plots_per_scan.items()},
        }  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        """The figures, ready for JSON."""
        return self.about() | {
            "plots": {
                "read": self.plots_read, "used": self.plots_used, "rejected": self.plots_read - self.plots_used,
                "reasons": self.rejections.sentences(),
            },
            "tracks": {"confirmed": self.tracks, "at_end": self.at_end, "mean_life_s": self.mean_life_s},
            "rows": len(self.columns["number"]), "first_s": self.span_s[0], "last_s": self.span_s[1],
        }  # fmt: skip


def track_plots(
    plots: Plots, rejections: Rejections, radars: Sequence[TrackerRadar], every_s: float | None = None,
    progress: Callable[[float], None] | None = None,
) -> History:  # fmt: skip
    """Track recorded plots.

    Args:
        plots, rejections: as ``read_plots`` gives them.
        radars: all that measured.
        every_s: between two pictures; the shortest scan of the radars unless said.
        progress: called now and then with the share done, 0 to 1.

    Raises:
        InputError: ``every_s`` is out of bounds, the radars are none, or too many plots lie in one place.
    """
    period_s = min(radar.scan_period_s for radar in radars) if every_s is None else every_s
    if not (isfinite(period_s) and EVERY_S[0] <= period_s <= EVERY_S[1]):
        raise InputError("every", f"read {period_s:g} s, expected {EVERY_S[0]:g} s to {EVERY_S[1]:g} s")
    plots = plots.rows(np.argsort(plots.time_s, kind="stable"))
    tracker = Tracker(radars, Settings(capacity=_capacity(plots, radars)))
    rows, moments_s, used, counted = [], [], 0, []
    for found in _pictures(tracker, plots, period_s, progress):
        rows.append(found.rows)
        moments_s.append(found.time_s)
        used += len(found.plots)
        counted.append(found.rejections)
    columns = replace(found, rows=np.concatenate(rows)).columns()
    columns["time_s"] = np.repeat(moments_s, [len(some) for some in rows])
    return History(
        columns, rejections.read, used, _merged(rejections, counted), (float(plots.time_s[0]), float(plots.time_s[-1])),
        plots.clock, period_s, len(found), tracker.false_plots_per_scan,
    )  # fmt: skip


def _capacity(plots: Plots, radars: Sequence[TrackerRadar]) -> int:
    """Room for a tentative track of each plot, for as long as one may last."""
    settings = Settings()
    life_s = (settings.confirm_looks + 1) * max(radar.scan_period_s for radar in radars)
    after = np.searchsorted(plots.time_s, plots.time_s + life_s, side="right")
    return int(min(max((after - np.arange(len(plots))).max(), settings.capacity), MOST_CAPACITY))


def _pictures(
    tracker: Tracker, plots: Plots, period_s: float, progress: Callable[[float], None] | None
) -> Iterator[Tracks]:
    """A picture every period until the last plot; time with neither plots nor tracks is passed over."""
    start_s, first, number, is_empty = float(plots.time_s[0]), 0, 0, True
    while first < len(plots):
        number += 1
        if is_empty:
            number = max(number, ceil((plots.time_s[first] - start_s) / period_s))
        now_s = start_s + number * period_s
        end = int(np.searchsorted(plots.time_s, now_s, side="right"))
        found = tracker.update(plots.rows(slice(first, end)), now_s)
        is_empty, first = not len(found), end
        yield found
        if progress is not None and number % REPORTED == 0:
            progress(first / len(plots))


def _merged(rejections: Rejections, others: Iterable[Rejections]) -> Rejections:
    """All of them, each reason once."""
    counts = {row.what: row for row in rejections.plots}
    for row in (row for some in others for row in some.plots):
        known = counts.get(row.what, Count(row.what, 0, row.first))
        counts[row.what] = replace(known, count=known.count + row.count)
    return replace(rejections, plots=tuple(counts.values()))
