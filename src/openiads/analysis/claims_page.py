"""The page ``docs/validation.md``: every claim with its figure, its source and its verdict, made by one command.

All numbers come from ``claims``; the text round them holds none, so that the page can be made again at any time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from openiads.analysis.claims_verdict import CHANCE_APART, DISTANCE_SHARE, FLIGHT_SHARE, SHARE_APART
from openiads.analysis.claims_words import TOTAL_HEADINGS, difference_text, total_cells

if TYPE_CHECKING:
    from openiads.analysis.claims import ClaimRow, Claims

IMAGES: Final = "images"
_HEADINGS: Final = (
    "claim", "published", "simulated", "difference", "verdict", "source, confidence", "how it was measured",
)  # fmt: skip

_INTRODUCTION: Final = """\
# Validation: what is claimed, and what the simulation gives

Much is said about the S-300 family: how far it reaches, how high, how fast, how many targets at once, and whom the
ring on a map holds. This page puts each such claim beside what the physics of OpenIADS gives, names the source of
the claim and how far it can be trusted, and says plainly where the two disagree.

Everything on it is **simulated**. `openiads claims --markdown docs/validation.md` writes the page and its pictures;
a test holds that the page is what the command writes. `openiads claims --json` gives the same rows to a program.

## In short
"""
_READING: Final = f"""\
## How to read it

* **Reproduced**: the simulated figure lies within the spread that the sources give, or within
  {100 * FLIGHT_SHARE:.0f} % of the published one. The published figures name neither target, height, weather nor how
  they were rounded, and sources that quote the same thing differ by as much. Distances on the earth must agree within
  {100 * DISTANCE_SHARE:.1f} %, shares of land within {SHARE_APART:g}, chances within {CHANCE_APART:g}, counts exactly.
  "Down to" and "at least" are met by more. How well the simulated figure is itself known stands beside it and gives
  no slack.
* **Not reproduced**: it does not; the reason, as far as it is known, stands below.
* **Not checkable**: the simulation cannot say, and the page says why.
* **Input**: the model was given this figure, so it counts for nothing, whatever comes out; *not met* where a run shows
  another. Masses and burn
  times, burn-out and mean speeds (the calibration fits the flight to them), channels, intervals, reaction times,
  kill chances and the detection ranges that radars rest on are inputs. Where an input shows in a run, the run's
  figure stands beside it.

* **Geometry**: a distance or the content of a ring, computed by this project from published coordinates and radii. It
  says nothing about a system and is counted apart.

No table is cut off at a published limit of range or height: the missile flies where its energy and its air carry it,
and the edge is where the margin of a table of flown shots passes zero ([envelopes](models/envelopes.md), [how to read
the pictures](envelope.md)). Yet published limits enter in two ways. The time after which a missile destroys itself is
**assumed from its published range**; where that time ends the flight, the page says so and gives the range that the
energy alone would carry to, and an agreement that the energy does not share counts as not checkable. And in a default
run the posts keep to published range and ceiling as a rule (`limits`); this page flies without that rule.

The least range here is the least slant range at any height against an approaching target. `openiads calibrate` gives
the least ground range to a standing point 1 km up, which is another figure.

Confidence is that of the source: `published` (press and officials), `quoted` (reference works that name theirs),
`game` (files of games that follow brochures), `estimate`, `derived` (computed from others), `unconfirmed`.
"""
_END: Final = """\
## What may be concluded, and what not

* A figure that is reproduced is one that the published mass, motor and speed of the missile can carry. It is not
  proof that the system does it: both may rest on the same brochure.
* A figure that is not reproduced need not be false. The model is a point mass with textbook aerodynamics, and what
  it does not hold (seekers over clutter, fuzes, safety margins, doctrine) may set the published limit.
* Range is not cover. The envelope asks whether a missile can get there; whether the engagement radar sees a target
  there, over hills and below the horizon, is asked of [coverage](coverage.md). A ring on a map holds for a target
  that flies high enough.
* Chances of a kill are inputs with wide spreads; no neutral published value exists. Nothing on this page confirms
  one.
* Countries are drawn as Natural Earth draws them, de facto; no position is taken.

OpenIADS is a simulation. It is no fire-control system.
"""
_TITLES: Final[Mapping[str, str]] = {"tartus": "Round Tartus: distances, rings, countries"}


def page(claims: Claims, titles: Mapping[str, str], pictures: bool) -> str:
    """The whole page.

    Args:
        claims: all of them.
        titles: what to call each unit.
        pictures: whether to show the envelopes, which lie in ``images``.
    """
    parts = [_INTRODUCTION, _table(TOTAL_HEADINGS, total_cells(claims)), "", _READING]
    for unit in claims.units:
        parts.append(f"## {_TITLES.get(unit) or titles.get(unit, unit)}\n")
        if pictures and unit in titles:
            parts.append(f"![Flown envelope of {titles[unit]}, simulated]({IMAGES}/{picture_name(unit)})\n")
        parts += [_table(_HEADINGS, [_line(row) for row in claims.of(unit)]), ""]
    parts += [_section("## What was not reproduced, and why", claims, "not reproduced")]
    parts += [_section("## What cannot be checked, and why", claims, "not checkable"), _END]
    return "\n".join(parts)


def picture_name(unit: str) -> str:
    """File of a unit's envelope."""
    return f"envelope-{unit}.png"


def _section(title: str, claims: Claims, verdict: str) -> str:
    found = [row for row in claims.rows if row.verdict == verdict]
    lines = [
        f"* {row.claim} ({row.unit}): published {row.published}, simulated {row.simulated}. {_sentence(row)}"
        for row in found
    ]
    return "\n".join([f"{title}\n", *(lines or ["Nothing."]), ""])


def _sentence(row: ClaimRow) -> str:
    said = "; ".join(text for text in (row.why, row.note) if text) or "the reason is open"
    return f"{said[0].upper()}{said[1:]}."


def _line(row: ClaimRow) -> list[str]:
    source = f"[{row.source}]({row.address})" if row.address else row.source
    verdict = row.verdict_text if row.verdict in ("input", "geometry") else f"**{row.verdict}**"
    return [
        row.claim, row.published, row.simulated, difference_text(row), verdict, f"{source}, {row.confidence}",
        row.measured,
    ]  # fmt: skip


def _table(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    head = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    return "\n".join([*head, *(f"| {' | '.join(_cell(text) for text in line)} |" for line in lines)])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def draw(units: Sequence[str], folder: Path, catalog_dir: Path | None = None) -> list[Path]:
    """The envelope of each unit against a fighter, as pictures in a folder."""
    from openiads.analysis.envelope import envelope

    folder.mkdir(parents=True, exist_ok=True)
    return [envelope(unit, catalog_dir=catalog_dir).plot(folder / picture_name(unit)) for unit in units]
