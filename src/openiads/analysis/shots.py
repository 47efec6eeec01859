"""What rounds were spent on and how well their results were called: the record's decisions held against its truth."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from openiads.analysis.chain import TrackKey, has_plots, track_owners
from openiads.enums import Cause, EventKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openiads.record.record import Record

KILL: Final = 1  # code of ASSESSED
LATEST_PLOTS: Final = 9  # of a track before a launch, by which it is said what the round was fired at, assumed
_FAR: Final = np.iinfo(np.int64).max


class Waste(IntEnum):
    """Why a round was spent on nothing; the first that fits counts, and a round that killed a threat never does."""

    NONE = 0
    FALSE_TRACK = 1  # what it was fired at was mostly made of false plots
    NO_THREAT = 2  # it was fired at something that was no threat, or killed it
    DEAD = 3  # what it was fired at had been killed, had arrived or had left before the launch
    GONE = 4  # and this while the round was on its way, so that it met nothing


@dataclass(frozen=True)
class ShotCount:
    """The rounds of a run and the calls on them.

    Attributes:
        rounds: fired in all.
        wasted_false, wasted_no_threat, wasted_dead, wasted_gone: rounds by ``Waste``; each stands under one.
        calls: kill assessments.
        false_kills: calls of a kill while the target had not been killed.
        false_kills_leaked: of those, the ones whose target arrived afterwards.
        missed_kills: calls of a miss although the target had been killed.
        self_defence: rounds fired in a unit's own defence.
        reengagements: salvos at a target that had been fired at before and whose result was called or given up.
        traced: False where plots were not recorded, so that rounds at false tracks cannot be told.
    """

    rounds: int
    wasted_false: int
    wasted_no_threat: int
    wasted_dead: int
    wasted_gone: int
    calls: int
    false_kills: int
    false_kills_leaked: int
    missed_kills: int
    self_defence: int
    reengagements: int
    traced: bool

    @property
    def wasted(self) -> int:
        """Rounds spent on nothing, for whatever reason."""
        return self.wasted_false + self.wasted_no_threat + self.wasted_dead + self.wasted_gone


def shots(record: Record) -> ShotCount:
    """Count wasted rounds, wrong calls and re-engagements.

    A round or a call is about the target that most of its track's last plots came from; without plots, about the one
    that the track's rounds met (``chain.track_owners``).
    """
    truth = _Truth(record)
    events = record.tables["events"]
    launched = events[events["kind"] == EventKind.LAUNCHED]
    wasted = Counter(wastes(record, truth).values())
    calls = events[events["kind"] == EventKind.ASSESSED]
    kills, misses = calls[calls["code"] == KILL], calls[calls["code"] != KILL]
    lived = [target for target, tick in map(truth.meant, kills) if target >= 0 and truth.killed[target] > tick]
    return ShotCount(
        rounds=len(launched),
        wasted_false=wasted[Waste.FALSE_TRACK], wasted_no_threat=wasted[Waste.NO_THREAT],
        wasted_dead=wasted[Waste.DEAD], wasted_gone=wasted[Waste.GONE],
        calls=len(calls),
        false_kills=len(lived),
        false_kills_leaked=int(sum(truth.arrived[target] for target in lived)),
        missed_kills=int(sum(at >= 0 and truth.killed[at] <= tick for at, tick in map(truth.meant, misses))),
        self_defence=int((launched["code"] == 1).sum()),
        reengagements=_reengagements(events, truth),
        traced=has_plots(record),
    )  # fmt: skip


def wastes(record: Record, truth: _Truth | None = None) -> dict[int, Waste]:
    """Why each round was wasted, by its number; NONE for those that were not."""
    known = truth or _Truth(record)
    events = record.tables["events"]
    ends: dict[int, Any] = {}
    for event in events[np.isin(events["kind"], (EventKind.KILLED, EventKind.MISSED, EventKind.SELF_DESTRUCTED))]:
        ends[int(event["interceptor"])] = event
    launched = events[events["kind"] == EventKind.LAUNCHED]
    return {int(e["interceptor"]): _waste(e, ends.get(int(e["interceptor"])), known) for e in launched}


def _waste(launch: Any, end: Any, truth: _Truth) -> Waste:
    if end is not None and end["kind"] == EventKind.KILLED:
        return Waste.NONE if truth.threat[int(end["target"])] else Waste.NO_THREAT
    target, tick = truth.meant(launch)
    if target < 0:
        return Waste.FALSE_TRACK if truth.traced else Waste.NONE
    if not truth.threat[target]:
        return Waste.NO_THREAT
    if truth.gone[target] <= tick:
        return Waste.DEAD
    if end is None or end["cause"] in (Cause.DUD, Cause.GUIDANCE_FAILED):
        return Waste.NONE  # it is in the air yet, or would have met nothing anyway
    return Waste.GONE if truth.gone[target] <= end["tick"] else Waste.NONE


class _Truth:
    """When each target was killed or was gone, which are threats, and what the plots of tracks came from."""

    def __init__(self, record: Record) -> None:
        who = record.rows("targets")
        count = max((int(row["row"]) for row in who), default=-1) + 1
        self.threat = np.zeros(count, bool)
        for row in who:
            self.threat[int(row["row"])] = row["relation"] == "hostile"
        self.killed, self.gone = np.full(count, _FAR), np.full(count, _FAR)
        self.arrived = np.zeros(count, bool)
        for event in record.tables["events"]:
            if event["kind"] in (EventKind.KILLED, EventKind.LEAKED, EventKind.LEFT):
                self.gone[event["target"]] = event["tick"]
                self.arrived[event["target"]] = event["kind"] == EventKind.LEAKED
                if event["kind"] == EventKind.KILLED:
                    self.killed[event["target"]] = event["tick"]
        self.traced = has_plots(record)
        self._owners = track_owners(record)
        self._plots = _plots_of_tracks(record)

    def meant(self, event: Any) -> tuple[int, int]:
        """The target that an event's track stood for, -1 for none, and the tick."""
        key, tick = (int(event["post"]), int(event["track"])), int(event["tick"])
        if key not in self._plots:
            return self._owners.get(key, -1), tick
        ticks, origins = self._plots[key]
        last = int(np.searchsorted(ticks, tick, side="right"))
        latest = origins[max(last - LATEST_PLOTS, 0) : last]
        return (int(Counter(latest.tolist()).most_common(1)[0][0]) if len(latest) else -1), tick


