"""The base map: land, borders, rivers, places and countries from Natural Earth, for any box on earth.

Inside the region of the catalog (N29-41 E27-45) it is the 1:10 million map, elsewhere the 1:110 million map of the
world. Lines and rings are float64 of shape (n, 2): longitude, latitude in degrees, WGS-84, read-only.

Source: Natural Earth, naturalearthdata.com, public domain; the countries by way of npm's world-atlas 2.0.2.
tools/build_basemap.py made the files. Limits: docs/models/basemap.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from openiads.catalog.errors import InputError
from openiads.catalog.loader import BUILT_IN, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openiads.catalog.models import Place

Line: TypeAlias = np.ndarray[Any, Any]
Polygon: TypeAlias = tuple[Line, ...]

FOLDER: Final = BUILT_IN / "basemap"
REGION_DEG: Final = (29.0, 27.0, 41.0, 45.0)  # south, west, north, east of the 1:10 million map
EDGES_DEG: Final = {"10m": (28.9, 26.9, 41.1, 45.1), "110m": (-90.0, -180.0, 90.0, 180.0)}  # where the files end
SCALES: Final = {"10m": "1:10 million", "110m": "1:110 million"}
_EDGE_DEG: Final = 1e-4
_SAME_PLACE_KM: Final = 12.0
_KM_PER_DEG: Final = 111.2
_LEAST_RANK: Final = 11


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map.

    Attributes:
        name: in English; a waypoint, a navaid or an airport by its code.
        kind: "city", "airport", "port", "waypoint", "navaid" or "base".
        population: of the town and its surroundings; 0 where it is not known.
        rank: Natural Earth's scale rank, 0 for the greatest cities; 11 for places of the catalog alone.
        country: as Natural Earth names it; "" where it is not known.
    """

    name: str
    kind: str
    lat_deg: float
    lon_deg: float
    population: int = 0
    capital: bool = False
    rank: int = _LEAST_RANK
    country: str = ""


@dataclass(frozen=True, slots=True)
class Country:
    """A country as Natural Earth draws it, de facto.

    Attributes:
        polygons: each its outer ring, against the clock, then its holes, with it; clipped where the map ends.
        land_area_km2: of the whole country on the 1:10 million map, on the ellipsoid, lakes included.
        drawn_area_km2: of the whole country on this map.
    """

    name: str
    land_area_km2: float
    drawn_area_km2: float
    polygons: tuple[Polygon, ...]


@dataclass(frozen=True, slots=True)
class Border:
    """Lines of one kind: "international boundary", "disputed", "indefinite", "line of control" or "overlay limit"."""

    kind: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class River:
    """A river, or its middle through a lake; rank 1 is the greatest."""

    name: str
    rank: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class BaseMap:
    """What can be drawn and counted.

    Attributes:
        scale: "1:10 million" or "1:110 million".
        coast: the outlines of the land without the edges of the map.
        spots: towns, the greatest first.
    """

    scale: str
    land: tuple[Polygon, ...]
    coast: tuple[Line, ...]
    borders: tuple[Border, ...]
    rivers: tuple[River, ...]
    spots: tuple[Spot, ...]
    countries: tuple[Country, ...]


def base_map(south_deg: float, west_deg: float, north_deg: float, east_deg: float) -> BaseMap:
    """The base map for a box: 1:10 million where the whole box lies in the region, else 1:110 million.

    The map is not clipped to the box. It is read once.
    """
    south, west, north, east = REGION_DEG
    inside = south <= south_deg and west <= west_deg and north_deg <= north and east_deg <= east
    return _read("10m" if inside else "110m")


@lru_cache(maxsize=2)
def _read(scale: str) -> BaseMap:
    land = tuple(polygon for each in _features(f"land_{scale}") for polygon in _polygons(each))
    return BaseMap(
        scale=SCALES[scale],
        land=land,
        coast=tuple(line for polygon in land for ring in polygon for line in _within(ring, EDGES_DEG[scale])),
        borders=tuple(Border(each["properties"]["kind"], _lines(each)) for each in _features(f"borders_{scale}")),
        rivers=tuple(_river(each) for each in _features("rivers_10m")) if scale == "10m" else (),
        spots=tuple(_spot(each) for each in _features(f"places_{scale}")),
        countries=tuple(_country(each) for each in _features(f"countries_{scale}")),
    )


