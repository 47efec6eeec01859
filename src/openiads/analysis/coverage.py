"""What a deployed system covers: chances of detection and engagement on a map, height by height.

The question is put to the same law, survey and tables that a run uses (``world/sweep.py``).
Assumes: every antenna looks towards the point asked for; the target closes with the radial speed given.
Limits: one look; a target of one cross-section from every aspect; launchers stand where their unit stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from math import asin, cos, degrees, radians, sin
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from openiads import units
from openiads.analysis.coverage_conditions import conditions
from openiads.analysis.coverage_heights import meant, titled
from openiads.analysis.coverage_inputs import chance_of, heights_of, question_of
from openiads.analysis.jamming import Jamming, heard_by, jammers_at
from openiads.catalog.errors import InputError
from openiads.constants import MEAN_EARTH_RADIUS_M
from openiads.enums import RadarKind
from openiads.record import geodesy
from openiads.scenario.load import Scenario, load, with_unit
from openiads.world.build import Built, build
from openiads.world.sweep import Question, reach, sweep

if TYPE_CHECKING:
    import xarray

    from openiads.terrain.grid import Terrain

POLAR_DEG = 88.0  # a map of latitude and longitude ends here
GRID_CELLS = 900  # of latitude and of longitude: about the step of the survey
SPEED_MPS = 250.0  # radial, of the target asked for unless said
DIMS = ("layer", "altitude", "lat", "lon")


@dataclass(frozen=True)
class Layer:
    """One radar's detection, or one unit's engagement.

    Attributes:
        name: ``v4.9s15m2`` for a radar, ``v4.engagement`` for the envelope of a unit.
        kind: ``radar`` or ``envelope``.
        unit: the unit's name.
        radar: row of the radar in the World.
        lat_deg, lon_deg, antenna_m: where the antenna stands, and its height above the sea.
        range_step_m: between two ranges of ``chances``.
        published_m: what a circle on a map is drawn with: published detection range, greatest range of the missiles.
        searches: whether it is a radar that looks for targets by itself.
        chances: (altitudes, azimuths, ranges); azimuth n is n x 360 / azimuths degrees from north.
    """

    name: str
    kind: str
    unit: str
    radar: int
    lat_deg: float
    lon_deg: float
    antenna_m: float
    range_step_m: float
    published_m: float
    searches: bool
    chances: Any


@dataclass(frozen=True)
class Coverage:
    """A cube of chances with labelled axes (layer, altitude, lat, lon); NumPy inside.

    Attributes:
        scenario: what was asked about.
        layers: radars and envelopes on their own polar grids.
        altitudes: the heights asked for.
        values: float32 chances on the common grid, shaped as ``dims``.
        lat_deg, lon_deg: centres of the grid's cells.
        question: the target looked for.
        pd: the chance that counts as covered.
        jamming: the jammers that were on; empty unless asked for.
        built: the World behind it.
        labels: the heights as they were typed, in the order of ``altitudes``.
    """

    scenario: Scenario = field(repr=False)
    layers: tuple[Layer, ...]
    altitudes: tuple[units.Altitude, ...]
    values: Any
    lat_deg: Any
    lon_deg: Any
    question: Question
    pd: float
    jamming: tuple[Jamming, ...]
    built: Built = field(repr=False)
    labels: tuple[str, ...]

    dims = DIMS

    def __repr__(self) -> str:
        """One line: what it is of, and its size."""
        sizes = ", ".join(f"{axis} {count}" for axis, count in zip(DIMS, self.values.shape, strict=True))
        return f"<Coverage of {self.scenario.name}: {sizes}; pd {self.pd:g}>"

    @property
    def coords(self) -> dict[str, Any]:
        """Labels of each axis: layer names, altitudes as text, degrees."""
        return {
            "layer": np.array([layer.name for layer in self.layers]),
            "altitude": np.array(self.labels),
            "lat": self.lat_deg, "lon": self.lon_deg,
        }  # fmt: skip

    @property
    def terrain(self) -> Terrain:
        """The ground."""
        return self.scenario.terrain

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the labels and the values; equal digests mean equal coverage."""
        said = sha256(repr([list(self.coords["layer"]), list(self.coords["altitude"]), self.pd]).encode())
        for numbers in (self.lat_deg, self.lon_deg, self.values):
            said.update(np.ascontiguousarray(numbers).tobytes())
        return said.hexdigest()

    @property
    def covered(self) -> Any:
        """Where the chance of one look is at least ``pd``: booleans shaped as ``dims``."""
        return self.values >= self.pd

    def sel(self, layer: str | None = None, altitude: str | None = None) -> Any:
        """The values of one layer, one altitude however it is written, or both; the axes named fall away.

        Raises:
            KeyError: no such label; the message lists those there are.
        """
        if altitude is not None:
            altitude = meant(altitude, dict(zip(self.labels, self.altitudes, strict=True))) or altitude
        at: list[Any] = [slice(None)] * len(DIMS)
        for axis, wanted in (("layer", layer), ("altitude", altitude)):
            if wanted is not None:
                at[DIMS.index(axis)] = _position(axis, wanted, list(self.coords[axis]))
        return self.values[tuple(at)]

    def to_xarray(self) -> xarray.DataArray:
        """The same cube as an ``xarray.DataArray`` (needs xarray)."""
        import xarray

        return xarray.DataArray(self.values, self.coords, DIMS, name="chance", attrs=self.attrs)

    @property
    def attrs(self) -> dict[str, Any]:
        """What the numbers rest on, for files and titles."""
        return {
            "title": f"Simulated coverage of {self.scenario.name} (OpenIADS)", "simulated": "yes",
            **conditions(self),
        }  # fmt: skip


