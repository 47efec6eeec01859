"""What a lifted limit changes in World and State, and what it leaves alone."""

from __future__ import annotations

import numpy as np
import pytest

from openiads.enums import ControlStatus, CrewMode, ZoneKind
from openiads.scenario.schema import LIMITS_TO_LIFT
from openiads.world import lifted
from openiads.world.build import Built
from tests.support import runs


def built(limit: str, name: str = "first") -> Built:
    return runs.built(name, f'lifted=["{limit}"]')


def test_every_limit_has_a_lift() -> None:
    assert set(lifted._LIFTS) | {"magazine"} == set(LIMITS_TO_LIFT)


def test_horizon() -> None:
    world, before = built("horizon").world, runs.built("first").world
    assert (world.cells["lowest_m"] == lifted.FAR_BELOW_M).all()
    assert np.array_equal(world.cells["ground_m"], before.cells["ground_m"])
    assert np.array_equal(world.cells["clutter"], before.cells["clutter"])
    assert np.array_equal(world.radars["instrumented_range_m"], before.radars["instrumented_range_m"])
    assert np.array_equal(world.radars["snr_constant_m2"], before.radars["snr_constant_m2"])


def test_receivers_keep_their_horizon() -> None:
    receivers = runs.scenario("first").catalog.receivers
    override = f'units.battery.receivers=["{next(iter(receivers))}"]'
    world = runs.built("first", override, 'lifted=["horizon"]').world
    first = int(world.horizons["first_cell"][int(world.receivers["first_horizon"][0])])
    assert (world.cells["lowest_m"][first:] > lifted.FAR_BELOW_M).all()
    assert (world.cells["lowest_m"][:first] == lifted.FAR_BELOW_M).all()


def test_reaction() -> None:
    after = built("reaction")
    for name in ("reaction_tick",):
        assert (after.world.units[name] == 0).all()
    assert (after.world.doctrines["decision_tick"] == 0).all()
    assert (after.world.doctrines["approval_tick"] == 0).all()
    assert (after.state.posts["mode"] == CrewMode.AUTOMATIC).all()


@pytest.mark.parametrize("name", ["first", "tartus"])
def test_channels(name: str) -> None:
    """More channels of the same radars and illuminators; every row points where it should."""
    after, before = built("channels", name), runs.built(name)
    for unit, old in zip(after.world.units, before.world.units, strict=True):
        assert unit["channel_count"] == unit["targets_max"] == lifted.CHANNELS
        assert unit["missiles_max"] == lifted.GUIDED
        rows = slice(unit["first_channel"], unit["first_channel"] + unit["channel_count"])
        own = after.state.channels[rows]
        assert np.array_equal(own["ordinal"], np.arange(lifted.CHANNELS))
        was = before.state.channels[old["first_channel"] : old["first_channel"] + old["channel_count"]]
        assert set(own["launcher"]) == set(was["launcher"])
        assert set(own["radar"]) == set(was["radar"])
    for n, launcher in enumerate(after.state.launchers):
        if before.state.launchers["channel"][n] < 0:
            assert launcher["channel"] == -1
        else:
            assert after.state.channels["launcher"][launcher["channel"]] == n
    assert len(after.state.locks) == len(after.state.channels)


def test_magazine() -> None:
    after, before = built("magazine"), runs.built("first")
    assert (after.state.magazines["loaded"] == lifted.ROUNDS).all()
    assert np.array_equal(after.world.units["launch_interval_tick"], before.world.units["launch_interval_tick"])
    assert np.array_equal(after.world.units["reload_tick"], before.world.units["reload_tick"])


def test_rule() -> None:
    zones = (
        'zones=[{ name = "n", kind = "no_fire", corners = ["34 N, 34 E", "35 N, 34 E", "35 N, 35 E"] }, '
        '{ name = "f", kind = "fir", control = "hold", corners = ["34 N, 34 E", "35 N, 34 E", "35 N, 35 E"] }]'
    )
    after = runs.built("first", zones, 'units.battery.control="hold"', 'lifted=["rule"]')
    assert (after.state.posts["control"] == ControlStatus.FREE).all()
    assert (after.state.readiness["control"] == -1).all()
    assert list(after.world.zones["kind"]) == [ZoneKind.FIR]
    assert list(after.world.zones["control"]) == [-1]
    assert (after.world.doctrines["threshold_hostile"] == after.world.doctrines["threshold_suspect"]).all()


def test_envelope() -> None:
    after, before = built("envelope").world, runs.built("first").world
    assert (after.missiles["range_max_m"] == np.inf).all()
    assert (after.missiles["target_speed_max_mps"] == np.inf).all()
    assert np.array_equal(after.envelopes, before.envelopes)


@pytest.mark.parametrize("limit", LIMITS_TO_LIFT)
def test_nothing_else_is_changed(limit: str) -> None:
    """Targets, their ways and the sheets of the other limits are as they were."""
    after, before = built(limit).world, runs.built("first").world
    for name in ("setting", "targets", "legs", "plans", "transponders", "envelopes", "chances", "air"):
        assert getattr(after, name).tobytes() == getattr(before, name).tobytes(), name
