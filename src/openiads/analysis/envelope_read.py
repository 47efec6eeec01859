"""Figures read off a flown envelope: how far, near, high and low, against approaching, crossing and fleeing targets.

An edge lies between the last point of the table that was reached and the next that was not: the middle is given, and
half the step is how well it is known. Where the table itself ends, the edge is marked as open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from openiads.world.envelopes import FlownEnvelope

Aspect: TypeAlias = Literal["forward", "crossing", "tail"]
ASPECTS: Final[tuple[Aspect, ...]] = ("forward", "crossing", "tail")
Array: TypeAlias = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Edge:
    """Where the envelope ends along one axis.

    Attributes:
        value_m: the middle between the last point reached and the next.
        half_step_m: half the distance between those two.
        is_open: the table ends there, so the true edge may lie beyond.
    """

    value_m: float
    half_step_m: float
    is_open: bool


@dataclass(frozen=True, slots=True)
class AspectFigures:
    """What a missile reaches against a target with one radial speed; None where nothing is reached.

    Attributes:
        radial_mps: of the target at the intercept, positive towards the launcher.
        far: greatest ground range over all heights, met at ``far_height_m`` after ``far_flight_s``.
        near: least ground range over all heights.
        ceiling, floor: greatest and least height over all ranges.
        mean_speed_mps: straight distance over time of flight, to the farthest point reached.
    """

    aspect: Aspect
    radial_mps: float
    far: Edge | None
    far_height_m: float | None
    far_flight_s: float | None
    near: Edge | None
    ceiling: Edge | None
    floor: Edge | None
    mean_speed_mps: float | None


def aspect_row(flown: FlownEnvelope, aspect: Aspect) -> int:
    """The row of the table that stands for an aspect: fastest towards, least radial, fastest away."""
    radial_mps = np.asarray(flown.radial_mps)
    wanted = {"forward": -radial_mps, "crossing": np.abs(radial_mps), "tail": radial_mps}[aspect]
    return int(np.argmin(wanted))


def figures(flown: FlownEnvelope, aspect: Aspect) -> AspectFigures:
    """The figures of one aspect."""
    s = aspect_row(flown, aspect)
    reached = np.asarray(flown.reachable[s], bool)
    radial_mps = float(flown.radial_mps[s])
    if not reached.any():
        return AspectFigures(aspect, radial_mps, None, None, None, None, None, None, None)
    columns, rows = np.flatnonzero(reached.any(axis=0)), np.flatnonzero(reached.any(axis=1))
    last = int(columns[-1])
    flight_s, height_m = flown.flight_s[s, :, last], np.asarray(flown.height_m)
    h = int(np.argmin(np.where(reached[:, last], flight_s, np.inf)))
    mean_mps = float(np.hypot(flown.ground_m[last], height_m[h]) / flight_s[h])
    return AspectFigures(
        aspect, radial_mps, _upper(flown.ground_m, last), float(height_m[h]), float(flight_s[h]),
        _lower(flown.ground_m, int(columns[0])), _upper(height_m, int(rows[-1])), _lower(height_m, int(rows[0])),
        mean_mps,
    )  # fmt: skip


def _upper(axis_m: Array, n: int) -> Edge:
    """The edge above point n of an axis."""
    if n + 1 >= len(axis_m):
        return Edge(float(axis_m[n]), 0.0, True)
    half_m = float(axis_m[n + 1] - axis_m[n]) / 2.0
    return Edge(float(axis_m[n]) + half_m, half_m, False)


def _lower(axis_m: Array, n: int) -> Edge:
    """The edge below point n of an axis."""
    if n == 0:
        return Edge(float(axis_m[0]), 0.0, True)
    half_m = float(axis_m[n] - axis_m[n - 1]) / 2.0
    return Edge(float(axis_m[n]) - half_m, half_m, False)


def row_edges(flown: FlownEnvelope, s: int) -> tuple[Array, Array]:
    """Least and greatest ground range at each height of the table, m; NaN where nothing is reached. Shapes (H,)."""
    near, far = np.full(len(flown.height_m), np.nan), np.full(len(flown.height_m), np.nan)
    for h, reached in enumerate(flown.reachable[s]):
        columns = np.flatnonzero(reached)
        if len(columns):
            near[h] = _lower(flown.ground_m, int(columns[0])).value_m
            far[h] = _upper(flown.ground_m, int(columns[-1])).value_m
    return near, far


def edges_at(flown: FlownEnvelope, s: int, height_m: float) -> tuple[float, float]:
    """Least and greatest ground range at any height, m: between two heights of the table by a straight line.

    NaN where nothing is reached at the heights around it. Below the lowest height of the table that one counts.
    """
    near, far = row_edges(flown, s)
    heights_m = np.asarray(flown.height_m)
    if height_m > heights_m[-1]:
        return float("nan"), float("nan")
    above = int(np.searchsorted(heights_m, height_m))
    below = max(above - 1, 0)
    if above == 0 or np.isnan(far[below]) or np.isnan(far[above]):
        nearest = above if height_m - heights_m[below] > heights_m[above] - height_m else below
        return float(near[nearest]), float(far[nearest])
    share = (height_m - heights_m[below]) / (heights_m[above] - heights_m[below])
    return tuple(float(edge[below] + share * (edge[above] - edge[below])) for edge in (near, far))  # type: ignore[return-value]


def farthest_at(flown: FlownEnvelope, aspect: Aspect, height_m: float) -> float | None:
    """Greatest ground range against a target at one height, m; None where nothing is reached."""
    far_m = edges_at(flown, aspect_row(flown, aspect), height_m)[1]
    return None if np.isnan(far_m) else far_m


@dataclass(frozen=True, slots=True)
class Plan:
    """The horizontal cut at one height, seen from above; the launcher stands at the origin.

    Attributes:
        bearing_deg: from the launcher to the point of intercept, clockwise from north; shape (n,).
        near_m, far_m: least and greatest ground range there; both 0 where nothing is reached. Shapes (n,).
        near_s, far_s: time of flight to them.
        radial_mps: of the target at each bearing.
        course_deg, speed_mps: of the target.
    """

    bearing_deg: Array
    near_m: Array
    far_m: Array
    near_s: Array
    far_s: Array
    radial_mps: Array
    course_deg: float
    speed_mps: float

    def met(self, edge: Literal["near", "far"]) -> tuple[Array, Array]:
        """East and north of the target when it is met, m, all round."""
        bearing = np.radians(self.bearing_deg)
        out_m = self.near_m if edge == "near" else self.far_m
        return out_m * np.sin(bearing), out_m * np.cos(bearing)

    def at_launch(self, edge: Literal["near", "far"]) -> tuple[Array, Array]:
        """East and north of the target at the launch, m: as far back on its course as it flies meanwhile."""
        east_m, north_m = self.met(edge)
        back_m = self.speed_mps * (self.near_s if edge == "near" else self.far_s)
        course = np.radians(self.course_deg)
        return east_m - back_m * np.sin(course), north_m - back_m * np.cos(course)


def plan(flown: FlownEnvelope, height_m: float, speed_mps: float, course_deg: float, bearings: int = 361) -> Plan:
    """The horizontal cut against a target that flies straight and level.

    Args:
        flown: the table.
        height_m: of the target above the sea.
        speed_mps: of the target; where it is faster than the table's radial speeds, the nearest of those counts.
        course_deg: of the target, clockwise from north.
        bearings: how many points the edges have, the first again at the end.
    """
    order = np.argsort(flown.radial_mps)
    known_mps = np.asarray(flown.radial_mps)[order]
    edges = np.array([_edge_with_time(flown, int(s), height_m) for s in order])
    bearing_deg = np.linspace(0.0, 360.0, bearings)
    radial_mps = -speed_mps * np.cos(np.radians(bearing_deg - course_deg))
    near_m, far_m, near_s, far_s = (np.interp(radial_mps, known_mps, edges[:, n]) for n in range(4))
    return Plan(bearing_deg, near_m, far_m, near_s, far_s, radial_mps, course_deg, speed_mps)


def _edge_with_time(flown: FlownEnvelope, s: int, height_m: float) -> tuple[float, float, float, float]:
    near_m, far_m = edges_at(flown, s, height_m)
    if np.isnan(far_m):
        return 0.0, 0.0, 0.0, 0.0
    h = int(np.argmin(np.where(flown.reachable[s].any(axis=1), np.abs(flown.height_m - height_m), np.inf)))
    reached = np.asarray(flown.reachable[s, h], bool)
    near_s, far_s = np.interp([near_m, far_m], flown.ground_m[reached], flown.flight_s[s, h][reached])
    return near_m, far_m, float(near_s), float(far_s)
