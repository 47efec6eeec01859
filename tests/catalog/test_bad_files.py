"""A user's folder overlays the catalog, and what is wrong in it is said with file, line and key."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from openiads.catalog.errors import InputError, UnknownName, locate
from openiads.catalog.loader import BUILT_IN, VARIABLE, load

HOME = """[[place]]
name = "home"
kind = "city"
lat_deg = 1.0
lon_deg = 2.0
source = "me"
confidence = "assumed"
"""


def overlay(folder: Path, file: str, pattern: str = "", replacement: str = "") -> Path:
    """Copy a built-in file into a user's folder, changed in one place."""
    target = folder / file
    target.parent.mkdir(parents=True, exist_ok=True)
    text = (BUILT_IN / file).read_text(encoding="utf-8")
    changed = re.sub(pattern, replacement, text, count=1, flags=re.MULTILINE) if pattern else text
    assert not pattern or changed != text
    target.write_text(changed, encoding="utf-8")
    return target


def test_a_users_file_replaces_the_built_in_one(tmp_path: Path) -> None:
    overlay(tmp_path, "missiles/48n6e.toml", r'^range_max = \{ value = "150 km"', 'range_max = { value = "120 km"')
    shutil.copy(BUILT_IN / "radars/30n6e.toml", tmp_path / "my-radar.toml")
    (tmp_path / "radars").mkdir()
    (tmp_path / "my-radar.toml").rename(tmp_path / "radars/my-radar.toml")
    catalog = load(tmp_path)
    assert catalog.missiles["48n6e"].range_max.value == 120e3
    assert catalog.missiles["48n6e2"].range_max.value == 200e3
    assert "my-radar" in catalog.radars


def test_the_environment_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "places.toml").write_text(HOME)
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    places = load().places
    assert places["home"].lon_deg == 2.0
    assert "tartus" in places


def given(key: str, value: str | float) -> str:
    """One figure in TOML, assumed."""
    return f'{key} = {{ value = {json.dumps(value)}, confidence = "assumed", reason = "x" }}'


WITHOUT_REASON = 'range_min = { value = "1 km", confidence = "assumed" }'
WITHOUT_SOURCE = 'range_min = { value = "1 km", confidence = "published" }'
OUTSIDE = 'range_min = { value = "1 km", low = "2 km", confidence = "assumed", reason = "x" }'
HEAVY = given("propellant_mass", "1900 kg")
FUZE = r"^reliability_fuze = .*$"
RANGE = r'^range_max = \{ value = "150 km"'
BAD = [
    ("missiles/48n6e.toml", r"^thrust = ", "thrust == ", "", "TOML"),
    ("missiles/48n6e.toml", RANGE, 'range_max = { value = "150 kg"', "range_max", "kg"),
    ("missiles/48n6e.toml", RANGE, 'range_max = { value = "-1 km"', "range_max", "negative"),
    ("missiles/48n6e.toml", r"^range_max = .*$", 'range_max = "150 km"', "range_max", "expected a table"),
    ("missiles/48n6e.toml", r"^range_max = ", "range_maximum = ", "range_max", "missing"),
    ("missiles/48n6e.toml", r"^thrust", "colour = 1\nthrust", "colour", "not a key"),
    ("missiles/48n6e.toml", r'^guidance = ".*"', 'guidance = "magic"', "guidance", "semi_active"),
    ("missiles/48n6e.toml", r"^propellant_mass = .*$", HEAVY, "propellant_mass", "launch_mass"),
    ("missiles/48n6e.toml", r"^burn_time = .*$", given("burn_time", "0 s"), "burn_time", "above zero"),
    ("missiles/48n6e.toml", r"^thrust = .*$", given("thrust", "1 kN"), "thrust", "exhaust"),
    ("missiles/48n6e.toml", FUZE, given("reliability_fuze", 1.2), "reliability_fuze", "at most 1"),
    ("radars/30n6e.toml", r"^range_min = .*$", given("range_min", "900 km"), "range_min", "instrumented_range"),
    ("radars/64n6e.toml", r"^false_plots = .*$", given("false_plots", 1121), "false_plots", "1120 a scan"),
    ("radars/9s19m2.toml", r"^false_plots = .*$", given("false_plots", 150), "false_plots", "one look a scan"),
    ("radars/30n6e.toml", r"^range_min = .*$", WITHOUT_REASON, "range_min", "reason"),
    ("radars/30n6e.toml", r"^range_min = .*$", WITHOUT_SOURCE, "range_min", "source"),
    ("radars/30n6e.toml", r"^range_min = .*$", OUTSIDE, "range_min", "outside its spread"),
    ("units/s-300pmu1.toml", r'missile = "48n6e"', 'missile = "48n6f"', "launchers[0].missile", '"48n6e"'),
    ("units/s-300pmu1.toml", r'radar = "76n6"', 'radar = "76n7"', "radars[1].radar", '"76n6"'),
    ("units/s-300pmu1.toml", r'radar = "30n6e"', 'radar = "36d6"', "radars", "engagement"),
    ("units/s-300v4.toml", r"^targets_max = .*$", given("targets_max", 6.5), "targets_max", "whole"),
    ("units/s-300pmu1.toml", r'channel_owner = "radar"', 'channel_owner = "launcher"', "channel_owner", "illuminator"),
    ("targets/fighter.toml", r"^swerling = .*$", given("swerling", 7), "swerling", "0, 1, 2, 3"),
    ("targets/ballistic-short-range.toml", r"^boost_time = .*$", "", "boost_time", "missing"),
    ("doctrines/default.toml", r"^\[iff.no_reply\]", "[iff.silence]", "", "no_reply"),
    ("missiles/48n6e.toml", FUZE, given("reliability_fuze", 0), "reliability_fuze", "above zero"),
    ("missiles/48n6e.toml", FUZE, "", "reliability_fuze", "missing"),
    ("missiles/48n6e.toml", r"^common_cause", "reliability = 0.9\ncommon_cause", "reliability", "not a key"),
    ("missiles/48n6e.toml", r"^common_cause = .*$", given("common_cause", -0.1), "common_cause", "negative"),
    ("missiles/48n6e.toml", r"^fuze_range = .*$", given("fuze_range", "20 m"), "lethal_radius", "fuze_range"),
    ("missiles/48n6e.toml", r"^launch_mass = .*$", given("launch_mass", "0 kg"), "launch_mass", "above zero"),
    ("missiles/48n6e.toml", r"^launch_mass = .*$", given("launch_mass", "-5 kg"), "launch_mass", "negative"),
    ("missiles/48n6e.toml", r"^launch_mass = .*$", given("launch_mass", "26 t"), "thrust", "cannot leave the ground"),
    ("missiles/48n6e.toml", r"^propellant_mass = .*$", given("propellant_mass", "1800 kg"), "propellant_mass", "leave"),
    ("missiles/48n6e.toml", r"^dropped_mass = .*$", given("dropped_mass", "650 kg"), "propellant_mass", '"650 kg" of'),
    ("missiles/48n6e.toml", r"^catapult_height = .*$", given("catapult_height", "1 m"), "ignition_delay", "0.90 s"),
    ("missiles/48n6e.toml", r"^ignition_delay = .*$", given("ignition_delay", "4.6 s"), "ignition_delay", "4.52 s"),
    ("missiles/48n6e.toml", r"^self_destruct_time = .*$", given("self_destruct_time", "13 s"), "burn_time", "13.25 s"),
    ("missiles/48n6e.toml", r"^thrust_split = .*$", given("thrust_split", 1), "thrust_split", "below 1"),
    ("missiles/48n6e.toml", r"^thrust_split = .*$", given("thrust_split", 0), "thrust_split", "above zero"),
    ("missiles/48n6e.toml", r"^thrust_split = .*$", given("thrust_split", 1.5), "thrust_split", "at most 1"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "pattern", "replacement", "key", "said"), BAD)
