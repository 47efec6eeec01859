"""The envelope of a missile against a class of target, flown (world/flights.py): nothing of it is typed in.

Tables are kept on disk under a hash of all that went in.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version as numba_version
from pathlib import Path
from typing import Any, Final

import numpy as np

from openiads import _jit
from openiads.catalog.errors import InputError
from openiads.catalog.models import Missile, TargetClass
from openiads.enums import TargetGroup
from openiads.physics.envelope import COURSES
from openiads.scenario.load import Scenario
from openiads.world import flights
from openiads.world.build_missiles import missile_row
from openiads.world.flights import HEIGHT_CELLS, HEIGHTS_BEYOND, RANGE_CELLS, RANGES_BEYOND
from openiads.world.rows import table_of
from openiads.world.tables import ENVELOPE, MISSILE

CELLS: Final = COURSES * HEIGHT_CELLS * RANGE_CELLS  # of a table
_LAWS: Final = ("physics", "vec3.py", "constants.py", "world/flights.py", "world/build_missiles.py")
GROUP_CLASSES: Final = {  # whose table stands for a group, of which alone a post knows; assumed typical
    TargetGroup.AIRCRAFT: "fighter", TargetGroup.AIRLINER: "fighter", TargetGroup.UAV: "one-way-uav",
    TargetGroup.CRUISE_MISSILE: "cruise-missile-subsonic", TargetGroup.GLIDE_BOMB: "cruise-missile-subsonic",
    TargetGroup.ANTI_RADIATION: "anti-radiation-missile", TargetGroup.BALLISTIC: "ballistic-short-range",
    TargetGroup.DECOY: "fighter",
}  # fmt: skip


@dataclass(frozen=True)
class FlownEnvelope:
    """A flown table: arrays of (courses, heights, ranges), SI; courses from away to towards the launcher.

    Attributes:
        missile, target: catalog names.
        ground_m, height_m: of the point of intercept, from the launcher and above the sea.
        radial_mps: speed of the target towards the launcher, a course each.
        cells: rows of ENVELOPE, course by course and height by height; the properties are its fields. A time of 0
            means that nothing arrived.
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


def flown_envelope(missile: Missile, target: TargetClass) -> FlownEnvelope:
    """The envelope of a missile against a class of target: from the disk, or flown now and kept.

    Raises:
        InputError: no cell of it is reachable.
    """
    flown = _flown(missile, target)
    if not flown.reachable.any():
        raise _unreachable(missile, f'against the class "{target.id}"')
    return flown


def _flown(missile: Missile, target: TargetClass) -> FlownEnvelope:
    ranges, heights = flights.axes(missile)
    fastest = flights.level_speed_mps(target)
    aims, lofts = flights.aims_of(missile, target), lofts_of(missile)
    cells = _kept(
        f"{missile.id}-{target.id}", ENVELOPE, CELLS, _digest(missile, aims, lofts),
        lambda: flights.fly_courses(missile, lofts, aims),
    )  # fmt: skip
    return FlownEnvelope(missile.id, target.id, ranges, heights, np.array([-fastest, 0.0, fastest]), cells)


def _unreachable(missile: Missile, whom: str) -> InputError:
    return InputError(
        f"missiles/{missile.id}.toml",
        f"the missile reaches no point of its envelope {whom}, up to {RANGES_BEYOND:g} times its published range and "
        f"{HEIGHTS_BEYOND:g} times its ceiling: check thrust, masses, drag_scale, load_factor_max and "
        "self_destruct_time",
    )


def lofts_of(missile: Missile) -> Any:
    """The best loft at every point of a missile's tables, and the time of that flight: from the disk, or flown now."""
    places = HEIGHT_CELLS * RANGE_CELLS
    inputs = _digest(missile, np.array([*flights.LOFT_SHARES, missile.loft_angle.value]))
    return _kept(f"{missile.id}-lofts", flights.LOFT, places, inputs, lambda: flights.fly_lofts(missile))


def _kept(name: str, dtype: np.dtype[Any], rows: int, digest: str, fly: Callable[[], Any]) -> Any:
    """A table from the disk, else flown; a file that cannot be read or written costs the time alone."""
    path = _jit.cache_root() / "envelopes" / f"{name}-{digest}.npy"
    try:
        table = np.load(path, allow_pickle=False)
        if table.shape == (rows,) and table.dtype.itemsize == dtype.itemsize:
            return table.view(dtype)
    except (OSError, ValueError, EOFError):
        pass
    table = fly()
    _keep(path, table)
    return table


def _digest(missile: Missile, *inputs: Any) -> str:
    """Hash of the missile's row, of what else goes into its flights and of the sources of the laws."""
    digest = hashlib.sha256(flights.row_of(missile).tobytes())
    digest.update(np.array([flights.range_step_m(missile), flights.height_step_m(missile)]).tobytes())
    for table in inputs:
        digest.update(np.ascontiguousarray(table).tobytes())
    digest.update(_laws() + f"{numba_version('numba')} {sorted(_jit.OPTIONS.items())} {ENVELOPE.descr}".encode())
    return digest.hexdigest()[:20]


@cache
def _laws() -> bytes:
    """Hash of the sources that decide a flight."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[1]
    for part in _LAWS:
        for path in sorted((root / part).rglob("*.py")) or [root / part]:
            digest.update(path.read_bytes())
    return digest.digest()


def _keep(path: Path, table: Any) -> None:
    """Write a table whole or not at all, so that several processes may fly the same one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            np.save(Path(folder) / path.name, table, allow_pickle=False)
            os.replace(Path(folder) / path.name, path)
    except OSError:
        return


def build_missiles(scenario: Scenario, names: list[str]) -> tuple[Any, Any]:
    """The MISSILE table and the ENVELOPE tables flown for it, one after the other: a second or two a missile, once.

    Raises:
        InputError: a missile reaches no point of any of its tables.
    """
    missiles = table_of(MISSILE, [missile_row(scenario.catalog.missiles[name], name) for name in names])
    classes = list(dict.fromkeys(GROUP_CLASSES.values()))
    pairs = [(scenario.catalog.missiles[name], scenario.catalog.targets[kind]) for name in names for kind in classes]
    flown = [_flown(missile, target) for missile, target in pairs]
    for m, name in enumerate(names):
        sheet = scenario.catalog.missiles[name]
        if not any(one.reachable.any() for one in flown[m * len(classes) : (m + 1) * len(classes)]):
            raise _unreachable(sheet, "against any class of target")
        missiles["range_cells"][m], missiles["height_cells"][m] = RANGE_CELLS, HEIGHT_CELLS
        missiles["range_step_m"][m], missiles["height_step_m"][m] = (
            flights.range_step_m(sheet),
            flights.height_step_m(sheet),
        )
        published = scenario.file.limits == "published"
        missiles["range_min_m"][m] = sheet.range_min.value if published else 0.0
        missiles["range_max_m"][m] = sheet.range_max.value if published else np.inf
        missiles["height_min_m"][m] = sheet.altitude_min.value if published else -np.inf
        missiles["height_max_m"][m] = sheet.altitude_max.value if published else np.inf
        for group, kind in GROUP_CLASSES.items():
            table = m * len(classes) + classes.index(kind)
            missiles["first_cell"][m, group] = table * CELLS
            missiles["radial_mps"][m, group] = flown[table].radial_mps[-1]
    return missiles, np.concatenate([one.cells for one in flown]) if flown else np.zeros(0, ENVELOPE)
