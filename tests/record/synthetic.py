"""A hand-made record: twelve flying things, one unit, every way a threat can end, so that numbers can be counted."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from openiads.enums import Cause, EventKind, Identity, InterceptorPhase, TrackState
from openiads.record import geodesy
from openiads.record.columns import DTYPES
from openiads.record.record import Record

LAT_DEG, LON_DEG = 34.915, 35.874
ORIGIN_ECEF_M, AXES = geodesy.ecef(LAT_DEG, LON_DEG, 0.0), geodesy.horizon_axes(LAT_DEG, LON_DEG)
DURATION_S = 480.0
K = EventKind

# name, class, group, side, relation, start s, end s, from (east km, north km), to (east km, north km), height m
FLYERS: list[tuple[Any, ...]] = [
    ("kalibr-1", "sea-skimming-missile", "cruise_missile", "blue", "hostile", 0, 232, (-105, 62), (-22, 14), 12),
    ("kalibr-2", "sea-skimming-missile", "cruise_missile", "blue", "hostile", 10, 268, (-112, 48), (-18, 8), 12),
    ("kalibr-3", "sea-skimming-missile", "cruise_missile", "blue", "hostile", 20, 330, (-118, 30), (-0.5, 0.3), 12),
    ("kalibr-4", "sea-skimming-missile", "cruise_missile", "blue", "hostile", 30, 350, (-120, 12), (-0.4, 0.1), 12),
    ("harm-1", "anti-radiation-missile", "anti_radiation", "blue", "hostile", 210, 300, (-52, -72), (2.0, 0.5), 9000),
    ("shahed-1", "one-way-drone", "uav", "blue", "hostile", 0, 420, (-14, -22), (0.2, 0.2), 60),
    ("shahed-2", "one-way-drone", "uav", "blue", "hostile", 0, 480, (-30, 34), (-8, 16), 300),
    ("striker-1", "strike-aircraft", "aircraft", "blue", "hostile", 0, 470, (-95, -118), (-150, -60), 9000),
    ("scud-1", "short-range-missile", "ballistic", "blue", "hostile", 120, 300, (60, -150), (0.3, 0.4), 40000),
    ("ME-204", "airliner", "airliner", "civil", "neutral", 0, 480, (-140, -40), (-30, 105), 10600),
    ("TK-788", "airliner", "airliner", "civil", "neutral", 0, 480, (-60, 130), (70, 95), 11200),
    ("patrol-1", "patrol-aircraft", "aircraft", "red", "own", 0, 480, (10, -30), (-45, 35), 6000),
]
TRACKED = {  # target: first plot s, track number
    0: (60, 1), 1: (72, 2), 2: (90, 3), 3: (100, 4), 4: (220, 5), 6: (40, 6), 7: (20, 7), 9: (10, 8), 10: (12, 9),
    11: (8, 10),
}  # fmt: skip
INDICES = (
    "because",
    "post",
    "unit",
    "radar",
    "launcher",
    "channel",
    "track",
    "target",
    "engagement",
    "interceptor",
    "asset",
)
IDENTITIES = {
    0: [(70, Identity.HOSTILE)], 1: [(84, Identity.SUSPECT), (96, Identity.HOSTILE)], 2: [(104, Identity.HOSTILE)],
    3: [(112, Identity.HOSTILE)], 4: [(236, Identity.HOSTILE)], 6: [(80, Identity.SUSPECT)],
    7: [(60, Identity.HOSTILE)],
    9: [(30, Identity.SUSPECT), (90, Identity.NEUTRAL)], 10: [(34, Identity.NEUTRAL)], 11: [(24, Identity.FRIEND)],
}  # fmt: skip
FALSE_TRACK = 11
# target, engagement, channel, designated s, launches s, end s, killed, misses m
SHOTS: list[tuple[Any, ...]] = [
    (0, 1, 0, 150, (165, 168), 232, True, (4.0, 2.5)),
    (1, 2, 1, 160, (175,), 226, False, (41.0,)),
    (1, 3, 1, 234, (240,), 268, True, (6.0,)),
    (2, 4, 0, 240, (255, 258), 296, False, (35.0, 52.0)),
    (9, 5, 2, 60, (), 88, False, ()),
]


@cache
def record(full: bool = True) -> Record:
    """The record; ``full=False`` leaves out samples and plots, as a run that keeps events only does."""
    tables = {"events": _events(), "assets": _assets(), "magazines": _magazines(), "channels": _channels()}
    if full:
        plots, origins = _plots()
        tables |= {"plots": plots, "plot_origins": origins, "truth": _truth(), "tracks": _tracks()}
        tables |= {"interceptors": _interceptors(), "evidence": _evidence()}
    return Record.of(tables, roster(), manifest(full))


def manifest(full: bool = True) -> dict[str, Any]:
    """What a run's manifest says."""
    return {
        "openiads": "0.1.0", "scenario": "synthetic", "title": "Raid on Tartus, made by hand",
        "scenario_text": '{"name": "synthetic"}',
        "seed": 7, "run": 0, "start": "2016-10-05T08:00:00Z", "duration_s": DURATION_S, "ended_s": DURATION_S,
        "origin": {"lat_deg": LAT_DEG, "lon_deg": LON_DEG}, "earth_radius_m": 6371000.0,
        "enu_to_ecef": AXES.tolist(),
        "origin_ecef_m": ORIGIN_ECEF_M.tolist(),
        "record": "full" if full else "events", "overflow": None,
        "figures": {"published": 0.3, "game": 0.61, "assumed": 0.09},
        "unit_kinds": ["s-300pmu1"],
    }  # fmt: skip


