"""Interacting multiple models: a track flies straight, turns one way or the other, falls, or does something else.

All models (motion.py) share position and velocity, so that they mix without loss. Models that hardly anything speaks
for do not run: their weight grows by the Markov chain until it joins them again. Source: Blom and Bar-Shalom, IEEE
Trans. Automatic Control 33 (1988), for the mixing; Li and Zhang, IEEE Trans. Aerospace and Electronic Systems 36
(2000), likely-model sets.
"""

from __future__ import annotations

from math import exp, log, sqrt
from typing import Any, NamedTuple

from openiads._jit import kernel, outlined
from openiads.enums import MotionModel
from openiads.estimation.kalman import (
    Gauss,
    centred,
    moments,
    nothing,
    outer,
    plus,
    read_block,
    read_state,
    shaken,
    straight,
    summed,
    times,
    write_state,
)
from openiads.estimation.motion import (
    CLIMB_DENSITY,
    CRUISE_DENSITY,
    FALL_SHARE,
    FREE_SHARE,
    TURN_S,
    TURNS,
    UNREST_START,
    Stay,
    advanced,
    calm_s,
    flow,
    free_density,
    has_heading,
    lateral_mps2,
    may_fall,
    stay_chances,
)
from openiads.estimation.sight import Sight, density, taken
from openiads.vec3 import Vec3, dot, read, step, sub, write

MODELS = len(MotionModel)
JOINT = MODELS  # the slot of the mixture as one state

FREE_PRIOR = 0.005  # weight at least of something else when a plot surprises
FREE_JOINS = 0.3  # share that must speak for it
UNREST_S = 120.0  # over which a track's unrest is remembered
NEGLIGIBLE = 1e-6  # part of a mixture that is left out
LIGHT = 0.05  # weight up to which a model's state goes into no other's: a turn hardly likely seldom ended already
JOINS = 0.005  # weight at which a model runs
CALM_S = 1.0  # span up to which a track that flies straight may be followed by that model alone
CALM_WEIGHT = 0.7  # least weight of straight flight there
CALM_JOINS = 0.05  # largest weight of another model at which that begins
CALM_LEAVES = 0.15  # and at which it ends
CALM_NIS = 16.3  # normalised innovation squared up to which it does: 99.9 % of a chi-square of three
DRIFT_S = 2.0  # over which innovations are summed there, assumed
DRIFT_NIS = 7.0  # squared sum, of unit variance each axis, up to which that is chance, assumed
LEAVES = 0.001  # below which it stops


class Fit(NamedTuple):
    """How well a plot fits a track: log density over all models, least distance, mixture's distance, FREE's share."""

    log_density: float
    nearest2: float
    nis: float
    free_share: float


class Likely(NamedTuple):
    """A sum of densities, total exp(-distance2 / 2)."""

    total: float
    distance2: float


