"""What became of the claims, as rows for a page: grouped by unit, with totals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from openiads.analysis.claims_verdict import VERDICTS

if TYPE_CHECKING:
    from openiads.analysis.claims import ClaimRow, Claims

HEADINGS: Final = ("claim", "published", "simulated", "difference", "confidence", "verdict")
LEFT: Final = (0, 1, 2, 4, 5)
_FIVE, _SIX = 90, 110  # columns of a terminal from which the difference, and the confidence too, are shown
FOOT: Final = (
    "An input is a figure that the model was given: it counts for nothing. Geometry is computed by this project from "
    "published coordinates and radii: it says nothing about a system."
)
TOTAL_HEADINGS: Final = ("listed under", "claims", *VERDICTS)


def difference_text(row: ClaimRow) -> str:
    """``+14 %``; "" where there is no number to compare or nothing was asked of it."""
    if row.difference is None or (row.verdict == "input" and round(100.0 * row.difference) == 0):
        return ""
    return f"{100.0 * row.difference:+.0f} %".replace("-0 %", "0 %").replace("+0 %", "0 %")


def cells(rows: Sequence[ClaimRow]) -> list[list[str]]:
    """A line a claim."""
    return [
        [row.claim, row.published, row.simulated, difference_text(row), row.confidence, row.verdict_text]
        for row in rows
    ]


def narrow(width: int) -> tuple[int, ...]:
    """Which columns of ``cells`` are shown on a terminal of a width: published, simulated and verdict always are."""
    return (0, 1, 2, 5) if width < _FIVE else (0, 1, 2, 3, 5) if width < _SIX else tuple(range(len(HEADINGS)))


def total_cells(claims: Claims) -> list[list[str]]:
    """A line a unit and one for all: how many claims have each verdict."""
    lines = [_totals(unit, claims.of(unit)) for unit in claims.units]
    return [*lines, _totals("all", claims.rows)] if len(lines) > 1 else lines


def _totals(name: str, rows: Sequence[ClaimRow]) -> list[str]:
    return [name, str(len(rows)), *(str(sum(row.verdict == verdict for row in rows)) for verdict in VERDICTS)]


def headline(claims: Claims) -> str:
    """What was done, in one line."""
    totals = ", ".join(f"{name} {count}" for name, count in claims.totals.items())
    return f"{len(claims.rows)} published claims beside the simulation: {totals}"


def reasons(rows: Sequence[ClaimRow]) -> list[str]:
    """Why claims were not reproduced or could not be checked, a sentence a claim."""
    return [f"{row.claim}: {row.verdict}; {row.why}" for row in rows if row.why and row.verdict.startswith("not")]
