"""IFF and SSR: modes, codes, replies that fail, garbles, and what the post makes of them."""

from __future__ import annotations

from collections import Counter
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from openiads.engine import identification, interrogation
from openiads.enums import EvidenceKind, HeightEvidence, Identity, IffEvidence, Mode
from openiads.record.record import Record
from openiads.scenario.load import load
from openiads.simulate import run
from openiads.world import tables as t
from openiads.world.rows import mode_mask
from tests.support import runs

LOOKS = 4000
SCENE = """
name = "pair"
start = 2016-10-15T04:00:00Z
duration = "4 min"
seed = 5
origin = "tartus"
sides = [{ name = "defender" }, { name = "attacker" }, { name = "civil" }]
relations = [{ of = "defender", to = "attacker", is = "hostile" }]
posts = [{ name = "cp", side = "defender", control = "hold" }]
units = [{ name = "v4", unit = "s-300v4", side = "defender", post = "cp", at = "tartus", facing = "270 deg" }]
flights = [FLIGHTS]
"""
FLIGHT = """{ callsign = "NAME", side = "civil", class = "airliner", route = ["34.9N, 34.9E", "34.9N, 34.0E"],
  altitude = "HEIGHT", speed = "230 m/s", transponder = { code = "CODE", MORE } }"""


class Desk:
    """A radar of the built-in scenario and two transponders beside each other, 100 km out, with tables of their own."""

    def __init__(self, asked: tuple[str, ...] = ("3/A", "C", "4"), answered: tuple[str, ...] = ("3/A", "C")) -> None:
        built = runs.built("tartus")
        self.clock, self.counts = built.state.clock.copy(), built.state.counts.copy()
        self.replies, self.emitters = built.state.replies.copy(), built.state.emitters
        self.radar = built.world.radars.copy()[:1]
        self.radar["interrogator_modes"] = mode_mask(asked)
        self.radar["interrogator_beam_rad"] = np.radians(3.0)
        self.transponders, self.beacons = np.zeros(2, t.TRANSPONDER), np.zeros(2, t.BEACON)
        self.transponders["target"], self.transponders["name_hash"] = (0, 1), (11, 12)
        self.transponders["modes"] = mode_mask(answered)
        self.transponders["code"], self.transponders["code_1"] = (0o4172, 0o0615), (0o31, -1)
        self.transponders["code_2"], self.transponders["address"] = (0o7001, -1), (0xABCDEF, 0x123456)
        self.transponders["reply_probability"] = 0.95
        self.beacons["height_m"] = 9000.0
        self.beacons["on"] = (1, 0)
        self.place(0, 100e3, 0.0)
        self.place(1, 101e3, 0.0)

    def place(self, x: int, range_m: float, azimuth_deg: float) -> None:
        """Put a transponder at a slant range and an azimuth, 8.9 km above the antenna's horizon."""
        level, up = sqrt(range_m**2 - 8900.0**2), 8900.0
        local = np.array([np.sin(np.radians(azimuth_deg)) * level, np.cos(np.radians(azimuth_deg)) * level, up])
        self.beacons["pos_enu_m"][x] = self.emitters["pos_enu_m"][0] + self.emitters["axes_enu"][0] @ local

    def ask(self, x: int = 0, looks: int = LOOKS) -> np.ndarray:
        """Replies to many interrogations of one plot."""
        self.counts["plots"] = 1
        rows = []
        for tick in range(looks):
            self.counts["replies"] = 0
            interrogation.interrogate(
                tick, 0, x, self.radar[0], self.emitters, self.transponders, self.beacons, self.clock, self.counts,
                self.replies,
            )  # fmt: skip
            assert self.counts["replies"][0] == 1
            rows.append(self.replies[:1].copy())
        return np.concatenate(rows)


def _within(seen: int, of: int, chance: float) -> bool:
    return bool(stats.binomtest(seen, of, chance).pvalue > 1e-6)


