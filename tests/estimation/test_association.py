"""The optimal assignment against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from openiads.estimation.association import INFEASIBLE, assign
from openiads.world.tables import WORK


def _assigned(costs: np.ndarray, rows: int, columns: int, work: np.ndarray) -> np.ndarray:
    assign(costs, rows, columns, work)
    return np.asarray(work["column_of"][:rows])


def _compare(number: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    work, costs = np.zeros(80, WORK), np.zeros((40, 70))
    for _ in range(number):
        rows = int(draw.integers(1, 12))
        columns = int(draw.integers(rows, 24))
        matrix = draw.uniform(-5.0, 20.0, (rows, columns))
        if draw.random() < 0.3:
            matrix = np.round(matrix)  # ties
        matrix[draw.random((rows, columns)) < draw.choice([0.0, 0.3, 0.8])] = INFEASIBLE
        costs[:] = draw.uniform(-1e6, 1e6, costs.shape)  # what lies outside must not matter
        costs[:rows, :columns] = matrix
        ours = _assigned(costs, rows, columns, work)
        assert len(set(ours.tolist())) == rows, "two rows on one column"
        assert ((ours >= 0) & (ours < columns)).all()
        np.testing.assert_array_equal(costs[:rows, :columns], matrix)
        theirs = linear_sum_assignment(matrix)
        picked, best = matrix[np.arange(rows), ours], matrix[theirs]
        assert (picked >= INFEASIBLE).sum() == (best >= INFEASIBLE).sum()
        assert picked[picked < INFEASIBLE].sum() == pytest.approx(best[best < INFEASIBLE].sum(), abs=1e-6)


def test_two_thousand_random_matrices() -> None:
    _compare(2000, 11)


@pytest.mark.full
def test_ten_thousand_random_matrices() -> None:
    _compare(10_000, 12)


def test_a_known_square() -> None:
    costs = np.array([[4.0, 1.0, 3.0], [2.0, 0.0, 5.0], [3.0, 2.0, 2.0]])
    np.testing.assert_array_equal(_assigned(costs, 3, 3, np.zeros(4, WORK)), [1, 0, 2])


def test_stand_by_columns_are_taken_when_nothing_else_is_feasible() -> None:
    costs = np.full((2, 4), INFEASIBLE)
    costs[0, 0] = costs[1, 0] = 1.0
    costs[0, 2] = costs[1, 3] = 16.0
    ours = _assigned(costs, 2, 4, np.zeros(5, WORK))
    assert sorted(ours.tolist()) in ([0, 2], [0, 3])
    assert costs[np.arange(2), ours].sum() == 17.0


def test_a_large_matrix() -> None:
    draw = np.random.default_rng(5)
    matrix = draw.uniform(0.0, 1.0, (200, 400))
    ours = _assigned(matrix, 200, 400, np.zeros(401, WORK))
    assert matrix[np.arange(200), ours].sum() == pytest.approx(matrix[linear_sum_assignment(matrix)].sum(), abs=1e-9)
