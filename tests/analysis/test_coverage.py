"""The coverage of the built-in site: the law of the run, the horizon in closed form, PROJ's areas, xarray's labels."""

from __future__ import annotations

import json
import re
from math import cos, pi, sin, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest

import openiads as oi
from openiads.analysis import coverage_map
from openiads.analysis.coverage import Coverage, coverage
from openiads.analysis.coverage_areas import DETECTION, ENGAGEMENT, areas, features
from openiads.analysis.coverage_heights import spoken
from openiads.analysis.coverage_notes import notes
from openiads.analysis.coverage_table import Row, extent_cells, inside_cells, report, table
from openiads.analysis.cut import azimuth_of, cut
from openiads.analysis.jamming import jammers_at, left_out
from openiads.catalog import loader
from openiads.constants import EFFECTIVE_EARTH_RADIUS_M, TWO_PI
from openiads.engine.beam import see
from openiads.enums import EmitterKind
from openiads.physics.detection import CHANCE_CELLS, chance_at
from openiads.record import geodesy
from openiads.scenario.starter import starter
from openiads.vec3 import Vec3
from openiads.world.build import build
from tests.support import runs

GEOD = pyproj.Geod(ellps="WGS84")
HEIGHTS = (100.0, 1000.0, 10_000.0)


@pytest.fixture(scope="module")
def found() -> Coverage:
    return runs.covered()


@pytest.fixture(scope="module")
def rows(found: Coverage) -> list[Row]:
    return table(found)


# ---- One law with the run ------------------------------------------------------------------------


def _engine_chance(found: Coverage, r: int, azimuth_rad: float, arc_m: float, height_m: float) -> float:
    """What the engine's look gives for a target flown there, closing straight in."""
    world, emitters = found.built.world, found.built.state.emitters
    earth_m, radar, emitter = float(world.setting["earth_radius_m"][0]), world.radars[r], emitters[r]
    angle, up_m = arc_m / earth_m, earth_m + float(emitter["height_m"])
    out_m = (earth_m + height_m) * sin(angle)
    local = np.array([out_m * sin(azimuth_rad), out_m * cos(azimuth_rad), (earth_m + height_m) * cos(angle) - up_m])
    inward = -np.asarray(emitter["axes_enu"]) @ local / np.linalg.norm(local) * found.question.radial_speed_mps
    target = np.zeros(1, world.targets.dtype).view(np.recarray)
    for aspect in ("nose", "beam", "tail"):
        target[f"rcs_{aspect}_m2"] = found.question.rcs_m2
    seen = see(
        earth_m, radar, emitter, _sending(found), world.horizons, world.cells, world.air, target[0], Vec3(*local),
        Vec3(*inward), 1.0,
    )  # fmt: skip
    if seen.snr <= 0.0:
        return 0.0
    first = int(radar["first_chance"]) + found.question.swerling * CHANCE_CELLS
    return float(chance_at(world.chances, first, seen.snr / float(radar["pulses"])))


def _sending(found: Coverage) -> Any:
    """The radars, and the map's jammers, switched on where the map has them."""
    emitters, radars = found.built.state.emitters, len(found.built.world.radars)
    sending = np.concatenate([emitters[:radars], np.zeros(len(found.jamming), emitters.dtype)]).view(emitters.dtype)
    for row, jammer in zip(sending[radars:], found.jamming, strict=True):
        row["kind"], row["on"], row["pos_enu_m"] = EmitterKind.JAMMER, 1, jammer.pos_enu_m
        row["density_wphz"] = jammer.density_wphz
    return sending


