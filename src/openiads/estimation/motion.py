"""The models of motion that a track is thought to follow, and how it goes over from one to another.

A turn is a coordinated turn of one lateral acceleration, gentle or hard, left or right, so that its rate follows from
the speed (decision 0018 has the measurement that chose it). Source: Bar-Shalom, Li and Kirubarajan 2001, ch. 11;
Zarchan, Tactical and Strategic Missile Guidance, for the falling body. Assumes: the constants below.
"""

from __future__ import annotations

from math import cos, exp, sin, sqrt
from typing import NamedTuple

from openiads._jit import kernel
from openiads.constants import EFFECTIVE_EARTH_RADIUS_M, STANDARD_GRAVITY_MPS2
from openiads.enums import MotionModel
from openiads.estimation.kalman import Gauss, Level, carried, shaken, straight
from openiads.vec3 import Vec3, norm, scale, step

CRUISE_DENSITY = 0.5  # of white acceleration noise along each level axis, m2/s3: 5 m/s in a minute
CLIMB_DENSITY = 2.0  # and along the vertical
UNSEEN_DENSITY = 20.0  # level, of what lives on bearings: along them it may speed up or slow down unseen, assumed
TURN_DENSITY = 20.0
TURN_CLIMB_DENSITY = 15.0
FREE_DENSITY = 5000.0  # along every axis
FREE_MPS = 100.0  # by which whatever happens unforeseen changes a velocity at most
FALL_DENSITY = 30.0
TURN_MPS2 = 22.0  # lateral acceleration of a turn
HARD_MPS2 = 50.0  # and of a hard one
TURNS = 4.0  # models that turn
TURN_SPEED_MPS = 100.0  # below it the turn is taken as slower than that acceleration allows
ONSET = 1.0 / 12.0  # variance of a moment within a span, in squared spans
CRUISE_S = 55.0  # mean time in straight flight of a track that is as restless as most begin
TURN_S = 15.0
FREE_S = 6.0
FALL_S = 300.0
HARDER_SHARE = 0.1  # of those that leave a turn go over to the other one of its side
FREE_SHARE = 0.02  # of those that leave straight flight or a turn
FALL_SHARE = 0.5  # of those that leave straight flight where they may be falling
HEADING_SHARE = 0.5  # of the square of the speed, that its variance is at most where it has a heading
UNREST_START = 0.3  # of a track that is not known yet
UNREST_LEAST = 0.07  # share of the usual rate at which the calmest begins to turn
FALL_HEIGHT_M = 25_000.0  # above it things fall: few fly
FALL_CLIMB_MPS = 350.0  # or go up or down faster than this
BALLISTIC_COEFFICIENT_KGPM2 = 5000.0
SCALE_HEIGHT_M = 7200.0  # of the air's density from the ground to 40 km
SEA_LEVEL_DENSITY_KGPM3 = 1.225


class Stay(NamedTuple):
    """Chances to stay in a model over a span, and to go from one to another."""

    cruise: float
    cruise_turn: float  # to each of the turns
    cruise_free: float
    cruise_fall: float
    turn: float
    turn_cruise: float
    turn_harder: float  # to the other turn of its side
    turn_free: float
    free: float
    free_cruise: float
    free_turn: float
    free_fall: float
    fall: float
    fall_cruise: float


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
def calm_s(unrest: float) -> float:
    """Mean time in straight flight of a track that turned for a share of the last minutes."""
    return CRUISE_S / (UNREST_LEAST + (1.0 - UNREST_LEAST) * unrest / UNREST_START)


@kernel
def stay_chances(span_s: float, unrest: float, falling: bool) -> Stay:
    """The Markov chain over a span of a track that turned for a share of the last minutes, and that may be falling."""
    cruise, turn, free = exp(-span_s / calm_s(unrest)), exp(-span_s / TURN_S), exp(-span_s / FREE_S)
    fall, fall_share = (exp(-span_s / FALL_S), FALL_SHARE) if falling else (0.0, 0.0)
    flies = (1.0 - cruise) * (1.0 - fall_share)
    recovers = (1.0 - free) * (1.0 - fall_share)
    return Stay(
        cruise, flies * (1.0 - FREE_SHARE) / TURNS, flies * FREE_SHARE, (1.0 - cruise) * fall_share,
        turn, (1.0 - turn) * (1.0 - FREE_SHARE - HARDER_SHARE), (1.0 - turn) * HARDER_SHARE, (1.0 - turn) * FREE_SHARE,
        free, recovers * 0.5, recovers * 0.5 / TURNS, (1.0 - free) * fall_share,
        fall, 1.0 - fall,
    )  # fmt: skip


