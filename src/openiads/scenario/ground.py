"""What stands or flies below the ground, or stands on air, is refused by name."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openiads.scenario import geometry, names
from openiads.scenario.check import Problem, is_ballistic, is_homing
from openiads.scenario.schema import Raid
from openiads.units import Altitude, Point

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np

    from openiads.catalog.errors import KeyPath
    from openiads.catalog.loader import Catalog
    from openiads.catalog.models import Unit
    from openiads.scenario.schema import Flyer, ScenarioFile, UnitSite, Zone
    from openiads.terrain.grid import Terrain

ROUNDING_M: Final = 1.0  # below which nothing is called below the ground
ALOFT_M: Final = 300.0  # over the grid a unit stands on air: Mount Hermon is 222 m higher than the built-in one has it
HIGHEST_M: Final = 6000.0  # the highest road, over Umling La, is at 5883 m (Guinness World Records, 2021)
DOUBTFUL_M: Final = 3000.0  # of ground under a site, in a file that states no unit: few sites lie so high
SHORE_M: Final = 30.0  # ground over which a ship is on land: the error of a coarse grid at a coast, assumed
FINAL_M: Final = 1000.0  # before an aim a route may be below the ground of the grid: a cell of the built-in one
METRES_PER_DEG: Final = 111_195.0
STEP_LEAST_M: Final = 20.0


def terrain_of(file: ScenarioFile, catalog: Catalog, folder: Path) -> Terrain:
    """The ground that a scenario names; a relative path counts from a folder.

    Raises:
        InputError: the file of heights cannot serve.
    """
    from openiads.terrain.load import load_terrain

    environment = file.environment
    site_deg, *units_deg = (
        (point.lat_deg, point.lon_deg)
        for point in (names.point_of(where, catalog) for where in (file.origin, *(site.at for site in file.units)))
    )
    return load_terrain(
        environment.terrain, folder=folder, site_deg=site_deg, units_deg=units_deg, fill_voids=environment.fill_voids
    )


def problems(file: ScenarioFile, catalog: Catalog, terrain: Terrain, check_routes: bool = True) -> Iterator[Problem]:
    """Everything that lies below the ground or stands on air, in the order of the file; without ground at sea level.

    Args:
        file: the scenario.
        catalog: what its names point into.
        terrain: the ground.
        check_routes: whether what flies is held against it too.
    """
    for index, asset in enumerate(file.assets):
        spot = _Spot(f'the asset "{asset.name}"', names.point_of(asset.at, catalog))
        yield from _buried(("assets", index, "altitude"), asset.altitude, [spot], terrain, f"assets.{asset.name}")
    for index, site in enumerate(file.units):
        yield from _unit(("units", index), site, catalog, terrain)
    if check_routes:
        yield from _flyers(file, catalog, terrain)
    for index, zone in enumerate(file.zones):
        low_m, high_m = zone_heights_m(zone, catalog, terrain)
        if low_m >= high_m:
            said = f"stands at {low_m:.0f} m above the sea, not below the ceiling at {high_m:.0f} m"
            yield Problem(("zones", index, "floor"), said)


def _flyers(file: ScenarioFile, catalog: Catalog, terrain: Terrain) -> Iterator[Problem]:
    for index, raid in enumerate(file.raids):
        at: KeyPath = ("raids", index)
        if is_homing(raid, catalog):
            spot = _Spot(f'the raid "{raid.name}"', names.point_of(raid.route[0], catalog))
            yield from _buried((*at, "altitude"), altitudes_of(raid, catalog)[0], [spot], terrain, f"raids.{raid.name}")
        elif not is_ballistic(raid, catalog):
            yield from _flyer(at, f'the raid "{raid.name}"', raid, catalog, terrain)
    for index, flight in enumerate(file.flights):
        yield from _flyer(("flights", index), f'the flight "{flight.callsign}"', flight, catalog, terrain)


class _Spot(NamedTuple):
    """Something that stands somewhere: what it is called, and where."""

    name: str
    place: Point


def _buried(path: KeyPath, altitude: Altitude, spots: list[_Spot], terrain: Terrain, table: str) -> Iterator[Problem]:
    """The spot that lies deepest below the ground, if any does; ``table`` is what an override calls its table."""
    if altitude.above_ground:
        return
    ground = [float(terrain.height_m(spot.place.lat_deg, spot.place.lon_deg)) for spot in spots]
    deepest = max(range(len(spots)), key=ground.__getitem__)
    if ground[deepest] > altitude.value_m + ROUNDING_M:
        spot = spots[deepest]
        yield Problem(
            path,
            f"puts {spot.name} at {altitude.value_m:g} m above the sea, below the ground, which at "
            f'{_said(spot.place)} is at {ground[deepest]:.0f} m ({terrain.source}); raise it or write "0 m agl", '
            f"as with --set '{table}.altitude=\"0 m agl\"'{_feet(terrain, ground[deepest])}",
        )


def _feet(terrain: Terrain, ground_m: float) -> str:
    """A doubt about heights that a file may not give in metres."""
    doubtful = not terrain.unit_stated and ground_m > DOUBTFUL_M
    return f"; {terrain.source} states no unit: are its heights in feet?" if doubtful else ""


def _unit(at: KeyPath, site: UnitSite, catalog: Catalog, terrain: Terrain) -> Iterator[Problem]:
    unit = catalog.units[site.unit]
    place = names.point_of(site.at, catalog)
    if unit.platform == "ship":
        yield from _aground((*at, "route" if site.route else "at"), site, catalog, terrain)
        yield from _afloat((*at, "altitude"), site)
        return
    yield from _buried(
        (*at, "altitude"), site.altitude, vehicles(site.name, unit, place), terrain, f"units.{site.name}"
    )
    yield from _aloft((*at, "altitude"), site, place, terrain)


def _afloat(path: KeyPath, site: UnitSite) -> Iterator[Problem]:
    """A ship that is not on the sea; lakes lie higher or lower than it, but not by much where such ships sail."""
    if abs(site.altitude.value_m) > SHORE_M:
        yield Problem(
            path, f'puts the ship "{site.name}" at {site.altitude.value_m:g} m; a ship floats on the sea, at 0 m'
        )


def _aloft(path: KeyPath, site: UnitSite, place: Point, terrain: Terrain) -> Iterator[Problem]:
    """A unit so far over the ground of its site that no error of a grid explains it.

    Where no grid says how high the ground is, an altitude above the sea may be that of a plateau.
    """
    ground_m = float(terrain.height_m(place.lat_deg, place.lon_deg))
    height_m = ground_height_m(terrain, place, site.altitude)
    known = site.altitude.above_ground or bool(terrain.covers(place.lat_deg, place.lon_deg))
    if height_m > (ground_m + ALOFT_M if known else HIGHEST_M):
        believed = f"{ALOFT_M:g} m over the grid of heights" if known else f"{HIGHEST_M:g} m where no grid says more"
        yield Problem(
            path,
            f'puts the unit "{site.name}" at {height_m:.0f} m above the sea, over the ground, which at {_said(place)} '
            f"is at {ground_m:.0f} m ({terrain.source}); at most {believed} are believed, "
            '"0 m agl" is on the ground itself',
        )


def vehicles(name: str, unit: Unit, place: Point) -> list[_Spot]:
    """The vehicles of a unit and where they stand: its radars beside the site, its launchers on circles round it."""
    spots = [_Spot(f'the unit "{name}"', place)]
    for mount in unit.radars:
        east_m, north_m = mount.east.value, mount.north.value
        at = geometry.away(place, math.atan2(east_m, north_m), math.hypot(east_m, north_m))
        spots.append(_Spot(f'the radar "{name}.{mount.radar}"', at))
    for battery in unit.launchers:
        count = int(battery.count.value)
        for ordinal in range(count):
            at = geometry.away(place, 2.0 * math.pi * (ordinal + 0.5) / count, battery.spacing.value)
            spots.append(_Spot(f'the launcher "{name}.{battery.name}-{ordinal + 1}"', at))
    return spots


def _aground(path: KeyPath, site: UnitSite, catalog: Catalog, terrain: Terrain) -> Iterator[Problem]:
    """A ship on ground that is clearly no sea."""
    route = [names.point_of(where, catalog) for where in (site.at, *site.route)]
    legs = list(pairwise(route)) or [(route[0], route[0])]
    for start, end in legs:
        lat_deg, lon_deg, _ = geometry.between(start, end, step_m(terrain))
        ground = terrain.height_m(lat_deg, lon_deg)
        if ground.max() > SHORE_M:
            n = int(ground.argmax())
            where = _said(Point(float(lat_deg[n]), float(lon_deg[n])))
            yield Problem(path, f'puts the ship "{site.name}" on land: at {where} the ground is at {ground[n]:.0f} m')
            return


def step_m(terrain: Terrain) -> float:
    """Half a cell of the grid, the distance at which routes are held against it (m)."""
    if terrain.is_flat:
        return 10e3
    south, _, north, _ = terrain.bounds_deg
    east = terrain.lon_step_deg * math.cos(math.radians(min(max(abs(south), abs(north)), 85.0)))
    return max(0.5 * METRES_PER_DEG * min(terrain.lat_step_deg, east), STEP_LEAST_M)


def _flyer(at: KeyPath, name: str, flyer: Flyer, catalog: Catalog, terrain: Terrain) -> Iterator[Problem]:
    """The first leg of a route that leads below the ground, in any of its elements."""
    route = [names.point_of(where, catalog) for where in flyer.route]
    altitudes = altitudes_of(flyer, catalog)
    final = isinstance(flyer, Raid) and flyer.aim is not None
    for across_m in _offsets_m(flyer):
        points = geometry.abreast(route, across_m) if across_m else route
        heights = [ground_height_m(terrain, *pair) for pair in zip(points, altitudes, strict=True)]
        for n in range(len(points) - 1):
            if altitudes[n].above_ground and altitudes[n + 1].above_ground:
                continue
            leg = _Leg(points[n], points[n + 1], heights[n], heights[n + 1], final and n == len(points) - 2)
            deepest = leg.deepest(terrain)
            if deepest is not None:
                key = ("altitudes", n + 1) if flyer.altitudes else ("altitude",)
                legs = f'between its points {n + 1} ("{flyer.route[n]}") and {n + 2} ("{flyer.route[n + 1]}")'
                yield Problem((*at, *key), f"leads {name} below the ground {legs}: {deepest}")
                return


def altitudes_of(flyer: Flyer, catalog: Catalog) -> list[Altitude]:
    """One altitude for each point of a route: its own, the one for all, or the class's above the sea."""
    if flyer.altitudes:
        return list(flyer.altitudes)
    return [flyer.altitude or Altitude(catalog.targets[flyer.class_].altitude.value)] * len(flyer.route)


