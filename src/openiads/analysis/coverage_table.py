"""How much is covered, of what circle, and who is inside: the tables of a coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from openiads.analysis import burn_through
from openiads.analysis.basemap import base_map, known_spots
from openiads.analysis.countries import CountryGrid, places_inside
from openiads.analysis.coverage_areas import RADAR, Area, areas
from openiads.analysis.coverage_conditions import conditions, faults, site_of, sites
from openiads.analysis.coverage_notes import notes
from openiads.record import geodesy

if TYPE_CHECKING:
    from openiads.analysis.basemap import Spot
    from openiads.analysis.coverage import Coverage

STATES_SHOWN: Final = 8
CITIES_SHOWN: Final = 4
NEAR_M: Final = 20_000.0
EXTENT_HEADINGS: Final = (
    "seen or reached", "altitude", "farthest km", "median km", "area km2", "circle km", "of the circle",
)  # fmt: skip
INSIDE_HEADINGS: Final = ("inside", "altitude", "states, share of their land", "places")


@dataclass(frozen=True, slots=True)
class StateInside:
    """A state and how much of its land is covered."""

    name: str
    share: float
    area_km2: float


@dataclass(frozen=True, slots=True)
class PlaceInside:
    """A place that is covered: its distance from the unit's site; population None where it is not known."""

    name: str
    distance_km: float
    population: int | None


@dataclass(frozen=True, slots=True)
class Inside:
    """Who is inside at one altitude; places by their kind (city, airport, port, waypoint, navaid, base)."""

    states: tuple[StateInside, ...]
    places: dict[str, tuple[PlaceInside, ...]]


@dataclass(frozen=True, slots=True)
class Row:
    """One area at one altitude.

    Attributes:
        farthest_km, median_km: of the farthest covered ranges of all azimuths; 0 counts where there is none.
        area_km2: of the cells that are covered, on the ellipsoid.
        circle_km: the published range.
        share_of_circle: the covered area over that of the circle.
        inside: None for single radars.
    """

    area: str
    kind: str
    unit: str
    radar: str
    altitude: str
    altitude_m: float
    altitude_datum: str
    farthest_km: float
    median_km: float
    area_km2: float
    circle_km: float
    share_of_circle: float
    inside: Inside | None


def table(coverage: Coverage) -> list[Row]:
    """A row an area and altitude, in the order of the areas."""
    grid = CountryGrid(coverage.lat_deg, coverage.lon_deg)
    spots = spots_of(coverage)
    return [_row(coverage, area, n, grid, spots) for area in areas(coverage) for n in range(len(coverage.altitudes))]


def spots_of(coverage: Coverage) -> tuple[Spot, ...]:
    """Towns of the base map and places of the catalog, in and near the map."""
    lats, lons = coverage.lat_deg, coverage.lon_deg
    towns = base_map(lats[0], lons[0], lats[-1], lons[-1]).spots
    return known_spots(towns, list(coverage.scenario.catalog.places.values()))


def whereabouts(coverage: Coverage, lat_deg: float, lon_deg: float) -> str:
    """The nearest town or base as words: ``near Tartus``, or its coordinates where none is near."""
    known = [spot for spot in spots_of(coverage) if spot.kind in ("city", "base", "port")]
    lats, lons = np.array([spot.lat_deg for spot in known]), np.array([spot.lon_deg for spot in known])
    _, away_m = geodesy.azimuth_range(lat_deg, lon_deg, lats, lons)
    if known and away_m.min() <= NEAR_M:
        return f"near {known[int(np.argmin(away_m))].name}"
    north, east = "NS"[lat_deg < 0.0], "EW"[lon_deg < 0.0]
    return f"at {abs(lat_deg):.2f}{north} {abs(lon_deg):.2f}{east}"


def _row(coverage: Coverage, area: Area, n: int, grid: CountryGrid, spots: Sequence[Spot]) -> Row:
    mask, altitude = area.values[n] >= coverage.pd, coverage.altitudes[n]
    covered_km2 = float(mask.sum(axis=1) @ grid.cell_km2)
    out_km = area.out_m[n] / 1e3
    return Row(
        area.name, area.kind, area.unit, area.radar, coverage.labels[n], altitude.value_m,
        "ground" if altitude.above_ground else "mean sea level", float(out_km.max()), float(np.median(out_km)),
        covered_km2, area.published_m / 1e3, covered_km2 / area.circle_km2 if area.circle_km2 else 0.0,
        None if area.kind == RADAR else _inside(coverage, area, mask, (grid, spots)),
    )  # fmt: skip


def _inside(coverage: Coverage, area: Area, mask: Any, known: tuple[CountryGrid, Sequence[Spot]]) -> Inside:
    grid, spots = known
    states = tuple(StateInside(row.name, row.share, row.area_inside_km2) for row in grid.shares(mask))
    places: dict[str, tuple[PlaceInside, ...]] = {}
    here = site_of(coverage, area.unit)
    for found in places_inside(mask, coverage.lat_deg, coverage.lon_deg, spots, here):
        place = PlaceInside(found.spot.name, found.distance_km or 0.0, found.spot.population or None)
        places[found.spot.kind] = (*places.get(found.spot.kind, ()), place)
    return Inside(states, places)