def test_a_plot_without_a_transponder_never_answers() -> None:
    replies = Desk().ask(-1, 200)
    assert (replies["iff"] == IffEvidence.NO_REPLY).all()
    assert (replies["code"] == -1).all()
    assert (replies["modes"] == 0).all()


@pytest.mark.parametrize("chance", [0.95, 0.3, 0.0, 1.0])
def test_a_transponder_answers_as_often_as_it_says(chance: float) -> None:
    desk = Desk()
    desk.transponders["reply_probability"] = chance
    answered = int((desk.ask()["iff"] != IffEvidence.NO_REPLY).sum())
    assert _within(answered, LOOKS, chance)


@pytest.mark.parametrize(
    ("asked", "answered", "iff", "said"),
    [
        (("3/A", "C"), ("3/A", "C"), "MODE_3", {"code": 0o4172, "height": True}),
        (("3/A",), ("3/A", "C"), "MODE_3", {"code": 0o4172}),
        (("C",), ("3/A", "C"), "MODE_3", {"height": True}),
        (("1", "2", "3/A", "C", "4"), ("1", "2", "3/A"), "MODE_3", {"code": 0o4172, "code_1": 0o31, "code_2": 0o7001}),
        (("3/A", "C", "4"), ("3/A", "C", "4"), "MODE_4_VALID", {"code": 0o4172, "height": True}),
        (("4",), ("3/A", "C", "4"), "MODE_4_VALID", {}),
        (("S",), ("3/A", "C", "S"), "MODE_3", {"code": 0o4172, "height": True, "address": 0xABCDEF}),
        (("4", "S"), ("3/A", "C"), "NO_REPLY", {}),
    ],
)
def test_what_is_asked_and_answered_is_read(
    asked: tuple[str, ...], answered: tuple[str, ...], iff: str, said: dict[str, int]
) -> None:
    desk = Desk(asked, answered)
    desk.transponders["reply_probability"] = 1.0
    reply = desk.ask(looks=1)[0]
    assert reply["iff"] == IffEvidence[iff]
    assert reply["modes"] == mode_mask(set(asked) & set(answered))
    for field in ("code", "code_1", "code_2", "address"):
        assert reply[field] == said.get(field, -1), field
    assert reply["height_m"] == (295 * 30.48 if "height" in said else 0.0)  # 9000 m are 295.28 hundreds of feet


def test_an_old_key_fails_and_all_else_is_read() -> None:
    desk = Desk(answered=("3/A", "C", "4"))
    desk.transponders["reply_probability"], desk.transponders["mode_4_expired"] = 1.0, 1
    reply = desk.ask(looks=1)[0]
    assert reply["iff"] == IffEvidence.MODE_4_FAILED
    assert reply["code"] == 0o4172
    assert reply["modes"] == mode_mask(("3/A", "C", "4"))
    unasked = Desk(asked=("3/A", "C"), answered=("3/A", "C", "4"))
    unasked.transponders["reply_probability"], unasked.transponders["mode_4_expired"] = 1.0, 1
    assert unasked.ask(looks=1)[0]["iff"] == IffEvidence.MODE_3


def test_a_faulty_altimeter_adds_to_the_height_alone() -> None:
    desk = Desk()
    desk.transponders["reply_probability"], desk.transponders["altitude_fault_m"] = 1.0, -300.0
    reply = desk.ask(looks=1)[0]
    assert reply["height_m"] == pytest.approx(8700.0, abs=15.24)
    assert reply["code"] == 0o4172


