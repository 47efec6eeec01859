"""The laws of an air picture against every assignment tried, closed forms, drawn errors and pictures made by hand."""

from __future__ import annotations

from itertools import permutations
from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from openiads.analysis import metrics_pairs
from openiads.analysis.metrics import Picture, PictureMetrics, consistency, gospa, measure, pair
from openiads.catalog.errors import InputError

C_M = 100.0


def brute_gospa(truth_m: np.ndarray, tracks_m: np.ndarray, cutoff_m: float) -> float:
    """The definition with the cut distance: every way to pair the smaller set with the larger one, and the rest."""
    few, many = sorted((truth_m, tracks_m), key=len)
    best = min(
        sum(min(float(np.linalg.norm(a - many[b])), cutoff_m) ** 2 for a, b in zip(few, order, strict=False))
        for order in permutations(range(len(many)), len(few))
    )
    return sqrt(best + cutoff_m**2 / 2.0 * (len(many) - len(few)))


def total_m(truth_m: Any, tracks_m: Any, cutoff_m: float = C_M) -> float:
    return float(gospa(np.reshape(truth_m, (-1, 3)), np.reshape(tracks_m, (-1, 3)), cutoff_m).total_m[0])


def picture(*rows: tuple[float, int, float]) -> Picture:
    """Rows of time, number and a place along one line, at rest."""
    times, numbers, places = zip(*rows, strict=True) if rows else ((), (), ())
    place_m = np.stack([np.array(places, float), np.zeros(len(rows)), np.zeros(len(rows))], axis=1)
    return Picture(np.array(times, float), np.array(numbers, int), place_m, np.zeros((len(rows), 3)))


def measured(truth: Picture, tracks: Picture, **more: Any) -> PictureMetrics:
    return measure(truth, tracks, C_M, **more)


# GOSPA


@pytest.mark.parametrize("crowding_m", [80.0, 150.0, 400.0])
def test_gospa_is_the_least_over_all_assignments(crowding_m: float) -> None:
    rng = np.random.default_rng(4)
    for _ in range(150):
        targets, tracks = rng.integers(0, 6, 2)
        truth_m, tracks_m = rng.uniform(0, crowding_m, (targets, 3)), rng.uniform(0, crowding_m, (tracks, 3))
        assert total_m(truth_m, tracks_m) == pytest.approx(brute_gospa(truth_m, tracks_m, C_M), abs=1e-9)


@pytest.mark.parametrize(("targets", "tracks"), [(0, 0), (1, 0), (0, 1), (7, 0), (0, 3)])
def test_gospa_of_an_empty_set_is_a_root_of_halves(targets: int, tracks: int) -> None:
    found = gospa(np.zeros((targets, 3)), np.ones((tracks, 3)), C_M)
    assert found.total_m[0] == pytest.approx(C_M * sqrt((targets + tracks) / 2.0))
    assert (found.missed[0], found.false[0], found.matched[0]) == (targets, tracks, 0)


def test_gospa_of_two_points_is_their_distance_cut_at_c() -> None:
    assert total_m([0, 0, 0], [30, 40, 0]) == pytest.approx(50.0)
    assert total_m([0, 0, 0], [0, 0, C_M]) == pytest.approx(C_M)
    assert total_m([0, 0, 0], [0, 0, 9e9]) == pytest.approx(C_M)
    for far_m in (C_M, 9e9):
        found = gospa(np.zeros((1, 1)), np.full((1, 1), far_m), C_M)
        assert (found.matched[0], found.missed[0], found.false[0]) == (0, 1, 1)


def test_gospa_gives_a_track_up_where_two_pairs_are_better_together() -> None:
    """The track between both is nearest to the first target, and the second has nobody else."""
    found = gospa(np.array([[0.0], [60.0]]), np.array([[25.0], [-50.0]]), C_M)
    assert found.localisation_m2[0] == pytest.approx(35.0**2 + 50.0**2)
    assert found.matched[0] == 2


def test_parts_add_up() -> None:
    rng = np.random.default_rng(8)
    found = gospa(rng.uniform(0, 300, (30, 3)), rng.uniform(0, 300, (25, 3)), C_M)
    assert found.missed[0] > 0
    assert found.false[0] > 0
    assert found.total_m[0] ** 2 == pytest.approx(found.localisation_m2[0] + found.missed_m2[0] + found.false_m2[0])
    assert sum(found.mean_parts_m()) == pytest.approx(found.mean_m)
    assert found.localisation_rms_m == pytest.approx(sqrt(found.localisation_m2[0] / found.matched[0]))


POINTS = st.lists(st.tuples(*[st.floats(-150.0, 150.0)] * 3), max_size=5).map(lambda rows: np.reshape(rows, (-1, 3)))


