"""Zones: outlines, times and posts are checked; GeoJSON files become zones, and every mistake in them is named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from openiads.catalog import loader
from openiads.catalog.errors import InputError
from openiads.scenario.load import load, restore, toml_of
from openiads.scenario.zone_files import zones_of
from openiads.scenario.zones import crossing, flaw
from openiads.units import Altitude, Point

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openiads.scenario.load import Scenario

SQUARE = [[34, 34], [35, 34], [35, 35], [34, 35], [34, 34]]
PLAIN = {"name": "box", "kind": "no_fire"}
ZONE = '\n[[zones]]\nname = "box"\nkind = "no_fire"\n'
BOX = 'corners = ["34 N, 35 E", "35 N, 35 E", "35 N, 36 E"]\n'


def first_text() -> str:
    return (loader.BUILT_IN / "scenarios" / "first.toml").read_text(encoding="utf-8")


# ---- Zones of the scenario itself ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "key", "said"),
    [
        (
            'corners = ["34 N, 34 E", "35 N, 35 E", "35 N, 34 E", "34 N, 35 E"]',
            "corners",
            'sides cross near "34.500 N, 34.500 E", the one from corner 1 to 2 and the one from corner 3 to 4',
        ),
        ('corners = ["34 N, 34 E", "35 N, 35 E", "36 N, 36 E"]', "corners", "its corners lie on one line"),
        (
            'corners = ["34 N, 34 E", "35 N, 35 E", "tartus", "34.915 N, 35.874 E"]',
            "corners",
            "twice, as corners 3 and 4",
        ),
        ('corners = ["34 N, 34 E", "35 N, 35 E", "tartos"]', "corners[2]", 'did you mean "tartus"'),
        (BOX + 'from = "2 min"\nuntil = "2 min"', "until", "read 120 s, which is not after from, 120 s"),
        (BOX + 'post = "cq"', "post", 'read "cq", which is no post of this scenario (allowed: cp)'),
        (BOX + 'control = "loose"', "control", "read 'loose', input should be 'hold', 'tight' or 'free'"),
        (BOX + 'origin = "hell"', "origin", "read 'hell', input should be 'friendly', 'civil' or 'hostile'"),
        (BOX + 'floor = "9 km"\nceiling = "FL100"', "floor", "read 9000 m, which is not below the ceiling of 3048 m"),
        (BOX + 'floor = "9 km"\nceiling = "1 km agl"', "floor", "not below the ceiling"),
    ],
)
def test_what_is_wrong_with_a_zone_is_named(
    lines: str, key: str, said: str, load_text: Callable[[str], Scenario]
) -> None:
    with pytest.raises(InputError) as caught:
        load_text(first_text() + ZONE + lines + "\n")
    error = caught.value
    assert error.key == f"zones[0].{key}"
    assert said in error.message
    assert "\n" not in str(error)
    text = (first_text() + ZONE + lines).splitlines()
    assert error.line is not None
    assert text[error.line - 1].startswith(key.partition("[")[0])


def test_a_zone_with_every_key_is_kept(load_text: Callable[[str], Scenario]) -> None:
    more = 'from = "1 min"\nuntil = "3 min"\npost = "cp"\ncontrol = "hold"\norigin = "hostile"\nfloor = "0 m agl"\n'
    scenario = load_text(first_text() + ZONE + BOX + more)
    zone = scenario.file.zones[0]
    assert (zone.from_, zone.until, zone.post, zone.control, zone.origin) == (60.0, 180.0, "cp", "hold", "hostile")
    assert restore(toml_of(scenario)).file == scenario.file


def polygon(spots: Any) -> list[Point]:
    return [Point(float(y), float(x)) for x, y in spots]


def test_outlines_that_cross_are_those_in_which_segments_meet() -> None:
    """Against every pair of sides by parameters in floating point, on random stars and random corners."""
    draw, crossed = np.random.default_rng(1), []
    for n in range(400):
        corners = int(draw.integers(3, 9))
        angles = np.sort(draw.uniform(0.0, 2.0 * np.pi, corners))
        spots = np.column_stack([np.cos(angles), np.sin(angles)]) * draw.uniform(0.2, 1.0, (corners, 1))
        if n % 2:
            spots = draw.uniform(-1.0, 1.0, (corners, 2))
        slow = False
        for i in range(corners):
            for j in range(i + 1, corners):
                a, b, c, d = spots[i], spots[(i + 1) % corners], spots[j], spots[(j + 1) % corners]
                if j == i + 1 or (i == 0 and j == corners - 1):
                    continue
                s, t = np.linalg.solve(np.column_stack([b - a, c - d]), c - a)
                slow = slow or bool(0.0 <= s <= 1.0 and 0.0 <= t <= 1.0)
        found = crossing(spots)
        assert (found is not None) == slow
        crossed.append(slow)
        if found is not None:
            x, y = found.place.lon_deg, found.place.lat_deg
            for side in (found.side, found.other):
                start, along = spots[side], spots[(side + 1) % corners] - spots[side]
                off = np.array([x, y]) - start
                assert abs(along[0] * off[1] - along[1] * off[0]) < 1e-9 * np.hypot(*along)
                assert -1e-9 <= off @ along <= along @ along + 1e-9
    assert 50 < sum(crossed) < 350


@pytest.mark.parametrize(
    ("spots", "said"),
    [
        ([(0, 0), (2, 0), (2, 2), (1, 0), (0, 2)], "sides cross"),  # a corner on another side
        ([(0, 0), (3, 0), (3, 3), (4, 3), (2, 3)], "sides cross"),  # there and back on one line
        ([(0, 0), (4, 0), (1, 0), (1, 3)], "sides cross"),  # a spike of no width
        ([(0, 0), (1, 1), (2, 2.0000001)], "on one line"),
        ([(0, 0), (1, 0), (2, 0), (2, 2)], ""),  # a corner in the middle of a straight side
        ([(179, 0), (-179, 0), (-179, 2), (179, 2)], ""),  # over the date line
        ([(179, 0), (-179, 2), (-179, 0), (179, 2)], 'near "1.000 N, 180.000'),
    ],
)
def test_outlines_at_the_edge(spots: list[tuple[float, float]], said: str) -> None:
    found = flaw(polygon(spots))
    assert (said in found) if said else not found


# ---- Files -----------------------------------------------------------------------------------------


def feature(coordinates: Any = None, shape: str = "Polygon", **properties: Any) -> dict[str, Any]:
    geometry = {"type": shape, "coordinates": [SQUARE] if coordinates is None else coordinates}
    return {"type": "Feature", "properties": {**PLAIN, **properties}, "geometry": geometry}


def collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


@pytest.fixture
def with_file(tmp_path: Path) -> Callable[..., Scenario]:
    """Load ``first`` with a file of zones beside it."""

    def loaded(content: Any, *overrides: str) -> Scenario:
        text = content if isinstance(content, str) else json.dumps(content)
        (tmp_path / "air.geojson").write_text(text, encoding="utf-8")
        (tmp_path / "scenario.toml").write_text('zone_files = ["air.geojson"]\n' + first_text(), encoding="utf-8")
        return load(tmp_path / "scenario.toml", overrides=overrides)

    return loaded


def test_a_feature_is_a_zone_of_the_same_keys(with_file: Callable[..., Scenario], tmp_path: Path) -> None:
    said = {
        "floor": "300 m agl", "ceiling": "FL300", "from": "1 min", "until": "3 min", "post": "cp", "control": "tight",
        "origin": "civil",
    }  # fmt: skip
    scenario = with_file(collection(feature(**said)))
    lines = "".join(f'{key} = "{value}"\n' for key, value in said.items())
    corners = 'corners = ["34 N, 34 E", "34 N, 35 E", "35 N, 35 E", "35 N, 34 E"]\n'
    (tmp_path / "same.toml").write_text(first_text() + ZONE + corners + lines, encoding="utf-8")
    assert scenario.file.zones == load(tmp_path / "same.toml").file.zones
    assert scenario.file.zone_files == ()
    (tmp_path / "air.geojson").unlink()
    again = restore(toml_of(scenario))
    assert again.file == scenario.file
    assert toml_of(again) == toml_of(scenario)


def test_forms_of_a_file(with_file: Callable[..., Scenario]) -> None:
    assert [zone.name for zone in with_file(feature()).file.zones] == ["box"]
    assert with_file(collection()).file.zones == ()
    unsaid = feature(control=None, floor=None)
    assert with_file(unsaid).file.zones[0].control is None
    raised = feature([[[*spot, 120.0] for spot in SQUARE]])
    assert with_file(raised).file.zones == with_file(feature()).file.zones
    named = collection(feature()) | {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}}
    assert len(with_file(named).file.zones) == 1


def test_the_parts_of_a_multipolygon_are_zones_with_numbers(with_file: Callable[..., Scenario]) -> None:
    parts = [[[[x + 3 * n, y] for x, y in SQUARE]] for n in range(3)]
    zones = with_file(collection(feature(parts, "MultiPolygon"), feature(name="last"))).file.zones
    assert [zone.name for zone in zones] == ["box-1", "box-2", "box-3", "last"]
    assert zones[2].corners[0] == "34 N, 40 E"
    assert with_file(feature(parts[:1], "MultiPolygon")).file.zones[0].name == "box"


def test_positions_keep_a_centimetre(with_file: Callable[..., Scenario]) -> None:
    ring = [[-0.00001234, -0.5], [35.1234567, 0.25], [35, 1], [-0.00001234, -0.5]]
    zone = with_file(feature([ring])).file.zones[0]
    assert zone.corners == ("0.5 S, 0.0000123 W", "0.25 N, 35.1234567 E", "1 N, 35 E")


def test_overrides_reach_the_zones_of_a_file(with_file: Callable[..., Scenario], tmp_path: Path) -> None:
    both = collection(feature(), feature(name="other"))
    zones = with_file(both, "zones.other.floor=2 km", "zones[0].kind=fir").file.zones
    assert (zones[0].kind, zones[1].floor) == ("fir", Altitude(2000.0))
    with pytest.raises(InputError, match=r'override "zones\.other\.floor=2 kn"'):
        with_file(both, "zones.other.floor=2 kn")
    with pytest.raises(InputError, match="no entry of zones"):
        with_file(both, "zones.another.floor=2 km")
    here = tmp_path / "air.geojson"
    assert len(load("first", overrides=[f'zone_files=["{here}"]', "zones.box.floor=1 km"]).file.zones) == 2
    with pytest.raises(InputError, match=r'override "zone_files=.*read "none.geojson", which is no file'):
        load("first", overrides=['zone_files=["none.geojson"]'])
    with pytest.raises(InputError, match="a list in square brackets"):
        load("first", overrides=["zone_files=5"])


def holed() -> Any:
    return feature([SQUARE, [[34.2, 34.2], [34.4, 34.2], [34.4, 34.4], [34.2, 34.2]]])


@pytest.mark.parametrize(
    ("content", "key", "said"),
    [
        ('{"type": "FeatureCollection",\n "features": [}', "", "not valid JSON"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "", "read NaN, which is no number"),
        ("[" * 100_000, "", "not valid JSON"),
        ([], "type", "is missing; a file of zones is a FeatureCollection or a Feature"),
        (
            {"type": "Polygon", "coordinates": [SQUARE]},
            "type",
            'read "Polygon"; a file of zones is a FeatureCollection',
        ),
        ({"type": "FeatureCollection"}, "features", "a list of features"),
        (collection(5), "features[0]", "is no Feature"),
        (collection({"type": "Feature"}), "features[0].properties", "keys of a zone: ceiling, control, floor"),
        (collection(feature(), feature(name=None)), "features[1].properties.name", "is missing"),
        (collection(feature(kind="wall")), "features[0].properties.kind", "read 'wall', input should be 'engagement'"),
        (collection(feature(flor="1 km")), "features[0].properties.flor", 'did you mean "floor"? (allowed: ceiling'),
        (collection(feature(corners=[])), "features[0].properties.corners", "no key of a zone"),
        (collection(feature(floor=5)), "features[0].properties.floor", 'read 5, expected text such as "9 km"'),
        (collection(feature(floor="3 kn")), "features[0].properties.floor", 'read "3 kn", expected an altitude'),
        (collection(feature(floor="9 km", ceiling="1 km")), "features[0].properties.floor", "not below the ceiling"),
        (collection(feature(until="0 s")), "features[0].properties.until", "not after from"),
        (collection(feature(post="cq")), "features[0].properties.post", "no post of this scenario"),
        (collection(feature(), feature()), "features[1].properties.name", 'read "box" a second time'),
        (collection(holed()), "features[0].geometry.coordinates", "has 2 rings; a zone has one, its outline"),
        (
            collection(feature(SQUARE, "LineString")),
            "features[0].geometry.type",
            'read "LineString"; a zone is a Polygon',
        ),
        (collection({**feature(), "geometry": None}), "features[0].geometry.type", "is missing; a zone is a Polygon"),
        (collection(feature([])), "features[0].geometry.coordinates", "is missing or empty; it is a list of rings"),
        (collection(feature([5])), "features[0].geometry.coordinates", "is no list of rings"),
        (collection(feature([SQUARE[:-1]])), "features[0].geometry.coordinates[0]", "the last repeats the first"),
        (
            collection(feature([[[34, 134], *SQUARE[1:]]])),
            "features[0].geometry.coordinates[0][0]",
            "read [34, 134]; longitude comes first",
        ),
        (collection(feature([[["34", 34]]])), "features[0].geometry.coordinates[0][0]", "is no position"),
        (
            collection(feature([[SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]])),
            "features[0].geometry",
            'its sides cross near "34.500 N, 34.500 E"',
        ),
        (
            collection(feature()) | {"crs": {"type": "name", "properties": {"name": "EPSG:3857"}}},
            "crs",
            'read "EPSG:3857", positions are degrees of WGS 84',
        ),
    ],
    ids=lambda value: str(value)[:32],
)
def test_a_mistake_in_a_file_is_named(content: Any, key: str, said: str, with_file: Callable[..., Scenario]) -> None:
    with pytest.raises(InputError) as caught:
        with_file(content)
    assert caught.value.file.endswith("air.geojson")
    assert caught.value.key == key
    assert said in caught.value.message
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named_where_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text('zone_files = ["air.geojson"]\n' + first_text(), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(path)
    assert (caught.value.file, caught.value.line, caught.value.key) == (str(path), 1, "zone_files[0]")
    assert 'read "air.geojson", which is no file in' in caught.value.message
    path.write_text("zone_files = [5]\n" + first_text(), encoding="utf-8")
    with pytest.raises(InputError, match="zone_files"):
        load(path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "air.geojson").write_bytes(b'{"name": "\xe9"}')
    with pytest.raises(InputError, match="is not UTF-8 text"):
        zones_of(tmp_path / "air.geojson")
