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
from openiads.scenario.ground import zone_heights_m, zone_is_grounded
from openiads.scenario.load import load, restore, toml_of, with_unit
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
    assert load_text(_text("1200 m")).terrain.source.startswith("NOAA GLOBE")
    assert load_text(_text("10 m agl")).file.units[0].altitude.above_ground


def test_a_file_is_named_where_something_lies_below_its_ground(
    load_text: Callable[[str], Scenario], tmp_path: Path
) -> None:
    """With the override that mends it, and a doubt about the unit where the file states none."""
    text = _text("20 m", PLAIN.replace("PLAIN", "plain.tif"))
    _dem(tmp_path, 3100.0)
    with pytest.raises(
        InputError, match=r"is at 3100 m \(plain\.tif\); .*states no unit: are its heights in feet\?$"
    ) as said:
        load_text(text)
    hint = re.search("--set '([^']+)'", str(said.value))
    assert hint is not None
    assert hint[1] == 'units.u.altitude="0 m agl"'
    assert load(tmp_path / "scenario.toml", overrides=[hint[1]]).file.units[0].altitude == Altitude(0.0, True)
    _dem(tmp_path, 2900.0)
    with pytest.raises(InputError, match=r"is at 2900 m \(plain\.tif\); raise it") as low:
        load_text(text)
    assert "feet" not in str(low.value)


def test_routes_are_left_out_where_nothing_flies(load_text: Callable[[str], Scenario], tmp_path: Path) -> None:
    buried = RAID + ACROSS + 'altitude = "2 km"'
    with pytest.raises(InputError, match="leads the raid"):
        load_text(_text(more=buried))
    path = tmp_path / "scenario.toml"
    assert load(path, check_routes=False).file.raids[0].name == "r"
    assert with_unit(load(path, check_routes=False), "s-300v4", check_routes=False).file.units[0].unit == "s-300v4"
    with pytest.raises(InputError, match=r'with the unit "s-300v4":.* leads the raid'):
        with_unit(load(path, check_routes=False), "s-300v4")
    path.write_text(_text("20 m", buried))
    with pytest.raises(InputError, match="below the ground"):
        load(path, check_routes=False)


def test_a_single_launcher_below_ground_has_its_name(load_text: Callable[[str], Scenario]) -> None:
    """At a height between the lowest and the highest vehicle of a battery on a slope."""
    slope = _text().replace("33.9 N, 36.0 E", "34.25 N, 36.10 E")
    with pytest.raises(InputError) as low:
        load_text(slope.replace("0 m agl", "100 m"))
    highest = float(str(low.value).split("is at ")[1].split(" m")[0])
    with pytest.raises(InputError, match=r'puts the (launcher|radar) "u\.'):
        load_text(slope.replace("0 m agl", f"{highest - 5.0} m"))
    assert load_text(slope.replace("0 m agl", f"{highest + 1.0} m"))


def test_a_unit_on_air_is_refused_with_both_heights(load_text: Callable[[str], Scenario]) -> None:
    """Mount Hermon, 2814 m on every map, reads 222 m less on the smoothed grid: that is believed, 308 m is not."""
    sentence = (
        r'altitude: puts the unit "u" at 5000 m above the sea, over the ground, which at .* is at 10\d\d m '
        r"\(NOAA GLOBE .*\); at most"
    )
    with pytest.raises(InputError, match=sentence):
        load_text(_text("5 km"))
    with pytest.raises(InputError, match=r"at 6\d\d\d m above the sea, over the ground"):
        load_text(_text("5 km agl"))
    summit = _text().replace("33.9 N, 36.0 E", "33.416 N, 35.857 E")
    assert load_text(summit.replace("0 m agl", "2814 m"))
    with pytest.raises(InputError, match=r'puts the unit "u" at 2900 m .* is at 2592 m'):
        load_text(summit.replace("0 m agl", "2900 m"))


def test_a_ship_neither_flies_nor_dives(load_text: Callable[[str], Scenario]) -> None:
    ship = TEXT + UNIT.replace("s-300pmu1", "s-300f-fort").replace("33.9 N, 36.0 E", "34.0 N, 35.0 E")
    assert load_text(ship.replace("ALT", "-28 m")), "the Caspian"
    for altitude in ("5 km", "-200 m", "1 km agl"):
        with pytest.raises(InputError, match=r'units\[0\].altitude: puts the ship "u" at -?\d+ m; a ship floats'):
            load_text(ship.replace("ALT", altitude))


KALININGRAD = '"54.7 N, 20.5 E"'


