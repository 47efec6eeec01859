"""The tracker for people who only want that: plots of a few radars in, an air picture out, by the engine's own kernels.

The picture's frame is east, north, up at the first radar, on the ellipsoid; ``Tracks`` gives latitudes and longitudes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, log, pi
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openiads.catalog.errors import InputError
from openiads.constants import FALSE_PLOT_CEILING_M, FALSE_PLOTS_LEAST, MEAN_EARTH_RADIUS_M, TICKS_PER_SECOND
from openiads.engine.picture import Picture, advance_picture, place_plots
from openiads.enums import EmitterKind, Overflow, RadarKind
from openiads.estimation.gate import gate_of
from openiads.imports.plots import Count, Plots, Rejections, add, from_columns
from openiads.imports.radars import TrackerRadar
from openiads.tracks import Tracks
from openiads.world import tables as t
from openiads.world.rows import Frame, build_frame

Floats = NDArray[np.float64]

EVENT_ROOM: Final = 8  # events that one track can have in one update, at most
LINKS_A_ROW: Final = 64
GRID_CELLS: Final = 4096  # of the index of plots (engine/correlation.py)
HEIGHT_SIGMA_M: Final = 150.0  # of a reported height: what the air's pressure differs from the standard one, assumed
UNKNOWN_HEIGHT_M: Final = 6000.0  # of a plot without one, and its standard deviation, assumed
STEEPEST: Final = 0.98  # sine of an elevation that a height may stand for
FALSE_PLOTS_START: Final = 10.0  # a scan, of a radar that does not say, until the tracker has counted, assumed


@dataclass(frozen=True, slots=True)
class Settings:
    """How tracks begin and end.

    Attributes:
        confirm_hits, confirm_looks: M plots in N scans confirm a track that is likelier real than false.
        confirm_score: log-likelihood ratio that confirms it before.
        coast_scans: scans without a plot after which it is dropped.
        gate_share: share of an object's own plots that its gate holds.
        capacity: tracks at once, tentative ones included.
    """

    confirm_hits: int = 3
    confirm_looks: int = 5
    confirm_score: float = 14.0
    coast_scans: float = 5.0
    gate_share: float = 0.9999
    capacity: int = 4096

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

    ``update`` takes plots as they come, scan by scan or in any other portions that follow one another in time.

    Args:
        radars: one, or all of them; their order decides what the rows of ``radar`` in plots mean.
        settings: how tracks begin and end.

    Raises:
        InputError: no radar, two of one name, or radars more than 2000 km apart.
    """

    def __init__(self, radars: TrackerRadar | Sequence[TrackerRadar], settings: Settings | None = None) -> None:
        self.radars = (radars,) if isinstance(radars, TrackerRadar) else tuple(radars)
        self.settings = settings or Settings()
        _check_radars(self.radars)
        self.frame = build_frame(self.radars[0].position, 0.0, 1, False)
        self._picture = _picture(self.radars, self.settings, self.frame)
        self._figures = _Figures.of(self.radars)
        self._time_s = -np.inf
        self._epoch_s = 0.0

    def update(self, plots: Plots | Mapping[str, ArrayLike] | ArrayLike, time_s: float | None = None) -> Tracks:
        """Take the plots up to a moment; the tracks as they are then.

        Args:
            plots: columns (``Plots``, or a mapping of what ``Plots`` names; a pandas or Arrow table is one), or for one
                radar an array of shape (n, 3) with range m, azimuth rad, elevation rad (a fourth column is the radial
                speed, m/s). Plots without a time of their own were measured at ``time_s``.
            time_s: the moment; that of the last plot unless said.

        Returns:
            The confirmed tracks, each plot's track, and the plots that were rejected, with the reason.

        Raises:
            InputError: the time is before that of the last update or no finite number, the plots have columns that mean
                nothing, or there are more objects than ``Settings.capacity``.
        """
        found, rejections = self._read(plots, time_s)
        now_s = self._moment(found, time_s)
        found, late = _in_time(found, self._time_s, now_s)
        rejections = add(rejections, late)
        if len(found) and np.any(np.diff(found.time_s) < 0.0):
            found = found.rows(np.argsort(found.time_s, kind="stable"))
        if not isfinite(self._time_s):
            self._epoch_s = now_s - 1.0 if not len(found) else float(found.time_s[0])
        self._make_room(len(found))
        place_plots(self._measured(found), self._picture)
        self._picture.counts["track_samples"] = 0
        advance_picture(round((now_s - self._epoch_s) * TICKS_PER_SECOND), self._picture)
        self._time_s = now_s
        self._complain()
        return self._tracks(found, now_s, rejections)

    def _read(self, plots: Any, time_s: float | None) -> tuple[Plots, Rejections]:
        if isinstance(plots, Plots):
            return plots, Rejections(len(plots))
        columns = _columns(plots, len(self.radars))
        if "time_s" not in columns:
            if time_s is None:
                raise InputError("plots", 'read neither a column "time_s" nor time_s of the update; one is needed')
            size = np.size(next(iter(columns.values()), ()))
            columns = {**columns, "time_s": np.full(size, time_s)}
        return from_columns(columns, self.radars)

    def _moment(self, plots: Plots, time_s: float | None) -> float:
        """The moment of an update, which never lies before the last one."""
        if time_s is None and not len(plots):
            raise InputError("update", "read neither plots nor a time; one of them is needed")
        now_s = float(plots.time_s.max()) if time_s is None else float(time_s)
        if not isfinite(now_s) or now_s < self._time_s:
            last = (
                f"{self._time_s:g} s, that of the last update, or later"
                if isfinite(self._time_s)
                else "a finite number"
            )
            raise InputError("update", f"read the time {now_s:g} s, expected {last}")
        return now_s

    def _make_room(self, plots: int) -> None:
        """Enlarge the tables that hold one update's plots."""
        picture = self._picture
        if plots > len(picture.plots):
            room = 2 * plots
            most = max(room, self.settings.capacity, GRID_CELLS)
            self._picture = picture._replace(
                plots=np.zeros(room, t.PLOT),
                work=np.zeros(most, t.WORK),
                links=np.zeros(LINKS_A_ROW * most, t.LINK),
            )

    def _measured(self, plots: Plots) -> Any:
        """Rows for the kernel: known biases off, errors and missing elevations filled in."""
        rows = np.zeros(len(plots), t.MEASURED)
        figures, r = self._figures, plots.radar
        rows["tick"] = np.rint((plots.time_s - self._epoch_s) * TICKS_PER_SECOND)
        rows["radar"] = r
        rows["range_m"] = plots.range_m - figures.range_bias_m[r]
        rows["azimuth_rad"] = plots.azimuth_rad - figures.azimuth_bias_rad[r]
        rows["range_rate_mps"] = np.nan_to_num(plots.range_rate_mps)
        rows["sigma_range_m"] = _given(plots.sigma_range_m, figures.range_sigma_m[r])
        rows["sigma_azimuth_rad"] = _given(plots.sigma_azimuth_rad, figures.azimuth_sigma_rad[r])
        rows["sigma_rate_mps"] = np.where(np.isnan(plots.range_rate_mps), 0.0, figures.rate_sigma_mps[r])
        rows["elevation_rad"] = plots.elevation_rad
        rows["sigma_elevation_rad"] = _given(plots.sigma_elevation_rad, figures.elevation_sigma_rad[r])
        rows["dimensions"] = 3
        missing = np.isnan(plots.elevation_rad)
        if missing.any():
            self._fill_heights(rows, plots, missing)
        return rows

    def _fill_heights(self, rows: Any, plots: Plots, missing: NDArray[np.bool_]) -> None:
        """Elevations from reported heights; where there is none the plot measures no height at all."""
        known = missing & np.isfinite(plots.height_m)
        height_m = np.where(known, plots.height_m, UNKNOWN_HEIGHT_M)[missing]
        range_m, antenna_m = rows["range_m"][missing], self._figures.height_m[plots.radar[missing]]
        own_m, there_m = MEAN_EARTH_RADIUS_M + antenna_m, MEAN_EARTH_RADIUS_M + height_m
        sine = (there_m**2 - own_m**2 - range_m**2) / (2.0 * range_m * own_m)
        rows["elevation_rad"][missing] = np.arcsin(np.clip(sine, -STEEPEST, STEEPEST))
        sigma_m = np.where(known[missing], HEIGHT_SIGMA_M, UNKNOWN_HEIGHT_M)
        rows["sigma_elevation_rad"][missing] = np.minimum(sigma_m / range_m, 0.5)
        rows["dimensions"][missing] = np.where(known[missing], 3, 2)

    def _complain(self) -> None:
        """Say which table was too small; the picture goes on without what found no room."""
        counts = self._picture.counts
        overflow = Overflow(int(counts["overflow"][0]))
        counts["overflow"] = 0
        if overflow == Overflow.TRACKS:
            most = self.settings.capacity
            raise InputError("update", f"there are more than {most} tracks; raise capacity of Settings")
        if overflow != Overflow.NONE:
            raise InputError("update", f"the {overflow.name.lower()} table is full: too many plots in one place")

    def _tracks(self, plots: Plots, now_s: float, rejections: Rejections) -> Tracks:
        picture = self._picture
        count = int(picture.counts["track_samples"][0])
        taken = picture.plots[: len(plots)]
        return Tracks(
            picture.track_samples[:count].copy(), now_s, self._epoch_s, self.frame, plots,
            taken["track_number"].copy(), taken["nis"].copy(), rejections,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Figures:
    """The radars' figures as arrays, a radar a row."""

    height_m: Floats
    range_sigma_m: Floats
    azimuth_sigma_rad: Floats
    elevation_sigma_rad: Floats
    rate_sigma_mps: Floats
    range_bias_m: Floats
    azimuth_bias_rad: Floats

    @classmethod
    def of(cls, radars: Sequence[TrackerRadar]) -> _Figures:
        def column(name: str) -> Floats:
            return np.array([getattr(radar, name) or 0.0 for radar in radars])

        return cls(
            column("height_m"), column("range_sigma_m"), column("azimuth_sigma_rad"), column("elevation_sigma_rad"),
            column("range_rate_sigma_mps"), column("range_bias_m"), column("azimuth_bias_rad"),
        )  # fmt: skip


def _given(own: Floats, general: Floats) -> Floats:
    """A plot's own error where it has one."""
    return np.where(np.isnan(own), general, own)


def _columns(plots: Any, radars: int) -> Mapping[str, ArrayLike]:
    """Columns by name, of a mapping, a table of pandas or Arrow, or an array of one radar."""
    if isinstance(plots, Mapping):
        return plots
    names = getattr(plots, "column_names", None) or getattr(plots, "columns", None)
    if names is not None:
        return {str(name): np.asarray(plots[name]) for name in names}
    values = np.asarray(plots, np.float64)
    if values.size == 0:
        values = values.reshape(0, 3)
    if radars != 1 or values.ndim != 2 or values.shape[1] not in {3, 4}:
        said = f"an array of the shape {values.shape} for {radars} radar{'' if radars == 1 else 's'}"
        raise InputError("plots", f"read {said}; a bare array is of one radar and has 3 or 4 columns")
    names = ("range_m", "azimuth_rad", "elevation_rad", "range_rate_mps")
    return dict(zip(names, values.T, strict=False))


def _in_time(plots: Plots, from_s: float, to_s: float) -> tuple[Plots, Rejections]:
    """The plots that belong to an update: none from before the last one, none from after this one."""
    early, late = plots.time_s < from_s, plots.time_s > to_s
    rejected = tuple(_counted(plots, ((early, f"older than the picture, which stands at {from_s:g} s"),
                                      (late, f"later than the update, which is of {to_s:g} s"))))  # fmt: skip
    return (plots.rows(~(early | late)) if rejected else plots), Rejections(len(plots), rejected)


def _counted(plots: Plots, faults: Sequence[tuple[NDArray[np.bool_], str]]) -> Iterator[Count]:
    for mask, what in faults:
        if mask.any():
            yield Count(what, int(mask.sum()), int(plots.source_row[np.argmax(mask)]))


def _check_radars(radars: tuple[TrackerRadar, ...]) -> None:
    if not radars:
        raise InputError("radars", "read none; a tracker needs at least one")
    names = [radar.name for radar in radars]
    if len(set(names)) < len(names):
        raise InputError("radars", f"two have one name; read {', '.join(names)}")


def _picture(radars: tuple[TrackerRadar, ...], settings: Settings, frame: Frame) -> Picture:
    """The tables of an empty picture."""
    room = 1024
    most = max(settings.capacity, GRID_CELLS)
    doctrine = np.zeros(1, t.DOCTRINE)
    for name in ("confirm_hits", "confirm_looks", "confirm_score", "coast_scans"):
        doctrine[name] = getattr(settings, name)
    doctrine["gate2"][0, 1:] = [gate_of(settings.gate_share, dimensions) for dimensions in (1, 2, 3, 4)]
    posts = np.zeros(1, t.POST)
    posts["next_track_number"] = 1
    return Picture(
        posts, doctrine, _radar_rows(radars), _emitter_rows(radars, frame), np.zeros(1, t.CLOCK), np.zeros(1, t.COUNT),
        np.zeros(0, t.CHANNEL), np.zeros(room, t.PLOT), np.zeros(0, t.STROBE), np.zeros(settings.capacity, t.TRACK),
        np.zeros(settings.capacity + 1, t.BANK), np.zeros(settings.capacity, t.IDENTITY),
        np.zeros(LINKS_A_ROW * most, t.LINK), np.zeros(most, t.WORK), np.zeros(EVENT_ROOM * settings.capacity, t.EVENT),
        np.zeros(settings.capacity, t.TRACK_SAMPLE),
    )  # fmt: skip


def _radar_rows(radars: Sequence[TrackerRadar]) -> Any:
    rows = np.zeros(len(radars), t.RADAR)
    for row, radar in zip(rows, radars, strict=True):
        number = FALSE_PLOTS_START if radar.false_plots_per_scan is None else radar.false_plots_per_scan
        number = max(number, FALSE_PLOTS_LEAST)
        area_m2 = pi * radar.instrumented_range_m**2
        row["false_plots_per_look"] = number
        row["log_false_density"] = log(number / (area_m2 * _ceiling_m(radar)))
        row["detection"] = radar.detection_probability
        row["kind"] = RadarKind.ROTATING
    return rows


def _ceiling_m(radar: TrackerRadar) -> float:
    return 1.0 if radar.elevation_sigma_rad is None else FALSE_PLOT_CEILING_M


def _emitter_rows(radars: Sequence[TrackerRadar], frame: Frame) -> Any:
    rows = np.zeros(len(radars), t.EMITTER)
    for row, radar in zip(rows, radars, strict=True):
        row["kind"] = EmitterKind.RADAR
        row["frame_tick"] = max(round(radar.scan_period_s * TICKS_PER_SECOND), 1)
        row["pos_enu_m"] = frame.enu_m(frame.ecef_m(radar.position, radar.height_m))
        row["axes_enu"] = frame.axes_enu(radar.position)
    return rows