def test_a_bad_file_is_told_with_file_line_and_key(
    tmp_path: Path, file: str, pattern: str, replacement: str, key: str, said: str
) -> None:
    path = overlay(tmp_path, file, pattern, replacement)
    with pytest.raises(InputError) as caught:
        getattr(load(tmp_path), path.parent.name)[path.stem]
    error = caught.value
    assert error.file == str(path)
    assert error.key == key
    assert said in error.message
    assert str(error).startswith(str(path))
    if error.line is not None and key and "missing" not in said:
        assert key.rpartition(".")[2].partition("[")[0] in path.read_text().splitlines()[error.line - 1]


@pytest.mark.parametrize("case", [0, 1, 5, 15])
def test_the_line_is_the_one_that_was_changed(tmp_path: Path, case: int) -> None:
    file, pattern, replacement, _, _ = BAD[case]
    path = overlay(tmp_path, file, pattern, replacement)
    with pytest.raises(InputError) as caught:
        getattr(load(tmp_path), path.parent.name)[path.stem]
    lines = path.read_text().splitlines()
    assert replacement.split("\n", maxsplit=1)[0] in lines[(caught.value.line or 0) - 1]


def test_the_first_error_counts_the_others(tmp_path: Path) -> None:
    path = overlay(tmp_path, "missiles/48n6e.toml", r"^thrust", "colour = 1\ntaste = 2\nthrust")
    with pytest.raises(InputError, match=r"and 1 more error in this file"):
        load(tmp_path).missiles[path.stem]


def test_an_unknown_name_lists_the_allowed_and_suggests() -> None:
    with pytest.raises(UnknownName, match=r'did you mean "48n6e"\?.*allowed: 48n6e, 48n6e2, 5v55r') as caught:
        load().missiles["48n6"]
    assert isinstance(caught.value, InputError)
    assert load().missiles.get("48n6") is None


def test_a_place_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "places.toml").write_text(HOME * 2)
    with pytest.raises(InputError, match="twice") as caught:
        load(tmp_path)
    assert (caught.value.key, caught.value.line) == ("place[1].name", 9)


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_a_folder_without_a_catalog_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="catalog"):
        load(tmp_path / name)


def test_locate_finds_keys_of_nested_tables() -> None:
    text = 'a = 1\n[b.c]\nd.e = 2\n[[raids]]\nspeed = 1\n[[raids]]\n# x\nspeed = 2\n[[raids.legs]]\n"to x" = 3\n'
    assert locate(text, ("a",)) == 1
    assert locate(text, ("b", "c", "d", "e")) == 3
    assert locate(text, ("raids", 1, "speed")) == 8
    assert locate(text, ("raids", 1, "legs", 0, "to x")) == 10
    assert locate(text, ("raids", 0, "height")) == 4
    assert locate(text, ("nothing",)) is None
