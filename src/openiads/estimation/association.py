"""Who belongs to whom: the optimal two-dimensional assignment.

Source: Jonker and Volgenant, Computing 38 (1987), shortest augmenting paths. Oracle in tests: scipy.
"""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel

INFEASIBLE = 1e15


@kernel
def assign(costs: Any, rows: int, columns: int, work: Any) -> None:
    """Match every row to one column at least total cost; afterwards ``work[row].column_of`` is its column.

    ``costs`` is a matrix of at least rows x columns; rows <= columns. ``work`` needs columns + 1 rows (row and column
    bookkeeping, one-based inside). A row that can only take ``INFEASIBLE`` columns is given one all the same: the
    caller checks the cost.
    """
    for i in range(columns + 1):
        work[i].row_potential = 0.0
        work[i].column_potential = 0.0
        work[i].row_of = 0
        work[i].before = 0
    for i in range(1, rows + 1):
        _augment(i, costs, columns, work)
    for i in range(rows):
        work[i].column_of = -1
    for j in range(1, columns + 1):
        if work[j].row_of > 0:
            work[work[j].row_of - 1].column_of = j - 1


@kernel
def _augment(start: int, costs: Any, columns: int, work: Any) -> None:
    """Grow the matching by one row along a shortest path (Dijkstra on reduced costs)."""
    work[0].row_of = start
    j0 = 0
    for j in range(columns + 1):
        work[j].shortest = 1e300
        work[j].scanned = 0
    while work[j0].row_of != 0:
        work[j0].scanned = 1
        i0 = work[j0].row_of
        delta = 1e300
        j1 = 0
        for j in range(1, columns + 1):
            if work[j].scanned == 0:
                reduced = costs[i0 - 1, j - 1] - work[i0].row_potential - work[j].column_potential
                if reduced < work[j].shortest:
                    work[j].shortest = reduced
                    work[j].before = j0
                if work[j].shortest < delta:
                    delta = work[j].shortest
                    j1 = j
        for j in range(columns + 1):
            if work[j].scanned == 1:
                work[work[j].row_of].row_potential += delta
                work[j].column_potential -= delta
            else:
                work[j].shortest -= delta
        j0 = j1
    while j0 != 0:
        work[j0].row_of = work[work[j0].before].row_of
        j0 = work[j0].before
