"""Colours and marks of the overview: the Okabe-Ito set, which people with any colour vision can tell apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

INK: Final = "#222222"
QUIET: Final = "#767676"
FAINT: Final = "#d9d9d9"
PAPER: Final = "#ffffff"

SEA: Final = "#e8eef2"  # the ground of a map: quiet, so that what is drawn on it speaks
LAND: Final = "#f6f3ee"
SUMMITS: Final = "#e6ddd0"
COAST: Final = "#9fabb4"
BORDER: Final = "#b5aa9d"
RIVER: Final = "#bfd0db"
PLACE: Final = "#7b8188"

HOSTILE: Final = "#c4471b"
RELATIONS: Final[Mapping[str, str]] = {
    "own": "#0072b2", "allied": "#56b4e9", "neutral": "#5c5c5c", "third_party": "#a05a8a", "hostile": HOSTILE,
}  # fmt: skip
MARKERS: Final[Mapping[str, str]] = {
    "aircraft": "^", "airliner": ">", "uav": "d", "cruise_missile": "o", "anti_radiation": "v", "glide_bomb": "P",
    "ballistic": "p", "decoy": "h",
}  # fmt: skip
STAGES: Final[tuple[tuple[str, str], ...]] = (  # how far the post had got with a threat, and its colour
    ("not seen", "#e4e4e4"),
    ("seen", "#c3d8ea"),
    ("tracked", "#86b3d8"),
    ("declared hostile", "#2f6ea5"),
)
ROUND: Final = "#1b3a57"
KILL: Final = "#009e73"
DEBRIS: Final = "#f0a800"
UNITS: Final = ("#2f6ea5", "#d79b00", "#a05a8a", "#009e73")

STYLE: Final[Any] = {  # Any: matplotlib types its settings one by one
    "font.family": "DejaVu Sans", "font.size": 10.5, "axes.edgecolor": QUIET, "axes.labelcolor": INK, "text.color": INK,
    "xtick.color": QUIET, "ytick.color": QUIET, "axes.linewidth": 0.8, "axes.titlesize": 12.5,
    "axes.titleweight": "bold", "axes.titlelocation": "left", "text.parse_math": False,
}  # fmt: skip
