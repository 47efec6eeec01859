"""Small helpers of the builders: tables from rows, positions in both frames, figures as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import radians
from typing import Any, Final

import numpy as np

from openiads.constants import TICKS_PER_SECOND, WGS84_A_M, WGS84_E2
from openiads.enums import Mode
from openiads.physics.atmosphere import mach_to_speed
from openiads.physics.earth import ecef, surface_normal, to_enu
from openiads.units import Point, Speed
from openiads.vec3 import Vec3, cross, unit
from openiads.world.tables import SETTING

_MODES: Final = {
    "1": Mode.MODE_1, "2": Mode.MODE_2, "3/A": Mode.MODE_3A, "C": Mode.MODE_C, "4": Mode.MODE_4, "S": Mode.MODE_S,
}  # fmt: skip


def ticks(seconds: float) -> int:
    """Whole ticks of a time."""
    return round(seconds * TICKS_PER_SECOND)


def table_of(dtype: np.dtype[Any], rows: Iterable[Mapping[str, Any]]) -> Any:
    """A table from rows given as mappings; a field that a row leaves out is zero."""
    listed = list(rows)
    table = np.zeros(len(listed), dtype)
    for n, row in enumerate(listed):
        for name, value in row.items():
            table[name][n] = value
    return table


def speed_mps(speed: Speed, height_m: float) -> float:
    """A speed in metres per second; a Mach number by the air at the height."""
    return float(mach_to_speed(speed.value, height_m)) if speed.is_mach else speed.value


def mode_mask(modes: Iterable[str]) -> int:
    """Interrogation modes as a bit mask."""
    return sum(1 << _MODES[mode] for mode in set(modes))


@dataclass(frozen=True)
class Frame:
    """The scenario's local frame."""

    setting: Any

    def ecef_m(self, point: Point, height: float) -> Vec3:
        """ECEF of a place at a height above sea level."""
        return ecef(surface_normal(radians(point.lat_deg), radians(point.lon_deg)), height)

    def enu_m(self, pos_ecef_m: Vec3) -> Vec3:
        """The same position in the local frame."""
        return to_enu(self.setting[0], pos_ecef_m)

    def axes_enu(self, point: Point) -> np.ndarray[Any, Any]:
        """Columns: east, north, up of another place, in the scenario's frame."""
        outward = self.setting[0]["enu_to_ecef"]
        return np.asarray(outward.T @ axes(point))


def axes(point: Point) -> np.ndarray[Any, Any]:
    """Columns: east, north, up of a place, in ECEF."""
    up = surface_normal(radians(point.lat_deg), radians(point.lon_deg))
    east = unit(cross(Vec3(0.0, 0.0, 1.0), up))
    return np.array([east, cross(up, east), up]).T


def build_frame(origin: Point, duration_s: float, sides: int, log_full: bool) -> Frame:
    """The SETTING row and its frame; the earth's radius is the mean of both curvatures at the origin."""
    setting = np.zeros(1, SETTING)
    up = surface_normal(radians(origin.lat_deg), radians(origin.lon_deg))
    setting["duration_tick"] = ticks(duration_s)
    setting["origin_ecef_m"] = ecef(up, 0.0)
    setting["enu_to_ecef"] = axes(origin)
    setting["earth_radius_m"] = _mean_radius_m(up.z)
    setting["sides"] = sides
    setting["log_full"] = int(log_full)
    return Frame(setting)


def _mean_radius_m(sine: float) -> float:
    inner = 1.0 - WGS84_E2 * sine * sine
    normal_m = WGS84_A_M / inner**0.5
    meridian_m = WGS84_A_M * (1.0 - WGS84_E2) / inner**1.5
    return float((normal_m * meridian_m) ** 0.5)
