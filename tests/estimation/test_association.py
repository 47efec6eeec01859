"""The optimal assignment against SciPy's, with a column of its own for every row's stand-by."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from openiads.estimation.association import NONE, assign
from openiads.world.tables import LINK, WORK
from tests.support.states import Array

IMPOSSIBLE = np.inf
DEAR = 1e6  # a stand-by so dear that as few rows as can be are left


class Room(NamedTuple):
    """Work space with what an earlier problem left in it."""

    links: Any
    work: Any


def _room(rows: int, columns: int, number: int | None = None) -> Room:
    size = max(rows, columns, 1)
    links, work = np.zeros(rows * columns + 1 if number is None else number, LINK), np.zeros(size, WORK)
    for table in (links, work):
        for name in table.dtype.names or ():
            table[name] = 77
    return Room(links, work)


def _fill(costs: Array, stand_by: Array, room: Room, order: np.random.Generator | None = None) -> None:
    """Put the possible pairs of a matrix into the tables, those of a row side by side, in any order."""
    filled = 0
    for i, row in enumerate(costs):
        columns = np.flatnonzero(np.isfinite(row))
        if order is not None:
            order.shuffle(columns)
        end = filled + len(columns)
        room.links["column"][filled:end], room.links["cost"][filled:end] = columns, row[columns]
        room.work["first_link"][i], room.work["end_link"][i], room.work["stand_by"][i] = filled, end, stand_by[i]
        filled = end


def _checked(costs: Array, stand_by: Array, room: Room) -> float:
    """Total cost of the assignment in the tables, which must be one."""
    rows, columns = costs.shape
    column_of, row_of = room.work["column_of"][:rows], room.work["row_of"][:columns]
    total = 0.0
    for i, j in enumerate(column_of.tolist()):
        assert j == NONE or (0 <= j < columns and row_of[j] == i), "the two sides disagree"
        assert j == NONE or np.isfinite(costs[i, j]), "a pair that is no link"
        total += stand_by[i] if j == NONE else costs[i, j]
    taken = row_of[row_of != NONE]
    assert len(taken) == (column_of != NONE).sum()
    return total


def _solved(costs: Array, stand_by: Array, room: Room | None = None, order: Any = None) -> float:
    room = room or _room(*costs.shape)
    _fill(costs, stand_by, room, order)
    before = room.links.copy()
    assign(costs.shape[0], costs.shape[1], room.links, room.work)
    assert before.tobytes() == room.links.tobytes(), "costs were changed"
    return _checked(costs, stand_by, room)


def _best(costs: Array, stand_by: Array) -> float:
    """SciPy's optimum of the matrix with a stand-by column of each row's own beside it."""
    alone = np.full((len(stand_by), len(stand_by)), IMPOSSIBLE)
    np.fill_diagonal(alone, stand_by)
    whole = np.hstack([costs, alone])
    return float(whole[linear_sum_assignment(whole)].sum())


def _random(draw: np.random.Generator) -> tuple[Array, Array]:
    """Any shape up to 20 x 30, some with ties, some with most pairs impossible, some rows with none."""
    rows, columns = int(draw.integers(1, 20)), int(draw.integers(1, 30))
    costs = draw.uniform(-30.0, 5.0, (rows, columns))
    kind = int(draw.integers(4))
    if kind == 0:
        costs = np.round(costs)
    elif kind == 1:
        costs = np.round(costs / 10.0)  # hardly any two differ
    costs[draw.random((rows, columns)) < draw.choice([0.0, 0.3, 0.8, 0.97])] = IMPOSSIBLE
    costs[draw.random(rows) < 0.05] = IMPOSSIBLE
    stand_by = [np.zeros(rows), draw.uniform(-20.0, 20.0, rows), np.full(rows, DEAR)][int(draw.integers(3))]
    return costs, stand_by


def _compare(number: int, seed: int) -> None:
    draw, room = np.random.default_rng(seed), _room(20, 30)
    for n in range(number):
        costs, stand_by = _random(draw)
        assert _solved(costs, stand_by, room, draw) == pytest.approx(_best(costs, stand_by), rel=1e-12, abs=1e-6), n


def test_ten_thousand_random_matrices() -> None:
    _compare(10_000, 11)


@pytest.mark.full
def test_a_hundred_thousand_random_matrices() -> None:
    _compare(100_000, 12)


@pytest.mark.parametrize("shape", [(7, 7), (4, 12), (12, 4), (1, 9), (9, 1), (60, 90), (90, 60)])
def test_full_matrices_are_scipy_s_without_stand_by(shape: tuple[int, int]) -> None:
    """With more rows than columns the dearest are left, as SciPy leaves them."""
    costs = np.random.default_rng(shape).normal(0.0, 50.0, shape)
    left = DEAR * max(shape[0] - shape[1], 0)
    exact = costs[linear_sum_assignment(costs)].sum()
    assert _solved(costs, np.full(shape[0], DEAR)) - left == pytest.approx(exact, rel=1e-9, abs=1e-6)


@settings(max_examples=300, deadline=None)
@given(
    arrays.arrays(
        np.float64, st.tuples(st.integers(1, 7), st.integers(1, 7)),
        elements=st.one_of(st.just(IMPOSSIBLE), st.integers(-3, 3).map(float), st.floats(-1e6, 1e6)),
    ),
    st.data(),
)  # fmt: skip
def test_any_small_matrix(costs: Array, data: Any) -> None:
    stand_by = np.array(data.draw(st.lists(st.floats(-1e3, 1e6), min_size=len(costs), max_size=len(costs))))
    assert _solved(costs, stand_by) == pytest.approx(_best(costs, stand_by), rel=1e-9, abs=1e-6)


def test_a_large_sparse_problem() -> None:
    """2 000 rows of six links each, in clusters and beyond: SciPy's sparse matching over the augmented matrix."""
    draw, size = np.random.default_rng(13), 2000
    room = _room(size, size, 6 * size)
    rows = np.repeat(np.arange(size), 6)
    near = (rows + draw.integers(-40, 40, 6 * size)) % size
    pairs = {
        (int(i), int(j)): float(cost) for i, j, cost in zip(rows, near, draw.uniform(-20.0, 0.0, 6 * size), strict=True)
    }
    stand_by = draw.uniform(-6.0, 0.0, size)
    by_row: dict[int, list[tuple[int, float]]] = {i: [] for i in range(size)}
    for (i, j), cost in pairs.items():
        by_row[i].append((j, cost))
    filled = 0
    for i, own in by_row.items():
        room.work["first_link"][i], room.work["stand_by"][i] = filled, stand_by[i]
        for j, cost in own:
            room.links["column"][filled], room.links["cost"][filled] = j, cost
            filled += 1
        room.work["end_link"][i] = filled
    assign(size, size, room.links, room.work)
    chosen = room.work["column_of"]
    ours = sum(stand_by[i] if j == NONE else pairs[i, j] for i, j in enumerate(chosen.tolist()))
    taken = chosen[chosen != NONE]
    assert len(set(taken.tolist())) == len(taken)
    lift = 100.0  # SciPy takes no pair of cost zero
    own = [
        *((i, j, cost + lift) for (i, j), cost in pairs.items()),
        *((i, size + i, stand_by[i] + lift) for i in range(size)),
    ]
    i, j, cost = (np.array(part) for part in zip(*own, strict=True))
    whole = coo_matrix((cost, (i, j)), shape=(size, 2 * size)).tocsr()
    matched = min_weight_full_bipartite_matching(whole)
    assert ours == pytest.approx(whole[matched].sum() - lift * size, rel=1e-9)


