"""Make the sample plots of ``docs/samples``: four simulated aircraft, seen by a 3-D radar and a 2-D one.

``python -m tests.support.plot_samples`` writes them anew; ``tests/imports/test_samples.py`` holds that they are these.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyproj

from openiads.imports.radars import TrackerRadar, read_radars
from tests.support import asterix_bytes

FOLDER = Path(__file__).parents[2] / "docs" / "samples"
SEED = 4
DURATION_S = 120.0
FALSE_PER_SCAN = 3.0
HEAD = "time_s,radar,range_m,azimuth_deg,elevation_deg"


class Flyer(NamedTuple):
    """Where an aircraft is at the start, and how it flies; ``turn_degps`` from the 60th second on."""

    lat_deg: float
    lon_deg: float
    height_m: float
    course_deg: float
    speed_mps: float
    turn_degps: float = 0.0


FLYERS = (
    Flyer(35.6, 34.6, 10000.0, 120.0, 240.0),
    Flyer(34.0, 34.9, 9000.0, 10.0, 210.0),
    Flyer(35.2, 36.6, 3000.0, 250.0, 180.0, 3.0),
    Flyer(34.6, 35.2, 6000.0, 60.0, 300.0, -4.0),
)


class Sample(NamedTuple):
    """One plot: when, by which radar (row), and what it measured."""

    time_s: float
    radar: int
    range_m: float
    azimuth_deg: float
    elevation_deg: float


def place(flyer: Flyer, time_s: float) -> tuple[float, float, float]:
    """Latitude, longitude (degrees) and height of an aircraft, along geodesics of a second each where it turns."""
    geod = pyproj.Geod(ellps="WGS84")
    straight_s = min(time_s, 60.0) if flyer.turn_degps else time_s
    lon, lat, _ = geod.fwd(flyer.lon_deg, flyer.lat_deg, flyer.course_deg, flyer.speed_mps * straight_s)
    course, left_s = flyer.course_deg, time_s - straight_s
    while left_s > 0.0:
        step_s = min(left_s, 1.0)
        course += flyer.turn_degps * step_s
        lon, lat, _ = geod.fwd(lon, lat, course, flyer.speed_mps * step_s)
        left_s -= step_s
    return lat, lon, flyer.height_m


def measured(radar: TrackerRadar, flyer: Flyer, time_s: float) -> np.ndarray:
    """Range (m), azimuth and elevation (degrees) without errors, by pyproj."""
    lat, lon, height = place(flyer, time_s)
    site = radar.position
    to_local = pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=cart +ellps=WGS84 "
        f"+step +proj=topocentric +ellps=WGS84 +lat_0={site.lat_deg} +lon_0={site.lon_deg} +h_0={radar.height_m}"
    )
    east, north, up = to_local.transform(lon, lat, height)
    ground = np.hypot(east, north)
    return np.array(
        [np.hypot(ground, up), np.degrees(np.arctan2(east, north)) % 360.0, np.degrees(np.arctan2(up, ground))]
    )


def plots(radars: tuple[TrackerRadar, ...]) -> list[Sample]:
    """All plots in order of time: detections with errors, and false plots all round."""
    draw = np.random.default_rng(SEED)
    found = []
    for row, radar in enumerate(radars):
        sigma = np.array(
            [radar.range_sigma_m, *np.degrees([radar.azimuth_sigma_rad, radar.elevation_sigma_rad or 0.0])]
        )
        for scan in range(int(DURATION_S / radar.scan_period_s)):
            begin_s = scan * radar.scan_period_s
            for flyer in FLYERS:
                time_s = begin_s + measured(radar, flyer, begin_s)[1] / 360.0 * radar.scan_period_s
                values = measured(radar, flyer, time_s) + sigma * draw.standard_normal(3)
                if draw.random() < radar.detection_probability:
                    found.append(Sample(time_s, row, *values))
            for _ in range(draw.poisson(FALSE_PER_SCAN)):
                azimuth_deg, range_m = draw.uniform(0.0, 360.0), radar.instrumented_range_m * np.sqrt(draw.random())
                time_s = begin_s + azimuth_deg / 360.0 * radar.scan_period_s
                found.append(Sample(time_s, row, max(range_m, 5e3), azimuth_deg, draw.uniform(0.2, 10.0)))
    return sorted(found)


def as_csv(samples: list[Sample], radars: tuple[TrackerRadar, ...]) -> str:
    """The samples as CSV; no elevation of a radar that finds no height."""
    lines = [HEAD]
    for time_s, row, range_m, azimuth_deg, elevation_deg in samples:
        elevation = f"{elevation_deg:.3f}" if radars[row].elevation_sigma_rad else ""
        lines.append(f"{time_s:.3f},{radars[row].name},{range_m:.1f},{azimuth_deg % 360.0:.4f},{elevation}")
    return "\n".join(lines) + "\n"


def as_asterix(samples: list[Sample], radars: tuple[TrackerRadar, ...]) -> bytes:
    """The samples as simulated primary plots of category 048, three a block; without heights."""
    reports = []
    for time_s, row, range_m, azimuth_deg, _ in samples:
        reports.append({
            "010": (("SAC", radars[row].sac), ("SIC", radars[row].sic)),
            "140": round(128.0 * (36000.0 + time_s)),
            "020": asterix_bytes.descriptor(type_=1, simulated=1),
            "040": (round(range_m / 1852.0 * 256.0), round(azimuth_deg / 360.0 * 65536.0) % 65536),
        })  # fmt: skip
    return b"".join(asterix_bytes.block(*reports[row : row + 3]) for row in range(0, len(reports), 3))


if __name__ == "__main__":
    given = read_radars(FOLDER / "radar.toml")
    (FOLDER / "plots.csv").write_text(as_csv(plots(given), given), encoding="utf-8")
    (FOLDER / "plots.ast").write_bytes(as_asterix(plots(given), given))
