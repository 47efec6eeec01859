"""The sample files of the docs are those that the seeded script makes, and both tell of the same plots."""

from __future__ import annotations

import numpy as np

from openiads.imports.radars import read_radars
from openiads.imports.read import read_plots
from tests.support import plot_samples
from tests.support.plot_samples import FOLDER

RADARS = read_radars(FOLDER / "radar.toml")


def numbers(lines: list[str]) -> list[list[float]]:
    """The cells of all lines but the first, without the radar; NaN where empty."""
    rows = [line.split(",") for line in lines[1:]]
    return [[float(cell or "nan") for cell in (row[0], *row[2:])] for row in rows]


def test_the_sample_is_what_its_script_makes() -> None:
    made = plot_samples.as_csv(plot_samples.plots(RADARS), RADARS).splitlines()
    kept = (FOLDER / "plots.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[1] for line in kept] == [line.split(",")[1] for line in made]
    np.testing.assert_allclose(numbers(kept), numbers(made), atol=0.11)


def test_csv_and_asterix_tell_of_the_same_plots() -> None:
    plots, rejections = read_plots(FOLDER / "plots.csv", RADARS)
    assert rejections.sentences() == []
    others, rejections = read_plots(FOLDER / "plots.ast", RADARS)
    assert rejections.sentences() == []
    assert len(plots) == len(others) > 200
    np.testing.assert_array_equal(plots.radar, others.radar)
    np.testing.assert_allclose(others.time_s - 36000.0, plots.time_s, atol=1.0 / 128.0)
    np.testing.assert_allclose(others.range_m, plots.range_m, atol=1852.0 / 256.0)
    turn = np.exp(1j * others.azimuth_rad) * np.exp(-1j * plots.azimuth_rad)
    assert np.abs(np.angle(turn)).max() < 2.0 * np.pi / 65536.0
    np.testing.assert_array_equal(np.isfinite(plots.elevation_rad), plots.radar == 0)
