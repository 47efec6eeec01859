"""The built-in catalog loads, is complete, and says of every number where it comes from."""

from __future__ import annotations

import math
from typing import get_args

import pytest

from openiads.catalog.figures import Confidence, Figure
from openiads.catalog.loader import KINDS, load
from openiads.catalog.models import EVIDENCE_LEVELS, TARGET_GROUPS
from openiads.catalog.walk import confidence_shares, figures

CATALOG = load()
SHEETS = [(kind, name) for kind in KINDS if kind != "places" for name in CATALOG.names(kind)]
FIGURES = [
    pytest.param(figure, id=f"{kind}/{name}:{key}")
    for kind, name in SHEETS
    for key, figure in figures(getattr(CATALOG, kind)[name])
]
REQUIRED = {
    "radars": "9s15m2 9s19m2 9s32m 64n6e 64n6e2 76n6 30n6e 30n6 36d6 mr-800 3r41",
    "receivers": "passive-station",
    "missiles": "9m82m 9m83m 48n6e 48n6e2 5v55r 5v55rm",
    "units": "s-300v4 s-300pmu1 s-300pmu2 s-300ps s-300f-fort first-battery",
    "targets": "fighter bomber airliner transport cruise-missile-subsonic cruise-missile-supersonic "
    "anti-radiation-missile glide-bomb one-way-uav male-uav ballistic-short-range decoy stand-off-jammer",
    "doctrines": "default cautious",
    "places": "tartus khmeimim oslk lclk olba osap osdi akrotiri incirlik shayrat nikas balma latakia homs larnaca",
}


@pytest.mark.parametrize("kind", KINDS)
def test_holds_every_required_name(kind: str) -> None:
    assert set(REQUIRED[kind].split()) <= set(CATALOG.names(kind))


@pytest.mark.parametrize(("kind", "name"), SHEETS)
def test_every_file_loads_under_its_stem(kind: str, name: str) -> None:
    assert getattr(CATALOG, kind)[name].id == name


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_says_where_it_comes_from(figure: Figure) -> None:
    assert figure.confidence in get_args(Confidence)
    assert figure.reason if figure.confidence == "assumed" else figure.source
    assert math.isfinite(figure.value)
    assert (figure.low if figure.low is not None else figure.value) <= figure.value
    assert (figure.high if figure.high is not None else figure.value) >= figure.value
    assert figure.address == "" or figure.address.startswith("http")


def test_every_kill_probability_has_a_spread() -> None:
    for missile in CATALOG.missiles.values():
        for figure in (missile.kill_aircraft, missile.kill_cruise_missile, missile.kill_ballistic):
            assert figure.low is not None
            assert figure.high is not None
            assert figure.low < figure.high


def test_reliabilities_together_are_what_a_matured_round_has() -> None:
    """The three parts make up about 0.9 with a spread of 0.8 to 0.97, which stood for them together before."""
    for missile in CATALOG.missiles.values():
        parts = (missile.reliability_launch, missile.reliability_guidance, missile.reliability_fuze)
        assert math.prod(part.value for part in parts) == pytest.approx(0.9, abs=0.005)
        assert math.prod(part.low or 0.0 for part in parts) == pytest.approx(0.8, abs=0.005)
        assert math.prod(part.high or 0.0 for part in parts) == pytest.approx(0.97, abs=0.005)
        assert 0.1 <= missile.common_cause.value <= 0.3
        assert missile.fuze_range.value == pytest.approx(1.5 * missile.lethal_radius.value)


def test_every_target_group_has_a_class() -> None:
    assert {target.group for target in CATALOG.targets.values()} == set(TARGET_GROUPS)


def test_motors_reach_the_published_speed() -> None:
    """Tsiolkovsky: what the motor gives exceeds the published speed, by no more than drag and gravity can take."""
    for missile in CATALOG.missiles.values():
        exhaust_mps = missile.thrust.value * missile.burn_time.value / missile.propellant_mass.value
        final_kg = missile.launch_mass.value - missile.propellant_mass.value
        ideal_mps = exhaust_mps * math.log(missile.launch_mass.value / final_kg)
        assert 2300 <= exhaust_mps <= 2600
        assert 1.05 <= ideal_mps / missile.speed_max.value <= 1.45


