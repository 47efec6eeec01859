"""The embedded terrain: a clip of NOAA's GLOBE round the eastern Mediterranean.

Source: GLOBE Task Team and others (Hastings, D. A., and P. K. Dunbar, eds.), The Global Land One-kilometer Base
Elevation (GLOBE) Digital Elevation Model, Version 1.0, NOAA National Geophysical Data Center, 1999.
Limits: see ``catalog/terrain/globe_levant.toml`` and docs/models/terrain.md.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from openiads.terrain.grid import Array, frozen

FILE = Path(__file__).parents[1] / "catalog/terrain/globe_levant.npz"
SOURCE = 'NOAA GLOBE 1.0, 30" (built in)'
STEP_DEG = 1.0 / 120.0
SOUTH_DEG, WEST_DEG = 32.5 + 0.5 * STEP_DEG, 31.5 + 0.5 * STEP_DEG


@cache
def heights_m() -> Array:
    """The 600 x 900 heights, rows from south to north; float32, read-only."""
    with np.load(FILE) as stored:
        return frozen(stored["heights_m"])
