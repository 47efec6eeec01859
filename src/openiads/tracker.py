"""The tracker for people who only want that: plots of a few radars in, an air picture out, by the engine's own kernels.

The picture's frame is east, north, up at the first radar, on the ellipsoid; ``Tracks`` gives latitudes and longitudes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, isfinite
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from openiads.catalog.errors import InputError
from openiads.constants import TICKS_PER_SECOND
from openiads.engine.picture import TWICE, advance_picture, faults_of
from openiads.enums import Overflow
from openiads.imports.plots import Plots, add
from openiads.imports.radars import TrackerRadar
from openiads.tracker_plots import measured_of, read, sifted
from openiads.tracker_tables import FalseRates, instruments_of, picture_of, with_room
from openiads.tracks import Tracks
from openiads.world import tables as t
from openiads.world.rows import build_frame

FARTHEST_M: Final = 2e6  # of a radar from the first; beyond, one level frame is no picture
LATEST_S: Final = 1e12  # on any clock, as for plots
LONG_STEPS: Final = 1.5  # shortest scans that an update may span before it is taken in steps


@dataclass(frozen=True, slots=True)
class Settings:
    """How tracks begin and end.

    Attributes:
        confirm_hits, confirm_looks: M plots in N scans confirm a track that is likelier real than false.
        confirm_score: log-likelihood ratio that confirms it before.
        coast_scans: scans without a plot after which it is dropped.
        gate_share: share of an object's own plots that its gate holds.
        capacity: tracks at once, tentative ones included; memory is used as it is needed.
    """

    confirm_hits: int = 3
    confirm_looks: int = 4
    confirm_score: float = 7.0
    coast_scans: float = 5.0
    gate_share: float = 0.9999
    capacity: int = 16_384

    def __post_init__(self) -> None:
        for name, low, high in (
            ("confirm_hits", 1, 100), ("confirm_looks", self.confirm_hits, 100), ("confirm_score", 0.0, 1e3),
            ("coast_scans", 1.0, 1e3), ("gate_share", 0.5, 1.0 - 1e-9), ("capacity", 16, 1_000_000),
        ):  # fmt: skip
            read = getattr(self, name)
            if not low <= read <= high:
                raise InputError("settings", f"read {read!r} for {name}, expected {low:g} to {high:g}")


class Tracker:
    """Tracks what one or several radars see.

    ``update`` takes plots as they come, scan by scan or in any other portions that follow one another in time. Portions
    longer than the shortest scan are taken in steps of it, so that tracks begin and end as they would have.

    Args:
        radars: one, or all of them; their order decides what the rows of ``radar`` in plots mean.
        settings: how tracks begin and end.

    Raises:
        InputError: no radar, two of one name, or one more than 2000 km from the first.
    """

    def __init__(self, radars: TrackerRadar | Sequence[TrackerRadar], settings: Settings | None = None) -> None:
        self.radars = (radars,) if isinstance(radars, TrackerRadar) else tuple(radars)
        self.settings = settings or Settings()
        _check_names(self.radars)
        self.frame = build_frame(self.radars[0].position, 0.0, 1, False)
        self._picture = picture_of(self.radars, self.settings, self.frame)
        _check_places(self.radars, self._picture.emitters)
        self._instruments = instruments_of(self.radars)
        self._rates = FalseRates(self.radars, self.settings.confirm_looks)
        self._step_s = min(radar.scan_period_s for radar in self.radars)
        self._time_s = -np.inf
        self._epoch_s = 0.0
        self._before: Plots | None = None
        self._read_in()

    def _read_in(self) -> None:
        """Read in the machine code with no plots: no update should pay for that."""
        nothing = np.zeros(0, t.MEASURED)
        faults_of(0.0, 0.0, nothing, self._instruments, self._picture.work)
        advance_picture(0, 0.0, nothing, self._instruments, self._picture)

    @property
    def false_plots_per_scan(self) -> dict[str, float]:
        """Of each radar by name: the number it was given, or what the tracker has counted so far."""
        numbers = self._picture.radars["false_plots_per_look"].tolist()
        return dict(zip((radar.name for radar in self.radars), numbers, strict=True))

    def update(self, plots: Any, time_s: float | None = None) -> Tracks:
        """Take the plots up to a moment; the tracks as they are then.

        Args:
            plots: ``Plots``; a mapping from names of ``Plots`` to arrays; a table of pandas or Arrow, whose columns are
                named as in a file of plots (docs/plots.md); or for one radar an array of shape (n, 3) with range m,
                azimuth rad, elevation rad (a fourth column is the radial speed, m/s). Plots without a time of their
                own were measured at ``time_s``.
            time_s: the moment; that of the last plot unless said.

        Returns:
            The confirmed tracks, each plot's track, and the plots that were rejected, with the reason.

        Raises:
            InputError: the time is before that of the last update or no finite number, the plots have columns that mean
                nothing, or there are more objects than ``Settings.capacity``. In that last case the update has been
                done as far as there was room, and the next one finds the tracker in order.
        """
        found, rejections = read(plots, time_s, self.radars)
        now_s = self._moment(found, time_s)
        measured = measured_of(found)
        faults = faults_of(self._time_s, now_s, measured, self._instruments, self._picture.work)
        if len(found) and found.time_s[0] == self._time_s:
            faults |= TWICE  # the last update may have had the same
        if faults:
            span_s = (self._time_s, now_s)
            found, left = sifted(found, faults, span_s, self.radars, self._instruments, self._before)
            rejections, measured = add(rejections, left), measured_of(found)
        if not isfinite(self._time_s):
            self._time_s = self._epoch_s = float(found.time_s[0]) if len(found) else now_s
        if now_s - self._time_s <= LONG_STEPS * self._step_s:
            numbers, nis = self._take(measured, now_s)
        else:
            numbers, nis = self._take_in_steps(measured, found.time_s, now_s)
        self._before = found
        self._complain()
        count = int(self._picture.counts["track_samples"][0])
        samples = np.frombuffer(self._picture.track_samples[:count].tobytes(), t.TRACK_SAMPLE)
        return Tracks(samples, now_s, self._epoch_s, self.frame, found, numbers, nis, rejections)

    def _moment(self, plots: Plots, time_s: float | None) -> float:
        """The moment of an update, which never lies before the last one."""
        if time_s is None and not len(plots):
            raise InputError("update", "read neither plots nor a time; one of them is needed")
        now_s = float(plots.time_s.max()) if time_s is None else float(time_s)
        if not abs(now_s) <= LATEST_S or now_s < self._time_s:
            last = f"{self._time_s:g} s, that of the last update, or later"
            allowed = last if isfinite(self._time_s) else f"-{LATEST_S:g} to {LATEST_S:g} s"
            raise InputError("update", f"read the time {now_s:g} s, expected {allowed}")
        return now_s

    def _take(self, measured: Any, until_s: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Bring the picture to a moment; the track and the normalised innovation of each plot."""
        count = len(measured)
        if count > len(self._picture.plots):
            self._picture = with_room(self._picture, count, self.settings.capacity)
        picture = self._picture
        tick = round((until_s - self._epoch_s) * TICKS_PER_SECOND)
        advance_picture(tick, self._epoch_s, measured, self._instruments, picture)
        self._time_s = until_s
        if self._rates.open:
            self._rates.note(until_s, picture, count)
        taken = picture.plots[:count]
        return taken["track_number"].copy(), taken["nis"].copy()

    def _take_in_steps(self, measured: Any, times_s: NDArray[np.float64], now_s: float) -> tuple[Any, Any]:
        """Bring the picture to a moment some scans later, in steps of the shortest; silence is passed in one."""
        found = [self._take(measured[:0], self._time_s)]
        first = 0
        while first < len(measured):
            start_s = float(times_s[first])
            if start_s > self._time_s + LONG_STEPS * self._step_s:
                self._take(measured[:0], start_s)
            until_s = min(start_s + self._step_s, now_s)
            end = int(np.searchsorted(times_s, until_s, side="right"))
            found.append(self._take(measured[first:end], until_s))
            first = end
        if self._time_s < now_s:
            self._take(measured[:0], now_s)
        numbers, nis = zip(*found, strict=True)
        return np.concatenate(numbers), np.concatenate(nis)

    def _complain(self) -> None:
        """Say which table was too small; the picture goes on without what found no room."""
        counts = self._picture.counts
        full = int(counts["overflow"][0])
        if full == Overflow.NONE:
            return
        counts["overflow"] = 0
        if full == Overflow.TRACKS:
            most = self.settings.capacity
            raise InputError("update", f"there are more than {most} tracks; raise capacity of the settings")
        name = Overflow(full).name.lower()
        raise InputError("update", f"the {name} table is full: too many plots in one place")


def _check_names(radars: tuple[TrackerRadar, ...]) -> None:
    if not radars:
        raise InputError("radars", "read none; a tracker needs at least one")
    names = [radar.name for radar in radars]
    if len(set(names)) < len(names):
        raise InputError("radars", f"two have one name; read {', '.join(names)}")


def _check_places(radars: tuple[TrackerRadar, ...], emitters: Any) -> None:
    for radar, row in zip(radars, emitters, strict=True):
        apart_m = hypot(*row["pos_enu_m"])
        if apart_m > FARTHEST_M:
            said = f'"{radar.name}" stands {apart_m / 1e3:.0f} km from "{radars[0].name}"'
            raise InputError("radars", f"{said}, expected {FARTHEST_M / 1e3:.0f} km at most")
