"""Interacting multiple models: a track flies straight, turns one way or the other, falls, or does something else.

All models share position and velocity, so that they mix without loss. A turn is a coordinated turn of one lateral
acceleration, left or right, so that its rate follows from the speed (docs/decisions has the measurement that chose it).
Models that hardly anything speaks for do not run: their weight grows by the Markov chain until it joins them again.
Source: Blom and Bar-Shalom, IEEE Trans. Automatic Control 33 (1988), for the mixing; Li and Zhang, IEEE Trans.
Aerospace and Electronic Systems 36 (2000), likely-model sets. Assumes: the constants below.
"""

from __future__ import annotations

from math import cos, exp, log, sin, sqrt
from typing import Any, NamedTuple

from openiads._jit import kernel, outlined
from openiads.constants import EFFECTIVE_EARTH_RADIUS_M, STANDARD_GRAVITY_MPS2
from openiads.enums import MotionModel
from openiads.estimation.kalman import (
    Gauss,
    Turn,
    blended,
    carried,
    nothing,
    read_block,
    read_state,
    shaken,
    skewed,
    straight,
    turned,
    write_state,
)
from openiads.estimation.sight import Sight, density, taken
from openiads.vec3 import Vec3, norm, scale, step

MODELS = len(MotionModel)
JOINT = MODELS  # the slot of the mixture as one state

CRUISE_DENSITY = 1.0  # of white acceleration noise along each level axis, m2/s3
CLIMB_DENSITY = 1.0  # and along the vertical
TURN_DENSITY = 20.0
TURN_CLIMB_DENSITY = 5.0
FREE_DENSITY = 5000.0  # along every axis
FALL_DENSITY = 30.0
TURN_MPS2 = 22.0  # lateral acceleration of a turn
HARD_MPS2 = 50.0  # and of a hard one
TURN_SPEED_MPS = 100.0  # below it the turn is taken as slower than that acceleration allows
ONSET = 1.0 / 12.0  # variance of a moment within a span, in squared spans
CRUISE_S = 100.0  # mean time in straight flight of a track that is as restless as most begin
TURN_S = 15.0
FREE_S = 6.0
FALL_S = 300.0
HARDER_SHARE = 0.1  # of those that leave a turn go over to the other one of its side
FREE_SHARE = 0.02  # of those that leave straight flight or a turn
FALL_SHARE = 0.5  # of those that leave straight flight where they may be falling
FREE_PRIOR = 0.005  # weight at least of something else when a plot surprises
FREE_JOINS = 0.3  # share that must speak for it
HEADING_SHARE = 0.5  # of the square of the speed, that its variance is at most where it has a heading
UNREST_S = 120.0  # over which a track's unrest is remembered
UNREST_START = 0.3  # of a track that is not known yet
UNREST_LEAST = 0.1  # share of the usual rate at which the calmest begins to turn
JOINS = 0.005  # weight at which a model runs
LEAVES = 0.001  # below which it stops
FALL_HEIGHT_M = 25_000.0  # above it things fall: few fly
FALL_CLIMB_MPS = 350.0  # or go up or down faster than this
BALLISTIC_COEFFICIENT_KGPM2 = 5000.0
SCALE_HEIGHT_M = 7200.0  # of the air's density from the ground to 40 km
SEA_LEVEL_DENSITY_KGPM3 = 1.225


class Fit(NamedTuple):
    """How well a plot fits a track: log density over all models, least distance, mixture's distance, FREE's share."""

    log_density: float
    nearest2: float
    nis: float
    free_share: float


class Stay(NamedTuple):
    """Chances to remain in a model over a span, and whether falling is possible."""

    cruise: float
    turn: float
    free: float
    fall: float
    fall_share: float


@kernel
def may_fall(pos: Vec3, vel: Vec3) -> bool:
    """True where free fall is a likely motion: very high, or very steep and fast."""
    return bool(_height_m(pos) > FALL_HEIGHT_M or abs(vel.z) > FALL_CLIMB_MPS)


