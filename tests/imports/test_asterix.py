"""ASTERIX category 048 written with libasterix, read as plots; and files that are cut short or none."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import pytest

from openiads.catalog.errors import InputError
from tests.imports.conftest import FLAT, NORTH, radar
from tests.support import asterix_bytes
from tests.support.asterix_bytes import POSITION, block, descriptor, service

if TYPE_CHECKING:
    from collections.abc import Callable

    from openiads.imports.plots import Plots, Rejections
    from tests.imports.conftest import Read

    Refuse = Callable[..., InputError]

NAME = "plots.ast"
DAY_S = 86400


def items(**changes: Any) -> dict[str, Any]:
    """A primary plot of NORTH, 40 nmi to the east, with items added, changed or (None) left out."""
    named = {key.removeprefix("i"): value for key, value in changes.items()}
    return {key: value for key, value in (POSITION | named).items() if value is not None}


def test_every_quantity_of_a_report(read: Read) -> None:
    report = items(
        i070=(0, 0, 0, 0, ("MODE3A", "7421")), i090=(0, 0, ("FL", (330.0, "FL"))), i220=0x4B1A2C,
        i110=(0, ("3DH", (33025.0, "ft"))), i120={"CAL": (0, 0, ("CAL", (-231.0, "m/s")))}, i161=(0, 17),
    )  # fmt: skip
    plots, rejections = read(block(report), NAME)
    assert rejections.sentences() == []
    assert plots.time_s.tolist() == [36000.0]
    assert plots.range_m.tolist() == [40.0 * 1852.0]
    assert math.degrees(plots.azimuth_rad[0]) == pytest.approx(90.0)
    assert plots.range_rate_mps.tolist() == [-231.0]
    assert plots.height_m[0] == pytest.approx(33000 * 0.3048)
    assert (plots.mode_3a[0], plots.address[0], plots.source_row[0]) == (0o7421, 0x4B1A2C, 1)
    assert np.isfinite(plots.elevation_rad[0])


@pytest.mark.parametrize("lat_deg", [0.0, 34.9, 80.0])
@pytest.mark.parametrize("height_ft", [0.0, 1000.0, 60000.0])
def test_a_measured_height_becomes_the_elevation_that_gives_it_back(
    lat_deg: float, height_ft: float, read: Read
) -> None:
    """By pyproj: along the line in range, azimuth and elevation the point stands at the height."""
    site = radar("site", position=f"{lat_deg} N, 35.9 E", height="1200 m", elevation_sigma="0.2 deg")
    for range_nmi in (20.0, 100.0):
        report = items(i110=(0, ("3DH", (height_ft, "ft"))), i040=(("RHO", (range_nmi, "NM")), ("THETA", (30.0, "°"))))
        plots, _ = read(block(report), NAME, [site])
        range_m, azimuth, elevation = plots.range_m[0], plots.azimuth_rad[0], plots.elevation_rad[0]
        to_earth = pyproj.Transformer.from_pipeline(
            f"+proj=pipeline +step +inv +proj=topocentric +ellps=WGS84 +lat_0={lat_deg} +lon_0=35.9 +h_0=1200 "
            "+step +inv +proj=cart +ellps=WGS84"
        )
        ground_m = range_m * math.cos(elevation)
        place = (ground_m * math.sin(azimuth), ground_m * math.cos(azimuth), range_m * math.sin(elevation))
        assert to_earth.transform(*place)[2] == pytest.approx(height_ft * 0.3048, abs=20.0)


def test_a_height_that_the_range_cannot_reach_is_no_elevation(read: Read) -> None:
    report = items(i110=(0, ("3DH", (90000.0, "ft"))), i040=(("RHO", (1.0, "NM")), ("THETA", (30.0, "°"))))
    plots, _ = read(block(report), NAME)
    assert np.isnan(plots.elevation_rad[0])


def test_a_radar_without_elevation_error_has_no_elevation(read: Read) -> None:
    report = items(i010=(("SAC", 1), ("SIC", 3)), i110=(0, ("3DH", (30000.0, "ft"))))
    plots, rejections = read(block(report), NAME)
    assert (plots.radar[0], np.isnan(plots.elevation_rad[0])) == (1, True)
    assert rejections.sentences() == [
        "1 value not used: an elevation of a radar without elevation_sigma (first: record 1)"
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"i020": descriptor(test=1)}, "a test target (TST)"),
        ({"i020": descriptor(monitor=1)}, "a field monitor, a fixed transponder (RAB)"),
        ({"i020": descriptor(type_=0)}, "no detection (TYP 0)"),
        ({"i040": None}, "no I048/040, the measured position"),
        ({"i140": None}, "no I048/140, the time of day"),
        ({"i140": 128 * DAY_S}, "a time of day beyond 24 h"),
        ({"i010": None}, "no I048/010, which names the radar"),
        ({"i040": (0, 0)}, "a range outside 0.001 to 5e+06 m"),
        ({"i010": (("SAC", 9), ("SIC", 8))}, 'a radar "SAC 9 SIC 8" that was not given (given: north, flat)'),
    ],
)
def test_reports_that_are_no_plots_are_counted(changes: dict[str, Any], reason: str, read: Read) -> None:
    plots, rejections = read(block(items(), items(**changes), items(**changes)), NAME)
    assert len(plots) == 1
    assert rejections.sentences() == [f"2 plots rejected: {reason} (first: record 2)"]
    assert rejections.read == 3


def test_a_simulated_target_counts_as_any_other(read: Read) -> None:
    assert len(read(block(items(i020=descriptor(test=0, simulated=1))), NAME)[0]) == 1


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"i090": (1, 0, 400)}, "height_m", "a flight level not validated or garbled"),
        ({"i090": (0, 1, 400)}, "height_m", "a flight level not validated or garbled"),
        ({"i120": {"CAL": (1, 0, 100)}}, "range_rate_mps", "a radial speed marked as doubtful"),
    ],
)
def test_doubtful_values_are_left_aside(changes: dict[str, Any], column: str, reason: str, read: Read) -> None:
    plots, rejections = read(block(items(**changes)), NAME)
    assert np.isnan(getattr(plots, column)[0])
    assert rejections.sentences() == [f"1 value not used: {reason} (first: record 1)"]


def test_raw_doppler_speeds_alone_are_no_radial_speed(read: Read) -> None:
    plots, _ = read(block(items(i120={"RDS": [(100, 200, 2800), (50, 200, 2900)]}), items()), NAME)
    assert len(plots) == 2
    assert np.isnan(plots.range_rate_mps).all()


def test_time_runs_on_over_midnight(read: Read) -> None:
    seconds = [86398.0, 86399.5, 0.5, 86399.75, 2.0, 86397.0, 3.0]
    plots, _ = read(b"".join(block(items(i140=int(128 * second))) for second in seconds), NAME)
    assert plots.time_s.tolist() == [86398.0, 86399.5, DAY_S + 0.5, 86399.75, DAY_S + 2.0, 86397.0, DAY_S + 3.0]


def test_blocks_of_other_categories_are_skipped_and_counted(read: Read) -> None:
    other = bytes([62, 0, 5, 0, 0])
    plots, rejections = read(service() + block(items()) + other + service() + block(items(), items()), NAME)
    assert len(plots) == 3
    first = len(service()) + len(block(items()))
    assert rejections.sentences() == [
        "2 blocks skipped: of category 034 (first: byte 0)", f"1 block skipped: of category 062 (first: byte {first})"
    ]  # fmt: skip


def test_one_radar_without_codes_takes_all(read: Read, refused: Refuse) -> None:
    alone = radar("alone")
    assert len(read(block(items()), NAME, [alone])[0]) == 1
    two = block(items(), items(i010=(("SAC", 1), ("SIC", 3))))
    assert "holds reports of 2 radars (SAC 1 SIC 2, SAC 1 SIC 3); give each" in str(refused(two, NAME, [alone]))
    assert "no radar given has a sac and sic" in str(refused(two, NAME, [alone, radar("other")]))


def random_report(draw: np.random.Generator) -> dict[str, Any]:
    """A report with any of the other items, of random length where theirs varies."""
    fixed = {
        "070": 16, "090": 16, "220": 24, "240": 48, "161": 16, "042": 32, "200": 32, "210": 32, "080": 16, "100": 32,
        "110": 16, "230": 16, "260": 56, "055": 8, "050": 16, "065": 8, "060": 16,
    }  # fmt: skip
    report: dict[str, Any] = {name: int(draw.integers(0, 1 << min(bits, 62))) for name, bits in fixed.items()}
    report |= {
        "140": int(draw.integers(0, 128 * DAY_S)),
        "040": int(draw.integers(1 << 16, 1 << 32)),
        "020": descriptor(int(draw.integers(0, 8)), *[int(value) for value in draw.integers(0, 2, 3)]),
        "130": {
            name: int(draw.integers(0, 256)) for name in ("SRL", "SRR", "SAM", "PRL", "PAM") if draw.random() < 0.5
        },
        "120": {"CAL": int(draw.integers(0, 1 << 16)), "RDS": [int(draw.integers(0, 1 << 48))] * int(draw.integers(3))},
        "250": [int(draw.integers(0, 1 << 62)) for _ in range(draw.integers(0, 4))],
        "030": [int(draw.integers(1, 127)) for _ in range(draw.integers(1, 4))],
        "170": ((0, 1, 0, 0, 1, None), (1, 0, 0, 1, 0, None)) if draw.random() < 0.5 else ((0, 1, 0, 0, 1, None),),
        "SP": bytes(draw.integers(0, 256, int(draw.integers(0, 5)), np.uint8)),
    }
    return POSITION | {name: value for name, value in report.items() if draw.random() < 0.7}


def quantity(record: Any, item: str, part: str, unit: str) -> float:
    """One quantity of a record as libasterix reads it, NaN where it lacks the item."""
    found = record.get_item(item)
    if found is None:
        return math.nan
    return float(found.variation.get_item(part).variation.content.as_quantity(unit))


def whole(record: Any, item: str, part: str) -> int:
    found = record.get_item(item)
    return -1 if found is None else int(found.variation.get_item(part).as_uint())


def reread() -> tuple[bytes, list[Any]]:
    """400 random reports in blocks of one to five, and their records by libasterix."""
    draw = np.random.default_rng(48)
    data = b""
    for _ in range(150):
        data += block(*(random_report(draw) for _ in range(draw.integers(1, 6)))) + service()
    return data, asterix_bytes.read_back(data)


def of_records(plots: Plots, records: list[Any]) -> list[Any]:
    return [records[row - 1] for row in plots.source_row]


def test_random_reports_read_as_libasterix_reads_them(read: Read) -> None:
    data, records = reread()
    result: tuple[Plots, Rejections] = read(data, NAME)
    plots, rejections = result
    assert rejections.read == len(records) > 300
    assert 150 < len(plots) < len(records)
    chosen = of_records(plots, records)
    metres = [quantity(record, "040", "RHO", "NM") * 1852.0 for record in chosen]
    np.testing.assert_allclose(plots.range_m, metres, rtol=1e-15)
    degrees = [quantity(record, "040", "THETA", "°") for record in chosen]
    np.testing.assert_allclose(np.degrees(plots.azimuth_rad), degrees, rtol=1e-14)
    times = [record.get_item("140").variation.content.as_quantity("s") for record in chosen]
    np.testing.assert_array_equal(plots.time_s % DAY_S, times)
    levels = np.array([quantity(record, "090", "FL", "FL") for record in chosen])
    marked = np.array([whole(record, "090", "V") > 0 or whole(record, "090", "G") > 0 for record in chosen])
    np.testing.assert_allclose(plots.height_m, np.where(marked | (levels * 30.48 < -500.0), np.nan, levels) * 30.48)
    codes = [whole(record, "070", "MODE3A") for record in chosen]
    doubted = [whole(record, "070", "V") > 0 or whole(record, "070", "G") > 0 for record in chosen]
    np.testing.assert_array_equal(plots.mode_3a, np.where(doubted, -1, codes))
    addresses = [-1 if record.get_item("220") is None else record.get_item("220").as_uint() for record in chosen]
    np.testing.assert_array_equal(plots.address, addresses)


@pytest.mark.parametrize("cut", [1, 2, 3, 10, -1, -5])
def test_a_file_cut_short_says_at_which_byte(cut: int, refused: Refuse) -> None:
    whole_file = block(items()) + block(items(), items())
    begin = len(block(items()))
    end = begin + cut if cut > 0 else len(whole_file) + cut
    message = str(refused(whole_file[:end], NAME))
    assert f"plots.ast: ends at byte {end} within the" in message
    assert f"at byte {begin}" in message


def test_a_cut_at_any_byte_is_refused_or_a_whole_number_of_blocks(read: Read, refused: Refuse) -> None:
    one = block(items(i130={"SRL": 1}, i250=[1, 2], i120={"CAL": 5}), items())
    for end in range(1, 2 * len(one) + 1):
        data = (one + one)[:end]
        if end % len(one):
            assert "ends at byte" in str(refused(data, NAME))
        else:
            assert len(read(data, NAME)[0]) == 2 * end // len(one)


def test_damaged_blocks_are_refused_or_read_never_a_crash(read: Read) -> None:
    """Any byte changed to anything: either plots and counts that add up, or one sentence that names a byte."""
    said: list[str] = []
    draw, sound = np.random.default_rng(6), reread()[0][:4000]
    sound = sound[: sound.rfind(service())]
    for _ in range(300):
        data = bytearray(sound)
        for at in draw.integers(0, len(data), 3):
            data[at] = draw.integers(0, 256)
        try:
            plots, rejections = read(bytes(data), NAME)
        except InputError as error:
            said.append(str(error))
        else:
            assert len(plots) + rejections.rejected == rejections.read
    assert 0 < len(said) < 300
    assert all("byte" in message or "holds" in message for message in said)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (bytes([48, 0, 2]), "byte 0: a data block says that it is 2 bytes long, 3 is the least"),
        (bytes([48, 0, 3, 48, 0, 0]), "byte 3: a data block says that it is 0 bytes long"),
        (bytes([48, 0, 5, 0x80, 1]), "byte 3: a record of category 048 goes on beyond its data block (byte 5)"),
        (bytes([48, 0, 5, 0xFF, 0xFF]), "byte 3: a record of category 048 goes on beyond its data block (byte 5)"),
        (bytes([48, 0, 9, 1, 1, 1, 1, 0x80, 7]), "byte 3: a record of category 048 holds the field 29; the category"),
        (
            bytes([48, 0, 8, 1, 1, 1, 4, 0]),
            "byte 3: a record of category 048 holds a field of its own length that says 0",
        ),
        (bytes([48, 0, 7, 1, 1, 4, 1]), "byte 3: a record of category 048 holds an item 120 with the primary field"),
        (service(), "holds no target report of category 048; only blocks of category 034"),
        (b"\xd4\xc3\xb2\xa1" + bytes(20), "is a capture of a network; the ASTERIX data in it must be taken out first"),
    ],
)
def test_bytes_that_are_no_target_reports(data: bytes, said: str, refused: Refuse) -> None:
    assert said in str(refused(data, NAME))


def test_the_radars_of_the_fixture_have_codes() -> None:
    assert (NORTH.sac, NORTH.sic, FLAT.sic) == (1, 2, 3)
