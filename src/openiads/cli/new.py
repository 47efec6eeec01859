"""``openiads new``: a scenario to start from, anywhere on earth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def new(
    at: Annotated[str, typer.Option("--at", help='Where the unit stands: a place or "34.9N,35.87E".')],
    unit: Annotated[str, typer.Option("--unit", help="A unit of the catalog.")] = "s-300pmu1",
    name: Annotated[str, typer.Option("--name", help="What the scenario is called.")] = "my-scenario",
    out: Annotated[Path | None, typer.Option("--out", help="Write it to this new file instead of printing it.")] = None,
    catalog: Annotated[Path | None, typer.Option("--catalog", help="A folder that overlays the catalog.")] = None,
) -> None:
    """Write a commented scenario to start from; an existing file is never overwritten."""
    from openiads.scenario import report, starter

    text = starter.starter(at, unit=unit, name=name, catalog_dir=catalog)
    if out is None:
        print(text, end="")
    else:
        report.write(out, text)
        print(f"{out}: written; try: openiads validate {out}")
