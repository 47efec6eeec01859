"""Flown envelopes in closed form, shaped as those of world/envelopes.py, so that what is read off them is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Sample:
    """The fields of ``world.envelopes.FlownEnvelope``."""

    missile: str
    target: str
    ground_m: Any
    height_m: Any
    radial_mps: Any
    flight_s: Any
    speed_mps: Any
    load_mps2: Any
    miss_m: Any
    margin: Any

    @property
    def reachable(self) -> Any:
        """Where the target is met."""
        return self.margin >= 0.0


def made(missile: Any, target: Any) -> Sample:
    """A smooth dome within the published limits, wider forward and narrower behind."""
    far_m, near_m, top_m = missile.range_max.value, missile.range_min.value, missile.altitude_max.value
    ground_m = np.linspace(0.0, 1.4 * far_m, 57)[1:]
    height_m = 1.4 * top_m * np.linspace(0.0, 1.0, 25)[1:] ** 2
    speed_mps = float(target.speed.value)
    radial_mps = np.array([-speed_mps, 0.0, speed_mps])
    s, h, r = np.meshgrid(radial_mps, height_m, ground_m, indexing="ij")
    wide = np.where(h < 0.5 * top_m, 0.3 + 0.7 * np.sqrt(np.minimum(h / (0.4 * top_m), 1.0)), 1.0)
    wide *= np.sqrt(np.clip(1.0 - ((h - 0.5 * top_m) / (0.5 * top_m)).clip(0.0, None) ** 2, 0.0, 1.0))
    limit_m = far_m * wide * (1.0 + 0.0006 * s)
    margin = np.minimum(np.minimum(limit_m - r, r - near_m - 0.3 * h) / far_m, (top_m - h) / top_m)
    slant_m = np.hypot(r, h)
    flight_s = 4.0 + slant_m / 1500.0 + (slant_m / far_m) ** 2 * far_m / 3500.0
    left_mps = 1900.0 * np.exp(-1.3 * slant_m / far_m) * np.ones_like(s)
    return Sample(
        missile.id, target.id, ground_m, height_m, radial_mps, flight_s, left_mps, left_mps / 10.0,
        np.where(margin >= 0.0, 2.0, 500.0), margin,
    )  # fmt: skip