def _features(name: str) -> list[dict[str, Any]]:
    read = json.loads((FOLDER / f"{name}.geojson").read_text(encoding="utf-8"))
    return list(read["features"])


def _line(points: Any) -> Line:
    line = np.array(points, float)
    line.flags.writeable = False
    return line


def _lines(feature: dict[str, Any]) -> tuple[Line, ...]:
    return tuple(_line(points) for points in feature["geometry"]["coordinates"])


def _polygons(feature: dict[str, Any]) -> tuple[Polygon, ...]:
    return tuple(tuple(_line(ring) for ring in rings) for rings in feature["geometry"]["coordinates"])


def _river(feature: dict[str, Any]) -> River:
    said = feature["properties"]
    return River(said["name"], said["rank"], _lines(feature))


def _country(feature: dict[str, Any]) -> Country:
    said = feature["properties"]
    land_km2 = float(said["land_area_km2"])
    return Country(said["name"], land_km2, float(said.get("drawn_area_km2", land_km2)), _polygons(feature))


def _spot(feature: dict[str, Any]) -> Spot:
    said, (lon_deg, lat_deg) = feature["properties"], feature["geometry"]["coordinates"]
    return Spot(
        said["name"], "city", lat_deg, lon_deg, said["population"], said["capital"], said["rank"], said["country"]
    )


def _within(ring: Line, edges_deg: tuple[float, float, float, float]) -> Iterator[Line]:
    """The pieces of a ring that do not run along an edge of the map, nor to a pole."""
    south, west, north, east = edges_deg
    polar = np.abs(ring[:, 1]) > 90.0 - _EDGE_DEG
    along = polar[:-1] | polar[1:]
    for column, edge in ((0, west), (0, east), (1, south), (1, north)):
        near = np.abs(ring[:, column] - edge) < _EDGE_DEG
        along |= near[:-1] & near[1:]
    if not along.any():
        yield ring
        return
    cuts = np.flatnonzero(along)
    for first, last in zip([0, *(cuts + 1)], [*cuts, len(along)], strict=True):
        if last > first:
            yield ring[first : last + 1]


def cities(south_deg: float, west_deg: float, north_deg: float, east_deg: float) -> tuple[Spot, ...]:
    """Towns of the map for a box and cities of the catalog; the map's alone where a user's catalog cannot be read."""
    towns = base_map(south_deg, west_deg, north_deg, east_deg).spots
    try:
        return known_spots(towns, [place for place in load().places.values() if place.kind == "city"])
    except InputError:  # a user's catalog that is broken by now does not spoil the account of a run that is over
        return towns


def known_spots(towns: Iterable[Spot], places: Iterable[Place]) -> tuple[Spot, ...]:
    """Towns of the map and places of the catalog, each once: a city of the catalog beside a town is that town."""
    known = tuple(towns)
    lat, lon = np.array([town.lat_deg for town in known]), np.array([town.lon_deg for town in known])
    more = (place for place in places if place.kind != "city" or not _known(place, lat, lon))
    return (*known, *(_of_catalog(place) for place in more))


def _known(place: Place, lat: Line, lon: Line) -> bool:
    return bool(np.any(_apart_km(place.lat_deg, place.lon_deg, lat, lon) < _SAME_PLACE_KM))


def _apart_km(lat_deg: float, lon_deg: float, lat: Line, lon: Line) -> Line:
    """Flat distances, for points a few kilometres apart."""
    east = (lon - lon_deg) * np.cos(np.radians(lat_deg))
    return np.asarray(_KM_PER_DEG * np.hypot(lat - lat_deg, east))


def _of_catalog(place: Place) -> Spot:
    coded = place.kind in ("waypoint", "navaid") or (place.kind == "airport" and len(place.name) == 4)
    name = place.name.upper() if coded else place.name.replace("-", " ").title()
    return Spot(name, place.kind, place.lat_deg, place.lon_deg)
