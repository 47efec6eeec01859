"""Limits that the catalog states for the engine, which it may not import, agree with the engine."""

from __future__ import annotations

from scipy.stats import poisson

from openiads.catalog import checks
from openiads.catalog.loader import load
from openiads.engine.plotting import FALSE_PLOTS_MAX
from openiads.scenario.faults import most
from openiads.world.build_radars import LOOKS_PER_TURN


def test_a_look_takes_the_false_plots_that_are_allowed() -> None:
    """Of a Poisson number of the highest mean about one in a million is cut off."""
    assert checks.LOOKS_A_TURN == LOOKS_PER_TURN
    assert 1e-7 < poisson.sf(FALSE_PLOTS_MAX, checks.FALSE_PLOTS_A_LOOK) < 2e-6
    assert checks.false_plots_max("rotating") == 8 * checks.false_plots_max("sector") == 1120


def test_no_allowed_fault_makes_a_range_negative() -> None:
    assert all(radar.range_min.value >= most("range_bias") for radar in load().radars.values())
