"""A stage says what it reads and writes, and keeps to it; World never changes."""

from __future__ import annotations

import hashlib
import inspect
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from openiads.world import tables as definitions
from openiads.world.state import STATE_DTYPES, WORLD_DTYPES, State, World
from tests.support import contracts, drive, elsewhere, runs

STAGES = drive.stages()
PLAIN = {"NUMBA_DISABLE_JIT": "1"}


def _file(stage: drive.Stage) -> str:
    return f"src/openiads/engine/{stage.module}.py"


def test_there_are_ten_stages_in_the_order_of_the_kill_chain() -> None:
    wanted = "motion sensing tracking identification evaluation assignment launch flyout endgame assessment"
    assert [stage.module for stage in STAGES] == wanted.split()


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.module)
def test_each_table_of_a_stage_is_read_or_written_by_its_docstring(stage: drive.Stage) -> None:
    said = Counter(contracts.named(stage, "Reads")) + Counter(contracts.named(stage, "Writes"))
    taken = [name for name in stage.parameters if name not in contracts.NOT_TABLES]
    missing = [name for name in taken if said[name] == 0]
    twice = [name for name, times in said.items() if times > 1]
    unknown = [name for name in said if name not in taken]
    where = f"{_file(stage)}, docstring of {stage.function}"
    assert not missing, f"{where}: in neither list {missing}"
    assert not twice, f"{where}: more than once {twice}"
    assert not unknown, f"{where}: no parameter {unknown}"


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.module)
def test_a_stage_writes_no_table_of_the_world(stage: drive.Stage) -> None:
    wrong = contracts.written_tables(stage) & set(World._fields)
    assert not wrong, f"{_file(stage)} says that it writes {wrong}"


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.module)
def test_step_hands_each_table_to_the_parameter_of_its_name(stage: drive.Stage) -> None:
    assert stage.tables == stage.parameters, f"src/openiads/engine/step.py, call of {stage.module}.{stage.function}"


def _keep(folder: Path, name: str) -> None:
    """In plain Python, with every table read-only that the stage does not list under Writes."""
    refused = elsewhere.run_job("written", folder, PLAIN, runs.session(name).duration_s, name)
    assert not refused, f"list the table under Writes, or do not write it: {refused}"


def test_stages_keep_to_what_they_say(tmp_path: Path) -> None:
    _keep(tmp_path, "first")


@pytest.mark.full
def test_stages_keep_to_what_they_say_in_tartus(tmp_path: Path) -> None:
    """Everything happens there that hardly happens in the small one: leakers, losses, ships, jammers."""
    _keep(tmp_path, "tartus")


def test_a_stage_that_writes_what_it_reads_is_caught() -> None:
    """A row of a read-only table refuses scalars and vectors alike, in plain Python."""
    table = np.zeros(1, definitions.TRUTH)
    table.flags.writeable = False
    row = table.view(np.recarray)[0] if not isinstance(table[0], np.record) else table[0]
    with pytest.raises(ValueError, match="read-only"):
        row.alive = 1
    with pytest.raises(ValueError, match="read-only"):
        row.pos_ecef_m[0] = 1.0


def _hashes(tables: Iterable[tuple[str, np.ndarray]]) -> dict[str, str]:
    return {name: hashlib.sha256(table.tobytes()).hexdigest() for name, table in tables}


@pytest.mark.parametrize("name", ["first", "tartus"])
def test_the_world_is_the_same_after_a_run(name: str) -> None:
    """Compiled kernels can write through a read-only flag, so every byte is compared."""
    built = runs.built(name)
    before = _hashes(built.world._asdict().items())
    template = _hashes(built.state._asdict().items())
    session = runs.session(name)
    session.advance(session.duration_s)
    assert session.state.counts["event_serial"][0] > 0
    assert _hashes(built.world._asdict().items()) == before
    assert _hashes(built.state._asdict().items()) == template, "the template State of a build was written"
    assert all(not table.flags.writeable for table in built.world)


def test_every_table_has_a_dtype_and_the_other_way_round() -> None:
    assert set(WORLD_DTYPES) == set(World._fields)
    assert set(STATE_DTYPES) == set(State._fields)
    built = runs.built("first")
    for name, table in {**built.world._asdict(), **built.state._asdict()}.items():
        assert table.dtype == {**WORLD_DTYPES, **STATE_DTYPES}[name], name


def test_no_field_hides_behind_a_method_of_numpy() -> None:
    """``row.repeat`` of a plain-Python row is numpy's method, not the field: compiled and plain runs would differ."""
    hidden = {
        f"{name}.{field}"
        for name, dtype in vars(definitions).items()
        if isinstance(dtype, np.dtype) and dtype.names
        for field in dtype.names
        if hasattr(np.record, field)
    }
    assert not hidden, f"rename these fields in src/openiads/world/tables.py: {sorted(hidden)}"


def test_stage_functions_return_their_due_tick_or_nothing() -> None:
    for stage in STAGES:
        returned = inspect.signature(stage.source).return_annotation
        assert returned in ("int", "None", int, None), _file(stage)
