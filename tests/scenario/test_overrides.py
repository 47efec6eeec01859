"""Overrides change one value by its path, and say what is allowed where the path ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openiads.catalog import loader
from openiads.catalog.errors import InputError
from openiads.scenario.load import load, toml_of, with_unit
from openiads.units import Altitude

if TYPE_CHECKING:
    from pathlib import Path


def test_by_name_by_index_and_nested() -> None:
    file = load(
        "tartus",
        overrides=[
            "raids.cruise-north-west.count=7",
            "raids[0].count = 2",
            "posts.tartus-cp.control=hold",
            "raids.fighters.release[0].class=decoy",
            "flights.CIV101.transponder.on=false",
            'flights.CIV101.altitudes=["FL100", "FL200", "FL100"]',
            "duration=10 min",
            "capacity.tracks=99",
            "start=2020-01-01T00:00:00+02:00",
        ],
    ).file
    raids = {raid.name: raid for raid in file.raids}
    assert raids["cruise-north-west"].count == 7
    assert file.raids[0].count == 2
    assert file.posts[0].control == "hold"
    assert raids["fighters"].release[0].class_ == "decoy"
    assert file.flights[0].transponder is not None
    assert not file.flights[0].transponder.on
    assert file.flights[0].altitudes[1] == Altitude(200 * 30.48)
    assert file.duration == 600.0
    assert file.capacity.tracks == 99
    assert file.start.isoformat() == "2019-12-31T22:00:00+00:00"


@pytest.mark.parametrize("level", ["low", "mid", "high", "drawn"])
def test_the_level_of_the_kill_figures_can_be_set(level: str) -> None:
    loaded = load("first", overrides=[f'pk="{level}"'])
    assert loaded.file.pk == level
    assert f'"pk":"{level}"' in toml_of(loaded)
    assert load("first").file.pk == "mid"


def test_a_key_the_file_does_not_have_can_be_set() -> None:
    assert load("tartus", overrides=["raids.cruise-south-west.spacing=2 km"]).file.raids[0].spacing == 2000.0


@pytest.mark.parametrize(
    ("line", "key", "said"),
    [
        ("raids.cruise-north-wst.count=4", "raids", 'no entry of raids; did you mean "cruise-north-west"'),
        ("raids[0].cuont=4", "raids[0]", 'no key of raids[0]; did you mean "count"'),
        ("raids[40].count=4", "raids", "allowed: anti-radiation-1"),
        ("relations[3].is=own", "relations", "allowed: [0]"),
        ("seed.low=4", "seed", "is a single value"),
        ("colour=red", "", "no key of a scenario"),
        ("raids.fighters", "", "expected a path and a value"),
        ("=4", "", "expected a path and a value"),
        ("raids..count=4", "", "expected a path and a value"),
        ("pk=medium", "pk", "'low', 'mid', 'high' or 'drawn'"),
        ("pk=0.7", "pk", "'low', 'mid', 'high' or 'drawn'"),
        ("raids[0].count=four", "raids[0].count", "integer"),
        ("raids[0].spacing=-2 km", "raids[0].spacing", '"-2 km"'),
        ("raids[0].aim=naval-peir", "raids[0].aim", 'did you mean "naval-pier"'),
        ("raids[0].jammer.power=1 kW", "raids[0].jammer.bandwidth", "missing"),
    ],
)
def test_a_wrong_override_is_blamed_itself(line: str, key: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        load("tartus", overrides=[line])
    error = caught.value
    assert error.key == key
    assert said in error.message
    if key != "raids[0].jammer.bandwidth":
        assert line in error.file


def test_a_value_cannot_smuggle_other_keys_in() -> None:
    with pytest.raises(InputError):
        load("tartus", overrides=["seed=1\nname = 2"])


def test_a_loaded_scenario_keeps_its_overrides_when_its_unit_is_swapped(tmp_path: Path) -> None:
    """The swap is the one that loading makes, and the file, which may be gone, is not read again."""
    path = tmp_path / "raid.toml"
    path.write_text((loader.BUILT_IN / "scenarios" / "tartus.toml").read_text(encoding="utf-8"), encoding="utf-8")
    line = "raids.cruise-north-west.count=7"
    wanted = load(path, unit="s-300pmu1", overrides=[line])
    loaded = load(path, overrides=[line])
    path.unlink()
    swapped = with_unit(loaded, "s-300pmu1")
    assert toml_of(swapped) == toml_of(wanted)
    assert loaded.file.units[0].unit == "s-300v4"
    with pytest.raises(InputError, match="no unit of the catalog"):
        with_unit(loaded, "s-400")
