"""Fire units become rows: radars, launchers, channels, what of it can be hit."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import cos, pi, sin
from typing import Any

import numpy as np

from openiads import units as si
from openiads.catalog.models import Radar, Receiver, Unit
from openiads.constants import NEVER
from openiads.enums import ControlStatus, EmitterKind, RadarKind
from openiads.scenario.ground import ground_height_m
from openiads.scenario.load import Scenario, resolve
from openiads.scenario.schema import Environment, UnitSite
from openiads.terrain.grid import SEA_LEVEL, Terrain
from openiads.world.build_doctrines import spread_ticks
from openiads.world.build_radars import Way, radar_fields, sailed
from openiads.world.horizons import Spot
from openiads.world.legs import build_legs, offset, waypoint
from openiads.world.names import name_hash
from openiads.world.rows import Frame, speed_mps, ticks

RADAR_VALUE, LAUNCHER_VALUE = 3.0, 1.0  # of a unit's own vehicles as assets, assumed
VEHICLE_RADIUS_M = 15.0  # within which a weapon of unit damage puts a vehicle out of action, assumed
VEHICLE_HARDNESS = 0.3


@dataclass
class UnitRows:
    """Rows of all units while they are gathered."""

    units: list[dict[str, Any]] = field(default_factory=list)
    radars: list[dict[str, Any]] = field(default_factory=list)
    emitters: list[dict[str, Any]] = field(default_factory=list)
    antennas: list[tuple[Radar, Way]] = field(default_factory=list)
    listening: list[Way] = field(default_factory=list)
    receivers: list[dict[str, Any]] = field(default_factory=list)
    platforms: list[dict[str, Any]] = field(default_factory=list)
    launchers: list[dict[str, Any]] = field(default_factory=list)
    magazines: list[dict[str, Any]] = field(default_factory=list)
    channels: list[dict[str, Any]] = field(default_factory=list)
    readiness: list[dict[str, Any]] = field(default_factory=list)
    assets: list[dict[str, Any]] = field(default_factory=list)
    legs: list[Any] = field(default_factory=list)
    missiles: list[str] = field(default_factory=list)
    radar_of: dict[tuple[str, str], int] = field(default_factory=dict)
    roster: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class _Site:
    """What every row of one unit is made from: its row number, its entry in the file, and rows of its side and post."""

    n: int
    entry: UnitSite
    unit: Unit
    place: si.Point
    side: int
    post: int
    environment: Environment

    terrain: Terrain

    @property
    def ground_m(self) -> float:
        """Height of the site above the sea."""
        return self.height_at_m(self.place)

    def height_at_m(self, place: si.Point) -> float:
        """Height above the sea at which a vehicle beside the site stands; a ship stands on the sea."""
        ground = SEA_LEVEL if self.unit.platform == "ship" else self.terrain
        return ground_height_m(ground, place, self.entry.altitude)

    def roster(self, table: str, row: int, name: str, kind: str) -> dict[str, Any]:
        """What the roster says of any row of this unit."""
        return {"table": table, "row": row, "name": name, "kind": kind, "side": self.entry.side}


def add_units(scenario: Scenario, frame: Frame) -> UnitRows:
    """Gather the rows of every unit of a scenario, in file order."""
    rows = UnitRows()
    sides = [side.name for side in scenario.file.sides]
    posts = [post.name for post in scenario.file.posts]
    for n, entry in enumerate(scenario.file.units):
        place = resolve(entry.at, scenario.catalog)
        unit = scenario.catalog.units[entry.unit]
        here = (sides.index(entry.side), posts.index(entry.post), scenario.file.environment, scenario.terrain)
        site = _Site(n, entry, unit, place, *here)
        _add_unit(rows, site, scenario, frame)
    return rows


def _add_unit(rows: UnitRows, site: _Site, scenario: Scenario, frame: Frame) -> None:
    unit, entry, n = site.unit, site.entry, site.n
    first_launcher, first_channel = len(rows.launchers), len(rows.channels)
    platform = _add_platform(rows, site, scenario, frame)
    for mount in unit.radars:
        at = site.place if entry.route else _beside(site.place, mount.east.value, mount.north.value)
        _add_radar(rows, site, scenario.catalog.radars[mount.radar], (mount.radar, platform), at, frame)
    engagement = next(
        r for r, row in enumerate(rows.radars) if row["unit"] == n and row["kind"] == RadarKind.ENGAGEMENT
    )
    _add_launchers(rows, site, engagement, frame)
    if unit.channel_owner == "radar":
        rows.channels += [_channel(n, engagement, -1) for _ in range(int(unit.targets_max.value))]
    for ordinal, channel in enumerate(rows.channels[first_channel:]):
        channel["ordinal"] = ordinal
    rows.units.append(
        {
            "name_hash": name_hash("units", entry.name), "side": site.side, "post": site.post, "platform": platform,
            "engagement_radar": engagement, "first_launcher": first_launcher,
            "launcher_count": len(rows.launchers) - first_launcher, "first_channel": first_channel,
            "channel_count": len(rows.channels) - first_channel, "targets_max": int(unit.targets_max.value),
            "missiles_max": int(unit.missiles_max.value), "missiles_per_target": int(unit.missiles_per_target.value),
            "rails": sum(row["rails"] for row in rows.launchers[first_launcher:]),
            "launch_interval_tick": ticks(unit.launch_interval.value), "reload_tick": ticks(unit.reload_time.value),
            "reaction_tick": spread_ticks(unit.reaction_time),
        }
    )  # fmt: skip
    rows.readiness.append({"control": -1 if entry.control is None else ControlStatus[entry.control.upper()]})
    rows.roster.append(site.roster("units", n, entry.name, entry.unit) | _standing(site.place, site.ground_m))
    for ordinal, name in enumerate(entry.receivers):
        _add_receiver(rows, site, scenario.catalog.receivers[name], (ordinal, platform))


def _standing(place: si.Point, height: float) -> dict[str, Any]:
    return {"lat_deg": place.lat_deg, "lon_deg": place.lon_deg, "height_m": height}


def _beside(place: si.Point, east_m: float, north_m: float) -> si.Point:
    return offset(place, float(np.arctan2(east_m, north_m)), float(np.hypot(east_m, north_m)))


def _add_platform(rows: UnitRows, site: _Site, scenario: Scenario, frame: Frame) -> int:
    """A site is a platform that stands still; a ship follows its route."""
    entry = site.entry
    pos_m = frame.ecef_m(site.place, site.ground_m)
    legs: Any = np.zeros(0)
    if entry.route and entry.speed is not None:
        points = [site.place, *(resolve(where, scenario.catalog) for where in entry.route)]
        legs = build_legs([waypoint(point, 0.0, speed_mps(entry.speed, 0.0)) for point in points])
    rows.platforms.append(
        {
            "name_hash": name_hash("platforms", entry.name), "side": site.side, "alive": 1, "moves": int(len(legs) > 0),
            "first_leg": sum(len(part) for part in rows.legs), "leg_count": len(legs),
            "pos_ecef_m": pos_m, "pos_enu_m": frame.enu_m(pos_m),
        }
    )  # fmt: skip
    if len(legs):
        rows.legs.append(legs)
    return len(rows.platforms) - 1


def _add_radar(rows: UnitRows, site: _Site, radar: Radar, mounted: tuple[str, int], at: si.Point, frame: Frame) -> None:
    """One radar as a radar, an emitter and an asset; ``mounted`` is its catalog name and its platform's row."""
    name, platform = mounted
    entry, side, r = site.entry, site.side, len(rows.radars)
    ordinal = sum(row["unit"] == site.n for row in rows.radars)
    named = f"{entry.name}.{name}"
    rows.radars.append(
        {"name_hash": name_hash("radars", entry.name, name, ordinal), "unit": site.n, "post": site.post, "side": side}
        | {"platform": platform, **radar_fields(radar, entry, site.environment)}
    )
    height = site.height_at_m(at) + radar.antenna_height.value
    pos_m = frame.ecef_m(at, height)
    rows.emitters.append(
        {
            "name_hash": name_hash("emitters", entry.name, name, ordinal), "kind": EmitterKind.RADAR, "side": side,
            "platform": platform, "target": -1, "alive": 1, "on": 1, "frame_tick": ticks(radar.scan_time.value),
            "boresight_rad": entry.facing,
            "boresight_sin": sin(entry.facing), "boresight_cos": cos(entry.facing),
            "wanted_boresight_rad": entry.facing, "height_m": height, "pos_ecef_m": pos_m,
            "pos_enu_m": frame.enu_m(pos_m), "axes_enu": frame.axes_enu(at), "frequency_hz": radar.frequency.value,
            "erp_w": radar.peak_power.value * 10.0 ** ((radar.antenna_gain.value - radar.sidelobe_level.value) / 10.0),
        }
    )  # fmt: skip
    rows.antennas.append((radar, _way(rows, site, at, height)))
    rows.radar_of.setdefault((entry.name, name), r)
    own = {"value": RADAR_VALUE, "emitter": r, "platform": platform, "defended": 1}
    rows.assets.append(_vehicle(named, side, pos_m, frame) | own)
    reach = {"range_m": radar.instrumented_range.value, "parent": site.n}
    rows.roster.append(site.roster("radars", r, named, name) | _standing(at, height) | reach)


