"""The envelope of a missile against a class of target, flown: nothing of it is typed in.

Every cell is a flight by the run's own law (physics/shot.py): first at the standing point with several lofts, of which
the one that leaves the most speed is kept, then with that loft at a target that flies away, across or towards the
launcher and is at the point when the missile gets there. Tables are kept on disk under a hash of all that went in.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import cos, radians, sin
from pathlib import Path
from typing import Any, Final

import numpy as np

from openiads import _jit
from openiads._jit import kernel
from openiads.catalog.errors import InputError
from openiads.catalog.models import Missile, TargetClass
from openiads.constants import STANDARD_GRAVITY_MPS2, WGS84_A_M, WGS84_E2
from openiads.enums import TargetGroup
from openiads.physics.atmosphere import temperature_pressure
from openiads.physics.earth import ecef, surface_normal
from openiads.physics.envelope import COURSES, OUT_OF_REACH
from openiads.physics.shot import PASSED, Shot, fly_shot
from openiads.scenario.load import Scenario
from openiads.vec3 import Vec3, read
from openiads.world.build_missiles import missile_row
from openiads.world.dtypes import record, vector
from openiads.world.legs import horizon
from openiads.world.rows import table_of
from openiads.world.tables import ENVELOPE, MISSILE

RANGE_CELLS: Final = 56
HEIGHT_CELLS: Final = 16
RANGES_BEYOND: Final = 2.2  # times the published range, to which the tables go: the envelope must end before by itself
HEIGHTS_BEYOND: Final = 1.5  # times the published ceiling
LOWEST_M: Final = 5.0  # height of the lowest cells
LOFT_SHARES: Final = (0.0, 0.2, 0.4, 0.55, 0.7, 0.85, 1.0)  # of the tangent of the sheet's greatest loft
SITE_LATITUDE_RAD: Final = radians(35.0)  # where tables are flown, northwards: the eastern Mediterranean, assumed
SPEED_LEFT_MPS: Final = 400.0  # a slower arrival counts as out of reach, assumed
OVERTAKING_MPS: Final = 150.0  # by which a missile must be faster than a target that flies away, assumed
LOAD_LEFT_MPS2: Final = 20.0  # what 300 m of error at a hand-over 8 s before the end asks for: 4 x 300 / 8^2, assumed
SHORT: Final = -0.2  # margin of a flight that all but arrived, assumed
SHORT_M: Final = 1e5  # and the distance from the point that takes 1 more off it, assumed
BALLISTIC_DIVE_RAD: Final = radians(50.0)  # path angle of a ballistic target in its last minute, assumed
_LAWS: Final = ("physics", "vec3.py", "constants.py", "world/envelopes.py", "world/build_missiles.py")

_AIM = record(vector("point_m"), vector("target_mps"), ("needed_mps2", "f8"), ("needed_mps", "f8"))


@dataclass(frozen=True)
class FlownEnvelope:
    """A flown table: arrays of (courses, heights, ranges), SI; courses from away to towards the launcher.

    Attributes:
        missile, target: catalog names.
        ground_m, height_m: of the point of intercept, from the launcher and above the sea.
        radial_mps: speed of the target towards the launcher, a course each.
        flight_s, speed_mps, load_mps2, miss_m: time of flight, speed and lateral acceleration left, closest approach;
            the time is 0 where nothing arrived.
        margin: by how much the tightest condition is met; ``reachable`` where it is not negative.
        loft_slope: tangent of the climb above the line of sight with which it was flown.
    """

    missile: str
    target: str
    ground_m: Any
    height_m: Any
    radial_mps: Any
    cells: Any

    def _field(self, name: str) -> Any:
        return self.cells[name].reshape(COURSES, len(self.height_m), len(self.ground_m))

    @property
    def flight_s(self) -> Any:
        """Time of flight, s."""
        return self._field("flight_s")

    @property
    def speed_mps(self) -> Any:
        """Speed left at the closest approach."""
        return self._field("speed_mps")

    @property
    def load_mps2(self) -> Any:
        """Lateral acceleration left."""
        return self._field("load_mps2")

    @property
    def miss_m(self) -> Any:
        """Closest approach without noise."""
        return self._field("miss_m")

    @property
    def loft_slope(self) -> Any:
        """Tangent of the loft flown."""
        return self._field("loft_slope")

    @property
    def margin(self) -> Any:
        """By how much the tightest condition is met."""
        return self._field("margin")

    @property
    def reachable(self) -> Any:
        """Where the target is met."""
        return self.margin >= 0.0


def axes(missile: Missile) -> tuple[Any, Any]:
    """Ground ranges and heights (m) of the cells of a missile's tables."""
    ranges = np.arange(RANGE_CELLS) ** 2 * range_step_m(missile)
    heights = np.arange(HEIGHT_CELLS) ** 2 * height_step_m(missile)
    return np.maximum(ranges, 0.25 * range_step_m(missile)), np.maximum(heights, LOWEST_M)


def range_step_m(missile: Missile) -> float:
    """Range of the first cell beyond the launcher; that of row i is i squared times it."""
    return RANGES_BEYOND * missile.range_max.value / (RANGE_CELLS - 1) ** 2


