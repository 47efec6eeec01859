"""Who belongs to whom: the optimal two-dimensional assignment over the pairs that are possible at all.

Source: shortest augmenting paths, Jonker and Volgenant, Computing 38 (1987); each path is searched by Dijkstra's
method over the links alone, so that the work stays within a row's cluster. Oracle in tests: scipy.
"""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel, outlined

NONE = -1
_FAR = 1e300


@outlined
def assign(rows: int, columns: int, links: Any, work: Any) -> None:
    """Match rows to columns, or leave them on stand-by, at least total cost.

    ``work[row].first_link`` to ``end_link`` are the row's links (column and cost), ``stand_by`` what it costs to leave
    it; afterwards ``work[row].column_of`` is its column or -1, ``work[column].row_of`` a column's row or -1. No two
    links of a row name one column. ``work`` needs as many rows as there are rows or columns.
    """
    for j in range(columns):
        work[j].row_of = NONE
        work[j].column_potential = 0.0
        work[j].shortest = _FAR
        work[j].scanned = 0
    for i in range(rows):
        work[i].column_of = NONE
        work[i].row_potential = 0.0
    for i in range(rows):
        _augment(i, links, work)


@kernel
def _augment(start: int, links: Any, work: Any) -> None:
    """Add one row along a shortest path over reduced costs; the path ends at a free column or a row on stand-by."""
    touched = 0
    row, reached = start, 0.0
    end_row, end_cost, end_column = start, _FAR, NONE
    searching = True
    while searching:
        leave = reached + work[row].stand_by - work[row].row_potential
        if leave < end_cost:
            end_row, end_cost = row, leave
        touched = _relax(row, reached, touched, links, work)
        column, nearest = _nearest(touched, work)
        if nearest >= end_cost:
            searching = False
        elif work[column].row_of == NONE:
            end_row, end_cost, end_column = work[column].before, nearest, column
            searching = False
        else:
            work[column].scanned = 1
            row, reached = work[column].row_of, nearest
    _reprice(start, touched, end_cost, work)
    _flip(start, end_row, end_column, work)
    for n in range(touched):
        column = work[n].touched
        work[column].shortest = _FAR
        work[column].scanned = 0


@kernel
def _relax(row: int, reached: float, touched: int, links: Any, work: Any) -> int:
    """Shorten the ways to the columns of a row; returns how many columns have been touched by now."""
    for n in range(work[row].first_link, work[row].end_link):
        column = links[n].column
        way = reached + links[n].cost - work[row].row_potential - work[column].column_potential
        if way < work[column].shortest and work[column].scanned == 0:
            if work[column].shortest == _FAR:
                work[touched].touched = column
                touched += 1
            work[column].shortest = way
            work[column].before = row
    return touched


@kernel
def _nearest(touched: int, work: Any) -> tuple[int, float]:
    column, nearest = NONE, _FAR
    for n in range(touched):
        j = work[n].touched
        if work[j].scanned == 0 and work[j].shortest < nearest:
            column, nearest = j, work[j].shortest
    return column, nearest


@kernel
def _reprice(start: int, touched: int, length: float, work: Any) -> None:
    """Keep all reduced costs of the matching at zero and none below."""
    work[start].row_potential += length
    for n in range(touched):
        column = work[n].touched
        if work[column].scanned == 1:
            gain = length - work[column].shortest
            work[column].column_potential -= gain
            work[work[column].row_of].row_potential += gain


@kernel
def _flip(start: int, end_row: int, end_column: int, work: Any) -> None:
    """Give each row on the path the column that follows it."""
    row, column = end_row, end_column
    while True:
        given = work[row].column_of
        work[row].column_of = column
        if column != NONE:
            work[column].row_of = row
        if row == start:
            return
        column = given
        row = work[column].before
