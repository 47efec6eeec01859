"""Whole scenarios drawn by hypothesis: units, posts, raids, flights, zones and faults of the built-in catalog."""

from __future__ import annotations

import json
from math import cos, radians, sin
from typing import Any

from hypothesis import strategies as st

from openiads.scenario.load import Scenario, restore

SITES = ((34.93, 35.88), (35.02, 35.86), (34.84, 35.92))  # on the shore of Tartus
UNITS = ("first-battery", "s-300pmu1", "s-300v4", "s-300ps")
ENGAGEMENT_RADAR = {"first-battery": "30n6e", "s-300pmu1": "30n6e", "s-300v4": "9s32m", "s-300ps": "30n6"}
CONTROLS = ("hold", "tight", "free")
MODES = ("automatic", "semi_automatic", "manual", None)
DURATION_S = 240
CRUISERS = {  # class: speed in m/s, heights; each flies straight at what it is sent against
    "fighter": (250.0, ("8 km", "3 km")),
    "bomber": (230.0, ("9 km",)),
    "cruise-missile-subsonic": (240.0, ("50 m", "1 km")),
    "cruise-missile-supersonic": (700.0, ("10 km", "30 m")),
    "anti-radiation-missile": (700.0, ("9 km",)),
    "glide-bomb": (250.0, ("9 km",)),
    "male-uav": (60.0, ("5 km",)),
    "one-way-uav": (51.0, ("300 m",)),
    "decoy": (250.0, ("6 km",)),
}
HOMING = ("anti-radiation-missile", "glide-bomb")


def away(place: tuple[float, float], bearing_deg: float, range_km: float) -> str:
    """A point so far from a place."""
    north_deg = range_km / 111.2
    lat = place[0] + north_deg * cos(radians(bearing_deg))
    lon = place[1] + north_deg * sin(radians(bearing_deg)) / cos(radians(place[0]))
    return said((lat, lon))


def said(place: tuple[float, float]) -> str:
    """A place as a scenario has it."""
    return f"{place[0]:.4f} N, {place[1]:.4f} E"


@st.composite
def _posts(draw: st.DrawFn) -> list[dict[str, Any]]:
    posts = []
    for n in range(draw(st.integers(1, 3))):
        post = {"name": f"cp-{n}", "side": "defender", "control": draw(st.sampled_from(CONTROLS))}
        post["doctrine"] = draw(st.sampled_from(("default", "default", "cautious")))
        if mode := draw(st.sampled_from(MODES)):
            post["mode"] = mode
        posts.append(post)
    return posts


