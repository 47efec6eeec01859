"""World and State: the two nouns of a run, each a set of tables (tables.py)."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeAlias

from numpy.typing import NDArray

from openiads.world import tables as t

Table: TypeAlias = NDArray[Any]


class World(NamedTuple):
    """What does not change during a run; every array is read-only."""

    setting: Table
    relations: Table
    units: Table
    radars: Table
    horizons: Table
    cells: Table
    chances: Table
    air: Table
    targets: Table
    transponders: Table
    receivers: Table
    legs: Table
    plans: Table
    plan_points: Table
    airports: Table
    doctrines: Table
    zones: Table
    zone_corners: Table
    notices: Table
    missiles: Table
    envelopes: Table


class State(NamedTuple):
    """What changes: entities, pictures, decisions, what sensing hands on and what the record keeps."""

    clock: Table
    counts: Table
    posts: Table
    platforms: Table
    emitters: Table
    beacons: Table
    listeners: Table
    truth: Table
    assets: Table
    launchers: Table
    magazines: Table
    channels: Table
    readiness: Table
    lethality: Table
    locks: Table
    tracks: Table
    banks: Table
    identity: Table
    ranking: Table
    engagements: Table
    interceptors: Table
    messages: Table
    directives: Table
    plots: Table
    plot_origins: Table
    replies: Table
    strobes: Table
    strobe_origins: Table
    events: Table
    truth_samples: Table
    track_samples: Table
    interceptor_samples: Table
    emissions: Table
    evidence: Table
    ranking_samples: Table
    resources: Table
    debris: Table
    links: Table  # work space of the association
    work: Table


WORLD_DTYPES: Final = {
    "setting": t.SETTING, "relations": t.RELATION, "units": t.UNIT, "radars": t.RADAR, "horizons": t.HORIZON,
    "cells": t.CELL, "chances": t.CHANCE, "air": t.AIR, "targets": t.TARGET, "transponders": t.TRANSPONDER,
    "receivers": t.RECEIVER, "legs": t.LEG, "plans": t.PLAN, "plan_points": t.PLAN_POINT,
    "airports": t.AIRPORT, "doctrines": t.DOCTRINE,
    "zones": t.ZONE, "zone_corners": t.ZONE_CORNER, "notices": t.NOTICE, "missiles": t.MISSILE,
    "envelopes": t.ENVELOPE,
}  # fmt: skip
STATE_DTYPES: Final = {
    "clock": t.CLOCK, "counts": t.COUNT, "posts": t.POST, "platforms": t.PLATFORM, "emitters": t.EMITTER,
    "beacons": t.BEACON, "listeners": t.LISTENER,
    "truth": t.TRUTH, "assets": t.ASSET, "launchers": t.LAUNCHER, "magazines": t.MAGAZINE, "channels": t.CHANNEL,
    "readiness": t.READINESS, "lethality": t.LETHALITY,
    "locks": t.LOCK, "tracks": t.TRACK, "banks": t.BANK, "identity": t.IDENTITY, "ranking": t.RANKING,
    "engagements": t.ENGAGEMENT,
    "interceptors": t.INTERCEPTOR, "messages": t.MESSAGE, "directives": t.DIRECTIVE, "plots": t.PLOT,
    "plot_origins": t.PLOT_ORIGIN, "replies": t.REPLY, "strobes": t.STROBE,
    "strobe_origins": t.STROBE_ORIGIN, "events": t.EVENT,
    "truth_samples": t.TRUTH_SAMPLE, "track_samples": t.TRACK_SAMPLE, "interceptor_samples": t.INTERCEPTOR_SAMPLE,
    "emissions": t.EMISSION, "evidence": t.EVIDENCE, "ranking_samples": t.RANKING_SAMPLE, "resources": t.RESOURCE,
    "debris": t.DEBRIS, "links": t.LINK, "work": t.WORK,
}  # fmt: skip


def freeze(world: World) -> World:
    """Make every array of World read-only."""
    for table in world:
        table.flags.writeable = False
    return world


def copy_state(state: State) -> State:
    """A State of its own, so that the template of a scenario stays as built."""
    return State(*(table.copy() for table in state))
