"""The life of every flying thing of a run, put together from the events: seen, tracked, identified, shot at, gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np

from openiads.constants import SECONDS_PER_TICK
from openiads.enums import Cause, EventKind, Identity
from openiads.record import geodesy

if TYPE_CHECKING:
    from openiads.record.record import Record

TrackKey: TypeAlias = tuple[int, int]  # command post, track number
End: TypeAlias = Literal["killed", "leaked", "left", "flying"]
_ENDS: Final[Mapping[int, End]] = {EventKind.KILLED: "killed", EventKind.LEAKED: "leaked", EventKind.LEFT: "left"}

_ROUND_ENDS: Final = (EventKind.INTERCEPT, EventKind.KILLED, EventKind.MISSED, EventKind.SELF_DESTRUCTED)


@dataclass(frozen=True)
class Round:
    """One missile fired: when, and what came of it.

    ``end_s`` and ``miss_m`` are None without an intercept; ``lost`` is why it destroyed itself, and ``missed`` why it
    did not kill what it met, if it did not.
    """

    number: int
    launched_s: float
    end_s: float | None
    miss_m: float | None
    killed: bool
    lost: Cause
    missed: Cause


@dataclass(frozen=True)
class Refusal:
    """A moment at which the post logged why it does not engage; the range is from the fire unit."""

    time_s: float
    cause: Cause
    range_m: float | None


@dataclass(frozen=True)
class Flight:
    """One target's life.

    Attributes:
        tracks: the tracks that are mostly made of its plots.
        identities: when the post's identity of those tracks changed up to the target's end, and to what.
        asset: the asset it reached, or -1.
        traced: False where nobody can say which tracks were its own, because plots were not recorded.
    """

    row: int
    name: str
    kind: str
    group: str
    relation: str
    start_s: float
    end_s: float
    end: End
    asset: int
    traced: bool
    first_plot_s: float | None
    confirmed_s: float | None
    tracks: tuple[TrackKey, ...]
    identities: tuple[tuple[float, Identity], ...]
    designated_s: tuple[float, ...]
    rounds: tuple[Round, ...]
    refusals: tuple[Refusal, ...]

    @property
    def hostile_s(self) -> float | None:
        """When it was first declared hostile."""
        return next((time_s for time_s, identity in self.identities if identity == Identity.HOSTILE), None)

    @property
    def missed_s(self) -> tuple[float, ...]:
        """When rounds passed it without effect; a round that came after its end missed nothing."""
        return tuple(
            shot.end_s for shot in self.rounds if shot.end_s is not None and not shot.killed and shot.end_s < self.end_s
        )

    @property
    def is_threat(self) -> bool:
        """True where the first post's side is at war with its side."""
        return self.relation == "hostile"


def track_owners(record: Record) -> dict[TrackKey, int]:
    """Which target each track followed: the origin of most of its plots, -1 for a false track.

    Where plots were not recorded, the missiles decide that were fired at the one and met the other.

    Limits: one owner for the whole life of a track, so a track that jumps counts for where it stayed longest.
    """
    plots, origins = record.tables["plots"], record.tables["plot_origins"]
    if len(plots) and len(origins) == len(plots):
        votes = np.stack([plots["post"], plots["track_number"], origins["target"]], axis=1)[plots["track_number"] >= 0]
    else:
        votes = _votes_of_events(record)
    best: dict[TrackKey, tuple[int, int]] = {}
    for (post, number, target), count in zip(*np.unique(votes, axis=0, return_counts=True), strict=True):
        key = (int(post), int(number))
        if key not in best or count > best[key][0]:
            best[key] = (int(count), int(target))
    return {key: target for key, (_, target) in best.items()}


def flights(record: Record) -> list[Flight]:
    """The life of every target that appeared, in the order of the roster."""
    owners = track_owners(record)
    by_target: defaultdict[int, list[Any]] = defaultdict(list)
    by_round = round_ends(record)
    for event in record.tables["events"]:
        target = int(event["target"])
        owned = owners.get((int(event["post"]), int(event["track"])), -1)
        for row in {target, owned} - {-1}:
            by_target[row].append(event)
    tracks: defaultdict[int, list[TrackKey]] = defaultdict(list)
    for key, row in sorted(owners.items()):
        tracks[row].append(key)
    return [
        _flight(record, dict(row), by_target[row["row"]], tuple(tracks[row["row"]]), by_round)
        for row in record.rows("targets")
        if any(event["kind"] in (EventKind.SPAWNED, EventKind.RELEASED) for event in by_target[row["row"]])
    ]


def has_plots(record: Record) -> bool:
    """False for a run that kept its events only."""
    return len(record.tables["plots"]) > 0 or record.manifest.get("record") != "events"


def seconds(event: Any) -> float:
    """The time of a row, seconds after the start."""
    return float(event["tick"] * SECONDS_PER_TICK)


