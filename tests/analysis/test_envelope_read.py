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
    reached = np.array([reachable] * len(radial_mps), bool)
    height_m, ground_m = np.array([100.0, 1000.0, 5000.0]), np.array([1e3, 2e3, 4e3, 8e3])
    flight_s = np.broadcast_to(np.hypot(ground_m[None, :], height_m[:, None]) / 1000.0, reached.shape)
    return replace(
        FLOWN, ground_m=ground_m, height_m=height_m, radial_mps=np.array(radial_mps), flight_s=flight_s,
        speed_mps=flight_s, load_mps2=flight_s, miss_m=flight_s, reachable=reached,
    )  # fmt: skip


def test_edges_lie_midway_between_reached_and_not() -> None:
    found = read.figures(box([[0, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]]), "forward")
    assert (found.near, found.far) == (read.Edge(1500.0, 500.0, False), read.Edge(6000.0, 2000.0, False))
    assert found.ceiling == read.Edge(3000.0, 2000.0, False)
    assert found.floor == read.Edge(100.0, 0.0, True)
    assert found.far_height_m == 1000.0
    assert found.mean_speed_mps == pytest.approx(1000.0)


def test_an_edge_at_the_end_of_the_table_is_open() -> None:
    found = read.figures(box([[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]]), "tail")
    assert all(edge is not None and edge.is_open for edge in (found.near, found.far, found.ceiling, found.floor))
    assert found.far is not None
    assert found.far.value_m == 8e3


def test_nothing_reached_is_none_everywhere() -> None:
    empty = box([[0] * 4] * 3, (-100.0, 0.0, 100.0))
    found = read.figures(empty, "crossing")
    assert (found.near, found.far, found.ceiling, found.floor, found.mean_speed_mps) == (None,) * 5
    assert read.farthest_at(empty, "forward", 500.0) is None
    assert not read.plan(empty, 500.0, 100.0, 90.0).far_m.any()


def test_aspects_are_the_fastest_towards_the_least_radial_and_the_fastest_away() -> None:
    table = box([[1] * 4] * 3, (-200.0, 30.0, 250.0, -10.0))
    assert [float(table.radial_mps[read.aspect_row(table, aspect)]) for aspect in read.ASPECTS] == [
        250.0,
        -10.0,
        -200.0,
    ]


def test_between_two_heights_an_edge_is_a_straight_line() -> None:
    table = box([[0, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]])
    assert read.edges_at(table, 0, 550.0) == (1500.0, pytest.approx((3000.0 + 6000.0) / 2.0))
    assert read.edges_at(table, 0, 10.0) == (1500.0, 3000.0)  # the lowest height of the table counts below it
    assert np.isnan(read.edges_at(table, 0, 4900.0)).all()
    assert np.isnan(read.edges_at(table, 0, 6000.0)).all()


@pytest.mark.parametrize("course_deg", [0.0, 90.0, 270.0, 33.0])
def test_the_plan_agrees_with_the_table_ahead_abeam_and_behind(course_deg: float) -> None:
    plan = read.plan(FLOWN, 10e3, 236.0, course_deg, bearings=721)
    for off_deg, aspect in ((180.0, "forward"), (90.0, "crossing"), (0.0, "tail")):
        n = int(np.argmin(np.abs((plan.bearing_deg - course_deg - off_deg + 180.0) % 360.0 - 180.0)))
        assert plan.far_m[n] == pytest.approx(read.farthest_at(FLOWN, aspect, 10e3), rel=2e-3)  # type: ignore[arg-type]


def test_at_launch_the_target_is_as_far_back_on_its_course_as_it_flies_meanwhile() -> None:
    plan = read.plan(FLOWN, 10e3, 236.0, 270.0)
    met, launch = np.array(plan.met("far")), np.array(plan.at_launch("far"))
    assert np.allclose(launch[0] - met[0], 236.0 * plan.far_s)  # it comes from the east
    assert np.allclose(launch[1], met[1])


def test_a_smooth_dome_is_read_within_half_a_step() -> None:
    """The dome of the sample reaches 150 km times 1 + 0.0006 x radial speed at 10 km."""
    step_m = float(FLOWN.ground_m[1] - FLOWN.ground_m[0])
    for aspect, radial_mps in (("forward", 236.0), ("tail", -236.0)):
        far = read.figures(FLOWN, aspect).far  # type: ignore[arg-type]
        assert far is not None
        assert abs(far.value_m - 150e3 * (1.0 + 0.0006 * radial_mps)) <= step_m / 2.0 + 1.0
