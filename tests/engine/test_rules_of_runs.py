"""What the rules forbid does not happen: whole runs, from their records and scenarios alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.path import Path

from openiads.catalog.loader import load as load_catalog
from openiads.enums import EventKind, Identity
from openiads.record import geodesy
from openiads.record.record import Record
from openiads.scenario.load import resolve
from openiads.scenario.schema import Zone
from tests.support import runs

STATUS = {"hold": 0, "tight": 1, "free": 2}
EDGE_M = 2_000.0  # that an intercept may lie from where it was predicted: what is met flies on, and homes
LOCAL = (
    'zones=[{{name="box", kind="{kind}", corners={corners}, floor="{floor}", ceiling="{ceiling}", until="{until}"}}]'
)


def of(record: Record, kind: EventKind) -> Any:
    events = record.tables["events"]
    return events[events["kind"] == kind]


def identity_at(record: Record, event: Any) -> int:
    """The identity of an event's track at its tick; a change in the same tick comes before."""
    changes = of(record, EventKind.IDENTIFIED)
    mine = changes[(changes["track"] == event["track"]) & (changes["post"] == event["post"])]
    mine = mine[mine["tick"] <= event["tick"]]
    return int(mine["code"][-1]) if len(mine) else int(Identity.PENDING)


def places(record: Record, events: Any) -> tuple[Any, Any, Any]:
    """Latitudes, longitudes (deg) and heights (m) of some events."""
    there = geodesy.enu_to_ecef(events["pos_enu_m"], record.manifest["origin_ecef_m"], record.manifest["enu_to_ecef"])
    return geodesy.geodetic(there)


def inside(zone: Zone, tick: int, place: tuple[float, float, float], slack_m: float = 0.0) -> bool:
    """Whether a place lies in a zone in force, by more than a slack from its sides, floor and ceiling."""
    catalog = load_catalog()
    points = [resolve(corner, catalog) for corner in zone.corners]
    lat, lon, height_m = place
    east_m, north_m = 111e3 * np.cos(np.radians(lat)), 111e3
    spots = np.array([((at.lon_deg - lon) * east_m, (at.lat_deg - lat) * north_m) for at in points])
    ends = np.roll(spots, -1, axis=0)
    along = ends - spots
    share = np.clip(-(spots * along).sum(axis=1) / (along**2).sum(axis=1), 0.0, 1.0)
    off_m = np.hypot(*(spots + share[:, None] * along).T).min()
    until = np.inf if zone.until is None else zone.until
    in_time = zone.from_ <= tick * 1e-3 - slack_m / 500.0 and tick * 1e-3 + slack_m / 500.0 <= until
    floor_m = -np.inf if zone.floor.above_ground or zone.floor.value_m <= 0.0 else zone.floor.value_m + slack_m
    in_height = floor_m <= height_m <= zone.ceiling.value_m - slack_m
    return bool(Path(spots).contains_point((0.0, 0.0)) and off_m >= slack_m and in_time and in_height)


def assert_no_fire_zones_hold(record: Record, zones: tuple[Zone, ...]) -> None:
    """Nothing leaves from a no-fire zone and nothing is met well inside one; engagement zones hold what is met."""
    for kind, slack_m in ((EventKind.LAUNCHED, 0.0), (EventKind.INTERCEPT, EDGE_M)):
        events = of(record, kind)
        for event, *place in zip(events, *places(record, events), strict=True):
            at = (float(place[0]), float(place[1]), float(place[2]))
            for zone in zones:
                if zone.kind == "no_fire":
                    assert not inside(zone, int(event["tick"]), at, slack_m), (kind.name, zone.name, at)


def assert_status_holds(record: Record, post: str, units: dict[int, str]) -> None:
    """Under hold only self-defence, under tight only what is hostile, never what is below suspect."""
    for event in of(record, EventKind.LAUNCHED):
        status = min(STATUS[post], STATUS[units.get(int(event["unit"]), post)])
        identity = identity_at(record, event)
        if status == 0:
            assert event["code"] == 1, "a launch under hold that is no self-defence"
        assert identity == Identity.HOSTILE or (status == 2 and identity == Identity.SUSPECT)


@pytest.mark.full
@pytest.mark.parametrize("control", ["hold", "tight", "free"])
@pytest.mark.parametrize("name", ["rules", "tartus"])
def test_launches_keep_to_status_and_zones(name: str, control: str) -> None:
    post = {"rules": "cp", "tartus": "tartus-cp"}[name]
    record = runs.record(name, f"posts.{post}.control={control}")
    scenario = runs.scenario(name, f"posts.{post}.control={control}")
    own = {n: site.control for n, site in enumerate(scenario.file.units) if site.control is not None}
    assert_status_holds(record, control, own)
    assert_no_fire_zones_hold(record, scenario.file.zones)
    if control == "free":
        assert len(of(record, EventKind.LAUNCHED)) > 3


@pytest.mark.full
@pytest.mark.parametrize("number", range(8))
def test_random_zones_hold(number: int) -> None:
    """A box somewhere on the ways of the two threats of ``first``: no-fire, or an engagement zone, for a while."""
    draw = np.random.default_rng(number)
    kind = ("no_fire", "engagement")[number % 2]
    lat, lon = draw.uniform(34.70, 35.10), draw.uniform(34.9, 35.9)
    high, wide = draw.uniform(0.1, 0.3), draw.uniform(0.1, 0.4)
    corners = [
        f"{y:.4f} N, {x:.4f} E" for y, x in ((lat - high, lon - wide), (lat - high, lon + wide), (lat + high, lon))
    ]
    floor, ceiling = draw.choice(["0 m", "0 m agl", "2 km"]), draw.choice(["5 km", "30 km"])
    line = LOCAL.format(
        kind=kind,
        corners=str(corners).replace("'", '"'),
        floor=floor,
        ceiling=ceiling,
        until=f"{draw.uniform(100.0, 480.0):.0f} s",
    )
    free = 'posts.cp.control="free"'
    record, zone = runs.record("first", line, free), runs.scenario("first", line, free).file.zones[0]
    assert_no_fire_zones_hold(record, (zone,))
    assert_status_holds(record, "free", {})
    met = of(record, EventKind.INTERCEPT)
    if kind == "engagement":
        for event, *place in zip(met, *places(record, met), strict=True):
            assert event["tick"] * 1e-3 > zone.until - 2.0 or near(zone, place), "met at another time than predicted"


def near(zone: Zone, place: list[float]) -> bool:
    """Whether a place lies in a zone or within the slack of its outline; heights as they are, with the slack."""
    lat, lon, height_m = place
    around = [(0.0, 0.0), (1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)]
    steps = [(lat + EDGE_M * north / 111e3, lon + EDGE_M * east / 91e3) for north, east in around]
    floor, ceiling = zone.floor.value_m, zone.ceiling.value_m
    level_m = min(max(height_m, floor), ceiling) if floor - EDGE_M <= height_m <= ceiling + EDGE_M else height_m
    tick = int(1000 * zone.from_)
    return any(inside(zone, tick, (north, east, level_m)) for north, east in steps)
