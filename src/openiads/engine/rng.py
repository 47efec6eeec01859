"""Randomness as a pure function of names: Philox4x32-10 keyed by (seed, purpose), counted by (run, who, whom, tick).

No draw depends on any other, so the order of entities, threads and added radars change nothing else.
Source: Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (SC11); known answers in tests.
"""

from __future__ import annotations

from math import cos, log, pi, sin, sqrt
from typing import Any, NamedTuple

import numpy as np

from openiads._jit import kernel

_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_SCALE = 2.0**-32


class Draws(NamedTuple):
    """Four numbers of one draw."""

    a: float
    b: float
    c: float
    d: float


@kernel
def philox(key0: Any, key1: Any, c0: Any, c1: Any, c2: Any, c3: Any) -> Any:
    """Ten rounds of Philox4x32; all six in and four out are uint64 below 2^32."""
    for _ in range(10):
        product0 = _M0 * c0
        product1 = _M1 * c2
        c0, c1, c2, c3 = (
            (product1 >> _HALF) ^ c1 ^ key0,
            product1 & _LOW,
            (product0 >> _HALF) ^ c3 ^ key1,
            product0 & _LOW,
        )
        key0 = (key0 + _W0) & _LOW
        key1 = (key1 + _W1) & _LOW
    return c0, c1, c2, c3


@kernel
def _bits(clock_row: Any, purpose: int, who: int, whom: int, tick: int) -> Any:
    return philox(
        np.uint64(clock_row.seed), np.uint64(purpose),
        np.uint64(clock_row.run), np.uint64(who), np.uint64(whom), np.uint64(tick) & _LOW,
    )  # fmt: skip


@kernel
def uniforms(clock_row: Any, purpose: int, who: int, whom: int, tick: int) -> Draws:
    """Four uniform numbers in (0, 1) named by purpose, who, whom (name hashes) and tick, seed and run of the clock."""
    a, b, c, d = _bits(clock_row, purpose, who, whom, tick)
    return Draws(
        (float(a) + 0.5) * _SCALE, (float(b) + 0.5) * _SCALE, (float(c) + 0.5) * _SCALE, (float(d) + 0.5) * _SCALE
    )


@kernel
def normals(clock_row: Any, purpose: int, who: int, whom: int, tick: int) -> Draws:
    """Four standard normal numbers (Box and Muller) of the same naming."""
    u = uniforms(clock_row, purpose, who, whom, tick)
    first = sqrt(-2.0 * log(u.a))
    second = sqrt(-2.0 * log(u.c))
    return Draws(
        first * cos(2.0 * pi * u.b),
        first * sin(2.0 * pi * u.b),
        second * cos(2.0 * pi * u.d),
        second * sin(2.0 * pi * u.d),
    )