@outlined
def begin(bank: Any, g: Gauss, fast: Gauss, falling: bool) -> None:
    """Start a bank at one state; what may be falling starts that model at a wider one."""
    for m in range(MODELS):
        bank.weight[m] = 0.0
        bank.runs[m] = 0
    share = FALL_SHARE if falling else 0.0
    bank.unrest = UNREST_START
    bank.bundled = 0
    write(bank.drift, Vec3(0.0, 0.0, 0.0))
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
def follow(bank: Any, sight: Sight, span_s: float) -> float:
    """Predict and update a bank that flies straight without any doubt; returns the normalised innovation squared.

    Returns -1 and leaves the bank as it is where another model matters, or may by now, or the plot surprises: then
    ``predict``, ``fit`` and ``take`` are needed. Weights that are small wait meanwhile. A turn shows in innovations
    that lean to one side, long before any of them is large.
    """
    cruise = MotionModel.CRUISE.value
    if span_s > CALM_S or bank.runs[cruise] == 0 or bank.weight[cruise] < CALM_WEIGHT:
        return -1.0
    before = read_state(bank, cruise)
    if may_fall(before.pos, before.vel):
        return -1.0
    turned_to = bank.weight[cruise] * span_s / calm_s(bank.unrest) * (1.0 - FREE_SHARE) / TURNS
    kept = 1.0 - span_s / TURN_S
    most = 0.0
    for m in range(MODELS):
        if m != cruise:
            most = max(most, bank.weight[m])
    if most * kept + turned_to >= (CALM_LEAVES if _running(bank) == 1 else CALM_JOINS):
        return -1.0
    ahead = shaken(straight(before, span_s), CRUISE_DENSITY, CLIMB_DENSITY, span_s)
    drift, spent = _drift(bank, ahead, sight, span_s)
    after = taken(ahead, sight)
    if after.nis > CALM_NIS or dot(drift, drift) * spent > DRIFT_NIS:
        return -1.0
    write(bank.drift, drift)
    others = 0.0
    for m in range(MODELS):
        if m != cruise:
            bank.runs[m] = 0
            bank.weight[m] *= kept
            if lateral_mps2(m) != 0.0:
                bank.weight[m] += turned_to
            others += bank.weight[m]
    bank.weight[cruise] = 1.0 - others
    bank.unrest += span_s / UNREST_S * (others - bank.unrest)
    write_state(bank, cruise, after.state)
    write_state(bank, JOINT, after.state)
    return after.nis


@kernel
def _drift(bank: Any, ahead: Gauss, sight: Sight, span_s: float) -> tuple[Vec3, float]:
    """Whitened innovations along the sight's axes, summed with forgetting, and what makes their variance 1."""
    kept = 1.0 / (1.0 + span_s / DRIFT_S)
    off_m = sub(sight.place, ahead.pos)
    side = dot(sight.side, off_m) / sqrt(dot(sight.side, times(ahead.pp, sight.side)) + sight.side2)
    line = dot(sight.line, off_m) / sqrt(dot(sight.line, times(ahead.pp, sight.line)) + sight.line2)
    rise = dot(sight.rise, off_m) / sqrt(dot(sight.rise, times(ahead.pp, sight.rise)) + sight.rise2)
    return step(Vec3(side, line, rise), read(bank.drift), kept), 1.0 - kept * kept


@outlined
def predict(bank: Any, spare: Any, span_s: float, placed: bool) -> None:
    """Carry a bank a span ahead: weights by the Markov chain, states mixed, then each by its own model.

    ``spare`` is a row of the same kind to mix in. ``placed`` tells that no bearing alone was taken since the last
    place: along it the models cannot be told apart, and what weighs little is not what is hardly likely.
    """
    joint = read_state(bank, JOINT)
    stay = stay_chances(span_s, bank.unrest, may_fall(joint.pos, joint.vel))
    heading = has_heading(joint)
    alone = _running(bank) == 1
    for j in range(MODELS):
        weight = 0.0
        for i in range(MODELS):
            weight += bank.weight[i] * flow(i, j, stay)
        spare.weight[j] = weight
        joins = weight >= JOINS and (heading or j in (MotionModel.CRUISE, MotionModel.FALL))
        spare.runs[j] = 1 if joins or (bank.runs[j] == 1 and weight >= LEAVES) else 0
    if not alone:
        _to_moments(bank, joint)
    for j in range(MODELS):
        if spare.runs[j] == 1:
            fresh = 1.0 - bank.weight[j] * flow(j, j, stay) / spare.weight[j]
            start = joint if alone else _mixed(bank, j, joint, stay, LIGHT if placed else 0.0)
            write_state(spare, j, advanced(j, start, span_s, fresh, placed))
    for j in range(MODELS):
        bank.weight[j] = spare.weight[j]
        bank.runs[j] = spare.runs[j]
        if spare.runs[j] == 1:
            write_state(bank, j, read_state(spare, j))
    combine(bank)


