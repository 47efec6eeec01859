"""The survey of an antenna's surroundings: closed forms, PROJ's places, and a slow twin of the largest slope."""

from __future__ import annotations

from math import acos, cos, degrees, pi, sqrt, tan
from pathlib import Path

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openiads.constants import EFFECTIVE_EARTH_RADIUS_M
from openiads.physics.earth import geodetic
from openiads.scenario.load import load
from openiads.simulate import Session
from openiads.terrain.grid import SEA_LEVEL, Terrain, frozen
from openiads.units import Point
from openiads.vec3 import read
from openiads.world.build_radars import sailed
from openiads.world.horizons import AZIMUTHS, RANGES, Spot
from tests.support import lookouts
from tests.support.lookouts import PLACE, Lookout

TWICE_M = 2.0 * EFFECTIVE_EARTH_RADIUS_M
GEOD = pyproj.Geod(ellps="WGS84")


def _stand(terrain: Terrain, antenna_m: float, reach_m: float = 330e3, place: Point = PLACE) -> Lookout:
    return lookouts.stand(lookouts.sheet_of("9s15m2", instrumented_range=reach_m), antenna_m, terrain, place)


def _cells(lookout: Lookout, field: str) -> np.ndarray:
    return np.asarray(lookout.cells[field], np.float64).reshape(AZIMUTHS, RANGES)


# ---- Smooth sea ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("height_m", "range_km"), [(10.0, 33.0), (100.0, 62.0), (1000.0, 151.0), (10_000.0, 433.0)])
def test_a_mast_of_24_4_m_sees_as_far_as_published(height_m: float, range_km: float) -> None:
    lookout = _stand(SEA_LEVEL, 24.4, 500e3)
    grounds_m = np.arange(1e3, 499e3, 100.0)
    for azimuth in (0.0, 1.234, 4.0):
        seen = lookouts.lowest(lookout, np.full(grounds_m.size, azimuth), grounds_m) <= height_m
        assert seen[: int(seen.sum())].all(), "no gaps"
        assert seen.sum() * 0.1 + 1.0 == pytest.approx(range_km, abs=1.0)


@pytest.mark.parametrize("antenna_m", [6.0, 24.4, 500.0])
def test_the_least_height_over_the_sea_is_in_closed_form(antenna_m: float) -> None:
    """(d - d_h)^2 / (2 k a) beyond the horizon, 0 before it; the cells may miss the very tangent by half a step."""
    lookout = _stand(SEA_LEVEL, antenna_m)
    far_m = np.linspace(1e3, 320e3, 400)
    beyond_m = np.maximum(far_m - sqrt(TWICE_M * antenna_m), 0.0)
    missed = (0.5 * lookout.horizon["range_step_m"]) ** 2 / sqrt(TWICE_M * antenna_m) ** 2
    found_m = lookouts.lowest(lookout, np.full(far_m.size, 2.0), far_m)
    np.testing.assert_allclose(found_m, beyond_m**2 / TWICE_M, rtol=2e-3, atol=0.1 + missed * far_m.max())


def test_the_parabola_stands_for_the_sphere() -> None:
    """The tangent on a sphere of 4/3 of the earth, by exact angles: within 0.1 % of the height."""
    lookout, radius_m = _stand(SEA_LEVEL, 24.4, 500e3), EFFECTIVE_EARTH_RADIUS_M
    edge = acos(radius_m / (radius_m + 24.4))
    for ground_m in (60e3, 200e3, 400e3):
        exact_m = radius_m / cos(ground_m / radius_m - edge) - radius_m
        assert lookouts.lowest(lookout, [0.3], [ground_m])[0] == pytest.approx(exact_m, rel=2e-3)


# ---- Ridges --------------------------------------------------------------------------------------


def _with_ridge(height_m: float, first_deg: float, last_deg: float) -> Terrain:
    """A plateau between two parallels north of the place; cells of 0.001 degrees, so that its sides are steep."""
    step_deg, south_deg = 0.001, PLACE.lat_deg - 0.05
    lat = south_deg + step_deg * np.arange(1300)
    row = np.where((lat > PLACE.lat_deg + first_deg) & (lat < PLACE.lat_deg + last_deg), height_m, 0.0)
    heights = np.repeat(row[:, None], 3, axis=1)
    return Terrain(frozen(heights), south_deg, PLACE.lon_deg - 3.0, step_deg, 3.0, "a ridge")


