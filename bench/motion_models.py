"""By which models of motion a tracker follows best, apart from everything else: each plot goes to its own target.

    python bench/motion_models.py                      the table of decision 0018: the best setting of each kind
    python bench/motion_models.py --all                every setting
    python bench/motion_models.py --seeds 1,2,3,4,5    other draws; settings are then chosen on those

Interacting models, all always running, filter the air of ``bench/air.py`` in NumPy, all targets at once; a target is
tracked from its third plot on. A kind's best setting has the least sum over both radars of GOSPA ratios to constant
velocity with one noise. Nothing of ``openiads.estimation`` is used.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import exp
from typing import Any

import numpy as np
from scipy.linalg import expm

from air import ENGAGEMENT, SEARCH, Array, Look, crowd

SEEDS = "101,102,103"  # which no published figure uses
TARGETS = 50
CONFIRMED = 3  # plots
START_SIGMAS_MPS = (350.0, 350.0, 150.0)  # of a velocity after one plot
SLOWEST_MPS = 100.0  # below it a turn of fixed acceleration is taken as slower
CRUISE_S, TURN_S = (100.0, 200.0), 15.0  # mean times in straight flight and in a manoeuvre
TURN_UPWARD = 5.0  # density of the noise of turns upwards, m2/s3
LEAST_WEIGHT = 1e-12
Step = tuple[Array, Array]  # means (targets, states) and covariances (targets, states, states)
Steps = tuple[list[Step], Array]  # of each model, and the models' weights, (targets, models)


@dataclass(frozen=True, slots=True)
class Straight:
    """Constant velocity with white acceleration noise: densities level and upwards, m2/s3."""

    level: float
    upward: float
    extra: tuple[float, ...] = ()  # of each model: standard deviations at the start of what comes after the velocity

    def moved(self, mean: Array, cov: Array, span_s: float) -> Step:
        """Means and covariances a span ahead, as in each model."""
        ahead = np.kron([[1.0, span_s], [0.0, 1.0]], np.eye(3))
        return mean @ ahead.T, ahead @ cov @ ahead.T + _white(self.level, self.upward, span_s)


@dataclass(frozen=True, slots=True)
class Singer:
    """Acceleration as a state that fades (Singer 1970), discretised by Van Loan's matrix exponential."""

    extra: tuple[float, ...]
    memory_s: float

    def moved(self, mean: Array, cov: Array, span_s: float) -> Step:
        rates = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, -1.0 / self.memory_s]])
        density = np.diag([0.0, 0.0, 2.0 / self.memory_s])
        both = expm(np.block([[-rates, density], [np.zeros((3, 3)), rates.T]]) * span_s)
        axis = both[3:, 3:].T
        ahead = np.kron(axis, np.eye(3))
        noise = np.kron(axis @ both[:3, 3:], np.diag(np.square(self.extra)))
        return mean @ ahead.T, ahead @ cov @ ahead.T + noise


@dataclass(frozen=True, slots=True)
class Circle:
    """A turn of one lateral acceleration, positive to the left; ``skewed``: an error of speed is one of the rate."""

    lateral_mps2: float
    level: float
    skewed: bool = True
    extra: tuple[float, ...] = ()

    def moved(self, mean: Array, cov: Array, span_s: float) -> Step:
        speed_mps = np.maximum(np.hypot(mean[:, 3], mean[:, 4]), SLOWEST_MPS)
        rate = self.lateral_mps2 / speed_mps
        ahead, by_rate = _arc(mean, rate, span_s)
        flown = np.einsum("bij,bj->bi", ahead, mean)
        if self.skewed:
            by_velocity = -(rate / speed_mps**2 * (speed_mps > SLOWEST_MPS))[:, None] * mean[:, 3:5]
            ahead[:, :, 3:5] += by_rate[:, :, None] * by_velocity[:, None, :]
        return flown, ahead @ cov @ ahead.transpose(0, 2, 1) + _white(self.level, TURN_UPWARD, span_s)