@pytest.mark.parametrize("jam_at", [None, "5 min"])
def test_a_cell_of_the_map_is_a_look_of_the_run(jam_at: str | None) -> None:
    found, rng = runs.covered("tartus", jam_at=jam_at), np.random.default_rng(3)
    assert len(found.jamming) == (jam_at is not None)
    told, looked = [], []
    for layer in (each for each in found.layers if each.kind == "radar"):
        altitudes, azimuths, ranges = layer.chances.shape
        for _ in range(400):
            h, a, n = rng.integers(altitudes), rng.integers(azimuths), rng.integers(8, ranges - 1)
            told.append(float(layer.chances[h, a, n]))
            where = (a * TWO_PI / azimuths, n * layer.range_step_m, HEIGHTS[h])
            looked.append(_engine_chance(found, layer.radar, *where))
    assert np.count_nonzero(np.array(told) > 0.5) > 200
    apart = np.abs(np.array(told) - np.array(looked))
    assert np.quantile(apart, 0.99) < 1e-6
    assert np.count_nonzero(apart > 1e-4) <= 3, "cells whose line of sight grazes what the survey found"


def test_between_cells_the_map_stays_with_the_law(found: Coverage) -> None:
    """Far from ridges and lobes, bilinear chances are those of a look at the cell's own place."""
    layer, n = found.layers[0], 2
    lat, lon = np.meshgrid(found.lat_deg[::37], found.lon_deg[10:400:23], indexing="ij")
    values = found.values[0, n][np.ix_(range(0, len(found.lat_deg), 37), range(10, 400, 23))]
    azimuth_deg, away_m = geodesy.azimuth_range(layer.lat_deg, layer.lon_deg, lat, lon)
    azimuth = np.radians(azimuth_deg)
    near = (away_m > 20e3) & (away_m < 220e3)
    looked = [_engine_chance(found, 0, a, d, HEIGHTS[n]) for a, d in zip(azimuth[near], away_m[near], strict=True)]
    assert near.sum() > 30
    np.testing.assert_allclose(values[near], looked, atol=0.01)


# ---- Shape ---------------------------------------------------------------------------------------


