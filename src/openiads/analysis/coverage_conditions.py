"""What a coverage was asked under: target, weather, jammers, faults, sites; for files, the page and the pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openiads._version import __version__
from openiads.scenario.faults import sentences

if TYPE_CHECKING:
    from openiads.analysis.coverage import Coverage


def faults(coverage: Coverage) -> list[str]:
    """What is wrong with which radar, a sentence each."""
    return sentences(coverage.scenario.file, coverage.scenario.catalog)


def conditions(coverage: Coverage) -> dict[str, Any]:
    """Target, weather, jammers and faults as plain values; several of a kind in one text."""
    asked, weather = coverage.question, coverage.scenario.file.environment
    return {
        "rcs_m2": asked.rcs_m2, "pd": coverage.pd, "swerling": asked.swerling,
        "radial_speed_mps": asked.radial_speed_mps, "sea_state": weather.sea_state, "rain_mmph": weather.rain_mmph,
        "land_gamma_db": weather.land_gamma,
        "jammers": ", ".join(jammer.name for jammer in coverage.jamming) or "none",
        "faults": "; ".join(faults(coverage)) or "none", "terrain": coverage.terrain.source,
        "openiads": __version__,
    }  # fmt: skip


def weather_words(coverage: Coverage) -> str:
    """Sea state, rain where it falls, and faults where there are any, in one line."""
    weather = coverage.scenario.file.environment
    rain = [f"rain {weather.rain_mmph:g} mm/h"] if weather.rain_mmph else []
    return "; ".join([f"sea state {weather.sea_state}", *rain, *faults(coverage)])


def site_of(coverage: Coverage, unit: str) -> tuple[float, float]:
    """Latitude and longitude of a unit's site, which its antennas stand round."""
    row = next(row for row in coverage.built.roster if row["table"] == "units" and row["name"] == unit)
    return float(row["lat_deg"]), float(row["lon_deg"])


def sites(coverage: Coverage) -> list[dict[str, Any]]:
    """Where each unit and its antennas stand, and how high the antennas are above the sea."""
    found = []
    for row in coverage.built.roster:
        if row["table"] == "units":
            radars = [layer for layer in coverage.layers if layer.kind == "radar" and layer.unit == row["name"]]
            found.append({
                "unit": str(row["name"]), "kind": str(row["kind"]), "lat_deg": round(float(row["lat_deg"]), 5),
                "lon_deg": round(float(row["lon_deg"]), 5),
                "antennas": [
                    {"radar": layer.name, "lat_deg": round(layer.lat_deg, 5), "lon_deg": round(layer.lon_deg, 5),
                     "antenna_m": round(layer.antenna_m, 1)}
                    for layer in radars
                ],
            })  # fmt: skip
    return found
