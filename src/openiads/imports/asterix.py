"""Plots from recorded ASTERIX: the target reports of category 048, monoradar data.

A file is read block by block and record by record; a record's field specification gives the layout, the same for most
records of a radar, so that it is worked out once. Only where the needed items begin is noted on the way, and the
values of all records are taken out together afterwards.

Source: EUROCONTROL-SPEC-0149-1 (ASTERIX part 1: data blocks, field specification, kinds of items) and
EUROCONTROL-SPEC-0149-4, edition 1.32 (part 4, category 048: the standard user application profile and the items).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from openiads.catalog.errors import InputError
from openiads.constants import FOOT_M, WGS84_B_M, WGS84_E2
from openiads.imports.plots import NO_CODE, Count, Plots, Rejections, add, from_columns
from openiads.imports.radars import TrackerRadar

CATEGORY: Final = 48
_PCAP: Final = (b"\xa1\xb2\xc3\xd4", b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x4d\x3c\xb2\xa1", b"\x0a\x0d\x0d\x0a")
_DAY_S: Final = 86400.0
_NMI_M: Final = 1852.0
_TURN_RAD: Final = 2.0 * np.pi
_REPORTS_NAMED: Final = 8

# Kinds of items whose length stands in the data; a positive length needs no kind.
_EXTENDED: Final = 0
_REPEATED_8: Final = -1
_EXPLICIT: Final = -2
_PLOT_CHARACTERISTICS: Final = -3
_DOPPLER: Final = -4
_PROFILE: Final = (
    ("010", 2), ("140", 3), ("020", _EXTENDED), ("040", 4), ("070", 2), ("090", 2), ("130", _PLOT_CHARACTERISTICS),
    ("220", 3), ("240", 6), ("250", _REPEATED_8), ("161", 2), ("042", 4), ("200", 4), ("170", _EXTENDED),
    ("210", 4), ("030", _EXTENDED), ("080", 2), ("100", 4), ("110", 2), ("120", _DOPPLER), ("230", 2),
    ("260", 7), ("055", 1), ("050", 2), ("065", 1), ("060", 2), ("SP", _EXPLICIT), ("RE", _EXPLICIT),
)  # fmt: skip
_KEPT: Final = ("010", "140", "020", "040", "070", "090", "220", "110", "120")
_NOT_KEPT: Final = len(_KEPT)  # a place of its own for the beginnings of the other items
_WIDTH: Final = len(_KEPT) + 1
_ABSENT: Final = -1

Layout = tuple[
    tuple[int, int], ...
]  # (place in a row of offsets, length or kind) of the items of a record, in their order


def read_asterix(path: Path, radars: Sequence[TrackerRadar]) -> tuple[Plots, Rejections]:
    """Plots of a recorded file of ASTERIX data blocks.

    A radar is known by its SAC and SIC; where one radar alone is given without them, every report is its own. Times
    count from the first midnight. Blocks of other categories are skipped and counted.

    Raises:
        InputError: the file is cut short or not ASTERIX, with the byte; or reports of several radars meet one without
            a SAC and SIC.
    """
    data = path.read_bytes()
    if data.startswith(_PCAP):
        raise InputError(str(path), "is a capture of a network; the ASTERIX data in it must be taken out first")
    starts, skipped = _walk(str(path), data)
    if not len(starts):
        others = ", ".join(row.what for row in skipped)
        raise InputError(str(path), f"holds no target report of category 048; only blocks {others}")
    buffer = np.frombuffer(data, np.uint8)
    return _plots(str(path), buffer, starts, radars, skipped)


def _walk(file: str, data: bytes) -> tuple[Any, tuple[Count, ...]]:
    """Where the kept items of every record begin, and the blocks of other categories.

    Returns:
        Offsets of shape (records, kept items and one more), -1 where a record lacks the item; and the blocks skipped,
        by category.
    """
    offsets = array("q")
    others: dict[int, list[int]] = {}
    position, end = 0, len(data)
    while position < end:
        length = int.from_bytes(data[position + 1 : position + 3], "big")
        if position + 3 > end:
            raise InputError(
                file, f"ends at byte {end} within the head of the data block that begins at byte {position}"
            )
        if length < 3:
            raise InputError(file, f"byte {position}: a data block says that it is {length} bytes long, 3 is the least")
        if position + length > end:
            said = f"the data block of category {data[position]:03d} at byte {position}, which is {length} bytes long"
            raise InputError(file, f"ends at byte {end} within {said}")
        if data[position] == CATEGORY:
            _records(file, data, position + 3, position + length, offsets)
        else:
            others.setdefault(data[position], []).append(position)
        position += length
    table = np.array(offsets, np.int64).reshape(-1, _WIDTH)
    return table, tuple(Count(f"of category {key:03d}", len(at), at[0]) for key, at in sorted(others.items()))


def _records(file: str, data: bytes, position: int, end: int, offsets: array[int]) -> None:
    """Note the items of every record of one block."""
    while position < end:
        begin = position
        while position < end and data[position] & 1:
            position += 1
        position += 1
        row = [_ABSENT] * _WIDTH
        try:
            for slot, size in _layout(data[begin:position]) if position <= end else ():
                row[slot] = position
                position += size if size > 0 else _LENGTHS[size](data, position)
        except IndexError:
            position = end + 1
        except _Broken as error:
            raise InputError(file, f"byte {begin}: a record of category 048 {error}") from None
        if position > end:
            raise InputError(file, f"byte {begin}: a record of category 048 goes on beyond its data block (byte {end})")
        offsets.extend(row)


@lru_cache(maxsize=4096)
def _layout(specification: bytes) -> Layout:
    """The items that a field specification announces; what is not kept goes with the item of known length before it."""
    found: list[tuple[int, int]] = []
    for octet, bits in enumerate(specification):
        for bit in range(7):
            if not bits & (0x80 >> bit):
                continue
            number = 7 * octet + bit
            if number >= len(_PROFILE):
                raise _Broken(f"holds the field {number + 1}; the category has {len(_PROFILE)}")
            item, size = _PROFILE[number]
            slot = _KEPT.index(item) if item in _KEPT else _NOT_KEPT
            if slot == _NOT_KEPT and size > 0 and found and found[-1][1] > 0:
                found[-1] = (found[-1][0], found[-1][1] + size)
            else:
                found.append((slot, size))
    return tuple(found)


class _Broken(Exception):  # noqa: N818
    """A record that is none; the message goes on after "a record of category 048"."""


def _extended(data: bytes, position: int) -> int:
    """Length of an item whose every octet says whether another follows."""
    end = position
    while data[end] & 1:
        end += 1
    return end + 1 - position


def _repeated(data: bytes, position: int) -> int:
    return 1 + 8 * data[position]


def _explicit(data: bytes, position: int) -> int:
    if not data[position]:
        raise _Broken("holds a field of its own length that says 0")
    return data[position]


def _plot_characteristics(data: bytes, position: int) -> int:
    """Length of I048/130: a primary field, and one octet for each of its bits that is set."""
    head = _extended(data, position)
    return head + sum((data[position + octet] >> 1).bit_count() for octet in range(head))


def _doppler(data: bytes, position: int) -> int:
    """Length of I048/120: a primary field, the calculated speed (2), raw speeds (6 each)."""
    primary = data[position]
    if primary & 0x3F:
        raise _Broken(f"holds an item 120 with the primary field {primary:08b}; its last six bits must be 0")
    calculated = 2 if primary & 0x80 else 0
    return 1 + calculated + (1 + 6 * data[position + 1 + calculated] if primary & 0x40 else 0)


_LENGTHS: Final[dict[int, Callable[[bytes, int], int]]] = {
    _EXTENDED: _extended, _REPEATED_8: _repeated, _EXPLICIT: _explicit, _PLOT_CHARACTERISTICS: _plot_characteristics,
    _DOPPLER: _doppler,
}  # fmt: skip


class _Reports:
    """The items of all reports, taken from the bytes together; what a report lacks is NaN, -1 or false."""

    def __init__(self, buffer: Any, starts: Any) -> None:
        self._padded = np.concatenate([buffer, np.zeros(8, np.uint8)])
        self._starts = starts

    def has(self, item: str) -> Any:
        """Which reports hold an item."""
        return self._starts[:, _KEPT.index(item)] != _ABSENT

    def word(self, item: str, octets: int, skip: int = 0) -> Any:
        """So many octets of an item as a whole number (int64), 0 where it is absent; the first ``skip`` left out."""
        has = self.has(item)
        at = np.where(has, self._starts[:, _KEPT.index(item)] + skip, 0)
        value = np.zeros(len(at), np.int64)
        for octet in range(octets):
            value = (value << 8) | self._padded[at + octet]
        return np.where(has, value, 0)


def _signed(word: Any, bits: int) -> Any:
    """The last bits of words as two's complement."""
    low = word & ((1 << bits) - 1)
    return low - ((low >> (bits - 1)) << bits)


