"""Every level of every kind of evidence, reached by a drawn-up picture, and no sooner than the post may know it."""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np
import pytest

from openiads.enums import (
    ActEvidence,
    CodeEvidence,
    CourseEvidence,
    EvidenceKind,
    HeightEvidence,
    IffEvidence,
    KinematicClass,
    NoticeEvidence,
    OriginEvidence,
    RouteEvidence,
    StrobeKind,
    TrackState,
    Verb,
    WordEvidence,
    ZoneKind,
)
from openiads.enums import Identity as Id
from tests.support.desks import LATE_TICK, Desk

SQUARE = [(-200e3, -50e3), (-100e3, -50e3), (-100e3, 50e3), (-200e3, 50e3)]  # round where a track is unless said
STRIP = [(-152e3, -90e3), (-148e3, -90e3), (-148e3, 90e3), (-152e3, 90e3)]  # north and south, 4 km wide
ROUTE, ROUTE_TICKS = [(-150e3, -50e3), (-150e3, 50e3)], [LATE_TICK, LATE_TICK + 400_000]


# ---- IFF -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["GARBLED", "MODE_3", "MODE_4_FAILED", "MODE_4_VALID"])
def test_the_best_answer_so_far_stands(answer: str) -> None:
    desk = Desk()
    k = desk.track()
    desk.cycle()
    assert desk.level(k, EvidenceKind.IFF) == IffEvidence.NOT_ASKED
    desk.silence(k, 1)
    desk.cycle(1.0)
    assert desk.level(k, EvidenceKind.IFF) == IffEvidence.NOT_ASKED, "one missing answer says nothing"
    desk.silence(k, 1)
    desk.cycle(1.0)
    assert desk.level(k, EvidenceKind.IFF) == IffEvidence.NO_REPLY
    desk.reply(k, IffEvidence[answer])
    desk.reply(k, IffEvidence.GARBLED)
    desk.silence(k)
    desk.cycle(1.0)
    assert desk.level(k, EvidenceKind.IFF) == IffEvidence[answer]


# ---- Code and route ------------------------------------------------------------------------------


def test_a_code_is_looked_up_in_the_plans_known_by_then() -> None:
    desk = Desk()
    desk.plan(ROUTE, ROUTE_TICKS, known_tick=LATE_TICK + 60_000)
    k, away = desk.track(), desk.track((-100e3, 0.0))
    desk.reply(k, code=0o4101)
    desk.reply(away, code=0o4101)
    desk.cycle()
    assert desk.level(k, EvidenceKind.CODE) == CodeEvidence.CODE_UNKNOWN
    assert desk.level(k, EvidenceKind.ROUTE) == RouteEvidence.NONE
    desk.cycle(59.9)
    assert desk.level(k, EvidenceKind.CODE) == CodeEvidence.CODE_UNKNOWN
    desk.cycle(0.1)
    assert desk.level(k, EvidenceKind.CODE) == CodeEvidence.CODE_AND_ROUTE_OF_PLAN
    assert desk.level(k, EvidenceKind.ROUTE) == RouteEvidence.SAID_BY_CODE
    assert desk.level(away, EvidenceKind.CODE) == CodeEvidence.CODE_OF_PLAN
    assert desk.level(away, EvidenceKind.ROUTE) == RouteEvidence.NONE


@pytest.mark.parametrize(
    ("place_m", "vel_mps", "when_s", "fits"),
    [
        ((-150e3, 0.0), (0.0, 230.0), 100.0, True),
        ((-141e3, 0.0), (0.0, 230.0), 0.0, True),  # 9 km aside of 10
        ((-139e3, 0.0), (0.0, 230.0), 0.0, False),
        ((-150e3, 0.0), (0.0, -230.0), 0.0, False),  # the other way
        ((-150e3, 0.0), (230.0, 0.0), 0.0, False),  # across
        ((-150e3, 0.0), (0.0, 1.0), 699.0, True),  # five minutes late at most
        ((-150e3, 0.0), (0.0, 1.0), 701.0, False),
        ((-150e3, 0.0), (0.0, 1.0), -299.0, True),
        ((-150e3, 0.0), (0.0, 1.0), -301.0, False),
    ],
)
def test_who_is_silent_may_fly_where_a_plan_is_due(
    place_m: tuple[float, float], vel_mps: tuple[float, float], when_s: float, fits: bool
) -> None:
    desk = Desk()
    desk.plan(ROUTE, ROUTE_TICKS)
    k = desk.track(place_m, vel_mps)
    desk.silence(k)
    desk.cycle(when_s)
    assert (desk.level(k, EvidenceKind.ROUTE) == RouteEvidence.ON_PLAN) == fits


