"""The airspace as posts know it: zones and their corners, airports, and what the deconfliction line announces."""

from __future__ import annotations

from typing import Any

from openiads.constants import NEVER
from openiads.enums import ControlStatus, OriginEvidence, ZoneKind
from openiads.scenario.ground import zone_heights_m, zone_is_grounded
from openiads.scenario.load import Scenario, resolve
from openiads.scenario.schema import Zone
from openiads.units import Point
from openiads.world import tables as t
from openiads.world.build_targets import TargetRows
from openiads.world.rows import Frame, table_of, ticks

AIRPORTS_WITHIN_M = 600_000.0  # of the origin; no radar of the catalog sees a climb-out from farther off
_NONE = -1
_ORIGINS = {
    "friendly": OriginEvidence.FRIENDLY_AREA, "civil": OriginEvidence.CIVIL_AREA,
    "hostile": OriginEvidence.HOSTILE_AREA,
}  # fmt: skip


def zones(scenario: Scenario) -> Any:
    """A row a zone, in the order of the file."""
    rows, first = [], 0
    for zone in scenario.file.zones:
        rows.append(_zone(zone, scenario) | {"first_corner": first, "corner_count": len(zone.corners)})
        first += len(zone.corners)
    return table_of(t.ZONE, rows)


def _zone(zone: Zone, scenario: Scenario) -> dict[str, Any]:
    floor_m, ceiling_m = zone_heights_m(zone, scenario.catalog, scenario.terrain)
    posts = [post.name for post in scenario.file.posts]
    return {
        "kind": ZoneKind[zone.kind.upper()],
        "post": _NONE if zone.post is None else posts.index(zone.post),
        "floor_m": floor_m,
        "ceiling_m": ceiling_m,
        "grounded": int(zone_is_grounded(zone, scenario.catalog, scenario.terrain)),
        "from_tick": ticks(zone.from_),
        "until_tick": NEVER if zone.until is None else ticks(zone.until),
        "control": _NONE if zone.control is None else ControlStatus[zone.control.upper()],
        "origin": _NONE if zone.origin is None else _ORIGINS[zone.origin],
    }


def zone_corners(scenario: Scenario, frame: Frame) -> Any:
    """The corners of all zones one after the other, at sea level in the local frame."""
    corners = [corner for zone in scenario.file.zones for corner in zone.corners]
    points = [frame.enu_m(frame.ecef_m(resolve(corner, scenario.catalog), 0.0)) for corner in corners]
    return table_of(t.ZONE_CORNER, [{"pos_enu_m": point} for point in points])


def airports(scenario: Scenario, frame: Frame) -> Any:
    """The airports of the catalog round the origin."""
    rows = []
    for place in scenario.catalog.places.values():
        if place.kind == "airport":
            pos_m = frame.enu_m(frame.ecef_m(Point(place.lat_deg, place.lon_deg), place.elevation_m))
            if sum(x * x for x in pos_m) < AIRPORTS_WITHIN_M**2:
                rows.append({"pos_enu_m": pos_m})
    return table_of(t.AIRPORT, rows)


def notices(scenario: Scenario, flyers: TargetRows) -> Any:
    """Notices reach every post of another side after their delay; those that name no flight announce nobody."""
    sides = [side.name for side in scenario.file.sides]
    flights = {flight.callsign: flight for flight in scenario.file.flights}
    plan_of = dict(zip((row["name"] for row in flyers.roster), (row["plan"] for row in flyers.targets), strict=True))
    rows = []
    for notice in scenario.file.notices:
        flight = flights.get(notice.flight or "")
        for p, post in enumerate(scenario.file.posts):
            if flight is not None and post.side != notice.from_side:
                code = _NONE if flight.transponder is None else int(flight.transponder.code, 8)
                rows.append(
                    {
                        "from_side": sides.index(notice.from_side), "to_post": p, "code": code,
                        "plan": plan_of[flight.callsign], "due_tick": ticks(notice.at + notice.delay),
                        "until_tick": NEVER if notice.until is None else ticks(notice.until),
                    }
                )  # fmt: skip
    return table_of(t.NOTICE, rows)
