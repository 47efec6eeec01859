"""Zones: which are in force for a post, and what lies in them."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.vec3 import Vec3


@kernel
def in_force(tick: int, p: int, zone: Any) -> bool:
    """True when a zone counts for a post at a tick."""
    return bool((zone.post < 0 or zone.post == p) and zone.from_tick <= tick <= zone.until_tick)


@kernel
def holds(zone: Any, zone_corners: Any, point_m: Vec3, height_m: float) -> bool:
    """True when a point (local frame) at a height above the sea lies in a zone's polygon and height band.

    Source: crossings of a ray with the edges (Shimrat, CACM 5, 1962).
    """
    if height_m < zone.floor_m or height_m > zone.ceiling_m:
        return False
    inside = False
    for n in range(zone.corner_count):
        a = zone_corners[zone.first_corner + n].pos_enu_m
        b = zone_corners[zone.first_corner + (n + 1) % zone.corner_count].pos_enu_m
        crosses = (a[1] > point_m.y) != (b[1] > point_m.y)
        if crosses and point_m.x < (b[0] - a[0]) * (point_m.y - a[1]) / (b[1] - a[1]) + a[0]:
            inside = not inside
    return inside
