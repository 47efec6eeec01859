"""Legs over the ground: heights above it are followed, and what would fly below it is found.

The great circles and turns of a route stay as ``legs.py`` made them, and so do their times; a leg whose ends are given
above ground is cut into shorter ones that climb and sink with an upper envelope of the ground.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Any

import numpy as np

from openiads.constants import MEAN_EARTH_RADIUS_M, TICKS_PER_SECOND
from openiads.scenario.ground import FINAL_M, said_depth, step_m
from openiads.terrain.grid import Terrain
from openiads.world.legs import Waypoint, build_legs
from openiads.world.tables import LEG

Array = np.ndarray[Any, Any]

FINE = 16  # samples of the ground for each point at which a leg may be cut; ridges lie between the points
ENVELOPE_SHARE = 0.1  # of the height above ground: how much a flyer may be off it, to keep the legs few; assumed
ENVELOPE_M = (1.0, 10.0)  # the least and the most of it


@dataclass(frozen=True)
class Route:
    """A flown route.

    Attributes:
        legs: LEG rows.
        due_tick: when each of the route's own points is passed, counted from the first.
        buried: where it is deepest below the ground, in words, or None.
    """

    legs: Any
    due_tick: tuple[int, ...]
    buried: str | None


@dataclass
class _Stretch:
    """One leg with samples along it: shares of the leg, places, ground, and the height wanted above it.

    Every ``FINE``-th sample is a point at which the leg may be cut.
    """

    leg: Any
    follows: bool
    share: Array
    lat_deg: Array
    lon_deg: Array
    ground_m: Array
    clearance_m: Array
    length_m: float


def fly_over(points: list[Waypoint], terrain: Terrain, ends_at_aim: bool = False) -> Route:
    """The legs of a route over the ground.

    Args:
        points: with a clearance where the height is meant above the ground.
        terrain: the ground.
        ends_at_aim: the last kilometre may be below the ground, where the aim stands.

    Assumes: a flyer climbs and sinks as steeply as the ground does, and keeps its speed along the ground.
    """
    legs = build_legs(points)
    straight = legs["cos_radius"] == 0.0
    due = (0, *(int(tick) for tick in legs["end_tick"][straight]))
    if terrain.is_flat or not len(legs):
        return Route(legs, due, None)
    stretches = _stretches(legs, points, terrain)
    if any(stretch.follows for stretch in stretches):
        legs = _followed(stretches)
    return Route(legs, due, _deepest(stretches, legs, ends_at_aim))


def _stretches(legs: Any, points: list[Waypoint], terrain: Terrain) -> list[_Stretch]:
    found, passed = [], 0
    for leg in legs:
        is_turn = leg["cos_radius"] != 0.0
        ends = (points[passed], points[passed]) if is_turn else (points[passed], points[passed + 1])
        passed += 0 if is_turn else 1
        found.append(_stretch(leg, ends[0].clearance_m, ends[1].clearance_m, terrain))
    return found


def _stretch(leg: Any, from_m: float | None, to_m: float | None, terrain: Terrain) -> _Stretch:
    """Samples along a leg; those at which it may be cut are half a cell of the grid apart."""
    ticks = int(leg["end_tick"] - leg["start_tick"])
    angle = float(leg["rate_radps"]) * ticks / TICKS_PER_SECOND
    length_m = angle * float(leg["sin_radius"]) * MEAN_EARTH_RADIUS_M
    share = np.linspace(0.0, 1.0, FINE * max(min(ceil(length_m / step_m(terrain)), ticks), 1) + 1)
    turned = (share * angle)[:, None]
    flat = np.cos(turned) * leg["from_axis"] + np.sin(turned) * leg["along"]
    x, y, z = (float(leg["sin_radius"]) * flat + float(leg["cos_radius"]) * leg["axis"]).T
    lat_deg, lon_deg = np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))
    follows = from_m is not None and to_m is not None
    clearance_m = np.interp(share, (0.0, 1.0), (from_m or 0.0, to_m or 0.0))
    return _Stretch(leg, follows, share, lat_deg, lon_deg, terrain.height_m(lat_deg, lon_deg), clearance_m, length_m)


def _followed(stretches: list[_Stretch]) -> Any:
    """All legs, those over the ground cut to follow it, and the others joined to them without a step."""
    cuts = [np.array([0, (len(stretch.share) - 1) // FINE]) for stretch in stretches]
    heights = [_level(stretch.leg) for stretch in stretches]
    for first, last in _runs(stretches):
        wanted, joints = _wanted(stretches[first:last])
        least_m = min(float(stretch.clearance_m.min()) for stretch in stretches[first:last])
        tolerance_m = min(max(ENVELOPE_SHARE * least_m, ENVELOPE_M[0]), ENVELOPE_M[1])
        kept, kept_m = upper_envelope(wanted, joints, tolerance_m)
        for n, (begin, end) in enumerate(pairwise(joints), start=first):
            inside = (kept >= begin) & (kept <= end)
            cuts[n], heights[n] = kept[inside] - begin, kept_m[inside]
    _join(stretches, heights)
    rows = [row for parts in zip(stretches, cuts, heights, strict=True) for row in _cut(*parts)]
    return np.array(rows, dtype=LEG)


def _level(leg: Any) -> Array:
    """Heights of a leg's two ends."""
    span_s = float(leg["end_tick"] - leg["start_tick"]) / TICKS_PER_SECOND
    return np.array([leg["height_m"], leg["height_m"] + leg["climb_mps"] * span_s])


