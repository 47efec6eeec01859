"""Which single limit held a threat: scenarios made so that exactly one does, and the reruns name it."""

from __future__ import annotations

import numpy as np
import pytest

from openiads.analysis.explain import Report, explain
from openiads.analysis.explain_rerun import BASE
from openiads.analysis.summary import summarise
from openiads.enums import ControlStatus, EventKind, Verb
from openiads.record.record import Record
from openiads.scenario.schema import LIMITS_TO_LIFT
from openiads.simulate import Session, run
from tests.support import held, runs


def report(record: Record) -> Report:
    return explain(record, catalog_dir=held.catalog())


@pytest.mark.parametrize("limit", LIMITS_TO_LIFT)
def test_the_limit_that_holds_a_threat_is_named(limit: str) -> None:
    found = report(held.record(limit))
    assert found.counterfactual, found.refused
    assert set(found.digests) == {BASE, *LIMITS_TO_LIFT}
    assert found.digests[BASE] == found.digest
    not_stopped = [one for one in found.targets if one.end != "killed"]
    assert not_stopped
    assert any(one.held_by == (limit,) for one in not_stopped), [one.held_by for one in not_stopped]


def test_what_is_killed_is_held_by_nothing() -> None:
    found = report(held.record("nothing"))
    assert [(one.end, one.held_by) for one in found.targets] == [("killed", None)]
    assert [outcome.limit for outcome in found.targets[0].outcomes] == [BASE, *LIMITS_TO_LIFT]


def test_orders_are_given_again_at_their_ticks() -> None:
    """A person puts the post on hold: the rerun gives the record's digest, and the rule is what holds the threat."""
    session = Session(held.scenario("nothing"))
    session.advance(2.5)
    session.submit(Verb.SET_STATUS, "cp", value=ControlStatus.HOLD)
    session.advance(session.duration_s)
    record = session.record()
    assert not (record.tables["events"]["kind"] == EventKind.LAUNCHED).any()
    found = report(record)
    assert found.counterfactual, found.refused
    assert [one.held_by for one in found.targets] == [("rule",)]


def test_a_record_that_ended_early_is_rerun_as_far() -> None:
    session = Session(held.scenario("nothing"))
    session.advance(40.0)
    record = session.record()
    found = report(record)
    assert found.counterfactual, found.refused
    assert all(outcome.end_s <= 41.0 for one in found.targets for outcome in one.outcomes)


def test_a_rerun_with_other_events_gives_no_counterfactual() -> None:
    record = runs.record("first")
    other = Record.of(dict(record.tables), record.roster, {**record.manifest, "seed": int(record.manifest["seed"]) + 1})
    found = explain(other)
    assert not found.counterfactual
    assert "gives other events" in found.refused
    assert record.digest[:12] in found.refused
    assert all(one.held_by is None for one in found.targets)


def test_without_its_catalog_a_record_gives_no_counterfactual() -> None:
    found = explain(held.record("nothing"))
    assert not found.counterfactual
    assert "cannot be run again" in found.refused


def test_the_first_scenario() -> None:
    """Its fighter answers nobody and heads for the pier, but never becomes hostile enough for status tight."""
    found = explain(runs.record("first"))
    assert found.counterfactual, found.refused
    assert {one.target for one in found.targets} == {"fighter-1", "cruise-1"}
    for one in found.targets:
        base = one.outcomes[0]
        assert (base.limit, base.end, base.rounds) == (BASE, one.end, one.rounds)


def test_a_lifted_limit_says_so_in_manifest_and_summary() -> None:
    record = run(runs.scenario("first", 'lifted=["rule", "magazine"]'))
    assert record.manifest["lifted"] == ["rule", "magazine"]
    notes = [note for note in summarise(record).notes if "lifted" in note]
    assert len(notes) == 2
    assert all("not what the unit can do" in note for note in notes)
    found = explain(record)
    assert set(found.digests) == {BASE, *LIMITS_TO_LIFT} - {"rule", "magazine"}
    assert found.lifted == ("rule", "magazine")


def test_a_run_in_which_nothing_is_lifted_has_no_such_note() -> None:
    assert not [note for note in summarise(runs.record("first")).notes if "lifted" in note]
    assert np.array_equal(runs.record("first").manifest["lifted"], [])
