"""Why: the life of a target, the chain of causes that kept it from being stopped, and which single limit held it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from openiads.analysis import explain_rerun as rerun
from openiads.analysis.chain import flights, has_plots
from openiads.analysis.explain_causes import Cycles, Refusal, Valued, cycles, refusals, valued
from openiads.analysis.explain_headline import headline
from openiads.analysis.explain_moments import Moment, timeline
from openiads.analysis.explain_scene import Scene
from openiads.analysis.explain_words import life_page, lifted_note, page
from openiads.catalog.errors import InputError
from openiads.catalog.loader import load as load_catalog
from openiads.constants import SECONDS_PER_TICK
from openiads.enums import EventKind
from openiads.scenario.names import unknown

if TYPE_CHECKING:
    from pathlib import Path

    from openiads.analysis.chain import Flight
    from openiads.record.record import Record, RosterRow

CHANCE_NOTE: Final = (
    "Each counterfactual is one rerun of the same seed: it shows that the limit can hold the target, not how often."
)
NO_PLOTS: Final = (
    "Plots were not recorded: tracks are told apart by what was fired at them, so of a target that was never fired at "
    "nothing between its first plot and its end can be told."
)
NO_TRUTH: Final = "The truth was not recorded: a range is that of the track, where an event tells it."


@dataclass(frozen=True, repr=False)
class Explanation:
    """What happened to one target and why.

    Attributes:
        threat: whether the first post's side is at war with its side.
        end: killed, leaked, left, flying, never released or not begun.
        asset: what it reached; empty if nothing.
        headline, short: what became of it in a sentence, and why in a few words.
        link, cause: the last link of the chain that broke, and why; empty and NONE where none did.
        moments: its life.
        refusals: the periods in which it was not engaged, as logged at each change.
        cycles: the same by decision cycle, from the ranking; empty where it was not recorded.
        valued: its threat and what that was made of, at the moments that turned on it.
        outcomes: what became of it in each rerun, the run as it was first; empty without a counterfactual.
        held_by: the single limits with which lifted it was stopped; None where it was stopped anyway, is no threat,
            or nothing was rerun.
    """

    target: str
    kind: str
    relation: str
    threat: bool
    end: str
    end_s: float
    asset: str
    headline: str
    short: str
    link: str
    cause: str
    first_plot_s: float | None
    confirmed_s: float | None
    hostile_s: float | None
    first_launch_s: float | None
    rounds: int
    moments: tuple[Moment, ...]
    refusals: tuple[Refusal, ...]
    cycles: tuple[Cycles, ...]
    valued: tuple[Valued, ...]
    outcomes: tuple[rerun.Outcome, ...]
    held_by: tuple[str, ...] | None

    def as_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, numbers and texts, ready for JSON."""
        return {"simulated": True} | {name: _plain(value) for name, value in asdict(self).items()}

    def __str__(self) -> str:
        return life_page(self)

    def __repr__(self) -> str:
        return f"<Explanation of {self.target}: {self.end}, {self.short}>"


@dataclass(frozen=True, repr=False)
class Report:
    """The explanations of one run.

    Attributes:
        targets: one, or every threat in the order of the roster.
        counterfactual: whether the reruns were made; ``refused`` says why not.
        lifted: limits that were lifted in the run itself.
        digests: of the reruns' events, by the limit lifted; the run as it was stands under the empty name.
        notes: what the record cannot say, and how far the rest can be trusted.
    """

    scenario: str
    title: str
    seed: int
    run: int
    digest: str
    duration_s: float
    targets: tuple[Explanation, ...]
    counterfactual: bool
    refused: str
    lifted: tuple[str, ...]
    digests: dict[str, str]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, numbers and texts, ready for JSON."""
        return {"simulated": True} | {name: _plain(value) for name, value in asdict(self).items()}

    def __str__(self) -> str:
        return page(self)

    def __repr__(self) -> str:
        count = len(self.targets)
        return f"<Report of {self.scenario}, seed {self.seed}, {count} {'target' if count == 1 else 'targets'}>"

    def __getitem__(self, target: str) -> Explanation:
        return next(said for said in self.targets if said.target == target)


def explain(
    record: Record, target: str | None = None, *, counterfactual: bool = True, catalog_dir: Path | None = None,
    progress: Callable[[float], None] | None = None,
) -> Report:  # fmt: skip
    """Explain one target of a run, or every threat.

    Args:
        record: the run.
        target: name of a target of the roster, a threat or not; every threat if None.
        counterfactual: rerun it with one limit lifted at a time.
        catalog_dir: the catalog folder that it was run with.
        progress: called with the share of the reruns done, 0 to 1.

    Raises:
        InputError: there is no such target; the message names the nearest; or the catalog folder cannot be read.
    """
    if catalog_dir is not None:
        load_catalog(catalog_dir)
    asked = _asked(record, target)
    again = rerun.reruns(record, catalog_dir, progress) if counterfactual else rerun.Reruns({}, {}, "not asked for", {})
    scene = Scene(record)
    lives = {life.row: scene.own(life) for life in flights(record)}
    manifest = record.manifest
    lifted = tuple(map(str, manifest.get("lifted") or ()))
    return Report(
        scenario=str(manifest["scenario"]),
        title=str(manifest.get("title") or manifest["scenario"]),
        seed=int(manifest["seed"]),
        run=int(manifest["run"]),
        digest=record.digest,
        duration_s=float(manifest["ended_s"]),
        targets=tuple(_explained(scene, row, lives.get(int(row["row"])), again) for row in asked),
        counterfactual=not again.refused,
        refused=again.refused,
        lifted=lifted,
        digests=dict(again.digests),
        notes=_notes(record, lifted, again),
    )


def _asked(record: Record, target: str | None) -> list[RosterRow]:
    """The roster's rows that are to be explained."""
    rows = record.rows("targets")
    if target is None:
        return [row for row in rows if row["relation"] == "hostile"]
    found = [row for row in rows if row["name"] == target]
    if not found:
        raise InputError("target", unknown("target of this run", target, (str(row["name"]) for row in rows)))
    return found


