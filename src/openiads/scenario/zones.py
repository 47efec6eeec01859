"""What is wrong with a zone: its outline, its heights, its times and the post that it is a rule for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openiads.scenario import names
from openiads.units import Point, UnitError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np

    from openiads.catalog.errors import KeyPath
    from openiads.catalog.loader import Catalog
    from openiads.scenario.schema import ScenarioFile, Zone

LEAST_WIDTH_DEG: Final = 1e-6  # 0.1 m: what is narrower is a line, assumed


class Crossing(NamedTuple):
    """Two sides of an outline that meet where they should not: from which corners they run, and where they meet."""

    side: int
    other: int
    place: Point


def problems(file: ScenarioFile, catalog: Catalog) -> Iterator[tuple[KeyPath, str]]:
    """What is wrong with the zones of a scenario: where, and what was read and what is allowed."""
    posts = [post.name for post in file.posts]
    for index, zone in enumerate(file.zones):
        at: KeyPath = ("zones", index)
        yield from _outline((*at, "corners"), zone, catalog)
        same_datum = zone.floor.above_ground == zone.ceiling.above_ground
        if same_datum and zone.floor.value_m >= zone.ceiling.value_m:
            low, high = zone.floor.value_m, zone.ceiling.value_m
            yield (*at, "floor"), f"read {low:g} m, which is not below the ceiling of {high:g} m"
        if zone.until is not None and zone.until <= zone.from_:
            yield (*at, "until"), f"read {zone.until:g} s, which is not after from, {zone.from_:g} s"
        if zone.post is not None and zone.post not in posts:
            yield (*at, "post"), names.unknown("post of this scenario", zone.post, posts)


def _outline(at: KeyPath, zone: Zone, catalog: Catalog) -> Iterator[tuple[KeyPath, str]]:
    points = []
    for order, corner in enumerate(zone.corners):
        try:
            points.append(names.point_of(corner, catalog))
        except UnitError as error:
            yield (*at, order), str(error)
    if len(points) == len(zone.corners):
        said = flaw(points)
        if said:
            yield at, said


def flaw(points: Sequence[Point]) -> str:
    """What is wrong with a polygon whose last side leads back to the first corner; "" if nothing is.

    Sides are straight on the map (degrees), and none is longer than half the earth in longitude.
    """
    import numpy as np

    seen: dict[Point, int] = {}
    for n, point in enumerate(points):
        if point in seen:
            return (
                f"it names {_said(point)} twice, as corners {seen[point] + 1} and {n + 1}; a zone names each of its "
                "corners once, and its last side leads back to the first by itself"
            )
        seen[point] = n
    lon_deg = np.unwrap([point.lon_deg for point in points], period=360.0)
    spots = np.column_stack([lon_deg, [point.lat_deg for point in points]])
    from_first = spots - spots[0]
    farthest = from_first[np.hypot(*from_first.T).argmax()]
    if np.abs(_cross(farthest, from_first)).max() < LEAST_WIDTH_DEG * np.hypot(*farthest):
        return "its corners lie on one line; a zone has an area"
    found = crossing(spots)
    if found is None:
        return ""
    side, other = (f"from corner {n + 1} to {(n + 1) % len(points) + 1}" for n in (found.side, found.other))
    return (
        f"its sides cross near {_said(found.place)}, the one {side} and the one {other}; the outline of a zone does "
        "not cross itself"
    )


def crossing(spots: np.ndarray[Any, Any]) -> Crossing | None:
    """The first two sides of a closed polygon (n, 2: x, y; all corners differ) that have a point in common.

    Sides that share a corner may have that one in common and no other. Every side is held against all later ones at
    once, so a thousand corners take milliseconds.

    Source: orientation of triples of points (Cormen et al., Introduction to Algorithms, ch. on segments).
    """
    import numpy as np

    start, end = spots, np.roll(spots, -1, axis=0)
    last = len(spots) - 1
    for n in range(last):
        along = end[n] - start[n]
        later, ends = start[n + 1 :], end[n + 1 :]
        far, off = ends - later, later - start[n]
        from_start, from_end = _cross(along, later - start[n]), _cross(along, ends - start[n])
        to_start, to_end = _cross(far, start[n] - later), _cross(far, end[n] - later)
        meet = (from_start * from_end <= 0.0) & (to_start * to_end <= 0.0)
        on_a_line = (from_start == 0.0) & (from_end == 0.0)
        meet &= ~on_a_line | _overlap(start[n], end[n], later, ends)
        for m in np.flatnonzero(meet) + n + 1:
            shared = _shared(n, int(m), last)
            if shared < 0 or _turns_back(spots, shared):
                slope = float(_cross(along, far[m - n - 1]))
                share = float(_cross(off[m - n - 1], far[m - n - 1])) / slope if slope else 0.0
                x, y = start[n] + share * along if shared < 0 else spots[shared]
                return Crossing(n, int(m), Point(float(y), float((x + 180.0) % 360.0 - 180.0)))
    return None


def _cross(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    result: np.ndarray[Any, Any] = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return result


def _overlap(
    start: np.ndarray[Any, Any], end: np.ndarray[Any, Any], starts: np.ndarray[Any, Any], ends: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Whether the box of one side has a point in common with those of others."""
    import numpy as np

    low, high = np.minimum(start, end), np.maximum(start, end)
    result: np.ndarray[Any, Any] = (np.minimum(starts, ends) <= high).all(axis=1) & (
        np.maximum(starts, ends) >= low
    ).all(axis=1)
    return result


def _shared(side: int, other: int, last: int) -> int:
    """The corner that two sides share by following each other, or -1."""
    if other == side + 1:
        return other
    return 0 if side == 0 and other == last else -1


def _turns_back(spots: np.ndarray[Any, Any], corner: int) -> bool:
    """Whether the side after a corner runs back over the one before it."""
    before = spots[corner] - spots[corner - 1]
    after = spots[(corner + 1) % len(spots)] - spots[corner]
    return bool(_cross(before, after) == 0.0 and before @ after < 0.0)


def _said(point: Point) -> str:
    north, east = "N" if point.lat_deg >= 0.0 else "S", "E" if point.lon_deg >= 0.0 else "W"
    return f'"{abs(point.lat_deg):.3f} {north}, {abs(point.lon_deg):.3f} {east}"'