def test_a_plan_that_nobody_filed_or_another_code_says_nothing_of_a_route() -> None:
    unfiled = Desk()
    unfiled.plan(ROUTE, ROUTE_TICKS, filed=0)
    k = unfiled.track()
    unfiled.cycle()
    assert unfiled.level(k, EvidenceKind.ROUTE) == RouteEvidence.NONE
    coded = Desk()
    coded.plan(ROUTE, ROUTE_TICKS)
    k = coded.track()
    coded.reply(k, code=0o7777)
    coded.cycle()
    assert coded.level(k, EvidenceKind.ROUTE) == RouteEvidence.NONE


def test_who_was_on_a_route_is_let_go_of_a_little_later() -> None:
    """Within 10 km it is on the route, and stays so within 12.5 km."""
    desk = Desk()
    desk.plan(ROUTE, ROUTE_TICKS)
    k = desk.track((-141e3, -40e3), (20.0, 200.0))
    said = []
    for _ in range(8):
        desk.cycle(25.0)
        said.append(desk.level(k, EvidenceKind.ROUTE) == RouteEvidence.ON_PLAN)
    east_m = [-141e3 + 20.0 * 25.0 * (n + 1) for n in range(8)]
    assert said == [x < -137.5e3 for x in east_m]


@pytest.mark.parametrize(
    ("vel_mps", "more", "fits"),
    [
        ((0.0, 100.0), {}, True),
        ((0.0, -100.0), {}, True),
        ((40.0, 100.0), {}, True),  # 22 degrees across
        ((100.0, 100.0), {}, False),
        ((0.0, 100.0), {"ceiling_m": 8e3}, False),
        ((0.0, 100.0), {"floor_m": 10e3}, False),
        ((0.0, 100.0), {"from_tick": LATE_TICK + 1}, False),
        ((0.0, 100.0), {"until_tick": LATE_TICK - 1}, False),
        ((0.0, 100.0), {"post": 1}, False),
        ((0.0, 100.0), {"kind": ZoneKind.NO_FIRE}, False),
    ],
)
def test_a_corridor_holds_who_flies_along_it(
    vel_mps: tuple[float, float], more: dict[str, Any], fits: bool
) -> None:  # fmt: skip
    desk = Desk()
    desk.zone(**({"kind": ZoneKind.CORRIDOR, "corners": STRIP} | more))
    k, beside = desk.track(vel_mps=vel_mps), desk.track((-147e3, 0.0), vel_mps)
    desk.cycle()
    assert (desk.level(k, EvidenceKind.ROUTE) == RouteEvidence.IN_CORRIDOR) == fits
    assert desk.level(beside, EvidenceKind.ROUTE) == RouteEvidence.NONE


def test_a_corridor_with_a_bend_runs_both_ways() -> None:
    bend = [(-152e3, -50e3), (-148e3, -50e3), (-148e3, -2e3), (-90e3, -2e3), (-90e3, 2e3), (-152e3, 2e3)]
    desk = Desk()
    desk.zone(ZoneKind.CORRIDOR, bend)
    one, other = desk.track((-150e3, -30e3), (0.0, 200.0)), desk.track((-120e3, 0.0), (200.0, 0.0))
    across = desk.track((-120e3, 1e3), (150.0, 150.0))
    desk.cycle()
    assert desk.level(one, EvidenceKind.ROUTE) == RouteEvidence.IN_CORRIDOR
    assert desk.level(other, EvidenceKind.ROUTE) == RouteEvidence.IN_CORRIDOR
    assert desk.level(across, EvidenceKind.ROUTE) == RouteEvidence.NONE


