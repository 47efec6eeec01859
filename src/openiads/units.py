"""Units in text: ``"250 km"`` becomes metres, once, when a file is read.

Everything behind this module is SI (metres, seconds, radians, watts, kilograms). Two notations need more than the
text to become SI and stay tagged until ``world/build``: Mach numbers (they need the air temperature at the height)
and heights above ground (they need the terrain).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

_SCALES: Final[dict[str, dict[str, float]]] = {
    "length": {"m": 1.0, "km": 1e3, "ft": 0.3048, "nmi": 1852.0, "NM": 1852.0, "mi": 1609.344, "cm": 0.01, "mm": 1e-3},
    "time": {"ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0},
    "speed": {"m/s": 1.0, "km/h": 1.0 / 3.6, "kn": 1852.0 / 3600.0, "kt": 1852.0 / 3600.0, "mph": 0.44704},
    "angle": {"deg": math.pi / 180.0, "rad": 1.0, "mrad": 1e-3, "arcmin": math.pi / 10800.0},
    "angular_rate": {"deg/s": math.pi / 180.0, "rad/s": 1.0, "rpm": 2.0 * math.pi / 60.0},
    "mass": {"kg": 1.0, "t": 1000.0, "g": 1e-3, "lb": 0.45359237},
    "force": {"N": 1.0, "kN": 1e3},
    "power": {"W": 1.0, "kW": 1e3, "MW": 1e6},
    "frequency": {"Hz": 1.0, "kHz": 1e3, "MHz": 1e6, "GHz": 1e9},
    "area": {"m2": 1.0, "m^2": 1.0, "cm2": 1e-4},
    "acceleration": {"g": 9.80665, "m/s2": 1.0},
    "ratio_db": {"dB": 1.0, "dBi": 1.0},
    "ballistic": {"kg/m2": 1.0},
    "number": {"": 1.0},
}

_QUANTITY = re.compile(
    r"^\s*(?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*(?P<unit>[A-Za-z][A-Za-z0-9/^]*)?\s*$"
)
_POINT = re.compile(
    r"^\s*(?P<lat>\d+(?:\.\d+)?)\s*°?\s*(?P<ns>[NSns])\s*,?\s*(?P<lon>\d+(?:\.\d+)?)\s*°?\s*(?P<ew>[EWew])\s*$"
)
DIMENSIONS: Final = tuple(_SCALES)
_NOUNS: Final = {
    "area": "an area", "angle": "an angle", "angular_rate": "an angular rate", "acceleration": "an acceleration",
    "ratio_db": "a level in dB", "ballistic": "a ballistic coefficient",
}  # fmt: skip
_EXAMPLES: Final = {"time": '"5 min"', "area": '"1 m2"'}


class UnitError(ValueError):
    """A text that should hold a quantity does not; the message says what was read and what is allowed."""


def noun(dimension: str) -> str:
    """A dimension with its article, for an error message."""
    return _NOUNS.get(dimension, f"a {dimension}")


def allowed(dimension: str) -> str:
    """The units a dimension takes, as words for an error message."""
    return ", ".join(unit for unit in _SCALES[dimension] if unit) or "a plain number"


def parse(text: str | float, dimension: str) -> float:
    """Turn ``"250 km"`` into SI.

    Args:
        text: a number and a unit; a bare number only for ``dimension="number"``.
        dimension: one of ``DIMENSIONS``.

    Returns:
        The value in the SI unit of the dimension (m, s, m/s, rad, rad/s, kg, N, W, Hz, m2, m/s2, dB, kg/m2).

    Raises:
        UnitError: the text is no number with a unit of this dimension.
    """
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        raise UnitError(f"read {text!r}, expected {noun(dimension)} such as {example(dimension)}")
    match = _QUANTITY.match(str(text))
    if match is None:
        raise UnitError(f'read "{text}", expected {noun(dimension)} such as {example(dimension)}')
    unit = match["unit"] or ""
    scale = _SCALES[dimension].get(unit)
    if scale is None:
        what = f'has the unit "{unit}"' if unit else "has no unit"
        raise UnitError(f'read "{text}", which {what}; {noun(dimension)} takes {allowed(dimension)}')
    value = float(match["number"]) * scale
    if not math.isfinite(value):
        raise UnitError(f'read "{text}", which is not a finite number')
    return value


def example(dimension: str) -> str:
    """One well-formed quantity of a dimension, quoted, for an error message."""
    first = next(unit for unit in _SCALES[dimension])
    return _EXAMPLES.get(dimension, f'"10 {first}"' if first else "10")


@dataclass(frozen=True, slots=True)
class Speed:
    """A speed that may still be a Mach number.

    Attributes:
        value: metres per second, or the Mach number.
        is_mach: true while the air temperature is needed to make it metres per second.
    """

    value: float
    is_mach: bool = False


@dataclass(frozen=True, slots=True)
class Altitude:
    """A height that may still be above ground.

    Attributes:
        value_m: metres.
        above_ground: true while the terrain is needed to make it metres above mean sea level.
    """

    value_m: float
    above_ground: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the ellipsoid, degrees (north and east positive)."""

    lat_deg: float
    lon_deg: float


def parse_speed(text: str) -> Speed:
    """Read ``"240 m/s"``, ``"450 kn"``, ``"M 0.8"`` or ``"Mach 0.8"``.

    Raises:
        UnitError: anything else, or a negative speed.
    """
    stripped = str(text).strip()
    mach = re.match(r"^(?:M|Mach)\s*(\d+(?:\.\d+)?)$", stripped)
    speed = Speed(float(mach[1]), True) if mach else Speed(_speed_mps(text))
    if not 0.0 < speed.value < math.inf:
        raise UnitError(f'read "{text}", a speed must be above zero and finite')
    return speed


def _speed_mps(text: str) -> float:
    try:
        return parse(text, "speed")
    except UnitError as error:
        raise UnitError(f'{error}, or a Mach number such as "M 0.8"') from None


def parse_altitude(text: str) -> Altitude:
    """Read ``"9 km"``, ``"FL350"`` or ``"30 m agl"``; metres above mean sea level unless ``agl`` is said.

    Raises:
        UnitError: anything else.
    """
    stripped = str(text).strip()
    level = re.match(r"^FL\s?(\d{2,3})$", stripped)
    if level:
        return Altitude(float(level[1]) * 100.0 * 0.3048)
    match = re.match(r"^(.*?)\s*(agl|amsl|msl)?$", stripped)
    body, datum = (match[1], match[2]) if match else (stripped, None)
    try:
        return Altitude(parse(body, "length"), datum == "agl")
    except UnitError:
        raise UnitError(
            f'read "{text}", expected an altitude such as "9 km", "FL350", "30 m agl" (units: {allowed("length")})'
        ) from None


def parse_point(text: str) -> Point:
    """Read ``"34.915 N, 35.874 E"`` (or ``"34.915N,35.874E"``).

    Raises:
        UnitError: anything else, or a latitude above 90 or a longitude above 180 degrees.
    """
    match = _POINT.match(str(text))
    if match is None:
        raise UnitError(f'read "{text}", expected a place name or a point such as "34.915 N, 35.874 E"')
    lat = float(match["lat"]) * (1.0 if match["ns"] in "Nn" else -1.0)
    lon = float(match["lon"]) * (1.0 if match["ew"] in "Ee" else -1.0)
    if abs(lat) > 90.0 or abs(lon) > 180.0:
        raise UnitError(f'read "{text}", latitudes end at 90 and longitudes at 180 degrees')
    return Point(lat, lon)
