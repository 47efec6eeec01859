"""Which plot of a look belongs to which track: candidates by place, costs by likelihood, one optimal assignment.

A link costs minus the log of how much likelier the plot is with the track than as a false plot, so that stand-by,
which costs nothing, stands for a miss. Source: Blackman and Popoli, Design and Analysis of Modern Tracking Systems,
1999, ch. 6 and 7 (score and assignment).
"""

from __future__ import annotations

from math import log, sqrt
from typing import Any, NamedTuple

from openiads._jit import kernel
from openiads.constants import FALSE_PLOT_CEILING_M, FALSE_PLOTS_LEAST, SECONDS_PER_TICK
from openiads.engine.track_state import carry, foreseen_along, foreseen_sigma, predicted_position, up_of
from openiads.enums import Overflow, TrackState
from openiads.estimation.association import assign
from openiads.estimation.imm import fit
from openiads.estimation.sight import FULL, LEVEL, moved, sight_of
from openiads.vec3 import Vec3, dot, norm, read, scale, step, sub

FLAT_HEIGHT_M = 6000.0  # that a plot without height may have been given, assumed
GRID_SIDE = 64  # cells of the index of plots, along each side, at most


class Grid(NamedTuple):
    """An even grid over the plots of a look; their rows hang in its cells. Sigmas and range are the plots' largest.

    ``flat`` tells that some have no height: their places on the ground are not where a track's height puts them.
    """

    antenna_m: Vec3
    up: Vec3
    flat: bool
    west_m: float
    south_m: float
    extent_m: float
    side: int
    middle_tick: int
    last_tick: int
    sigma_range_m: float
    sigma_angle_rad: float
    farthest_m: float


class Span(NamedTuple):
    """Cells along one axis."""

    first: int
    last: int


@kernel
def correlate(
    first: int, end: int, doctrine: Any, radars: Any, emitters: Any, counts: Any, plots: Any, tracks: Any, banks: Any,
    links: Any, work: Any,
) -> int:  # fmt: skip
    """Assign the plots of one look to tracks; returns the number of tracks that had one in their gate.

    Afterwards ``work[n].row_of`` is the row among those tracks that took plot ``first + n``, or -1, and
    ``work[row].track`` and ``work[row].column_of`` say which track and plot that is.
    """
    grid = _index(first, end, plots, emitters, work)
    reach = sqrt(doctrine.gate2[FULL])
    rows = 0
    filled = 0
    for k in range(counts[0].tracks_top):
        track = tracks[k]
        if track.state == TrackState.FREE or track.post != plots[first].post:
            continue
        if filled + end - first > links.size:
            counts[0].overflow = Overflow.WORK
            break
        near = _near(first, filled, grid, reach, plots, track, links, work)
        if near > filled:
            near = _in_range(first, filled, near, reach, grid.antenna_m, plots, track, banks[k], links)
        if near == filled:
            continue
        carry(track, banks[k], banks[banks.size - 1], _earliest(first, filled, near, plots, links))
        fits = _fit_all(first, filled, near, grid, doctrine, radars, plots, track, banks[k], links)
        if fits > filled:
            work[rows].track = k
            work[rows].first_link = filled
            work[rows].end_link = fits
            work[rows].stand_by = 0.0
            filled = fits
            rows += 1
    _doubt_tentative(rows, end - first, radars[plots[first].radar].false_plots_per_look, tracks, links, work)
    assign(rows, end - first, links, work)
    return rows


@kernel
def _index(first: int, end: int, plots: Any, emitters: Any, work: Any) -> Grid:
    """Hang the plots of a look into a grid over their places."""
    west_m, east_m, south_m, north_m = 1e12, -1e12, 1e12, -1e12
    first_tick, last_tick = plots[first].tick, plots[first].tick
    sigma_m, angle_rad, farthest_m = 0.0, 0.0, 0.0
    flat = False
    for n in range(first, end):
        plot = plots[n]
        west_m, east_m = min(west_m, plot.pos_enu_m[0]), max(east_m, plot.pos_enu_m[0])
        south_m, north_m = min(south_m, plot.pos_enu_m[1]), max(north_m, plot.pos_enu_m[1])
        first_tick, last_tick = min(first_tick, plot.tick), max(last_tick, plot.tick)
        sigma_m, angle_rad = max(sigma_m, plot.sigma_range_m), max(angle_rad, _sigma_angle(plot))
        farthest_m = max(farthest_m, plot.range_m)
        flat = flat or plot.dimensions < FULL
    side = min(int(sqrt(float(end - first))) + 1, GRID_SIDE)
    for c in range(side * side):
        work[c].head = -1
    emitter = emitters[plots[first].radar]
    grid = Grid(
        read(emitter.pos_enu_m), up_of(emitter), flat, west_m, south_m, max(east_m - west_m, north_m - south_m, 1.0),
        side, (first_tick + last_tick) // 2, last_tick, sigma_m, angle_rad, farthest_m,
    )  # fmt: skip
    for n in range(first, end):
        cell = _cell(grid, plots[n].pos_enu_m[0] - west_m) * side + _cell(grid, plots[n].pos_enu_m[1] - south_m)
        work[n - first].next = work[cell].head
        work[cell].head = n - first
    return grid


