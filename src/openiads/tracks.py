"""What a tracker gives back: the confirmed tracks at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from openiads.constants import TICKS_PER_SECOND
from openiads.enums import TrackState
from openiads.imports.plots import Plots, Rejections
from openiads.record.geodesy import enu_to_ecef, geodetic

if TYPE_CHECKING:
    from openiads.world.rows import Frame

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """Confirmed tracks at ``time_s``, a track a row of every column.

    Attributes:
        rows: the kernel's own rows.
        time_s: the moment that all positions are of.
        plots: the plots of this update, in order of time, as far as they were used.
        plot_tracks: beside them, the number of the track each went to or began (tentative ones too).
        plot_nis: normalised innovation squared of each; -1 where it began a track.
        rejections: what was not used, and why.
    """

    rows: Any
    time_s: float
    _epoch_s: float
    _frame: Frame
    plots: Plots
    plot_tracks: NDArray[np.int64]
    plot_nis: Floats
    rejections: Rejections

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def number(self) -> NDArray[np.int64]:
        """Track numbers; a number is of one track and stays."""
        return np.asarray(self.rows["number"])

    @property
    def coasted(self) -> NDArray[np.bool_]:
        """True where the last scan brought no plot."""
        return np.asarray(self.rows["state"] == TrackState.COASTED)

    @property
    def position_m(self) -> Floats:
        """East, north, up from the first radar's place on the ellipsoid, shape (n, 3)."""
        return np.asarray(self.rows["pos_enu_m"])

    @property
    def velocity_mps(self) -> Floats:
        """East, north, up, shape (n, 3)."""
        return np.asarray(self.rows["vel_enu_mps"])

    @property
    def covariance(self) -> Floats:
        """Of position, m, and velocity, m/s: shape (n, 6, 6)."""
        upper = np.triu_indices(6)
        full = np.zeros((len(self.rows), 6, 6))
        full[:, upper[0], upper[1]] = self.rows["cov"]
        full[:, upper[1], upper[0]] = self.rows["cov"]
        return full

    @property
    def hits(self) -> NDArray[np.int64]:
        """Plots taken so far."""
        return np.asarray(self.rows["hits"])

    @property
    def score(self) -> Floats:
        """Log of how much likelier the plots are as one object's than as false ones."""
        return np.asarray(self.rows["score"])

    @property
    def plot_time_s(self) -> Floats:
        """When each had its last plot."""
        return np.asarray(self.rows["plot_tick"] / TICKS_PER_SECOND + self._epoch_s)

    def geodetic(self) -> tuple[Floats, Floats, Floats]:
        """Latitude and longitude, degrees, and height above the ellipsoid, m."""
        setting = self._frame.setting[0]
        return geodetic(enu_to_ecef(self.position_m, setting["origin_ecef_m"], setting["enu_to_ecef"]))

    def columns(self) -> dict[str, NDArray[Any]]:
        """Plain columns for a file or a data frame; ``cov_ij``: covariance of axes i and j, position first."""
        lat_deg, lon_deg, height_m = self.geodetic()
        position, velocity = self.position_m, self.velocity_mps
        along = {f"{axis}_m": position[:, n] for n, axis in enumerate(("east", "north", "up"))}
        speeds = {f"{axis}_mps": velocity[:, n] for n, axis in enumerate(("east", "north", "up"))}
        upper = [f"cov_{i}{j}" for i in range(6) for j in range(i, 6)]
        spread = {name: self.rows["cov"][:, n] for n, name in enumerate(upper)}
        return {
            "time_s": np.full(len(self), self.time_s), "number": self.number, "coasted": self.coasted,
            "lat_deg": lat_deg, "lon_deg": lon_deg, "height_m": height_m, **along, **speeds, "hits": self.hits,
            "score": self.score, "plot_time_s": self.plot_time_s, **spread,
        }  # fmt: skip
