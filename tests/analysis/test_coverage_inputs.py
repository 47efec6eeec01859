"""What a coverage is asked: texts with units, a chance and a case, each bounded and refused in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import openiads as oi
from openiads.analysis.coverage_inputs import chance_of, heights_of, question_of
from openiads.catalog import loader
from openiads.units import Altitude

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("altitudes", "heights"),
    [
        ("1 km", [Altitude(1000.0)]),
        (["1 km", "30 m agl"], [Altitude(1000.0), Altitude(30.0, above_ground=True)]),
        (iter(["FL100"]), [Altitude(3048.0)]),
    ],
)
def test_heights_are_read(altitudes: Any, heights: list[Altitude]) -> None:
    assert [height for height, _ in heights_of(altitudes)] == heights


@pytest.mark.parametrize(
    ("altitudes", "said"),
    [
        ([1000], 'write 1000 as "1000 m"'),
        (1000.0, 'write 1000.0 as "1000.0 m"'),
        (np.array([100.0]), 'write 100.0 as "100.0 m"'),
        (None, "read None, expected a text"),
        ([True], "read True, expected a text"),
        ([], "give at least one"),
        ("", "expected an altitude"),
        ("90 km", "from 0 m to 80 km"),
    ],
)
def test_what_is_no_height_is_refused(altitudes: Any, said: str) -> None:
    with pytest.raises(oi.InputError, match=said):
        heights_of(altitudes)


@pytest.mark.parametrize("case", [0, 4, 1.0, np.int64(2)])
def test_a_case_is_a_whole_number(case: Any) -> None:
    asked = question_of("1 m2", case, "250 m/s")
    assert type(asked.swerling) is int
    assert asked.swerling == case


@pytest.mark.parametrize(
    ("rcs", "case", "speed", "said"),
    [
        ("1e300 m2", 1, "250 m/s", 'rcs: read "1e300 m2", must lie between 1e-6 m2 and 1e6 m2'),
        ("1e-7 m2", 1, "250 m/s", "must lie between"),
        ("large", 1, "250 m/s", 'expected an area such as "1 m2"'),
        (1.0, 1, "250 m/s", "has no unit; an area takes m2"),
        (None, 1, "250 m/s", "expected an area"),
        ("1 m2", 1, "1e9 m/s", 'speed: read "1e9 m/s", must lie between 0 m/s and 10000 m/s'),
        ("1 m2", 1, "M 0.8", 'read "M 0.8", a Mach number depends on the height; write the speed in m/s, km/h'),
        ("1 m2", True, "250 m/s", "a case is 0, 1, 2, 3 or 4"),
        ("1 m2", 1.5, "250 m/s", "a case is 0, 1, 2, 3 or 4"),
        ("1 m2", "1", "250 m/s", "a case is 0, 1, 2, 3 or 4"),
        ("1 m2", None, "250 m/s", "a case is 0, 1, 2, 3 or 4"),
    ],
)
def test_what_is_no_target_is_refused(rcs: Any, case: Any, speed: str, said: str) -> None:
    with pytest.raises(oi.InputError, match=said):
        question_of(rcs, case, speed)


@pytest.mark.parametrize("pd", ["0.5", None, True, 0.0, 1.0, float("nan"), [0.5]])
def test_what_is_no_chance_is_refused(pd: Any) -> None:
    with pytest.raises(oi.InputError, match=r"pd: read .*, a chance lies above 0 and below 1"):
        chance_of(pd)


def test_a_chance_is_a_float() -> None:
    assert chance_of(0.25) == 0.25
    assert type(chance_of(np.float32(0.5))) is float


def test_a_swap_keeps_the_overrides() -> None:
    """A scenario that is loaded already is not read again from its file; the coverage says in one line what it is."""
    loaded = oi.load("first", overrides=["environment.rain_mmph=12.0"])
    found = oi.coverage(loaded, "1 km", unit="s-300pmu1")
    assert found.scenario.file.environment.rain_mmph == 12.0
    assert {site.unit for site in found.scenario.file.units} == {"s-300pmu1"}
    assert found.values.shape[1] == 1
    assert repr(found).startswith("<Coverage of first: layer ")
    assert len(repr(found)) < 100


def test_routes_below_the_ground_matter_to_jammers_alone(tmp_path: Path) -> None:
    text = (loader.BUILT_IN / "scenarios" / "tartus.toml").read_text(encoding="utf-8")
    assert 'altitude = "20 m"\naim' in text
    path = tmp_path / "low.toml"
    path.write_text(text.replace('altitude = "20 m"\naim', 'altitude = "-20 m"\naim'), encoding="utf-8")
    with pytest.raises(oi.InputError, match="below the ground"):
        oi.load(path)
    assert oi.coverage(path, "1 km").digest == oi.coverage("tartus", "1 km").digest
    with pytest.raises(oi.InputError, match="below the ground"):
        oi.coverage(path, "1 km", jam_at="5 min")
