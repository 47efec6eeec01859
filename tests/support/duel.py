"""Two fire units side by side, one of which anti-radiation missiles come for."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from openiads.enums import EventKind
from openiads.record.record import Record
from openiads.scenario.load import Scenario, restore
from openiads.simulate import Session
from openiads.world.build import Built, build

HUNTED = "one.engagement"
SCENE = """
name = "duel"
start = 2016-10-15T04:00:00Z
duration = "6 min"
seed = 5
origin = "tartus"
sides = [{ name = "defender" }, { name = "attacker" }]
relations = [{ of = "defender", to = "attacker", is = "hostile" }]
posts = [{ name = "cp", side = "defender", control = "CONTROL" }]
assets = [{ name = "pier", side = "defender", at = "tartus", radius = "300 m", value = 1 }]

[[units]]
name = "one"
unit = "s-300pmu1"
side = "defender"
post = "cp"
at = "34.93N, 35.88E"
facing = "270 deg"

[[units]]
name = "two"
unit = "s-300pmu1"
side = "defender"
post = "cp"
at = "35.02N, 35.90E"
facing = "270 deg"

[[raids]]
name = "seeker"
side = "attacker"
class = "anti-radiation-missile"
count = ARMS
interval = "4 s"
jitter = "5 s"
route = ["34.370 N, 34.742 E", "34.930 N, 35.880 E"]
altitude = "9 km"
aim = "one.engagement"
"""
BESIDE = """
[[raids]]
name = "fast"
side = "attacker"
class = "cruise-missile-supersonic"
count = 6
interval = "5 s"
start = "70 s"
jitter = "10 s"
route = ["35.000 N, 34.700 E", "tartus"]
altitude = "5 km"
aim = "pier"
"""


@cache
def scenario(control: str, missiles: int) -> Scenario:
    """The scene under a control status; under any but hold with six other targets beside the missiles."""
    text = SCENE.replace("CONTROL", control).replace("ARMS", str(missiles))
    return restore(text if control == "hold" else text + BESIDE)


@cache
def built(control: str, missiles: int, shut_down: int) -> Built:
    """Its World with or without the shut-down in the doctrine."""
    whole = build(scenario(control, missiles))
    doctrines = whole.world.doctrines.copy()
    doctrines["shut_down"] = shut_down
    return replace(whole, world=whole.world._replace(doctrines=doctrines))


def session(control: str, missiles: int, shut_down: int, run: int = 0) -> Session:
    """A run of it that has not begun."""
    return Session(scenario(control, missiles), run=run, built=built(control, missiles, shut_down))


@cache
def record(control: str, missiles: int, shut_down: int, run: int = 0) -> Record:
    """The record of a run of it."""
    played = session(control, missiles, shut_down, run)
    played.advance(played.duration_s)
    return played.record()


def of(played: Record, *kinds: EventKind) -> np.ndarray[Any, Any]:
    """The events of some kinds."""
    events = played.tables["events"]
    return events[np.isin(events["kind"], kinds)]


def silences(played: Record) -> list[tuple[int, int, int]]:
    """Radar, first and last tick of each time in which a radar was silent, up to its end or the record's."""
    found = []
    ended = of(played, EventKind.RESUMED, EventKind.RADAR_KILLED)
    for event in of(played, EventKind.SILENCED):
        mine = ended["tick"][(ended["radar"] == event["radar"]) & (ended["tick"] > event["tick"])]
        until = int(mine.min()) if mine.size else int(float(played.manifest["ended_s"]) * 1000)
        found.append((int(event["radar"]), int(event["tick"]), until))
    return found
