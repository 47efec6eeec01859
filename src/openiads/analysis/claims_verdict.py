"""What was measured for a claim, and what follows from it: the verdict and its reason.

Tolerances, stated once. A published figure of a flight or of a radar names neither target, height, weather nor how
it was rounded, and sources that quote the same figure differ by 10 to 20 %: within 15 % of it, or within the spread
its sources give, it counts as reproduced. Chances rest on few shots: within 0.15 of it. Distances on the earth are
geometry: within 0.5 %; shares of land, said in round words, within 0.05. Less than a hundredth of a land is not
"into" it. Counts must be met exactly. How well the simulated figure itself is known is said, and gives no slack.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from openiads.catalog.claims import Claim

Verdict = Literal["reproduced", "not reproduced", "not checkable", "input", "geometry"]
VERDICTS: Final[tuple[Verdict, ...]] = ("reproduced", "not reproduced", "not checkable", "input", "geometry")
GEOMETRY: Final = ("distance", "ring")  # what this project computes itself: no claim about a system

FLIGHT_SHARE: Final = 0.15  # of the published figure, assumed: see above
DISTANCE_SHARE: Final = 0.005  # of the published figure, assumed: a published sphere against the ellipsoid
CHANCE_APART: Final = 0.15  # absolute, assumed: two standard errors of 40 shots at one half
SHARE_APART: Final = 0.05  # absolute, of a country's land, assumed: claims say "half"
TOUCHED: Final = 0.01  # of a land: less is not "into" it, assumed
_COARSE_SHARE: Final = 0.5  # of the published figure: what is known no better than this cannot be compared


@dataclass(frozen=True, slots=True)
class Measured:
    """What the simulation gives for one claim.

    Attributes:
        value: SI; None where nothing could be measured.
        how: how it was measured, in words.
        half_width: how well it is known, SI; it gives no slack.
        text: what is shown instead of the value, such as names of cities.
        agrees: decides the verdict by itself, where the claim is no number.
        unchecked: why the claim cannot be checked; "" where it can.
        why: what explains a difference.
        circular: why an agreement would prove nothing; "" where it would.
    """

    value: float | None
    how: str
    half_width: float = 0.0
    text: str = ""
    agrees: bool | None = None
    unchecked: str = ""
    why: str = ""
    circular: str = ""


def tolerated(claim: Claim) -> tuple[float, float]:
    """Least and greatest value that count as the published figure, SI."""
    low, value, high = claim.spread_si
    if claim.quantity in ("targets_max", "missiles_max", "rounds_ready"):
        return low, high
    if claim.quantity in ("kill_chance", "hit_share", "share"):
        apart = SHARE_APART if claim.quantity == "share" else CHANCE_APART
        return min(low, value - apart), max(high, value + apart)
    share = DISTANCE_SHARE if claim.quantity == "distance" else FLIGHT_SHARE
    return min(low, value * (1.0 - share)), max(high, value * (1.0 + share))


def verdict(claim: Claim, measured: Measured, is_input: bool) -> tuple[Verdict, str]:
    """The verdict and why.

    Args:
        claim: what is said.
        measured: what the simulation gives.
        is_input: the model was given this figure; then it can never count as reproduced.
    """
    if is_input:
        return "input", measured.why
    if claim.unchecked or measured.unchecked:
        return "not checkable", claim.unchecked or measured.unchecked
    if measured.agrees is not None:
        return _decided(claim, measured.agrees), "" if measured.agrees else measured.why
    if measured.value is None:
        return "not reproduced", measured.why
    if measured.half_width > _COARSE_SHARE * claim.value_si:
        return "not checkable", "the simulation knows it no better than the figure is large"
    fits = met(claim, measured.value)
    if fits and measured.circular:
        return "not checkable", measured.circular
    return _decided(claim, fits), "" if fits else measured.why


def _decided(claim: Claim, fits: bool) -> Verdict:
    if not fits:
        return "not reproduced"
    return "geometry" if claim.quantity in GEOMETRY else "reproduced"


def met(claim: Claim, value: float) -> bool:
    """Whether a value counts as the published figure."""
    low, high = tolerated(claim)
    return (claim.limit == "at_most" or value >= low) and (claim.limit == "at_least" or value <= high)
