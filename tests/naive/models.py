"""Interacting multiple models with NumPy matrices, every model always running, as Blom and Bar-Shalom 1988 have it.

The chain and each model's motion are the package's, which have oracles of their own; mixing, update and mixture are
written anew.
"""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np
from scipy import stats

from openiads.enums import MotionModel
from openiads.estimation import imm, motion
from tests.support.states import Array, cov_of, gauss, mean_of, vector


def chain(span_s: float, falling: bool, unrest: float = motion.UNREST_START) -> Array:
    """Chances from each model (row) to each (column)."""
    stay = motion.stay_chances(span_s, unrest, falling)
    return np.array([[motion.flow(i, j, stay) for j in range(imm.MODELS)] for i in range(imm.MODELS)])


class Models:
    """Weights (m,), means (m, 6) and covariances (m, 6, 6); all begin at one state, the first model with weight one."""

    def __init__(self, mean: Array, cov: Array, weights: Array) -> None:
        self.weights, self.unrest = weights.copy(), motion.UNREST_START
        self.means, self.covs = np.array([mean] * imm.MODELS), np.array([cov] * imm.MODELS)

    def joint(self) -> tuple[Array, Array]:
        """Mean and covariance of the mixture."""
        return self._mixture(self.weights)

    def _mixture(self, weights: Array) -> tuple[Array, Array]:
        mean = weights @ self.means
        apart = self.means - mean
        return mean, np.einsum("m,mij->ij", weights, self.covs + apart[:, :, None] * apart[:, None, :])

    def predict(self, span_s: float) -> None:
        """Chain, mixing, motion."""
        joint = self.joint()[0]
        flow = self.weights[:, None] * chain(span_s, motion.may_fall(vector(joint[:3]), vector(joint[3:])), self.unrest)
        into = flow.sum(axis=0)
        leads = np.where((self.weights > imm.LIGHT)[:, None] | np.eye(imm.MODELS, dtype=bool), flow, 0.0)
        led = leads.sum(axis=0)
        started = [self._mixture(leads[:, m] / led[m]) if led[m] > 0.0 else self.joint() for m in range(imm.MODELS)]
        mixed = [start if into[m] > 0.0 else None for m, start in enumerate(started)]
        for m, start in enumerate(mixed):
            if start is not None:
                after = motion.advanced(m, gauss(*start), span_s, 1.0 - flow[m, m] / into[m], True)
                self.means[m], self.covs[m] = mean_of(after), cov_of(after)
        self.weights = into

    def update(self, rows: Array, place: Array, variances: Array, span_s: float) -> float:
        """Take a linear measurement with every model; returns its log density over all."""
        logs = np.full(imm.MODELS, -np.inf)
        for m in np.flatnonzero(self.weights > 0.0):
            spread = rows @ self.covs[m] @ rows.T + np.diag(variances)
            expected = rows @ self.means[m]
            logs[m] = stats.multivariate_normal.logpdf(place, expected, spread)
            gain = self.covs[m] @ rows.T @ np.linalg.inv(spread)
            kept = np.eye(6) - gain @ rows
            self.means[m] = self.means[m] + gain @ (place - expected)
            self.covs[m] = kept @ self.covs[m] @ kept.T + gain @ np.diag(variances) @ gain.T
        grown = self.weights * np.exp(logs - logs.max())
        self.weights = grown / grown.sum()
        quiet = self.weights[[MotionModel.CRUISE, MotionModel.FALL]].sum()
        self.unrest = 1.0 - quiet + exp(-span_s / imm.UNREST_S) * (self.unrest - 1.0 + quiet)
        return float(np.log(grown.sum()) + logs.max())


def followed(given: dict[str, Any]) -> dict[str, Array]:
    """The naive filter over a sequence of spans and sights: weights, means, covariances and densities after each."""
    models, told = Models(*given["start"]), []
    for span_s, rows, place, variances in given["looks"]:
        models.predict(span_s)
        density = models.update(rows, place, variances, span_s)
        told.append((models.weights.copy(), *models.joint(), density))
    return {
        name: np.array(part)
        for name, part in zip(("weights", "means", "covs", "densities"), zip(*told, strict=True), strict=True)
    }
