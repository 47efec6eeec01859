"""Scenarios made so that one limit holds their threats, with missiles that always kill: chance has no part in them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from openiads.catalog.loader import BUILT_IN
from openiads.record.record import Record
from openiads.scenario.load import Scenario, load
from openiads.simulate import run

_SURE: Final = ("reliability_launch", "reliability_guidance", "reliability_fuze")
_KILLS: Final = ("kill_aircraft", "kill_cruise_missile", "kill_ballistic")
_SCENARIO: Final = """
name = "held"
start = 2016-10-15T04:00:00Z
duration = "4 min"
seed = 1
origin = "34.90 N, 35.00 E"
sides = [{{ name = "defender" }}, {{ name = "attacker" }}]
relations = [{{ of = "defender", to = "attacker", is = "hostile" }}]
posts = [{{ name = "cp", side = "defender", control = "{control}" }}]

[[units]]
name = "lone"
unit = "{unit}"
side = "defender"
post = "cp"
at = "34.90 N, 35.00 E"
facing = "270 deg"

[[assets]]
name = "pier"
side = "defender"
at = "{aim}"
radius = "300 m"
value = 1

[[raids]]
name = "threat"
side = "attacker"
class = "{kind}"
count = {count}
interval = "{interval}"
spacing = "{spacing}"
route = ["{start}", "{aim}"]
altitude = "{altitude}"
aim = "pier"

[environment]
terrain = "sea_level"
"""
_HERE: Final = {  # a low bomber that passes the battery at a distance, so that nothing is done in self-defence
    "control": "free", "unit": "plenty", "kind": "bomber", "aim": "35.03 N, 34.73 E", "start": "35.08 N, 34.15 E",
    "altitude": "300 m", "count": "1", "interval": "0 s", "spacing": "0 m",
}  # fmt: skip
_FAST: Final = {
    "kind": "cruise-missile-supersonic", "aim": "34.98 N, 34.87 E", "start": "34.98 N, 33.90 E", "altitude": "10 km",
}  # fmt: skip
SCENARIOS: Final = {  # the limit that holds them, and what differs from the scenario in which nothing does
    "nothing": {},
    "rule": {"control": "hold"},
    "reaction": _FAST | {"unit": "slow", "start": "34.98 N, 34.62 E"},
    "channels": _FAST | {"unit": "single", "start": "34.98 N, 34.40 E", "count": "4", "spacing": "1 km"},
    "magazine": _FAST | {"unit": "poor", "count": "2", "interval": "12 s"},
    "horizon": {"unit": "low", "aim": "34.93 N, 34.69 E", "start": "35.02 N, 34.10 E", "altitude": "30 m"},
    "envelope": _FAST | {"unit": "short", "aim": "34.92 N, 34.78 E", "start": "35.25 N, 34.30 E"},
}


@cache
def catalog() -> Path:
    """A catalog folder with a sure missile, the same with short published limits, and batteries that lack one thing."""
    folder = Path(mkdtemp(prefix="openiads-held-"))
    for part in ("missiles", "radars", "units"):
        (folder / part).mkdir()
    missile = (BUILT_IN / "missiles" / "48n6e.toml").read_text(encoding="utf-8")
    for name in (*_SURE, *_KILLS):
        missile = _with(missile, name, "1.0")
    missile = _with(missile, "lethal_radius", '"200 m"')
    missile = _with(missile, "fuze_range", '"300 m"')
    (folder / "missiles" / "sure.toml").write_text(missile, encoding="utf-8")
    (folder / "missiles" / "sure-short.toml").write_text(_with(missile, "range_max", '"11 km"'), encoding="utf-8")
    radar = (BUILT_IN / "radars" / "30n6e.toml").read_text(encoding="utf-8")
    (folder / "radars" / "low.toml").write_text(_with(radar, "antenna_height", '"1 m"'), encoding="utf-8")
    unit = (BUILT_IN / "units" / "first-battery.toml").read_text(encoding="utf-8")
    unit = _with(unit.replace('"48n6e"', '"sure"'), "rails", "16")
    units = {
        "plenty": unit,
        "slow": _with(unit, "reaction_time", '"40 s"'),
        "single": _with(unit, "targets_max", "1"),
        "poor": _with(unit, "rails", "1"),
        "low": unit.replace('"30n6e"', '"low"'),
        "short": unit.replace('"sure"', '"sure-short"'),
    }
    for name, text in units.items():
        (folder / "units" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def _with(sheet: str, key: str, value: str) -> str:
    """A sheet with another, assumed, value of one key."""
    made = f'{key} = {{ value = {value}, confidence = "assumed", reason = "made for a test" }}'
    return re.sub(rf"^{key} = \{{.*\}}$", made, sheet, count=1, flags=re.MULTILINE)


@cache
def scenario(limit: str, folder: Path | None = None) -> Scenario:
    """The scenario whose threats one limit holds."""
    path = Path(mkdtemp(prefix="openiads-held-")) / "held.toml" if folder is None else folder / "held.toml"
    path.write_text(_SCENARIO.format(**(_HERE | SCENARIOS[limit])), encoding="utf-8")
    return load(path, catalog_dir=catalog())


@cache
def record(limit: str) -> Record:
    """Its run."""
    return run(scenario(limit))
