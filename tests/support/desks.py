"""A command post's desk: drawn-up tracks, zones, plans, notices and replies, weighed cycle by cycle."""

from __future__ import annotations

from typing import Any

import numpy as np

from openiads.engine.identification import identify
from openiads.engine.strobes import new_strobe
from openiads.enums import EventKind, EvidenceKind, IffEvidence, Mode, StrobeKind, TrackState
from openiads.world.state import freeze
from openiads.world.tables import (
    AIRPORT,
    EMITTER,
    NOTICE,
    PLAN,
    PLAN_POINT,
    RADAR,
    STROBE_ORIGIN,
    ZONE,
    ZONE_CORNER,
)
from tests.support import runs

LATE_TICK = 600_000  # long after the picture has begun
HEIGHT_BITS = 1 << Mode.MODE_C
EARTH_M = 6.37e6
FAR_M = (-150e3, 0.0)


class Desk:
    """The post of the built-in scenario "first" with a radar at the origin and nothing else in its airspace."""

    def __init__(self, doctrine: str | None = None) -> None:
        overrides = () if doctrine is None else (f'posts.cp.doctrine="{doctrine}"',)
        built = runs.built("first", *overrides)
        self.world = built.world._replace(
            radars=np.zeros(1, RADAR), airports=np.zeros(0, AIRPORT), plans=np.zeros(0, PLAN),
            plan_points=np.zeros(0, PLAN_POINT), zones=np.zeros(0, ZONE), zone_corners=np.zeros(0, ZONE_CORNER),
            notices=np.zeros(0, NOTICE), doctrines=built.world.doctrines.copy(),
        )  # fmt: skip
        self.state = type(built.state)(*(table.copy() for table in built.state))
        self.state = self.state._replace(emitters=np.zeros(1, EMITTER))
        self.state.emitters["alive"] = 1
        self.tick = LATE_TICK
        self.strobe_origins = np.zeros(len(self.state.strobes), STROBE_ORIGIN)

    # ---- What is there ---------------------------------------------------------------------------

    def track(
        self, place_m: tuple[float, ...] = FAR_M, vel_mps: tuple[float, ...] = (0.0, 230.0), height_m: float = 9e3,
        **more: Any,
    ) -> int:  # fmt: skip
        """A confirmed track that is well known; returns its row."""
        k = int(self.state.counts["tracks_top"][0])
        self.state.counts["tracks_top"] = k + 1
        row = self.state.tracks[k]
        row.state, row.post, row.number, row.tick, row.plot_tick = TrackState.CONFIRMED, 0, k + 1, self.tick, self.tick
        row.first_tick = self.tick
        row.scan_tick, row.search_tick, row.search_radar, row.confirmed_event = 10_000, -1, -1, -1
        row.pos_enu_m[:] = (*place_m, height_m - (place_m[0] ** 2 + place_m[1] ** 2) / (2.0 * EARTH_M))
        row.vel_enu_mps[:] = (*vel_mps, 0.0)[:3]
        row.pos_sigma_m, row.vel_sigma_mps, row.height_sigma_m = 100.0, 5.0, 100.0
        for name, value in more.items():
            row[name] = value
        return k

    def zone(self, kind: int, corners: list[tuple[float, float]], **more: Any) -> None:
        """A zone of all heights and times, unless said otherwise."""
        zone, points = np.zeros(1, ZONE), np.zeros(len(corners), ZONE_CORNER)
        zone["kind"], zone["post"], zone["ceiling_m"], zone["until_tick"] = kind, -1, 30e3, 1 << 62
        zone["origin"], zone["control"] = -1, -1
        zone["first_corner"], zone["corner_count"] = len(self.world.zone_corners), len(corners)
        points["pos_enu_m"][:, :2] = corners
        for name, value in more.items():
            zone[name] = value
        self.world = self.world._replace(
            zones=np.concatenate([self.world.zones, zone]),
            zone_corners=np.concatenate([self.world.zone_corners, points]),
        )

    def plan(self, points: list[tuple[float, float]], ticks: list[int], **more: Any) -> int:
        """A filed plan that is known from the start; returns its row."""
        plan, route = np.zeros(1, PLAN), np.zeros(len(points), PLAN_POINT)
        plan["code"], plan["filed"], plan["point_count"] = 0o4101, 1, len(points)
        plan["first_point"] = len(self.world.plan_points)
        route["pos_enu_m"][:, :2], route["tick"] = points, ticks
        for name, value in more.items():
            plan[name] = value
        self.world = self.world._replace(
            plans=np.concatenate([self.world.plans, plan]),
            plan_points=np.concatenate([self.world.plan_points, route]),
        )
        return len(self.world.plans) - 1

    def notice(self, **more: Any) -> None:
        """A notice to the post, of nothing yet."""
        notice = np.zeros(1, NOTICE)
        notice["code"], notice["plan"], notice["until_tick"] = -1, -1, 1 << 62
        for name, value in more.items():
            notice[name] = value
        self.world = self.world._replace(notices=np.concatenate([self.world.notices, notice]))

    def airport(self, place_m: tuple[float, float]) -> None:
        """An airport at the sea's level."""
        airport = np.zeros(1, AIRPORT)
        airport["pos_enu_m"][0] = (*place_m, -(place_m[0] ** 2 + place_m[1] ** 2) / (2.0 * EARTH_M))
        self.world = self.world._replace(airports=np.concatenate([self.world.airports, airport]))

    # ---- What comes in ---------------------------------------------------------------------------

    def reply(self, k: int, iff: int = IffEvidence.MODE_3, code: int = -1, height_m: float | None = None) -> None:
        """An interrogation of a track's plot and what it gave."""
        state, n = self.state, int(self.state.counts["replies"][0])
        plot = int(state.counts["plots"][0])
        state.counts["replies"], state.counts["plots"] = n + 1, plot + 1
        state.plots["track"][plot], state.plots["track_number"][plot] = k, state.tracks["number"][k]
        row = state.replies[n]
        row.tick, row.plot, row.iff, row.code, row.post = self.tick, plot, iff, code, 0
        row.modes, row.height_m = (0, 0.0) if height_m is None else (HEIGHT_BITS, height_m)

    def silence(self, k: int, times: int = 2) -> None:
        """Interrogations that nobody answers."""
        for _ in range(times):
            self.reply(k, IffEvidence.NO_REPLY)

    def strobe(self, azimuth_rad: float, radar: int = 0, kind: int = StrobeKind.JAM, sigma_rad: float = 0.002) -> None:
        """A bearing from the radar at the origin."""
        n = int(self.state.counts["strobes"][0])
        new_strobe(self.tick, kind, 0, 0, self.state.counts, self.state.strobes, self.strobe_origins)
        row = self.state.strobes[n]
        row.radar, row.azimuth_rad, row.sigma_azimuth_rad = radar, azimuth_rad, sigma_rad
        row.along_enu[:] = (np.sin(azimuth_rad), np.cos(azimuth_rad), 0.0)
        row.pos_enu_m[:] = self.state.emitters["pos_enu_m"][radar]

    def order(self, verb: int, number: int, value: int) -> None:
        """What a person says now."""
        n = int(self.state.counts["directives"][0])
        self.state.counts["directives"] = n + 1
        row = self.state.directives[n]
        row.tick, row.verb, row.post, row.track_number, row.value, row.done = self.tick, verb, 0, number, value, 0

    def heading_for_an_asset(self, k: int) -> None:
        """The ranking says so."""
        row = self.state.ranking[k]
        row.number, row.closest_m, row.time_to_asset_s = self.state.tracks[k].number, 500.0, 300.0

    # ---- What the post makes of it ---------------------------------------------------------------

    def cycle(self, wait_s: float = 0.0) -> None:
        """Weigh once, after a wait in which tracks fly on."""
        self.tick += round(wait_s * 1000.0)
        w, s = freeze(self.world), self.state
        identify(
            self.tick, w.setting, w.doctrines, w.radars, w.plans, w.plan_points, w.airports, w.zones, w.zone_corners,
            w.notices, s.posts, s.emitters, s.counts, s.replies, s.strobes, s.directives, s.plots, s.tracks, s.ranking,
            s.identity, s.events, s.evidence,
        )  # fmt: skip

    def level(self, k: int, kind: EvidenceKind) -> int:
        """What a kind of evidence says of a track by now."""
        return int(self.state.identity["level"][k, kind])

    def changes(self, k: int) -> list[tuple[int, int]]:
        """The identities a track was given so far, each with what tipped it."""
        events = self.state.events[: int(self.state.counts["events"][0])]
        mine = events[(events["kind"] == EventKind.IDENTIFIED) & (events["track"] == self.state.tracks["number"][k])]
        return [(int(event["code"]), int(event["evidence"])) for event in mine]
