"""CSV and Parquet: the same plots from either, in whatever units the columns are named; or one clear sentence."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from openiads.catalog.errors import InputError
from openiads.imports.read import read_plots
from tests.imports.conftest import FLAT, NORTH

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.imports.conftest import Read

    Refuse = Callable[..., InputError]

HEAD = "time_s,radar,range_m,azimuth_deg\n"
GOOD = HEAD + "1,north,40000,90\n2,flat,50000,180\n"


def table(count: int = 500) -> dict[str, Any]:
    """Random plots in the units of files."""
    draw = np.random.default_rng(4)
    return {
        "time_s": np.sort(draw.uniform(0.0, 600.0, count)),
        "radar": draw.choice(["north", "flat"], count),
        "range_km": draw.uniform(2.0, 300.0, count),
        "azimuth_deg": draw.uniform(-180.0, 360.0, count),
        "elevation_deg": np.where(draw.random(count) < 0.3, np.nan, draw.uniform(0.0, 40.0, count)),
        "flight_level": np.where(draw.random(count) < 0.3, np.nan, draw.integers(0, 400, count)),
        "mode_3a": [f"{code:04o}" for code in draw.integers(0, 4096, count)],
        "mode_s": [f"{address:06X}" for address in draw.integers(0, 1 << 24, count)],
    }


def as_csv(columns: dict[str, Any], delimiter: str = ",") -> str:
    """Written by the csv module; NaN as an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow(["" if isinstance(cell, float) and np.isnan(cell) else cell for cell in row])
    return out.getvalue()


def as_parquet(columns: dict[str, Any]) -> bytes:
    """Written by pyarrow; NaN as null."""
    arrays = {name: pa.array(values, from_pandas=True) for name, values in columns.items()}
    sink = io.BytesIO()
    pq.write_table(pa.table(arrays), sink)
    return sink.getvalue()


@pytest.mark.parametrize("kind", ["comma", "semicolon", "tab", "bar", "parquet"])
def test_what_was_written_is_read(kind: str, read: Read) -> None:
    given = table()
    delimiter = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}.get(kind)
    content = as_csv(given, delimiter) if delimiter else as_parquet(given)
    plots, rejections = read(content, "plots.csv" if delimiter else "plots.parquet")
    assert (len(plots), rejections.read) == (500, 500)
    np.testing.assert_allclose(plots.time_s, given["time_s"], rtol=1e-15)
    assert [(NORTH, FLAT)[row].name for row in plots.radar] == given["radar"].tolist()
    np.testing.assert_allclose(plots.range_m, given["range_km"] * 1e3)
    np.testing.assert_allclose(np.degrees(plots.azimuth_rad), given["azimuth_deg"] % 360.0, atol=1e-9)
    measured = np.where(plots.radar == 0, given["elevation_deg"], np.nan)
    np.testing.assert_allclose(np.degrees(plots.elevation_rad), measured)
    np.testing.assert_allclose(plots.height_m, given["flight_level"] * 30.48)
    assert [f"{code:04o}" for code in plots.mode_3a] == given["mode_3a"]
    assert [f"{address:06X}" for address in plots.address] == given["mode_s"]
    assert plots.source_row[0] == (2 if delimiter else 1)


def test_the_order_of_a_large_file_is_kept(read: Read) -> None:
    """Large enough that several threads read it."""
    count = 400_000
    rows = "\n".join(f"{row},{'north' if row % 3 else 'flat'},{1000 + row % 977},{row % 360}" for row in range(count))
    plots, _ = read(HEAD + rows)
    np.testing.assert_array_equal(plots.time_s, np.arange(count))
    np.testing.assert_array_equal(plots.range_m, 1000 + np.arange(count) % 977)
    np.testing.assert_array_equal(plots.source_row, np.arange(count) + 2)


@pytest.mark.parametrize(
    "content",
    [
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        GOOD.upper().replace("NORTH", "north").replace("FLAT", "flat"),
        GOOD.replace("north", ' "north" ').replace(",", " , "),
        GOOD.rstrip("\n"),
    ],
)
def test_forms_of_the_same_file(content: str, read: Read) -> None:
    plots, rejections = read(content.replace(' "north" ', "north"))
    assert plots.range_m.tolist() == [40e3, 50e3]
    assert plots.radar.tolist() == [0, 1]
    assert rejections.sentences() == []