# ---- Height --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told_m", "sigma_m", "level"),
    [
        (9e3, 100.0, "AGREES"),
        (9e3 + 890.0, 100.0, "AGREES"),  # 600 m and three times 100 m
        (9e3 + 910.0, 100.0, "DISAGREES"),
        (9e3 - 910.0, 100.0, "DISAGREES"),
        (9e3 + 1500.0, 400.0, "AGREES"),
        (4e3, 600.0, "NONE"),  # hardly measured
    ],
)
def test_a_told_height_is_compared_with_the_measured_one(told_m: float, sigma_m: float, level: str) -> None:
    desk = Desk()
    k = desk.track(height_sigma_m=sigma_m)
    for _ in range(3):
        desk.reply(k, height_m=told_m)
    desk.cycle()
    assert desk.level(k, EvidenceKind.HEIGHT) == HeightEvidence[level]
    assert desk.state.identity["told_height_m"][k] == told_m


def test_a_climb_is_compared_when_it_is_told_and_one_wrong_height_is_none() -> None:
    desk = Desk()
    k = desk.track(vel_mps=(0.0, 150.0, 15.0), height_m=2e3)
    for n in range(6):
        desk.reply(k, height_m=2e3 + 15.0 * 20.0 * n)
        desk.cycle()
        assert desk.level(k, EvidenceKind.HEIGHT) == HeightEvidence.AGREES
        desk.tick += 20_000
    for n in range(2):
        desk.reply(k, height_m=9e3)
        desk.cycle()
        assert desk.level(k, EvidenceKind.HEIGHT) == HeightEvidence.AGREES, n
    desk.reply(k, height_m=9e3)
    desk.cycle()
    assert desk.level(k, EvidenceKind.HEIGHT) == HeightEvidence.DISAGREES
    desk.cycle(60.0)
    assert desk.level(k, EvidenceKind.HEIGHT) == HeightEvidence.DISAGREES, "compared again without being told"
    desk.reply(k, height_m=2e3 + 15.0 * (desk.tick - LATE_TICK) / 1e3)
    desk.cycle()
    assert desk.level(k, EvidenceKind.HEIGHT) == HeightEvidence.AGREES


# ---- Kinematics and course -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vel_mps", "height_m", "sigma_mps", "level"),
    [
        ((0.0, 230.0), 9e3, 70.0, "UNKNOWN"),
        ((0.0, 51.0), 300.0, 5.0, "SLOW"),
        ((0.0, 230.0), 9e3, 5.0, "AIRWAY"),
        ((0.0, 340.0), 9e3, 5.0, "FAST_HIGH"),
        ((0.0, 240.0), 300.0, 5.0, "LOW_FAST"),
        ((0.0, 600.0), 9e3, 5.0, "SUPERSONIC"),
        ((0.0, 900.0, -700.0), 20e3, 5.0, "BALLISTIC"),
    ],
)
def test_height_and_speed_make_a_class(
    vel_mps: tuple[float, ...], height_m: float, sigma_mps: float, level: str
) -> None:  # fmt: skip
    desk = Desk()
    k = desk.track(vel_mps=vel_mps, height_m=height_m, vel_sigma_mps=sigma_mps)
    desk.cycle()
    assert desk.level(k, EvidenceKind.KINEMATICS) == KinematicClass[level]


def test_a_course_towards_an_asset_is_kept_over_twice_the_distance() -> None:
    desk = Desk()
    k = desk.track()
    rank = desk.state.ranking[k]
    seen = []
    for closest_m, time_s in ((9e3, 300.0), (7e3, 300.0), (15e3, 300.0), (17e3, 300.0), (9e3, 300.0), (7e3, 901.0)):
        rank.number, rank.closest_m, rank.time_to_asset_s = desk.state.tracks["number"][k], closest_m, time_s
        desk.cycle(1.0)
        seen.append(desk.level(k, EvidenceKind.COURSE) == CourseEvidence.TOWARDS_ASSET)
    assert seen == [False, True, True, False, False, False]
    rank.closest_m, rank.time_to_asset_s, rank.number = 100.0, 100.0, 77
    desk.cycle(1.0)
    assert desk.level(k, EvidenceKind.COURSE) == CourseEvidence.AWAY, "the ranking of another track"