@dataclass(frozen=True, slots=True)
class RateTurn:
    """A turn whose rate is a state: a random walk of a density, rad2/s3, that fades."""

    level: float
    density: float
    memory_s: float
    extra: tuple[float, ...] = (0.15,)

    def moved(self, mean: Array, cov: Array, span_s: float) -> Step:
        ahead, by_rate = _arc(mean, mean[:, 6], span_s)
        kept = exp(-span_s / self.memory_s)
        whole, noise = np.zeros((len(mean), 7, 7)), np.zeros((7, 7))
        whole[:, :6, :6], whole[:, :6, 6], whole[:, 6, 6] = ahead, by_rate, kept
        noise[:6, :6], noise[6, 6] = _white(self.level, TURN_UPWARD, span_s), self.density * span_s
        flown = np.column_stack([np.einsum("bij,bj->bi", ahead, mean[:, :6]), kept * mean[:, 6]])
        return flown, whole @ cov @ whole.transpose(0, 2, 1) + noise


def _white(level: float, upward: float, span_s: float) -> Array:
    """Noise of white acceleration over a span, of position and velocity."""
    half = span_s * span_s / 2.0
    return np.kron([[span_s**3 / 3.0, half], [half, span_s]], np.diag([level, level, upward]))


def _arc(mean: Array, rate: Array, span_s: float) -> Step:
    """The matrix of a turn of known rate, shape (targets, 6, 6), and the state's derivative by the rate."""
    rate = np.where(np.abs(rate) < 1e-6, 1e-6, rate)
    sine, cosine = np.sin(rate * span_s), np.cos(rate * span_s)
    reach, aside = sine / rate, (1.0 - cosine) / rate
    by_reach, by_aside = (span_s * cosine - reach) / rate, (span_s * sine - aside) / rate
    ahead = np.tile(np.kron([[1.0, span_s], [0.0, 1.0]], np.eye(3)), (len(mean), 1, 1))
    by_rate, (east, north) = np.zeros((len(mean), 6)), mean[:, 3:5].T
    for row, a, b in ((0, reach, aside), (3, cosine, sine)):
        ahead[:, row, 3], ahead[:, row, 4], ahead[:, row + 1, 3], ahead[:, row + 1, 4] = a, -b, b, a
    for row, a, b in ((0, by_reach, by_aside), (3, -span_s * sine, span_s * cosine)):
        by_rate[:, row], by_rate[:, row + 1] = a * east - b * north, b * east + a * north
    return ahead, by_rate


@dataclass(frozen=True, slots=True)
class Bank:
    """Models with the rates at which one is left for another, 1/s, shape (models, models), and weights at the start."""

    kind: str
    setting: str
    models: tuple[Straight | Singer | Circle | RateTurn, ...]
    rates: Array
    start: Array

    def chain(self, span_s: float) -> Array:
        """Chances to go from one model (rows) to another over a span."""
        leaving = self.rates.sum(1)
        left = 1.0 - np.exp(-leaving * span_s)
        return self.rates * (left / np.maximum(leaving, LEAST_WEIGHT))[:, None] + np.diag(1.0 - left)


def _bank(kind: str, setting: str, cruise_s: float, *others: Any) -> Bank:
    """Straight flight with little noise beside manoeuvres; pairs to a side, if four, change a tenth with each other."""
    rates = np.zeros(((count := len(others)) + 1, count + 1))
    rates[0, 1:], rates[1:, 0] = 1.0 / cruise_s / count, 1.0 / TURN_S
    for one, other in ((1, 2), (2, 1), (3, 4), (4, 3)) if count == 4 else ():
        rates[one, 0], rates[one, other] = 0.9 / TURN_S, 0.1 / TURN_S
    models, start = (Straight(1.0, 1.0), *others), np.r_[0.6, np.full(count, 0.4 / count)]
    return Bank(kind, f"{setting}; straight for {cruise_s:g} s", models, rates, start)


