"""``openiads metrics``: how good the air picture of a run was, against its truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openiads.cli.page import all_printed, check_picture, json_text, print_table, terminal

if TYPE_CHECKING:
    from openiads.analysis.metrics_record import RunMetrics


def metrics(
    run: Annotated[Path, typer.Argument(help="The folder of a run that openiads run wrote.")],
    cutoff: Annotated[
        str, typer.Option("--cutoff", help="From this distance on a track does not stand for a target (GOSPA's c).")
    ] = "2 km",
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw GOSPA and the tracks over time into a PNG.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """How good the air picture of each command post was: GOSPA, SIAP attributes, continuity, NEES and NIS."""
    cutoff_m = _cutoff_m(cutoff)
    if plot is not None:
        check_picture(plot)
    from openiads.analysis.metrics_record import run_metrics
    from openiads.record.store import load

    found = run_metrics(load(run), cutoff_m, str(run))
    if plot is not None:
        _draw(found, plot)
    with all_printed():
        if as_json:
            print(json_text({**found.as_dict(), "folder": str(run)}), end="")
        else:
            _print_page(found, plot)


def _cutoff_m(text: str) -> float:
    from openiads import units
    from openiads.analysis.metrics_pairs import check_cutoff
    from openiads.catalog.errors import InputError

    try:
        cutoff_m = units.parse(text, "length")
    except units.UnitError as error:
        raise InputError("cutoff", str(error)) from None
    check_cutoff(cutoff_m)
    return cutoff_m


def _draw(found: RunMetrics, plot: Path) -> None:
    from openiads.analysis.metrics_plot import draw
    from openiads.catalog.errors import InputError

    try:
        draw(found, plot)
    except OSError as error:
        raise InputError(str(plot), f"cannot be written: {error.strerror or error}") from None


def _print_page(found: RunMetrics, plot: Path | None) -> None:
    from openiads.analysis import metrics_words as words

    console = terminal()
    console.print(words.headline(found), style="bold", markup=False)
    console.print()
    for post in found.posts:
        print_table(console, words.headings(post), words.cells(post))
        for sentence in words.sentences(post):
            console.print(sentence, markup=False)
        console.print()
    console.print(f"digest {found.digest}", markup=False, soft_wrap=True)
    if plot is not None:
        console.print(f"picture {plot}", markup=False, soft_wrap=True)
