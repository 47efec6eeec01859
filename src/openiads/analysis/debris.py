"""Where the pieces of intercepts and spent rounds come down: on land or sea, in which country, on which town or zone.

Each row of the record's ``debris`` is an ellipse of two standard deviations, which holds 86 % of the pieces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from openiads.analysis.basemap import BaseMap, Line, base_map, cities
from openiads.constants import SECONDS_PER_TICK
from openiads.enums import DebrisKind, EventKind
from openiads.record import geodesy

if TYPE_CHECKING:
    from openiads.record.record import Record

_TURN = np.linspace(0.0, 2.0 * np.pi, 73)


@dataclass(frozen=True, slots=True)
class DebrisEllipse:
    """Where the pieces of one target or one round come down.

    Attributes:
        time_s: when it broke up, after the start.
        lands_s: when its pieces are down, in the mean.
        name: the target's, or "round N".
        kind: "target" or "round".
        end: what made it: "KILLED", "MISSED" or "SELF_DESTRUCTED".
        major_m, minor_m: half axes; azimuth_deg: of the major one, clockwise from north.
        ground: "land", "sea", or "coast" where a coastline crosses it.
        country: in which its centre lies, as Natural Earth draws it; "" at sea.
        towns: whose point lies inside, the greatest first.
        zones: of the scenario that it touches.
    """

    time_s: float
    lands_s: float
    name: str
    kind: Literal["target", "round"]
    end: str
    lat_deg: float
    lon_deg: float
    major_m: float
    minor_m: float
    azimuth_deg: float
    ground: Literal["land", "sea", "coast"]
    country: str
    towns: tuple[str, ...]
    zones: tuple[str, ...]

    def outline(self) -> tuple[Line, Line]:
        """Latitudes and longitudes (deg) of the closed outline."""
        azimuth = np.radians(self.azimuth_deg)
        along, across = self.major_m * np.cos(_TURN), self.minor_m * np.sin(_TURN)
        east = along * np.sin(azimuth) + across * np.cos(azimuth)
        north = along * np.cos(azimuth) - across * np.sin(azimuth)
        return geodesy.destination(
            self.lat_deg, self.lon_deg, np.degrees(np.arctan2(east, north)), np.hypot(east, north)
        )


@dataclass(frozen=True, slots=True)
class DebrisCount:
    """How many ellipses lie where; an ellipse counts once for each town, zone and country.

    Attributes:
        intercepts: closest approaches of rounds to what they homed on.
        spent: rounds that met nothing and destroyed themselves.
        ellipses: one a target killed and one a round that has ended.
        targets, rounds: how many of the ellipses are of which.
    """

    intercepts: int
    spent: int
    ellipses: int
    targets: int
    rounds: int
    land: int
    coast: int
    sea: int
    towns: dict[str, int]
    zones: dict[str, int]
    countries: dict[str, int]


class DebrisEllipses(tuple[DebrisEllipse, ...]):
    """Ellipses in the order of their ends; ``str()`` is a table, a line an ellipse."""

    __slots__ = ()

    def __str__(self) -> str:
        from openiads.analysis.words import DEBRIS_HEADINGS, debris_cells, table

        return table(DEBRIS_HEADINGS, debris_cells(self)) or "no debris"


@dataclass(frozen=True, slots=True)
class DebrisReport:
    """All ellipses of a run in the order of their ends, and the count of them; ``str()`` is a sentence or two."""

    ellipses: DebrisEllipses
    count: DebrisCount

    def as_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, numbers and texts."""
        return {"simulated": True, "count": asdict(self.count), "ellipses": [asdict(each) for each in self.ellipses]}

    def __str__(self) -> str:
        from openiads.analysis.words import debris_lines

        return "\n".join(debris_lines(self.count))


@dataclass(frozen=True, slots=True)
class _Surface:
    """What an ellipse may lie on: edges of the land, of coasts, countries and zones, and the towns."""

    land: Line
    coast: Line
    countries: tuple[tuple[str, Line], ...]
    zones: tuple[tuple[str, Line], ...]
    towns: tuple[str, ...]
    spots: Line


def debris(record: Record) -> DebrisReport:
    """Every ellipse of a run and what lies under it, from its record alone."""
    rows = record.tables["debris"]
    events = record.tables["events"]
    if not len(rows):
        return DebrisReport(DebrisEllipses(), _count((), events))
    there_m = geodesy.enu_to_ecef(rows["pos_enu_m"], record.manifest["origin_ecef_m"], record.manifest["enu_to_ecef"])
    lat, lon, _ = geodesy.geodetic(there_m)
    names = {int(row["row"]): str(row["name"]) for row in record.rows("targets")}
    surface = _surface(record, lat, lon)
    found = tuple(
        _ellipse(row, (float(lat[n]), float(lon[n])), names, EventKind(int(events["kind"][row["because"]])), surface)
        for n, row in enumerate(rows)
    )
    return DebrisReport(DebrisEllipses(found), _count(found, events))


def _count(found: Sequence[DebrisEllipse], events: Any) -> DebrisCount:
    ground = Counter(each.ground for each in found)

    def most(names: Iterable[str]) -> dict[str, int]:
        return dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))

    return DebrisCount(
        intercepts=int((events["kind"] == EventKind.INTERCEPT).sum()),
        spent=int((events["kind"] == EventKind.SELF_DESTRUCTED).sum()),
        ellipses=len(found),
        targets=sum(each.kind == "target" for each in found),
        rounds=sum(each.kind == "round" for each in found),
        land=ground["land"],
        coast=ground["coast"],
        sea=ground["sea"],
        towns=most(name for each in found for name in each.towns),
        zones=most(name for each in found for name in each.zones),
        countries=most(each.country for each in found if each.country),
    )


