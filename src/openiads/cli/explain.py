"""``openiads explain``: the life of a target, why it was not stopped, and which single limit held it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openiads.cli.page import all_printed, check_picture, compile_once, json_text, print_table, progress_bar, terminal

if TYPE_CHECKING:
    from rich.console import Console

    from openiads.analysis.explain import Explanation, Report
    from openiads.record.record import Record


def explain(
    run: Annotated[Path, typer.Argument(help="The folder of a run that openiads run wrote.")],
    target: Annotated[str | None, typer.Argument(help="A target of it; every threat without one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw tracks, channels and rails into a PNG.")] = None,
    no_counterfactual: Annotated[
        bool, typer.Option("--no-counterfactual", help="Do not rerun it with one limit lifted at a time.")
    ] = False,
    catalog: Annotated[Path | None, typer.Option("--catalog", help="The catalog folder that it was run with.")] = None,
) -> None:
    """The life of a target or of all threats: what happened, why it was not stopped, and which limit held it."""
    if plot is not None:
        check_picture(plot)
    from openiads.analysis.explain import explain as explained
    from openiads.record.store import load

    record = load(run)
    if not no_counterfactual:
        compile_once()
    with progress_bar("running it again with one limit lifted at a time") as progress:
        report = explained(record, target, counterfactual=not no_counterfactual, catalog_dir=catalog, progress=progress)
    if plot is not None:
        _draw(record, target, plot)
    with all_printed():
        if as_json:
            print(json_text({**report.as_dict(), "folder": str(run)}), end="")
        else:
            _print_page(report, target, plot)


def _draw(record: Record, target: str | None, plot: Path) -> None:
    from openiads.analysis.explain_plot import draw
    from openiads.catalog.errors import InputError

    try:
        draw(record, plot, target)
    except OSError as error:
        raise InputError(str(plot), f"cannot be written: {error.strerror or error}") from None


def _print_page(report: Report, target: str | None, plot: Path | None) -> None:
    from openiads.analysis.reasons import clock

    console = terminal()
    said = f"{report.title} (simulated), seed {report.seed}, {clock(report.duration_s)} min:s"
    console.print(said, style="bold", markup=False)
    console.print()
    if target is None:
        _print_all(console, report)
    else:
        for one in report.targets:
            _print_one(console, one)
    for note in report.notes:
        console.print(note, markup=False)
    if report.refused:
        console.print(f"No counterfactual: {report.refused}.", markup=False)
    console.print(f"digest {report.digest}", markup=False, soft_wrap=True)
    if plot is not None:
        console.print(f"picture {plot}", markup=False, soft_wrap=True)


def _print_all(console: Console, report: Report) -> None:
    from openiads.analysis import explain_words as words

    if not report.targets:
        console.print("Nothing that flew was a threat.", markup=False)
        return
    rows = words.all_cells(report)
    columns = [n for n, heading in enumerate(words.ALL_HEADINGS) if heading != "held by" or report.counterfactual]
    headings = [words.ALL_HEADINGS[n] for n in columns]
    texts = [n for n, heading in enumerate(headings) if heading in ("threat", "kind", "end", "held by", "why")]
    print_table(console, headings, [[row[n] for n in columns] for row in rows], left=texts, unbroken=texts)


def _print_one(console: Console, said: Explanation) -> None:
    from openiads.analysis import explain_words as words

    console.print(said.headline, style="bold", markup=False)
    if sentence := words.held_sentence(said):
        console.print(sentence, markup=False)
    console.print()
    print_table(console, words.LIFE_HEADINGS, words.life_cells(said), left=(2,))
    print_table(console, words.OUTCOME_HEADINGS, words.outcome_cells(said), left=(0, 1, 5))
