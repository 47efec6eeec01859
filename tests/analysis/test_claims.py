"""Verdicts follow their rule, inputs never count, and rings hold what pyproj says they hold."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pyproj
import pytest
from matplotlib.path import Path as Outline

import openiads as oi
from openiads.analysis import claims_page, claims_words
from openiads.analysis.basemap import base_map
from openiads.analysis.claims import Check, ClaimRow, Claims
from openiads.analysis.claims_ground import Ground, percent
from openiads.analysis.claims_verdict import FLIGHT_SHARE, VERDICTS, Measured, tolerated, verdict
from openiads.catalog.claims import Claim
from openiads.catalog.errors import InputError
from openiads.catalog.loader import load
from openiads.cli import page as page_module
from openiads.cli.claims import claims as command

GEOD = pyproj.Geod(ellps="WGS84")
CATALOG = load()
PAGE = Path(__file__).parents[2] / "docs" / "validation.md"
SCHEMA = {
    "type": "object",
    "required": ["note", "totals", "claims"],
    "properties": {
        "note": {"const": "simulated"},
        "claims": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["claim", "published", "simulated", "source", "confidence", "verdict", "why", "measured"],
                "properties": {
                    "claim": {"type": "string", "minLength": 5},
                    "published": {"type": "string", "minLength": 1},
                    "simulated": {"type": "string", "minLength": 1},
                    "simulated_value": {"type": ["number", "null"]},
                    "published_value": {"type": "number"},
                    "difference": {"type": ["number", "null"]},
                    "source": {"type": "string", "minLength": 1},
                    "confidence": {"enum": ["published", "quoted", "game", "estimate", "derived", "unconfirmed"]},
                    "verdict": {"enum": list(VERDICTS)},
                },
            },
        },
    },
}


@cache
def checked() -> Claims:
    """Every claim, measured once."""
    return oi.claims()


def made(**changes: Any) -> Claim:
    """A claim of 100 km."""
    base: dict[str, Any] = {
        "id": "x", "text": "It reaches 100 km", "unit": "s-300pmu1", "about": "48n6e", "quantity": "range_max",
        "value": "100 km", "source": "a source", "confidence": "quoted",
    }  # fmt: skip
    return Claim(**(base | changes))


@pytest.mark.parametrize(
    ("changes", "value", "expected"),
    [
        ({}, 100e3, "reproduced"),
        ({}, 100e3 * (1.0 + FLIGHT_SHARE), "reproduced"),
        ({}, 116e3, "not reproduced"),
        ({}, 84e3, "not reproduced"),
        ({"high": "150 km"}, 149e3, "reproduced"),
        ({"high": "150 km"}, 151e3, "not reproduced"),
        ({"limit": "at_least"}, 400e3, "reproduced"),
        ({"limit": "at_least"}, 80e3, "not reproduced"),
        ({"limit": "at_most"}, 1e3, "reproduced"),
        ({"limit": "at_most"}, 120e3, "not reproduced"),
        ({"unchecked": "no such round"}, 100e3, "not checkable"),
        ({"quantity": "targets_max", "value": 6}, 6.0, "reproduced"),
        ({"quantity": "targets_max", "value": 6}, 5.0, "not reproduced"),
        ({"quantity": "distance", "about": "osap"}, 100.4e3, "geometry"),
        ({"quantity": "distance", "about": "osap"}, 101e3, "not reproduced"),
        ({}, None, "not reproduced"),
    ],
)
def test_the_verdict_follows_the_stated_tolerance(changes: dict[str, Any], value: float | None, expected: str) -> None:
    assert verdict(made(**changes), Measured(value, "so"), is_input=False)[0] == expected


def test_a_figure_known_too_coarsely_is_not_checkable_and_its_width_gives_no_slack() -> None:
    assert verdict(made(), Measured(100e3, "so", 60e3), is_input=False)[0] == "not checkable"
    assert verdict(made(), Measured(118e3, "so", 4e3), is_input=False)[0] == "not reproduced"


def test_an_agreement_that_proves_nothing_is_not_checkable() -> None:
    assert verdict(made(), Measured(100e3, "so", circular="set from it"), is_input=False) == (
        "not checkable", "set from it",
    )  # fmt: skip
    assert verdict(made(), Measured(200e3, "so", circular="set from it"), is_input=False)[0] == "not reproduced"


def test_an_input_that_a_run_does_not_show_is_said_to_be_not_met() -> None:
    for row in checked().rows:
        if row.verdict == "input" and row.simulated_value is not None:
            limit = CATALOG.claims[row.id].limit
            least = -np.inf if limit == "at_most" else row.accepted_low
            most = np.inf if limit == "at_least" else row.accepted_high
            fits = least <= row.simulated_value <= most
            assert row.verdict_text == ("input" if fits else "input, not met"), row.id


def test_the_reason_follows_the_sign() -> None:
    for row in checked().rows:
        if row.quantity in ("low_range", "ballistic_range") and row.verdict == "not reproduced":
            assert ("farther" in row.why or "allow more" in row.why) == (
                row.difference is not None and row.difference > 0
            )


def test_where_the_self_destruct_ends_the_flight_the_energy_range_stands_beside_it() -> None:
    rows = [row for row in checked().rows if row.quantity == "range_max" and "self-destruct" in row.measured]
    assert rows
    assert all("without it" in row.measured for row in rows)


@pytest.mark.parametrize("width", [80, 100, 120])
def test_a_narrow_terminal_shows_published_simulated_and_verdict(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(page_module, "WIDTH", width)
    command(unit="tartus", as_json=False, markdown=None, no_plot=True, catalog=None)
    shown = capsys.readouterr().out.splitlines()
    assert max(map(len, shown)) <= width
    heading = next(line for line in shown if line.startswith("claim"))
    assert all(word in heading for word in ("published", "simulated", "verdict"))
    assert any("not reproduced" in line for line in shown)
    assert sum("Incirlik" in line for line in shown) > 0


@pytest.mark.parametrize("value", [100e3, 20e3, None])
def test_an_input_never_counts_whatever_comes_out(value: float | None) -> None:
    assert verdict(made(), Measured(value, "so", agrees=True), is_input=True)[0] == "input"


def test_every_figure_that_the_model_is_given_is_an_input_or_was_given_another() -> None:
    by_id = {row.id: row for row in checked().rows}
    for claim in CATALOG.claims.values():
        if claim.feeds:
            row = by_id[claim.id]
            assert row.verdict == "input" or (
                "gives the model another" in row.why and row.verdict == "not checkable"
            ), row
        else:
            assert by_id[claim.id].verdict != "input"
    counted = sum(row.verdict == "reproduced" for row in checked().rows)
    assert checked().totals["reproduced"] == counted


def test_given_another_figure_is_said_with_its_source() -> None:
    row = next(row for row in checked().rows if row.id == "v4-targets-game")
    assert row.verdict == "not checkable"
    assert "6 (pvo.guns.ru / Wikipedia, unconfirmed)" in row.why


def test_a_claim_that_feeds_nothing_known_is_refused() -> None:
    with pytest.raises(InputError, match='feeds "beauty" of "48n6e"'):
        Check(CATALOG, None).row(made(feeds="beauty"))


@pytest.mark.parametrize("place", [claim.about for claim in CATALOG.claims.values() if claim.quantity == "distance"])
def test_distances_are_geodesics(place: str) -> None:
    centre, there = CATALOG.places["tartus"], CATALOG.places[place]
    expected_m = GEOD.inv(centre.lon_deg, centre.lat_deg, there.lon_deg, there.lat_deg)[2]
    assert Ground(CATALOG).distance_m(place) == pytest.approx(expected_m, abs=100.0)
    claim = CATALOG.claims[f"distance-{place}"]
    low_m, high_m = tolerated(claim)
    assert low_m <= expected_m <= high_m


@pytest.mark.parametrize("radius_km", [75, 90, 150, 200, 250, 400])
def test_rings_hold_the_places_and_cities_that_pyproj_finds(radius_km: int) -> None:
    centre = CATALOG.places["tartus"]

    def inside(lat_deg: float, lon_deg: float) -> bool:
        return GEOD.inv(centre.lon_deg, centre.lat_deg, lon_deg, lat_deg)[2] <= 1e3 * radius_km

    claim = CATALOG.claims[f"ring-{radius_km}"]
    asked = [c.about for c in CATALOG.claims.values() if c.quantity == "distance" and c.about not in ("nikas", "balma")]
    found = {name for name in asked if inside(CATALOG.places[name].lat_deg, CATALOG.places[name].lon_deg)}
    assert found == set(claim.places)
    spots = [spot for spot in base_map(29.1, 27.1, 40.9, 44.9).spots if inside(spot.lat_deg, spot.lon_deg)]
    greatest = [spot.name for spot in sorted(spots, key=lambda spot: -spot.population)[:5]]
    assert Ground(CATALOG).cities(1e3 * radius_km) == greatest
    row = Check(CATALOG, None).row(claim)
    assert row.verdict == "geometry"


def test_the_share_of_syria_agrees_with_points_thrown_at_it() -> None:
    """Points in the outline, counted by geodesics; 200 000 of them are good to 0.3 %."""
    country = next(each for each in base_map(29.1, 27.1, 40.9, 44.9).countries if each.name == "Syria")
    outline = Outline(max((polygon[0] for polygon in country.polygons), key=len))
    rng = np.random.default_rng(7)
    (west, south), (east, north) = outline.vertices.min(axis=0), outline.vertices.max(axis=0)
    lat = np.degrees(np.arcsin(rng.uniform(np.sin(np.radians(south)), np.sin(np.radians(north)), 200_000)))
    points = np.column_stack([rng.uniform(west, east, len(lat)), lat])
    land = points[outline.contains_points(points)]
    centre, ground = CATALOG.places["tartus"], Ground(CATALOG)
    ends = (np.full(len(land), centre.lon_deg), np.full(len(land), centre.lat_deg))
    away_m = GEOD.inv(*ends, land[:, 0], land[:, 1])[2]
    for radius_m in (150e3, 250e3, 400e3):
        assert ground.share("Syria", radius_m) == pytest.approx(float((away_m <= radius_m).mean()), abs=0.004)
    assert ground.middle_lon_deg("Syria") == pytest.approx(float(np.median(land[:, 0])), abs=0.03)
    east = land[:, 0] >= np.median(land[:, 0])
    assert ground.east_share("Syria", 300e3) == pytest.approx(float((away_m[east] <= 300e3).mean()), abs=0.01)


def test_shares_as_words() -> None:
    assert [percent(share) for share in (0.0, 0.004, 0.268, 1.0)] == ["none", "under 1 %", "27 %", "100 %"]


def test_the_json_is_as_promised(capsys: pytest.CaptureFixture[str]) -> None:
    command(unit="tartus", as_json=True, markdown=None, no_plot=True, catalog=None)
    said = json.loads(capsys.readouterr().out)
    jsonschema.validate(said, SCHEMA)
    assert {row["unit"] for row in said["claims"]} == {"tartus"}
    jsonschema.validate(json.loads(json.dumps(checked().as_dict())), SCHEMA)


def test_the_page_groups_by_unit_with_totals(capsys: pytest.CaptureFixture[str]) -> None:
    command(unit="tartus", as_json=False, markdown=None, no_plot=True, catalog=None)
    shown = capsys.readouterr().out
    assert "tartus (simulated)" in shown
    assert "not reproduced" in shown
    assert "An input is a figure that the model was given" in shown


def test_an_unknown_unit_lists_those_there_are() -> None:
    with pytest.raises(InputError, match=r"s-300pmu1, .*tartus"):
        oi.claims("s-300pmu9")


def test_a_page_of_one_unit_or_in_no_folder_is_refused(tmp_path: Path) -> None:
    for unit, path in (("tartus", tmp_path / "a.md"), (None, tmp_path / "no" / "a.md")):
        with pytest.raises(InputError):
            command(unit=unit, as_json=False, markdown=path, no_plot=True, catalog=None)
        assert not path.exists()


def test_reasons_are_told_of_what_failed_alone() -> None:
    for row, said in ((row, claims_words.reasons([row])) for row in checked().rows):
        assert bool(said) == (row.verdict in ("not reproduced", "not checkable") and bool(row.why))


def test_what_was_not_reproduced_says_why() -> None:
    silent = [row.id for row in checked().rows if row.verdict.startswith("not") and not row.why]
    assert not silent


def test_the_page_in_docs_is_what_the_command_writes() -> None:
    """Made anew by ``openiads claims --markdown docs/validation.md``."""
    titles = {unit: CATALOG.units[unit].name for unit in checked().units if unit in CATALOG.units}
    assert PAGE.read_text(encoding="utf-8") == claims_page.page(checked(), titles, pictures=True)


def test_the_pictures_of_the_page_are_there() -> None:
    for unit in checked().units:
        if unit in CATALOG.units:
            assert (PAGE.parent / claims_page.IMAGES / claims_page.picture_name(unit)).stat().st_size > 10_000


def test_a_row_names_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    row = next(row for row in checked().rows if row.id == "48n6e-low-25m")
    assert isinstance(row, ClaimRow)
    assert "sets the limit" in row.measured
    assert row.published == "30 km"
