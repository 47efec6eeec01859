"""The rules: under which weapons control status a shot would be, what attacks a unit, and what the zones forbid."""

from __future__ import annotations

from math import sqrt
from typing import Any, NamedTuple

from openiads._jit import kernel, outlined
from openiads.constants import SECONDS_PER_TICK, STANDARD_GRAVITY_MPS2
from openiads.engine.airspace import fallen_on, holds, in_force, nearer_than, plumb
from openiads.enums import Cause, ControlStatus, Identity, TargetGroup, ZoneKind
from openiads.physics.debris import LEAST_M, SCATTER_MPS, SIGMAS, debris_ellipse
from openiads.physics.earth import height_above_sea, to_ecef, up_at
from openiads.vec3 import Vec3, dot, norm, read, step, sub, turn

NO_STATUS = -1


class Airspace(NamedTuple):
    """What the zones round a track say: their strictest status, -1 where none has any; whether it is in a corridor."""

    control: int
    in_corridor: bool


@kernel
def airspace_at(tick: int, p: int, pos_m: Vec3, height_m: float, zones: Any, zone_corners: Any) -> Airspace:
    """What the zones in force for a post say of a track at a place (by ``plumb``); the same for all units."""
    control, in_corridor = NO_STATUS, False
    for z in range(zones.size):
        zone = zones[z]
        speaks = zone.control >= 0 or zone.kind == ZoneKind.CORRIDOR
        if speaks and in_force(tick, p, zone) and holds(zone, zone_corners, pos_m, height_m):
            in_corridor = in_corridor or zone.kind == ZoneKind.CORRIDOR
            if zone.control >= 0 and (control < 0 or zone.control < control):
                control = zone.control
    return Airspace(control, in_corridor)


@kernel
def control_under(here: Airspace, post_control: int, unit_control: int) -> int:
    """The weapons control status of a unit against a track in some airspace.

    Hold wins, whoever says it: the post, the unit or a zone. Else the zones' status counts, the strictest of them; else
    the unit's own; else the post's. In a corridor it is at most tight. -1 is no status of one's own.
    """
    control = unit_control if unit_control >= 0 else post_control
    if min(control, post_control) == ControlStatus.HOLD:
        return ControlStatus.HOLD.value
    if here.control >= 0:
        control = here.control
    return min(control, ControlStatus.TIGHT.value) if here.in_corridor else control


@kernel
def control_at(
    tick: int, p: int, u: int, pos_m: Vec3, height_m: float, posts: Any, readiness: Any, zones: Any, zone_corners: Any
) -> int:
    """The weapons control status of a unit of a post against a track at a place (by ``plumb``) and height."""
    here = airspace_at(tick, p, pos_m, height_m, zones, zone_corners)
    return control_under(here, posts[p].control, readiness[u].control)


@kernel
def forbidden(control: int, identity: int, attacked: bool) -> int:
    """What the weapons control status says against a shot at an identity: HOLD, IDENTITY or NONE.

    Hold: at nothing. Tight: at hostile alone. Free: at hostile and suspect (docs/decisions/0007). What is hostile and
    attacks the unit itself (``attacks_unit``) may be fired at under any of them.
    """
    if identity == Identity.HOSTILE and (attacked or control != ControlStatus.HOLD):
        return Cause.NONE.value
    if control == ControlStatus.HOLD:
        return Cause.HOLD.value
    if identity == Identity.SUSPECT and control != ControlStatus.TIGHT:
        return Cause.NONE.value
    return Cause.IDENTITY.value


@kernel
def attacks_unit(
    u: int, doctrine: Any, units: Any, radars: Any, emitters: Any, launchers: Any, pos_m: Vec3, vel_mps: Vec3,
    identity: int, ranking: Any,
) -> bool:  # fmt: skip
    """True when a hostile track comes down on a vehicle of a unit, near and soon enough by the doctrine.

    A vehicle is a radar or launcher of the unit that is still alive. What flies counts by its closest approach in
    straight flight, height included: a weapon that dives at a radar passes near it, an aircraft overhead does not.
    What falls counts by its predicted impact.

    Assumes: a suspect does not attack; only hostile does.
    """
    if doctrine.self_defence == 0 or identity != Identity.HOSTILE:
        return False
    unit = units[u]
    for n in range(unit.first_launcher, unit.first_launcher + unit.launcher_count):
        if launchers[n].alive == 1 and _comes_upon(doctrine, read(launchers[n].pos_enu_m), pos_m, vel_mps, ranking):
            return True
    for r in range(radars.size):
        alive = radars[r].unit == u and emitters[r].alive == 1
        if alive and _comes_upon(doctrine, read(emitters[r].pos_enu_m), pos_m, vel_mps, ranking):
            return True
    return False


@kernel
def _comes_upon(doctrine: Any, vehicle_m: Vec3, pos_m: Vec3, vel_mps: Vec3, ranking: Any) -> bool:
    """True when a track passes or falls near a vehicle within the time of self-defence."""
    limit_s = doctrine.self_defence_tick * SECONDS_PER_TICK
    if ranking.group == TargetGroup.BALLISTIC and ranking.time_to_impact_s >= 0.0:
        off_m = norm(sub(read(ranking.impact_enu_m), vehicle_m))
        return bool(ranking.time_to_impact_s <= limit_s and off_m <= doctrine.self_defence_m)
    apart_m = sub(vehicle_m, pos_m)
    closing = dot(apart_m, vel_mps)
    time_s = closing / max(dot(vel_mps, vel_mps), 1.0)
    passing_m = norm(sub(step(pos_m, vel_mps, time_s), vehicle_m))
    return bool(closing > 0.0 and time_s <= limit_s and passing_m <= doctrine.self_defence_m)


