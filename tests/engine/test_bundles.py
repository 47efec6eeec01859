"""Bundles: a channel's sights wait and are taken as one, and none of them is lost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from openiads.engine.track_state import BUNDLE_TICK, bundle, carry, expected_nis, refresh, settle, settle_late
from openiads.enums import MotionModel, TrackState
from openiads.estimation import imm, kalman
from openiads.estimation.sight import FULL, LEVEL, Sight, sight_of
from openiads.tracker import Tracker
from openiads.vec3 import Vec3
from openiads.world.tables import BANK, TRACK
from tests.support.banks import Bank
from tests.support.flights import ENGAGEMENT, flight, turned
from tests.support.flights import seen as seen_from_origin
from tests.support.states import (
    UP,
    Array,
    axes_of,
    cov_of,
    gauss,
    least_eigenvalue,
    mean_of,
    plot_at,
    random_state,
    vector,
)  # fmt: skip
from tests.tracker.flights import LINER, radar, seen

ORIGIN = Vec3(0.0, 0.0, 0.0)
SIGMAS = ENGAGEMENT[1:]
START_TICK = 50_000
START_COV = np.diag([20.0**2] * 3 + [15.0**2] * 3)
CRUISE, LEFT = MotionModel.CRUISE.value, MotionModel.LEFT.value


class Track:
    """A track's row and its bank, which flies straight or also turns, and where the object truly is."""

    def __init__(self, seed: int, turns: bool = False) -> None:
        self.draw = np.random.default_rng([seed, 91])
        self.truth = flight(self.draw, 1, 1.0, None)[0]
        self.rows: Any = np.zeros(1, TRACK)
        self.banks: Any = np.zeros(2, BANK)
        start = gauss(self.truth + np.linalg.cholesky(START_COV) @ self.draw.normal(size=6), START_COV)
        imm.begin(self.banks[0], start, start, False)
        if turns:
            self.banks["weight"][0, [CRUISE, LEFT]] = 0.6, 0.4
            self.banks["runs"][0, LEFT] = 1
            kalman.write_state(self.banks[0], LEFT, gauss(mean_of(start) + 5.0, 2.0 * START_COV))
            imm.combine(self.banks[0])
        self.rows["state"], self.rows["number"], self.rows["rival"] = TrackState.CONFIRMED, 1, -1
        for name in ("tick", "plot_tick", "bearing_tick"):
            self.rows[name] = START_TICK
        refresh(self.rows[0], self.banks[0])

    def copy(self) -> Track:
        """The same in rows of its own."""
        other = Track.__new__(Track)
        other.draw, other.truth, other.rows, other.banks = self.draw, self.truth, self.rows.copy(), self.banks.copy()
        return other

    def sight(self, tick: int, dimensions: int = FULL) -> Sight:
        """The object at a time, with errors on all axes, as seen from the origin."""
        place = turned(self.truth, 0.0, 1e-3 * (tick - START_TICK))[:3]
        plot = seen_from_origin(self.draw, place, ENGAGEMENT)
        plot["dimensions"] = dimensions
        return sight_of(plot, ORIGIN, UP, vector(place))

    def wait(self, sight: Sight, tick: int, radar_row: int = 0) -> None:
        """A sight of a channel."""
        bundle(self.rows[0], self.banks[0], self.banks[1], sight, radar_row, tick)
        self.rows["plot_tick"] = self.rows["bearing_tick"] = tick  # as the tracking stage notes a hit

    def settle(self) -> None:
        """Take what waits."""
        settle(self.rows[0], self.banks[0], self.banks[1])

    @property
    def waiting(self) -> int:
        """Sights that were not taken yet."""
        return int(self.banks["bundled"][0])

    def state(self) -> tuple[Array, Array]:
        """Mean and covariance."""
        g = kalman.read_state(self.banks[0], imm.JOINT)
        return mean_of(g), cov_of(g)


def _mean_sight(sights: list[Sight]) -> Sight:
    """One sight for several: the mean place, variances divided by their number, the first one's axes."""
    place = vector(np.mean([sight.place for sight in sights], axis=0))
    variances = np.mean([[sight.line2, sight.side2, sight.rise2] for sight in sights], axis=0) / len(sights)
    line2, side2, rise2 = variances.tolist()
    return sights[0]._replace(place=place, line2=line2, side2=side2, rise2=rise2)


def _taken_as_one(track: Track, sights: list[Sight], ticks: list[int]) -> bool:
    """Take the mean sight at the mean time by the models alone; true where straight flight sufficed."""
    tick, one = round(np.mean(ticks)), _mean_sight(sights)
    span_s, bank = 1e-3 * (tick - int(track.rows["tick"][0])), track.banks[0]
    silent_s = 1e-3 * (tick - START_TICK)
    followed = imm.follow(bank, one, span_s) >= 0.0
    if not followed:
        imm.predict(bank, track.banks[1], span_s, True)
        imm.take(bank, one, imm.fit(bank, one, silent_s).free_share, silent_s, silent_s)
    track.rows["tick"] = tick
    refresh(track.rows[0], bank)
    return followed


