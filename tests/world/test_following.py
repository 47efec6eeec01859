"""Routes over the ground: heights above it are held everywhere, points are passed when due, and nothing flies below."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import pytest

from openiads.catalog.errors import InputError
from openiads.physics.kinematics import leg_position, leg_velocity
from openiads.terrain.grid import SEA_LEVEL, Terrain, frozen
from openiads.units import Point
from openiads.vec3 import norm, sub
from openiads.world.build import build
from openiads.world.following import fly_over, upper_envelope
from openiads.world.legs import Waypoint, build_legs, waypoint
from tests.support import runs

if TYPE_CHECKING:
    from openiads.scenario.load import Scenario
    from openiads.scenario.schema import Raid
    from openiads.world.build import Built

TO_GEODETIC = pyproj.Transformer.from_crs(4978, 4979, always_xy=True)
LEVANT = runs.scenario("first").terrain
OVER_LEBANON = ("34.20 N, 35.20 E", "34.30 N, 36.30 E", "34.90 N, 36.60 E", "34.915 N, 35.874 E")
POINTS = (Point(34.2, 35.2), Point(34.3, 36.3), Point(34.9, 36.6), Point(34.915, 35.874))
SLACK_M = 2.0  # ridges between two samples


def _points(altitude_m: float, terrain: Terrain, agl: bool = True, speed_mps: float = 240.0) -> list[Waypoint]:
    made = []
    for point in POINTS:
        ground_m = float(terrain.height_m(point.lat_deg, point.lon_deg)) if agl else 0.0
        made.append(waypoint(point, ground_m + altitude_m, speed_mps, altitude_m if agl else None))
    return made


def _flown(legs: Any, every_tick: int = 100) -> tuple[Any, Any, Any]:
    """Latitude, longitude and height along the legs by PROJ, ten times a second."""
    ticks = np.arange(0, legs["end_tick"][-1], every_tick)
    rows = np.searchsorted(legs["end_tick"], ticks, side="right")
    places = np.array([leg_position(legs[row], int(tick)) for row, tick in zip(rows, ticks, strict=True)])
    lon_deg, lat_deg, height_m = TO_GEODETIC.transform(*places.T)
    return lat_deg, lon_deg, height_m


@pytest.mark.parametrize("agl_m", [0.0, 50.0, 300.0])
def test_a_height_above_ground_is_held_everywhere(agl_m: float) -> None:
    route = fly_over(_points(agl_m, LEVANT), LEVANT)
    lat_deg, lon_deg, height_m = _flown(route.legs)
    clearance = height_m - LEVANT.height_m(lat_deg, lon_deg)
    assert clearance.min() > agl_m - SLACK_M
    assert np.median(clearance) < agl_m + 30.0
    assert route.buried is None


def test_over_the_sea_a_height_above_ground_is_that_height() -> None:
    route = fly_over(_points(20.0, LEVANT), LEVANT)
    _, lon_deg, height_m = _flown(route.legs)
    west = lon_deg < 35.5
    np.testing.assert_allclose(height_m[west], 20.0, atol=2.0)
    level = fly_over(_points(20.0, SEA_LEVEL), SEA_LEVEL)
    np.testing.assert_allclose(_flown(level.legs)[2], 20.0, atol=1e-6)


def test_legs_are_few() -> None:
    """220 km over two ridges in half-kilometre cells would be some 480 legs."""
    assert len(fly_over(_points(50.0, LEVANT), LEVANT).legs) < 250


def test_following_changes_heights_and_nothing_else() -> None:
    """The same places at the same ticks as the level legs, without a gap at any joint."""
    points = _points(50.0, LEVANT)
    route, plain = fly_over(points, LEVANT), build_legs(points)
    np.testing.assert_allclose(np.array(_flown(route.legs)[:2]), np.array(_flown(plain)[:2]), atol=1e-9)
    legs = route.legs
    np.testing.assert_array_equal(legs["start_tick"][1:], legs["end_tick"][:-1])
    assert (legs["end_tick"] > legs["start_tick"]).all()
    for before, after in pairwise(legs):
        tick = int(before["end_tick"])
        assert norm(sub(leg_position(before, tick), leg_position(after, tick))) < 1e-3
    speeds = [norm(leg_velocity(leg, int(leg["start_tick"]))) for leg in legs]
    assert min(speeds) > 0.99 * 240.0


def test_points_are_passed_when_due() -> None:
    """At the tick of a point the flyer is at it, or at the end of the straight leg towards its turn."""
    route = fly_over(_points(50.0, LEVANT), LEVANT)
    assert len(route.due_tick) == len(POINTS)
    assert route.due_tick[-1] == route.legs["end_tick"][-1]
    for point, tick in zip(POINTS, route.due_tick, strict=True):
        row = min(int(np.searchsorted(route.legs["end_tick"], tick, side="left")), len(route.legs) - 1)
        x, y, z = leg_position(route.legs[row], tick)
        lon, lat, _ = TO_GEODETIC.transform(x, y, z)
        assert pyproj.Geod(ellps="WGS84").inv(lon, lat, point.lon_deg, point.lat_deg)[2] < 15e3
    first, last = leg_position(route.legs[0], 0), leg_position(route.legs[-1], route.due_tick[-1])
    for place, point in ((first, POINTS[0]), (last, POINTS[-1])):
        lon, lat, _ = TO_GEODETIC.transform(*place)
        assert (lat, lon) == pytest.approx((point.lat_deg, point.lon_deg), abs=1e-6)


def test_a_route_above_the_sea_stays_as_it_was() -> None:
    points = _points(4000.0, LEVANT, agl=False)
    route = fly_over(points, LEVANT)
    assert route.legs.tobytes() == build_legs(points).tobytes()
    assert route.buried is None


def test_from_the_sea_to_the_ground_without_a_step() -> None:
    """A leg from one datum to the other is a straight climb or descent, joined at both ends."""
    points = _points(300.0, LEVANT)
    points[0] = Waypoint(points[0].normal, 9000.0, 240.0)
    legs = fly_over(points, LEVANT).legs
    span_s = (legs["end_tick"] - legs["start_tick"]) / 1000.0
    ends = legs["height_m"] + legs["climb_mps"] * span_s
    assert legs["height_m"][0] == 9000.0
    np.testing.assert_allclose(ends[:-1], legs["height_m"][1:], atol=1e-6)


def test_a_closed_route_ends_as_high_as_it_begins() -> None:
    points = _points(100.0, LEVANT)
    legs = fly_over([*points[1:3], points[3], points[1]], LEVANT).legs
    end = legs["height_m"][-1] + legs["climb_mps"][-1] * (legs["end_tick"][-1] - legs["start_tick"][-1]) / 1000.0
    assert end == pytest.approx(legs["height_m"][0], abs=1e-6)


def test_what_flies_below_the_ground_is_found_in_turns_too() -> None:
    buried = fly_over(_points(1000.0, LEVANT, agl=False), LEVANT).buried
    assert buried is not None
    assert "it flies 1000 m above the sea and the ground is at" in buried
    wall = np.zeros((400, 400), np.float32)
    wall[:, 210:213] = 900.0  # beside the inbound leg, where the turn cuts the corner
    terrain = Terrain(frozen(wall), 33.0, 34.0, 0.005, 0.005, "wall")
    corner = [Point(33.5, 35.1), Point(34.5, 35.04), Point(34.5, 36.0)]
    made = [waypoint(point, 500.0, 300.0) for point in corner]
    assert fly_over(made, terrain).buried is not None


@pytest.mark.parametrize("seed", range(20))
def test_the_envelope_is_above_its_profile_and_near_it(seed: int) -> None:
    draw = np.random.default_rng(seed)
    profile = np.cumsum(draw.normal(0.0, 8.0, 500))
    kept = np.array([0, 100, 350, 499])
    points, heights = upper_envelope(profile, kept, 10.0)
    line = np.interp(np.arange(500), points, heights)
    assert (line >= profile - 1e-9).all()
    assert (line - profile).max() <= 20.0 + 1e-9
    assert set(kept) <= set(points.tolist())
    assert len(points) < 250


def _raid(scenario: Scenario, **changes: Any) -> Raid:
    return scenario.file.raids[1].model_copy(update={"route": OVER_LEBANON, **changes})


def _built(*raids: Raid) -> Built:
    return build(runs.changed(runs.scenario("first"), raids=raids))


def test_what_stands_in_the_world_stands_on_the_ground() -> None:
    base = runs.scenario("first")
    inland = "33.90 N, 36.00 E"
    unit = base.file.units[0].model_copy(update={"at": inland})
    asset = base.file.assets[0].model_copy(update={"at": inland})
    raid = base.file.raids[0].model_copy(update={"altitude": base.file.raids[0].altitude})
    built = build(runs.changed(base, units=(unit,), assets=(asset,), raids=(raid,)))
    for table, mast in (("launchers", 0.0), ("assets", None)):
        for row in getattr(built.state, table):
            lon, lat, height = TO_GEODETIC.transform(*row["pos_ecef_m"])
            stands = float(LEVANT.height_m(lat, lon))
            assert stands > 800.0
            assert height == pytest.approx(stands, abs=60.0 if mast is None else 0.05)
    radars = [row for row in built.roster if row["table"] == "radars"]
    for row, emitter in zip(radars, built.state.emitters, strict=False):
        ground = float(LEVANT.height_m(row["lat_deg"], row["lon_deg"]))
        assert 0.0 < emitter["height_m"] - ground < 60.0


def test_a_turn_that_leads_below_the_ground_is_refused_by_name() -> None:
    """The corner of the route lies over the plain; the turn cuts it short and meets the ridge."""
    scenario = runs.scenario("first")
    raid = _raid(scenario, altitude=None, altitudes=())
    with pytest.raises(InputError, match="leads cruise-1 below the ground: at 3"):
        _built(raid)


def test_releases_and_plans_count_the_points_of_the_route() -> None:
    """Cut legs do not move them: the ticks are those of the same route above the sea, to the longer way higher up."""
    base = runs.scenario("first")
    flight = base.file.flights[0]
    low = flight.model_copy(update={"route": OVER_LEBANON, "altitude": type(flight.altitude)(200.0, above_ground=True)})
    high = flight.model_copy(update={"route": OVER_LEBANON, "altitude": type(flight.altitude)(1500.0)})
    flat = build(replace(runs.changed(base, flights=(high,), raids=()), terrain=SEA_LEVEL))
    hilly = build(runs.changed(base, flights=(low,), raids=()))
    assert len(hilly.world.legs) > 3 * len(flat.world.legs)
    assert len(hilly.world.plan_points) == len(flat.world.plan_points) == len(OVER_LEBANON)
    np.testing.assert_allclose(hilly.world.plan_points["tick"], flat.world.plan_points["tick"], rtol=2e-3)