def candidates() -> Iterator[Bank]:
    """Every setting of every kind; the first is what all are compared with."""
    for level, upward in ((1000.0, 1000.0), (1000.0, 3.0), (500.0, 3.0)):
        kind = "constant velocity, " + ("one noise" if level == upward else "upward noise apart")
        yield Bank(kind, f"q {level:g}, {upward:g} up", (Straight(level, upward),), np.zeros((1, 1)), np.ones(1))
    for q, upward, t in product((1500.0, 3000.0, 8000.0), (5.0, 20.0), CRUISE_S):
        yield _bank("straight + straight with much noise", f"q {q:g}, {upward:g} up", t, Straight(q, upward))
    for sigma, memory, t in product((14.0, 20.0, 28.0), (5.0, 10.0), CRUISE_S):
        model = Singer((sigma, sigma, 2.0), memory)
        yield _bank("straight + acceleration as a state", f"{sigma:g} m/s2 for {memory:g} s", t, model)
    for q, rate, memory, t in product((20.0, 100.0, 300.0, 1000.0), (3e-4, 1e-3, 3e-3), (30.0, 60.0), CRUISE_S):
        model = RateTurn(q, rate, memory)
        yield _bank("straight + turn, rate as a state", f"q {q:g}, rate {rate:g} for {memory:g} s", t, model)
    for a, q, t in product((35.0, 40.0, 46.0), (20.0, 100.0), CRUISE_S):
        yield _bank("straight + turns", f"{a:g} m/s2, q {q:g}", t, Circle(a, q), Circle(-a, q))
    for skewed, (gentle, hard), t in product((False, True), ((22.0, 50.0), (30.0, 52.0)), CRUISE_S):
        turns = [Circle(a, 20.0, skewed) for a in (gentle, hard, -gentle, -hard)]
        kind = "straight + gentle, hard turns" + ("" if skewed else ", speed as known")
        yield _bank(kind, f"{gentle:g}, {hard:g} m/s2, q 20", t, *turns)


@dataclass(frozen=True, slots=True)
class Flights:
    """All targets of some draws: truth and plots with their errors, (scans, targets, 3 (, 3)), NaN where none is."""

    look: Look
    truth_m: Array
    place_m: Array
    error_m2: Array


def flights(look: Look, seeds: list[int]) -> Flights:
    """The draws of a radar, without false plots."""
    airs = [crowd(TARGETS, look, seed) for seed in seeds]
    truth_m = np.concatenate([air.position_m for air in airs], 1)
    polar = np.full(truth_m.shape, np.nan)
    for n, air in enumerate(airs):
        for scan, (plots, origins) in enumerate(zip(air.plots, air.origins, strict=True)):
            polar[scan, n * TARGETS + origins[origins >= 0]] = plots[origins >= 0]
    range_m, azimuth_rad, elevation_rad = np.moveaxis(polar, -1, 0)
    level = np.stack([np.sin(azimuth_rad), np.cos(azimuth_rad), 0.0 * range_m], -1)
    line = np.cos(elevation_rad)[..., None] * level + np.sin(elevation_rad)[..., None] * [0.0, 0.0, 1.0]
    side = np.cross(level, [0.0, 0.0, 1.0])
    axes, angles_m = np.stack([line, side, np.cross(side, line)], -1), look.sigma_angle_rad * range_m
    sigmas_m = np.stack([0.0 * range_m + look.sigma_range_m, np.cos(elevation_rad) * angles_m, angles_m], -1)
    return Flights(look, truth_m, range_m[..., None] * line, np.einsum("sbik,sbk,sbjk->sbij", axes, sigmas_m**2, axes))


def followed(bank: Bank, air: Flights) -> Step:
    """Means and covariances of every target's place after each scan; NaN before it is confirmed."""
    scans, count, _ = air.truth_m.shape
    found, spread = np.full((scans, count, 3), np.nan), np.full((scans, count, 3, 3), np.nan)
    starts = [np.diag(np.square((1.0, 1.0, 1.0, *START_SIGMAS_MPS, *model.extra))) for model in bank.models]
    states = [(np.zeros((count, len(start))), np.tile(start, (count, 1, 1))) for start in starts]
    weights, plots, chain = np.tile(bank.start, (count, 1)), np.zeros(count, int), bank.chain(air.look.period_s)
    for scan in range(scans):
        place_m, error_m2 = air.place_m[scan], air.error_m2[scan]
        has, fresh = np.isfinite(place_m[:, 0]), plots == 0
        states, weights = _predicted(bank, states, weights, chain, air.look.period_s)
        states, weights = _corrected(states, weights, place_m, error_m2, has & ~fresh)
        weights[fresh] = bank.start
        for (mean, cov), start in zip(states, starts, strict=True):
            mean[fresh], cov[fresh] = 0.0, start
            mean[has & fresh, :3], cov[has & fresh, :3, :3] = place_m[has & fresh], error_m2[has & fresh]
        sure = (plots := plots + has) >= CONFIRMED
        mean, cov = _mixture([(x[:, :3], p[:, :3, :3]) for x, p in states], weights)
        found[scan, sure], spread[scan, sure] = mean[sure], cov[sure]
    return found, spread


