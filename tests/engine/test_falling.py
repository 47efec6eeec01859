"""Two missiles fall, one on an asset, one on nothing: the post foresees where and fires at one."""

from __future__ import annotations

from functools import cache
from math import radians
from pathlib import Path

import numpy as np
import pytest

from openiads.analysis.reasons import leaker_reasons
from openiads.catalog.errors import InputError
from openiads.engine.evaluation import expected_at
from openiads.engine.falling import COEFFICIENT_KGPM2, DAMAGE_M, DRAG_SIGMA
from openiads.enums import Cause, EventKind, TargetGroup, TrackState
from openiads.estimation import imm
from openiads.physics.earth import ecef, surface_normal, to_enu
from openiads.physics.impact import fall
from openiads.record.record import Record
from openiads.scenario.load import Scenario, load
from openiads.simulate import Session, run
from openiads.vec3 import Vec3
from openiads.world.build import build
from tests.support import runs

ASSET = "34.80 N, 35.97 E"
AIMS = {"aimed-1": (34.80, 35.97), "astray-1": (34.60, 35.45)}
TEXT = f"""
name = "two-falls"
title = "Two ballistic missiles, one of which falls 40 km from anything"
start = 2016-10-15T04:00:00Z
duration = "6 min"
seed = 1
origin = "tartus"
sides = [{{ name = "defender" }}, {{ name = "attacker" }}]
relations = [{{ of = "defender", to = "attacker", is = "hostile" }}]
posts = [{{ name = "cp", side = "defender", control = "tight" }}]
units = [{{ name = "v4", unit = "s-300v4", side = "defender", post = "cp", at = "tartus", facing = "230 deg" }}]
assets = [{{ name = "depot", side = "defender", at = "{ASSET}", radius = "300 m", value = 1 }}]

[[raids]]
name = "aimed"
side = "attacker"
class = "ballistic-short-range"
count = 1
route = ["33.5 N, 33.4 E", "{ASSET}"]
aim = "depot"

[[raids]]
name = "astray"
side = "attacker"
class = "ballistic-short-range"
count = 1
start = "20 s"
route = ["33.5 N, 33.2 E", "34.60 N, 35.45 E"]
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return _scenario(tmp_path_factory.mktemp("falls"))


@cache
def _scenario(folder: Path) -> Scenario:
    path = folder / "two-falls.toml"
    path.write_text(TEXT, encoding="utf-8")
    return load(path)


@pytest.fixture(scope="module")
def record(scenario: Scenario) -> Record:
    return run(scenario)


def _truth(record: Record, name: str) -> np.ndarray:
    rows = record.tables["truth"]
    return rows[rows["target"] == runs.row_of(record, "targets", name)]


def _number(record: Record, name: str) -> int:
    """The track that lay nearest to a target for longest."""
    tracks, found = record.tables["tracks"], []
    setting = record_setting(record)
    for sample in _truth(record, name):
        now = tracks[tracks["tick"] == sample["tick"]]
        if len(now):
            place = np.array(to_enu(setting, Vec3(*sample["pos_ecef_m"].tolist())))
            off = np.linalg.norm(now["pos_enu_m"] - place, axis=1)
            if off.min() < 10e3:
                found.append(int(now["number"][off.argmin()]))
    return max(set(found), key=found.count)


@cache
def _setting() -> np.ndarray:
    return runs.built("first").world.setting


def record_setting(record: Record) -> np.ndarray:
    """The frame at Tartus, which the scenario "first" shares."""
    assert record.tables["truth"].size > 0
    return _setting()[0]


def test_each_starts_at_burnout_as_long_after_launch_as_its_motor_burns(scenario: Scenario, record: Record) -> None:
    burn = scenario.catalog.targets["ballistic-short-range"].boost_time
    assert burn is not None
    events = record.tables["events"]
    spawned = events[events["kind"] == EventKind.SPAWNED]
    assert spawned["tick"].tolist() == [1000 * burn.value, 1000 * (20.0 + burn.value)]


def test_a_range_that_the_class_cannot_fly_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "far.toml"
    path.write_text(TEXT.replace("33.5 N, 33.4 E", "27.5 N, 33.4 E"), encoding="utf-8")
    with pytest.raises(InputError, match=r"sends aimed-1 \(ballistic-short-range\) where .* is 12 to 4\d\d km") as said:
        build(load(path))
    assert said.value.file == str(path)


def test_the_one_that_threatens_an_asset_is_engaged_the_other_is_not(record: Record) -> None:
    events, aimed, astray = record.tables["events"], _number(record, "aimed-1"), _number(record, "astray-1")
    designated = events[events["kind"] == EventKind.DESIGNATED]["track"].tolist()
    assert aimed in designated
    assert astray not in designated
    alive = events["tick"] < _truth(record, "aimed-1")["tick"].max()
    refused = events[(events["kind"] == EventKind.NOT_ENGAGED) & (events["cause"] == Cause.NO_ASSET) & alive]
    assert astray in refused["track"].tolist()
    assert aimed not in refused["track"].tolist()


def test_the_reason_is_said_in_words(record: Record) -> None:
    said = {reason.target: reason for reason in leaker_reasons(record)}
    assert said["astray-1"].cause == "NO_ASSET"
    assert "it threatened no asset" in said["astray-1"].sentence


@pytest.mark.parametrize("name", ["aimed-1", "astray-1"])
def test_the_predicted_impact_closes_in_on_the_aim(record: Record, name: str) -> None:
    """The record has it, and it errs by what its ellipse says."""
    setting, number = record_setting(record), _number(record, name)
    rows = record.tables["ranking"]
    gone = _truth(record, name)["tick"].max()
    rows = rows[(rows["number"] == number) & (rows["time_to_impact_s"] > 5.0) & (rows["tick"] < gone)]
    assert len(rows) > 8
    landed = np.array(to_enu(setting, ecef(surface_normal(*map(radians, AIMS[name])), 0.0)))
    normal = []
    for row in rows:
        off = (row["impact_enu_m"] - landed)[:2]
        axis = np.array([np.sin(row["impact_azimuth_rad"]), np.cos(row["impact_azimuth_rad"])])
        along, across = float(off @ axis), float(off @ np.array([axis[1], -axis[0]]))
        spread = np.hypot(row["impact_sigma_major_m"], 150.0), np.hypot(row["impact_sigma_minor_m"], 150.0)
        normal.append((along / spread[0]) ** 2 + (across / spread[1]) ** 2)
    assert np.median(normal) < 4.0, "it is farther off than its ellipse says"
    assert max(normal) < 30.0
    assert rows["impact_sigma_major_m"][-1] < 0.2 * rows["impact_sigma_major_m"][0]
    if name == "aimed-1":
        assert rows["impact_chance"][-1] > 0.5
    else:
        assert rows["impact_chance"].max() < 0.01


def test_the_ellipse_and_the_chance_are_those_of_thousands_of_falls(scenario: Scenario) -> None:
    """The post's own track, drawn from its covariance, with a drag drawn from its spread."""
    session, draw, compared = Session(scenario), np.random.default_rng(11), 0
    setting = session.world.setting[0]
    for until_s in (170.0, 200.0, 230.0, 245.0):
        session.advance(until_s)
        state = session.state
        for k in np.flatnonzero(state.tracks["state"] >= TrackState.CONFIRMED):
            row, track = state.ranking[k], state.tracks[k]
            if row["group"] != TargetGroup.BALLISTIC or row["time_to_impact_s"] < 0.0:
                continue
            fallen = _falls(state.banks[k], setting, draw)
            depot = state.assets[0]
            off = fallen[:, :2] - depot["pos_enu_m"][:2]
            inside = float(np.mean(np.hypot(*off.T) < depot["radius_m"] + DAMAGE_M))
            axes = np.sqrt(np.linalg.eigvalsh(np.cov(fallen[:, :2].T)))
            assert row["number"] == track["number"]
            assert row["impact_sigma_major_m"] == pytest.approx(axes[1], rel=0.1)
            assert row["impact_sigma_minor_m"] == pytest.approx(axes[0], rel=0.1)
            assert row["impact_chance"] >= inside - 0.05, "a radar of the unit may be likelier, nothing less"
            if inside > 0.1:
                compared += 1
                assert row["impact_chance"] == pytest.approx(inside, abs=0.05)
    assert compared > 0