def test_two_replies_that_overlap_garble() -> None:
    """The other answers 95 times in a hundred; then 70 of a hundred are unreadable and 5 misread."""
    desk = Desk()
    desk.beacons["on"] = 1
    replies = desk.ask()
    answered = replies["iff"] != IffEvidence.NO_REPLY
    garbled = replies["iff"] == IffEvidence.GARBLED
    assert _within(int(garbled.sum()), int(answered.sum()), 0.95 * interrogation.UNREADABLE)
    assert (replies["code"][garbled] == -1).all()
    assert (replies["garbled"] == garbled).all()
    assert (replies["modes"][garbled] == 0).all()
    wrong = answered & ~garbled & (replies["code"] != 0o4172)
    assert _within(int(wrong.sum()), int(answered.sum()), 0.95 * interrogation.MISREAD)
    assert set(replies["code"][wrong].tolist()) == {0o4172 | 0o0615}
    assert (replies["iff"][wrong] == IffEvidence.MODE_3).all()


@pytest.mark.parametrize(
    ("range_m", "azimuth_deg", "garbles"),
    [
        (100e3 + 3000.0, 0.0, True),
        (100e3 - 3000.0, 0.0, True),
        (100e3 + 3100.0, 0.0, False),  # 20.3 us are 3043 m there and back
        (100e3, 2.9, True),
        (100e3, 3.1, False),  # outside a beam of 3 degrees
    ],
)
def test_a_garble_needs_the_same_beam_and_three_kilometres(range_m: float, azimuth_deg: float, garbles: bool) -> None:
    desk = Desk()
    desk.beacons["on"] = 1
    desk.place(1, range_m, azimuth_deg)
    assert bool(desk.ask(looks=300)["garbled"].any()) == garbles


def test_nobody_garbles_who_does_not_answer_in_pulses() -> None:
    silent = Desk()
    silent.beacons["on"] = 1
    silent.transponders["reply_probability"][1] = 0.0
    assert not silent.ask(looks=300)["garbled"].any()
    by_address = Desk(("3/A", "C", "S"))
    by_address.beacons["on"] = 1
    by_address.transponders["modes"][1] = mode_mask(["S"])
    assert not by_address.ask(looks=300)["garbled"].any()


def test_mode_4_and_mode_s_come_through_a_garble() -> None:
    secure = Desk(answered=("3/A", "C", "4"))
    secure.beacons["on"] = 1
    replies = secure.ask(looks=300)
    garbled = replies["garbled"] == 1
    assert garbled.any()
    assert (replies["iff"][garbled] == IffEvidence.MODE_4_VALID).all()
    assert (replies["modes"][garbled] == 1 << Mode.MODE_4).all()
    assert (replies["code"][garbled] == -1).all()
    by_address = Desk(("3/A", "C", "S"), ("3/A", "C", "S"))
    by_address.beacons["on"] = 1
    replies = by_address.ask(looks=300)
    answered = replies["iff"] != IffEvidence.NO_REPLY
    assert (replies["garbled"] == 1).any()
    assert (replies["code"][answered] == 0o4172).all(), "mode S gives the code without a garble"


def test_a_clean_answer_supersedes_a_garble_and_a_garble_no_answer() -> None:
    world, state = runs.built("tartus").world, runs.built("tartus").state
    counts, replies, plots = state.counts.copy(), state.replies.copy(), state.plots.copy()
    tracks, identity = state.tracks.copy(), state.identity.copy()
    tracks["number"][0], plots["track"][:3] = 7, 0
    said = ((IffEvidence.GARBLED, -1), (IffEvidence.MODE_3, 0o4172), (IffEvidence.GARBLED, -1))
    for n, (iff, code) in enumerate(said):
        replies["iff"][n], replies["code"][n], replies["plot"][n] = iff, code, n
    seen = []
    for n in range(3):
        counts["replies"] = n + 1
        identification._take_replies(
            world.setting, world.doctrines, state.posts, counts, replies, plots, tracks, identity
        )
        seen.append((int(identity["level"][0, EvidenceKind.IFF]), int(identity["code"][0])))
    assert seen == [(IffEvidence.GARBLED, -1), (IffEvidence.MODE_3, 0o4172), (IffEvidence.MODE_3, 0o4172)]


# ---- In a run ------------------------------------------------------------------------------------


