"""Run by tests in a process of its own under NUMBA_DISABLE_JIT=1 or NUMBA_BOUNDSCHECK=1.

    python -m tests.support.pure_run JOB IN OUT

IN is a pickle of {scenario text, its catalog folder, Built, until_s}; OUT becomes a pickle of the job's answer.
"""

from __future__ import annotations

import pickle
import sys
import traceback
from pathlib import Path
from typing import Any

import numpy as np

from openiads.scenario.load import restore
from openiads.simulate import Session
from openiads.world.state import freeze


def _session(given: dict[str, Any]) -> Session:
    built = given["built"]
    freeze(built.world)
    return Session(restore(given["text"], catalog_dir=given["catalog"]), built=built)


def tables(given: dict[str, Any]) -> dict[str, np.ndarray[Any, Any]]:
    """The record of the run."""
    session = _session(given)
    session.advance(given["until_s"])
    return dict(session.record().tables)


def written(given: dict[str, Any]) -> dict[str, str]:
    """Run stage by stage with every table read-only that the stage does not say it writes; where that was refused.

    A stage that was refused once may write everything in the next attempt, so that all of them are found.
    """
    refusals: dict[str, str] = {}
    refused = _refusal(given, set())
    while refused is not None and refused[0] not in refusals:
        refusals[refused[0]] = refused[1]
        refused = _refusal(given, set(refusals))
    return refusals


def _refusal(given: dict[str, Any], excused: set[str]) -> tuple[str, str] | None:
    """Stage and place of the first write that was not announced."""
    from tests.support import contracts, drive

    session = _session(given)
    everything = session.state._asdict()
    now = ""

    def hook(moment: str, stage: drive.Stage) -> None:
        nonlocal now
        now = stage.module
        may = contracts.written_tables(stage)
        for name, table in everything.items():
            table.flags.writeable = moment == "after" or name in may or stage.module in excused

    try:
        drive.drive(session, given["until_s"], hook)
    except ValueError as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "openiads" in frame.filename]
        return now, f"{Path(frames[-1].filename).name}:{frames[-1].lineno} {frames[-1].line} ({error})"
    return None


def out_of_range(given: dict[str, Any]) -> str:
    """What reading past the end of a table does: the name of the error, or "nothing"."""
    from openiads.engine.rng import uniforms
    from tests.support.kernels import read_beyond

    clock = given["built"].state.clock
    uniforms(clock[0], 0, 0, 0, 0)
    try:
        read_beyond(clock, 10)
    except IndexError:
        return "IndexError"
    return "nothing"


JOBS = {"tables": tables, "written": written, "out_of_range": out_of_range}

if __name__ == "__main__":
    job, source, target = sys.argv[1:]
    Path(target).write_bytes(pickle.dumps(JOBS[job](pickle.loads(Path(source).read_bytes()))))
