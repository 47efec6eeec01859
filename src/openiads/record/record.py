"""The record of one run: its tables, who is who in them, and what it was a run of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from openiads.record.columns import DTYPES

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

    from openiads.record.views import Views

Table: TypeAlias = NDArray[Any]
RosterRow: TypeAlias = Mapping[str, Any]

FORMAT: Final = 1
ROSTER_FIELDS: Final = (
    "table", "row", "name", "kind", "group", "side", "relation", "lat_deg", "lon_deg", "height_m", "parent",
    "range_m", "count",
)  # fmt: skip


def digest(events: Table) -> str:
    """SHA-256 over an event table field by field, hex; the padding between fields never enters.

    Each field in the order of the dtype: its name, then its values as contiguous little-endian bytes.
    """
    total = hashlib.sha256()
    for field in events.dtype.names or ():
        values = events[field]
        total.update(field.encode())
        total.update(np.ascontiguousarray(values, values.dtype.newbyteorder("<")).tobytes())
    return total.hexdigest()


@dataclass(frozen=True)
class Record:
    """What a run left: read-only tables, the roster and the manifest.

    Attributes:
        tables: structured arrays by name (``columns.DTYPES``); a name that is missing reads as an empty table.
        roster: a row for every entity that the tables name by number: see ``ROSTER_FIELDS``.
        manifest: what the run was of: format, versions, scenario, seed, run, start, frame of the local axes, digest.
    """

    tables: Mapping[str, Table]
    roster: tuple[RosterRow, ...]
    manifest: Mapping[str, Any]

    @classmethod
    def of(cls, tables: Mapping[str, Table], roster: Iterable[RosterRow], manifest: Mapping[str, Any]) -> Record:
        """A record whose tables cannot be written any more and whose manifest names its format and digest.

        Raises:
            ValueError: a table has a name or a dtype that the record does not know.
        """
        frozen: dict[str, Table] = {}
        for name, rows in tables.items():
            if name not in DTYPES or rows.dtype != DTYPES[name]:
                raise ValueError(f'the record has no table "{name}" of the dtype {rows.dtype}')
            frozen[name] = rows.view()
            frozen[name].flags.writeable = False
        full = {name: frozen.get(name, np.zeros(0, dtype)) for name, dtype in DTYPES.items()}
        said = {"format": FORMAT, "simulated": True, **manifest, "digest": digest(full["events"])}
        return cls(MappingProxyType(full), tuple(MappingProxyType(dict(row)) for row in roster), MappingProxyType(said))

    @property
    def digest(self) -> str:
        """SHA-256 of the events; equal digests mean that the same things happened at the same ticks."""
        return str(self.manifest["digest"])

    def rows(self, part: str) -> list[RosterRow]:
        """The roster of one part ("targets", "radars", ...), in the order of its row numbers."""
        return sorted((row for row in self.roster if row["table"] == part), key=lambda row: int(row["row"]))

    def events(self) -> DuckDBPyRelation:
        """What happened, in order, with names and causes as words."""
        return self.table("events")

    def tracks(self) -> DuckDBPyRelation:
        """What the posts believed, once a second: position, velocity, covariance, identity."""
        return self.table("tracks")

    def truth(self) -> DuckDBPyRelation:
        """Where the targets were, once a second."""
        return self.table("truth")

    def plots(self) -> DuckDBPyRelation:
        """What the radars measured, with the target each plot came from (``origin``, empty for a false plot)."""
        return self.table("plots")

    def interceptors(self) -> DuckDBPyRelation:
        """Where the missiles in flight were, ten times a second."""
        return self.table("interceptors")

    def table(self, name: str) -> DuckDBPyRelation:
        """Any table by name, or ``roster``; a DuckDB relation (``fetchnumpy()``, ``df()``, ``arrow()``, ``filter()``).

        Raises:
            KeyError: there is no such table.
        """
        return self._views.relation(name)

    def sql(self, query: str) -> DuckDBPyRelation:
        """A DuckDB query over all the tables by their names."""
        return self._views.sql(query)

    @cached_property
    def _views(self) -> Views:
        from openiads.record.views import Views

        return Views(self)
