"""The record on disk: whole or not at all, the same when it comes back, readable by others."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas
import pytest
from pyarrow import parquet

from openiads.catalog.errors import InputError
from openiads.record import store
from openiads.record.columns import DTYPES
from openiads.record.record import Record, digest
from tests.record import synthetic


@pytest.fixture(scope="module")
def record() -> Record:
    return synthetic.record()


@pytest.fixture
def folder(record: Record, tmp_path: Path) -> Path:
    return store.save(record, tmp_path / "deep" / "run")


def test_round_trip(record: Record, folder: Path) -> None:
    back = store.load(folder)
    assert back.digest == record.digest
    assert {name: digest(rows) for name, rows in back.tables.items()} == {
        name: digest(rows) for name, rows in record.tables.items()
    }
    assert [dict(row) for row in back.roster] == [dict(row) for row in record.roster]
    assert dict(back.manifest) == dict(record.manifest)
    assert back.events().fetchall() == record.events().fetchall()


def test_not_a_number_and_infinity_survive(tmp_path: Path) -> None:
    tracks = np.zeros(3, DTYPES["tracks"])
    tracks["pos_enu_m"][:, 0] = (np.nan, np.inf, -0.0)
    tracks["cov"][1] = np.float32(1.1)
    record = Record.of({"tracks": tracks}, [], synthetic.manifest())
    assert digest(store.load(store.save(record, tmp_path / "r")).tables["tracks"]) == digest(tracks)


def test_an_empty_record_round_trips(tmp_path: Path) -> None:
    record = Record.of({}, [], synthetic.manifest())
    assert store.load(store.save(record, tmp_path / "r")).digest == record.digest


def test_names_of_folders_may_hold_quotes_and_brackets(record: Record, tmp_path: Path) -> None:
    assert store.load(store.save(record, tmp_path / "it's [my] run*")).digest == record.digest


def test_others_can_read_the_files(record: Record, folder: Path) -> None:
    events = parquet.read_table(folder / "events.parquet")
    assert events.num_rows == len(record.tables["events"])
    assert events["kind"].to_pylist()[0] == "SPAWNED"
    frame = pandas.read_parquet(folder / "truth.parquet")
    assert set(frame["target"]) == {flyer[0] for flyer in synthetic.FLYERS}
    assert frame["lat_deg"].between(30, 40).all()
    for name in (*DTYPES, "roster"):
        assert parquet.read_metadata(folder / f"{name}.parquet").num_rows >= 0


def test_the_manifest_says_that_it_is_simulated(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["simulated"] is True
    assert manifest["rows"]["events"] > 0
    assert json.loads((folder / "scenario.json").read_text(encoding="utf-8")) == {"name": "synthetic"}


def test_an_existing_folder_is_refused_and_untouched(record: Record, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with pytest.raises(InputError, match="exists already"):
        store.save(record, tmp_path / "run")
    assert list((tmp_path / "run").iterdir()) == []
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_parent_that_is_a_file_is_refused(record: Record, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match=r"cannot be made, because .*file is a file"):
        store.save(record, tmp_path / "file" / "deep" / "run")


def test_an_unwritable_parent_is_refused(record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.os, "access", lambda path, mode: False)
    with pytest.raises(InputError, match="is not writable"):
        store.save(record, tmp_path / "run")


@pytest.mark.parametrize("crash", [KeyboardInterrupt, RuntimeError])
def test_a_crash_in_the_middle_leaves_nothing(record: Record, tmp_path: Path, crash: type[BaseException]) -> None:
    def fail(folder: Path) -> None:
        assert (folder / "events.parquet").exists()
        raise crash

    with pytest.raises(crash):
        store.save(record, tmp_path / "run", beside=fail)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_sentence(record: Record, tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match="cannot be written: No space left"):
        store.save(record, tmp_path / "run", beside=fail)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "lost", ["manifest.json", "scenario.json", "events.parquet", "tracks.parquet", "roster.parquet"]
)
def test_half_a_record_does_not_load(folder: Path, lost: str) -> None:
    (folder / lost).unlink()
    with pytest.raises(InputError):
        store.load(folder)


def test_a_torn_file_does_not_load(folder: Path) -> None:
    whole = (folder / "events.parquet").read_bytes()
    (folder / "events.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="half a record"):
        store.load(folder)


def test_a_foreign_folder_does_not_load(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no record"):
        store.load(tmp_path)
    with pytest.raises(InputError, match="no record"):
        store.load(tmp_path / "absent")
    (tmp_path / "manifest.json").write_text("[1]", encoding="utf-8")
    (tmp_path / "scenario.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="no record"):
        store.load(tmp_path)


def test_another_format_does_not_load(folder: Path) -> None:
    _edit(folder, format=99)
    with pytest.raises(InputError, match="format 99"):
        store.load(folder)


def test_another_digest_does_not_load(folder: Path) -> None:
    _edit(folder, digest="0" * 64)
    with pytest.raises(InputError, match="digest"):
        store.load(folder)


def test_swapped_tables_do_not_load(folder: Path, tmp_path: Path) -> None:
    other = store.save(synthetic.record(full=False), tmp_path / "other")
    (folder / "truth.parquet").write_bytes((other / "truth.parquet").read_bytes())
    with pytest.raises(InputError, match="number of rows"):
        store.load(folder)


def _edit(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")
