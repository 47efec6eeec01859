"""Flown tables: what they are flown against, what the disk keeps, when a missile is refused, when windows close."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fluids.atmosphere import ATMOSPHERE_1976

from openiads.catalog.errors import InputError
from openiads.catalog.loader import load
from openiads.catalog.models import Missile
from openiads.engine.intercept import last_launch, solve
from openiads.enums import Cause, TargetGroup
from openiads.physics.envelope import OUT_OF_REACH, reach_at
from openiads.physics.shot import PASSED, Shot, fly_shot
from openiads.vec3 import Vec3
from openiads.world import envelopes, flights
from openiads.world.tables import TRACK
from tests.support import runs

RADIUS_M = 6.37e6


def _sheet(**changes: float) -> Missile:
    """The 48N6E with other figures."""
    sheet = load().missiles["48n6e"]
    figures = {key: getattr(sheet, key).model_copy(update={"value": value}) for key, value in changes.items()}
    return sheet.model_copy(update=figures)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of tables."""
    monkeypatch.setenv("OPENIADS_CACHE", str(tmp_path))
    return tmp_path / "envelopes"


def test_what_must_be_left_follows_what_the_target_can_do() -> None:
    catalog, missile = load(), load().missiles["48n6e"]
    fighter, falling = catalog.targets["fighter"], catalog.targets["ballistic-short-range"]
    low, high = (flights.needed_load_mps2(missile, fighter, height_m) for height_m in (0.0, 30e3))
    constant = missile.navigation_constant.value
    thick = ATMOSPHERE_1976(0.0).rho / ATMOSPHERE_1976(fighter.altitude_max.value).rho
    turn_mps2 = min(fighter.load_factor_max.value, 9.80665 * thick)
    assert low == pytest.approx(constant / (constant - 2.0) * turn_mps2, rel=1e-3)
    assert high == flights.LOAD_LEFT_MPS2
    at_ceiling = flights.needed_load_mps2(missile, fighter, fighter.altitude_max.value)
    assert at_ceiling == pytest.approx(max(constant / (constant - 2.0) * 9.80665, flights.LOAD_LEFT_MPS2))
    assert flights.needed_load_mps2(missile, falling, 5e3) == flights.LOAD_LEFT_MPS2


