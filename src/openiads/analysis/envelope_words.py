"""What an envelope says, as rows for a page and as plain data for a machine: simulated beside published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from openiads._version import __version__
from openiads.analysis.envelope_read import ASPECTS, clear_of_slivers
from openiads.world.flights import LOAD_LEFT_MPS2, OVERTAKING_MPS, SPEED_LEFT_MPS

if TYPE_CHECKING:
    from openiads.analysis.envelope import Envelope, MissileEnvelope
    from openiads.analysis.envelope_read import AspectFigures, Edge, Span

HEADINGS: Final = ("missile", "figure", "approaching", "crossing", "fleeing", "published", "confidence")
LEFT: Final = (0, 1, 6)
_NAMES: Final = (
    ("greatest range", "far", "range_max"), ("least distance", "near", "range_min"),
    ("ceiling", "ceiling", "altitude_max"), ("floor", "floor", "altitude_min"),
)  # fmt: skip
_SMALL_M: Final = 1000.0  # below it a length is told in metres


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of one missile: as flown against three aspects, and as published ("" where nothing is)."""

    missile: str
    figure: str
    flown: tuple[str, str, str]
    published: str
    confidence: str


def lines(envelope: Envelope) -> list[Line]:
    """The page's table, missile by missile."""
    return [line for each in envelope.missiles for line in _lines(each)]


def _lines(each: MissileEnvelope) -> list[Line]:
    name, told = each.missile.name, each.figures
    found = []
    for figure, attribute, key in _NAMES:
        published = each.published(key)
        flown = _three(edge_text(getattr(aspect, attribute), attribute) for aspect in told)
        found.append(Line(name, figure, flown, spread_text(published), published.confidence))
    found.append(Line(name, "time to greatest range", _three(_number(a.far_flight_s, "s") for a in told), "", ""))
    found.append(Line(name, "mean speed to it", _three(_number(a.mean_speed_mps, "m/s") for a in told), "", ""))
    for height_m in each.heights_m:
        flown = _three(spans_text(each.spans(aspect, height_m), each.end_m) for aspect in ASPECTS)
        found.append(Line(name, f"range at {length_text(height_m)}", flown, "", ""))
    return found


def _three(texts: Any) -> tuple[str, str, str]:
    forward, crossing, tail = texts
    return forward, crossing, tail


def length_text(value_m: float | None) -> str:
    """``150 km``, ``7.5 km``, ``25 m``; ``-`` for none."""
    if value_m is None:
        return "-"
    if value_m < _SMALL_M:
        return f"{value_m:.0f} m"
    km = value_m / 1e3
    return f"{km:.0f} km" if km >= 20.0 or km == int(km) else f"{km:.1f} km"


def reach_text(far_m: float | None, end_m: float) -> str:
    """A greatest range; ``over`` where it is the end of the table."""
    lead = "over " if far_m is not None and far_m >= end_m else ""
    return f"{lead}{length_text(far_m)}"


def spans_text(spans: Sequence[Span], end_m: float) -> str:
    """A greatest range; beyond a hole what is reached again: ``36 km; again 147 km to 175 km``."""
    first = clear_of_slivers(spans)
    if first is None:
        return "-"
    rest = [span for span in spans if span.near_m > first.far_m]
    again = "".join(f"; again {length_text(span.near_m)} to {reach_text(span.far_m, end_m)}" for span in rest)
    return f"{reach_text(first.far_m, end_m)}{again}"


def reached_line(envelope: Envelope) -> str:
    """What counts as reached, in one sentence."""
    lethal = ", ".join(f"{each.missile.lethal_radius.value:g} m ({each.name})" for each in envelope.missiles)
    return (
        f"Reached is a point where the missile comes within its lethal radius, {lethal}, with {SPEED_LEFT_MPS:.0f} m/s "
        f"left (at least {OVERTAKING_MPS:.0f} m/s more than a target that flees), and a lateral acceleration of "
        f"N/(N-2) times the target's own, at least {LOAD_LEFT_MPS2:.0f} m/s2."
    )


