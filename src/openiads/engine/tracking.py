"""One picture per command post: plots and strobes of all its radars become tracks."""

from __future__ import annotations

from math import log
from typing import Any

from openiads._jit import kernel
from openiads.constants import SECONDS_PER_TICK
from openiads.engine.bearings import take_strobes
from openiads.engine.correlation import correlate
from openiads.engine.events import add_event, last_event
from openiads.engine.track_life import maintain
from openiads.engine.track_state import (
    begin,
    bundle,
    carry,
    expected_nis,
    feed,
    predicted_position,
    up_of,
)
from openiads.enums import EventKind, Overflow, TrackState
from openiads.estimation.imm import fit
from openiads.estimation.sight import Sight, sight_of
from openiads.vec3 import read, write

SAMPLE_TICK = 1000
START_SCORE = -3.0  # log of how much rarer new objects are than false plots, assumed
CONFIRM_LEAST = 5.0  # score that M of N plots must reach all the same, assumed
LOOK_SHARE = 0.5  # of a frame: plots of one radar within it are one look, in which an object has one plot at most


@kernel
def update_tracks(
    tick: int, posts: Any, doctrines: Any, radars: Any, emitters: Any, clock: Any, counts: Any, channels: Any,
    plots: Any, strobes: Any, tracks: Any, banks: Any, identity: Any, ranking: Any, engagements: Any,
    interceptors: Any, links: Any, work: Any, events: Any, track_samples: Any,
) -> int:  # fmt: skip
    """Associate the new plots, confirm, coast and drop tracks, sample them once a second; returns the next due tick.

    A channel's plot goes to its cued track if it lies in the gate; a search look's plots are matched to all tracks at
    once at most total likelihood, and what is left over begins tentative tracks. A strobe refines the one track that
    lies along it.

    Reads: doctrines, radars, emitters (where the antennas stand, how long their frames take, since when they
    are silent), strobes.
    Writes: tracks, banks, plots (the track they went to), channels (hits), identity, ranking, engagements and
    interceptors (of a track that merged with another), clock (its own due tick), counts, posts (the next track number),
    links, work, events, track_samples.
    """
    n = counts[0].plots_read
    while n < counts[0].plots:
        if plots[n].channel >= 0:
            _take_channel_plot(n, doctrines, posts, emitters, counts, channels, plots, tracks, banks, events)
            n += 1
        else:
            n = _take_look(n, doctrines, posts, radars, emitters, counts, plots, tracks, banks, links, work, events)
    counts[0].plots_read = n
    take_strobes(doctrines, posts, counts, strobes, tracks, banks)
    if tick >= clock[0].track_sample_tick:
        clock[0].track_sample_tick = tick + SAMPLE_TICK
        maintain(
            tick, posts, doctrines, emitters, counts, tracks, banks, identity, ranking, engagements, interceptors,
            events, track_samples,
        )  # fmt: skip
    return int(clock[0].track_sample_tick)


@kernel
def _take_channel_plot(
    n: int, doctrines: Any, posts: Any, emitters: Any, counts: Any, channels: Any, plots: Any, tracks: Any,
    banks: Any, events: Any,
) -> None:  # fmt: skip
    plot = plots[n]
    k = plot.track
    doctrine = doctrines[posts[plot.post].doctrine]
    plot.track = -1
    track = tracks[k]
    if track.state == TrackState.FREE or track.tick > plot.tick:
        return
    antenna_m, up = read(emitters[plot.radar].pos_enu_m), up_of(emitters[plot.radar])
    sight = sight_of(plot, antenna_m, up, predicted_position(track, plot.tick))
    nis = expected_nis(track, banks[k], sight, plot.tick)
    if nis < doctrine.gate2[plot.dimensions] and sight.rate2 == 0.0:
        bundle(track, banks[k], banks[banks.size - 1], sight, plot.radar, plot.tick)
        plot.nis = nis
    elif not _take_with_care(plot, track, banks[k], banks[banks.size - 1], sight, doctrine):
        return
    _note_hit(n, k, 0.0, doctrine, counts, plots, tracks, events)
    channel = channels[plot.channel]
    channel.hits += 1
    channel.last_hit_tick = plot.tick


@kernel
def _take_with_care(plot: Any, track: Any, bank: Any, spare: Any, sight: Sight, doctrine: Any) -> bool:
    """Take a plot with all models into account, if it lies in the gate; true when it does."""
    carry(track, bank, spare, plot.tick)
    silent_s = (plot.tick - track.plot_tick) * SECONDS_PER_TICK
    found = fit(bank, sight, silent_s)
    if found.nearest2 > doctrine.gate2[plot.dimensions]:
        return False
    feed(track, bank, spare, sight, found.free_share, plot.tick)
    plot.nis = found.nis
    return True


