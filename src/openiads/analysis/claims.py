"""What is said about the systems, put beside what the simulation gives: a row a claim, with a verdict and its reason.

A figure that the model was given is never counted as reproduced, whatever comes out: it is marked as an input.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from openiads._version import __version__
from openiads.analysis import claims_flight as flight
from openiads.analysis import claims_ground as ground
from openiads.analysis import claims_radar as radar
from openiads.analysis import claims_run as trials
from openiads.analysis.claims_verdict import VERDICTS, Measured, Verdict, met, tolerated, verdict
from openiads.analysis.envelope import missiles_of
from openiads.analysis.envelope_words import reach_text
from openiads.catalog.errors import InputError, unknown_name
from openiads.catalog.loader import load as load_catalog
from openiads.catalog.walk import figures

if TYPE_CHECKING:
    from openiads.catalog.claims import Claim
    from openiads.catalog.figures import Figure
    from openiads.catalog.loader import Catalog

CALIBRATED: Final = ("speed_max", "mean_speed")  # what the calibration fits the flight to
AIRCRAFT: Final = "kill_aircraft"
_NEAR: Final = 1e-3  # relative: two figures that differ by less are the same figure


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim and what became of it.

    Attributes:
        id, claim, unit, about, quantity: as in the catalog.
        published: the figure with its unit and spread, as text; ``published_value``, ``_low`` and ``_high`` are SI.
        simulated: what the simulation gives, as text; ``simulated_value`` is SI, None where there is no number.
        measured: how it was measured.
        difference: simulated over published less one; None where there is no number.
        source, address, confidence, note: of the published figure.
        accepted_low, accepted_high: values from the one to the other count as the published figure, SI; of "at
            least" and "down to" only one of them binds.
        verdict: ``reproduced``, ``not reproduced``, ``not checkable``, ``input`` or ``geometry``.
        is_met: whether the simulated figure counts as the published one; None where there is no number.
        why: what explains the verdict; "" where nothing needs to.
    """

    id: str
    claim: str
    unit: str
    about: str
    quantity: str
    published: str
    published_value: float
    published_low: float
    published_high: float
    simulated: str
    simulated_value: float | None
    measured: str
    difference: float | None
    source: str
    address: str
    confidence: str
    note: str
    accepted_low: float
    accepted_high: float
    verdict: Verdict
    is_met: bool | None
    why: str

    @property
    def verdict_text(self) -> str:
        """The verdict in words: an input that a run does not show is said to be not met."""
        return "input, not met" if self.verdict == "input" and self.is_met is False else str(self.verdict)


@dataclass(frozen=True)
class Claims:
    """All claims that were asked for, in the order of the catalog.

    Attributes:
        rows: a row a claim.
    """

    rows: tuple[ClaimRow, ...]

    def __repr__(self) -> str:
        """One line: how many, and what became of them."""
        return f"<Claims: {len(self.rows)}; {', '.join(f'{count} {name}' for name, count in self.totals.items())}>"

    @property
    def totals(self) -> dict[str, int]:
        """How many claims have each verdict."""
        return {name: sum(row.verdict == name for row in self.rows) for name in VERDICTS}

    @property
    def units(self) -> tuple[str, ...]:
        """What the claims are listed under, in order."""
        return tuple(dict.fromkeys(row.unit for row in self.rows))

    def of(self, unit: str) -> tuple[ClaimRow, ...]:
        """The rows under one unit."""
        return tuple(row for row in self.rows if row.unit == unit)

    def as_dict(self) -> dict[str, Any]:
        """Plain data, values SI and rounded to six figures."""
        rows = [{key: _rounded(value) for key, value in asdict(row).items()} for row in self.rows]
        return {
            "note": "simulated", "openiads": __version__, "totals": self.totals,
            "claims": [row | {"is_input": row["verdict"] == "input"} for row in rows],
        }  # fmt: skip


def _rounded(value: Any) -> Any:
    return float(f"{value:.6g}") if isinstance(value, float) else value


def claims(
    unit: str | None = None, catalog_dir: Path | None = None, progress: Callable[[float], None] | None = None
) -> Claims:
    """Check every claim of the catalog.

    Args:
        unit: only those listed under a catalog unit, or under "tartus".
        catalog_dir: a folder that overlays the built-in catalog.
        progress: called after each claim with the share done, 0 to 1.

    Raises:
        InputError: nothing is claimed about such a unit; the message lists those there are.
    """
    catalog = load_catalog(catalog_dir)
    known = tuple(dict.fromkeys(claim.unit for claim in catalog.claims.values()))
    if unit is not None and unit not in known:
        raise unknown_name("claims", "unit", unit, known)
    check = Check(catalog, catalog_dir)
    asked = [claim for claim in catalog.claims.values() if unit in (None, claim.unit)]
    rows = []
    for number, claim in enumerate(asked, 1):
        rows.append(check.row(claim))
        if progress is not None:
            progress(number / len(asked))
    return Claims(tuple(rows))