@pytest.mark.parametrize("ridge_m", [50.0, 400.0, 1500.0])
def test_a_ridge_casts_its_shadow(ridge_m: float) -> None:
    """Similar triangles with the curvature: h = h_a + d ((h_r - h_a) / d_r - (d_r - d) / (2 k a)).

    The near edge of the plateau hides the most, also of the lowest one: it lies beyond the point where the line from
    the antenna would touch a sphere of its height. A cell may miss it by a step.
    """
    antenna_m = 120.0
    lookout = _stand(_with_ridge(ridge_m, 0.4, 0.45), antenna_m, 150e3)
    edge_m = GEOD.inv(PLACE.lon_deg, PLACE.lat_deg, PLACE.lon_deg, PLACE.lat_deg + 0.4)[2]
    assert sqrt(TWICE_M * max(antenna_m - ridge_m, 0.0)) < edge_m
    step_m = float(lookout.horizon["range_step_m"])
    for ground_m in (55e3, 80e3, 140e3):
        found_m = lookouts.lowest(lookout, [0.0], [ground_m])[0]
        bounds_m = [
            antenna_m + ground_m * ((ridge_m - antenna_m) / at_m - (at_m - ground_m) / TWICE_M)
            for at_m in (edge_m - step_m - 120.0, edge_m + step_m + 120.0)
        ]
        assert min(bounds_m) - 0.1 <= found_m <= max(bounds_m) + 0.1
        sea_m = max(ground_m - sqrt(TWICE_M * antenna_m), 0.0) ** 2 / TWICE_M
        assert lookouts.lowest(lookout, [pi], [ground_m])[0] == pytest.approx(sea_m, rel=2e-3, abs=0.2), "behind us"


def test_the_ground_hides_what_lies_in_it() -> None:
    lookout = _stand(lookouts.levant(), 50.0, place=Point(34.3, 36.3))
    lowest_m, ground_m = _cells(lookout, "lowest_m"), _cells(lookout, "ground_m")
    assert (lowest_m >= ground_m - 0.01).all()


# ---- Places --------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [PLACE, Point(33.2, 38.3), Point(36.8, 32.0)])
def test_cells_lie_where_proj_says(place: Point) -> None:
    """The ground of a cell is that of the geodesic's end; a slope of heights tells the place to metres.

    Limits held: 0.16 km at 330 km (0.8 km without the ellipsoid's two curvatures).
    """
    ramp = np.arange(31)[:, None] * 700.0 + np.arange(31)[None, :] * 0.0
    for heights in (ramp, ramp.T):
        terrain = Terrain(frozen(heights), place.lat_deg - 6.0, place.lon_deg - 6.0, 0.4, 0.4, "a ramp")
        ground_m = _cells(_stand(terrain, 8500.0, place=place), "ground_m")
        degree_m = 111e3 * (1.0 if heights is ramp else cos(np.radians(place.lat_deg)))
        for n in (40, 200, 499):
            for a in range(0, AZIMUTHS, 24):
                lon, lat, _ = GEOD.fwd(place.lon_deg, place.lat_deg, a * 360.0 / AZIMUTHS, n * 330e3 / (RANGES - 1))
                off_m = (ground_m[a, n] - float(terrain.height_m(lat, lon))) / (700.0 / 0.4) * degree_m
                assert abs(off_m) < 60.0 + 100.0 * (n / 499) ** 3, (a, n)


def test_the_ground_of_a_real_place_is_the_terrain_s() -> None:
    terrain, ground_m = lookouts.levant(), _cells(_stand(lookouts.levant(), 30.0), "ground_m")
    draw = np.random.default_rng(4)
    rays, steps = draw.integers(0, AZIMUTHS, 3000), draw.integers(0, 120, 3000)
    flat = np.zeros(3000)
    lon, lat, _ = GEOD.fwd(
        flat + PLACE.lon_deg, flat + PLACE.lat_deg, rays * 360.0 / AZIMUTHS, steps * 330e3 / (RANGES - 1)
    )
    np.testing.assert_allclose(ground_m[rays, steps], terrain.height_m(lat, lon), atol=5.0)


def test_beyond_the_terrain_there_is_sea() -> None:
    terrain = lookouts.plain(300.0, half_deg=0.5)
    ground_m = _cells(_stand(terrain, 320.0), "ground_m")
    step_m = 330e3 / (RANGES - 1)
    assert (ground_m[:, : int(45e3 / step_m)] == 300.0).all()
    assert (ground_m[:, int(140e3 / step_m) :] == 0.0).all()


