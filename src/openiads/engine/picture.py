"""The tracking stage by itself: the tables it needs and no others, for who only wants an air picture."""

from __future__ import annotations

from math import asin, cos, isnan, pi, sin
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from openiads._jit import borrow, kernel
from openiads.constants import MEAN_EARTH_RADIUS_M, TICKS_PER_SECOND
from openiads.engine.tracking import update_tracks
from openiads.estimation.sight import FULL, LEVEL, STEEPEST
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
    ranking: Table
    engagements: Table
    interceptors: Table
    links: Table
    work: Table
    events: Table
    track_samples: Table


DISORDER = 1  # faults of plots, as ``faults_of`` tells them: the order of time is broken
UNTIMELY = 2  # before the last update or after this one
UNSOUND = 4  # a value that is none, or a radar that is none
OUTSIDE = 8  # beyond what the radar covers
TWICE = 16  # two plots may be one
NEARER, FARTHER, HIGHER = 1, 2, 3  # sides of a radar's cover
RANGE_LEAST_M = 1e-3
EDGE = 4.0  # standard deviations by which a plot may lie beyond its radar's cover, assumed
BUCKETS_PER_M = 64.0  # of ranges, in the search for plots that are there twice

HEIGHT_SIGMA_M = 150.0  # of a reported height: what the air's pressure differs from the standard one, assumed
UNKNOWN_HEIGHT_M = 6000.0  # of a plot without one, and its standard deviation, assumed
WIDEST_RISE_RAD = 0.5  # standard deviation of an elevation, at most


@kernel
def advance_picture(tick: int, epoch_s: float, measured: Any, instruments: Any, picture: Picture) -> None:
    """Take plots into the picture, and bring every track's life up to a tick.

    Args:
        tick: of the picture; no plot is later.
        epoch_s: the time at which ticks are zero.
        measured: a row a plot (``MEASURED`` of world/tables.py), free of faults, in the order of their times.
        instruments: a row a radar.
        picture: its ``plots`` has room for all; afterwards they tell which track each went to.
    """
    p = borrow(picture)
    p.counts[0].plots = measured.size
    p.counts[0].plots_read = 0
    p.counts[0].events = 0
    p.counts[0].track_samples = 0
    for n in range(measured.size):
        one = measured[n]
        _place(one, epoch_s, instruments[one.radar], p.emitters[one.radar], p.plots[n])
    update_tracks(
        tick, p.posts, p.doctrines, p.radars, p.emitters, p.clock, p.counts, p.channels, p.plots, p.strobes, p.tracks,
        p.banks, p.identity, p.ranking, p.engagements, p.interceptors, p.links, p.work, p.events, p.track_samples,
    )  # fmt: skip
    p.clock[0].track_sample_tick = 0


@kernel
def _place(one: Any, epoch_s: float, instrument: Any, emitter: Any, plot: Any) -> None:
    """Turn measured ranges and angles into a row of plots in the frame of the picture, known biases taken off."""
    plot.tick = round((one.time_s - epoch_s) * TICKS_PER_SECOND)
    plot.radar = one.radar
    plot.post = 0
    plot.channel = -1
    plot.track = -1
    plot.track_number = -1
    plot.nis = -1.0
    plot.range_m = max(one.range_m - instrument.range_bias_m, RANGE_LEAST_M)
    plot.sigma_range_m = _given(one.sigma_range_m, instrument.sigma_range_m)
    plot.sigma_azimuth_rad = _given(one.sigma_azimuth_rad, instrument.sigma_azimuth_rad)
    plot.range_rate_mps = _given(one.range_rate_mps, 0.0)
    plot.sigma_rate_mps = 0.0 if isnan(one.range_rate_mps) else instrument.sigma_rate_mps
    elevation_rad = one.elevation_rad
    if not isnan(elevation_rad):
        plot.dimensions = FULL
        plot.sigma_elevation_rad = _given(one.sigma_elevation_rad, instrument.sigma_elevation_rad)
    else:
        known = not isnan(one.height_m)
        elevation_rad = _elevation(plot.range_m, instrument.height_m, _given(one.height_m, UNKNOWN_HEIGHT_M))
        plot.dimensions = FULL if known else LEVEL
        plot.sigma_elevation_rad = min((HEIGHT_SIGMA_M if known else UNKNOWN_HEIGHT_M) / plot.range_m, WIDEST_RISE_RAD)
    azimuth_rad = one.azimuth_rad - instrument.azimuth_bias_rad
    level_m = plot.range_m * cos(elevation_rad)
    local_m = Vec3(level_m * sin(azimuth_rad), level_m * cos(azimuth_rad), plot.range_m * sin(elevation_rad))
    write(plot.pos_enu_m, add(read(emitter.pos_enu_m), turn(emitter.axes_enu, local_m)))


