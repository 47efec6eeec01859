"""What a track's row says, kept in step with the bank of models behind it."""

from __future__ import annotations

from math import sqrt
from typing import Any

from openiads._jit import kernel
from openiads.constants import SECONDS_PER_TICK
from openiads.enums import TrackState
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
    straight,
    times,
    write_state,
)
from openiads.estimation.motion import FREE_MPS, may_fall
from openiads.estimation.sight import Sight, density
from openiads.vec3 import Vec3, add, cross, dot, read, scale, step, write

START_SPEED_SIGMA_MPS = 350.0  # level, of a track with one plot, assumed
START_CLIMB_SIGMA_MPS = 100.0
FAST_SIGMA_MPS = 1500.0  # of what may be falling
HEIGHT_M = 6000.0  # that a track has whose height nobody measures, and its standard deviation, assumed
HEIGHT_SIGMA_M = 6000.0
BUNDLE_TICK = 500  # that plots of a channel wait at most, assumed
FORESEEN_FACTOR = 1.5  # the largest axis of a covariance over the mean one that sigmas are kept of


@kernel
def up_of(emitter: Any) -> Vec3:
    """The vertical of an antenna in the scenario's frame."""
    axes = emitter.axes_enu
    return Vec3(axes[0, 2], axes[1, 2], axes[2, 2])


@kernel
def track_of(p: int, number: int, counts: Any, tracks: Any) -> int:
    """The row of a post's confirmed track by its number, -1 where there is none."""
    for k in range(counts[0].tracks_top):
        meant = tracks[k].post == p and tracks[k].number == number
        if meant and tracks[k].state >= TrackState.CONFIRMED:
            return k
    return -1


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
def foreseen_along(track: Any, bank: Any, line: Vec3, tick: int) -> float:
    """The same along a line: what is known well in one direction is not as uncertain as in all, m."""
    span_s = (tick - track.tick) * SECONDS_PER_TICK
    silent_s = (tick - track.plot_tick) * SECONDS_PER_TICK
    joint = straight(read_state(bank, imm.JOINT), span_s)
    return float(FORESEEN_FACTOR * sqrt(dot(line, times(joint.pp, line))) + FREE_MPS * silent_s)


@kernel
def carry(track: Any, bank: Any, spare: Any, tick: int) -> None:
    """Bring a track and its models to a later tick, with what waited; an earlier one leaves it as it is."""
    settle(track, bank, spare)
    _advance(track, bank, spare, tick)


@kernel
def _advance(track: Any, bank: Any, spare: Any, tick: int) -> None:
    if tick > track.tick:
        imm.predict(bank, spare, (tick - track.tick) * SECONDS_PER_TICK, track.bearing_tick <= track.plot_tick)
        track.tick = tick
        refresh(track, bank)


@kernel
def feed(track: Any, bank: Any, spare: Any, sight: Sight, free_share: float, tick: int) -> None:
    """Take a sight into a track."""
    carry(track, bank, spare, tick)
    silent_s = (tick - track.plot_tick) * SECONDS_PER_TICK
    _take(track, bank, sight, free_share, silent_s, (tick - track.bearing_tick) * SECONDS_PER_TICK)


@kernel
def _take(track: Any, bank: Any, sight: Sight, free_share: float, silent_s: float, since_s: float) -> None:
    imm.take(bank, sight, free_share, silent_s, since_s)
    _bound_height(bank)
    refresh(track, bank)


# ---- Bundles of plots --------------------------------------------------------------------------
# A channel looks at its track many times a second. Its plots wait a little and are taken as one: their mean at the mean
# of their times, whose variance is smaller by their number. A turn of 50 m/s2 bends the way meanwhile by less than 1 m.


@kernel
def bundle(track: Any, bank: Any, spare: Any, sight: Sight, radar: int, tick: int) -> None:
    """Let a sight wait, and take those that wait when the time is up."""
    if bank.bundled > 0 and (bank.bundle_radar != radar or bank.bundle_dimensions != sight.dimensions):
        settle(track, bank, spare)
    if bank.bundled == 0:
        _open_bundle(track, bank, sight, radar, tick)
    bank.bundled += 1
    bank.bundle_ticks += tick - bank.bundle_first_tick
    write(bank.bundle_place_m, add(read(bank.bundle_place_m), sight.place))
    write(bank.bundle_m2, add(read(bank.bundle_m2), Vec3(sight.line2, sight.side2, sight.rise2)))
    if tick - bank.bundle_first_tick >= BUNDLE_TICK:
        settle(track, bank, spare)


@kernel
def _open_bundle(track: Any, bank: Any, sight: Sight, radar: int, tick: int) -> None:
    zero = Vec3(0.0, 0.0, 0.0)
    bank.bundle_radar = radar
    bank.bundle_dimensions = sight.dimensions
    bank.bundle_since_tick = track.plot_tick
    bank.bundle_taken_tick = track.bearing_tick
    bank.bundle_first_tick = tick
    bank.bundle_ticks = 0
    write(bank.bundle_place_m, zero)
    write(bank.bundle_m2, zero)
    write(bank.bundle_line, sight.line)
    write(bank.bundle_side, sight.side)


@kernel
def settle(track: Any, bank: Any, spare: Any) -> None:
    """Take the sights that wait as one."""
    if bank.bundled == 0:
        return
    share = 1.0 / bank.bundled
    tick = bank.bundle_first_tick + round(share * bank.bundle_ticks)
    place, m2 = scale(read(bank.bundle_place_m), share), scale(read(bank.bundle_m2), share * share)
    line, side = read(bank.bundle_line), read(bank.bundle_side)
    sight = Sight(
        place, place, line, side, cross(side, line), m2.x, m2.y, m2.z, 0.0, 0.0, bank.bundle_dimensions
    )  # fmt: skip
    bank.bundled = 0
    if imm.follow(bank, sight, (tick - track.tick) * SECONDS_PER_TICK) >= 0.0:
        track.tick = tick
        refresh(track, bank)
        return
    _advance(track, bank, spare, tick)
    silent_s = (tick - bank.bundle_since_tick) * SECONDS_PER_TICK
    since_s = (tick - bank.bundle_taken_tick) * SECONDS_PER_TICK
    _take(track, bank, sight, imm.fit(bank, sight, silent_s).free_share, silent_s, since_s)


@kernel
def settle_late(tick: int, track: Any, bank: Any, spare: Any) -> None:
    """Take sights for which no further one comes."""
    if bank.bundled > 0 and tick - bank.bundle_first_tick > BUNDLE_TICK:
        settle(track, bank, spare)


@kernel
def expected_nis(track: Any, bank: Any, sight: Sight, tick: int) -> float:
    """Normalised innovation squared of a sight under the joint state, carried straight ahead."""
    ahead = straight(read_state(bank, imm.JOINT), (tick - track.tick) * SECONDS_PER_TICK)
    return float(density(ahead.pos, ahead.pp, sight, 0.0).distance2)


# ---- A track's row -----------------------------------------------------------------------------


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
