"""Strobes refine tracks: a bearing without a range goes to the one track that lies along it."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.constants import MEAN_EARTH_RADIUS_M, SECONDS_PER_TICK
from openiads.engine.track_state import carry, feed, foreseen_sigma, predicted_position
from openiads.enums import TrackState
from openiads.estimation.imm import fit
from openiads.estimation.sight import BEARING, bearing_of
from openiads.physics.earth import up_at
from openiads.vec3 import Vec3, dot, norm, read, step, sub

ROUGH_RAD = 0.05  # half width of the wedge in which a track is looked at closely; wider than any strobe's error


@kernel
def take_strobes(doctrines: Any, posts: Any, counts: Any, strobes: Any, tracks: Any, banks: Any) -> None:
    """Give each new strobe to the track along it, where there is one alone: two along one bearing cannot be told apart.

    A strobe moves a track aside and keeps it from being dropped, but not from coasting: what coasts is not engaged,
    and its range grows uncertain all the same.
    """
    for n in range(counts[0].strobes_read, counts[0].strobes):
        strobe = strobes[n]
        doctrine = doctrines[posts[strobe.post].doctrine]
        k = _only_one(strobe, doctrine, counts, tracks, banks)
        if k >= 0:
            track = tracks[k]
            sight = _sight(strobe, read(track.pos_enu_m))
            feed(track, banks[k], banks[banks.size - 1], sight, 0.0, strobe.tick)
            track.bearing_tick = strobe.tick
    counts[0].strobes_read = counts[0].strobes


@kernel
def _sight(strobe: Any, expected_m: Vec3) -> Any:
    """A strobe as a sight."""
    antenna_m = read(strobe.pos_enu_m)
    up = up_at(MEAN_EARTH_RADIUS_M, antenna_m)
    return bearing_of(read(strobe.along_enu), strobe.sigma_azimuth_rad, antenna_m, up, expected_m)


@kernel
def _only_one(strobe: Any, doctrine: Any, counts: Any, tracks: Any, banks: Any) -> int:
    """The one confirmed track whose gate a strobe crosses, or -1.

    Only tracks without a plot for a scan count: what jams denies its range, and what has plots does not jam.
    """
    found = -1
    up = up_at(MEAN_EARTH_RADIUS_M, read(strobe.pos_enu_m))
    for k in range(counts[0].tracks_top):
        track = tracks[k]
        if track.post != strobe.post or track.state < TrackState.CONFIRMED or track.tick > strobe.tick:
            continue
        if strobe.tick - track.plot_tick <= track.scan_tick:
            continue
        apart_m = sub(predicted_position(track, strobe.tick), read(strobe.pos_enu_m))
        level_m = step(apart_m, up, -dot(apart_m, up))
        ahead_m = dot(level_m, read(strobe.along_enu)) + 3.0 * foreseen_sigma(track, strobe.tick)
        if ahead_m < (1.0 - 0.5 * ROUGH_RAD * ROUGH_RAD) * norm(level_m):
            continue
        carry(track, banks[k], banks[banks.size - 1], strobe.tick)
        silent_s = (strobe.tick - track.plot_tick) * SECONDS_PER_TICK
        inside = fit(banks[k], _sight(strobe, read(track.pos_enu_m)), silent_s).nearest2 < doctrine.gate2[BEARING]
        if inside and found >= 0:
            return -1
        if inside:
            found = k
    return found
