"""The weapon-target allocation against enumeration, dynamic programming, SciPy's solvers and plain twins."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, linear_sum_assignment, milp

from openiads.enums import Allocation
from openiads.estimation import allocation, allocation_links
from tests.support import elsewhere
from tests.support.allocations import (
    NONE,
    Problem,
    allocated,
    drawn,
    enumerated,
    in_turns,
    marginal_return,
    optimum,
    tables_of,
    worth,
)
from tests.support.states import Array

CLOSE = 1e-7  # what counts as equal is 2^-30 a choice


def _small(number: int, seed: int, most: int) -> list[Problem]:
    draw = np.random.default_rng(seed)
    return [drawn(draw, int(draw.integers(1, most + 1)), int(draw.integers(1, most + 1))) for _ in range(number)]


def test_three_thousand_small_ones_are_optimal() -> None:
    """Every way to give up to four columns to up to four rows tried."""
    for n, problem in enumerate(_small(3000, 1, 4)):
        best = enumerated(problem)
        assert worth(problem, allocated(problem, Allocation.OPTIMAL)) == pytest.approx(best, abs=CLOSE), n


@pytest.mark.parametrize("shape", [(5, 6), (6, 5), (3, 8), (8, 4)])
def test_the_dynamic_programme_is_the_enumeration(shape: tuple[int, int]) -> None:
    draw = np.random.default_rng(shape)
    for _ in range(3):
        problem = drawn(draw, *shape)
        assert optimum(problem) == pytest.approx(enumerated(problem), abs=1e-12)


def test_two_thousand_up_to_eight_by_eight_are_optimal() -> None:
    for n, problem in enumerate(_small(2000, 2, 8)):
        best = optimum(problem)
        assert worth(problem, allocated(problem, Allocation.OPTIMAL)) == pytest.approx(best, abs=CLOSE), n


@pytest.mark.full
def test_twenty_thousand_of_eight_by_eight_are_optimal() -> None:
    draw = np.random.default_rng(3)
    for n in range(20_000):
        problem = drawn(draw, 8, 8)
        assert worth(problem, allocated(problem, Allocation.OPTIMAL)) == pytest.approx(optimum(problem), abs=CLOSE), n


def _by_milp(problem: Problem) -> float:
    """The optimum by SciPy's integer programme over every set of columns that a row may have."""
    rows, columns = problem.chance.shape
    chosen = [
        (i, own)
        for i in range(rows)
        for size in range(1, int(problem.room[i]) + 1)
        for own in combinations(range(columns), size)
        if (problem.chance[i, list(own)] > 0.0).all()
    ]
    gain = np.array([problem.value[i] * (1.0 - np.prod(1.0 - problem.chance[i, list(own)])) for i, own in chosen])
    uses = np.zeros((rows + columns, len(chosen)))
    for n, (i, own) in enumerate(chosen):
        uses[i, n] = 1.0
        uses[[rows + j for j in own], n] = 1.0
    limits = LinearConstraint(uses, ub=np.ones(rows + columns))
    found = milp(-gain, integrality=np.ones(len(chosen)), bounds=(0, 1), constraints=limits, options={"mip_rel_gap": 0})
    return -float(found.fun)


def test_eight_by_eight_against_an_integer_programme() -> None:
    draw = np.random.default_rng(4)
    for _ in range(8):
        problem = drawn(draw, 8, 8)
        if problem.chance.any():
            best = _by_milp(problem)
            assert worth(problem, allocated(problem, Allocation.OPTIMAL)) == pytest.approx(best, abs=1e-6)


def _gaps(number: int, seed: int) -> Array:
    """By how much the larger ones fall short of the optimum, relative."""
    draw = np.random.default_rng(seed)
    gaps: list[float] = []
    while len(gaps) < number:
        problem = drawn(draw, int(draw.integers(9, 13)), int(draw.integers(9, 12)))
        best = optimum(problem)
        if best > 0.0:
            gaps.append(1.0 - worth(problem, allocated(problem, Allocation.OPTIMAL)) / best)
    return np.array(gaps)


def test_a_thousand_larger_ones_are_near_the_optimum() -> None:
    """Median at most 1 %, 95th percentile at most 5 %, as was asked for; and none worse than an eighth."""
    gaps = _gaps(1000, 5)
    assert gaps.min() > -CLOSE, "better than the optimum"
    assert np.median(gaps) <= 0.01
    assert np.quantile(gaps, 0.95) <= 0.05
    assert gaps.max() < 0.125


def test_rooms_of_one_are_scipy_s_assignment() -> None:
    """Any shape, and far more rows than columns too, where most links are dropped first."""
    draw = np.random.default_rng(6)
    for n in range(600):
        rows, columns = (int(draw.integers(1, most)) for most in ((120, 12) if n % 3 == 0 else (16, 16)))
        problem = drawn(draw, rows, columns, most_room=1)
        gain = problem.value[:, None] * problem.chance
        best = gain[linear_sum_assignment(gain, maximize=True)].sum()
        assert worth(problem, allocated(problem, Allocation.OPTIMAL, draw)) == pytest.approx(best, abs=CLOSE), n


