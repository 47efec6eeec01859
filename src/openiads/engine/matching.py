"""Which free channel could take which track."""

from __future__ import annotations

from math import atan2, cos
from typing import Any

from openiads._jit import kernel
from openiads.engine.track_state import predicted_position
from openiads.enums import Cause, EngagementState
from openiads.physics.look import line_to, lowest_visible
from openiads.vec3 import read, sub, turn_back

SECTOR_MARGIN = 0.95


@kernel
def out_of_sight(
    tick: int, c: int, k: int, setting: Any, radars: Any, horizons: Any, cells: Any, counts: Any, emitters: Any,
    tracks: Any, engagements: Any, channels: Any,
) -> int:  # fmt: skip
    """MASKED or OUT_OF_SECTOR when the channel's radar cannot look at the track, NONE when it can."""
    r = channels[c].radar
    local_m = turn_back(emitters[r].axes_enu, sub(predicted_position(tracks[k], tick), read(emitters[r].pos_enu_m)))
    line = line_to(setting[0].earth_radius_m, emitters[r].height_m, local_m)
    azimuth_rad = atan2(local_m.x, local_m.y)
    lowest_m = lowest_visible(horizons[emitters[r].horizon], cells, azimuth_rad, line.ground_m)
    if line.height_m + tracks[k].pos_sigma_m < lowest_m or line.range_m > radars[r].instrumented_range_m:
        return Cause.MASKED.value
    for g in range(counts[0].engagements_top):
        engagement = engagements[g]
        engaged = EngagementState.NONE < engagement.state < EngagementState.CLOSED
        current = tracks[engagement.track].number == engagement.track_number
        if engaged and current and channels[engagement.channel].radar == r:
            apart_m = sub(read(tracks[engagement.track].pos_enu_m), read(emitters[r].pos_enu_m))
            other_m = turn_back(emitters[r].axes_enu, apart_m)
            if cos(azimuth_rad - atan2(other_m.x, other_m.y)) < cos(SECTOR_MARGIN * radars[r].sector_half_rad):
                return Cause.OUT_OF_SECTOR.value
    return Cause.NONE.value