def test_over_the_sea_it_ends_at_the_horizon(found: Coverage) -> None:
    for layer in (each for each in found.layers if each.kind == "radar"):
        for height_m, chances in zip(HEIGHTS[:2], layer.chances, strict=False):
            horizon_m = sqrt(2.0 * EFFECTIVE_EARTH_RADIUS_M) * (sqrt(layer.antenna_m) + sqrt(height_m))
            west = chances[3 * chances.shape[0] // 4]
            seen = np.flatnonzero(west > 0.0) * layer.range_step_m
            assert seen.size == 0 or seen.max() <= horizon_m + layer.range_step_m


def test_higher_targets_and_larger_ones_are_seen_farther() -> None:
    small, large = runs.covered(), coverage(runs.scenario("tartus"), rcs="10 m2")
    assert (large.values[:3] >= small.values[:3] - 1e-6).all()
    extent = next(area.out_m.max(axis=1) for area in areas(small) if area.kind == DETECTION)
    assert (np.diff(extent) > 0.0).all()


def test_the_engagement_envelope_is_a_part_of_what_the_radar_sees(found: Coverage) -> None:
    envelope = next(layer for layer in found.layers if layer.kind == "envelope")
    pointed = coverage(runs.scenario("tartus"), rcs="100 m2").layers[envelope.radar].chances
    assert envelope.chances.max() > 0.9
    assert (pointed[envelope.chances > 0.0] > 0.0).all()
    ranges = np.arange(envelope.chances.shape[2]) * envelope.range_step_m
    assert (envelope.chances[:, :, ranges > envelope.published_m] == 0.0).all()


def test_heights_above_ground_follow_the_ground(found: Coverage) -> None:
    """Over the sea they are the same; over the hills they are in sight where 100 m above the sea is in the rock."""
    above = runs.covered("tartus", "100 m agl")
    layer, other = found.layers[0], above.layers[0]
    west, east = 3 * layer.chances.shape[1] // 4, layer.chances.shape[1] // 4
    np.testing.assert_allclose(other.chances[0, west, :200], layer.chances[0, west, :200], atol=1e-6)
    assert other.chances[0, east].max() > 0.9
    assert (other.chances[0] > 0.5).sum() > (layer.chances[0] > 0.5).sum()
    assert list(above.coords["altitude"]) == ["100 m agl"]


def test_a_jammer_leaves_less(found: Coverage) -> None:
    jammed = runs.covered("tartus", jam_at="5 min")
    assert [jammer.name for jammer in jammed.jamming] == ["jammer-1"]
    assert (jammed.values <= found.values + 1e-6).all()
    assert jammed.covered[0, 2].sum() < 0.98 * found.covered[0, 2].sum()


def test_a_jammer_without_a_route_is_said_to_be_left_out(tmp_path: Path) -> None:
    """A jammer rides on an anti-radiation missile: alone it is refused, beside another it is named in the notes."""
    text = (loader.BUILT_IN / "scenarios/tartus.toml").read_text(encoding="utf-8")
    jammer = 'jammer = { power = "10 W", bandwidth = "100 MHz" }'
    homing = 'name = "anti-radiation-1"\n'
    assert homing in text
    path = tmp_path / "both.toml"
    path.write_text(text.replace(homing, f"{homing}{jammer}\n"), encoding="utf-8")
    both = oi.load(path)
    built = build(both, log_full=False)
    assert left_out(built) == ("anti-radiation-1",)
    assert [found.name for found in jammers_at(both, built, "5 min")] == ["jammer-1"]
    said = notes(oi.coverage(both, ["1 km"], jam_at="5 min"))
    assert "Left out: the jammers of anti-radiation-1, which home or fall and fly no route." in said
    alone = runs.changed(both, raids=tuple(raid for raid in both.file.raids if raid.name != "jammer"))
    with pytest.raises(oi.InputError, match=r'jam_at: read "5 min", but every jammer .* rides on what homes or falls'):
        jammers_at(alone, build(alone, log_full=False), "5 min")
    assert left_out(runs.built("tartus")) == ()


# ---- Labels --------------------------------------------------------------------------------------


def test_xarray_says_the_same(found: Coverage) -> None:
    xarray = pytest.importorskip("xarray")
    cube = found.to_xarray()
    assert isinstance(cube, xarray.DataArray)
    assert cube.dims == found.dims
    assert cube.attrs["simulated"] == "yes"
    for name, labels in found.coords.items():
        np.testing.assert_array_equal(cube[name], labels)
    one = cube.sel(layer="v4.9s15m2", altitude="1 km")
    np.testing.assert_array_equal(one, found.sel("v4.9s15m2", "1 km"))
    np.testing.assert_array_equal(cube.sel(altitude="10 km"), found.sel(altitude="10 km"))
    nicosia = cube.sel(layer="v4.9s15m2", altitude="10 km").sel(lat=35.17, lon=33.36, method="nearest")
    assert float(nicosia) > 0.5


def test_a_wrong_label_names_the_right_ones(found: Coverage) -> None:
    with pytest.raises(KeyError, match="there are 100 m, 1 km, 10 km"):
        found.sel(altitude="2 km")


def test_altitudes_are_said_as_they_were_typed() -> None:
    typed = (" 100m", "10001 m", "FL 330", "30ft agl", "1e3  m", "2.5 km  msl")
    assert [spoken(text) for text in typed] == ["100 m", "10001 m", "FL330", "30 ft agl", "1e3 m", "2.5 km msl"]


def test_an_altitude_is_found_however_it_is_written(found: Coverage) -> None:
    for text in ("1km", "1000 m", "1 km amsl"):
        np.testing.assert_array_equal(found.sel(altitude=text), found.sel(altitude="1 km"))
    with pytest.raises(KeyError):
        found.sel(altitude="1 km agl")


def test_the_same_question_has_the_same_digest(found: Coverage) -> None:
    again = oi.coverage("tartus")
    assert again.digest == found.digest
    assert runs.covered("tartus", "100 m agl").digest != found.digest


def test_one_altitude_asked_twice_is_one() -> None:
    assert list(oi.coverage("tartus", ["1 km", "1000 m"]).coords["altitude"]) == ["1 km"]


# ---- Numbers -------------------------------------------------------------------------------------


def test_polygons_have_the_area_of_the_cells(found: Coverage, rows: list[Row]) -> None:
    """Geodesic areas of the rings (GeographicLib) against sums of cells on the ellipsoid: to 1 %, 2 % among lobes."""
    shapes = features(found)
    assert len(shapes) == len(rows)
    for shape, row in zip(shapes, rows, strict=True):
        polygons = shape["geometry"]["coordinates"] if shape["geometry"] else []
        rings = [np.array(ring) for polygon in polygons for ring in polygon]
        area_km2 = sum(GEOD.polygon_area_perimeter(ring[:, 0], ring[:, 1])[0] for ring in rings) / 1e6
        near = 0.01 if len(rings) < 20 else 0.02  # gaps between lobes that are one cell wide
        assert area_km2 == pytest.approx(row.area_km2, rel=near, abs=5.0), (row.area, row.altitude)
        assert shape["properties"]["area_km2"] == pytest.approx(area_km2, rel=1e-4, abs=0.2)
        assert shape["properties"]["layer"] == row.area


def test_the_circle_is_that_of_the_published_range(found: Coverage, rows: list[Row]) -> None:
    radar = found.scenario.catalog.radars["9s15m2"]
    missile = found.scenario.catalog.missiles["9m82m"]
    circles = {row.area: row.circle_km for row in rows}
    assert circles["v4.9s15m2"] * 1e3 == radar.detection_range.value
    assert circles["v4.engagement"] * 1e3 == missile.range_max.value
    lon, lat, _ = GEOD.fwd(np.full(721, 35.88), np.full(721, 34.93), np.linspace(0.0, 360.0, 721), np.full(721, 320e3))
    exact_km2 = abs(GEOD.polygon_area_perimeter(lon, lat)[0]) / 1e6
    area = next(each for each in areas(found) if each.name == "v4.9s15m2")
    assert area.circle_km2 == pytest.approx(exact_km2, rel=0.005)
    row = next(each for each in rows if each.area == "v4.9s15m2" and each.altitude == "10 km")
    assert row.share_of_circle == pytest.approx(row.area_km2 / area.circle_km2)


def test_who_is_inside(rows: list[Row]) -> None:
    """Lebanon lies behind its mountains; from 10 km up nothing hides it."""
    inside = {(row.kind, row.altitude): row.inside for row in rows if row.inside is not None}
    high, low = inside[DETECTION, "10 km"], inside[DETECTION, "100 m"]
    assert high is not None
    assert low is not None
    shares = {state.name: state.share for state in high.states}
    assert shares["Lebanon"] > 0.99
    assert 0.3 < shares["Syria"] < 0.6
    assert {state.name: state.share for state in low.states}.get("Lebanon", 0.0) < 0.05
    cities = {place.name: place.distance_km for place in high.places["city"]}
    exact_km = GEOD.inv(35.88, 34.93, 33.366, 35.166)[2] / 1e3
    assert cities["Nicosia"] == pytest.approx(exact_km, rel=0.02)
    assert "Beirut" in cities
    assert set(high.places) >= {"city", "airport", "waypoint"}
    assert not any(row.inside for row in rows if row.kind == "radar")


def test_the_page_is_short_and_the_report_is_whole(found: Coverage, rows: list[Row]) -> None:
    told = json.loads(json.dumps(report(found, rows)))
    assert told["simulated"] is True
    assert told["digest"] == found.digest
    assert told["asked"] | {"jammers": []} == {
        "altitudes": ["100 m", "1 km", "10 km"], "rcs_m2": 1.0, "pd": 0.5, "swerling": 1, "radial_speed_mps": 250.0,
        "jammers": [],
    }  # fmt: skip
    assert len(told["rows"]) == len(rows) == len(extent_cells(rows))
    assert all(line[2].count(",") <= 8 for line in inside_cells(rows))
    said = " ".join(notes(found))
    for text in ("sea level", "320 km (game) against 1 m2 (assumed)", "Jammers: none on", "GLOBE", "sea state 3"):
        assert text in said
    assert "9s19m2 looks no lower than 3 deg (assumed); it covers nothing at 100 m." in said
    assert re.search(r"Terrain covers \d\d % of the map", said)
    assert "Rings and arcs" in said
    assert told["environment"] == {"sea_state": 3, "rain_mmph": 0.0, "land_gamma_db": -15.0}
    assert told["openiads"] == oi.__version__
    (site,) = told["sites"]
    assert [antenna["radar"] for antenna in site["antennas"]] == ["v4.9s15m2", "v4.9s19m2", "v4.9s32m"]
    places = [place for row in told["rows"] if row["inside"] for place in row["inside"]["places"].get("waypoint", [])]
    assert places
    assert all("population" not in place for place in places)


def test_weather_and_faults_are_said_everywhere() -> None:
    fault = 'faults=[{radar="v4.search",kind="north_misalignment",value="2 deg"}]'
    rainy = oi.coverage(runs.scenario("tartus", "environment.rain_mmph=4", "environment.sea_state=5", fault), ["1 km"])
    for told in (rainy.attrs, features(rainy)[0]["properties"]):
        assert (told["sea_state"], told["rain_mmph"], told["swerling"]) == (5, 4.0, 1)
        assert told["faults"] == "fault: v4.search turned by 2 deg"
    assert "sea state 5; rain 4 mm/h; fault: v4.search turned by 2 deg" in " ".join(notes(rainy))


def test_inland_no_note_speaks_of_the_sea(tmp_path: Path) -> None:
    """Between high ground on every side there are no lobes to explain."""
    inland = oi.coverage(_elsewhere(tmp_path, "34.4 N, 36.9 E"), ["10 km"])
    assert "Rings and arcs" not in " ".join(notes(inland))


def test_a_map_by_the_date_line_is_drawn_round_the_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[float, float]] = []
    draw = coverage_map.draw_scale
    monkeypatch.setattr(coverage_map, "draw_scale", lambda axes: (seen.append(axes.get_xlim()), draw(axes)))
    coverage_map.draw_maps(oi.coverage(_elsewhere(tmp_path, "10 S, 179.9 E"), ["1 km"]), tmp_path)
    for west, east in seen:
        assert west < 179.9 < 180.0 < east
        assert east - west < 10.0


