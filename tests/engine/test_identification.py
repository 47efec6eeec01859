"""Identities: Bayes over all evidence, the standard identities, what tipped them, and a person's word."""

from __future__ import annotations

import numpy as np
import pytest

from openiads.catalog.loader import load as load_catalog
from openiads.catalog.models import EVIDENCE_LEVELS, Doctrine
from openiads.enums import Cause, EventKind, EvidenceKind, Identity, IffEvidence, OriginEvidence, Verb, ZoneKind
from openiads.scenario.load import load
from openiads.simulate import Session
from openiads.world.build import build
from tests.support import runs
from tests.support.desks import Desk

CATALOG = load_catalog(None)
WHO = ("friend", "civil", "hostile")


def _plain(doctrine: Doctrine, levels: dict[str, int]) -> np.ndarray:
    """The posterior as a product of the figures as they stand in the doctrine's file."""
    chances = np.array([getattr(doctrine.prior, who).value for who in WHO])
    for kind, names in EVIDENCE_LEVELS.items():
        row = getattr(doctrine, kind)[names[levels.get(kind, 0)]]
        chances = chances * [getattr(row, who).value for who in WHO]
    return chances / chances.sum()


def _levels(desk: Desk, k: int) -> dict[str, int]:
    return {kind: desk.level(k, EvidenceKind(n)) for n, kind in enumerate(EVIDENCE_LEVELS)}


@pytest.mark.parametrize("name", ["default", "cautious"])
def test_the_posterior_is_the_product_of_all_ten_kinds(name: str) -> None:
    desk, draw = Desk(name), np.random.default_rng(6)
    k = desk.track()
    for n in range(100):
        desk.cycle(1.0)
        row = desk.state.identity[k]
        for kind, names in enumerate(EVIDENCE_LEVELS.values()):
            row.level[kind] = draw.integers(len(names))
        row.weighed = 0
        desk.cycle()
        levels = _levels(desk, k)
        assert row.probability == pytest.approx(_plain(CATALOG.doctrines[name], levels), rel=1e-9), (n, levels)


def test_a_picture_in_which_everything_is_said() -> None:
    """The same out of evidence that comes in by itself: every kind but one has spoken."""
    desk = Desk()
    desk.zone(ZoneKind.FIR, [(-200e3, -50e3), (-100e3, -50e3), (-100e3, 50e3), (-200e3, 50e3)], origin=5)
    desk.notice(code=0o7001)
    k = desk.track()
    desk.reply(k, IffEvidence.MODE_4_FAILED, 0o7777, 9e3)
    desk.reply(k, IffEvidence.MODE_3, 0o7777, 9e3)
    desk.heading_for_an_asset(k)
    desk.order(Verb.TELL_IDENTITY, 1, Identity.SUSPECT)
    desk.cycle()
    levels = _levels(desk, k)
    assert levels == {
        "iff": 4, "code": 1, "route": 0, "height": 1, "kinematics": 2, "origin": 5, "course": 1, "act": 1, "notice": 0,
        "word": 3,
    }  # fmt: skip
    assert desk.state.identity["probability"][k] == pytest.approx(_plain(CATALOG.doctrines["default"], levels))


# ---- What the doctrines say of themselves --------------------------------------------------------

SILENT = {"iff": 1}
AIRWAY, SLOW, TOWARDS = {"kinematics": 2}, {"kinematics": 1}, {"course": 1}