def ground_height_m(terrain: Terrain, place: Point, altitude: Altitude) -> float:
    """Height above the sea of a tagged altitude at a place."""
    ground_m = float(terrain.height_m(place.lat_deg, place.lon_deg)) if altitude.above_ground else 0.0
    return altitude.value_m + ground_m


def _offsets_m(flyer: Flyer) -> list[float]:
    """How far to the right of the route each element flies, each distance once."""
    if not isinstance(flyer, Raid) or not flyer.spacing:
        return [0.0]
    return [(element - 0.5 * (flyer.count - 1)) * flyer.spacing for element in range(flyer.count)]


class _Leg(NamedTuple):
    """One leg of a route: its ends, their heights above the sea, and whether it ends at an aim."""

    start: Point
    end: Point
    start_m: float
    end_m: float
    final: bool

    def deepest(self, terrain: Terrain) -> str | None:
        """Where the leg is deepest below the ground, in words, or None."""
        import numpy as np

        lat_deg, lon_deg, length_m = geometry.between(self.start, self.end, step_m(terrain))
        along = np.linspace(0.0, 1.0, len(lat_deg))
        height = self.start_m + (self.end_m - self.start_m) * along
        ground = terrain.height_m(lat_deg, lon_deg)
        depth = np.where(self.final & ((1.0 - along) * length_m < FINAL_M), -np.inf, ground - height)
        return said_depth(lat_deg, lon_deg, height, ground, depth)


