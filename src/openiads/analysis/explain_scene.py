"""What every target's explanation asks of a record: whose events, who is who, and how far away it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from openiads.analysis.chain import fired_round, round_ends, seconds, track_owners
from openiads.constants import TICKS_PER_SECOND
from openiads.enums import EventKind, Identity
from openiads.record import geodesy

if TYPE_CHECKING:
    from openiads.analysis.chain import Flight
    from openiads.record.record import Record

_TRUTH_GAP_TICK = 2 * TICKS_PER_SECOND  # a place is not guessed farther from a sample than this
_LAST_PLOTS = 10  # of a track, that say whose it is at a moment, assumed
_PLACE_OF_A_ROUND = (EventKind.LAUNCHED, EventKind.HANDED_OVER, EventKind.SELF_DESTRUCTED)

_TRACK_ENDS = (EventKind.TRACK_LOST, EventKind.TRACK_MERGED)


def joined(spans: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """The union of periods, in order, none overlapping another."""
    found: list[tuple[float, float]] = []
    for from_s, until_s in sorted(spans):
        if found and from_s <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until_s))
        elif until_s > from_s:
            found.append((from_s, until_s))
    return tuple(found)


@dataclass(frozen=True)
class Scene:
    """A record with what its rows are called."""

    record: Record

    def name(self, part: str, row: int) -> str:
        """The name of a row of the roster, or its number where the roster does not know it."""
        return self._names.get((part, int(row)), f"{part.removesuffix('s')} {int(row)}")

    def about(self, life: Flight) -> list[tuple[int, Any]]:
        """The events of a target's life with their serials: its own, those of tracks while they were its, their rounds,
        and what they led to.
        """
        events = self.record.tables["events"]
        own = events["target"] == life.row
        mine = own | (self._event_owners == life.row)
        mine |= np.isin(events["interceptor"], events["interceptor"][mine & (events["interceptor"] >= 0)])
        mine |= np.isin(events["because"], np.flatnonzero(own)) & (events["track"] < 0)
        return [(int(serial), events[serial]) for serial in np.flatnonzero(mine)]

    def own(self, life: Flight) -> Flight:
        """A life with what was its own: a track that jumps has one owner in ``chain``, and here one at a time.

        Its rounds are those that met it, and of those fired at it the ones that met nobody else.
        """
        told = [event for _, event in self.about(life) if event["track"] >= 0]
        of_tracks = [
            event for event in told
            if self.owner(int(event["track"]), int(event["tick"])) == life.row and seconds(event) <= life.end_s
        ]  # fmt: skip
        launches = [event for event in told if event["kind"] == EventKind.LAUNCHED]
        begun = self._begun(life, of_tracks)
        tracks = {(int(event["post"]), int(event["track"])) for event in of_tracks if event["post"] >= 0}
        return replace(
            life,
            tracks=tuple(sorted(tracks)),
            confirmed_s=min((time_s for time_s, _ in begun), default=None),
            identities=tuple(sorted(said for _, inherited in begun for said in inherited)),
            designated_s=tuple(seconds(event) for event in of_tracks if event["kind"] == EventKind.DESIGNATED),
            rounds=tuple(
                fired_round(launch, self._round_ends)
                for launch in launches
                if self._met.get(int(launch["interceptor"]), life.row) == life.row
            ),
        )

    def _begun(self, life: Flight, of_tracks: list[Any]) -> list[tuple[float, list[tuple[float, Identity]]]]:
        """When each of its tracks was confirmed, or became its own, and what it was called from then on."""
        events = self.record.tables["events"]
        found = []
        for track in sorted({int(event["track"]) for event in of_tracks}):
            mine = [event for event in of_tracks if event["track"] == track]
            new = any(event["kind"] == EventKind.TRACK_CONFIRMED for event in mine)
            from_s = seconds(mine[0]) if new else max(seconds(mine[0]), life.first_plot_s or life.start_s)
            said = [(seconds(e), Identity(int(e["code"]))) for e in mine if e["kind"] == EventKind.IDENTIFIED]
            before = events[(events["track"] == track) & (events["kind"] == EventKind.IDENTIFIED)]
            before = before[before["tick"] < mine[0]["tick"]]
            inherited = [(from_s, Identity(int(before[-1]["code"])))] if len(before) and not new else []
            found.append((from_s, [*inherited, *said]))
        return found

    def tracked(self, life: Flight) -> tuple[tuple[float, float], ...]:
        """From when until when it was tracked: the lives of its tracks until lost, merged or its end, overlaps joined.

        Args:
            life: of ``own``.
        """
        events = self.record.tables["events"]
        spans = []
        told = [event for _, event in self.about(life) if event["track"] >= 0 and seconds(event) <= life.end_s]
        of_tracks = [e for e in told if self.owner(int(e["track"]), int(e["tick"])) == life.row]
        tracks = sorted({int(event["track"]) for event in of_tracks})
        for track, (from_s, _) in zip(tracks, self._begun(life, of_tracks), strict=True):
            gone = events[(events["track"] == track) & np.isin(events["kind"], _TRACK_ENDS)]
            until_s = min((seconds(event) for event in gone if seconds(event) >= from_s), default=life.end_s)
            spans.append((from_s, min(until_s, life.end_s)))
        return joined(spans)

    def owner(self, track: int, tick: int) -> int:
        """Whose a track was at a tick, by row: of its last plots then; -1 where nobody can say."""
        return int(self.owners_at(track, np.array([tick]))[0])

    def owners_at(self, track: int, ticks: Any) -> Any:
        """The same for many ticks."""
        if track not in self._plots:
            whole = next((row for (_, number), row in self._chain_owners.items() if number == track), -1)
            return np.full(len(ticks), whole)
        plot_ticks, rows = self._plots[track]
        if (rows == rows[0]).all():
            return np.full(len(ticks), rows[0])
        ends = np.maximum(np.searchsorted(plot_ticks, ticks, side="right"), 1)
        return np.array([np.bincount(rows[max(end - _LAST_PLOTS, 0) : end]).argmax() for end in ends])

    def place(self, event: Any, life: Flight) -> Any:
        """Where the target was, local axes: truly, else where the post had its track; None if nobody knows."""
        true_m = self.true_place(life.row, int(event["tick"]))
        if true_m is None and np.any(event["pos_enu_m"]) and event["kind"] not in _PLACE_OF_A_ROUND:
            return np.asarray(event["pos_enu_m"])
        return true_m

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
    def _chain_owners(self) -> dict[tuple[int, int], int]:
        return track_owners(self.record)

    @cached_property
    def _plots(self) -> dict[int, tuple[Any, Any]]:
        """Ticks and origins of the plots of each track, false ones left out."""
        plots, origins = self.record.tables["plots"], self.record.tables["plot_origins"]
        if len(origins) != len(plots):
            return {}
        true = np.flatnonzero((plots["track_number"] >= 0) & (origins["target"] >= 0))
        order = true[np.lexsort((plots["tick"][true], plots["track_number"][true]))]
        tracks, first = np.unique(plots["track_number"][order], return_index=True)
        parts = np.split(order, first[1:]) if len(order) else []
        return {
            int(track): (plots["tick"][part], origins["target"][part])
            for track, part in zip(tracks, parts, strict=True)
        }

    @cached_property
    def _event_owners(self) -> Any:
        """Whose the track of each event was at that moment, -1 without one."""
        events = self.record.tables["events"]
        owners = np.full(len(events), -1)
        for track in np.unique(events["track"][events["track"] >= 0]):
            mine = events["track"] == track
            owners[mine] = self.owners_at(int(track), events["tick"][mine])
        return owners

    @cached_property
    def _round_ends(self) -> dict[int, dict[EventKind, Any]]:
        return round_ends(self.record)

    @cached_property
    def _met(self) -> dict[int, int]:
        """Which target each round came closest to, by number of the round."""
        events = self.record.tables["events"]
        met = events[np.isin(events["kind"], (EventKind.INTERCEPT, EventKind.KILLED)) & (events["target"] >= 0)]
        return {int(event["interceptor"]): int(event["target"]) for event in met}

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
