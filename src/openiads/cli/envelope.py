"""``openiads envelope``: what the missiles of a unit reach as flown, beside what is published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openiads.cli.page import all_printed, compile_once, json_text, print_table, require_free, terminal

if TYPE_CHECKING:
    from openiads.analysis.envelope import Envelope


def envelope(
    unit_or_missile: Annotated[str, typer.Argument(help="A unit or a missile of the catalog, such as s-300pmu1.")],
    target: Annotated[str, typer.Option("--target", help="A target class of the catalog.")] = "fighter",
    height: Annotated[str, typer.Option("--height", help="Of the horizontal cut, above the sea.")] = "10 km",
    catalog: Annotated[Path | None, typer.Option("--catalog", help="A folder that overlays the catalog.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="A new folder; envelopes/NAME without it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    no_plot: Annotated[bool, typer.Option("--no-plot", help="Draw no picture.")] = False,
) -> None:
    """How far, how high and against whom the missiles of a unit fly; published limits are compared with, never used."""
    from openiads.analysis.envelope import asked, height_of
    from openiads.analysis.envelope import envelope as flown

    if out is not None:
        require_free(out)
    height_of(height)
    asked(unit_or_missile, target, catalog)
    compile_once()
    found = flown(unit_or_missile, target, catalog)
    folder = out or _free_folder(f"{unit_or_missile}-{target}")
    require_free(folder)
    said = _write(found, folder, height, no_plot)
    with all_printed():
        if as_json:
            print(said, end="")
        else:
            _print_page(found, folder)


def _free_folder(name: str) -> Path:
    """``envelopes/NAME``, or the first of ``-2``, ``-3``, ... that does not exist."""
    from itertools import chain, count

    names = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(folder for folder in (Path("envelopes") / each for each in names) if not folder.exists())


def _write(found: Envelope, folder: Path, height: str, no_plot: bool) -> str:
    """All files, whole or not at all; the text of envelope.json."""
    import csv

    import numpy as np

    from openiads.analysis.envelope_words import report
    from openiads.record.store import new_folder

    said = json_text({**report(found), "folder": str(folder)})
    rows = [row for each in found.missiles for row in each.rows()]
    with new_folder(folder) as staging:
        (staging / "envelope.json").write_text(said, encoding="utf-8")
        with (staging / "envelope.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        np.savez_compressed(staging / "envelope.npz", **found.arrays())
        if not no_plot:
            found.plot(staging / "envelope.png", height)
    return said


def _print_page(found: Envelope, folder: Path) -> None:
    from openiads.analysis import envelope_words as words

    console = terminal()
    console.print(words.headline(found), style="bold", markup=False)
    print_table(console, words.HEADINGS, words.cells(words.lines(found)), left=words.LEFT)
    for sentence in (
        "An edge is where the margin passes zero. Published limits cut nothing off; they are compared with.",
        words.reached_line(found),
        *words.end_lines(found),
        "The flight alone: whether a radar sees the target there is asked of openiads coverage.",
    ):
        console.print(sentence, markup=False)
    console.print(f"files {folder}", markup=False, soft_wrap=True)
