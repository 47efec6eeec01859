"""What every target's explanation asks of a record: whose events, who is who, and how far away it was."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from openiads.constants import TICKS_PER_SECOND
from openiads.record import geodesy

if TYPE_CHECKING:
    from openiads.analysis.chain import Flight
    from openiads.record.record import Record

_TRUTH_GAP_TICK = 2 * TICKS_PER_SECOND  # a place is not guessed farther from a sample than this


@dataclass(frozen=True)
class Scene:
    """A record with what its rows are called."""

    record: Record

    def name(self, part: str, row: int) -> str:
        """The name of a row of the roster, or its number where the roster does not know it."""
        return self._names.get((part, int(row)), f"{part.removesuffix('s')} {int(row)}")

    def about(self, life: Flight) -> list[tuple[int, Any]]:
        """The events of a target's life with their serials: its own, those of its tracks, and what they led to."""
        events = self.record.tables["events"]
        numbers = [number for _, number in life.tracks]
        mine = (events["target"] == life.row) | np.isin(events["track"], numbers)
        mine |= np.isin(events["interceptor"], events["interceptor"][mine & (events["interceptor"] >= 0)])
        serials = np.flatnonzero(mine)
        mine |= np.isin(events["because"], serials[events["target"][serials] == life.row]) & (events["track"] < 0)
        return [(int(serial), events[serial]) for serial in np.flatnonzero(mine)]

    def place(self, event: Any, life: Flight) -> Any:
        """Where it happened, local axes: as the event says, else where the target truly was; None if nobody knows."""
        if np.any(event["pos_enu_m"]):
            return np.asarray(event["pos_enu_m"])
        return self.true_place(life.row, int(event["tick"]))

    def true_place(self, target: int, tick: int) -> Any:
        """Where a target truly was, local axes, between the samples of a second; None where there are none."""
        ticks, places_m = self._truth.get(target, (np.zeros(0), np.zeros((0, 3))))
        if not len(ticks) or not ticks[0] - _TRUTH_GAP_TICK <= tick <= ticks[-1] + _TRUTH_GAP_TICK:
            return None
        return np.array([np.interp(tick, ticks, places_m[:, axis]) for axis in range(3)])

    def range_m(self, there_m: Any, unit: int = -1) -> float | None:
        """Distance from a fire unit, the nearest one unless it is named; None without a place."""
        if there_m is None or not self._units:
            return None
        rows = [unit] if unit in self._units else list(self._units)
        return float(min(np.linalg.norm(there_m - self._units[row]) for row in rows))

    @cached_property
    def _names(self) -> dict[tuple[str, int], str]:
        return {(str(row["table"]), int(row["row"])): str(row["name"]) for row in self.record.roster}

    @cached_property
    def _units(self) -> dict[int, Any]:
        """Where the fire units stood at the start, local axes."""
        manifest = self.record.manifest
        found = {}
        for row in self.record.rows("units"):
            if row["lat_deg"] is not None:
                place = geodesy.ecef(row["lat_deg"], row["lon_deg"], row["height_m"] or 0.0)
                found[int(row["row"])] = geodesy.ecef_to_enu(place, manifest["origin_ecef_m"], manifest["enu_to_ecef"])
        return found

    @cached_property
    def _truth(self) -> dict[int, tuple[Any, Any]]:
        """Ticks and local places of each target's samples."""
        samples, manifest = self.record.tables["truth"], self.record.manifest
        if not len(samples):
            return {}
        places_m = geodesy.ecef_to_enu(samples["pos_ecef_m"], manifest["origin_ecef_m"], manifest["enu_to_ecef"])
        order = np.lexsort((samples["tick"], samples["target"]))
        targets, first = np.unique(samples["target"][order], return_index=True)
        parts = np.split(order, first[1:])
        return {
            int(target): (samples["tick"][part], places_m[part]) for target, part in zip(targets, parts, strict=True)
        }