@pytest.mark.parametrize(
    ("doctrine", "levels", "identity"),
    [
        ("default", SILENT | SLOW | TOWARDS, "HOSTILE"),
        ("default", SILENT | SLOW | TOWARDS | {"origin": 1}, "HOSTILE"),
        ("default", SILENT | SLOW, "SUSPECT"),
        ("default", SILENT | AIRWAY, "UNKNOWN"),
        ("default", SILENT | AIRWAY | {"route": 2}, "UNKNOWN"),
        ("default", SILENT | AIRWAY | TOWARDS, "SUSPECT"),
        ("default", SILENT | AIRWAY | TOWARDS | {"route": 2}, "UNKNOWN"),
        ("default", SILENT | AIRWAY | TOWARDS | {"act": 1}, "SUSPECT"),
        ("default", SILENT | AIRWAY | TOWARDS | {"origin": 1}, "SUSPECT"),
        ("default", SILENT | AIRWAY | TOWARDS | {"act": 4}, "HOSTILE"),
        ("default", SILENT | AIRWAY | TOWARDS | {"notice": 1}, "ASSUMED_FRIEND"),
        ("default", {"iff": 3, "code": 3, "kinematics": 2, "course": 1, "act": 3, "height": 2}, "NEUTRAL"),
        ("default", {"iff": 3, "code": 1, "kinematics": 2}, "NEUTRAL"),
        ("default", {"iff": 5, "code": 1, "kinematics": 3, "course": 1}, "FRIEND"),
        ("default", {"iff": 4, "code": 1, "kinematics": 3}, "UNKNOWN"),  # an old key is neither friend nor foe
        ("default", {"iff": 4, "code": 1, "kinematics": 2}, "FRIEND"),
        ("cautious", SILENT | SLOW | TOWARDS, "SUSPECT"),
        ("cautious", SILENT | SLOW | TOWARDS | {"origin": 1}, "SUSPECT"),
        ("cautious", SILENT | SLOW | TOWARDS | {"act": 1}, "SUSPECT"),
        ("cautious", SILENT | SLOW | TOWARDS | {"act": 2}, "HOSTILE"),
        ("cautious", SILENT | SLOW | TOWARDS | {"act": 3}, "HOSTILE"),
        ("cautious", SILENT | SLOW | TOWARDS | {"act": 4}, "HOSTILE"),
        ("cautious", SILENT | AIRWAY | TOWARDS, "UNKNOWN"),
    ],
)
def test_a_doctrine_does_what_it_says(doctrine: str, levels: dict[str, int], identity: str) -> None:
    """A silent slow drone becomes hostile, or only once it has done something; a silent airliner does not."""
    desk = Desk(doctrine)
    k = desk.track()
    desk.cycle()
    row = desk.state.identity[k]
    row.level[:] = [levels.get(kind, 0) for kind in EVIDENCE_LEVELS]
    said = _weighed(desk, k)
    assert said == Identity[identity], row.probability


def _weighed(desk: Desk, k: int) -> Identity:
    from openiads.engine.identification import _weigh

    s = desk.state
    s.identity["weighed"][k] = 0
    _weigh(desk.tick, desk.world.doctrines[0], s.tracks[k], s.identity[k], s.counts, s.events, s.evidence)
    return Identity(int(s.identity["identity"][k]))


# ---- Standard identities and what tipped them ----------------------------------------------------


def test_a_track_is_pending_until_something_is_known() -> None:
    desk = Desk()
    k = desk.track(vel_sigma_mps=100.0)
    desk.cycle()
    assert desk.state.identity["identity"][k] == Identity.PENDING
    assert desk.state.identity["probability"][k].sum() == pytest.approx(1.0)
    desk.state.tracks["vel_sigma_mps"][k] = 10.0
    desk.cycle(1.0)
    assert desk.state.identity["identity"][k] == Identity.UNKNOWN
    assert desk.changes(k) == [(Identity.UNKNOWN, -1)]


def test_a_change_names_the_evidence_that_moved_the_odds_most() -> None:
    desk = Desk()
    k = desk.track((-59e3, 0.0), (50.0, 0.0), height_m=300.0)  # slow, and popped up
    desk.cycle()
    desk.silence(k)
    desk.cycle(1.0)
    desk.heading_for_an_asset(k)
    desk.cycle(1.0)
    desk.reply(k, IffEvidence.MODE_4_VALID)
    desk.cycle(1.0)
    said = [(Identity(code).name, EvidenceKind(tipped).name if tipped >= 0 else "") for code, tipped in desk.changes(k)]
    assert said[0][0] == "UNKNOWN"
    assert said[1] == ("HOSTILE", "IFF") or said[1:3] == [("SUSPECT", "IFF"), ("HOSTILE", "COURSE")]
    assert said[-1] == ("FRIEND", "IFF")


