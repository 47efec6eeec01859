"""Tracks over time as one table: Parquet, which says of itself what it is, or CSV."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from openiads.catalog.errors import InputError

FORMAT: Final = "tracks"
SUFFIXES: Final = (".parquet", ".csv")
KEY: Final = "openiads"  # of the metadata of a Parquet file


def check_target(path: Path) -> None:
    """Say before the work starts that its file could not be written after it.

    Raises:
        InputError: the name ends in neither suffix, something exists there, or its folder is missing or closed.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(str(path), f"is no name of a table of tracks; it must end in {' or '.join(SUFFIXES)}")
    if os.path.lexists(path):
        raise InputError(str(path), "exists already; tracks are never written over, name another file")
    parent = path.absolute().parent
    if not parent.is_dir():
        raise InputError(str(path), f"cannot be written: there is no folder {path.parent}")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise InputError(str(path), f"cannot be written: the folder {path.parent} is not writable")


def write(path: Path, columns: Mapping[str, Any], about: Mapping[str, Any]) -> Path:
    """Write columns of one length as a table; the same columns give the same bytes.

    All is written into a hidden file beside, which gets its name at the end, so that nothing half-written stays.

    Args:
        path: a name at which nothing exists yet; its suffix says how the table is written.
        columns: by name.
        about: what the table is; goes into the metadata of a Parquet file as JSON.

    Raises:
        InputError: the file exists, or cannot be written.
    """
    import duckdb

    check_target(path)
    staging = path.parent / f".{path.name}.{os.getpid()}.part"
    try:
        _copy(staging, path.suffix.lower(), columns, json.dumps(dict(about), sort_keys=True))
        check_target(path)
        staging.rename(path)
    except (OSError, duckdb.IOException) as error:
        if isinstance(error, InputError):
            raise
        reason = getattr(error, "strerror", None) or str(error).strip().splitlines()[0]
        raise InputError(str(path), f"cannot be written: {reason}") from None
    finally:
        staging.unlink(missing_ok=True)
    return path


def _copy(staging: Path, suffix: str, columns: Mapping[str, Any], about: str) -> None:
    import duckdb

    form = "FORMAT csv, HEADER"
    if suffix == ".parquet":
        form = f"FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{KEY}: {_literal(about)}}}"
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        connection.register("given", dict(columns))
        connection.execute(f"COPY (SELECT * FROM given) TO {_literal(str(staging))} ({form})")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