def height_step_m(missile: Missile) -> float:
    """Height of the second cell; that of row j is j squared times it."""
    return HEIGHTS_BEYOND * missile.altitude_max.value / (HEIGHT_CELLS - 1) ** 2


def needed_load_mps2(missile: Missile, target: TargetClass, height_m: float) -> float:
    """Lateral acceleration that proportional navigation needs against what a target can do at a height.

    Source: Zarchan, N / (N - 2) times the target's acceleration without lag. Assumes: the target's lift falls with the
    air's density and carries its weight just at its ceiling; what falls freely brakes along its path and does not turn;
    never less than ``LOAD_LEFT_MPS2``.
    """
    if target.group == "ballistic":
        return LOAD_LEFT_MPS2
    constant = missile.navigation_constant.value
    thin = _density(height_m) / max(_density(target.altitude_max.value), 1e-9)
    turn = min(target.load_factor_max.value, STANDARD_GRAVITY_MPS2 * thin)
    return max(constant / (constant - 2.0) * turn, LOAD_LEFT_MPS2)


def _density(height_m: float) -> float:
    return float(temperature_pressure(height_m).z)


def flown_envelope(missile: Missile, target: TargetClass) -> FlownEnvelope:
    """The envelope of a missile against a class of target: from the disk, or flown now and kept.

    Raises:
        InputError: no cell of it is reachable.
    """
    ranges, heights = axes(missile)
    fastest = target.speed_max.value
    cells = _kept(missile, target)
    flown = FlownEnvelope(missile.id, target.id, ranges, heights, np.array([-fastest, 0.0, fastest]), cells)
    if not flown.reachable.any():
        raise InputError(
            f"missiles/{missile.id}.toml",
            f'the missile reaches no point of its envelope against the class "{target.id}", up to '
            f"{RANGES_BEYOND:g} times its published range and {HEIGHTS_BEYOND:g} times its ceiling: "
            "check thrust, masses, drag_scale, load_factor_max and self_destruct_time",
        )
    return flown


def _kept(missile: Missile, target: TargetClass) -> Any:
    """Rows of ENVELOPE from the disk, else flown; a file that cannot be read or written costs the time alone."""
    path = _jit.cache_root() / "envelopes" / f"{missile.id}-{target.id}-{_digest(missile, target)}.npy"
    try:
        cells = np.load(path, allow_pickle=False)
        if len(cells) == COURSES * RANGE_CELLS * HEIGHT_CELLS:
            return cells.view(ENVELOPE)
    except (OSError, ValueError):
        pass
    cells = _fly(missile, target)
    _keep(path, cells)
    return cells


def _digest(missile: Missile, target: TargetClass) -> str:
    """Hash of the rows and the aims that are flown and of the sources of the laws."""
    digest = hashlib.sha256(_row(missile).tobytes())
    digest.update(_aims(missile, target).tobytes() + np.array(LOFT_SHARES).tobytes())
    root = Path(__file__).parents[1]
    for part in _LAWS:
        for path in sorted((root / part).rglob("*.py")) or [root / part]:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


def _keep(path: Path, cells: Any) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            np.save(file, np.ascontiguousarray(cells), allow_pickle=False)
        os.replace(file.name, path)
    except OSError:
        return


def _row(missile: Missile) -> Any:
    return table_of(MISSILE, [missile_row(missile, missile.id)])


def _point(ground_m: float, height_m: float) -> tuple[Vec3, Vec3]:
    """A point north of the launcher along the sea, and the normal there."""
    sine = sin(SITE_LATITUDE_RAD)
    meridian_m = WGS84_A_M * (1.0 - WGS84_E2) / (1.0 - WGS84_E2 * sine * sine) ** 1.5
    normal = surface_normal(SITE_LATITUDE_RAD + ground_m / meridian_m, 0.0)
    return ecef(normal, height_m), normal


def _aims(missile: Missile, target: TargetClass) -> Any:
    """What is flown at: (courses, heights, ranges) rows of point, target's velocity and what must be left."""
    ranges, heights = axes(missile)
    rows = np.zeros((COURSES, len(heights), len(ranges)), _AIM)
    fastest = target.speed_max.value
    dive = BALLISTIC_DIVE_RAD if target.group == "ballistic" else 0.0
    for i, ground_m in enumerate(ranges):
        normal = _point(float(ground_m), 0.0)[1]
        east, north = (np.array(axis) for axis in horizon(normal))
        for course, level in enumerate((north, east, -north)):
            rows[course, :, i]["target_mps"] = fastest * (cos(dive) * level - sin(dive) * np.array(normal))
        for j, height_m in enumerate(heights):
            rows[:, j, i]["point_m"] = _point(float(ground_m), float(height_m))[0]
    for j, height_m in enumerate(heights):
        rows[:, j, :]["needed_mps2"] = needed_load_mps2(missile, target, float(height_m))
    rows["needed_mps"] = SPEED_LEFT_MPS
    rows[0]["needed_mps"] = max(SPEED_LEFT_MPS, fastest * cos(dive) + OVERTAKING_MPS)
    return rows.reshape(-1)


