"""Grids of numbers: a labelled NumPy archive, and a GeoTIFF where rasterio is installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

FORMAT: Final = "grid"
SUFFIX: Final = ".npz"


def write(path: Path, values: Any, coords: Mapping[str, Any], attrs: Mapping[str, Any]) -> Path:
    """Write ``values``, their labels and what they rest on as plain arrays; ``numpy.load`` reads them without pickle.

    Args:
        path: the file; an existing one is replaced.
        values: shape (layer, altitude, lat, lon).
        coords: labels of each axis, in the order of the axes.
        attrs: what the numbers rest on; kept as texts named ``about_...``.

    Returns:
        The path.
    """
    arrays: dict[str, Any] = {"values": values, "dims": np.array(list(coords)), **coords}
    arrays |= {f"about_{key}": np.array(str(value)) for key, value in attrs.items()}
    np.savez_compressed(path, **arrays)
    return path


def has_rasterio() -> bool:
    """Whether GeoTIFFs can be written: ``pip install 'openiads[geo]'`` brings what they need."""
    return importlib.util.find_spec("rasterio") is not None


def write_geotiff(path: Path, values: Any, coords: Mapping[str, Any], attrs: Mapping[str, Any]) -> Path:
    """Write a band a layer and altitude, north up, EPSG:4326, float32; needs rasterio.

    Args:
        path: the file; an existing one is replaced.
        values: shape (layer, altitude, lat, lon), latitudes and longitudes rising.
        coords: ``layer``, ``altitude``, ``lat`` and ``lon``; the last two are cell centres in degrees.
        attrs: go into the file's tags.

    Returns:
        The path.
    """
    import rasterio

    lats, lons = np.asarray(coords["lat"]), np.asarray(coords["lon"])
    up, right = float(lats[1] - lats[0]), float(lons[1] - lons[0])
    corner = rasterio.Affine(right, 0.0, float(lons[0]) - right / 2.0, 0.0, -up, float(lats[-1]) + up / 2.0)
    names = [
        f"{layer} at {altitude}, chance (simulated)" for layer in coords["layer"] for altitude in coords["altitude"]
    ]
    bands = np.asarray(values, np.float32).reshape(len(names), len(lats), len(lons))[:, ::-1, :]
    with rasterio.open(
        path, "w", driver="GTiff", width=len(lons), height=len(lats), count=len(names), dtype="float32",
        crs="EPSG:4326", transform=corner, compress="deflate", predictor=3, tiled=True,
    ) as file:  # fmt: skip
        file.write(bands)
        file.descriptions = tuple(names)
        file.update_tags(TIFFTAG_IMAGEDESCRIPTION=str(attrs.get("title", "simulated")), **_tags(attrs))
    return path


def _tags(attrs: Mapping[str, Any]) -> dict[str, str]:
    return {f"OPENIADS_{key.upper()}": str(value) for key, value in attrs.items()}
