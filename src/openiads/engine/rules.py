"""stand-in until the rules are merged"""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.engine.intercept import in_no_fire_zone
from openiads.enums import Cause, ControlStatus, Identity
from openiads.vec3 import Vec3


@kernel
def control_at(
    tick: int, p: int, u: int, pos_m: Vec3, height_m: float, posts: Any, readiness: Any, zones: Any, zone_corners: Any
) -> int:
    return posts[p].control


@kernel
def attacks_unit(
    tick: int, u: int, doctrine: Any, units: Any, emitters: Any, launchers: Any, track: Any, identity: Any, ranking: Any
) -> bool:
    return False


@kernel
def forbidden(control: int, identity: int) -> int:
    if control == ControlStatus.HOLD:
        return Cause.HOLD.value
    if identity == Identity.HOSTILE or (identity == Identity.SUSPECT and control != ControlStatus.TIGHT):
        return Cause.NONE.value
    return Cause.IDENTITY.value


@kernel
def zone_cause(
    tick: int, p: int, setting: Any, zones: Any, zone_corners: Any, launcher_m: Vec3, point_m: Vec3, vel_mps: Vec3
) -> int:
    if in_no_fire_zone(zones, zone_corners, setting[0].earth_radius_m, point_m):
        return Cause.NO_FIRE_ZONE.value
    return Cause.NONE.value
