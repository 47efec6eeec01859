"""The tracking stage by itself: the tables it needs and no others, for who only wants an air picture."""

from __future__ import annotations

from math import cos, sin
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from openiads._jit import borrow, kernel
from openiads.engine.tracking import update_tracks
from openiads.vec3 import Vec3, add, read, turn, write

Table: TypeAlias = NDArray[np.void]


class Picture(NamedTuple):
    """The tables of one command post's picture."""

    posts: Table
    doctrines: Table
    radars: Table
    emitters: Table
    clock: Table
    counts: Table
    channels: Table
    plots: Table
    strobes: Table
    tracks: Table
    banks: Table
    identity: Table
    links: Table
    work: Table
    events: Table
    track_samples: Table


@kernel
def advance_picture(tick: int, picture: Picture) -> None:
    """Take the plots that were placed, and bring every track's life up to a tick."""
    p = borrow(picture)
    p.counts[0].plots_read = 0
    p.counts[0].events = 0
    update_tracks(
        tick, p.posts, p.doctrines, p.radars, p.emitters, p.clock, p.counts, p.channels, p.plots, p.strobes, p.tracks,
        p.banks, p.identity, p.links, p.work, p.events, p.track_samples,
    )  # fmt: skip
    p.clock[0].track_sample_tick = 0


@kernel
def place_plots(measured: Any, picture: Picture) -> None:
    """Turn measured ranges and angles into rows of plots, in the frame of the picture.

    ``measured`` has a row a plot (``MEASURED`` of world/tables.py), in the order of their ticks.
    """
    p = borrow(picture)
    p.counts[0].plots = measured.size
    for n in range(measured.size):
        one = measured[n]
        _place(one, p.emitters[one.radar], p.plots[n])


@kernel
def _place(one: Any, emitter: Any, plot: Any) -> None:
    plot.tick = one.tick
    plot.radar = one.radar
    plot.post = 0
    plot.channel = -1
    plot.track = -1
    plot.track_number = -1
    plot.dimensions = one.dimensions
    plot.range_m = one.range_m
    plot.sigma_range_m = one.sigma_range_m
    plot.sigma_azimuth_rad = one.sigma_azimuth_rad
    plot.sigma_elevation_rad = one.sigma_elevation_rad
    plot.range_rate_mps = one.range_rate_mps
    plot.sigma_rate_mps = one.sigma_rate_mps
    plot.nis = -1.0
    level_m = one.range_m * cos(one.elevation_rad)
    local_m = Vec3(level_m * sin(one.azimuth_rad), level_m * cos(one.azimuth_rad), one.range_m * sin(one.elevation_rad))
    write(plot.pos_enu_m, add(read(emitter.pos_enu_m), turn(emitter.axes_enu, local_m)))
