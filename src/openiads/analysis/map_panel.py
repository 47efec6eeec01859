"""The left-hand side of the overview: who flew where, what was shot, what was struck."""

from __future__ import annotations

from collections import Counter
from math import cos, radians
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.lines import Line2D

from openiads.analysis import palette
from openiads.analysis.basemap import Spot, cities
from openiads.analysis.chain import seconds
from openiads.analysis.debris import DebrisEllipse, debris
from openiads.analysis.ground_map import draw_base, draw_places
from openiads.analysis.map_frame import HALO, draw_scale, graticule
from openiads.constants import SECONDS_PER_TICK
from openiads.enums import EventKind
from openiads.record import geodesy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from openiads.analysis.chain import Flight
    from openiads.record.record import Record

_SITE_MARKS: Final = {"units": ("D", 11, palette.RELATIONS["own"], 7), "assets": ("s", 7, palette.INK, 5)}
_LABEL_PX: Final = (150.0, 70.0)
_DOTTED: Final = (0, (1.2, 1.6))
_REACH_MAX_DEG: Final = 4.5
_MOST_PLACES: Final = 12


def draw(axes: Axes, record: Record, lives: Sequence[Flight]) -> None:
    """The map with everything on it."""
    paths = {life.row: _path(record, life) for life in lives}
    _frame(axes, record, lives, paths)
    draw_base(axes)
    _draw_rings(axes, record)
    fallen = debris(record).ellipses
    _draw_debris(axes, fallen)
    for life in lives:
        _draw_flight(axes, life, *paths[life.row])
    _draw_interceptors(axes, record)
    _draw_intercepts(axes, record, lives)
    _draw_site(axes, record, lives, paths)
    draw_scale(axes)
    draw_places(axes, _cities(axes), _busy(record, paths), most=_MOST_PLACES)
    axes.set_title("What flew where", pad=9)
    axes.legend(
        handles=_legend(lives, bool(fallen)), loc="upper left", bbox_to_anchor=(-0.02, -0.03), ncols=3, frameon=False,
        fontsize=9.6, handlelength=2.0, columnspacing=1.6, labelspacing=0.5, alignment="left",
        title=_key_line(record), title_fontsize=9.6,
    )  # fmt: skip


def _path(record: Record, life: Flight) -> tuple[Any, Any, Any]:
    """Times (s), latitudes and longitudes of a target: its samples, or its events where no samples were recorded."""
    samples = record.tables["truth"][record.tables["truth"]["target"] == life.row]
    if len(samples):
        lat, lon, _ = geodesy.geodetic(samples["pos_ecef_m"])
        return samples["tick"] * SECONDS_PER_TICK, lat, lon
    events = record.tables["events"]
    mine = events[(events["target"] == life.row) & events["pos_enu_m"].any(axis=1)]
    lat, lon = _lat_lon(record, mine["pos_enu_m"])
    return mine["tick"] * SECONDS_PER_TICK, lat, lon


def _lat_lon(record: Record, pos_enu_m: Any) -> tuple[Any, Any]:
    there_m = geodesy.enu_to_ecef(pos_enu_m, record.manifest["origin_ecef_m"], record.manifest["enu_to_ecef"])
    lat, lon, _ = geodesy.geodetic(there_m)
    return lat, lon


def _frame(axes: Axes, record: Record, lives: Sequence[Flight], paths: dict[int, tuple[Any, Any, Any]]) -> None:
    """Limits around the threats (all flights where there is none) and the site; north and east to the same scale."""
    origin = record.manifest["origin"]
    lat0, shrink = float(origin["lat_deg"]), cos(radians(float(origin["lat_deg"])))
    shown = [paths[life.row] for life in lives if life.is_threat] or list(paths.values())
    sites = _sites(record)
    lat = np.concatenate([[lat0], [row["lat_deg"] for row in sites], *(path[1] for path in shown)])
    lon = np.concatenate([[origin["lon_deg"]], [row["lon_deg"] for row in sites], *(path[2] for path in shown)])
    north = np.clip(lat - lat0, -_REACH_MAX_DEG, _REACH_MAX_DEG)
    east = np.clip((lon - origin["lon_deg"]) * shrink, -_REACH_MAX_DEG, _REACH_MAX_DEG)
    east = np.append(east, east[: 1 + len(sites)].max() + 0.22 * np.ptp(east))  # room for the site's label
    box = axes.get_window_extent()
    half = max(np.ptp(north) / 2.0, np.ptp(east) / 2.0 * box.height / box.width, 0.15) * 1.08
    middle_lat = lat0 + (north.max() + north.min()) / 2.0
    middle_lon = origin["lon_deg"] + (east.max() + east.min()) / 2.0 / shrink
    wide = half * box.width / box.height / shrink
    axes.set_xlim(middle_lon - wide, middle_lon + wide)
    axes.set_ylim(middle_lat - half, middle_lat + half)
    graticule(axes)


