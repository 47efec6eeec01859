"""``radar.toml``: what it holds, and one clear sentence with file, line and key for what it may not."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from pydantic import ValidationError

from openiads.catalog.errors import InputError
from openiads.catalog.loader import load
from openiads.imports.radars import TrackerRadar, read_radars
from openiads.units import Point

FILE = """# Two radars.
[[radar]]
name = "north"
position = "34.9 N, 35.9 E"
height = "120 m"
range_sigma = "100 m"
azimuth_sigma = "0.25 deg"
scan_period = "6 s"
instrumented_range = "300 km"

[[radar]]
name = "south"
position = "34.5 N, 35.9 E"
height = "60 m"
range_sigma = "20 m"
azimuth_sigma = "1 mrad"
elevation_sigma = "2 mrad"
range_rate_sigma = "2 m/s"
scan_period = "1 s"
detection_probability = 0.8
false_plots_per_scan = 20
instrumented_range = "150 km"
range_min = "1 nmi"
elevation_max = "60 deg"
range_bias = "-40 m"
azimuth_bias = "0.1 deg"
sac = 25
sic = 0
"""


def written(folder: Path, text: str, name: str = "radar.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def said(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        read_radars(written(folder, text))
    message = str(caught.value)
    assert "\n" not in message
    return message.removeprefix(str(folder / "radar.toml"))


def test_a_file_of_two_radars(tmp_path: Path) -> None:
    north, south = read_radars(written(tmp_path, FILE))
    assert (north.name, north.position, north.height_m) == ("north", Point(34.9, 35.9), 120.0)
    assert (north.elevation_sigma_rad, north.range_rate_sigma_mps, north.false_plots_per_scan) == (None, None, None)
    assert (north.detection_probability, north.range_min_m, north.sac) == (0.9, 0.0, None)
    assert north.elevation_max_rad == pytest.approx(math.pi / 2.0)
    assert (south.azimuth_sigma_rad, south.elevation_sigma_rad) == (0.001, 0.002)
    assert (south.range_min_m, south.range_bias_m, south.false_plots_per_scan) == (1852.0, -40.0, 20.0)
    assert south.azimuth_bias_rad == pytest.approx(math.radians(0.1))
    assert (south.sac, south.sic) == (25, 0)


def test_several_files_are_one_list(tmp_path: Path) -> None:
    first, second = FILE.split("\n\n")
    radars = read_radars([written(tmp_path, second, "b.toml"), written(tmp_path, first, "a.toml")])
    assert [radar.name for radar in radars] == ["south", "north"]
    again = written(tmp_path, first, "again.toml")
    with pytest.raises(InputError, match=r'again.toml:3: radar\[0\].name: read "north", which is the name of another'):
        read_radars([written(tmp_path, first, "a.toml"), again])


def test_python_may_say_si_or_text() -> None:
    given = {"name": "a", "position": Point(1.0, 2.0), "height_m": 5.0, "scan_period_s": 4.0}
    radar = TrackerRadar.model_validate(
        given | {"range_sigma_m": 50.0, "azimuth_sigma": "0.1 deg", "instrumented_range_m": 2e5}
    )
    assert radar.range_sigma_m == 50.0
    assert radar.azimuth_sigma_rad == pytest.approx(math.radians(0.1))
    with pytest.raises(ValidationError, match="lies between 1 mm and 100 km"):
        TrackerRadar.model_validate(given | {"range_sigma_m": math.nan, "azimuth_sigma_rad": 0.1})


def test_figures_of_a_catalog_radar(tmp_path: Path) -> None:
    text = '[[radar]]\nname = "a"\ncatalog = "30n6"\nposition = "1 N, 2 E"\nheight = "9 m"\nrange_sigma = "77 m"\n'
    (radar,) = read_radars(written(tmp_path, text))
    sheet = load().radars["30n6"]
    assert radar.range_sigma_m == 77.0
    assert radar.azimuth_sigma_rad == sheet.accuracy_azimuth.value
    assert radar.elevation_sigma_rad == sheet.accuracy_elevation.value
    assert radar.scan_period_s == sheet.scan_time.value
    assert radar.instrumented_range_m == sheet.instrumented_range.value
    assert radar.false_plots_per_scan == sheet.false_plots.value


def test_every_radar_of_the_catalog_can_be_tracked_with(tmp_path: Path) -> None:
    rows = [
        f'[[radar]]\nname = "{name}"\ncatalog = "{name}"\nposition = "1 N, 2 E"\nheight = "9 m"\n'
        for name in load().radars
    ]
    assert len(read_radars(written(tmp_path, "".join(rows)))) == len(rows)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"100 m"', '"100"', ':6: radar[0].range_sigma: read "100", which has no unit; a length takes m, km'),
        ('"100 m"', "100", ':6: radar[0].range_sigma: read "100", which has no unit; a length takes m, km'),
        ('"100 m"', '"0 m"', ':6: radar[0].range_sigma: read "0 m", a length here lies between 1 mm and 100 km'),
        ('"0.25 deg"', '"90 deg"', ':7: radar[0].azimuth_sigma: read "90 deg", an angle here lies above zero'),
        ('"6 s"', '"0 s"', ':8: radar[0].scan_period: read "0 s", a time here lies between 1 ms and 1 h'),
        ("34.9 N", "95 N", ":4: radar[0].position: "),
        ('"34.9 N, 35.9 E"', "34.9", ":4: radar[0].position: read 34.9, expected text such as"),
        ('name = "north"\n', "", ":2: radar[0].name: is missing"),
        ('range_sigma = "100 m"\n', "", ":2: radar[0].range_sigma: is missing"),
        (
            "range_sigma",
            "range_sigam",
            ':6: radar[0].range_sigam: read "range_sigam", which is no key of radar[0]; did',
        ),
        ("[[radar]]", "rader = 1\n[[radar]]", ':2: rader: read "rader", which is no key of this file; did you mean'),
        ('"south"', '"north"', ':12: radar[1].name: read "north", which is the name of another radar'),
        ("sic = 0\n", "", ":27: radar[1].sac: is given without sic; ASTERIX names a radar by both"),
        ("sac = 25", "sac = 256", ":27: radar[1].sac: read 256, "),
        ("= 0.8", "= 80", ":20: radar[1].detection_probability: read 80, "),
        ("= 20\n", "= -1\n", ":21: radar[1].false_plots_per_scan: read -1, "),
        (
            '"1 nmi"',
            '"200 km"',
            ":23: radar[1].range_min: read 200000 m, it must lie below instrumented_range, 150000 m",
        ),
        ('"60 m"', '"60 bananas"', ':14: radar[1].height: read "60 bananas", which has the unit "bananas"'),
        ('range_min = "1 nmi"', 'catalog = "30n7"', ':23: radar[1].catalog: read "30n7", which is no radar of the cat'),
    ],
)
def test_faults_are_said_with_line_and_key(old: str, new: str, message: str, tmp_path: Path) -> None:
    changed = FILE.replace(old, new, 1)
    assert changed != FILE
    assert said(tmp_path, changed).startswith(message)


def test_codes_belong_to_one_radar(tmp_path: Path) -> None:
    text = FILE.replace('"300 km"', '"300 km"\nsac = 25\nsic = 0')
    assert said(tmp_path, text) == ':29: radar[1].sac: read SAC 25 and SIC 0, which are those of "north" too'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ": holds no radar; each is a table that begins with the line [[radar]]"),
        ("radar = []\n", ": holds no radar"),
        ("[radar]\nname = 1\n", ": holds no radar"),
        ("[[radar]\n", ":1: not valid TOML"),
        ("radar = [1]\n", ":1: radar[0]: read 1, expected a table of keys"),
    ],
)
def test_files_that_hold_none(text: str, message: str, tmp_path: Path) -> None:
    assert said(tmp_path, text).startswith(message)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: no such file"):
        read_radars(tmp_path / "none.toml")
    (tmp_path / "radar.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="is not UTF-8 text"):
        read_radars(tmp_path / "radar.toml")
    with pytest.raises(InputError, match="at least one is needed"):
        read_radars([])
