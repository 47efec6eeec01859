"""How long a track that nobody sees any more is kept: by the slowest of the radars that saw it lately."""

from __future__ import annotations

import numpy as np
import pytest

from openiads.tracker import Settings, Tracker
from tests.tracker.flights import LINER, joined, radar, seen
from tests.tracker.test_against_truth import followed

SLOW_S, FAST_S = 10.0, 2.0
SLOW = radar("slow", scan_period=f"{SLOW_S} s")
FAST = radar("fast", position="34.6 N, 36.0 E", height="40 m", scan_period=f"{FAST_S} s")
SCANS = Settings().coast_scans
LAST_S = 120.0


def _kept_s(radars: list, plots: dict) -> float:
    """For how long after its last plot the one track is still there."""
    pictures = followed(Tracker(radars), plots, LAST_S + 120.0)
    assert len({int(n) for some in pictures for n in some.number}) == 1
    there_s = [some.time_s for some in pictures if len(some)]
    return max(there_s) - float(plots["time_s"].max())


@pytest.mark.parametrize(("alone", "scan_s"), [(SLOW, SLOW_S), (FAST, FAST_S)])
def test_one_radar_waits_for_its_own_scans(alone: object, scan_s: float) -> None:
    kept_s = _kept_s([alone], seen(alone, LINER, np.arange(0.0, LAST_S, scan_s)))
    assert kept_s == pytest.approx(SCANS * scan_s, abs=2.0)


def test_of_two_radars_the_slower_one_s_scans_count() -> None:
    """Both see it and both fall silent: the fast one alone would have given it up long before."""
    plots = joined(
        seen(SLOW, LINER, np.arange(0.5, LAST_S, SLOW_S)), seen(FAST, LINER, np.arange(0.0, LAST_S, FAST_S), row=1)
    )
    assert _kept_s([SLOW, FAST], plots) == pytest.approx(SCANS * SLOW_S, abs=2.0)


def test_a_slow_radar_that_has_not_seen_it_for_scans_is_forgotten() -> None:
    """Its last plot lies more than three of its scans before the fast one's."""
    plots = joined(
        seen(SLOW, LINER, np.arange(0.5, LAST_S - 4.0 * SLOW_S, SLOW_S)),
        seen(FAST, LINER, np.arange(0.0, LAST_S, FAST_S), row=1),
    )
    assert _kept_s([SLOW, FAST], plots) == pytest.approx(SCANS * FAST_S, abs=2.0)


def test_a_track_that_only_the_slow_radar_sees_any_more_stays_one() -> None:
    """Five of the fast one's scans pass between its plots, and again and again."""
    plots = joined(
        seen(SLOW, LINER, np.arange(0.5, LAST_S, SLOW_S)), seen(FAST, LINER, np.arange(0.0, 60.0, FAST_S), row=1)
    )
    assert _kept_s([SLOW, FAST], plots) == pytest.approx(SCANS * SLOW_S, abs=2.0)
