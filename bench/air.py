"""The air that trackers are compared in: seeded targets, and the plots that one radar has of them.

Targets fly in a box with the radar at the middle of its floor, which is level in the box of 300 km and follows the
earth in larger ones: 15 km over a level floor would be 50 km high at its far end, where nothing flies but falls.
Two thirds fly straight; a third alternate straight legs with coordinated turns of 3 to 6 g. Everybody climbs or
descends to another height now and then, those that manoeuvre faster. Nobody leaves: near the edge everybody turns back
at 2 g. Every scan takes all its plots at one moment, as a tracker's peers want them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from openiads.constants import EFFECTIVE_EARTH_RADIUS_M, STANDARD_GRAVITY_MPS2

Array = NDArray[np.float64]

SCANS = 120
BOX_M = 300_000.0
CEILING_M = 15_000.0
FLOOR_M = 500.0
DETECTION = 0.9
FALSE_PLOTS = (10, 50)  # a scan, uniform, in the box of 300 km; more in proportion where the box is larger
SPEED_MPS = (150.0, 700.0)
STEP_S = 0.5  # of the flight; courses change at its ends
STRAIGHT_S = (20.0, 60.0)
TURN_RAD = (radians(45.0), radians(180.0))
TURN_G = (3.0, 6.0)
BACK_G = 2.0
LEVEL_S = (30.0, 180.0)
CLIMB_MPS = 15.0  # at most; the slowest climb at a quarter of it
STEEP_CLIMB_MPS = 60.0  # of those that manoeuvre
PULL_MPS2 = 5.0  # with which a climb begins and ends


@dataclass(frozen=True, slots=True)
class Look:
    """How a radar measures: standard deviations and the time between scans; ``cutoff_m`` is GOSPA's c for it."""

    name: str
    period_s: float
    sigma_range_m: float
    sigma_angle_rad: float
    cutoff_m: float


SEARCH = Look("search", 6.0, 100.0, radians(0.25), 2000.0)
ENGAGEMENT = Look("engagement", 1.0, 20.0, radians(0.05), 500.0)


@dataclass(frozen=True, slots=True)
class Air:
    """One draw: where everybody is at each scan, and the plots.

    Attributes:
        time_s: of the scans, shape (scans,).
        position_m, velocity_mps: east, north, up from the radar, shape (scans, targets, 3).
        plots: a scan each, shape (plots, 3): range m, azimuth rad clockwise from north, elevation rad.
        origins: beside the plots: the target of each, -1 of a false one; no tracker may see it.
    """

    look: Look
    time_s: Array
    position_m: Array
    velocity_mps: Array
    plots: tuple[Array, ...]
    origins: tuple[NDArray[np.int64], ...]
    false_plots_mean: float
    box_m: float


def crowd(targets: int, look: Look, seed: int, box_m: float = BOX_M, scans: int = SCANS) -> Air:
    """Targets at random in a box, flying for ``scans`` scans of a radar."""
    rng = np.random.default_rng([seed, targets])
    fleet = _Fleet.scattered(targets, box_m, rng)
    position_m, velocity_mps = fleet.fly(look.period_s, scans)
    return _observed(look, position_m, velocity_mps, box_m, rng)


def crossing(look: Look, seed: int, spacing_m: float = 3704.0, scans: int = SCANS) -> Air:
    """Two formations of ten, two ranks of five each, that cross at right angles half-way through at one height.

    Both fly at 250 m/s; where they cross is 80 km from the radar.
    """
    rng = np.random.default_rng([seed, 20])
    speed_mps, meet_m = 250.0, np.array([40_000.0, 69_000.0, 0.0])
    times_s = (np.arange(scans) - scans / 2) * look.period_s
    ranks = np.array([[across, -along, 0.0] for along in range(2) for across in range(-2, 3)]) * spacing_m
    position, velocity = [], []
    for course_rad in (radians(45.0), radians(135.0)):
        ahead = np.array([sin(course_rad), cos(course_rad), 0.0])
        right = np.array([cos(course_rad), -sin(course_rad), 0.0])
        for place in ranks + rng.uniform(-0.1, 0.1, ranks.shape) * spacing_m * [1.0, 1.0, 0.0]:
            start_m = meet_m + place[0] * right + place[1] * ahead + [0.0, 0.0, 6000.0]
            position.append(start_m + times_s[:, None] * speed_mps * ahead)
            velocity.append(np.broadcast_to(speed_mps * ahead, (scans, 3)))
    return _observed(look, np.stack(position, 1), np.stack(velocity, 1), BOX_M, rng)


