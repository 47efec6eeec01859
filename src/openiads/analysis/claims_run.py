"""Claims about what a unit does when it is busy, measured in one run on the proving ground.

The seed is fixed, so the figures are the same each time. Limits: one run; chances of kills rest on a few dozen shots.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from openiads.analysis.claims_radar import SCENARIO
from openiads.analysis.claims_verdict import Measured
from openiads.constants import SECONDS_PER_TICK
from openiads.enums import EventKind
from openiads.record.derive import derived
from openiads.scenario.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from openiads.catalog.claims import Claim
    from openiads.record.record import Record

SEED: Final = 1
_GROUND: Final = "the proving ground (24 bombers, seed 1)"
_KEPT_KINDS: Final = (EventKind.INTERCEPT, EventKind.KILLED, EventKind.MISSED)


@dataclass(frozen=True, slots=True)
class Trial:
    """What one unit did.

    Attributes:
        targets: greatest number of targets that rounds were in flight at.
        missiles: greatest number of rounds in flight.
        interval_s: least time between two launches of one launcher, by missile.
        reaction_s: least time from a designation to its first launch.
        rounds: number of rounds fired by missile.
        met: of those, how many came to a point of closest approach.
        killed: how many killed what they were fired at.
        speed_mps, apogee_m: greatest speed and height of a round, by missile.
    """

    targets: int
    missiles: int
    interval_s: dict[str, float]
    reaction_s: float | None
    rounds: dict[str, int]
    met: dict[str, int]
    killed: dict[str, int]
    speed_mps: dict[str, float]
    apogee_m: dict[str, float]


class Trials:
    """The runs, each made when it is first asked for."""

    def __init__(self, catalog_dir: Path | None) -> None:
        self._catalog_dir = catalog_dir
        self.of = lru_cache(maxsize=None)(self._of)

    def _of(self, unit: str) -> Trial:
        from openiads.simulate import run

        return read(run(load(SCENARIO, unit=unit, catalog_dir=self._catalog_dir), SEED))


def read(record: Record) -> Trial:
    """Read a trial off a record that holds samples of the rounds."""
    events = record.tables["events"]
    launched = events[events["kind"] == EventKind.LAUNCHED]
    missile_of = _missiles(record, launched)
    kinds = {kind: events[events["kind"] == kind]["interceptor"] for kind in _KEPT_KINDS}
    met = np.unique(np.concatenate(list(kinds.values())))
    speed_mps, apogee_m = _flights(record, missile_of)
    targets, missiles = _busiest(events)
    return Trial(
        targets, missiles, _intervals(launched, missile_of), _reaction(events),
        _count(launched["interceptor"], missile_of), _count(met, missile_of),
        _count(np.unique(kinds[EventKind.KILLED]), missile_of), speed_mps, apogee_m,
    )  # fmt: skip


def _missiles(record: Record, launched: Any) -> dict[int, str]:
    """Catalog name of the missile behind each interceptor number."""
    launchers = {int(row["row"]): str(row["kind"]) for row in record.rows("launchers")}
    return {int(row["interceptor"]): launchers[int(row["launcher"])] for row in launched}


def _count(numbers: Any, missile_of: dict[int, str]) -> dict[str, int]:
    names = [missile_of[int(number)] for number in numbers if int(number) in missile_of]
    return {name: names.count(name) for name in sorted(set(names))}


def _intervals(launched: Any, missile_of: dict[int, str]) -> dict[str, float]:
    """Least time between launches of one launcher, s, by missile."""
    least: dict[str, float] = {}
    for launcher in np.unique(launched["launcher"]):
        rows = launched[launched["launcher"] == launcher]
        gaps_s = np.diff(np.sort(rows["tick"])) * SECONDS_PER_TICK
        name = missile_of[int(rows[0]["interceptor"])]
        if len(gaps_s):
            least[name] = min(least.get(name, np.inf), float(gaps_s.min()))
    return least


def _reaction(events: Any) -> float | None:
    """Least time from a designation to the first launch of its engagement, s."""
    began = {int(row["engagement"]): int(row["tick"]) for row in events[events["kind"] == EventKind.DESIGNATED][::-1]}
    waits = [
        int(row["tick"]) - began[int(row["engagement"])]
        for row in events[events["kind"] == EventKind.LAUNCHED]
        if int(row["engagement"]) in began
    ]
    return min(waits) * SECONDS_PER_TICK if waits else None


def _busiest(events: Any) -> tuple[int, int]:
    """Greatest numbers of engagements with a round in flight, and of rounds in flight."""
    ends = (EventKind.KILLED, EventKind.MISSED, EventKind.SELF_DESTRUCTED)
    flying: dict[int, int] = {}
    targets = missiles = 0
    for row in events:
        number = int(row["interceptor"])
        if row["kind"] == EventKind.LAUNCHED:
            flying[number] = int(row["engagement"])
        elif row["kind"] in ends:
            flying.pop(number, None)
        targets, missiles = max(targets, len(set(flying.values()))), max(missiles, len(flying))
    return targets, missiles


def _flights(record: Record, missile_of: dict[int, str]) -> tuple[dict[str, float], dict[str, float]]:
    """Greatest speed and height of any round, by missile."""
    numbers, columns = record.tables["interceptors"]["number"], derived(record, "interceptors")
    fastest: dict[str, float] = {}
    highest: dict[str, float] = {}
    for number, name in missile_of.items():
        own = numbers == number
        if own.any():
            fastest[name] = max(fastest.get(name, 0.0), float(np.nanmax(columns["speed_mps"][own])))
            highest[name] = max(highest.get(name, 0.0), float(np.nanmax(columns["height_m"][own])))
    return fastest, highest


def measured(claim: Claim, trial: Trial, missile: str) -> Measured:
    """What the run shows for a claim about a unit or one of its missiles."""
    value, how = _MEASURES[claim.quantity](trial, missile)
    if value is None:
        return Measured(None, f"{how}, {_GROUND}", unchecked="no round of this kind was fired on the proving ground")
    return Measured(value, f"{how}, {_GROUND}")


def _killed(trial: Trial, missile: str) -> tuple[float | None, str]:
    killed, met = trial.killed.get(missile, 0), trial.met.get(missile, 0)
    return (killed / met if met else None), f"{killed} of {met} rounds killed that met a target"


def _hits(trial: Trial, missile: str) -> tuple[float | None, str]:
    killed, fired = trial.killed.get(missile, 0), trial.rounds.get(missile, 0)
    return (killed / fired if fired else None), f"{killed} targets killed with {fired} rounds"


_MEASURES: Final[Mapping[str, Callable[[Trial, str], tuple[float | None, str]]]] = {
    "targets_max": lambda t, _: (float(t.targets), "most targets with rounds in flight at them"),
    "missiles_max": lambda t, _: (float(t.missiles), "most rounds in flight at once"),
    "launch_interval": lambda t, m: (t.interval_s.get(m), "least time between two launches of one launcher"),
    "reaction_time": lambda t, _: (t.reaction_s, "least time from designation to launch"),
    "speed_max": lambda t, m: (t.speed_mps.get(m), "greatest speed of a round"),
    "kill_chance": _killed,
    "hit_share": _hits,
}
