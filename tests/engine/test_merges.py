"""What two tracks of one object hand on when they become one: orders, identity, decisions, rounds fired."""

from __future__ import annotations

from typing import Any

import numpy as np

from openiads.engine.track_life import _hand_over, _hand_over_identity
from openiads.enums import EventKind, Identity
from openiads.world.tables import COUNT, ENGAGEMENT, EVENT, IDENTITY, INTERCEPTOR, RANKING, TRACK

GONE, KEPT = 0, 1


class Pair:
    """Two tracks of one object, rows 0 and 1; the second stays."""

    def __init__(self) -> None:
        self.tracks, self.identity, self.ranking = np.zeros(2, TRACK), np.zeros(2, IDENTITY), np.zeros(2, RANKING)
        self.counts, self.events = np.zeros(1, COUNT), np.zeros(8, EVENT)
        for table in (self.tracks, self.identity, self.ranking):
            table["number"] = (7, 5)
        self.ranking["killed_tick"] = -1

    def merge(self) -> Any:
        """Hand over; returns the events logged."""
        rounds = np.zeros(0, INTERCEPTOR), np.zeros(0, ENGAGEMENT)
        _hand_over(GONE, KEPT, self.counts, self.tracks, self.ranking, rounds[1], rounds[0])
        _hand_over_identity(9000, GONE, KEPT, self.counts, self.tracks, self.identity, self.events)
        return self.events[: int(self.counts["events"][0])]


def _called(pair: Pair, row: int, identity: Identity, hostile: float, ordered: int = 0) -> None:
    pair.identity["identity"][row], pair.identity["ordered"][row] = identity, ordered
    pair.identity["probability"][row] = (1.0 - hostile, 0.0, hostile)


def test_an_ordered_identity_outlasts_a_graver_one() -> None:
    pair = Pair()
    _called(pair, GONE, Identity.HOSTILE, 0.9)
    _called(pair, KEPT, Identity.FRIEND, 0.2, ordered=1)
    assert len(pair.merge()) == 0
    assert pair.identity["identity"][KEPT] == Identity.FRIEND
    assert pair.identity["ordered"][KEPT] == 1


def test_an_order_on_the_track_that_goes_is_handed_on() -> None:
    pair = Pair()
    _called(pair, GONE, Identity.FRIEND, 0.1, ordered=1)
    _called(pair, KEPT, Identity.HOSTILE, 0.9)
    logged = pair.merge()
    assert pair.identity["identity"][KEPT] == Identity.FRIEND
    assert logged["kind"].tolist() == [EventKind.IDENTIFIED]
    assert logged["code"].tolist() == [Identity.FRIEND]


def test_the_graver_identity_is_taken_over_and_logged() -> None:
    pair = Pair()
    _called(pair, GONE, Identity.HOSTILE, 0.9)
    _called(pair, KEPT, Identity.SUSPECT, 0.7)
    logged = pair.merge()
    assert pair.identity["identity"][KEPT] == Identity.HOSTILE
    assert pair.identity["number"][KEPT] == 5
    assert logged["track"].tolist() == [5]


def test_decisions_and_salvos_add_up() -> None:
    pair = Pair()
    for field in ("salvos", "engagements", "taken_up"):
        pair.ranking[field] = 1
    pair.ranking["killed_tick"] = (4000, -1)
    pair.merge()
    row = pair.ranking[KEPT]
    assert (row["salvos"], row["engagements"], row["taken_up"], row["killed_tick"]) == (2, 2, 1, 4000)


def test_a_row_of_a_track_before_says_nothing() -> None:
    pair = Pair()
    pair.ranking["number"][GONE] = 3  # of a dead track in the same slot
    pair.ranking["ceased"][GONE], pair.ranking["salvos"][GONE] = 1, 3
    pair.merge()
    assert (pair.ranking["ceased"][KEPT], pair.ranking["salvos"][KEPT]) == (0, 0)


def test_a_track_never_ranked_takes_the_row_of_the_other() -> None:
    pair = Pair()
    pair.ranking["number"][KEPT] = 2
    pair.ranking["engagements"][GONE], pair.ranking["salvos"][GONE] = 1, 1
    pair.merge()
    row = pair.ranking[KEPT]
    assert (row["number"], row["engagements"], row["salvos"]) == (5, 1, 1)