@dataclass(slots=True)
class _Fleet:
    """Who flies: arrays over the targets."""

    position_m: Array
    course_rad: Array
    speed_mps: Array
    turns: NDArray[np.bool_]  # those that manoeuvre
    rate_radps: Array
    until_s: Array  # when the straight leg or the turn ends
    climb_mps: Array
    wanted_m: Array  # height it climbs or descends to
    level_until_s: Array
    eagerness: Array  # 0 to 1: how fast it climbs among its kind
    half_m: float
    rng: np.random.Generator

    @classmethod
    def scattered(cls, targets: int, box_m: float, rng: np.random.Generator) -> _Fleet:
        half_m = box_m / 2.0
        place = rng.uniform(-half_m, half_m, (targets, 3))
        place[:, 2] = rng.uniform(FLOOR_M, CEILING_M, targets)
        return cls(
            place, rng.uniform(0.0, 2.0 * np.pi, targets), rng.uniform(*SPEED_MPS, targets),
            np.arange(targets) % 3 == 0, np.zeros(targets), rng.uniform(0.0, STRAIGHT_S[1], targets), np.zeros(targets),
            place[:, 2].copy(), rng.uniform(0.0, LEVEL_S[1], targets), rng.random(targets), half_m, rng,
        )  # fmt: skip

    def fly(self, period_s: float, scans: int) -> tuple[Array, Array]:
        """Positions and velocities at each scan, shape (scans, targets, 3)."""
        position, velocity = [], []
        steps = round(period_s / STEP_S)
        for n in range(scans * steps):
            if n % steps == 0:
                position.append(self.position_m.copy())
                velocity.append(self._velocity())
            self._steer(n * STEP_S)
            self._climb(n * STEP_S)
            self._advance()
        return np.stack(position), np.stack(velocity)

    def _velocity(self) -> Array:
        level_mps = np.stack([np.sin(self.course_rad), np.cos(self.course_rad)], 1) * self.speed_mps[:, None]
        return np.column_stack([level_mps, self.climb_mps])

    def _steer(self, now_s: float) -> None:
        """Begin and end turns; a turn back from the edge comes before every other."""
        for t in np.flatnonzero(self.turns & (now_s >= self.until_s)):
            if self.rate_radps[t] == 0.0:
                lateral_mps2 = self.rng.uniform(*TURN_G) * STANDARD_GRAVITY_MPS2
                self.rate_radps[t] = self.rng.choice((-1.0, 1.0)) * lateral_mps2 / self.speed_mps[t]
                self.until_s[t] = now_s + self.rng.uniform(*TURN_RAD) / abs(self.rate_radps[t])
            else:
                self.rate_radps[t] = 0.0
                self.until_s[t] = now_s + self.rng.uniform(*STRAIGHT_S)
        radius_m = self.speed_mps**2 / (BACK_G * STANDARD_GRAVITY_MPS2)
        near = np.abs(self.position_m[:, :2]).max(1) > self.half_m - radius_m
        home_rad = np.arctan2(-self.position_m[:, 0], -self.position_m[:, 1])
        off_rad = (home_rad - self.course_rad + np.pi) % (2.0 * np.pi) - np.pi
        back = near & (np.abs(off_rad) > radians(45.0))
        gentle = back & (np.abs(self.rate_radps) <= BACK_G * STANDARD_GRAVITY_MPS2 / self.speed_mps + 1e-12)
        self.rate_radps[gentle] = (np.sign(off_rad) * BACK_G * STANDARD_GRAVITY_MPS2 / self.speed_mps)[gentle]
        done = ~back & ~self.turns
        self.rate_radps[done] = 0.0

    def _climb(self, now_s: float) -> None:
        """Choose another height now and then, and fly to it at one rate."""
        for t in np.flatnonzero(now_s >= self.level_until_s):
            self.wanted_m[t] = self.rng.uniform(FLOOR_M, CEILING_M)
            self.level_until_s[t] = np.inf
        rates_mps = np.where(self.turns, STEEP_CLIMB_MPS, CLIMB_MPS) * (0.25 + 0.75 * self.eagerness)
        missing_m = self.wanted_m - self.position_m[:, 2]
        wanted_mps = np.clip(missing_m / 10.0, -rates_mps, rates_mps)
        self.climb_mps += np.clip(wanted_mps - self.climb_mps, -PULL_MPS2 * STEP_S, PULL_MPS2 * STEP_S)
        there = (np.abs(missing_m) < 30.0) & np.isinf(self.level_until_s)
        self.level_until_s[there] = now_s + self.rng.uniform(*LEVEL_S, int(there.sum()))

    def _advance(self) -> None:
        """Fly an exact arc."""
        turned_rad = self.rate_radps * STEP_S
        middle_rad = self.course_rad + turned_rad / 2.0
        chord_m = self.speed_mps * STEP_S * np.sinc(turned_rad / (2.0 * np.pi))
        self.position_m[:, 0] += chord_m * np.sin(middle_rad)
        self.position_m[:, 1] += chord_m * np.cos(middle_rad)
        self.position_m[:, 2] += self.climb_mps * STEP_S
        self.course_rad += turned_rad


