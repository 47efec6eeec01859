"""The optimal allocation of few columns: branch and bound, column by column.

Source: the bound is submodularity (Ahuja, Kumar, Jha and Orlin, Operations Research 55 (2007), discuss such bounds): a
column adds to a row at most what it would add to it now.
"""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel, outlined
from openiads.estimation.allocation_links import NONE, STEP, begin, give, link_of

_UNTRIED = -2
_DONE = -3


@outlined
def search(rows: int, columns: int, links: Any, work: Any) -> None:
    """Improve the allocation in the tables to an optimal one; it stays where nothing beats it by a step.

    Columns are decided in turn: each of its rows that has room, then none. Of columns alike, a later one takes no
    earlier row than the one before it.
    """
    best = 0.0
    for i in range(rows):
        best += work[i].value * (1.0 - work[i].survive)
        work[i].taken = 0
        work[i].survive = 1.0
    for j in range(columns):
        work[j].kept = NONE if work[j].row_of == NONE else link_of(j, work[j].row_of, links, work)
        work[j].alike = 1 if j > 0 and _same_links(j - 1, j, links, work) else 0
    best = _branch(columns, best, links, work)
    begin(rows, columns, links, work)
    for j in range(columns):
        if work[j].kept != NONE:
            give(work[j].kept, links, work)


@kernel
def _same_links(one: int, other: int, links: Any, work: Any) -> bool:
    n, m = work[one].first_pair, work[other].first_pair
    while n != NONE and m != NONE and links[n].row == links[m].row and links[n].chance == links[m].chance:
        n, m = links[n].follow, links[m].follow
    return bool(n == NONE and m == NONE)


@kernel
def _branch(columns: int, best: float, links: Any, work: Any) -> float:
    """Go through the choices of all columns, deepest first, leaving out what cannot beat the best."""
    depth = 0
    work[0].chosen = _UNTRIED
    work[0].reached = 0.0
    while depth >= 0:
        n = _next_choice(depth, links, work)
        work[depth].chosen = n
        if n == _DONE:
            depth -= 1
            continue
        total = work[depth].reached
        if n != NONE:
            row = links[n].row
            work[depth].before_survive = work[row].survive
            total += work[row].value * work[row].survive * links[n].chance
            work[row].survive *= 1.0 - links[n].chance
            work[row].taken += 1
        if depth == columns - 1:
            if total > best + STEP:
                best = total
                for j in range(columns):
                    work[j].kept = work[j].chosen
        elif total + _bound(depth + 1, columns, links, work) > best + STEP:
            depth += 1
            work[depth].chosen = _UNTRIED
            work[depth].reached = total
    return best


@kernel
def _next_choice(column: int, links: Any, work: Any) -> int:
    """Undo the choice of a column and name the next: a link whose row has room, then none, then done."""
    n = work[column].chosen
    if n == NONE:
        return _DONE
    if n == _UNTRIED:
        n = work[column].first_pair
        if work[column].alike == 1:
            before = work[column - 1].chosen
            n = NONE if before == NONE else link_of(column, links[before].row, links, work)
    else:
        work[links[n].row].survive = work[column].before_survive
        work[links[n].row].taken -= 1
        n = links[n].follow
    while n != NONE and work[links[n].row].taken >= work[links[n].row].room:
        n = links[n].follow
    return int(n)


@kernel
def _bound(first: int, columns: int, links: Any, work: Any) -> float:
    """No more can be added by the columns from one on: each alone at its best, with what is given already."""
    total = 0.0
    for j in range(first, columns):
        most = 0.0
        n = work[j].first_pair
        while n != NONE:
            row = links[n].row
            gain = work[row].value * work[row].survive * links[n].chance
            if gain > most and work[row].taken < work[row].room:
                most = gain
            n = links[n].follow
        total += most
    return total
