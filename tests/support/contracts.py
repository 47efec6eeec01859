"""What a stage's docstring says that it reads and writes."""

from __future__ import annotations

import inspect
import re

from tests.support.drive import Stage

NOT_TABLES = ("tick",)


def named(stage: Stage, heading: str) -> list[str]:
    """The table names after ``Reads:`` or ``Writes:``, notes in brackets left out."""
    text = inspect.getdoc(stage.source) or ""
    found = re.search(rf"{heading}:(.*?)(?=\n\s*(?:Reads|Writes|Source|Assumes|Limits):|\n\s*\n|\Z)", text, re.DOTALL)
    if not found:
        return []
    plain = re.sub(r"\([^)]*\)", "", found.group(1))
    return [word for word in re.split(r"[,.\s]+", plain) if word and word != "and"]


def written_tables(stage: Stage) -> set[str]:
    """The tables, by their names in State, of the parameters that a stage says it writes."""
    place = dict(zip(stage.parameters, stage.tables, strict=True))
    return {place[name] for name in named(stage, "Writes") if name in place}
