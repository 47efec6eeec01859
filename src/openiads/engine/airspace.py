"""Zones: which are in force for a post, what lies in them, and which of them an ellipse on the ground touches."""

from __future__ import annotations

from math import cos, hypot, sin
from typing import Any

from openiads._jit import kernel
from openiads.physics.debris import Ellipse, horizon_at
from openiads.physics.earth import height_above_sea, to_enu
from openiads.vec3 import Vec3, add, scale, sub, turn_back


@kernel
def in_force(tick: int, p: int, zone: Any) -> bool:
    """True when a zone counts for a post at a tick."""
    return bool((zone.post < 0 or zone.post == p) and zone.from_tick <= tick <= zone.until_tick)


@kernel
def plumb(earth_radius_m: float, pos_enu_m: Vec3) -> Vec3:
    """The spot of the sea below a position, x and y in the local frame, and in z the height above the sea.

    Corners stand at sea level; at 10 km height and 100 km from the origin the plumb line is 160 m aside of the frame's
    own upright.
    """
    height_m = height_above_sea(earth_radius_m, pos_enu_m)
    share = earth_radius_m / (earth_radius_m + height_m)
    return Vec3(pos_enu_m.x * share, pos_enu_m.y * share, height_m)


@kernel
def holds(zone: Any, zone_corners: Any, point_m: Vec3, height_m: float) -> bool:
    """True when a point (local frame, brought down by ``plumb``) at a height above the sea lies in a zone.

    A zone that reaches the ground has no floor: what is measured or predicted a little too low is inside as well.

    Source: crossings of a ray with the edges (Shimrat, CACM 5, 1962).
    Limits: sides are straight in the local frame's plane; one of 300 km east to west at 35 degrees of latitude lies 1.2
    km off the parallel in the middle.
    """
    if height_m > zone.ceiling_m or (height_m < zone.floor_m and zone.grounded == 0):
        return False
    inside = False
    for n in range(zone.corner_count):
        a = zone_corners[zone.first_corner + n].pos_enu_m
        b = zone_corners[zone.first_corner + (n + 1) % zone.corner_count].pos_enu_m
        crosses = (a[1] > point_m.y) != (b[1] > point_m.y)
        if crosses and point_m.x < (b[0] - a[0]) * (point_m.y - a[1]) / (b[1] - a[1]) + a[0]:
            inside = not inside
    return inside


@kernel
def touches(zone: Any, zone_corners: Any, centre_m: Vec3, major_m: Vec3, minor_m: Vec3) -> bool:
    """True when a zone's polygon and an ellipse, whatever their heights, have a point in common.

    The plane is stretched until the ellipse, of the half axes ``major_m`` and ``minor_m``, is the unit circle: then
    the polygon holds its centre, or comes within 1 of it.
    """
    major2_m2 = major_m.x * major_m.x + major_m.y * major_m.y
    minor2_m2 = minor_m.x * minor_m.x + minor_m.y * minor_m.y
    inside = False
    last = zone_corners[zone.first_corner + zone.corner_count - 1].pos_enu_m
    x, y = last[0] - centre_m.x, last[1] - centre_m.y
    u, v = (x * major_m.x + y * major_m.y) / major2_m2, (x * minor_m.x + y * minor_m.y) / minor2_m2
    for n in range(zone.corner_count):
        corner = zone_corners[zone.first_corner + n].pos_enu_m
        x, y = corner[0] - centre_m.x, corner[1] - centre_m.y
        to_u, to_v = (x * major_m.x + y * major_m.y) / major2_m2, (x * minor_m.x + y * minor_m.y) / minor2_m2
        along_u, along_v = to_u - u, to_v - v
        share = -(u * along_u + v * along_v) / max(along_u * along_u + along_v * along_v, 1e-300)
        share = min(max(share, 0.0), 1.0)
        if hypot(u + share * along_u, v + share * along_v) <= 1.0:
            return True
        if (v > 0.0) != (to_v > 0.0) and u - v * along_u / along_v > 0.0:
            inside = not inside
        u, v = to_u, to_v
    return inside


@kernel
def fallen_on(setting: Any, zone: Any, zone_corners: Any, fallen: Ellipse) -> bool:
    """True when an ellipse of debris touches a zone's polygon; heights do not count."""
    horizon = horizon_at(fallen.centre_ecef_m)
    sine, cosine = sin(fallen.azimuth_rad), cos(fallen.azimuth_rad)
    along = add(scale(horizon.east, sine), scale(horizon.north, cosine))
    across = sub(scale(horizon.east, cosine), scale(horizon.north, sine))
    return touches(
        zone, zone_corners, to_enu(setting, fallen.centre_ecef_m),
        scale(turn_back(setting.enu_to_ecef, along), fallen.major_m),
        scale(turn_back(setting.enu_to_ecef, across), fallen.minor_m),
    )  # fmt: skip


@kernel
def nearer_than(zone: Any, zone_corners: Any, spot_m: Vec3, reach_m: float) -> bool:
    """True when a zone's polygon comes within a distance of a spot: a circle is an ellipse too."""
    return touches(zone, zone_corners, spot_m, Vec3(reach_m, 0.0, 0.0), Vec3(0.0, reach_m, 0.0))