# ---- A slow twin ---------------------------------------------------------------------------------


def _slow(antenna_m: float, ground_m: np.ndarray, step_m: float) -> np.ndarray:
    """Every cell against every nearer one: the height of the line over each of them, the largest taken."""
    ranges_m = step_m * np.arange(1, ground_m.size)
    slopes = (ground_m[1:] - ranges_m**2 / TWICE_M - antenna_m) / ranges_m
    lines_m = antenna_m + slopes[None, :] * ranges_m[:, None] + ranges_m[:, None] ** 2 / TWICE_M
    return np.where(np.tri(ranges_m.size, dtype=bool), lines_m, -np.inf).max(axis=1)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(1.0, 3000.0), st.floats(0.0, 4000.0))
def test_the_largest_slope_is_that_of_the_slow_twin(seed: int, mast_m: float, rough_m: float) -> None:
    draw = np.random.default_rng(seed)
    terrain = Terrain(frozen(draw.uniform(0.0, rough_m, (60, 60))), 33.4, 34.3, 0.05, 0.05, "noise")
    antenna_m = float(terrain.height_m(PLACE.lat_deg, PLACE.lon_deg)) + mast_m
    lookout = _stand(terrain, antenna_m, 150e3)
    lowest_m, ground_m = _cells(lookout, "lowest_m"), _cells(lookout, "ground_m")
    step_m = float(lookout.horizon["range_step_m"])
    for a in range(0, AZIMUTHS, 48):
        np.testing.assert_allclose(lowest_m[a, 1:], _slow(antenna_m, ground_m[a], step_m), rtol=1e-5, atol=0.05)


def test_between_cells_it_is_bilinear() -> None:
    lookout = _stand(lookouts.levant(), 60.0)
    lowest_m, step_m = _cells(lookout, "lowest_m"), float(lookout.horizon["range_step_m"])
    draw = np.random.default_rng(11)
    for across, outward in zip(draw.uniform(0.0, AZIMUTHS, 200), draw.uniform(0.0, RANGES - 2.0, 200), strict=True):
        a, n = int(across), int(outward)
        u, v = across - a, outward - n
        near_m = (1 - u) * lowest_m[a, n] + u * lowest_m[(a + 1) % AZIMUTHS, n]
        far_m = (1 - u) * lowest_m[a, n + 1] + u * lowest_m[(a + 1) % AZIMUTHS, n + 1]
        for turns in (-1, 0, 1):
            azimuth = (across / AZIMUTHS + turns) * 2.0 * pi
            found_m = lookouts.lowest(lookout, [azimuth], [outward * step_m])[0]
            assert found_m == pytest.approx((1 - v) * near_m + v * far_m, rel=1e-9, abs=1e-6)


def test_beyond_the_last_range_the_last_line_of_sight_goes_on() -> None:
    """As seen by a survey that reaches further, over a sea that hides no more there."""
    short, long = (_stand(lookouts.levant(), 60.0, reach_m) for reach_m in (200e3, 400e3))
    for azimuth in (4.2, 4.6, 5.0):
        for ground_m in (201e3, 250e3, 390e3):
            near_m = lookouts.lowest(short, [azimuth], [ground_m])[0]
            assert near_m == pytest.approx(lookouts.lowest(long, [azimuth], [ground_m])[0], rel=0.01)


# ---- Clutter -------------------------------------------------------------------------------------


def test_only_ground_in_sight_gives_clutter() -> None:
    lookout = _stand(lookouts.levant(), 60.0)
    shown = _cells(lookout, "clutter") > 0.0
    lowest_m, ground_m = _cells(lookout, "lowest_m"), _cells(lookout, "ground_m")
    assert shown.any()
    assert (lowest_m[shown] <= ground_m[shown] + 1.01).all()
    assert not shown[:, : int(5e3 / lookout.horizon["range_step_m"])].any(), "nearer than the least range"