@pytest.mark.parametrize("shape", [(6, 6), (3, 9), (9, 3)])
@pytest.mark.parametrize("cost", [-4.0, 0.0, 2.0])
def test_equal_costs_everywhere(shape: tuple[int, int], cost: float) -> None:
    """Pairs cheaper than stand-by are made as far as columns last; dearer ones never."""
    room = _room(*shape)
    total = _solved(np.full(shape, cost), np.full(shape[0], 1.0), room)
    made = min(shape) if cost < 1.0 else 0
    assert (room.work["column_of"][: shape[0]] != NONE).sum() == made
    assert total == pytest.approx(made * cost + (shape[0] - made))


def test_rows_without_links_stand_by() -> None:
    room = _room(5, 3)
    assert _solved(np.full((5, 3), IMPOSSIBLE), np.arange(5.0), room) == 10.0
    assert (room.work["column_of"][:5] == NONE).all()
    assert (room.work["row_of"][:3] == NONE).all()


@pytest.mark.parametrize(("rows", "columns"), [(0, 0), (0, 4), (4, 0)])
def test_nothing_to_assign(rows: int, columns: int) -> None:
    room = _room(rows, columns)
    assert _solved(np.zeros((rows, columns)), np.full(rows, 2.0), room) == 2.0 * rows
    assert (room.work["column_of"][:rows] == NONE).all()
    assert (room.work["row_of"][:columns] == NONE).all()


def test_a_known_square() -> None:
    """The example in SciPy's own page: 1 + 2 + 2."""
    room = _room(3, 3)
    assert _solved(np.array([[4.0, 1.0, 3.0], [2.0, 0.0, 5.0], [3.0, 2.0, 2.0]]), np.full(3, DEAR), room) == 5.0
    assert room.work["column_of"].tolist() == [1, 0, 2]


def test_a_dearer_row_gives_way() -> None:
    """Both rows want the first column; the one that loses least by it stands by."""
    costs = np.array([[-9.0], [-10.0]])
    room = _room(2, 1)
    assert _solved(costs, np.array([0.0, -5.0]), room) == -14.0
    assert room.work["column_of"].tolist() == [0, NONE]