@pytest.mark.parametrize(
    ("base", "change", "identity", "tipped"),
    [
        ({"iff": 1, "kinematics": 1}, {"course": 1}, "HOSTILE", "COURSE"),
        ({"iff": 1, "kinematics": 2, "course": 1}, {"act": 4}, "HOSTILE", "ACT"),
        ({"iff": 1, "kinematics": 2, "course": 1}, {"route": 2, "height": 1}, "UNKNOWN", "ROUTE"),
        ({"iff": 1, "kinematics": 1, "course": 1}, {"course": 0, "height": 1}, "SUSPECT", "COURSE"),
        ({"kinematics": 2}, {"notice": 1, "origin": 3}, "ASSUMED_FRIEND", "ORIGIN"),
        ({"iff": 1, "kinematics": 2, "course": 1}, {"iff": 3, "word": 2}, "NEUTRAL", "IFF"),
        ({"kinematics": 2}, {"iff": 5, "word": 1}, "FRIEND", "IFF"),
    ],
)
def test_the_tipping_kind_is_the_one_without_which_the_odds_were_worst(
    base: dict[str, int], change: dict[str, int], identity: str, tipped: str
) -> None:
    """Against the definition in plain numbers: the posterior with each changed kind put back, one at a time."""
    doctrine, desk = CATALOG.doctrines["default"], Desk()
    k = desk.track()
    desk.cycle()
    row = desk.state.identity[k]
    row.level[:] = [base.get(kind, 0) for kind in EVIDENCE_LEVELS]
    before = _weighed(desk, k)
    row.last_level[:] = row.level
    now = base | change
    row.level[:] = [now.get(kind, 0) for kind in EVIDENCE_LEVELS]
    said = _weighed(desk, k)
    assert (said.name, EvidenceKind(desk.changes(k)[-1][1]).name) == (identity, tipped)
    who = {"FRIEND": 0, "ASSUMED_FRIEND": 0, "NEUTRAL": 1, "HOSTILE": 2, "SUSPECT": 2, "UNKNOWN": 2}[identity]
    sign = -1.0 if identity == "UNKNOWN" or (identity == "SUSPECT" and before == Identity.HOSTILE) else 1.0
    moved = {}
    for kind in change:
        without = _plain(doctrine, {**now, kind: base.get(kind, 0)})[who]
        with_it = _plain(doctrine, now)[who]
        moved[kind] = sign * (np.log(with_it / (1.0 - with_it)) - np.log(without / (1.0 - without)))
    assert max(moved, key=lambda kind: moved[kind]).upper() == tipped


def test_what_has_not_changed_is_not_weighed_again() -> None:
    desk = Desk()
    k = desk.track()
    desk.silence(k)
    desk.cycle()
    written = int(desk.state.counts["evidence"][0])
    desk.state.identity["probability"][k] = 0.123
    for _ in range(5):
        desk.cycle(1.0)
    assert desk.state.counts["evidence"][0] == written
    assert (desk.state.identity["probability"][k] == 0.123).all()
    desk.reply(k, IffEvidence.MODE_4_VALID)
    desk.cycle(1.0)
    assert desk.state.counts["evidence"][0] == written + 1
    assert desk.state.identity["probability"][k].sum() == pytest.approx(1.0)


def test_the_log_of_evidence_holds_all_kinds() -> None:
    desk = Desk()
    k = desk.track()
    desk.cycle()
    row = desk.state.identity[k]
    fields = ("iff", "code_evidence", "route", "height", "kinematics", "origin", "course", "act", "notice", "word")
    assert len(fields) == len(EvidenceKind)
    row.level[:] = range(len(fields))  # no such levels, but a different number in each
    row.level[:] = [
        min(level, len(names) - 1) for level, names in zip(row.level, EVIDENCE_LEVELS.values(), strict=True)
    ]
    _weighed(desk, k)
    note = desk.state.evidence[int(desk.state.counts["evidence"][0]) - 1]
    assert [int(note[field]) for field in fields] == row.level.tolist()
    assert note["number"] == 1
    assert note["identity"] == row.identity


# ---- A person --------------------------------------------------------------------------------------


def test_a_word_is_outweighed_and_an_order_stands() -> None:
    desk = Desk()
    told, ordered = desk.track((-150e3, 0.0)), desk.track((-160e3, 0.0))
    for k in (told, ordered):
        desk.reply(k, IffEvidence.MODE_4_VALID)
    desk.cycle()
    assert (desk.state.identity["identity"][:2] == Identity.FRIEND).all()
    desk.order(Verb.TELL_IDENTITY, 1, Identity.HOSTILE)
    desk.order(Verb.SET_IDENTITY, 2, Identity.HOSTILE)
    desk.cycle(1.0)
    before, after = _plain(CATALOG.doctrines["default"], _levels(desk, ordered)), desk.state.identity["probability"]
    assert after[told, 2] > 5.0 * before[2]
    assert desk.state.identity["identity"][told] != Identity.HOSTILE
    assert desk.state.identity["identity"][ordered] == Identity.HOSTILE
    assert desk.changes(ordered)[-1] == (Identity.HOSTILE, -1)
    desk.reply(ordered, IffEvidence.MODE_4_VALID, 0o4101)
    desk.cycle(1.0)
    assert desk.state.identity["identity"][ordered] == Identity.HOSTILE


