"""``openiads track`` from outside."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import openiads as oi
from openiads import track_history
from openiads.cli import main as command
from openiads.export import tracks as table
from openiads.track_history import track_plots
from tests.support.plot_samples import FLYERS, FOLDER, place

RADARS = oi.read_radars(FOLDER / "radar.toml")


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the command; its exit status, and what it said on both streams."""

    def run(plots: Path | str, out: Path, *words: str, radar: Path | str = FOLDER / "radar.toml") -> Any:
        given = ["openiads", "track", str(plots), "--radar", str(radar), "--out", str(out), *words]
        monkeypatch.setattr(sys, "argv", given)
        with pytest.raises(SystemExit) as left:
            command.main()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    """The sample plots as Parquet, by DuckDB."""
    path = tmp_path / "plots.parquet"
    duckdb.sql(f"COPY (FROM read_csv('{FOLDER / 'plots.csv'}')) TO '{path}' (FORMAT parquet)")
    return path


def test_the_four_flights_of_the_sample_are_found(call: Any, tmp_path: Path) -> None:
    status, said, _ = call(FOLDER / "plots.csv", tmp_path / "tracks.parquet")
    assert status == 0
    assert "335 read, 335 used, 0 rejected" in said
    assert "4 confirmed" in said
    assert "no live feed" in said
    found = pq.read_table(tmp_path / "tracks.parquet").to_pandas()
    last = found[found.time_s == found.time_s.max()]
    spots = {flyer: place(flyer, last.time_s.iloc[0]) for flyer in FLYERS}
    for lat, lon, _ in spots.values():
        off_m = np.hypot(last.lat_deg - lat, (last.lon_deg - lon) * np.cos(np.radians(lat))) * 111_000.0
        assert off_m.min() < 1500.0
    np.testing.assert_allclose(found.groupby("number").time_s.diff().dropna(), 4.0)


def test_every_form_of_the_plots_gives_the_same_tracks(call: Any, parquet: Path, tmp_path: Path) -> None:
    for n, plots in enumerate((FOLDER / "plots.csv", parquet, FOLDER / "plots.ast")):
        assert call(plots, tmp_path / f"{n}.parquet", "--every", "6s")[0] == 0
    text, columns, records = (pq.read_table(tmp_path / f"{n}.parquet").to_pandas() for n in range(3))
    pd.testing.assert_frame_equal(text, columns)
    assert records.number.nunique() == text.number.nunique() == 4
    late = records[records.time_s > records.time_s.max() - 30.0]
    for row in late.itertuples():
        beside = text[np.abs(text.time_s + 36_000.0 - row.time_s) < 0.1]
        off_m = np.hypot(beside.east_m - row.east_m, beside.north_m - row.north_m)
        assert off_m.min() < 500.0


def test_the_same_file_gives_the_same_bytes(call: Any, tmp_path: Path) -> None:
    for suffix in ("parquet", "csv"):
        outs = [tmp_path / f"{name}.{suffix}" for name in "ab"]
        for out in outs:
            assert call(FOLDER / "plots.csv", out)[0] == 0
        assert outs[0].read_bytes() == outs[1].read_bytes()
    text, binary = pd.read_csv(tmp_path / "a.csv"), pq.read_table(tmp_path / "a.parquet").to_pandas()
    assert list(text) == list(binary)
    np.testing.assert_allclose(text.lat_deg, binary.lat_deg, rtol=1e-12)


def test_the_table_says_what_it_is(call: Any, tmp_path: Path) -> None:
    status, said, _ = call(FOLDER / "plots.csv", tmp_path / "tracks.parquet", "--json")
    told = json.loads(said)
    kept = json.loads(pq.read_metadata(tmp_path / "tracks.parquet").metadata[b"openiads"])
    assert status == 0
    for one in (told, kept):
        assert one["offline"] is True
        assert "no live feed" in one["about"]
        assert one["every_s"] == 4.0
    assert told["tracks"]["confirmed"] == 4
    assert told["plots"] == {"read": 335, "used": 335, "rejected": 0, "reasons": []}
    assert told["rows"] == pq.read_metadata(tmp_path / "tracks.parquet").num_rows
    assert kept["false_plots_per_scan"]["hill"] == 3.0
    times = pq.read_table(tmp_path / "tracks.parquet").to_pandas().groupby("number").time_s
    assert told["tracks"]["mean_life_s"] == pytest.approx((times.max() - times.min()).mean())
    assert told["tracks"]["at_end"] == (times.max() == times.max().max()).sum()


