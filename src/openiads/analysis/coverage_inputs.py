"""What a caller asks of a coverage, read and bounded: heights, target and chance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from numbers import Real

from openiads import units
from openiads.catalog.errors import InputError
from openiads.world.sweep import Question

HEIGHT_MAX_M = 80_000.0  # top of the model's air
RCS_M2 = (1e-6, 1e6, "1e-6 m2 and 1e6 m2")  # assumed: from an insect to a ship, and room beyond
_MACH = re.compile(r"\s*(?:M|Mach)\s*\d", re.IGNORECASE)
SPEED_MPS = (0.0, 10e3, "0 m/s and 10000 m/s")  # assumed: beyond it nothing stays in the air or round the earth


def heights_of(altitudes: str | Sequence[str]) -> list[tuple[units.Altitude, str]]:
    """The heights asked for, each with its text; a text alone is one height.

    Raises:
        InputError: none, or one that is no height inside the model's air.
    """
    several = isinstance(altitudes, Iterable) and not isinstance(altitudes, str)
    given: list[object] = list(altitudes) if several else [altitudes]
    if not given:
        raise InputError("altitudes", "are missing; give at least one, such as 1 km")
    return [(_altitude(text), str(text)) for text in given]


def _altitude(text: object) -> units.Altitude:
    if isinstance(text, Real) and not isinstance(text, bool):
        raise InputError("altitude", f'read {text}, a number without its unit; write {text} as "{text} m"')
    if not isinstance(text, str):
        raise InputError("altitude", f'read {text!r}, expected a text such as "1 km" or "30 m agl"')
    try:
        altitude = units.parse_altitude(text)
    except units.UnitError as error:
        raise InputError("altitude", str(error)) from None
    if not 0.0 <= altitude.value_m <= HEIGHT_MAX_M:
        raise InputError("altitude", f'read "{text}", the model reaches from 0 m to {HEIGHT_MAX_M / 1e3:g} km')
    return altitude


def question_of(rcs: str, swerling: int, speed: str) -> Question:
    """The target looked for.

    Raises:
        InputError: a text that is no quantity, or one beyond its bounds.
    """
    if _MACH.match(str(speed)):
        allowed = units.allowed("speed")
        raise InputError("speed", f'read "{speed}", a Mach number depends on the height; write the speed in {allowed}')
    rcs_m2, speed_mps = _bounded("rcs", rcs, "area", RCS_M2), _bounded("speed", speed, "speed", SPEED_MPS)
    return Question(rcs_m2, _case(swerling), speed_mps, 1.0)


def chance_of(pd: float) -> float:
    """The chance that counts as covered.

    Raises:
        InputError: no number, or none above 0 and below 1.
    """
    if isinstance(pd, bool) or not isinstance(pd, Real) or not 0.0 < pd < 1.0:
        raise InputError("pd", f"read {pd!r}, a chance lies above 0 and below 1")
    return float(pd)


def _bounded(what: str, text: str, dimension: str, bounds: tuple[float, float, str]) -> float:
    try:
        value = units.parse(text, dimension)
    except units.UnitError as error:
        raise InputError(what, str(error)) from None
    low, high, said = bounds
    if value <= 0.0:
        raise InputError(what, f'read "{text}", must be above zero')
    if not low <= value <= high:
        raise InputError(what, f'read "{text}", must lie between {said}')
    return value


def _case(swerling: int) -> int:
    if isinstance(swerling, bool) or not isinstance(swerling, Real) or swerling not in range(5):
        raise InputError("swerling", f"read {swerling!r}, a case is 0, 1, 2, 3 or 4")
    return int(swerling)
