"""Claims about the flight of a missile, read off its flown envelope."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from openiads.analysis.claims_verdict import Measured
from openiads.analysis.envelope import MissileEnvelope, fly
from openiads.analysis.envelope_read import time_at
from openiads.analysis.envelope_words import length_text
from openiads.catalog.errors import InputError

if TYPE_CHECKING:
    from openiads.analysis.envelope_read import Edge
    from openiads.catalog.claims import Claim
    from openiads.catalog.loader import Catalog
    from openiads.catalog.models import TargetClass

TARGET: Final = "fighter"
BALLISTIC: Final = "ballistic-short-range"
MEAN_HEIGHT_M: Final = 10_000.0  # of the point that a mean speed is taken to, as in the calibration
WARHEAD_M: Final = 20_000.0  # height at which the engagement radar looks for it, assumed
_HOW: Final = "flown against an approaching fighter"
_NEVER: Final = "no point of the table is reached"
_EDGES: Final = {
    "range_max": ("far", "greatest range at heights where it flies"),
    "range_min": ("near", "least slant range at any height"),
    "altitude_max": ("ceiling", "greatest height at any range"),
}  # fmt: skip
_LESS: Final = {
    "range_max": "too little speed or load is left beyond",
    "range_min": "tip-over and turn allow it nearer; fuze arming and safety of the launcher are not modelled",
    "altitude_max": "the air carries too little above",
}  # fmt: skip
_MORE: Final = {
    "range_max": "the flight carries farther; a limit of radar, seeker or command may be published, or a margin kept",
    "range_min": "tip-over and turn take so much room",
    "altitude_max": "the flight carries higher; a limit of radar, seeker or fuze may be published, or a margin kept",
}  # fmt: skip


class Flights:
    """Flown tables of a catalog's missiles, each made when it is first asked for."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._flown = lru_cache(maxsize=None)(self._fly)

    def of(self, missile: str, target: str = TARGET, speed_mps: float | None = None) -> MissileEnvelope:
        """One missile against one class of target, at another speed than the class's if one is given."""
        return self._flown(missile, target, speed_mps)

    def _fly(self, missile: str, target: str, speed_mps: float | None) -> MissileEnvelope:
        shot, sought = self.catalog.missiles[missile], self.catalog.targets[target]
        if speed_mps is not None:
            sought = _at_speed(sought, speed_mps)
        return MissileEnvelope(shot, sought, fly(shot, sought))


def _at_speed(target: TargetClass, speed_mps: float) -> TargetClass:
    """The class with another speed."""
    speed = target.speed.model_copy(update={"value": speed_mps, "shown": f"{speed_mps:.0f} m/s"})
    return target.model_copy(update={"id": f"{target.id}-{speed_mps:.0f}mps", "speed": speed, "speed_max": speed})


def edge(claim: Claim, flights: Flights) -> Measured:
    """Greatest and least range, and ceiling."""
    attribute, words = _EDGES[claim.quantity]
    found: Edge | None = getattr(flights.of(claim.about).figures[0], attribute)
    if found is None:
        return Measured(None, _NEVER)
    open_end = "; the table ends there" if found.is_open else ""
    how = f"{words}, {_HOW}; known to ± {length_text(found.half_step_m)}{open_end}"
    beyond = found.is_open and attribute != "near" and claim.value_si > found.value_m
    unchecked = "the flown table ends before the claimed figure, and the flight does not" if beyond else ""
    why = (_MORE if found.value_m > claim.value_si else _LESS)[claim.quantity]
    return Measured(found.value_m, how, found.half_step_m, unchecked=unchecked, why=why)


def mean_speed(claim: Claim, flights: Flights) -> Measured:
    """Straight distance over time of flight, over the way that the catalog takes the mean to be of."""
    each = flights.of(claim.about)
    way = each.missile.mean_speed_range
    cut = each.cut("crossing")
    flight_s = None if way is None else time_at(cut, way.value, MEAN_HEIGHT_M)
    if way is None or flight_s is None:
        return Measured(None, _NEVER)
    how = f"straight distance over time of flight to a point {way.shown} away, {length_text(MEAN_HEIGHT_M)} up"
    return Measured(float(np.hypot(way.value, MEAN_HEIGHT_M)) / flight_s, how)


def target_speed(claim: Claim, flights: Flights) -> Measured:
    """Whether a head-on target of the claimed speed is met anywhere."""
    how = f"flown against head-on targets of {claim.value_si:.0f} m/s; what they do to the radars is not asked"
    try:
        far = flights.of(claim.about, TARGET, claim.value_si).figures[0].far
    except InputError:  # no point of the whole table is reached
        far = None
    if far is None:
        return Measured(None, how, text="none is met", why="homing cannot follow the closing speed")
    return Measured(claim.value_si, f"{how}; met out to {length_text(far.value_m)}")


def ballistic(claim: Claim, flights: Flights, detected_m: float, reaction_s: float) -> Measured:
    """The farthest point where a round meets a short-range ballistic missile after the radar has seen it.

    Assumes: it flies straight at the unit with its class's speed; the launch follows the detection by the
        reaction time.
    """
    each = flights.of(claim.about, BALLISTIC)
    cut, speed_mps = each.cut("forward"), each.speed_mps
    slant_m = np.hypot(cut.ground_m[None, :], cut.height_m[:, None])
    in_time = slant_m + speed_mps * (cut.flight_s + reaction_s) <= detected_m
    columns = np.flatnonzero((cut.reached & in_time).any(axis=0))
    how = (
        f"flown against {BALLISTIC} at {speed_mps:.0f} m/s that comes straight in: seen by the engagement radar at "
        f"{length_text(detected_m)}, launch {reaction_s:g} s later"
    )
    if not len(columns):
        return Measured(None, how, text="none is met", why="it is seen too late for any flight")
    last = int(columns[-1])
    step_m = float(cut.ground_m[min(last + 1, len(cut.ground_m) - 1)] - cut.ground_m[last])
    why = "the range is set by how early the engagement radar sees the warhead, not by the missile"
    return Measured(float(cut.ground_m[last]) + step_m / 2.0, how, step_m / 2.0, why=why)
