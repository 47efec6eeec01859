"""What an explanation counts: times held and tracked, declarations, failures of rounds; and its page as plain text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from openiads.analysis.chain import Round, flights
from openiads.analysis.explain import explain
from openiads.analysis.explain_causes import refusals
from openiads.analysis.explain_headline import _failures, longest, total_s
from openiads.analysis.explain_scene import Scene, joined
from openiads.analysis.explain_words import life_cells
from openiads.catalog.errors import InputError
from openiads.enums import Cause
from tests.record import synthetic
from tests.support import runs


@pytest.mark.parametrize("name", ["first", "tartus", "rules"])
def test_no_cause_stood_longer_than_the_target_was_tracked(name: str) -> None:
    scene = Scene(runs.record(name))
    for flown in flights(scene.record):
        life = scene.own(flown)
        tracked = scene.tracked(life)
        _, held_s = longest(life, refusals(scene, life), tracked)
        assert held_s <= total_s(tracked) + 1e-9 <= life.end_s - life.start_s + 1e-6


@pytest.mark.parametrize("name", ["first", "tartus", "rules"])
def test_no_identity_counts_after_the_end(name: str) -> None:
    scene = Scene(runs.record(name))
    for life in flights(scene.record):
        for told in (life, scene.own(life)):
            assert all(time_s <= life.end_s for time_s, _ in told.identities)


def test_periods_that_overlap_are_joined() -> None:
    assert joined([(5.0, 9.0), (0.0, 3.0), (2.0, 4.0), (6.0, 7.0), (8.0, 8.0)]) == ((0.0, 4.0), (5.0, 9.0))


def test_the_failure_of_one_round_is_not_that_of_all() -> None:
    one = Round(0, 1.0, 2.0, 30.0, False, Cause.NONE, Cause.GUIDANCE_FAILED)
    other = replace(one, missed=Cause.NOT_LETHAL)
    assert _failures([one, one]) == "guidance failed"
    assert _failures([one, other]) == "1 guidance failed, 1 not lethal"
    assert _failures([one, replace(one, missed=Cause.NONE)]) == "1 guidance failed"
    assert _failures([replace(one, missed=Cause.NONE)]) == ""


def test_the_page_is_plain_text() -> None:
    report = explain(synthetic.record(), counterfactual=False)
    assert "No counterfactual: not asked for." in str(report)
    assert all(one.target in str(report) for one in report.targets)
    one = report["kalibr-4"]
    assert str(one).startswith(one.headline)
    assert len(repr(report)) < 100
    assert len(repr(one)) < 100
    assert one.as_dict()["target"] == "kalibr-4"


def test_lines_that_say_the_same_are_one() -> None:
    one = explain(synthetic.record(), "kalibr-1", counterfactual=False).targets[0]
    plot = next(moment for moment in one.moments if moment.kind == "FIRST_PLOT")
    again = tuple(replace(plot, time_s=plot.time_s + n, serial=plot.serial + n) for n in range(9))
    ((_, _, said),) = life_cells(replace(one, moments=again))
    assert said == f"{plot.said} (9 times, the last at 01:08)"


def test_a_catalog_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="nonexist"):
        explain(synthetic.record(), catalog_dir=Path("/nonexist"))
