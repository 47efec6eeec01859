"""Burn-through ranges put back into the law of detection, and against the map in the jammer's own beam."""

from __future__ import annotations

import pytest
from scipy import stats

from openiads.analysis import burn_through as pages
from openiads.physics.detection import detection
from openiads.physics.radar import jam_to_noise
from tests.support import runs


def test_at_each_range_a_look_detects_with_the_chance_asked_for() -> None:
    coverage = runs.covered("tartus", jam_at="5 min")
    rows = pages.burn_through(coverage)
    assert [(row.radar, row.jammer) for row in rows] == [
        (f"v4.{name}", "jammer-1") for name in ("9s15m2", "9s19m2", "9s32m")
    ]
    jammer = coverage.jamming[0]
    for radar, row in zip(coverage.built.world.radars, rows, strict=True):
        pulses = int(radar["pulses"])
        bar = stats.gamma.isf(1e-6, pulses)
        ratio = 10.0 ** (row.jam_to_noise_db / 10.0)
        own = jam_to_noise(radar, jammer.density_wphz, row.self_screening_km * 1e3, 1.0)
        for range_km, noise in (
            (row.self_screening_km, own), (row.main_lobe_km, ratio),
            (row.side_lobe_km, ratio * radar["sidelobe_gain"]), (row.free_km, 0.0),
        ):  # fmt: skip
            snr = radar["snr_constant_m2"] * 1.0 / (range_km * 1e3) ** 4
            assert detection(1, snr / pulses / (1.0 + noise), pulses, bar) == pytest.approx(0.5, abs=1e-9)
        assert row.self_screening_km < row.main_lobe_km < row.side_lobe_km < row.free_km


def test_without_jammers_there_is_nothing_to_burn_through() -> None:
    assert pages.burn_through(runs.covered("tartus")) == []
