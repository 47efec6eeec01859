"""``openiads metrics`` from outside, on a record made by hand, and the way from a record to pictures."""

from __future__ import annotations

import json
import sys
from math import pi, sqrt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from matplotlib.image import imread

from openiads.analysis import metrics_record
from openiads.analysis.metrics_plot import draw
from openiads.analysis.metrics_record import CUTOFF_M, RunMetrics, run_metrics
from openiads.analysis.result import Result
from openiads.catalog.errors import InputError
from openiads.cli import main as command
from openiads.record.record import Record
from openiads.record.store import save
from tests.record import synthetic

NOISE_M = 150.0  # of a track's coordinate in the record


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record as a folder."""
    return save(synthetic.record(), tmp_path_factory.mktemp("runs") / "synthetic")


@pytest.fixture(scope="module")
def found() -> RunMetrics:
    """Its metrics."""
    return run_metrics(synthetic.record())


def call(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["openiads", "metrics", *words])
    with pytest.raises(SystemExit) as left:
        command.main()
    return int(left.value.code or 0)


def test_truth_and_tracks_meet_on_the_same_axes(found: RunMetrics) -> None:
    """Tracks are truth and noise of 150 m a coordinate, whose mean length is that of the Maxwell distribution."""
    siap = found.posts[0].everything.siap
    assert siap.position_error_m == pytest.approx(NOISE_M * sqrt(8.0 / pi), rel=0.02)
    assert (siap.ambiguity, siap.spuriousness) == (1.0, 0.0)


def test_completeness_is_counted_sample_by_sample(found: RunMetrics) -> None:
    record = synthetic.record()
    assert found.posts[0].everything.siap.completeness == len(record.tables["tracks"]) / len(record.tables["truth"])
    assert found.posts[0].everything.gospa.targets.sum() == len(record.tables["truth"])


def test_between_plots_a_target_counts_from_its_first_to_its_last(found: RunMetrics) -> None:
    record, seen = synthetic.record(), found.posts[0].seen
    assert seen is not None
    plots, origins = record.tables["plots"], record.tables["plot_origins"]["target"]
    spans = {t: plots["tick"][origins == t] for t in set(origins.tolist()) - {-1}}
    counted = sum(
        row["target"] in spans and spans[row["target"]].min() <= row["tick"] <= spans[row["target"]].max()
        for row in record.tables["truth"]
    )
    assert seen.gospa.targets.sum() == counted
    assert seen.continuity.targets == len(spans) == 11
    assert seen.continuity.never_tracked == 1


def test_covariances_that_are_none_are_said_so(found: RunMetrics) -> None:
    nees = found.posts[0].everything.nees
    assert nees is not None
    assert (nees.count, nees.verdict) == (0, "none")
    assert "no covariance is positive definite" in str(found)


def test_covariances_come_back_whole() -> None:
    symmetric = np.arange(36.0).reshape(6, 6)
    symmetric = symmetric + symmetric.T
    upper = [symmetric[row, column] for row in range(6) for column in range(row, 6)]
    np.testing.assert_array_equal(metrics_record._full(np.array([upper])), [symmetric])


def _with_nis() -> Any:
    plots = np.zeros(5, [("post", "i8"), ("dimensions", "i8"), ("nis", "f8")])
    plots["post"], plots["dimensions"], plots["nis"] = (0, 0, 0, 0, 1), (3, 2, 3, 3, 3), (2.0, 3.0, np.nan, -1.0, 9.0)
    return SimpleNamespace(tables={"plots": plots})


def test_nis_is_of_the_plots_that_tracks_of_the_post_took() -> None:
    nis = metrics_record._nis(_with_nis(), 0)
    assert nis is not None
    assert (nis.count, nis.mean, nis.expected) == (2, 2.5, 2.5)
    without: Any = SimpleNamespace(tables={"plots": np.zeros(5, [("post", "i8"), ("dimensions", "i8")])})
    assert metrics_record._nis(without, 0) is None
    assert metrics_record._nis(_with_nis(), 2) is None


def test_page(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(monkeypatch, str(folder)) == 0
    said = capsys.readouterr().out
    for text in (
        "(simulated)",
        "cutoff c = 2 000 m",
        "post-tartus",
        "from first to last plot",
        "GOSPA, mean",
        "digest",
    ):
        assert text in said


def test_json_is_one_object_without_a_number_that_is_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(name: str) -> float:
        raise AssertionError(name)

    assert call(monkeypatch, str(folder), "--json", "--cutoff", "500 m") == 0
    said = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert (said["simulated"], said["cutoff_m"], said["folder"]) == (True, 500.0, str(folder))
    post = said["posts"][0]
    assert post["name"] == "post-tartus"
    series = post["everything"]["gospa"]["over_time"]
    assert len({len(values) for values in series.values()}) == 1
    assert post["everything"]["gospa"]["mean_m"] == pytest.approx(np.mean(series["total_m"]))
    assert post["everything"]["siap"]["completeness"] < 0.75
    assert post["everything"]["nees"]["verdict"] == "none"


def test_a_wider_cutoff_finds_more(found: RunMetrics) -> None:
    narrow = run_metrics(synthetic.record(), 200.0).posts[0].everything
    wide = found.posts[0].everything
    assert narrow.siap.completeness < 0.5 < wide.siap.completeness
    assert narrow.siap.spuriousness > 0.0 == wide.siap.spuriousness


def test_the_result_of_a_run_gives_the_same(found: RunMetrics) -> None:
    said = Result(synthetic.record()).metrics()
    assert said.cutoff_m == CUTOFF_M
    assert said.as_dict() == found.as_dict()


def test_picture(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "metrics.png"
    assert call(monkeypatch, str(folder), "--plot", str(path)) == 0
    pixels = imread(path)
    assert pixels.shape[1] == 1300
    assert pixels[..., :3].std() > 0.05


def test_picture_of_two_posts_is_twice_as_high(found: RunMetrics, tmp_path: Path) -> None:
    both = RunMetrics("synthetic", 7, 0, found.digest, found.cutoff_m, found.posts * 2)
    heights = [imread(draw(part, tmp_path / f"{n}.png")).shape[0] for n, part in enumerate((found, both))]
    assert heights[1] - heights[0] == pytest.approx(640, abs=2)


def _refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert call(monkeypatch, *words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


@pytest.mark.parametrize(
    ("cutoff", "expected"),
    [("far", "expected a length"), ("2", "no unit"), ("2 s", "takes m, km"), ("0 m", "between"), ("-1 km", "between")],
)
def test_a_cutoff_that_is_none(
    cutoff: str, expected: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = _refused(monkeypatch, capsys, str(folder), f"--cutoff={cutoff}")
    assert said.startswith("openiads: cutoff: read")
    assert expected in said


def test_a_folder_that_is_no_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "is no record of a run" in _refused(monkeypatch, capsys, str(tmp_path))
    assert "is no record of a run" in _refused(monkeypatch, capsys, str(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("path", "expected"), [("a.jpg", "must end in .png"), ("no/a.png", "there is no folder"), ("d.png", "is a folder")]
)
def test_a_picture_that_cannot_be_written(
    path: str,
    expected: str,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "d.png").mkdir()
    assert expected in _refused(monkeypatch, capsys, str(folder), "--plot", str(tmp_path / path))


def test_a_run_without_samples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    events = save(synthetic.record(full=False), tmp_path / "events")
    said = _refused(monkeypatch, capsys, str(events))
    assert said.startswith(f"openiads: {events}: holds events alone")
    empty = Record.of({}, synthetic.roster(), synthetic.manifest())
    with pytest.raises(InputError, match="run of synthetic: has no sample"):
        run_metrics(empty)


def test_without_plots_there_is_one_column() -> None:
    record = synthetic.record()
    tables = {name: rows for name, rows in record.tables.items() if name not in ("plots", "plot_origins")}
    bare = run_metrics(Record.of(tables, synthetic.roster(), synthetic.manifest()))
    assert bare.posts[0].seen is None
    assert "from first to last plot" not in str(bare)
    assert bare.as_dict()["posts"][0]["seen"] is None