def _fly(missile: Missile, target: TargetClass) -> Any:
    """All flights of one table."""
    cells = np.zeros(COURSES * HEIGHT_CELLS * RANGE_CELLS, ENVELOPE)
    site_m, up = _point(0.0, 0.0)
    slopes = np.array(LOFT_SHARES) * np.tan(missile.loft_angle.value)
    _fly_all(_row(missile)[0], site_m, up, _aims(missile, target), slopes, cells)
    return cells


@kernel
def margin_of(arrival: Any, missile: Any, aim: Any) -> float:
    """By how much the tightest of speed, load and miss is met, at most 1; negative out of reach.

    A flight that did not arrive is out of reach by so much more as it stayed farther away, so that the edge between
    cells lies where it should.
    """
    if arrival.outcome != PASSED:
        return float(max(SHORT - arrival.miss_m / SHORT_M, OUT_OF_REACH))
    tightest = min(arrival.speed_mps / aim.needed_mps, arrival.load_mps2 / aim.needed_mps2) - 1.0
    return float(max(min(tightest, 1.0 - arrival.miss_m / missile.lethal_radius_m, 1.0), OUT_OF_REACH))


@kernel
def _fly_all(missile: Any, site_m: Vec3, up: Vec3, aims: Any, slopes: Any, cells: Any) -> None:
    still = Vec3(0.0, 0.0, 0.0)
    places = cells.size // COURSES
    for n in range(places):
        best = -2.0
        for s in range(slopes.size):
            shot = Shot(site_m, up, read(aims[n].point_m), still, 0.0, slopes[s])
            arrival = fly_shot(missile, shot)
            worth = (
                arrival.speed_mps if arrival.outcome == PASSED and arrival.miss_m < missile.lethal_radius_m else -1.0
            )
            if worth > best:
                best = worth
                for course in range(COURSES):
                    cells[course * places + n].loft_slope = slopes[s]
                    cells[course * places + n].flight_s = arrival.flight_s
        for course in range(COURSES):
            _fly_course(missile, site_m, up, aims[course * places + n], cells[course * places + n])


@kernel
def _fly_course(missile: Any, site_m: Vec3, up: Vec3, aim: Any, cell: Any) -> None:
    """Fly at a target that is at the point when the missile gets there."""
    shot = Shot(site_m, up, read(aim.point_m), read(aim.target_mps), cell.flight_s, cell.loft_slope)
    arrival = fly_shot(missile, shot)
    cell.margin = margin_of(arrival, missile, aim)
    cell.flight_s = arrival.flight_s if arrival.outcome == PASSED else 0.0
    cell.speed_mps = arrival.speed_mps
    cell.load_mps2 = arrival.load_mps2
    cell.miss_m = arrival.miss_m


GROUP_CLASSES: Final = {  # whose table stands for a group, of which alone a post knows; assumed typical
    TargetGroup.AIRCRAFT: "fighter", TargetGroup.AIRLINER: "fighter", TargetGroup.UAV: "one-way-uav",
    TargetGroup.CRUISE_MISSILE: "cruise-missile-subsonic", TargetGroup.GLIDE_BOMB: "cruise-missile-subsonic",
    TargetGroup.ANTI_RADIATION: "anti-radiation-missile", TargetGroup.BALLISTIC: "ballistic-short-range",
    TargetGroup.DECOY: "fighter",
}  # fmt: skip


def build_missiles(scenario: Scenario, names: list[str]) -> tuple[Any, Any]:
    """The MISSILE table and the ENVELOPE tables flown for it; tables that are not on the disk fly side by side."""
    missiles = table_of(MISSILE, [missile_row(scenario.catalog.missiles[name], name) for name in names])
    classes = list(dict.fromkeys(GROUP_CLASSES.values()))
    pairs = [(scenario.catalog.missiles[name], scenario.catalog.targets[kind]) for name in names for kind in classes]
    with ThreadPoolExecutor() as pool:
        flown = list(pool.map(lambda pair: flown_envelope(*pair), pairs))
    for m, name in enumerate(names):
        sheet = scenario.catalog.missiles[name]
        missiles["range_cells"][m], missiles["height_cells"][m] = RANGE_CELLS, HEIGHT_CELLS
        missiles["range_step_m"][m], missiles["height_step_m"][m] = range_step_m(sheet), height_step_m(sheet)
        published = scenario.file.limits == "published"
        missiles["range_max_m"][m] = sheet.range_max.value if published else np.inf
        missiles["height_max_m"][m] = sheet.altitude_max.value if published else np.inf
        for group, kind in GROUP_CLASSES.items():
            table = m * len(classes) + classes.index(kind)
            missiles["first_cell"][m, group] = table * COURSES * HEIGHT_CELLS * RANGE_CELLS
            missiles["radial_mps"][m, group] = flown[table].radial_mps[-1]
    return missiles, np.concatenate([one.cells for one in flown]) if flown else np.zeros(0, ENVELOPE)
