"""GeoJSON (RFC 7946): features that say of themselves that they are simulated, in one file that says it again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

FORMAT: Final = "geojson"
SUFFIX: Final = ".geojson"


def write(path: Path, features: Sequence[Mapping[str, Any]], title: str) -> Path:
    """Write features of longitude and latitude on WGS-84.

    Args:
        path: the file; an existing one is replaced.
        features: GeoJSON Feature objects, outer rings against the clock.
        title: of the collection; "simulated" is added to it.

    Returns:
        The path.
    """
    whole = {
        "type": "FeatureCollection", "title": f"{title} (simulated, OpenIADS)", "simulated": True,
        "features": list(features),
    }  # fmt: skip
    path.write_text(json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    return path