def said_depth(
    lat_deg: np.ndarray[Any, Any], lon_deg: np.ndarray[Any, Any], height_m: np.ndarray[Any, Any],
    ground_m: np.ndarray[Any, Any], depth_m: np.ndarray[Any, Any],
) -> str | None:  # fmt: skip
    """Where the depth below the ground is largest, in words; None where nothing lies below it."""
    n = int(depth_m.argmax())
    if not depth_m[n] > ROUNDING_M:
        return None
    where = _said(Point(float(lat_deg[n]), float(lon_deg[n])))
    return (
        f"at {where} it flies {height_m[n]:.0f} m above the sea and the ground is at {ground_m[n]:.0f} m; "
        'fly higher, or above the ground ("100 m agl")'
    )


def zone_heights_m(zone: Zone, catalog: Catalog, terrain: Terrain) -> tuple[float, float]:
    """Floor and ceiling of a zone above the sea.

    A floor above ground counts from the lowest ground inside, a ceiling from the highest, so that the zone holds
    everything that lies between both.
    """
    low_m, high_m = 0.0, 0.0
    if zone.floor.above_ground or zone.ceiling.above_ground:
        low_m, high_m = _ground_under_m(zone, catalog, terrain)
    floor_m = zone.floor.value_m + (low_m if zone.floor.above_ground else 0.0)
    return floor_m, zone.ceiling.value_m + (high_m if zone.ceiling.above_ground else 0.0)