def _notes(record: Record, lifted: tuple[str, ...], again: rerun.Reruns) -> tuple[str, ...]:
    notes = [] if has_plots(record) else [NO_PLOTS]
    notes += [] if len(record.tables["truth"]) else [NO_TRUTH]
    notes += [f"The run with the limit {limit} lifted could not be made: {why}." for limit, why in again.failed.items()]
    return (*map(lifted_note, lifted), *notes, *(() if again.refused else (CHANCE_NOTE,)))


def _explained(scene: Scene, row: RosterRow, life: Flight | None, again: rerun.Reruns) -> Explanation:
    outcomes = again.outcomes.get(int(row["row"]), ())
    if life is None:
        return _never_flew(scene, row, outcomes)
    moments = timeline(scene, life)
    refused = refusals(scene, life)
    asset = scene.name("assets", life.asset) if life.asset >= 0 else ""
    said = headline(life, asset, moments, refused, scene.tracked(life))
    return Explanation(
        target=life.name, kind=life.kind, relation=life.relation, threat=life.is_threat, end=life.end,
        end_s=life.end_s, asset=asset, headline=said.sentence, short=said.short, link=said.link, cause=said.cause,
        first_plot_s=life.first_plot_s, confirmed_s=life.confirmed_s, hostile_s=life.hostile_s,
        first_launch_s=min((shot.launched_s for shot in life.rounds), default=None), rounds=len(life.rounds),
        moments=moments, refusals=refused, cycles=cycles(scene, life), valued=valued(scene, life, moments),
        outcomes=outcomes, held_by=_held_by(life, outcomes),
    )  # fmt: skip


def _held_by(life: Flight, outcomes: tuple[rerun.Outcome, ...]) -> tuple[str, ...] | None:
    if not outcomes or not life.is_threat or life.end == "killed":
        return None
    return tuple(one.limit for one in outcomes if one.limit != rerun.BASE and one.stopped)


def _never_flew(scene: Scene, row: RosterRow, outcomes: tuple[rerun.Outcome, ...]) -> Explanation:
    """A weapon whose carrier was gone before, or a flight that had not begun when the run ended."""
    record, name = scene.record, str(row["name"])
    events = record.tables["events"]
    kept = events[(events["kind"] == EventKind.NOT_RELEASED) & (events["target"] == row["row"])]
    end = "never released" if len(kept) else "not begun"
    end_s = float(kept[0]["tick"] * SECONDS_PER_TICK if len(kept) else record.manifest["ended_s"])
    short = "its carrier was gone before" if len(kept) else "the run ended before it began"
    return Explanation(
        target=name, kind=str(row["kind"]), relation=str(row["relation"]), threat=row["relation"] == "hostile",
        end=end, end_s=end_s, asset="", headline=f"{name} ({row['kind']}) never flew: {short}.", short=short, link="",
        cause="NONE", first_plot_s=None, confirmed_s=None, hostile_s=None, first_launch_s=None, rounds=0, moments=(),
        refusals=(), cycles=(), valued=(), outcomes=outcomes, held_by=None,
    )  # fmt: skip


def _plain(value: Any) -> Any:
    """Lists for tuples, all the way down."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
