"""Where pieces fall, for the record alone: a row of debris for each target killed and each round that has ended."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel, outlined
from openiads.enums import DebrisKind, Overflow
from openiads.physics.debris import debris_ellipse
from openiads.physics.earth import to_ecef, to_enu
from openiads.vec3 import Vec3, read, turn, write


@kernel
def note_target(
    flying: Any, t: int, pos_ecef_m: Vec3, vel_ecef_mps: Vec3, setting: Any, counts: Any, debris: Any
) -> None:
    """The pieces of a target that a round has just killed (its last event)."""
    n = _append(flying, flying.miss_tick, pos_ecef_m, vel_ecef_mps, setting, counts, debris)
    debris[n].kind = DebrisKind.TARGET
    debris[n].target = t


@kernel
def note_round(flying: Any, setting: Any, counts: Any, debris: Any) -> None:
    """The pieces of a round that has burst, passed its object or destroyed itself (its last event)."""
    outwards = setting[0].enu_to_ecef
    pos_ecef_m = to_ecef(setting[0], read(flying.pos_enu_m))
    tick = flying.miss_tick if flying.miss_tick >= 0 else flying.tick
    n = _append(flying, tick, pos_ecef_m, turn(outwards, read(flying.vel_enu_mps)), setting, counts, debris)
    debris[n].kind = DebrisKind.ROUND
    debris[n].target = -1


@outlined
def _append(
    flying: Any, tick: int, pos_ecef_m: Vec3, vel_ecef_mps: Vec3, setting: Any, counts: Any, debris: Any
) -> int:
    """A row with all but kind and target; returns its number."""
    n = counts[0].debris
    if n >= debris.size:
        counts[0].overflow = Overflow.DEBRIS
        n = debris.size - 1
    else:
        counts[0].debris = n + 1
    fallen = debris_ellipse(pos_ecef_m, vel_ecef_mps)
    row = debris[n]
    row.tick = tick
    row.because = flying.event
    row.interceptor = flying.number
    write(row.pos_enu_m, to_enu(setting[0], fallen.centre_ecef_m))
    row.major_m = fallen.major_m
    row.minor_m = fallen.minor_m
    row.azimuth_rad = fallen.azimuth_rad
    row.fall_s = fallen.fall_s
    return int(n)
