"""What would have happened otherwise: the same seed and the same orders again, with one limit lifted at a time.

Limits: one rerun each. The same seed names the same draws, but what is fired is not the same, so chance differs too:
that a target is killed without a limit shows that it could have been, not that it would be each time (docs/explain.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from openiads.analysis.chain import Flight, flights
from openiads.analysis.explain_scene import Scene
from openiads.catalog.errors import InputError
from openiads.constants import SECONDS_PER_TICK
from openiads.enums import EventKind, Verb
from openiads.scenario.schema import LIMITS_TO_LIFT

if TYPE_CHECKING:
    from pathlib import Path

    from openiads.record.record import Record
    from openiads.scenario.load import Scenario
    from openiads.scenario.schema import LimitName

BASE: Final = ""  # the name of the run in which nothing more is lifted
_RULES_OF_A_PERSON: Final = (Verb.SET_STATUS, Verb.CEASE, Verb.CANCEL)


@dataclass(frozen=True)
class Outcome:
    """What became of a target in one run: ``limit`` is what was lifted, empty for the run as it was.

    ``stopped`` says that it was killed, or never let go because its carrier was gone.
    """

    limit: str
    end: str
    end_s: float
    stopped: bool
    rounds: int
    first_launch_s: float | None


@dataclass(frozen=True)
class Reruns:
    """What the runs gave.

    Attributes:
        outcomes: of every target by row, the run as it was first; empty where there are none.
        digests: of each run's events, by the limit lifted.
        refused: why there are no outcomes; empty otherwise.
        failed: limits whose run could not be made, with the reason.
    """

    outcomes: Mapping[int, tuple[Outcome, ...]]
    digests: Mapping[str, str]
    refused: str
    failed: Mapping[str, str]


def reruns(
    record: Record, catalog_dir: Path | None = None, progress: Callable[[float], None] | None = None
) -> Reruns:  # fmt: skip
    """Run a record's scenario again as it was, and then with each limit lifted.

    Args:
        record: of a run; the rerun as it was must give its digest, else nothing is said.
        catalog_dir: the catalog folder that it was run with.
        progress: called with the share done, 0 to 1.
    """
    from openiads.simulate import CapacityError

    tell = progress or (lambda _: None)
    runs: dict[str, Record] = {BASE: record}
    failed: dict[str, str] = {}
    try:
        scenario = _restored(record, catalog_dir)
        again = _rerun(scenario, record, None)
    except (InputError, CapacityError) as error:
        return _none(f"the scenario cannot be run again: {error}")
    if again.digest != record.digest:
        return _none(_other(record, again))
    limits = [limit for limit in LIMITS_TO_LIFT if limit not in scenario.file.lifted]
    for done, limit in enumerate(limits, start=1):
        tell(done / (1 + len(limits)))
        try:
            runs[limit] = _rerun(scenario, record, limit)
        except CapacityError as error:
            failed[limit] = str(error)
    return Reruns(_outcomes(runs), {limit: run.digest for limit, run in runs.items()}, "", failed)


def _none(reason: str) -> Reruns:
    return Reruns({}, {}, reason, {})


def _restored(record: Record, catalog_dir: Path | None) -> Scenario:
    from openiads.scenario.load import restore

    terrain = dict(record.manifest.get("terrain") or {})
    text = str(record.manifest.get("scenario_text") or "")
    return restore(text, catalog_dir=catalog_dir, terrain_digest=terrain.get("digest"))


def _other(record: Record, again: Record) -> str:
    from openiads._version import __version__

    made = record.manifest.get("openiads", "another version")
    digests = f"digest {again.digest[:12]}, recorded {record.digest[:12]}"
    if made == __version__:
        why = "the catalog or the sources differ; a run made with a user's catalog needs --catalog to name its folder"
    else:
        why = f"it was made by OpenIADS {made}, this is {__version__}, or the catalog is another (--catalog names it)"
    return f"running it again gives other events ({digests}): {why}"


def _rerun(scenario: Scenario, record: Record, limit: LimitName | None) -> Record:
    """Run to where the record ended, with its orders at their ticks; a lifted rule takes with it the orders to hold."""
    from openiads.simulate import Session

    lifted = (*scenario.file.lifted, *(() if limit is None else (limit,)))
    changed = replace(scenario, file=scenario.file.model_copy(update={"lifted": lifted}))
    session = Session(changed, int(record.manifest["seed"]), int(record.manifest["run"]))
    orders = record.tables["directives"]
    for order in orders[np.argsort(orders["tick"], kind="stable")]:
        if limit != "rule" or order["verb"] not in _RULES_OF_A_PERSON:
            _hand_in(session, order)
    ended_s = float(record.manifest["ended_s"])  # of a run that was left before its end the first tick not stepped
    session.advance(ended_s if ended_s >= session.duration_s else max(ended_s - SECONDS_PER_TICK, 0.0))
    return session.record()


def _hand_in(session: Any, order: Any) -> None:
    """Advance to the tick of a recorded order and put it in as it stands."""
    if order["tick"] > 0:
        session.advance((int(order["tick"]) - 1) * SECONDS_PER_TICK)
    n = int(session.state.counts["directives"][0])
    session.state.directives[n] = order
    session.state.directives["done"][n] = 0
    session.state.counts["directives"][0] = n + 1


def _outcomes(runs: dict[str, Record]) -> dict[int, tuple[Outcome, ...]]:
    found: dict[int, list[Outcome]] = {}
    for limit, record in runs.items():
        scene = Scene(record)
        lives = {life.row: scene.own(life) for life in flights(record)}
        kept = record.tables["events"]
        kept = kept[kept["kind"] == EventKind.NOT_RELEASED]
        for row in (int(target["row"]) for target in record.rows("targets")):
            never = kept[kept["target"] == row]
            found.setdefault(row, []).append(_outcome(limit, record, lives.get(row), never))
    return {row: tuple(outcomes) for row, outcomes in found.items()}


def _outcome(limit: str, record: Record, life: Flight | None, never: Any) -> Outcome:
    if life is None:
        kept = len(never) > 0
        end_s = float(never[0]["tick"] * SECONDS_PER_TICK if kept else record.manifest["ended_s"])
        return Outcome(limit, "never released" if kept else "not begun", end_s, kept, 0, None)
    launches = [shot.launched_s for shot in life.rounds]
    return Outcome(limit, life.end, life.end_s, life.end == "killed", len(launches), min(launches, default=None))
