"""docs/record.md lists every table of the record with its columns, in their order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from openiads.record.columns import DTYPES
from openiads.record.record import Record
from tests.record import synthetic

PAGE = Path(__file__).parents[2] / "docs" / "record.md"
NAME = re.compile(r"`([a-z0-9_]+)`")


def _told() -> dict[str, list[str]]:
    """Table name -> the columns in the last list of its section."""
    found = {}
    for section in re.split(r"^### ", PAGE.read_text(encoding="utf-8").split("\n## Every")[0], flags=re.MULTILINE)[1:]:
        name, _, body = section.partition("\n")
        found[name.strip()] = NAME.findall(body.strip().split("\n\n")[-1])
    return found


@pytest.mark.parametrize("name", [*DTYPES, "roster"])
def test_the_page_lists_the_columns_of_every_table(name: str) -> None:
    columns = Record.of({}, [], synthetic.manifest()).table(name).columns
    assert _told().get(name) == list(columns), f"docs/record.md, section {name}"


def test_the_page_lists_no_table_that_is_not_there() -> None:
    assert set(_told()) == {*DTYPES, "roster"}