def _plots(
    file: str, buffer: Any, starts: Any, radars: Sequence[TrackerRadar], skipped: tuple[Count, ...]
) -> tuple[Plots, Rejections]:
    reports = _Reports(buffer, starts)
    record = np.arange(1, len(starts) + 1)
    usable, counts = np.ones(len(starts), np.bool_), []
    for what, mask in _unusable(reports):
        if (fresh := mask & usable).any():
            counts.append(_count(what, fresh, record))
            usable &= ~mask
    names = _names(file, reports, radars, usable)
    given = {name: values[usable] for name, values in (_measured(reports) | {"source_row": record}).items()}
    given["radar"] = names[usable]
    given["elevation_rad"] = _elevation(given, radars)
    del given["height_3d_m"]
    plots, rejections = from_columns(given, radars, "seconds after midnight UTC of the first report's day")
    outer = Rejections(len(starts), tuple(counts), tuple(_left_aside(reports, record, usable)), skipped, (), "record")
    return plots, add(outer, rejections)


def _count(what: str, mask: Any, record: Any) -> Count:
    return Count(what, int(mask.sum()), int(record[np.argmax(mask)]))


def _unusable(reports: _Reports) -> list[tuple[str, Any]]:
    """Reasons why reports are no plots of the air, and the reports each is true of."""
    descriptor, described = reports.word("020", 1), reports.has("020")
    extent = np.where(descriptor & 0x01, reports.word("020", 1, skip=1), 0)
    return [
        ("no I048/010, which names the radar", ~reports.has("010")),
        ("a test target (TST)", (extent & 0x80) != 0),
        ("a field monitor, a fixed transponder (RAB)", (descriptor & 0x02) != 0),
        ("no detection (TYP 0)", described & (descriptor >> 5 == 0)),
        ("no I048/140, the time of day", ~reports.has("140")),
        ("a time of day beyond 24 h", reports.word("140", 3) >= 128 * _DAY_S),
        ("no I048/040, the measured position", ~reports.has("040")),
    ]