@kernel
def has_heading(g: Gauss) -> bool:
    """True where a velocity is known well enough to have a direction; a turn means nothing before."""
    speed2 = g.vel.x * g.vel.x + g.vel.y * g.vel.y
    return bool(g.vv.x.x + g.vv.y.y < HEADING_SHARE * speed2)


@kernel
def _height_m(pos: Vec3) -> float:
    """Above the sea of an earth that curves away from the frame's origin."""
    return pos.z + (pos.x * pos.x + pos.y * pos.y) * (2.0 / 3.0) / EFFECTIVE_EARTH_RADIUS_M


@kernel
def _stay(span_s: float, unrest: float, falling: bool) -> Stay:
    calm_s = CRUISE_S / (UNREST_LEAST + (1.0 - UNREST_LEAST) * unrest / UNREST_START)
    return Stay(
        exp(-span_s / calm_s), exp(-span_s / TURN_S), exp(-span_s / FREE_S),
        exp(-span_s / FALL_S) if falling else 0.0, FALL_SHARE if falling else 0.0,
    )  # fmt: skip


@kernel
def _flow(i: int, j: int, stay: Stay) -> float:
    """Chance to go from one model to another over a span."""
    if i == MotionModel.CRUISE:
        if j == MotionModel.CRUISE:
            return stay.cruise
        if j == MotionModel.FALL:
            return (1.0 - stay.cruise) * stay.fall_share
        share = FREE_SHARE if j == MotionModel.FREE else 0.25 * (1.0 - FREE_SHARE)
        return (1.0 - stay.cruise) * (1.0 - stay.fall_share) * share
    if i == MotionModel.FREE:
        if i == j:
            return stay.free
        if j == MotionModel.FALL:
            return (1.0 - stay.free) * stay.fall_share
        share = 0.5 if j == MotionModel.CRUISE else 0.125
        return (1.0 - stay.free) * (1.0 - stay.fall_share) * share
    if i == MotionModel.FALL:
        if i == j:
            return stay.fall
        return 1.0 - stay.fall if j == MotionModel.CRUISE else 0.0
    if i == j:
        return stay.turn
    if j == MotionModel.CRUISE:
        return (1.0 - stay.turn) * (1.0 - FREE_SHARE - HARDER_SHARE)
    if j == MotionModel.FREE:
        return (1.0 - stay.turn) * FREE_SHARE
    return (1.0 - stay.turn) * HARDER_SHARE if _same_side(i, j) else 0.0


@kernel
def _same_side(i: int, j: int) -> bool:
    """True for the gentle and the hard turn to one side."""
    left = i in (MotionModel.LEFT, MotionModel.HARD_LEFT) and j in (MotionModel.LEFT, MotionModel.HARD_LEFT)
    return left or (
        i in (MotionModel.RIGHT, MotionModel.HARD_RIGHT) and j in (MotionModel.RIGHT, MotionModel.HARD_RIGHT)
    )


@kernel
def lateral_mps2(m: int) -> float:
    """The acceleration of a turning model, positive to the left; 0 of the others."""
    if m == MotionModel.LEFT:
        return TURN_MPS2
    if m == MotionModel.RIGHT:
        return -TURN_MPS2
    if m == MotionModel.HARD_LEFT:
        return HARD_MPS2
    if m == MotionModel.HARD_RIGHT:
        return -HARD_MPS2
    return 0.0


