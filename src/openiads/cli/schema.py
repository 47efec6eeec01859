"""``openiads schema``: the JSON Schema of a scenario file, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def schema(
    out: Annotated[Path | None, typer.Option("--out", help="Write it to this file instead of printing it.")] = None,
) -> None:
    """Print the JSON Schema of a scenario file; editors that know TOML complete and check keys with it."""
    from openiads.scenario import report

    text = report.json_schema()
    if out is None:
        print(text)
    else:
        report.write(out, text + "\n")
        print(f"{out}: written")
