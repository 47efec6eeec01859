"""One flight compiled, in plain Python and in plain C."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from bench import flyout

from openiads.physics.shot import PASSED, fly_shot
from openiads.vec3 import Vec3
from tests.support import elsewhere, missiles

SHOTS = [
    ("48n6e", missiles.shot(9e3, 2e3, 0.0, Vec3(-100.0, 80.0, 0.0), 9.0)),
    ("9m83m", missiles.shot(25e3, 12e3, 0.3)),
]


def test_compiled_and_plain_python_fly_alike(tmp_path: Path) -> None:
    """The same source; sines may differ in the last bit."""
    plain = elsewhere.answer(SHOTS, tmp_path, {"NUMBA_DISABLE_JIT": "1"}, "tests.support.pure_flight")
    for (name, shot), theirs in zip(SHOTS, plain, strict=True):
        ours = fly_shot(missiles.missile(name), shot)
        assert ours.outcome == PASSED
        np.testing.assert_allclose(tuple(ours), theirs, rtol=1e-9, atol=1e-9)


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed: the bench has no C to compare with")
@pytest.mark.parametrize("options", flyout.OPTIONS.values(), ids=" ".join)
def test_the_bench_compares_like_with_like(tmp_path: Path, options: tuple[str, ...]) -> None:
    """The C of the bench comes to the same end, so that its time is that of the same work."""
    flights = flyout.compiled(tmp_path, "flyout", options)
    for name, shot in (*SHOTS, ("48n6e", flyout.shot_at(60e3, flyout.HEIGHT_M, flyout.LOFT_SLOPE))):
        row = missiles.missile(name)
        ours, theirs = fly_shot(row, shot), flyout.flown_in_c(flights, row, shot)(3)
        assert ours.outcome == theirs.outcome == PASSED
        assert flyout.apart(ours, theirs) < 1e-9
