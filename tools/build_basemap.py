"""Build the base map in src/openiads/catalog/basemap from Natural Earth. Run once; the package ships the result.

    python tools/build_basemap.py MAGICS_10M WORLD_ATLAS OUT

MAGICS_10M: the folder ``usr/share/magics/10m`` of Debian's libmagics++-data (4.13.0): Natural Earth shapefiles.
WORLD_ATLAS: the folder of npm's world-atlas 2.0.2: countries-10m.json, countries-110m.json, land-110m.json.
Needs: GDAL's ogr2ogr on the path, NumPy, pyproj. Coordinates are WGS-84 degrees.

The regional layers are clipped a little outside the region, so that the edge of the clip is never drawn as a coast.
Countries are simplified arc by arc before their rings are put together: neighbours keep one common border. The land
area of a country is measured on the ellipsoid from the whole polygon, before it is clipped or simplified.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from pyproj import Geod

BOX = (26.9, 28.9, 45.1, 41.1)  # west, south, east, north: the region with a margin of 0.1 degree
REGION = (27.0, 29.0, 45.0, 41.0)
SIMPLIFY_10M_DEG = 0.002
SIMPLIFY_LAND_DEG = 0.0015
SMALLEST_ISLAND_KM2 = 0.3
DENSE_DEG = 0.1  # edges are straight in longitude and latitude, not geodesics: points this close tell Geod so
WORLD_RANK = 4  # of Natural Earth's scale ranks of towns: 0 for the greatest, 10 for the least
GEOD = Geod(ellps="WGS84")

COUNTRY_NAMES = {
    "Bosnia and Herz.": "Bosnia and Herzegovina", "Central African Rep.": "Central African Republic",
    "Cyprus U.N. Buffer Zone": "Cyprus UN Buffer Zone", "Dem. Rep. Congo": "Democratic Republic of the Congo",
    "Dominican Rep.": "Dominican Republic", "Eq. Guinea": "Equatorial Guinea", "Falkland Is.": "Falkland Islands",
    "Fr. S. Antarctic Lands": "French Southern and Antarctic Lands", "Macedonia": "North Macedonia",
    "N. Cyprus": "Northern Cyprus", "S. Sudan": "South Sudan", "Solomon Is.": "Solomon Islands",
    "W. Sahara": "Western Sahara", "eSwatini": "Eswatini",
}  # fmt: skip
TOWN_NAMES = {  # Natural Earth's local spelling -> the English one
    "Abu Kamal": "Al Bukamal", "Ad Diwaniyah": "Diwaniyah", "Al Aqabah": "Aqaba", "Al Fallujah": "Fallujah",
    "Al Hasakah": "Hasakah", "Al Hillah": "Hillah", "Al Karak": "Karak", "Al Khalil": "Hebron",
    "Al Ladhiqiyah": "Latakia", "Al Mafraq": "Mafraq", "Al Qamishli": "Qamishli", "Al Qunaytirah": "Quneitra",
    "Ammochostos": "Famagusta", "An Najaf": "Najaf", "Antioch": "Antakya", "Ar Ramadi": "Ramadi",
    "Ar Raqqah": "Raqqa", "Ar Rutbah": "Rutba", "As Salt": "Salt", "As Suwayda": "Suwayda", "At Tafilah": "Tafilah",
    "Az Zarqa": "Zarqa", "B'abda": "Baabda", "Beer Sheva": "Beersheba", "Bur Said": "Port Said", "Dahuk": "Duhok",
    "Dar'a": "Daraa", "Dayr az Zawr": "Deir ez-Zor", "Duma": "Douma", "Dumyat": "Damietta", "El Daba": "El Dabaa",
    "El Faiyum": "Faiyum", "El Giza": "Giza", "El Mansura": "Mansoura", "Hamah": "Hama", "Hims": "Homs",
    "Icel": "Mersin", "Irbil": "Erbil", "Izaz": "Azaz", "Khvoy": "Khoy", "Kocaeli": "Izmit", "Larnaka": "Larnaca",
    "Lemosos": "Limassol", "Madinat ath Thawrah": "Tabqa", "Nabatiye et Tahta": "Nabatieh", "Orumiyeh": "Urmia",
    "Rashid": "Rosetta", "Rodos": "Rhodes", "Saida": "Sidon", "Samandagi": "Samandag", "Sanliurfa": "Urfa",
    "Tadmur": "Palmyra", "Tel Aviv-Yafo": "Tel Aviv", "Trablous": "Tripoli",
}  # fmt: skip
TOWNS_TWICE = ("Hatay", "Sakarya")  # Antakya and Adapazari, under the names of their provinces
RIVER_NAMES = {
    "Firat": "Euphrates", "Al Furat": "Euphrates", "Dicle": "Tigris", "Byk Menderes": "Buyuk Menderes", "Kr": "Kura",
    "Simav": "Susurluk",
}  # fmt: skip

Ring = np.ndarray
Polygons = list[list[Ring]]


def main(magics: Path, atlas: Path, out: Path) -> None:
    """Write the layers to ``out``; one feature a line."""
    out.mkdir(parents=True, exist_ok=True)
    names, polygons = countries(atlas / "countries-10m.json", 0.0)
    areas = {name: area_km2(parts) for name, parts in zip(names, polygons, strict=True)}
    _, simple = countries(atlas / "countries-10m.json", SIMPLIFY_10M_DEG)
    write(out / "countries_10m.geojson", clipped_countries(names, simple, areas), 3)
    write(out / "countries_110m.geojson", world_countries(atlas / "countries-110m.json", areas), 2)
    write(out / "borders_110m.geojson", shared_arcs(atlas / "countries-110m.json"), 2)
    write(out / "land_110m.geojson", land_110m(atlas / "land-110m.json"), 2)
    write(out / "land_10m.geojson", land_10m(magics / "ne_10m_land.shp"), 4)
    write(out / "borders_10m.geojson", borders_10m(magics / "ne_10m_admin_0_boundary_lines_land.shp"), 3)
    write(out / "rivers_10m.geojson", rivers_10m(magics / "ne_10m_rivers_lake_centerlines.shp"), 3)
    towns = magics / "ne_10m_populated_places_simple.shp"
    write(out / "places_10m.geojson", (town(each) for each in ranked(towns) if in_region(each)), 4)
    write(out / "places_110m.geojson", (town(each) for each in ranked(towns) if of_the_world(each)), 2)


def feature(geometry: dict[str, Any], **properties: object) -> dict[str, Any]:
    """One feature of GeoJSON."""
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write(path: Path, features: Iterable[dict[str, Any]], decimals: int) -> None:
    """A FeatureCollection with rounded coordinates, one feature a line."""
    lines = []
    for each in features:
        each["geometry"]["coordinates"] = sound(rounded(each["geometry"]["coordinates"], decimals))
        lines.append(json.dumps(each, ensure_ascii=False, separators=(",", ":")))
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8")
    print(f"{path.name}: {len(lines)} features, {path.stat().st_size / 1e3:.0f} kB")


def sound(coordinates: Any) -> Any:
    """Coordinates without the rings and lines that rounding brought down to nothing."""
    if isinstance(coordinates[0], float):
        return coordinates
    if isinstance(coordinates[0][0][0], float):
        return [line for line in coordinates if len(line) >= 2]
    whole = [[ring for ring in polygon if len(ring) >= 4] for polygon in coordinates if len(polygon[0]) >= 4]
    return [polygon for polygon in whole if polygon]


def rounded(coordinates: Any, decimals: int) -> Any:
    """Rounded coordinates at any depth; points that fall on the one before them are left out of lines and rings."""
    if isinstance(coordinates[0], (int, float)):
        return [round(float(value), decimals) for value in coordinates[:2]]
    parts = [rounded(part, decimals) for part in coordinates]
    if isinstance(parts[0][0], float):
        return [part for n, part in enumerate(parts) if n == 0 or part != parts[n - 1]]
    return parts


def ogr(source: Path | str, *options: str, text: str | None = None) -> list[dict[str, Any]]:
    """Features of a file after ogr2ogr's work on it."""
    command = ["ogr2ogr", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=7", "/vsistdout/", str(source), *options]
    done = subprocess.run(command, check=True, capture_output=True, text=True, input=text)
    return list(json.loads(done.stdout)["features"])


def clip() -> list[str]:
    """The option of ogr2ogr that clips to the region."""
    return ["-clipsrc", *(str(edge) for edge in BOX)]


# ---- countries, from TopoJSON ----------------------------------------------------------------------------------


def arcs_of(topology: dict[str, Any], tolerance_deg: float) -> list[np.ndarray]:
    """The arcs in degrees, each simplified between its ends."""
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    decoded = (np.cumsum(np.array(arc, float), axis=0) * scale + shift for arc in topology["arcs"])
    return [simplified(arc, tolerance_deg) for arc in decoded]


def simplified(line: np.ndarray, tolerance_deg: float) -> np.ndarray:
    """Douglas and Peucker, The Canadian Cartographer 10 (1973) 112, east shrunk by the cosine of the latitude."""
    if tolerance_deg <= 0.0 or len(line) < 4:
        return line
    flat = line * [np.cos(np.radians(line[:, 1].mean())), 1.0]
    keep = np.zeros(len(line), bool)
    keep[[0, -1]] = True
    if np.array_equal(line[0], line[-1]):  # a ring: its far point halves it
        far = int(np.argmax(np.linalg.norm(flat - flat[0], axis=1)))
        keep[far] = True
        spans = [(0, far), (far, len(line) - 1)]
    else:
        spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        off = distances(flat[first + 1 : last], flat[first], flat[last])
        worst = int(np.argmax(off))
        if off[worst] > tolerance_deg:
            middle = first + 1 + worst
            keep[middle] = True
            spans += [(first, middle), (middle, last)]
    return line[keep]


def distances(points: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Distances of points from the segment a to b."""
    along = b - a
    part = np.clip((points - a) @ along / max(float(along @ along), 1e-30), 0.0, 1.0)
    return np.asarray(np.linalg.norm(points - a - part[:, None] * along, axis=1))


def countries(path: Path, tolerance_deg: float) -> tuple[list[str], list[Polygons]]:
    """Names and polygons of the whole world."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    arcs = arcs_of(topology, tolerance_deg)
    found = topology["objects"]["countries"]["geometries"]
    shapes = [geometry for geometry in found if geometry["type"] is not None]
    names = [COUNTRY_NAMES.get(each["properties"]["name"], each["properties"]["name"]) for each in shapes]
    return names, [polygons_of(each, arcs) for each in shapes]


def polygons_of(geometry: dict[str, Any], arcs: list[np.ndarray]) -> Polygons:
    """Rings of a geometry, put together from arcs."""
    parts = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    built = [[ring for ring in (joined(ids, arcs) for ids in polygon) if len(ring) >= 4] for polygon in parts]
    return [polygon for polygon in built if polygon]


def joined(ids: list[int], arcs: list[np.ndarray]) -> Ring:
    """A closed ring; a negative number is the arc ``~number`` backwards. It may pass longitude 180 but does not jump.

    world-atlas is stitched over the antimeridian: a ring that goes round the earth (Antarctica) is closed at the pole.
    """
    pieces = [arcs[k] if k >= 0 else arcs[~k][::-1] for k in ids]
    ring = np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])
    jumps = np.flatnonzero(np.abs(np.diff(ring[:, 0])) > 180.0)
    if len(jumps) == 0:
        return ring
    if len(jumps) % 2:  # round the earth: begin behind the jump
        ring = np.concatenate([ring[jumps[0] + 1 : -1], ring[: jumps[0] + 1]])
        return np.concatenate([ring, [[180.0, -90.0], [-180.0, -90.0]], ring[:1]])
    lon = np.unwrap(ring[:, 0], period=360.0)
    return np.column_stack([lon - 360.0 * np.round((lon.min() + lon.max()) / 720.0), ring[:, 1]])


