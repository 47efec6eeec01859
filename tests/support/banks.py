"""A track's bank of models, driven from Python a plot at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from openiads.estimation import imm
from openiads.estimation.imm import Fit
from openiads.estimation.kalman import Gauss, read_state
from openiads.estimation.sight import Sight
from openiads.world.tables import BANK
from tests.support.states import Array, cov_of, mean_of


class Bank:
    """A bank's row with a row to work in; ``FREE`` may join after a plot as in the engine."""

    def __init__(self, start: Gauss, fast: Gauss | None = None, falling: bool = False) -> None:
        self.rows: Any = np.zeros(2, BANK)
        imm.begin(self.rows[0], start, start if fast is None else fast, falling)

    def predict(self, span_s: float) -> None:
        """Carry it ahead."""
        imm.predict(self.rows[0], self.rows[1], span_s, True)

    def take(self, sight: Sight, silent_s: float) -> Fit:
        """How a sight fits, which is then taken."""
        found = imm.fit(self.rows[0], sight, silent_s)
        imm.take(self.rows[0], sight, found.free_share, silent_s, silent_s)
        return found

    def follow(self, sight: Sight, span_s: float) -> float:
        """Both in one where it flies straight; -1 where it does not."""
        return float(imm.follow(self.rows[0], sight, span_s))

    @property
    def weights(self) -> Array:
        """Of the five models, (5,)."""
        return np.array(self.rows["weight"][0])

    @property
    def runs(self) -> Array:
        """Which models run, (5,)."""
        return np.array(self.rows["runs"][0] == 1)

    def state(self, m: int = imm.JOINT) -> tuple[Array, Array]:
        """Mean and covariance of a model, or of the mixture."""
        g = read_state(self.rows[0], m)
        return mean_of(g), cov_of(g)
