"""Read plots from a file; its suffix says how it is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from openiads.catalog.errors import InputError
from openiads.imports.asterix import read_asterix
from openiads.imports.delimited import read_csv, read_parquet
from openiads.imports.plots import Plots, Rejections
from openiads.imports.radars import TrackerRadar

Reader = Callable[[Path, Sequence[TrackerRadar]], tuple[Plots, Rejections]]

READERS: Final[dict[str, Reader]] = {
    ".csv": read_csv,
    ".parquet": read_parquet,
    ".ast": read_asterix,
    ".asterix": read_asterix,
}
"""By suffix."""


def read_plots(path: Path, radars: Sequence[TrackerRadar]) -> tuple[Plots, Rejections]:
    """The plots of a file in its order, and what of it was not used.

    Args:
        path: a file; CSV (.csv), Parquet (.parquet) or ASTERIX category 048 (.ast, .asterix).
        radars: all that may have measured; at least one.

    Raises:
        InputError: the file cannot be read as what its suffix says, or not one of its plots can be used.
    """
    file = str(path)
    if not radars:
        raise InputError(file, "cannot be read without a radar; at least one must be given")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(file, f'has the suffix "{path.suffix}"; plots are read from {", ".join(READERS)}')
    if path.exists() and not path.is_file():
        raise InputError(file, "is no regular file; plots are read from files, never from a device, a pipe or a folder")
    try:
        with path.open("rb") as opened:
            is_empty = not opened.read(1)
        if is_empty:
            raise InputError(file, "is empty")
        plots, rejections = reader(path, radars)
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(file, f"cannot be read: {reason[:1].lower()}{reason[1:]}") from None
    if not len(plots):
        why = "; ".join(rejections.sentences()) or "there is none"
        raise InputError(file, f"holds no plot that can be used: {why}")
    return plots, rejections
