"""How rounds end in a run: each way is told apart, a salvo can share its fate, and everything that ends falls."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from openiads.analysis.chain import flights
from openiads.analysis.reasons import leaker_reasons
from openiads.enums import Cause, DebrisKind, EventKind
from openiads.physics.debris import debris_ellipse
from openiads.physics.earth import to_enu
from openiads.record import geodesy
from openiads.record.record import Record
from openiads.simulate import Session
from openiads.vec3 import Vec3
from openiads.world.build import Built
from openiads.world.tables import DEBRIS
from tests.support import drive, runs

ENDS = (EventKind.KILLED, EventKind.MISSED, EventKind.SELF_DESTRUCTED)
WORKING = {"reliability_launch": 1.0, "reliability_guidance": 1.0, "reliability_fuze": 1.0, "common_cause": 0.0}


def rebuilt(name: str, **figures: float) -> Built:
    """A built scenario whose missiles have other figures."""
    built = runs.built(name)
    missiles = built.world.missiles.copy()
    for field, figure in (WORKING | figures).items():
        missiles[field] = figure
    return replace(built, world=built.world._replace(missiles=missiles))


@cache
def played(name: str, kill: float | None = None, **figures: float) -> Record:
    """The record of a run with other figures; ``kill`` is that of the run alone, which no post knows."""
    session = Session(runs.scenario(name), built=rebuilt(name, **figures))
    if kill is not None:
        session.state.lethality["kill"] = kill
    session.advance(session.duration_s)
    return session.record()


def events(record: Record, *kinds: EventKind) -> np.ndarray[Any, Any]:
    """The events of some kinds."""
    table = record.tables["events"]
    return table[np.isin(table["kind"], kinds)]


def causes(record: Record, kind: EventKind) -> set[Cause]:
    """What the events of a kind name as their cause."""
    return {Cause(int(cause)) for cause in events(record, kind)["cause"]}


@pytest.mark.parametrize(
    ("figure", "kind", "cause"),
    [
        ({"reliability_launch": 0.0}, EventKind.SELF_DESTRUCTED, Cause.DUD),
        ({"reliability_guidance": 0.0}, EventKind.SELF_DESTRUCTED, Cause.GUIDANCE_FAILED),
        ({"reliability_fuze": 0.0}, EventKind.MISSED, Cause.FUZE_FAILED),
        ({"fuze_range_m": -1.0}, EventKind.MISSED, Cause.OUT_OF_FUZE_RANGE),
        ({"kill": 0.0}, EventKind.MISSED, Cause.NOT_LETHAL),
    ],
)
def test_each_failure_has_its_own_word(figure: dict[str, float], kind: EventKind, cause: Cause) -> None:
    record = played("first", **figure)
    assert len(events(record, EventKind.LAUNCHED)) > 0
    assert len(events(record, EventKind.KILLED)) == 0
    assert cause in causes(record, kind)
    if kind == EventKind.MISSED:
        assert causes(record, EventKind.MISSED) <= {cause, Cause.OBJECT_GONE}
        value = events(record, EventKind.MISSED)["value"]
        assert (value == 0.0).all()
    else:
        assert not events(record, EventKind.HANDED_OVER).size or cause != Cause.DUD


def test_a_round_that_works_and_bursts_at_its_target_kills_where_the_figure_is_one() -> None:
    record = played("first", kill=1.0, lethal_radius_m=1e6, fuze_range_m=1e7)
    assert len(events(record, EventKind.KILLED)) > 0
    assert causes(record, EventKind.MISSED) <= {Cause.OBJECT_GONE}
    assert (events(record, EventKind.KILLED)["value"] > 0.9).all()


def test_guidance_that_fails_before_the_hand_over_never_homes() -> None:
    """It fails at any moment before the predicted intercept, so that most rounds never reach their hand-over."""
    whole, broken = played("tartus"), played("tartus", reliability_guidance=0.0)
    share = [len(events(r, EventKind.INTERCEPT)) / len(events(r, EventKind.LAUNCHED)) for r in (whole, broken)]
    assert share[0] > 0.5
    assert share[1] < 0.3
    assert causes(broken, EventKind.SELF_DESTRUCTED) == {Cause.GUIDANCE_FAILED}


def test_with_one_cause_for_all_a_salvo_works_or_fails_as_one() -> None:
    record = played("tartus", reliability_launch=0.5, common_cause=1.0)
    ended = events(record, *ENDS)
    duds = {int(e["interceptor"]) for e in ended if e["cause"] == Cause.DUD}
    salvos: dict[tuple[int, int], list[bool]] = {}
    orders: dict[int, int] = {}
    for event in record.tables["events"]:
        engagement = int(event["engagement"])
        if event["kind"] == EventKind.ASSIGNED:
            orders[engagement] = orders.get(engagement, 0) + 1
        if event["kind"] == EventKind.LAUNCHED:
            salvo = (engagement, orders[engagement])
            salvos.setdefault(salvo, []).append(int(event["interceptor"]) in duds)
    assert max(len(fates) for fates in salvos.values()) > 1, "no salvo was fired: the test says nothing"
    assert all(len(set(fates)) == 1 for fates in salvos.values())
    assert len({fates[0] for fates in salvos.values()}) == 2, "some salvos work and some do not"


@pytest.mark.parametrize("name", ["first", "tartus"])
def test_every_round_that_ended_and_every_target_killed_falls_once(name: str) -> None:
    record = runs.record(name)
    fallen, table = record.tables["debris"], record.tables["events"]
    rounds = fallen[fallen["kind"] == DebrisKind.ROUND]
    targets = fallen[fallen["kind"] == DebrisKind.TARGET]
    assert sorted(rounds["interceptor"]) == sorted(events(record, *ENDS)["interceptor"])
    assert sorted(targets["target"]) == sorted(events(record, EventKind.KILLED)["target"])
    assert (rounds["target"] == -1).all()
    causing = table[fallen["because"]]
    assert np.isin(causing["kind"], ENDS).all()
    assert (causing["interceptor"] == fallen["interceptor"]).all()
    assert (causing["tick"] == fallen["tick"]).all()
    assert (fallen["major_m"] >= fallen["minor_m"]).all()
    assert (fallen["minor_m"] > 0.0).all()
    assert ((fallen["azimuth_rad"] >= 0.0) & (fallen["azimuth_rad"] <= np.pi)).all()


def test_the_row_is_the_law_of_where_and_how_fast_it_was() -> None:
    record = runs.record("tartus")
    session = runs.session("tartus")
    origin, axes = record.manifest["origin_ecef_m"], np.array(record.manifest["enu_to_ecef"])
    samples = record.tables["interceptors"]
    spent = [e for e in events(record, EventKind.SELF_DESTRUCTED) if e["cause"] != Cause.DUD]
    assert spent
    for event in spent:
        last = samples[samples["number"] == event["interceptor"]][-1]
        assert last["tick"] == event["tick"]
        pos_m = geodesy.enu_to_ecef(last["pos_enu_m"], origin, axes)
        law = debris_ellipse(Vec3(*pos_m), Vec3(*(axes @ last["vel_enu_mps"])))
        row = next(r for r in record.tables["debris"] if r["interceptor"] == event["interceptor"])
        centre_m = to_enu(session.world.setting[0], law.centre_ecef_m)
        assert np.allclose(row["pos_enu_m"], centre_m, atol=1e-3)
        assert (row["major_m"], row["minor_m"]) == pytest.approx((law.major_m, law.minor_m), abs=1e-3)
        assert row["fall_s"] == pytest.approx(law.fall_s, abs=1e-6)


def test_debris_changes_nothing_that_happens() -> None:
    """Rows taken away as soon as they are written leave every event as it was."""
    session = runs.session("first")

    def forget(moment: str, stage: drive.Stage) -> None:
        if moment == "after" and stage.module == "endgame":
            session.state.counts["debris"] = 0

    drive.drive(session, session.duration_s, forget)
    record = session.record()
    assert len(record.tables["debris"]) == 0
    assert len(runs.record("first").tables["debris"]) > 0
    assert record.digest == runs.record("first").digest


def test_a_table_with_room_for_one_step_is_emptied_in_time() -> None:
    built = runs.built("tartus")
    small = np.zeros(2 * len(built.state.interceptors), DEBRIS)
    session = Session(runs.scenario("tartus"), built=replace(built, state=built.state._replace(debris=small)))
    session.advance(session.duration_s)
    whole = runs.record("tartus").tables["debris"]
    assert session.record().tables["debris"].tobytes() == whole.tobytes()


def test_events_alone_keep_the_debris() -> None:
    record = runs.record("first", 'record="events"')
    assert len(record.tables["debris"]) == len(runs.record("first").tables["debris"]) > 0


def test_a_leakers_reason_says_what_failed() -> None:
    lives = [life for life in flights(played("tartus", reliability_fuze=0.0)) if life.is_threat and life.rounds]
    met = [shot for life in lives for shot in life.rounds if shot.miss_m is not None]
    assert met
    assert {shot.missed for shot in met} <= {Cause.FUZE_FAILED, Cause.OUT_OF_FUZE_RANGE}
    said = " ".join(reason.sentence for reason in leaker_reasons(played("tartus", reliability_fuze=0.0)))
    assert "the fuze failed" in said
