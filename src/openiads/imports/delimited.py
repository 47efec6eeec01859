"""Plots from CSV and Parquet files, read with DuckDB; the columns are those of ``columns.py``."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from openiads.catalog.errors import InputError
from openiads.imports import columns
from openiads.imports.columns import Column, Plan
from openiads.imports.plots import NO_CODE, Plots, Rejections, from_columns
from openiads.imports.radars import TrackerRadar

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DELIMITERS: Final = ",;\t|"
_ROW = re.compile(r"CSV Error on Line: (\d+)")
_FIELDS = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")
_DAY_US: Final = 86_400_000_000
_CHUNK: Final = 1 << 22
_SHOWN: Final = 60  # characters of a cell in a message
_SINGLE = re.compile(
    r"(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*|VARCHAR|TIME.*|DATE|ENUM.*|\"?NULL\"?)"
)


def read_csv(path: Path, radars: Sequence[TrackerRadar]) -> tuple[Plots, Rejections]:
    """Plots of a CSV file: a header, then one plot a line; the separator is a comma, semicolon, tab or bar.

    Raises:
        InputError: the file is not such a table, lacks a column or holds a cell that is no number; with its line.
    """
    header, separator = _header(path)
    found = columns.plan(str(path), header, len(radars))
    names = [f"c{place}" for place in range(len(header))]
    types = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    form = f"auto_detect=false, header=true, delim={columns.literal(separator)}, quote='\"', escape='\"'"
    source = f"read_csv({columns.literal(_plain(path))}, {form}, columns={{{types}}})"
    table = _fetched(path, columns.query(found, names, source, [radar.name for radar in radars]))
    count = len(table["unreadable"])
    if not count:
        raise InputError(str(path), "holds a header and no plots", line=1)
    lines = _lines(path, separator, count)
    if table["unreadable"].any():
        row = int(np.argmax(table["unreadable"] > 0))
        column = found.columns[int(table["unreadable"][row]) - 1]
        raise _unreadable(str(path), column, _cells(path, separator, row)[column.place], f"line {lines[row]}")
    names_read = None if not _has_unknown(table) else [c[_radar(found).place] for c in _rows(path, separator)]
    return _plots(found, table, radars, lines, names_read, "line")


def read_parquet(path: Path, radars: Sequence[TrackerRadar]) -> tuple[Plots, Rejections]:
    """Plots of a Parquet file, one a row.

    Raises:
        InputError: the file is not Parquet, lacks a column or holds a value that is no number; with its row.
    """
    source = f"read_parquet({columns.literal(_plain(path))})"
    described = _fetched(path, f"DESCRIBE SELECT * FROM {source}")
    names = [str(name) for name in described["column_name"]]
    found = columns.plan(str(path), names, len(radars))
    for column in found.columns:
        kind = str(described["column_type"][column.place])
        if _SINGLE.fullmatch(kind) is None:
            raise InputError(str(path), f'the column "{column.header}" holds {kind}; {column.expected} is needed')
    table = _fetched(path, columns.query(found, names, source, [radar.name for radar in radars]))
    count = len(table["unreadable"])
    if not count:
        raise InputError(str(path), "holds columns and no plots")
    if table["unreadable"].any():
        row = int(np.argmax(table["unreadable"] > 0))
        column = found.columns[int(table["unreadable"][row]) - 1]
        raise _unreadable(str(path), column, _column(path, source, column, row), f"row {row + 1}")
    names_read = None if not _has_unknown(table) else _column(path, source, _radar(found))
    return _plots(found, table, radars, np.arange(1, count + 1), names_read, "row")


def _plots(
    found: Plan, table: dict[str, Any], radars: Sequence[TrackerRadar], rows: Any, names_read: Any, row_word: str
) -> tuple[Plots, Rejections]:
    """Check what was read, and say what of the file was not used."""
    given: dict[str, Any] = {"source_row": rows}
    clock = "seconds of the column time_s"
    for column in found.columns:
        values = table[column.quantity]
        if column.quantity in ("mode_3a", "address", "radar"):
            given[column.quantity] = np.ma.filled(values, NO_CODE)
        elif column.name == "time_utc":
            given["time_s"], clock = _seconds(values)
        else:
            given[column.quantity] = np.ma.filled(values, np.nan)
    if names_read is not None:
        given["radar"] = np.array([(name or "").strip() for name in names_read], object)
    plots, rejections = from_columns(given, radars, clock)
    left = Rejections(rejections.read, rejections.plots, rejections.values, (), found.ignored, row_word)
    return plots, left


def _seconds(epoch_us: Any) -> tuple[Any, str]:
    """Seconds after midnight UTC of the earliest plot's day, and what they count from."""
    known = np.ma.compressed(epoch_us)
    day = int(known.min()) // _DAY_US if known.size else 0
    midnight = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)
    seconds = np.ma.filled((epoch_us - day * _DAY_US) * 1e-6, np.nan)
    return seconds, f"seconds after {midnight:%Y-%m-%d}T00:00:00Z"


