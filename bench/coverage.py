"""CPU seconds of one radar's coverage, 720 azimuths x 500 ranges x 5 altitudes, on one core; nanoseconds of one look.

    python bench/coverage.py            beside the bar and beside gdal_viewshed on as many cells
    python bench/coverage.py --json     as one JSON object

Medians of several by process time. The peer answers less (in sight or not) and is run as people run it, once a height;
its time is that of its own processes, with and without what starting one costs (a run over three cells). It needs
rasterio and Debian's gdal-bin.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np

from openiads.constants import EFFECTIVE_EARTH_RADIUS_M, WGS84_A_M
from openiads.engine.beam import see
from openiads.physics.detection import CHANCE_CELLS, chance_at
from openiads.scenario.load import Scenario, load
from openiads.units import Point
from openiads.vec3 import read
from openiads.world.build import Built, build
from openiads.world.horizons import AZIMUTHS, RANGES, Spot, survey
from openiads.world.sweep import HEARD, Question, sweep

ALTITUDES_M = (100.0, 300.0, 1000.0, 3000.0, 10_000.0)
BAR_S = 0.2
RADAR = 0
SIDE = 600  # of the peer's raster: 360 000 cells, as many as 720 x 500
LOOKS = 2000


def median_s(work: Callable[[], Any], repeats: int) -> float:
    """Median process time of some calls after a first one, which compiles."""
    work()
    spans = []
    for _ in range(repeats):
        before = time.process_time()
        work()
        spans.append(time.process_time() - before)
    return statistics.median(spans)


def ours(scenario: Scenario, built: Built, repeats: int) -> dict[str, float]:
    """Seconds of the survey, of the sweep, and of both."""
    world, row = built.world, _row(built)
    spot = Spot(Point(row["lat_deg"], row["lon_deg"]), float(world.horizons[RADAR]["antenna_m"]))
    radius_m, radar = float(world.setting["earth_radius_m"][0]), world.radars[RADAR]
    question, flat, silence = Question(1.0, 1, 250.0, 1.0), [0] * len(ALTITUDES_M), np.zeros(0, HEARD)

    def surveyed() -> Any:
        return survey(scenario.terrain, radius_m, spot, radar, scenario.file.environment)

    def swept() -> Any:
        return sweep(world, RADAR, ALTITUDES_M, flat, question, silence)

    found = {"survey_s": median_s(surveyed, repeats), "sweep_s": median_s(swept, repeats)}
    return found | {"coverage_s": median_s(lambda: (surveyed(), swept()), repeats), "bar_s": BAR_S}


def _row(built: Built) -> dict[str, Any]:
    return next(row for row in built.roster if row["table"] == "radars" and row["row"] == RADAR)


# ---- The peer ------------------------------------------------------------------------------------


def peer(scenario: Scenario, built: Built, repeats: int) -> dict[str, float] | None:
    """Seconds of ``gdal_viewshed`` for as many heights and cells; None where it or rasterio is missing."""
    try:
        import rasterio
    except ImportError:
        return None
    program = shutil.which("gdal_viewshed")
    if program is None:
        return None
    cell_m = 2.0 * float(built.world.radars[RADAR]["instrumented_range_m"]) / SIDE
    with tempfile.TemporaryDirectory() as folder:
        raster, answer = str(Path(folder) / "heights.tif"), str(Path(folder) / "seen.tif")
        _write_heights(rasterio, raster, scenario, _row(built), cell_m)
        mast_m = float(built.world.horizons[RADAR]["antenna_m"])
        words = [program, "-q", "-ox", "0", "-oy", "0", "-oz", repr(mast_m), raster, answer]
        words += ["-cc", repr(WGS84_A_M / EFFECTIVE_EARTH_RADIUS_M)]
        far, near = repr(SIDE * cell_m), repr(3.0 * cell_m)
        whole_s, start_s = (
            statistics.median(
                sum(children_s([*words, "-md", reach, "-tz", repr(height)]) for height in ALTITUDES_M)
                for _ in range(repeats)
            )
            for reach in (far, near)
        )
    return {"gdal_s": whole_s, "gdal_without_start_s": whole_s - start_s}


def _write_heights(rasterio: Any, raster: str, scenario: Scenario, place: dict[str, Any], cell_m: float) -> None:
    """The scenario's ground on square cells round the radar."""
    from rasterio.warp import Resampling, reproject

    terrain, half_m = scenario.terrain, 0.5 * SIDE * cell_m
    _, west, north, _ = terrain.bounds_deg
    source = rasterio.Affine(terrain.lon_step_deg, 0.0, west, 0.0, -terrain.lat_step_deg, north)
    transform = rasterio.Affine(cell_m, 0.0, -half_m, 0.0, -cell_m, half_m)
    crs = f"+proj=aeqd +lat_0={place['lat_deg']} +lon_0={place['lon_deg']} +datum=WGS84 +units=m"
    heights_m = np.zeros((SIDE, SIDE), np.float32)
    reproject(
        terrain.heights_m[::-1], heights_m, src_transform=source, src_crs="EPSG:4326", dst_transform=transform,
        dst_crs=crs, resampling=Resampling.bilinear, dst_nodata=0,
    )  # fmt: skip
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": crs, "transform": transform}
    with rasterio.open(raster, "w", width=SIDE, height=SIDE, **profile) as file:
        file.write(heights_m, 1)