def _position(axis: str, wanted: str, labels: list[Any]) -> int:
    if wanted not in labels:
        raise KeyError(f'no {axis} "{wanted}"; there are {", ".join(map(str, labels))}')
    return labels.index(wanted)


def coverage(
    scenario: Scenario | str | Path, altitudes: str | Sequence[str] = ("100 m", "1 km", "10 km"), *, rcs: str = "1 m2",
    pd: float = 0.5, swerling: int = 1, speed: str = "250 m/s", unit: str | None = None, jam_at: str | None = None,
) -> Coverage:  # fmt: skip
    """Where the radars of a scenario detect a target, and where its units can engage it.

    Args:
        scenario: from ``load``, or what ``load`` takes.
        altitudes: heights above mean sea level, or above the ground with ``agl``; a text alone is one height.
        rcs: mean radar cross-section of the target.
        pd: chance of one look that counts as covered, above 0 and below 1.
        swerling: case of its fluctuation, 0 to 4.
        speed: its radial speed.
        unit: a catalog unit in place of the scenario's.
        jam_at: a time of the scenario whose jammers are on, where their routes have them then; none unless said.

    Raises:
        InputError: what is wrong, and what is allowed.
    """
    loaded = _loaded(scenario, unit, check_routes=jam_at is not None)
    labels = titled(heights_of(altitudes))
    heights = tuple(labels)
    question, pd = question_of(rcs, swerling, speed), chance_of(pd)
    built = build(loaded if jam_at is not None else _without_flyers(loaded), log_full=False)
    jamming = jammers_at(loaded, built, jam_at)
    layers = tuple(_layers(loaded, built, heights, question, jamming))
    lat_deg, lon_deg = _grid(layers)
    values = np.stack([_on_map(layer, lat_deg, lon_deg) for layer in layers])
    return Coverage(
        loaded, layers, heights, values, lat_deg, lon_deg, question, pd, jamming, built, tuple(labels.values())
    )


def _loaded(scenario: Scenario | str | Path, unit: str | None, check_routes: bool) -> Scenario:
    """The scenario asked about; one that is loaded already keeps its overrides and its catalog."""
    if not isinstance(scenario, Scenario):
        return load(scenario, unit=unit, check_routes=check_routes)
    return scenario if unit is None else with_unit(scenario, unit, check_routes)


def _without_flyers(scenario: Scenario) -> Scenario:
    """Its ground, assets and units alone, whose coverage is the same whatever flies."""
    file = scenario.file.model_copy(update={"raids": (), "flights": (), "notices": ()})
    return replace(scenario, file=file)


def _layers(
    scenario: Scenario, built: Built, heights: tuple[units.Altitude, ...], question: Question,
    jamming: tuple[Jamming, ...],
) -> list[Layer]:  # fmt: skip
    """Every radar's layer in World's order, each unit's envelope after its radars."""
    world, layers, catalog = built.world, [], scenario.catalog
    heights_m, above = [a.value_m for a in heights], [a.above_ground for a in heights]
    for u, named in enumerate(_rows(built, "units")):
        for r, radar in enumerate(_rows(built, "radars")):
            if int(world.radars[r]["unit"]) == u:
                seen = sweep(world, r, heights_m, above, question, heard_by(built, r, jamming))
                published_m = catalog.radars[str(radar["kind"])].detection_range.value
                layers.append(_layer(built, r, named, "radar", published_m, seen))
        r = int(world.units[u]["engagement_radar"])
        pointed = question._replace(gain=float(world.radars[r]["point_gain"]))
        seen = sweep(world, r, heights_m, above, pointed, heard_by(built, r, jamming))
        horizon = world.horizons[int(world.radars[r]["first_horizon"])]
        fired = missiles_of(built, u)
        met = reach(world, fired, horizon, heights_m, above)
        published_m = max((float(_rows(built, "missiles")[m]["range_m"]) for m in fired), default=0.0)
        layers.append(_layer(built, r, named, "envelope", published_m, np.where(met, seen, np.float32(0.0))))
    return layers


