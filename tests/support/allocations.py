"""Weapon-target allocations to be solved: drawn, put into the tables, valued, and solved by plain means.

    python -m tests.support.allocations IN OUT

IN is a pickle of [(problem, method)]; OUT becomes what ``allocate`` makes of each, for runs under other settings.
"""

from __future__ import annotations

import pickle
import sys
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from openiads.enums import Allocation
from openiads.estimation.allocation import allocate
from openiads.world.tables import LINK, WORK
from tests.support.states import Array

NONE = -1
STEPS = 2.0**30


class Problem(NamedTuple):
    """Values (rows), rooms (rows) and kill probabilities (rows x columns, 0 where there is no link)."""

    value: Array
    room: Array
    chance: Array


class Tables(NamedTuple):
    """A problem in the engine's tables."""

    links: Any
    work: Any


def drawn(draw: np.random.Generator, rows: int, columns: int, most_room: int = 3) -> Problem:
    """Channels in units of the same chances or each its own, some pairs impossible, values alike or far apart."""
    units = columns if draw.random() < 0.4 else max(columns // 3, 1)
    chance = draw.uniform(0.2, 0.95, (rows, units))
    kind = int(draw.integers(4))
    if kind == 0:
        chance = np.round(chance, 1)
    elif kind == 1:
        chance[:] = chance[0]  # a unit's chance is the same at every threat
    elif kind == 2:
        chance[draw.random((rows, units)) < 0.1] = 1.0
    chance[draw.random((rows, units)) < draw.choice([0.0, 0.3, 0.6, 0.9])] = 0.0
    value = (draw.uniform(0.05, 1.0, rows), draw.exponential(0.3, rows), draw.integers(0, 4, rows) / 3.0)
    room = draw.integers(1, most_room + 1, rows)
    unit_of = np.sort(draw.integers(0, units, columns)) if units < columns else np.arange(columns)
    return Problem(value[int(draw.integers(3))], room, chance[:, unit_of])


def tables_of(problem: Problem, draw: np.random.Generator | None = None) -> Tables:
    """The problem in tables that something else has used before; the links of a row in any order."""
    rows, columns = problem.chance.shape
    tables = Tables(np.zeros(rows * columns + 1, LINK), np.zeros(max(rows, columns, 1), WORK))
    for table in tables:
        for name in table.dtype.names or ():
            table[name] = 77
    filled = 0
    for i, row in enumerate(problem.chance):
        linked = np.flatnonzero(row)
        if draw is not None:
            draw.shuffle(linked)
        end = filled + len(linked)
        tables.links["column"][filled:end], tables.links["chance"][filled:end] = linked, row[linked]
        tables.work["first_link"][i], tables.work["end_link"][i] = filled, end
        filled = end
    tables.work["value"][:rows], tables.work["room"][:rows] = problem.value, problem.room
    return tables


def allocated(problem: Problem, method: Allocation, draw: np.random.Generator | None = None) -> Array:
    """The row of each column, by the kernel; what else it says must agree."""
    rows, columns = problem.chance.shape
    tables = tables_of(problem, draw)
    allocate(method.value, rows, columns, tables.links, tables.work)
    row_of: Array = tables.work["row_of"][:columns].copy()
    for i in range(rows):
        own = np.flatnonzero(row_of == i)
        row = tables.work[i]
        assert row["taken"] == len(own)
        assert row["column_of"] == (own[0] if len(own) else NONE)
        assert np.isclose(row["survive"], np.prod(1.0 - problem.chance[i, own]), rtol=1e-12, atol=0.0)
    return row_of


def worth(problem: Problem, row_of: Array) -> float:
    """Value saved by an allocation, which must keep to the links and the rooms."""
    survive = np.ones(len(problem.value))
    for j, i in enumerate(row_of.tolist()):
        if i != NONE:
            assert problem.chance[i, j] > 0.0, "a pair that is no link"
            survive[i] *= 1.0 - problem.chance[i, j]
    taken = np.bincount(row_of[row_of != NONE], minlength=len(problem.room))
    assert (taken <= problem.room).all(), "more channels than a threat has room for"
    return float((problem.value * (1.0 - survive)).sum())


@cache
def _ways(rows: int, columns: int) -> Array:
    """Every way to give the columns to the rows, the last of which stands for nobody."""
    return np.array(list(product(range(rows + 1), repeat=columns)))


def enumerated(problem: Problem) -> float:
    """The best value saved, over every way to give the columns."""
    rows, columns = problem.chance.shape
    ways = _ways(rows, columns)
    total, allowed = np.zeros(len(ways)), np.ones(len(ways), bool)
    for i in range(rows):
        own = ways == i
        allowed &= (own.sum(axis=1) <= problem.room[i]) & ~(own & (problem.chance[i] == 0.0)).any(axis=1)
        total += problem.value[i] * (1.0 - np.where(own, 1.0 - problem.chance[i], 1.0).prod(axis=1))
    return float(total[allowed].max())


@cache
def _parts(columns: int, room: int) -> tuple[Array, Array, Array]:
    """Sets of columns and their parts of at most ``room`` columns, side by side, and where each set begins."""
    sets = np.arange(1 << columns)
    small = sets[np.bitwise_count(sets) <= room]
    whole, part = np.nonzero((sets[:, None] & small[None, :]) == small[None, :])
    return whole, small[part], np.searchsorted(whole, sets)


def optimum(problem: Problem) -> float:
    """The best value saved, by dynamic programming: rows one by one over the sets of columns used so far."""
    rows, columns = problem.chance.shape
    sets = np.arange(1 << columns)
    best = np.zeros(len(sets))
    for i in range(rows):
        survive = np.ones(len(sets))
        for j in range(columns):
            survive[sets >> j & 1 == 1] *= 1.0 - problem.chance[i, j]
        whole, part, starts = _parts(columns, int(problem.room[i]))
        found = best[whole ^ part] + problem.value[i] * (1.0 - survive)[part]
        best = np.maximum.reduceat(found, starts)
    return float(best[-1])


def _in_steps(gain: float) -> float:
    return float(np.floor(gain * STEPS + 0.5))


def marginal_return(problem: Problem) -> Array:
    """The pair that adds most, again and again; of equals the lowest row, its highest chance, its lowest column."""
    rows, columns = problem.chance.shape
    row_of, survive, left = np.full(columns, NONE), np.ones(rows), problem.room.copy()
    while True:
        best: tuple[float, int, float, int] | None = None
        for i, j in product(range(rows), range(columns)):
            chance = problem.chance[i, j]
            gain = _in_steps(problem.value[i] * survive[i] * chance)
            if row_of[j] == NONE and left[i] > 0 and gain > 0.0:
                this = (-gain, i, -chance, j)
                best = this if best is None else min(best, this)
        if best is None:
            return row_of
        _, i, less, j = best
        row_of[j], left[i], survive[i] = i, left[i] - 1, survive[i] * (1.0 + less)


def in_turns(problem: Problem, method: Allocation) -> Array:
    """GREEDY and FIRST_COME as their words say."""
    rows, columns = problem.chance.shape
    row_of, left = np.full(columns, NONE), problem.room.copy()
    order = sorted(range(rows), key=lambda i: -problem.value[i]) if method == Allocation.GREEDY else range(rows)
    while True:
        before = row_of.copy()
        for i in order:
            free = [j for j in range(columns) if row_of[j] == NONE and problem.chance[i, j] > 0.0]
            if free and left[i] > 0:
                best = max(free, key=lambda j: (problem.chance[i, j], -j))
                row_of[best if method == Allocation.GREEDY else free[0]] = i
                left[i] -= 1
        if (row_of == before).all():
            return row_of


if __name__ == "__main__":
    source, target = sys.argv[1:]
    asked = pickle.loads(Path(source).read_bytes())
    answers = [allocated(Problem(*problem), Allocation(method)) for problem, method in asked]
    Path(target).write_bytes(pickle.dumps(answers))