def test_an_order_is_the_cause_of_what_it_changes() -> None:
    desk = Desk()
    desk.track()
    desk.order(Verb.SET_IDENTITY, 1, Identity.NEUTRAL)
    desk.cycle()
    events = desk.state.events[: int(desk.state.counts["events"][0])]
    serials = np.arange(len(events))
    taken = serials[events["kind"] == EventKind.DIRECTIVE]
    (changed,) = events[(events["kind"] == EventKind.IDENTIFIED) & (events["code"] == Identity.NEUTRAL)]
    assert changed["because"] == taken[0]


@pytest.mark.parametrize("verb", [Verb.SET_IDENTITY, Verb.TELL_IDENTITY])
def test_a_word_on_a_track_that_is_gone_is_answered(verb: Verb) -> None:
    desk = Desk()
    k = desk.track()
    desk.order(verb, 12, Identity.HOSTILE)
    desk.cycle()
    (answer,) = desk.state.events[: int(desk.state.counts["events"][0])][:1]
    assert answer["kind"] == EventKind.DIRECTIVE
    assert answer["cause"] == Cause.TRACK_LOST
    assert answer["track"] == 12
    assert answer["code"] == verb
    assert desk.level(k, EvidenceKind.WORD) == 0
    assert desk.state.directives["done"][0] == 1
    told = int((desk.state.events["kind"] == EventKind.DIRECTIVE).sum())
    desk.cycle(1.0)
    assert int((desk.state.events["kind"] == EventKind.DIRECTIVE).sum()) == told, "answered once"


def test_a_run_goes_on_after_a_word_on_a_track_that_is_gone() -> None:
    session = runs.session("first")
    session.advance(30.0)
    session.submit(Verb.TELL_IDENTITY, "cp", 999, Identity.HOSTILE)
    session.advance(60.0)
    events = session.record().tables["events"]
    (answer,) = events[events["kind"] == EventKind.DIRECTIVE]
    assert answer["cause"] == Cause.TRACK_LOST
    assert session.time_s > 60.0


# ---- From the scenario's file ----------------------------------------------------------------------

SCENE = """
name = "announced"
start = 2016-10-15T04:00:00Z
duration = "3 min"
seed = 5
origin = "tartus"
sides = [{ name = "defender" }, { name = "partner" }]
posts = [{ name = "cp", side = "defender", control = "hold" }]
units = [{ name = "v4", unit = "s-300v4", side = "defender", post = "cp", at = "tartus", facing = "270 deg" }]
flights = [{ callsign = "QUIET", side = "partner", class = "transport", route = ["34.9N, 34.9E", "34.9N, 34.0E"],
  altitude = "6 km", speed = "150 m/s" }]
notices = [{ from_side = "partner", text = "one transport westbound", at = "60 s", delay = "30 s", flight = "QUIET" }]
"""


def test_a_notice_of_a_flight_without_a_plan_tells_its_route_when_it_comes_in(tmp_path: object) -> None:
    file = tmp_path / "announced.toml"  # type: ignore[operator]
    file.write_text(SCENE.replace("\n  altitude", " altitude"), encoding="utf-8")
    scenario = load(file)
    world = build(scenario).world
    assert world.plans["filed"].tolist() == [0]
    assert world.plans["code"].tolist() == [-1]
    assert world.plans["point_count"].tolist() == [2]
    assert world.notices["plan"].tolist() == [0]
    assert world.targets["plan"].tolist() == [0]
    session = Session(scenario)
    session.advance(session.duration_s)
    evidence = session.record().tables["evidence"]
    announced = evidence[evidence["notice"] == 1]
    assert len(announced) > 0, "the notice fitted nobody"
    assert 90_000 <= announced["tick"].min() <= 92_000
    assert (evidence["route"] == 0).all(), "nobody has filed that plan"
    assert (evidence["code"] == -1).all()


def test_the_airliners_of_tartus_are_neither_suspect_nor_hostile() -> None:
    """Nor is any of them fired at."""
    record = runs.record("tartus")
    plots, origins = record.tables["plots"], record.tables["plot_origins"]["target"]
    civil = {int(row["row"]) for row in record.rows("targets") if row["side"] == "civil"}
    events = record.tables["events"]
    shots = events[events["kind"] == EventKind.DESIGNATED]["track"]
    for target in civil:
        mine = set(plots["track_number"][(origins == target) & (plots["track"] >= 0)].tolist())
        assert not mine & set(shots.tolist())
        told = events[(events["kind"] == EventKind.IDENTIFIED) & np.isin(events["track"], list(mine))]
        assert not (told["code"] == Identity.HOSTILE).any()
    assert OriginEvidence.NEAR in record.tables["evidence"]["origin"]
