"""``openiads calibrate`` prints, writes whole files or none, and says what it cannot do before it starts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openiads.catalog.errors import InputError
from openiads.catalog.loader import BUILT_IN, load
from openiads.cli.calibrate import calibrate

FILE = BUILT_IN / "missiles/48n6e.toml"


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """A user's folder with a 48N6E of another drag, with comments and odd spaces of its own."""
    folder = tmp_path / "mine"
    (folder / "missiles").mkdir(parents=True)
    text = FILE.read_text().replace("\ninduced_drag", "  # mine\n\n#  \ninduced_drag", 1)
    (folder / "missiles/48n6e.toml").write_text(text)
    return folder


def test_it_prints_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = FILE.read_bytes()
    calibrate("48N6E", None, False, False, None)
    shown = capsys.readouterr().out
    for expected in ("drag_scale", "from the data", "held out", "range_max", "Decided by the prior", "singular values"):
        assert expected in shown
    assert "written" not in shown
    assert FILE.read_bytes() == before


def test_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    calibrate("48n6e", None, False, True, None)
    said = json.loads(capsys.readouterr().out)
    assert said["missile"] == "48n6e"
    assert {part["name"] for part in said["parameters"]} == {"thrust_split", "drag_scale", "loft_angle"}
    assert len(said["speeds"]) == len(said["singular_values"]) == 2
    assert {row["what"] for row in said["held_out"]} >= {"range_max", "range_min", "altitude_max", "altitude_min"}
    assert said["written"] is None


def test_in_place_writes_the_users_own_file_and_twice_the_same(overlay: Path) -> None:
    built_in, path = FILE.read_bytes(), overlay / "missiles/48n6e.toml"
    before = path.read_text().splitlines()
    calibrate("48n6e", None, True, False, overlay)
    once = path.read_text()
    kept = [old for old, new in zip(before, once.splitlines(), strict=True) if old == new]
    assert len(kept) >= len(before) - 3
    drag = load(overlay).missiles["48n6e"].drag_scale
    line = next(line for line in once.splitlines() if line.startswith("drag_scale"))
    assert line.endswith("  # mine")
    path.write_text(
        once.replace(f"drag_scale = {{ value = {drag.shown},", f"drag_scale = {{ value = {drag.shown_low},")
    )
    assert path.read_text() != once
    calibrate("48n6e", None, True, False, overlay)
    assert path.read_text() == once
    assert FILE.read_bytes() == built_in


def test_in_place_adds_a_built_in_missile_to_the_users_folder(overlay: Path) -> None:
    calibrate("9m83m", None, True, False, overlay)
    assert (overlay / "missiles/9m83m.toml").is_file()
    assert load(overlay).missiles["9m83m"].drag_scale.source == "openiads calibrate"


def test_write_makes_a_new_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "fitted.toml"
    calibrate("48n6e", out, False, False, None)
    assert str(out) in capsys.readouterr().out
    assert "openiads calibrate" in out.read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["fitted.toml"]
    with pytest.raises(InputError, match="exists already"):
        calibrate("48n6e", out, False, False, None)


def test_wrong_options_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="exclude"):
        calibrate("48n6e", tmp_path / "x.toml", True, False, None)
    with pytest.raises(InputError, match=r"\.toml"):
        calibrate("48n6e", tmp_path / "x.txt", False, False, None)
    with pytest.raises(InputError, match="no folder"):
        calibrate("48n6e", tmp_path / "none" / "x.toml", False, False, None)
    with pytest.raises(InputError, match="did you mean"):
        calibrate("48n6f", None, False, False, None)
