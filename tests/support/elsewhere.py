"""Jobs in a Python of their own, under other numba settings."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import openiads
from openiads.scenario.load import toml_of
from tests.support import runs


def run_job(
    job: str, folder: Path, settings: dict[str, str], until_s: float, name: str = "first", *overrides: str
) -> Any:
    """The answer of a job of ``pure_run`` on a scenario that is built here."""
    given = {
        "text": toml_of(runs.scenario(name, *overrides)), "built": runs.built(name, *overrides), "until_s": until_s,
        "catalog": runs.catalog_of(name),
    }  # fmt: skip
    return answer(given, folder, settings, "tests.support.pure_run", job)


def answer(given: Any, folder: Path, settings: dict[str, str], *module: str) -> Any:
    """What a module makes of something, in a Python of its own: both go through pickles in the folder."""
    source, target = folder / "in.pickle", folder / "out.pickle"
    source.write_bytes(pickle.dumps(given))
    paths = [str(Path(openiads.__file__).parents[1]), str(runs.ROOT)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("NUMBA_")}
    environment |= settings | {"PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-m", *module, str(source), str(target)]
    done = subprocess.run(
        command, env=environment, cwd=runs.ROOT, capture_output=True, text=True, check=False, timeout=900
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return pickle.loads(target.read_bytes())