# ---- Origin --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place_m", "height_m", "first_tick", "origin"),
    [
        ((-150e3, 0.0), 9e3, LATE_TICK, "FAR"),
        ((-59e3, 0.0), 300.0, LATE_TICK, "NEAR"),
        ((-61e3, 0.0), 300.0, LATE_TICK, "FAR"),
        ((-59e3, 0.0), 300.0, 60_000, "FAR"),  # the picture has just begun
        ((-40e3, 14e3), 1400.0, LATE_TICK, "AIRPORT"),
        ((-40e3, 14e3), 1600.0, LATE_TICK, "NEAR"),
        ((-40e3, 16e3), 1400.0, LATE_TICK, "NEAR"),
    ],
)
def test_where_a_track_was_first_seen(
    place_m: tuple[float, float], height_m: float, first_tick: int, origin: str
) -> None:  # fmt: skip
    desk = Desk()
    desk.airport((-40e3, 0.0))
    k = desk.track(place_m, height_m=height_m, first_tick=first_tick)
    desk.cycle()
    assert desk.level(k, EvidenceKind.ORIGIN) == OriginEvidence[origin]


@pytest.mark.parametrize("origin", ["FRIENDLY_AREA", "CIVIL_AREA", "HOSTILE_AREA"])
def test_a_zone_says_what_comes_from_it_and_what_came_once_has_come(origin: str) -> None:
    desk = Desk()
    desk.zone(ZoneKind.ENGAGEMENT, SQUARE, origin=OriginEvidence[origin], ceiling_m=10e3)
    inside, above = desk.track(vel_mps=(230.0, 0.0)), desk.track(height_m=11e3)
    desk.cycle()
    desk.cycle(500.0)
    assert desk.level(inside, EvidenceKind.ORIGIN) == OriginEvidence[origin]
    later = desk.track((-59e3, 0.0), height_m=300.0)
    desk.cycle()
    assert desk.level(inside, EvidenceKind.ORIGIN) == OriginEvidence[origin]
    assert desk.level(above, EvidenceKind.ORIGIN) == OriginEvidence.FAR
    assert desk.level(later, EvidenceKind.ORIGIN) == OriginEvidence.NEAR


def test_a_dead_radar_or_one_of_another_post_has_no_surroundings() -> None:
    dead, foreign = Desk(), Desk()
    dead.state.emitters["alive"] = 0
    foreign.world.radars["post"] = 1
    for desk in (dead, foreign):
        k = desk.track((-50e3, 0.0), height_m=300.0)
        desk.cycle()
        assert desk.level(k, EvidenceKind.ORIGIN) == OriginEvidence.FAR


def test_a_slot_that_is_used_again_begins_anew() -> None:
    desk = Desk()
    k = desk.track((-50e3, 0.0), height_m=300.0)
    desk.silence(k)
    desk.cycle()
    row = desk.state.tracks[k]
    row.number, row.pos_enu_m[0], row.first_tick = 99, -200e3, desk.tick
    desk.cycle(1.0)
    assert desk.level(k, EvidenceKind.ORIGIN) == OriginEvidence.FAR
    assert desk.level(k, EvidenceKind.IFF) == IffEvidence.NOT_ASKED


# ---- Acts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "act"), [("FIR", "UNANNOUNCED"), ("TERRITORIAL_SEA", "INTRUSION")])
def test_who_flies_unannounced_where_one_must_be(kind: str, act: str) -> None:
    desk = Desk()
    desk.zone(ZoneKind[kind], SQUARE, from_tick=LATE_TICK + 30_000)
    k, outside = desk.track(), desk.track((-90e3, 0.0))
    desk.cycle()
    desk.cycle(30.0)
    assert desk.level(k, EvidenceKind.ACT) == ActEvidence.NONE, "nobody has asked it"
    desk.silence(k)
    desk.silence(outside)
    desk.cycle()
    assert desk.level(k, EvidenceKind.ACT) == ActEvidence[act]
    assert desk.level(outside, EvidenceKind.ACT) == ActEvidence.NONE
    desk.state.tracks["pos_enu_m"][k, 0] = -90e3
    desk.cycle(1.0)
    assert desk.level(k, EvidenceKind.ACT) == ActEvidence[act], "what was done stays done"


