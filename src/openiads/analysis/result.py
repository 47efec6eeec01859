"""What a run gives back to the caller: the record, and all that can be asked of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from openiads.analysis.summary import Summary, summarise
from openiads.record.record import Record

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyRelation

    from openiads.analysis.debris import DebrisReport
    from openiads.analysis.explain import Report
    from openiads.analysis.metrics_record import RunMetrics
    from openiads.analysis.reasons import LeakReason


class Result:
    """The outcome of one simulated run.

    Attributes:
        record: the tables, the roster and the manifest.
    """

    def __init__(self, record: Record) -> None:
        self.record = record

    @classmethod
    def open(cls, folder: str | Path) -> Result:
        """A result that was saved before.

        Raises:
            InputError: the folder holds no record, half of one, or one that was changed.
        """
        from openiads.record.store import load

        return cls(load(folder))

    @property
    def digest(self) -> str:
        """SHA-256 of the events; equal digests mean that the same things happened at the same ticks."""
        return self.record.digest

    def summary(self) -> Summary:
        """The kill chain, the other flights, the assets, the units, and why each leaker leaked."""
        return self._summary

    def leaks(self) -> tuple[LeakReason, ...]:
        """Why each leaker got through, in order of arrival."""
        return self._summary.leakers

    def debris(self) -> DebrisReport:
        """Where the pieces of every intercept and every spent round come down, and on what."""
        from openiads.analysis.debris import debris

        return debris(self.record)

    def metrics(self, cutoff_m: float = 2000.0) -> RunMetrics:
        """How good each post's air picture was: GOSPA, SIAP attributes, continuity, NEES and NIS.

        Args:
            cutoff_m: from this distance on a track does not stand for a target, m.

        Raises:
            InputError: the run kept events alone, nothing flew, or the cutoff is out of bounds.
        """
        from openiads.analysis.metrics_record import run_metrics

        return run_metrics(self.record, cutoff_m)

    def explain(
        self, target: str | None = None, counterfactual: bool = True, catalog_dir: Path | None = None
    ) -> Report:
        """The life of a target, or of every threat: what happened, why it was not stopped, which single limit held it.

        Args:
            target: its name; every threat if None.
            counterfactual: rerun the same seed with one limit lifted at a time.
            catalog_dir: the catalog folder that it was run with.

        Raises:
            InputError: there is no such target.
        """
        from openiads.analysis.explain import explain

        return explain(self.record, target, counterfactual=counterfactual, catalog_dir=catalog_dir)

    def events(self) -> DuckDBPyRelation:
        """What happened, in order, with names and causes as words."""
        return self.record.events()

    def tracks(self) -> DuckDBPyRelation:
        """What the posts believed, once a second."""
        return self.record.tracks()

    def truth(self) -> DuckDBPyRelation:
        """Where the targets were, once a second."""
        return self.record.truth()

    def plots(self) -> DuckDBPyRelation:
        """What the radars measured."""
        return self.record.plots()

    def interceptors(self) -> DuckDBPyRelation:
        """Where the missiles in flight were, ten times a second."""
        return self.record.interceptors()

    def table(self, name: str) -> DuckDBPyRelation:
        """Any table by name, or ``roster``.

        Raises:
            KeyError: there is no such table.
        """
        return self.record.table(name)

    def sql(self, query: str) -> DuckDBPyRelation:
        """A DuckDB query over all the tables by their names."""
        return self.record.sql(query)

    def plot(self, path: str | Path) -> Path:
        """Draw the overview: map, timeline, channels and rounds, as a PNG."""
        from openiads.analysis.plots import overview

        return overview(self.record, path)

    def save(self, folder: str | Path, plot: bool = False) -> Path:
        """Write the record, its summary and, if wished, the overview into a new folder; whole or not at all.

        Raises:
            InputError: the folder exists, or cannot be made.
        """
        from openiads.record.store import save

        return save(self.record, folder, beside=self._write_plot_too if plot else self._write_summary)

    @cached_property
    def _summary(self) -> Summary:
        return summarise(self.record)

    def _write_summary(self, folder: Path) -> None:
        import json

        text = json.dumps(self._summary.as_dict(), indent=2, ensure_ascii=False)
        (folder / "summary.json").write_text(text + "\n", encoding="utf-8")

    def _write_plot_too(self, folder: Path) -> None:
        self._write_summary(folder)
        self.plot(folder / "overview.png")

    def __repr__(self) -> str:
        total, said = self._summary.total, self.record.manifest
        return (
            f"<Result of {said['scenario']}, seed {said['seed']}, run {said['run']}: {total.threats} threats, "
            f"{total.killed} killed, {total.leaked} leaked, digest {self.digest[:12]}>"
        )
