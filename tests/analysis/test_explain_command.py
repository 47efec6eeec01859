"""``openiads explain`` from outside."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from matplotlib.image import imread

from openiads import _jit
from openiads.cli import main as command
from openiads.record.store import save
from openiads.scenario.schema import LIMITS_TO_LIFT
from tests.record import synthetic
from tests.support import held, runs


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record made by hand, as a folder."""
    return save(synthetic.record(), tmp_path_factory.mktemp("runs") / "synthetic")


def call(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(_jit, "is_cold", lambda: False)
    monkeypatch.setattr(sys, "argv", ["openiads", "explain", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        command.main()
    return int(left.value.code or 0)


def test_all_threats(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(monkeypatch, folder, "--no-counterfactual") == 0
    page = capsys.readouterr().out
    assert "simulated" in page
    assert "No counterfactual: not asked for." in page
    line = next(line for line in page.splitlines() if line.startswith("kalibr-4"))
    assert "leaked" in line
    assert "no channel" in line
    assert "ME-204" not in page


def test_one_target(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(monkeypatch, folder, "kalibr-1", "--no-counterfactual") == 0
    page = capsys.readouterr().out
    assert "kalibr-1 (sea-skimming-missile) was killed at 03:52" in page
    assert "first plot, by tartus-search" in page
    assert "killed by round 1" in page


def test_json_is_one_object(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(monkeypatch, folder, "kalibr-1", "--json", "--no-counterfactual") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["simulated"] is True
    assert [one["target"] for one in said["targets"]] == ["kalibr-1"]


def test_an_unknown_target_exits_with_2(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, folder, "kalibr") == 2
    said = capsys.readouterr()
    assert 'did you mean "kalibr-1"' in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_no_record_exits_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, tmp_path) == 2
    assert "is no record of a run" in capsys.readouterr().err


def test_the_picture(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "why.png"
    assert call(monkeypatch, folder, "kalibr-4", "--plot", path, "--no-counterfactual") == 0
    assert imread(path).std() > 0.05
    assert str(path) in capsys.readouterr().out.replace("\n", "")
    assert call(monkeypatch, folder, "--plot", tmp_path / "why.txt") == 2


@pytest.mark.parametrize("name", ["channels", "rule"])
def test_held_by_stands_on_the_page(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = save(held.record(name), tmp_path / "run")
    assert call(monkeypatch, run, "--catalog", held.catalog()) == 0
    page = capsys.readouterr().out
    assert "held by" in page
    assert any("leaked" in line and name in line for line in page.splitlines())
    assert "one rerun of the same seed" in page
    said_of = next(line.split()[0] for line in page.splitlines() if "leaked" in line and name in line)
    assert call(monkeypatch, run, said_of, "--catalog", held.catalog()) == 0
    page = capsys.readouterr().out
    assert f"Held by: {name}" in page
    assert all(limit in page for limit in LIMITS_TO_LIFT)


def test_a_saved_run_is_rerun_from_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = save(runs.record("first"), tmp_path / "run")
    assert call(monkeypatch, run, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["counterfactual"] is True, said["refused"]
    assert said["digests"][""] == said["digest"]
