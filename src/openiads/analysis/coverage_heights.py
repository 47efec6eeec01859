"""Heights as somebody typed them: what a map calls them, and which of them a text means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from openiads import units

_SAME_M: Final = 1e-6
_LEVEL: Final = re.compile(r"^FL\s*(\d+)$")
_QUANTITY: Final = re.compile(r"^([-+.\deE]*\d\.?)\s*(.*)$")


def spoken(text: str) -> str:
    """A height as it was typed, with one space between its words: ``100 m``, ``FL330``, ``30 ft agl``."""
    plain = " ".join(str(text).split())
    if level := _LEVEL.match(plain):
        return f"FL{level[1]}"
    quantity = _QUANTITY.match(plain)
    body = f"{quantity[1]} {quantity[2]}" if quantity else plain
    return re.sub(r"\s*(agl|amsl|msl)$", r" \1", body)


def same(one: units.Altitude, other: units.Altitude) -> bool:
    """Whether two heights are one, to a thousandth of a millimetre."""
    return one.above_ground == other.above_ground and abs(one.value_m - other.value_m) < _SAME_M


def titled(altitudes: Sequence[tuple[units.Altitude, str]]) -> dict[units.Altitude, str]:
    """Heights and their names; of several texts for one height the first counts."""
    kept: dict[units.Altitude, str] = {}
    for altitude, text in altitudes:
        if not any(same(altitude, known) for known in kept):
            kept[altitude] = spoken(text)
    return kept


def meant(text: str, heights: Mapping[str, units.Altitude]) -> str | None:
    """The name of the height that a text means, however it is written; None where there is none."""
    try:
        wanted = units.parse_altitude(text)
    except units.UnitError:
        return None
    return next((name for name, altitude in heights.items() if same(altitude, wanted)), None)