def _has_unknown(table: dict[str, Any]) -> bool:
    return "radar" in table and bool((table["radar"] < 0).any())


def _radar(found: Plan) -> Column:
    return next(column for column in found.columns if column.quantity == "radar")


def _unreadable(file: str, column: Column, cell: str, at: str) -> InputError:
    line = int(at.removeprefix("line ")) if at.startswith("line ") else None
    where = "" if line else f"{at}: "
    shown = cell if cell.isprintable() else ascii(cell)[1:-1]
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]} ..."
    return InputError(file, f'{where}read "{shown}", expected {column.expected}', column.header.strip(), line)


def _fetched(path: Path, sql: str) -> dict[str, Any]:
    """The columns that a query of a file gives.

    Raises:
        InputError: DuckDB cannot read the file.
    """
    import duckdb

    connection: DuckDBPyConnection
    with duckdb.connect(":memory:") as connection:
        try:
            connection.execute("SET TimeZone = 'UTC'")
            found: dict[str, Any] = connection.execute(sql).fetchnumpy()
        except duckdb.Error as error:
            raise _refused(str(path), str(error)) from None
    return found


def _refused(file: str, said: str) -> InputError:
    """What DuckDB says of a file, in one sentence."""
    line = int(match[1]) if (match := _ROW.search(said)) else None
    if match := _FIELDS.search(said):
        return InputError(file, f"has {match[2]} fields in this line, the header has {match[1]}", line=line)
    if "unterminated quote" in said:
        return InputError(file, "a quotation mark is opened in this line and never closed", line=line)
    if "utf-8" in said or "nvalid unicode" in said:
        return InputError(file, "is not UTF-8 text", line=line)
    told = [text.strip() for text in said.partition("\nPossible ")[0].splitlines() if text.strip()]
    reason = told[-1] if line else told[0].partition("Error: ")[2] or told[0]
    return InputError(file, f"cannot be read: {reason[:1].lower()}{reason[1:]}", line=line)


def _plain(path: Path) -> str:
    """A path in which DuckDB sees no pattern."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def _header(path: Path) -> tuple[list[str], str]:
    """The names in the first line, and what separates them."""
    with path.open("rb") as file:
        start = file.readline(1 << 20)
    try:
        line = (start.decode("utf-8-sig").splitlines() or [""])[0]
    except UnicodeDecodeError:
        raise InputError(str(path), "is not UTF-8 text", line=1) from None
    separator = max(_DELIMITERS, key=line.count)
    names = next(csv.reader([line], delimiter=separator), [])
    if not "".join(names).strip():
        raise InputError(str(path), "begins with an empty line; the names of the columns were expected", line=1)
    return names, separator


def _rows(path: Path, separator: str) -> Iterator[list[str]]:
    """The cells of every plot's line, as text."""
    for _, cells in _numbered(path, separator):
        yield cells


def _numbered(path: Path, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The line on which every plot ends, and its cells."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=separator)
        next(reader)
        for cells in reader:
            if cells:
                yield reader.line_num, cells


def _cells(path: Path, separator: str, row: int) -> list[str]:
    return next(cells for place, cells in enumerate(_rows(path, separator)) if place == row)


def _lines(path: Path, separator: str, count: int) -> Any:
    """The line of every plot, from 1: counted one by one only where lines are empty or cells go over several."""
    ends, last = 0, b"\n"
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            ends, last = ends + chunk.count(b"\n"), chunk[-1:]
    if ends + (last != b"\n") == count + 1:
        return np.arange(2, count + 2)
    return np.fromiter((line for line, _ in _numbered(path, separator)), np.int64)


def _column(path: Path, source: str, column: Column, row: int | None = None) -> Any:
    """One column of a Parquet file as text, or one value of it."""
    some = "" if row is None else f" LIMIT 1 OFFSET {row}"
    sql = f"SELECT {columns.quoted(column.header)}::VARCHAR AS text FROM {source}{some}"
    values = np.ma.filled(_fetched(path, sql)["text"], "")
    return values if row is None else values[0]
