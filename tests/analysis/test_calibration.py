"""The fit finds what it should, leaves published figures alone, and the limits held out are those of brute force."""

from __future__ import annotations

from math import tan
from typing import Any

import numpy as np
import pytest

from openiads.analysis import calibration, flown_limits
from openiads.analysis.calibration import Calibration, calibrate
from openiads.catalog.errors import InputError
from openiads.catalog.figures import Figure
from openiads.catalog.loader import BUILT_IN, load
from openiads.catalog.models import Missile
from openiads.catalog.rewrite import replaced

CATALOG = load()
FITTED = ("5v55r", "5v55rm", "48n6e", "48n6e2", "9m82m", "9m83m")


def with_values(missile: Missile, **values: float) -> Missile:
    """The sheet with other numbers."""
    update = {name: getattr(missile, name).model_copy(update={"value": value}) for name, value in values.items()}
    return missile.model_copy(update=update)


def quoted(value: float) -> Figure:
    return Figure(value=value, source="test", confidence="quoted")


@pytest.fixture(scope="module")
def found() -> Calibration:
    return calibrate(CATALOG.missiles["48n6e"])


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name == "48n6e" else pytest.mark.full) for name in FITTED]
)
def test_the_built_in_file_is_what_the_command_writes(name: str) -> None:
    path = BUILT_IN / "missiles" / f"{name}.toml"
    text = path.read_bytes().decode()
    assert replaced(str(path), text, calibrate(CATALOG.missiles[name]).figures) == text, (
        "run python tools/calibrate_all.py"
    )


def test_the_ship_borne_round_carries_the_figures_of_its_sister() -> None:
    land, ship = CATALOG.missiles["5v55r"], CATALOG.missiles["5v55rm"]
    for name in ("thrust_split", "drag_scale", "loft_angle", "thrust", "propellant_mass"):
        assert getattr(land, name) == getattr(ship, name)


def test_what_was_fitted_before_does_not_steer_the_fit(found: Calibration) -> None:
    elsewhere = with_values(CATALOG.missiles["48n6e"], thrust_split=0.6, drag_scale=0.7, loft_angle=0.3)
    assert dict(calibrate(elsewhere).figures) == dict(found.figures)


@pytest.mark.parametrize("drag", [0.8, 1.3, 1.8])
def test_a_drag_that_is_known_is_found_again(drag: float) -> None:
    """Both speeds are flown with a known drag and handed in as published."""
    missile = with_values(CATALOG.missiles["48n6e"], drag_scale=drag, thrust_split=0.5)
    assert missile.mean_speed_range is not None
    range_m = missile.mean_speed_range.value
    missile = with_values(missile, loft_angle=calibration.best_loft(missile, range_m))
    flown = flown_limits.shoot(calibration.row_of(missile), range_m, 10e3, tan(missile.loft_angle.value))
    known = missile.model_copy(
        update={"speed_max": quoted(flown.top_speed_mps), "mean_speed": quoted(range_m / flown.flight_s)}
    )
    again = calibrate(known)
    assert again.missile.drag_scale.value == pytest.approx(drag, rel=0.02)
    assert again.missile.loft_angle.value == pytest.approx(missile.loft_angle.value, abs=0.02)
    assert all(abs(part.residual) < 0.01 for part in again.conditions)


def test_no_other_parameters_are_better(found: Calibration) -> None:
    """Against draws all over the bounds, and close by."""
    task = calibration._task(CATALOG.missiles["48n6e"])

    def cost(values: dict[str, float]) -> float:
        z = np.array([prior.place(values[name]) for name, prior in task.priors.items()])
        return float(np.sum(task.residuals(z) ** 2))

    best = {part.name: part.value for part in found.parameters}
    least = cost(best)
    rng = np.random.default_rng(3)
    for part in found.parameters:
        for step in (-0.3, 0.3):
            moved = {**best, part.name: best[part.name] + step * part.sigma}
            assert cost(moved) >= least - 1e-3
    for _ in range(60):
        drawn = {part.name: float(rng.uniform(part.prior.low, part.prior.high)) for part in found.parameters}
        assert cost(drawn) >= least


def test_published_figures_stay(found: Calibration) -> None:
    assert set(found.figures) == {"thrust_split", "drag_scale", "loft_angle"}
    before = CATALOG.missiles["48n6e"]
    assert (found.missile.thrust, found.missile.propellant_mass) == (before.thrust, before.propellant_mass)
    sheet = before.model_copy(update={"thrust_split": quoted(0.5)})
    assert set(calibrate(sheet).figures) == {"drag_scale", "loft_angle"}


