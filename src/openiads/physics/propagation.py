"""Heights over the curved earth."""

from __future__ import annotations

from math import sqrt

from openiads._jit import kernel


@kernel
def height_over(earth_radius_m: float, east_m: float, north_m: float, up_m: float) -> float:
    """Height gained over the curved sea by going east, north, up from a point on it, m.

    Source: geometry of the sphere, sqrt((R + u)^2 + d^2) - R, written without cancellation.
    """
    down_m = earth_radius_m + up_m
    ground2_m2 = east_m * east_m + north_m * north_m
    return up_m + ground2_m2 / (sqrt(down_m * down_m + ground2_m2) + down_m)