def _surface(record: Record, lat: Line, lon: Line) -> _Surface:
    box = float(lat.min()), float(lon.min()), float(lat.max()), float(lon.max())
    known: BaseMap = base_map(*box)
    towns = cities(*box)
    return _Surface(
        land=_edges(ring for polygon in known.land for ring in polygon),
        coast=_edges(known.coast),
        countries=tuple(
            (each.name, _edges(ring for rings in each.polygons for ring in rings)) for each in known.countries
        ),
        zones=tuple((str(zone["name"]), _zone_edges(zone)) for zone in record.manifest.get("zones") or ()),
        towns=tuple(town.name for town in towns),
        spots=np.reshape([(town.lon_deg, town.lat_deg) for town in towns], (-1, 2)),
    )


def _zone_edges(zone: Any) -> Line:
    corners = np.array(zone["corners"], float)[:, ::-1]
    return _edges([np.concatenate([corners, corners[:1]])])


def _edges(lines: Iterable[Line]) -> Line:
    """The pieces of lines from point to point: longitude and latitude of both ends, shape (n, 2, 2)."""
    parts = [np.stack([line[:-1], line[1:]], axis=1) for line in lines]
    return np.concatenate([np.empty((0, 2, 2)), *parts])


def _ellipse(
    row: Any, centre_deg: tuple[float, float], names: dict[int, str], end: EventKind, surface: _Surface
) -> DebrisEllipse:
    frame = _Frame(*centre_deg, float(row["major_m"]), float(row["minor_m"]), float(row["azimuth_rad"]))
    here = np.array([frame.lon_deg, frame.lat_deg])
    on_coast = _nearest(frame.of(frame.about(surface.coast))) <= 1.0
    on_land = _holds(surface.land - here)
    inside = np.hypot(*frame.of(surface.spots).T) <= 1.0
    countries = (name for name, edges in surface.countries if on_land and _holds(edges - here))
    time_s, target = float(row["tick"]) * SECONDS_PER_TICK, int(row["target"])
    of_target = row["kind"] == DebrisKind.TARGET
    return DebrisEllipse(
        time_s=time_s,
        lands_s=time_s + float(row["fall_s"]),
        name=names.get(target, "") if of_target else f"round {int(row['interceptor'])}",
        kind="target" if of_target else "round",
        end=end.name,
        lat_deg=frame.lat_deg,
        lon_deg=frame.lon_deg,
        major_m=frame.major_m,
        minor_m=frame.minor_m,
        azimuth_deg=float(np.degrees(frame.azimuth_rad)),
        ground="coast" if on_coast else "land" if on_land else "sea",
        country=next(countries, ""),
        towns=tuple(name for name, held in zip(surface.towns, inside, strict=True) if held),
        zones=tuple(name for name, edges in surface.zones if _touches(frame.of(edges))),
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """A plane in which an ellipse is the unit circle round the origin."""

    lat_deg: float
    lon_deg: float
    major_m: float
    minor_m: float
    azimuth_rad: float

    def of(self, points_deg: Line) -> Line:
        """Points (longitude, latitude in the last axis) in that plane.

        Limits: the earth as a plane, within 1 % of a distance up to 100 km.
        """
        radius_m = geodesy.mean_radius_m(self.lat_deg)
        apart_deg = (points_deg[..., 0] - self.lon_deg + 180.0) % 360.0 - 180.0
        east = np.radians(apart_deg) * radius_m * np.cos(np.radians(self.lat_deg))
        north = np.radians(points_deg[..., 1] - self.lat_deg) * radius_m
        sine, cosine = np.sin(self.azimuth_rad), np.cos(self.azimuth_rad)
        along, across = east * sine + north * cosine, east * cosine - north * sine
        return np.stack([along / self.major_m, across / self.minor_m], axis=-1)

    def about(self, edges: Line) -> Line:
        """Those of some edges (degrees) whose box comes as near as the ellipse is long; none across the date line."""
        reach = np.degrees(1.1 * self.major_m / geodesy.mean_radius_m(self.lat_deg))
        reach_deg = np.array([reach / max(np.cos(np.radians(self.lat_deg)), 0.01), reach])
        here = np.array([self.lon_deg, self.lat_deg])
        low, high = edges.min(axis=1), edges.max(axis=1)
        near = ((low <= here + reach_deg) & (high >= here - reach_deg)).all(axis=1)
        return np.asarray(edges[near])


def _holds(edges: Line) -> bool:
    """Whether closed lines hold the origin: a ray from it crosses their edges an odd number of times."""
    (x0, y0), (x1, y1) = edges[:, 0].T, edges[:, 1].T
    across = (y0 > 0.0) != (y1 > 0.0)
    x0, y0, x1, y1 = x0[across], y0[across], x1[across], y1[across]
    return bool(np.count_nonzero(x0 - y0 * (x1 - x0) / (y1 - y0) > 0.0) % 2)


def _nearest(edges: Line) -> float:
    """How near the origin an edge comes; infinity without one."""
    if not len(edges):
        return np.inf
    start, along = edges[:, 0], edges[:, 1] - edges[:, 0]
    length2 = np.maximum((along**2).sum(axis=1), 1e-300)
    share = np.clip(-(start * along).sum(axis=1) / length2, 0.0, 1.0)
    return float(np.sqrt(((start + share[:, None] * along) ** 2).sum(axis=1).min()))


def _touches(edges: Line) -> bool:
    """Whether a polygon and the unit circle have a point in common."""
    return _holds(edges) or _nearest(edges) <= 1.0