def _plots_of_tracks(record: Record) -> Mapping[TrackKey, tuple[Any, Any]]:
    """Ticks and origins of the plots of every track, in order; those of a track that merged into it go with it."""
    plots, origins = record.tables["plots"], record.tables["plot_origins"]
    if len(plots) != len(origins):
        return {}
    rows: defaultdict[TrackKey, list[Any]] = defaultdict(list)
    order = np.lexsort((plots["tick"], plots["track_number"], plots["post"]))
    order = order[plots["track_number"][order] >= 0]
    keys = np.stack([plots["post"][order], plots["track_number"][order]], axis=1)
    for part in np.split(order, np.flatnonzero((np.diff(keys, axis=0) != 0).any(axis=1)) + 1) if len(order) else []:
        rows[int(plots["post"][part[0]]), int(plots["track_number"][part[0]])].append(part)
    events = record.tables["events"]
    for event in events[events["kind"] == EventKind.TRACK_MERGED]:
        post = int(event["post"])
        rows[post, int(event["code"])] += rows.get((post, int(event["track"])), [])
    found = {}
    for key, parts in rows.items():
        mine = np.sort(np.concatenate(parts)) if parts else np.zeros(0, np.int64)
        mine = mine[np.argsort(plots["tick"][mine], kind="stable")]
        found[key] = (plots["tick"][mine], origins["target"][mine])
    return found


def _reengagements(events: Any, truth: _Truth) -> int:
    """Salvos at targets whose earlier salvo had been called, or had been given up with rounds fired."""
    over: set[int] = set()
    number = 0
    for event in events[np.isin(events["kind"], (EventKind.LAUNCHED, EventKind.ASSESSED, EventKind.CLOSED))]:
        target, _ = truth.meant(event)
        if target < 0:
            continue
        if event["kind"] == EventKind.LAUNCHED:
            number += target in over
            over.discard(target)
        elif event["kind"] == EventKind.ASSESSED or event["value"] > 0:
            over.add(target)
    return number