def children_s(words: list[str]) -> float:
    """CPU seconds of a program, its system time included."""
    import resource

    own = {key: value for key, value in os.environ.items() if not key.startswith(("GDAL_", "PROJ_"))}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, check=True, capture_output=True, env=own)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


# ---- A look of the engine --------------------------------------------------------------------------


@numba.njit(nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def _looks(
    times: int, earth_radius_m: float, radar: Any, emitter: Any, emitters: Any, horizons: Any, cells: Any, air: Any,
    chances: Any, target: Any, places: Any,
) -> float:  # fmt: skip
    """The sum of the chances of many looks, each at the next of some places."""
    total = 0.0
    for _ in range(times):
        for p in range(places.size):
            seen = see(
                earth_radius_m, radar, emitter, emitters, horizons, cells, air, target, read(places[p].local_m),
                read(places[p].vel_enu_mps), 1.0,
            )  # fmt: skip
            if seen.snr > 0.0:
                total += chance_at(
                    chances, radar.first_chance + target.swerling * CHANCE_CELLS, seen.snr / radar.pulses
                )
    return total


def look_ns(built: Built, repeats: int) -> dict[str, float]:
    """Nanoseconds of ``see`` and the chance, a target, from 20 to 320 km and 100 to 12 000 m; no jammer on."""
    world, state, draw = built.world, built.state, np.random.default_rng(1)
    places = np.zeros(LOOKS, np.dtype([("local_m", "f8", 3), ("vel_enu_mps", "f8", 3)])).view(np.recarray)
    range_m, azimuth = draw.uniform(20e3, 320e3, LOOKS), draw.uniform(-np.pi, np.pi, LOOKS)
    height_m = np.exp(draw.uniform(np.log(100.0), np.log(12_000.0), LOOKS))
    radius_m = float(world.setting["earth_radius_m"][0])
    places["local_m"] = np.stack(
        [range_m * np.sin(azimuth), range_m * np.cos(azimuth), height_m - range_m**2 / (2.0 * radius_m)], axis=1
    )
    places["vel_enu_mps"] = draw.normal(0.0, 150.0, (LOOKS, 3))
    emitter, times = state.emitters[RADAR], 50

    rows = (radius_m, world.radars[RADAR], emitter, state.emitters, world.horizons, world.cells, world.air)

    def looked(some: Any, count: int = times) -> float:
        return float(_looks(count, *rows, world.chances, world.targets[0], some))

    seen = np.array([looked(places[p : p + 1], 1) > 0.0 for p in range(LOOKS)])
    figures = {"seen_share": float(seen.mean())}
    for name, some in (("look_ns", places), ("look_seen_ns", places[seen]), ("look_hidden_ns", places[~seen])):
        figures[name] = median_s(lambda some=some: looked(some), repeats) / times / len(some) * 1e9  # type: ignore[misc]
    return figures


# ---- Words -----------------------------------------------------------------------------------------


def show(figures: dict[str, Any]) -> None:
    """The figures as text."""
    met = "met" if figures["coverage_s"] <= BAR_S else "MISSED"
    cells = f"{AZIMUTHS} azimuths x {RANGES} ranges x {len(ALTITUDES_M)} altitudes"
    print(f"{cells}: {figures['coverage_s']:.3f} s CPU (bar {BAR_S:g}: {met})")
    print(f"  survey of the surroundings {figures['survey_s']:.3f} s, sweep of the sky {figures['sweep_s']:.3f} s")
    if "gdal_s" in figures:
        print(
            f"  gdal_viewshed, {len(ALTITUDES_M)} heights on {SIDE} x {SIDE} cells: {figures['gdal_s']:.3f} s, "
            f"{figures['gdal_without_start_s']:.3f} s without starting; ours takes {figures['ratio']:.2f} and "
            f"{figures['ratio_without_start']:.2f} of that, the survey alone {figures['survey_ratio']:.2f}"
        )
    else:
        print("  gdal_viewshed or rasterio is not installed: no comparison")
    print(
        f"a look of the engine at one target: {figures['look_ns']:.0f} ns; {figures['look_seen_ns']:.0f} ns at one "
        f"that it can detect ({figures['seen_share']:.0%}), {figures['look_hidden_ns']:.0f} ns at others"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    scenario = load("tartus")
    built = build(scenario, False)
    figures: dict[str, Any] = ours(scenario, built, said.repeats)
    theirs = peer(scenario, built, said.repeats)
    if theirs is not None:
        figures |= theirs
        figures["ratio"] = figures["coverage_s"] / theirs["gdal_s"]
        figures["ratio_without_start"] = figures["coverage_s"] / theirs["gdal_without_start_s"]
        figures["survey_ratio"] = figures["survey_s"] / theirs["gdal_without_start_s"]
    figures |= look_ns(built, said.repeats)
    if said.json:
        print(json.dumps(figures))
    else:
        show(figures)


if __name__ == "__main__":
    main()