def test_lines_are_counted_over_empty_lines_and_cells_of_several(read: Read) -> None:
    text = 'note,time_s,radar,range_m,azimuth_deg\n"two\nlines",1,north,4e4,9\n\nx,2,north,-1,9\nx,3,north,5e4,9\n'
    plots, rejections = read(text)
    assert plots.source_row.tolist() == [3, 6]
    assert rejections.plots[0].first == 5
    assert rejections.sentences() == [
        "1 plot rejected: a range outside 0.001 to 5e+06 m (first: line 5)",
        "columns not used: note",
    ]


def test_dates_and_times_count_from_the_first_midnight(read: Read) -> None:
    text = (
        "time_utc,radar,range_m,azimuth_deg\n2016-10-15T23:59:59.5Z,north,4e4,9\n"
        "2016-10-16T02:00:01.25+02:00,north,4e4,9\n2016-10-16 00:00:02,north,4e4,9\n"
    )
    plots, _ = read(text)
    np.testing.assert_allclose(plots.time_s, [86399.5, 86401.25, 86402.0], atol=1e-9)
    assert plots.clock == "seconds after 2016-10-15T00:00:00Z"


def test_timestamps_of_parquet_are_utc(read: Read) -> None:
    moments = np.array(["2016-10-15T00:00:01", "2016-10-15T00:00:02.5"], "datetime64[us]")
    base = {"radar": ["north", "north"], "range_m": [4e4, 5e4], "azimuth_rad": [1, 2]}
    for given in (pa.array(moments), pa.array(moments, pa.timestamp("us", tz="Europe/Berlin"))):
        plots, _ = read(as_parquet(base | {"time_utc": given}), "plots.parquet")
        np.testing.assert_allclose(plots.time_s, [1.0, 2.5])


def test_bad_values_are_counted_with_their_line(read: Read) -> None:
    text = GOOD + "nan,north,4e4,9\n3,north,,9\n4,elsewhere,4e4,9\n5,,4e4,9\n6,north,4e4,9000\n7,north,inf,9\n"
    plots, rejections = read(text)
    assert (len(plots), rejections.read, rejections.rejected) == (2, 8, 6)
    assert {(row.what.split(" outside")[0], row.count, row.first) for row in rejections.plots} == {
        ('a radar "elsewhere" that was not given (given: north, flat)', 1, 6),
        ('a radar "" that was not given (given: north, flat)', 1, 7),
        ("a time that is no finite number", 1, 4),
        ("a range that is no finite number", 2, 5),
        ("an azimuth", 1, 8),
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "plots.csv: is empty"),
        ("\n\n", "plots.csv:1: begins with an empty line"),
        (HEAD, "plots.csv:1: holds a header and no plots"),
        (GOOD + "3,north,forty,9\n", 'plots.csv:4: range_m: read "forty", expected a number'),
        (GOOD + "3,north,40_,9\n", 'plots.csv:4: range_m: read "40_", expected a number'),
        (GOOD + '3,north,"4,5",9\n', 'plots.csv:4: range_m: read "4,5", expected a number'),
        (GOOD + "3,north,4e4\n", "plots.csv:4: has 3 fields in this line, the header has 4"),
        (GOOD + "3,north,4e4,9,9\n", "plots.csv:4: has 5 fields in this line, the header has 4"),
        (GOOD + '3,"north,4e4,9\n', "plots.csv:4: a quotation mark is opened in this line and never closed"),
        (GOOD.replace("range_m", "rnage_m"), 'has no column range_m or range_km or range_nmi; is it "rnage_m"?'),
        (GOOD.replace("radar", "site"), "has no column radar (columns read: time_s, site, range_m, azimuth_deg; allow"),
        (GOOD.replace("radar", "range_km"), 'has the columns "range_km" and "range_m", of which only one can be used'),
        (GOOD.replace("time_s", "time_utc"), 'plots.csv:2: time_utc: read "1", expected a date and time such as'),
        (GOOD.replace("azimuth_deg", "azimuth_deg,mode_3a").replace("0\n", "0,9999\n"), 'mode_3a: read "9999", expec'),
        (HEAD + "1,x,4e4,9\n", 'holds no plot that can be used: 1 plot rejected: a radar "x" that was not given'),
        (GOOD + "3,north,4\x00,9\n", 'plots.csv:4: range_m: read "4\\x00", expected a number'),
        (GOOD + "3,north," + "4" * 999 + "x,9\n", f'plots.csv:4: range_m: read "{"4" * 60} ...", expected a number'),
        (GOOD + "3," + "n" * 3_000_000 + ",4,9\n", "plots.csv:4: cannot be read: maximum line size"),
        (b"\xff\xfe\x00\x01", "plots.csv:1: is not UTF-8 text"),
        (GOOD.encode() + b"3,\xff,4e4,9\n", "plots.csv:4: is not UTF-8 text"),
    ],
)
def test_a_csv_that_cannot_be_used_is_refused_in_one_sentence(content: str | bytes, said: str, refused: Refuse) -> None:
    message = str(refused(content))
    assert said in message
    assert "\n" not in message


