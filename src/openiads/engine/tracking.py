"""One picture per command post: plots of all its radars become tracks."""

from __future__ import annotations

from math import sqrt
from typing import Any, NamedTuple

from openiads._jit import kernel
from openiads.constants import SECONDS_PER_TICK
from openiads.engine.events import add_event, last_event
from openiads.enums import EventKind, Overflow, TrackState
from openiads.estimation.association import INFEASIBLE, assign
from openiads.estimation.kalman import (
    distance2,
    error_basis,
    predict,
    predicted_position,
    start,
    update,
)  # fmt: skip
from openiads.vec3 import Vec3, norm, read, sub, write

SAMPLE_TICK = 1000
START_SPEED_SIGMA_MPS = 500.0  # of a track with one plot, assumed
TENTATIVE_PENALTY = 4.0  # added to a tentative track's distance, so that confirmed tracks are served first
COASTING_SCANS = 1.5
COARSE_FACTOR = 1.8  # the largest axis of a covariance against the mean one that sigmas are kept of


@kernel
def update_tracks(
    tick: int, posts: Any, doctrines: Any, emitters: Any, clock: Any, counts: Any, channels: Any,
    plots: Any, tracks: Any, identity: Any, costs: Any, work: Any, events: Any, track_samples: Any,
) -> int:  # fmt: skip
    """Associate the new plots, confirm, coast and drop tracks, sample them once a second; returns the next due tick.

    A channel's plot goes to its cued track if it lies in the gate; a search look's plots are matched to all tracks at
    once at least total distance, and what is left over begins tentative tracks.

    Reads: doctrines, emitters (where the antennas stand, how long their frames take), identity (for the sample).
    Writes: tracks, plots (the track they went to), channels (hits), clock (its own due tick), counts, posts (the next
    track number), costs, work, events, track_samples.
    """
    n = counts[0].plots_read
    while n < counts[0].plots:
        if plots[n].channel >= 0:
            _take_channel_plot(n, doctrines, posts, emitters, counts, channels, plots, tracks, events)
            n += 1
        else:
            n = _take_look(n, doctrines, posts, emitters, counts, plots, tracks, costs, work, events)
    counts[0].plots_read = n
    if tick >= clock[0].track_sample_tick:
        clock[0].track_sample_tick = tick + SAMPLE_TICK
        _maintain(tick, posts, doctrines, counts, tracks, identity, events, track_samples)
    return int(clock[0].track_sample_tick)


@kernel
def _take_channel_plot(
    n: int, doctrines: Any, posts: Any, emitters: Any, counts: Any, channels: Any, plots: Any, tracks: Any, events: Any
) -> None:
    plot = plots[n]
    k = plot.track
    doctrine = doctrines[posts[plot.post].doctrine]
    plot.track = -1
    if tracks[k].state == TrackState.FREE or tracks[k].tick > plot.tick:
        return
    basis = error_basis(plot, read(emitters[plot.radar].pos_enu_m))
    if distance2(tracks[k], plot, basis, plot.tick, doctrine.process_noise_mps2) > doctrine.gate:
        return
    _feed(n, k, doctrine, emitters, counts, plots, tracks, events)
    channel = channels[plot.channel]
    channel.hits += 1
    channel.last_hit_tick = plot.tick


@kernel
def _feed(n: int, k: int, doctrine: Any, emitters: Any, counts: Any, plots: Any, tracks: Any, events: Any) -> None:
    """Update a track with its plot."""
    plot = plots[n]
    track = tracks[k]
    predict(track, plot.tick, doctrine.process_noise_mps2)
    update(track, plot, error_basis(plot, read(emitters[plot.radar].pos_enu_m)))
    track.plot_tick = plot.tick
    track.radar = plot.radar
    track.hits += 1
    plot.track = k
    plot.track_number = track.number
    if track.state == TrackState.COASTED:
        track.state = TrackState.CONFIRMED
    if track.state == TrackState.TENTATIVE and track.hits >= doctrine.confirm_hits:
        track.state = TrackState.CONFIRMED
        event = add_event(events, counts, plot.tick, EventKind.TRACK_CONFIRMED, -1)
        event.post = track.post
        event.radar = plot.radar
        event.track = track.number
        write(event.pos_enu_m, read(track.pos_enu_m))
        track.confirmed_event = last_event(counts)


