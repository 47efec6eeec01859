"""What may be fired at, asked of a record alone: weapons control status, identity, no-fire zones, and the crew."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.path import Path

from openiads.enums import EventKind, Identity
from openiads.record import geodesy
from openiads.scenario.load import resolve
from tests.support.kept import NEVER_FIRED_AT, K, Kept, Key, ticks

SELF_DEFENCE = 1  # code of LAUNCHED
OFF_M = 3000.0  # between a predicted intercept point and where a round met something that flew straight on


def only_what_status_and_identity_allow(kept: Kept) -> int:
    """Nothing under hold but in self-defence, hostile alone under tight, no unknown under free, never a friend.

    Where a unit or a zone has a status of its own, the freest of those that may count is taken. A track that another
    has merged into may have either's identity until the next one is logged. Returns the number of launches.
    """
    known: dict[Key, set[Identity]] = {}
    for event in kept.of(K.IDENTIFIED, K.TRACK_MERGED, K.LAUNCHED):
        key = (int(event["post"]), int(event["track"]))
        if event["kind"] == K.IDENTIFIED:
            known[key] = {Identity(int(event["code"]))}
        elif event["kind"] == K.TRACK_MERGED:
            stays = (key[0], int(event["code"]))
            known[stays] = known.get(stays, {Identity.PENDING}) | known.get(key, {Identity.PENDING})
        else:
            identities = known.get(key, {Identity.PENDING})
            when = f"at {event['tick']}, track {key[1]} known as {[each.name for each in identities]}"
            assert identities - NEVER_FIRED_AT, f"fired at a friend or neutral {when}"
            if event["code"] == SELF_DEFENCE:
                continue
            statuses = statuses_of(kept, event)
            assert statuses != {"hold"}, f"fired under hold {when}"
            allowed = {Identity.HOSTILE} | ({Identity.SUSPECT} if "free" in statuses else set())
            assert identities & allowed, f"fired under {statuses} {when}"
    return len(kept.of(K.LAUNCHED))


def statuses_of(kept: Kept, launch: Any) -> set[str]:
    """The weapons control statuses that may count for a launch: of its unit or its post, and of zones in force."""
    post, unit = kept.post(launch["post"]), kept.scenario.file.units[int(launch["unit"])]
    in_force = [
        zone.control for zone in kept.scenario.file.zones
        if zone.control is not None and zone.post in (None, post.name) and ticks(zone.from_) <= launch["tick"]
        and (zone.until is None or launch["tick"] <= ticks(zone.until) + kept.cycle_tick(launch["post"]))
    ]  # fmt: skip
    return {unit.control or post.control, *in_force}


def nothing_into_a_no_fire_zone(kept: Kept) -> int:
    """No launch from a no-fire zone in force, and no intercept of what flew straight well inside one.

    Only zones that are in force for the whole run are asked about intercepts. Returns the number of points asked.
    """
    asked = 0
    for zone in kept.scenario.file.zones:
        if zone.kind != "no_fire":
            continue
        corners = np.array([_corner_m(kept, corner) for corner in zone.corners])
        shape = Path(corners, closed=False)
        posts = [post.name for post in kept.scenario.file.posts]
        post = None if zone.post is None else posts.index(zone.post)
        whole = zone.from_ == 0.0 and zone.until is None
        mine = [e for e in kept.of(K.LAUNCHED) if post is None or e["post"] == post]
        numbers = {int(e["interceptor"]) for e in mine}
        for event in [*mine, *kept.of(K.INTERCEPT)]:
            tick, place_m = int(event["tick"]), event["pos_enu_m"][:2]
            from_tick, until_tick = ticks(zone.from_), ticks(zone.until or 1e9)
            if event["kind"] == K.LAUNCHED and from_tick <= tick <= until_tick:
                # the round that was assigned before a zone came into force may leave within the cycle
                held = from_tick == 0 or tick > from_tick + kept.cycle_tick(event["post"])
                assert not (held and shape.contains_point(place_m)), f"fired from {zone.name} at {tick}"
                asked += 1
            elif event["kind"] == K.INTERCEPT and whole and int(event["interceptor"]) in numbers:
                inside = shape.contains_point(place_m) and _to_edge_m(corners, place_m) > OFF_M
                assert not inside, f"met {_to_edge_m(corners, place_m):.0f} m inside {zone.name} at {tick}"
                asked += 1
    return asked


def _corner_m(kept: Kept, where: str) -> Any:
    point = resolve(where, kept.scenario.catalog)
    place = geodesy.ecef(point.lat_deg, point.lon_deg, 0.0)
    manifest = kept.record.manifest
    return geodesy.ecef_to_enu(place, manifest["origin_ecef_m"], np.array(manifest["enu_to_ecef"]))[:2]


def _to_edge_m(corners: Any, place_m: Any) -> float:
    """The distance to the nearest edge of a polygon."""
    after = np.roll(corners, -1, axis=0) - corners
    share = np.clip(np.einsum("ij,ij->i", place_m - corners, after) / np.einsum("ij,ij->i", after, after), 0.0, 1.0)
    return float(np.linalg.norm(corners + share[:, None] * after - place_m, axis=1).min())


def crew_within_its_number(kept: Kept) -> dict[int, int]:
    """No post's crew has more tracks in hand at once than it can; returns the most of each post that logged any.

    A track is in hand from TAKEN_UP to DECIDED, or until it or its engagement ends.
    """
    most: dict[int, int] = {}
    hands: dict[int, set[int]] = {}
    for event in kept.of(K.TAKEN_UP, K.DECIDED, K.CLOSED, K.TRACK_LOST, K.TRACK_MERGED):
        post, track = int(event["post"]), int(event["track"])
        mine = hands.setdefault(post, set())
        if event["kind"] != K.TAKEN_UP:
            mine.discard(track)
            continue
        mine.add(track)
        room = int(kept.scenario.catalog.doctrines[kept.post(post).doctrine].crew_tracks.value)
        assert len(mine) <= room, f"{len(mine)} tracks in hand at {event['tick']}, of {room}"
        most[post] = max(most.get(post, 0), len(mine))
    return most


def kinds_of(kept: Kept) -> set[EventKind]:
    """Which kinds of events a record has."""
    return {EventKind(int(kind)) for kind in np.unique(kept.record.tables["events"]["kind"])}