def test_fitted_figures_are_marked_and_hold_their_value(found: Calibration) -> None:
    for figure in found.figures.values():
        assert (figure.confidence, figure.source) == ("derived", "openiads calibrate")
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= figure.value <= figure.high
        assert "speed_max" in figure.reason
        assert "mean_speed" in figure.reason


def test_the_fit_says_what_the_data_decide(found: Calibration) -> None:
    share = {part.name: part.share for part in found.parameters}
    assert share["drag_scale"] > 0.9
    assert share["thrust_split"] < 0.5
    assert 1 <= found.determined < len(found.parameters)
    assert len(found.singular_values) == 2
    assert not any(part.at_bound for part in found.parameters)


def test_a_speed_out_of_reach_ends_at_the_bound() -> None:
    missile = CATALOG.missiles["48n6e"].model_copy(update={"mean_speed": quoted(2500.0)})
    drag = next(part for part in calibrate(missile).parameters if part.name == "drag_scale")
    assert drag.at_bound
    assert drag.value == pytest.approx(0.5)


def test_a_sheet_without_a_mean_speed_or_without_anything_free_is_refused() -> None:
    missile = CATALOG.missiles["48n6e"]
    with pytest.raises(InputError, match="mean_speed"):
        calibrate(missile.model_copy(update={"mean_speed": None}))
    named: dict[str, Any] = {name: quoted(getattr(missile, name).value) for name in ("thrust_split", "drag_scale")}
    with pytest.raises(InputError, match="nothing to fit"):
        calibrate(missile.model_copy(update={**named, "loft_angle": quoted(0.6)}))


def test_limits_are_those_of_a_plain_scan() -> None:
    round_ = flown_limits.round_of(CATALOG.missiles["48n6e"])
    most_m = 300e3
    step_m = 1e3
    plain = [n * step_m for n in range(1, 301) if flown_limits.reaches(round_, n * step_m, 10e3)]
    assert flown_limits.farthest_m(round_, 10e3, most_m) == pytest.approx(plain[-1], abs=1.5 * step_m)
    near = [n * 100.0 for n in range(1, 100) if flown_limits.reaches(round_, n * 100.0, 25.0)]
    assert flown_limits.nearest_m(round_, 25.0) == pytest.approx(near[0], abs=150.0)
    high = [n * 500.0 for n in range(1, 121) if flown_limits.reaches(round_, 20e3, n * 500.0)]
    assert flown_limits.highest_m(round_, (20e3,)) == pytest.approx(high[-1], abs=750.0)


def test_an_edge_is_the_outermost_whatever_holes_there_are() -> None:
    def holds(value: float) -> bool:
        return value <= 7.3 and not 3.0 < value < 5.0

    assert flown_limits._edge([10.0, 9.0, 8.0, 7.0, 4.0, 2.0], holds) == pytest.approx(7.3, abs=1e-3)
    assert flown_limits._edge([4.0, 4.5], holds) is None
    assert flown_limits._edge([2.0, 4.0], holds) == 2.0


def test_what_fails_beyond_a_limit_is_named() -> None:
    missile = CATALOG.missiles["48n6e"]
    far_m = flown_limits.farthest_m(flown_limits.round_of(missile), 10e3, 450e3)
    assert far_m is not None
    assert flown_limits.failing(flown_limits.round_of(missile), 0.5 * far_m, 10e3) == ""
    short = flown_limits.round_of(with_values(missile, self_destruct_time=60.0))
    assert flown_limits.failing(short, 0.9 * far_m, 10e3) == "age"
    weak = flown_limits.round_of(with_values(missile, drag_scale=3.0))
    assert flown_limits.failing(weak, far_m, 10e3) == "speed"


def test_held_out_rows_compare_with_the_sheet(found: Calibration) -> None:
    rows = found.held_out
    assert set(rows) == {
        "range_max", "range_energy", "range_min", "range_min_low", "altitude_max", "altitude_min", "range_low", "apogee"
    }  # fmt: skip
    far = rows["range_max"]
    assert far.published == found.missile.range_max
    assert far.flown is not None
    assert rows["range_energy"].flown is not None
    assert rows["range_energy"].flown >= far.flown - 1.0
    assert far.difference == pytest.approx(far.flown / 150e3 - 1.0)
    assert flown_limits.HeldOut("x", None, 1.0, "").difference is None
