"""The tables as DuckDB views that people can read: words for codes, names for row numbers, degrees for positions.

Only NumPy is needed to look at a record; ``df()`` wants pandas and ``arrow()`` wants pyarrow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from openiads.enums import EventKind, Identity, Verb
from openiads.record.columns import DTYPES, ENUMS, ROSTERS, columns_of, flatten
from openiads.record.derive import derived

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

    from openiads.record.record import Record

_OWN_NAMES: Final[Mapping[str, str]] = {"assets": "assets", "magazines": "launchers"}  # a row is itself the entity
_SERIALS: Final[Mapping[str, str]] = {
    "events": "serial", "plots": "serial", "strobes": "serial", "assets": "row", "magazines": "row", "channels": "row",
}  # fmt: skip
_ORIGINS: Final[Mapping[str, tuple[str, str]]] = {  # table: the one beside it that says what each row came from
    "plots": ("plot_origins", "target"), "strobes": ("strobe_origins", "emitter"),
}  # fmt: skip
_ABOUT_TARGETS: Final = ("kind", "group", "side", "relation")
_ROSTER_TYPES: Final[Mapping[str, str]] = {
    "row": "BIGINT", "parent": "BIGINT", "count": "BIGINT", "lat_deg": "DOUBLE", "lon_deg": "DOUBLE",
    "height_m": "DOUBLE", "range_m": "DOUBLE",
}  # fmt: skip


class Views:
    """A DuckDB connection over one record; a view is made when it is first asked for."""

    def __init__(self, record: Record) -> None:
        import duckdb

        self._record = record
        self._connection: DuckDBPyConnection = duckdb.connect(":memory:")
        self._made: set[str] = set()

    def close(self) -> None:
        """Give the connection back; relations of it cannot be read any more."""
        self._connection.close()

    def relation(self, name: str) -> DuckDBPyRelation:
        """A view by name.

        Raises:
            KeyError: there is no such table.
        """
        if name not in DTYPES and name != "roster":
            raise KeyError(f'no table "{name}"; there are {", ".join(DTYPES)} and roster')
        self._make(name)
        return self._connection.table(name) if name == "roster" else self._connection.view(name)

    def sql(self, query: str) -> DuckDBPyRelation:
        """A query over all views."""
        for name in (*DTYPES, "roster"):
            if re.search(rf"\b{name}\b", query, re.IGNORECASE):
                self._make(name)
        return self._connection.sql(query)

    def copy_to(self, name: str, path: str) -> None:
        """Write a view as a Parquet file."""
        self._make(name)
        self._connection.execute(f"COPY (SELECT * FROM {name}) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd)")

    def _make(self, name: str) -> None:
        if name in self._made:
            return
        if name == "roster":
            _make_roster(self._connection, self._record)
        else:
            numbers = flatten(name, self._record.tables[name]) | derived(self._record, name)
            numbers |= _neighbours(self._record, name)
            self._connection.register(f"{name}_numbers", numbers)
            selection = _selection(self._record, name, list(numbers))
            self._connection.execute(f"CREATE VIEW {name} AS SELECT {selection} FROM {name}_numbers")
        self._made.add(name)


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _make_roster(connection: DuckDBPyConnection, record: Record) -> None:
    from openiads.record.record import ROSTER_FIELDS

    types = ", ".join(f'"{field}" {_ROSTER_TYPES.get(field, "VARCHAR")}' for field in ROSTER_FIELDS)
    connection.execute(f"CREATE TABLE roster ({types})")
    rows = [[row.get(field) for field in ROSTER_FIELDS] for row in record.roster]
    if rows:
        connection.executemany(f"INSERT INTO roster VALUES ({', '.join('?' * len(ROSTER_FIELDS))})", rows)


def _neighbours(record: Record, table: str) -> dict[str, Any]:
    """Columns of tables that stand row by row beside this one, and the row's own number."""
    count = len(record.tables[table])
    columns: dict[str, Any] = {_SERIALS[table]: np.arange(count)} if table in _SERIALS else {}
    if table in _ORIGINS:
        beside, field = _ORIGINS[table]
        origins = record.tables[beside][field]
        columns["origin_row"] = np.ascontiguousarray(origins) if len(origins) == count else np.full(count, -1)
    return columns


def _selection(record: Record, table: str, numbers: list[str]) -> str:
    """The columns of a view: times, words and places first, then all that the words were made from."""
    words = _words(record, table)
    raw = {column.name for column in columns_of(table)}
    made = [f'"{name}"' for name in numbers if name not in raw]
    first = [name for name in made if name in ('"serial"', '"row"', '"time_s"', '"utc"')]
    rest = [name for name in made if name not in first]
    return ", ".join([*first, *words, *rest, *(f'"{column.name}"' for column in columns_of(table))])


def _words(record: Record, table: str) -> list[str]:
    """SQL expressions of the text columns."""
    words = []
    if table in _OWN_NAMES:
        words += [_lookup(_texts(record, _OWN_NAMES[table], field), "row", field) for field in ("name", "kind")]
    for field in DTYPES[table].names or ():
        if (table, field) in ENUMS:
            words.append(_lookup((member.name for member in ENUMS[table, field]), f"{field}_code", field))
        elif field in ROSTERS:
            words.append(_lookup(_texts(record, ROSTERS[field], "name"), f"{field}_row", field))
        if field == "target":
            texts = {about: _texts(record, "targets", about) for about in _ABOUT_TARGETS}
            words += [_lookup(texts[about], "target_row", f"target_{about}") for about in _ABOUT_TARGETS]
    if table == "events":
        words.append(_what_code_means())
    if table in _ORIGINS:
        words.append(_lookup(_texts(record, ROSTERS[_ORIGINS[table][1]], "name"), "origin_row", "origin"))
    return words


def _texts(record: Record, part: str, field: str) -> list[str]:
    texts = {int(row["row"]): str(row.get(field) or "") for row in record.rows(part)}
    return [texts.get(row, "") for row in range(max(texts, default=-1) + 1)]


def _lookup(texts: Iterable[str], index: str, name: str) -> str:
    """Text by number; -1 (and anything beyond the list) is NULL."""
    listed = ", ".join(literal(text) for text in texts)
    if not listed:
        return f'CAST(NULL AS VARCHAR) AS "{name}"'
    return f'(CAST([{listed}] AS VARCHAR[]))["{index}" + 1] AS "{name}"'


def _what_code_means() -> str:
    """The ``code`` of an event as a word, for the kinds that use it."""
    identities = ", ".join(literal(member.name) for member in Identity)
    verbs = ", ".join(literal(member.name) for member in Verb)
    return (
        f"CASE kind_code WHEN {EventKind.IDENTIFIED} THEN [{identities}][code + 1] "
        f"WHEN {EventKind.DIRECTIVE} THEN [{verbs}][code + 1] "
        f"WHEN {EventKind.ASSESSED} THEN ['MISS', 'KILL'][code + 1] "
        f"WHEN {EventKind.LAUNCHED} THEN [NULL, 'SELF_DEFENCE'][code + 1] END AS code_word"
    )
