"""One radar of the catalog standing somewhere, with what surrounds it, without a scenario's build."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from openiads._jit import kernel
from openiads.catalog.models import Radar
from openiads.physics.look import lowest_visible
from openiads.scenario.schema import Environment
from openiads.terrain.grid import Terrain, frozen
from openiads.units import Point
from openiads.world import tables as t
from openiads.world.build_radars import Way, add_surroundings, radar_fields
from openiads.world.build_units import UnitRows
from openiads.world.horizons import Spot
from openiads.world.rows import table_of
from tests.support import runs

EARTH_RADIUS_M = 6371008.8
PLACE = Point(34.93, 35.88)


class Lookout(NamedTuple):
    """The tables of World that one radar needs; ``world.sweep`` takes it for a World."""

    setting: Any
    radars: Any
    horizons: Any
    cells: Any
    chances: Any
    air: Any

    @property
    def radar(self) -> Any:
        """Its only row."""
        return self.radars[0]

    @property
    def horizon(self) -> Any:
        """Its only survey."""
        return self.horizons[0]


def plain(height_m: float, place: Point = PLACE, half_deg: float = 6.0) -> Terrain:
    """Ground of one height all round; 0 is sea."""
    return Terrain(
        frozen(np.full((3, 3), height_m)), place.lat_deg - half_deg, place.lon_deg - half_deg, half_deg, half_deg,
        "a plain",
    )  # fmt: skip


def sheet_of(name: str, **changes: Any) -> Radar:
    """A radar of the catalog, some of its figures replaced by numbers in SI."""
    sheet = runs.scenario("tartus").catalog.radars[name]
    figures = {key: getattr(sheet, key).model_copy(update={"value": value}) for key, value in changes.items()}
    return sheet.model_copy(update=figures)


def stand(
    sheet: Radar, antenna_m: float, terrain: Terrain, place: Point = PLACE, spots: tuple[Spot, ...] = (), **weather: Any
) -> Lookout:
    """Put a radar somewhere; ``weather`` goes into the scenario's environment."""
    base = runs.scenario("tartus")
    environment = Environment(**weather)
    scenario = replace(base, file=base.file.model_copy(update={"environment": environment}), terrain=terrain)
    radars = table_of(t.RADAR, [radar_fields(sheet, base.file.units[0], environment)])
    units = UnitRows(antennas=[(sheet, Way(spots or (Spot(place, antenna_m),)))], emitters=[{}])
    around = add_surroundings(scenario, EARTH_RADIUS_M, units, radars)
    setting = np.zeros(1, t.SETTING)
    setting["earth_radius_m"] = EARTH_RADIUS_M
    return Lookout(setting, radars, around.horizons, around.cells, around.chances, around.air)


def lowest(lookout: Lookout, azimuths_rad: Any, grounds_m: Any) -> Any:
    """The least visible heights at many points, m."""
    azimuths, grounds = (np.ascontiguousarray(np.ravel(part), np.float64) for part in (azimuths_rad, grounds_m))
    found = np.zeros(azimuths.size)
    _fill_lowest(lookout.horizon, lookout.cells, azimuths, grounds, found)
    return found.reshape(np.shape(azimuths_rad))


@kernel
def _fill_lowest(horizon: Any, cells: Any, azimuths_rad: Any, grounds_m: Any, found: Any) -> None:
    for n in range(found.size):
        found[n] = lowest_visible(horizon, cells, azimuths_rad[n], grounds_m[n])


@cache
def levant() -> Terrain:
    """The built-in terrain."""
    return runs.scenario("tartus").terrain