def test_the_clutter_of_a_plain_is_in_closed_form() -> None:
    """C sigma / (n R^4 I), sigma = gamma sin(psi) R theta dr / (sqrt 2 cos psi), psi = h / R - R / (2 k a)."""
    sheet = lookouts.sheet_of("9s15m2")
    lookout = lookouts.stand(sheet, 10.0 + 60.0, lookouts.plain(10.0), land_gamma="-12 dB")
    radar, clutter = lookout.radar, _cells(lookout, "clutter")
    for n in (10, 20, 40):
        out_m = n * float(lookout.horizon["range_step_m"])
        grazing = 60.0 / out_m - out_m / TWICE_M
        section_m2 = 10.0**-1.2 * tan(grazing) * out_m * sheet.beamwidth_azimuth.value / sqrt(2.0) * 300.0
        expected = float(radar["snr_constant_m2"]) * section_m2 / (out_m**2 + 60.0**2) ** 2 / 10.0**3.5
        expected /= sheet.pulses.value
        np.testing.assert_allclose(clutter[:, n], expected, rtol=1e-3)


# ---- Ships ---------------------------------------------------------------------------------------


def test_a_ship_is_surveyed_along_its_way() -> None:
    """Each survey is that of an antenna standing there."""
    spots = tuple(Spot(Point(34.9, lon), 30.0) for lon in (35.2, 35.5, 35.8))
    sheet = lookouts.sheet_of("9s15m2")
    ship = lookouts.stand(sheet, 30.0, lookouts.levant(), spots=spots)
    assert len(ship.horizons) == ship.radar["horizon_count"] == 3
    for horizon, spot in zip(ship.horizons, spots, strict=True):
        alone = lookouts.stand(sheet, 30.0, lookouts.levant(), spot.place)
        first = int(horizon["first_cell"])
        for field in ("lowest_m", "ground_m", "clutter"):
            np.testing.assert_array_equal(ship.cells[field][first : first + AZIMUTHS * RANGES], alone.cells[field])


SHIP = """
name = "patrol"
start = 2016-10-15T04:00:00Z
duration = "40 min"
seed = 5
origin = "34.9 N, 35.6 E"
sides = [{ name = "defender" }]
posts = [{ name = "cp", side = "defender", control = "hold" }]

[[units]]
name = "cruiser"
unit = "s-300f-fort"
side = "defender"
post = "cp"
at = "34.9 N, 35.6 E"
route = ["35.0 N, 35.5 E", "35.2 N, 35.5 E"]
speed = "30 kn"
"""


def test_a_ship_looks_by_the_survey_nearest_to_it(tmp_path: Path) -> None:
    path = tmp_path / "patrol.toml"
    path.write_text(SHIP)
    scenario = load(str(path))
    session = Session(scenario)
    world, state = session.world, session.state
    ship = state.platforms[int(world.radars[0]["platform"])]
    legs = world.legs[int(ship["first_leg"]) : int(ship["first_leg"] + ship["leg_count"])]
    way = sailed(legs, float(state.emitters["height_m"][0]))
    assert len(way.spots) == world.radars[0]["horizon_count"] > 3
    used = set()
    for minute in range(1, 40):
        session.advance(60.0 * minute)
        for r in range(len(world.radars)):
            here = geodetic(read(ship["pos_ecef_m"]))
            apart_m = [
                GEOD.inv(degrees(here.y), degrees(here.x), spot.place.lon_deg, spot.place.lat_deg)[2]
                for spot in way.spots
            ]
            chosen = int(state.emitters["horizon"][r] - world.radars[r]["first_horizon"])
            assert apart_m[chosen] < min(apart_m) + 200.0, minute  # it has sailed on since the look
            used.add(chosen)
    assert len(used) > 3


def test_the_angle_of_a_cell_counts_from_north_to_east() -> None:
    """A hill in the north-east stands in the cells of 45 degrees and no others."""
    heights = np.zeros((121, 121))
    lon, lat, _ = GEOD.fwd(PLACE.lon_deg, PLACE.lat_deg, 45.0, 40e3)
    terrain = Terrain(frozen(heights), PLACE.lat_deg - 0.6, PLACE.lon_deg - 0.6, 0.01, 0.01, "sea")
    row, column = round((lat - terrain.south_deg) / 0.01), round((lon - terrain.west_deg) / 0.01)
    heights[row, column] = 800.0
    hill = Terrain(frozen(heights), terrain.south_deg, terrain.west_deg, 0.01, 0.01, "hill")
    ground_m = _cells(_stand(hill, 9.0), "ground_m")
    rays, steps = np.nonzero(ground_m > 0.0)
    assert rays.size
    assert rays * 360.0 / AZIMUTHS == pytest.approx(np.full(rays.size, 45.0), abs=3.0)
    assert steps * 330e3 / (RANGES - 1) == pytest.approx(np.full(rays.size, 40e3), abs=2.5e3)
