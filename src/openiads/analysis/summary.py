"""The numbers of a run: the kill chain by class of threat, flights that were no threat, assets, units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from openiads.analysis.chain import Flight, flights, has_plots, track_owners
from openiads.analysis.debris import DebrisCount, debris
from openiads.analysis.reasons import LeakReason, clock, reasons
from openiads.analysis.shots import ShotCount, shots
from openiads.constants import NEVER, SECONDS_PER_TICK
from openiads.enums import EventKind, Identity, StrobeKind

if TYPE_CHECKING:
    from openiads.record.record import Record

_WRONG = (Identity.SUSPECT, Identity.HOSTILE)


@dataclass(frozen=True)
class ThreatRow:
    """The kill chain of one class of threat; each count is of threats, ``rounds`` of missiles fired at them."""

    kind: str
    threats: int
    detected: int
    tracked: int
    declared_hostile: int
    engaged: int
    killed: int
    leaked: int
    left: int
    rounds: int

    @property
    def rounds_per_kill(self) -> float | None:
        """Missiles fired for each threat killed; None without a kill."""
        return self.rounds / self.killed if self.killed else None


@dataclass(frozen=True)
class FlightRow:
    """Flights of one class and relation that were no threat, and what was done to them."""

    relation: str
    kind: str
    flights: int
    tracked: int
    wrongly_identified: int
    designated: int
    engaged: int
    killed: int


@dataclass(frozen=True)
class AssetRow:
    """One asset at the end: damage from 0 to 1; ``vehicle`` marks a radar or launcher of a unit."""

    name: str
    hits: int
    damage: float
    defended: bool
    vehicle: bool


@dataclass(frozen=True)
class UnitRow:
    """One fire unit: how busy its channels were and what is left in its magazines."""

    name: str
    kind: str
    channels: int
    channels_busy_mean: float
    channels_busy_peak: int
    rounds_fired: int
    rounds_ready: int
    rounds_left: int


@dataclass(frozen=True)
class StrobeRow:
    """Bearings without a range that one radar had of jammers, or one passive receiver of emissions, and of how many."""

    name: str
    kind: str
    strobes: int
    sources: int


@dataclass(frozen=True)
class Summary:
    """The numbers of one run; ``str()`` is a page of text, ``as_dict()`` is ready for JSON."""

    scenario: str
    seed: int
    run: int
    duration_s: float
    threats: tuple[ThreatRow, ...]
    total: ThreatRow
    flights: tuple[FlightRow, ...]
    assets: tuple[AssetRow, ...]
    units: tuple[UnitRow, ...]
    strobes: tuple[StrobeRow, ...]
    false_tracks: int | None
    never_released: int
    shots: ShotCount
    debris: DebrisCount
    leakers: tuple[LeakReason, ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, numbers and texts."""
        plain: dict[str, Any] = asdict(self)
        for row, said in zip([*self.threats, self.total], [*plain["threats"], plain["total"]], strict=True):
            said["rounds_per_kill"] = row.rounds_per_kill
        plain["shots"]["wasted"] = self.shots.wasted
        for key in ("threats", "flights", "assets", "units", "strobes", "leakers", "notes"):
            plain[key] = list(plain[key])
        return {"simulated": True} | plain

    def __str__(self) -> str:
        from openiads.analysis.words import page

        return page(self)


def summarise(record: Record) -> Summary:
    """Count what happened.

    A track stands for the target that most of its plots came from (``chain.track_owners``).
    """
    lives = flights(record)
    threats = [life for life in lives if life.is_threat]
    plotted = has_plots(record)
    return Summary(
        scenario=str(record.manifest["scenario"]),
        seed=int(record.manifest["seed"]),
        run=int(record.manifest["run"]),
        duration_s=float(record.manifest["ended_s"]),
        threats=tuple(_threat_row(kind, group) for kind, group in _grouped(threats, "kind")),
        total=_threat_row("all threats", threats),
        flights=_flight_rows([life for life in lives if not life.is_threat]),
        assets=_asset_rows(record),
        units=tuple(_unit_row(record, dict(row)) for row in record.rows("units")),
        strobes=_strobe_rows(record),
        false_tracks=_false_tracks(record) if plotted else None,
        never_released=_never_released(record),
        shots=shots(record),
        debris=debris(record).count,
        leakers=reasons(record, threats),
        notes=(
            *(() if plotted else (_NO_PLOTS,)),
            *_fault_notes(record),
            *_release_notes(record),
            *_loader_notes(record),
        ),
    )


_NO_PLOTS = (
    "Plots were not recorded: tracks are told apart by what was fired at them, so the counts of tracked, identified "
    "and designated are lower bounds."
)


def _grouped(lives: list[Flight], *names: str) -> list[tuple[Any, list[Flight]]]:
    """Flights by the value of one attribute (or a tuple of several), in order of appearance."""
    groups: defaultdict[Any, list[Flight]] = defaultdict(list)
    for life in lives:
        values = tuple(getattr(life, name) for name in names)
        groups[values[0] if len(values) == 1 else values].append(life)
    return list(groups.items())


def _threat_row(kind: str, lives: list[Flight]) -> ThreatRow:
    return ThreatRow(
        kind=kind,
        threats=len(lives),
        detected=_count(life.first_plot_s is not None or life.tracks for life in lives),
        tracked=_count(life.confirmed_s is not None for life in lives),
        declared_hostile=_count(life.hostile_s is not None for life in lives),
        engaged=_count(life.rounds for life in lives),
        killed=_count(life.end == "killed" for life in lives),
        leaked=_count(life.end == "leaked" for life in lives),
        left=_count(life.end in ("left", "flying") for life in lives),
        rounds=sum(len(life.rounds) for life in lives),
    )