@kernel
def _cell(grid: Grid, along_m: float) -> int:
    return int(min(max(along_m / grid.extent_m * grid.side, 0.0), grid.side - 1.0))


@kernel
def _span(grid: Grid, middle_m: float, reach_m: float) -> Span:
    """The cells of a stretch along one axis."""
    return Span(_cell(grid, middle_m - reach_m), _cell(grid, middle_m + reach_m))


@kernel
def _sigma_angle(plot: Any) -> float:
    """The wider of a plot's measured angles."""
    return float(max(plot.sigma_azimuth_rad, plot.sigma_elevation_rad if plot.dimensions == FULL else 0.0))


@kernel
def _near(
    first: int, filled: int, grid: Grid, reach: float, plots: Any, track: Any, links: Any, work: Any
) -> int:  # fmt: skip
    """Link a track to the plots in a wide box round where it is expected; returns the row after the last link."""
    expected_m = predicted_position(track, grid.middle_tick)
    half_s = (grid.last_tick - grid.middle_tick) * SECONDS_PER_TICK
    wide_m = reach * foreseen_sigma(track, grid.last_tick)
    wide_m += half_s * (abs(track.vel_enu_mps[0]) + abs(track.vel_enu_mps[1]))
    height_m = dot(sub(expected_m, grid.antenna_m), grid.up) if grid.flat else 0.0
    box_m = wide_m + reach * (grid.sigma_range_m + grid.farthest_m * grid.sigma_angle_rad)
    box_m += max(abs(height_m), FLAT_HEIGHT_M) if grid.flat else 0.0
    east_m, north_m = expected_m.x - grid.west_m, expected_m.y - grid.south_m
    if min(east_m, north_m) < -box_m or max(east_m, north_m) > grid.extent_m + box_m:
        return filled
    if reach * grid.sigma_angle_rad < 0.5 and not grid.flat:  # plots much farther out are out of their own reach
        out_m = norm(sub(expected_m, grid.antenna_m)) + wide_m + reach * grid.sigma_range_m
        farthest_m = min(grid.farthest_m, out_m / (1.0 - reach * grid.sigma_angle_rad))
        box_m = wide_m + reach * (grid.sigma_range_m + farthest_m * grid.sigma_angle_rad)
    easts, norths = _span(grid, east_m, box_m), _span(grid, north_m, box_m)
    end = filled
    for east in range(easts.first, easts.last + 1):
        for north in range(norths.first, norths.last + 1):
            n = work[east * grid.side + north].head
            while n >= 0:
                plot = plots[first + n]
                off_m = sub(read(plot.pos_enu_m), expected_m)
                free_m = wide_m + reach * (plot.sigma_range_m + plot.range_m * _sigma_angle(plot))
                if plot.dimensions < FULL:
                    free_m += _shift_m(plot, grid, height_m)
                if off_m.x * off_m.x + off_m.y * off_m.y < free_m * free_m and plot.tick >= track.tick:
                    links[end].column = n
                    end += 1
                n = work[n].next
    return end


@kernel
def _shift_m(plot: Any, grid: Grid, height_m: float) -> float:
    """How far a plot without height lies on the ground from where it would with a track's height."""
    apart_m = sub(read(plot.pos_enu_m), grid.antenna_m)
    level_m = norm(step(apart_m, grid.up, -dot(apart_m, grid.up)))
    return abs(level_m - sqrt(max(plot.range_m * plot.range_m - height_m * height_m, 0.0)))