def _way(rows: UnitRows, site: _Site, at: si.Point, height: float) -> Way:
    """Where an antenna is surveyed: where it stands, or along the way of its ship."""
    return sailed(rows.legs[-1], height) if site.entry.route else Way((Spot(at, height),))


def _add_receiver(rows: UnitRows, site: _Site, sheet: Receiver, nth: tuple[int, int]) -> None:
    """One passive receiver at the unit's site; ``nth`` is its ordinal there and its platform's row."""
    ordinal, platform = nth
    height = site.ground_m + sheet.antenna_height.value
    rows.receivers.append(
        {
            "name_hash": name_hash("receivers", site.entry.name, sheet.id, ordinal), "side": site.side,
            "post": site.post, "platform": platform, "period_tick": max(ticks(sheet.period.value), 1),
            "frequency_min_hz": sheet.frequency_min.value, "frequency_max_hz": sheet.frequency_max.value,
            "gain": 10.0 ** (sheet.antenna_gain.value / 10.0), "sensitivity_w": sheet.sensitivity.value,
            "azimuth_sigma_rad": sheet.accuracy_azimuth.value, "height_m": height,
            "mast_m": sheet.antenna_height.value,
        }
    )  # fmt: skip
    rows.listening.append(_way(rows, site, site.place, height))
    named = f"{site.entry.name}.{sheet.id}"
    told = site.roster("receivers", len(rows.receivers) - 1, named, sheet.id) | {"parent": site.n}
    rows.roster.append(told | _standing(site.place, height))


