"""What no run may do, asked of its record alone: limits of units, orders of control, ends of rounds, sums of damage.

The limits come from the record's own scenario text and the catalog that it names, never from tables of the engine.
Each function takes a ``Kept`` and raises an AssertionError that says when and where.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from openiads.catalog.models import Unit
from openiads.enums import EventKind, Identity
from openiads.record.record import Record
from openiads.scenario.load import Scenario, restore
from openiads.scenario.schema import Post

K = EventKind
LATE_TICK = 100  # fly-out plays a guidance period behind the clock: an end is logged that much later at most
LIFE = (K.DESIGNATED, K.ACQUIRED, K.LOCKED, K.ASSIGNED, K.LAUNCHED, K.ASSESSED, K.CLOSED)
ENDS = (K.KILLED, K.MISSED, K.SELF_DESTRUCTED)
NEVER_FIRED_AT = {Identity.FRIEND, Identity.ASSUMED_FRIEND, Identity.NEUTRAL}
Key = tuple[int, int]  # command post, engagement id or track number


@dataclass
class Kept:
    """A record, the scenario it was a run of, and its events in order of logging, each with its serial."""

    record: Record
    catalog_dir: Path | None = None
    scenario: Scenario = field(init=False)
    events: list[Any] = field(init=False)

    def __post_init__(self) -> None:
        self.scenario = restore(str(self.record.manifest["scenario_text"]), catalog_dir=self.catalog_dir)
        self.events = list(self.record.tables["events"])

    def of(self, *kinds: EventKind) -> list[Any]:
        """The events of some kinds."""
        return [event for event in self.events if event["kind"] in kinds]

    def unit(self, row: int) -> Unit:
        """The catalog's sheet of a unit."""
        return self.scenario.catalog.units[self.scenario.file.units[row].unit]

    def post(self, row: int) -> Post:
        """What the scenario says of a post."""
        return self.scenario.file.posts[row]

    def launchers(self) -> dict[int, Any]:
        """The catalog's entry of each launcher by its row: the roster's names are unit.KIND-ordinal."""
        found = {}
        for row in self.record.rows("launchers"):
            kind = str(row["name"]).split(".", 1)[1].rsplit("-", 1)[0]
            found[int(row["row"])] = next(each for each in self.unit(row["parent"]).launchers if each.name == kind)
        return found

    def engagement_radar(self, unit: int) -> int:
        """The row of the radar that guides a unit's rounds."""
        radars = [row for row in self.record.rows("radars") if row["parent"] == unit]
        sheets = self.scenario.catalog.radars
        return next(int(row["row"]) for row in radars if sheets[str(row["kind"])].role == "engagement")

    def cycle_tick(self, post: int) -> int:
        """How often a post decides."""
        return ticks(self.scenario.catalog.doctrines[self.post(post).doctrine].decision_cycle.value)


def ticks(span_s: float) -> int:
    """Seconds as ticks."""
    return round(span_s * 1000.0)


def channels_of(unit: Unit) -> int:
    """How many targets a unit can hold at once: its limit, and its illuminators where launchers carry them."""
    if unit.channel_owner == "radar":
        return int(unit.targets_max.value)
    return min(int(unit.targets_max.value), sum(int(row.count.value) for row in unit.launchers if row.illuminator))


def no_more_targets_than_channels(kept: Kept) -> int:
    """At no moment more engagements on a unit than it has channels, nor two on one; returns the most there were."""
    held: dict[Key, Key] = {}  # engagement: unit, channel
    most = 0
    for event in kept.of(K.DESIGNATED, K.CHANNEL_CHANGED, K.CLOSED):
        key = (int(event["post"]), int(event["engagement"]))
        if event["kind"] == K.CLOSED:
            held.pop(key, None)
            continue
        held[key] = (int(event["unit"]), int(event["channel"]))
        mine = [place for place in held.values() if place[0] == event["unit"]]
        assert len(set(mine)) == len(mine), f"two engagements on one channel at {event['tick']}"
        room = channels_of(kept.unit(event["unit"]))
        assert len(mine) <= room, f"{len(mine)} engagements on {room} channels at {event['tick']}"
        most = max(most, len(mine))
    return most


