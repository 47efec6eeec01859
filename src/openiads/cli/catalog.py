"""``openiads catalog``: what the catalog holds, and the data sheet of each thing with sources and confidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from openiads.catalog.sheet import DataSheet, Row


def catalog(
    name: Annotated[str | None, typer.Argument(help="Catalog name, such as s-300v4; all names without it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    folder: Annotated[Path | None, typer.Option("--catalog", help="A folder that overlays the catalog.")] = None,
) -> None:
    """List the catalog, or print one thing's data sheet: every number with its source and confidence."""
    from openiads.catalog.loader import load
    from openiads.catalog.sheet import data_sheets, listing

    loaded = load(folder)
    if name is None:
        _print_listing(listing(loaded), as_json)
    else:
        _print_sheets(data_sheets(loaded, name), as_json)


def _print_listing(names: dict[str, dict[str, str]], as_json: bool) -> None:
    if as_json:
        _print_json(names)
        return
    from rich.table import Table

    console = _console()
    for kind, things in names.items():
        table = Table("name", "what", title=kind, title_justify="left", box=None)
        for thing, described in things.items():
            table.add_row(thing, described)
        console.print(table, "")


def _print_sheets(sheets: list[DataSheet], as_json: bool) -> None:
    if as_json:
        first, *parts = (sheet.as_json() for sheet in sheets)
        _print_json({**first, "parts": parts})
        return
    console = _console()
    for sheet in sheets:
        console.print(f"{sheet.kind} {sheet.id}: {sheet.name}", style="bold", markup=False)
        if sheet.note:
            console.print(sheet.note, markup=False)
        for key, text in sheet.facts:
            console.print(f"  {key}: {text}", markup=False, highlight=False)
        if sheet.rows:
            console.print(_figure_table(sheet.rows))
            shares = ", ".join(f"{share:.0%} {confidence}" for confidence, share in sheet.shares.items())
            console.print(f"  figures: {shares}", markup=False, highlight=False)
        console.print()


def _figure_table(rows: tuple[Row, ...]) -> Table:
    from rich.markup import escape
    from rich.table import Table

    table = Table("quantity", "value", "spread", "confidence", "source, or reason", box=None)
    for row in rows:
        said = row.source if not row.reason else f"{row.source} ({row.reason})" if row.source else row.reason
        table.add_row(*(escape(text) for text in (row.key, row.value, row.spread, row.confidence, said)))
    return table


def _console() -> Console:
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=160)


def _print_json(table: dict[str, object] | dict[str, dict[str, str]]) -> None:
    import json

    print(json.dumps(table, ensure_ascii=False, indent=2))