@kernel
def _running(bank: Any) -> int:
    running = 0
    for m in range(MODELS):
        running += bank.runs[m]
    return running


@kernel
def _to_moments(bank: Any, joint: Gauss) -> None:
    """Turn the running states into first and second moments about the joint mean: those mix by plain sums."""
    for m in range(MODELS):
        if bank.runs[m] == 1:
            write_state(bank, m, moments(read_state(bank, m), joint))


@kernel
def _mixed(bank: Any, j: int, joint: Gauss, stay: Stay, light: float) -> Gauss:
    """The state a model starts from: what the running ones that lead into it are, by how much they do."""
    total = 0.0
    for i in range(MODELS):
        if _leads(bank, i, j, light):
            total += bank.weight[i] * flow(i, j, stay)
    if total <= 0.0:
        return joint
    whole = nothing()
    for i in range(MODELS):
        if _leads(bank, i, j, light):
            weight = bank.weight[i] * flow(i, j, stay) / total
            if weight > NEGLIGIBLE:
                whole = summed(whole, read_state(bank, i), weight)
    return centred(whole, joint)


@kernel
def _leads(bank: Any, i: int, j: int, light: float) -> bool:
    """True where a model's state goes into another's: its own always, a light one's nowhere else."""
    return bool(bank.runs[i] == 1 and (i == j or bank.weight[i] > light))


@kernel
def combine(bank: Any) -> None:
    """Put the mixture of the running models into the slot of the joint state."""
    total = 0.0
    likeliest = -1
    for m in range(MODELS):
        if bank.runs[m] == 1:
            total += bank.weight[m]
            if likeliest < 0 or bank.weight[m] > bank.weight[likeliest]:
                likeliest = m
    centre = read_state(bank, likeliest)
    if bank.weight[likeliest] == total:
        write_state(bank, JOINT, centre)
        return
    whole = summed(nothing(), moments(centre, centre), bank.weight[likeliest] / total)
    for m in range(MODELS):
        if bank.runs[m] == 1 and m != likeliest:
            whole = summed(whole, moments(read_state(bank, m), centre), bank.weight[m] / total)
    write_state(bank, JOINT, centred(whole, centre))


@kernel
def foreseen(bank: Any, spare: Any, span_s: float, since_s: float) -> Gauss:
    """The joint state a span later, as it is reported; the bank stays as it is. ``spare`` is a row to work in.

    In ``since_s`` a turn may have begun unseen. Those that do not run have weight too: by it they widen the speed
    across by what a whole turn makes. Limits: one that began late makes less, but a plot speaks less against it; on
    bearings alone, straight flight has its usual noise between them.
    """
    joint = read_state(bank, JOINT)
    if span_s < CALM_S:
        joint = shaken(straight(joint, span_s), CRUISE_DENSITY, CLIMB_DENSITY, span_s)
    else:
        for m in range(MODELS):
            spare.weight[m], spare.runs[m] = bank.weight[m], bank.runs[m]
            if bank.runs[m] == 1:
                write_state(spare, m, advanced(m, read_state(bank, m), span_s, 0.0, True))
        combine(spare)
        joint = read_state(spare, JOINT)
    power_m2ps4 = 0.0
    for m in range(MODELS):
        if bank.runs[m] == 0:
            power_m2ps4 += bank.weight[m] * lateral_mps2(m) * lateral_mps2(m)
    speed2 = max(joint.vel.x * joint.vel.x + joint.vel.y * joint.vel.y, 1.0)
    across = Vec3(-joint.vel.y, joint.vel.x, 0.0)
    widened = power_m2ps4 * since_s * since_s / speed2
    return Gauss(joint.pos, joint.vel, joint.pp, joint.pv, plus(joint.vv, outer(across, across), widened))


