"""The record in memory: digest, read-only tables, readable relations."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from openiads.enums import EventKind
from openiads.record.columns import DTYPES, columns_of, flatten, restore
from openiads.record.record import Record, digest
from openiads.record.views import Views
from tests.record import synthetic

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def record() -> Record:
    return synthetic.record()


def test_digest_ignores_the_padding_between_fields() -> None:
    dtype = np.dtype([("a", "u1"), ("b", "f8")], align=True)
    clean, dirty = np.zeros(3, dtype), np.zeros(3, dtype)
    dirty.view(np.uint8).reshape(3, dtype.itemsize)[:, 1:8] = 0xAB
    assert clean.tobytes() != dirty.tobytes()
    assert digest(clean) == digest(dirty)


def test_digest_is_independent_of_byte_order_and_layout() -> None:
    dtype = np.dtype([("a", "i4"), ("b", "f8", (3,))])
    rows = np.zeros(6, dtype)
    rows["a"], rows["b"] = np.arange(6), np.arange(18.0).reshape(6, 3)
    swapped = rows.astype(np.dtype([("a", ">i4"), ("b", ">f8", (3,))]))
    assert digest(rows) == digest(swapped)
    assert digest(rows[::2]) == digest(rows[::2].copy())


def test_digest_sees_every_value_and_every_order(record: Record) -> None:
    events = record.tables["events"].copy()
    changed = events.copy()
    changed["value"][40] = np.nextafter(changed["value"][40], 1.0)
    assert digest(changed) != digest(events)
    assert digest(events[::-1]) != digest(events)


def test_tables_cannot_be_written(record: Record) -> None:
    with pytest.raises(ValueError, match="read-only"):
        record.tables["events"]["tick"][0] = 1


def test_unknown_tables_and_dtypes_are_refused() -> None:
    with pytest.raises(ValueError, match="gossip"):
        Record.of({"gossip": np.zeros(1)}, [], synthetic.manifest())
    with pytest.raises(ValueError, match="events"):
        Record.of({"events": np.zeros(1)}, [], synthetic.manifest())


@pytest.mark.parametrize("name", list(DTYPES))
def test_flatten_and_restore_are_inverse(name: str) -> None:
    rows = np.zeros(5, DTYPES[name])
    rng = np.random.default_rng(3)
    for field in rows.dtype.names or ():
        rows[field] = rng.integers(0, 1000, rows[field].shape)
    columns = flatten(name, rows)
    assert list(columns) == [column.name for column in columns_of(name)]
    assert len(set(columns)) == len(columns)
    assert digest(restore(name, columns)) == digest(rows)


@pytest.mark.parametrize("name", [*DTYPES, "roster"])
def test_every_table_reads_as_a_relation_even_when_empty(name: str) -> None:
    empty = Record.of({}, [], synthetic.manifest())
    relation = empty.table(name)
    assert len(set(relation.columns)) == len(relation.columns)
    assert relation.fetchall() == []


def test_unknown_table_names_those_that_exist(record: Record) -> None:
    with pytest.raises(KeyError, match="interceptors"):
        record.table("gossip")


def test_events_read_as_words(record: Record) -> None:
    killed = record.events().filter("kind = 'KILLED'").order("time_s").fetchnumpy()
    assert list(killed["target"]) == ["kalibr-1", "kalibr-2"]
    assert list(killed["target_kind"]) == ["sea-skimming-missile"] * 2
    assert list(killed["unit"]) == ["tartus-sam"] * 2
    assert list(killed["time_s"]) == [232.0, 268.0]
    assert killed["utc"][0] == np.datetime64("2016-10-05T08:03:52")
    declared = record.sql(
        "SELECT code_word FROM events WHERE kind = 'IDENTIFIED' AND track = 2 ORDER BY serial"
    ).fetchall()
    assert declared == [("SUSPECT",), ("HOSTILE",)]


def test_no_row_number_reads_as_no_name(record: Record) -> None:
    events = record.sql("SELECT asset, lat_deg FROM events WHERE kind = 'TRACK_CONFIRMED' AND track = 11").fetchall()
    assert events == [(None, None)]


def test_rows_stay_in_order(record: Record) -> None:
    assert np.array_equal(record.events().fetchnumpy()["serial"], np.arange(len(record.tables["events"])))
    assert np.array_equal(record.truth().fetchnumpy()["tick"], record.tables["truth"]["tick"])


def test_positions_read_as_latitude_longitude_height(record: Record) -> None:
    truth = record.sql("SELECT * FROM truth WHERE target = 'ME-204' AND time_s = 0").fetchnumpy()
    expected = synthetic.place(-140, -40, 10600)
    assert truth["lat_deg"][0] == pytest.approx(expected[0], abs=1e-9)
    assert truth["lon_deg"][0] == pytest.approx(expected[1], abs=1e-9)
    assert truth["height_m"][0] == pytest.approx(10600, abs=1e-3)
    tracks = record.tracks().fetchnumpy()
    assert np.abs(tracks["lat_deg"] - synthetic.LAT_DEG).max() < 3.0
    assert tracks["cov_25"][0] == pytest.approx(14.1)  # the 15th of 21: third row of the triangle, last column


def test_plots_know_their_origin_and_look_angles(record: Record) -> None:
    plots = record.plots().fetchnumpy()
    assert np.ma.is_masked(plots["origin"][plots["track_number"] == synthetic.FALSE_TRACK][0])
    first = record.sql("SELECT * FROM plots WHERE origin = 'patrol-1' ORDER BY tick LIMIT 1").fetchnumpy()
    assert first["azimuth_deg"][0] == pytest.approx(164.6, abs=0.5)
    assert first["elevation_deg"][0] == pytest.approx(11.0, abs=0.5)


def test_queries_join_tables(record: Record) -> None:
    query = """SELECT r.name, count(*) FROM truth t JOIN roster r ON r."table" = 'targets' AND r.row = t.target_row
               WHERE r.relation = 'own' GROUP BY ALL"""
    assert record.sql(query).fetchall() == [("patrol-1", 481)]


def test_names_with_quotes_are_only_names() -> None:
    roster = synthetic.roster()
    roster[0]["name"] = "it's'; DROP"
    record = Record.of({"events": synthetic.record().tables["events"]}, roster, synthetic.manifest())
    assert record.sql("SELECT target FROM events WHERE target_row = 0 LIMIT 1").fetchall() == [("it's'; DROP",)]


def test_the_start_may_have_a_zone() -> None:
    manifest = synthetic.manifest() | {"start": "2016-10-05T11:00:00+03:00"}
    record = Record.of({"events": synthetic.record().tables["events"]}, [], manifest)
    assert record.events().fetchnumpy()["utc"][0] == np.datetime64("2016-10-05T08:00:00")


def test_pandas_and_arrow_when_they_are_there(record: Record) -> None:
    frame = record.events().df()
    assert (frame["kind"] == "LEAKED").sum() == 5
    assert record.truth().to_arrow_table().num_rows == len(record.tables["truth"])


def test_numpy_alone_is_enough() -> None:
    code = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("pandas", "pyarrow", "polars"): raise ImportError(name)
sys.meta_path.insert(0, Absent())
from tests.record import synthetic
record = synthetic.record()
assert all(len(record.table(name).fetchnumpy()) for name in (*record.tables, "roster"))
print(record.sql("SELECT count(*) FROM events WHERE target_relation = 'hostile'").fetchall()[0][0] > 0)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr


def test_the_event_kinds_of_the_fixture_are_words(record: Record) -> None:
    kinds = {kind for (kind,) in record.sql("SELECT DISTINCT kind FROM events").fetchall()}
    assert kinds <= {kind.name for kind in EventKind}


def test_views_can_be_closed(record: Record) -> None:
    views = Views(record)
    views.relation("events")
    views.close()
