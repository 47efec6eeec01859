"""What ellipses lie on, against points laid by hand and against paths of matplotlib."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.path import Path as Outline

from openiads.analysis import debris as module
from openiads.analysis.basemap import base_map, cities
from openiads.analysis.debris import DebrisEllipse, debris
from openiads.analysis.result import Result
from openiads.analysis.summary import summarise
from openiads.analysis.words import debris_lines, page
from openiads.enums import DebrisKind, EventKind
from openiads.record import geodesy
from openiads.record.record import Record
from openiads.world.tables import DEBRIS
from tests.record import synthetic
from tests.support import runs

TARTUS, HOMS, AT_SEA = (34.889, 35.887), (34.732, 36.718), (34.7, 35.0)
REGION = (33.0, 34.0, 36.5, 37.5)
ZONE = {"name": "box", "kind": "no_fire", "corners": [[34.6, 34.9], [34.6, 35.1], [34.8, 35.1], [34.8, 34.9]]}


def record(*rows: tuple[Any, ...], zones: tuple[Any, ...] = ()) -> Record:
    """The hand-made record with ellipses at places: (lat, lon), major, minor, azimuth in degrees, target or -1."""
    base = synthetic.record()
    table = np.zeros(len(rows), DEBRIS)
    killed = int(np.flatnonzero(base.tables["events"]["kind"] == EventKind.KILLED)[0])
    for row, (place, major_m, minor_m, azimuth_deg, target) in zip(table, rows, strict=True):
        there_m = geodesy.ecef(*place, 0.0)
        row["pos_enu_m"] = geodesy.ecef_to_enu(there_m, synthetic.ORIGIN_ECEF_M, synthetic.AXES)
        row["major_m"], row["minor_m"], row["azimuth_rad"] = major_m, minor_m, np.radians(azimuth_deg)
        row["kind"] = DebrisKind.TARGET if target >= 0 else DebrisKind.ROUND
        row["tick"], row["fall_s"], row["target"], row["because"], row["interceptor"] = 60_000, 30.0, target, killed, 4
    tables = {**base.tables, "debris": table}
    return Record.of(tables, base.roster, synthetic.manifest() | {"zones": list(zones)})


def only(*row: Any, zones: tuple[Any, ...] = ()) -> DebrisEllipse:
    """The one ellipse of such a record."""
    return debris(record(row, zones=zones)).ellipses[0]


def test_an_ellipse_on_land_at_sea_and_across_the_coast() -> None:
    inland = only(HOMS, 900.0, 300.0, 40.0, 0)
    assert (inland.ground, inland.country, inland.kind, inland.name) == ("land", "Syria", "target", "kalibr-1")
    assert "Homs" in inland.towns
    afar = only(AT_SEA, 2000.0, 500.0, 90.0, -1)
    assert (afar.ground, afar.country, afar.towns, afar.kind, afar.name) == ("sea", "", (), "round", "round 4")
    assert afar.lands_s - afar.time_s == 30.0
    assert afar.end == "KILLED"
    shore = only(TARTUS, 6000.0, 2500.0, 90.0, 0)
    assert shore.ground == "coast"
    assert "Tartus" in shore.towns


def test_the_length_of_an_ellipse_lies_along_its_azimuth() -> None:
    """Beirut lies 3 km south-east of the centre: only an ellipse that points there holds it."""
    town = next(spot for spot in cities(*REGION) if spot.name == "Beirut")
    lat, lon = geodesy.destination(town.lat_deg, town.lon_deg, 315.0, 3000.0)
    held = {a: only((float(lat), float(lon)), 4000.0, 500.0, a, 0).towns for a in (0.0, 45.0, 90.0, 135.0)}
    assert {azimuth for azimuth, towns in held.items() if "Beirut" in towns} == {135.0}


def test_the_outline_is_the_ellipse() -> None:
    each = only(HOMS, 4000.0, 1000.0, 30.0, 0)
    lat, lon = each.outline()
    azimuth, range_m = geodesy.azimuth_range(each.lat_deg, each.lon_deg, lat, lon)
    assert (range_m.max(), range_m.min()) == (pytest.approx(4000.0, rel=1e-3), pytest.approx(1000.0, rel=1e-3))
    assert azimuth[range_m.argmax()] % 180.0 == pytest.approx(30.0, abs=0.2)
    frame = module._Frame(each.lat_deg, each.lon_deg, each.major_m, each.minor_m, np.radians(each.azimuth_deg))
    assert np.hypot(*frame.of(np.column_stack([lon, lat])).T) == pytest.approx(
        np.ones(len(lat)), abs=6e-3
    )  # of a plane
    assert each.lat_deg == pytest.approx(HOMS[0], abs=1e-6)


def test_land_and_sea_are_those_of_paths_of_matplotlib() -> None:
    drawn = np.random.default_rng(2)
    south, west, north, east = REGION
    places = np.column_stack([drawn.uniform(south, north, 300), drawn.uniform(west, east, 300)])
    found = debris(record(*(((lat, lon), 300.0, 100.0, 0.0, -1) for lat, lon in places))).ellipses
    known = base_map(*REGION)

    def within(rings: Any) -> np.ndarray:
        return np.logical_xor.reduce([Outline(ring).contains_points(places[:, ::-1]) for ring in rings])

    land = within([ring for polygon in known.land for ring in polygon])
    said = np.array([each.ground for each in found])
    assert ((said == "land") == land)[said != "coast"].all()
    assert 0 < (said == "coast").sum() < 30
    for country in known.countries:
        inside = within([ring for polygon in country.polygons for ring in polygon])
        named = np.array([each.country == country.name for each in found])
        assert (named <= inside).all()
        assert (inside & land & ~named).sum() == 0


def test_a_coast_crosses_where_points_of_the_ellipse_lie_on_both_sides() -> None:
    known = base_map(*REGION)
    rings = [ring for polygon in known.land for ring in polygon]
    share = np.sqrt(np.linspace(0.0, 1.0, 40))[:, None]
    for lon_deg in np.linspace(35.6, 36.1, 26):
        each = only((34.889, float(lon_deg)), 3000.0, 1000.0, 60.0, 0)
        lat, lon = each.outline()
        cloud = np.column_stack([
            (each.lon_deg + share * (lon - each.lon_deg)).ravel(), (each.lat_deg + share * (lat - each.lat_deg)).ravel()
        ])  # fmt: skip
        dry = np.logical_xor.reduce([Outline(ring).contains_points(cloud) for ring in rings])
        if each.ground == "coast":
            assert 0.0 < dry.mean() < 1.0
        else:
            assert dry.mean() == (1.0 if each.ground == "land" else 0.0)


@pytest.mark.parametrize(
    ("place", "azimuth_deg", "touches"),
    [
        ((34.7, 35.0), 0.0, True),  # inside
        ((34.7, 34.86), 90.0, True),  # its end reaches over the western edge, 3.7 km away
        ((34.7, 34.86), 0.0, False),  # the same, lying along the edge
        ((34.82, 35.13), 45.0, True),  # over the corner
        ((34.82, 35.13), 135.0, False),
        ((35.4, 35.0), 0.0, False),
    ],
)
def test_zones_are_touched_by_a_point_in_common(place: tuple[float, float], azimuth_deg: float, touches: bool) -> None:
    assert only(place, 5000.0, 400.0, azimuth_deg, 0, zones=(ZONE,)).zones == (("box",) if touches else ())


def test_a_zone_that_lies_inside_an_ellipse_is_touched() -> None:
    small = ZONE | {"corners": [[34.7, 35.0], [34.7, 35.001], [34.701, 35.001]]}
    assert only((34.71, 35.01), 5000.0, 4000.0, 0.0, 0, zones=(small,)).zones == ("box",)


def test_counts_and_words() -> None:
    made = record(
        (HOMS, 900.0, 300.0, 40.0, 0), (HOMS, 900.0, 300.0, 40.0, -1), (AT_SEA, 900.0, 300.0, 40.0, -1), zones=(ZONE,)
    )  # fmt: skip
    count = debris(made).count
    intercepts = int((made.tables["events"]["kind"] == EventKind.INTERCEPT).sum())
    assert (count.ellipses, count.land, count.coast, count.sea) == (3, 2, 0, 1)
    assert (count.intercepts, count.spent) == (intercepts, 0)
    assert (count.towns, count.countries, count.zones) == ({"Homs": 2}, {"Syria": 2}, {"box": 1})
    assert debris_lines(count) == [
        f"Debris of {intercepts} intercepts: 3 ellipses (1 target, 2 rounds), 2 on land, 1 at sea.",
        "Of these 2 hold Homs, 1 touches the zone box, 2 lie in Syria.",
    ]
    summary = summarise(made)
    assert summary.debris == count
    assert "2 hold Homs" in page(summary)
    plain = json.loads(json.dumps(summary.as_dict()))
    assert plain["debris"]["towns"] == {"Homs": 2}
    assert json.loads(json.dumps(debris(made).as_dict()))["ellipses"][0]["country"] == "Syria"
    assert str(debris(made)).startswith("Debris of")
    shown = str(debris(made).ellipses).splitlines()
    assert len(shown) == 4
    assert all("Homs" in line for line in shown[1:3])


def test_a_record_without_debris_says_nothing() -> None:
    report = debris(synthetic.record())
    assert report.ellipses == ()
    assert report.count.ellipses == 0
    assert debris_lines(report.count) == []
    assert "Debris" not in page(summarise(synthetic.record()))


def test_a_run_counts_what_its_table_holds(tmp_path: Path) -> None:
    result = Result(runs.record("tartus"))
    report = result.debris()
    assert len(report.ellipses) == len(result.record.tables["debris"]) == report.count.ellipses > 0
    assert report.count.land + report.count.coast + report.count.sea == report.count.ellipses
    rows = result.table("debris").fetchnumpy()
    assert [each.lat_deg for each in report.ellipses] == pytest.approx(list(rows["lat_deg"]))
    killed = {str(name) for name, kind in zip(rows["target"], rows["kind"], strict=True) if kind == "TARGET"}
    assert {each.name for each in report.ellipses if each.kind == "target"} == killed
    again = Result.open(result.save(tmp_path / "run"))
    assert again.debris() == report


ZONED = 'zones=[{name="kill-box", kind="no_fire", corners=["34.6 N, 34.6 E", "34.6 N, 35.2 E", "34.9 N, 35.0 E"]}]'


def test_the_zones_of_a_scenario_stand_in_the_manifest() -> None:
    zone = runs.session("first", ZONED).record().manifest["zones"][0]
    assert (zone["name"], zone["kind"], zone["corners"][2]) == ("kill-box", "no_fire", [34.9, 35.0])
    assert runs.record("first").manifest["zones"] == []