def test_known_values_are_read_in_si() -> None:
    assert CATALOG.missiles["48n6e"].range_max.value == 150e3
    assert CATALOG.radars["36d6"].peak_power.value == 350e3
    assert CATALOG.units["s-300v4"].targets_max.value == 6
    assert CATALOG.places["tartus"].lat_deg == 34.915


def test_the_ship_carries_64_rounds() -> None:
    (launcher,) = CATALOG.units["s-300f-fort"].launchers
    assert launcher.count.value * launcher.rails.value == 64


def test_confidence_shares_add_up_to_one() -> None:
    shares = confidence_shares(CATALOG.missiles.values())
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["quoted"] > 0


EVIDENCE = [
    ("default", "mode_4_valid", "none", "fast_high", "towards_asset", "friend", 0.95, 1.0),
    ("default", "mode_3", "code_and_route_of_plan", "airway", "towards_asset", "civil", 0.95, 1.0),
    ("default", "not_asked", "code_and_route_of_plan", "unknown", "away", "civil", 0.95, 1.0),
    ("default", "no_reply", "none", "supersonic", "towards_asset", "hostile", 0.9, 1.0),
    ("default", "no_reply", "none", "low_fast", "towards_asset", "hostile", 0.9, 1.0),
    ("default", "no_reply", "none", "ballistic", "towards_asset", "hostile", 0.9, 1.0),
    ("default", "no_reply", "none", "slow", "towards_asset", "hostile", 0.9, 1.0),
    ("default", "no_reply", "none", "airway", "away", "hostile", 0.0, 0.6),
    ("default", "no_reply", "none", "airway", "towards_asset", "hostile", 0.0, 0.9),
    ("cautious", "mode_4_valid", "none", "fast_high", "towards_asset", "friend", 0.95, 1.0),
    ("cautious", "no_reply", "none", "supersonic", "towards_asset", "hostile", 0.95, 1.0),
    ("cautious", "no_reply", "none", "airway", "towards_asset", "hostile", 0.0, 0.75),
]


@pytest.mark.parametrize(("doctrine", "iff", "code", "kinematics", "course", "identity", "least", "most"), EVIDENCE)
def test_likelihoods_lead_to_sensible_identities(
    doctrine: str, iff: str, code: str, kinematics: str, course: str, identity: str, least: float, most: float
) -> None:
    rules = CATALOG.doctrines[doctrine]
    rows = (rules.prior, rules.iff[iff], rules.code[code], rules.kinematics[kinematics], rules.course[course])
    weight = {who: math.prod(getattr(row, who).value for row in rows) for who in ("friend", "civil", "hostile")}
    assert least <= weight[identity] / sum(weight.values()) <= most


NOT_A_LEVEL_OF_ITS_OWN = {"iff": ("not_asked", "garbled")}  # nothing was said, or something that cannot be read


@pytest.mark.parametrize("doctrine", sorted(CATALOG.doctrines))
@pytest.mark.parametrize("kind", EVIDENCE_LEVELS)
def test_likelihoods_of_levels_that_exclude_each_other_add_up_to_one(doctrine: str, kind: str) -> None:
    rows = getattr(CATALOG.doctrines[doctrine], kind)
    levels = [level for level in rows if level not in NOT_A_LEVEL_OF_ITS_OWN.get(kind, ())]
    for who in ("friend", "civil", "hostile"):
        assert math.fsum(getattr(rows[level], who).value for level in levels) == pytest.approx(1.0), who


@pytest.mark.parametrize("doctrine", sorted(CATALOG.doctrines))
def test_nothing_special_says_next_to_nothing(doctrine: str) -> None:
    """Who comes from afar, unannounced and unspoken of, is no more hostile for it than by a third of the odds."""
    rules = CATALOG.doctrines[doctrine]
    kinds = ("route", "height", "origin", "act", "notice", "word")
    first = {kind: getattr(rules, kind)[EVIDENCE_LEVELS[kind][0]] for kind in kinds}
    odds = {who: math.prod(getattr(row, who).value for row in first.values()) for who in ("friend", "civil", "hostile")}
    assert 0.8 <= odds["hostile"] / odds["friend"] <= 1.3
    assert 0.8 <= odds["hostile"] / odds["civil"] <= 1.3