def end_lines(envelope: Envelope) -> list[str]:
    """Where the assumed self-destruct ends a flight: a sentence a missile."""
    return [
        f"{each.missile.name} ends at its far edge by the assumed self-destruct after "
        f"{each.missile.self_destruct_time.shown}, set from the published range; without it the energy carries to "
        f"{length_text(each.energy_m)} at a standing point 10 km up."
        for each in envelope.missiles
        if each.ends == "age"
    ]


def with_article(name: str) -> str:
    """``a fighter``, ``an airliner``, ``a UAV``."""
    return f"{'an' if name[:1] in 'aeio' else 'a'} {name}"


def edge_text(edge: Edge | None, attribute: str = "far") -> str:
    """An edge of the envelope; ``over`` or ``under`` where the table ends before it."""
    if edge is None:
        return "-"
    if not edge.is_open:
        return length_text(edge.value_m)
    return f"{'over' if attribute in ('far', 'ceiling') else 'under'} {length_text(edge.value_m)}"


def spread_text(figure: Any) -> str:
    """A published figure with its spread."""
    low, high = figure.shown_low or figure.shown, figure.shown_high or figure.shown
    return figure.shown if low == high else f"{figure.shown} ({low} to {high})"


def _number(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{value:.0f} {unit}"


def cells(found: Sequence[Line]) -> list[list[str]]:
    """The table as text; a missile's name is said once."""
    return [
        ["" if n and found[n - 1].missile == line.missile else line.missile, line.figure, *line.flown, line.published,
         line.confidence]
        for n, line in enumerate(found)
    ]  # fmt: skip


def headline(envelope: Envelope) -> str:
    """What is asked, in one line."""
    target = envelope.target
    return f"Simulated envelope of {envelope.asked} against {target.id} ({target.speed.value:.0f} m/s)"


def report(envelope: Envelope) -> dict[str, Any]:
    """Everything but the tables themselves as plain data, SI."""
    return {
        "simulated": True, "title": headline(envelope), "openiads": __version__, "asked": envelope.asked,
        "target": envelope.target.id, "target_speed_mps": round(envelope.target.speed.value, 1),
        "missiles": [_as_json(each) for each in envelope.missiles],
    }  # fmt: skip


def _as_json(each: MissileEnvelope) -> dict[str, Any]:
    return {
        "missile": each.name,
        "published": {
            key: {"value_m": figure.value, "low_m": figure.low, "high_m": figure.high, "source": figure.source,
                  "address": figure.address, "confidence": figure.confidence}
            for _, _, key in _NAMES
            for figure in (each.published(key),)
        },
        "ends_by": each.ends, "range_energy_m": _rounded(each.energy_m) if each.ends == "age" else None,
        "flown": {aspect.aspect: _aspect_json(aspect) for aspect in each.figures},
        "range_at_height_m": [
            {"height_m": height_m} | dict(zip(ASPECTS, map(_rounded, each.farthest_m(height_m)), strict=True))
            for height_m in each.heights_m
        ],
        "reached_at_height_m": [
            {"height_m": height_m}
            | {aspect: [[_rounded(span.near_m), _rounded(span.far_m)] for span in each.spans(aspect, height_m)]
               for aspect in ASPECTS}
            for height_m in each.heights_m
        ],
    }  # fmt: skip


def _aspect_json(aspect: AspectFigures) -> dict[str, Any]:
    edges = {
        key: None if edge is None else {
            "value_m": _rounded(edge.value_m), "half_step_m": _rounded(edge.half_step_m), "open": edge.is_open
        }
        for _, attribute, key in _NAMES
        for edge in (getattr(aspect, attribute),)
    }  # fmt: skip
    return {
        "radial_mps": _rounded(aspect.radial_mps), **edges, "range_max_height_m": _rounded(aspect.far_height_m),
        "range_max_flight_s": _rounded(aspect.far_flight_s), "mean_speed_mps": _rounded(aspect.mean_speed_mps),
    }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