def _count(truths: Iterable[object]) -> int:
    return sum(1 for truth in truths if truth)


def _flight_rows(lives: list[Flight]) -> tuple[FlightRow, ...]:
    return tuple(
        FlightRow(
            relation=relation,
            kind=kind,
            flights=len(group),
            tracked=_count(life.confirmed_s is not None for life in group),
            wrongly_identified=_count(any(said in _WRONG for _, said in life.identities) for life in group),
            designated=_count(life.designated_s for life in group),
            engaged=_count(life.rounds for life in group),
            killed=_count(life.end == "killed" for life in group),
        )
        for (relation, kind), group in _grouped(lives, "relation", "kind")
    )


def _asset_rows(record: Record) -> tuple[AssetRow, ...]:
    states = record.tables["assets"]
    return tuple(
        AssetRow(
            name=str(row["name"]),
            hits=int(state["hits"]),
            damage=round(float(state["damage"]), 6),
            defended=bool(state["defended"]),
            vehicle=bool(state["emitter"] >= 0 or state["launcher"] >= 0),
        )
        for row, state in zip(record.rows("assets"), states, strict=False)
    )


def _unit_row(record: Record, unit: dict[str, Any]) -> UnitRow:
    channels = record.tables["channels"][record.tables["channels"]["unit"] == unit["row"]]
    launchers = [row["row"] for row in record.rows("launchers") if row["parent"] == unit["row"]]
    magazines = record.tables["magazines"]
    magazines = magazines[[row for row in launchers if row < len(magazines)]]
    duration_s = max(float(record.manifest["ended_s"]), SECONDS_PER_TICK)
    _, busy = occupancy(record, unit["row"])
    return UnitRow(
        name=str(unit["name"]),
        kind=str(unit["kind"]),
        channels=len(channels),
        channels_busy_mean=round(float(channels["busy_ticks"].sum()) * SECONDS_PER_TICK / duration_s, 3),
        channels_busy_peak=int(busy.max(initial=0)),
        rounds_fired=int(magazines["fired"].sum()),
        rounds_ready=int(magazines["loaded"].sum()),
        rounds_left=int((magazines["loaded"] + magazines["reloads"]).sum()),
    )


def occupancy(record: Record, unit: int) -> tuple[Any, Any]:
    """Seconds at which the number of a unit's busy channels changes, and that number from then on.

    A channel is busy from the designation to the close of its engagement.
    """
    events = record.tables["events"]
    events = events[np.argsort(events["tick"], kind="stable")]  # rows stand in the order they were logged
    mine = events[(events["unit"] == unit) & np.isin(events["kind"], (EventKind.DESIGNATED, EventKind.CLOSED))]
    change = np.where(mine["kind"] == EventKind.DESIGNATED, 1, -1)
    closed_alone = ~np.isin(mine["engagement"], mine["engagement"][change == 1])
    change[closed_alone] = 0
    return mine["tick"] * SECONDS_PER_TICK, np.cumsum(change)


def _false_tracks(record: Record) -> int:
    """Confirmed tracks that are mostly made of false plots."""
    owners = track_owners(record)
    events = record.tables["events"]
    confirmed = events[events["kind"] == EventKind.TRACK_CONFIRMED]
    keys = {(int(event["post"]), int(event["track"])) for event in confirmed}
    return _count(owners.get(key) == -1 for key in keys)


def _strobe_rows(record: Record) -> tuple[StrobeRow, ...]:
    """Radars first, then receivers, each that had a strobe."""
    strobes, origins = record.tables["strobes"], record.tables["strobe_origins"]
    rows = []
    for part, field in (("radars", "radar"), ("receivers", "receiver")):
        for who in record.rows(part):
            mine = strobes[field] == who["row"]
            if mine.any():
                kind = StrobeKind(int(strobes["kind"][mine][0])).name.lower()
                sources = len(np.unique(origins["emitter"][mine])) if len(origins) == len(strobes) else 0
                rows.append(StrobeRow(str(who["name"]), kind, int(mine.sum()), sources))
    return tuple(rows)


def _never_released(record: Record) -> int:
    return _count(record.tables["events"]["kind"] == EventKind.NOT_RELEASED)


def _release_notes(record: Record) -> tuple[str, ...]:
    """Weapons whose carriers were gone before they could let them go: they never were a threat."""
    count = _never_released(record)
    if not count:
        return ()
    return (f"{count} {'weapon was' if count == 1 else 'weapons were'} never released: the carrier was gone before.",)


def _fault_notes(record: Record) -> tuple[str, ...]:
    """The radars that the scenario says are not in order."""
    return tuple(f"{said[0].upper()}{said[1:]}." for said in map(str, record.manifest.get("faults") or ()))


def _loader_notes(record: Record) -> tuple[str, ...]:
    """Rounds that stayed on loaders because the reload would have ended after the run."""
    magazines = record.tables["magazines"]
    end_s = float(record.manifest["ended_s"])
    waiting = magazines[(magazines["reloads"] > 0) & (magazines["reload_tick"] < NEVER)]
    if not len(waiting):
        return ()
    first_s = float(waiting["reload_tick"].min()) * SECONDS_PER_TICK
    rounds = int(waiting["reloads"].sum())
    said = f"the first reload would end at {clock(first_s)}, the run ended at {clock(end_s)}"
    return (f"{rounds} rounds stayed on loaders: {said}.",)
