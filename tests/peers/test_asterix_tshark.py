"""ASTERIX category 048 as Wireshark's dissector reads it: the same bytes, wrapped as UDP packets for tshark.

The reports are written with libasterix, so that three programs have to agree on every field and length.
"""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from openiads.imports.read import read_plots

pytest.importorskip("asterix.base", reason="libasterix is not installed")

from tests.imports.conftest import NORTH
from tests.imports.test_asterix import reread

PORT = 8600
FIELDS = ("140_VALUE", "040_RHO", "040_THETA", "090_FL", "090_V", "090_G", "070_MODE3A", "070_V", "070_G", "220_VALUE",
          "020_TYP", "020_RAB", "020_TST", "120_CAL_CAL", "120_CAL_D")  # fmt: skip


def captured(blocks: list[bytes]) -> bytes:
    """A capture file of UDP packets over IPv4 without a link layer (link type 101), one block each."""
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 16, 101)
    for block in blocks:
        datagram = struct.pack(">HHHH", PORT, PORT, 8 + len(block), 0) + block
        addresses = bytes([192, 0, 2, 1, 192, 0, 2, 2])
        packet = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(datagram), 0, 0, 64, 17, 0) + addresses + datagram
        out += struct.pack("<IIII", 0, 0, len(packet), len(packet)) + packet
    return out


def split(data: bytes) -> list[bytes]:
    """The data blocks of a file."""
    blocks = []
    while data:
        length = int.from_bytes(data[1:3], "big")
        blocks.append(data[:length])
        data = data[length:]
    return blocks


def dissected(data: bytes, folder: Path) -> list[dict[str, float]]:
    """The fields of every category 048 record by tshark, as numbers."""
    program = shutil.which("tshark")
    if program is None:
        pytest.skip("tshark (Debian package tshark) is not installed")
    path = folder / "blocks.pcap"
    path.write_bytes(captured(split(data)))
    said = subprocess.run(
        [program, "-n", "-r", str(path), "-d", f"udp.port=={PORT},asterix", "-T", "pdml"],
        check=True, capture_output=True, timeout=120,
    ).stdout  # fmt: skip
    messages = ElementTree.fromstring(said).iter("field")
    found = [_fields(message) for message in messages if message.get("name") == "asterix.message"]
    return [record for record in found if record]


def _fields(message: Any) -> dict[str, float]:
    """Of a category 048 message; of another an empty table. Editions put their number into the names, which goes."""
    found = {}
    for field in message.iter("field"):
        name, shown = field.get("name", ""), field.get("show", "")
        if name.startswith("asterix.048_"):
            key = re.sub(r"^asterix\.048_(V\d+_\d+_)?", "", name)
            found.setdefault(key, float(int(shown, 16)) if shown.startswith("0x") else _number(shown))
    return found


def _number(shown: str) -> float:
    try:
        return float(shown)
    except ValueError:
        return np.nan


def test_random_reports_read_as_tshark_reads_them(tmp_path: Path) -> None:
    data, records = reread()
    path = tmp_path / "plots.ast"
    path.write_bytes(data)
    plots, rejections = read_plots(path, [NORTH])
    theirs = dissected(data, tmp_path)
    assert len(theirs) == len(records) == rejections.read
    assert {name for record in theirs for name in record} >= set(FIELDS)
    table = {name: np.array([record.get(name, np.nan) for record in theirs]) for name in FIELDS}
    sound = ~((table["020_TYP"] == 0) | (table["020_RAB"] == 1) | (table["020_TST"] == 1))
    np.testing.assert_array_equal(plots.source_row, np.flatnonzero(sound) + 1)
    table = {name: values[sound] for name, values in table.items()}
    np.testing.assert_allclose(plots.time_s % 86400.0, table["140_VALUE"], rtol=1e-9)
    np.testing.assert_allclose(plots.range_m, table["040_RHO"] * 1852.0, rtol=1e-9)
    np.testing.assert_allclose(np.degrees(plots.azimuth_rad), table["040_THETA"], rtol=1e-9)
    levels = np.where(
        table["090_FL"] < 2048.0, table["090_FL"], table["090_FL"] - 4096.0
    )  # Wireshark 4.0 drops the sign
    marked = (table["090_V"] > 0) | (table["090_G"] > 0) | (levels * 30.48 < -500.0)
    np.testing.assert_allclose(plots.height_m, np.where(marked, np.nan, levels * 30.48))
    speed = np.where(table["120_CAL_D"] > 0, np.nan, table["120_CAL_CAL"])
    np.testing.assert_allclose(plots.range_rate_mps, speed)
    marked = (table["070_V"] > 0) | (table["070_G"] > 0) | np.isnan(table["070_MODE3A"])
    np.testing.assert_array_equal(plots.mode_3a, np.where(marked, -1, table["070_MODE3A"]))
    np.testing.assert_array_equal(plots.address, np.nan_to_num(table["220_VALUE"], nan=-1.0))