class Check:
    """The means by which claims are measured, kept while several are: flown tables, sites, runs, the land.

    Args:
        catalog: the claims and what they are about.
        catalog_dir: where a user's part of it lies.
    """

    def __init__(self, catalog: Catalog, catalog_dir: Path | None) -> None:
        self.catalog = catalog
        self.flights = flight.Flights(catalog)
        self.trials = trials.Trials(catalog_dir)
        self.ground = ground.Ground(catalog)
        self._catalog_dir = catalog_dir
        self._sites: dict[str, radar.Site] = {}

    def site(self, unit: str) -> radar.Site:
        """A unit on the plain."""
        if unit not in self._sites:
            self._sites[unit] = radar.Site(unit, self._catalog_dir)
        return self._sites[unit]

    def row(self, claim: Claim) -> ClaimRow:
        """Measure one claim and decide."""
        is_input, told, unchecked = self._fed(claim)
        if claim.unchecked and not claim.radius:
            measured = Measured(None, "not measured", text="-")
        else:
            measured = _MEASURES[claim.quantity](self, claim)
        decided, why = verdict(claim, measured, is_input)
        if unchecked:
            decided, why = "not checkable", unchecked
        low, value, high = claim.spread_si
        return ClaimRow(
            claim.id, claim.text, claim.unit, claim.about, claim.quantity, published_text(claim), value, low, high,
            measured.text or shown(measured.value, claim.dimension), measured.value, measured.how,
            _difference(claim, measured), claim.source, claim.address, claim.confidence, claim.note, *tolerated(claim),
            decided, _is_met(claim, measured), told or why,
        )  # fmt: skip

    def _fed(self, claim: Claim) -> tuple[bool, str, str]:
        """Whether the model was given the figure, in what words; and why the claim cannot be checked if not."""
        if not claim.feeds:
            return False, "", ""
        figure = self._figure(claim)
        low, _, high = claim.spread_si
        if low * (1.0 - _NEAR) <= figure.value <= high * (1.0 + _NEAR):
            fits = "the calibration fits the flight to it"
            return (
                True,
                fits if claim.feeds in CALIBRATED else f"the catalog gives it to the model as {claim.feeds}",
                "",
            )
        return False, "", f"such a figure is an input, and the catalog gives the model another: {_given(figure)}"

    def _figure(self, claim: Claim) -> Figure:
        """The figure of the catalog that a claim feeds.

        Raises:
            InputError: the catalog holds no such thing, or it has no such figure.
        """
        for shelf in (self.catalog.units, self.catalog.missiles, self.catalog.radars):
            if claim.about in shelf:
                found = dict(figures(shelf[claim.about]))
                if claim.feeds in found:
                    return found[claim.feeds]
        said = f'the claim "{claim.id}" feeds "{claim.feeds}" of "{claim.about}", which is no figure of the catalog'
        raise InputError("claims.toml", said, "claim.feeds")

    def flown_at_10_km(self, claim: Claim) -> ground.Flown | None:
        """Greatest flown range at 10 km of the unit or missile that a claim names; None where the catalog has none."""
        if claim.about in self.catalog.units:
            names = [missile.id for missile in missiles_of(self.catalog, claim.about)]
            seen_m = self.site(claim.about).sees_m(self.catalog.targets[flight.TARGET], ground.FLOWN_HEIGHT_M)
        else:
            seen_m = None
            names = [claim.about] if claim.about in self.catalog.missiles else []
        found = []
        for each in map(self.flights.of, names):
            far_m = each.farthest_m(ground.FLOWN_HEIGHT_M)[0]
            found += [] if far_m is None else [ground.Flown(far_m, reach_text(far_m, each.end_m), seen_m)]
        return max(found, key=lambda flown: flown.far_m, default=None)

    def first_missile(self, claim: Claim) -> str:
        """The missile a claim is about, or that of the unit's launchers with the shortest wait."""
        if claim.about in self.catalog.missiles:
            return claim.about
        return missiles_of(self.catalog, claim.unit)[0].id

    def given(self, claim: Claim) -> Measured:
        """A figure that the model is given and that no run of ours shows."""
        figure = self._figure(claim)
        return Measured(figure.value, f"given to the model: {figure.source or figure.reason}")

    def ballistic(self, claim: Claim) -> Measured:
        """Time left after the engagement radar has seen the warhead."""
        site = self.site(claim.unit)
        detected_m = site.sees_m(self.catalog.targets[flight.BALLISTIC], flight.WARHEAD_M)
        return flight.ballistic(claim, self.flights, detected_m, site.reaction_s)


