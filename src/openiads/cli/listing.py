"""``openiads list``: what can be run by name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def list_scenarios(
    catalog: Annotated[Path | None, typer.Option("--catalog", help="A folder that overlays the catalog.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List the built-in scenarios and their titles."""
    from openiads.scenario import report

    print(report.listing(catalog, as_json))
