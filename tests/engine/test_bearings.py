"""The wedge along a strobe: level like the bearing itself, wherever the track flies above it."""

from __future__ import annotations

from math import cos, radians, sin
from typing import Any

import numpy as np
import pytest

from openiads.engine.bearings import take_strobes
from openiads.engine.track_state import refresh
from openiads.enums import TrackState
from openiads.estimation import imm
from openiads.estimation.gate import gate_of
from openiads.world.tables import BANK, COUNT, DOCTRINE, POST, STROBE, TRACK
from tests.support.states import gauss

SIGMA_RAD = radians(0.5)
AZIMUTH_RAD = radians(250.0)
PLOT_TICK = 60_000


class Scene:
    """A post with known tracks, and strobes that an antenna at the origin has of them."""

    def __init__(self) -> None:
        self.doctrines, self.posts, self.counts = np.zeros(1, DOCTRINE), np.zeros(1, POST), np.zeros(1, COUNT)
        self.doctrines["gate2"][0, 1:] = [gate_of(0.9999, dimensions) for dimensions in (1, 2, 3, 4)]
        self.strobes: Any = np.zeros(2, STROBE)
        self.tracks: Any = np.zeros(3, TRACK)
        self.banks: Any = np.zeros(4, BANK)

    def fly(self, azimuth_rad: float, level_m: float, height_m: float, scan_s: float) -> int:
        """Add a track that is known to 10 m and 1 m/s, on its way at 200 m/s towards the antenna; its row."""
        k = int(self.counts["tracks_top"][0])
        self.counts["tracks_top"] += 1
        towards = np.array([sin(azimuth_rad), cos(azimuth_rad), 0.0])
        mean = np.concatenate([level_m * towards + [0.0, 0.0, height_m], -200.0 * towards])
        g = gauss(mean, np.diag([100.0] * 3 + [1.0] * 3))
        imm.begin(self.banks[k], g, g, False)
        row = self.tracks[k]
        row["state"], row["number"], row["scan_tick"] = TrackState.CONFIRMED, k + 1, round(1e3 * scan_s)
        row["tick"] = row["plot_tick"] = row["bearing_tick"] = PLOT_TICK
        refresh(row, self.banks[k])
        return k

    def hear(self, azimuth_rad: float, tick: int) -> None:
        """A strobe, and what the stage makes of it."""
        row = self.strobes[int(self.counts["strobes"][0])]
        row["tick"], row["azimuth_rad"], row["sigma_azimuth_rad"] = tick, azimuth_rad, SIGMA_RAD
        row["along_enu"] = [sin(azimuth_rad), cos(azimuth_rad), 0.0]
        self.counts["strobes"] += 1
        take_strobes(self.doctrines, self.posts, self.counts, self.strobes, self.tracks, self.banks)
        assert self.counts["strobes_read"][0] == self.counts["strobes"][0]

    def heard(self) -> list[int]:
        """The rows of tracks that have a strobe."""
        return np.flatnonzero(self.tracks["bearing_tick"] > PLOT_TICK).tolist()


@pytest.mark.parametrize(
    ("level_m", "height_m", "scan_s"), [(95e3, 8e3, 0.2), (40e3, 20e3, 5.0), (15e3, 12e3, 2.0), (95e3, 50.0, 5.0)]
)
def test_a_strobe_finds_the_track_above_it_however_high_and_well_known_it_is(
    level_m: float, height_m: float, scan_s: float
) -> None:
    """The first is 8 km high at 95 km: the slant is 336 m longer than the level way, the track known to 10 m."""
    scene = Scene()
    k = scene.fly(AZIMUTH_RAD, level_m, height_m, scan_s)
    tick = PLOT_TICK + round(1e3 * scan_s) + 10
    scene.hear(AZIMUTH_RAD + 0.5 * SIGMA_RAD, tick)
    assert scene.heard() == [k]
    assert scene.tracks["tick"][k] == scene.tracks["bearing_tick"][k] == tick
    assert scene.tracks["plot_tick"][k] == PLOT_TICK


def test_a_track_elsewhere_is_not_along_the_strobe() -> None:
    """Ten standard deviations aside, or behind the antenna."""
    for azimuth_rad in (AZIMUTH_RAD + 10.0 * SIGMA_RAD, AZIMUTH_RAD + np.pi):
        scene = Scene()
        scene.fly(azimuth_rad, 95e3, 8e3, 1.0)
        scene.hear(AZIMUTH_RAD, PLOT_TICK + 1500)
        assert scene.heard() == []


def test_two_along_one_strobe_cannot_be_told_apart() -> None:
    """One at 40 km and one at 95 km, of different heights; with another azimuth the second is free again."""
    scene = Scene()
    scene.fly(AZIMUTH_RAD, 40e3, 3e3, 1.0)
    scene.fly(AZIMUTH_RAD, 95e3, 12e3, 1.0)
    aside = scene.fly(AZIMUTH_RAD + 0.5, 95e3, 12e3, 1.0)
    scene.hear(AZIMUTH_RAD, PLOT_TICK + 1500)
    assert scene.heard() == []
    scene.hear(AZIMUTH_RAD + 0.5, PLOT_TICK + 1510)
    assert scene.heard() == [aside]


def test_what_has_plots_does_not_jam() -> None:
    """Within a scan of its last plot a track is not looked at."""
    scene = Scene()
    scene.fly(AZIMUTH_RAD, 95e3, 8e3, 5.0)
    scene.hear(AZIMUTH_RAD, PLOT_TICK + 5000)
    assert scene.heard() == []
    scene.hear(AZIMUTH_RAD, PLOT_TICK + 5001)
    assert scene.heard() == [0]