@pytest.mark.parametrize("terrain", ["globe", "sea_level"])
def test_without_a_grid_the_sea_is_the_ground(load_text: Callable[[str], Scenario], terrain: str) -> None:
    """The same rules as near Tartus, over a ground of 0 m; a plateau that no grid shows may carry a battery."""
    there = _text("ALT", f'[environment]\nterrain = "{terrain}"\n').replace('"33.9 N, 35.6 E"', KALININGRAD)
    there = there.replace('"33.9 N, 36.0 E"', KALININGRAD)
    fine = there.replace("ALT", "1200 m")
    assert load_text(fine).terrain.is_flat
    asset = (
        f'[[assets]]\nname = "town"\nside = "a"\nat = {KALININGRAD}\nradius = "1 km"\nvalue = 1\naltitude = "-50 m"\n'
    )
    below = RAID + 'route = ["55 N, 19 E", "54 N, 21 E"]\naltitude = "-20 m"\n'
    corners = 'corners = ["54 N, 20 E", "55 N, 20 E", "55 N, 21 E"]\n'
    zone = f'[[zones]]\nname = "z"\nkind = "no_fire"\nfloor = "300 m agl"\nceiling = "200 m"\n{corners}'
    for text, said in (
        (
            there.replace("ALT", "-200 m"),
            r'puts the \w+ "u[^"]*" at -200 m above the sea, below the ground, .* is at 0 m',
        ),
        (there.replace("ALT", "7 km"), 'puts the unit "u" at 7000 m .* at most 6000 m where no grid says more'),
        (there.replace("ALT", "400 m agl"), "at most 300 m over the grid"),
        (fine + asset, 'puts the asset "town" at -50 m'),
        (fine + below, 'leads the raid "r" below the ground'),
        (fine + zone, "stands at 300 m above the sea, not below the ceiling at 200 m"),
    ):
        with pytest.raises(InputError, match=said):
            load_text(text)


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


@pytest.mark.parametrize(
    ("floor", "grounded"),
    [
        (Altitude(0.0), True),
        (Altitude(0.0, above_ground=True), True),
        (Altitude(30.0, above_ground=True), False),
        (Altitude(200.0), True),  # Damascus lies at 600 m and more
        (Altitude(4000.0), False),
    ],
)
def test_a_zone_reaches_the_ground(floor: Altitude, grounded: bool, load_text: Callable[[str], Scenario]) -> None:
    scenario = load_text(_text())
    inland = Zone(name="z", kind="no_fire", corners=("33.4 N, 36.3 E", "33.5 N, 36.3 E", "33.5 N, 36.4 E"), floor=floor)
    assert zone_is_grounded(inland, scenario.catalog, scenario.terrain) == grounded
    coast = inland.model_copy(update={"corners": ("33.8 N, 35.2 E", "34.4 N, 35.5 E", "34.4 N, 36.3 E")})
    at_sea = floor.value_m == 0.0
    assert zone_is_grounded(coast, scenario.catalog, scenario.terrain) == at_sea


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
    again = restore(toml_of(scenario), folder=tmp_path, terrain_digest=scenario.terrain.digest)
    assert again.terrain.digest == scenario.terrain.digest
    assert again.file == scenario.file


PLAIN = '[environment]\nterrain = "PLAIN"\n'


@pytest.mark.parametrize("folder", ["one", "another"])
@pytest.mark.parametrize("absolute", [False, True])
def test_a_record_holds_no_path_of_a_machine(tmp_path: Path, folder: str, absolute: bool) -> None:
    """The same file of heights in two folders, named from the scenario or from the root: one text and one digest."""
    here = tmp_path / folder
    here.mkdir()
    dem = _dem(here, 1234.0)
    (here / "s.toml").write_text(_text(more=PLAIN.replace("PLAIN", str(dem) if absolute else dem.name)))
    scenario = load(here / "s.toml")
    text = toml_of(scenario)
    assert json.loads(text)["environment"]["terrain"] == "plain.tif"
    assert str(tmp_path) not in text + json.dumps(scenario.terrain.facts())
    assert toml_of(restore(text, folder=here)) == text


