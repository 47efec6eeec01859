"""What a tracker is given: plots in any of the forms it takes, and those of them that it cannot use, counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openiads.catalog.errors import InputError
from openiads.engine.picture import FARTHER, HIGHER, NEARER, UNSOUND, sides_of
from openiads.imports.columns import Column, plan
from openiads.imports.plots import COLUMNS, NO_CODE, Count, Plots, Rejections, add, from_columns
from openiads.imports.radars import TrackerRadar
from openiads.world import tables as t

Mask = NDArray[np.bool_]

ARRAY_COLUMNS: Final = ("range_m", "azimuth_rad", "elevation_rad", "range_rate_mps")
CODES: Final = ("mode_3a", "address")
SIDES: Final = {
    NEARER: "nearer than range_min of its radar",
    FARTHER: "farther than instrumented_range of its radar",
    HIGHER: "higher than elevation_max of its radar",
}
TWICE_SAID: Final = "measured twice: radar, time, range and azimuth are those of another plot"


def read(given: Any, time_s: float | None, radars: Sequence[TrackerRadar]) -> tuple[Plots, Rejections]:
    """Plots of any form, as ``Tracker.update`` says; those of ``Plots`` and of arrays are not looked at yet.

    Raises:
        InputError: the form or a column means nothing, or neither the plots nor the update have a time.
    """
    if isinstance(given, Plots):
        return given, Rejections(len(given))
    unused: tuple[str, ...] = ()
    if isinstance(given, Mapping):
        columns = dict(given)
    elif getattr(given, "column_names", None) is not None or getattr(given, "columns", None) is not None:
        columns, unused = _of_table(given, time_s, len(radars))
    else:
        found = _of_array(given, _needed(time_s), len(radars))
        return found, Rejections(len(found))
    if "time_s" not in columns:
        size = np.size(next(iter(columns.values()), ()))
        columns["time_s"] = np.full(size, _needed(time_s))
    found, rejections = from_columns(columns, radars)
    return found, add(rejections, Rejections(0, columns=unused))


def _needed(time_s: float | None) -> float:
    if time_s is None:
        raise InputError("plots", 'read neither a column "time_s" nor time_s of the update; one is needed')
    return time_s


def _of_array(given: ArrayLike, time_s: float, radars: int) -> Plots:
    """Plots of one radar from an array of shape (n, 3) or (n, 4)."""
    try:
        values = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        raise InputError("plots", f"read {type(given).__name__}, which is no array of numbers") from None
    if values.size == 0:
        values = np.zeros((0, 3))
    elif radars != 1 or values.ndim != 2 or values.shape[1] not in {3, 4}:
        said = f"an array of the shape {values.shape} for {radars} radar{'' if radars == 1 else 's'}"
        raise InputError("plots", f"read {said}; a bare array is of one radar and has 3 or 4 columns")
    count = len(values)
    range_m, azimuth_rad, elevation_rad = values[:, 0].copy(), values[:, 1].copy(), values[:, 2].copy()
    unknown, none = np.full(count, np.nan), np.full(count, NO_CODE)
    rate_mps = values[:, 3].copy() if values.shape[1] == 4 else unknown
    return Plots(
        np.full(count, time_s, np.float64), np.zeros(count, np.int64), range_m, azimuth_rad, elevation_rad, rate_mps,
        unknown, unknown, unknown, unknown, none, none, np.arange(1, count + 1),
    )  # fmt: skip


def _of_table(given: Any, time_s: float | None, radars: int) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Columns in SI of a table of pandas, Arrow or the like, named as in a file of plots; and those not used.

    SSR codes and addresses are not used: a file writes them as octal and hexadecimal digits, which a table may not.
    """
    written = getattr(given, "column_names", None)
    names = [str(name) for name in (given.columns if written is None else written)]
    if "time_utc" in names:
        raise InputError("plots", 'read a column "time_utc", which only files may have; a table needs "time_s"')
    timeless = "time_s" not in names and time_s is not None
    try:
        found = plan("plots", ["time_s", *names] if timeless else names, radars)
    except InputError as error:
        raise InputError("plots", error.message) from None
    used = [column for column in found.columns if column.quantity not in CODES]
    unused = [column.header for column in found.columns if column.quantity in CODES]
    columns = {c.quantity: _column(given[c.header], c) for c in used if not (timeless and c.quantity == "time_s")}
    return columns, (*found.ignored, *unused)


def _column(given: Any, column: Column) -> Any:
    values = np.asarray(given)
    if column.quantity == "radar":
        return values
    if values.dtype.kind == "O":
        missing = given.isna() if hasattr(given, "isna") else [value is None for value in values]
        values = np.where(np.asarray(missing), np.nan, values)
    try:
        return values.astype(np.float64) * column.scale
    except (TypeError, ValueError):
        raise InputError("plots", f'the column "{column.header}" is not of numbers') from None


def measured_of(plots: Plots) -> Any:
    """The plots as rows for the kernels."""
    rows = np.empty(len(plots), t.MEASURED)
    for name in rows.dtype.names or ():
        rows[name] = getattr(plots, name)
    return rows


def sifted(
    plots: Plots, faults: int, span_s: tuple[float, float], radars: Sequence[TrackerRadar], instruments: Any,
    before: Plots | None,
) -> tuple[Plots, Rejections]:  # fmt: skip
    """The plots that an update can use, in order of time, and the others counted.

    Args:
        plots: what was given.
        faults: what ``faults_of`` found.
        span_s: the moment of the picture, and that of the update.
        radars, instruments: as the tracker has them.
        before: the plots of the update before this one.
    """
    rejected: tuple[Count, ...] = ()
    values: tuple[Count, ...] = ()
    if faults & UNSOUND:
        plots, unsound = from_columns({name: getattr(plots, name) for name in COLUMNS}, radars, plots.clock)
        rejected, values = unsound.plots, unsound.values
    plots = plots.rows(np.argsort(plots.time_s, kind="stable"))
    good = np.ones(len(plots), np.bool_)
    for mask, what in _faults(plots, span_s, instruments, before):
        fresh = mask & good
        if fresh.any():
            rejected += (Count(what, int(fresh.sum()), int(plots.source_row[np.argmax(fresh)])),)
            good &= ~mask
    return plots.rows(good), Rejections(0, rejected, values)


def _faults(
    plots: Plots, span_s: tuple[float, float], instruments: Any, before: Plots | None
) -> Iterator[tuple[Mask, str]]:
    since_s, until_s = span_s
    yield plots.time_s < since_s, f"older than the picture, which stands at {since_s:g} s"
    yield plots.time_s > until_s, f"later than the update, which is of {until_s:g} s"
    sides = np.zeros(len(plots), np.int64)
    sides_of(measured_of(plots), instruments, sides)
    for side, what in SIDES.items():
        yield sides == side, what
    yield _twice(plots, before), TWICE_SAID


def _twice(plots: Plots, before: Plots | None) -> Mask:
    """True for each plot that another one before it equals, in this update or at the end of the last."""
    names = ("azimuth_rad", "range_m", "radar", "time_s")
    parts = [plots] if before is None else [before, plots]
    keys = [np.concatenate([getattr(part, name) for part in parts]) for name in names]
    order = np.lexsort(keys)
    same = np.ones(max(len(order) - 1, 0), np.bool_)
    for key in keys:
        same &= key[order][1:] == key[order][:-1]
    found = np.zeros(len(order), np.bool_)
    found[order[1:]] = same
    return found[len(found) - len(plots) :]
