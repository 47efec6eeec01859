"""Figures read off a table are those that it was made from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from openiads.analysis import envelope_read as read
from openiads.catalog.loader import load
from tests.support.flown_samples import Sample, made

CATALOG = load()
FLOWN = made(CATALOG.missiles["48n6e"], CATALOG.targets["fighter"])


def box(reachable: list[list[int]], radial_mps: tuple[float, ...] = (0.0,)) -> Sample:
    """A table of 3 heights and 4 ranges whose reach is written out, the same for every radial speed."""
    reached = np.array([reachable] * len(radial_mps), float)
    height_m, ground_m = np.array([100.0, 1000.0, 5000.0]), np.array([1e3, 2e3, 4e3, 8e3])
    flight_s = np.broadcast_to(np.hypot(ground_m[None, :], height_m[:, None]) / 1000.0, reached.shape)
    return replace(
        FLOWN, ground_m=ground_m, height_m=height_m, radial_mps=np.array(radial_mps), flight_s=flight_s,
        speed_mps=flight_s, load_mps2=flight_s, miss_m=flight_s, margin=2.0 * reached - 1.0,
    )  # fmt: skip


def between(a_m: float, b_m: float) -> float:
    """Midway in the root, where the margins are as great on either side."""
    return ((a_m**0.5 + b_m**0.5) / 2.0) ** 2


def test_edges_lie_where_the_margin_passes_zero() -> None:
    found = read.figures(box([[0, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]]), "forward", 100.0)
    assert found.near == read.Edge(pytest.approx(np.hypot(between(1e3, 2e3), 100.0)), 500.0, False)  # slant
    assert found.far == read.Edge(pytest.approx(between(4e3, 8e3)), 2000.0, False)
    assert found.ceiling == read.Edge(pytest.approx(between(1e3, 5e3)), 2000.0, False)
    assert found.floor == read.Edge(100.0, 0.0, True)
    assert found.far_height_m == 1000.0
    assert found.mean_speed_mps == pytest.approx(1000.0, rel=0.01)  # times are linear between ranges


def test_an_edge_at_the_end_of_the_table_is_open() -> None:
    found = read.figures(box([[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]]), "tail", 100.0)
    assert all(edge is not None and edge.is_open for edge in (found.near, found.far, found.ceiling, found.floor))
    assert found.far is not None
    assert found.far.value_m == 8e3


def test_nothing_reached_is_none_everywhere() -> None:
    empty = box([[0] * 4] * 3, (-100.0, 0.0, 100.0))
    found = read.figures(empty, "crossing", 100.0)
    assert (found.near, found.far, found.ceiling, found.floor, found.mean_speed_mps) == (None,) * 5
    assert read.span_at(read.cut_at(empty, 100.0), 500.0) is None
    assert not read.plan(empty, 500.0, 100.0, 90.0).far_m.any()


def test_no_figure_rests_on_a_point_that_hangs_together_with_nothing() -> None:
    found = read.figures(box([[1, 0, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]]), "forward", 100.0)
    assert found.near is not None
    assert found.floor is not None
    assert found.near.value_m > 2e3
    assert found.floor.value_m > 100.0


def test_the_greatest_range_is_that_at_heights_where_the_target_flies() -> None:
    table = box([[1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]])
    assert read.figures(table, "forward", 100.0).far == read.Edge(8e3, 0.0, True)
    low = read.figures(table, "forward", 100.0, top_m=1000.0)
    assert low.far == read.Edge(pytest.approx(between(4e3, 8e3)), 2000.0, False)
    assert low.far_height_m == 1000.0
    higher = read.figures(table, "forward", 100.0, top_m=1500.0)  # between two heights of the table
    span = read.span_at(read.cut_at(table, 100.0), 1500.0)
    assert span is not None
    assert higher.far is not None
    assert higher.far.value_m == pytest.approx(span.far_m)
    assert higher.far_height_m == 1500.0


def test_no_range_at_a_height_exceeds_the_greatest_range() -> None:
    """Tables with random holes: one filter for the figures and for the ranges at heights."""
    rng = np.random.default_rng(3)
    table = box([[1, 1, 1, 1]] * 3, (-100.0, 0.0, 100.0))
    for _ in range(200):
        holed = replace(table, margin=rng.uniform(-1.0, 1.0, table.margin.shape))
        for aspect in read.ASPECTS:
            far = read.figures(holed, aspect, 100.0, 5000.0).far
            spans = [read.span_at(read.cut_at(holed, 100.0 * read.TOWARDS[aspect]), h) for h in (50.0, 300.0, 2000.0)]
            reached_m = [span.far_m for span in spans if span is not None]
            assert not reached_m or (far is not None and max(reached_m) <= far.value_m + 1e-6)


def test_a_hole_parts_what_is_reached_and_a_sliver_is_passed_over() -> None:
    cut = read.cut_at(box([[1, 0, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0]]), 0.0)
    near, far = read.spans_at(cut, 100.0)
    assert near.far_m == pytest.approx(between(1e3, 2e3))
    assert far.near_m == pytest.approx(between(2e3, 4e3))
    assert read.span_at(cut, 100.0) == far


def test_time_to_a_point_is_linear_between_ranges_and_roots_of_height() -> None:
    cut = read.cut_at(box([[1] * 4] * 3), 0.0)
    assert read.time_at(cut, 3e3, 1000.0) == pytest.approx((np.hypot(2e3, 1e3) + np.hypot(4e3, 1e3)) / 2e3)
    assert read.time_at(cut, 9e3, 1000.0) is None


def test_a_cut_between_two_courses_is_their_mean_and_beyond_them_the_nearest() -> None:
    half = read.cut_at(FLOWN, 118.0)
    assert np.allclose(half.margin, (FLOWN.margin[1] + FLOWN.margin[2]) / 2.0)
    assert np.array_equal(read.cut_at(FLOWN, 900.0).margin, FLOWN.margin[2])
    assert np.array_equal(read.cut_at(FLOWN, -236.0).flight_s, FLOWN.flight_s[0])


def test_a_time_is_that_of_the_flights_that_arrived() -> None:
    table = box([[1] * 4] * 3, (-100.0, 0.0, 100.0))
    flight_s = np.array(table.flight_s)
    flight_s[2, 1, 1] = 0.0
    cut = read.cut_at(replace(table, flight_s=flight_s), 50.0)
    assert cut.flight_s[1, 1] == pytest.approx(flight_s[1, 1, 1])


def test_between_two_heights_the_margin_is_linear_in_the_root() -> None:
    cut = read.cut_at(box([[0, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]]), 0.0)
    lowest = read.span_at(cut, 10.0)  # the lowest height of the table counts below it
    assert lowest is not None
    assert lowest.far_m == pytest.approx(between(2e3, 4e3))
    assert lowest.near_m == pytest.approx(between(1e3, 2e3))
    above = read.span_at(cut, between(100.0, 1000.0) + 1.0)
    assert above is not None
    assert above.far_m > 4e3
    assert read.span_at(cut, 4900.0) is None
    assert read.span_at(cut, 6000.0) is None


@pytest.mark.parametrize("course_deg", [0.0, 90.0, 270.0, 33.0])
def test_the_plan_agrees_with_the_table_ahead_abeam_and_behind(course_deg: float) -> None:
    plan = read.plan(FLOWN, 10e3, 236.0, course_deg, bearings=721)
    for off_deg, aspect in ((180.0, "forward"), (90.0, "crossing"), (0.0, "tail")):
        n = int(np.argmin(np.abs((plan.bearing_deg - course_deg - off_deg + 180.0) % 360.0 - 180.0)))
        span = read.span_at(read.cut_at(FLOWN, read.TOWARDS[aspect] * 236.0), 10e3)
        assert span is not None
        assert plan.far_m[n] == pytest.approx(span.far_m, rel=2e-3)


def test_at_launch_the_target_is_as_far_back_on_its_course_as_it_flies_meanwhile() -> None:
    plan = read.plan(FLOWN, 10e3, 236.0, 270.0)
    met, launch = np.array(plan.met("far")), np.array(plan.at_launch("far"))
    assert np.allclose(launch[0] - met[0], 236.0 * plan.far_s)  # it comes from the east
    assert np.allclose(launch[1], met[1])


def test_a_smooth_dome_is_read_off_its_margin() -> None:
    """The dome of the sample reaches 150 km times 1 + 0.0006 x radial speed from 10.8 km to 13.5 km of height."""
    for aspect, radial_mps in (("forward", 236.0), ("crossing", 0.0), ("tail", -236.0)):
        far = read.figures(FLOWN, aspect, 236.0).far  # type: ignore[arg-type]
        assert far is not None
        assert far.value_m == pytest.approx(150e3 * (1.0 + 0.0006 * radial_mps), rel=2e-3)