def test_a_record_without_its_ground_says_so(load_text: Callable[[str], Scenario], tmp_path: Path) -> None:
    dem = _dem(tmp_path, 1234.0)
    scenario = load_text(_text(more=PLAIN.replace("PLAIN", "plain.tif")))
    text, digest = toml_of(scenario), scenario.terrain.digest
    with pytest.raises(
        InputError, match=r'^run-7: environment.terrain: was made on the ground of "plain.tif", which is '
    ):
        restore(text, path="run-7", folder=tmp_path / "elsewhere")
    with pytest.raises(InputError, match=r'was made on the ground of "plain.tif", which is no file in "\."'):
        restore(text)
    _dem(tmp_path, 1235.0)
    assert restore(text, folder=tmp_path).terrain.digest != digest
    with pytest.raises(
        InputError, match=rf'was made on other ground: its digest was {digest[:12]}, that of "plain.tif"'
    ):
        restore(text, folder=tmp_path, terrain_digest=digest)
    dem.unlink()
    first = load("first")
    assert restore(toml_of(first), terrain_digest=first.terrain.digest).file == first.file
    with pytest.raises(InputError, match=r'was made on other ground: .* that of "globe"'):
        restore(toml_of(first), terrain_digest=digest)


def test_a_name_that_no_file_can_have_is_refused(load_text: Callable[[str], Scenario]) -> None:
    with pytest.raises(InputError, match="is no file"):
        load_text(_text(more=PLAIN.replace("PLAIN", "a" * 500)))


def test_an_override_of_the_whole_environment_counts_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _dem(tmp_path, 5.0, transform=Affine(0.02, 0.0, 34.0, 0.0, -0.02, 36.0))
    monkeypatch.chdir(tmp_path)
    assert load("first", overrides=['environment={ terrain = "plain.tif" }']).terrain.source == "plain.tif"


def test_the_ground_round_every_unit_is_kept(load_text: Callable[[str], Scenario], tmp_path: Path) -> None:
    """A battery 11 degrees north of the origin keeps the ground of its file."""
    place = Affine(0.1, 0.0, 30.0, 0.0, -0.1, 50.0)
    _dem(tmp_path, 100.0, transform=place)
    far = _text(more=PLAIN.replace("PLAIN", "plain.tif")).replace('"33.9 N, 36.0 E"', '"45.0 N, 40.0 E"')
    terrain = load_text(far).terrain
    south, west, north, east = terrain.bounds_deg
    assert (south, north) == (pytest.approx(30.0, abs=0.2), pytest.approx(49.05, abs=0.2))
    assert (west, east) == (pytest.approx(30.5, abs=0.3), pytest.approx(46.4, abs=0.3))
    assert float(terrain.height_m(45.0, 40.0)) == 100.0
    beyond = far.replace("45.0 N, 40.0 E", "55.0 N, 40.0 E")
    assert "the ground is taken as sea level, under 1 unit too" in load_text(beyond).terrain.note


def test_a_zone_across_the_180th_meridian_finds_its_ground(
    load_text: Callable[[str], Scenario], tmp_path: Path
) -> None:
    _dem(tmp_path, 700.0, transform=Affine(0.01, 0.0, 179.0, 0.0, -0.01, 35.0))
    at = {'"33.9 N, 35.6 E"': '"33.9 N, 179.9 W"', '"33.9 N, 36.0 E"': '"33.9 N, 179.9 E"'}
    text = _text(more=PLAIN.replace("PLAIN", "plain.tif"))
    for old, new in at.items():
        text = text.replace(old, new)
    scenario = load_text(text)
    corners = ("33.8 N, 179.8 E", "34.4 N, 179.8 E", "34.4 N, 179.8 W", "33.8 N, 179.8 W")
    above = Altitude(500.0, above_ground=True)
    zone = Zone(name="z", kind="no_fire", corners=corners, floor=above, ceiling=above)
    assert zone_heights_m(zone, scenario.catalog, scenario.terrain) == (1200.0, 1200.0)


def test_an_override_names_a_file_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _dem(tmp_path, 5.0, transform=Affine(0.02, 0.0, 34.0, 0.0, -0.02, 36.0))
    monkeypatch.chdir(tmp_path)
    assert load("first", overrides=["environment.terrain=plain.tif"]).terrain.source == "plain.tif"
    with pytest.raises(InputError, match=r'override "environment.terrain=none.tif": .*: none.tif is no file'):
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
        ('land_gamma = "60 dB"', 'read "60 dB", a level in dB here lies between -30 dB and 0 dB'),
        ('land_gamma = "-31 dB"', "between -30 dB and 0 dB"),
        ("terrain = 5", "read 5, expected text in quotes"),
        ('terrain = ""', "environment.terrain: is empty"),
        ("rain = 4.0", 'did you mean "rain_mmph"'),
        ('rain_mmph = "4 mm/h"', 'read "4 mm/h", expected a plain number in mm/h, without quotes'),
        ('terrian = "globe"', 'did you mean "terrain"'),
        ('fill_voids = "yes"', "expected true or false"),
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
