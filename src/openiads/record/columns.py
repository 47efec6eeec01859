"""The columns of a table: every component of every field of its dtype as a plain column, there and back without loss.

A file of the record and a readable view hold the same columns. Row numbers of other tables end in ``_row``, enum
values in ``_code``, so that the plain word (``target``, ``kind``) is free for the name that people read.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from openiads import enums as e
from openiads.world import tables as t

Table: TypeAlias = NDArray[Any]

DTYPES: Final[Mapping[str, np.dtype[Any]]] = {
    "events": t.EVENT, "truth": t.TRUTH_SAMPLE, "tracks": t.TRACK_SAMPLE, "plots": t.PLOT,
    "plot_origins": t.PLOT_ORIGIN, "replies": t.REPLY, "strobes": t.STROBE, "strobe_origins": t.STROBE_ORIGIN,
    "interceptors": t.INTERCEPTOR_SAMPLE, "emissions": t.EMISSION,
    "evidence": t.EVIDENCE, "ranking": t.RANKING_SAMPLE, "resources": t.RESOURCE, "debris": t.DEBRIS,
    "directives": t.DIRECTIVE,
    "assets": t.ASSET, "magazines": t.MAGAZINE, "channels": t.CHANNEL,
}  # fmt: skip

ENUMS: Final[Mapping[tuple[str, str], type[IntEnum]]] = {
    ("events", "kind"): e.EventKind,
    ("events", "cause"): e.Cause,
    ("events", "evidence"): e.EvidenceKind,
    ("tracks", "state"): e.TrackState,
    ("tracks", "identity"): e.Identity,
    ("replies", "iff"): e.IffEvidence,
    ("strobes", "kind"): e.StrobeKind,
    ("interceptors", "phase"): e.InterceptorPhase,
    ("evidence", "identity"): e.Identity,
    ("evidence", "iff"): e.IffEvidence,
    ("evidence", "code_evidence"): e.CodeEvidence,
    ("evidence", "kinematics"): e.KinematicClass,
    ("evidence", "route"): e.RouteEvidence,
    ("evidence", "height"): e.HeightEvidence,
    ("evidence", "origin"): e.OriginEvidence,
    ("evidence", "course"): e.CourseEvidence,
    ("evidence", "act"): e.ActEvidence,
    ("evidence", "notice"): e.NoticeEvidence,
    ("evidence", "word"): e.WordEvidence,
    ("ranking", "cause"): e.Cause,
    ("ranking", "group"): e.TargetGroup,
    ("debris", "kind"): e.DebrisKind,
    ("directives", "verb"): e.Verb,
}

ROSTERS: Final[Mapping[str, str]] = {  # a field that holds a row number, and the part of the roster it points into
    "post": "posts", "unit": "units", "radar": "radars", "launcher": "launchers", "target": "targets",
    "asset": "assets", "emitter": "emitters", "missile": "missiles",
    "receiver": "receivers",
}  # fmt: skip

_VECTORS: Final[Mapping[str, tuple[str, ...]]] = {
    "pos_enu_m": ("east_m", "north_m", "up_m"),
    "along_enu": ("along_east", "along_north", "along_up"),
    "vel_enu_mps": ("east_mps", "north_mps", "up_mps"),
    "impact_enu_m": ("impact_east_m", "impact_north_m", "impact_up_m"),
    "pos_ecef_m": ("x_ecef_m", "y_ecef_m", "z_ecef_m"),
    "vel_ecef_mps": ("x_ecef_mps", "y_ecef_mps", "z_ecef_mps"),
    "probability": ("probability_friend", "probability_civil", "probability_hostile"),
    "cov": tuple(f"cov_{row}{column}" for row in range(6) for column in range(row, 6)),
}
_ROWS_WITHOUT_NAMES: Final = frozenset(
    {("plots", "track"), ("plots", "channel"), ("events", "channel"), ("resources", "channel")}
)


class Column(NamedTuple):
    """A plain column: its name, the field it comes from and which component of it (-1: the field itself)."""

    name: str
    field: str
    component: int


def columns_of(table: str) -> list[Column]:
    """The plain columns of a table, in the order of its dtype."""
    dtype = DTYPES[table]
    found: list[Column] = []
    for field in dtype.names or ():
        if field in _VECTORS and dtype[field].shape:
            found += [Column(name, field, index) for index, name in enumerate(_VECTORS[field])]
        else:
            found.append(Column(_plain_name(table, field), field, -1))
    return found


def _plain_name(table: str, field: str) -> str:
    if (table, field) in ENUMS:
        return f"{field}_code"
    if field in ROSTERS or (table, field) in _ROWS_WITHOUT_NAMES:
        return f"{field}_row"
    return field


def flatten(table: str, rows: Table) -> dict[str, NDArray[Any]]:
    """A structured array as one contiguous array a column."""
    columns = {}
    for column in columns_of(table):
        values = rows[column.field]
        columns[column.name] = np.ascontiguousarray(values if column.component < 0 else values[:, column.component])
    return columns


def restore(table: str, columns: Mapping[str, NDArray[Any]]) -> Table:
    """The structured array that ``flatten`` came from; a missing value of a float column is not-a-number.

    Raises:
        KeyError: a column is missing.
    """
    wanted = columns_of(table)
    rows: Table = np.zeros(len(columns[wanted[0].name]), DTYPES[table])
    for column in wanted:
        values = columns[column.name]
        plain = values.filled(np.nan) if isinstance(values, np.ma.MaskedArray) else values
        if column.component < 0:
            rows[column.field] = plain
        else:
            rows[column.field][:, column.component] = plain
    return rows
