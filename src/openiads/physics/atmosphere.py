"""US Standard Atmosphere 1976, seven layers to 84.852 km geopotential. Oracle in tests: fluids."""

from __future__ import annotations

from math import exp, sqrt
from typing import Any, NamedTuple

import numpy as np

from openiads._jit import kernel
from openiads.constants import GAMMA_AIR, GAS_CONSTANT_AIR_JPKGK, STANDARD_GRAVITY_MPS2
from openiads.vec3 import Vec3

AIR_STEP_M = 100.0  # between two lines of the table
_AIR_TOP_M = 86000.0
_GEOPOTENTIAL_RADIUS_M = 6356766.0
_TOP_M = 84852.0


@kernel
def temperature_pressure(height_m: float) -> Vec3:
    """Temperature (K), pressure (Pa) and density (kg/m3) at a geometric height (m); beyond 86 km the density is 0.

    Each layer: base geopotential height, base temperature, lapse rate, base pressure. Source: NOAA-S/T 76-1562.
    """
    altitude_m = _GEOPOTENTIAL_RADIUS_M * height_m / (_GEOPOTENTIAL_RADIUS_M + height_m)
    capped_m = min(altitude_m, _TOP_M)
    if capped_m < 11000.0:
        base_m, base_k, lapse_kpm, base_pa = 0.0, 288.15, -0.0065, 101325.0
    elif capped_m < 20000.0:
        base_m, base_k, lapse_kpm, base_pa = 11000.0, 216.65, 0.0, 22632.06
    elif capped_m < 32000.0:
        base_m, base_k, lapse_kpm, base_pa = 20000.0, 216.65, 0.001, 5474.889
    elif capped_m < 47000.0:
        base_m, base_k, lapse_kpm, base_pa = 32000.0, 228.65, 0.0028, 868.0187
    elif capped_m < 51000.0:
        base_m, base_k, lapse_kpm, base_pa = 47000.0, 270.65, 0.0, 110.9063
    elif capped_m < 71000.0:
        base_m, base_k, lapse_kpm, base_pa = 51000.0, 270.65, -0.0028, 66.93887
    else:
        base_m, base_k, lapse_kpm, base_pa = 71000.0, 214.65, -0.002, 3.956420
    temperature_k = base_k + lapse_kpm * (capped_m - base_m)
    if lapse_kpm == 0.0:
        pressure_pa = base_pa * exp(-STANDARD_GRAVITY_MPS2 * (capped_m - base_m) / (GAS_CONSTANT_AIR_JPKGK * base_k))
    else:
        power = -STANDARD_GRAVITY_MPS2 / (GAS_CONSTANT_AIR_JPKGK * lapse_kpm)
        pressure_pa = base_pa * (temperature_k / base_k) ** power
    density = pressure_pa / (GAS_CONSTANT_AIR_JPKGK * temperature_k) if altitude_m <= _TOP_M else 0.0
    return Vec3(temperature_k, pressure_pa, density)


@kernel
def sound_speed(temperature_k: float) -> float:
    """Speed of sound in air, m/s. Source: NOAA-S/T 76-1562, sqrt(gamma R T)."""
    return sqrt(GAMMA_AIR * GAS_CONSTANT_AIR_JPKGK * temperature_k)


@kernel
def mach_to_speed(mach: float, height_m: float) -> float:
    """Metres per second of a Mach number at a height."""
    return mach * sound_speed(temperature_pressure(height_m).x)


class Air(NamedTuple):
    """What a body in flight needs to know of the air."""

    density_kgpm3: float
    sound_mps: float


def air_table() -> Any:
    """Density and speed of sound every ``AIR_STEP_M``, from the law above run as plain Python."""
    law = getattr(temperature_pressure, "py_func", temperature_pressure)
    speed = getattr(sound_speed, "py_func", sound_speed)
    states = [law(n * AIR_STEP_M) for n in range(int(_AIR_TOP_M / AIR_STEP_M) + 1)]
    table = np.array([(state.z, speed(state.x)) for state in states])
    table.flags.writeable = False
    return table


_AIR = air_table()


@kernel
def air_at(height_m: float) -> Air:
    """Density and speed of sound at a geometric height, straight between the lines of a table.

    Six times as fast as the law. Its density is at most 4e-5 of itself too large; in the six steps of the table that
    hold the border of a layer density is off by up to 5e-4, sound by 3e-4. Above 86 km the density is 0, below the sea
    that of the sea.
    """
    lines = min(max(height_m, 0.0), _AIR_TOP_M) / AIR_STEP_M
    n = min(int(lines), _AIR.shape[0] - 2)
    share = lines - n
    density = _AIR[n, 0] + share * (_AIR[n + 1, 0] - _AIR[n, 0])
    sound_mps = _AIR[n, 1] + share * (_AIR[n + 1, 1] - _AIR[n, 1])
    return Air(density if height_m < _AIR_TOP_M else 0.0, sound_mps)
