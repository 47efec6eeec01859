"""The pairs of an allocation: what a column may be given to, what it is given to, and what a row survives."""

from __future__ import annotations

from math import floor
from typing import Any

from openiads._jit import kernel, outlined

NONE = -1
GAIN_STEPS = 1 << 30  # of a unit of value: sums of gains in these steps are exact, equal choices stay equal
STEP = 1.0 / GAIN_STEPS  # no allocation counts as better by less


@kernel
def in_steps(gain: float) -> float:
    """A gain rounded to the steps in which gains are compared."""
    return floor(gain * GAIN_STEPS + 0.5) / GAIN_STEPS


@outlined
def begin(rows: int, columns: int, links: Any, work: Any) -> None:
    """Give nothing to anybody, and string the links of each column together in the order of rows."""
    for j in range(columns):
        work[j].row_of = NONE
        work[j].given = 0.0
        work[j].others = 1.0
        work[j].first_pair = NONE
    for i in range(rows):
        work[i].taken = 0
        work[i].survive = 1.0
        work[i].column_of = NONE
    for back in range(rows):
        i = rows - 1 - back
        for n in range(work[i].first_link, work[i].end_link):
            column = links[n].column
            links[n].row = i
            links[n].follow = work[column].first_pair
            work[column].first_pair = n


@outlined
def give(n: int, links: Any, work: Any) -> None:
    """Give the free column of a link to its row."""
    work[links[n].column].row_of = links[n].row
    work[links[n].column].given = links[n].chance
    work[links[n].row].taken += 1
    _weigh(links[n].row, links, work)


@outlined
def take_back(column: int, links: Any, work: Any) -> None:
    """Free a column that is given."""
    row = work[column].row_of
    work[column].row_of = NONE
    work[column].given = 0.0
    work[column].others = 1.0
    work[row].taken -= 1
    _weigh(row, links, work)


@kernel
def _weigh(row: int, links: Any, work: Any) -> None:
    """What a row survives: all of its columns, and all but each one (no division, for a kill may be certain)."""
    first, end = work[row].first_link, work[row].end_link
    survive = 1.0
    for n in range(first, end):
        column = links[n].column
        if work[column].row_of == row:
            work[column].others = survive
            survive *= 1.0 - work[column].given
    work[row].survive = survive
    survive = 1.0
    for back in range(end - first):
        column = links[end - 1 - back].column
        if work[column].row_of == row:
            work[column].others *= survive
            survive *= 1.0 - work[column].given


@kernel
def link_of(column: int, row: int, links: Any, work: Any) -> int:
    """The link of a column to a row, or -1."""
    n = work[column].first_pair
    while n != NONE and links[n].row != row:
        n = links[n].follow
    return int(n)


@kernel
def marginal(n: int, links: Any, work: Any) -> float:
    """What giving the column of a link to its row would add, with what the row has already; in steps."""
    row = links[n].row
    return in_steps(work[row].value * work[row].survive * links[n].chance)


@outlined
def drop_lesser(rows: int, columns: int, links: Any, work: Any) -> None:
    """Take the links out of the tables that no optimal allocation needs; afterwards nothing is given.

    Of each column only as many links matter as there are columns, those of the greatest gain: were it given along
    another, one of their rows would be empty, and the column could go there without loss.
    """
    for j in range(columns):
        least = _least_needed(j, columns, links, work)
        equals = columns
        n = work[j].first_pair
        while n != NONE:
            equals -= 1 if marginal(n, links, work) > least else 0
            n = links[n].follow
        n = work[j].first_pair
        while n != NONE:
            gain = marginal(n, links, work)
            if gain == least:
                equals -= 1
            if gain < least or (gain == least and equals < 0):
                links[n].row = NONE
            n = links[n].follow
    for i in range(rows):
        end = work[i].first_link
        for n in range(end, work[i].end_link):
            if links[n].row != NONE:
                links[end].column = links[n].column
                links[end].chance = links[n].chance
                end += 1
        work[i].end_link = end
    begin(rows, columns, links, work)


@kernel
def _least_needed(column: int, most: int, links: Any, work: Any) -> float:
    """The least of the greatest ``most`` gains of a column, 0 where it has no more links than that."""
    filled = 0
    n = work[column].first_pair
    while n != NONE:
        gain = marginal(n, links, work)
        if filled < most:
            _rise(filled, gain, work)
            filled += 1
        elif gain > work[0].heap:
            _sink(filled, gain, work)
        n = links[n].follow
    return float(work[0].heap) if filled == most else 0.0


@kernel
def _rise(place: int, gain: float, work: Any) -> None:
    """Put a gain into the heap at its end."""
    while place > 0 and work[(place - 1) // 2].heap > gain:
        work[place].heap = work[(place - 1) // 2].heap
        place = (place - 1) // 2
    work[place].heap = gain


@kernel
def _sink(filled: int, gain: float, work: Any) -> None:
    """Put a gain into the heap for the least one."""
    place = 0
    child = 1
    while child < filled:
        if child + 1 < filled and work[child + 1].heap < work[child].heap:
            child += 1
        if work[child].heap >= gain:
            break
        work[place].heap = work[child].heap
        place = child
        child = 2 * place + 1
    work[place].heap = gain