def headline(coverage: Coverage) -> str:
    """What is asked, in one line."""
    rows = [row for row in coverage.built.roster if row["table"] == "units"]
    who = ", ".join(
        f"{row['name']} ({row['kind']}) {whereabouts(coverage, row['lat_deg'], row['lon_deg'])}" for row in rows
    )
    return f"Simulated coverage, scenario {coverage.scenario.name}: {who}"


def report(coverage: Coverage, rows: Sequence[Row]) -> dict[str, Any]:
    """Everything that can be read by a machine, as plain data."""
    asked = coverage.question
    jammers = [
        {"name": jammer.name, "lat_deg": round(jammer.lat_deg, 5), "lon_deg": round(jammer.lon_deg, 5),
         "height_m": round(jammer.height_m, 1)}
        for jammer in coverage.jamming
    ]  # fmt: skip
    units = {str(row["name"]): str(row["kind"]) for row in coverage.built.roster if row["table"] == "units"}
    return {
        "simulated": True, "title": headline(coverage), "scenario": coverage.scenario.name, "digest": coverage.digest,
        "openiads": conditions(coverage)["openiads"], "units": units, "sites": sites(coverage),
        "asked": {
            "altitudes": list(coverage.labels), "rcs_m2": asked.rcs_m2,
            "pd": coverage.pd, "swerling": asked.swerling, "radial_speed_mps": asked.radial_speed_mps,
            "jammers": jammers,
        },
        "environment": {key: conditions(coverage)[key] for key in ("sea_state", "rain_mmph", "land_gamma_db")},
        "faults": faults(coverage), "terrain": coverage.terrain.facts(),
        "grid": {
            "cells": [len(coverage.lat_deg), len(coverage.lon_deg)],
            "south_deg": float(coverage.lat_deg[0]), "north_deg": float(coverage.lat_deg[-1]),
            "west_deg": float(coverage.lon_deg[0]), "east_deg": float(coverage.lon_deg[-1]),
        },
        "notes": notes(coverage), "burn_through": burn_through.as_json(burn_through.burn_through(coverage)),
        "rows": as_json(rows),
    }  # fmt: skip


def as_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows as plain data, distances and areas to a tenth, shares to a tenth of a thousandth."""
    return [_rounded(asdict(row)) for row in rows]


def _rounded(value: Any, key: str = "") -> Any:
    if isinstance(value, float):
        return round(value, 4 if key.startswith("share") else 1)
    if isinstance(value, dict):
        known = {name: inner for name, inner in value.items() if name != "population" or inner is not None}
        return {name: _rounded(inner, name) for name, inner in known.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return value


def extent_cells(rows: Sequence[Row]) -> list[list[str]]:
    """How far and how much, a line a row; a name is said once."""
    return [
        ["" if n and rows[n - 1].area == row.area else row.area, row.altitude, f"{row.farthest_km:.0f}",
         f"{row.median_km:.0f}", f"{row.area_km2:,.0f}".replace(",", " "), f"{row.circle_km:.0f}",
         f"{row.share_of_circle:.0%}"]
        for n, row in enumerate(rows)
    ]  # fmt: skip


def inside_cells(rows: Sequence[Row]) -> list[list[str]]:
    """Who is inside, a line a unit's area and altitude."""
    told = [(row, row.inside) for row in rows if row.inside is not None]
    return [
        ["" if n and told[n - 1][0].area == row.area else row.area, row.altitude, _states(inside), _places(inside)]
        for n, (row, inside) in enumerate(told)
    ]


def _states(inside: Inside) -> str:
    shown = [f"{state.name} {_percent(state.share)}" for state in inside.states[:STATES_SHOWN]]
    more = len(inside.states) - len(shown)
    return ", ".join([*shown, *([f"and {more} more"] if more > 0 else [])]) or "none"


def _percent(share: float) -> str:
    return "under 1%" if share < 0.01 else f"{share:.0%}"


_PLURALS: Final = {
    "city": "cities", "airport": "airports", "port": "ports", "base": "bases", "waypoint": "waypoints",
    "navaid": "navaids",
}  # fmt: skip


def _places(inside: Inside) -> str:
    said = []
    for kind, plural in _PLURALS.items():
        found = inside.places.get(kind, ())
        if found:
            biggest = sorted(found, key=lambda place: -(place.population or 0))[:CITIES_SHOWN]
            names = f" ({', '.join(place.name for place in biggest)})" if kind == "city" else ""
            said.append(f"{len(found)} {plural if len(found) > 1 else kind}{names}")
    return ", ".join(said) or "none"