def area_km2(polygons: Polygons) -> float:
    """Area on the WGS-84 ellipsoid: outer rings less holes."""
    total = 0.0
    for outer, *holes in polygons:
        total += ring_km2(outer) - sum(ring_km2(hole) for hole in holes)
    return total


def ring_km2(ring: Ring) -> float:
    """Area of a ring whose edges are straight in longitude and latitude."""
    dense = [
        np.linspace(a, b, max(1, int(np.ceil(np.abs(b - a).max() / DENSE_DEG))), endpoint=False)
        for a, b in pairwise(ring)
    ]
    points = np.concatenate(dense)
    return abs(GEOD.polygon_area_perimeter(points[:, 0], points[:, 1])[0]) / 1e6


def geometry_of(polygons: Polygons) -> dict[str, Any]:
    """A MultiPolygon wound as RFC 7946 asks: outer rings against the clock, holes with it."""
    wound = [[wind(ring, n == 0).tolist() for n, ring in enumerate(polygon)] for polygon in polygons]
    return {"type": "MultiPolygon", "coordinates": wound}


def wind(ring: Ring, against_clock: bool) -> Ring:
    """The ring in the direction asked for."""
    x, y = (ring - ring[0]).T
    doubled = float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
    return ring if (doubled > 0.0) == against_clock else ring[::-1]


