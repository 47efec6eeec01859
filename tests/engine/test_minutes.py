"""Every decision cycle has its minutes: a row a confirmed track, its worth in factors, one cause or an engagement."""

from __future__ import annotations

import numpy as np
import pytest

from openiads.enums import Cause, EventKind, TrackState
from tests.support import runs


@pytest.mark.parametrize("name", ["first", "raid_10", "tartus"])
def test_whoever_is_not_engaged_has_a_cause_in_every_cycle(name: str) -> None:
    ranking = runs.record(name).tables["ranking"]
    silent = ranking[(ranking["engagements"] == 0) & (ranking["cause"] == Cause.NONE)]
    assert len(ranking) > 0
    assert len(silent) == 0, f"no cause at {silent['tick'][:3]} for track {silent['number'][:3]}"


@pytest.mark.parametrize("name", ["first", "tartus"])
def test_a_threat_is_the_product_of_its_factors(name: str) -> None:
    ranking = runs.record(name).tables["ranking"]
    factors = [ranking[field] for field in ("value_share", "hostile", "weight", "urgency", "nearness")]
    assert np.allclose(np.prod(factors, axis=0), ranking["threat"], rtol=1e-12, atol=1e-300)
    assert ranking["threat"].max() > 0.05


def test_each_confirmed_track_has_a_row_in_each_cycle() -> None:
    """By the samples of the tracks, once a second as well: a track that stands at two of them had its row between."""
    record = runs.record("first")
    ranking, tracks = record.tables["ranking"], record.tables["tracks"]
    held = tracks[tracks["state"] >= TrackState.CONFIRMED]
    rows = set(zip(ranking["number"].tolist(), (ranking["tick"] // 1000).tolist(), strict=True))
    wanted = set(zip(held["number"].tolist(), (held["tick"] // 1000).tolist(), strict=True))
    ends = {number: max(tick for other, tick in wanted if other == number) for number, _ in wanted}
    inner = {(number, second) for number, second in wanted if (number, second - 1) in wanted and second < ends[number]}
    assert len(inner) > 100
    assert not inner - rows


def test_a_logged_refusal_stands_in_the_row_of_its_cycle() -> None:
    record = runs.record("tartus")
    events, ranking = record.tables["events"], record.tables["ranking"]
    refused = events[events["kind"] == EventKind.NOT_ENGAGED]
    last: dict[tuple[int, int], int] = {}
    for row in refused:
        last[int(row["track"]), int(row["tick"])] = int(row["cause"])
    seen = {(int(row["number"]), int(row["tick"])): (int(row["cause"]), int(row["engagements"])) for row in ranking}
    compared = 0
    for key, cause in last.items():
        if key in seen and seen[key][1] == 0:
            assert seen[key][0] == cause, key
            compared += 1
    assert compared > 20