@kernel
def zone_cause(
    tick: int, meet_tick: int, p: int, setting: Any, zones: Any, zone_corners: Any, launcher_m: Vec3, point_m: Vec3,
    target_vel_mps: Vec3,
) -> int:  # fmt: skip
    """What the zones in force for a post say against a shot: NO_FIRE_ZONE, OUT_OF_ZONE, DEBRIS or NONE.

    The launch point is held against the zones of ``tick``, the predicted intercept and its debris against those of
    ``meet_tick``. Costs nothing without zones, and falls of pieces only where a no-fire zone on the ground is in reach.

    Args:
        tick, meet_tick: of launch and predicted intercept.
        p: the post.
        setting, zones, zone_corners: of the world.
        launcher_m, point_m: launch point and predicted intercept, local frame.
        target_vel_mps: of the track there, local frame.
    """
    if zones.size == 0:
        return Cause.NONE.value
    cause = place_cause(tick, meet_tick, p, setting, zones, zone_corners, launcher_m, point_m)
    if cause != Cause.NONE:
        return int(cause)
    return debris_cause(meet_tick, p, setting, zones, zone_corners, point_m, target_vel_mps)


@kernel
def place_cause(
    tick: int, meet_tick: int, p: int, setting: Any, zones: Any, zone_corners: Any, launcher_m: Vec3, point_m: Vec3
) -> int:
    """NO_FIRE_ZONE where a shot leaves from one or meets its target in one; OUT_OF_ZONE where engagement zones are in
    force and none holds the intercept.
    """
    from_m, at_m = plumb(setting[0].earth_radius_m, launcher_m), plumb(setting[0].earth_radius_m, point_m)
    bounded, inside = False, False
    for z in range(zones.size):
        zone = zones[z]
        if zone.kind == ZoneKind.NO_FIRE:
            leaves = in_force(tick, p, zone) and holds(zone, zone_corners, from_m, from_m.z)
            if leaves or (in_force(meet_tick, p, zone) and holds(zone, zone_corners, at_m, at_m.z)):
                return Cause.NO_FIRE_ZONE.value
        elif zone.kind == ZoneKind.ENGAGEMENT and in_force(meet_tick, p, zone):
            bounded = True
            inside = inside or holds(zone, zone_corners, at_m, at_m.z)
    return Cause.OUT_OF_ZONE.value if bounded and not inside else Cause.NONE.value


@kernel
def debris_cause(
    meet_tick: int, p: int, setting: Any, zones: Any, zone_corners: Any, point_m: Vec3, target_vel_mps: Vec3
) -> int:
    """DEBRIS where the pieces of a target met at a point would come down on a no-fire zone that reaches the ground.

    Limits: the ellipse of two standard deviations (86 % of the pieces), of the target alone; not the round's own.
    """
    reach_m = -1.0
    at_m = plumb(setting[0].earth_radius_m, point_m)
    for z in range(zones.size):
        zone = zones[z]
        if zone.kind == ZoneKind.NO_FIRE and zone.grounded == 1 and in_force(meet_tick, p, zone):
            if reach_m < 0.0:
                reach_m = debris_reach_m(setting[0].earth_radius_m, point_m, target_vel_mps)
            near = nearer_than(zone, zone_corners, at_m, reach_m)
            if near and _debris_on(setting[0], zone, zone_corners, point_m, target_vel_mps):
                return Cause.DEBRIS.value
    return Cause.NONE.value


@outlined
def _debris_on(setting: Any, zone: Any, zone_corners: Any, point_m: Vec3, vel_mps: Vec3) -> bool:
    fallen = debris_ellipse(to_ecef(setting, point_m), turn(setting.enu_to_ecef, vel_mps))
    return fallen_on(setting, zone, zone_corners, fallen)


@kernel
def debris_reach_m(earth_radius_m: float, point_m: Vec3, vel_mps: Vec3) -> float:
    """How far from the spot below a point its debris ellipse may reach at most.

    Drag shortens a fall over level ground: with s the integral of exp(-K), K that of the drag rate, the range is v s
    and the height at most h + w s - g s^2 / 2, so that both end before the fall without air does. Pieces lie between 0
    and that range, so that their mean and two standard deviations reach at most 1.5 of it. A push reaches less than s
    times itself across the path, and along it is cut by the ground at the slant of the path.

    Source: free flight with drag along the velocity, whatever its rate; held against flown ellipses in tests.
    """
    up = up_at(earth_radius_m, point_m)
    height_m = max(height_above_sea(earth_radius_m, point_m), 0.0)
    rise_mps = dot(vel_mps, up)
    level_mps = sqrt(max(dot(vel_mps, vel_mps) - rise_mps * rise_mps, 0.0))
    sink_mps = sqrt(rise_mps * rise_mps + 2.0 * STANDARD_GRAVITY_MPS2 * height_m)
    fall_s = (rise_mps + sink_mps) / STANDARD_GRAVITY_MPS2
    slant = level_mps / max(sink_mps, 1.0)
    return 1.5 * level_mps * fall_s + SIGMAS * SCATTER_MPS * fall_s * sqrt(1.0 + slant * slant) + LEAST_M
