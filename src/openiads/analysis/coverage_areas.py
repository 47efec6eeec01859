"""The questions a coverage answers: what each radar sees, what a unit sees with all its search radars, what it reaches.

An area is one of them, on the grid of the coverage; its features are the same as polygons for other programs.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from openiads.analysis.contours import DECIMALS, LEAST_CELLS, area_km2, polygons
from openiads.analysis.coverage_conditions import conditions
from openiads.constants import MEAN_EARTH_RADIUS_M

if TYPE_CHECKING:
    from openiads.analysis.coverage import Coverage, Layer

DETECTION: Final = "detection"
ENGAGEMENT: Final = "engagement"
RADAR: Final = "radar"


@dataclass(frozen=True)
class Area:
    """One question about one unit.

    Attributes:
        name: ``v4.9s15m2`` for a radar, ``v4.detection`` and ``v4.engagement`` for the unit.
        kind: ``radar``, ``detection`` (any of the unit's search radars) or ``engagement``.
        unit, unit_kind: the unit's name and its catalog name.
        radar: catalog name of the radar; empty for more than one.
        lat_deg, lon_deg: where it stands.
        published_m: radius of the circle that is usually drawn.
        published_for: the cross-section that the published range is stated for; empty for missiles.
        values: chances on the coverage's grid, (altitudes, lat, lon).
        out_m: farthest covered range of each azimuth, (altitudes, azimuths), 0 for none.
    """

    name: str
    kind: str
    unit: str
    unit_kind: str
    radar: str
    lat_deg: float
    lon_deg: float
    published_m: float
    published_for: str
    values: Any
    out_m: Any

    @property
    def circle_km2(self) -> float:
        """Area of the circle of the published range, on the sphere."""
        return 2.0 * pi * (MEAN_EARTH_RADIUS_M / 1e3) ** 2 * (1.0 - cos(self.published_m / MEAN_EARTH_RADIUS_M))


def areas(coverage: Coverage) -> list[Area]:
    """Every radar of each unit, what its search radars see together, and its engagement envelope."""
    found: list[Area] = []
    for unit in dict.fromkeys(layer.unit for layer in coverage.layers):
        mine = [n for n, layer in enumerate(coverage.layers) if layer.unit == unit]
        radars = [n for n in mine if coverage.layers[n].kind == RADAR]
        searching = [n for n in radars if coverage.layers[n].searches] or radars
        found += [_area(coverage, [n], RADAR) for n in radars]
        found.append(_area(coverage, searching, DETECTION))
        found += [_area(coverage, [n], ENGAGEMENT) for n in mine if n not in radars]
    return found


def _area(coverage: Coverage, members: list[int], kind: str) -> Area:
    """Several layers as one: the best chance of any, the circle of the farthest-reaching."""
    layers = [coverage.layers[n] for n in members]
    first = layers[0]
    kinds = {(row["table"], row["name"]): str(row["kind"]) for row in coverage.built.roster}
    farthest = max(layers, key=lambda layer: layer.published_m)
    stated_for = "" if kind == ENGAGEMENT else _stated_for(coverage, kinds["radars", farthest.name])
    return Area(
        first.name if kind == RADAR else f"{first.unit}.{kind}", kind, first.unit, kinds["units", first.unit],
        kinds["radars", first.name] if kind == RADAR else "", first.lat_deg, first.lon_deg,
        farthest.published_m, stated_for, coverage.values[members].max(axis=0),
        np.max([_out_m(layer, coverage.pd) for layer in layers], axis=0),
    )  # fmt: skip


def _stated_for(coverage: Coverage, radar: str) -> str:
    stated = coverage.scenario.catalog.radars[radar].detection_rcs
    return f"{stated.shown} (assumed)" if stated.confidence == "assumed" else stated.shown


def _out_m(layer: Layer, pd: float) -> Any:
    """Farthest range at which a layer covers, (altitudes, azimuths).

    Limits: of several radars of a unit the farthest is taken as if they stood in one place.
    """
    ranges = layer.chances.shape[2]
    last = ranges - 1 - np.argmax((layer.chances >= pd)[:, :, ::-1], axis=2)
    return np.where((layer.chances >= pd).any(axis=2), last * layer.range_step_m, 0.0)


def features(coverage: Coverage) -> list[dict[str, Any]]:
    """GeoJSON features, one an area and altitude: MultiPolygons in longitude and latitude, WGS-84, None for nothing.

    They run along the line where the chance of one look is ``pd``. Areas of one radar whose unit has no other search
    radar stand under the radar's name and under the unit's.
    """
    made = []
    for area in areas(coverage):
        for n, altitude in enumerate(coverage.altitudes):
            rings = polygons(area.values[n], coverage.lat_deg, coverage.lon_deg, coverage.pd)
            said = {
                "title": f"{area.name} at {coverage.labels[n]} (simulated, OpenIADS)", "simulated": True,
                "layer": area.name, "kind": area.kind, "unit": area.unit, "unit_kind": area.unit_kind,
                "radar": area.radar or None, "altitude": coverage.labels[n], "altitude_m": altitude.value_m,
                "altitude_datum": "ground" if altitude.above_ground else "mean sea level",
                **conditions(coverage),
                "area_km2": round(sum(area_km2(ring) for polygon in rings for ring in polygon), 1),
                "farthest_km": round(float(area.out_m[n].max()) / 1e3, 1),
                "published_range_km": round(area.published_m / 1e3, 1), "pieces_left_out_below_cells": LEAST_CELLS,
            }  # fmt: skip
            places = [[np.round(ring, DECIMALS).tolist() for ring in polygon] for polygon in rings]
            geometry = {"type": "MultiPolygon", "coordinates": places} if places else None
            made.append({"type": "Feature", "properties": said, "geometry": geometry})
    return made