@kernel
def advanced(m: int, g: Gauss, span_s: float, fresh: float) -> Gauss:
    """The state of a model a span later, with its noise.

    ``fresh`` is the share that only now begins to turn, at any moment of the span: its speed across is uncertain by
    what the turn makes of a whole span, over the root of twelve.
    """
    if m == MotionModel.CRUISE:
        return shaken(straight(g, span_s), CRUISE_DENSITY, CLIMB_DENSITY, span_s)
    if m == MotionModel.FREE:
        return shaken(straight(g, span_s), FREE_DENSITY, FREE_DENSITY, span_s)
    if m == MotionModel.FALL:
        return shaken(fallen(g, span_s), FALL_DENSITY, FALL_DENSITY, span_s)
    across_mps2 = lateral_mps2(m)
    onset = ONSET * fresh * across_mps2 * across_mps2 * span_s
    return shaken(turning(g, across_mps2, span_s), TURN_DENSITY + onset, TURN_CLIMB_DENSITY, span_s)


@kernel
def turning(g: Gauss, across_mps2: float, span_s: float) -> Gauss:
    """A coordinated turn of one lateral acceleration, to the left where it is positive.

    The rate is that acceleration over the speed, so that an error of the speed is one of the rate: ``gain`` and ``by``
    add what it does, the derivative by the rate times that of the rate by the velocity.
    """
    level2 = g.vel.x * g.vel.x + g.vel.y * g.vel.y
    speed_mps = max(sqrt(level2), TURN_SPEED_MPS)
    rate = across_mps2 / speed_mps
    sine, cosine = sin(rate * span_s), cos(rate * span_s)
    ahead, aside = sine / rate, (1.0 - cosine) / rate
    reach, spin = Turn(ahead, aside, span_s), Turn(cosine, sine, 1.0)
    flown = carried(g, reach, spin)
    if speed_mps * speed_mps > level2:
        return flown
    by = scale(Vec3(g.vel.x, g.vel.y, 0.0), -rate / level2)
    gain_pos = turned(Turn((span_s * cosine - ahead) / rate, (span_s * sine - aside) / rate, 0.0), g.vel)
    gain_vel = turned(Turn(-span_s * sine, span_s * cosine, 0.0), g.vel)
    return skewed(flown, g, reach, spin, by, gain_pos, gain_vel)


@kernel
def fallen(g: Gauss, span_s: float) -> Gauss:
    """Free fall with drag by one midpoint step. Limits: the vertical is the frame's, the earth does not turn."""
    half_s = 0.5 * span_s
    first = fall_mps2(g.pos, g.vel)
    middle = fall_mps2(step(g.pos, g.vel, half_s), step(g.vel, first, half_s))
    slowing = 0.5 * _air(g.pos) * norm(g.vel) / BALLISTIC_COEFFICIENT_KGPM2 * span_s
    kept = 1.0 / (1.0 + slowing)
    swept = carried(g, Turn(span_s, 0.0, span_s), Turn(kept, 0.0, kept))
    vel = step(g.vel, middle, span_s)
    pos = step(step(g.pos, g.vel, span_s), middle, half_s * span_s)
    return Gauss(pos, vel, swept.pp, swept.pv, swept.vv)


@kernel
def _air(pos: Vec3) -> float:
    return SEA_LEVEL_DENSITY_KGPM3 * exp(-max(_height_m(pos), 0.0) / SCALE_HEIGHT_M)


@kernel
def fall_mps2(pos: Vec3, vel: Vec3) -> Vec3:
    """Acceleration of a falling body: gravity and drag of the assumed ballistic coefficient."""
    slowing = -0.5 * _air(pos) * norm(vel) / BALLISTIC_COEFFICIENT_KGPM2
    return step(Vec3(0.0, 0.0, -STANDARD_GRAVITY_MPS2), vel, slowing)


@outlined
def begin(bank: Any, g: Gauss, fast: Gauss, falling: bool) -> None:
    """Start a bank at one state; what may be falling starts that model at a wider one."""
    for m in range(MODELS):
        bank.weight[m] = 0.0
        bank.runs[m] = 0
    share = FALL_SHARE if falling else 0.0
    bank.unrest = UNREST_START
    _start(bank, MotionModel.CRUISE.value, g, 1.0 - share)
    if falling:
        _start(bank, MotionModel.FALL.value, fast, share)
    combine(bank)


