"""Kernels that only tests need."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel


@kernel
def read_beyond(clock: Any, n: int) -> int:
    """Read row ``n`` of a table, whether there is one or not."""
    return int(clock[n].tick)