def _falls(bank: object, setting: object, draw: np.random.Generator, count: int = 3000) -> np.ndarray:
    mean = np.concatenate([bank["pos_m"][imm.JOINT], bank["vel_mps"][imm.JOINT]])  # type: ignore[index]
    pp, pv, vv = (bank[name][imm.JOINT] for name in ("pp", "pv", "vv"))  # type: ignore[index]
    states = draw.multivariate_normal(mean, np.block([[pp, pv], [pv.T, vv]]), count)
    outward, origin = setting["enu_to_ecef"], setting["origin_ecef_m"]  # type: ignore[index]
    fallen = np.empty((count, 3))
    for n, state in enumerate(states):
        coefficient = COEFFICIENT_KGPM2 / max(1.0 + DRAG_SIGMA * float(draw.normal()), 0.05)
        pos, vel = origin + outward @ state[:3], outward @ state[3:]
        found = fall(Vec3(*pos.tolist()), Vec3(*vel.tolist()), coefficient, 0.0)
        fallen[n] = outward.T @ (np.array(found.pos_ecef_m) - origin)
    return fallen


def test_what_does_not_fall_has_no_predicted_impact() -> None:
    rows = runs.record("first").tables["ranking"]
    assert len(rows) > 0
    assert (rows["time_to_impact_s"] == -1.0).all()
    assert (rows["impact_chance"] == 0.0).all()


def test_what_falls_is_expected_below_the_straight_line() -> None:
    pos, vel = Vec3(1000.0, 2000.0, 40e3), Vec3(700.0, 300.0, -500.0)
    straight, falling = expected_at(pos, vel, False, 20.0), expected_at(pos, vel, True, 20.0)
    assert straight == Vec3(15000.0, 8000.0, 30e3)
    assert falling.z == pytest.approx(30e3 - 0.5 * 9.7 * 400.0, rel=0.01)
    assert expected_at(pos, vel, True, 0.0) == pos
