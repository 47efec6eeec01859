"""Claims about the flight of a missile, read off its flown envelope."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from openiads.analysis.claims_verdict import Measured, met
from openiads.analysis.envelope import MissileEnvelope, fly
from openiads.analysis.envelope_limits import WORDS as LIMIT_WORDS
from openiads.analysis.envelope_limits import beyond
from openiads.analysis.envelope_read import time_at
from openiads.analysis.envelope_words import edge_text, length_text
from openiads.analysis.flown_limits import apogee, energy_range
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
    "range_min": "tip-over and turn allow it nearer; fuze arming and safety of the launcher are not modelled",
    "altitude_max": "the air carries too little above",
}  # fmt: skip
_MORE: Final = {
    "range_max": "the flight carries farther; a limit of radar, seeker or command may be published, or a margin kept",
    "range_min": "tip-over and turn take so much room",
    "altitude_max": "the flight carries higher; a limit of radar, seeker or fuze may be published, or a margin kept",
}  # fmt: skip
FASTEST: Final = 1.5  # times the claimed speed of a target, as far as is looked
_HALVINGS: Final = 3  # of the speed of a target that is just met


class Flights:
    """Flown tables of a catalog's missiles, each made when it is first asked for."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._flown = lru_cache(maxsize=None)(self._fly)
        self.energy_m = lru_cache(maxsize=None)(self._energy_m)

    def of(self, missile: str, target: str = TARGET, speed_mps: float | None = None) -> MissileEnvelope:
        """One missile against one class of target, at another speed than the class's if one is given."""
        return self._flown(missile, target, speed_mps)

    def _energy_m(self, missile: str) -> float | None:
        """Greatest range of a missile without its self-destruct, at a standing point 10 km up."""
        return energy_range(self.catalog.missiles[missile]).flown

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
    open_end = "; the table ends there" if found.is_open else ""
    how = f"{words}, {_HOW}; known to ± {length_text(found.half_step_m)}{open_end}"
    beyond_it = found.is_open and attribute != "near" and claim.value_si > found.value_m
    unchecked = "the flown table ends before the claimed figure, and the flight does not" if beyond_it else ""
    more = found.value_m > claim.value_si
    why = _MORE[claim.quantity] if more else _LESS.get(claim.quantity, "")
    circular = ""
    if claim.quantity == "range_max":
        how, why, circular = _ended(claim, flights, (how, why))
    text = edge_text(found, attribute) if found.is_open else ""
    return Measured(found.value_m, how, found.half_step_m, text, unchecked=unchecked, why=why, circular=circular)


def _ended(claim: Claim, flights: Flights, said: tuple[str, str]) -> tuple[str, str, str]:
    """How a range was measured and why it differs, with what ends the flight; and why agreement proves nothing."""
    how, why = said
    each = flights.of(claim.about)
    told = each.figures[0]
    ends = beyond(each, "forward", told.far.value_m if told.far else 0.0, told.far_height_m or 0.0)
    how = f"{how}; {LIMIT_WORDS[ends]}"
    if ends != "age":
        return how, "; ".join(filter(None, (why, LIMIT_WORDS[ends]))), ""
    energy_m = flights.energy_m(claim.about)
    energy = length_text(energy_m)
    life = each.missile.self_destruct_time
    age = (
        f"the flight ends by the assumed self-destruct after {life.shown}, which was set from the published range; "
        f"without it the energy carries to {energy}"
    )
    circular = "" if energy_m is not None and met(claim, energy_m) else age
    return f"{how}; without it {energy}", "; ".join(filter(None, (why, age))), circular


def highest_on_the_way(claim: Claim, flights: Flights) -> Measured:
    """Greatest height on the way to the published range, of the same shot as the calibration's."""
    missile = flights.catalog.missiles[claim.about]
    found = apogee(missile, None)
    why = "the loft is fitted to speeds, not to a height"
    return Measured(found.flown, f"greatest height of a flight {found.condition}, as the calibration flies it", why=why)


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
    """The greatest speed, up to one and a half times the claimed one, at which a head-on target is met anywhere."""
    how = "flown against head-on targets of rising speed; what they do to the radars is not asked"
    why = "homing cannot follow the closing speed"
    claimed_mps = claim.value_si
    if _met_m(claim, flights, claimed_mps) is None:
        return Measured(None, how, text=f"none of {claimed_mps:.0f} m/s is met", why=why)
    top_mps = FASTEST * claimed_mps
    found_mps = top_mps if _met_m(claim, flights, top_mps) is not None else _greatest(claim, flights)
    out = length_text(_met_m(claim, flights, found_mps))
    text = f"at least {found_mps:.0f} m/s" if found_mps == top_mps else ""
    ends = f"; no more than {top_mps:.0f} m/s was tried" if text else ""
    return Measured(found_mps, f"{how}; at {found_mps:.0f} m/s met out to {out}{ends}", text=text, why=why)


def _greatest(claim: Claim, flights: Flights) -> float:
    """A speed between the claimed one, which is met, and the greatest tried, which is not, by halving."""
    inside_mps, outside_mps = claim.value_si, FASTEST * claim.value_si
    for _ in range(_HALVINGS):
        middle_mps = 0.5 * (inside_mps + outside_mps)
        is_met = _met_m(claim, flights, middle_mps) is not None
        inside_mps, outside_mps = (middle_mps, outside_mps) if is_met else (inside_mps, middle_mps)
    return inside_mps


def _met_m(claim: Claim, flights: Flights, speed_mps: float) -> float | None:
    """Greatest range at which a head-on target of a speed is met; None where it is met nowhere."""
    try:
        far = flights.of(claim.about, TARGET, speed_mps).figures[0].far
    except InputError:  # no point of the whole table is reached
        return None
    return None if far is None else far.value_m


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
    found_m = float(cut.ground_m[last]) + step_m / 2.0
    by_radar = bool(cut.reached[:, last + 1 :].any())
    ends = (
        "how early the engagement radar sees the warhead sets the range" if by_radar else "the missile sets the range"
    )
    more = "the radar's point and the warhead's cross-section allow more than is claimed; "
    return Measured(found_m, f"{how}; {ends}", step_m / 2.0, why=f"{more if found_m > claim.value_si else ''}{ends}")
