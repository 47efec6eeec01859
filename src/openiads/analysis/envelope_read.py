"""Figures read off a flown envelope: how far, near, high and low, against approaching, crossing and fleeing targets.

Between points of the table everything is linear in the roots of range and height and in the target's radial speed, as
in the run (``physics/envelope.py``): the edge lies where the margin passes zero. Half the distance between the two
points around it says how well it is known. Where the table itself ends, the edge is marked as open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from openiads.world.envelopes import FlownEnvelope

Aspect: TypeAlias = Literal["forward", "crossing", "tail"]
ASPECTS: Final[tuple[Aspect, ...]] = ("forward", "crossing", "tail")
TOWARDS: Final[dict[Aspect, float]] = {"forward": 1.0, "crossing": 0.0, "tail": -1.0}  # share of its speed
Array: TypeAlias = np.ndarray[Any, Any]
_JUST_OUT: Final = -1e-6
_SLIVER: Final = 0.1  # of what is reached at a height: a shorter piece is no reach, assumed


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
    """The table at a radial speed between its courses; beyond them the nearest counts.

    Of what is reached only the greatest piece that hangs together is kept: one filter for figures, ranges and pictures.
    """
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
    return Cut(float(radial_mps), ground_m, height_m, _mainland(np.asarray(margin)), time_s, speed_mps, load_mps2)


def _mainland(margin: Array) -> Array:
    """The margin with what does not hang together with the greatest piece put just out of reach.

    Close to the launcher and at its far end a few points may be met by chance of the grid; no figure and no picture
    shall rest on them.
    """
    from scipy.ndimage import label

    pieces, _ = label(margin >= 0.0)
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    return np.where((margin >= 0.0) & (pieces != int(np.argmax(sizes))), _JUST_OUT, margin)


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
    rows = np.flatnonzero(cut.reached.any(axis=1))
    columns = np.flatnonzero(cut.reached.any(axis=0))
    far, height_m, flight_s = _farthest(cut, rows, top_m)
    return AspectFigures(
        aspect, cut.radial_mps, far, height_m, flight_s,
        min((_nearest(cut, int(row)) for row in rows), key=lambda edge: edge.value_m),
        max((_upper(cut.height_m, cut.margin[:, c]) for c in columns), key=lambda edge: edge.value_m),
        min((_lower(cut.height_m, cut.margin[:, c]) for c in columns), key=lambda edge: edge.value_m),
        float(np.hypot(far.value_m, height_m) / flight_s),
    )  # fmt: skip


def _farthest(cut: Cut, rows: Array, top_m: float) -> tuple[Edge, float, float]:
    """The greatest range at heights of the table up to ``top_m`` and at that height itself: edge, height, time.

    No range at any height where the target flies is greater, since between heights the margins are linear.
    """
    heights = [float(cut.height_m[h]) for h in rows if cut.height_m[h] <= top_m]
    if heights and heights[-1] < top_m < cut.height_m[-1]:
        heights.append(float(top_m))
    found = [(_upper(cut.ground_m, row[0]), height_m, row[1])
             for height_m in heights or [float(cut.height_m[rows[0]])]
             if (row := _row_at(cut, height_m)) is not None and (row[0] >= 0.0).any()]  # fmt: skip
    far, height_m, flight_s = max(found, key=lambda each: each[0].value_m)
    return far, height_m, float(_time(cut, flight_s, far.value_m))


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


def spans_at(cut: Cut, height_m: float) -> tuple[Span, ...]:
    """All that is reached at a height, from the launcher outwards: a span each, with holes between them.

    Below the lowest height of the table that one counts; above the highest nothing is reached.
    """
    row = _row_at(cut, height_m)
    if row is None:
        return ()
    margin, flight_s = row
    inside = np.concatenate([[False], margin >= 0.0, [False]])
    turns = np.flatnonzero(inside[1:] != inside[:-1])
    found = []
    for first, end in zip(turns[::2], turns[1::2], strict=True):
        near = _edge(cut.ground_m, margin, int(first), int(first) - 1).value_m
        far = _edge(cut.ground_m, margin, int(end) - 1, int(end)).value_m
        near_s, far_s = (float(_time(cut, flight_s, each)) for each in (near, far))
        found.append(Span(near, far, near_s, far_s))
    return tuple(found)


def span_at(cut: Cut, height_m: float) -> Span | None:
    """What is reached at a height without a hole, from the near edge on; None for nothing.

    A sliver, shorter than a tenth of all that is reached there, is passed over.
    """
    return clear_of_slivers(spans_at(cut, height_m))


def clear_of_slivers(spans: Sequence[Span]) -> Span | None:
    """The first span that is no sliver; None for nothing."""
    total_m = sum(span.far_m - span.near_m for span in spans)
    return next((span for span in spans if span.far_m - span.near_m >= _SLIVER * total_m), None)


def _row_at(cut: Cut, height_m: float) -> tuple[Array, Array] | None:
    """Margin and time of flight over the ranges at a height, linear in its root; times 0 where nothing arrived."""
    if height_m > cut.height_m[-1]:
        return None
    roots = np.sqrt(cut.height_m)
    place = float(np.interp(np.sqrt(height_m), roots, np.arange(len(roots))))
    low = min(int(place), len(roots) - 2)
    up = place - low
    margin = (1.0 - up) * cut.margin[low] + up * cut.margin[low + 1]
    weights = np.array([1.0 - up, up])[:, None] * (cut.flight_s[low : low + 2] > 0.0)
    total = weights.sum(axis=0)
    times = (weights * cut.flight_s[low : low + 2]).sum(axis=0)
    return margin, np.divide(times, total, out=np.zeros_like(times), where=total > 0.0)


def _time(cut: Cut, flight_s: Array, ground_m: float) -> float:
    arrived = flight_s > 0.0
    return float(np.interp(ground_m, cut.ground_m[arrived], flight_s[arrived]))


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
        near_m, far_m: of what is reached there without a hole; both 0 where nothing is. Shapes (n,).
        near_s, far_s: time of flight to them.
        ground_m, margin: ranges (m,) and the margin there (n, m), holes and all.
        radial_mps: of the target at each bearing.
        course_deg, speed_mps: of the target.
    """

    bearing_deg: Array
    near_m: Array
    far_m: Array
    near_s: Array
    far_s: Array
    ground_m: Array
    margin: Array
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
    bearing_deg = np.linspace(0.0, 360.0, bearings)
    radial_mps = -speed_mps * np.cos(np.radians(bearing_deg - course_deg))
    cuts = [cut_at(flown, float(radial)) for radial in radial_mps]
    spans = [span_at(cut, height_m) or Span(0.0, 0.0, 0.0, 0.0) for cut in cuts]
    edges = np.array([(span.near_m, span.far_m, span.near_s, span.far_s) for span in spans])
    rows = [_row_at(cut, height_m) for cut in cuts]
    margin = np.array([np.full(len(cuts[0].ground_m), _JUST_OUT) if row is None else row[0] for row in rows])
    near_m, far_m, near_s, far_s = edges.T
    return Plan(bearing_deg, near_m, far_m, near_s, far_s, cuts[0].ground_m, margin, radial_mps, course_deg, speed_mps)
