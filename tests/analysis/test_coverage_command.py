"""``openiads coverage`` from outside."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from openiads.analysis import coverage_map
from openiads.catalog.errors import InputError
from openiads.cli import main as command
from openiads.export import geojson, grid
from openiads.record.store import new_folder

FILES = {"coverage.geojson", "coverage.kml", "coverage.npz", "coverage.tif", "coverage.json"}
PICTURES = {"coverage-detection.png", "coverage-engagement.png", "coverage-cut.png"}


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def call(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["openiads", "coverage", *words])
    with pytest.raises(SystemExit) as left:
        command.main()
    return int(left.value.code or 0)


def test_a_page_and_a_folder(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(monkeypatch, "tartus", "--altitude", "100m", "--altitude", "10km", "--per-radar") == 0
    said = capsys.readouterr().out
    for text in ("Simulated coverage", "near Tartus", "v4.detection", "v4.engagement", "Lebanon", "digest", "GLOBE"):
        assert text in said
    assert max(len(line) for line in said.splitlines()) <= 160
    folder = Path("maps/tartus")
    radars = {f"coverage-v4.{radar}.png" for radar in ("9s15m2", "9s19m2", "9s32m")}
    assert {path.name for path in folder.iterdir()} == FILES | PICTURES | radars
    for name in PICTURES | radars:
        assert (folder / name).read_bytes().startswith(b"\x89PNG")
        assert b"Simulated coverage" in (folder / name).read_bytes()
    told = json.loads((folder / "coverage.json").read_text(encoding="utf-8"))
    assert told["asked"]["altitudes"] == ["100 m", "10 km"]


def test_json_is_one_object_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--json", "--no-plot", "--altitude", "1km", "--rcs", "0.1m2", "--pd", "0.8", "--swerling", "0")
    assert call(monkeypatch, "first", *words, "--speed", "100 m/s", "--out", "here") == 0
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert told == json.loads(Path("here/coverage.json").read_text(encoding="utf-8"))
    assert told["folder"] == "here"
    assert told["asked"]["rcs_m2"] == 0.1
    assert {row["kind"] for row in told["rows"]} >= {"detection", "engagement"}
    assert {path.name for path in Path("here").iterdir()} == FILES
    assert "Traceback" not in said.err


def test_folders_count_up_and_are_never_overwritten(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("first", "--no-plot", "--altitude", "1km")
    assert call(monkeypatch, *words) == 0
    assert call(monkeypatch, *words) == 0
    assert sorted(path.name for path in Path("maps").iterdir()) == ["first", "first-2"]
    capsys.readouterr()
    assert call(monkeypatch, *words, "--out", "maps/first") == 2
    assert capsys.readouterr().err.startswith("openiads: maps/first: exists already")


def test_another_unit_and_another_ground(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--no-plot", "--altitude", "100m", "--unit", "s-300pmu1", "--set", 'environment.terrain="sea_level"')
    assert call(monkeypatch, "tartus", *words, "--out", "flat") == 0
    said = capsys.readouterr().out
    assert "v4.64n6e" in said
    assert "The ground is sea level everywhere" in said


def test_without_rasterio_one_sentence_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(grid, "has_rasterio", lambda: False)
    assert call(monkeypatch, "first", "--no-plot", "--altitude", "1km", "--out", "bare") == 0
    assert {path.name for path in Path("bare").iterdir()} == FILES - {"coverage.tif"}
    assert "openiads[geo]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--rcs", "-1m2"), "must be above zero"),
        (("--altitude", "81km"), "from 0 m to 80 km"),
        (("--altitude", "-1m"), "from 0 m to 80 km"),
        (("--pd", "0"), "above 0 and below 1"),
        (("--pd", "abc"), 'read "abc", expected a chance'),
        (("--swerling", "x"), 'read "x", expected a case'),
        (("--out", "a" * 300), "cannot be made"),
        (("--unit", "s-400"), "no unit of the catalog"),
        (("--azimuth", "400"), "from 0 to 360"),
        (("--azimuth", "west"), "degrees from north"),
        (("--jam-at", "9 h"), "the scenario runs from"),
        (("--dem", "none.tif"), "none.tif"),
        (("--out", "file/inside"), "is a file"),
        (("--set", "environment.sea_state=9"), "environment.sea_state"),
    ],
)
def test_bad_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    Path("file").touch()
    assert call(monkeypatch, "tartus", *words) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert said in seen.err
    assert seen.err.strip().count("\n") == 0
    assert [path.name for path in Path().iterdir()] == ["file"], "nothing is written"


def test_a_folder_that_another_run_takes_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    write = geojson.write

    def slowly(path: Path, *others: Any) -> Path:
        Path("maps/first").mkdir(exist_ok=True)
        return write(path, *others)

    monkeypatch.setattr(geojson, "write", slowly)
    assert call(monkeypatch, "first", "--no-plot", "--altitude", "1km") == 0
    assert sorted(path.name for path in Path("maps").iterdir()) == ["first", "first-2"]
    assert list(Path("maps/first").iterdir()) == []
    assert json.loads(Path("maps/first-2/coverage.json").read_text(encoding="utf-8"))["folder"] == "maps/first-2"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_sentence() -> None:
    words = [sys.executable, "-m", "openiads.cli.main", "coverage", "first", "--no-plot", "--altitude", "1km", "--json"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("openiads: standard output: cannot be written")
    assert "defect" not in done.stderr


def test_the_built_in_ground_has_nothing_to_fill(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "first", "--no-plot", "--altitude", "1km", "--fill-voids") == 0
    assert "the built-in terrain has no voids" in capsys.readouterr().out


def test_ctrl_c_leaves_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(coverage_map, "draw_maps", stop)
    assert call(monkeypatch, "first", "--altitude", "1km", "--out", "runs/half") == 130
    assert "stopped by Ctrl-C" in capsys.readouterr().err
    assert list(Path("runs").iterdir()) == []


def test_a_folder_that_appears_meanwhile_is_kept() -> None:
    writing = new_folder("taken")
    (writing.__enter__() / "a").touch()
    Path("taken").mkdir()
    with pytest.raises(InputError, match="exists already"):
        writing.__exit__(None, None, None)
    assert list(Path("taken").iterdir()) == []
    assert [path.name for path in Path().iterdir()] == ["taken"]


def test_help_names_the_options(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert call(monkeypatch, "--help") == 0
    said = capsys.readouterr().out
    for option in ("--altitude", "--rcs", "--pd", "--azimuth", "--jam-at", "--dem", "--fill-voids", "--json"):
        assert option in said