def place(east_km: float, north_km: float, height_m: float) -> tuple[float, float, float]:
    """Latitude, longitude, height of a place that many kilometres from the origin."""
    azimuth = np.degrees(np.arctan2(east_km, north_km))
    lat, lon = geodesy.destination(LAT_DEG, LON_DEG, np.array([azimuth]), np.hypot(east_km, north_km) * 1e3)
    return float(lat[0]), float(lon[0]), float(height_m)


def positions(target: int, times_s: np.ndarray) -> np.ndarray:
    """Where a flyer is at some times, local axes, shape (n, 3)."""
    *_, start, end, a, b, height = FLYERS[target]
    share = np.clip((times_s - start) / (end - start), 0.0, 1.0)
    east_km, north_km = a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
    azimuth = np.degrees(np.arctan2(east_km, north_km))
    lat, lon = geodesy.destination(LAT_DEG, LON_DEG, azimuth, np.hypot(east_km, north_km) * 1e3)
    return geodesy.ecef_to_enu(geodesy.ecef(lat, lon, height), ORIGIN_ECEF_M, AXES)


def position(target: int, time_s: float) -> np.ndarray:
    """Where a flyer is, local axes."""
    return positions(target, np.array([float(time_s)]))[0]


def roster() -> list[dict[str, Any]]:
    """Who is who."""
    rows = [row("targets", i, f[0], f[1], group=f[2], side=f[3], relation=f[4]) for i, f in enumerate(FLYERS)]
    return [
        *rows,
        row("posts", 0, "post-tartus", "default", where=(0, 0, 10)),
        row("units", 0, "tartus-sam", "s-300pmu1", parent=0, where=(0.6, 0.2, 20), count=3),
        row("radars", 0, "tartus-search", "64n6", parent=0, range_m=300e3, where=(1.0, 0.4, 30)),
        row("radars", 1, "tartus-engagement", "30n6", parent=0, range_m=200e3, where=(0.6, 0.2, 30)),
        row("launchers", 0, "tartus-tel-1", "48n6", parent=0, where=(0.7, 0.3, 20), count=4),
        row("launchers", 1, "tartus-tel-2", "48n6", parent=0, where=(0.5, 0.1, 20), count=4),
        row("assets", 0, "naval base", "asset", where=(0, 0, 5)),
        row("assets", 1, "fuel depot", "asset", where=(3.0, -4.0, 15)),
        row("missiles", 0, "48n6", "48n6", range_m=150e3),
    ]


def row(table: str, index: int, name: str, kind: str, **more: Any) -> dict[str, Any]:
    """One row of the roster."""
    where = more.pop("where", None)
    lat, lon, height = place(*where) if where else (None, None, None)
    base = {"group": "", "side": "red", "relation": "own", "parent": -1, "range_m": None, "count": None}
    who = {"table": table, "row": index, "name": name, "kind": kind}
    return who | {"lat_deg": lat, "lon_deg": lon, "height_m": height} | base | more


