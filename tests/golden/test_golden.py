"""Runs tell the same story as when their golden files were written."""

from __future__ import annotations

import json

import pytest

from tests.golden import update

AGAIN = "look at the difference; if it is meant: python -m tests.golden.update"
RELATIVE = 2e-6  # numbers are rounded to six digits, and the last bits differ between processors
NUMBERS = ("value", "pos_enu_m")


@pytest.mark.parametrize("name", update.LOADS)
def test_the_run_is_the_golden_one(name: str) -> None:
    golden = json.loads((update.FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    told = update.lines(update.play(name), update.LOADS[name][1])
    for n, (ours, theirs) in enumerate(zip(told, golden, strict=False)):
        assert _exact(ours) == _exact(theirs), f"{name}, event {n}: {AGAIN} {name}"
        assert ours.get("value", 0.0) == pytest.approx(theirs.get("value", 0.0), rel=RELATIVE, abs=1e-9), (
            f"{name}, event {n}: {theirs}"
        )
        largest = max(map(abs, theirs["pos_enu_m"]))
        assert ours["pos_enu_m"] == pytest.approx(theirs["pos_enu_m"], abs=RELATIVE * largest + 1e-9), (
            f"{name}, event {n}: {theirs}"
        )
    assert len(told) == len(golden), f"{name}: {AGAIN} {name}"
    assert len(golden) > 10


def _exact(line: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in line.items() if key not in NUMBERS}
