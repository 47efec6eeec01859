"""Look-ups and formulas of the command post, done slowly."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import RegularGridInterpolator

from openiads.engine.evidence import off_plan_m
from openiads.engine.intercept import solve
from openiads.enums import Cause, EvidenceKind, KinematicClass, TargetGroup, TrackState
from openiads.physics.envelope import COURSES, OUT_OF_REACH, reach_at
from openiads.vec3 import Vec3
from openiads.world.state import World
from openiads.world.tables import PLAN, PLAN_POINT, TRACK
from tests.support import drive, runs

RADIUS_M = 6.37e6


# ---- The envelope --------------------------------------------------------------------------------


def _tables(world: World) -> list[tuple[np.record, int, np.ndarray]]:
    """Every missile, a group, and the flown table against it: (courses, heights, ranges)."""
    found = []
    for missile in world.missiles:
        shape = (COURSES, int(missile["height_cells"]), int(missile["range_cells"]))
        for group in (TargetGroup.AIRCRAFT, TargetGroup.BALLISTIC):
            first = int(missile["first_cell"][group])
            found.append((missile, int(group), world.envelopes[first : first + int(np.prod(shape))].reshape(shape)))
    return found


def _axes(missile: np.record, group: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Radial speeds, and the roots in which heights and ranges lie evenly."""
    rows, columns = np.arange(int(missile["height_cells"])), np.arange(int(missile["range_cells"]))
    fastest = float(missile["radial_mps"][group])
    return (
        np.array([-fastest, 0.0, fastest]), rows * missile["height_step_m"] ** 0.5,
        columns * missile["range_step_m"] ** 0.5,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["first", "tartus"])
def test_a_reach_is_the_trilinear_one_of_its_table(name: str) -> None:
    world, draw = runs.built(name).world, np.random.default_rng(3)
    for missile, group, cells in _tables(world):
        radials, roots, ranges = _axes(missile, group)
        margin = RegularGridInterpolator((radials, roots, ranges), cells["margin"])
        arrived = cells["flight_s"] > 0.0
        share = RegularGridInterpolator((radials, roots, ranges), arrived.astype(float))
        time = RegularGridInterpolator((radials, roots, ranges), np.where(arrived, cells["flight_s"], 0.0))
        loft = RegularGridInterpolator((radials, roots, ranges), np.where(arrived, cells["loft_slope"], 0.0))
        inside = 0
        for _ in range(1500):
            ground, height = float(draw.uniform(0.0, 1.1 * ranges[-1] ** 2)), float(draw.uniform(-100.0, 30e3))
            radial = float(draw.uniform(-1.3, 1.3) * radials[-1])
            ours = reach_at(missile, world.envelopes, group, ground, height, radial)
            kept = missile["range_min_m"] <= ground <= missile["range_max_m"]
            kept = kept and missile["height_min_m"] <= height <= missile["height_max_m"]
            if ground >= ranges[-1] ** 2 or height >= roots[-1] ** 2:
                assert ours.margin == OUT_OF_REACH
                continue
            at = (np.clip(radial, radials[0], radials[-1]), max(height, 0.0) ** 0.5, ground**0.5)
            if share(at) < 1e-9:
                assert ours.margin == OUT_OF_REACH
                continue
            inside += 1
            assert ours.margin == pytest.approx(float(margin(at)) if kept else OUT_OF_REACH, abs=1e-9)
            assert ours.flight_s == pytest.approx(float(time(at) / share(at)), rel=1e-9)
            assert ours.loft_slope == pytest.approx(float(loft(at) / share(at)), abs=1e-9)
        assert inside > 50


def test_the_envelope_is_one_a_missile_could_fly() -> None:
    """No cell is reached faster than the fastest missile flies; near the edge speed or load is short, not time."""
    for missile, group, cells in _tables(runs.built("tartus").world):
        _, roots, ranges = _axes(missile, group)
        reach = cells["margin"] >= 0.0
        ground, height = np.meshgrid(ranges**2, roots**2)
        slant = np.broadcast_to(np.hypot(ground, height), reach.shape)
        assert reach.sum() > 0.05 * reach.size
        assert (slant[reach] / cells["flight_s"][reach] < 3000.0).all()
        assert (cells["miss_m"][reach] <= missile["lethal_radius_m"]).all()
        assert (cells["speed_mps"][reach] >= 400.0).all()
        assert (cells["load_mps2"][reach] >= 20.0).all()
        if group == TargetGroup.AIRCRAFT:
            away, across, towards = (course.sum() for course in reach)
            assert 0.99 * away <= across <= 1.01 * towards, "who flies away is met over a smaller area"


def test_a_predicted_intercept_is_where_missile_and_track_meet() -> None:
    built, draw = runs.built("tartus"), np.random.default_rng(8)
    world, launcher = built.world, built.state.launchers[0]
    missile = world.missiles[launcher["missile"]]
    tracks, found = np.zeros(1, TRACK), 0
    for _ in range(300):
        off_m = np.array([*draw.uniform(-120e3, 120e3, 2), draw.uniform(3e3, 15e3)])
        tracks["pos_enu_m"] = np.array(launcher["pos_enu_m"]) + off_m
        tracks["vel_enu_mps"] = (*draw.uniform(-300.0, 300.0, 2), 0.0)
        chance = solve(0, 3.0, RADIUS_M, missile, world.envelopes, launcher, tracks[0], TargetGroup.AIRCRAFT)
        if chance.cause != Cause.NONE:
            assert chance.flight_s == -1.0
            continue
        found += 1
        met = tracks["pos_enu_m"][0] + tracks["vel_enu_mps"][0] * (3.0 + chance.flight_s)
        assert (
            np.linalg.norm(met - chance.point_m)
            < 0.03 * np.linalg.norm(tracks["vel_enu_mps"][0]) * chance.flight_s + 50.0
        )
    assert found > 30


