"""The radars of a built scenario, and where PROJ and plain angles have them."""

from __future__ import annotations

from math import atan2, degrees, floor, hypot, pi
from typing import NamedTuple

import numpy as np
import pyproj
from scipy import ndimage

from openiads.constants import EFFECTIVE_EARTH_RADIUS_M
from openiads.enums import EmitterKind
from openiads.physics.earth import geodetic, to_enu
from openiads.vec3 import Vec3, read, sub, turn_back
from tests.support import runs

TO_ECEF = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)


def _topocentric(lat_deg: float, lon_deg: float, height_m: float) -> pyproj.Transformer:
    return pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=cart +ellps=WGS84 "
        f"+step +proj=topocentric +ellps=WGS84 +lon_0={lon_deg!r} +lat_0={lat_deg!r} +h_0={height_m!r}"
    )


class Site:
    """A radar of the scenario: its rows, and where PROJ says that its antenna stands."""

    def __init__(self, r: int) -> None:
        built = runs.built("tartus")
        self.world = built.world
        self.setting, self.radar = built.world.setting[0], built.world.radars[r]
        self.emitters = built.state.emitters.copy()
        self.emitters["on"] = (self.emitters["kind"] == EmitterKind.RADAR).astype(int)
        self.emitter = self.emitters[r]
        self.horizon = built.world.horizons[int(self.emitter["horizon"])]
        place = geodetic(read(self.emitter["pos_ecef_m"]))
        self.lat_deg, self.lon_deg, self.height_m = degrees(place.x), degrees(place.y), place.z
        self.local = _topocentric(self.lat_deg, self.lon_deg, self.height_m)

    def ours(self, lon: float, lat: float, height: float) -> Vec3:
        """Antenna to target in the antenna's axes, as the engine has it."""
        pos_m = to_enu(self.setting, Vec3(*TO_ECEF.transform(lon, lat, height)))
        return turn_back(self.emitter["axes_enu"], sub(pos_m, read(self.emitter["pos_enu_m"])))

    def cells(self, field: str) -> np.ndarray:
        """A field of its survey, azimuth by range."""
        first, shape = int(self.horizon["first_cell"]), (int(self.horizon["azimuths"]), int(self.horizon["ranges"]))
        return np.asarray(self.world.cells[field][first : first + shape[0] * shape[1]], np.float64).reshape(shape)

    def lowest_m(self, azimuth: float, ground_m: float) -> float:
        """The least height in sight there, by SciPy's bilinear interpolation of the survey."""
        lowest = self.cells("lowest_m")
        where = [[azimuth % (2.0 * pi) / (2.0 * pi) * len(lowest)], [ground_m / float(self.horizon["range_step_m"])]]
        return float(ndimage.map_coordinates(np.vstack([lowest, lowest[:1]]), where, order=1, mode="nearest")[0])

    def cell(self, field: str, azimuth: float, ground_m: float) -> float:
        """A field of the nearest cell."""
        table = self.cells(field)
        a = floor(azimuth % (2.0 * pi) / (2.0 * pi) * len(table) + 0.5) % len(table)
        return float(table[a, min(floor(ground_m / float(self.horizon["range_step_m"]) + 0.5), table.shape[1] - 1)])


class Spot(NamedTuple):
    """A point as an antenna has it over the sphere of the scenario, and by the bent ray over the larger earth."""

    range_m: float
    ground_m: float
    height_m: float
    azimuth: float
    sine: float

    @staticmethod
    def of(site: Site, local: np.ndarray) -> Spot:
        """By the centre of the earth and the cosine theorem."""
        radius_m, antenna_m = float(site.setting["earth_radius_m"]), float(site.emitter["height_m"])
        from_centre = local + np.array([0.0, 0.0, radius_m + antenna_m])
        angle = atan2(hypot(local[0], local[1]), from_centre[2])
        height_m, range_m = float(np.linalg.norm(from_centre)) - radius_m, float(np.linalg.norm(local))
        here, there = EFFECTIVE_EARTH_RADIUS_M + antenna_m, EFFECTIVE_EARTH_RADIUS_M + height_m
        sine = (there**2 - here**2 - range_m**2) / (2.0 * here * range_m)
        return Spot(range_m, radius_m * angle, height_m, atan2(local[0], local[1]), sine)
