"""The cheap look at a track before an intercept is solved: it never turns down what would be found."""

from __future__ import annotations

import numpy as np
import pytest

from openiads.engine.intercept import beyond_reach, solve
from openiads.enums import Cause, TargetGroup
from openiads.world.tables import LAUNCHER, TRACK
from tests.support import runs

EARTH_M = 6_371_000.0
FASTEST_MPS = 1500.0


def _tracks(number: int, seed: int) -> np.ndarray:
    """Tracks from overhead to far beyond any missile, on any course, standing still to faster than is reached."""
    draw = np.random.default_rng(seed)
    tracks = np.zeros(number, TRACK)
    bearing, range_m = draw.uniform(0.0, 2.0 * np.pi, number), 700e3 * draw.random(number)
    course, speed_mps = draw.uniform(0.0, 2.0 * np.pi, number), FASTEST_MPS * draw.random(number) ** 2
    drop_m = range_m**2 / (2.0 * EARTH_M)
    height_m = draw.uniform(10.0, 25e3, number)
    tracks["pos_enu_m"] = np.stack([range_m * np.sin(bearing), range_m * np.cos(bearing), height_m - drop_m], 1)
    climb_mps = draw.normal(0.0, 10.0, number)
    tracks["vel_enu_mps"] = np.stack([speed_mps * np.sin(course), speed_mps * np.cos(course), climb_mps], 1)
    tracks["height_sigma_m"] = 100.0
    return tracks


@pytest.mark.parametrize("wait_s", [0.0, 20.0])
def test_it_never_turns_down_what_is_found(wait_s: float) -> None:
    """Every missile of two built-in scenarios; and it spares most of the work that would find nothing far out."""
    launcher = np.zeros(1, LAUNCHER)[0]
    tracks, found, spared, nothing = _tracks(4000, 1), 0, 0, 0
    for name in ("first", "tartus"):
        world = runs.built(name).world
        for missile in world.missiles:
            for n, track in enumerate(tracks):
                group = (TargetGroup.AIRCRAFT, TargetGroup.CRUISE_MISSILE, TargetGroup.BALLISTIC)[n % 3].value
                beyond = beyond_reach(0, wait_s, missile, launcher, track, group)
                chance = solve(0, wait_s, EARTH_M, missile, world.envelopes, launcher, track, group)
                if chance.cause == Cause.NONE:
                    assert not beyond
                    later = beyond_reach(0, wait_s + 10.0, missile, launcher, track, group)
                    assert not later, "a longer wait is looked at from its beginning"
                found += chance.cause == Cause.NONE
                nothing += chance.cause != Cause.NONE and group != TargetGroup.BALLISTIC
                spared += beyond
    assert found > 300
    assert spared > 0.5 * nothing
    assert spared < nothing


def test_what_falls_is_left_to_the_solver() -> None:
    missile = runs.built("first").world.missiles[0]
    track = _tracks(1, 2)[0]
    track["pos_enu_m"] = (600e3, 0.0, 20e3)
    launcher = np.zeros(1, LAUNCHER)[0]
    assert beyond_reach(0, 0.0, missile, launcher, track, TargetGroup.AIRCRAFT.value)
    assert not beyond_reach(0, 0.0, missile, launcher, track, TargetGroup.BALLISTIC.value)
