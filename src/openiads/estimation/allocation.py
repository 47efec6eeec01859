"""Which channels take which threats in one decision cycle: the static weapon-target allocation.

Threat i puts the value V_i at stake; a channel j that takes it kills it with p_ij. Channels err independently, so the
value saved is the sum of V_i (1 - prod (1 - p_ij)) over the channels j that take i. Each channel takes one threat at
most, threat i at most ``room`` channels.

Source: den Broeder, Ellison and Emerling, Operations Research 7 (1959) for the marginal return; Ahuja, Kumar, Jha and
Orlin, Operations Research 55 (2007) for the problem, its bounds and exchange. Oracle in tests: full enumeration.
"""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel, outlined
from openiads.enums import Allocation
from openiads.estimation.allocation_exchange import exchange
from openiads.estimation.allocation_links import NONE, begin, drop_lesser, give, in_steps, marginal
from openiads.estimation.allocation_search import search
from openiads.estimation.association import assign

EXACT_MOST = 8  # threats and channels up to which an allocation with rooms above one is searched to its optimum


@outlined
def allocate(method: int, rows: int, columns: int, links: Any, work: Any) -> None:
    """Give columns (free channels) to rows (threats) by one of the methods of ``Allocation``.

    Reads ``work[row].value`` (0 or more), ``room`` (1 or more), ``first_link`` and ``end_link``: the row's links lie
    side by side, each with ``links[n].column`` and ``chance`` (0 < p <= 1); no two of a row name one column. Rows come
    in the order in which FIRST_COME takes them. How many columns of one unit may be given is the caller's to say, by
    handing in no more of them.

    Writes ``work[column].row_of``: the row that a column is given to, or -1; ``work[row].taken``: how many columns a
    row has, ``column_of``: the lowest of them or -1, ``survive``: the probability that it survives them all. Uses all
    other fields of an allocation and of an assignment. ``work`` needs as many rows as there are rows or columns.

    OPTIMAL is exact where every room is 1, and up to EXACT_MOST rows and columns; above, marginal return with
    exchange. Gains that differ by less than 2^-30 count as equal: then the lower row and the lower column are taken.
    """
    begin(rows, columns, links, work)
    if method != Allocation.OPTIMAL:
        _in_turns(method, rows, columns, links, work)
    else:
        if rows > columns:
            drop_lesser(rows, columns, links, work)
        if _single(rows, work):
            _assign_one_each(rows, columns, links, work)
        else:
            marginal_return(rows, links, work)
            exchange(rows, columns, links, work)
            if rows <= EXACT_MOST and 0 < columns <= EXACT_MOST:
                search(rows, columns, links, work)
    for back in range(columns):
        column = columns - 1 - back
        if work[column].row_of != NONE:
            work[work[column].row_of].column_of = column


@kernel
def _single(rows: int, work: Any) -> bool:
    most = 1
    for i in range(rows):
        most = max(most, work[i].room)
    return most == 1


@kernel
def _assign_one_each(rows: int, columns: int, links: Any, work: Any) -> None:
    """The optimal assignment, whose costs are the gains with their sign turned."""
    for i in range(rows):
        work[i].stand_by = 0.0
        for n in range(work[i].first_link, work[i].end_link):
            links[n].cost = -in_steps(work[i].value * links[n].chance)
    assign(rows, columns, links, work)
    for i in range(rows):
        for n in range(work[i].first_link, work[i].end_link):
            if links[n].column == work[i].column_of:
                work[i].taken = 1
                work[i].survive = 1.0 - links[n].chance


@kernel
def marginal_return(rows: int, links: Any, work: Any) -> None:
    """Give one column at a time where it adds most; what a row could gain is asked again only when it comes first.

    A row's gain only falls as columns go, so that a gain asked earlier is a bound: the greatest bound whose column is
    still free is the greatest gain.
    """
    for i in range(rows):
        _seek(i, links, work)
    top = _greatest(rows, work)
    while top != NONE:
        n = work[top].best_link
        if work[links[n].column].row_of == NONE:
            give(n, links, work)
        _seek(top, links, work)
        top = _greatest(rows, work)


@kernel
def _greatest(rows: int, work: Any) -> int:
    """The row with the greatest gain above zero, the lowest of equals; -1 for none."""
    top, most = NONE, 0.0
    for i in range(rows):
        if work[i].best_gain > most:
            top, most = i, work[i].best_gain
    return top


@kernel
def _seek(row: int, links: Any, work: Any) -> None:
    """The free column that would add most to a row, as ``best_link`` and ``best_gain``."""
    n = _best_free(row, links, work) if work[row].taken < work[row].room else NONE
    work[row].best_link = n
    work[row].best_gain = 0.0 if n == NONE else marginal(n, links, work)


@kernel
def _best_free(row: int, links: Any, work: Any) -> int:
    """The link of a row to the free column with the highest chance, the lowest column of equals; -1 for none."""
    best, most, lowest = NONE, 0.0, 0
    for n in range(work[row].first_link, work[row].end_link):
        column, chance = links[n].column, links[n].chance
        if work[column].row_of == NONE and (chance > most or (chance == most and column < lowest)):
            best, most, lowest = n, chance, column
    return best


@kernel
def _first_free(row: int, links: Any, work: Any) -> int:
    """The link of a row to its lowest free column, -1 for none."""
    best = NONE
    for n in range(work[row].first_link, work[row].end_link):
        if work[links[n].column].row_of == NONE and (best == NONE or links[n].column < links[best].column):
            best = n
    return best


@kernel
def _in_turns(method: int, rows: int, columns: int, links: Any, work: Any) -> None:
    """GREEDY: by value, each row the column that is best for it; FIRST_COME: in the order given, each its first.

    A second channel goes to a threat only after each has had its turn.
    """
    left, before = columns, columns + 1
    while 0 < left < before:
        before = left
        for i in range(rows):
            work[i].scanned = 0
        for turn in range(rows):
            if left > 0:
                row = _most_valuable(rows, work) if method == Allocation.GREEDY else turn
                work[row].scanned = 1
                n = _taken_in_turn(method, row, links, work)
                if n != NONE:
                    give(n, links, work)
                    left -= 1


@kernel
def _taken_in_turn(method: int, row: int, links: Any, work: Any) -> int:
    """The link along which a row takes a column in its turn, -1 where it has no room or finds none."""
    if work[row].taken >= work[row].room:
        return NONE
    if method == Allocation.GREEDY:
        return _best_free(row, links, work)
    return _first_free(row, links, work)


@kernel
def _most_valuable(rows: int, work: Any) -> int:
    """The row of the greatest value that has not had its turn, the lowest of equals."""
    top = NONE
    for i in range(rows):
        if work[i].scanned == 0 and (top == NONE or work[i].value > work[top].value):
            top = i
    return top