@kernel
def _given(own: float, general: float) -> float:
    """A plot's own value where it has one."""
    return general if isnan(own) else own


@kernel
def _elevation(range_m: float, antenna_m: float, height_m: float) -> float:
    """Of the straight line to a height, over a sphere."""
    own_m, there_m = MEAN_EARTH_RADIUS_M + antenna_m, MEAN_EARTH_RADIUS_M + height_m
    sine = (there_m * there_m - own_m * own_m - range_m * range_m) / (2.0 * range_m * own_m)
    return asin(min(max(sine, -STEEPEST), STEEPEST))


@kernel
def faults_of(since_s: float, until_s: float, measured: Any, instruments: Any, work: Any) -> int:
    """What is wrong with any of the plots, as a sum of the faults above; zero for plots that can be taken as they are.

    Bounds of values are those of ``imports/plots.py`` or narrower: what is called unsound is looked at again there.
    ``work`` is written over; more plots than it has rows may be there twice for all that is known.
    """
    if measured.size > work.size:
        return TWICE
    found = 0
    for n in range(measured.size):
        work[n].head = -1
    for n in range(measured.size):
        one = measured[n]
        if one.radar < 0 or one.radar >= instruments.size or not _is_sound(one):
            found |= UNSOUND
            continue
        if not since_s <= one.time_s <= until_s:
            found |= UNTIMELY
        if n > 0 and measured[n - 1].time_s > one.time_s:
            found |= DISORDER
        if _side_of(one, instruments[one.radar]) > 0:
            found |= OUTSIDE
        if _is_twice(n, measured, work):
            found |= TWICE
    return found


@kernel
def _is_sound(one: Any) -> bool:
    """True when every value may be what it stands for; comparisons with NaN are false."""
    needed = abs(one.time_s) <= 1e12 and RANGE_LEAST_M <= one.range_m <= 5e6 and abs(one.azimuth_rad) <= 2.0 * pi
    beside = not (abs(one.elevation_rad) > 0.5 * pi or abs(one.range_rate_mps) > 12e3)
    height = not (one.height_m < -500.0 or one.height_m > 200e3)
    errors = not (one.sigma_range_m < 1e-3 or one.sigma_azimuth_rad < 1e-7 or one.sigma_elevation_rad < 1e-7)
    wide = one.sigma_range_m > 1e5 or one.sigma_azimuth_rad > 0.25 * pi or one.sigma_elevation_rad > 0.25 * pi
    return bool(needed and beside and height and errors and not wide)


@kernel
def sides_of(measured: Any, instruments: Any, sides: Any) -> None:
    """Write for each plot on which side of its radar's cover it lies: 0 within, else one of the sides above."""
    for n in range(measured.size):
        sides[n] = _side_of(measured[n], instruments[measured[n].radar])


@kernel
def _side_of(one: Any, instrument: Any) -> int:
    """A plot is outside if it is by more than its errors."""
    edge_m = EDGE * _given(one.sigma_range_m, instrument.sigma_range_m)
    if one.range_m < instrument.range_min_m - edge_m:
        return NEARER
    if one.range_m > instrument.range_max_m + edge_m:
        return FARTHER
    edge_rad = EDGE * _given(one.sigma_elevation_rad, instrument.sigma_elevation_rad)
    return HIGHER if one.elevation_rad > instrument.elevation_max_rad + edge_rad else 0  # not where there is none


@kernel
def _is_twice(n: int, measured: Any, work: Any) -> bool:
    """True when one of the plots before is the same; equal ranges hang in one bucket."""
    one = measured[n]
    bucket = int(one.range_m * BUCKETS_PER_M) % measured.size
    before = work[bucket].head
    while before >= 0:
        other = measured[before]
        alike = other.range_m == one.range_m and other.azimuth_rad == one.azimuth_rad and other.radar == one.radar
        if alike and other.time_s == one.time_s:
            return True
        before = work[before].next
    work[n].next = work[bucket].head
    work[bucket].head = n
    return False
