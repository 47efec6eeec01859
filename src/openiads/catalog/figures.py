"""A figure: one published (or assumed) number with its spread, source and confidence, in SI once read."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from openiads import units

Confidence = Literal["published", "quoted", "game", "estimate", "derived", "unconfirmed", "assumed"]


class Frozen(BaseModel):
    """Base of everything read from a file: unknown keys are errors, nothing changes afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Figure(Frozen):
    """One number of the catalog.

    Attributes:
        value: the number in SI (units.parse).
        low, high: the spread the sources give, SI, or None.
        shown: the text as the file has it, for the data sheet.
        source, address: where it comes from; required unless ``assumed``.
        confidence: how far to trust the source.
        reason: why this number, required when ``assumed``.
    """

    value: float
    low: float | None = None
    high: float | None = None
    shown: str = ""
    shown_low: str = ""
    shown_high: str = ""
    source: str = ""
    address: str = ""
    confidence: Confidence
    reason: str = ""

    @model_validator(mode="after")
    def _sourced(self) -> Self:
        if self.confidence == "assumed":
            if not self.reason:
                raise ValueError("an assumed figure needs a reason")
        elif not self.source:
            raise ValueError(f'a figure of confidence "{self.confidence}" needs a source')
        if (self.low is not None and self.low > self.value) or (self.high is not None and self.high < self.value):
            raise ValueError(f"the value {self.shown} lies outside its spread {self.shown_low} to {self.shown_high}")
        return self


def _reader(dimension: str) -> Any:
    def read(raw: Any) -> Any:
        if not isinstance(raw, dict):
            if isinstance(raw, Figure):
                return raw
            wanted = f'{{ value = {units.example(dimension)}, source = "...", confidence = "published" }}'
            raise ValueError(f"read {raw!r}, expected a table such as {wanted}")
        table = dict(raw)
        if "shown" in table:
            return table
        for key in ("value", "low", "high"):
            if key in table:
                shown = table[key]
                table[key] = units.parse(shown, dimension)
                table["shown" if key == "value" else f"shown_{key}"] = str(shown)
        return table

    return BeforeValidator(read, json_schema_input_type=dict[str, Any])


Length = Annotated[Figure, _reader("length")]
Time = Annotated[Figure, _reader("time")]
Speed = Annotated[Figure, _reader("speed")]
Angle = Annotated[Figure, _reader("angle")]
AngularRate = Annotated[Figure, _reader("angular_rate")]
Mass = Annotated[Figure, _reader("mass")]
Force = Annotated[Figure, _reader("force")]
Power = Annotated[Figure, _reader("power")]
Frequency = Annotated[Figure, _reader("frequency")]
Area = Annotated[Figure, _reader("area")]
Acceleration = Annotated[Figure, _reader("acceleration")]
Decibel = Annotated[Figure, _reader("ratio_db")]
Ballistic = Annotated[Figure, _reader("ballistic")]
Number = Annotated[Figure, _reader("number")]


class Sheet(Frozen):
    """Base of one catalog file."""

    id: str = Field(default="", description="the file's stem; set by the loader")
    name: str
    note: str = ""