@settings(max_examples=150, deadline=None)
@given(POINTS, POINTS, POINTS)
def test_gospa_is_a_metric(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
    assert total_m(a, a) == pytest.approx(0.0, abs=1e-6)
    assert total_m(a, b) == pytest.approx(total_m(b, a), abs=1e-9)
    assert total_m(a, c) <= total_m(a, b) + total_m(b, c) + 1e-9


def test_moments_do_not_mix_and_order_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    rows = [(float(s), n, rng.uniform(0, 900)) for s in range(40) for n in range(8) if rng.random() < 0.8]
    off = [(s, n + 50, x + rng.normal(0, 60)) for s, n, x in rows if rng.random() < 0.8]
    shuffled = [off[n] for n in rng.permutation(len(off))]
    found, other = measured(picture(*rows), picture(*off)), measured(picture(*rows), picture(*shuffled))
    for moment, total in zip(found.gospa.time_s, found.gospa.total_m, strict=True):
        here = [np.array([[x] for s, _, x in part if s == moment]).reshape(-1, 1) for part in (rows, off)]
        assert total == pytest.approx(gospa(here[0], here[1], C_M).total_m[0])
    np.testing.assert_array_equal(found.gospa.total_m, other.gospa.total_m)
    assert (found.siap, found.continuity) == (other.siap, other.continuity)
    monkeypatch.setattr(metrics_pairs, "_PAIRS_AT_ONCE", 1)
    np.testing.assert_array_equal(measured(picture(*rows), picture(*off)).gospa.total_m, found.gospa.total_m)


# SIAP and continuity, on pictures made by hand

FLIES = tuple((float(s), 1, 0.0) for s in range(10))


def held(*numbers: int) -> tuple[tuple[float, int, float], ...]:
    """Track rows on the target, a number a second from 0 s; -1 for none."""
    return tuple((float(s), number, 10.0) for s, number in enumerate(numbers) if number >= 0)


@pytest.mark.parametrize(
    ("numbers", "switches", "breaks", "longest_id", "segment", "delay_s"),
    [
        ((5,) * 10, 0, 0, 1.0, 1.0, 0.0),
        ((-1, -1, 5, 5, 5, 5, 5, 5, 5, 5), 0, 0, 0.8, 0.8, 2.0),
        ((5, 5, 5, 6, 6, 6, 6, 6, 6, 6), 1, 0, 0.7, 0.7, 0.0),
        ((5, 5, 5, -1, -1, 5, 5, 5, 5, 5), 0, 1, 0.8, 0.5, 0.0),
        ((5, 5, 5, -1, -1, 6, 6, 6, 6, 6), 1, 1, 0.5, 0.5, 0.0),
        ((5, 6, 5, 6, 5, 6, 5, 6, 5, 6), 9, 0, 0.5, 0.1, 0.0),
        ((5, 5, 5, 5, -1, -1, -1, -1, -1, -1), 0, 1, 0.4, 0.4, 0.0),
    ],
)
def test_continuity_of_one_target(
    numbers: tuple[int, ...], switches: int, breaks: int, longest_id: float, segment: float, delay_s: float
) -> None:
    found = measured(picture(*FLIES), picture(*held(*numbers))).continuity
    assert (found.id_switches, found.breaks) == (switches, breaks)
    assert found.longest_id_share == pytest.approx(longest_id)
    assert found.longest_segment == pytest.approx(segment)
    assert found.initiation_delay_s == pytest.approx(delay_s)
    assert found.tracked_s == sum(number >= 0 for number in numbers)


def test_two_numbers_that_change_places_are_two_switches() -> None:
    there = tuple((float(s), 2, 1000.0) for s in range(10))
    tracks = [(float(s), 7, 0.0 if s < 5 else 1000.0) for s in range(10)]
    tracks += [(float(s), 8, 1000.0 if s < 5 else 0.0) for s in range(10)]
    found = measured(picture(*FLIES, *there), picture(*tracks))
    assert found.continuity.id_switches == 2
    assert found.continuity.longest_id_share == pytest.approx(0.5)
    assert found.siap.number_changes_per_hour == pytest.approx(2 * 3600.0 / 20.0)
    assert found.gospa.total_m.max() == pytest.approx(0.0, abs=1e-9)


def test_a_double_is_ambiguous_and_a_track_of_nothing_spurious() -> None:
    tracks = [(float(s), n, x) for s in range(10) for n, x in ((5, 10.0), (6, 40.0), (9, 5000.0))]
    found = measured(picture(*FLIES), picture(*tracks))
    assert (found.siap.completeness, found.siap.ambiguity) == (1.0, 2.0)
    assert found.siap.spuriousness == pytest.approx(1 / 3)
    assert found.siap.position_error_m == pytest.approx(25.0)
    assert (found.continuity.tracks, found.continuity.false_tracks, found.continuity.redundant_tracks) == (3, 2, 1)
    assert found.continuity.track_life_s == 9.0
    assert found.gospa.false.tolist() == [2] * 10


@pytest.mark.parametrize(("matched", "false"), [(4, 1), (5, 0)])
def test_a_track_is_false_with_a_target_at_fewer_than_half_of_its_moments(matched: int, false: int) -> None:
    tracks = [(float(s), 5, 10.0 if s < matched else 5000.0) for s in range(10)]
    assert measured(picture(*FLIES), picture(*tracks)).continuity.false_tracks == false


def test_velocity_error_and_a_target_never_tracked() -> None:
    truth = picture(*FLIES, (0.0, 2, 9000.0))
    tracks = picture(*held(*(5,) * 10))
    fast = Picture(tracks.time_s, tracks.number, tracks.position_m, tracks.velocity_mps + np.array([3.0, 0.0, 4.0]))
    found = measured(truth, fast)
    assert found.siap.velocity_error_mps == pytest.approx(5.0)
    assert (found.continuity.targets, found.continuity.never_tracked) == (2, 1)
    assert found.siap.completeness == pytest.approx(10 / 11)


def test_targets_that_do_not_count_take_their_tracks_along() -> None:
    truth = picture(*FLIES, *((float(s), 2, 1000.0) for s in range(10)))
    tracks = [(float(s), n, x) for s in range(10) for n, x in ((5, 10.0), (6, 1010.0), (7, 1030.0), (9, 5000.0))]
    found = measured(truth, picture(*tracks), counted=np.arange(20) < 10)
    assert found.gospa.targets.tolist() == [1] * 10
    assert found.gospa.tracks.tolist() == [2] * 10
    assert (found.siap.completeness, found.siap.ambiguity, found.siap.spuriousness) == (1.0, 1.0, 0.5)
    assert (found.continuity.targets, found.continuity.false_tracks) == (1, 1)


def test_tracks_that_stand_when_nobody_flies_are_false_at_named_moments() -> None:
    tracks = picture(*held(*(5,) * 15))
    found = measured(picture(*FLIES), tracks, moments_s=np.arange(15.0))
    assert found.gospa.false.tolist() == [0] * 10 + [1] * 5
    with pytest.raises(InputError, match=r"5 rows lie at no moment of truth, the first at 10 s"):
        measured(picture(*FLIES), tracks)


def test_empty_pictures_have_no_means() -> None:
    nothing = Picture([], [], [])
    blind, ghosts = measured(picture(*FLIES), nothing), measured(nothing, picture(*FLIES), moments_s=np.arange(10.0))
    assert blind.siap.completeness == 0.0
    assert np.isnan(blind.siap.spuriousness)
    assert np.isnan(blind.continuity.initiation_delay_s)
    assert blind.continuity.longest_id_share == 0.0
    assert blind.gospa.mean_m == pytest.approx(C_M / sqrt(2))
    assert (ghosts.siap.spuriousness, ghosts.continuity.false_tracks) == (1.0, 1)
    assert np.isnan(ghosts.siap.completeness)
    assert np.isnan(measured(nothing, nothing).gospa.mean_m)


# NEES and NIS


def covariances(rng: np.random.Generator, n: int, size: int) -> np.ndarray:
    roots = rng.normal(0, 3, (n, size, size)) + np.eye(size)
    return roots @ roots.transpose(0, 2, 1)


@pytest.mark.parametrize(("factor", "verdict"), [(1.0, "inside"), (1.3, "over"), (0.7, "under")])
def test_nees_of_drawn_errors(factor: float, verdict: str) -> None:
    """Errors drawn from the covariances; the squares by an inverse, the band from the definition."""
    rng = np.random.default_rng(12)
    n, moments = 40, 30
    cov = covariances(rng, n * moments, 6)
    errors = np.linalg.cholesky(cov) @ rng.normal(size=(n * moments, 6, 1)) * sqrt(factor)
    time_s, number = np.repeat(np.arange(moments), n), np.tile(np.arange(n), moments)
    place_m, speed = number[:, None] * [1e4, 0.0, 0.0], np.zeros((n * moments, 3))
    truth = Picture(time_s, number, place_m, speed)
    tracks = Picture(time_s, number, place_m + errors[:, :3, 0], speed + errors[:, 3:, 0], cov)
    found = measure(truth, tracks, 500.0)
    assert found.nees is not None
    assert found.nees_position is not None
    assert (found.nees.verdict, found.nees_position.verdict) == (verdict, verdict)
    expected = (errors.transpose(0, 2, 1) @ np.linalg.inv(cov) @ errors).mean()
    assert found.nees.mean == pytest.approx(expected, rel=1e-9)
    assert (found.nees.expected, found.nees_position.expected) == (6.0, 3.0)
    k = found.nees.independent
    assert (found.nees.low * k, found.nees.high * k) == pytest.approx(tuple(chi2.ppf([0.025, 0.975], 6 * k)))


def test_the_band_holds_the_mean_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    dimensions = np.tile([2, 3, 4], 40)
    inside = [consistency(rng.chisquare(dimensions), dimensions) for _ in range(1000)]
    share = np.mean([found is not None and found.verdict == "inside" for found in inside])
    assert share == pytest.approx(0.95, abs=0.02)


def test_values_of_one_track_count_as_one_where_they_are_all_alike() -> None:
    """Thirty copies of each draw: without groups the band is far too narrow, with them it keeps what it says."""
    rng = np.random.default_rng(6)
    groups = np.repeat(np.arange(60), 30)
    alone, grouped = 0, 0
    for _ in range(400):
        values = np.repeat(rng.chisquare(3, 60), 30)
        plain, counted = consistency(values, 3), consistency(values, 3, groups)
        assert plain is not None
        assert counted is not None
        alone += plain.verdict == "inside"
        grouped += counted.verdict == "inside"
        assert counted.independent == pytest.approx(60, rel=0.05)
    assert alone / 400 < 0.5
    assert grouped / 400 == pytest.approx(0.95, abs=0.03)


def test_independent_values_in_groups_lose_little() -> None:
    rng = np.random.default_rng(9)
    found = consistency(rng.chisquare(3, 6000), 3, np.repeat(np.arange(200), 30))
    assert found is not None
    assert found.independent > 4500
    assert found.verdict == "inside"


def test_what_cannot_be_used_is_counted() -> None:
    found = consistency([3.0, np.nan, -1.0, 2.5], 3)
    assert found is not None
    assert (found.count, found.left_out) == (2, 2)
    nothing = consistency([np.nan, -1.0], 3)
    assert nothing is not None
    assert (nothing.count, nothing.left_out, nothing.verdict) == (0, 2, "none")
    assert consistency([], 3) is None
    few = consistency(np.full(50, 3.0), 3, np.repeat([1, 2], 25))
    assert few is not None
    assert few.independent == 2


def test_a_covariance_that_is_not_positive_definite_is_left_out() -> None:
    tracks = picture(*held(*(5,) * 10))
    cov = np.tile(np.eye(3) * 100.0, (10, 1, 1))
    cov[3], cov[4, 0, 0] = -np.eye(3), np.nan
    found = measured(picture(*FLIES), Picture(tracks.time_s, tracks.number, tracks.position_m, None, cov))
    assert found.nees is not None
    assert (found.nees.count, found.nees.left_out, found.nees.mean) == (8, 2, pytest.approx(1.0))
    assert np.isnan(found.siap.velocity_error_mps)


# Bad input

GOOD = picture(*FLIES)


@pytest.mark.parametrize(
    ("tracks", "said"),
    [
        (picture(*FLIES, (3.0, 1, 50.0)), "number 1 stands twice at 3 s"),
        (Picture([0.0, np.nan], [1, 2], np.zeros((2, 3))), "time_s holds a value that is not a finite number"),
        (Picture([0.0], [1], [[0.0, np.inf, 0.0]]), "position_m holds a value that is not a finite number"),
        (Picture([0.0], [1.5], np.zeros((1, 3))), "numbers are of the type float64"),
        (Picture([0.0, 1.0], [1, 2], np.zeros((3, 3))), r"position_m has the shape \(3, 3\), expected \(2, 3\)"),
        (Picture([0.0], [1], np.zeros((1, 3)), np.zeros((1, 2))), "velocity_mps has the shape"),
        (Picture([0.0], [1], np.zeros((1, 3)), None, np.zeros((1, 4, 4))), "covariance has the shape"),
        (Picture([0.0], [1], np.zeros((1, 2))), "positions have 2 axes and those of truth 3"),
        (picture((0.5, 1, 0.0)), "1 rows lie at no moment of truth, the first at 0.5 s"),
    ],
)
def test_a_picture_that_cannot_be_used_is_refused(tracks: Picture, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        measured(GOOD, tracks)
    assert refused.value.file == "tracks"


@pytest.mark.parametrize("cutoff_m", [0.0, -1.0, float("nan"), float("inf"), 1e8])
def test_a_cutoff_out_of_bounds_is_refused(cutoff_m: float) -> None:
    with pytest.raises(InputError, match="must lie between 1 mm and 10 000 km"):
        pair(GOOD, GOOD, cutoff_m)


def test_other_shapes_are_refused() -> None:
    with pytest.raises(InputError, match="one for each row of truth"):
        measured(GOOD, GOOD, counted=[True])
    with pytest.raises(InputError, match="as many dimensions and groups"):
        consistency([1.0, 2.0], [3, 3, 3])
    with pytest.raises(InputError, match="fewer than one dimension"):
        consistency([1.0], 0)
