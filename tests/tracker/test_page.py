"""What docs/tracker.md says is so: its examples run, its columns are those of the table."""

from __future__ import annotations

import re
from typing import Any

import pytest

import openiads as oi
from tests.support.runs import ROOT

PAGE = (ROOT / "docs" / "tracker.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=["files", "array"])
def test_examples_run(example: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    exec(compile(example, "tracker.md", "exec"), names)
    printed = capsys.readouterr().out.splitlines()
    assert len(names["tracks"]) == (4 if printed else 1)
    assert all(line.startswith("track ") for line in printed)


def test_every_column_is_in_the_table() -> None:
    radars = oi.read_radars(ROOT / "docs/samples/radar.toml")
    none: dict[str, Any] = {"time_s": [], "radar": [], "range_m": [], "azimuth_rad": []}
    columns = oi.Tracker(radars).update(none, 0.0).columns()
    named = set(re.findall(r"`([a-z0-9_]+)`", PAGE))
    assert {name for name in columns if not name.startswith("cov_")} <= named
