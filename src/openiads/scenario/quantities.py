"""Quantities of a scenario file: text with a unit in the file, SI in the model, text again in the canonical form."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema

from openiads import units

if TYPE_CHECKING:
    from collections.abc import Callable

_SI_UNIT = {"length": "m", "time": "s", "angle": "rad", "power": "W", "frequency": "Hz", "ratio_db": "dB"}
_MACH_MAX = 30.0
_SPEED_MAX_MPS = 12e3
_HEIGHT_MIN_M = -500.0
_HEIGHT_MAX_M = 200e3
_YEARS = (1950, 2150)


def _quantity(dimension: str, example: str, low: float = -math.inf, rule: str = "", high: float = math.inf) -> Any:
    """The annotations of one kind of quantity.

    Args:
        dimension: one of ``units.DIMENSIONS``.
        example: a well-formed text for the JSON Schema.
        low, high: least and greatest value allowed, SI.
        rule: what the bounds say, in words.
    """

    def read(raw: Any) -> float:
        value = units.parse(raw, dimension)
        if not low <= value <= high:
            raise units.UnitError(f'read "{raw}", {units.noun(dimension)} here {rule}')
        return value

    return (
        PlainValidator(read),
        PlainSerializer(lambda value: f"{_number(value)} {_SI_UNIT[dimension]}", return_type=str, when_used="json"),
        _text_schema(f"a number and one of {units.allowed(dimension)}", [example]),
    )


def _number(value: float) -> str:
    """The shortest text that reads back as the same number."""
    return repr(value).removesuffix(".0")


def _text_schema(what: str, examples: list[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "description": what, "examples": examples})


def _tagged(kind: type, read: Callable[[str], Any], write: Callable[[Any], str], what: str, examples: list[str]) -> Any:
    def validate(raw: Any) -> Any:
        if isinstance(raw, kind):
            return raw
        if not isinstance(raw, str):
            raise units.UnitError(f'read {raw!r}, expected text such as "{examples[0]}"')
        return read(raw)

    return (
        PlainValidator(validate),
        PlainSerializer(write, return_type=str, when_used="json"),
        _text_schema(what, examples),
    )


def _pattern(pattern: str, rule: str, example: str) -> Any:
    """The annotations of a short text of one form."""
    form = re.compile(pattern)

    def validate(raw: Any) -> str:
        if not isinstance(raw, str) or form.fullmatch(raw) is None:
            raise units.UnitError(f'read {raw!r}, expected {rule}, such as "{example}"')
        return raw

    schema = {"type": "string", "pattern": f"^{pattern}$", "description": rule, "examples": [example]}
    return PlainValidator(validate), PlainSerializer(str, return_type=str, when_used="json"), WithJsonSchema(schema)


def _read_speed(text: str) -> units.Speed:
    speed = units.parse_speed(text)
    if speed.value > (_MACH_MAX if speed.is_mach else _SPEED_MAX_MPS):
        raise units.UnitError(f'read "{text}", speeds end at Mach {_MACH_MAX:g} and {_SPEED_MAX_MPS:g} m/s')
    return speed


def _write_speed(speed: units.Speed) -> str:
    return f"M {Decimal(repr(speed.value)):f}" if speed.is_mach else f"{_number(speed.value)} m/s"


def _read_altitude(text: str) -> units.Altitude:
    height = units.parse_altitude(text)
    low = 0.0 if height.above_ground else _HEIGHT_MIN_M
    if not low <= height.value_m <= _HEIGHT_MAX_M:
        raise units.UnitError(f'read "{text}", this altitude must lie between {low:g} m and {_HEIGHT_MAX_M / 1e3:g} km')
    return height


def _write_altitude(height: units.Altitude) -> str:
    return f"{_number(height.value_m)} m{' agl' if height.above_ground else ''}"


def _read_start(raw: Any) -> datetime:
    moment = raw
    if isinstance(raw, str):
        try:
            moment = datetime.fromisoformat(raw)
        except ValueError:
            moment = None
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise units.UnitError(f'read "{raw}", expected a date and time with its zone such as 2016-10-15T04:00:00Z')
    if not _YEARS[0] <= moment.year <= _YEARS[1]:
        raise units.UnitError(f'read "{raw}", years run from {_YEARS[0]} to {_YEARS[1]}')
    return moment.astimezone(UTC)


_NAME_RULE = "a name of up to 64 letters, digits, blanks, - and _, beginning with a letter or digit"
_NOT_BELOW_ZERO = "must not be below zero"

LengthM = Annotated[float, *_quantity("length", "2 km", 0.0, _NOT_BELOW_ZERO)]
"""A length in metres, zero or more."""
HeightErrorM = Annotated[float, *_quantity("length", "-150 m", -1e4, "lies between -10 km and 10 km", 1e4)]
"""What a height is wrong by, in metres, either way; its bounds are assumed."""
PositiveLengthM = Annotated[float, *_quantity("length", "300 m", 1e-3, "must be above zero")]
"""A length in metres, above zero."""
TimeS = Annotated[float, *_quantity("time", "90 s")]
"""A moment in seconds after the start of the scenario; negative before it."""
SpanS = Annotated[float, *_quantity("time", "10 s", 0.0, _NOT_BELOW_ZERO)]
"""A length of time in seconds, zero or more."""
AngleRad = Annotated[float, *_quantity("angle", "270 deg")]
"""An angle in radians, clockwise from true north where it is a direction."""
PowerW = Annotated[float, *_quantity("power", "1 kW", 1e-3, "must be above zero")]
"""A power in watts, above zero."""
FrequencyHz = Annotated[float, *_quantity("frequency", "100 MHz", 1.0, "must be above zero")]
"""A frequency or bandwidth in hertz, above zero."""
GainDb = Annotated[float, *_quantity("ratio_db", "10 dB", -20.0, "lies between -20 dB and 60 dB", 60.0)]
"""The gain of an antenna on an aircraft, in decibels; its bounds are assumed."""
GammaDb = Annotated[float, *_quantity("ratio_db", "-15 dB", -30.0, "lies between -30 dB and 0 dB", 0.0)]
"""What land returns, in decibels: from calm sand to steel and stone."""
SpeedText = Annotated[
    units.Speed,
    *_tagged(units.Speed, _read_speed, _write_speed, "a speed or a Mach number", ["240 m/s", "450 kn", "M 0.78"]),
]
"""A speed that may still be a Mach number."""
AltitudeText = Annotated[
    units.Altitude,
    *_tagged(
        units.Altitude,
        _read_altitude,
        _write_altitude,
        "a height above mean sea level, or above ground when it ends in agl",
        ["9 km", "FL350", "30 m agl"],
    ),
]
"""A height that may still be above ground."""
StartTime = Annotated[
    datetime,
    PlainValidator(_read_start),
    PlainSerializer(datetime.isoformat, return_type=str, when_used="json"),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "description": "with its zone", "examples": ["2016-10-15T04:00:00Z"]}
    ),
]
"""A moment in UTC."""

Name = Annotated[str, *_pattern(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,63}", _NAME_RULE, "cruise-north")]
"""What a thing is called: letters, digits, blanks, ``-`` and ``_``; no dots, because paths are dotted."""
CatalogName = Annotated[str, Field(min_length=1, max_length=64)]
"""The stem of a catalog file."""
FileText = Annotated[str, Field(strict=True, min_length=1, max_length=500)]
"""The path of a file."""
Where = Annotated[
    str,
    Field(
        min_length=1,
        max_length=80,
        description="a place of the catalog or a point",
        examples=["tartus", "34.915 N, 35.874 E"],
    ),
]
"""A place name of the catalog or a point; ``load.resolve`` makes it a ``units.Point``."""
OctalCode = Annotated[str, *_pattern(r"[0-7]{4}", "four octal digits in quotes", "4172")]
"""An SSR code, mode 3/A."""
OctalPair = Annotated[str, *_pattern(r"[0-7]{2}", "two octal digits in quotes", "31")]
"""A code of mode 1."""
HexAddress = Annotated[str, *_pattern(r"[0-9A-Fa-f]{6}", "six hexadecimal digits in quotes", "4B1A2C")]
"""A mode S address."""