def _flight(name: str, code: str, height: str = "FL300", more: str = "") -> str:
    text = FLIGHT.replace("NAME", name).replace("CODE", code).replace("HEIGHT", height)
    return text.replace(", MORE", f", {more}" if more else "").replace("\n", " ")


def _play(folder: Path, *flights: str) -> Record:
    file = folder / f"pair{len(list(folder.iterdir()))}.toml"
    file.write_text(SCENE.replace("FLIGHTS", ", ".join(flights)), encoding="utf-8")
    return run(load(file))


def test_two_airliners_side_by_side_garble_and_one_alone_does_not(tmp_path: Path) -> None:
    both = _play(tmp_path, _flight("ONE", "4172", "FL300"), _flight("TWO", "0615", "FL310"))
    alone = _play(tmp_path, _flight("ONE", "4172", "FL300"))
    counts = Counter(IffEvidence(int(iff)).name for iff in both.tables["replies"]["iff"])
    assert counts["GARBLED"] > counts["MODE_3"], counts  # false plots never answer and stand for no reply
    assert not alone.tables["replies"]["garbled"].any()
    assert IffEvidence.MODE_3 in both.tables["evidence"]["iff"], "no clean answer ever came through"
    heights = alone.tables["replies"]["height_m"][alone.tables["replies"]["modes"] > 0]
    assert set(np.round(heights / 30.48).astype(int).tolist()) == {300}
    words = both.sql("SELECT DISTINCT iff FROM replies").fetchnumpy()["iff"]
    assert "GARBLED" in set(words.tolist())


def test_the_order_of_the_flights_changes_no_draw(tmp_path: Path) -> None:
    pair = (_flight("ONE", "4172", "FL300"), _flight("TWO", "0615", "FL310"))
    told = []
    for flights in (pair, pair[::-1]):
        record = _play(tmp_path, *flights)
        replies = record.tables["replies"]
        origins = record.tables["plot_origins"]["target"][replies["plot_serial"]]
        names = {int(row["row"]): row["name"] for row in record.rows("targets")} | {-1: ""}
        told.append(
            sorted(
                (int(row["tick"]), int(row["radar"]), names[int(origin)], int(row["iff"]), int(row["code"]))
                for row, origin in zip(replies, origins, strict=True)
            )
        )
    assert told[0] == told[1]
    assert len(told[0]) > 50


def test_faults_of_transponders_reach_the_evidence(tmp_path: Path) -> None:
    """An old key, an altimeter that is 2 km off, and nothing wrong: one flight each, far apart."""
    lanes = {"OLD": "34.9N", "WRONG": "35.2N", "RIGHT": "34.6N"}
    faults = {"OLD": "mode_4_expired = true", "WRONG": 'altitude_fault = "2 km"', "RIGHT": ""}
    flights = [
        _flight(name, "4172", more=faults[name]).replace("34.9N", north).replace(", MORE", "")
        for name, north in lanes.items()
    ]
    record = _play(tmp_path, *flights)
    told = {}
    plots = np.concatenate([record.tables["plots"]])
    origins = record.tables["plot_origins"]["target"]
    evidence = record.tables["evidence"]
    for name in lanes:
        mine = plots["track_number"][(origins == runs.row_of(record, "targets", name)) & (plots["track"] >= 0)]
        number = Counter(mine.tolist()).most_common(1)[0][0]
        told[name] = evidence[evidence["number"] == number][-1]
    assert told["OLD"]["iff"] == IffEvidence.MODE_4_FAILED
    assert told["RIGHT"]["iff"] == told["WRONG"]["iff"] == IffEvidence.MODE_3
    assert told["WRONG"]["height"] == HeightEvidence.DISAGREES
    assert told["OLD"]["height"] == told["RIGHT"]["height"] == HeightEvidence.AGREES
    assert told["RIGHT"]["identity"] == Identity.NEUTRAL
