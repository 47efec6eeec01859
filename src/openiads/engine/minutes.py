"""The minutes of a decision cycle: what every confirmed track was worth, and why it was not engaged."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.enums import TrackState
from openiads.vec3 import read, write


@kernel
def note_ranking(tick: int, p: int, counts: Any, tracks: Any, ranking: Any, ranking_samples: Any) -> None:
    """Append the ranking of every confirmed track of a post as it stands at the end of the cycle."""
    for k in range(counts[0].tracks_top):
        if tracks[k].post == p and tracks[k].state >= TrackState.CONFIRMED and ranking[k].number == tracks[k].number:
            _note(tick, tracks[k], ranking[k], counts, ranking_samples)


@kernel
def _note(tick: int, track: Any, row: Any, counts: Any, ranking_samples: Any) -> None:
    note = ranking_samples[counts[0].ranking_samples]
    counts[0].ranking_samples += 1
    note.tick = tick
    note.post = track.post
    note.number = row.number
    note.asset = row.asset
    note.group = row.group
    note.threat = row.threat
    note.value_share = row.value_share
    note.hostile = row.hostile
    note.weight = row.weight
    note.urgency = row.urgency
    note.nearness = row.nearness
    note.time_to_asset_s = row.time_to_asset_s
    note.closest_m = row.closest_m
    note.cause = row.cause
    note.engagements = row.engagements
    note.time_to_impact_s = row.time_to_impact_s
    write(note.impact_enu_m, read(row.impact_enu_m))
    note.impact_sigma_major_m = row.impact_sigma_major_m
    note.impact_sigma_minor_m = row.impact_sigma_minor_m
    note.impact_azimuth_rad = row.impact_azimuth_rad
    note.impact_chance = row.impact_chance
