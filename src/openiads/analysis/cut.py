"""A vertical cut through a coverage: chances over range and height along one azimuth, the classic coverage diagram.

The chances are those of the run and of the map (``world/sweep.py``), on a grid fine enough to show the lobes that
the sea makes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import degrees, radians
from typing import TYPE_CHECKING, Any

import numpy as np

from openiads import units
from openiads.analysis.coverage import missiles_of
from openiads.analysis.jamming import heard_by
from openiads.catalog.errors import InputError
from openiads.enums import RadarKind
from openiads.record import geodesy
from openiads.world.sweep import Question, section, section_reach

if TYPE_CHECKING:
    from openiads.analysis.coverage import Coverage
    from openiads.scenario.load import Scenario


@dataclass(frozen=True)
class Cut:
    """What one unit sees and reaches along one azimuth.

    Attributes:
        unit: the unit's name.
        azimuth_deg: clockwise from north.
        range_m: (ranges,) along the sea's surface.
        height_m: (heights,) above mean sea level.
        seen: (heights, ranges) chance of one look of the best search radar.
        engaged: (heights, ranges) chance of one look of the engagement radar where a missile reaches, else 0.
        ground_m: (ranges,) height of the ground.
        known: (ranges,) whether the terrain reaches there; beyond it the ground is taken as sea level.
    """

    unit: str
    azimuth_deg: float
    range_m: Any
    height_m: Any
    seen: Any
    engaged: Any
    ground_m: Any
    known: Any


def azimuth_of(scenario: Scenario, text: str | None) -> float:
    """An azimuth in degrees from a text such as ``270`` or ``270 deg``; where the first unit faces without one.

    Raises:
        InputError: no azimuth from 0 to 360 degrees.
    """
    if text is None:
        return degrees(scenario.file.units[0].facing)
    try:
        stated = f"{text} deg" if text.strip()[-1:].isdigit() else text
        azimuth_deg = degrees(units.parse(stated, "angle"))
    except units.UnitError:
        raise InputError("azimuth", f'read "{text}", expected degrees from north such as 270') from None
    if not 0.0 <= azimuth_deg <= 360.0:
        raise InputError("azimuth", f'read "{text}", an azimuth lies from 0 to 360 degrees')
    return azimuth_deg % 360.0


def cut(coverage: Coverage, unit: str, azimuth_deg: float, range_m: Any, height_m: Any) -> Cut:
    """Cut through what a unit of a coverage sees and reaches.

    Args:
        coverage: target, jammers and World are its own.
        unit: the unit's name.
        azimuth_deg: along which the cut runs.
        range_m: (ranges,) along the sea's surface, rising.
        height_m: (heights,) above mean sea level.
    """
    mine = [layer for layer in coverage.layers if layer.unit == unit]
    radars = [layer.radar for layer in mine if layer.kind == "radar"]
    searching = [r for r in radars if coverage.built.world.radars[r]["kind"] != RadarKind.ENGAGEMENT] or radars
    engaging = next(layer.radar for layer in mine if layer.kind == "envelope")
    world = coverage.built.world
    along = (radians(azimuth_deg), np.asarray(range_m, np.float64), np.asarray(height_m, np.float64))
    pointed = coverage.question._replace(gain=float(world.radars[engaging]["point_gain"]))
    looked = _chances(coverage, engaging, along, pointed)
    row = next(row["row"] for row in coverage.built.roster if row["table"] == "units" and row["name"] == unit)
    met = section_reach(world, missiles_of(coverage.built, int(row)), along[1], along[2])
    seen = np.max([_chances(coverage, r, along, coverage.question) for r in searching], axis=0)
    lat_deg, lon_deg = geodesy.destination(mine[0].lat_deg, mine[0].lon_deg, azimuth_deg, along[1])
    return Cut(
        unit, azimuth_deg, along[1], along[2], seen, np.where(met, looked, 0.0),
        coverage.terrain.height_m(lat_deg, lon_deg), coverage.terrain.covers(lat_deg, lon_deg),
    )  # fmt: skip


def _chances(coverage: Coverage, r: int, along: tuple[float, Any, Any], question: Question) -> Any:
    return section(coverage.built.world, r, along, question, heard_by(coverage.built, r, coverage.jamming))
