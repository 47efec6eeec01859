"""Plots as columns: what every reader hands on, and what is checked and counted before a tracker sees it.

Nothing is dropped silently. A plot that cannot be used is counted with its reason and its first row; so is a value that
is left aside while its plot is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openiads.catalog.errors import InputError
from openiads.imports.radars import TrackerRadar

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]

NO_CODE: Final = -1
_NAMES_KEPT: Final = 8  # unknown radars that are counted by name; the others are counted together
_TURN_RAD: Final = 2.0 * np.pi


class _Kind(NamedTuple):
    """One column of numbers: what messages call it, its least and greatest value (SI), and whether it is needed.

    ``shown`` and ``scale`` are the unit of messages and its size in SI.
    """

    noun: str
    low: float
    high: float
    needed: bool = False
    shown: str = "m"
    scale: float = 1.0


_DEG: Final = float(np.pi / 180.0)
_KINDS: Final = {
    "time_s": _Kind("a time", -1e12, 1e12, True, "s"),
    "range_m": _Kind("a range", 1e-3, 5e6, True),
    "azimuth_rad": _Kind("an azimuth", -_TURN_RAD, _TURN_RAD, True, "deg", _DEG),
    "elevation_rad": _Kind("an elevation", -90.0 * _DEG, 90.0 * _DEG, False, "deg", _DEG),
    "range_rate_mps": _Kind("a range rate", -12e3, 12e3, False, "m/s"),
    "height_m": _Kind("a height", -500.0, 200e3),
    "sigma_range_m": _Kind("a range error", 1e-3, 1e5),
    "sigma_azimuth_rad": _Kind("an azimuth error", 1e-7, 45.0 * _DEG, False, "deg", _DEG),
    "sigma_elevation_rad": _Kind("an elevation error", 1e-7, 45.0 * _DEG, False, "deg", _DEG),
}
"""The bounds are assumed: those of a scenario where one has the quantity, else what no plot of a radar is beyond."""

_BESIDE: Final = ("range_rate_mps", "height_m")  # left aside where they cannot be; the position is as good without them


@dataclass(frozen=True, slots=True, eq=False)
class Plots:
    """Plots in columns of one length n, checked; in the order they were given, which need not be that of time.

    Attributes:
        time_s: when each was measured, on one clock (``clock``).
        radar: row of its radar among those given.
        range_m, azimuth_rad: slant range, and azimuth at the antenna clockwise from north, 0 to 2 pi.
        elevation_rad: above the antenna's horizon along the straight line; NaN where not measured.
        range_rate_mps: radial speed, positive when opening; NaN where not measured.
        height_m: above the sea, by mode C or said by the radar beside its elevation; NaN where unknown.
        sigma_range_m, sigma_azimuth_rad, sigma_elevation_rad: errors of this plot; NaN where the radar's figure holds.
        mode_3a: SSR code 0 to 0o7777; -1 where none.
        address: mode S address of 24 bits; -1 where none.
        source_row: line (CSV), row (Parquet, arrays) or CAT048 record of the file, from 1.
        clock: what the times count from, in words.
    """

    time_s: Floats
    radar: Whole
    range_m: Floats
    azimuth_rad: Floats
    elevation_rad: Floats
    range_rate_mps: Floats
    height_m: Floats
    sigma_range_m: Floats
    sigma_azimuth_rad: Floats
    sigma_elevation_rad: Floats
    mode_3a: Whole
    address: Whole
    source_row: Whole
    clock: str = ""

    def __len__(self) -> int:
        return len(self.time_s)

    def rows(self, chosen: Any) -> Plots:
        """Some of the plots: a slice, row numbers or a mask; a slice copies nothing."""
        return replace(self, **{name: getattr(self, name)[chosen] for name in COLUMNS})


COLUMNS: Final = tuple(field.name for field in fields(Plots) if field.name != "clock")


@dataclass(frozen=True, slots=True)
class Count:
    """How often something was met.

    Attributes:
        what: the reason in words ("a range that is no finite number").
        count: how many.
        first: the row where it was met first (``Plots.source_row``), for data blocks the byte.
    """

    what: str
    count: int
    first: int


@dataclass(frozen=True, slots=True)
class Rejections:
    """What was read, and what of it was not used.

    Attributes:
        read: plots read, used or not.
        plots: the plots that were rejected, each counted once, by its first fault.
        values: values left aside while their plots were kept.
        skipped: data blocks that hold no plots.
        columns: columns of the file that mean nothing here.
        row_word: what the file's rows are called ("line", "row", "record").
    """

    read: int
    plots: tuple[Count, ...] = ()
    values: tuple[Count, ...] = ()
    skipped: tuple[Count, ...] = ()
    columns: tuple[str, ...] = ()
    row_word: str = "row"

    @property
    def rejected(self) -> int:
        """Plots that were rejected."""
        return sum(row.count for row in self.plots)

    def sentences(self) -> list[str]:
        """Each reason in one line, with how often and where first; empty if everything was used."""
        word = self.row_word
        found = [f"{_many(row.count, 'plot')} rejected: {row.what} (first: {word} {row.first})" for row in self.plots]
        found += [
            f"{_many(row.count, 'value')} not used: {row.what} (first: {word} {row.first})" for row in self.values
        ]
        found += [f"{_many(row.count, 'block')} skipped: {row.what} (first: byte {row.first})" for row in self.skipped]
        if self.columns:
            found.append(f"columns not used: {', '.join(self.columns)}")
        return found


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def from_columns(
    columns: Mapping[str, ArrayLike], radars: Sequence[TrackerRadar], clock: str = ""
) -> tuple[Plots, Rejections]:
    """Plots from arrays in SI, those that cannot be used left out and counted.

    Args:
        columns: by the names of ``Plots``; ``time_s``, ``range_m`` and ``azimuth_rad`` are needed, the others may be
            missing. ``radar`` holds names or rows of ``radars``; it may be missing where there is one radar only.
        radars: all that may have measured.
        clock: what the times count from, in words.

    Raises:
        InputError: a column is unknown, missing, of another length or not of numbers.
    """
    table = _table(columns, radars)
    good = np.ones(len(table["time_s"]), np.bool_)
    rejected = []
    for what, mask in _plot_faults(table, radars, columns.get("radar")):
        fresh = mask & good
        if fresh.any():
            rejected.append(_count(what, fresh, table["source_row"]))
            good &= ~mask
    if rejected:
        table = {name: values[good] for name, values in table.items()}
    aside = tuple(_set_aside(table, radars))
    table["azimuth_rad"] = np.mod(table["azimuth_rad"], _TURN_RAD)
    return Plots(**table, clock=clock), Rejections(len(good), tuple(rejected), aside)


def _table(columns: Mapping[str, ArrayLike], radars: Sequence[TrackerRadar]) -> dict[str, Any]:
    """Every column of ``Plots``, those not given filled in; radars by row, -1 where unknown."""
    if unknown := [name for name in columns if name not in COLUMNS]:
        raise InputError("plots", f'read a column "{unknown[0]}"; allowed are {", ".join(COLUMNS)}')
    needed = [name for name, kind in _KINDS.items() if kind.needed] + (["radar"] if len(radars) != 1 else [])
    if missing := [name for name in needed if name not in columns]:
        why = f", because there are {len(radars)} radars" if missing[0] == "radar" else ""
        raise InputError("plots", f'the column "{missing[0]}" is missing{why}')
    count = np.size(columns["time_s"])
    table: dict[str, Any] = {name: _floats(name, columns.get(name), count) for name in _KINDS}
    table["radar"] = _radar_rows(columns.get("radar"), radars, count)
    for name, fill in (("mode_3a", NO_CODE), ("address", NO_CODE)):
        table[name] = _whole(name, columns.get(name, np.full(count, fill)))
    table["source_row"] = _whole("source_row", columns.get("source_row", np.arange(1, count + 1)))
    for name, values in table.items():
        if values.shape != (count,):
            raise InputError("plots", f'the column "{name}" has the shape {values.shape}, time_s has ({count},)')
    return table


def _floats(name: str, values: ArrayLike | None, count: int) -> Floats:
    if values is None:
        return np.full(count, np.nan)
    try:
        return np.array(values, np.float64)
    except (TypeError, ValueError):
        raise InputError("plots", f'the column "{name}" is not of numbers') from None


def _whole(name: str, values: ArrayLike) -> Whole:
    given = np.asarray(values)
    if given.dtype.kind not in "iu" and given.size:
        raise InputError("plots", f'the column "{name}" is not of whole numbers')
    return given.astype(np.int64)


def _radar_rows(given: ArrayLike | None, radars: Sequence[TrackerRadar], count: int) -> Whole:
    if given is None:
        return np.zeros(count, np.int64)
    values = np.asarray(given)
    if values.dtype.kind in "iu" or not values.size:
        rows = values.astype(np.int64)
        return np.where((rows >= 0) & (rows < len(radars)), rows, -1)
    if values.dtype.kind not in "UOT":
        raise InputError("plots", 'the column "radar" is neither of names nor of rows')
    known = {radar.name: row for row, radar in enumerate(radars)}
    return np.fromiter((known.get(name, -1) for name in values.ravel().tolist()), np.int64, values.size)


def _misfit(kind: _Kind, values: Floats) -> Iterator[tuple[str, Mask]]:
    """What is wrong with values of one kind, and where; NaN is right where the kind is not needed."""
    fits = (values >= kind.low) & (values <= kind.high)
    if not kind.needed:
        fits |= np.isnan(values)
    if fits.all():
        return
    finite = np.isfinite(values)
    yield f"{kind.noun} that is no finite number", ~fits & ~finite
    low, high = (f"{bound / kind.scale:g}" for bound in (kind.low, kind.high))
    yield f"{kind.noun} outside {low} to {high} {kind.shown}", ~fits & finite


def _plot_faults(
    table: Mapping[str, Any], radars: Sequence[TrackerRadar], given: ArrayLike | None
) -> Iterator[tuple[str, Mask]]:
    """Reasons why plots cannot be used, and the plots each is true of."""
    unknown = table["radar"] < 0
    if unknown.any():
        yield from _unknown_radars(unknown, np.asarray(given), radars)
    for name, kind in _KINDS.items():
        if name not in _BESIDE:
            yield from _misfit(kind, table[name])


def _unknown_radars(unknown: Mask, given: Any, radars: Sequence[TrackerRadar]) -> Iterator[tuple[str, Mask]]:
    known = ", ".join(radar.name for radar in radars)
    listed = list(dict.fromkeys(given[unknown].tolist()))
    for name in listed[:_NAMES_KEPT]:
        shown = f'"{name}"' if isinstance(name, str) else str(name)
        yield f"a radar {shown} that was not given (given: {known})", unknown & (given == name)
    yield "other radars that were not given", unknown


def _set_aside(table: dict[str, Any], radars: Sequence[TrackerRadar]) -> Iterator[Count]:
    """Take out, and count, values beside the position that cannot be, and those whose error nobody has stated."""
    for name in _BESIDE:
        for what, mask in _misfit(_KINDS[name], table[name]):
            if mask.any():
                yield _count(what, mask, table["source_row"])
                table[name] = np.where(mask, np.nan, table[name])
    radar = table["radar"]
    no_height = np.array([row.elevation_sigma_rad is None for row in radars], np.bool_)
    no_doppler = np.array([row.range_rate_sigma_mps is None for row in radars], np.bool_)
    unstated = {
        "elevation_rad": no_height[radar] & np.isnan(table["sigma_elevation_rad"]),
        "range_rate_mps": no_doppler[radar],
    }
    for name, mask in unstated.items():
        lost = mask & np.isfinite(table[name])
        if lost.any():
            key = "elevation_sigma" if name == "elevation_rad" else "range_rate_sigma"
            noun = _KINDS[name].noun
            yield _count(f"{noun} of a radar without {key}", lost, table["source_row"])
            table[name] = np.where(lost, np.nan, table[name])


def _count(what: str, mask: Mask, source_row: Whole) -> Count:
    return Count(what, int(mask.sum()), int(source_row[np.argmax(mask)]))


def add(first: Rejections, second: Rejections) -> Rejections:
    """What two steps of one reading left out; ``read`` and ``row_word`` are the first's."""
    return Rejections(
        first.read, first.plots + second.plots, first.values + second.values, first.skipped + second.skipped,
        first.columns + second.columns, first.row_word,
    )  # fmt: skip
