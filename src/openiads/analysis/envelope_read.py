"""Figures read off a flown envelope: how far, near, high and low, against approaching, crossing and fleeing targets.

Between points of the table everything is linear in the roots of range and height and in the target's radial speed, as
in the run (``physics/envelope.py``): the edge lies where the margin passes zero. Half the distance between the two
points around it says how well it is known. Where the table itself ends, the edge is marked as open.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from openiads.world.envelopes import FlownEnvelope

Aspect: TypeAlias = Literal["forward", "crossing", "tail"]
ASPECTS: Final[tuple[Aspect, ...]] = ("forward", "crossing", "tail")
TOWARDS: Final[dict[Aspect, float]] = {"forward": 1.0, "crossing": 0.0, "tail": -1.0}  # share of its speed
Array: TypeAlias = np.ndarray[Any, Any]
_JUST_OUT: Final = -1e-6
_RADIALS: Final = 41  # radial speeds at which a horizontal cut is read


@dataclass(frozen=True, slots=True)
class Cut:
    """The table at one radial speed of the target; arrays of (heights, ranges).

    Attributes:
        radial_mps: of the target at the intercept, positive towards the launcher.
        ground_m, height_m: the axes.
        margin: by how much the tightest condition is met; reached where it is not negative.
        flight_s: time of flight, 0 where nothing arrived.
        speed_mps, load_mps2: speed and lateral acceleration left.
    """

    radial_mps: float
    ground_m: Array
    height_m: Array
    margin: Array
    flight_s: Array
    speed_mps: Array
    load_mps2: Array

    @property
    def reached(self) -> Array:
        """Where the target is met."""
        return np.asarray(self.margin >= 0.0)


def cut_at(flown: FlownEnvelope, radial_mps: float) -> Cut:
    """The table at a radial speed between its courses; beyond them the nearest counts."""
    known_mps = np.asarray(flown.radial_mps, float)
    order = np.argsort(known_mps)
    place = float(np.interp(radial_mps, known_mps[order], np.arange(len(order))))
    low = min(int(place), len(order) - 2)
    pair = ((order[low], 1.0 - place + low), (order[low + 1], place - low)) if len(order) > 1 else ((order[0], 1.0),)
    flight_s = np.asarray(flown.flight_s, float)
    arrived = sum(weight * (flight_s[s] > 0.0) for s, weight in pair)
    with np.errstate(invalid="ignore", divide="ignore"):
        time_s = np.nan_to_num(sum(weight * flight_s[s] for s, weight in pair) / arrived)
    rest = (sum(weight * np.asarray(getattr(flown, name), float)[s] for s, weight in pair) for name in _REST)
    margin, speed_mps, load_mps2 = rest
    ground_m, height_m = np.asarray(flown.ground_m, float), np.asarray(flown.height_m, float)
    return Cut(float(radial_mps), ground_m, height_m, margin, time_s, speed_mps, load_mps2)


_REST: Final = ("margin", "speed_mps", "load_mps2")


@dataclass(frozen=True, slots=True)
class Edge:
    """Where the envelope ends along one axis.

    Attributes:
        value_m: where the margin passes zero between the last point reached and the next.
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
        far: greatest ground range at heights where the target flies, met at ``far_height_m`` after ``far_flight_s``.
        near: least slant range over all heights: straight up a round may meet what is at no ground range at all.
        ceiling, floor: greatest and least height over all ranges.
        mean_speed_mps: straight distance over time of flight, to the farthest point of the table that is reached.
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


def figures(flown: FlownEnvelope, aspect: Aspect, speed_mps: float, top_m: float = np.inf) -> AspectFigures:
    """The figures of one aspect, the target flying with a speed; no higher than ``top_m`` for the greatest range."""
    cut = cut_at(flown, TOWARDS[aspect] * speed_mps)
    if not cut.reached.any():
        return AspectFigures(aspect, cut.radial_mps, None, None, None, None, None, None, None)
    cut = replace(cut, margin=_mainland(cut))
    rows = np.flatnonzero(cut.reached.any(axis=1))
    columns = np.flatnonzero(cut.reached.any(axis=0))
    flying = [int(h) for h in rows if cut.height_m[h] <= top_m] or [int(rows[0])]
    far = {h: _upper(cut.ground_m, cut.margin[h]) for h in flying}
    h = max(far, key=lambda row: far[row].value_m)
    last = int(np.flatnonzero(cut.reached[h])[-1])
    flight_s = float(cut.flight_s[h, last])
    return AspectFigures(
        aspect, cut.radial_mps, far[h], float(cut.height_m[h]), flight_s,
        min((_nearest(cut, int(row)) for row in rows), key=lambda edge: edge.value_m),
        max((_upper(cut.height_m, cut.margin[:, c]) for c in columns), key=lambda edge: edge.value_m),
        min((_lower(cut.height_m, cut.margin[:, c]) for c in columns), key=lambda edge: edge.value_m),
        float(np.hypot(cut.ground_m[last], cut.height_m[h]) / flight_s),
    )  # fmt: skip


