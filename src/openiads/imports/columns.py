"""The columns that a file of plots may have: their names carry their units, and each becomes one SI column.

CSV and Parquet share this: a plan of columns is found from the header, and its SQL reads every one of them in one pass.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from openiads.catalog.errors import InputError, nearest

_DEG: Final = math.pi / 180.0
_QUANTITIES: Final[dict[str, dict[str, float]]] = {
    "time_s": {"time_s": 1.0, "time_utc": 1e-6},
    "radar": {"radar": 1.0},
    "range_m": {"range_m": 1.0, "range_km": 1e3, "range_nmi": 1852.0},
    "azimuth_rad": {"azimuth_deg": _DEG, "azimuth_rad": 1.0},
    "elevation_rad": {"elevation_deg": _DEG, "elevation_rad": 1.0},
    "range_rate_mps": {"range_rate_mps": 1.0},
    "height_m": {"height_m": 1.0, "height_ft": 0.3048, "flight_level": 30.48},
    "sigma_range_m": {"sigma_range_m": 1.0},
    "sigma_azimuth_rad": {"sigma_azimuth_deg": _DEG, "sigma_azimuth_rad": 1.0},
    "sigma_elevation_rad": {"sigma_elevation_deg": _DEG, "sigma_elevation_rad": 1.0},
    "mode_3a": {"mode_3a": 1.0},
    "address": {"mode_s": 1.0},
}
"""By quantity: the columns that may give it, and what their number is multiplied by."""

_NEEDED: Final = ("time_s", "range_m", "azimuth_rad")
_ALLOWED: Final = tuple(name for given in _QUANTITIES.values() for name in given)
_EXPECTED: Final = {
    "time_utc": "a date and time such as 2016-10-15T04:00:00Z",
    "mode_3a": "up to four octal digits such as 4172",
    "mode_s": "up to six hexadecimal digits such as 4B1A2C",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file that is read.

    Attributes:
        quantity: the name in ``Plots``.
        header: what the file calls it, as written.
        name: that name in the form allowed here.
        scale: its number times this is SI.
        place: its place in the file, from 0.
    """

    quantity: str
    header: str
    name: str
    scale: float
    place: int

    @property
    def expected(self) -> str:
        """What a cell may hold, in words."""
        return _EXPECTED.get(self.name, "a number")


@dataclass(frozen=True, slots=True)
class Plan:
    """The columns that are read, those that mean nothing here, and whether the file says which radar measured."""

    columns: tuple[Column, ...]
    ignored: tuple[str, ...]

    @property
    def has_radar(self) -> bool:
        """Whether there is a column of radars."""
        return any(column.quantity == "radar" for column in self.columns)

    @property
    def has_date(self) -> bool:
        """Whether times are dates and times."""
        return any(column.name == "time_utc" for column in self.columns)


def plan(file: str, header: Sequence[str], radars: int) -> Plan:
    """Find the columns of a file by its header.

    Args:
        file: its name in messages.
        header: the names as written; case and blanks round them do not matter.
        radars: how many radars there are; with one alone the column of radars may be missing.

    Raises:
        InputError: a needed column is missing, or one quantity is given twice.
    """
    names = [name.strip().lower() for name in header]
    found: dict[str, Column] = {}
    for place, name in enumerate(names):
        for quantity, given in _QUANTITIES.items():
            if name not in given:
                continue
            if quantity in found:
                both = f'"{found[quantity].header.strip()}" and "{header[place].strip()}"'
                raise InputError(file, f"has the columns {both}, of which only one can be used", line=1)
            found[quantity] = Column(quantity, header[place], name, given[name], place)
    for quantity in (*_NEEDED, *(("radar",) if radars > 1 else ())):
        if quantity not in found:
            raise _missing(file, quantity, names)
    return Plan(tuple(found.values()), tuple(name for name in names if name and name not in _ALLOWED))


def _missing(file: str, quantity: str, names: Iterable[str]) -> InputError:
    wanted = " or ".join(_QUANTITIES[quantity])
    others = [name for name in names if name not in _ALLOWED]
    meant = next((name for name in others if nearest(name, tuple(_QUANTITIES[quantity]))), None)
    hint = f'; is it "{meant}"?' if meant else ""
    read = ", ".join(names) or "none"
    message = f"has no column {wanted}{hint} (columns read: {read}; allowed: {', '.join(_ALLOWED)})"
    return InputError(file, message, line=1)


def query(found: Plan, names: Sequence[str], source: str, radar_names: Sequence[str]) -> str:
    """SQL that reads every column in SI, and the first unreadable cell of each row.

    Args:
        found: what to read.
        names: what the source calls its columns, by place.
        source: an SQL table function.
        radar_names: known radars; the column ``radar`` becomes their rows, -1 where another name stands.

    Returns:
        The query; ``unreadable`` is 1 + the place of the first such column in ``found.columns``, else 0.
    """
    texts = [f"nullif(trim({quoted(names[column.place])}::VARCHAR), '')" for column in found.columns]
    values = [_value(column, text, radar_names) for column, text in zip(found.columns, texts, strict=True)]
    cases = [
        f"WHEN {text} IS NOT NULL AND ({value}) IS NULL THEN {place}"
        for place, (text, value) in enumerate(zip(texts, values, strict=True), start=1)
    ]
    select = [f"{value} AS {column.quantity}" for column, value in zip(found.columns, values, strict=True)]
    return f"SELECT {', '.join(select)}, (CASE {' '.join(cases)} ELSE 0 END)::UTINYINT AS unreadable FROM {source}"


def _value(column: Column, text: str, radar_names: Sequence[str]) -> str:
    """The SQL value of one cell; NULL where it holds nothing or cannot be read."""
    if column.quantity == "radar":
        listed = ", ".join(literal(name) for name in radar_names)
        return f"coalesce(list_position([{listed}], {text}), 0)::BIGINT - 1"
    if column.name == "time_utc":
        return f"epoch_us(TRY_CAST({text} AS TIMESTAMPTZ))"
    if column.quantity == "mode_3a":
        digits = [
            f"(ascii(substr(lpad({text}, 4, '0'), {place}, 1)) - 48) * {8 ** (4 - place)}" for place in (1, 2, 3, 4)
        ]
        return f"CASE WHEN regexp_full_match({text}, '[0-7]{{1,4}}') THEN ({' + '.join(digits)})::BIGINT END"
    if column.quantity == "address":
        return f"CASE WHEN regexp_full_match({text}, '[0-9A-Fa-f]{{1,6}}') THEN TRY_CAST('0x' || {text} AS BIGINT) END"
    scale = "" if column.scale == 1.0 else f" * {column.scale!r}::DOUBLE"
    return f"TRY_CAST({text} AS DOUBLE){scale}"


def quoted(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"
