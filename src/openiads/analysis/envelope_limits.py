"""What ends a flown envelope at its far edge: age, speed, load or miss, as measured just beyond it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from openiads.analysis.flown_limits import failing, round_of
from openiads.world.flights import OVERTAKING_MPS, SPEED_LEFT_MPS, needed_load_mps2

if TYPE_CHECKING:
    from openiads.analysis.envelope import MissileEnvelope
    from openiads.analysis.envelope_read import Array, Aspect, Cut

WORDS: Final = {
    "age": "the assumed self-destruct ends the flight",
    "speed": "too little speed is left beyond",
    "load": "too little lateral acceleration is left beyond",
    "miss": "the missile no longer comes close enough beyond",
    "table": "the table ends there, the flight does not",
    "": "nothing is reached at this height",
}  # fmt: skip


def beyond(each: MissileEnvelope, aspect: Aspect, ground_m: float, height_m: float) -> str:
    """Which condition fails at the first cell of a table beyond a far edge: a key of ``WORDS``.

    Args:
        each: the missile's table.
        aspect: of the target.
        ground_m: of the edge.
        height_m: at which the edge lies; the nearest height of the table at which the edge's cell fails counts.
    """
    cut = each.cut(aspect)
    column = int(np.searchsorted(cut.ground_m, ground_m, side="right"))
    if column >= len(cut.ground_m):
        return "table"
    rows = np.flatnonzero(cut.margin[:, column] < 0.0)
    row = int(rows[np.argmin(np.abs(np.sqrt(cut.height_m[rows]) - np.sqrt(height_m)))]) if len(rows) else 0
    if cut.flight_s[row, column] <= 0.0:  # no closest approach
        return failing(round_of(each.missile), float(cut.ground_m[column]), float(cut.height_m[row])) or "miss"
    return min(_left(each, cut, row, column).items(), key=lambda item: item[1])[0]


def _left(each: MissileEnvelope, cut: Cut, row: int, column: int) -> dict[str, float]:
    """By how much each condition of a table is met at one of its cells, as ``world/flights.py`` has them."""
    fleeing = cut.radial_mps < 0.0
    needed_mps = max(SPEED_LEFT_MPS, -cut.radial_mps + OVERTAKING_MPS) if fleeing else SPEED_LEFT_MPS
    needed_mps2 = needed_load_mps2(each.missile, each.target, float(cut.height_m[row]))
    lethal_m = each.missile.lethal_radius.value
    return {
        "speed": float(cut.speed_mps[row, column]) / needed_mps - 1.0,
        "load": float(cut.load_mps2[row, column]) / needed_mps2 - 1.0,
        "miss": 1.0 - float(_miss_m(each, cut)[row, column]) / lethal_m,
    }


def _miss_m(each: MissileEnvelope, cut: Cut) -> Array:
    """Closest approach in the table of the course nearest to a cut's."""
    course = int(np.argmin(np.abs(np.asarray(each.flown.radial_mps, float) - cut.radial_mps)))
    return np.asarray(each.flown.miss_m[course], float)
