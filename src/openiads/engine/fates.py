"""What becomes of a round: draws named by itself, or by the first round of its salvo where they share a fate."""

from __future__ import annotations

from typing import Any

from openiads._jit import kernel
from openiads.constants import NEVER
from openiads.engine.rng import uniforms
from openiads.enums import KillLevel, Purpose
from openiads.physics.lethality import triangular


@kernel
def fate_name(clock_row: Any, missile: Any, salvo_hash: int, own_hash: int) -> int:
    """Whom a round's outcomes are drawn for: the salvo's first round with the chance of a common cause, else itself.

    Each round's own chances stay as they are, and the first round's outcome is the same either way.
    """
    draw = uniforms(clock_row, Purpose.COMMON_CAUSE, salvo_hash, 0, 0).a
    return int(salvo_hash if draw < missile.common_cause else own_hash)


@kernel
def is_dud(clock_row: Any, missile: Any, fate_hash: int) -> bool:
    """True when the round cannot be guided from the start."""
    draw = uniforms(clock_row, Purpose.LAUNCH_RELIABILITY, fate_hash, 0, 0).a
    return bool(draw >= missile.reliability_launch)


@kernel
def guidance_end_tick(clock_row: Any, missile: Any, fate_hash: int, launch_tick: int, meeting_tick: int) -> int:
    """When the guidance fails: at any moment between launch and predicted intercept alike; NEVER where it works."""
    draw = uniforms(clock_row, Purpose.GUIDANCE_RELIABILITY, fate_hash, 0, 0)
    if draw.a < missile.reliability_guidance:
        return NEVER
    return int(launch_tick + int(draw.b * max(meeting_tick - launch_tick, 0)))


@kernel
def fuze_works(clock_row: Any, missile: Any, fate_hash: int) -> bool:
    """True when the fuze functions, if the target passes within its range."""
    draw = uniforms(clock_row, Purpose.FUZE_RELIABILITY, fate_hash, 0, 0).a
    return bool(draw < missile.reliability_fuze)


@kernel
def kills(clock_row: Any, fate_hash: int, object_hash: int, chance: float) -> bool:
    """True when the burst kills the object."""
    return bool(uniforms(clock_row, Purpose.KILL, fate_hash, object_hash, 0).a < chance)


@kernel
def draw_figures(clock_row: Any, level: int, missiles: Any, lethality: Any) -> None:
    """The kill figures of this run: low, middle or high of the published spread, or drawn from it.

    Drawn from a triangle over low, middle and high: one share a run and missile, the same for all groups of targets,
    because what makes a claim too high makes all claims of its maker too high (assumed).
    """
    for m in range(missiles.size):
        share = 0.5
        if level == KillLevel.DRAWN:
            share = uniforms(clock_row, Purpose.KILL_FIGURE, missiles[m].name_hash, 0, 0).a
        for group in range(missiles[m].kill.size):
            low, middle, high = missiles[m].kill_low[group], missiles[m].kill[group], missiles[m].kill_high[group]
            lethality[m].kill[group] = figure_at(level, share, low, middle, high)


@kernel
def figure_at(level: int, share: float, low: float, middle: float, high: float) -> float:
    """The value of a spread at a level; ``share`` is the draw for the level that needs one."""
    if level == KillLevel.LOW:
        return low
    if level == KillLevel.MID:
        return middle
    if level == KillLevel.HIGH:
        return high
    return triangular(share, low, middle, high)
