"""Flights and what radars measure of them, by pyproj; nothing here is the project's own geometry."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj

from openiads.imports.radars import TrackerRadar
from tests.support.plot_samples import Flyer, measured, place

SEED = 11
LINER = Flyer(35.4, 35.0, 9000.0, 150.0, 230.0)


def radar(name: str = "hill", **changes: Any) -> TrackerRadar:
    """A 3-D radar near Tartus, changed where told."""
    given = {
        "position": "34.95 N, 35.95 E", "height": "350 m", "range_sigma": "100 m", "azimuth_sigma": "0.2 deg",
        "elevation_sigma": "0.2 deg", "scan_period": "6 s", "instrumented_range": "300 km", "false_plots_per_scan": 3,
    }  # fmt: skip
    return TrackerRadar.model_validate({"name": name} | given | changes)


def seen(
    radar: TrackerRadar, flyer: Flyer, times_s: Any, draw: np.random.Generator | None = None, row: int = 0
) -> dict[str, Any]:
    """The plots of a flight at the times given, with the radar's errors where a generator is given."""
    values = np.array([measured(radar, flyer, time_s) for time_s in times_s])
    sigmas = [radar.range_sigma_m, *np.degrees([radar.azimuth_sigma_rad, radar.elevation_sigma_rad or 0.0])]
    if draw is not None:
        values += draw.standard_normal(values.shape) * sigmas
    elevation = np.radians(values[:, 2]) if radar.elevation_sigma_rad else np.full(len(values), np.nan)
    return {
        "time_s": np.asarray(times_s, float), "radar": np.full(len(values), row), "range_m": values[:, 0],
        "azimuth_rad": np.radians(values[:, 1]) % (2.0 * np.pi), "elevation_rad": elevation,
    }  # fmt: skip


def joined(*portions: dict[str, Any]) -> dict[str, Any]:
    """Several plots' columns as one, in order of time."""
    order = np.argsort(np.concatenate([portion["time_s"] for portion in portions]), kind="stable")
    return {name: np.concatenate([portion[name] for portion in portions])[order] for name in portions[0]}


def until(columns: dict[str, Any], since_s: float, now_s: float) -> dict[str, Any]:
    """The plots after one moment, up to another."""
    chosen = (columns["time_s"] > since_s) & (columns["time_s"] <= now_s)
    return {name: values[chosen] for name, values in columns.items()}


def truth_enu_m(origin: TrackerRadar, flyer: Flyer, time_s: float) -> np.ndarray:
    """Where the flight is: east, north, up from the first radar's place on the ellipsoid."""
    lat, lon, height = place(flyer, time_s)
    site = origin.position
    pipeline = (
        "+proj=pipeline +step +proj=cart +ellps=WGS84 "
        f"+step +proj=topocentric +ellps=WGS84 +lat_0={site.lat_deg} +lon_0={site.lon_deg} +h_0=0"
    )
    return np.array(pyproj.Transformer.from_pipeline(pipeline).transform(lon, lat, height))
