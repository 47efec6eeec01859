"""What a track's row says, kept in step with the bank of models behind it."""

from __future__ import annotations

from math import sqrt
from typing import Any

from openiads._jit import kernel
from openiads.constants import SECONDS_PER_TICK
from openiads.estimation import imm
from openiads.estimation.kalman import (
    Gauss,
    diagonal,
    nothing,
    observed,
    outer,
    plus,
    read_state,
    scaled,
    write_state,
)
from openiads.estimation.motion import FREE_MPS, may_fall
from openiads.estimation.sight import Sight
from openiads.vec3 import Vec3, read, step, write

START_SPEED_SIGMA_MPS = 350.0  # level, of a track with one plot, assumed
START_CLIMB_SIGMA_MPS = 100.0
FAST_SIGMA_MPS = 1500.0  # of what may be falling
HEIGHT_M = 6000.0  # that a track has whose height nobody measures, and its standard deviation, assumed
HEIGHT_SIGMA_M = 6000.0
FORESEEN_FACTOR = 1.5  # the largest axis of a covariance over the mean one that sigmas are kept of


@kernel
def predicted_position(track: Any, tick: int) -> Vec3:
    """Where a track is expected at a tick, m."""
    return step(read(track.pos_enu_m), read(track.vel_enu_mps), (tick - track.tick) * SECONDS_PER_TICK)


@kernel
def foreseen_sigma(track: Any, tick: int) -> float:
    """A wide standard deviation of where a track is expected, with room for whatever it may do, m."""
    span_s = (tick - track.tick) * SECONDS_PER_TICK
    silent_s = (tick - track.plot_tick) * SECONDS_PER_TICK
    return float(FORESEEN_FACTOR * (track.pos_sigma_m + span_s * track.vel_sigma_mps) + FREE_MPS * silent_s)


@kernel
def carry(track: Any, bank: Any, spare: Any, tick: int) -> None:
    """Bring a track and its models to a later tick; an earlier one leaves it as it is."""
    if tick > track.tick:
        imm.predict(bank, spare, (tick - track.tick) * SECONDS_PER_TICK)
        track.tick = tick
        refresh(track, bank)


@kernel
def follow(track: Any, bank: Any, sight: Sight, tick: int) -> float:
    """Bring a track to a tick and take a sight in one, where it flies straight without doubt; -1 where it does not."""
    nis = imm.follow(bank, sight, (tick - track.tick) * SECONDS_PER_TICK)
    if nis >= 0.0:
        track.tick = tick
        refresh(track, bank)
    return float(nis)


@kernel
def feed(track: Any, bank: Any, spare: Any, sight: Sight, free_share: float, tick: int) -> None:
    """Take a sight into a track."""
    carry(track, bank, spare, tick)
    silent_s = (tick - track.plot_tick) * SECONDS_PER_TICK
    imm.take(bank, sight, free_share, silent_s, (tick - track.bearing_tick) * SECONDS_PER_TICK)
    _bound_height(bank)
    refresh(track, bank)


@kernel
def refresh(track: Any, bank: Any) -> None:
    """Copy the joint state and its spread into the track's row."""
    joint = read_state(bank, imm.JOINT)
    write(track.pos_enu_m, joint.pos)
    write(track.vel_enu_mps, joint.vel)
    track.pos_sigma_m = sqrt((joint.pp.x.x + joint.pp.y.y + joint.pp.z.z) / 3.0)
    track.vel_sigma_mps = sqrt((joint.vv.x.x + joint.vv.y.y + joint.vv.z.z) / 3.0)
    track.height_sigma_m = sqrt(joint.pp.z.z)


@kernel
def _bound_height(bank: Any) -> None:
    """Keep a height that nobody measures within the air that things fly in."""
    joint = read_state(bank, imm.JOINT)
    most = HEIGHT_SIGMA_M * HEIGHT_SIGMA_M
    if joint.pp.z.z <= 1.01 * most:
        return
    variance = 1.0 / (1.0 / most - 1.0 / joint.pp.z.z)
    for m in range(imm.MODELS):
        if bank.runs[m] == 1:
            g = read_state(bank, m)
            write_state(bank, m, observed(g, Vec3(0.0, 0.0, 1.0), HEIGHT_M - g.pos.z, variance).state)
    imm.combine(bank)


@kernel
def begin(track: Any, bank: Any, sight: Sight) -> None:
    """Start a track at a sight: its errors as covariance, no velocity yet but a standard deviation of it."""
    pp = plus(
        plus(scaled(outer(sight.line, sight.line), sight.line2), outer(sight.side, sight.side), sight.side2),
        outer(sight.rise, sight.rise), sight.rise2,
    )  # fmt: skip
    zero = Vec3(0.0, 0.0, 0.0)
    empty = nothing().pv
    level2, climb2 = START_SPEED_SIGMA_MPS * START_SPEED_SIGMA_MPS, START_CLIMB_SIGMA_MPS * START_CLIMB_SIGMA_MPS
    fast2 = FAST_SIGMA_MPS * FAST_SIGMA_MPS
    still = Gauss(sight.place, zero, pp, empty, diagonal(level2, level2, climb2))
    fast = Gauss(sight.place, zero, pp, empty, diagonal(fast2, fast2, fast2))
    imm.begin(bank, still, fast, may_fall(sight.place, zero))
    refresh(track, bank)