@kernel
def _start(bank: Any, m: int, g: Gauss, weight: float) -> None:
    bank.weight[m] = weight
    bank.runs[m] = 1
    write_state(bank, m, g)


@outlined
def predict(bank: Any, spare: Any, span_s: float) -> None:
    """Carry a bank a span ahead: weights by the Markov chain, states mixed, then each by its own model.

    ``spare`` is a row of the same kind to mix in.
    """
    joint = read_state(bank, JOINT)
    stay = _stay(span_s, bank.unrest, may_fall(joint.pos, joint.vel))
    heading = has_heading(joint)
    running = 0
    last = 0
    for j in range(MODELS):
        weight = 0.0
        for i in range(MODELS):
            weight += bank.weight[i] * _flow(i, j, stay)
        spare.weight[j] = weight
        joins = weight >= JOINS and (heading or j in (MotionModel.CRUISE, MotionModel.FALL))
        spare.runs[j] = 1 if joins or (bank.runs[j] == 1 and weight >= LEAVES) else 0
        if spare.runs[j] == 1:
            running += 1
            last = j
    if running == 1 and bank.runs[last] == 1 and _running(bank) == 1:
        write_state(bank, last, advanced(last, read_state(bank, last), span_s, 0.0))
        for j in range(MODELS):
            bank.weight[j] = spare.weight[j]
    else:
        for j in range(MODELS):
            if spare.runs[j] == 1:
                write_state(spare, j, _mixed(bank, j, stay))
        for j in range(MODELS):
            fresh = 1.0 - bank.weight[j] * _flow(j, j, stay) / spare.weight[j] if spare.runs[j] == 1 else 0.0
            spare.log_density[j] = fresh
        for j in range(MODELS):
            bank.weight[j] = spare.weight[j]
            bank.runs[j] = spare.runs[j]
            if spare.runs[j] == 1:
                write_state(bank, j, advanced(j, read_state(spare, j), span_s, spare.log_density[j]))
    combine(bank)


@kernel
def _running(bank: Any) -> int:
    running = 0
    for m in range(MODELS):
        running += bank.runs[m]
    return running


@kernel
def _mixed(bank: Any, j: int, stay: Stay) -> Gauss:
    """The state a model starts from: what the running ones that lead into it are, by how much they do."""
    total = 0.0
    pos, vel = Vec3(0.0, 0.0, 0.0), Vec3(0.0, 0.0, 0.0)
    for i in range(MODELS):
        if bank.runs[i] == 1:
            weight = bank.weight[i] * _flow(i, j, stay)
            total += weight
            pos = step(pos, Vec3(bank.pos_m[i, 0], bank.pos_m[i, 1], bank.pos_m[i, 2]), weight)
            vel = step(vel, Vec3(bank.vel_mps[i, 0], bank.vel_mps[i, 1], bank.vel_mps[i, 2]), weight)
    if total <= 0.0:
        return read_state(bank, JOINT)
    none = nothing()
    centre = Gauss(scale(pos, 1.0 / total), scale(vel, 1.0 / total), none.pp, none.pv, none.vv)
    whole = centre
    for i in range(MODELS):
        if bank.runs[i] == 1:
            weight = bank.weight[i] * _flow(i, j, stay) / total
            if weight > 0.0:
                whole = blended(whole, read_state(bank, i), weight, centre)
    return whole


