"""The envelope as an object, a picture and a command; tables in closed form stand for the flown ones where said."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

import openiads as oi
from openiads.analysis import envelope as module
from openiads.analysis import envelope_words as words
from openiads.analysis.envelope import Envelope, envelope
from openiads.analysis.envelope_limits import WORDS
from openiads.analysis.envelope_read import Span
from openiads.catalog.errors import InputError
from openiads.catalog.loader import load
from openiads.cli.envelope import envelope as command
from tests.support.flown_samples import made


@pytest.fixture
def closed_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables in closed form instead of flown ones."""
    monkeypatch.setattr(module, "fly", made)


@pytest.fixture
def pmu1(closed_form: None) -> Envelope:
    """That of the S-300PMU1."""
    return envelope("s-300pmu1")


def run(folder: Path, unit: str, *, as_json: bool = False, height: str = "10 km", no_plot: bool = False) -> None:
    """The command with a folder of the test's own."""
    command(unit, target="fighter", height=height, catalog=None, out=folder, as_json=as_json, no_plot=no_plot)


@pytest.mark.usefixtures("closed_form")
def test_a_unit_has_a_table_a_missile_and_a_missile_is_itself() -> None:
    both = oi.envelope("s-300v4")
    assert [each.name for each in both.missiles] == ["9m83m", "9m82m"]
    assert [each.name for each in oi.envelope("9m82m").missiles] == ["9m82m"]
    assert both.missile("9m82m").published("range_max").value == 250e3
    with pytest.raises(KeyError, match="9m83m, 9m82m"):
        both.missile()


def test_xarray_holds_the_table(pmu1: Envelope) -> None:
    data, flown = pmu1.to_xarray(), pmu1.missiles[0].flown
    assert data["flight_s"].dims == ("radial_mps", "height_m", "ground_m")
    assert np.array_equal(data["reachable"].values, flown.reachable)
    assert data.attrs["simulated"] == "yes"
    row = pmu1.missiles[0].rows()[100]
    found = data.sel({key: row[key] for key in ("radial_mps", "height_m", "ground_m")})
    assert found["flight_s"].item() == row["flight_s"]


def test_the_page_puts_simulated_beside_published(pmu1: Envelope) -> None:
    lines = {line.figure: line for line in words.lines(pmu1)}
    far = lines["greatest range"]
    assert (far.flown, far.published, far.confidence) == (("171 km", "150 km", "129 km"), "150 km", "quoted")
    assert lines["floor"].flown[0].startswith("under ")
    assert lines["range at 10 km"].flown == ("166 km", "146 km", "125 km")


def test_the_report_is_plain_data(pmu1: Envelope) -> None:
    said = json.loads(json.dumps(words.report(pmu1)))
    assert said["simulated"] is True
    missile = said["missiles"][0]
    assert missile["published"]["range_max"]["value_m"] == 150e3
    assert missile["flown"]["forward"]["range_max"]["value_m"] > missile["flown"]["tail"]["range_max"]["value_m"]


@pytest.mark.parametrize("height", ["10 km", "50 m", "60 km"])
def test_the_picture_is_drawn_also_where_nothing_is_reached(pmu1: Envelope, tmp_path: Path, height: str) -> None:
    picture = imread(pmu1.plot(tmp_path / "a.png", height))
    assert picture.shape[1] == 1800
    assert picture.std() > 0.05  # not a blank page


@pytest.mark.parametrize("height_m", [-5.0, 99e3, float("nan")])
def test_a_height_outside_the_air_is_refused(pmu1: Envelope, height_m: float) -> None:
    for asked in (pmu1.missile().farthest_m, pmu1.missile().plan):
        with pytest.raises(InputError, match="the model reaches from 0 m to 80 km"):
            asked(height_m)


def test_what_is_reached_again_beyond_a_hole_is_said() -> None:
    near, far = Span(3e3, 36e3, 5.0, 60.0), Span(147e3, 175e3, 150.0, 190.0)
    assert words.spans_text((near, far), 400e3) == "36 km; again 147 km to 175 km"
    assert words.spans_text((near, far), 175e3).endswith("to over 175 km")
    assert words.spans_text((Span(0.0, 500.0, 1.0, 2.0), near), 400e3) == "36 km"
    assert words.spans_text((), 400e3) == "-"


def test_the_page_says_what_reached_means_and_what_ends_the_flight() -> None:
    found = envelope("48n6e")
    assert "N/(N-2)" in words.reached_line(found)
    assert found.missiles[0].ends in WORDS
    ended = words.end_lines(found)
    assert bool(ended) == (found.missiles[0].ends == "age")
    assert all("set from the published range" in line for line in ended)


@pytest.mark.usefixtures("closed_form")
def test_the_command_writes_page_picture_and_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path / "here", "s-300v4")
    shown = capsys.readouterr().out
    assert "Simulated envelope of s-300v4" in shown
    assert "250 km" in shown
    names = {path.name for path in (tmp_path / "here").iterdir()}
    assert names == {"envelope.json", "envelope.csv", "envelope.npz", "envelope.png"}
    arrays = np.load(tmp_path / "here" / "envelope.npz")
    with (tmp_path / "here" / "envelope.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == arrays["9m83m.reachable"].size + arrays["9m82m.reachable"].size
    assert str(arrays["about_simulated"]) == "yes"


@pytest.mark.usefixtures("closed_form")
def test_json_is_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path / "here", "48n6e", as_json=True, no_plot=True)
    said = json.loads(capsys.readouterr().out)
    assert said["asked"] == "48n6e"
    assert json.loads((tmp_path / "here" / "envelope.json").read_text()) == said


@pytest.mark.usefixtures("closed_form")
@pytest.mark.parametrize(
    ("unit", "height", "words"),
    [
        ("s-300pmu3", "10 km", r"did you mean s-300pmu\d\?; units are first-battery.*missiles are 48n6e"),
        ("s-300pmu1", "10", "has no unit"),
        ("s-300pmu1", "0 m", "from above 0 m to 80 km"),
        ("s-300pmu1", "99 km", "from above 0 m to 80 km"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(tmp_path: Path, unit: str, height: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        run(tmp_path / "here", unit, height=height)
    assert not (tmp_path / "here").exists()


@pytest.mark.usefixtures("closed_form")
def test_an_unknown_class_lists_those_there_are() -> None:
    with pytest.raises(InputError, match=r"airliner.*transport"):
        oi.envelope("s-300pmu1", "zeppelin")


@pytest.mark.usefixtures("closed_form")
def test_a_folder_that_exists_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    with pytest.raises(InputError):
        run(tmp_path / "here", "48n6e")
    assert not list((tmp_path / "here").iterdir())


def test_the_command_line_stays_light() -> None:
    """Neither numba nor matplotlib is imported before a verb runs."""
    code = (
        "import sys; import openiads.cli.main\n"
        "heavy = {'numba', 'matplotlib', 'scipy', 'xarray'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_real_tables_hold_what_the_page_reads() -> None:
    """One flown table: the grid reaches past the published limits, which cut nothing off."""
    each = envelope("48n6e").missiles[0]
    missile = load().missiles["48n6e"]
    assert each.flown.ground_m[-1] > missile.range_max.value
    assert each.flown.height_m[-1] > missile.altitude_max.value
    assert each.flown.reachable.shape == tuple(
        map(len, (each.flown.radial_mps, each.flown.height_m, each.flown.ground_m))
    )
    assert each.figures[0].far is not None