class _Log:
    """Events, added in any order, sorted by time at the end."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, dict[str, Any]]] = []

    def add(self, time_s: float, kind: EventKind, **fields: Any) -> None:
        self.rows.append((time_s, {"kind": kind} | fields))

    def table(self) -> np.ndarray:
        events = np.zeros(len(self.rows), DTYPES["events"])
        for field in INDICES:
            events[field] = -1
        for index, (time_s, fields) in enumerate(sorted(self.rows, key=lambda pair: pair[0])):
            events[index]["tick"] = int(time_s * 1000)
            for field, value in fields.items():
                events[index][field] = value
        return events


def _events() -> np.ndarray:
    log = _Log()
    for target, flyer in enumerate(FLYERS):
        log.add(flyer[5], K.SPAWNED, target=target, pos_enu_m=position(target, flyer[5]))
    for target, (first_s, track) in TRACKED.items():
        log.add(first_s, K.FIRST_PLOT, target=target, radar=0, pos_enu_m=position(target, first_s))
        log.add(first_s + 8, K.TRACK_CONFIRMED, post=0, track=track, pos_enu_m=position(target, first_s + 8))
        for time_s, identity in IDENTITIES[target]:
            log.add(time_s, K.IDENTIFIED, post=0, track=track, code=identity)
    log.add(250, K.FIRST_PLOT, target=8, radar=0, pos_enu_m=position(8, 250))
    log.add(60, K.TRACK_CONFIRMED, post=0, track=FALSE_TRACK)
    _shots(log)
    _refusals(log)
    _ends(log)
    return log.table()


def _shots(log: _Log) -> None:
    number = 0
    for target, engagement, channel, designated, launches, end, killed, misses in SHOTS:
        track = TRACKED[target][1]
        about = {"post": 0, "unit": 0, "channel": channel, "track": track, "engagement": engagement}
        log.add(designated, K.DESIGNATED, **about)
        for shot, (launch_s, miss_m) in enumerate(zip(launches, misses, strict=True)):
            last = killed and shot == len(launches) - 1
            hit_s = end - 4 * (len(launches) - 1 - shot)
            there = about | {
                "target": target,
                "interceptor": number,
                "value": miss_m,
                "pos_enu_m": position(target, hit_s),
            }
            log.add(launch_s, K.LAUNCHED, launcher=shot % 2, interceptor=number, **about)
            there |= {"post": -1, "channel": -1}
            log.add(hit_s, K.INTERCEPT, **there)
            log.add(hit_s, K.KILLED if last else K.MISSED, **there)
            number += 1
        log.add(end + 3, K.CLOSED, cause=Cause.KILL_ASSESSED if killed else Cause.MISS_ASSESSED, **about)


def _refusals(log: _Log) -> None:
    for target, cause, times in (
        (2, Cause.NO_CHANNEL, (120,)), (2, Cause.TOO_LATE, (300,)), (3, Cause.MASKED, (118,)),
        (3, Cause.NO_CHANNEL, (165, 245, 300)), (4, Cause.TOO_LATE, (240,)),
        (7, Cause.OUT_OF_ENVELOPE, (64, 200)), (6, Cause.IDENTITY, (82,)),
    ):  # fmt: skip
        for time_s in times:
            where, track = position(target, time_s), TRACKED[target][1]
            log.add(time_s, K.NOT_ENGAGED, post=0, unit=0, track=track, cause=cause, pos_enu_m=where)


def _ends(log: _Log) -> None:
    for target, asset in ((2, 0), (3, 0), (4, -1), (5, 1), (8, 0)):
        log.add(FLYERS[target][6], K.LEAKED, target=target, asset=asset, pos_enu_m=position(target, FLYERS[target][6]))
    log.add(FLYERS[3][6], K.ASSET_DAMAGED, asset=0, value=0.6)
    log.add(FLYERS[4][6], K.RADAR_KILLED, radar=0)
    log.add(FLYERS[7][6], K.LEFT, target=7, cause=Cause.RESERVE)


def _plots() -> tuple[np.ndarray, np.ndarray]:
    found = [
        (time_s, target, track)
        for target, (first_s, track) in [*TRACKED.items(), (8, (250, -1))]
        for time_s in range(first_s, min(FLYERS[target][6], first_s + 20 if target == 8 else 480), 6)
    ]
    found += [(time_s, -1, FALSE_TRACK) for time_s in range(52, 80, 6)] + [(33, 0, 2)]
    plots, origins = np.zeros(len(found), DTYPES["plots"]), np.zeros(len(found), DTYPES["plot_origins"])
    for index, (time_s, target, track) in enumerate(sorted(found)):
        plots[index]["tick"], plots[index]["track_number"], origins[index]["target"] = time_s * 1000, track, target
        plots[index]["pos_enu_m"] = position(target, time_s) if target >= 0 else (20e3, 20e3, 5e3)
        plots[index]["range_m"] = np.linalg.norm(plots[index]["pos_enu_m"])
        plots[index]["dimensions"], plots[index]["channel"], plots[index]["track"] = 3, -1, track
    return plots, origins


def _truth() -> np.ndarray:
    parts = []
    for target, flyer in enumerate(FLYERS):
        times_s = np.arange(flyer[5], min(flyer[6], 480) + 1)
        here, there = positions(target, times_s), positions(target, times_s + 1)
        part = np.zeros(len(times_s), DTYPES["truth"])
        part["tick"], part["target"] = times_s * 1000, target
        part["pos_ecef_m"] = geodesy.enu_to_ecef(here, ORIGIN_ECEF_M, AXES)
        part["vel_ecef_mps"] = (there - here) @ AXES.T
        parts.append(part)
    truth = np.concatenate(parts)
    return truth[np.lexsort((truth["target"], truth["tick"]))]


def _tracks() -> np.ndarray:
    lives = [(t, k, range(first_s + 8, min(FLYERS[t][6], 480))) for t, (first_s, k) in TRACKED.items()]
    samples = [(time_s, t, k) for t, k, life in lives for time_s in life]
    tracks = np.zeros(len(samples), DTYPES["tracks"])
    noise = np.random.default_rng(1).normal(0.0, 150.0, (len(samples), 3))
    for index, (time_s, target, number) in enumerate(sorted(samples)):
        tracks[index]["tick"], tracks[index]["number"] = time_s * 1000, number
        tracks[index]["state"] = TrackState.CONFIRMED
        said = [identity for when, identity in IDENTITIES[target] if when <= time_s]
        tracks[index]["identity"] = said[-1] if said else Identity.PENDING
        tracks[index]["pos_enu_m"] = position(target, time_s) + noise[index]
        tracks[index]["vel_enu_mps"] = (150.0, -80.0, 0.0)
        tracks[index]["cov"] = np.arange(21) + 0.1
    return tracks


def _interceptors() -> np.ndarray:
    rows, number = [], 0
    for target, _, _, _, launches, end, _, _ in SHOTS:
        for shot, launch_s in enumerate(launches):
            hit_s = end - 4 * (len(launches) - 1 - shot)
            steps = np.arange(launch_s, hit_s, 0.5)
            rows += [(s, number, position(target, hit_s) * (s - launch_s) / (hit_s - launch_s)) for s in steps]
            number += 1
    samples = np.zeros(len(rows), DTYPES["interceptors"])
    for index, (time_s, number, pos) in enumerate(rows):
        samples[index]["tick"], samples[index]["number"] = time_s * 1000, number
        samples[index]["phase"], samples[index]["pos_enu_m"] = InterceptorPhase.MIDCOURSE, pos
    return samples


def _evidence() -> np.ndarray:
    evidence = np.zeros(2, DTYPES["evidence"])
    evidence["number"], evidence["identity"] = 1, (Identity.PENDING, Identity.HOSTILE)
    evidence["probability"] = ((0.2, 0.3, 0.5), (0.01, np.nan, 0.99))
    return evidence


def _assets() -> np.ndarray:
    assets = np.zeros(2, DTYPES["assets"])
    assets["damage"], assets["hits"], assets["value"], assets["defended"] = (0.6, 0.2), (3, 1), (10.0, 4.0), 1
    assets["emitter"] = assets["launcher"] = -1
    return assets


def _magazines() -> np.ndarray:
    magazines = np.zeros(2, DTYPES["magazines"])
    magazines["loaded"], magazines["reloads"], magazines["fired"] = (0, 2), (4, 4), (4, 2)
    return magazines


def _channels() -> np.ndarray:
    channels = np.zeros(3, DTYPES["channels"])
    channels["radar"], channels["launcher"], channels["engagement"] = 1, -1, -1
    channels["busy_ticks"] = (144_000, 110_000, 31_000)
    return channels