def test_columns_that_mean_nothing_here_are_named(read: Read) -> None:
    plots, rejections = read("time_s,radar,range_m,azimuth_deg,,Note\n1,north,4e4,9,,x\n")
    assert len(plots) == 1
    assert rejections.sentences() == ["columns not used: note"]


def test_a_cell_is_named_by_its_line_behind_empty_lines(refused: Refuse) -> None:
    assert "plots.csv:6: range_m:" in str(refused(GOOD + "\n\n3,north,forty,9\n"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"range_m": ["a", "b"]}, 'range_m: row 1: read "a", expected a number'),
        ({"range_m": [[1.0], [2.0]]}, 'the column "range_m" holds DOUBLE[]; a number is needed'),
        ({"mode_3a": [7777, 8888]}, 'mode_3a: row 2: read "8888", expected up to four octal digits'),
        ({"range_km": [1.0, 2.0]}, "of which only one can be used"),
    ],
)
def test_a_parquet_that_cannot_be_used_is_refused(changes: dict[str, Any], said: str, refused: Refuse) -> None:
    base = {"time_s": [1, 2], "radar": ["north", "flat"], "range_m": [4e4, 5e4], "azimuth_rad": [1, 2]}
    assert said in str(refused(as_parquet(base | changes), "plots.parquet"))


def test_files_that_are_not_parquet(refused: Refuse) -> None:
    whole = as_parquet(table(50))
    for content in (b"PAR1", b"nonsense", whole[: len(whole) // 2], whole[:-4]):
        assert "plots.parquet: cannot be read" in str(refused(content, "plots.parquet"))
    assert "holds columns and no plots" in str(refused(as_parquet(table(0)), "plots.parquet"))


@pytest.mark.parametrize("name", ["plots.txt", "plots", "plots.pcap", "plots.csv.gz"])
def test_other_suffixes_are_refused(name: str, refused: Refuse) -> None:
    assert "plots are read from .csv, .parquet, .ast, .asterix" in str(refused(GOOD, name))


def test_a_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: no such file"):
        read_plots(tmp_path / "plots.csv", [NORTH])
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    with pytest.raises(InputError, match="is no regular file"):
        read_plots(folder, [NORTH])


def test_without_a_radar_nothing_is_read(refused: Refuse) -> None:
    assert "without a radar" in str(refused(GOOD, radars=()))


def test_names_with_signs_of_patterns_and_quotes(read: Read) -> None:
    for name in ("pl[o]ts*.csv", "it's?.csv", "pl[o]ts*.parquet"):
        content = GOOD if name.endswith("csv") else as_parquet(table(3))
        assert len(read(content, name)[0]) in (2, 3)


def test_quotes_in_names_do_no_harm(refused: Refuse) -> None:
    content = HEAD.replace("radar", 'radar,"x""; drop table y; --"') + "1,no'rth,1,4e4,9\n"
    assert 'a radar "no\'rth" that was not given' in str(refused(content))
