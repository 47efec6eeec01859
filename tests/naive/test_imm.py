"""Interacting multiple models against plain matrices: the same when all models run, and nearly so with the likely ones.

The likely-model set is the package's shortcut: models below a weight do not run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openiads.constants import STANDARD_GRAVITY_MPS2
from openiads.enums import MotionModel
from openiads.estimation import imm, motion
from openiads.estimation.sight import sight_of
from openiads.vec3 import Vec3
from tests.naive import models
from tests.support import elsewhere, pure_bank
from tests.support.flights import ENGAGEMENT, SEARCH, Radar, flight, seen
from tests.support.states import UP, axes_of, vector

ORIGIN = Vec3(0.0, 0.0, 0.0)
START_COV = np.diag([150.0**2] * 3 + [30.0**2] * 3)


def _given(radar: Radar, seed: int, looks: int, falling: bool = False) -> dict[str, Any]:
    """A flight with turns (or one that falls), as linear looks with their sights."""
    draw = np.random.default_rng(seed)
    states = flight(draw, looks + 1, radar.span_s, None if falling else (2.0, 6.0))
    if falling:
        times = radar.span_s * np.arange(looks + 1)
        states[:, 2] = 60_000.0 - 800.0 * times - 0.5 * STANDARD_GRAVITY_MPS2 * times**2
        states[:, 5] = -800.0 - STANDARD_GRAVITY_MPS2 * times
    weights = np.zeros(imm.MODELS)
    weights[-1] = motion.FALL_SHARE if falling else 0.0
    weights[0] = 1.0 - weights[-1]
    given = {"start": (states[0], START_COV, weights), "looks": [], "sights": []}
    for state in states[1:]:
        sight = sight_of(seen(draw, state[:3], radar), ORIGIN, UP, vector(state[:3]))
        axes, variances = axes_of(sight)
        given["looks"].append(
            (radar.span_s, np.hstack([axes, np.zeros((3, 3))]), axes @ np.array(sight.place), variances)
        )
        given["sights"].append(sight)
    return given


CASES = [(SEARCH, False), (ENGAGEMENT, False), (SEARCH, True), (ENGAGEMENT, True)]


@pytest.mark.parametrize(("radar", "falling"), CASES)
def test_with_all_models_running_it_is_the_naive_one(radar: Radar, falling: bool, tmp_path: Path) -> None:
    """The very sources as plain Python, with no model too unlikely to run."""
    given = _given(radar, 31 + falling, 7 if falling else 25, falling)
    ours = elsewhere.answer(given, tmp_path, {"NUMBA_DISABLE_JIT": "1"}, "tests.support.pure_bank")
    naive = models.followed(given)
    assert (ours["runs"] == (naive["weights"] > pure_bank.HARDLY)).all()
    np.testing.assert_allclose(ours["weights"], naive["weights"], rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(ours["means"], naive["means"], rtol=1e-7, atol=1e-3)
    sigma = np.sqrt(np.diagonal(naive["covs"], axis1=1, axis2=2))
    scaled = (ours["covs"] - naive["covs"]) / (sigma[:, :, None] * sigma[:, None, :])
    assert np.abs(scaled).max() < 1e-5
    running = naive["weights"][:, MotionModel.FREE] > pure_bank.HARDLY
    np.testing.assert_allclose(ours["densities"][1:][running[:-1]], naive["densities"][1:][running[:-1]], atol=1e-5)


@pytest.mark.parametrize(("radar", "falling"), CASES)
def test_the_likely_models_alone_are_nearly_the_same(radar: Radar, falling: bool) -> None:
    """With models below a weight at rest (compiled): how far off over 20 flights, in standard deviations."""
    off, weights, run = [], [], []
    for seed in range(20):
        given = _given(radar, 100 + seed, int(42.0 / radar.span_s) if falling else 40, falling)
        ours, naive = pure_bank.followed(given), models.followed(given)
        apart = ours["means"] - naive["means"]
        off.append(np.sqrt(np.einsum("ni,nij,nj->n", apart, np.linalg.inv(naive["covs"]), apart)))
        weights.append(np.abs(ours["weights"] - naive["weights"]).max(axis=1))
        run.append(ours["runs"].mean())
    assert np.quantile(off, 0.5) < 0.2
    assert np.quantile(off, 0.95) < 1.0
    assert np.quantile(weights, 0.95) < 0.25
    assert np.mean(run) < 0.8
