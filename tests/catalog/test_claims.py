"""The claims of the catalog: each has its source, each figure that the model is given is found, overlays replace."""

from __future__ import annotations

from pathlib import Path

import pytest

from openiads.catalog.claims import DIMENSIONS, Claim, QuantityName
from openiads.catalog.errors import InputError
from openiads.catalog.loader import BUILT_IN, load
from openiads.catalog.walk import figures

CATALOG = load()
CLAIMS = list(CATALOG.claims.values())
OWN = """[[claim]]
id = "mine"
text = "48N6E reaches 170 km"
unit = "s-300pmu1"
about = "48n6e"
quantity = "range_max"
value = "170 km"
source = "me"
confidence = "unconfirmed"
"""


def test_every_quantity_has_a_dimension() -> None:
    assert set(QuantityName.__args__) == set(DIMENSIONS)


def test_every_unit_of_the_issue_is_there() -> None:
    listed = {claim.unit for claim in CLAIMS}
    assert {"s-300ps", "s-300pmu1", "s-300pmu2", "s-300v4", "s-300f-fort", "tartus"} == listed
    assert {float(claim.value_si) for claim in CLAIMS if claim.quantity == "ring"} == {
        1e3 * km for km in (75, 90, 150, 200, 250, 400)
    }


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_what_a_claim_names_is_there(claim: Claim) -> None:
    shelves = (CATALOG.units, CATALOG.missiles, CATALOG.radars, CATALOG.places)
    known = any(claim.about in shelf for shelf in shelves)
    assert known or claim.about == "9m82mv"  # the long round, which the catalog does not hold
    assert claim.unit in CATALOG.units or claim.unit == "tartus"
    assert all(place in CATALOG.places for place in claim.places)
    assert claim.source
    assert claim.confidence != "assumed"
    if claim.feeds:
        sheet = next(shelf[claim.about] for shelf in shelves if claim.about in shelf)
        assert claim.feeds in dict(figures(sheet)), f"{claim.id}: claims.toml, feeds"


@pytest.mark.parametrize("claim", [c for c in CLAIMS if c.feeds], ids=lambda claim: claim.id)
def test_a_figure_that_is_an_input_names_the_source_of_the_catalog(claim: Claim) -> None:
    """Where the catalog has the claim's value, it has it from the same confidence or says why not."""
    sheet = next(s[claim.about] for s in (CATALOG.units, CATALOG.missiles, CATALOG.radars) if claim.about in s)
    figure = dict(figures(sheet))[claim.feeds]
    if figure.value == claim.value_si and figure.source == claim.source:
        assert figure.confidence in (claim.confidence, "derived")


def test_limits_of_range_and_height_feed_nothing() -> None:
    """They are held out: the envelope emerges from the flight."""
    held_out = ("range_max", "range_min", "altitude_max", "altitude_min", "low_range", "ballistic_range", "apogee")
    assert not [claim.id for claim in CLAIMS if claim.quantity in held_out and claim.feeds]


def test_an_overlay_adds_and_replaces(tmp_path: Path) -> None:
    (tmp_path / "claims.toml").write_text(OWN + OWN.replace('"mine"', '"48n6e-range"'))
    found = load(tmp_path).claims
    assert len(found) == len(CLAIMS) + 1
    assert found["mine"].value_si == found["48n6e-range"].value_si == 170e3


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (OWN + OWN, r"claim\[1\]\.id.*stands twice"),
        (OWN.replace("170 km", "170"), "has no unit"),
        (OWN.replace('"range_max"', '"beauty"'), "claim.0..quantity"),
        (OWN.replace('source = "me"', 'source = ""'), "claim.0..source"),
        (OWN + 'low = "180 km"\n', "lies outside its spread"),
        (OWN.replace('"range_max"', '"touches"'), "needs a country"),
        (OWN + "colour = 1\n", "colour"),
        ("claim = 3\n", "claim"),
    ],
)
def test_a_fault_is_said_with_its_key(tmp_path: Path, changed: str, words: str) -> None:
    (tmp_path / "claims.toml").write_text(changed)
    with pytest.raises(InputError, match=words):
        list(load(tmp_path).claims)


def test_the_built_in_file_says_where_its_keys_are_explained() -> None:
    assert "catalog/claims.py" in (BUILT_IN / "claims.toml").read_text(encoding="utf-8")
