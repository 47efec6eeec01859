"""Kernels that only tests need."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.estimation.kalman import observed, observed_rate, read_state, shaken, straight, write_state
from openiads.vec3 import Vec3, dot


@kernel
def read_beyond(clock: Any, n: int) -> int:
    """Read row ``n`` of a table, whether there is one or not."""
    return int(clock[n].tick)


@kernel
def updated_often(bank: Any, directions: Any, variances: Any, rate_mps2: float, span_s: float, rounds: int) -> None:
    """Predict and update the state in a bank's first slot, by each direction and variance in turn, ``rounds`` times.

    Every other round takes the velocity along the direction too.
    """
    g = read_state(bank, 0)
    for n in range(rounds):
        g = shaken(straight(g, span_s), rate_mps2, 0.1 * rate_mps2, span_s)
        row = n % directions.shape[0]
        along = Vec3(directions[row, 0], directions[row, 1], directions[row, 2])
        g = observed(g, along, -dot(along, g.pos), variances[row]).state
        if n % 2 == 1:
            g = observed_rate(g, Vec3(0.0, 0.0, 0.0), along, -dot(along, g.vel), 1e-4 * variances[row]).state
    write_state(bank, 0, g)
