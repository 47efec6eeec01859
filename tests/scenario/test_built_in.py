"""The built-in and the timing scenarios load, hold what they promise, and survive a unit swap and the record."""

from __future__ import annotations

import math
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from openiads.catalog import loader
from openiads.catalog.errors import InputError
from openiads.scenario.load import Aim, aim_of, builtin_names, load, resolve, restore, toml_of
from openiads.units import Altitude, Speed

BENCH = Path(__file__).parents[2] / "bench"
UNITS = loader.load().names("units")


def test_names_of_the_built_in_scenarios() -> None:
    assert {"first", "rules", "tartus"} <= set(builtin_names())


@pytest.mark.parametrize("unit", [None, *UNITS])
@pytest.mark.parametrize("name", builtin_names())
def test_every_built_in_loads_with_every_unit(name: str, unit: str | None) -> None:
    scenario = load(name, unit=unit)
    assert scenario.name == name
    assert unit is None or {site.unit for site in scenario.file.units} == {unit}
    for raid in scenario.file.raids:
        if raid.aim is not None:
            aim_of(raid.aim, scenario.file, scenario.catalog)


def test_tartus_holds_what_its_note_says() -> None:
    file = load("tartus").file
    classes = Counter({raid.class_: 0 for raid in file.raids})
    for raid in file.raids:
        classes[raid.class_] += raid.count
    assert classes == {
        "cruise-missile-subsonic": 8,
        "fighter": 4,
        "anti-radiation-missile": 2,
        "ballistic-short-range": 2,
        "one-way-uav": 6,
        "stand-off-jammer": 1,
    }
    assert Counter(flight.class_ for flight in file.flights) == {"airliner": 8, "transport": 2}
    assert file.target_count() == 37
    assert sum(flight.plan is not None and flight.plan.delay > 0.0 for flight in file.flights) == 1
    assert file.relation("defender", "attacker") == file.relation("attacker", "defender") == "hostile"
    assert file.relation("attacker", "civil") == "neutral"
    assert file.relation("civil", "civil") == "own"


def test_what_is_read_is_si_and_what_needs_more_stays_tagged() -> None:
    file = load("tartus").file
    raids = {raid.name: raid for raid in file.raids}
    assert file.duration == 1500.0
    assert file.start.isoformat() == "2016-10-15T04:00:00+00:00"
    assert raids["one-way-uavs"].start == -240.0
    assert file.units[0].facing == pytest.approx(1.5 * math.pi)
    assert raids["cruise-south-west"].altitude == Altitude(20.0)
    assert file.assets[0].altitude == Altitude(0.0, above_ground=True)
    assert file.flights[7].speed == Speed(0.78, is_mach=True)
    assert raids["ballistic"].motion == "ballistic"
    assert raids["jammer"].jammer is not None
    assert raids["jammer"].jammer.bandwidth == 1e8


@pytest.mark.parametrize("count", [10, 50, 200])
def test_timing_scenarios_keep_their_targets_aloft(count: int) -> None:
    file = load(BENCH / f"raid_{count}.toml", catalog_dir=BENCH / "catalog").file
    assert file.target_count() == count
    assert all(raid.repeat and raid.start <= 0.0 for raid in file.raids)
    assert file.posts[0].control == "hold"
    assert file.units[0].false_plots == 20.0


@pytest.mark.parametrize("name", builtin_names())
def test_the_record_gives_the_same_scenario_back(name: str) -> None:
    scenario = load(name, unit="s-300pmu1", overrides=["seed=7"])
    text = toml_of(scenario)
    again = restore(text)
    assert again.file == scenario.file
    assert toml_of(again) == text
    assert again.seed == 7


def test_a_swap_turns_a_radar_the_new_unit_lacks_into_its_role() -> None:
    swapped = load("tartus", unit="s-300pmu1", overrides=["raids.anti-radiation-1.aim=v4.9s32m"])
    aim = next(raid.aim for raid in swapped.file.raids if raid.name == "anti-radiation-1")
    assert aim == "v4.engagement"
    assert aim_of(aim, swapped.file, swapped.catalog) == Aim(unit="v4", radar="30n6e")


def test_a_swap_to_a_unit_without_the_role_takes_any_radar() -> None:
    file = load("tartus", unit="first-battery").file
    assert [raid.aim for raid in file.raids if raid.name == "anti-radiation-2"] == ["v4.30n6e"]


def test_a_swap_to_an_unknown_unit_says_which_there_are() -> None:
    with pytest.raises(InputError, match=r'read "s-400", which is no unit of the catalog.*s-300pmu1'):
        load("tartus", unit="s-400")


def test_a_users_folder_adds_scenarios_and_comes_first(tmp_path: Path, tartus_text: str) -> None:
    (tmp_path / "places.toml").write_text("")
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "tartus.toml").write_text(tartus_text.replace("seed = 20161015", "seed = 5"), encoding="utf-8")
    (folder / "mine.toml").write_text(tartus_text, encoding="utf-8")
    assert "mine" in builtin_names(tmp_path)
    assert load("tartus", catalog_dir=tmp_path).seed == 5
    assert load("tartus").seed == 20161015


def test_places_and_points_are_resolved() -> None:
    catalog = loader.load()
    assert resolve("tartus", catalog) == resolve("34.915 N, 35.874 E", catalog)
    with pytest.raises(InputError, match='did you mean "tartus"'):
        resolve("tartos", catalog)
    with pytest.raises(InputError, match="latitudes end at 90"):
        resolve("91 N, 0 E", catalog)


def test_loading_a_scenario_imports_no_numba() -> None:
    code = (
        "import sys; from openiads.scenario import load, report; load.load('tartus'); report.json_schema();"
        "sys.exit(bool({'numba', 'rasterio', 'matplotlib'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
