"""Flights of a missile per CPU second of one core, and their time beside a plain C loop of the same equations.

    python bench/flyout.py            beside the bars
    python bench/flyout.py --json     as one JSON object

The flight takes 60 s: a 48N6E, lofted, at a standing point 10 km high, as far away as takes so long. The C is
``bench/flyout.c``, compiled here with gcc -O3; with -march=native beside. All three fly in turn, many times over, by
process time; the figures are medians, the ratio the median of the ratios of one turn.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from math import radians
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from openiads.catalog.loader import load as load_catalog
from openiads.physics import atmosphere
from openiads.physics.earth import ecef, surface_normal
from openiads.physics.shot import Arrival, Shot, fly_shot
from openiads.vec3 import Vec3
from openiads.world.build_missiles import missile_row
from openiads.world.rows import table_of
from openiads.world.tables import MISSILE

BAR_RATIO = 1.10
BAR_PER_S = 8000.0
MISSILE_NAME = "48n6e"
FLIGHT_S = 60.0
HEIGHT_M = 10_000.0
LOFT_SLOPE = 0.45
SOURCE = Path(__file__).with_name("flyout.c")
OPTIONS = {"c_us": ("-O3",), "c_native_us": ("-O3", "-march=native")}
# In the order of the C structure.
MISSILE_FIELDS = (
    "launch_mass_kg", "split_mass_kg", "burnout_mass_kg", "ignition_s", "split_s", "burnout_s", "first_flow_kgps",
    "first_thrust_n", "second_flow_kgps", "second_thrust_n", "area_m2", "drag_scale", "induced_drag",
    "load_factor_max_mps2", "lag_s", "eject_speed_mps", "handover_m", "navigation_constant", "seeker_noise_rad",
    "life_s",
)  # fmt: skip
Row = Any
Numbers = NDArray[np.float64]


@numba.njit(nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def _flights(missile: Row, shot: Shot, times: int) -> float:
    """The sum of the times of many flights, each with a loft a hair higher, so that none can be left out."""
    total_s = 0.0
    for n in range(times):
        loft = shot.loft_slope + n * 1e-9
        total_s += fly_shot(
            missile, Shot(shot.site_m, shot.up, shot.point_m, shot.target_mps, shot.meet_s, loft)
        ).flight_s
    return total_s


# ---- The flight ------------------------------------------------------------------------------------


def missile_of(name: str) -> Row:
    """The row of a missile of the catalog."""
    return table_of(MISSILE, [missile_row(load_catalog().missiles[name], name)])[0]


def shot_at(ground_m: float, height_m: float, loft_slope: float) -> Shot:
    """A shot from the coast of Tartus at a standing point to the north of it."""
    latitude, longitude = radians(34.9), radians(35.9)
    up = surface_normal(latitude, longitude)
    there = surface_normal(latitude + ground_m / 6.371e6, longitude)
    return Shot(ecef(up, 0.0), up, ecef(there, height_m), Vec3(0.0, 0.0, 0.0), 0.0, loft_slope)


def shot_that_takes(missile: Row, flight_s: float) -> tuple[Shot, float]:
    """A shot at a point as far away as takes so long, and that distance, by bisection."""
    near_m, far_m = 20_000.0, 140_000.0
    while far_m - near_m > 0.1:
        middle_m = 0.5 * (near_m + far_m)
        arrival = fly_shot(missile, shot_at(middle_m, HEIGHT_M, LOFT_SLOPE))
        near_m, far_m = (middle_m, far_m) if arrival.flight_s < flight_s else (near_m, middle_m)
    return shot_at(near_m, HEIGHT_M, LOFT_SLOPE), near_m


# ---- The same in C ---------------------------------------------------------------------------------


def compiled(folder: Path, name: str, options: tuple[str, ...]) -> Any:
    """``flights`` of ``bench/flyout.c``, compiled into a folder; a ``RuntimeError`` says why it could not be."""
    gcc = shutil.which("gcc")
    if gcc is None:
        raise RuntimeError("gcc is not installed: bench/flyout.c cannot be compiled, and there is nothing to compare.")
    library = folder / f"{name}.so"
    words = [gcc, *options, "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-lm"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"gcc could not compile {SOURCE.name}: {done.stderr.strip()}")
    flights = ctypes.CDLL(str(library)).flights
    flights.restype = ctypes.c_double
    pointer = ctypes.POINTER(ctypes.c_double)
    flights.argtypes = [pointer, pointer, ctypes.c_long, pointer, ctypes.c_long, pointer]
    return flights


def flown_in_c(flights: Any, missile: Row, shot: Shot) -> Callable[[int], Arrival]:
    """A function that flies a shot some times over in C and gives the first arrival."""
    row = np.array([float(missile[field]) for field in MISSILE_FIELDS])
    air = np.ascontiguousarray(atmosphere.air_table())
    given = np.array([*shot.site_m, *shot.up, *shot.point_m, *shot.target_mps, shot.meet_s, shot.loft_slope])
    first = np.zeros(len(Arrival._fields))

    def pointer(numbers: Numbers) -> Any:
        return numbers.ctypes.data_as(ctypes.POINTER(ctypes.c_double))

    def fly(times: int) -> Arrival:
        flights(pointer(row), pointer(air), len(air), pointer(given), times, pointer(first))
        outcome, *others = first.tolist()
        return Arrival(int(outcome), *others)

    return fly


# ---- Figures ---------------------------------------------------------------------------------------


def apart(ours: Arrival, theirs: Arrival) -> float:
    """The greatest difference of two arrivals: of the miss in metres, of the others relative."""
    others = [(one, other) for name, one, other in zip(Arrival._fields, ours, theirs, strict=True) if name != "miss_m"]
    return max(abs(ours.miss_m - theirs.miss_m), *(abs(one - other) / max(abs(one), 1.0) for one, other in others))


def spans_us(works: dict[str, Callable[[int], Any]], times: int, repeats: int) -> dict[str, list[float]]:
    """Microseconds of process time a flight of each work, in turn, as often as said; a first turn is not counted."""
    spans: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(repeats + 1):
        for name, work in works.items():
            before = time.process_time_ns()
            work(times)
            if turn > 0:
                spans[name].append((time.process_time_ns() - before) / times / 1e3)
    return spans


def measure(times: int, repeats: int) -> dict[str, float]:
    """All figures."""
    missile = missile_of(MISSILE_NAME)
    shot, ground_m = shot_that_takes(missile, FLIGHT_S)
    ours = fly_shot(missile, shot)
    works: dict[str, Callable[[int], Any]] = {"ours_us": lambda count: _flights(missile, shot, count)}
    figures = {"flight_s": ours.flight_s, "ground_m": ground_m}
    with tempfile.TemporaryDirectory() as folder:
        for name, options in OPTIONS.items():
            works[name] = flown_in_c(compiled(Path(folder), name, options), missile, shot)
            figures[name.replace("_us", "_apart")] = apart(ours, works[name](1))
        spans = spans_us(works, times, repeats)
    figures |= {name: statistics.median(some) for name, some in spans.items()}
    for name in OPTIONS:
        turns = zip(spans["ours_us"], spans[name], strict=True)
        figures[name.replace("_us", "_ratio")] = statistics.median(one / other for one, other in turns)
    return figures | {"per_s": 1e6 / figures["ours_us"], "bar_ratio": BAR_RATIO, "bar_per_s": BAR_PER_S}


def show(figures: dict[str, float]) -> None:
    """The figures as text."""

    def verdict(met: bool) -> str:
        return "met" if met else "MISSED"

    print(
        f"{MISSILE_NAME}, {figures['flight_s']:.1f} s to a point {figures['ground_m'] / 1e3:.1f} km away: "
        f"{figures['ours_us']:.1f} us, {figures['per_s']:.0f} flights per CPU second "
        f"(bar {BAR_PER_S:.0f}: {verdict(figures['per_s'] >= BAR_PER_S)})"
    )
    print(
        f"  gcc -O3: {figures['c_us']:.1f} us; ours takes {figures['c_ratio']:.2f} of that "
        f"(bar {BAR_RATIO:.2f}: {verdict(figures['c_ratio'] <= BAR_RATIO)})"
    )
    print(f"  gcc -O3 -march=native: {figures['c_native_us']:.1f} us; ours {figures['c_native_ratio']:.2f} of that")
    print(
        "  arrivals differ by at most "
        f"{figures['c_apart']:.0e} (-O3) and {figures['c_native_apart']:.0e} (-march=native)"
    )


def main() -> int:
    """Measure and print; 2 where there is no C to compare with."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=41)
    parser.add_argument("--flights", type=int, default=400, help="in one turn")
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    try:
        figures = measure(said.flights, said.repeats)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 2
    if said.json:
        print(json.dumps(figures))
    else:
        show(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
