"""Where a radar's beam points and what one look of it gives of one object."""

from __future__ import annotations

from math import atan2, cos, pi, sin, sqrt
from typing import Any, NamedTuple

from openiads._jit import kernel
from openiads.constants import MEAN_EARTH_RADIUS_M, SECONDS_PER_TICK, TWO_PI
from openiads.enums import EmitterKind, EngagementState, RadarKind
from openiads.physics.earth import up_at
from openiads.physics.look import beam_axis, echo, in_reach, line_to, lobe_gain, lowest_visible
from openiads.physics.radar import aspect_rcs, jam_to_noise
from openiads.vec3 import Vec3, cross, dot, norm, read, scale, step, sub, turn, turn_back, unit, write


class Seen(NamedTuple):
    """One object as one look has it: in the antenna's own frame, with the signal-to-interference ratio of the look."""

    local_m: Vec3
    range_m: float
    snr: float


@kernel
def see(
    earth_radius_m: float, radar: Any, emitter: Any, emitters: Any, horizons: Any, cells: Any, air: Any, target: Any,
    local_m: Vec3, vel_enu_mps: Vec3, gain: float,
) -> Seen:  # fmt: skip
    """Signal-to-interference ratio of an object in the beam; 0 where range, elevation or the horizon hide it.

    ``local_m`` is antenna to target in the antenna's east, north, up; the velocity is in the scenario's frame;
    ``gain`` is of this look over a search look at boresight (``physics/look.py``).
    """
    line = line_to(earth_radius_m, emitter.height_m, local_m)
    nothing = Seen(local_m, line.range_m, 0.0)
    if not in_reach(radar, line):
        return nothing
    horizon = horizons[emitter.horizon]
    azimuth_rad = atan2(local_m.x, local_m.y)
    if line.height_m < lowest_visible(horizon, cells, azimuth_rad, line.ground_m):
        return nothing
    line_enu = turn(emitter.axes_enu, scale(local_m, 1.0 / line.range_m))
    speed_mps = max(norm(vel_enu_mps), 1.0)
    cos_aspect = -dot(line_enu, vel_enu_mps) / speed_mps
    rcs_m2 = aspect_rcs(target.rcs_nose_m2, target.rcs_beam_m2, target.rcs_tail_m2, cos_aspect)
    back = echo(radar, horizon, cells, air, azimuth_rad, line, rcs_m2, gain, speed_mps * cos_aspect)
    if back.signal < radar.least_snr:
        return nothing
    axis = beam_axis(radar, line)
    jam = interference(earth_radius_m, radar, emitter, emitters, horizon, cells, azimuth_rad, axis)
    return Seen(local_m, line.range_m, back.signal / (1.0 + back.clutter + jam))


@kernel
def in_sight(earth_radius_m: float, antenna_m: float, horizon: Any, cells: Any, local_m: Vec3) -> bool:
    """True when a point, given in the antenna's own frame, stands above what surrounds the antenna."""
    line = line_to(earth_radius_m, antenna_m, local_m)
    return line.height_m > lowest_visible(horizon, cells, atan2(local_m.x, local_m.y), line.ground_m)


@kernel
def interference(
    earth_radius_m: float, radar: Any, emitter: Any, emitters: Any, horizon: Any, cells: Any, azimuth_rad: float,
    axis: float,
) -> float:  # fmt: skip
    """Jamming over noise in a beam along an azimuth, its axis at the sine of an elevation, from every jammer in sight.

    Only radars and jammers count: what else radiates in the air has no density.
    """
    total = 0.0
    for e in range(emitters.size - 1, -1, -1):
        if emitters[e].kind == EmitterKind.RADAR:
            break  # radars come first; every jammer has been seen
        if emitters[e].on == 1 and emitters[e].density_wphz > 0.0:
            local_m = turn_back(emitter.axes_enu, sub(read(emitters[e].pos_enu_m), read(emitter.pos_enu_m)))
            line = line_to(earth_radius_m, emitter.height_m, local_m)
            jammer_rad = atan2(local_m.x, local_m.y)
            if line.height_m > lowest_visible(horizon, cells, jammer_rad, line.ground_m):
                gain = lobe_gain(radar, azimuth_rad - jammer_rad, axis, line.sine)
                total += jam_to_noise(radar, emitters[e].density_wphz, line.range_m, gain)
    return total