def clipped_countries(names: list[str], polygons: list[Polygons], areas: dict[str, float]) -> Iterator[dict[str, Any]]:
    """Countries of the region, clipped; their land area is that of the whole country."""
    world = [
        feature(geometry_of(parts), name=name) for name, parts in zip(names, polygons, strict=True) if touches(parts)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": world})
    found = ogr("/vsistdin/", *clip(), "-makevalid", text=text)
    for each in sorted(found, key=lambda one: str(one["properties"]["name"])):
        name = each["properties"]["name"]
        yield feature(geometry_of(rings(each["geometry"])), name=name, land_area_km2=round(areas[name], 1))


def touches(polygons: Polygons) -> bool:
    """Whether any outer ring's bounds meet the region."""
    west, south, east, north = BOX
    return any(
        bool(np.all(outer.max(axis=0) > (west, south)) and np.all(outer.min(axis=0) < (east, north)))
        for outer, *_ in polygons
    )


def rings(geometry: dict[str, Any] | None) -> Polygons:
    """The polygons of any geometry; nothing, lines and points that clipping left are dropped."""
    if geometry is None:
        return []
    if geometry["type"] == "GeometryCollection":
        return [polygon for part in geometry["geometries"] for polygon in rings(part)]
    if geometry["type"] not in ("Polygon", "MultiPolygon"):
        return []
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[np.array(ring, float)[:, :2] for ring in polygon] for polygon in parts]