# ---- The cut -------------------------------------------------------------------------------------


def test_the_cut_meets_the_map(found: Coverage) -> None:
    """At the heights of the map and the azimuths of the survey both hold the same chances."""
    layer = found.layers[0]
    n = np.arange(20, 400, 17)
    along = cut(found, "v4", 270.0, n * layer.range_step_m, np.array(HEIGHTS))
    _, azimuths, _ = layer.chances.shape
    other = found.layers[1]
    best = layer.chances[:, 3 * azimuths // 4, n]
    assert other.range_step_m != layer.range_step_m
    assert (along.seen >= best - 1e-6).all()
    np.testing.assert_allclose(along.seen[0], best[0], atol=1e-6, err_msg="the other radar sees nothing so low")


def test_the_cut_shows_lobes_over_the_sea_alone(found: Coverage) -> None:
    heights_m = np.linspace(200.0, 6000.0, 600)
    sea = cut(found, "v4", 270.0, [200e3], heights_m)
    land = cut(found, "v4", 90.0, [200e3], np.linspace(6000.0, 12_000.0, 600))
    rises = np.diff((sea.seen[:, 0] > 0.5).astype(int))
    assert (rises == 1).sum() >= 3, "lobes"
    assert (np.diff((land.seen[:, 0] > 0.5).astype(int)) == 1).sum() == 1, "one edge of the mountains' shadow"


def test_the_cut_knows_the_ground(found: Coverage) -> None:
    ranges_m = np.linspace(0.0, 300e3, 61)
    east = cut(found, "v4", 90.0, ranges_m, [1000.0])
    lat, lon = geodesy.destination(found.layers[0].lat_deg, found.layers[0].lon_deg, 90.0, ranges_m)
    exact = GEOD.fwd(
        np.full(61, found.layers[0].lon_deg), np.full(61, found.layers[0].lat_deg), np.full(61, 90.0), ranges_m
    )
    assert np.abs(lon - exact[0]).max() < 0.0015
    assert np.abs(lat - exact[1]).max() < 0.0015
    assert east.ground_m.max() > 800.0, "the coastal range"
    assert east.known[0]
    assert not east.known[-1]


@pytest.mark.parametrize(("text", "degrees"), [("270", 270.0), ("90 deg", 90.0), ("360", 0.0), (None, 270.0)])
def test_an_azimuth_is_read(text: str | None, degrees: float) -> None:
    assert azimuth_of(runs.scenario("tartus"), text) == pytest.approx(degrees)


# ---- Bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"rcs": "-1 m2"}, 'rcs: read "-1 m2", must be above zero'),
        ({"rcs": "0 m2"}, "must be above zero"),
        ({"rcs": "large"}, "expected a area|expected an area"),
        ({"pd": 1.0}, "a chance lies above 0 and below 1"),
        ({"pd": float("nan")}, "a chance lies above 0 and below 1"),
        ({"swerling": 5}, "a case is 0, 1, 2, 3 or 4"),
        ({"speed": "0 m/s"}, "speed: "),
        ({"altitudes": ["90 km"]}, "from 0 m to 80 km"),
        ({"altitudes": ["-10 m"]}, "from 0 m to 80 km"),
        ({"altitudes": ["high"]}, "expected an altitude"),
        ({"altitudes": []}, "give at least one"),
        ({"unit": "s-400"}, "no unit of the catalog"),
        ({"jam_at": "2 h"}, "the scenario runs from"),
        ({"jam_at": "noon"}, "expected a time"),
    ],
)
def test_bad_input_is_one_sentence(options: dict[str, Any], said: str) -> None:
    with pytest.raises(oi.InputError, match=said) as refused:
        oi.coverage("tartus", **options)
    assert "\n" not in str(refused.value)


