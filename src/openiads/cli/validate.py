"""``openiads validate``: is this scenario right, and if not, what is wrong where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def validate(
    file: Annotated[str, typer.Argument(help="A scenario file, or the name of a built-in scenario.")],
    catalog: Annotated[Path | None, typer.Option("--catalog", help="A folder that overlays the catalog.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check a scenario against the catalog; say what it holds, or the first thing wrong with its line and key."""
    from openiads.scenario import report

    print(report.validity(file, catalog, as_json))
