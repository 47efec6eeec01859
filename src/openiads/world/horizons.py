"""What each radar's surroundings hide and return, surveyed once: azimuth x range -> lowest visible height, clutter.

Source: 4/3 earth, the largest slope (h - h_a) / d - d / (2 k a) along each radial; clutter laws in physics/clutter.py.
Assumes: heights above the sea are heights above the ellipsoid; a cell of exactly 0 m is sea.
Limits: as fine as the terrain and the cells; no diffraction over ridges.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, atan, atan2, cos, degrees, floor, radians, sin, sqrt
from typing import Any

import numpy as np

from openiads._jit import kernel
from openiads.constants import EFFECTIVE_EARTH_RADIUS_M, TWO_PI, WGS84_E2
from openiads.physics.clutter import cell_rcs, land_reflectivity, sea_reflectivity
from openiads.scenario.schema import Environment
from openiads.terrain.grid import Terrain
from openiads.units import Point
from openiads.world.tables import CELL

AZIMUTHS = 720
RANGES = 500


@dataclass(frozen=True)
class Spot:
    """Where an antenna stands: the place and the height above the sea of its phase centre."""

    place: Point
    antenna_m: float


def survey(terrain: Terrain, earth_radius_m: float, spot: Spot, radar: Any, environment: Environment) -> Any:
    """Survey the surroundings of one antenna.

    Args:
        terrain: the heights of the ground.
        earth_radius_m: local radius of the earth.
        spot: where the antenna stands.
        radar: its RADAR row.
        environment: sea state and land clutter.

    Returns:
        CELL table of ``AZIMUTHS * RANGES`` rows, azimuth by azimuth; range cell n lies ``n * horizon_step_m`` out.
    """
    cells = surround(terrain, earth_radius_m, spot, float(radar["horizon_step_m"]))
    _clutter(spot.antenna_m, environment.sea_state, 10.0 ** (environment.land_gamma / 10.0), radar, cells)
    return cells


def surround(terrain: Terrain, earth_radius_m: float, spot: Spot, step_m: float) -> Any:
    """What surrounds one antenna without what returns from it: CELL rows as of ``survey``, ``step_m`` apart."""
    cells = np.zeros(AZIMUTHS * RANGES, CELL)
    grid = np.array(
        [terrain.south_deg, terrain.west_deg, terrain.lat_step_deg, terrain.lon_step_deg, earth_radius_m], np.float64
    )
    _ground(terrain.heights_m, grid, radians(spot.place.lat_deg), radians(spot.place.lon_deg), step_m, cells)
    _clear(spot.antenna_m, step_m, cells)
    return cells


def horizon_row(first_cell: int, step_m: float, antenna_m: float) -> dict[str, Any]:
    """The HORIZON row of a survey."""
    return {
        "first_cell": first_cell, "azimuths": AZIMUTHS, "ranges": RANGES, "range_step_m": step_m,
        "antenna_m": antenna_m,
    }  # fmt: skip


@kernel
def _ground(heights_m: Any, grid: Any, lat_rad: float, lon_rad: float, step_m: float, cells: Any) -> None:
    """Heights of the ground along every radial: great circles, stretched as the ellipsoid's two curvatures differ."""
    squeeze = sqrt((1.0 - WGS84_E2) / (1.0 - WGS84_E2 * sin(lat_rad) * sin(lat_rad)))
    for a in range(AZIMUTHS):
        north = cos(a * TWO_PI / AZIMUTHS) / squeeze
        east = sin(a * TWO_PI / AZIMUTHS) * squeeze
        stretch = sqrt(north * north + east * east)
        north /= stretch
        east /= stretch
        for n in range(RANGES):
            arc_rad = stretch * n * step_m / grid[4]
            sine = sin(lat_rad) * cos(arc_rad) + cos(lat_rad) * sin(arc_rad) * north
            lat_deg = degrees(asin(min(max(sine, -1.0), 1.0)))
            ahead = cos(arc_rad) - sin(lat_rad) * sine
            lon_deg = degrees(lon_rad + atan2(east * sin(arc_rad) * cos(lat_rad), ahead))
            cells[a * RANGES + n].ground_m = _height(heights_m, grid, lat_deg, lon_deg)


@kernel
def _height(heights_m: Any, grid: Any, lat_deg: float, lon_deg: float) -> float:
    """Height of the ground as ``Terrain.height_m`` has it: bilinear between the cell centres, 0 beyond the grid."""
    rows, columns = heights_m.shape
    middle_deg = grid[1] + 0.5 * grid[3] * (columns - 1)
    numbered_deg = lon_deg - 360.0 * floor((lon_deg - middle_deg) / 360.0 + 0.5)
    row = (lat_deg - grid[0]) / grid[2]
    column = (numbered_deg - grid[1]) / grid[3]
    if row < -0.5 or column < -0.5 or row > rows - 0.5 or column > columns - 0.5 or rows < 2 or columns < 2:
        return 0.0
    row = min(max(row, 0.0), rows - 1.0)
    column = min(max(column, 0.0), columns - 1.0)
    i = min(int(row), rows - 2)
    j = min(int(column), columns - 2)
    up, right = row - i, column - j
    south_m = (1.0 - right) * heights_m[i, j] + right * heights_m[i, j + 1]
    north_m = (1.0 - right) * heights_m[i + 1, j] + right * heights_m[i + 1, j + 1]
    return float((1.0 - up) * south_m + up * north_m)


@kernel
def _clear(antenna_m: float, step_m: float, cells: Any) -> None:
    """The height that just clears everything nearer, the ground of the cell itself included."""
    for a in range(AZIMUTHS):
        steepest = -1e9
        cells[a * RANGES].lowest_m = cells[a * RANGES].ground_m
        for n in range(1, RANGES):
            cell = cells[a * RANGES + n]
            out_m = n * step_m
            sag_m = out_m * out_m / (2.0 * EFFECTIVE_EARTH_RADIUS_M)
            steepest = max(steepest, (float(cell.ground_m) - antenna_m - sag_m) / out_m)
            cell.lowest_m = antenna_m + steepest * out_m + sag_m


@kernel
def _clutter(antenna_m: float, sea_state: int, gamma: float, radar: Any, cells: Any) -> None:
    """What the surface in sight leaves after the Doppler filter, over the noise of a search look that points at it."""
    for a in range(AZIMUTHS):
        for n in range(1, RANGES):
            cell = cells[a * RANGES + n]
            out_m = n * radar.horizon_step_m
            if cell.lowest_m > cell.ground_m + 1.0 or out_m < radar.range_min_m:
                continue
            beyond_m = cells[a * RANGES + min(n + 1, RANGES - 1)].ground_m
            slope = (beyond_m - cells[a * RANGES + n - 1].ground_m) / (2.0 * radar.horizon_step_m)
            down = (antenna_m - cell.ground_m) / out_m - out_m / (2.0 * EFFECTIVE_EARTH_RADIUS_M)
            if cell.ground_m == 0.0:
                grazing_rad = down
                sigma0 = sea_reflectivity(radar.frequency_hz, grazing_rad, sea_state, radar.horizontal == 1)
            else:
                grazing_rad = max(atan(slope) + down, 0.0)
                sigma0 = land_reflectivity(gamma, grazing_rad)
            rcs_m2 = cell_rcs(sigma0, out_m, radar.beam_azimuth_rad, radar.range_resolution_m, grazing_rad)
            range_m = sqrt(out_m * out_m + (antenna_m - cell.ground_m) ** 2)
            cell.clutter = radar.snr_constant_m2 * rcs_m2 / (radar.pulses * range_m**4 * radar.improvement)