@kernel
def flow(i: int, j: int, stay: Stay) -> float:
    """Chance to go from one model to another over a span."""
    if i == MotionModel.CRUISE:
        if j == MotionModel.CRUISE:
            return stay.cruise
        if j == MotionModel.FREE:
            return stay.cruise_free
        return stay.cruise_fall if j == MotionModel.FALL else stay.cruise_turn
    if i == MotionModel.FREE:
        if j == MotionModel.CRUISE:
            return stay.free_cruise
        if j == MotionModel.FREE:
            return stay.free
        return stay.free_fall if j == MotionModel.FALL else stay.free_turn
    if i == MotionModel.FALL:
        if j == MotionModel.FALL:
            return stay.fall
        return stay.fall_cruise if j == MotionModel.CRUISE else 0.0
    if j == MotionModel.CRUISE:
        return stay.turn_cruise
    if j == MotionModel.FREE:
        return stay.turn_free
    if i == j:
        return stay.turn
    return stay.turn_harder if lateral_mps2(i) * lateral_mps2(j) > 0.0 else 0.0  # the other of its side


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
def advanced(m: int, g: Gauss, span_s: float, fresh: float, placed: bool) -> Gauss:
    """The state of a model a span later, with its noise.

    ``fresh`` is the share that only now begins to turn, at any moment of the span: its speed across is uncertain by
    what the turn makes of a whole span, over the root of twelve. What is not ``placed`` has had bearings alone.
    """
    if m == MotionModel.CRUISE:
        level = CRUISE_DENSITY if placed else UNSEEN_DENSITY
        return shaken(straight(g, span_s), level, CLIMB_DENSITY, span_s)
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

    The rate is that acceleration over the speed, so that an error of the speed is one of the rate: the derivatives by
    the velocity have a part by the rate, times that of the rate.
    """
    east, north = g.vel.x, g.vel.y
    level2 = east * east + north * north
    rate = across_mps2 / max(sqrt(level2), TURN_SPEED_MPS)
    sine, cosine = sin(rate * span_s), cos(rate * span_s)
    ahead, aside = sine / rate, (1.0 - cosine) / rate
    pos = Vec3(g.pos.x + ahead * east - aside * north, g.pos.y + aside * east + ahead * north, g.pos.z)
    vel = Vec3(cosine * east - sine * north, sine * east + cosine * north, g.vel.z)
    slower = -rate / level2 if level2 > TURN_SPEED_MPS * TURN_SPEED_MPS else 0.0  # the rate's change by the velocity
    further, wider = (span_s * cosine - ahead) / rate, (span_s * sine - aside) / rate
    reach = _with_rate(ahead, aside, span_s, Vec3(further, wider, slower), g.vel)
    spin = _with_rate(cosine, sine, 1.0, Vec3(-span_s * sine, span_s * cosine, slower), g.vel)
    return carried(g, step(pos, Vec3(0.0, 0.0, g.vel.z), span_s), vel, reach, spin)


@kernel
def _with_rate(along: float, across: float, upward: float, by_rate: Vec3, vel: Vec3) -> Level:
    """A turn's derivative by the velocity: at a given rate, and ``by_rate`` (along, across; the rate's by speed)."""
    east = by_rate.x * vel.x - by_rate.y * vel.y
    north = by_rate.y * vel.x + by_rate.x * vel.y
    rate_east, rate_north = by_rate.z * vel.x, by_rate.z * vel.y
    return Level(
        along + east * rate_east, east * rate_north - across, across + north * rate_east, along + north * rate_north,
        upward,
    )  # fmt: skip


@kernel
def fallen(g: Gauss, span_s: float) -> Gauss:
    """Free fall with drag by one midpoint step, drag taken implicitly so that no span is too long.

    Limits: the vertical is the frame's, the earth does not turn.
    """
    half_s = 0.5 * span_s
    gravity = Vec3(0.0, 0.0, -STANDARD_GRAVITY_MPS2)
    early = _slowing(g.pos, g.vel) * half_s
    middle = scale(step(g.vel, gravity, half_s), 1.0 / (1.0 + early))
    late = _slowing(step(g.pos, g.vel, half_s), middle) * half_s
    vel = scale(step(scale(g.vel, 1.0 - late), gravity, span_s), 1.0 / (1.0 + late))
    pos = step(step(g.pos, g.vel, half_s), vel, half_s)
    kept = 1.0 / (1.0 + 2.0 * early)
    return carried(g, pos, vel, Level(span_s, 0.0, 0.0, span_s, span_s), Level(kept, 0.0, 0.0, kept, kept))


@kernel
def _slowing(pos: Vec3, vel: Vec3) -> float:
    """Share of the velocity that drag takes in a second, for the assumed ballistic coefficient."""
    return 0.5 * _air(pos) * norm(vel) / BALLISTIC_COEFFICIENT_KGPM2


@kernel
def _air(pos: Vec3) -> float:
    return SEA_LEVEL_DENSITY_KGPM3 * exp(-max(_height_m(pos), 0.0) / SCALE_HEIGHT_M)


@kernel
def free_density(silent_s: float) -> float:
    """Noise of an unforeseen manoeuvre some time ago, m2/s3: a velocity does not change without end."""
    return min(FREE_DENSITY, 3.0 * FREE_MPS * FREE_MPS / max(silent_s, 1e-3))