def test_a_table_is_flown_once_and_read_back(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missile, target = _sheet(), load().targets["fighter"]
    first = envelopes.flown_envelope(missile, target)
    assert {path.name.rsplit("-", 1)[0] for path in disk.iterdir()} == {"48n6e-lofts", "48n6e-fighter"}
    monkeypatch.setattr(flights, "fly_courses", None)
    again = envelopes.flown_envelope(missile, target)
    assert again.cells.tobytes() == first.cells.tobytes()
    for path in disk.iterdir():
        path.write_bytes(b"")
    monkeypatch.undo()
    monkeypatch.setenv("OPENIADS_CACHE", str(disk.parent))
    assert envelopes.flown_envelope(missile, target).cells.tobytes() == first.cells.tobytes(), (
        "an empty file is no table"
    )


@pytest.mark.parametrize("key", ["loft_angle", "drag_scale", "launch_mass", "self_destruct_time"])
def test_another_figure_is_another_table(disk: Path, key: str) -> None:
    target = load().targets["fighter"]
    was = getattr(_sheet(), key).value
    one, other = (envelopes.flown_envelope(_sheet(**{key: was * share}), target) for share in (1.0, 0.7))
    assert len(list(disk.glob("48n6e-fighter-*.npy"))) == 2
    assert (one.cells["flight_s"] != other.cells["flight_s"]).any()


def test_a_missile_that_reaches_nothing_is_refused(disk: Path) -> None:
    hopeless = _sheet(drag_scale=3.0, propellant_mass=40.0, thrust=40e3, burn_time=2.5)
    with pytest.raises(InputError, match="reaches no point of its envelope") as said:
        envelopes.flown_envelope(hopeless, load().targets["fighter"])
    assert "48n6e" in str(said.value)
    assert "fighter" in str(said.value)


def test_a_cell_is_the_flight_it_says() -> None:
    """Flown again from its aim, with the target where the table puts it."""
    missile, target = load().missiles["48n6e"], load().targets["fighter"]
    table, aims, lofts = (
        envelopes.flown_envelope(missile, target),
        flights.aims_of(missile, target),
        envelopes.lofts_of(missile),
    )
    site_m, up = flights.point_north(0.0, 0.0)
    row, checked = flights.row_of(missile)[0], 0
    for n in np.random.default_rng(4).choice(np.flatnonzero(table.cells["margin"] >= 0.0), 30):
        aim, loft = aims[n], lofts[n % len(lofts)]
        shot = Shot(
            site_m,
            up,
            Vec3(*aim["point_m"]),
            Vec3(*aim["target_mps"]),
            float(loft["flight_s"]),
            float(loft["loft_slope"]),
        )
        arrival = fly_shot(row, shot)
        assert arrival.outcome == PASSED
        assert arrival.flight_s == table.cells["flight_s"][n]
        assert arrival.miss_m <= missile.lethal_radius.value
        off_m = np.linalg.norm(aim["target_mps"]) * abs(arrival.flight_s - loft["flight_s"])
        assert off_m < 3000.0, "the target is met near the point of the cell"
        checked += 1
    assert checked == 30


def _track(east_m: float, north_m: float, up_m: float, vel_mps: tuple[float, float, float]) -> np.record:
    tracks = np.zeros(1, TRACK)
    tracks["pos_enu_m"], tracks["vel_enu_mps"] = (east_m, north_m, up_m), vel_mps
    found: np.record = tracks[0]
    return found


def test_published_limits_bound_the_run_and_flown_ones_do_not() -> None:
    world, launcher = runs.built("first").world, runs.built("first").state.launchers[0]
    missile = world.missiles[launcher["missile"]].copy()
    beyond_m = float(missile["range_max_m"]) + 5e3
    kept = reach_at(missile, world.envelopes, TargetGroup.AIRCRAFT, beyond_m, 10e3, 0.0)
    assert kept.margin == OUT_OF_REACH
    assert kept.flight_s > 0.0, "the time of flight stands beyond the limit"
    missile["range_max_m"] = np.inf
    assert reach_at(missile, world.envelopes, TargetGroup.AIRCRAFT, beyond_m, 10e3, 0.0).margin >= 0.0


def test_a_launch_is_possible_as_soon_as_the_target_comes_into_the_published_range() -> None:
    """An approaching track farther out than the limit is met at the limit: no later launch is better."""
    world, launcher = runs.built("first").world, runs.built("first").state.launchers[0]
    missile, site_m = world.missiles[launcher["missile"]], np.array(launcher["pos_enu_m"])
    limit_m = float(missile["range_max_m"])
    flight_s = reach_at(missile, world.envelopes, TargetGroup.AIRCRAFT, limit_m, 10e3, 300.0).flight_s
    for more_m, allowed in ((-3e3, True), (6e3, False)):
        start_m = limit_m + 300.0 * flight_s + more_m
        track = _track(
            site_m[0], site_m[1] + start_m, site_m[2] + 10e3 - start_m**2 / (2.0 * RADIUS_M), (0.0, -300.0, 0.0)
        )
        chance = solve(0, 0.0, RADIUS_M, missile, world.envelopes, launcher, track, TargetGroup.AIRCRAFT)
        assert (chance.cause == Cause.NONE) == allowed, more_m


def test_a_window_ends_where_the_last_launch_still_meets() -> None:
    world, launcher = runs.built("first").world, runs.built("first").state.launchers[0]
    missile, site_m, closed = world.missiles[launcher["missile"]], np.array(launcher["pos_enu_m"]), 0
    for north_m, speed_mps in ((60e3, -600.0), (40e3, -300.0), (100e3, 250.0), (30e3, -250.0)):
        track = _track(site_m[0] + 2e3, site_m[1] + north_m, site_m[2] + 9e3, (0.0, speed_mps, 0.0))
        at = (RADIUS_M, missile, world.envelopes, launcher, track, TargetGroup.AIRCRAFT)
        assert solve(0, 0.0, *at).cause == Cause.NONE
        last_s = last_launch(0, *at)
        assert solve(0, last_s, *at).cause == Cause.NONE
        if last_s < 120.0:
            closed += 1
            assert solve(0, last_s + 2.5, *at).cause != Cause.NONE
    assert closed >= 2