def _cities(axes: Axes) -> tuple[Spot, ...]:
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    return cities(south, west, north, east)


def _busy(record: Record, paths: dict[int, tuple[Any, Any, Any]]) -> Any:
    """Longitudes and latitudes of flights, rounds and sites: no city's name may cover them; shape (n, 2)."""
    flown = [np.column_stack([lon, lat]) for _, lat, lon in paths.values()]
    sites = [(row["lon_deg"], row["lat_deg"]) for row in _sites(record)]
    lat, lon = _lat_lon(record, record.tables["interceptors"]["pos_enu_m"])
    return np.concatenate([np.empty((0, 2)), *flown, np.column_stack([lon, lat]), np.reshape(sites, (-1, 2))])


def _draw_rings(axes: Axes, record: Record) -> None:
    """The published range of each kind of missile around the units that fire it."""
    for unit, missile in _armed(record):
        azimuths = np.linspace(0.0, 360.0, 361)
        lat, lon = geodesy.destination(unit["lat_deg"], unit["lon_deg"], azimuths, float(missile["range_m"]))
        axes.plot(lon, lat, linestyle=(0, (1, 2.5)), linewidth=1.2, color=palette.QUIET, zorder=1.5)


def _key_line(record: Record) -> str:
    """What the marks and the rings are, above the legend."""
    ranges = {str(missile["name"]): float(missile["range_m"]) / 1e3 for _, missile in _armed(record)}
    said = ", ".join(f"{name} {reach_km:.0f} km" for name, reach_km in sorted(ranges.items())[:3])
    rings = f"  Grey rings: published range (not physics), {said}." if said else ""
    return f"The mark of a flight stands where it appeared.{rings}"


def _armed(record: Record) -> list[tuple[Any, Any]]:
    """Pairs of a unit with a place and a missile with a range that it fires."""
    units = [unit for unit in record.rows("units") if unit["lat_deg"] is not None]
    missiles = [missile for missile in record.rows("missiles") if missile["range_m"]]
    fired = {(row["parent"], row["kind"]) for row in record.rows("launchers")}
    known = {kind for _, kind in fired} & {missile["kind"] for missile in missiles}
    return [
        (unit, missile)
        for unit in units
        for missile in missiles
        if (unit["row"], missile["kind"]) in fired or not known
    ]


def _draw_flight(axes: Axes, life: Flight, times_s: Any, lat: Any, lon: Any) -> None:
    """A target's path: dotted until it was held as a track, solid from then on."""
    colour = palette.RELATIONS.get(life.relation, palette.QUIET)
    tracked = times_s >= (np.inf if life.confirmed_s is None else life.confirmed_s)
    width = 1.7 if life.is_threat else 1.3
    first = int(np.argmax(tracked)) if tracked.any() else len(lat)
    unseen = slice(0, first + 1)
    axes.plot(lon[unseen], lat[unseen], color=colour, linewidth=width, linestyle=_DOTTED, alpha=0.75, zorder=3)
    axes.plot(lon[first:], lat[first:], color=colour, linewidth=width, zorder=3)
    if len(lat):
        marker = palette.MARKERS.get(life.group, "o")
        axes.plot(lon[0], lat[0], marker=marker, markersize=7, color=colour, markeredgecolor="white", zorder=4)


def _draw_interceptors(axes: Axes, record: Record) -> None:
    samples = record.tables["interceptors"]
    for number in np.unique(samples["number"]):
        lat, lon = _lat_lon(record, samples["pos_enu_m"][samples["number"] == number])
        axes.plot(lon, lat, color=palette.ROUND, linewidth=0.9, alpha=0.8, zorder=3.5)


def _draw_debris(axes: Axes, fallen: Sequence[DebrisEllipse]) -> None:
    """A thin outline for each target and round whose pieces come down, over the stars, which are larger than most."""
    for each in fallen:
        lat, lon = each.outline()
        axes.plot(lon, lat, color=palette.DEBRIS, linewidth=1.2, zorder=5.5)