def _left_aside(reports: _Reports, record: Any, usable: Any) -> list[Count]:
    """Codes, levels and speeds that a report marks as not to be relied on."""
    level, code = reports.word("090", 2), reports.word("070", 2)
    found = [
        ("a flight level not validated or garbled", (level & 0xC000) != 0),
        ("a mode 3/A code not validated or garbled", (code & 0xC000) != 0),
        ("a radial speed marked as doubtful", _has_speed(reports) & (reports.word("120", 2, skip=1) & 0x8000 != 0)),
    ]
    return [_count(what, mask & usable, record) for what, mask in found if (mask & usable).any()]


def _has_speed(reports: _Reports) -> Any:
    return (reports.word("120", 1) & 0x80) != 0


def _measured(reports: _Reports) -> dict[str, Any]:
    """Every quantity in SI, by the columns of ``Plots``; ``height_3d_m`` besides.

    Assumes: the calculated Doppler speed of I048/120 grows as the range does; the specification gives it no direction.
    """
    polar, level, code = reports.word("040", 4), reports.word("090", 2), reports.word("070", 2)
    speed = reports.word("120", 2, skip=1)
    sound_level = reports.has("090") & (level & 0xC000 == 0)
    sound_speed = _has_speed(reports) & (speed & 0x8000 == 0)
    sound_code = reports.has("070") & (code & 0xC000 == 0)
    return {
        "time_s": _unwrapped(reports),
        "range_m": (polar >> 16) * (_NMI_M / 256.0),
        "azimuth_rad": (polar & 0xFFFF) * (_TURN_RAD / 65536.0),
        "range_rate_mps": np.where(sound_speed, _signed(speed, 10), np.nan),
        "height_m": np.where(sound_level, _signed(level, 14) * (25.0 * FOOT_M), np.nan),
        "height_3d_m": np.where(reports.has("110"), _signed(reports.word("110", 2), 14) * (25.0 * FOOT_M), np.nan),
        "mode_3a": np.where(sound_code, code & 0x0FFF, NO_CODE),
        "address": np.where(reports.has("220"), reports.word("220", 3), NO_CODE),
    }


