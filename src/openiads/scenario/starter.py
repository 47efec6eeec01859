"""A scenario to start from: one unit, one asset, one raid and one airliner round any point of the earth."""

from __future__ import annotations

import math
import re
from pathlib import Path
from string import Template

from openiads import units
from openiads.catalog import loader
from openiads.catalog.errors import InputError
from openiads.scenario import geometry, names

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

_TEXT = Template("""\
# A scenario to start from. Check it with `openiads validate`, run it with `openiads run`.
# Quantities are text with a unit; heights are above mean sea level unless they end in "agl"; positions are a place of
# the catalog or a point. `openiads schema` prints what else may stand here.

name = "$name"
title = "One unit, one raid, one airliner"
start = 2024-06-01T08:00:00Z   # always with its zone
duration = "15 min"
seed = 1                       # same seed, same run
origin = "$site"

# The ground: "globe" is built in for the eastern Mediterranean (beyond it everything is sea level); "sea_level", or the
# path of a GeoTIFF, DTED or SRTM .hgt file, takes its place.
[environment]
terrain = "globe"
sea_state = 3
# rain_mmph = 5.0

# Who there is. A pair that is not stated is neutral; a row counts both ways.
[[sides]]
name = "defender"
[[sides]]
name = "attacker"
[[sides]]
name = "civil"

[[relations]]
of = "defender"
to = "attacker"
is = "hostile"                 # own, allied, neutral, third_party, hostile

# Who decides. control: hold (fires at nothing), tight (at what is called hostile), free (at suspects too).
# doctrine: a file of the catalog.
[[posts]]
name = "command-post"
side = "defender"
doctrine = "default"
control = "free"

# What shoots.
[[units]]
name = "battery"
unit = "$unit"
side = "defender"
post = "command-post"
at = "$site"
altitude = "0 m agl"
facing = "270 deg"
# receivers = ["passive-station"]   # hears radars in the air (radar_on = true of a raid or flight) and jammers

# What is defended.
[[assets]]
name = "depot"
side = "defender"
at = "$asset"
radius = "200 m"
value = 1

# Who comes. Further keys: jitter, altitudes (one for each point), release, jammer, repeat, transponder, radar_on.
[[raids]]
name = "cruise-missiles"
side = "attacker"
class = "cruise-missile-subsonic"
count = 4
interval = "10 s"
start = "0 s"
route = ["$raid_from", "$asset"]   # from 120 km to the west
altitude = "50 m agl"
speed = "240 m/s"
aim = "depot"

[[raids]]
name = "fighters"
side = "attacker"
class = "fighter"
count = 2
spacing = "2 km"
start = "1 min"
route = ["$fighters_from", "$fighters_near", "$fighters_from"]   # in to 50 km and back
altitude = "8 km"
speed = "250 m/s"

# Who else is there.
[[flights]]
callsign = "CIV1"
side = "civil"
class = "airliner"
route = ["$civil_from", "$civil_to"]   # past the site at 70 km
altitude = "FL340"
speed = "M 0.78"
transponder = { code = "4101" }
plan = { code = "4101" }

# A radar that is not in order: turned off north, or wrong in range ("range_bias", "-150 m").
# [[faults]]
# radar = "battery.search"
# kind = "north_misalignment"
# value = "2 deg"
""")


def starter(at: str, *, unit: str, name: str, catalog_dir: Path | None = None) -> str:
    """Fill the starting scenario in for a site.

    Args:
        at: a place of the catalog or a point.
        unit: a unit of the catalog.
        name: what the scenario is called.
        catalog_dir: a folder that overlays the built-in catalog.

    Raises:
        InputError: the place or the unit does not exist, or the name has other than letters, digits, - and _.
    """
    catalog = loader.load(catalog_dir)
    if unit not in catalog.units:
        raise InputError("--unit", names.unknown("unit of the catalog", unit, catalog.units))
    if _NAME.fullmatch(name) is None:
        raise InputError(
            "--name", f'read "{name}", expected up to 64 letters, digits, - and _, a letter or digit first'
        )
    site = names.resolve(at, catalog)
    return _TEXT.substitute(
        name=name,
        unit=unit,
        site=_text(site),
        asset=_text(_away(site, 90.0, 3.0)),
        raid_from=_text(_away(site, 270.0, 120.0)),
        fighters_from=_text(_away(site, 300.0, 150.0)),
        fighters_near=_text(_away(site, 300.0, 50.0)),
        civil_from=_text(_away(_away(site, 270.0, 70.0), 0.0, 120.0)),
        civil_to=_text(_away(_away(site, 270.0, 70.0), 180.0, 120.0)),
    )


def _away(point: units.Point, bearing_deg: float, distance_km: float) -> units.Point:
    """The point so far along a great circle."""
    return geometry.away(point, math.radians(bearing_deg), distance_km * 1e3)


def _text(point: units.Point) -> str:
    north = "N" if point.lat_deg >= 0.0 else "S"
    east = "E" if point.lon_deg >= 0.0 else "W"
    return f"{abs(point.lat_deg):.4f} {north}, {abs(point.lon_deg):.4f} {east}"