@kernel
def combine(bank: Any) -> None:
    """Put the mixture of the running models into the slot of the joint state."""
    total = 0.0
    running = 0
    last = 0
    pos, vel = Vec3(0.0, 0.0, 0.0), Vec3(0.0, 0.0, 0.0)
    for m in range(MODELS):
        if bank.runs[m] == 1:
            running += 1
            last = m
            total += bank.weight[m]
            pos = step(pos, Vec3(bank.pos_m[m, 0], bank.pos_m[m, 1], bank.pos_m[m, 2]), bank.weight[m])
            vel = step(vel, Vec3(bank.vel_mps[m, 0], bank.vel_mps[m, 1], bank.vel_mps[m, 2]), bank.weight[m])
    if running == 1:
        write_state(bank, JOINT, read_state(bank, last))
        return
    none = nothing()
    centre = Gauss(scale(pos, 1.0 / total), scale(vel, 1.0 / total), none.pp, none.pv, none.vv)
    whole = centre
    for m in range(MODELS):
        if bank.runs[m] == 1:
            whole = blended(whole, read_state(bank, m), bank.weight[m] / total, centre)
    write_state(bank, JOINT, whole)


@outlined
def fit(bank: Any, sight: Sight, silent_s: float) -> Fit:
    """How well a sight fits a predicted bank; something else may have happened in the time since the last plot."""
    joint_pos = Vec3(bank.pos_m[JOINT, 0], bank.pos_m[JOINT, 1], bank.pos_m[JOINT, 2])
    joint_pp = read_block(bank.pp, JOINT)
    whole = density(joint_pos, joint_pp, sight, 0.0)
    most = -1e300
    total = 0.0
    nearest2 = whole.distance2
    alone = _running(bank) == 1
    if alone:
        most, total = whole.log_density, 1.0
    for m in range(MODELS):
        if bank.runs[m] == 1 and not alone:
            pos = Vec3(bank.pos_m[m, 0], bank.pos_m[m, 1], bank.pos_m[m, 2])
            one = density(pos, read_block(bank.pp, m), sight, 0.0)
            nearest2 = min(nearest2, one.distance2)
            grown = one.log_density + log(bank.weight[m])
            total = total * exp(most - grown) + 1.0 if grown > most else total + exp(grown - most)
            most = max(most, grown)
    free_share = 0.0
    free = MotionModel.FREE.value
    if bank.runs[free] == 0:
        spread_m2 = FREE_DENSITY * silent_s * silent_s * silent_s / 3.0
        wide = density(joint_pos, joint_pp, sight, spread_m2)
        nearest2 = min(nearest2, wide.distance2)
        grown = wide.log_density + log(max(bank.weight[free], FREE_PRIOR))
        ratio = exp(min(grown - most, 700.0)) / total
        free_share = ratio / (1.0 + ratio)
        total *= 1.0 + ratio
    return Fit(most + log(total), nearest2, whole.distance2, free_share)


@outlined
def take(bank: Any, sight: Sight, free_share: float, silent_s: float) -> None:
    """Update every running model with a sight, weigh them anew and mix them; a great surprise joins the free one."""
    free = MotionModel.FREE.value
    if free_share > FREE_JOINS and bank.runs[free] == 0:
        bank.runs[free] = 1
        bank.weight[free] = max(bank.weight[free], FREE_PRIOR)
        write_state(bank, free, shaken(read_state(bank, JOINT), FREE_DENSITY, FREE_DENSITY, silent_s))
    most = -1e300
    before = 0.0
    for m in range(MODELS):
        if bank.runs[m] == 1:
            before += bank.weight[m]
            after = taken(read_state(bank, m), sight)
            write_state(bank, m, after.state)
            bank.log_density[m] = after.log_density
            most = max(most, after.log_density)
    total = 0.0
    for m in range(MODELS):
        if bank.runs[m] == 1:
            bank.weight[m] *= exp(bank.log_density[m] - most)
            total += bank.weight[m]
    for m in range(MODELS):
        if bank.runs[m] == 1:
            bank.weight[m] *= before / total
            if bank.weight[m] < LEAVES:
                bank.runs[m] = 0
    turns = 1.0 - bank.weight[MotionModel.CRUISE.value] - bank.weight[MotionModel.FALL.value]
    bank.unrest += (1.0 - exp(-silent_s / UNREST_S)) * (turns - bank.unrest)
    combine(bank)