@pytest.mark.parametrize("excuse", ["mode 4", "code of a plan", "on a plan", "corridor", "notice", "code alone"])
def test_who_is_announced_is_no_intruder(excuse: str) -> None:
    desk = Desk()
    for kind in (ZoneKind.FIR, ZoneKind.TERRITORIAL_SEA):
        desk.zone(kind, SQUARE)
    k = desk.track()
    desk.silence(k)
    desk.cycle()
    assert desk.level(k, EvidenceKind.ACT) == ActEvidence.INTRUSION, "the graver of two"
    if excuse in ("code of a plan", "on a plan"):
        desk.plan(ROUTE, ROUTE_TICKS)
    if excuse == "corridor":
        desk.zone(ZoneKind.CORRIDOR, STRIP)
    if excuse == "notice":
        desk.notice(code=0o7001)
        desk.reply(k, code=0o7001)
    if excuse == "mode 4":
        desk.reply(k, IffEvidence.MODE_4_VALID)
    if excuse in ("code of a plan", "code alone"):
        desk.reply(k, code=0o4101)
    desk.cycle(1.0)
    announced = excuse != "code alone"
    assert (desk.level(k, EvidenceKind.ACT) == ActEvidence.NONE) == announced


def _release(desk: Desk, apart_m: float = 800.0, turn_mps: float = 150.0, wait_s: float = 40.0) -> tuple[int, int]:
    """A carrier that has been tracked for a while, and something that begins beside it and heads for an asset."""
    carrier = desk.track(vel_mps=(200.0, 0.0))
    desk.cycle()
    desk.tick += round(wait_s * 1000.0)
    weapon = desk.track((-150e3 + 200.0 * wait_s, apart_m), (200.0, turn_mps))
    desk.state.tracks["state"][weapon] = TrackState.TENTATIVE
    desk.cycle()
    desk.state.tracks["state"][weapon] = TrackState.CONFIRMED
    return carrier, weapon


def test_what_comes_off_a_track_and_attacks_is_held_against_it() -> None:
    desk = Desk()
    carrier, weapon = _release(desk)
    desk.cycle(5.0)
    assert desk.level(carrier, EvidenceKind.ACT) == ActEvidence.NONE, "it attacks nobody yet"
    before = float(desk.state.identity["probability"][carrier, 2])
    desk.heading_for_an_asset(weapon)
    desk.cycle(5.0)
    assert desk.level(carrier, EvidenceKind.ACT) == ActEvidence.RELEASE
    assert desk.level(weapon, EvidenceKind.ACT) == ActEvidence.NONE
    desk.cycle(5.0)
    assert desk.state.identity["probability"][carrier, 2] > before, "the carrier was not weighed anew"
    desk.reply(carrier, IffEvidence.MODE_4_VALID)
    desk.cycle(300.0)
    assert desk.level(carrier, EvidenceKind.ACT) == ActEvidence.RELEASE


def test_a_weapon_that_is_fast_needs_no_asset() -> None:
    desk = Desk()
    carrier, weapon = _release(desk)
    desk.state.tracks["vel_enu_mps"][weapon] = (700.0, 0.0, 0.0)
    desk.cycle(5.0)
    assert desk.level(carrier, EvidenceKind.ACT) == ActEvidence.RELEASE


@pytest.mark.parametrize(
    ("apart_m", "turn_mps", "wait_s", "sigma_mps"),
    [
        (2100.0, 150.0, 40.0, 5.0),  # too far off: 2 km
        (800.0, 30.0, 40.0, 5.0),  # a twin flies as its original
        (800.0, 150.0, 20.0, 5.0),  # both have only just been seen
        (800.0, 150.0, 40.0, 65.0),  # nobody knows how it flies
        (800.0, 100.0, 40.0, 40.0),  # nor here, within three times 40 m/s
    ],
)
def test_what_merely_begins_beside_a_track_is_not(
    apart_m: float, turn_mps: float, wait_s: float, sigma_mps: float
) -> None:  # fmt: skip
    desk = Desk()
    carrier, weapon = _release(desk, apart_m, turn_mps, wait_s)
    desk.state.tracks["vel_sigma_mps"][weapon] = sigma_mps
    desk.heading_for_an_asset(weapon)
    desk.cycle(5.0)
    assert desk.level(carrier, EvidenceKind.ACT) == ActEvidence.NONE


