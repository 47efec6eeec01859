"""An allocation made better by exchange: columns are added, moved, swapped and pushed on until nothing gains.

Source: neighbourhoods of this kind for the weapon-target assignment: Ahuja, Kumar, Jha and Orlin, Operations Research
55 (2007).
"""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel, outlined
from openiads.estimation.allocation_links import NONE, STEP, give, link_of, marginal, take_back

SWEEPS_MOST = 20


@outlined
def exchange(rows: int, columns: int, links: Any, work: Any) -> None:
    """Sweep over the columns until a sweep changes nothing, SWEEPS_MOST times at most."""
    for i in range(rows):
        work[i].to_row = 0.0
    for j in range(columns):
        work[j].to_column = 0.0
    changed, sweeps = True, 0
    while changed and sweeps < SWEEPS_MOST:
        changed = False
        for j in range(columns):
            _find_way_on(j, links, work)
        for j in range(columns):
            if _improve(j, columns, links, work):
                changed = True
        sweeps += 1


@kernel
def _find_way_on(column: int, links: Any, work: Any) -> None:
    """Where a column would go best if it lost its row: ``best_link``."""
    best, most = NONE, 0.0
    n = work[column].first_pair
    while n != NONE:
        row = links[n].row
        if row != work[column].row_of and work[row].taken < work[row].room:
            gain = marginal(n, links, work)
            if gain > most:
                best, most = n, gain
        n = links[n].follow
    work[column].best_link = best


@kernel
def _improve(column: int, columns: int, links: Any, work: Any) -> bool:
    """Do the best of what can be done with one column, if it gains; False if nothing does."""
    own = work[column].row_of
    kept = 0.0  # what the column is worth where it is
    if own != NONE:
        kept = work[own].value * work[column].others * work[column].given
        for n in range(work[own].first_link, work[own].end_link):
            work[links[n].column].to_column = links[n].chance
    _find_way_on(column, links, work)
    to, most = work[column].best_link, STEP
    if to != NONE:
        gain = work[links[to].row].value * work[links[to].row].survive * links[to].chance - kept
        to, most = (to, gain) if gain > most else (NONE, most)
    out, then = NONE, NONE
    n = work[column].first_pair
    while n != NONE:
        work[links[n].row].to_row = links[n].chance
        n = links[n].follow
    for other in range(columns):
        row = work[other].row_of
        if row in (NONE, own) or work[row].to_row == 0.0:
            continue
        base = work[row].value * work[other].others * (work[row].to_row - work[other].given) - kept
        gain, way = base, NONE
        if own != NONE and work[other].to_column > 0.0:
            gain = base + work[own].value * work[column].others * work[other].to_column
            way = own
        onward = _onward(other, own, links, work)
        if base + onward > gain:
            gain = base + onward
            way = links[work[other].best_link].row
        if gain > most:
            to, most, out, then = NONE, gain, other, way
    n = work[column].first_pair
    while n != NONE:
        work[links[n].row].to_row = 0.0
        n = links[n].follow
    if own != NONE:
        for n in range(work[own].first_link, work[own].end_link):
            work[links[n].column].to_column = 0.0
    if to == NONE and out == NONE:
        return False
    _shift(column, to, out, then, links, work)
    return True


@kernel
def _onward(column: int, barred: int, links: Any, work: Any) -> float:
    """What a pushed column adds on its way on, if that is still open."""
    n = work[column].best_link
    if n == NONE:
        return 0.0
    row = links[n].row
    if row == barred or row == work[column].row_of or work[row].taken >= work[row].room:
        return 0.0
    return float(work[row].value * work[row].survive * links[n].chance)


@kernel
def _shift(column: int, to: int, out: int, then: int, links: Any, work: Any) -> None:
    """Move a column along a link, or put it in the place of another, which goes to a row or to none."""
    if work[column].row_of != NONE:
        take_back(column, links, work)
    if out == NONE:
        give(to, links, work)
        return
    row = work[out].row_of
    take_back(out, links, work)
    give(link_of(column, row, links, work), links, work)
    if then != NONE:
        give(link_of(out, then, links, work), links, work)
