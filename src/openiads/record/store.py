"""A record on disk: a folder with a Parquet file a table, the scenario and the manifest; whole or not there."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from openiads.catalog.errors import InputError
from openiads.record.columns import DTYPES, Table, columns_of, restore
from openiads.record.record import FORMAT, ROSTER_FIELDS, Record
from openiads.record.views import Views, literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MANIFEST: Final = "manifest.json"
SCENARIO: Final = "scenario.json"


def save(record: Record, folder: str | Path, beside: Callable[[Path], None] | None = None) -> Path:
    """Write a record into a new folder.

    All is written into a hidden folder next to it, which gets its name at the very end, so a crash or Ctrl-C leaves
    nothing that looks like a record.

    Args:
        record: what to write.
        folder: a path at which nothing exists yet; its parents are made.
        beside: writes further files (a picture, a summary) into the folder it is given, before the rename.

    Returns:
        The folder.

    Raises:
        InputError: the folder exists, or cannot be made.
    """
    with new_folder(folder) as staging:
        _write(record, staging)
        if beside is not None:
            beside(staging)
    return Path(folder)


@contextmanager
def new_folder(folder: str | Path) -> Iterator[Path]:
    """A hidden folder to write into, which gets its name when all is well and goes when it is not.

    Raises:
        InputError: the folder exists, or cannot be made or written.
    """
    target = Path(folder)
    check_target(target)
    staging = target.parent / f".{target.name}.{os.getpid()}.part"
    try:
        staging.mkdir(parents=True)
        yield staging
        check_target(target)
        staging.rename(target)
    except OSError as error:
        raise InputError(str(target), f"cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def check_target(folder: str | Path) -> None:
    """Say before a run starts that its folder could not be written after it.

    Raises:
        InputError: the folder exists, or its nearest existing parent is no folder or not writable.
    """
    target = Path(folder)
    if target.exists() or target.is_symlink():
        raise InputError(str(target), "exists already; records are never overwritten, name another folder")
    parent = next(path for path in target.absolute().parents if path.exists())
    if not parent.is_dir():
        raise InputError(str(target), f"cannot be made, because {parent} is a file")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise InputError(str(target), f"cannot be made, because {parent} is not writable")


def load(folder: str | Path) -> Record:
    """Read a record that ``save`` wrote; tables, roster and digest come back identical.

    Raises:
        InputError: the folder holds no record, half of one, one of another format, or one that was changed.
    """
    source = Path(folder)
    manifest = _manifest(source)
    import duckdb

    with duckdb.connect(":memory:") as connection:
        try:
            tables = {name: _table(connection, source, name) for name in DTYPES}
            roster = _roster(connection, source)
        except (duckdb.Error, KeyError, ValueError, TypeError) as error:
            raise InputError(str(source), f"is half a record or a foreign one: {_first_line(error)}") from None
    counts = manifest.pop("rows", None)
    if counts != {name: len(rows) for name, rows in tables.items()}:
        raise InputError(str(source), "was changed: its tables do not have the number of rows that its manifest names")
    record = Record.of(tables, roster, manifest)
    if record.digest != manifest.get("digest"):
        raise InputError(str(source), "was changed: the digest of its events is not the one in its manifest")
    return record


def _write(record: Record, folder: Path) -> None:
    with closing(Views(record)) as views:
        for name in (*DTYPES, "roster"):
            views.copy_to(name, str(folder / f"{name}.parquet"))
    manifest = dict(record.manifest)
    (folder / SCENARIO).write_text(str(manifest.pop("scenario_text", "{}")), encoding="utf-8")
    manifest["rows"] = {name: len(rows) for name, rows in record.tables.items()}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest["scenario_text"] = (folder / SCENARIO).read_text(encoding="utf-8")
    except (OSError, ValueError, TypeError):
        raise InputError(str(folder), f"is no record of a run ({MANIFEST} and {SCENARIO} are needed)") from None
    if manifest.get("format") != FORMAT:
        raise InputError(str(folder), f"has the record format {manifest.get('format')!r}; this version reads {FORMAT}")
    return dict(manifest)


def _table(connection: DuckDBPyConnection, folder: Path, name: str) -> Table:
    chosen = ", ".join(f'"{column.name}"' for column in columns_of(name))
    path = literal(str(folder / f"{name}.parquet"))
    return restore(name, connection.sql(f"SELECT {chosen} FROM read_parquet({path})").fetchnumpy())


def _roster(connection: DuckDBPyConnection, folder: Path) -> list[dict[str, Any]]:
    chosen = ", ".join(f'"{field}"' for field in ROSTER_FIELDS)
    path = literal(str(folder / "roster.parquet"))
    rows = connection.sql(f"SELECT {chosen} FROM read_parquet({path})").fetchall()
    return [dict(zip(ROSTER_FIELDS, row, strict=True)) for row in rows]


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
