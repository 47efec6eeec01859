"""Which plots a track is compared with: the coarse search by grid and by range loses none that its gate would take."""

from __future__ import annotations

from math import log, sqrt
from typing import Any

import numpy as np
import pytest

from openiads.engine.correlation import correlate
from openiads.engine.picture import Picture
from openiads.engine.track_state import carry, refresh
from openiads.enums import TrackState
from openiads.estimation import imm
from openiads.estimation.kalman import read_state
from openiads.estimation.sight import FULL, LEVEL, sight_of
from openiads.tracker import Settings
from openiads.tracker_tables import picture_of
from openiads.world.rows import build_frame
from openiads.world.tables import BANK
from tests.support.states import Array, random_state, vector
from tests.tracker.flights import radar

TRACKS, PLOTS = 12, 160
TICK = 100_000  # of the look's first plot
RANGES_M = (5e3, 30e3, 120e3, 400e3, 900e3)
SIGMAS = {"fine": (15.0, 3e-4, 3e-4), "usual": (100.0, 3e-3, 3e-3), "coarse": (600.0, 0.012, 0.012)}


class Look:
    """One look of one radar, drawn: tracks of all ages round a range, plots in and about their gates.

    Objects without a measured height fly at three degrees at most: their places bend with the height they are given.
    """

    ages_s, spans_s, speed_mps = (0.0, 0.02, 1.0, 3.0, 5.0), (0.5, 2.5), 250.0
    spread_s = 0.0  # from the first plot to the last

    def __init__(self, seed: int, range_m: float, sigmas: tuple[float, float, float], dimensions: int) -> None:
        self.draw = np.random.default_rng([seed, round(range_m), dimensions])
        site = radar(instrumented_range=f"{max(3.0 * range_m, 1e5) / 1e3} km", false_plots_per_scan=1e-3)
        frame = build_frame(site.position, 0.0, 1, False)
        self.picture: Picture = picture_of([site], Settings(capacity=512), frame)
        self.antenna_m = np.array(self.picture.emitters["pos_enu_m"][0])
        self.sigmas, self.dimensions = sigmas, dimensions
        for k in range(TRACKS):
            self._add_track(k, range_m)
        self.picture.counts["tracks_top"] = TRACKS
        for n in range(PLOTS):
            self._add_plot(n, n % TRACKS)

    def _add_track(self, k: int, range_m: float) -> None:
        """A track at some range, that flies any way, with one or several models running, not seen for some time."""
        draw, tracks, banks = self.draw, self.picture.tracks, self.picture.banks
        azimuth, elevation = draw.uniform(-np.pi, np.pi), draw.uniform(0.0, 0.15 if self.dimensions == FULL else 0.06)
        velocity = draw.normal(0.0, self.speed_mps, 3) * [1.0, 1.0, 0.1]
        level = np.array([np.sin(azimuth), np.cos(azimuth), 0.0]) * np.cos(elevation) + [0.0, 0.0, np.sin(elevation)]
        mean = np.concatenate([self.antenna_m + range_m * draw.uniform(0.8, 1.2) * level, velocity])
        g = random_state(draw, 10.0 ** draw.uniform(1.0, 3.0), 10.0 ** draw.uniform(0.5, 1.8))
        imm.begin(banks[k], *[g._replace(pos=vector(mean[:3]), vel=vector(mean[3:]))] * 2, False)
        spans_s = draw.choice(self.spans_s, draw.integers(0, 3)).tolist()
        for span_s in spans_s:
            imm.predict(banks[k], banks[-1], span_s, True)
        age_tick = int(1000.0 * draw.choice(self.ages_s))
        tracks["state"][k], tracks["number"][k] = TrackState.CONFIRMED, k + 1
        tracks["tick"][k] = TICK - age_tick
        tracks["plot_tick"][k] = tracks["bearing_tick"][k] = TICK - age_tick - int(1000.0 * sum(spans_s))
        refresh(tracks[k], banks[k])

    def _add_plot(self, n: int, k: int) -> None:
        """Somewhere between the middle of a track's gate and well outside of it, in any direction."""
        tick = TICK + int(500.0 * self.spread_s) * int(self.draw.integers(0, 3)) if n else TICK
        plots, (place_m, spread) = self.picture.plots, self._expected(k, tick)
        errors = np.diag(np.square(self._across_m(place_m)))
        towards = self.draw.normal(size=3)
        off_m = np.linalg.cholesky(spread + errors) @ (towards / np.linalg.norm(towards)) * self.draw.uniform(0.0, 7.0)
        apart_m = place_m + off_m - self.antenna_m
        row = plots[n]
        row["tick"], row["radar"], row["post"], row["channel"], row["track"] = tick, 0, 0, -1, -1
        row["range_m"], row["dimensions"] = np.linalg.norm(apart_m), self.dimensions
        row["sigma_range_m"], row["sigma_azimuth_rad"], row["sigma_elevation_rad"] = self.sigmas
        row["pos_enu_m"] = self.antenna_m + (apart_m if self.dimensions == FULL else _flat(apart_m))

    def _across_m(self, place_m: Array) -> Array:
        """About how large a plot's errors are on any axis."""
        range_m = np.linalg.norm(place_m - self.antenna_m)
        return np.full(3, np.hypot(self.sigmas[0], range_m * self.sigmas[1]) / sqrt(3.0))

    def _expected(self, k: int, tick: int) -> tuple[Array, Array]:
        """Where a track is at some time, and its covariance there."""
        g = read_state(self._carried(k, tick)[1], imm.JOINT)
        return np.array(g.pos), np.array(g.pp)

    def _carried(self, k: int, tick: int) -> tuple[Any, Any]:
        """A track's rows at some time; the look's own stay as they are."""
        track, bank = self.picture.tracks[k : k + 1].copy(), self.picture.banks[k : k + 1].copy()
        carry(track[0], bank[0], np.zeros(1, BANK)[0], tick)
        return track[0], bank[0]

    def all_pairs(self) -> dict[tuple[int, int], tuple[float, float]]:
        """Track and plot -> squared distance over the gate and gain, of every pair, weighed in full at its own time."""
        plots, gate2 = self.picture.plots, self.picture.doctrines["gate2"][0, self.dimensions]
        site, up = self.picture.radars[0], vector(self.picture.emitters["axes_enu"][0][:, 2])
        sure = log(site["detection"] / (1.0 - site["detection"])) - site["log_false_density"]
        found = {}
        for k in range(TRACKS):
            carried = {tick: self._carried(k, tick) for tick in set(plots["tick"][:PLOTS].tolist())}
            for n in range(PLOTS):
                track, bank = carried[int(plots["tick"][n])]
                sight = sight_of(plots[n], vector(self.antenna_m), up, vector(track["pos_enu_m"]))
                fit = imm.fit(bank, sight, 1e-3 * int(plots["tick"][n] - track["plot_tick"]))
                found[k, n] = (fit.nearest2 / gate2, sure + fit.log_density)
        return found

    def links(self) -> dict[tuple[int, int], float]:
        """Track and plot -> gain, of those that the association is left with."""
        p = self.picture
        rows = correlate(
            0, PLOTS, p.doctrines[0], p.radars, p.emitters, p.counts, p.plots, p.tracks, p.banks, p.links, p.work
        )
        assert p.counts["overflow"][0] == 0
        found = {}
        for row in p.work[:rows]:
            for link in p.links[row["first_link"] : row["end_link"]]:
                found[int(row["track"]), int(link["column"])] = -float(link["cost"])
        return found


