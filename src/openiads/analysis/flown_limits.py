"""How far, near, high and low a catalog missile flies at a point that stands still: limits that come out of a flight.

The calibration holds them out and compares them with the published ones; the claims page may do the same.

Assumes: the place, the lofts and what must be left of the envelope tables (world/flights.py). Limits: no radar, no
horizon, no moving target; what the missile alone can do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import tan
from typing import Any, Final

from openiads.catalog.figures import Figure
from openiads.catalog.models import Missile
from openiads.physics.shot import PASSED, Arrival, Shot, fly_shot
from openiads.vec3 import Vec3
from openiads.world.build_missiles import missile_row
from openiads.world.flights import LOAD_LEFT_MPS2, LOFT_SHARES, SPEED_LEFT_MPS, point_north
from openiads.world.rows import table_of
from openiads.world.tables import MISSILE

RANGE_HEIGHT_M: Final = 10e3  # at which the greatest range is flown, assumed
NEAR_HEIGHT_M: Final = 1e3  # at which the least range is flown, assumed
FLOOR_RANGE_M: Final = 20e3  # at which the least height is flown, assumed
LOW_HEIGHT_M: Final = 25.0  # of a low target whose height no source gives, assumed
_STILL: Final = Vec3(0.0, 0.0, 0.0)
_HALVINGS: Final = 10
_LASTING_S: Final = 1e4  # longer than any flight
_FARTHEST: Final = 6.0  # times the published range, as far as is looked
_RANGES: Final = 90  # steps of that look
_BEYOND: Final = 1.02  # of a range, where it is asked what fails
_NEAR_STEP_M, _NEAR_STEPS = 250.0, 120
_CEILING_STEP_M, _CEILING_STEPS = 1e3, 60
_CEILING_GROUND_M: Final = (2e3, 5e3, 10e3, 15e3, 20e3, 30e3, 40e3, 50e3, 70e3, 100e3, 150e3)
_LOW_HEIGHTS_M: Final = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 25.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3)


@dataclass(frozen=True, slots=True)
class Round:
    """A missile ready to be shot at points: its row, the lofts it may take and the miss it may have."""

    row: Any
    slopes: tuple[float, ...]  # tangents of the climb above the line of sight
    miss_m: float


@dataclass(frozen=True, slots=True)
class HeldOut:
    """One published limit beside the flown one, SI; None where nothing is published or reached."""

    what: str
    published: Figure | None
    flown: float | None
    condition: str
    limit: str = ""  # what fails just beyond it

    @property
    def difference(self) -> float | None:
        """Flown less published over published."""
        if self.flown is None or self.published is None or self.published.value == 0.0:
            return None
        return self.flown / self.published.value - 1.0

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        found = self.published
        return {
            "what": self.what,
            "condition": self.condition,
            "published": found and found.value,
            "low": found and found.low,
            "high": found and found.high,
            "confidence": found and found.confidence,
            "flown": self.flown,
            "difference": self.difference,
            "limit": self.limit,
        }


def round_of(missile: Missile, life_s: float | None = None) -> Round:
    """A catalog missile with the lofts of its sheet, and with another time of self-destruction if one is given."""
    fields = missile_row(missile, missile.id)
    row = table_of(MISSILE, [fields if life_s is None else {**fields, "life_s": life_s}])[0]
    slope = tan(missile.loft_angle.value)
    return Round(row, tuple(share * slope for share in LOFT_SHARES), missile.lethal_radius.value)


def shoot(row: Any, ground_m: float, height_m: float, loft_slope: float) -> Arrival:
    """One flight at a point that stands still, by ground range and height."""
    site_m, up = point_north(0.0, 0.0)
    return fly_shot(row, Shot(site_m, up, point_north(ground_m, height_m)[0], _STILL, 0.0, loft_slope), 1.0)


def best_arrival(round_: Round, ground_m: float, height_m: float) -> Arrival | None:
    """The arrival with the greatest speed left among the lofts that reach a point; None if none does."""
    flights = [shoot(round_.row, ground_m, height_m, slope) for slope in round_.slopes]
    return max((found for found in flights if _reached(round_, found)), key=lambda found: found.speed_mps, default=None)


def reaches(round_: Round, ground_m: float, height_m: float) -> bool:
    """Whether any loft reaches a point with speed and load left and within the lethal radius."""
    return any(_reached(round_, shoot(round_.row, ground_m, height_m, slope)) for slope in round_.slopes)


def _reached(round_: Round, found: Arrival) -> bool:
    able = found.speed_mps >= SPEED_LEFT_MPS and found.load_mps2 >= LOAD_LEFT_MPS2
    return bool(found.outcome == PASSED and able and found.miss_m <= round_.miss_m)


def failing(round_: Round, ground_m: float, height_m: float) -> str:
    """Why a point is not reached, of the loft that comes nearest: age, speed, load or miss; "" if it is."""
    if reaches(round_, ground_m, height_m):
        return ""
    flights = [shoot(round_.row, ground_m, height_m, slope) for slope in round_.slopes]
    found = min(flights, key=lambda flight: flight.miss_m)
    if found.outcome != PASSED and found.flight_s >= round_.row["life_s"]:
        return "age"
    if found.speed_mps < SPEED_LEFT_MPS:
        return "speed"
    return "load" if found.load_mps2 < LOAD_LEFT_MPS2 else "miss"


def _edge(values: Sequence[float], holds: Callable[[float], bool]) -> float | None:
    """The first of some values that holds, moved towards the one before it as far as it still holds.

    A hole further on does no harm: only the outermost edge is looked for.
    """
    for n, value in enumerate(values):
        if holds(value):
            return value if n == 0 else _bisected(value, values[n - 1], holds)
    return None


def _bisected(inside: float, outside: float, holds: Callable[[float], bool]) -> float:
    for _ in range(_HALVINGS):
        middle = 0.5 * (inside + outside)
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
    return inside


def farthest_m(round_: Round, height_m: float, most_m: float) -> float | None:
    """The greatest ground range up to ``most_m`` at which a point at a height is reached."""
    ranges_m = [most_m * (n + 1) / _RANGES for n in reversed(range(_RANGES))]
    return _edge(ranges_m, lambda ground_m: reaches(round_, ground_m, height_m))


def nearest_m(round_: Round, height_m: float) -> float | None:
    """The least ground range at which a point at a height is reached."""
    ranges_m = [_NEAR_STEP_M * (n + 1) for n in range(_NEAR_STEPS)]
    return _edge(ranges_m, lambda ground_m: reaches(round_, ground_m, height_m))


def highest_m(round_: Round, grounds_m: Iterable[float] = _CEILING_GROUND_M) -> float | None:
    """The greatest height that is reached at any of some ground ranges."""
    grounds_m = tuple(grounds_m)
    heights_m = [_CEILING_STEP_M * (n + 1) for n in reversed(range(_CEILING_STEPS))]
    return _edge(heights_m, lambda height_m: any(reaches(round_, ground_m, height_m) for ground_m in grounds_m))


def lowest_m(round_: Round, ground_m: float) -> float | None:
    """The least height from 1 m up that is reached at a ground range."""
    return _edge(_LOW_HEIGHTS_M, lambda height_m: reaches(round_, ground_m, height_m))


def _range_row(round_: Round, what: str, published: Figure | None, height_m: float, most_m: float) -> HeldOut:
    range_m = farthest_m(round_, height_m, most_m)
    limit = "" if range_m is None else failing(round_, _BEYOND * range_m, height_m)
    return HeldOut(what, published, range_m, f"point {shown_height(height_m)} up", limit)


def _near_row(round_: Round, what: str, published: Figure, height_m: float) -> HeldOut:
    return HeldOut(what, published, nearest_m(round_, height_m), f"point {shown_height(height_m)} up")


def shown_height(height_m: float) -> str:
    """A height in metres, or in kilometres from one on."""
    return f"{height_m:g} m" if height_m < 1e3 else f"{height_m / 1e3:g} km"


def energy_range(missile: Missile) -> HeldOut:
    """The greatest range 10 km up without self-destruction: what the energy alone carries to."""
    most_m = _FARTHEST * missile.range_max.value
    lasting = _range_row(round_of(missile, _LASTING_S), "range_energy", missile.range_max, RANGE_HEIGHT_M, most_m)
    return replace(lasting, condition=f"{lasting.condition}, no self-destruction")


def apogee(missile: Missile, far_m: float | None) -> HeldOut:
    """The greatest height on the way to a point 10 km up at the published range, or at the flown one if that is less.

    Args:
        missile: the sheet.
        far_m: the flown range; None where no point is reached, which leaves the published one to be tried.
    """
    long_m = missile.range_max.value if far_m is None else min(far_m, missile.range_max.value)
    arc = best_arrival(round_of(missile), long_m, RANGE_HEIGHT_M)
    said = f"on the way to a point {shown_height(RANGE_HEIGHT_M)} up, {long_m / 1e3:.0f} km away"
    return HeldOut("apogee", missile.apogee, arc and arc.apogee_m, said)


def held_out(missile: Missile) -> dict[str, HeldOut]:
    """Range, least range, ceiling, floor, low-altitude range and apogee: published and flown.

    None of them enters the calibration. Where the time of self-destruction is assumed from the published range,
    ``range_energy``, which does without it, is the fairer comparison.
    """
    round_ = round_of(missile)
    most_m = _FARTHEST * missile.range_max.value
    low_m = LOW_HEIGHT_M if missile.range_low_height is None else missile.range_low_height.value
    floor_m = min(FLOOR_RANGE_M, 0.5 * missile.range_max.value)
    far = _range_row(round_, "range_max", missile.range_max, RANGE_HEIGHT_M, most_m)
    rows = (
        far,
        energy_range(missile),
        _near_row(round_, "range_min", missile.range_min, NEAR_HEIGHT_M),
        _near_row(round_, "range_min_low", missile.range_min, missile.altitude_min.value),
        HeldOut("altitude_max", missile.altitude_max, highest_m(round_), "at any ground range"),
        HeldOut("altitude_min", missile.altitude_min, lowest_m(round_, floor_m), f"{floor_m / 1e3:g} km away"),
        _range_row(round_, "range_low", missile.range_low, low_m, most_m),
        apogee(missile, far.flown),
    )
    return {row.what: row for row in rows}
