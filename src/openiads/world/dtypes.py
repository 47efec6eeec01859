"""How a table is written down: its record dtype, one line a field."""

from __future__ import annotations

from typing import Any

import numpy as np


def record(*fields: tuple[Any, ...]) -> np.dtype[Any]:
    """An aligned record dtype whose rows read as ``row.field`` compiled and in plain Python alike."""
    return np.dtype((np.record, np.dtype(list(fields), align=True)))


def vector(name: str) -> tuple[str, str, tuple[int]]:
    """A field of three floats."""
    return (name, "f8", (3,))
