"""Whatever is fed in, there comes a Scenario or an InputError, a quantity or a UnitError."""

from __future__ import annotations

import copy
import json
import math
import tomllib
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openiads import units
from openiads.catalog import loader
from openiads.catalog.errors import InputError
from openiads.scenario.load import Scenario, load, restore, toml_of

TEXT = (loader.BUILT_IN / "scenarios" / "tartus.toml").read_text(encoding="utf-8")
DOCUMENT = json.loads(toml_of(load("tartus")))
NUMBER = st.one_of(st.integers(), st.floats(), st.sampled_from(["1e999", "9" * 400, "-0", "1e-320"]))
UNIT = st.sampled_from(["", "m", "km", " km", "deg", "s", "agl", "m agl", "FL", "kW", "dB", "m/s", "N", "E", "Mach"])
QUANTITY = st.one_of(
    st.builds(lambda number, unit: f"{number} {unit}", NUMBER, UNIT),
    st.builds(lambda number, unit: f"{unit} {number}", NUMBER, UNIT),
    st.builds(lambda lat, lon: f"{lat} N, {lon} W", NUMBER, NUMBER),
    st.text(max_size=20),
)
VALUE = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBER, QUANTITY, st.sampled_from(["tartus", "v4.search", "fighter", "own"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["name", "side", "class", "route", "is", "power", "x"]), inner, max_size=4),
    ),
    max_leaves=6,
)


def _holders(content: Any) -> list[tuple[Any, Any]]:
    """Every place of a document: its container and its key or index."""
    found: list[tuple[Any, Any]] = []
    if isinstance(content, dict | list):
        for key in content if isinstance(content, dict) else range(len(content)):
            found.append((content, key))
            found.extend(_holders(content[key]))
    return found


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_changed_document_gives_a_scenario_or_an_input_error(data: st.DataObject) -> None:
    content = copy.deepcopy(DOCUMENT)
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(_holders(content)))
        if data.draw(st.booleans()):
            container[key] = data.draw(VALUE)
        elif isinstance(container, dict):
            del container[key]
        else:
            container.append(copy.deepcopy(container[key]))
    try:
        scenario = restore(json.dumps(content))
    except InputError:
        return
    assert isinstance(scenario, Scenario)
    assert restore(toml_of(scenario)).file == scenario.file


@settings(max_examples=150, deadline=None)
@given(start=st.integers(0, len(TEXT)), length=st.integers(0, 40), put=st.text(max_size=10))
def test_changed_text_gives_a_scenario_or_an_input_error(
    start: int, length: int, put: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.toml"
    path.write_text(TEXT[:start] + put + TEXT[start + length :], encoding="utf-8")
    with suppress(InputError):
        assert isinstance(load(path), Scenario)


@settings(max_examples=200, deadline=None)
@given(
    path=st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            ["raids[0].count", "raids.fighters.release", "units.v4", "flights[0].route", "sides[0]", "start"]
        ),
    ),
    value=st.one_of(QUANTITY, VALUE.map(str)),
)
def test_an_override_gives_a_scenario_or_an_input_error(path: str, value: str) -> None:
    with suppress(InputError):
        assert isinstance(load("tartus", overrides=[f"{path}={value}"]), Scenario)


@settings(max_examples=100, deadline=None)
@given(name=st.text(max_size=30))
def test_a_name_gives_a_scenario_or_an_input_error(name: str) -> None:
    with suppress(InputError):
        assert isinstance(load(name), Scenario)


@given(text=QUANTITY, dimension=st.sampled_from(units.DIMENSIONS))
def test_a_quantity_is_finite_or_a_unit_error(text: str, dimension: str) -> None:
    with suppress(units.UnitError):
        assert math.isfinite(units.parse(text, dimension))


@given(text=QUANTITY)
def test_a_tagged_quantity_is_read_or_a_unit_error(text: str) -> None:
    with suppress(units.UnitError):
        assert units.parse_speed(text).value > 0.0
    with suppress(units.UnitError):
        assert math.isfinite(units.parse_altitude(text).value_m)
    with suppress(units.UnitError):
        point = units.parse_point(text)
        assert abs(point.lat_deg) <= 90.0
        assert abs(point.lon_deg) <= 180.0


def test_the_text_used_here_is_toml() -> None:
    assert tomllib.loads(TEXT)["name"] == "tartus"