def zone_is_grounded(zone: Zone, catalog: Catalog, terrain: Terrain) -> bool:
    """Whether a zone reaches down to the ground all over, so that whatever comes down in its outline is in it."""
    if zone.floor.above_ground or zone.floor.value_m <= 0.0:
        return zone.floor.value_m <= 0.0
    return zone.floor.value_m <= _ground_under_m(zone, catalog, terrain)[0]


def _ground_under_m(zone: Zone, catalog: Catalog, terrain: Terrain) -> tuple[float, float]:
    """Lowest and highest ground inside a zone."""
    if terrain.is_flat:
        return 0.0, 0.0
    return _ground_inside_m([names.point_of(corner, catalog) for corner in zone.corners], terrain)


def _ground_inside_m(corners: list[Point], terrain: Terrain) -> tuple[float, float]:
    """Lowest and highest ground at the corners and at the cells inside a polygon of straight sides on the map."""
    import numpy as np

    lat_deg = np.array([corner.lat_deg for corner in corners])
    lon_deg = terrain.numbered([corner.lon_deg for corner in corners])
    rows, columns = terrain.heights_m.shape
    rows_deg = terrain.south_deg + terrain.lat_step_deg * np.arange(rows)
    columns_deg = terrain.west_deg + terrain.lon_step_deg * np.arange(columns)
    rows_deg = rows_deg[(rows_deg >= lat_deg.min()) & (rows_deg <= lat_deg.max())]
    columns_deg = columns_deg[(columns_deg >= lon_deg.min()) & (columns_deg <= lon_deg.max())]
    lat, lon = (grid.ravel() for grid in np.meshgrid(rows_deg, columns_deg, indexing="ij"))
    inside = np.zeros(lat.shape, bool)
    for n in range(len(corners)):
        crosses = (lat_deg[n - 1] > lat) != (lat_deg[n] > lat)
        if crosses.any():
            slope = (lon_deg[n] - lon_deg[n - 1]) / (lat_deg[n] - lat_deg[n - 1])
            inside ^= crosses & (lon < lon_deg[n - 1] + slope * (lat - lat_deg[n - 1]))
    ground = terrain.height_m(np.append(lat[inside], lat_deg), np.append(lon[inside], lon_deg))
    outside = not terrain.covers(lat_deg, lon_deg).all()
    return (min(float(ground.min()), 0.0) if outside else float(ground.min())), float(ground.max())


def _said(place: Point) -> str:
    north, east = "N" if place.lat_deg >= 0.0 else "S", "E" if place.lon_deg >= 0.0 else "W"
    return f"{abs(place.lat_deg):.3f} {north}, {abs(place.lon_deg):.3f} {east}"
