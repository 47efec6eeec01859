"""The sky swept by the law of a look: chances of detection around one antenna, height by height or along one azimuth.

The run and this sweep obey one law (``physics/look.py``), over one survey of what surrounds the antenna.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from openiads._jit import kernel
from openiads.constants import TWO_PI
from openiads.enums import TargetGroup
from openiads.physics.detection import CHANCE_CELLS, chance_at
from openiads.physics.envelope import reaches
from openiads.physics.look import Line, beam_axis, echo, in_reach, line_over, lobe_gain, lowest_visible
from openiads.world.dtypes import record
from openiads.world.state import World


class Question(NamedTuple):
    """What is looked for: mean RCS, Swerling case, radial speed, and the gain of the look over a search look."""

    rcs_m2: float
    swerling: int
    radial_speed_mps: float
    gain: float


HEARD = record(("azimuth_rad", "f8"), ("sine", "f8"), ("ratio", "f8"))  # a jammer in sight, J/N in the main lobe


def sweep(world: World, r: int, heights_m: Any, above_ground: Any, question: Question, jammers: Any) -> Any:
    """Chances of detection of one look of one radar.

    Args:
        world: with the radar's survey, chances and air.
        r: row of the radar.
        heights_m: (altitudes,) above the sea, or above the ground where marked.
        above_ground: (altitudes,) booleans.
        question: the target and the look.
        jammers: HEARD rows, one a jammer that stands in sight of the radar.

    Returns:
        (altitudes, azimuths, ranges) float32, 0 where a ridge, the curved earth or the antenna's limits hide the point.
    """
    radar = world.radars[r]
    horizon = world.horizons[int(radar["first_horizon"])]
    chances = np.zeros((len(heights_m), int(horizon["azimuths"]), int(horizon["ranges"])), np.float32)
    _sweep_all(
        float(world.setting["earth_radius_m"][0]), radar, horizon, world.cells, world.chances, world.air,
        np.asarray(heights_m, np.float64), np.asarray(above_ground, np.int64), question, jammers, chances,
    )  # fmt: skip
    return chances


@kernel
def _sweep_all(
    earth_radius_m: float, radar: Any, horizon: Any, cells: Any, chances: Any, air: Any, heights_m: Any,
    above_ground: Any, question: Question, jammers: Any, found: Any,
) -> None:  # fmt: skip
    for h in range(heights_m.size):
        for n in range(1, horizon.ranges):
            arc_m = n * horizon.range_step_m
            flat = line_over(earth_radius_m, horizon.antenna_m, arc_m, heights_m[h])
            for a in range(horizon.azimuths):
                line = flat
                if above_ground[h] == 1:
                    ground_m = cells[horizon.first_cell + a * horizon.ranges + n].ground_m
                    line = line_over(earth_radius_m, horizon.antenna_m, arc_m, heights_m[h] + ground_m)
                azimuth_rad = a * TWO_PI / horizon.azimuths
                found[h, a, n] = chance_of(radar, horizon, cells, chances, air, azimuth_rad, line, question, jammers)


@kernel
def chance_of(
    radar: Any, horizon: Any, cells: Any, chances: Any, air: Any, azimuth_rad: float, line: Line, question: Question,
    jammers: Any,
) -> float:  # fmt: skip
    """The chance that one look detects the target asked for at the end of a line."""
    if not in_reach(radar, line):
        return 0.0
    if line.height_m < lowest_visible(horizon, cells, azimuth_rad, line.ground_m):
        return 0.0
    back = echo(
        radar, horizon, cells, air, azimuth_rad, line, question.rcs_m2, question.gain, question.radial_speed_mps
    )
    if back.signal < radar.least_snr:
        return 0.0
    noise = 1.0 + back.clutter
    for n in range(jammers.size):
        aside_rad = azimuth_rad - jammers[n].azimuth_rad
        noise += jammers[n].ratio * lobe_gain(radar, aside_rad, beam_axis(radar, line), jammers[n].sine)
    first = radar.first_chance + question.swerling * CHANCE_CELLS
    return chance_at(chances, first, back.signal / (noise * radar.pulses))


def reach(world: World, missiles: list[int], horizon: Any, heights_m: Any, above_ground: Any) -> Any:
    """Where any of some missiles can meet a point: (altitudes, azimuths, ranges) booleans on the survey's grid."""
    shape = (len(heights_m), int(horizon["azimuths"]), int(horizon["ranges"]))
    met = np.zeros(shape, np.bool_)
    for m in missiles:
        _reach_all(
            world.missiles[m], world.envelopes, horizon, world.cells, np.asarray(heights_m, np.float64),
            np.asarray(above_ground, np.int64), met,
        )  # fmt: skip
    return met


@kernel
def _reach_all(
    missile: Any, envelopes: Any, horizon: Any, cells: Any, heights_m: Any, above_ground: Any, met: Any
) -> None:
    for h in range(heights_m.size):
        for n in range(horizon.ranges):
            arc_m = n * horizon.range_step_m
            level = reaches(missile, envelopes, TargetGroup.AIRCRAFT, arc_m, heights_m[h])
            for a in range(horizon.azimuths):
                if above_ground[h] == 1:
                    ground_m = cells[horizon.first_cell + a * horizon.ranges + n].ground_m
                    level = reaches(missile, envelopes, TargetGroup.AIRCRAFT, arc_m, heights_m[h] + ground_m)
                met[h, a, n] = met[h, a, n] or level


def section(world: World, r: int, along: tuple[float, Any, Any], question: Question, jammers: Any) -> Any:
    """Chances of detection of one look in a vertical plane: (heights, ranges).

    Args:
        world: with the radar's survey, chances and air.
        r: row of the radar.
        along: azimuth (rad), ranges along the sea (m), heights above it (m).
        question: the target and the look.
        jammers: HEARD rows, one a jammer that stands in sight of the radar.
    """
    azimuth_rad, range_m, height_m = along
    found = np.zeros((len(height_m), len(range_m)), np.float64)
    radar = world.radars[r]
    _section(
        float(world.setting["earth_radius_m"][0]), radar, world.horizons[int(radar["first_horizon"])], world.cells,
        world.chances, world.air, azimuth_rad, range_m, height_m, question, jammers, found,
    )  # fmt: skip
    return found


@kernel
def _section(
    earth_radius_m: float, radar: Any, horizon: Any, cells: Any, chances: Any, air: Any, azimuth_rad: float,
    range_m: Any, height_m: Any, question: Question, jammers: Any, found: Any,
) -> None:  # fmt: skip
    for h in range(height_m.size):
        for n in range(range_m.size):
            line = line_over(earth_radius_m, horizon.antenna_m, range_m[n], height_m[h])
            found[h, n] = chance_of(radar, horizon, cells, chances, air, azimuth_rad, line, question, jammers)


def section_reach(world: World, missiles: list[int], range_m: Any, height_m: Any) -> Any:
    """Where any of some missiles can meet a point: (heights, ranges) booleans."""
    met = np.zeros((len(height_m), len(range_m)), np.bool_)
    for m in missiles:
        _section_reach(world.missiles[m], world.envelopes, range_m, height_m, met)
    return met


@kernel
def _section_reach(missile: Any, envelopes: Any, range_m: Any, height_m: Any, met: Any) -> None:
    for h in range(height_m.size):
        for n in range(range_m.size):
            met[h, n] = met[h, n] or reaches(missile, envelopes, TargetGroup.AIRCRAFT, range_m[n], height_m[h])