def _rows(built: Built, table: str) -> list[dict[str, Any]]:
    return [row for row in built.roster if row["table"] == table]


def missiles_of(built: Built, u: int) -> list[int]:
    """Rows of the missiles that a unit's launchers fire."""
    launchers = built.state.launchers
    return sorted({int(row["missile"]) for row in launchers if int(row["unit"]) == u})


def _layer(built: Built, r: int, unit: Any, kind: str, published_m: float, chances: Any) -> Layer:
    row, radar = built.world.radars[r], _rows(built, "radars")[r]
    horizon = built.world.horizons[int(row["first_horizon"])]
    name = radar["name"] if kind == "radar" else f"{unit['name']}.engagement"
    searches = kind == "radar" and row["kind"] != RadarKind.ENGAGEMENT
    return Layer(
        str(name), kind, str(unit["name"]), r, radar["lat_deg"], radar["lon_deg"], float(horizon["antenna_m"]),
        float(horizon["range_step_m"]), published_m, bool(searches), chances,
    )  # fmt: skip


def _grid(layers: Sequence[Layer]) -> tuple[Any, Any]:
    """Cell centres of a map that holds the reach of every layer.

    Raises:
        InputError: a pole lies within reach, where a grid of latitude and longitude fails.
    """
    boxes = [_box(layer, layers[0].lon_deg) for layer in layers]
    south, west = (min(box[n] for box in boxes) for n in (0, 1))
    north, east = (max(box[n] for box in boxes) for n in (2, 3))
    return _centres(south, north), _centres(west, east)


def turned_to(lon_deg: Any, near_deg: float) -> Any:
    """Longitudes with whole turns added until they lie within half a turn of another."""
    return near_deg + (np.asarray(lon_deg) - near_deg + 180.0) % 360.0 - 180.0


def _box(layer: Layer, near_deg: float) -> tuple[float, float, float, float]:
    """South, west, north and east of a circle: the meridians touch it at asin(sin r / cos lat)."""
    lon_deg = float(turned_to(layer.lon_deg, near_deg))
    reach_deg = degrees_of(layer.range_step_m * layer.chances.shape[2])
    if abs(layer.lat_deg) + reach_deg >= POLAR_DEG:
        raise InputError("coverage", f"radar {layer.name} sees beyond {POLAR_DEG:g} degrees of latitude; no map there")
    aside_deg = degrees(asin(sin(radians(reach_deg)) / cos(radians(layer.lat_deg))))
    return layer.lat_deg - reach_deg, lon_deg - aside_deg, layer.lat_deg + reach_deg, lon_deg + aside_deg


def degrees_of(distance_m: float) -> float:
    """Degrees of a great circle."""
    return float(np.degrees(distance_m / MEAN_EARTH_RADIUS_M))


def _centres(low: float, high: float) -> Any:
    step = (high - low) / GRID_CELLS
    return low + step * (np.arange(GRID_CELLS) + 0.5)


def _on_map(layer: Layer, lat_deg: Any, lon_deg: Any) -> Any:
    """A layer's chances at the map's cells: bilinear in azimuth and range, 0 beyond its reach."""
    azimuth_deg, away_m = geodesy.azimuth_range(layer.lat_deg, layer.lon_deg, lat_deg[:, None], lon_deg[None, :])
    _, azimuths, ranges = layer.chances.shape
    across, outward = azimuth_deg / 360.0 * azimuths, away_m / layer.range_step_m
    a, n = across.astype(np.int64) % azimuths, np.minimum(outward.astype(np.int64), ranges - 2)
    left, beyond = (across - across.astype(np.int64)).astype(np.float32), (outward - n).astype(np.float32)
    b = (a + 1) % azimuths
    chances = layer.chances
    near = chances[:, a, n] * (1.0 - left) + chances[:, b, n] * left
    far = chances[:, a, n + 1] * (1.0 - left) + chances[:, b, n + 1] * left
    return np.where(outward < ranges - 1, near * (1.0 - beyond) + far * beyond, np.float32(0.0)).astype(np.float32)
