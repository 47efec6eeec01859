"""The layers of pyproject.toml hold, and the net that holds them can catch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from openiads import _jit
from tests.support.runs import ROOT
from tests.support.sources import COMPILED, PACKAGE


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    environment = os.environ | {"PYTHONPATH": str(folder / "src"), "PYTHONWARNINGS": "ignore"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_layers_hold() -> None:
    done = _lint(ROOT)
    assert done.returncode == 0, f"move the import, or argue in pyproject.toml [tool.importlinter]:\n{done.stdout}"
    assert "0 broken" in done.stdout


def test_an_import_against_the_direction_is_caught(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "src/openiads", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    law = tmp_path / "src/openiads/physics/radar.py"
    law.write_text(law.read_text(encoding="utf-8") + "\nfrom openiads.engine import step  # noqa\n", encoding="utf-8")
    done = _lint(tmp_path)
    assert done.returncode != 0
    assert "openiads.physics.radar -> openiads.engine" in done.stdout


def test_what_the_cache_leaves_out_compiles_nothing() -> None:
    """Its folders do not enter the name of the kernels' cache, so that a kernel there could run stale code."""
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).parts[0] in _jit.UNCOMPILED:
            marks = [f"@{mark}" for mark in COMPILED if f"@{mark}" in path.read_text(encoding="utf-8")]
            assert not marks, f"{path}: kernels belong to world or below"