@kernel
def _in_range(
    first: int, filled: int, near: int, reach: float, antenna_m: Vec3, plots: Any, track: Any, bank: Any, links: Any
) -> int:  # fmt: skip
    """Keep the links whose plot may lie in the gate by its range, which is much better known than its direction."""
    tick = _earliest(first, filled, near, plots, links)
    latest_tick = tick
    for n in range(filled, near):
        latest_tick = max(latest_tick, plots[first + links[n].column].tick)
    away_m = sub(predicted_position(track, tick), antenna_m)
    range_m = max(norm(away_m), 1.0)
    wide_m = reach * foreseen_sigma(track, tick)
    along_m = reach * foreseen_along(track, bank, scale(away_m, 1.0 / range_m), latest_tick)
    along_m += (latest_tick - tick) * SECONDS_PER_TICK * norm(read(track.vel_enu_mps))
    along_m += wide_m * wide_m / range_m  # the arc's bow
    end = filled
    for n in range(filled, near):
        plot = plots[first + links[n].column]
        if plot.dimensions < LEVEL or abs(plot.range_m - range_m) < along_m + reach * plot.sigma_range_m:
            links[end].column = links[n].column
            end += 1
    return end


@kernel
def _earliest(first: int, filled: int, end: int, plots: Any, links: Any) -> int:
    tick = plots[first + links[filled].column].tick
    for n in range(filled + 1, end):
        tick = min(tick, plots[first + links[n].column].tick)
    return int(tick)


@kernel
def _fit_all(
    first: int, filled: int, near: int, grid: Grid, doctrine: Any, radars: Any, plots: Any, track: Any, bank: Any,
    links: Any,
) -> int:  # fmt: skip
    """Keep those links whose plot lies in the track's gate, with their costs; returns the row after the last."""
    end = filled
    radar = radars[plots[first].radar]
    sure = log(radar.detection / (1.0 - radar.detection)) - radar.log_false_density
    for n in range(filled, near):
        plot = plots[first + links[n].column]
        sight = sight_of(plot, grid.antenna_m, grid.up, read(track.pos_enu_m))
        late_s = (plot.tick - track.tick) * SECONDS_PER_TICK
        if late_s > 0.0:
            sight = moved(sight, step(sight.place, read(track.vel_enu_mps), -late_s))
        found = fit(bank, sight, (plot.tick - track.plot_tick) * SECONDS_PER_TICK)
        gain = sure + found.log_density
        if found.nearest2 < doctrine.gate2[plot.dimensions] and gain > 0.0:
            links[end].column = links[n].column
            links[end].gain = gain - _crowded(plot, radar)
            links[end].cost = -gain
            links[end].nis = found.nis
            links[end].free_share = found.free_share
            end += 1
    return end


@kernel
def _doubt_tentative(rows: int, columns: int, false_plots: float, tracks: Any, links: Any, work: Any) -> None:
    """Raise the costs of tentative tracks' links: by their doubtful past, and by how many plots nobody claims.

    Where many plots lie outside every confirmed track's gate, many are of objects nobody tracks yet, and each of them
    may be taken for another's next plot.
    """
    for j in range(columns):
        work[j].claimed = 0
    claimed = 0
    for i in range(rows):
        if tracks[work[i].track].state != TrackState.TENTATIVE:
            for n in range(work[i].first_link, work[i].end_link):
                if work[links[n].column].claimed == 0:
                    work[links[n].column].claimed = 1
                    claimed += 1
    expected = max(false_plots, FALSE_PLOTS_LEAST)
    crowd = log(max((columns - claimed) / expected, 1.0))
    for i in range(rows):
        track = tracks[work[i].track]
        if track.state == TrackState.TENTATIVE:
            for n in range(work[i].first_link, work[i].end_link):
                links[n].gain -= crowd
                links[n].cost = -links[n].gain - min(track.score, 0.0)


@kernel
def _crowded(plot: Any, radar: Any) -> float:
    """Log of how much denser false plots are where a plot lies than on the mean of the look.

    They fall evenly over range and azimuth, and below the top of the beam: near the radar they share less air.
    """
    denser = 0.5 * radar.instrumented_range_m / plot.range_m
    if plot.dimensions == FULL:
        denser *= max(FALSE_PLOT_CEILING_M / (plot.range_m * max(radar.elevation_max_sin, 1e-3)), 1.0)
    return log(denser)
