"""The tables of ``docs/models/calibration.md`` are what the command finds."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from openiads.analysis.calibration import calibrate
from openiads.catalog.loader import load

ROOT = Path(__file__).parents[2]
TOOL: dict[str, Any] = runpy.run_path(str(ROOT / "tools/calibrate_all.py"))
PAGE = (ROOT / "docs/models/calibration.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name == "48n6e" else pytest.mark.full) for name in TOOL["ON_PAGE"]]
)
def test_the_page_holds_what_the_command_finds(name: str) -> None:
    found = calibrate(load().missiles[name])
    lacking = {TOOL["fitted_row"](found), *TOOL["held_out_rows"](found)} - set(PAGE.splitlines())
    assert not lacking, "run python tools/calibrate_all.py"


def test_tables_are_replaced_and_nothing_else() -> None:
    old = "a\n| missile | x |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nb\n| missile | y |\n|---|---|\n| 5 | 6 |\n"
    new = "a\n| missile | x |\n|---|---|\n| 7 |\n\nb\n| missile | y |\n|---|---|\n| 5 | 6 |\n"
    assert TOOL["with_table"](old, "| missile | x |", ["| 7 |"]) == new