def _assert_same(one: Track, other: Track) -> None:
    """Models, weights and the track's row alike."""
    for name in ("weight", "runs", "unrest", "drift", "pos_m", "vel_mps", "pp", "pv", "vv"):
        ours, theirs = one.banks[name][0], other.banks[name][0]
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9 * np.abs(theirs).max(), err_msg=name)
    for name in ("tick", "pos_enu_m", "vel_enu_mps", "pos_sigma_m", "vel_sigma_mps", "height_sigma_m"):
        np.testing.assert_allclose(one.rows[name], other.rows[name], rtol=1e-9, err_msg=name)


TICKS = [START_TICK + after for after in (60, 95, 180, 333, 401)]


@pytest.mark.parametrize("dimensions", [LEVEL, FULL])
@pytest.mark.parametrize("turns", [False, True])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_sights_that_waited_are_one_at_the_mean_place_and_time(count: int, turns: bool, dimensions: int) -> None:
    for seed in range(5):
        track, ticks = Track(seed, turns), TICKS[:count]
        expected, sights = track.copy(), [track.sight(tick, dimensions) for tick in ticks]
        before = expected.state()[0]
        for sight, tick in zip(sights, ticks, strict=True):
            track.wait(sight, tick)
        assert track.waiting == count
        np.testing.assert_array_equal(track.state()[0], before, "nothing is taken while they wait")
        track.settle()
        assert _taken_as_one(expected, sights, ticks) == (not turns), "the case is another than the test means"
        assert track.waiting == 0
        assert track.rows["tick"][0] == round(np.mean(ticks))
        _assert_same(track, expected)
        assert least_eigenvalue(track.state()[1]) > 0.0
        settled = track.banks[0].tobytes()
        track.settle()
        assert track.banks[0].tobytes() == settled, "what was taken is not taken again"


def test_one_for_several_says_nearly_what_they_say_one_by_one() -> None:
    """In straight flight: the mean keeps what they say of the place, and loses the little their order says of speed."""
    apart = []
    for seed in range(20):
        track = Track(seed)
        single, sights, before_tick = track.copy().banks[0], [track.sight(tick) for tick in TICKS], START_TICK
        calm = True
        for sight, tick in zip(sights, TICKS, strict=True):
            track.wait(sight, tick)
            calm = calm and imm.follow(single, sight, 1e-3 * (tick - before_tick)) >= 0.0
            before_tick = tick
        if calm:
            carry(track.rows[0], track.banks[0], track.banks[1], TICKS[-1])
            (mean, cov), wanted = track.state(), kalman.read_state(single, imm.JOINT)
            sigma = np.sqrt(np.diag(cov_of(wanted)))
            apart.append((mean - mean_of(wanted)) / sigma)
            np.testing.assert_allclose(np.sqrt(np.diag(cov)), sigma, rtol=0.03)
    assert len(apart) > 10
    off = np.sqrt(np.mean(np.square(apart), axis=0))
    assert (off[:3] < 0.1).all()
    assert (off[3:] < 0.35).all()


def test_a_bundle_is_taken_when_its_time_is_up() -> None:
    track = Track(1)
    ticks = list(range(START_TICK + 100, START_TICK + 101 + BUNDLE_TICK, 100))
    expected, sights = track.copy(), [track.sight(tick) for tick in ticks]
    for number, (sight, tick) in enumerate(zip(sights[:-1], ticks[:-1], strict=True), 1):
        track.wait(sight, tick)
        assert (track.waiting, int(track.rows["tick"][0])) == (number, START_TICK)
    track.wait(sights[-1], ticks[-1])
    assert track.waiting == 0
    _taken_as_one(expected, sights, ticks)
    _assert_same(track, expected)


@pytest.mark.parametrize(("radar_row", "dimensions"), [(1, FULL), (0, LEVEL)])
def test_a_sight_of_another_kind_has_those_that_wait_taken_first(radar_row: int, dimensions: int) -> None:
    """The other is alone in a bundle of its own, with its own axes and errors."""
    track = Track(2)
    expected, sights = track.copy(), [track.sight(tick) for tick in TICKS[:3]]
    for sight, tick in zip(sights, TICKS, strict=False):
        track.wait(sight, tick)
    other = track.sight(TICKS[3], dimensions)._replace(line2=900.0)
    track.wait(other, TICKS[3], radar_row)
    _taken_as_one(expected, sights, TICKS[:3])
    assert track.waiting == 1
    _assert_same(track, expected)
    track.settle()
    span_s = 1e-3 * (TICKS[3] - int(expected.rows["tick"][0]))
    assert imm.follow(expected.banks[0], other, span_s) >= 0.0
    expected.rows["tick"] = TICKS[3]
    refresh(expected.rows[0], expected.banks[0])
    _assert_same(track, expected)