def _draw_intercepts(axes: Axes, record: Record, lives: Sequence[Flight]) -> None:
    """Kills, and misses of what was still flying."""
    events = record.tables["events"]
    ends_s = {life.row: life.end_s for life in lives}
    alive = [seconds(event) < ends_s.get(int(event["target"]), 0.0) for event in events]
    events = events[np.array(alive, bool) | (events["kind"] == EventKind.KILLED)]
    for kind, marker, size, colour, edge in (
        (EventKind.MISSED, "o", 6.5, "white", palette.INK),
        (EventKind.KILLED, "*", 16, palette.KILL, "white"),
    ):
        lat, lon = _lat_lon(record, events["pos_enu_m"][events["kind"] == kind])
        axes.plot(lon, lat, linestyle="", marker=marker, markersize=size, color=colour, markeredgecolor=edge, zorder=5)


def _sites(record: Record) -> list[Any]:
    """Units and assets with a place, less the assets that are vehicles of a unit."""
    states = record.tables["assets"]
    vehicles = set(np.flatnonzero((states["emitter"] >= 0) | (states["launcher"] >= 0)).tolist())
    rows = [*record.rows("units"), *(row for row in record.rows("assets") if row["row"] not in vehicles)]
    return [row for row in rows if row["lat_deg"] is not None]


def _draw_site(axes: Axes, record: Record, lives: Sequence[Flight], paths: dict[int, tuple[Any, Any, Any]]) -> None:
    """What is defended and by whom, then the marks of what leaked, and one label a cluster of them."""
    for row in _sites(record):
        marker, size, colour, layer = _SITE_MARKS[row["table"]]
        spot = (row["lon_deg"], row["lat_deg"])
        axes.plot(*spot, marker=marker, markersize=size, color=colour, markeredgecolor="white", zorder=layer)
    ends = [paths[life.row] for life in lives if life.end == "leaked" and len(paths[life.row][1])]
    for _, lat, lon in ends:
        axes.plot(lon[-1], lat[-1], marker="X", markersize=12, color=palette.HOSTILE, markeredgecolor="white", zorder=6)
    _label_site(axes, record)


def _label_site(axes: Axes, record: Record) -> None:
    """Names of units and assets; those that would lie on each other share one label."""
    clusters: list[tuple[Any, list[str]]] = []
    for row in _sites(record):
        at = axes.transData.transform((row["lon_deg"], row["lat_deg"]))
        near = next((names for spot, names in clusters if np.all(np.abs(spot - at) < _LABEL_PX)), None)
        if near is None:
            clusters.append((at, [str(row["name"])]))
        else:
            near.append(str(row["name"]))
    for at, names in clusters:
        shown = names[:6] + ([f"and {len(names) - 6} more"] if len(names) > 6 else [])
        lon, lat = axes.transData.inverted().transform(at)
        axes.annotate(
            "\n".join(shown), (lon, lat), xytext=(13, -9), textcoords="offset points",
            va="top", fontsize=9.5, fontweight="bold", linespacing=1.25, path_effects=HALO, zorder=7,
        )  # fmt: skip


def _legend(lives: Sequence[Flight], fallen: bool) -> list[Any]:
    def entry(label: str, **style: Any) -> Line2D:
        return Line2D([], [], label=label, **style)

    kinds = Counter((life.relation, life.group, life.kind) for life in lives)
    ordered = sorted(kinds.items(), key=lambda item: (item[0][0] != "hostile", item[0]))
    flown = [
        entry(
            f"{count} {kind}, {relation.replace('_', ' ')}", color=palette.RELATIONS.get(relation, palette.QUIET),
            marker=palette.MARKERS.get(group, "o"), markersize=6, linewidth=1.6,
        )
        for (relation, group, kind), count in ordered[:9]
    ]  # fmt: skip
    pieces = [entry("debris: 86 % fall inside", color=palette.DEBRIS, linewidth=1.2)] if fallen else []
    return [
        *flown,
        entry("not (yet) held as a track", color=palette.QUIET, linestyle=_DOTTED, linewidth=1.7),
        entry("missile fired", color=palette.ROUND, linewidth=1.0),
        *pieces,
        entry("kill", linestyle="", marker="*", markersize=13, color=palette.KILL),
        entry("miss", linestyle="", marker="o", markersize=6.5, color="white", markeredgecolor=palette.INK),
        entry("leaker arrived here", linestyle="", marker="X", markersize=9, color=palette.HOSTILE),
        entry("fire unit", linestyle="", marker="D", markersize=8, color=palette.RELATIONS["own"]),
        entry("asset", linestyle="", marker="s", markersize=7, color=palette.INK),
    ]
