"""One source, three ways to run it: compiled, as plain Python, and compiled with bounds checks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from openiads.record.record import digest
from tests.support import elsewhere, runs

PLAIN = {"NUMBA_DISABLE_JIT": "1"}
CHECKED = {"NUMBA_BOUNDSCHECK": "1"}
RELATIVE = 1e-9
UNKNOWN_M = 1e7  # an impact less certain than that is anywhere: its spread is a quotient by what rounds to zero
RAID_MINUTE = ('duration="60 s"', 'record="full"')


def differences(ours: np.ndarray, theirs: np.ndarray) -> list[str]:
    """Fields of two tables that differ: integers at all, floats by more than one part in a thousand million."""
    if len(ours) != len(theirs):
        return [f"{len(ours)} rows against {len(theirs)}"]
    found = []
    for field in ours.dtype.names or ():
        one, other = ours[field], theirs[field]
        if one.dtype.kind != "f":
            if not np.array_equal(one, other):
                found.append(f"{field} in row {int(np.argmax((one != other).reshape(len(one), -1).any(1)))}")
            continue
        relative = RELATIVE if one.dtype.itemsize == 8 else 1e-6
        largest = float(np.abs(one).max()) if one.size else 0.0
        if not np.allclose(one, other, rtol=relative, atol=relative * largest, equal_nan=True):
            found.append(f"{field} by {float(np.abs(one - other).max()):.3g}")
    return found


def without_unknown_impacts(ranking: np.ndarray) -> np.ndarray:
    """The rows with the spread taken out of impacts that nobody knows (a track that would graze the ground)."""
    kept = ranking.copy()
    unknown = kept["impact_sigma_major_m"] > UNKNOWN_M
    assert unknown.mean() < 0.01
    for field in ("impact_sigma_major_m", "impact_sigma_minor_m", "impact_azimuth_rad"):
        kept[field][unknown] = 0.0
    return kept


def compare(folder: Path, settings: dict[str, str], until_s: float, name: str, *overrides: str) -> None:
    """Every table of the run in another Python against the compiled one here."""
    session = runs.session(name, *overrides)
    session.advance(until_s)
    ours = session.record().tables
    theirs = elsewhere.run_job("tables", folder, settings, until_s, name, *overrides)
    assert len(ours["events"]) > 3
    ours, theirs = ({**tables, "ranking": without_unknown_impacts(tables["ranking"])} for tables in (ours, theirs))
    wrong = {table: differences(ours[table], theirs[table]) for table in ours}
    assert not any(wrong.values()), {table: found for table, found in wrong.items() if found}


def test_first_runs_the_same_as_plain_python(tmp_path: Path) -> None:
    """The whole of it: detection, tracks, identity, launches, fly-out and kills."""
    compare(tmp_path, PLAIN, 480.0, "first")


def test_a_raid_runs_the_same_as_plain_python(tmp_path: Path) -> None:
    """Closed routes, rotating and sector radars, many tracks at once."""
    compare(tmp_path, PLAIN, 60.0, "raid_10", *RAID_MINUTE)


@pytest.mark.full
def test_tartus_runs_the_same_as_plain_python(tmp_path: Path) -> None:
    compare(tmp_path, PLAIN, runs.session("tartus").duration_s, "tartus")


@pytest.mark.full
@pytest.mark.parametrize("name", ["first", "tartus"])
def test_nothing_is_read_out_of_bounds(tmp_path: Path, name: str) -> None:
    compare(tmp_path, CHECKED, runs.session(name).duration_s, name)


def test_the_bounds_check_can_catch(tmp_path: Path) -> None:
    """A warm cache of unchecked code would make that pass worthless."""
    assert elsewhere.run_job("out_of_range", tmp_path, CHECKED, 1.0) == "IndexError"
    assert elsewhere.run_job("out_of_range", tmp_path, {}, 1.0) == "nothing"


def test_a_difference_in_any_field_is_seen() -> None:
    events = runs.record("first").tables["events"]
    for field in events.dtype.names or ():
        other = events.copy()
        other[field][len(other) // 2] += 1
        assert differences(events, other), field
    assert differences(events, events[:-1])
    assert not differences(events, events.copy())
    assert digest(events) == runs.record("first").digest