def world_countries(path: Path, areas: dict[str, float]) -> Iterator[dict[str, Any]]:
    """Countries of the whole world, with their land area on the 1:10 million map and with that of what is drawn."""
    for name, parts in sorted(zip(*countries(path, 0.0), strict=True), key=lambda pair: pair[0]):
        land_km2, drawn_km2 = round(areas[name], 1), round(area_km2(parts), 1)
        yield feature(geometry_of(parts), name=name, land_area_km2=land_km2, drawn_area_km2=drawn_km2)


def shared_arcs(path: Path) -> Iterator[dict[str, Any]]:
    """Borders: the arcs that two countries share."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    arcs = arcs_of(topology, 0.0)
    used = Counter(
        k if k >= 0 else ~k for each in topology["objects"]["countries"]["geometries"] for k in flat_ids(each["arcs"])
    )
    lines = [arcs[k].tolist() for k, times in sorted(used.items()) if times > 1]
    yield feature({"type": "MultiLineString", "coordinates": lines}, kind="international boundary")


def flat_ids(nested: Any) -> Iterator[int]:
    """The arc numbers at any depth."""
    for part in nested:
        if isinstance(part, int):
            yield part
        else:
            yield from flat_ids(part)


def land_110m(path: Path) -> Iterator[dict[str, Any]]:
    """The land of the whole world."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    arcs = arcs_of(topology, 0.0)
    land = topology["objects"]["land"]
    for part in land.get("geometries", [land]):
        yield feature(geometry_of(polygons_of(part, arcs)))