def _vehicle(name: str, side: int, pos_m: Any, frame: Frame) -> dict[str, Any]:
    """The ASSET fields that every vehicle of a unit shares."""
    return {
        "name_hash": name_hash("assets", name), "side": side, "emitter": -1, "launcher": -1, "pos_ecef_m": pos_m,
        "pos_enu_m": frame.enu_m(pos_m), "radius_m": VEHICLE_RADIUS_M, "hardness": VEHICLE_HARDNESS, "defended": 0,
        "roster": name,
    }  # fmt: skip


def _channel(unit: int, radar: int, launcher: int) -> dict[str, Any]:
    return {"unit": unit, "radar": radar, "launcher": launcher, "engagement": -1}


def _add_launchers(rows: UnitRows, site: _Site, radar: int, frame: Frame) -> None:
    """Launchers of a kind stand on a circle round the site; those with an illuminator bring a channel."""
    n, unit = site.n, site.unit
    for battery in unit.launchers:
        if battery.missile not in rows.missiles:
            rows.missiles.append(battery.missile)
        count = int(battery.count.value)
        for ordinal in range(count):
            launcher = len(rows.launchers)
            name = f"{site.entry.name}.{battery.name}-{ordinal + 1}"
            at = offset(site.place, 2.0 * pi * (ordinal + 0.5) / count, battery.spacing.value)
            pos_m = frame.ecef_m(at, site.height_at_m(at))
            own = battery.illuminator and unit.channel_owner == "launcher"
            rows.launchers.append(
                {
                    "name_hash": name_hash("launchers", name), "unit": n,
                    "missile": rows.missiles.index(battery.missile), "rails": int(battery.rails.value),
                    "channel": len(rows.channels) if own else -1, "alive": 1, "pos_ecef_m": pos_m,
                    "pos_enu_m": frame.enu_m(pos_m),
                }
            )  # fmt: skip
            rows.magazines.append(
                {"loaded": int(battery.rails.value), "reloads": int(battery.reloads.value), "reload_tick": NEVER}
            )
            if own:
                rows.channels.append(_channel(n, radar, launcher))
            asset = {"value": LAUNCHER_VALUE, "launcher": launcher, "platform": n}
            rows.assets.append(_vehicle(name, site.side, pos_m, frame) | asset)
            told = site.roster("launchers", launcher, name, battery.missile) | _standing(at, site.height_at_m(at))
            rows.roster.append(told | {"parent": n})
