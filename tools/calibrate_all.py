"""Fit every missile of the built-in catalog again and write the tables of docs/models/calibration.md.

    python tools/calibrate_all.py

To be run when the law of flight or a published figure has changed; the tests say when that is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from openiads.analysis.calibration import Calibration, calibrate
from openiads.analysis.calibration_words import held_out_cells, speed_cells
from openiads.catalog.loader import load, source_and_home
from openiads.catalog.models import Missile
from openiads.catalog.rewrite import read_exactly, replaced, write_checked

PAGE: Final = Path(__file__).parents[1] / "docs/models/calibration.md"
ON_PAGE: Final = ("5v55r", "48n6e", "48n6e2", "9m82m", "9m83m")  # the 5V55RM carries the figures of the 5V55R
FIGURES: Final = ("drag_scale", "thrust_split", "loft_angle", "thrust", "propellant_mass")


def fitted_row(found: Calibration) -> str:
    """A missile's line of the table of results; figures that were not fitted stand in brackets."""
    shown = [getattr(found.missile, name).shown for name in FIGURES]
    fitted = [text if name in found.figures else f"({text})" for name, text in zip(FIGURES, shown, strict=True)]
    speeds = [f"{flown} of {published} ({residual})" for _, published, _, flown, residual in speed_cells(found)]
    return f"| {' | '.join([found.missile.name, *fitted, *speeds])} |"


def held_out_rows(found: Calibration) -> list[str]:
    """A missile's lines of the table of limits, where something is published."""
    return [
        f"| {found.missile.name} | {what} | {published} | {flown} | {difference} | {fails} |"
        for what, published, _, flown, difference, _, fails in held_out_cells(found)
        if published != "-"
    ]


def with_table(page: str, heading: str, rows: Sequence[str]) -> str:
    """The page with other rows under the table that begins with a heading."""
    pattern = re.compile(rf"({re.escape(heading)}[^\n]*\n\|[-|]+\n)(?:\|[^\n]*\n)*")
    return pattern.sub(lambda found: found[1] + "".join(f"{row}\n" for row in rows), page, count=1)


def page_of(text: str, found: Sequence[Calibration]) -> str:
    """The page with the tables of some calibrations."""
    text = with_table(text, "| missile | drag_scale |", [fitted_row(each) for each in found])
    return with_table(text, "| missile | held out |", [row for each in found for row in held_out_rows(each)])


def main() -> None:
    """Write the catalog's files, then the page."""
    fits = {name: calibrate(missile) for name, missile in load().missiles.items()}
    for name, found in fits.items():
        path, _ = source_and_home("missiles", name)
        write_checked(path, replaced(str(path), read_exactly(path), found.figures), Missile)
        print(fitted_row(found))
    found = [fits[name] for name in ON_PAGE]
    PAGE.write_text(page_of(PAGE.read_text(encoding="utf-8"), found), encoding="utf-8")


if __name__ == "__main__":
    main()