# ---- land, borders, rivers and towns, from shapefiles -------------------------------------------------------------


def land_10m(path: Path) -> Iterator[dict[str, Any]]:
    """The land of the region; the least islands are left out."""
    simple = ogr(path, *clip(), "-makevalid", "-simplify", str(SIMPLIFY_LAND_DEG))
    polygons = [polygon for each in simple for polygon in rings(each["geometry"])]
    kept = [polygon for polygon in polygons if area_km2([polygon]) >= SMALLEST_ISLAND_KM2]
    yield feature(geometry_of(kept))


def lines_of(geometry: dict[str, Any] | None) -> list[Any]:
    """The lines of a geometry."""
    if geometry is None:
        return []
    return [geometry["coordinates"]] if geometry["type"] == "LineString" else list(geometry["coordinates"])


def borders_10m(path: Path) -> Iterator[dict[str, Any]]:
    """Borders of the region by Natural Earth's own class of them."""
    kinds: dict[str, list[Any]] = {}
    for each in ogr(path, *clip(), "-simplify", str(SIMPLIFY_10M_DEG)):
        kind = str(each["properties"]["featurecla"]).split(" (")[0].lower()
        kinds.setdefault(kind, []).extend(lines_of(each["geometry"]))
    for kind, lines in sorted(kinds.items()):
        yield feature({"type": "MultiLineString", "coordinates": lines}, kind=kind)


def rivers_10m(path: Path) -> Iterator[dict[str, Any]]:
    """Rivers and the centre lines of lakes; rank 1 is the greatest."""
    found: dict[tuple[int, str, str], list[Any]] = {}
    for each in ogr(path, *clip(), "-simplify", str(SIMPLIFY_10M_DEG)):
        said = each["properties"]
        name = "Kizilirmak" if str(said["name"]).startswith("Kiz") else str(said["name"] or "")
        key = (int(said["scalerank"]), RIVER_NAMES.get(name, name), str(said["featurecla"]).lower())
        found.setdefault(key, []).extend(lines_of(each["geometry"]))
    for (rank, name, kind), lines in sorted(found.items()):
        yield feature({"type": "MultiLineString", "coordinates": lines}, name=name, kind=kind, rank=rank)


def ranked(path: Path) -> list[dict[str, Any]]:
    """Natural Earth's towns, those of the greatest rank and population first, each once."""
    found = [each for each in ogr(path) if each["properties"]["nameascii"] not in TOWNS_TWICE or not in_region(each)]
    return sorted(found, key=lambda one: (one["properties"]["scalerank"], -one["properties"]["pop_max"]))


def town(each: dict[str, Any]) -> dict[str, Any]:
    """A town with its English name."""
    said = each["properties"]
    name = str(said["nameascii"])
    return feature(
        dict(each["geometry"]),
        name=TOWN_NAMES.get(name, name) if in_region(each) else name,
        country=said["adm0name"],
        population=max(0, int(said["pop_max"])),
        capital=bool(said["adm0cap"]),
        rank=int(said["scalerank"]),
    )


def in_region(each: dict[str, Any]) -> bool:
    """Whether a town lies in the region."""
    lon, lat = each["geometry"]["coordinates"][:2]
    west, south, east, north = REGION
    return bool(west <= lon <= east and south <= lat <= north)


def of_the_world(each: dict[str, Any]) -> bool:
    """Whether a town is shown on maps of the world."""
    return bool(each["properties"]["scalerank"] <= WORLD_RANK or each["properties"]["adm0cap"])


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
