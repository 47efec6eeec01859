"""Two fire units side by side, one of which anti-radiation missiles come for."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from openiads.enums import EventKind
from openiads.record.record import Record
from openiads.scenario.load import Scenario, load
from openiads.simulate import Session
from openiads.world.build import Built, build

SCENE = Path(__file__).with_name("duel.toml")


@cache
def scenario(control: str, missiles: int) -> Scenario:
    """The scene under a control status, with so many missiles."""
    return load(SCENE, overrides=(f'posts.cp.control="{control}"', f"raids.seeker.count={missiles}"))


@cache
def built(control: str, missiles: int, shut_down: int) -> Built:
    """Its World with or without the shut-down in the doctrine."""
    whole = build(scenario(control, missiles))
    doctrines = whole.world.doctrines.copy()
    doctrines["shut_down"] = shut_down
    if control == "hold":
        doctrines["self_defence"] = 0  # nobody shoots
    return replace(whole, world=whole.world._replace(doctrines=doctrines))


def session(control: str, missiles: int, shut_down: int, run: int = 0) -> Session:
    """A run of it that has not begun."""
    return Session(scenario(control, missiles), run=run, built=built(control, missiles, shut_down))


def long_fight(shut_down: int, run: int) -> Session:
    """Four missiles, rounds that never kill and more of them than a launcher holds: both units guide to the end."""
    begun = session("free", 4, shut_down, run)
    begun.state.lethality["kill"] = 0.0
    begun.state.magazines["loaded"] = 40
    return begun


@cache
def record(control: str, missiles: int, shut_down: int, run: int = 0) -> Record:
    """The record of a run of it."""
    return _played(session(control, missiles, shut_down, run))


@cache
def long_record(shut_down: int, run: int) -> Record:
    """The record of a long fight."""
    return _played(long_fight(shut_down, run))


def _played(begun: Session) -> Record:
    begun.advance(begun.duration_s)
    return begun.record()


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