def no_more_rounds_than_guided(kept: Kept) -> int:
    """Rounds in flight at once: of a unit, of an engagement, of a channel; returns the most of a unit."""
    rows = [(int(e["tick"]), 1, int(e["interceptor"]), e) for e in kept.of(K.LAUNCHED)]
    rows += [(int(e["tick"]), 0, int(e["interceptor"]), e) for e in kept.of(*ENDS)]
    flying: dict[int, Any] = {}
    most = 0
    for tick, begins, number, event in sorted(rows, key=lambda row: row[:3]):
        if not begins:
            flying.pop(number, None)
            continue
        flying[number] = event
        unit = kept.unit(event["unit"])
        mine = [each for each in flying.values() if each["unit"] == event["unit"]]
        assert len(mine) <= unit.missiles_max.value, f"{len(mine)} rounds guided at {tick}"
        least = unit.missiles_per_target.value
        for what in ("engagement", "channel"):
            there = [each for each in mine if each[what] == event[what] and each["post"] == event["post"]]
            assert len(there) <= least, f"{len(there)} rounds of {what} {event[what]} at {tick}"
        most = max(most, len(mine))
    return most


def no_more_rounds_than_loaded(kept: Kept) -> None:
    """Launches of a launcher: never more than on its rails and reloaded by then, never too soon, never when dead."""
    sheets = kept.launchers()
    fired: defaultdict[int, int] = defaultdict(int)
    loaded = {row: int(sheet.rails.value) for row, sheet in sheets.items()}
    reloads = {row: int(sheet.reloads.value) for row, sheet in sheets.items()}
    last: dict[int, int] = {}
    dead: set[int] = set()
    units = {int(row["row"]): kept.unit(row["parent"]) for row in kept.record.rows("launchers")}
    for event in kept.of(K.LAUNCHED, K.RELOADED, K.LAUNCHER_KILLED):
        row, tick = int(event["launcher"]), int(event["tick"])
        if event["kind"] == K.LAUNCHER_KILLED:
            dead.add(row)
        elif event["kind"] == K.RELOADED:
            rounds = int(event["value"])
            assert tick - last[row] >= ticks(units[row].reload_time.value), f"reloaded too soon at {tick}"
            loaded[row], reloads[row] = loaded[row] + rounds, reloads[row] - rounds
            assert reloads[row] >= 0, f"{rounds} rounds loaded at {tick} that were on no loader"
            assert loaded[row] <= sheets[row].rails.value, f"{loaded[row]} rounds on the rails at {tick}"
        else:
            assert row not in dead, f"a dead launcher fired at {tick}"
            gap = ticks(units[row].launch_interval.value)
            assert row not in last or tick - last[row] >= gap, f"launcher {row} fired twice within {gap} at {tick}"
            last[row], loaded[row], fired[row] = tick, loaded[row] - 1, fired[row] + 1
            assert loaded[row] >= 0, f"launcher {row} fired a round at {tick} that it did not have"
    magazines = kept.record.tables["magazines"]
    np.testing.assert_array_equal(magazines["fired"], [fired[row] for row in range(len(magazines))])
    np.testing.assert_array_equal(magazines["loaded"], [loaded[row] for row in range(len(magazines))])


def lives_are_in_order(kept: Kept) -> None:
    """Designated, acquired, locked, assigned, launched, assessed, closed; the reaction time lies before a launch."""
    lives: defaultdict[Key, list[Any]] = defaultdict(list)
    for event in kept.of(*LIFE):
        lives[int(event["post"]), int(event["engagement"])].append(event)
    for key, events in lives.items():
        kinds = [EventKind(int(event["kind"])) for event in events]
        assert kinds[0] == K.DESIGNATED, f"{key} begins with {kinds[0].name}"
        assert kinds.count(K.DESIGNATED) == 1, key
        assert K.CLOSED not in kinds[:-1], f"{key} goes on after its end"
        assert all(a["tick"] <= b["tick"] for a, b in pairwise(events)), key
        for n, kind in enumerate(kinds):
            before = kinds[:n]
            if kind == K.LOCKED:
                since = before[::-1].index(K.LOCKED) if K.LOCKED in before else n
                assert K.ACQUIRED in before[n - since :], f"{key} locked what it had not acquired"
            if kind in (K.ASSIGNED, K.LAUNCHED):
                assert K.LOCKED in before, f"{key}: {kind.name} without a lock"
            if kind == K.LAUNCHED:
                last = next(each for each in before[::-1] if each != K.LAUNCHED)
                assert last in (K.ASSIGNED, K.ACQUIRED, K.LOCKED), f"{key} launched after {last.name}"
                assert K.ASSIGNED in before, f"{key} launched what was not assigned"
                unit = kept.unit(events[n]["unit"]).reaction_time
                least = ticks(unit.value if unit.low is None else unit.low)
                assert events[n]["tick"] - events[0]["tick"] >= least, f"{key} fired within its reaction time"
            if kind == K.ASSESSED:
                since = before[::-1].index(K.ASSESSED) if K.ASSESSED in before else n
                assert K.LAUNCHED in before[n - since :], f"{key} assessed where nothing had been fired"