def test_an_airliner_over_a_sea_skimmer_has_released_nothing() -> None:
    desk = Desk()
    carrier, weapon = _release(desk)
    desk.state.identity["placed"][weapon] = 0
    desk.state.tracks["pos_enu_m"][weapon, 2] -= 8.9e3
    desk.cycle(1.0)
    desk.heading_for_an_asset(weapon)
    desk.cycle(5.0)
    assert desk.level(carrier, EvidenceKind.ACT) == ActEvidence.NONE


def test_a_release_is_not_held_against_whoever_comes_to_the_slot() -> None:
    desk = Desk()
    carrier, weapon = _release(desk)
    desk.state.tracks["number"][carrier] = 77
    desk.cycle(1.0)
    desk.heading_for_an_asset(weapon)
    desk.cycle(1.0)
    assert desk.level(carrier, EvidenceKind.ACT) == ActEvidence.NONE
    assert desk.state.identity["parent"][weapon] == -1


def _scan(desk: Desk, azimuths_rad: list[float], jammer: int | None = None) -> None:
    """A turn of the radar in which it hears jammers, and has a plot of every track but one."""
    desk.tick += 10_000
    for k in range(int(desk.state.counts["tracks_top"][0])):
        row = desk.state.tracks[k]
        row.search_radar, row.search_tick = 0, row.search_tick if k == jammer else desk.tick
    for azimuth_rad in azimuths_rad:
        desk.strobe(azimuth_rad)
    desk.cycle()


def _azimuth(desk: Desk, k: int, tick: int) -> float:
    track = desk.state.tracks[k]
    east, north, _ = track["pos_enu_m"] + track["vel_enu_mps"] * (tick - track["tick"]) * 1e-3
    return float(np.arctan2(east, north) % (2.0 * pi))


def test_a_track_that_strobes_follow_jams() -> None:
    desk = Desk()
    k = desk.track((-150e3, 0.0), (0.0, 250.0))  # a degree in ten seconds
    desk.cycle()
    acts = []
    for _ in range(10):
        _scan(desk, [_azimuth(desk, k, desk.tick + 10_000)], k)
        acts.append(desk.level(k, EvidenceKind.ACT) == ActEvidence.JAMMING)
    assert acts.index(True) in (5, 6), acts  # six looks, four degrees
    assert all(acts[6:])


def test_a_track_on_the_line_of_a_jammer_that_moves_past_does_not_jam() -> None:
    desk = Desk()
    jammer = desk.track((-170e3, 0.0), (0.0, 250.0))
    still = desk.track((-85e3, 10e3), (0.0, 1.0))
    with_plots = desk.track((-85e3, 0.0), (0.0, 125.0))  # as far round, but the radar sees it
    desk.cycle()
    for _ in range(14):
        _scan(desk, [_azimuth(desk, jammer, desk.tick + 10_000)], jammer)
        desk.state.tracks["search_tick"][still] = -1  # it is masked
    assert desk.level(jammer, EvidenceKind.ACT) == ActEvidence.JAMMING
    assert desk.level(still, EvidenceKind.ACT) == ActEvidence.NONE
    assert desk.level(with_plots, EvidenceKind.ACT) == ActEvidence.NONE


