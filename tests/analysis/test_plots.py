"""The overview is drawn, is not empty, and stays the same."""

from __future__ import annotations

from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

from openiads.analysis.plots import overview
from openiads.analysis.result import Result
from openiads.record.record import Record
from tests.record import synthetic


def pixels(path: Path) -> np.ndarray:
    return np.asarray(matplotlib.image.imread(path))


@pytest.mark.parametrize("full", [True, False])
def test_overview_is_a_picture(tmp_path: Path, full: bool) -> None:
    path = overview(synthetic.record(full), tmp_path / "overview.png")
    image = pixels(path)
    assert image.shape[:2] == (1100, 1800)
    assert path.stat().st_size > 50_000
    assert 0.05 < (image[..., :3].min(axis=2) < 0.97).mean() < 0.6
    assert len(np.unique((image[..., :3] * 255).astype(np.int64) @ (65536, 256, 1))) > 200


def test_same_record_same_picture(tmp_path: Path) -> None:
    first = overview(synthetic.record(), tmp_path / "a.png").read_bytes()
    assert overview(synthetic.record(), tmp_path / "b.png").read_bytes() == first


def test_an_empty_record_still_draws(tmp_path: Path) -> None:
    assert overview(Record.of({}, [], synthetic.manifest()), tmp_path / "empty.png").stat().st_size > 10_000


def test_a_large_raid_and_odd_names_still_draw(tmp_path: Path) -> None:
    record = synthetic.record()
    roster = [dict(row) for row in record.roster]
    events, truth = [record.tables["events"]], [record.tables["truth"]]
    for copy in range(1, 8):
        for row in synthetic.roster()[:12]:
            roster.append(
                {**row, "row": row["row"] + 12 * copy, "name": f"{row['name']} $x_{copy}$ with a very long name"}
            )
        for kept, table in ((events, "events"), (truth, "truth")):
            more = record.tables[table].copy()
            more["target"] += 12 * copy * (more["target"] >= 0)
            kept.append(more)
    tables = {**record.tables, "events": np.concatenate(events), "truth": np.concatenate(truth)}
    assert overview(Record.of(tables, roster, record.manifest), tmp_path / "large.png").stat().st_size > 50_000


def test_save_puts_the_picture_beside_the_tables(tmp_path: Path) -> None:
    folder = Result(synthetic.record()).save(tmp_path / "run", plot=True)
    assert (folder / "overview.png").stat().st_size > 50_000
    assert (folder / "events.parquet").exists()
