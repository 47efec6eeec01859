"""Run by tests in a process of its own under NUMBA_DISABLE_JIT=1: a bank of which every model always runs.

    python -m tests.support.pure_bank IN OUT

IN is a pickle of {start, looks} as ``tests.naive.models.followed`` takes it, with the sights; OUT becomes what the
package's own filter makes of it when no model is too unlikely to run, and with which models did.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np

from openiads.estimation import imm
from tests.support.banks import Bank
from tests.support.states import gauss

HARDLY = 1e-300


def followed(given: dict[str, Any]) -> dict[str, np.ndarray[Any, Any]]:
    """Weights, means, covariances, log densities and the models that ran, after each look."""
    mean, cov, weights = given["start"]
    bank = Bank(gauss(mean, cov), falling=bool(weights[-1] > 0.0))
    told = []
    for (span_s, *_), sight in zip(given["looks"], given["sights"], strict=True):
        bank.predict(span_s)
        found = bank.take(sight, span_s)
        told.append((bank.weights, *bank.state(), found.log_density, bank.runs))
    names = ("weights", "means", "covs", "densities", "runs")
    return {name: np.array(part) for name, part in zip(names, zip(*told, strict=True), strict=True)}


if __name__ == "__main__":
    source, target = sys.argv[1:]
    imm.JOINS = imm.LEAVES = imm.NEGLIGIBLE = HARDLY
    Path(target).write_bytes(pickle.dumps(followed(pickle.loads(Path(source).read_bytes()))))
