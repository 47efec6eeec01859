"""The optimal allocation of few columns: branch and bound, column by column.

What is still to come is bounded twice: by the columns, each of which adds to a row at most what it would add now (the
gain is submodular), and by the rows, as if none shared a column with another.
Source: branch and bound for this problem, Ahuja, Kumar, Jha and Orlin, Operations Research 55 (2007); the bounds are
this project's own.
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
    for i in range(rows):
        _order_by_chance(i, links, work)
    best = _branch(rows, columns, best, links, work)
    begin(rows, columns, links, work)
    for j in range(columns):
        if work[j].kept != NONE:
            give(work[j].kept, links, work)


@kernel
def _order_by_chance(row: int, links: Any, work: Any) -> None:
    """String the links of a row together, the highest chance first."""
    work[row].greatest_link = NONE
    for n in range(work[row].first_link, work[row].end_link):
        before, after = NONE, work[row].greatest_link
        while after != NONE and links[after].chance >= links[n].chance:
            before, after = after, links[after].lesser
        links[n].lesser = after
        if before == NONE:
            work[row].greatest_link = n
        else:
            links[before].lesser = n


@kernel
def _same_links(one: int, other: int, links: Any, work: Any) -> bool:
    n, m = work[one].first_pair, work[other].first_pair
    while NONE not in (n, m) and links[n].row == links[m].row and links[n].chance == links[m].chance:
        n, m = links[n].follow, links[m].follow
    return bool(n == NONE and m == NONE)


@kernel
def _branch(rows: int, columns: int, best: float, links: Any, work: Any) -> float:
    """Go through the choices of all columns, deepest first, leaving out what cannot beat the best."""
    depth = 0
    work[0].chosen = _UNTRIED
    work[0].reached = 0.0
    while depth >= 0:
        n = _next_choice(depth, columns, links, work)
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
        elif (
            total + _columns_alone(depth + 1, columns, links, work) > best + STEP
            and total + _rows_alone(depth + 1, rows, columns, links, work) > best + STEP
        ):
            depth += 1
            work[depth].chosen = _UNTRIED
            work[depth].reached = total
    return best


@kernel
def _next_choice(column: int, columns: int, links: Any, work: Any) -> int:
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
    if n == NONE and _wastes(column, columns - 1 - column, links, work):
        n = _DONE
    return int(n)


@kernel
def _wastes(column: int, to_come: int, links: Any, work: Any) -> bool:
    """True when the columns to come cannot fill a row that this one could have had: to leave it free is no use."""
    n = work[column].first_pair
    while n != NONE:
        if work[links[n].row].room - work[links[n].row].taken > to_come:
            return True
        n = links[n].follow
    return False


@kernel
def _columns_alone(first: int, columns: int, links: Any, work: Any) -> float:
    """No more can be added by the columns from one on: each at its best as if it were the only one."""
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


@kernel
def _rows_alone(first: int, rows: int, columns: int, links: Any, work: Any) -> float:
    """No more can be added by the columns from one on: so many best gains, as if each row had them for itself."""
    for i in range(rows):
        work[i].left = work[i].value * work[i].survive
        work[i].best_link = _open_link(work[i].greatest_link, first, links)
        work[i].scanned = work[i].room - work[i].taken
    total = 0.0
    for _ in range(first, columns):
        top, most = NONE, 0.0
        for i in range(rows):
            n = work[i].best_link
            if n != NONE and work[i].scanned > 0 and work[i].left * links[n].chance > most:
                top, most = i, work[i].left * links[n].chance
        if top == NONE:
            break
        total += most
        work[top].left -= most
        work[top].scanned -= 1
        work[top].best_link = _open_link(links[work[top].best_link].lesser, first, links)
    return total


@kernel
def _open_link(n: int, first: int, links: Any) -> int:
    """The first link from one on, by chance, whose column is still to come."""
    while n != NONE and links[n].column < first:
        n = links[n].lesser
    return int(n)