def _votes_of_events(record: Record) -> Any:
    """Rows of (post, track number, target) from events alone."""
    fired: dict[int, TrackKey] = {}
    votes: list[tuple[int, int, int]] = []
    for event in record.tables["events"]:
        if event["kind"] == EventKind.LAUNCHED:
            fired[int(event["interceptor"])] = (int(event["post"]), int(event["track"]))
        key = fired.get(int(event["interceptor"]))
        if event["target"] >= 0 and key is not None:
            votes.append((*key, int(event["target"])))
    return np.array(votes, np.int64).reshape(-1, 3)


def round_ends(record: Record) -> dict[int, dict[EventKind, Any]]:
    """For every missile: its intercept, kill, miss or self-destruction, by kind."""
    ends: defaultdict[int, dict[EventKind, Any]] = defaultdict(dict)
    for event in record.tables["events"]:
        if event["kind"] in _ROUND_ENDS and event["interceptor"] >= 0:
            ends[int(event["interceptor"])][EventKind(int(event["kind"]))] = event
    return ends


def _flight(
    record: Record,
    who: dict[str, Any],
    events: list[Any],
    tracks: tuple[TrackKey, ...],
    ends_of: Mapping[int, Mapping[EventKind, Any]],
) -> Flight:
    mine = [event for event in events if event["target"] == who["row"]]
    believed = [event for event in events if (int(event["post"]), int(event["track"])) in tracks]
    last = next((event for event in mine if int(event["kind"]) in _ENDS), None)
    end_s = float(record.manifest["ended_s"]) if last is None else seconds(last)
    called = [e for e in believed if e["kind"] == EventKind.IDENTIFIED and seconds(e) <= end_s]
    return Flight(
        row=int(who["row"]), name=str(who["name"]), kind=str(who["kind"]), group=str(who["group"]),
        relation=str(who["relation"]),
        start_s=_first(mine, EventKind.SPAWNED, EventKind.RELEASED) or 0.0,
        end_s=end_s,
        end="flying" if last is None else _ENDS[int(last["kind"])],
        asset=-1 if last is None or last["kind"] != EventKind.LEAKED else int(last["asset"]),
        traced=bool(tracks) or has_plots(record),
        first_plot_s=_first(mine, EventKind.FIRST_PLOT),
        confirmed_s=_first(believed, EventKind.TRACK_CONFIRMED),
        tracks=tracks,
        identities=tuple((seconds(e), Identity(int(e["code"]))) for e in called),
        designated_s=tuple(seconds(e) for e in believed if e["kind"] == EventKind.DESIGNATED),
        rounds=tuple(fired_round(e, ends_of) for e in believed if e["kind"] == EventKind.LAUNCHED),
        refusals=tuple(_refusal(record, e) for e in believed if e["kind"] == EventKind.NOT_ENGAGED),
    )  # fmt: skip


def _first(events: list[Any], *kinds: EventKind) -> float | None:
    return next((seconds(event) for event in events if event["kind"] in kinds), None)


def fired_round(launch: Any, ends_of: Mapping[int, Mapping[EventKind, Any]]) -> Round:
    """A round from its launch and from what ``round_ends`` says of it."""
    number = int(launch["interceptor"])
    ends = ends_of.get(number, {})
    met = ends.get(EventKind.INTERCEPT) or ends.get(EventKind.KILLED) or ends.get(EventKind.MISSED)
    return Round(
        number=number,
        launched_s=seconds(launch),
        end_s=None if met is None else seconds(met),
        miss_m=float(ends[EventKind.INTERCEPT]["value"]) if EventKind.INTERCEPT in ends else None,
        killed=EventKind.KILLED in ends,
        lost=_cause(ends, EventKind.SELF_DESTRUCTED),
        missed=_cause(ends, EventKind.MISSED),
    )


def _cause(ends: Mapping[EventKind, Any], kind: EventKind) -> Cause:
    """The cause of an end of one kind, NONE where there is none."""
    return Cause(int(ends[kind]["cause"])) if kind in ends else Cause.NONE


def _refusal(record: Record, event: Any) -> Refusal:
    there_m = event["pos_enu_m"]
    away_m = float(np.linalg.norm(there_m - unit_enu_m(record, int(event["unit"])))) if np.any(there_m) else None
    return Refusal(seconds(event), Cause(int(event["cause"])), away_m)


def unit_enu_m(record: Record, unit: int) -> Any:
    """Local position of a fire unit (the first where none is named); the origin where the roster has no place."""
    units = record.rows("units")
    row = next((row for row in units if row["row"] == unit), units[0] if units else None)
    if row is None or row["lat_deg"] is None:
        return np.zeros(3)
    place = geodesy.ecef(row["lat_deg"], row["lon_deg"], row["height_m"] or 0.0)
    return geodesy.ecef_to_enu(place, record.manifest["origin_ecef_m"], record.manifest["enu_to_ecef"])