def _observed(look: Look, position_m: Array, velocity_mps: Array, box_m: float, rng: np.random.Generator) -> Air:
    scans = len(position_m)
    share = (box_m / BOX_M) ** 2
    plots, origins = [], []
    position_m = position_m - _drop_m(position_m, box_m)
    for n in range(scans):
        seen = np.flatnonzero(rng.random(position_m.shape[1]) < DETECTION)
        false = round(rng.integers(FALSE_PLOTS[0], FALSE_PLOTS[1], endpoint=True) * share)
        nothing = rng.uniform(-box_m / 2.0, box_m / 2.0, (false, 3))
        nothing[:, 2] = rng.uniform(0.0, CEILING_M, false)
        nothing -= _drop_m(nothing, box_m)
        sigmas = (look.sigma_range_m, look.sigma_angle_rad, look.sigma_angle_rad)
        measured = spherical(position_m[n, seen]) + rng.normal(size=(seen.size, 3)) * sigmas
        order = rng.permutation(seen.size + false)
        plots.append(np.concatenate([measured, spherical(nothing)])[order])
        origins.append(np.concatenate([seen, np.full(false, -1)])[order])
    time_s = np.arange(scans) * look.period_s
    mean = sum(FALSE_PLOTS) / 2.0 * share
    return Air(look, time_s, position_m, velocity_mps, tuple(plots), tuple(origins), mean, box_m)


def _drop_m(position_m: Array, box_m: float) -> Array:
    """How far the earth lies below the level floor, as a vector upwards; nothing in the box of 300 km."""
    drop_m = np.zeros_like(position_m)
    if box_m > BOX_M:
        drop_m[..., 2] = (position_m[..., :2] ** 2).sum(-1) * (2.0 / 3.0) / EFFECTIVE_EARTH_RADIUS_M
    return drop_m


def spherical(place_m: Array) -> Array:
    """Range m, azimuth rad clockwise from north, elevation rad; of east, north, up in the last axis."""
    range_m = np.sqrt((place_m**2).sum(-1))
    azimuth_rad = np.arctan2(place_m[..., 0], place_m[..., 1])
    return np.stack([range_m, azimuth_rad, np.arcsin(place_m[..., 2] / range_m)], -1)


def larger_box_m(targets: int) -> float:
    """Side of the box that holds ``targets`` as densely as the 300 km one holds 100."""
    return BOX_M * sqrt(targets / 100.0)