@kernel
def _take_look(
    first: int, doctrines: Any, posts: Any, radars: Any, emitters: Any, counts: Any, plots: Any, tracks: Any,
    banks: Any, links: Any, work: Any, events: Any,
) -> int:  # fmt: skip
    """Associate all plots of one look of one radar; returns the row after the last of them."""
    end = first + 1
    most = min(counts[0].plots, first + work.size)
    frame_tick = emitters[plots[first].radar].frame_tick
    while end < most and _same_look(plots[first], plots[end], int(LOOK_SHARE * frame_tick)):
        end += 1
    doctrine = doctrines[posts[plots[first].post].doctrine]
    rows = correlate(first, end, doctrine, radars, emitters, counts, plots, tracks, banks, links, work)
    missed = log(1.0 - radars[plots[first].radar].detection)
    antenna_m, up = read(emitters[plots[first].radar].pos_enu_m), up_of(emitters[plots[first].radar])
    for row in range(rows):
        if work[row].column_of >= 0:
            n = first + work[row].column_of
            k = work[row].track
            track = tracks[k]
            link = links[_link_to(row, links, work)]
            carry(track, banks[k], banks[banks.size - 1], plots[n].tick)
            sight = sight_of(plots[n], antenna_m, up, read(track.pos_enu_m))
            looks = max(round((plots[n].tick - track.plot_tick) / frame_tick), 1)
            feed(track, banks[k], banks[banks.size - 1], sight, link.free_share, plots[n].tick)
            plots[n].nis = link.nis
            _note_search(track, plots[n], frame_tick)
            _note_hit(n, k, link.gain + looks * missed, doctrine, counts, plots, tracks, events)
        else:
            _note_rival(plots[first].tick, row, tracks, links, work)
    for n in range(first, end):
        if work[n - first].row_of < 0:
            _begin(n, posts, emitters, counts, plots, tracks, banks)
    return end


@kernel
def _note_search(track: Any, plot: Any, frame_tick: int) -> None:
    """Remember whose look it was, and how often the fastest and the slowest radar come round to it."""
    alone = track.search_radar == plot.radar
    track.scan_tick = frame_tick if alone else min(track.scan_tick, frame_tick)
    forgotten = plot.tick - track.slow_plot_tick > 3 * track.slow_tick
    if frame_tick >= track.slow_tick or forgotten:
        track.slow_tick = frame_tick
        track.slow_plot_tick = plot.tick
    track.search_tick = plot.tick
    track.search_radar = plot.radar


@kernel
def _note_rival(tick: int, row: int, tracks: Any, links: Any, work: Any) -> None:
    """Remember who took the plot that fitted best of those in a track's gate: it may be its twin."""
    best = work[row].first_link
    for n in range(best + 1, work[row].end_link):
        if links[n].cost < links[best].cost:
            best = n
    taker = work[links[best].column].row_of
    if taker < 0:
        return
    track, rival = tracks[work[row].track], work[taker].track
    if track.rival < 0 or track.rival_number != tracks[rival].number:
        track.rival = rival
        track.rival_number = tracks[rival].number
        track.rival_tick = tick


@kernel
def _same_look(first: Any, plot: Any, span_tick: int) -> bool:
    return bool(plot.radar == first.radar and plot.tick - first.tick <= span_tick and plot.channel < 0)


@kernel
def _link_to(row: int, links: Any, work: Any) -> int:
    """The link of a row to the column it was given."""
    n = work[row].first_link
    while links[n].column != work[row].column_of:
        n += 1
    return int(n)


@kernel
def _note_hit(n: int, k: int, gain: float, doctrine: Any, counts: Any, plots: Any, tracks: Any, events: Any) -> None:
    """Book a plot that a track took, and confirm the track when it is due."""
    plot = plots[n]
    track = tracks[k]
    track.plot_tick = plot.tick
    track.bearing_tick = plot.tick
    track.radar = plot.radar
    track.hits += 1
    track.score += gain
    plot.track = k
    plot.track_number = track.number
    if track.state == TrackState.COASTED:
        track.state = TrackState.CONFIRMED
    if track.state == TrackState.TENTATIVE and _is_sure(track, doctrine):
        track.state = TrackState.CONFIRMED
        event = add_event(events, counts, plot.tick, EventKind.TRACK_CONFIRMED, -1)
        event.post = track.post
        event.radar = plot.radar
        event.track = track.number
        write(event.pos_enu_m, read(track.pos_enu_m))
        track.confirmed_event = last_event(counts)


@kernel
def _is_sure(track: Any, doctrine: Any) -> bool:
    """M plots of N looks that are likelier one object's than false, or a score that needs no more plots."""
    if track.score >= doctrine.confirm_score:
        return True
    return bool(track.hits >= doctrine.confirm_hits and track.score > CONFIRM_LEAST)


@kernel
def _begin(n: int, posts: Any, emitters: Any, counts: Any, plots: Any, tracks: Any, banks: Any) -> None:
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
    track.bearing_tick = plot.tick
    track.scan_tick = emitters[plot.radar].frame_tick
    track.slow_tick = track.scan_tick
    track.slow_plot_tick = plot.tick
    track.search_tick = plot.tick
    track.search_radar = plot.radar
    track.hits = 1
    track.score = START_SCORE
    track.radar = plot.radar
    track.rival = -1
    track.confirmed_event = -1
    place_m = read(plot.pos_enu_m)
    begin(track, banks[k], sight_of(plot, read(emitters[plot.radar].pos_enu_m), up_of(emitters[plot.radar]), place_m))
    plot.track = k
    plot.track_number = track.number
