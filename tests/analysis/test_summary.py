"""The numbers of a hand-made chain, and the reasons of its leakers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from openiads.analysis.chain import flights, track_owners
from openiads.analysis.reasons import CAUSE_WORDS, clock, leaker_reasons
from openiads.analysis.result import Result
from openiads.analysis.summary import Summary, ThreatRow, occupancy, summarise
from openiads.enums import Cause, EventKind
from openiads.record.record import Record
from tests.record import synthetic


@pytest.fixture(scope="module")
def record() -> Record:
    return synthetic.record()


@pytest.fixture(scope="module")
def summary(record: Record) -> Summary:
    return summarise(record)


def test_tracks_belong_to_where_most_plots_came_from(record: Record) -> None:
    owners = track_owners(record)
    assert {key[1]: target for key, target in owners.items()} == {
        **{track: target for target, (_, track) in synthetic.TRACKED.items()},
        synthetic.FALSE_TRACK: -1,
    }


def test_kill_chain(summary: Summary) -> None:
    assert summary.total == ThreatRow("all threats", 9, 8, 7, 6, 3, 2, 5, 2, 6)
    rows = {row.kind: row for row in summary.threats}
    assert rows["sea-skimming-missile"] == ThreatRow("sea-skimming-missile", 4, 4, 4, 4, 3, 2, 2, 0, 6)
    assert rows["one-way-drone"] == ThreatRow("one-way-drone", 2, 1, 1, 0, 0, 0, 1, 1, 0)
    assert rows["short-range-missile"] == ThreatRow("short-range-missile", 1, 1, 0, 0, 0, 0, 1, 0, 0)
    assert summary.total.rounds_per_kill == 3.0
    assert rows["one-way-drone"].rounds_per_kill is None


def test_every_threat_has_one_end(summary: Summary) -> None:
    for row in (*summary.threats, summary.total):
        assert row.killed + row.leaked + row.left == row.threats
        assert row.threats >= row.detected >= row.tracked >= row.declared_hostile


def test_flights_that_were_no_threat(summary: Summary) -> None:
    rows = {(row.relation, row.kind): row for row in summary.flights}
    airliners = rows["neutral", "airliner"]
    assert (airliners.flights, airliners.tracked, airliners.wrongly_identified) == (2, 2, 1)
    assert (airliners.designated, airliners.engaged, airliners.killed) == (1, 0, 0)
    assert rows["own", "patrol-aircraft"].wrongly_identified == 0


def test_assets_units_and_false_tracks(summary: Summary) -> None:
    assert [(row.name, row.hits, row.damage) for row in summary.assets] == [
        ("naval base", 3, 0.6),
        ("fuel depot", 1, 0.2),
    ]
    (unit,) = summary.units
    assert (unit.channels, unit.channels_busy_peak, unit.rounds_fired, unit.rounds_left) == (3, 2, 6, 10)
    assert unit.channels_busy_mean == pytest.approx(285 / 480, abs=1e-3)
    assert summary.false_tracks == 1


def test_channels_are_all_free_at_the_end(record: Record) -> None:
    _, busy = occupancy(record, 0)
    assert busy[-1] == 0
    assert busy.min() >= 0


def test_reasons_in_order_of_arrival(record: Record) -> None:
    reasons = {reason.target: reason for reason in leaker_reasons(record)}
    assert list(reasons) == ["harm-1", "scud-1", "kalibr-3", "kalibr-4", "shahed-1"]
    assert [reason.cause for reason in reasons.values()] == [
        "TOO_LATE", "NOT_CONFIRMED", "MISS_ASSESSED", "NO_CHANNEL", "NOT_DETECTED",
    ]  # fmt: skip
    assert reasons["shahed-1"].sentence == (
        "shahed-1 (one-way-drone) reached fuel depot at 07:00: no radar saw it in the 07:00 of its flight."
    )
    assert (
        "2 rounds fired from 04:15, none of which killed it: the nearest passed 35 m away"
        in reasons["kalibr-3"].sentence
    )
    assert "every target channel was busy (at 02:45, 70 km out) until 05:00" in reasons["kalibr-4"].sentence
    assert reasons["harm-1"].asset == ""


def test_a_leaker_that_was_never_called_hostile() -> None:
    full = synthetic.record()
    events = full.tables["events"].copy()
    events["kind"][(events["target"] == 7) & (events["kind"] == 2)] = 3  # shahed's neighbour leaks instead of leaving
    events["code"][(events["track"] == synthetic.TRACKED[7][1]) & (events["kind"] == 8)] = 5
    record = Record.of({**full.tables, "events": events}, full.roster, full.manifest)
    sentence = {reason.target: reason.sentence for reason in leaker_reasons(record)}["striker-1"]
    assert sentence.endswith("tracked from 00:28, but never declared hostile (last called suspect, at 01:00).")


def test_every_cause_has_words() -> None:
    assert set(CAUSE_WORDS) == set(Cause)


def test_clock() -> None:
    assert [clock(value) for value in (0, 59.6, 61, 3723)] == ["00:00", "01:00", "01:01", "62:03"]


def test_a_run_that_kept_events_only_says_so() -> None:
    summary = summarise(synthetic.record(full=False))
    assert (summary.total.killed, summary.total.leaked, summary.total.engaged, summary.total.rounds) == (2, 5, 3, 6)
    assert summary.false_tracks is None
    assert "lower bounds" in summary.notes[0]
    reasons = {reason.target: reason for reason in summary.leakers}
    assert "a full record says more" in reasons["harm-1"].sentence
    assert reasons["kalibr-3"].cause == "MISS_ASSESSED"
    assert reasons["shahed-1"].cause == "NOT_DETECTED"


def test_children_and_those_that_never_appeared(record: Record) -> None:
    events = record.tables["events"].copy()
    events["kind"][(events["target"] == 4) & (events["kind"] == 0)] = 1  # released by its carrier
    never = events[events["target"] != 5]
    changed = Record.of({**record.tables, "events": never}, record.roster, record.manifest)
    names = [life.name for life in flights(changed)]
    assert "harm-1" in names
    assert "shahed-1" not in names


def test_a_run_without_anything() -> None:
    summary = summarise(Record.of({}, [], synthetic.manifest()))
    assert summary.total.threats == 0
    assert "all threats" in str(summary)


def test_summary_is_text_and_json(summary: Summary) -> None:
    assert str(summary).startswith("Simulated run of synthetic, seed 7")
    plain = json.loads(json.dumps(summary.as_dict()))
    assert plain["simulated"] is True
    assert plain["total"]["rounds_per_kill"] == 3.0
    assert plain["leakers"][0]["target"] == "harm-1"


def test_result_wraps_the_record(record: Record, tmp_path: Path) -> None:
    result = Result(record)
    assert repr(result).startswith("<Result of synthetic, seed 7, run 0: 9 threats, 2 killed, 5 leaked, digest ")
    folder = result.save(tmp_path / "run")
    assert json.loads((folder / "summary.json").read_text(encoding="utf-8"))["total"]["killed"] == 2
    again = Result.open(folder)
    assert again.digest == result.digest
    assert again.summary() == result.summary()
    assert again.leaks() == result.leaks()
    for read in (again.events, again.tracks, again.truth, again.plots, again.interceptors):
        assert len(read().fetchall()) > 0
    assert again.table("assets").fetchall()
    assert again.sql("SELECT 1").fetchall() == [(1,)]


def test_rounds_that_never_arrived_say_why(record: Record) -> None:
    events = record.tables["events"].copy()
    mine = (events["target"] == 2) & np.isin(events["kind"], (EventKind.INTERCEPT, EventKind.MISSED))
    events["kind"][mine], events["cause"][mine], events["target"][mine] = EventKind.SELF_DESTRUCTED, Cause.ENERGY, -1
    changed = Record.of({**record.tables, "events": events}, record.roster, record.manifest)
    reason = next(reason for reason in leaker_reasons(changed) if reason.target == "kalibr-3")
    assert reason.cause == "ENERGY"
    assert "none of which reached it (2 because the missile ran out of speed)" in reason.sentence


def test_a_round_that_comes_after_the_kill_missed_nothing(record: Record) -> None:
    lives = {life.name: life for life in flights(record)}
    assert lives["kalibr-1"].missed_s == (228.0,)
    assert lives["kalibr-3"].missed_s == (292.0, 296.0)
    events = record.tables["events"].copy()
    first = (events["kind"] == EventKind.MISSED) & (events["target"] == 0)
    events["tick"][first] = 240_000
    events["tick"][
        (events["kind"] == EventKind.INTERCEPT) & (events["interceptor"] == events["interceptor"][first][0])
    ] = 240_000
    late = Record.of({**record.tables, "events": events}, record.roster, record.manifest)
    assert next(life for life in flights(late) if life.name == "kalibr-1").missed_s == ()