def test_a_scenario_without_jammers_says_so() -> None:
    with pytest.raises(oi.InputError, match="carries a jammer"):
        oi.coverage("first", jam_at="1 min")


def test_public_names_are_listed() -> None:
    assert {"coverage", "Coverage", "load", "run"} <= set(dir(oi))
    assert all(getattr(oi, name) is not None for name in oi.__all__)


def test_both_kinds_of_answer_are_there(found: Coverage) -> None:
    assert [area.kind for area in areas(found)] == ["radar", "radar", "radar", DETECTION, ENGAGEMENT]


def _elsewhere(folder: Path, at: str) -> Path:
    path = folder / "elsewhere.toml"
    path.write_text(starter(at, unit="s-300pmu1", name="elsewhere"), encoding="utf-8")
    return path


def test_a_site_by_the_date_line_has_polygons_on_both_sides(tmp_path: Path) -> None:
    """Flat sea on every side, so the area is that of the farthest range's circle but for the lobes."""
    found = oi.coverage(_elsewhere(tmp_path, "17.7 S, 178.9 E"), ["1 km"])
    shape = next(each for each in features(found) if each["properties"]["layer"] == "battery.64n6e")
    points = np.concatenate([np.array(ring) for polygon in shape["geometry"]["coordinates"] for ring in polygon])
    assert points[:, 0].min() == -180.0
    assert points[:, 0].max() == 180.0
    reach_km = shape["properties"]["farthest_km"]
    assert shape["properties"]["area_km2"] == pytest.approx(pi * reach_km**2, rel=0.02)
    assert "the ground is sea level everywhere" in " ".join(notes(found)).lower()


def test_a_pole_in_reach_is_refused(tmp_path: Path) -> None:
    with pytest.raises(oi.InputError, match="beyond 88 degrees of latitude"):
        oi.coverage(_elsewhere(tmp_path, "86.5 N, 10 E"), ["1 km"])