@outlined
def fit(bank: Any, sight: Sight, silent_s: float) -> Fit:
    """How well a sight fits a predicted bank; something else may have happened in the time since the last plot."""
    joint_pos = Vec3(bank.pos_m[JOINT, 0], bank.pos_m[JOINT, 1], bank.pos_m[JOINT, 2])
    joint_pp = read_block(bank.pp, JOINT)
    whole = density(joint_pos, joint_pp, sight, 0.0)
    likely = Likely(1.0 / sqrt(whole.width), whole.distance2)
    if _running(bank) > 1:
        likely = Likely(0.0, 0.0)
        for m in range(MODELS):
            if bank.runs[m] == 1:
                pos = Vec3(bank.pos_m[m, 0], bank.pos_m[m, 1], bank.pos_m[m, 2])
                one = density(pos, read_block(bank.pp, m), sight, 0.0)
                likely = _joined(likely, bank.weight[m], one.width, one.distance2)
    free = MotionModel.FREE.value
    before = likely
    nearest2, free_share = min(likely.distance2, whole.distance2), 0.0
    if bank.runs[free] == 0:
        spread_m2 = free_density(silent_s) * silent_s * silent_s * silent_s / 3.0
        wide = density(joint_pos, joint_pp, sight, spread_m2)
        nearest2 = min(nearest2, wide.distance2)
        likely = _joined(likely, max(bank.weight[free], FREE_PRIOR), wide.width, wide.distance2)
        free_share = 1.0 - before.total / likely.total * exp(0.5 * (likely.distance2 - before.distance2))
    return Fit(log(likely.total) - 0.5 * likely.distance2, nearest2, whole.distance2, free_share)


@kernel
def _joined(sum_of: Likely, weight: float, width: float, distance2: float) -> Likely:
    """Add a weighted density to a sum; what is least far scales it, so that nothing vanishes."""
    part = weight / sqrt(width)
    if sum_of.total == 0.0:
        return Likely(part, distance2)
    if distance2 < sum_of.distance2:
        return Likely(sum_of.total * exp(0.5 * (distance2 - sum_of.distance2)) + part, distance2)
    return Likely(sum_of.total + part * exp(0.5 * (sum_of.distance2 - distance2)), sum_of.distance2)


@outlined
def take(bank: Any, sight: Sight, free_share: float, silent_s: float, since_s: float) -> None:
    """Update every running model with a sight, weigh them anew and mix them; a great surprise joins the free one.

    ``silent_s`` is the time since the last plot, ``since_s`` that since anything was taken.
    """
    before = 0.0
    drift, _ = _drift(bank, read_state(bank, JOINT), sight, since_s)
    write(bank.drift, drift)
    free = MotionModel.FREE.value
    if free_share > FREE_JOINS and bank.runs[free] == 0:
        bank.runs[free] = 1
        before = min(bank.weight[free] - FREE_PRIOR, 0.0)
        bank.weight[free] -= before
        noise = free_density(silent_s)
        write_state(bank, free, shaken(read_state(bank, JOINT), noise, noise, silent_s))
    least = 1e300
    for m in range(MODELS):
        if bank.runs[m] == 1:
            before += bank.weight[m]
            after = taken(read_state(bank, m), sight)
            write_state(bank, m, after.state)
            bank.weight[m] /= sqrt(after.width)
            bank.nis[m] = after.nis
            least = min(least, after.nis)
    total = 0.0
    for m in range(MODELS):
        if bank.runs[m] == 1:
            bank.weight[m] *= exp(0.5 * (least - bank.nis[m]))
            total += bank.weight[m]
    for m in range(MODELS):
        if bank.runs[m] == 1:
            bank.weight[m] *= before / total
            if bank.weight[m] < LEAVES:
                bank.runs[m] = 0
    turns = 1.0 - bank.weight[MotionModel.CRUISE.value] - bank.weight[MotionModel.FALL.value]
    bank.unrest += (1.0 - exp(-since_s / UNREST_S)) * (turns - bank.unrest)
    combine(bank)
