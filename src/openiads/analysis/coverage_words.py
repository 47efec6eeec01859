"""What pictures of a coverage call units and radars, and lines that have to fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openiads.analysis.coverage import Coverage


def name_of_unit(coverage: Coverage, kind: str) -> str:
    """The catalog's name of a kind of unit, without what stands in brackets."""
    return coverage.scenario.catalog.units[kind].name.partition(" (")[0]


def name_of_radar(coverage: Coverage, kind: str) -> str:
    """The catalog's name of a kind of radar, without what stands in brackets."""
    return coverage.scenario.catalog.radars[kind].name.partition(" (")[0]


def shortened(text: str, most: int) -> str:
    """A line of so many characters at most; what is left out is marked."""
    return text if len(text) <= most else f"{text[: most - 2].rstrip()} ..."
