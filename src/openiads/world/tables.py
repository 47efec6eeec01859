"""Every table of the simulation by name; each is written one line a field, with its unit in its name.

fixed_tables.py holds those of World, state_tables.py those of State, log_tables.py what the record keeps.

A table is a NumPy record array, a row an entity. Frames: ``_ecef_`` earth-centred earth-fixed WGS-84, ``_enu_`` east,
north, up at the scenario's origin. Indices are row numbers of the table they name; -1 means none. ``*_hash`` is
the 32-bit hash of a stable name (names.py), which random draws use instead of row numbers. ``tick`` is milliseconds
since the scenario's start.
"""

from __future__ import annotations

from openiads.world.fixed_tables import (
    AIR,
    AIRPORT,
    CELL,
    CHANCE,
    DOCTRINE,
    ENVELOPE,
    HORIZON,
    LEG,
    MISSILE,
    NOTICE,
    PLAN,
    PLAN_POINT,
    RADAR,
    RECEIVER,
    RELATION,
    SETTING,
    TARGET,
    TRANSPONDER,
    UNIT,
    ZONE,
    ZONE_CORNER,
)
from openiads.world.log_tables import (
    DEBRIS,
    EMISSION,
    EVENT,
    EVIDENCE,
    INSTRUMENT,
    INTERCEPTOR_SAMPLE,
    MEASURED,
    PLOT,
    PLOT_ORIGIN,
    RANKING_SAMPLE,
    REPLY,
    RESOURCE,
    STROBE,
    STROBE_ORIGIN,
    TRACK_SAMPLE,
    TRUTH_SAMPLE,
)
from openiads.world.state_tables import (
    ASSET,
    BANK,
    BEACON,
    CHANNEL,
    CLOCK,
    COUNT,
    DIRECTIVE,
    EMITTER,
    ENGAGEMENT,
    IDENTITY,
    INTERCEPTOR,
    LAUNCHER,
    LETHALITY,
    LINK,
    LISTENER,
    LOCK,
    MAGAZINE,
    MESSAGE,
    PLATFORM,
    POST,
    RANKING,
    READINESS,
    TRACK,
    TRUTH,
    WORK,
)

__all__ = [
    "AIR", "AIRPORT", "ASSET", "BANK", "BEACON", "CELL", "CHANCE", "CHANNEL", "CLOCK", "COUNT", "DEBRIS",
    "DIRECTIVE", "DOCTRINE", "EMISSION", "EMITTER", "ENGAGEMENT", "ENVELOPE", "EVENT", "EVIDENCE", "HORIZON",
    "IDENTITY", "INSTRUMENT", "INTERCEPTOR", "INTERCEPTOR_SAMPLE", "LAUNCHER", "LEG", "LETHALITY", "LINK",
    "LISTENER", "LOCK", "MAGAZINE", "MEASURED", "MESSAGE", "MISSILE", "NOTICE", "PLAN", "PLAN_POINT", "PLATFORM",
    "PLOT", "PLOT_ORIGIN", "POST", "RADAR", "RANKING", "RANKING_SAMPLE", "READINESS", "RECEIVER", "RELATION",
    "REPLY", "RESOURCE", "SETTING", "STROBE", "STROBE_ORIGIN", "TARGET", "TRACK", "TRACK_SAMPLE", "TRANSPONDER",
    "TRUTH", "TRUTH_SAMPLE", "UNIT", "WORK", "ZONE", "ZONE_CORNER",
]  # fmt: skip