def test_plots_that_were_not_used_are_told(call: Any, tmp_path: Path) -> None:
    lines = (FOLDER / "plots.csv").read_text(encoding="utf-8").splitlines()
    lines += [lines[40], lines[41], "60.5,hill,300000.0,10.0,1.0", "61.5,dale,30000.0,10.0,1.0"]
    (tmp_path / "plots.csv").write_text("\n".join(lines), encoding="utf-8")
    _, said, _ = call(tmp_path / "plots.csv", tmp_path / "tracks.csv")
    assert "339 read, 335 used, 4 rejected" in said
    assert '1 plot rejected: a radar "dale"' in said
    assert "2 plots rejected: measured twice" in said
    assert "1 plot rejected: farther than instrumented_range" in said


def test_one_time_far_from_the_others_costs_no_time() -> None:
    plots, rejections = oi.read_plots(FOLDER / "plots.csv", RADARS)
    plots.time_s[-1] = 1e9
    found = track_plots(plots, rejections, RADARS)
    assert found.span_s[1] == 1e9
    assert found.columns["time_s"].max() < 200.0
    assert found.at_end == 0


def test_plots_of_nothing_make_a_table_without_rows(call: Any, tmp_path: Path) -> None:
    (tmp_path / "plots.csv").write_text("time_s,radar,range_m,azimuth_deg\n1,hill,50000,10\n", encoding="utf-8")
    for suffix in ("csv", "parquet"):
        status, said, _ = call(tmp_path / "plots.csv", tmp_path / f"tracks.{suffix}")
        assert status == 0
        assert "0 confirmed, 0 at the end" in said
    assert pq.read_metadata(tmp_path / "tracks.parquet").num_rows == 0


@pytest.mark.parametrize(
    ("out", "words", "said"),
    [
        ("there.csv", (), "exists already"),
        ("tracks.txt", (), "must end in .parquet or .csv"),
        ("no/tracks.csv", (), "there is no folder"),
        ("a.csv", ("--every", "soon"), "every: "),
        ("a.csv", ("--every", "0 s"), "expected 0.01 s to 3600 s"),
        ("a.csv", ("--every", "2 h"), "expected 0.01 s to 3600 s"),
        ("a.csv", ("--every", "5 km"), "every: "),
    ],
)
def test_what_is_refused(call: Any, tmp_path: Path, out: str, words: tuple[str, ...], said: str) -> None:
    (tmp_path / "there.csv").write_text("mine", encoding="utf-8")
    status, printed, error = call(FOLDER / "plots.csv", tmp_path / out, *words)
    assert (status, printed) == (2, "")
    assert said in error
    assert (tmp_path / "there.csv").read_text(encoding="utf-8") == "mine"


def test_only_regular_files_are_read(call: Any, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "feed.csv")
    os.mkfifo(tmp_path / "feed.toml")
    (tmp_path / "folder.csv").mkdir()
    out = tmp_path / "tracks.csv"
    assert "never from a device" in call(tmp_path / "feed.csv", out)[2]
    assert "never from a device" in call(tmp_path / "folder.csv", out)[2]
    assert "is no regular file" in call(FOLDER / "plots.csv", out, radar=tmp_path / "feed.toml")[2]
    assert call("/dev/stdin", out)[0] == call("-", out)[0] == 2
    assert not out.exists()


def test_ctrl_c_leaves_nothing(call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(table, "_copy", interrupted)
    shutil.copy(FOLDER / "plots.csv", tmp_path)
    status, _, error = call(tmp_path / "plots.csv", tmp_path / "tracks.csv")
    assert status == 130
    assert "stopped by Ctrl-C" in error
    assert [path.name for path in tmp_path.iterdir()] == ["plots.csv"]


def test_a_full_disk_is_said_and_leaves_nothing(call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(staging: Path, *_: Any) -> None:
        staging.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(table, "_copy", full)
    status, _, error = call(FOLDER / "plots.csv", tmp_path / "tracks.csv")
    assert (status, list(tmp_path.iterdir())) == (2, [])
    assert "cannot be written: No space left on device" in error


def test_progress_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(track_history, "REPORTED", 5)
    shares: list[float] = []
    plots, rejections = oi.read_plots(FOLDER / "plots.csv", RADARS)
    track_plots(plots, rejections, RADARS, 1.0, shares.append)
    assert shares == sorted(shares)
    assert len(shares) == 24


def test_the_public_names() -> None:
    plots, _ = oi.read_plots(str(FOLDER / "plots.csv"), RADARS)
    tracker = oi.Tracker(RADARS, oi.TrackerSettings(capacity=200))
    tracks = tracker.update(plots)
    assert isinstance(tracks, oi.Tracks)
    assert len(tracks) == 4
    assert isinstance(tracker.radars[0], oi.TrackerRadar)
