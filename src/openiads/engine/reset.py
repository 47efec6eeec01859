"""What varies from run to run is drawn here, before the first tick."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.engine.fates import draw_figures
from openiads.engine.rng import normals
from openiads.enums import Purpose


@kernel
def reset(
    seed: int, run: int, setting: Any, missiles: Any, targets: Any, clock: Any, truth: Any, lethality: Any
) -> None:
    """Name the run, set its kill figures, draw the starts of raids and flights; the State is a fresh copy."""
    clock[0].seed = seed
    clock[0].run = run
    draw_figures(clock[0], setting[0].kill_level, missiles, lethality)
    for t in range(targets.size):
        truth[t].start_tick = start_tick(t, targets, clock, truth)
        truth[t].due_tick = truth[t].start_tick


@kernel
def start_tick(t: int, targets: Any, clock: Any, truth: Any) -> int:
    """A target's own start with its jitter; a child's counts from its parent's, which stands before it."""
    target = targets[t]
    tick = target.start_tick
    if target.jitter_tick > 0.0:
        draw = normals(clock[0], Purpose.START_JITTER, target.name_hash, 0, 0).a
        tick += round(draw * target.jitter_tick)
    return int(tick + truth[target.parent].start_tick if target.parent >= 0 else tick)