def _predicted(bank: Bank, states: list[Step], weights: Array, chain: Array, span_s: float) -> Steps:
    """Mix the states by the chain and move each by its model."""
    after, moved = np.maximum(weights @ chain, LEAST_WEIGHT), []
    for j, model in enumerate(bank.models):
        lent = [_lent(state, states[j]) for state in states]
        moved.append(model.moved(*_mixture(lent, weights * chain[:, j] / after[:, j : j + 1]), span_s))
    return moved, after


def _lent(state: Step, own: Step) -> Step:
    """A state in another model's size: cut, or with that model's own estimate of what it lacks."""
    (mean, cov), has, size = state, state[0].shape[1], own[0].shape[1]
    if has >= size:
        return mean[:, :size], cov[:, :size, :size]
    filled, wide = own[0].copy(), own[1].copy()
    filled[:, :has], wide[:, :has, :has], wide[:, :has, has:], wide[:, has:, :has] = mean, cov, 0.0, 0.0
    return filled, wide


def _mixture(states: list[Step], weights: Array) -> Step:
    means, covs = np.stack([x for x, _ in states]), np.stack([p for _, p in states])
    off = means - (mean := np.einsum("bm,mbi->bi", weights, means))
    return mean, np.einsum("bm,mbij->bij", weights, covs + off[..., :, None] * off[..., None, :])


def _corrected(states: list[Step], weights: Array, place_m: Array, error_m2: Array, due: Any) -> Steps:
    """Take the plots of those that are due, and weigh the models by them."""
    logs, taken = np.zeros(weights.shape), []
    for j, (mean, cov) in enumerate(states):
        x, p = mean.copy(), cov.copy()
        spread = cov[due, :3, :3] + error_m2[due]
        inverse, off_m = np.linalg.inv(spread), (place_m - mean[:, :3])[due]
        gain = cov[due, :, :3] @ inverse
        x[due] += np.einsum("bij,bj->bi", gain, off_m)
        p[due] -= gain @ spread @ gain.transpose(0, 2, 1)
        logs[due, j] = -0.5 * (np.einsum("bi,bij,bj->b", off_m, inverse, off_m) + np.linalg.slogdet(spread)[1])
        taken.append((x, 0.5 * (p + p.transpose(0, 2, 1))))
    grown = weights * np.exp(logs - logs.max(1, keepdims=True))
    return taken, grown / grown.sum(1, keepdims=True)


def figures(air: Flights, bank: Bank) -> tuple[float, float]:
    """Mean GOSPA (p = 2), m, without false tracks or swaps, and mean squared error in its covariance (3 is right)."""
    found_m, spread_m2 = followed(bank, air)
    off_m, cutoff2 = found_m - air.truth_m, air.look.cutoff_m**2
    sure = np.isfinite(off_m[..., 0])
    parts = np.where(sure, np.minimum((off_m**2).sum(-1), cutoff2), cutoff2 / 2.0)
    nees = np.einsum("ni,nij,nj->n", off_m[sure], np.linalg.inv(spread_m2[sure]), off_m[sure]).mean()
    return float(np.sqrt(parts.reshape(len(parts), -1, TARGETS).sum(-1)).mean()), float(nees)


def main() -> None:
    """Print the best setting of each kind, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every setting")
    parser.add_argument("--seeds", default=SEEDS, help="draws, with commas between")
    said = parser.parse_args()
    airs = [flights(look, [int(seed) for seed in said.seeds.split(",")]) for look in (SEARCH, ENGAGEMENT)]
    rows, base_m = dict[str, list[tuple[float, str]]](), list[float]()
    for bank in candidates():
        found = [figures(air, bank) for air in airs]
        base_m = base_m or [gospa_m for gospa_m, _ in found]
        ratios = [gospa_m / base for (gospa_m, _), base in zip(found, base_m, strict=True)]
        cells = "".join(f"{one[0]:8.0f} {r:6.3f} {one[1]:5.1f}" for one, r in zip(found, ratios, strict=True))
        sizes = [6 + len(model.extra) for model in bank.models]
        line = f"{bank.kind:46} {len(sizes):6} {max(sizes):6}{cells}  {bank.setting}"
        rows.setdefault(bank.kind, []).append((sum(ratios), line))
    print(f"{'':46} models states  search  ratio  nees  engag.  ratio  nees  setting")
    for tried in rows.values():
        print("\n".join(line for _, line in (sorted(tried) if said.all else [min(tried)])))


if __name__ == "__main__":
    main()