def _flat(apart_m: Array) -> Array:
    """A plot without height where the simulated radars put it: at its range, level."""
    return np.array([*apart_m[:2], 0.0]) * np.linalg.norm(apart_m) / np.linalg.norm(apart_m[:2])


class Silent(Look):
    """Tracks not seen for up to 24 s."""

    ages_s, spans_s = (6.0, 12.0), (0.5, 6.0)


class Sweep(Look):
    """Fast objects, plots of three moments: a look lasts as long as half a turn of the antenna."""

    spread_s, speed_mps = 3.0, 700.0


_ALL = [
    pytest.mark.parametrize("dimensions", [LEVEL, FULL]),
    pytest.mark.parametrize("sigmas", SIGMAS),
    pytest.mark.parametrize("range_m", RANGES_M),
]


def _everywhere(test: Any) -> Any:
    """A test at all ranges, with all errors, with and without heights."""
    for mark in _ALL:
        test = mark(test)
    return test


@_everywhere
def test_the_search_finds_what_comparing_all_pairs_finds(range_m: float, sigmas: str, dimensions: int) -> None:
    """Up to 10 s after the last plot."""
    linked, outside = 0, 0
    for seed in range(8):
        look = Look(seed, range_m, SIGMAS[sigmas], dimensions)
        pairs = look.all_pairs()
        expected = {pair: gain for pair, (share, gain) in pairs.items() if share < 1.0 and gain > 0.0}
        found = look.links()
        assert found.keys() == expected.keys(), seed
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)
        linked += len(expected)
        outside += sum(share >= 1.0 for share, _ in pairs.values())
    assert linked > 300
    assert outside > 300


@_everywhere
def test_after_a_long_silence_the_middle_of_every_gate_is_searched(
    range_m: float, sigmas: str, dimensions: int
) -> None:
    """A hard turn goes farther in 20 s than the search allows for; the inner half of each gate is found."""
    for seed in range(8):
        look = Silent(seed, range_m, SIGMAS[sigmas], dimensions)
        pairs, found = look.all_pairs(), look.links()
        assert {pair for pair, (share, gain) in pairs.items() if share < 0.25 and gain > 0.0} <= found.keys(), seed
        assert all(pairs[pair][0] < 1.0 for pair in found), seed


@_everywhere
def test_plots_of_a_look_that_takes_its_time_are_searched_at_their_own(
    range_m: float, sigmas: str, dimensions: int
) -> None:
    """The gate is then weighed by the earliest, and only about the same."""
    linked = 0
    for seed in range(8):
        look = Sweep(seed, range_m, SIGMAS[sigmas], dimensions)
        pairs, found = look.all_pairs(), look.links()
        middle = {pair for pair, (share, gain) in pairs.items() if share < 0.1 and gain > 2.0}
        assert middle <= found.keys(), seed
        linked += len(middle)
    assert linked > 100


def test_a_high_object_is_found_though_its_plot_has_no_height() -> None:
    """12 km up and 16 km away a plot that is put at another height lies kilometres aside of its track."""
    for range_m, height_m in ((20e3, 12e3), (32e3, 12e3), (141e3, 19e3)):
        look = Look(1, 120e3, SIGMAS["usual"], LEVEL)
        picture = look.picture
        level_m = sqrt(range_m**2 - height_m**2)
        place_m = look.antenna_m + np.array([level_m, 0.0, height_m])
        g = random_state(look.draw, 30.0, 5.0)._replace(pos=vector(place_m), vel=vector(np.array([0.0, 200.0, 0.0])))
        imm.begin(picture.banks[0], g, g, False)
        for name in ("tick", "plot_tick", "bearing_tick"):
            picture.tracks[name][0] = TICK - 100
        refresh(picture.tracks[0], picture.banks[0])
        picture.plots["tick"][0], picture.plots["range_m"][0] = TICK, range_m
        picture.plots["pos_enu_m"][0] = look.antenna_m + _flat(place_m - look.antenna_m)
        assert (0, 0) in look.links(), range_m