@kernel
def nearest_survey(tick: int, antenna: Any) -> int:
    """The row of the survey made nearest to where a radar's or receiver's antenna is by now."""
    nth = (tick + antenna.horizon_tick // 2) // antenna.horizon_tick
    return int(antenna.first_horizon + min(nth, antenna.horizon_count - 1))


@kernel
def _carry(setting: Any, deck_m: Vec3, emitter: Any) -> None:
    """Put an antenna on a ship: over its deck, its own east, north and up where the ship is by now."""
    up = up_at(MEAN_EARTH_RADIUS_M, deck_m)
    write(emitter.pos_enu_m, step(deck_m, up, emitter.height_m))
    east, north = level_axes(setting, up)
    for n in range(3):
        emitter.axes_enu[n, 0] = east[n]
        emitter.axes_enu[n, 1] = north[n]
        emitter.axes_enu[n, 2] = up[n]


@kernel
def level_axes(setting: Any, up: Vec3) -> tuple[Vec3, Vec3]:
    """East and north where a unit vector points up, in the scenario's frame."""
    pole = Vec3(setting.enu_to_ecef[2, 0], setting.enu_to_ecef[2, 1], setting.enu_to_ecef[2, 2])
    east = unit(cross(pole, up))
    return east, cross(up, east)


@kernel
def turn_beam(
    tick: int, r: int, setting: Any, radar: Any, platforms: Any, emitters: Any, tracks: Any, engagements: Any,
    counts: Any, emissions: Any,
) -> None:  # fmt: skip
    """Put the antenna where this look points: the next step of its turn, or the sector slewed towards its cues."""
    emitter = emitters[r]
    if platforms[radar.platform].moves == 1:
        _carry(setting[0], read(platforms[radar.platform].pos_enu_m), emitter)
        emitter.horizon = nearest_survey(tick, radar)
    before_rad = emitter.boresight_rad
    if radar.kind == RadarKind.ROTATING:
        emitter.look = (emitter.look + 1) % radar.looks_per_scan
        emitter.boresight_rad = (emitter.look + 0.5) * TWO_PI / radar.looks_per_scan
    elif radar.kind == RadarKind.ENGAGEMENT:
        _aim_sector(r, radar, emitters, tracks, engagements, counts)
        most_rad = radar.slew_rate_radps * (tick - emitter.slew_tick) * SECONDS_PER_TICK
        off_rad = wrap(emitter.wanted_boresight_rad - emitter.boresight_rad)
        emitter.boresight_rad = wrap(emitter.boresight_rad + min(max(off_rad, -most_rad), most_rad))
    emitter.slew_tick = tick
    emitter.boresight_sin = sin(emitter.boresight_rad - radar.azimuth_bias_rad)
    emitter.boresight_cos = cos(emitter.boresight_rad - radar.azimuth_bias_rad)
    if radar.kind != RadarKind.ROTATING and emitter.boresight_rad != before_rad:
        note_emission(tick, r, emitters, counts, emissions)


@kernel
def note_emission(tick: int, e: int, emitters: Any, counts: Any, emissions: Any) -> None:
    """Append the state of an emitter after it was switched or turned."""
    if emissions.size > 0:
        row = emissions[counts[0].emissions]
        counts[0].emissions += 1
        row.tick = tick
        row.emitter = e
        row.on = emitters[e].on
        row.boresight_rad = emitters[e].boresight_rad


@kernel
def _aim_sector(r: int, radar: Any, emitters: Any, tracks: Any, engagements: Any, counts: Any) -> None:
    """The sector's centre follows the mean direction of the tracks under engagement; without any it stays."""
    sum_east = 0.0
    sum_north = 0.0
    for g in range(counts[0].engagements_top):
        engagement = engagements[g]
        engaged = EngagementState.NONE < engagement.state < EngagementState.CLOSED and engagement.unit == radar.unit
        if engaged and tracks[engagement.track].number == engagement.track_number:
            apart_m = sub(read(tracks[engagement.track].pos_enu_m), read(emitters[r].pos_enu_m))
            to_track_m = turn_back(emitters[r].axes_enu, apart_m)
            ground_m = max(sqrt(to_track_m.x * to_track_m.x + to_track_m.y * to_track_m.y), 1.0)
            sum_east += to_track_m.x / ground_m
            sum_north += to_track_m.y / ground_m
    if sum_east != 0.0 or sum_north != 0.0:
        emitters[r].wanted_boresight_rad = atan2(sum_east, sum_north)


@kernel
def turned(local_m: Vec3, turned_rad: float) -> Vec3:
    """A place turned clockwise about the vertical: a radar whose north is wrong."""
    east = local_m.x * cos(turned_rad) + local_m.y * sin(turned_rad)
    return Vec3(east, local_m.y * cos(turned_rad) - local_m.x * sin(turned_rad), local_m.z)


@kernel
def wrap(angle_rad: float) -> float:
    """An angle in (-pi, pi]."""
    while angle_rad > pi:
        angle_rad -= TWO_PI
    while angle_rad <= -pi:
        angle_rad += TWO_PI
    return angle_rad
