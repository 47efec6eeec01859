"""What a missile reaches, read from its flown tables (``world/envelopes.py``): the law of the run and of the map.

A table has three courses of the target (away at ``radial_mps``, across, and towards the launcher), heights and ranges
at squares of a step, so that what is near and low lies close together.
Limits: flown from a launcher at sea level, heights above the sea, against targets that fly straight on.
"""

from __future__ import annotations

from math import sqrt
from typing import Any, Final, NamedTuple

from openiads._jit import kernel

COURSES: Final = 3
OUT_OF_REACH: Final = -1.0


class Reach(NamedTuple):
    """How well a point is reached: by how much the tightest condition is met (0: just), and the flight there."""

    margin: float
    flight_s: float
    loft_slope: float


class _Corners(NamedTuple):
    """Weighted sums over the flights round a point; time and loft only over those that arrived."""

    margin: float
    flight_s: float
    loft_slope: float
    arrived: float


@kernel
def _with(sums: _Corners, cell: Any, weight: float) -> _Corners:
    arrived = weight if cell.flight_s > 0.0 else 0.0
    return _Corners(
        sums.margin + weight * cell.margin,
        sums.flight_s + arrived * cell.flight_s,
        sums.loft_slope + arrived * cell.loft_slope,
        sums.arrived + arrived,
    )


@kernel
def reach_at(missile: Any, envelopes: Any, group: int, ground_m: float, height_m: float, radial_mps: float) -> Reach:
    """Whether, and how, a missile meets a target of a group at a ground range and height.

    ``radial_mps`` is the target's speed towards the launcher. Linear in it and in the roots of range and height.
    Beyond the table, and beyond the limits that the run was told to keep, the margin is ``OUT_OF_REACH``; within the
    table the time of flight stands all the same.
    """
    x = sqrt(ground_m / missile.range_step_m)
    y = sqrt(max(height_m, 0.0) / missile.height_step_m)
    i, j = int(x), int(y)
    if i >= missile.range_cells - 1 or j >= missile.height_cells - 1:
        return Reach(OUT_OF_REACH, 0.0, 0.0)
    fastest_mps = missile.radial_mps[group]
    z = 1.0 + min(max(radial_mps / fastest_mps, -1.0), 1.0)
    k = min(int(z), COURSES - 2)
    sums = _Corners(0.0, 0.0, 0.0, 0.0)
    for corner in range(8):
        di, dj, dk = corner & 1, (corner >> 1) & 1, corner >> 2
        share = (x - i if di == 1 else 1.0 - x + i) * (y - j if dj == 1 else 1.0 - y + j)
        share *= z - k if dk == 1 else 1.0 - z + k
        if share > 0.0:
            row = ((k + dk) * missile.height_cells + j + dj) * missile.range_cells + i + di
            sums = _with(sums, envelopes[missile.first_cell[group] + row], share)
    if sums.arrived == 0.0:
        return Reach(OUT_OF_REACH, 0.0, 0.0)
    kept = missile.range_min_m <= ground_m <= missile.range_max_m
    kept = kept and missile.height_min_m <= height_m <= missile.height_max_m
    margin = sums.margin if kept else OUT_OF_REACH
    return Reach(margin, sums.flight_s / sums.arrived, sums.loft_slope / sums.arrived)


@kernel
def reaches(missile: Any, envelopes: Any, group: int, ground_m: float, height_m: float) -> bool:
    """True where a missile meets a target of a group that crosses at a ground range and height."""
    return reach_at(missile, envelopes, group, ground_m, height_m, 0.0).margin >= 0.0
