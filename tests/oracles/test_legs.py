"""Routes against PROJ and against themselves: through the waypoints, at height, at speed, without a kink."""

from __future__ import annotations

import itertools
from math import degrees

import numpy as np
import pyproj
import pytest

from openiads.physics.kinematics import leg_position, leg_velocity
from openiads.units import Point
from openiads.vec3 import norm, sub
from openiads.world.legs import build_legs, offset, waypoint

GEOD = pyproj.Geod(ellps="WGS84")
TO_ECEF = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
TO_GEODETIC = pyproj.Transformer.from_crs("EPSG:4978", "EPSG:4979", always_xy=True)
ROUTES = {
    "straight and level": [(35.0, 34.0, 9000.0, 250.0), (34.9, 35.9, 9000.0, 250.0)],
    "climbing": [(33.0, 33.0, 100.0, 200.0), (34.0, 34.5, 10_000.0, 200.0)],
    "two turns": [
        (35.5, 34.0, 8000.0, 240.0),
        (35.2, 34.9, 6000.0, 300.0),
        (34.6, 35.0, 500.0, 240.0),
        (34.5, 36.0, 100.0, 200.0),
    ],
    "hairpin": [(34.0, 34.0, 3000.0, 150.0), (34.6, 34.6, 3000.0, 150.0), (34.1, 34.2, 3000.0, 150.0)],
    "long": [(20.0, -10.0, 11_000.0, 250.0), (55.0, 60.0, 11_000.0, 250.0)],
    "over the antimeridian": [(10.0, 179.5, 500.0, 100.0), (10.5, -179.5, 700.0, 100.0)],
    "due north": [(34.0, 36.0, 50.0, 60.0), (34.3, 36.0, 50.0, 60.0)],
}


@pytest.fixture(params=ROUTES.values(), ids=ROUTES)
def route(request: pytest.FixtureRequest) -> list[tuple[float, float, float, float]]:
    return list(request.param)


def _legs(route: list[tuple[float, float, float, float]]) -> np.ndarray:
    return build_legs([waypoint(Point(lat, lon), height, speed) for lat, lon, height, speed in route])


def _ticks(leg: np.void, number: int = 9) -> list[int]:
    return [int(tick) for tick in np.linspace(leg["start_tick"], leg["end_tick"], number)]


def test_legs_follow_each_other_in_time(route: list[tuple[float, float, float, float]]) -> None:
    legs = _legs(route)
    assert legs["start_tick"][0] == 0
    np.testing.assert_array_equal(legs["start_tick"][1:], legs["end_tick"][:-1])
    assert (legs["end_tick"] > legs["start_tick"]).all()


def test_a_route_begins_and_ends_at_its_ends(route: list[tuple[float, float, float, float]]) -> None:
    legs = _legs(route)
    for leg, tick, (lat, lon, height, _) in ((legs[0], 0, route[0]), (legs[-1], int(legs[-1]["end_tick"]), route[-1])):
        there = TO_ECEF.transform(lon, lat, height)
        assert np.linalg.norm(np.array(leg_position(leg, tick)) - there) < 0.01


def test_a_great_circle_leg_without_turns_hits_its_waypoints() -> None:
    for route in ROUTES.values():
        for here, there in itertools.pairwise(route):
            leg = _legs([here, there])[0]
            end = TO_ECEF.transform(there[1], there[0], there[2])
            assert np.linalg.norm(np.array(leg_position(leg, int(leg["end_tick"]))) - end) < 0.01


def test_the_height_is_exact(route: list[tuple[float, float, float, float]]) -> None:
    for leg in _legs(route):
        for tick in _ticks(leg):
            wanted = leg["height_m"] + leg["climb_mps"] * (tick - leg["start_tick"]) * 1e-3
            assert TO_GEODETIC.transform(*leg_position(leg, tick))[2] == pytest.approx(wanted, abs=1e-3)


def test_the_ground_speed_is_the_one_asked_for(route: list[tuple[float, float, float, float]]) -> None:
    """Half a percent: legs are great circles of the normal, timed by their length on the ellipsoid."""
    for leg in _legs(route):
        places = [TO_GEODETIC.transform(*leg_position(leg, tick)) for tick in _ticks(leg, 200)]
        length_m = sum(
            GEOD.inv(a[0], a[1], b[0], b[1])[2] * (1.0 + (a[2] + b[2]) / 2.0 / 6.37e6)
            for a, b in itertools.pairwise(places)
        )
        span_s = (leg["end_tick"] - leg["start_tick"]) * 1e-3
        flown = length_m / span_s
        speeds = [speed for *_, speed in route]
        assert min(abs(flown / speed - 1.0) for speed in speeds) < 5e-3


def test_the_velocity_is_the_derivative_of_the_position(route: list[tuple[float, float, float, float]]) -> None:
    for leg in _legs(route):
        for tick in _ticks(leg)[1:-1]:
            rise = np.array(sub(leg_position(leg, tick + 50), leg_position(leg, tick - 50))) / 0.1
            np.testing.assert_allclose(
                leg_velocity(leg, tick), rise, atol=1e-4 * max(norm(leg_velocity(leg, tick)), 1.0), rtol=0.0
            )


def test_legs_and_arcs_join_without_a_jump_or_a_kink(route: list[tuple[float, float, float, float]]) -> None:
    legs = _legs(route)
    if len(route) > 2:
        assert len(legs) > len(route) - 1, "a turn without an arc"
    for before, after in itertools.pairwise(legs):
        tick = int(after["start_tick"])
        assert norm(sub(leg_position(before, tick), leg_position(after, tick))) < 0.05
        one, other = np.array(leg_velocity(before, tick)), np.array(leg_velocity(after, tick))
        up = np.array(leg_position(after, tick))
        up /= np.linalg.norm(up)
        one, other = one - up * (one @ up), other - up * (other @ up)
        cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
        assert degrees(np.arccos(min(cosine, 1.0))) < 0.1


def test_a_turn_keeps_its_bank() -> None:
    """An arc at 240 m/s and 30 degrees of bank has a radius of v^2 / (g tan 30)."""
    legs = _legs(ROUTES["two turns"])
    arc = next(leg for leg in legs if leg["cos_radius"] != 0.0)
    speed = norm(leg_velocity(arc, int(arc["start_tick"] + arc["end_tick"]) // 2))
    rate = arc["rate_radps"]
    bank = np.degrees(np.arctan(speed * rate / 9.80665))
    assert bank == pytest.approx(30.0, abs=1.0)


@pytest.mark.parametrize("azimuth", range(0, 360, 45))
@pytest.mark.parametrize("distance_m", [1000.0, 100_000.0])
def test_an_offset_agrees_with_proj(azimuth: float, distance_m: float) -> None:
    """On the sphere against the ellipsoid: half a percent of the distance and a fifth of a degree."""
    start = Point(34.9, 35.9)
    ours = offset(start, np.radians(azimuth), distance_m)
    lon, lat, _ = GEOD.fwd(start.lon_deg, start.lat_deg, azimuth, distance_m)
    assert GEOD.inv(lon, lat, ours.lon_deg, ours.lat_deg)[2] < 5e-3 * distance_m
    back = GEOD.inv(start.lon_deg, start.lat_deg, ours.lon_deg, ours.lat_deg)[0]
    assert (back - azimuth + 180.0) % 360.0 - 180.0 == pytest.approx(0.0, abs=0.2)
