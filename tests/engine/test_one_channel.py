"""One channel, a service that nothing varies, targets one behind the other: how many are engaged, by hand.

A unit with one target channel and one round at a time, whose round always works and always kills, faces targets that
come along one radial at one speed, equally spaced. It is a D/D/1 queue with impatient customers: one can be taken on
while a launch would still meet it, and the channel is away from its designation until the kill is called.
"""

from __future__ import annotations

import json
from math import floor
from pathlib import Path

import numpy as np
import pytest

from openiads.enums import EventKind
from openiads.record.record import Record
from openiads.scenario.load import restore
from openiads.simulate import run
from tests.support import made, overlay

REACTION_S, DELAY_S, CYCLE_S = 20.0, 20.0, 1.0
SPEED_MPS, NEAR_M, FAR_M = 300.0, 10_000.0, 12_000.0
PATIENCE_S = (FAR_M - NEAR_M) / SPEED_MPS  # how long a target stays where a round meets it within the limits
SITE = (34.93, 35.88)
EDGE_S = 1.5  # a count that such a shift of every time would change is not asked for
SPACINGS = [(10, 9.0), (10, 14.0), (8, 20.0), (8, 26.0), (8, 33.0), (6, 40.0), (6, 50.0), (5, 70.0)]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A round without chance, a unit with one channel, a target that is always seen, a doctrine that never errs."""
    folder = tmp_path_factory.mktemp("catalog")
    sure = dict.fromkeys(("reliability_launch", "reliability_guidance", "reliability_fuze"), 1.0)
    kills = dict.fromkeys(("kill_aircraft", "kill_cruise_missile", "kill_ballistic"), 1.0)
    reach = {"range_max": "12 km", "range_min": "10 km", "range_low": "12 km"}
    fuze = {"lethal_radius": "1 km", "fuze_range": "2 km", "common_cause": 0.0}
    overlay.sheet(folder, "missiles", "sure-round", "48n6e", sure | kills | reach | fuze)
    one = {"targets_max": 1, "missiles_max": 1, "missiles_per_target": 1, "launch_interval": "100 ms", "rails": 10}
    overlay.sheet(folder, "units", "one-channel", "s-300pmu1", one | {"reaction_time": "20 s", "missile": "sure-round"})
    seen = dict.fromkeys(("rcs_nose", "rcs_beam", "rcs_tail"), "50 m2") | {"swerling": 0, "vulnerability": 1.0}
    overlay.sheet(folder, "targets", "steady-target", "fighter", seen)
    overlay.sheet(folder, "doctrines", "plain", "default", {
        "mode": "automatic", "rounds": 1, "last_chance_rounds": 1, "salvos": 5, "reserve": 0, "threat_min": 0.0,
        "assessment_delay": "20 s", "assessment_false_kill": 0.0, "assessment_missed_kill": 0.0,
        "prior.hostile": 0.98, "prior.friend": 0.01, "prior.civil": 0.01, "threshold_hostile": 0.5,
        "threshold_suspect": 0.4, "shut_down": False,
    })  # fmt: skip
    return folder


def _played(catalog: Path, count: int, spacing_s: float) -> Record:
    route = [made.away(SITE, 270.0, 45.0), made.said(SITE)]
    content = {
        "name": "queue", "start": "2016-10-15T04:00:00Z", "duration": f"{160 + count * spacing_s + 80} s", "seed": 3,
        "origin": "tartus", "record": "events", "environment": {"terrain": "sea_level"},
        "sides": [{"name": "defender"}, {"name": "attacker"}],
        "relations": [{"of": "defender", "to": "attacker", "is": "hostile"}],
        "posts": [{"name": "cp", "side": "defender", "doctrine": "plain", "control": "free"}],
        "units": [{"name": "u", "unit": "one-channel", "side": "defender", "post": "cp", "at": made.said(SITE),
                   "altitude": "20 m", "facing": "270 deg"}],
        "assets": [{"name": "pier", "side": "defender", "at": made.said(SITE), "radius": "100 m", "value": 1}],
        "raids": [{"name": "r", "side": "attacker", "class": "steady-target", "count": count,
                   "interval": f"{spacing_s} s", "route": route, "altitude": "5 km", "speed": "300 m/s"}],
    }  # fmt: skip
    return run(restore(json.dumps(content), catalog_dir=catalog))


def _times_s(record: Record, kind: EventKind) -> np.ndarray:
    events = record.tables["events"]
    return events["tick"][events["kind"] == kind] * 1e-3


def engaged(
    count: int, spacing_s: float, taken_s: float, launched_s: float, flight_s: float, late_s: float = 0.0
) -> int:
    """How many of equally spaced targets one channel takes on.

    ``taken_s`` and ``launched_s`` are when the first is designated and fired at by a channel that waits for it. A
    later one may be fired at until ``PATIENCE_S`` after its own earliest launch; ``late_s`` shifts that.
    """
    free_s, number = -np.inf, 0
    for n in range(count):
        begin_s = max(taken_s + n * spacing_s, free_s)
        launch_s = max(begin_s + REACTION_S, launched_s + n * spacing_s)
        if launch_s <= launched_s + n * spacing_s + PATIENCE_S + late_s:
            number += 1
            free_s = floor(launch_s + flight_s) + DELAY_S + CYCLE_S
    return number


@pytest.mark.parametrize(("count", "spacing_s"), SPACINGS)
def test_one_channel_engages_as_many_as_the_queue_says(catalog: Path, count: int, spacing_s: float) -> None:
    alone = _played(catalog, 1, spacing_s)
    taken_s, launched_s, killed_s, closed_s = (
        float(_times_s(alone, kind)[0])
        for kind in (EventKind.DESIGNATED, EventKind.LAUNCHED, EventKind.KILLED, EventKind.CLOSED)
    )
    flight_s = killed_s - launched_s
    assert closed_s == floor(killed_s) + DELAY_S + CYCLE_S
    assert launched_s >= taken_s + REACTION_S
    said = {engaged(count, spacing_s, taken_s, launched_s, flight_s, late_s) for late_s in (-EDGE_S, 0.0, EDGE_S)}
    assert len(said) == 1, f"the count hangs on an edge: {said}"
    record = _played(catalog, count, spacing_s)
    fired = record.tables["events"][record.tables["events"]["kind"] == EventKind.LAUNCHED]
    assert {len(fired)} == said
    assert len(set(fired["track"].tolist())) == len(fired), "one was fired at twice"
    assert len(_times_s(record, EventKind.KILLED)) == len(fired)
    if spacing_s >= closed_s - taken_s:
        assert said == {count}, "spaced wider than the service, none is lost"