def _unwrapped(reports: _Reports) -> Any:
    """Times of day made to run on over midnight: a fall by more than half a day is a new day, a rise the day before."""
    time_s = reports.word("140", 3) / 128.0
    sound = reports.has("140") & (time_s < _DAY_S)
    step = np.diff(time_s[sound], prepend=time_s[sound][:1])
    day = np.cumsum((step < -0.5 * _DAY_S).astype(np.int64) - (step > 0.5 * _DAY_S))
    time_s[sound] += _DAY_S * day
    return time_s


def _names(file: str, reports: _Reports, radars: Sequence[TrackerRadar], usable: Any) -> Any:
    """The radar of every report by name; ``SAC 1 SIC 2`` where that is none of those given."""
    codes = reports.word("010", 2)
    known = {
        256 * radar.sac + radar.sic: radar.name for radar in radars if radar.sac is not None and radar.sic is not None
    }
    met = np.unique(codes[usable])
    shown = {int(code): f"SAC {code >> 8} SIC {code & 0xFF}" for code in met}
    if not known and len(radars) == 1:
        if len(met) > 1:
            listed = ", ".join(list(shown.values())[:_REPORTS_NAMED])
            raise InputError(file, f"holds reports of {len(met)} radars ({listed}); give each radar its sac and sic")
        return np.full(len(codes), radars[0].name, object)
    if not known:
        raise InputError(file, "cannot be told apart by radar: no radar given has a sac and sic")
    names = np.empty(len(codes), object)
    for code, text in shown.items():
        names[codes == code] = known.get(code, text)
    return names


def _elevation(given: dict[str, Any], radars: Sequence[TrackerRadar]) -> Any:
    """Elevation of the straight line to a height that the radar itself measured (I048/110), NaN where it gave none.

    The law of cosines at the centre of the sphere that touches the ellipsoid at the radar; NaN where the range cannot
    reach the height.
    """
    elevation_rad = np.full(len(given["range_m"]), np.nan)
    for radar in radars:
        mine = given["radar"] == radar.name
        range_m = given["range_m"][mine] - radar.range_bias_m
        low_m = _curvature_m(radar.position.lat_deg) + radar.height_m
        high_m = low_m - radar.height_m + given["height_3d_m"][mine]
        with np.errstate(divide="ignore", invalid="ignore"):
            sine = (high_m * high_m - low_m * low_m - range_m * range_m) / (2.0 * low_m * range_m)
            elevation_rad[mine] = np.where(np.abs(sine) <= 1.0, np.arcsin(sine), np.nan)
    return elevation_rad


def _curvature_m(lat_deg: float) -> float:
    """Mean radius of curvature of the ellipsoid, the root of the product of the two principal ones."""
    sine = float(np.sin(np.radians(lat_deg)))
    return WGS84_B_M / (1.0 - WGS84_E2 * sine * sine)
