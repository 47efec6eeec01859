"""Gates against SciPy's chi-square distribution."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from openiads.estimation.gate import MOST_DIMENSIONS, chi_square_share, gate_of

DIMENSIONS = range(1, MOST_DIMENSIONS + 1)


@pytest.mark.parametrize("dimensions", DIMENSIONS)
def test_shares_are_scipy_s(dimensions: int) -> None:
    for distance2 in (0.0, 1e-9, 0.01, 0.5, 1.0, 4.0, 9.21, 16.0, 25.0, 100.0, 1000.0):
        exact = stats.chi2.cdf(distance2, dimensions)
        assert chi_square_share(distance2, dimensions) == pytest.approx(exact, rel=1e-6, abs=1e-15), distance2


@pytest.mark.parametrize("dimensions", DIMENSIONS)
@pytest.mark.parametrize("share", [1e-4, 0.1, 0.5, 0.9, 0.95, 0.99, 0.997, 0.9999, 1.0 - 1e-9])
def test_gates_are_scipy_s(share: float, dimensions: int) -> None:
    assert gate_of(share, dimensions) == pytest.approx(stats.chi2.ppf(share, dimensions), rel=1e-6)


@settings(max_examples=200, deadline=None)
@given(st.floats(1e-3, 1.0 - 1e-6), st.floats(1e-3, 1.0 - 1e-6), st.sampled_from(list(DIMENSIONS)))
def test_a_gate_holds_its_share_and_grows_with_it(share: float, other: float, dimensions: int) -> None:
    assert chi_square_share(gate_of(share, dimensions), dimensions) == pytest.approx(share, abs=1e-9)
    assert (gate_of(share, dimensions) < gate_of(other, dimensions)) == (share < other) or share == other
    if dimensions < MOST_DIMENSIONS:
        assert gate_of(share, dimensions) < gate_of(share, dimensions + 1)