@kernel
def _take_look(
    first: int, doctrines: Any, posts: Any, emitters: Any, counts: Any, plots: Any, tracks: Any,
    costs: Any, work: Any, events: Any,
) -> int:  # fmt: skip
    """Associate all plots of one look of one radar; returns the row after the last of them."""
    end = first
    most = min(counts[0].plots, first + costs.shape[0])
    while end < most and _same_look(plots[first], plots[end]):
        end += 1
    if end == most < counts[0].plots and plots[end].radar == plots[first].radar and plots[end].channel < 0:
        counts[0].overflow = Overflow.WORK  # one look has more plots than the assignment has rows
    doctrine = doctrines[posts[plots[first].post].doctrine]
    columns = _gate(first, end, doctrine, emitters, counts, plots, tracks, costs, work)
    if columns > 0:
        _match(end - first, columns, doctrine, costs, work)
    for n in range(first, end):
        column = work[n - first].column_of if columns > 0 else -1
        k = work[column].other if 0 <= column < columns else -1
        if k >= 0 and costs[n - first, column] < INFEASIBLE:
            frame_tick = emitters[plots[n].radar].frame_tick
            alone = tracks[k].radar == plots[n].radar
            _feed(n, k, doctrine, emitters, counts, plots, tracks, events)
            tracks[k].scan_tick = frame_tick if alone else min(tracks[k].scan_tick, frame_tick)
        else:
            _begin(n, posts, emitters, counts, plots, tracks)
    return end


@kernel
def _same_look(first: Any, plot: Any) -> bool:
    return bool(plot.radar == first.radar and plot.tick == first.tick and plot.channel < 0)


@kernel
def _gate(
    first: int, end: int, doctrine: Any, emitters: Any, counts: Any, plots: Any, tracks: Any, costs: Any, work: Any
) -> int:
    """Fill the cost matrix with the tracks that have a plot in their gate; returns their number.

    Tracks that cannot reach the box round the plots of the look are passed over first.
    """
    columns = 0
    tick = plots[first].tick
    reach = sqrt(doctrine.gate)
    box = _box(first, end, reach, plots)
    for k in range(counts[0].tracks_top):
        track = tracks[k]
        if track.state == TrackState.FREE or track.post != plots[first].post:
            continue
        span_s = (tick - track.tick) * SECONDS_PER_TICK
        noise_m = doctrine.process_noise_mps2 * span_s * sqrt(span_s)
        wide_m = COARSE_FACTOR * reach * (track.pos_sigma_m + span_s * track.vel_sigma_mps + noise_m)
        expected_m = predicted_position(track, tick)
        outside_x = expected_m.x < box.west_m - wide_m or expected_m.x > box.east_m + wide_m
        if outside_x or expected_m.y < box.south_m - wide_m or expected_m.y > box.north_m + wide_m:
            continue
        if columns >= costs.shape[1] - (end - first):
            counts[0].overflow = Overflow.WORK
            return columns
        if _fill(first, end, columns, wide_m, expected_m, doctrine, emitters, plots, track, costs):
            work[columns].other = k
            columns += 1
    return columns


class Box(NamedTuple):
    """The square round the plots of a look, with the reach of their errors, m."""

    west_m: float
    east_m: float
    south_m: float
    north_m: float


@kernel
def _box(first: int, end: int, reach: float, plots: Any) -> Box:
    west_m, east_m, south_m, north_m = 1e12, -1e12, 1e12, -1e12
    for n in range(first, end):
        margin_m = reach * _plot_sigma_m(plots[n])
        west_m = min(west_m, plots[n].pos_enu_m[0] - margin_m)
        east_m = max(east_m, plots[n].pos_enu_m[0] + margin_m)
        south_m = min(south_m, plots[n].pos_enu_m[1] - margin_m)
        north_m = max(north_m, plots[n].pos_enu_m[1] + margin_m)
    return Box(west_m, east_m, south_m, north_m)


@kernel
def _plot_sigma_m(plot: Any) -> float:
    return float(plot.sigma_range_m + plot.range_m * (plot.sigma_azimuth_rad + plot.sigma_elevation_rad))


