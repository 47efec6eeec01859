"""The rules: status of a unit against a track, self-defence, and what zones forbid; kernels against slow twins."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from matplotlib.path import Path

from openiads.constants import NEVER
from openiads.engine.airspace import fallen_on, holds, plumb, touches
from openiads.engine.pursuit import permitted
from openiads.engine.rules import (
    attacks_unit,
    control_at,
    debris_cause,
    debris_reach_m,
    forbidden,
    place_cause,
    zone_cause,
)
from openiads.enums import Cause, ControlStatus, Identity, TargetGroup, ZoneKind
from openiads.physics.debris import debris_ellipse
from openiads.physics.earth import height_above_sea, to_ecef, to_enu
from openiads.units import Point
from openiads.vec3 import Vec3, turn
from openiads.world.rows import build_frame
from openiads.world.tables import (
    DOCTRINE,
    EMITTER,
    ENGAGEMENT,
    IDENTITY,
    LAUNCHER,
    MAGAZINE,
    POST,
    RADAR,
    RANKING,
    READINESS,
    TRACK,
    UNIT,
    ZONE,
    ZONE_CORNER,
)

HOLD, TIGHT, FREE = ControlStatus.HOLD, ControlStatus.TIGHT, ControlStatus.FREE
STILL, EAST = Vec3(0.0, 0.0, 0.0), np.array([1.0, 0.0, 0.0])
Corners = list[tuple[float, float]]


def square(x_m: float, y_m: float, half_m: float) -> Corners:
    return [
        (x_m - half_m, y_m - half_m),
        (x_m + half_m, y_m - half_m),
        (x_m + half_m, y_m + half_m),
        (x_m - half_m, y_m + half_m),
    ]


def airspace(*zones: tuple[ZoneKind, Corners, dict[str, Any]]) -> tuple[Any, Any]:
    """Tables of zones: kind, corners (m), and what differs from 0 to 30 km for every post, always."""
    rows, corners = np.zeros(len(zones), ZONE), np.zeros(sum(len(zone[1]) for zone in zones), ZONE_CORNER)
    first = 0
    for row, (kind, outline, more) in zip(rows, zones, strict=True):
        row["kind"], row["post"], row["until_tick"], row["control"], row["ceiling_m"] = kind, -1, NEVER, -1, 30e3
        row["first_corner"], row["corner_count"] = first, len(outline)
        corners["pos_enu_m"][first : first + len(outline), :2] = outline
        first += len(outline)
        for key, value in more.items():
            row[key] = value
    return rows, corners


@pytest.fixture(scope="module")
def setting() -> Any:
    return build_frame(Point(34.915, 35.874), 600.0, 3, log_full=True).setting


# ---- Weapons control status -----------------------------------------------------------------------


def slow_control(post: int, unit: int, inside: list[tuple[bool, int]]) -> int:
    """Hold wins; else zones, the strictest; else the unit; else the post; a corridor is at most tight."""
    said = [control for _, control in inside if control >= 0]
    if HOLD in (post, unit, *said):
        return HOLD
    control = min(said) if said else unit if unit >= 0 else post
    return min(control, TIGHT) if any(corridor for corridor, _ in inside) else control


@pytest.mark.parametrize("post", [HOLD, TIGHT, FREE])
@pytest.mark.parametrize("unit", [-1, HOLD, TIGHT, FREE])
def test_the_status_of_every_mixture_of_post_unit_and_zones(post: int, unit: int) -> None:
    posts, readiness = np.zeros(1, POST), np.zeros(1, READINESS)
    posts["control"], readiness["control"] = post, unit
    kinds = [
        (ZoneKind.FIR, -1),
        (ZoneKind.FIR, HOLD),
        (ZoneKind.TERRITORIAL_SEA, TIGHT),
        (ZoneKind.FIR, FREE),
        (ZoneKind.CORRIDOR, -1),
        (ZoneKind.CORRIDOR, FREE),
    ]
    for count in range(4):
        for chosen in itertools.combinations(kinds, count):
            there = [(kind, square(0.0, 0.0, 1e4), {"control": control}) for kind, control in chosen]
            away = (ZoneKind.FIR, square(9e4, 0.0, 1e4), {"control": HOLD})
            high = (ZoneKind.FIR, square(0.0, 0.0, 1e4), {"control": HOLD, "floor_m": 6e3})
            other = (ZoneKind.FIR, square(0.0, 0.0, 1e4), {"control": HOLD, "post": 1})
            early = (ZoneKind.FIR, square(0.0, 0.0, 1e4), {"control": HOLD, "until_tick": 99})
            late = (ZoneKind.FIR, square(0.0, 0.0, 1e4), {"control": HOLD, "from_tick": 101})
            zones, corners = airspace(away, *there, high, other, early, late)
            found = control_at(100, 0, 0, STILL, 5e3, posts, readiness, zones, corners)
            assert found == slow_control(post, unit, [(kind == ZoneKind.CORRIDOR, control) for kind, control in chosen])


def test_what_each_status_allows() -> None:
    for control, identity, attacked in itertools.product(ControlStatus, Identity, (False, True)):
        cause = forbidden(control, identity, attacked)
        if identity == Identity.HOSTILE and (attacked or control > HOLD):
            assert cause == Cause.NONE
        elif control == HOLD:
            assert cause == Cause.HOLD
        elif identity == Identity.SUSPECT and control == FREE:
            assert cause == Cause.NONE
        else:
            assert cause == Cause.IDENTITY


# ---- Self-defence ---------------------------------------------------------------------------------


class Site:
    """A unit of one radar and two launchers beside another unit, and a track; what a test changes it sets."""

    def __init__(self) -> None:
        self.doctrine, self.units, self.ranking = np.zeros(1, DOCTRINE)[0], np.zeros(2, UNIT), np.zeros(1, RANKING)[0]
        self.doctrine["self_defence"], self.doctrine["self_defence_tick"] = 1, 60_000
        self.doctrine["self_defence_m"] = 1000.0
        self.units["first_launcher"], self.units["launcher_count"] = (0, 2), (2, 1)
        self.radars, self.emitters, self.launchers = np.zeros(2, RADAR), np.zeros(2, EMITTER), np.zeros(3, LAUNCHER)
        self.radars["unit"] = 0, 1
        self.emitters["alive"], self.launchers["alive"] = 1, 1
        self.launchers["pos_enu_m"] = [(0.0, 0.0, 0.0), (0.0, 3e3, 0.0), (40e3, 0.0, 0.0)]
        self.emitters["pos_enu_m"] = [(-3e3, 0.0, 20.0), (40e3, 1e3, 20.0)]
        self.ranking["group"], self.ranking["time_to_impact_s"] = TargetGroup.ANTI_RADIATION, -1.0

    def attacked(self, u: int, pos_m: Any, vel_mps: Any, identity: int = Identity.HOSTILE) -> bool:
        return bool(
            attacks_unit(
                u,
                self.doctrine,
                self.units,
                self.radars,
                self.emitters,
                self.launchers,
                Vec3(*pos_m),
                Vec3(*vel_mps),
                identity,
                self.ranking,
            )
        )


def test_an_attack_is_a_closest_approach_near_and_soon_to_a_living_vehicle() -> None:
    draw, site = np.random.default_rng(3), Site()
    spots = [
        [*site.launchers["pos_enu_m"][:2], site.emitters["pos_enu_m"][0]],
        [site.launchers["pos_enu_m"][2], site.emitters["pos_enu_m"][1]],
    ]
    seen = []
    times_s = np.arange(0.0, 400.0, 0.1)
    for _ in range(200):
        start = np.array([*draw.uniform(-40e3, 60e3, 2), draw.uniform(50.0, 9e3)])
        aim = (
            np.array([*draw.uniform(-3e3, 3e3, 2), draw.uniform(-300.0, 300.0)])
            + float(draw.choice([0.0, 40e3])) * EAST
        )
        velocity = (aim - start) / np.linalg.norm(aim - start) * draw.uniform(200.0, 900.0)
        way = start + times_s[:, None] * velocity
        for u in (0, 1):
            slow, sure = False, True
            for spot in spots[u]:
                off_m = np.linalg.norm(way - np.array(spot), axis=1)
                n = int(off_m.argmin())
                slow = slow or (n > 0 and times_s[n] <= 60.0 and off_m[n] <= 1000.0)
                sure = sure and abs(off_m[n] - 1000.0) > 10.0 and abs(times_s[n] - 60.0) > 0.2
            if sure:
                assert site.attacked(u, start, velocity) == slow
                seen.append(slow)
    assert 20 < sum(seen) < len(seen) - 20


def test_what_does_not_attack() -> None:
    site = Site()
    inbound = (-20e3, 0.0, 3e3), (600.0, 0.0, -90.0)
    assert site.attacked(0, *inbound)
    assert not site.attacked(1, *inbound)
    assert not site.attacked(0, (-20e3, 0.0, 9e3), (250.0, 0.0, 0.0))  # an aircraft that flies over it
    assert not site.attacked(0, (20e3, 0.0, 300.0), (600.0, 0.0, 0.0))  # one that has passed
    assert not site.attacked(0, (-50e3, 0.0, 3e3), (600.0, 0.0, -36.0))  # in 83 s
    for identity in Identity:
        assert site.attacked(0, *inbound, identity) == (identity == Identity.HOSTILE)
    site.doctrine["self_defence"] = 0
    assert not site.attacked(0, *inbound)


def test_a_vehicle_that_is_lost_is_not_attacked() -> None:
    site = Site()
    inbound = (-20e3, 0.0, 3e3), (600.0, 0.0, -90.0)
    site.emitters["alive"][0] = 0
    assert site.attacked(0, *inbound)
    site.launchers["alive"][0] = 0
    assert not site.attacked(0, *inbound)


def test_what_falls_attacks_by_its_impact() -> None:
    site = Site()
    falling = (-60e3, 0.0, 40e3), (1500.0, 0.0, -200.0)
    site.ranking["group"], site.ranking["impact_enu_m"] = TargetGroup.BALLISTIC, (300.0, 300.0, 0.0)
    site.ranking["time_to_impact_s"] = 59.0
    assert site.attacked(0, *falling)
    assert not site.attacked(1, *falling)
    site.ranking["time_to_impact_s"] = 61.0
    assert not site.attacked(0, *falling)
    site.ranking["time_to_impact_s"], site.ranking["impact_enu_m"] = 30.0, (3e3, 6e3, 0.0)
    assert not site.attacked(0, *falling)


def test_self_defence_lifts_hold_and_nothing_else(setting: Any) -> None:
    site, posts, readiness = Site(), np.zeros(1, POST), np.zeros(2, READINESS)
    readiness["control"] = -1
    tracks, identity, rows = np.zeros(1, TRACK), np.zeros(1, IDENTITY), np.zeros(1, ENGAGEMENT)
    ranking = np.array([site.ranking])
    tracks["pos_enu_m"], tracks["vel_enu_mps"] = (-20e3, 0.0, 3e3), (600.0, 0.0, -90.0)
    magazines = np.zeros(len(site.launchers), MAGAZINE)
    magazines["loaded"] = 4

    def said(u: int, name: int, *zones: tuple[ZoneKind, Corners, dict[str, Any]]) -> tuple[int, int]:
        identity["identity"], rows["unit"] = name, u
        table, corners = airspace(*zones)
        cause = permitted(
            0, rows[0], setting, site.units, site.radars, site.doctrine, table, corners, posts, readiness,
            site.emitters, site.launchers, tracks, identity, ranking.view(RANKING), magazines,
        )  # fmt: skip
        return int(cause), int(rows["self_defence"][0])

    around = square(0.0, 0.0, 90e3)
    assert said(0, Identity.HOSTILE) == (Cause.NONE, 1)
    assert said(1, Identity.HOSTILE) == (Cause.HOLD, 0)
    assert said(0, Identity.SUSPECT) == (Cause.HOLD, 0)
    posts["control"] = FREE
    assert said(0, Identity.HOSTILE) == (Cause.NONE, 0)
    assert said(0, Identity.SUSPECT) == (Cause.NONE, 0)
    assert said(0, Identity.SUSPECT, (ZoneKind.CORRIDOR, around, {})) == (Cause.IDENTITY, 0)
    assert said(1, Identity.HOSTILE, (ZoneKind.FIR, around, {"control": HOLD})) == (Cause.HOLD, 0)
    assert said(0, Identity.HOSTILE, (ZoneKind.FIR, around, {"control": HOLD})) == (Cause.NONE, 1)
    readiness["control"][0] = HOLD
    assert said(0, Identity.HOSTILE) == (Cause.NONE, 1)
    assert said(0, Identity.UNKNOWN) == (Cause.HOLD, 0)


# ---- Zones ----------------------------------------------------------------------------------------


def star(draw: np.random.Generator, centre: Any, size_m: float) -> Any:
    """A polygon round a centre that does not cross itself, (n, 2)."""
    corners = int(draw.integers(3, 12))
    angles = np.sort(draw.uniform(0.0, 2.0 * np.pi, corners))
    return np.column_stack([np.cos(angles), np.sin(angles)]) * draw.uniform(0.3, 1.0, (corners, 1)) * size_m + centre


def test_a_point_is_in_a_zone_when_matplotlib_says_so() -> None:
    draw = np.random.default_rng(2)
    for _ in range(20):
        shape = star(draw, draw.uniform(-2e4, 2e4, 2), 4e4)
        more = {"floor_m": 1000.0, "ceiling_m": 9000.0}
        zones, corners = airspace(
            (ZoneKind.FIR, square(0.0, 0.0, 9e4), {}), (ZoneKind.NO_FIRE, list(map(tuple, shape)), more)
        )
        points = draw.uniform(-60e3, 60e3, (200, 2))
        inside = Path(shape, closed=False).contains_points(points)
        for (x, y), slow in zip(points.tolist(), inside.tolist(), strict=True):
            spot = Vec3(x, y, 0.0)
            assert holds(zones[1], corners, spot, 5000.0) == slow
            assert not holds(zones[1], corners, spot, 900.0)
            assert not holds(zones[1], corners, spot, 9100.0)
    zones["grounded"] = 1
    assert holds(zones[0], corners, STILL, -50.0)


def test_the_plumb_line_leads_to_the_spot_below(setting: Any) -> None:
    from pyproj import Transformer

    to_ecef_of = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    draw, radius_m = np.random.default_rng(4), float(setting["earth_radius_m"][0])
    for _ in range(50):
        lon, lat, height = draw.uniform(34.5, 37.0), draw.uniform(34.0, 36.0), draw.uniform(0.0, 20e3)
        above = to_enu(setting[0], Vec3(*to_ecef_of.transform(lon, lat, height)))
        below = to_enu(setting[0], Vec3(*to_ecef_of.transform(lon, lat, 0.0)))
        found = plumb(radius_m, above)
        assert math.hypot(found.x - below.x, found.y - below.y) < 0.01 * max(height, 1.0) * 0.2
        assert abs(found.z - height) < 40.0


def ellipse_points(centre: Any, major: Any, minor: Any) -> Any:
    """Points all over an ellipse, its rim included."""
    turns, shares = np.meshgrid(np.linspace(0.0, 2.0 * np.pi, 361), np.linspace(0.0, 1.0, 60))
    along, across = (shares * np.cos(turns)).ravel(), (shares * np.sin(turns)).ravel()
    return centre + along[:, None] * major + across[:, None] * minor


def test_an_ellipse_touches_a_polygon_when_points_all_over_both_say_so() -> None:
    draw, found = np.random.default_rng(5), []
    for _ in range(300):
        shape = star(draw, draw.uniform(-2e4, 2e4, 2), draw.uniform(2e3, 3e4))
        azimuth, long_m = draw.uniform(0.0, np.pi), draw.uniform(500.0, 15e3)
        major = long_m * np.array([np.sin(azimuth), np.cos(azimuth)])
        minor = draw.uniform(0.05, 1.0) * long_m * np.array([np.cos(azimuth), -np.sin(azimuth)])
        centre = draw.uniform(-2e4, 2e4, 2)
        zones, corners = airspace((ZoneKind.NO_FIRE, list(map(tuple, shape)), {}))
        less, said, more = (
            bool(touches(zones[0], corners, Vec3(*centre, 0.0), Vec3(*(f * major), 0.0), Vec3(*(f * minor), 0.0)))
            for f in (0.99, 1.0, 1.01)
        )
        held = Path(shape, closed=False).contains_points(ellipse_points(centre, major, minor)).any()
        stretch = np.array([major / (major @ major), minor / (minor @ minor)])
        sides = (np.roll(shape, -1, axis=0) - shape)[:, None] * np.linspace(0.0, 1.0, 400)[None, :, None] + shape[
            :, None
        ]
        reached = np.hypot(*((sides.reshape(-1, 2) - centre) @ stretch.T).T).min() <= 1.0
        slow = bool(held or reached)
        if less == more:  # not within the grain of the points
            assert said == slow
            found.append(slow)
    assert 50 < sum(found) < len(found) - 50


def zone_of(setting: Any, *zones: tuple[ZoneKind, Corners, dict[str, Any]]) -> Any:
    """What the rules say of a shot from the origin at a point 40 km east, 5 km high, ten seconds ahead."""
    rows, corners = airspace(*zones)

    def said(point_m: Any = (40e3, 0.0, 5e3), vel_mps: Any = (-250.0, 0.0, 0.0), from_m: Any = (0.0, 0.0, 20.0)) -> int:
        return int(zone_cause(0, 10_000, 0, setting, rows, corners, Vec3(*from_m), Vec3(*point_m), Vec3(*vel_mps)))

    return said


def test_no_launch_from_and_no_intercept_in_a_no_fire_zone(setting: Any) -> None:
    high = {"floor_m": 1000.0}
    assert zone_of(setting)() == Cause.NONE
    assert zone_of(setting, (ZoneKind.NO_FIRE, square(40e3, 0.0, 2e3), high))() == Cause.NO_FIRE_ZONE
    assert zone_of(setting, (ZoneKind.NO_FIRE, square(0.0, 0.0, 2e3), {}))() == Cause.NO_FIRE_ZONE
    assert zone_of(setting, (ZoneKind.NO_FIRE, square(0.0, 0.0, 2e3), high))() == Cause.NONE
    assert zone_of(setting, (ZoneKind.NO_FIRE, square(20e3, 0.0, 2e3), high))() == Cause.NONE
    for kind in (ZoneKind.CORRIDOR, ZoneKind.TERRITORIAL_SEA, ZoneKind.FIR):
        assert zone_of(setting, (kind, square(20e3, 0.0, 90e3), {}))() == Cause.NONE


def test_an_intercept_lies_in_an_engagement_zone_where_there_are_any(setting: Any) -> None:
    there, away = square(40e3, 0.0, 2e3), square(0.0, 0.0, 2e3)
    assert zone_of(setting, (ZoneKind.ENGAGEMENT, there, {}))() == Cause.NONE
    assert zone_of(setting, (ZoneKind.ENGAGEMENT, away, {}))() == Cause.OUT_OF_ZONE
    assert zone_of(setting, (ZoneKind.ENGAGEMENT, away, {}), (ZoneKind.ENGAGEMENT, there, {}))() == Cause.NONE
    assert zone_of(setting, (ZoneKind.ENGAGEMENT, there, {"ceiling_m": 4e3}))() == Cause.OUT_OF_ZONE
    assert zone_of(setting, (ZoneKind.ENGAGEMENT, away, {"post": 1}))() == Cause.NONE


@pytest.mark.parametrize(
    ("times", "launch", "meet"),
    [((0, 9_999), True, False), ((1, 10_000), False, True), ((10_001, 20_000), False, False)],
)
def test_each_point_is_held_against_the_zones_of_its_own_time(
    setting: Any, times: tuple[int, int], launch: bool, meet: bool
) -> None:
    more = {"floor_m": 0.0, "from_tick": times[0], "until_tick": times[1]}
    for place, forbids in (((0.0, 0.0), launch), ((40e3, 0.0), meet)):
        assert (zone_of(setting, (ZoneKind.NO_FIRE, square(*place, 2e3), more))() == Cause.NO_FIRE_ZONE) == forbids
    away = zone_of(setting, (ZoneKind.ENGAGEMENT, square(0.0, 0.0, 2e3), more))()
    assert (away == Cause.OUT_OF_ZONE) == meet


def test_pieces_do_not_fall_on_a_no_fire_zone_that_reaches_the_ground(setting: Any) -> None:
    """Pieces of what flies west at 250 m/s come down one to three kilometres on."""
    down, low = {"grounded": 1, "ceiling_m": 1e3}, {"floor_m": 10.0, "ceiling_m": 1e3}
    under = square(38e3, 0.0, 500.0)
    assert zone_of(setting, (ZoneKind.NO_FIRE, under, down))() == Cause.DEBRIS
    assert zone_of(setting, (ZoneKind.NO_FIRE, under, low))() == Cause.NONE
    assert zone_of(setting, (ZoneKind.NO_FIRE, square(48e3, 0.0, 500.0), down))() == Cause.NONE
    assert zone_of(setting, (ZoneKind.NO_FIRE, square(25e3, 0.0, 500.0), down))() == Cause.NONE
    assert zone_of(setting, (ZoneKind.FIR, under, down))() == Cause.NONE


def test_the_reach_bounds_every_ellipse_and_skips_none(setting: Any) -> None:
    """The cheap bound never hides an ellipse that touches; and mostly it spares the fall."""
    draw, radius_m, skipped = np.random.default_rng(8), float(setting["earth_radius_m"][0]), 0
    for _ in range(300):
        height_m = float(draw.choice([draw.uniform(0.0, 300.0), draw.uniform(0.0, 3e3), draw.uniform(0.0, 30e3)]))
        speed, slope = draw.choice([draw.uniform(20.0, 350.0), draw.uniform(300.0, 3000.0)]), draw.uniform(-1.4, 1.0)
        course = draw.uniform(0.0, 2.0 * np.pi)
        vel = Vec3(
            speed * math.cos(slope) * math.sin(course),
            speed * math.cos(slope) * math.cos(course),
            speed * math.sin(slope),
        )
        point = Vec3(*draw.uniform(-80e3, 80e3, 2), 0.0)
        point = Vec3(point.x, point.y, height_m - height_above_sea(radius_m, point))
        fallen = debris_ellipse(to_ecef(setting[0], point), turn(setting[0]["enu_to_ecef"], vel))
        centre, below = to_enu(setting[0], fallen.centre_ecef_m), plumb(radius_m, point)
        far_m = math.hypot(centre.x - below.x, centre.y - below.y) + fallen.major_m
        assert far_m < debris_reach_m(radius_m, point, vel) + 50.0
        place = np.array([below.x, below.y]) + draw.uniform(-1.0, 1.0, 2) * 1.5 * far_m
        shape = star(draw, place, draw.uniform(200.0, 3e3))
        zones, corners = airspace((ZoneKind.NO_FIRE, list(map(tuple, shape)), {"grounded": 1}))
        cause = debris_cause(0, 0, setting, zones, corners, point, vel)
        assert (cause == Cause.DEBRIS) == fallen_on(setting[0], zones[0], corners, fallen)
        skipped += cause == Cause.NONE
    assert 30 < skipped < 270


def test_where_pieces_fall_is_what_the_maps_say(setting: Any) -> None:
    """The ellipse in the local frame against its outline by pyproj's geodesics."""
    from pyproj import Geod, Transformer

    to_map = Transformer.from_crs("EPSG:4978", "EPSG:4979", always_xy=True)
    back = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    geod, point, vel = Geod(ellps="WGS84"), Vec3(-150e3, 120e3, 9e3), Vec3(400.0, 300.0, -50.0)
    fallen = debris_ellipse(to_ecef(setting[0], point), turn(setting[0]["enu_to_ecef"], vel))
    lon, lat, _ = to_map.transform(*fallen.centre_ecef_m)
    for off, inside in ((0.97, True), (1.03, False)):
        for azimuth, half_m in (
            (fallen.azimuth_rad, fallen.major_m),
            (fallen.azimuth_rad + 0.5 * math.pi, fallen.minor_m),
        ):
            for side in (0.0, math.pi):
                there = geod.fwd(lon, lat, math.degrees(azimuth + side), off * half_m)
                spot = to_enu(setting[0], Vec3(*back.transform(there[0], there[1], 0.0)))
                zones, corners = airspace((ZoneKind.NO_FIRE, square(spot.x, spot.y, 1.0), {"grounded": 1}))
                assert fallen_on(setting[0], zones[0], corners, fallen) == inside


def test_place_comes_before_debris(setting: Any) -> None:
    zones, corners = airspace((ZoneKind.NO_FIRE, square(40e3, 0.0, 5e3), {"grounded": 1}))
    where = Vec3(40e3, 0.0, 5e3)
    assert place_cause(0, 0, 0, setting, zones, corners, STILL, where) == Cause.NO_FIRE_ZONE
    assert debris_cause(0, 0, setting, zones, corners, where, Vec3(-100.0, 0.0, 0.0)) == Cause.DEBRIS
    assert zone_cause(0, 0, 0, setting, zones, corners, STILL, where, STILL) == Cause.NO_FIRE_ZONE