# ---- Plans ---------------------------------------------------------------------------------------


def test_the_distance_off_a_plan_is_the_least_over_the_legs_that_are_due() -> None:
    draw, doctrine = np.random.default_rng(6), runs.built("first").world.doctrines[0]
    plans, points = np.zeros(1, PLAN), np.zeros(7, PLAN_POINT)
    plans["first_point"], plans["point_count"] = 2, 5
    slack = int(doctrine["plan_tolerance_tick"])
    for _ in range(50):
        points["pos_enu_m"] = draw.uniform(-1e5, 1e5, (7, 3)) * (1.0, 1.0, 0.0)
        points["tick"] = np.arange(7) * 4 * slack
        tick, place = int(draw.integers(0, 30 * slack)), (*draw.uniform(-1e5, 1e5, 2), 0.0)
        slow = 1e9
        for n in range(2, 6):
            if points["tick"][n] - slack <= tick <= points["tick"][n + 1] + slack:
                along = np.linspace(points["pos_enu_m"][n], points["pos_enu_m"][n + 1], 4001)
                slow = min(slow, float(np.hypot(*(along - place)[:, :2].T).min()))
        assert off_plan_m(tick, plans[0], points, Vec3(*place), doctrine) == pytest.approx(slow, abs=30.0)


# ---- Threat --------------------------------------------------------------------------------------

GUESS = {
    KinematicClass.SLOW: TargetGroup.UAV,
    KinematicClass.LOW_FAST: TargetGroup.CRUISE_MISSILE, KinematicClass.SUPERSONIC: TargetGroup.ANTI_RADIATION,
}  # fmt: skip


@pytest.mark.parametrize(("name", "until_s"), [("first", 250.0), ("tartus", 400.0)])
def test_every_threat_of_a_run_follows_the_formula(name: str, until_s: float) -> None:
    """Value share x probability hostile x group weight x 2^-(time / threat time) x 1 / (1 + (closest / 10 km)^2).

    What falls has its nearness from its predicted impact (tests/engine/test_falling.py).
    """
    session = runs.session(name)
    state, doctrines = session.state, session.world.doctrines
    due: list[int] = []
    compared = [0]

    def hook(moment: str, stage: drive.Stage) -> None:
        if stage.module != "evaluation":
            return
        tick = int(state.clock["tick"][0])
        if moment == "before":
            due[:] = [p for p, post in enumerate(state.posts) if tick >= post["next_cycle_tick"]]
            return
        for k in np.flatnonzero(state.tracks["state"] >= TrackState.CONFIRMED):
            falls = state.identity["level"][k, EvidenceKind.KINEMATICS] == KinematicClass.BALLISTIC
            if state.tracks["post"][k] in due and not falls:
                row, slow = state.ranking[k], _slow_threat(tick, state, doctrines, int(k))
                assert row["threat"] == pytest.approx(slow["threat"], rel=1e-9, abs=1e-15)
                if slow["threat"] > 0.0:
                    compared[0] += 1
                    assert row["asset"] == slow["asset"]
                    assert row["closest_m"] == pytest.approx(slow["closest_m"], rel=1e-9, abs=1e-6)
                    assert row["time_to_asset_s"] == pytest.approx(slow["time_s"], rel=1e-9, abs=1e-9)

    drive.drive(session, until_s, hook)
    assert compared[0] > 50


def _slow_threat(tick: int, state: object, doctrines: np.ndarray, k: int) -> dict[str, float]:
    track, identity, assets = state.tracks[k], state.identity[k], state.assets  # type: ignore[attr-defined]
    post = state.posts[track["post"]]  # type: ignore[attr-defined]
    doctrine = doctrines[post["doctrine"]]
    mine = (assets["side"] == post["side"]) & (assets["defended"] == 1)
    group = GUESS.get(KinematicClass(int(identity["level"][EvidenceKind.KINEMATICS])), TargetGroup.AIRCRAFT)
    hostile = identity["probability"][2] if identity["number"] == track["number"] else 0.0
    pos = track["pos_enu_m"] + track["vel_enu_mps"] * (tick - track["tick"]) * 1e-3
    vel = track["vel_enu_mps"]
    best = {"threat": 0.0, "asset": -1.0, "closest_m": 0.0, "time_s": 0.0}
    for a in np.flatnonzero(mine):
        away = assets["pos_enu_m"][a] - pos
        time_s = max(float(away @ vel) / max(float(vel @ vel), 1.0), 0.0)
        closest = float(np.hypot(*(pos + vel * time_s - assets["pos_enu_m"][a])[:2]))
        threat = assets["value"][a] / assets["value"][mine].max() * hostile * doctrine["group_weight"][group]
        threat *= 2.0 ** (-time_s / doctrine["threat_time_s"]) / (1.0 + (closest / 10_000.0) ** 2)
        if best["asset"] < 0 or threat > best["threat"]:
            best = {"threat": threat, "asset": float(a), "closest_m": closest, "time_s": time_s}
    return best