@kernel
def _fill(
    first: int, end: int, column: int, wide_m: float, expected_m: Vec3, doctrine: Any, emitters: Any, plots: Any,
    track: Any, costs: Any,
) -> bool:  # fmt: skip
    """Costs of one track against the plots of a look; true when one of them lies in its gate."""
    taken = False
    reach = sqrt(doctrine.gate)
    for n in range(first, end):
        plot = plots[n]
        cost = INFEASIBLE
        if norm(sub(read(plot.pos_enu_m), expected_m)) < wide_m + reach * _plot_sigma_m(plot):
            basis = error_basis(plot, read(emitters[plot.radar].pos_enu_m))
            off2 = distance2(track, plot, basis, plot.tick, doctrine.process_noise_mps2)
            if off2 < doctrine.gate:
                cost = off2 + (TENTATIVE_PENALTY if track.state == TrackState.TENTATIVE else 0.0)
                taken = True
        costs[n - first, column] = cost
    return taken


@kernel
def _match(rows: int, columns: int, doctrine: Any, costs: Any, work: Any) -> None:
    """Solve with one stand-by column a row, so that a plot may also begin a track of its own."""
    spare = doctrine.gate + TENTATIVE_PENALTY
    for i in range(rows):
        for j in range(rows):
            costs[i, columns + j] = spare if i == j else INFEASIBLE
    assign(costs, rows, columns + rows, work)


@kernel
def _begin(n: int, posts: Any, emitters: Any, counts: Any, plots: Any, tracks: Any) -> None:
    """Begin a tentative track at a plot that no track took."""
    k = counts[0].tracks_free
    while k < tracks.size and tracks[k].state != TrackState.FREE:
        k += 1
    if k >= tracks.size:
        counts[0].overflow = Overflow.TRACKS
        return
    counts[0].tracks_free = k + 1
    counts[0].tracks_top = max(counts[0].tracks_top, k + 1)
    plot = plots[n]
    track = tracks[k]
    track.state = TrackState.TENTATIVE
    track.post = plot.post
    track.number = posts[plot.post].next_track_number
    posts[plot.post].next_track_number += 1
    track.tick = plot.tick
    track.first_tick = plot.tick
    track.plot_tick = plot.tick
    track.scan_tick = emitters[plot.radar].frame_tick
    track.hits = 1
    track.radar = plot.radar
    track.confirmed_event = -1
    start(track, plot, error_basis(plot, read(emitters[plot.radar].pos_enu_m)), START_SPEED_SIGMA_MPS)
    plot.track = k
    plot.track_number = track.number


@kernel
def _maintain(
    tick: int, posts: Any, doctrines: Any, counts: Any, tracks: Any, identity: Any, events: Any, track_samples: Any
) -> None:
    """Coast and drop what has had no plot for long, and sample the rest."""
    for k in range(counts[0].tracks_top):
        track = tracks[k]
        if track.state == TrackState.FREE:
            continue
        doctrine = doctrines[posts[track.post].doctrine]
        silent_tick = tick - track.plot_tick
        if track.state == TrackState.TENTATIVE:
            looks = (tick - track.first_tick) / track.scan_tick + 0.5
            if track.hits + doctrine.confirm_looks - looks < doctrine.confirm_hits:
                _drop(k, counts, track)
            continue
        if silent_tick > doctrine.coast_scans * track.scan_tick:
            _note(tick, EventKind.TRACK_LOST, track, counts, events)
            _drop(k, counts, track)
            continue
        if track.state == TrackState.CONFIRMED and silent_tick > COASTING_SCANS * track.scan_tick:
            track.state = TrackState.COASTED
            _note(tick, EventKind.TRACK_COASTED, track, counts, events)
        if track_samples.size > 0:
            _sample(tick, k, counts, track, identity, track_samples)


@kernel
def _drop(k: int, counts: Any, track: Any) -> None:
    track.state = TrackState.FREE
    counts[0].tracks_free = min(counts[0].tracks_free, k)


@kernel
def _note(tick: int, kind: int, track: Any, counts: Any, events: Any) -> None:
    event = add_event(events, counts, tick, kind, track.confirmed_event)
    event.post = track.post
    event.track = track.number
    write(event.pos_enu_m, read(track.pos_enu_m))


@kernel
def _sample(tick: int, k: int, counts: Any, track: Any, identity: Any, track_samples: Any) -> None:
    row = track_samples[counts[0].track_samples]
    counts[0].track_samples += 1
    row.tick = tick
    row.post = track.post
    row.number = track.number
    row.state = track.state
    row.identity = identity[k].identity if identity[k].number == track.number else 0
    row.hits = track.hits
    write(row.pos_enu_m, predicted_position(track, tick))
    write(row.vel_enu_mps, read(track.vel_enu_mps))
    n = 0
    for i in range(6):
        for j in range(i, 6):
            row.cov[n] = track.cov[i, j]
            n += 1
