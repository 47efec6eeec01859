"""Zones out of GeoJSON files (RFC 7946): each polygon becomes an entry of ``zones``, as if the scenario had it itself.

A feature's properties are the keys of a ``[[zones]]`` table but ``corners``, in the same texts; a property that is null
counts as unsaid. Positions are [longitude, latitude] in degrees of WGS 84; a third number, a height, is not used.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic import ValidationError

from openiads.catalog.errors import InputError, dotted, read_text, translate
from openiads.scenario import names
from openiads.scenario.schema import Zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from openiads.catalog.errors import KeyPath

KEY: Final = "zone_files"
WGS84: Final = ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326")
_PROPERTIES: Final = tuple(sorted((field.alias or name) for name, field in Zone.model_fields.items()))
_ALLOWED: Final = tuple(key for key in _PROPERTIES if key != "corners")


class Taken(NamedTuple):
    """One entry of ``zones`` and where it was taken from: the file, and the feature inside."""

    entry: dict[str, Any]
    file: str
    feature: KeyPath

    def key_of(self, inside: KeyPath) -> str:
        """The place in the file of a key of the entry."""
        if inside[:1] == ("corners",):
            return dotted((*self.feature, "geometry"))
        return dotted((*self.feature, "properties", *inside))


def zones_of(path: Path) -> list[Taken]:
    """The zones of one GeoJSON file, in its order; the parts of a MultiPolygon one after the other.

    Raises:
        InputError: the file, the feature and what is allowed.
    """
    file, text = str(path), read_text(path)
    try:
        content = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise InputError(file, f"not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}", line=error.lineno) from None
    except (ValueError, RecursionError) as error:
        raise InputError(file, f"not valid JSON: {error}") from None
    _require_degrees(file, content)
    return [taken for at, feature in _features(file, content) for taken in _zones(file, at, feature)]


def _no_number(read: str) -> float:
    raise ValueError(f"read {read}, which is no number")


def _require_degrees(file: str, content: Any) -> None:
    """Refuse an old file that says that its positions are something else."""
    said = content.get("crs") if isinstance(content, dict) else None
    properties = said.get("properties") if isinstance(said, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if said is not None and name not in WGS84:
        shown = name if isinstance(name, str) else json.dumps(said)[:80]
        raise InputError(file, f'read "{shown}", positions are degrees of WGS 84 ({WGS84[0]})', "crs")


def _features(file: str, content: Any) -> Iterator[tuple[KeyPath, Any]]:
    kind = content.get("type") if isinstance(content, dict) else None
    if kind == "Feature":
        yield (), content
        return
    if kind != "FeatureCollection":
        read = f'read "{kind}"' if isinstance(kind, str) else "is missing"
        raise InputError(file, f"{read}; a file of zones is a FeatureCollection or a Feature", "type")
    features = content.get("features")
    if not isinstance(features, list):
        raise InputError(file, "is missing; a FeatureCollection has a list of features", "features")
    for index, feature in enumerate(features):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise InputError(file, 'is no Feature, a table whose type is "Feature"', f"features[{index}]")
        yield ("features", index), feature


def _zones(file: str, at: KeyPath, feature: dict[str, Any]) -> Iterator[Taken]:
    """The entries that one feature makes, each of them valid by itself."""
    given = feature.get("properties")
    if not isinstance(given, dict):
        raise InputError(file, f"is missing; it holds the keys of a zone: {', '.join(_ALLOWED)}", _in(at, "properties"))
    said = {key: value for key, value in given.items() if value is not None}
    for key in said:
        if key not in _ALLOWED:
            raise InputError(file, names.unknown("key of a zone", key, _ALLOWED), _in(at, "properties", key))
    outlines = list(_outlines(file, (*at, "geometry"), feature.get("geometry")))
    for number, corners in enumerate(outlines, start=1):
        entry = said | {"corners": corners}
        if len(outlines) > 1 and isinstance(said.get("name"), str):
            entry["name"] = f"{said['name']}-{number}"
        taken = Taken(entry, file, at)
        _validate(taken)
        yield taken


def _validate(taken: Taken) -> None:
    try:
        Zone.model_validate(taken.entry)
    except ValidationError as error:
        written = " ".join(_PROPERTIES)  # every key counts as written in the file
        location: KeyPath = error.errors()[0]["loc"]
        said = translate(taken.file, written, error)
        raise InputError(taken.file, said.message, taken.key_of(location)) from None


def _outlines(file: str, at: KeyPath, geometry: Any) -> Iterator[list[str]]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        read = f'read "{kind}"' if isinstance(kind, str) else "is missing"
        raise InputError(file, f"{read}; a zone is a Polygon or a MultiPolygon", _in(at, "type"))
    key: KeyPath = (*at, "coordinates")
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list) or not coordinates:
        raise InputError(file, f"is missing or empty; it is a list of {_made_of(kind)}", dotted(key))
    if kind == "Polygon":
        yield _outline(file, key, coordinates)
        return
    for part, rings in enumerate(coordinates):
        yield _outline(file, (*key, part), rings)


def _made_of(kind: str) -> str:
    return "rings" if kind == "Polygon" else "polygons"


def _outline(file: str, at: KeyPath, rings: Any) -> list[str]:
    """The corners of a polygon of one ring, without the last, which repeats the first."""
    if not isinstance(rings, list) or not rings or not isinstance(rings[0], list):
        raise InputError(file, "is no list of rings, each a list of positions [longitude, latitude]", dotted(at))
    if len(rings) > 1:
        raise InputError(file, f"has {len(rings)} rings; a zone has one, its outline, and no holes", dotted(at))
    ring = [_corner(file, (*at, 0, n), position) for n, position in enumerate(rings[0])]
    if len(ring) < 4 or ring[0] != ring[-1]:
        message = f"has {len(ring)} positions; a ring has four or more, and the last repeats the first"
        raise InputError(file, message, dotted((*at, 0)))
    return ring[:-1]


def _corner(file: str, at: KeyPath, position: Any) -> str:
    """A position as the text of a point, to a centimetre."""
    numbers = position if isinstance(position, list) else []
    plain = all(isinstance(x, int | float) and not isinstance(x, bool) and math.isfinite(x) for x in numbers)
    if not plain or len(numbers) not in (2, 3):
        raise InputError(file, "is no position, such as [35.874, 34.915]: longitude and latitude", dotted(at))
    lon_deg, lat_deg = numbers[:2]
    if abs(lat_deg) > 90.0 or abs(lon_deg) > 180.0:
        read = f"[{lon_deg:g}, {lat_deg:g}]"
        said = f"read {read}; longitude comes first and ends at 180 degrees, latitude second and ends at 90"
        raise InputError(file, said, dotted(at))
    north, east = "N" if lat_deg >= 0 else "S", "E" if lon_deg >= 0 else "W"
    return f"{_plain(lat_deg)} {north}, {_plain(lon_deg)} {east}"


def _plain(degrees: float) -> str:
    """Seven decimals without the last zeros."""
    return f"{abs(degrees):.7f}".rstrip("0").rstrip(".")


def _in(at: Iterable[str | int], *more: str) -> str:
    return dotted((*at, *more))
