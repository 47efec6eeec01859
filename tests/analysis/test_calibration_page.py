"""The tables of ``docs/models/calibration.md`` are what the command finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from openiads.analysis.calibration import Calibration, calibrate
from openiads.analysis.calibration_words import held_out_cells, speed_cells
from openiads.catalog.loader import load

PAGE = Path(__file__).parents[2] / "docs/models/calibration.md"
NAMES = ("5v55r", "48n6e", "48n6e2", "9m82m", "9m83m")
FIGURES = ("drag_scale", "thrust_split", "loft_angle", "thrust", "propellant_mass")


def lines(found: Calibration) -> list[str]:
    """A missile's rows of the page: its figures, its speeds, and the limits held out."""
    shown = [getattr(found.missile, name).shown for name in FIGURES]
    fitted = [text if name in found.figures else f"({text})" for name, text in zip(FIGURES, shown, strict=True)]
    speeds = [f"{flown} of {published} ({residual})" for _, published, _, flown, residual in speed_cells(found)]
    rows = [f"| {' | '.join([found.missile.name, *fitted, *speeds])} |"]
    for what, published, _, flown, difference, _, fails in held_out_cells(found):
        if published != "-":
            rows.append(f"| {found.missile.name} | {what} | {published} | {flown} | {difference} | {fails} |")
    return rows


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name == "48n6e" else pytest.mark.full) for name in NAMES]
)
def test_the_page_holds_what_the_command_finds(name: str) -> None:
    wanted = lines(calibrate(load().missiles[name]))
    page = PAGE.read_text(encoding="utf-8").splitlines()
    lacking = [line for line in wanted if line not in page]
    assert not lacking, "write into docs/models/calibration.md:\n" + "\n".join(wanted)
