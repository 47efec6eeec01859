"""A radar that does not say how many false plots it has: the tracker counts them."""

from __future__ import annotations

from math import hypot

import numpy as np
import pytest
from bench import air

from openiads.tracker import Tracker
from tests.tracker.flights import radar


def watching(look: air.Look, reach_m: float, **changes: float | None) -> Tracker:
    given = {
        "range_sigma": f"{look.sigma_range_m} m", "azimuth_sigma": f"{np.degrees(look.sigma_angle_rad)} deg",
        "elevation_sigma": f"{np.degrees(look.sigma_angle_rad)} deg", "scan_period": f"{look.period_s} s",
        "instrumented_range": f"{reach_m} m", "false_plots_per_scan": None,
    }  # fmt: skip
    return Tracker(radar(**given | changes))


@pytest.mark.parametrize("look", [air.SEARCH, air.ENGAGEMENT], ids=lambda look: look.name)
@pytest.mark.parametrize("targets", [5, 50])
def test_the_count_is_within_a_factor_of_two(look: air.Look, targets: int) -> None:
    drawn = air.crowd(targets, look, seed=3)
    tracker = watching(look, hypot(1.0, 1.0) * air.BOX_M / 2.0 + 5000.0)
    for now_s, plots in zip(drawn.time_s, drawn.plots, strict=True):
        tracks = tracker.update(plots, now_s)
    false = np.mean([(origins < 0).sum() for origins in drawn.origins])
    assert 0.5 * false < tracker.false_plots_per_scan["hill"] < 2.0 * false
    assert len(tracks) == pytest.approx(targets, abs=0.1 * targets + 1)


def test_without_false_plots_the_count_falls() -> None:
    drawn = air.crowd(5, air.SEARCH, seed=3)
    tracker = watching(air.SEARCH, 3e5)
    for now_s, plots, origins in zip(drawn.time_s, drawn.plots, drawn.origins, strict=True):
        tracker.update(plots[origins >= 0], now_s)
    assert tracker.false_plots_per_scan["hill"] < 0.5


def test_a_stated_number_stays() -> None:
    drawn = air.crowd(5, air.SEARCH, seed=3, scans=20)
    tracker = watching(air.SEARCH, 3e5, false_plots_per_scan=7.0)
    for now_s, plots in zip(drawn.time_s, drawn.plots, strict=True):
        tracker.update(plots, now_s)
    assert tracker.false_plots_per_scan == {"hill": 7.0}
