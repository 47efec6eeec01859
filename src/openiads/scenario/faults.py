"""Radars that are not in order: turned off north, or wrong in range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from openiads import units
from openiads.scenario import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openiads.catalog.loader import Catalog
    from openiads.scenario.schema import Fault, ScenarioFile

DIMENSIONS: Final = {"north_misalignment": "angle", "range_bias": "length"}
_MOST: Final = {"north_misalignment": (math.pi, "180 deg"), "range_bias": (2e3, "2 km")}


@dataclass(frozen=True, slots=True)
class FaultyRadar:
    """One fault, its radar found and its value read.

    Attributes:
        unit, radar: the fire unit's name in the scenario and the radar's in the catalog.
        kind: "north_misalignment" (radians, clockwise) or "range_bias" (metres, added to every range).
        value: SI.
        sentence: what it is in words.
    """

    unit: str
    radar: str
    kind: str
    value: float
    sentence: str


def faults_of(file: ScenarioFile, catalog: Catalog) -> list[FaultyRadar]:
    """The faults of a scenario, in the order of the file.

    Raises:
        units.UnitError: a radar that is none, or a value that does not fit its kind.
    """
    return [_found(fault, file, catalog) for fault in file.faults]


def sentences(file: ScenarioFile, catalog: Catalog) -> list[str]:
    """What is wrong with which radar, one line each: ``fault: v4.search turned by 2 deg``."""
    return [fault.sentence for fault in faults_of(file, catalog)]


def problems(file: ScenarioFile, catalog: Catalog) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What is wrong with the faults themselves: where, and what was read and what is allowed."""
    if any(site.unit not in catalog.units for site in file.units):
        return
    seen: set[tuple[str, str, str]] = set()
    for index, fault in enumerate(file.faults):
        try:
            named = _radar(fault, file, catalog)
        except units.UnitError as error:
            yield ("faults", index, "radar"), str(error)
            continue
        try:
            read_value(fault)
        except units.UnitError as error:
            yield ("faults", index, "value"), str(error)
        if (*named, fault.kind) in seen:
            yield ("faults", index, "kind"), f'read "{fault.kind}" of {".".join(named)} a second time; one is enough'
        seen.add((*named, fault.kind))


def most(kind: str) -> float:
    """The most that a fault of a kind can be off, either way (SI)."""
    return _MOST[kind][0]


def read_value(fault: Fault) -> float:
    """A fault's value in radians or metres.

    Raises:
        units.UnitError: another unit than its kind has, or more than can be.
    """
    value = units.parse(fault.value, DIMENSIONS[fault.kind])
    shown = _MOST[fault.kind][1]
    if abs(value) > most(fault.kind):
        raise units.UnitError(f'read "{fault.value}", a {fault.kind} is at most {shown}')
    return value


def _radar(fault: Fault, file: ScenarioFile, catalog: Catalog) -> tuple[str, str]:
    """The unit and the catalog name of the radar that a fault is about."""
    aim = names.aim_of(fault.radar, file, catalog)
    if aim.unit is None or aim.radar is None:
        raise units.UnitError(f'read "{fault.radar}", an asset; a fault is of a radar, such as v4.search or v4.9s32m')
    return aim.unit, aim.radar


def _found(fault: Fault, file: ScenarioFile, catalog: Catalog) -> FaultyRadar:
    unit, radar = _radar(fault, file, catalog)
    said = "turned by" if fault.kind == "north_misalignment" else "wrong in range by"
    sentence = f"fault: {fault.radar} {said} {fault.value}"
    return FaultyRadar(unit, radar, fault.kind, read_value(fault), sentence)
