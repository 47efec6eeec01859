"""Claims about what a radar sees, and how low a unit reaches: one look over a smooth sea, by the law of the run."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from openiads import units
from openiads.analysis.claims_flight import Flights
from openiads.analysis.claims_verdict import Measured
from openiads.analysis.envelope_limits import WORDS as LIMIT_WORDS
from openiads.analysis.envelope_limits import beyond
from openiads.analysis.envelope_read import Span, span_at
from openiads.analysis.envelope_words import length_text
from openiads.scenario.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from openiads.catalog.claims import Claim
    from openiads.catalog.models import TargetClass
    from openiads.world.build import Built

SCENARIO: Final = "proving-ground"
PD: Final = 0.5
HEIGHT_M: Final = 10_000.0  # of a target whose height no source states
_RCS_M2: Final = 1.0  # where no source states one: the project's default
_FLOORS_M: Final = (5.0, 10.0, 15.0, 25.0, 50.0, 100.0, 200.0, 500.0, 1000.0)


class Site:
    """One unit on a plain at sea level: its radars and missiles as the run has them."""

    def __init__(self, unit: str, catalog_dir: Path | None) -> None:
        self._scenario = load(SCENARIO, unit=unit, catalog_dir=catalog_dir)
        self.seen_m = lru_cache(maxsize=None)(self._seen_m)

    @cached_property
    def built(self) -> Built:
        """World and State of the plain, nothing flying."""
        from dataclasses import replace

        from openiads.world.build import build

        file = self._scenario.file.model_copy(update={"raids": ()})
        return build(replace(self._scenario, file=file), log_full=False)

    @property
    def engagement_radar(self) -> int:
        """Row of the radar that guides."""
        return int(self.built.world.units[0]["engagement_radar"])

    @property
    def reaction_s(self) -> float:
        """Of the unit, as the catalog has it."""
        unit = self._scenario.file.units[0].unit
        return float(self._scenario.catalog.units[unit].reaction_time.value)

    def row_of(self, radar: str) -> int:
        """Row of a radar by its catalog name."""
        rows = [row for row in self.built.roster if row["table"] == "radars"]
        return next(n for n, row in enumerate(rows) if row["kind"] == radar)

    def sees_m(self, target: TargetClass, height_m: float) -> float:
        """How far the engagement radar, pointed, sees an approaching target of a class."""
        swerling = int(target.swerling.value)
        return self.seen_m(self.engagement_radar, height_m, target.rcs_nose.value, swerling, target.speed.value, True)

    def _seen_m(self, r: int, height_m: float, rcs_m2: float, swerling: int, speed_mps: float, pointed: bool) -> float:
        """The farthest ground range at which one look detects a target with a chance of one half, m; 0 for none."""
        from openiads.world.sweep import HEARD, Question, sweep

        world = self.built.world
        gain = float(world.radars[r]["point_gain"]) if pointed else 1.0
        asked = Question(rcs_m2, swerling, speed_mps, gain)
        chances = sweep(world, r, [height_m], [False], asked, np.zeros(0, HEARD))[0]
        ranges = np.flatnonzero((chances >= PD).any(axis=0))
        horizon = world.horizons[int(world.radars[r]["first_horizon"])]
        return float(ranges[-1] * horizon["range_step_m"]) if len(ranges) else 0.0


def detection(claim: Claim, site: Site) -> Measured:
    """How far one search look detects the target that the claim names."""
    height_m = HEIGHT_M if claim.height_m is None else claim.height_m
    rcs_m2 = _RCS_M2 if claim.rcs is None else units.parse(claim.rcs, "area")
    seen_m = site.seen_m(site.row_of(claim.about), height_m, rcs_m2, 1, 250.0, False)
    how = f"one search look over a smooth sea: {rcs_m2:g} m2 at {length_text(height_m)}, chance one half"
    why = "the model's radar rests on another published point; the horizon and the law of the look do the rest"
    return Measured(seen_m, how, why=why)


def low_range(claim: Claim, site: Site, flights: Flights) -> Measured:
    """The lesser of what the engagement radar sees and what the missile reaches, at a low height."""
    height_m = claim.height_m or 0.0
    seen_m, span = _seen_and_flown(claim.about, height_m, site, flights)
    flown_m = span.far_m
    by_radar = seen_m <= flown_m
    ends = "the engagement radar's horizon" if by_radar else _flight_ends(claim, flown_m, height_m, flights)
    how = (
        f"a fighter at {length_text(height_m)}: the engagement radar on its own vehicle sees it at "
        f"{length_text(seen_m)}, the missile reaches {length_text(flown_m)}; {ends} sets the limit"
    )
    found_m = min(seen_m, flown_m)
    return Measured(found_m, how, why=_low_why(found_m > claim.value_si, by_radar, ends))


def _flight_ends(claim: Claim, flown_m: float, height_m: float, flights: Flights) -> str:
    return f"the flight ({LIMIT_WORDS[beyond(flights.of(claim.about), 'forward', flown_m, height_m)]})"


def _low_why(more: bool, by_radar: bool, ends: str) -> str:
    """Why a low range differs, by its sign."""
    if more:
        return (
            f"the model reaches farther, until {ends} sets the limit; nothing in it, such as clutter, fuze or a rule, "
            "holds it to the claimed range"
        )
    return f"{ends} sets the limit; a mast would lift it" if by_radar else f"{ends} sets the limit"


def floor(claim: Claim, site: Site, flights: Flights) -> Measured:
    """The lowest height at which the engagement radar sees a fighter where the missile reaches it."""
    each = flights.of(claim.about)
    lowest_m = float(each.flown.height_m[0])
    for height_m in (lowest_m, *(each for each in _FLOORS_M if each > lowest_m)):
        seen_m, span = _seen_and_flown(claim.about, height_m, site, flights)
        if min(seen_m, span.far_m) > span.near_m:
            met = length_text(min(seen_m, span.far_m))
            how = f"lowest height at which the engagement radar sees a fighter within reach, out to {met}"
            return _floor(claim, height_m, lowest_m, how)
    return Measured(None, "no height is both seen and reached")


def _floor(claim: Claim, height_m: float, lowest_m: float, how: str) -> Measured:
    why = (
        "neither flight nor radar sets this floor in the model, which has no fuze over the sea nor clutter in a seeker"
    )
    if height_m > lowest_m:
        return Measured(height_m, how, why=why)
    told = f"{how}; the flown table begins there"
    unchecked = "the flown table begins above the claimed height" if claim.value_si < 0.85 * lowest_m else ""
    return Measured(height_m, told, text=f"{length_text(height_m)} or lower", unchecked=unchecked, why=why)


def _seen_and_flown(missile: str, height_m: float, site: Site, flights: Flights) -> tuple[float, Span]:
    each = flights.of(missile)
    span = span_at(each.cut("forward"), height_m)
    return site.sees_m(each.target, height_m), span or Span(0.0, 0.0, 0.0, 0.0)