def _runs(stretches: list[_Stretch]) -> list[tuple[int, int]]:
    """First and one past last of each unbroken run of legs that follow the ground."""
    flags = np.array([False, *(stretch.follows for stretch in stretches), False])
    edges = np.flatnonzero(flags[1:] != flags[:-1])
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def _wanted(run: list[_Stretch]) -> tuple[Array, Array]:
    """The height wanted at each point of a run: above the highest ground up to half a cell ahead or behind.

    Returns:
        The heights (m), and the points at which one leg meets the next, first and last included.
    """
    ground_m = np.concatenate([run[0].ground_m[:1], *(stretch.ground_m[1:] for stretch in run)])
    clearance_m = np.concatenate([run[0].clearance_m[:1], *(stretch.clearance_m[1:] for stretch in run)])
    wide = np.pad(ground_m + clearance_m, FINE, mode="edge")
    wanted_m = np.lib.stride_tricks.sliding_window_view(wide, 2 * FINE + 1)[::FINE].max(axis=1)
    return wanted_m, np.cumsum([0, *((len(stretch.share) - 1) // FINE for stretch in run)])


def upper_envelope(wanted_m: Array, kept: Array, tolerance_m: float) -> tuple[Array, Array]:
    """A line of few points that is nowhere below a profile and seldom much above it.

    Args:
        wanted_m: the profile at evenly spaced samples.
        kept: samples that are points of the line in any case, the first and the last among them; rising.
        tolerance_m: how far the line may be off before it is lifted.

    Returns:
        The samples that are points of the line, and its heights there.

    Source: Douglas and Peucker, Cartographica 10 (1973), 112-122, for the choice of the points; then each is lifted by
    the larger shortfall of its two sides.
    """
    chosen = set(kept.tolist())
    open_spans = list(pairwise(kept.tolist()))
    while open_spans:
        begin, end = open_spans.pop()
        if end - begin < 2:
            continue
        off_m = np.abs(wanted_m[begin : end + 1] - np.linspace(wanted_m[begin], wanted_m[end], end - begin + 1))
        farthest = begin + int(off_m.argmax())
        if off_m[farthest - begin] > tolerance_m:
            chosen.add(farthest)
            open_spans += [(begin, farthest), (farthest, end)]
    points = np.array(sorted(chosen))
    line_m = np.interp(np.arange(len(wanted_m)), points, wanted_m[points])
    short_m = np.maximum.reduceat(np.append(wanted_m - line_m, 0.0), points)[: len(points) - 1]
    lift_m = np.maximum(np.append(short_m, 0.0), np.append(0.0, short_m))
    return points, wanted_m[points] + np.maximum(lift_m, 0.0)


def _join(stretches: list[_Stretch], heights: list[Array]) -> None:
    """Let legs over the sea begin and end where their neighbours over the ground do; in place."""
    for n in range(len(stretches) - 1):
        if stretches[n].follows and not stretches[n + 1].follows:
            heights[n + 1][0] = heights[n][-1]
        elif stretches[n + 1].follows and not stretches[n].follows:
            heights[n][-1] = heights[n + 1][0]
    same_place = abs(stretches[0].lat_deg[0] - stretches[-1].lat_deg[-1]) < 1e-9
    if same_place and stretches[0].follows and stretches[-1].follows:
        heights[0][0] = heights[-1][-1] = max(heights[0][0], heights[-1][-1])


def _cut(stretch: _Stretch, cuts: Array, heights_m: Array) -> list[Any]:
    """The parts of a leg between the points given, each with its height and climb."""
    leg = stretch.leg
    first_tick, ticks = int(leg["start_tick"]), int(leg["end_tick"] - leg["start_tick"])
    share = stretch.share[cuts * FINE]
    angles = share * float(leg["rate_radps"]) * ticks / TICKS_PER_SECOND
    at_tick = first_tick + np.round(share * ticks).astype(np.int64)
    rows = []
    for n in range(len(cuts) - 1):
        row = leg.copy()
        cosine, sine = np.cos(angles[n]), np.sin(angles[n])
        row["from_axis"] = cosine * leg["from_axis"] + sine * leg["along"]
        row["along"] = cosine * leg["along"] - sine * leg["from_axis"]
        row["start_tick"], row["end_tick"] = at_tick[n], at_tick[n + 1]
        span_s = float(at_tick[n + 1] - at_tick[n]) / TICKS_PER_SECOND
        row["rate_radps"] = (angles[n + 1] - angles[n]) / span_s
        row["height_m"] = heights_m[n]
        row["climb_mps"] = (heights_m[n + 1] - heights_m[n]) / span_s
        rows.append(row)
    return rows


def _deepest(stretches: list[_Stretch], legs: Any, ends_at_aim: bool) -> str | None:
    """Where the flown legs are deepest below the ground, in words, or None."""
    at_tick = np.concatenate(
        [np.interp(s.share, (0.0, 1.0), (s.leg["start_tick"], s.leg["end_tick"])) for s in stretches]
    )
    corner_tick = np.append(legs["start_tick"], legs["end_tick"][-1])
    corner_m = np.append(legs["height_m"], _level(legs[-1])[1])
    height_m = np.interp(at_tick, corner_tick, corner_m)
    ground_m = np.concatenate([stretch.ground_m for stretch in stretches])
    depth_m = ground_m - height_m
    if ends_at_aim:
        depth_m[_to_go_m(stretches) < FINAL_M] = -np.inf
    lat_deg, lon_deg = (np.concatenate([getattr(s, name) for s in stretches]) for name in ("lat_deg", "lon_deg"))
    return said_depth(lat_deg, lon_deg, height_m, ground_m, depth_m)


def _to_go_m(stretches: list[_Stretch]) -> Array:
    """How far each sample is from the end of the route, along it."""
    lengths = np.array([stretch.length_m for stretch in stretches])
    after = np.cumsum(lengths[::-1])[::-1] - lengths
    return np.concatenate([rest + (1.0 - s.share) * s.length_m for s, rest in zip(stretches, after, strict=True)])
