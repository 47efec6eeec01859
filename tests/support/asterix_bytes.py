"""ASTERIX category 048 and 034 written with libasterix, which nobody here wrote."""

from __future__ import annotations

from typing import Any

import asterix.generated as editions
from asterix.base import Bits, RawDatablock

CATEGORY_048 = editions.Cat_048_1_32
CATEGORY_034 = editions.Cat_034_1_29

POSITION: dict[str, Any] = {
    "010": (("SAC", 1), ("SIC", 2)),
    "140": 128 * 36000,
    "020": ((1, 0, 0, 0, 0, None),),
    "040": (("RHO", (40.0, "NM")), ("THETA", (90.0, "°"))),
}
"""A primary plot of radar 1/2 at ten o'clock; 40 nautical miles to the east."""


def descriptor(type_: int = 1, test: int | None = None, simulated: int = 0, monitor: int = 0) -> Any:
    """The item 020, with its first extent where ``test`` is given."""
    first = (type_, simulated, 0, 0, monitor, None)
    return (first,) if test is None else (first, (test, 0, 0, 0, 0, 0, None))


def block(*reports: dict[str, Any]) -> bytes:
    """One data block of target reports."""
    records = [CATEGORY_048.cv_record.create(report) for report in reports]
    written: bytes = CATEGORY_048.create(records).unparse().to_bytes()
    return written


def service() -> bytes:
    """One data block with a north marker, category 034."""
    record = CATEGORY_034.cv_record.create({"000": 1, "010": (("SAC", 1), ("SIC", 2))})
    written: bytes = CATEGORY_034.create([record]).unparse().to_bytes()
    return written


def read_back(data: bytes) -> list[Any]:
    """Every category 048 record as libasterix reads it."""
    found = []
    blocks = RawDatablock.parse(Bits.from_bytes(data))
    assert not isinstance(blocks, ValueError)
    for one in blocks:
        if one.get_category() == 48:
            records = CATEGORY_048.cv_uap.parse(one.get_raw_records())
            assert not isinstance(records, ValueError)
            found += records
    return found
