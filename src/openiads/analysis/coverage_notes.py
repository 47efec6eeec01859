"""What the numbers of a coverage rest on and where they end, a sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from openiads.analysis.coverage_conditions import weather_words
from openiads.analysis.jamming import left_out
from openiads.terrain.grid import described

if TYPE_CHECKING:
    from openiads.analysis.coverage import Coverage, Layer
    from openiads.analysis.jamming import Jamming

_SEA_M: Final = 0.5  # ground up to here counts as the sea's surface


def notes(coverage: Coverage) -> list[str]:
    """The notes under the page, also in ``coverage.json``."""
    asked = coverage.question
    return [
        f"Covered: one look detects a target of {asked.rcs_m2:g} m2 (Swerling {asked.swerling}, closing at "
        f"{asked.radial_speed_mps:g} m/s) with a chance of at least {coverage.pd:g}.",
        f"Weather and faults: {weather_words(coverage)}.",
        "Circle: the published detection range of a radar, or the published range of a unit's missiles.",
        "An engagement radar looks with a beam pointed at the target, so .engagement can exceed the row of its radar, "
        "which searches.",
        *_anchors(coverage),
        *_lowest(coverage),
        *_ground(coverage),
        *_jammers(coverage),
        *_lobes(coverage),
        "Not covered either: the cone above an antenna and what lies within its least range, often the site itself.",
        "Antennas are taken to look everywhere in turn; launchers to stand where their unit stands.",
    ]


def _kinds(coverage: Coverage) -> dict[str, str]:
    """The catalog name of every radar."""
    return {str(row["name"]): str(row["kind"]) for row in coverage.built.roster if row["table"] == "radars"}


def _anchors(coverage: Coverage) -> list[str]:
    """At which cross-section each published range is stated, and whether a source says so."""
    said = []
    for kind in dict.fromkeys(_kinds(coverage).values()):
        radar = coverage.scenario.catalog.radars[kind]
        span, rcs, chance = radar.detection_range, radar.detection_rcs, radar.detection_pd
        said.append(
            f"{kind}: {span.shown} ({span.confidence}) against {rcs.shown} ({rcs.confidence}) "
            f"at a chance of {chance.value:g} ({chance.confidence})"
        )
    return [f"Detection rests on: {'; '.join(said)}."]


def _lowest(coverage: Coverage) -> list[str]:
    """The radars whose lowest beam passes above a height that was asked for."""
    blind: dict[str, list[str]] = {}
    for layer in (each for each in coverage.layers if each.kind == "radar"):
        kind = _kinds(coverage)[layer.name]
        empty = [text for n, text in enumerate(coverage.labels) if not (layer.chances[n] >= coverage.pd).any()]
        if empty and coverage.scenario.catalog.radars[kind].elevation_min.value > 0.0:
            blind[kind] = empty
    lowest = {kind: coverage.scenario.catalog.radars[kind].elevation_min for kind in blind}
    return [
        f"{kind} looks no lower than {lowest[kind].shown} ({lowest[kind].confidence}); it covers nothing at "
        f"{', '.join(empty)}."
        for kind, empty in blind.items()
    ]


def _ground(coverage: Coverage) -> list[str]:
    said, ground = [described(coverage.terrain.facts())], coverage.terrain
    if ground.is_flat:
        said.append("The ground is sea level everywhere, so low cover over land is overstated.")
    else:
        lats, lons = np.meshgrid(coverage.lat_deg[::5], coverage.lon_deg[::5], indexing="ij")
        share = float(np.average(ground.covers(lats, lons), weights=np.cos(np.radians(lats))))
        if share < 1.0:
            said.append(
                f"Terrain covers {_percent(share)} of the map; beyond it the ground is sea level, so over land low "
                "cover is overstated and lobes of a sea that is not there are drawn."
            )
    return [text for text in said if text]


def _percent(share: float) -> str:
    return "under 1 %" if share < 0.01 else f"{min(100.0 * share, 99.0):.0f} %"


def _jammers(coverage: Coverage) -> list[str]:
    lost = ", ".join(left_out(coverage.built))
    missing = [f"Left out: the jammers of {lost}, which home or fall and fly no route."] if lost else []
    if not coverage.jamming:
        return ["Jammers: none on.", *missing]
    return [f"Jammers on: {', '.join(_where(jammer) for jammer in coverage.jamming)}.", *missing]


def _where(jammer: Jamming) -> str:
    north, east = "NS"[jammer.lat_deg < 0.0], "EW"[jammer.lon_deg < 0.0]
    place = f"{abs(jammer.lat_deg):.2f} {north} {abs(jammer.lon_deg):.2f} {east}"
    return f"{jammer.name} at {place}, {jammer.height_m / 1e3:.1f} km"


def _lobes(coverage: Coverage) -> list[str]:
    if not any(_has_lobes(coverage, layer) for layer in coverage.layers if layer.kind == "radar"):
        return []
    return ["Rings and arcs without cover over the sea: the direct ray and the one that the sea reflects cancel there."]


def _has_lobes(coverage: Coverage, layer: Layer) -> bool:
    """Whether cover over the sea breaks off and comes back farther out, along any azimuth and at any height."""
    covered = layer.chances >= coverage.pd
    before = np.logical_or.accumulate(covered, axis=2)
    after = np.logical_or.accumulate(covered[:, :, ::-1], axis=2)[:, :, ::-1]
    return bool((~covered & before & after & _all_sea(coverage, layer)).any())


def _all_sea(coverage: Coverage, layer: Layer) -> Any:
    """Where a ray from the antenna has met nothing but the sea after the first kilometres: (azimuths, ranges)."""
    world = coverage.built.world
    survey = world.horizons[int(world.radars[layer.radar]["first_horizon"])]
    _, azimuths, ranges = layer.chances.shape
    first = int(survey["first_cell"])
    ground_m = world.cells["ground_m"][first : first + azimuths * ranges].reshape(azimuths, ranges).copy()
    ground_m[:, : ranges // 20] = 0.0
    return np.maximum.accumulate(ground_m, axis=1) <= _SEA_M
