"""Limits, orders and sums that hold in every scenario: hypothesis makes them, the record is asked."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openiads.enums import EventKind
from openiads.simulate import Session, run
from openiads.world.build import build
from tests.support import allowed, kept, made

CHECKS = (
    kept.no_more_targets_than_channels, kept.no_more_rounds_than_guided, kept.no_more_rounds_than_loaded,
    kept.lives_are_in_order, kept.dead_radars_guide_nothing, kept.every_round_has_one_end,
    kept.damage_is_the_leakers_sum, allowed.only_what_status_and_identity_allow, allowed.nothing_into_a_no_fire_zone,
    allowed.crew_within_its_number,
)  # fmt: skip
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]
FEW = settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=QUIET)
MANY = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=QUIET)


def _play(text: str) -> kept.Kept:
    return kept.Kept(run(made.made(text)))


def _hold_to_everything(text: str) -> kept.Kept:
    asked = _play(text)
    for check in CHECKS:
        check(asked)
    return asked


@FEW
@given(text=made.scenarios())
def test_whatever_comes_the_limits_are_kept(text: str) -> None:
    _hold_to_everything(text)


@pytest.mark.full
@MANY
@given(text=made.scenarios())
def test_whatever_comes_the_limits_are_kept_in_many_more(text: str) -> None:
    _hold_to_everything(text)


def test_the_scenarios_made_here_are_not_idle() -> None:
    """A net through which nothing swims holds nothing: launches, kills, leaks, damage, reloads, refusals, all occur."""
    seen: Counter[EventKind] = Counter()

    @settings(FEW, database=None)
    @given(text=made.scenarios())
    def count(text: str) -> None:
        seen.update(allowed.kinds_of(_play(text)))

    count()
    for kind in (
        EventKind.LAUNCHED, EventKind.KILLED, EventKind.MISSED, EventKind.SELF_DESTRUCTED, EventKind.LEAKED,
        EventKind.ASSET_DAMAGED, EventKind.NOT_ENGAGED, EventKind.ASSESSED,
    ):  # fmt: skip
        assert seen[kind] >= 3, f"{kind.name} in {seen[kind]} runs of {max(seen.values())}"


@pytest.mark.full
@settings(MANY, max_examples=20)
@given(text=made.scenarios(), seed=st.integers(0, 2**32 - 1))
def test_the_same_seed_gives_the_same_run_with_jumps_and_without(text: str, seed: int) -> None:
    scenario = made.made(text)
    built = build(scenario)
    once = run(scenario, seed, built=built)
    assert run(scenario, seed, built=built).digest == once.digest
    slowly = Session(scenario, seed, built=built, jumps=False)
    slowly.advance(60.0)
    quickly = Session(scenario, seed, built=built)
    quickly.advance(60.0)
    assert slowly.record().digest == quickly.record().digest