def dead_radars_guide_nothing(kept: Kept) -> None:
    """No engagement begins on a unit whose engagement radar is gone; nothing is fired a cycle after that."""
    dead: dict[int, int] = {}
    guides = {row: kept.engagement_radar(row) for row in range(len(kept.scenario.file.units))}
    for event in kept.of(K.RADAR_KILLED, K.DESIGNATED, K.ASSIGNED, K.LAUNCHED):
        tick = int(event["tick"])
        if event["kind"] == K.RADAR_KILLED:
            dead[int(event["radar"])] = tick
            continue
        since = dead.get(guides[int(event["unit"])])
        slack = kept.cycle_tick(event["post"]) if event["kind"] == K.LAUNCHED else 0
        assert since is None or tick <= since + slack, (
            f"{EventKind(event['kind']).name} at {tick}, radar dead at {since}"
        )


def every_round_has_one_end(kept: Kept) -> None:
    """Killed, missed or self-destructed once, or in the air when the run ends; an intercept before the first two."""
    launched = {int(e["interceptor"]): e for e in kept.of(K.LAUNCHED)}
    assert len(launched) == len(kept.of(K.LAUNCHED)), "a round was fired twice"
    ends: defaultdict[int, list[Any]] = defaultdict(list)
    for event in kept.of(K.INTERCEPT, *ENDS):
        number = int(event["interceptor"])
        assert event["engagement"] == launched[number]["engagement"], f"round {number} changed its engagement"
        assert event["tick"] >= launched[number]["tick"]
        ends[number].append(event)
    end_tick = ticks(float(kept.record.manifest["ended_s"]))
    lives_s = {row: kept.scenario.catalog.missiles[sheet.missile] for row, sheet in kept.launchers().items()}
    for number, event in launched.items():
        kinds = [EventKind(int(each["kind"])) for each in ends[number]]
        allowed = ([K.INTERCEPT, K.KILLED], [K.INTERCEPT, K.MISSED], [K.SELF_DESTRUCTED])
        if kinds:
            assert kinds in allowed, f"round {number} ended as {[kind.name for kind in kinds]}"
        else:
            life = ticks(lives_s[int(event["launcher"])].self_destruct_time.value)
            assert event["tick"] + life + LATE_TICK >= end_tick, f"round {number} never ended"
        last = [each["tick"] for each in ends[number]][-1:]
        samples = kept.record.tables["interceptors"]
        seen = samples["tick"][samples["number"] == number]
        assert not last or seen.size == 0 or seen[-1] <= last[0], f"round {number} flew on after its end"


def damage_is_the_leakers_sum(kept: Kept) -> None:
    """Each hit takes its share of what is left: 1 - (1 - d)(1 - min(w / h, 1)); nothing else does damage."""
    file, targets = kept.scenario.file, kept.record.rows("targets")
    table = kept.record.tables["assets"]
    for asset, state in zip(file.assets, table, strict=False):
        assert state["hardness"] == asset.hardness
    damage, hits = np.zeros(len(table)), np.zeros(len(table), int)
    lost: set[Key] = set()
    for event in kept.of(K.ASSET_DAMAGED):
        leaked = kept.events[int(event["because"])]
        assert leaked["kind"] == K.LEAKED, "damage without a leaker"
        assert (leaked["target"], leaked["asset"]) == (event["target"], event["asset"])
        assert (event["target"], event["asset"]) not in lost, "one leaker hit twice"
        lost.add((int(event["target"]), int(event["asset"])))
        a = int(event["asset"])
        weapon = kept.scenario.catalog.targets[str(targets[int(event["target"])]["kind"])].damage.value
        damage[a] = 1.0 - (1.0 - damage[a]) * (1.0 - min(weapon / table["hardness"][a], 1.0))
        hits[a] += 1
        assert abs(event["value"] - damage[a]) < 1e-12
    np.testing.assert_allclose(table["damage"], damage, rtol=0.0, atol=1e-12)
    np.testing.assert_array_equal(table["hits"], hits)
    for kind, what in ((K.RADAR_KILLED, "emitter"), (K.LAUNCHER_KILLED, "launcher")):
        out = {int(event["asset"]) for event in kept.of(kind)}
        assert out == {int(a) for a in np.flatnonzero((table[what] >= 0) & (damage >= 0.5))}, kind.name
