"""What lies below the ground is refused by name; what stands on it or flies over it is not."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import pytest
import rasterio
from rasterio.transform import Affine

from openiads.catalog.errors import InputError
from openiads.scenario import geometry
from openiads.scenario.ground import zone_heights_m
from openiads.scenario.load import load, restore, toml_of
from openiads.scenario.schema import Environment, Zone
from openiads.units import Altitude, Point

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openiads.scenario.load import Scenario

TEXT = """
name = "hills"
start = 2024-06-01T08:00:00Z
duration = "10 min"
seed = 1
origin = "33.9 N, 35.6 E"
sides = [{ name = "a" }, { name = "b" }]
posts = [{ name = "p", side = "a" }]
"""
UNIT = 'units = [{ name = "u", unit = "s-300pmu1", side = "a", post = "p", at = "33.9 N, 36.0 E", altitude = "ALT" }]\n'
RAID = """
[[raids]]
name = "r"
side = "b"
class = "cruise-missile-subsonic"
count = 1
"""
FLIGHT = """
[[flights]]
callsign = "TRN1"
side = "a"
class = "transport"
"""
ACROSS = 'route = ["34.3 N, 35.3 E", "34.3 N, 36.5 E"]\n'  # over Qurnat as Sawda, 3035 m on the grid


def _text(unit_altitude: str = "0 m agl", more: str = "") -> str:
    return TEXT + UNIT.replace("ALT", unit_altitude) + more


def test_a_radar_below_ground_is_refused_by_name(load_text: Callable[[str], Scenario]) -> None:
    """The Beqaa plain at 33.9 N, 36.0 E lies at some 1000 m."""
    sentence = r'units\[0\].altitude: puts the \w+ "u[^"]*" at 20 m .* write "0 m agl"'
    with pytest.raises(InputError, match=sentence) as said:
        load_text(_text("20 m"))
    assert re.search(r"at 33\.\d+ N, 3[56]\.\d+ E is at (9|10)\d\d m", str(said.value))
    assert load_text(_text("3 km")).terrain.source.startswith("NOAA GLOBE")
    assert load_text(_text("10 m agl")).file.units[0].altitude.above_ground


def test_a_single_launcher_below_ground_has_its_name(load_text: Callable[[str], Scenario]) -> None:
    """At a height between the lowest and the highest vehicle of a battery on a slope."""
    slope = _text().replace("33.9 N, 36.0 E", "34.25 N, 36.10 E")
    with pytest.raises(InputError) as low:
        load_text(slope.replace("0 m agl", "100 m"))
    highest = float(str(low.value).split("is at ")[1].split(" m")[0])
    with pytest.raises(InputError, match=r'puts the (launcher|radar) "u\.'):
        load_text(slope.replace("0 m agl", f"{highest - 5.0} m"))
    assert load_text(slope.replace("0 m agl", f"{highest + 1.0} m"))


def test_an_asset_below_ground_is_refused(load_text: Callable[[str], Scenario]) -> None:
    asset = (
        '[[assets]]\nname = "town"\nside = "a"\nat = "33.51 N, 36.29 E"\nradius = "1 km"\nvalue = 1\naltitude = "ALT"\n'
    )
    with pytest.raises(InputError, match=r'assets\[0\].altitude: puts the asset "town" at 300 m'):
        load_text(_text(more=asset.replace("ALT", "300 m")))
    assert load_text(_text(more=asset.replace("ALT", "0 m agl")))


@pytest.mark.parametrize(("kind", "name"), [(RAID, 'the raid "r"'), (FLIGHT, 'the flight "TRN1"')])
def test_a_route_below_the_ground_is_refused_by_name(
    load_text: Callable[[str], Scenario], kind: str, name: str
) -> None:
    with pytest.raises(InputError) as caught:
        load_text(_text(more=kind + ACROSS + 'altitude = "2 km"'))
    said = str(caught.value)
    assert f'leads {name} below the ground between its points 1 ("34.3 N, 35.3 E") and 2 ("34.3 N, 36.5 E")' in said
    assert "it flies 2000 m above the sea and the ground is at " in said
    deepest = float(said.split("the ground is at ")[1].split(" m", maxsplit=1)[0])
    assert 2900.0 < deepest < 3088.0
    assert "36.1" in said


@pytest.mark.parametrize("altitude", ["3200 m", "FL120", "30 m agl", "0 m agl"])
@pytest.mark.parametrize("kind", [RAID, FLIGHT])
def test_a_route_over_the_mountains_is_accepted(load_text: Callable[[str], Scenario], kind: str, altitude: str) -> None:
    assert load_text(_text(more=kind + ACROSS + f'altitude = "{altitude}"'))


def test_each_leg_has_its_own_key(load_text: Callable[[str], Scenario]) -> None:
    route = 'route = ["34.3 N, 35.0 E", "34.3 N, 35.3 E", "34.3 N, 36.5 E"]\n'
    with pytest.raises(InputError, match=r"raids\[0\].altitudes\[2\]: leads .* points 2 .* and 3 "):
        load_text(_text(more=RAID + route + 'altitudes = ["20 m", "4 km", "1 km"]'))


def test_every_element_of_a_formation_is_held_against_the_ground(load_text: Callable[[str], Scenario]) -> None:
    """A single aircraft passes between the ridges; its neighbours, 30 km to both sides, do not."""
    alone = RAID + 'route = ["33.6 N, 34.9 E", "34.4 N, 35.4 E"]\naltitude = "100 m"\n'
    assert load_text(_text(more=alone))
    wide = alone.replace("count = 1", "count = 3") + 'spacing = "30 km"\n'
    with pytest.raises(InputError, match='leads the raid "r" below the ground'):
        load_text(_text(more=wide))


def test_the_last_kilometre_before_an_aim_is_free(load_text: Callable[[str], Scenario]) -> None:
    """The quay and the hill behind it share a cell: a missile at 20 m reaches its aim on ground of 26 m."""
    aim = '[[assets]]\nname = "depot"\nside = "a"\nat = "34.905 N, 35.889 E"\nradius = "250 m"\nvalue = 1\n'
    raid = RAID + 'route = ["35.2 N, 35.3 E", "34.905 N, 35.889 E"]\naltitude = "20 m"\n'
    assert load_text(_text(more=aim + raid + 'aim = "depot"'))
    with pytest.raises(InputError, match="below the ground"):
        load_text(_text(more=aim + raid))


def test_what_falls_or_homes_is_held_at_its_start_alone(load_text: Callable[[str], Scenario]) -> None:
    aim = '[[assets]]\nname = "depot"\nside = "a"\nat = "33.51 N, 36.29 E"\nradius = "250 m"\nvalue = 1\n'
    route = 'route = ["34.0 N, 35.0 E", "33.51 N, 36.29 E"]\naim = "depot"\n'
    falls = RAID.replace("cruise-missile-subsonic", "ballistic-short-range") + route + 'altitude = "0 m"'
    homes = RAID.replace("cruise-missile-subsonic", "anti-radiation-missile") + route
    assert load_text(_text(more=aim + falls))
    assert load_text(_text(more=aim + homes + 'altitude = "3 km"'))
    inland = homes.replace("34.0 N, 35.0 E", "34.0 N, 36.1 E")
    with pytest.raises(InputError, match='puts the raid "r" at 50 m above the sea, below the ground'):
        load_text(_text(more=aim + inland + 'altitude = "50 m"'))


def test_a_ship_on_land_is_refused(load_text: Callable[[str], Scenario]) -> None:
    ship = (
        UNIT.replace("s-300pmu1", "s-300f-fort").replace("ALT", "0 m agl").replace("33.9 N, 36.0 E", "34.0 N, 35.0 E")
    )
    sails = ship.replace(" }]", ', route = ["34.2 N, WHERE E"], speed = "15 kn" }]')
    assert load_text(TEXT + sails.replace("WHERE", "35.4"))
    with pytest.raises(InputError, match=r'units\[0\].route: puts the ship "u" on land'):
        load_text(TEXT + sails.replace("WHERE", "36.2"))
    with pytest.raises(InputError, match=r'units\[0\].at: puts the ship "u" on land'):
        load_text(TEXT + ship.replace("34.0 N, 35.0 E", "33.9 N, 36.0 E"))


def test_zones_stand_on_the_ground(load_text: Callable[[str], Scenario]) -> None:
    scenario = load_text(_text())
    corners = ("33.8 N, 35.2 E", "34.4 N, 35.5 E", "34.4 N, 36.3 E", "33.8 N, 36.0 E")  # from the sea over the ridge
    above, msl = Altitude(500.0, above_ground=True), Altitude(500.0)
    zone = Zone(name="z", kind="no_fire", corners=corners, floor=above, ceiling=above)
    low_m, high_m = zone_heights_m(zone, scenario.catalog, scenario.terrain)
    assert low_m == 500.0
    assert high_m == pytest.approx(500.0 + 3049.0, abs=60.0)
    flat = zone.model_copy(update={"floor": msl, "ceiling": msl})
    assert zone_heights_m(flat, scenario.catalog, scenario.terrain) == (500.0, 500.0)


def test_a_zone_between_ground_and_sky_that_is_empty_is_refused(load_text: Callable[[str], Scenario]) -> None:
    zone = (
        '[[zones]]\nname = "z"\nkind = "no_fire"\nfloor = "300 m agl"\nceiling = "1 km"\n'
        'corners = ["33.50 N, 36.25 E", "33.55 N, 36.25 E", "33.55 N, 36.35 E"]\n'
    )
    assert load_text(_text(more=zone.replace("1 km", "2 km")))
    with pytest.raises(InputError, match=r"zones\[0\].floor: stands at \d+ m above the sea, not below the ceiling"):
        load_text(_text(more=zone.replace("1 km", "900 m")))


def test_over_the_sea_level_nothing_is_below_ground(load_text: Callable[[str], Scenario]) -> None:
    flat = '[environment]\nterrain = "sea_level"\n'
    scenario = load_text(_text("20 m", flat + RAID + ACROSS + 'altitude = "20 m"'))
    assert scenario.terrain.is_flat


def _dem(folder: Path, height_m: float, **changes: object) -> Path:
    """A level plain from N33 to N35, E35 to E37."""
    path = folder / "plain.tif"
    profile = {"driver": "GTiff", "height": 200, "width": 200, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    place = {"transform": Affine(0.01, 0.0, 35.0, 0.0, -0.01, 35.0)}
    with rasterio.open(path, "w", **(profile | place | changes)) as raster:
        raster.write(np.full((1, 200, 200), height_m, np.float32))
    return path


def test_a_file_of_heights_beside_the_scenario(load_text: Callable[[str], Scenario], tmp_path: Path) -> None:
    _dem(tmp_path, 1234.0)
    scenario = load_text(_text(more='[environment]\nterrain = "plain.tif"\n'))
    assert scenario.terrain.source == "plain.tif"
    assert float(scenario.terrain.height_m(33.9, 36.0)) == 1234.0
    again = restore(toml_of(scenario))
    assert again.terrain.digest == scenario.terrain.digest
    assert again.file == scenario.file


def test_an_override_names_a_file_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _dem(tmp_path, 5.0, transform=Affine(0.02, 0.0, 34.0, 0.0, -0.02, 36.0))
    monkeypatch.chdir(tmp_path)
    assert load("first", overrides=["environment.terrain=plain.tif"]).terrain.source == "plain.tif"
    with pytest.raises(InputError, match=r'override "environment.terrain=none.tif": .*none.tif read "'):
        load("first", overrides=["environment.terrain=none.tif"])


def test_a_faulty_file_is_told_with_its_key_and_line(load_text: Callable[[str], Scenario], tmp_path: Path) -> None:
    _dem(tmp_path, 5.0, crs="EPSG:32636")
    with pytest.raises(InputError, match=r"plain.tif is in WGS 84 / UTM zone 36N") as caught:
        load_text(_text(more='[environment]\nterrain = "plain.tif"\n'))
    assert caught.value.key == "environment.terrain"
    assert caught.value.line == _text(more="[environment]\n").count("\n") + 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sea_state = 7", "less than or equal to 6"),
        ("sea_state = -1", "greater than or equal to 0"),
        ("sea_state = 2.5", "integer"),
        ("rain_mmph = -1.0", "greater than or equal to 0"),
        ("rain_mmph = 151.0", "less than or equal to 150"),
        ('land_gamma = "-15"', "dB"),
        ("terrain = 5", "string"),
        ('terrian = "globe"', 'did you mean "terrain"'),
        ('fill_voids = "yes"', "boolean"),
    ],
)
def test_a_wrong_environment_is_refused(load_text: Callable[[str], Scenario], line: str, said: str) -> None:
    with pytest.raises(InputError, match="environment") as caught:
        load_text(_text(more=f"[environment]\n{line}\n"))
    assert said in str(caught.value)


def test_the_environment_is_kept(load_text: Callable[[str], Scenario]) -> None:
    more = '[environment]\nsea_state = 5\nrain_mmph = 4\nland_gamma = "-12 dB"\n'
    scenario = load_text(_text(more=more))
    assert scenario.file.environment == Environment(sea_state=5, rain_mmph=4.0, land_gamma="-12 dB")
    assert json.loads(toml_of(scenario))["environment"]["land_gamma"] == "-12 dB"
    assert restore(toml_of(scenario)).file.environment == scenario.file.environment


def test_great_circles_are_those_of_proj() -> None:
    """On the sphere of surface normals that the legs run on."""
    globe = pyproj.Geod(a=6371008.8, b=6371008.8)
    draw = np.random.default_rng(4)
    for lat, lon, to_lat, to_lon in draw.uniform((20, 10, 20, 10), (60, 50, 60, 50), (20, 4)):
        start, end = Point(lat, lon), Point(to_lat, to_lon)
        azimuth, _, distance_m = globe.inv(lon, lat, to_lon, to_lat)
        assert np.degrees(geometry.bearing_rad(start, end)) == pytest.approx(azimuth, abs=1e-8)
        lats, lons, length_m = geometry.between(start, end, 5000.0)
        assert length_m == pytest.approx(distance_m, abs=1e-3)
        steps = globe.inv(lons[:-1], lats[:-1], lons[1:], lats[1:])[2]
        assert steps.max() <= 5000.0
        assert steps.sum() == pytest.approx(distance_m, abs=1e-2)
        there = geometry.away(start, np.radians(azimuth), distance_m)
        assert (there.lat_deg, there.lon_deg) == pytest.approx((to_lat, to_lon), abs=1e-8)
