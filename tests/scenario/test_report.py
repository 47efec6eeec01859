"""What the command line prints: validity, the list, the JSON Schema, and a scenario to start from."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from openiads.catalog import loader
from openiads.catalog.errors import InputError
from openiads.cli.listing import list_scenarios
from openiads.cli.new import new
from openiads.cli.schema import schema
from openiads.cli.validate import validate
from openiads.scenario import report, starter
from openiads.scenario.load import builtin_names, load, restore, toml_of


def test_validate_prints_what_there_is_and_the_ground(capsys: pytest.CaptureFixture[str]) -> None:
    validate("tartus")
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("tartus.toml: valid, 1 unit, 37 targets, 25 min")
    assert second.startswith("terrain: NOAA GLOBE 1.0")
    assert second.endswith("the ground is taken as sea level")


def test_validate_prints_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    validate("first", as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert (said["valid"], said["units"], said["targets"], said["duration_s"]) == (True, 1, 3, 480.0)
    assert len(said["terrain"]["digest"]) == 64


def test_listing(capsys: pytest.CaptureFixture[str]) -> None:
    list_scenarios()
    assert re.search(r"^tartus +Mixed raid", capsys.readouterr().out, re.MULTILINE)
    list_scenarios(as_json=True)
    rows = json.loads(capsys.readouterr().out)["scenarios"]
    assert [row["name"] for row in rows] == list(builtin_names())


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value


@pytest.mark.parametrize("name", builtin_names())
def test_the_json_schema_accepts_the_built_in_scenarios(name: str) -> None:
    content = json.loads(report.json_schema())
    validator = jsonschema.Draft202012Validator(content)
    validator.check_schema(content)
    file = loader.BUILT_IN / "scenarios" / f"{name}.toml"
    validator.validate(_as_json(tomllib.loads(file.read_text(encoding="utf-8"))))
    validator.validate(json.loads(toml_of(load(name))))


def test_the_json_schema_refuses_what_the_models_refuse() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(report.json_schema()))
    content = json.loads(toml_of(load("first")))
    for key, value in (("duration", 5), ("seed", -1), ("colour", "red"), ("record", "all"), ("units", [])):
        assert not validator.is_valid(content | {key: value})


def test_defaults_of_the_json_schema_are_text_that_loads() -> None:
    content = json.loads(report.json_schema())
    assert content["$defs"]["UnitSite"]["properties"]["altitude"]["default"] == "0 m agl"
    assert content["$defs"]["Jammer"]["properties"]["gain"]["default"] == "10 dB"
    assert "class" in content["$defs"]["Raid"]["properties"]
    assert "is" in content["$defs"]["RelationRow"]["properties"]


def test_schema_goes_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema(tmp_path / "schema.json")
    capsys.readouterr()
    schema()
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == capsys.readouterr().out


SITES = ["34.9N,35.87E", "33.9 N, 36.0 E", "60 S, 12 E"]
SITES += ["10.5 N, 179.9 E", "0 N, 179.99 W", "90 N, 0 E", "89.99 S, 3 W", "tartus"]


@pytest.mark.parametrize("site", SITES)
def test_a_new_scenario_is_valid_anywhere_on_earth(site: str, tmp_path: Path) -> None:
    out = tmp_path / "mine.toml"
    new(site, unit="s-300ps", name="mine", out=out)
    scenario = load(out)
    assert scenario.name == "mine"
    assert restore(toml_of(scenario)).file == scenario.file


def test_a_new_scenario_goes_to_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    new("tartus")
    assert tomllib.loads(capsys.readouterr().out)["units"][0]["unit"] == "s-300pmu1"


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "mine.toml"
    out.write_text("keep me")
    with pytest.raises(InputError, match="is not overwritten"):
        new("tartus", out=out)
    assert out.read_text() == "keep me"
    with pytest.raises(InputError, match="cannot be written"):
        new("tartus", out=tmp_path / "no" / "folder.toml")


@pytest.mark.parametrize(("key", "value"), [("at", "nowhere"), ("unit", "s-400"), ("name", 'a"b'), ("name", "")])
def test_a_wrong_starting_point_is_refused(key: str, value: str) -> None:
    given = {"at": "tartus", "unit": "s-300ps", "name": "mine"} | {key: value}
    with pytest.raises(InputError, match="read "):
        starter.starter(given["at"], unit=given["unit"], name=given["name"])
