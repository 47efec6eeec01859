"""What a missile reaches, read from its flown table (``world/envelopes.py``): the law of the run and of the map.

Limits: flown at standing points, from a launcher at sea level; heights are above the sea.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

from openiads._jit import kernel


@kernel
def flight_time(missile: Any, envelopes: Any, ground_m: float, height_m: float) -> float:
    """Time of flight to a ground range and height by the flown table; -1 where one of the four cells round it fails.

    Bilinear in range and in the root of height, by which the rows are spaced.
    """
    x = ground_m / missile.range_step_m
    y = sqrt(max(height_m, 0.0) / missile.height_step_m)
    i, j = int(x), int(y)
    if i >= missile.range_cells - 1 or j >= missile.height_cells - 1:
        return -1.0
    low = missile.first_cell + j * missile.range_cells + i
    high = low + missile.range_cells
    corners = envelopes[low].reachable + envelopes[low + 1].reachable
    corners += envelopes[high].reachable + envelopes[high + 1].reachable
    if corners < 4:
        return -1.0
    fx, fy = x - i, y - j
    below_s = envelopes[low].flight_s * (1.0 - fx) + envelopes[low + 1].flight_s * fx
    above_s = envelopes[high].flight_s * (1.0 - fx) + envelopes[high + 1].flight_s * fx
    return float(below_s * (1.0 - fy) + above_s * fy)


@kernel
def loft_at(missile: Any, envelopes: Any, ground_m: float, height_m: float) -> float:
    """The factor on the loft with which the nearest point of the flown table was met."""
    i = min(int(ground_m / missile.range_step_m + 0.5), missile.range_cells - 1)
    j = min(int(sqrt(max(height_m, 0.0) / missile.height_step_m) + 0.5), missile.height_cells - 1)
    return float(envelopes[missile.first_cell + j * missile.range_cells + i].loft)


@kernel
def reaches(missile: Any, envelopes: Any, ground_m: float, height_m: float) -> bool:
    """True where a missile's published limits and its flown table let it meet a point at a ground range and height."""
    if ground_m < missile.range_min_m or ground_m > missile.range_max_m:
        return False
    if height_m < missile.height_min_m or height_m > missile.height_max_m:
        return False
    return flight_time(missile, envelopes, ground_m, height_m) >= 0.0