def _mainland(cut: Cut) -> Array:
    """The margins with single points that hang together with nothing else put just out of reach.

    Close to the launcher a few points may be met on the way up by chance of the grid; no figure shall rest on them.
    """
    from scipy.ndimage import label

    pieces, _ = label(cut.reached)
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    return np.where(cut.reached & (pieces != int(np.argmax(sizes))), _JUST_OUT, cut.margin)


def _upper(axis_m: Array, margin: Array) -> Edge:
    """The edge above the last point reached along an axis."""
    last = int(np.flatnonzero(margin >= 0.0)[-1])
    return _edge(axis_m, margin, last, last + 1)


def _lower(axis_m: Array, margin: Array) -> Edge:
    """The edge below the first point reached along an axis."""
    first = int(np.flatnonzero(margin >= 0.0)[0])
    return _edge(axis_m, margin, first, first - 1)


def _nearest(cut: Cut, row: int) -> Edge:
    """The least slant range at one height; where the launcher itself lies below, the edge is the height's own."""
    near, height_m = _lower(cut.ground_m, cut.margin[row]), float(cut.height_m[row])
    below_m = height_m - float(cut.height_m[max(row - 1, 0)])
    half_m = below_m / 2.0 if near.is_open else near.half_step_m
    return Edge(float(np.hypot(near.value_m, height_m)), half_m, near.is_open and row == 0)


def _edge(axis_m: Array, margin: Array, inside: int, outside: int) -> Edge:
    if not 0 <= outside < len(axis_m):
        return Edge(float(axis_m[inside]), 0.0, True)
    share = float(margin[inside] / (margin[inside] - margin[outside]))
    roots = np.sqrt(axis_m[[inside, outside]])
    value_m = float((roots[0] + share * (roots[1] - roots[0])) ** 2)
    return Edge(value_m, abs(float(axis_m[inside] - axis_m[outside])) / 2.0, False)


@dataclass(frozen=True, slots=True)
class Span:
    """What is reached at one height: least and greatest ground range, and the times of flight there."""

    near_m: float
    far_m: float
    near_s: float
    far_s: float


def span_at(cut: Cut, height_m: float) -> Span | None:
    """What is reached at a height; None for nothing. Below the lowest height of the table that one counts."""
    if height_m > cut.height_m[-1]:
        return None
    roots = np.sqrt(cut.height_m)
    place = float(np.interp(np.sqrt(height_m), roots, np.arange(len(roots))))
    low = min(int(place), len(roots) - 2)
    up = place - low
    margin = (1.0 - up) * cut.margin[low] + up * cut.margin[low + 1]
    if not (margin >= 0.0).any():
        return None
    near, far = _lower(cut.ground_m, margin), _upper(cut.ground_m, margin)
    weights = np.array([1.0 - up, up])[:, None] * (cut.flight_s[low : low + 2] > 0.0)
    arrived = weights.sum(axis=0) > 0.0
    flight_s = (weights * cut.flight_s[low : low + 2]).sum(axis=0)[arrived] / weights.sum(axis=0)[arrived]
    near_s, far_s = np.interp([near.value_m, far.value_m], cut.ground_m[arrived], flight_s)
    return Span(near.value_m, far.value_m, float(near_s), float(far_s))


def time_at(cut: Cut, ground_m: float, height_m: float) -> float | None:
    """Time of flight to a point; None where nothing arrived near it. Limits: between the ranges of the table linear."""
    roots = np.sqrt(cut.height_m)
    place = float(np.interp(np.sqrt(height_m), roots, np.arange(len(roots))))
    low = min(int(place), len(roots) - 2)
    total = weighed = 0.0
    for row, weight in ((low, 1.0 - place + low), (low + 1, place - low)):
        arrived = cut.flight_s[row] > 0.0
        if weight > 0.0 and arrived.any() and ground_m <= cut.ground_m[arrived][-1]:
            total += weight
            weighed += weight * float(np.interp(ground_m, cut.ground_m[arrived], cut.flight_s[row][arrived]))
    return weighed / total if total > 0.0 else None


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
        speed_mps: of the target.
        course_deg: of the target, clockwise from north.
        bearings: how many points the edges have, the first again at the end.
    """
    known_mps = speed_mps * np.linspace(-1.0, 1.0, _RADIALS)
    spans = [span_at(cut_at(flown, float(radial)), height_m) or Span(0.0, 0.0, 0.0, 0.0) for radial in known_mps]
    edges = np.array([(span.near_m, span.far_m, span.near_s, span.far_s) for span in spans])
    bearing_deg = np.linspace(0.0, 360.0, bearings)
    radial_mps = -speed_mps * np.cos(np.radians(bearing_deg - course_deg))
    near_m, far_m, near_s, far_s = (np.interp(radial_mps, known_mps, edges[:, n]) for n in range(4))
    return Plan(bearing_deg, near_m, far_m, near_s, far_s, radial_mps, course_deg, speed_mps)