def test_two_antennas_see_at_once_where_their_lines_cross() -> None:
    desk = Desk()
    desk.state = desk.state._replace(emitters=np.repeat(desk.state.emitters, 2))
    desk.state.emitters["pos_enu_m"][1] = (0.0, 60e3, 0.0)
    desk.world = desk.world._replace(radars=np.repeat(desk.world.radars, 2))
    k, nearer = desk.track((-150e3, 0.0), (250.0, 0.0)), desk.track((-75e3, 0.0), (125.0, 0.0))
    desk.cycle()
    for _ in range(4):
        for radar in (0, 1):
            desk.tick += 5_000
            east, north = -150e3 + 250.0 * (desk.tick - LATE_TICK) * 1e-3, -60e3 * radar
            desk.strobe(float(np.arctan2(east, north) % (2.0 * pi)), radar)
            desk.cycle()
    assert desk.level(k, EvidenceKind.ACT) == ActEvidence.JAMMING
    assert desk.level(nearer, EvidenceKind.ACT) == ActEvidence.NONE


@pytest.mark.parametrize(("gap_s", "sigma_m", "kind"), [(31, 100.0, "JAM"), (10, 3e3, "JAM"), (10, 100.0, "ESM")])
def test_strobes_long_ago_of_vague_tracks_or_of_radars_blame_nobody(gap_s: int, sigma_m: float, kind: str) -> None:
    desk = Desk()
    k = desk.track((-150e3, -20e3), (0.0, 250.0), pos_sigma_m=sigma_m)
    desk.cycle()
    for _ in range(10):
        desk.tick += gap_s * 1000
        desk.strobe(_azimuth(desk, k, desk.tick), kind=StrobeKind[kind])
        desk.cycle()
    assert desk.level(k, EvidenceKind.ACT) == ActEvidence.NONE


# ---- Notices -------------------------------------------------------------------------------------


def test_a_notice_counts_from_when_it_comes_in_until_it_ends() -> None:
    desk = Desk()
    desk.notice(code=0o7001, due_tick=LATE_TICK + 60_000, until_tick=LATE_TICK + 120_000)
    desk.notice(code=0o7002, to_post=1)
    k, other = desk.track(), desk.track((-160e3, 0.0))
    desk.reply(k, code=0o7001)
    desk.reply(other, code=0o7002)
    said = []
    for wait_s in (0.0, 59.9, 0.1, 60.0, 0.1):
        desk.cycle(wait_s)
        said.append(desk.level(k, EvidenceKind.NOTICE) == NoticeEvidence.ANNOUNCED)
    assert said == [False, False, True, True, False]
    assert desk.level(other, EvidenceKind.NOTICE) == NoticeEvidence.NONE, "told to another post"


def test_a_notice_tells_a_route_that_nobody_filed() -> None:
    desk = Desk()
    route = desk.plan(ROUTE, ROUTE_TICKS, filed=0, code=-1)
    desk.notice(code=0o7001, plan=route)
    silent, away, coded = desk.track(), desk.track((-120e3, 0.0)), desk.track((-151e3, 0.0))
    desk.reply(coded, code=0o1234)
    desk.cycle()
    assert desk.level(silent, EvidenceKind.NOTICE) == NoticeEvidence.ANNOUNCED
    assert desk.level(silent, EvidenceKind.ROUTE) == RouteEvidence.NONE
    assert desk.level(away, EvidenceKind.NOTICE) == NoticeEvidence.NONE
    assert desk.level(coded, EvidenceKind.NOTICE) == NoticeEvidence.NONE, "it answers with another code"


# ---- Words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", list(Id))
def test_a_word_is_weighed(said: Id) -> None:
    meant = {
        Id.FRIEND: WordEvidence.FRIEND, Id.ASSUMED_FRIEND: WordEvidence.FRIEND, Id.NEUTRAL: WordEvidence.NEUTRAL,
        Id.SUSPECT: WordEvidence.HOSTILE, Id.HOSTILE: WordEvidence.HOSTILE,
    }.get(said, WordEvidence.NONE)  # fmt: skip
    desk = Desk()
    k = desk.track()
    desk.order(Verb.TELL_IDENTITY, 1, Id.HOSTILE)
    desk.cycle()
    assert desk.level(k, EvidenceKind.WORD) == WordEvidence.HOSTILE
    desk.order(Verb.TELL_IDENTITY, 1, said)
    desk.cycle(1.0)
    assert desk.level(k, EvidenceKind.WORD) == meant
    assert desk.state.identity["ordered"][k] == 0