def _given(figure: Figure) -> str:
    return f"{figure.shown} ({figure.source or figure.reason}, {figure.confidence})"


def _is_met(claim: Claim, measured: Measured) -> bool | None:
    if measured.agrees is not None or measured.value is None:
        return measured.agrees
    return met(claim, measured.value)


def _difference(claim: Claim, measured: Measured) -> float | None:
    if measured.value is None or measured.agrees is not None or claim.value_si == 0.0:
        return None
    return measured.value / claim.value_si - 1.0


def _kill(check: Check, claim: Claim) -> Measured:
    """Kills on the proving ground, whose targets are aircraft; of another target the figure that the model is given."""
    if claim.feeds in ("", AIRCRAFT):
        return _in_run(check, claim)
    return check.given(claim)


def _in_run(check: Check, claim: Claim) -> Measured:
    return trials.measured(claim, check.trials.of(claim.unit), check.first_missile(claim))


_MEASURES: Final[Mapping[str, Callable[[Check, Claim], Measured]]] = {
    **dict.fromkeys(("range_max", "range_min", "altitude_max"), lambda check, claim: flight.edge(claim, check.flights)),
    "altitude_min": lambda check, claim: radar.floor(claim, check.site(claim.unit), check.flights),
    "low_range": lambda check, claim: radar.low_range(claim, check.site(claim.unit), check.flights),
    "ballistic_range": lambda check, claim: check.ballistic(claim),
    "target_speed_max": lambda check, claim: flight.target_speed(claim, check.flights),
    "apogee": lambda check, claim: flight.highest_on_the_way(claim, check.flights),
    "mean_speed": lambda check, claim: flight.mean_speed(claim, check.flights),
    **dict.fromkeys(
        ("targets_max", "missiles_max", "launch_interval", "reaction_time", "speed_max", "hit_share"), _in_run
    ),
    "kill_chance": _kill,
    **dict.fromkeys(("rounds_ready", "launch_mass", "burn_time"), lambda check, claim: check.given(claim)),
    "detection_range": lambda check, claim: radar.detection(claim, check.site(claim.unit)),
    "distance": lambda check, claim: ground.distance(claim, check.ground),
    "ring": lambda check, claim: ground.ring(claim, check.ground),
    "touches": lambda check, claim: ground.touches(claim, check.ground, check.flown_at_10_km(claim)),
    "east_half": lambda check, claim: ground.east_half(claim, check.ground, check.flown_at_10_km(claim)),
    "share": lambda check, claim: ground.share_of(claim, check.ground, check.flown_at_10_km(claim)),
}  # fmt: skip


def published_text(claim: Claim) -> str:
    """The published figure with its spread; of what is no number the words "as said"."""
    if claim.quantity in ("touches", "east_half"):
        return f"{claim.country}, ring of {claim.value}"
    if claim.quantity == "share":
        return f"{float(claim.value):.0%}".replace("%", " %")
    value, low, high = (_said(claim.value if end is None else end) for end in (claim.value, claim.low, claim.high))
    lead = {"at_least": "at least ", "at_most": "down to ", "about": ""}[claim.limit]
    spread = "" if low == high else f" ({low} to {high})"
    return f"{lead}{value}{spread}"


def _said(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def shown(value: float | None, dimension: str) -> str:
    """An SI value with the unit that people use, to three figures."""
    if value is None:
        return "none"
    if dimension == "length":
        return _length(value)
    if dimension == "number":
        return f"{value:g}" if value == int(value) else f"{value:.2f}"
    unit = {"speed": "m/s", "mass": "kg", "time": "s"}[dimension]
    return f"{value:.3g} {unit}" if value < 1000.0 else f"{value:.0f} {unit}"


def _length(value_m: float) -> str:
    if value_m < 1000.0:
        return f"{value_m:.0f} m"
    km = value_m / 1e3
    return f"{km:.1f} km" if km < 100.0 else f"{km:.0f} km"


__all__ = ["Check", "ClaimRow", "Claims", "claims", "published_text", "shown"]