def test_what_is_dropped_is_not_needed() -> None:
    """The optimum over the links that are left is that of all; of each column as many are left as there are columns."""
    draw, dropped = np.random.default_rng(7), 0
    for _ in range(150):
        rows, columns = int(draw.integers(7, 30)), int(draw.integers(1, 6))
        problem = drawn(draw, rows, columns)
        tables = tables_of(problem, draw)
        allocation_links.begin(rows, columns, tables.links, tables.work)
        allocation_links.drop_lesser(rows, columns, tables.links, tables.work)
        left = np.zeros_like(problem.chance)
        for i, row in enumerate(tables.work[:rows]):
            for link in tables.links[row["first_link"] : row["end_link"]]:
                left[i, link["column"]] = link["chance"]
        assert ((left == problem.chance) | (left == 0.0)).all()
        assert ((left > 0.0).sum(axis=0) == np.minimum((problem.chance > 0.0).sum(axis=0), columns)).all()
        assert optimum(problem._replace(chance=left)) == pytest.approx(optimum(problem), abs=CLOSE)
        dropped += int((left != problem.chance).sum())
    assert dropped > 1000


def test_marginal_return_is_its_plain_twin() -> None:
    draw = np.random.default_rng(8)
    for n in range(300):
        rows, columns = (int(size) for size in draw.integers(1, 12, 2))
        problem = drawn(draw, rows, columns)
        tables = tables_of(problem, draw)
        allocation_links.begin(rows, columns, tables.links, tables.work)
        allocation.marginal_return(rows, tables.links, tables.work)
        assert (tables.work["row_of"][:columns] == marginal_return(problem)).all(), n


@pytest.mark.parametrize("method", [Allocation.GREEDY, Allocation.FIRST_COME])
def test_the_simple_methods_are_their_plain_twins(method: Allocation) -> None:
    draw = np.random.default_rng(9)
    for n in range(300):
        problem = drawn(draw, *(int(size) for size in draw.integers(1, 14, 2)))
        assert (allocated(problem, method, draw) == in_turns(problem, method)).all(), n


def test_greedy_and_first_come_as_they_are_told() -> None:
    """Greedy gives the best channel to the dearest, first come the first channel to the oldest."""
    problem = Problem(np.array([0.2, 0.9]), np.array([2, 2]), np.array([[0.5, 0.8, 0.6], [0.4, 0.7, 0.0]]))
    assert allocated(problem, Allocation.GREEDY).tolist() == [1, 1, 0]
    assert allocated(problem, Allocation.FIRST_COME).tolist() == [0, 1, 0]


def test_the_optimal_saves_no_less_than_the_others() -> None:
    draw = np.random.default_rng(10)
    for _ in range(300):
        problem = drawn(draw, int(draw.integers(1, 9)), int(draw.integers(1, 9)))
        saved = [worth(problem, allocated(problem, method)) for method in Allocation]
        assert saved[0] >= max(saved) - CLOSE


chances = st.one_of(st.just(0.0), st.just(1.0), st.sampled_from([0.25, 0.5]), st.floats(1e-6, 1.0))


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.sampled_from(list(Allocation)), st.data())
def test_any_allocation_keeps_to_links_and_rooms(rows: int, columns: int, method: Allocation, data: Any) -> None:
    """And leaves no channel idle that could add something (the two simple methods too)."""
    cells = rows * columns
    chance = np.array(data.draw(st.lists(chances, min_size=cells, max_size=cells))).reshape(rows, columns)
    value = np.array(data.draw(st.lists(st.floats(0.0, 100.0), min_size=rows, max_size=rows)))
    room = np.array(data.draw(st.lists(st.integers(1, 4), min_size=rows, max_size=rows)))
    problem = Problem(value, room, chance)
    row_of = allocated(problem, method)
    saved = worth(problem, row_of)
    taken = np.bincount(row_of[row_of != NONE], minlength=rows)
    for j in np.flatnonzero(row_of == NONE):
        for i in np.flatnonzero((chance[:, j] > 0.0) & (taken < room)):
            more = row_of.copy()
            more[j] = i
            assert worth(problem, more) <= saved + 1e-6


def test_equal_choices_fall_to_the_lower_row_and_column() -> None:
    """Three threats alike, two channels alike: nothing but the order can decide."""
    for room in (1, 2):
        problem = Problem(np.full(3, 0.7), np.full(3, room), np.full((3, 2), 0.6))
        for method in Allocation:
            assert allocated(problem, method).tolist() == [0, 1]


@pytest.mark.parametrize(("rows", "columns"), [(0, 0), (0, 3), (3, 0)])
@pytest.mark.parametrize("method", list(Allocation))
def test_nothing_to_allocate(rows: int, columns: int, method: Allocation) -> None:
    problem = Problem(np.ones(rows), np.full(rows, 2), np.ones((rows, columns)))
    assert (allocated(problem, method) == NONE).all()


def test_plain_python_gives_the_same_columns(tmp_path: Path) -> None:
    """The sources without a compiler: the same row for every column, by every method, small and large."""
    draw = np.random.default_rng(11)
    asked = []
    for n in range(120):
        shape = (int(draw.integers(1, 9)), int(draw.integers(1, 8))) if n % 2 else (int(draw.integers(9, 25)), 10)
        asked += [(tuple(drawn(draw, *shape)), method.value) for method in Allocation]
    theirs = elsewhere.answer(asked, tmp_path, {"NUMBA_DISABLE_JIT": "1"}, "tests.support.allocations")
    for (problem, method), answer in zip(asked, theirs, strict=True):
        assert (allocated(Problem(*problem), Allocation(method)) == answer).all()