def test_what_no_further_sight_follows_is_taken_late() -> None:
    track = Track(3)
    expected, sights = track.copy(), [track.sight(tick) for tick in TICKS[:2]]
    for sight, tick in zip(sights, TICKS, strict=False):
        track.wait(sight, tick)
    settle_late(TICKS[0] + BUNDLE_TICK, track.rows[0], track.banks[0], track.banks[1])
    assert track.waiting == 2, "the next may still come"
    settle_late(TICKS[0] + BUNDLE_TICK + 1, track.rows[0], track.banks[0], track.banks[1])
    assert track.waiting == 0
    _taken_as_one(expected, sights, TICKS[:2])
    _assert_same(track, expected)


@pytest.mark.parametrize("turns", [False, True])
def test_what_waits_is_taken_before_a_plot_of_a_search(turns: bool) -> None:
    track = Track(4, turns)
    expected, sights = track.copy(), [track.sight(tick) for tick in TICKS[:3]]
    for sight, tick in zip(sights, TICKS, strict=False):
        track.wait(sight, tick)
    later = START_TICK + 3000
    carry(track.rows[0], track.banks[0], track.banks[1], later)
    _taken_as_one(expected, sights, TICKS[:3])
    carry(expected.rows[0], expected.banks[0], expected.banks[1], later)
    assert (track.waiting, int(track.rows["tick"][0])) == (0, later)
    _assert_same(track, expected)


def test_a_track_whose_channel_stops_has_its_last_sights_in_the_picture() -> None:
    """The tracker goes on without plots: what waited is in the next picture."""
    site = radar()
    tracker = Tracker(site)
    tracker.update(seen(site, LINER, np.arange(0.0, 60.0, 6.0)), 60.0)
    picture, k = tracker._picture, 0
    track, bank = picture.tracks[k], picture.banks[k]
    before, sigma_m = track["pos_enu_m"].copy(), float(track["pos_sigma_m"])
    place_m = before + (0.3 - 1e-3 * (int(track["tick"]) - 59_700)) * track["vel_enu_mps"]
    for tick in (60_050, 60_100, 60_150):
        tick_m = place_m + 1e-3 * (tick - 60_000) * track["vel_enu_mps"]
        sight = sight_of(plot_at(tick_m, np.zeros(3), SIGMAS), ORIGIN, UP, vector(tick_m))
        bundle(track, bank, picture.banks[-1], sight, 0, tick)
        track["plot_tick"] = track["bearing_tick"] = tick
    tracker.update([], 62.0)
    assert bank["bundled"] == 0
    assert track["tick"] == 60_100
    assert track["pos_sigma_m"] < 0.5 * sigma_m


@pytest.mark.parametrize("dimensions", [LEVEL, FULL])
@pytest.mark.parametrize("seed", range(10))
def test_the_expected_distance_is_mahalanobis_in_the_state_carried_straight(seed: int, dimensions: int) -> None:
    draw = np.random.default_rng([seed, 92])
    g, span_s = random_state(draw), float(draw.uniform(0.0, 8.0))
    bank, rows = Bank(g), np.zeros(1, TRACK)
    rows["tick"] = START_TICK
    onward = np.eye(6)
    onward[:3, 3:] = np.eye(3) * round(1e3 * span_s) / 1e3
    mean, cov = onward @ mean_of(g), onward @ cov_of(g) @ onward.T
    place = mean[:3] + draw.normal(size=3) * 400.0
    sight = sight_of(plot_at(place, np.zeros(3), (80.0, 4e-3, 6e-3), dimensions), ORIGIN, UP, vector(mean[:3]))
    axes, variances = axes_of(sight)
    off_m, spread = axes @ (np.array(sight.place) - mean[:3]), axes @ cov[:3, :3] @ axes.T + np.diag(variances)
    found = expected_nis(rows[0], bank.rows[0], sight, START_TICK + round(1e3 * span_s))
    assert found == pytest.approx(off_m @ np.linalg.solve(spread, off_m), rel=1e-9)


def test_a_bundle_is_short_for_what_flies() -> None:
    """The mean of places on a hard turn lies off the place of the mean time by less than a metre (s = a t^2 / 2)."""
    times_s = np.linspace(-0.5, 0.5, 101) * 1e-3 * BUNDLE_TICK
    off_m = np.mean([turned(np.array([0.0, 0.0, 0.0, 300.0, 0.0, 0.0]), 50.0 / 300.0, t)[1] for t in times_s])
    assert off_m < 1.0
