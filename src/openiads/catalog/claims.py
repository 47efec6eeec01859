"""What is said about a system in public: one claim a row, with its figure, its source and how far to trust it.

The file ``claims.toml`` holds them. A claim names the catalog entry that it is about and one quantity; what the
simulation gives for it is measured in ``analysis/claims.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from openiads import units
from openiads.catalog.figures import Confidence, Frozen

QuantityName = Literal[
    "range_max", "range_min", "altitude_max", "altitude_min", "low_range", "ballistic_range", "target_speed_max",
    "speed_max", "mean_speed", "apogee", "launch_mass", "burn_time", "targets_max", "missiles_max", "launch_interval",
    "reaction_time", "rounds_ready", "kill_chance", "hit_share", "detection_range", "distance", "ring", "touches",
    "east_half", "share",
]  # fmt: skip
DIMENSIONS: Final[Mapping[str, str]] = {
    "range_max": "length", "range_min": "length", "altitude_max": "length", "altitude_min": "length",
    "low_range": "length", "ballistic_range": "length", "target_speed_max": "speed", "speed_max": "speed",
    "mean_speed": "speed", "apogee": "length", "launch_mass": "mass", "burn_time": "time", "targets_max": "number",
    "missiles_max": "number", "launch_interval": "time", "reaction_time": "time", "rounds_ready": "number",
    "kill_chance": "number", "hit_share": "number", "detection_range": "length", "distance": "length", "ring": "length",
    "touches": "length", "east_half": "length", "share": "number",
}  # fmt: skip


class Claim(Frozen):
    """One thing that is said, and where.

    Attributes:
        id: unique in the file.
        text: the claim in a sentence.
        unit: the catalog unit under which it is listed.
        about: the missile, unit, radar or place that it is about; a round that the catalog does not hold may be named.
        quantity: what is measured to check it.
        value, low, high: the published figure and its spread as texts with units. Of ``ring``, ``touches`` and
            ``east_half`` the radius of the circle; of ``share`` the share of a country's land.
        height, rcs: of the target, where the claim says so.
        radius: of the circle of a ``share``.
        country: whose land ``touches``, ``east_half`` and ``share`` are about.
        places: of the catalog, that a ``ring`` is said to hold.
        feeds: the key of the catalog entry that this figure is an input of; "" for none.
        limit: whether the figure says "at least" (more is no contradiction), "at most" or "about".
        unchecked: why it cannot be checked, where it cannot.
        source, address, confidence, note: as in the table of published figures.
    """

    id: str = Field(min_length=1)
    text: str = Field(min_length=1)
    unit: str
    about: str
    quantity: QuantityName
    value: str | float
    low: str | float | None = None
    high: str | float | None = None
    height: str | None = None
    rcs: str | None = None
    radius: str | None = None
    country: str = ""
    places: tuple[str, ...] = ()
    feeds: str = ""
    limit: Literal["about", "at_least", "at_most"] = "about"
    unchecked: str = ""
    source: str = Field(min_length=1)
    address: str = ""
    confidence: Confidence
    note: str = ""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        low, value, high = self.spread_si
        if not low <= value <= high:
            raise ValueError(f"the value {self.value} lies outside its spread {self.low} to {self.high}")
        for text, dimension in ((self.height, "length"), (self.rcs, "area"), (self.radius, "length")):
            if text is not None:
                units.parse(text, dimension)
        if self.quantity in ("touches", "east_half", "share") and not self.country:
            raise ValueError(f"a claim about {self.quantity} needs a country")
        if self.quantity == "share" and self.radius is None:
            raise ValueError("a claim about share needs the radius of its circle")
        return self

    @property
    def dimension(self) -> str:
        """What kind of quantity its figure is, as in ``units.DIMENSIONS``."""
        return DIMENSIONS[self.quantity]

    @property
    def value_si(self) -> float:
        """The figure, SI."""
        return units.parse(self.value, self.dimension)

    @property
    def spread_si(self) -> tuple[float, float, float]:
        """Least, stated and greatest figure, SI; all three the same without a spread."""
        value = self.value_si
        low = value if self.low is None else units.parse(self.low, self.dimension)
        high = value if self.high is None else units.parse(self.high, self.dimension)
        return low, value, high

    @property
    def height_m(self) -> float | None:
        """The target's height above the sea, where the claim says so."""
        return None if self.height is None else units.parse(self.height, "length")
