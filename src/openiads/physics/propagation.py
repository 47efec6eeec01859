"""Who sees whom over the curved earth, by the 4/3 effective radius."""

from __future__ import annotations

from math import sqrt

from openiads._jit import kernel
from openiads.constants import EFFECTIVE_EARTH_RADIUS_M


@kernel
def horizon_range(antenna_height_m: float, target_height_m: float) -> float:
    """Ground range (m) at which the sea hides a target from an antenna; heights above the sea, m.

    Source: d = sqrt(2 k a h_r) + sqrt(2 k a h_t), Skolnik, Introduction to Radar Systems, ch. 8.
    """
    antenna_m = sqrt(2.0 * EFFECTIVE_EARTH_RADIUS_M * max(antenna_height_m, 0.0))
    return antenna_m + sqrt(2.0 * EFFECTIVE_EARTH_RADIUS_M * max(target_height_m, 0.0))


@kernel
def height_over(earth_radius_m: float, east_m: float, north_m: float, up_m: float) -> float:
    """Height gained over the curved sea by going east, north, up from a point on it, m.

    Source: geometry of the sphere, sqrt((R + u)^2 + d^2) - R, written without cancellation.
    """
    down_m = earth_radius_m + up_m
    ground2_m2 = east_m * east_m + north_m * north_m
    return up_m + ground2_m2 / (sqrt(down_m * down_m + ground2_m2) + down_m)