@st.composite
def _units(draw: st.DrawFn, posts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    units = []
    for n, post in enumerate(posts):  # a unit a post at least: a post without radars sees nothing
        unit = {
            "name": f"u-{n}", "unit": draw(st.sampled_from(UNITS)), "side": "defender", "post": post["name"],
            "at": said(SITES[n]), "altitude": "20 m", "facing": "270 deg",
        }  # fmt: skip
        if draw(st.integers(0, 3)) == 0:
            unit["control"] = draw(st.sampled_from(CONTROLS))
        units.append(unit)
    if len(units) < 3 and draw(st.booleans()):
        units.append({**units[0], "name": f"u-{len(units)}", "at": said(SITES[2])})
    return units


@st.composite
def _raid(draw: st.DrawFn, n: int, units: list[dict[str, Any]]) -> dict[str, Any]:
    kind = draw(st.sampled_from((*CRUISERS, "ballistic-short-range")))
    row = draw(st.integers(0, len(units) - 1))
    target = units[row]
    radar = f"{target['name']}.{ENGAGEMENT_RADAR[target['unit']]}"
    aims = [radar] if kind in HOMING else [radar, "pier", "depot"]
    aim = draw(st.sampled_from(aims))
    bearing = draw(st.integers(180, 360))
    raid = {
        "name": f"r-{n}", "side": "attacker", "class": kind, "count": draw(st.integers(1, 6)),
        "interval": f"{draw(st.sampled_from((0, 1, 4, 10)))} s", "aim": aim,
        "spacing": f"{draw(st.sampled_from((0, 400, 3000)))} m",
    }  # fmt: skip
    end = {"pier": said(PIER), "depot": said(DEPOT)}.get(aim, target["at"])
    if kind == "ballistic-short-range":
        return raid | {"route": [away(PIER, bearing, 150.0), end], "altitude": "0 m", "spacing": "0 m"}
    speed_mps, heights = CRUISERS[kind]
    far_km = min(draw(st.integers(20, 200)) * speed_mps / 1000.0 + 8.0, 110.0)  # there within the run
    return raid | {
        "route": [away(SITES[0], bearing, far_km), end], "altitude": draw(st.sampled_from(heights)),
        "speed": f"{speed_mps} m/s",
    }  # fmt: skip


PIER, DEPOT = (34.9, 35.87), (34.88, 35.885)


@st.composite
def _flight(draw: st.DrawFn, n: int) -> dict[str, Any]:
    """An airliner or a transport of either side, with or without a transponder, past the site or over it."""
    side, kind = draw(st.sampled_from((("civil", "airliner"), ("defender", "transport"), ("attacker", "transport"))))
    bearing = draw(st.integers(0, 359))
    flight: dict[str, Any] = {
        "callsign": f"F{n}", "side": side, "class": kind, "altitude": draw(st.sampled_from(("FL300", "4 km"))),
        "route": [away(SITES[0], bearing, 60.0), away(SITES[0], bearing + draw(st.integers(120, 240)), 60.0)],
    }  # fmt: skip
    if draw(st.booleans()):
        flight["transponder"] = {"code": "4101", "mode_4": side == "defender"}
    if draw(st.booleans()):
        flight["plan"] = {"code": "4101"}
    return flight


@st.composite
def _zone(draw: st.DrawFn, n: int, posts: list[dict[str, Any]]) -> dict[str, Any]:
    """A square some way out, or round the site."""
    middle = draw(st.sampled_from((SITES[0], (34.93, 35.5), (34.7, 35.6), (35.2, 35.5))))
    half = draw(st.sampled_from((8.0, 25.0)))
    corners = [away(middle, bearing, half) for bearing in (45, 135, 225, 315)]
    kinds = ("engagement", "no_fire", "no_fire", "corridor", "territorial_sea", "fir")
    zone = {"name": f"z-{n}", "kind": draw(st.sampled_from(kinds)), "corners": corners}
    if draw(st.booleans()):
        zone |= {"from": "60 s", "until": "150 s"}
    if draw(st.integers(0, 3)) == 0:
        zone["control"] = draw(st.sampled_from(CONTROLS))
    if draw(st.integers(0, 3)) == 0:
        zone["post"] = draw(st.sampled_from([post["name"] for post in posts]))
    return zone


@st.composite
def _fault(draw: st.DrawFn, units: list[dict[str, Any]]) -> dict[str, Any]:
    unit = draw(st.sampled_from(units))
    kind = draw(st.sampled_from(("north_misalignment", "range_bias")))
    value = "1 deg" if kind == "north_misalignment" else "-150 m"
    return {"radar": f"{unit['name']}.{ENGAGEMENT_RADAR[unit['unit']]}", "kind": kind, "value": value}


@st.composite
def scenarios(draw: st.DrawFn) -> str:
    """The text of a scenario of four minutes, as a record keeps it."""
    posts = draw(_posts())
    units = draw(_units(posts))
    content: dict[str, Any] = {
        "name": "made", "start": "2016-10-15T04:00:00Z", "duration": f"{DURATION_S} s",
        "seed": draw(st.integers(0, 2**32 - 1)), "origin": "tartus",
        "pk": draw(st.sampled_from(("low", "mid", "high", "drawn"))),
        "sides": [{"name": side} for side in ("defender", "attacker", "civil")],
        "relations": [{"of": "defender", "to": "attacker", "is": "hostile"}],
        "posts": posts, "units": units, "environment": {"terrain": "sea_level"},
        "assets": [
            {"name": "pier", "side": "defender", "at": said(PIER), "radius": "300 m", "value": 10, "hardness": 2},
            {"name": "depot", "side": "defender", "at": said(DEPOT), "radius": "100 m", "value": 4},
        ],
        "raids": [draw(_raid(n, units)) for n in range(draw(st.integers(1, 4)))],
        "flights": [draw(_flight(n)) for n in range(draw(st.integers(0, 2)))],
        "zones": [draw(_zone(n, posts)) for n in range(draw(st.integers(0, 2)))],
    }  # fmt: skip
    if draw(st.integers(0, 3)) == 0:
        content["faults"] = [draw(_fault(units))]
    return json.dumps(content)


def made(text: str) -> Scenario:
    """The scenario of a text, or of the text of a record."""
    return restore(text)
