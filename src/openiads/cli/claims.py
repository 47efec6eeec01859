"""``openiads claims``: what is said about the systems beside what the simulation gives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openiads.cli.page import all_printed, compile_once, json_text, print_table, progress_bar, terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from openiads.analysis.claims import Claims


def claims(
    unit: Annotated[
        str | None, typer.Option("--unit", help='Only the claims about a unit, or "tartus" for rings and countries.')
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="Write the page of all claims, with its pictures beside it.")
    ] = None,
    no_plot: Annotated[bool, typer.Option("--no-plot", help="With --markdown: draw no pictures.")] = False,
    catalog: Annotated[Path | None, typer.Option("--catalog", help="A folder that overlays the catalog.")] = None,
) -> None:
    """Check what is published against the physics: reproduced, not reproduced, not checkable, an input, or geometry."""
    from openiads.analysis.claims import claims as check
    from openiads.catalog.errors import InputError

    if markdown is not None and (unit is not None or not markdown.parent.is_dir()):
        said = "holds all claims; leave --unit out" if unit is not None else "lies in no folder that exists"
        raise InputError(str(markdown), said)
    compile_once()
    with progress_bar("checking claims") as progress:
        found = check(unit, catalog, progress)
    if markdown is not None:
        _write(found, markdown, catalog, no_plot)
    with all_printed():
        if as_json:
            print(json_text(found.as_dict()), end="")
        else:
            _print_page(found)


def _write(found: Claims, path: Path, catalog: Path | None, no_plot: bool) -> None:
    """The page, and the pictures in the folder ``images`` beside it."""
    from openiads.analysis import claims_page
    from openiads.catalog.errors import InputError
    from openiads.catalog.loader import load

    known = load(catalog).units
    titles = {unit: known[unit].name for unit in found.units if unit in known}
    said = claims_page.page(found, titles, pictures=True)
    try:
        if not no_plot:
            claims_page.draw(list(titles), path.parent / claims_page.IMAGES, catalog)
        path.write_text(said, encoding="utf-8")
    except OSError as error:
        raise InputError(str(path), f"cannot be written: {error.strerror or error}") from None


def _print_rows(console: Console, cells: Sequence[Sequence[str]]) -> None:
    """The claims as a table that a narrow terminal holds: long texts wrap, the verdict never does."""
    from openiads.analysis import claims_words as words

    shown = words.narrow(console.width)
    print_table(
        console, [words.HEADINGS[column] for column in shown], [[line[column] for column in shown] for line in cells],
        left=[at for at, column in enumerate(shown) if column in words.LEFT], unbroken=range(3, len(shown)),
    )  # fmt: skip


def _print_page(found: Claims) -> None:
    from openiads.analysis import claims_words as words

    console = terminal()
    for unit in found.units:
        rows = found.of(unit)
        console.print(f"{unit} (simulated)", style="bold", markup=False)
        _print_rows(console, words.cells(rows))
        for sentence in words.reasons(rows):
            console.print(sentence, markup=False)
        console.print()
    print_table(console, words.TOTAL_HEADINGS, words.total_cells(found))
    console.print(f"{words.headline(found)}.", markup=False)
    console.print(words.FOOT, markup=False)
