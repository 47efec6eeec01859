"""``openiads run`` from outside, on a stand-in for the simulation."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import openiads
from openiads import _jit
from openiads.analysis.result import Result
from openiads.catalog.errors import InputError
from openiads.cli import main as command
from openiads.simulate import CapacityError
from tests.record import synthetic


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """What the command asked of the public functions, in a folder of its own."""
    seen: dict[str, Any] = {"runs": 0}

    def load(name: str, **options: Any) -> Any:
        seen.update(options, name=name)
        return SimpleNamespace(name="synthetic", seed=7)

    def run(scenario: Any, seed: int, progress: Any) -> Result:
        seen.update(seed=seed, runs=seen["runs"] + 1)
        if "crash" in seen:
            raise seen["crash"]
        return Result(synthetic.record())

    monkeypatch.setattr(openiads, "load", load, raising=False)
    monkeypatch.setattr(openiads, "run", run, raising=False)
    monkeypatch.setattr(_jit, "is_cold", lambda: False)
    monkeypatch.chdir(tmp_path)
    return seen


def call(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["openiads", *words])
    with pytest.raises(SystemExit) as left:
        command.main()
    return int(left.value.code or 0)


def test_page(asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(monkeypatch, "run", "synthetic", "--no-plot") == 0
    said = capsys.readouterr()
    for text in (
        "simulated",
        "sea-skimming-missile",
        "airliner",
        "naval base",
        "every target channel was busy",
        "61% are game",
    ):
        assert text in said.out
    assert str(Path("runs/synthetic-seed7")) in said.out
    assert said.err == ""
    assert not (Path("runs/synthetic-seed7") / "overview.png").exists()


def test_json_is_one_object_and_nothing_else(
    asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["run", "x", "--json", "--no-plot", "--seed", "9", "--unit", "s-300v4", "--set", "a.b=1", "--set", "c=2"]
    assert call(monkeypatch, *words, "--events-only", "--out", "here") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["folder"] == "here"
    assert said["digest"] == Result.open("here").digest
    assert said["summary"]["total"]["killed"] == 2
    assert (asked["seed"], asked["unit"]) == (9, "s-300v4")
    assert asked["overrides"] == ["a.b=1", "c=2", 'record="events"']


@pytest.mark.parametrize("level", ["low", "mid", "high", "drawn"])
def test_the_level_of_the_kill_figures_is_an_override_and_comes_last(
    level: str, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(monkeypatch, "run", "x", "--pk", level, "--set", "pk=mid", "--no-plot", "--json") == 0
    assert asked["overrides"] == ["pk=mid", f'pk="{level}"']


@pytest.mark.parametrize("level", ["medium", "LOW", "0.7", ""])
def test_an_unknown_level_is_refused_in_one_sentence(
    level: str, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "run", "x", "--pk", level) == 2
    said = capsys.readouterr()
    assert f'read "{level}", expected low, mid, high or drawn' in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert said.out == ""
    assert asked["runs"] == 0
    assert not Path("runs").exists()


def test_default_folders_count_up(asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        assert call(monkeypatch, "run", "synthetic", "--no-plot") == 0
    assert sorted(path.name for path in Path("runs").iterdir()) == [
        "synthetic-seed7",
        "synthetic-seed7-2",
        "synthetic-seed7-3",
    ]


def test_an_existing_folder_is_refused_before_the_run(
    asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("taken").mkdir()
    assert call(monkeypatch, "run", "synthetic", "--out", "taken") == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n"), asked["runs"]) == ("", 1, 0)
    assert said.err.startswith("openiads: taken: exists already")


@pytest.mark.parametrize(
    ("crash", "status", "start"),
    [
        (KeyboardInterrupt(), 130, "openiads: stopped by Ctrl-C"),
        (InputError("a.toml", "read 3", "raids", 4), 2, "openiads: a.toml:4: raids: read 3"),
        (CapacityError("the tracks table is full"), 2, "openiads: synthetic: the tracks table is full"),
        (RuntimeError("two\nlines"), 1, "openiads: this is a defect, please report it: RuntimeError: two lines"),
    ],
)
def test_failures(
    asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    crash: BaseException, status: int, start: str,
) -> None:  # fmt: skip
    asked["crash"] = crash
    monkeypatch.delenv("OPENIADS_DEBUG", raising=False)
    assert call(monkeypatch, "run", "synthetic") == status
    said = capsys.readouterr().err
    assert said.startswith(start)
    assert said.count("\n") == 1
    assert not Path("runs").exists()


def test_debug_shows_the_traceback(asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    asked["crash"] = RuntimeError("deep")
    monkeypatch.setenv("OPENIADS_DEBUG", "1")
    monkeypatch.setattr(sys, "argv", ["openiads", "run", "synthetic"])
    with pytest.raises(RuntimeError, match="deep"):
        command.main()


def test_compiling_is_announced(
    asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_jit, "is_cold", lambda: True)
    assert call(monkeypatch, "run", "synthetic", "--json", "--no-plot") == 0
    said = capsys.readouterr()
    assert "compiling the kernels once" in said.err
    json.loads(said.out)


def test_help_imports_nothing_heavy() -> None:
    code = """
import sys
sys.argv = ["openiads", "--help"]
from openiads.cli.main import main
try:
    main()
except SystemExit:
    pass
heavy = {"numba", "numpy", "pydantic", "duckdb", "matplotlib", "fastapi"} & set(sys.modules)
print("heavy:", sorted(heavy))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("heavy: []")
    for verb in ("run", "coverage", "list", "catalog", "validate", "schema", "new"):
        assert f" {verb} " in done.stdout
