"""What a passive receiver gets of an emission."""

from __future__ import annotations

from math import pi

from openiads._jit import kernel
from openiads.constants import LIGHT_SPEED_MPS


@kernel
def received_power(erp_w: float, gain: float, frequency_hz: float, range_m: float) -> float:
    """Power (W) at the receiver of an emission of an effective radiated power (W) towards it.

    Source: one-way equation S = E G lambda^2 / ((4 pi)^2 R^2), a beacon in Skolnik, Introduction to Radar Systems.
    """
    wavelength_m = LIGHT_SPEED_MPS / frequency_hz
    reach = wavelength_m / (4.0 * pi * range_m)
    return erp_w * gain * reach * reach
