"""KML 2.2 for globes: polygons in a folder a layer, coloured by altitude; the names say that they are simulated.

Source: OGC 12-007r2, KML 2.3, clauses on Polygon, Style and altitudeMode.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as Tree

FORMAT: Final = "kml"
SUFFIX: Final = ".kml"
NAMESPACE: Final = "http://www.opengis.net/kml/2.2"
LINES: Final = ("ff0055d4", "ffb4771f", "ff2ca02c", "ff9467bd", "ff4b5b8c", "ff7f7f7f")  # alpha, blue, green, red
_FILL_ALPHA: Final = "40"


def write(path: Path, features: Sequence[Mapping[str, Any]], title: str) -> Path:
    """Write GeoJSON features of MultiPolygons, clamped to the ground.

    Args:
        path: the file; an existing one is replaced.
        features: with the properties ``title``, ``layer`` and ``altitude``; the rest goes into the balloon. Those of
            the kind ``radar`` are switched off at first, those without a geometry are left out.
        title: of the document; "simulated" is added to it.

    Returns:
        The path.
    """
    root = Tree.Element("kml", xmlns=NAMESPACE)
    document = Tree.SubElement(root, "Document")
    _say(document, "name", f"{title} (simulated, OpenIADS)")
    altitudes = list(dict.fromkeys(str(feature["properties"]["altitude"]) for feature in features))
    for n in range(len(altitudes)):
        _style(document, n)
    for layer in dict.fromkeys(str(feature["properties"]["layer"]) for feature in features):
        folder = Tree.SubElement(document, "Folder")
        _say(folder, "name", f"{layer} (simulated)")
        for feature in features:
            if feature["properties"]["layer"] == layer and feature["geometry"] is not None:
                _placemark(folder, feature, altitudes.index(str(feature["properties"]["altitude"])))
    Tree.indent(root, " ")
    Tree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return path


def _say(parent: Tree.Element, tag: str, text: str) -> Tree.Element:
    child = Tree.SubElement(parent, tag)
    child.text = text
    return child


def _style(document: Tree.Element, n: int) -> None:
    colour = LINES[n % len(LINES)]
    style = Tree.SubElement(document, "Style", id=f"altitude-{n}")
    line = Tree.SubElement(style, "LineStyle")
    _say(line, "color", colour)
    _say(line, "width", "2")
    _say(Tree.SubElement(style, "PolyStyle"), "color", _FILL_ALPHA + colour[2:])


def _placemark(folder: Tree.Element, feature: Mapping[str, Any], style: int) -> None:
    said = feature["properties"]
    placemark = Tree.SubElement(folder, "Placemark")
    _say(placemark, "name", str(said["title"]))
    _say(placemark, "visibility", "0" if said.get("kind") == "radar" else "1")
    _say(placemark, "styleUrl", f"#altitude-{style}")
    data = Tree.SubElement(placemark, "ExtendedData")
    for key, value in said.items():
        if value is not None:
            _say(Tree.SubElement(data, "Data", name=key), "value", str(value))
    shapes = Tree.SubElement(placemark, "MultiGeometry")
    for rings in feature["geometry"]["coordinates"]:
        _polygon(shapes, rings)


def _polygon(parent: Tree.Element, rings: Sequence[Sequence[Sequence[float]]]) -> None:
    polygon = Tree.SubElement(parent, "Polygon")
    _say(polygon, "tessellate", "1")
    _say(polygon, "altitudeMode", "clampToGround")
    for n, ring in enumerate(rings):
        boundary = Tree.SubElement(polygon, "innerBoundaryIs" if n else "outerBoundaryIs")
        places = " ".join(f"{lon:.6f},{lat:.6f},0" for lon, lat in ring)
        _say(Tree.SubElement(boundary, "LinearRing"), "coordinates", places)
