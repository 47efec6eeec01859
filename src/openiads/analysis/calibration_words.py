"""A calibration as tables and sentences of a page, and as JSON."""

from __future__ import annotations

from math import degrees
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from openiads.analysis.calibration import Calibration, Parameter
    from openiads.analysis.flown_limits import HeldOut

PARAMETER_HEADINGS: Final = ("fitted", "prior", "value", "one sigma", "allowed", "from the data")
SPEED_HEADINGS: Final = ("fitted to", "published", "sigma", "flown", "residual")
HELD_OUT_HEADINGS: Final = ("held out", "published", "spread", "flown", "difference", "how flown", "beyond it fails")
_UNITS: Final = {"exhaust_speed": "m/s", "propellant_mass": "kg", "loft_angle": "deg"}
_DIGITS: Final = {"exhaust_speed": 0, "propellant_mass": 0, "loft_angle": 1}


def _shown(part: Parameter, value: float) -> str:
    number = degrees(value) if part.name == "loft_angle" else value
    unit = _UNITS.get(part.name, "")
    return f"{number:.{_DIGITS.get(part.name, 3)}f}{' ' if unit else ''}{unit}"


def parameter_cells(found: Calibration) -> list[tuple[str, ...]]:
    """A line a parameter, for ``PARAMETER_HEADINGS``."""
    return [
        (
            part.name,
            _shown(part, part.prior.centre),
            _shown(part, part.value) + (" (bound)" if part.at_bound else ""),
            _shown(part, part.sigma),
            f"{_shown(part, part.prior.low)} to {_shown(part, part.prior.high)}",
            f"{100.0 * part.share:.0f} %",
        )
        for part in found.parameters
    ]


def speed_cells(found: Calibration) -> list[tuple[str, ...]]:
    """A line a published speed, for ``SPEED_HEADINGS``."""
    return [
        (
            part.name,
            f"{part.published.value:.0f} m/s",
            f"{part.sigma:.0f} m/s",
            f"{part.flown:.0f} m/s",
            f"{100.0 * part.residual:+.1f} %",
        )
        for part in found.conditions
    ]


def held_out_cells(found: Calibration) -> list[tuple[str, ...]]:
    """A line a limit held out, for ``HELD_OUT_HEADINGS``."""
    return [
        (
            row.what,
            "-" if row.published is None else row.published.shown,
            _spread(row),
            "not reached" if row.flown is None else _length(row.flown),
            "-" if row.difference is None else f"{100.0 * row.difference:+.0f} %",
            row.condition,
            row.limit or "-",
        )
        for row in found.held_out.values()
    ]


def _length(value_m: float) -> str:
    return f"{value_m:.0f} m" if value_m < 1e3 else f"{value_m / 1e3:.1f} km"


def _spread(row: HeldOut) -> str:
    figure = row.published
    if figure is None or (figure.low is None and figure.high is None):
        return "-"
    return f"{figure.shown_low or figure.shown} to {figure.shown_high or figure.shown}"


def sentences(found: Calibration) -> list[str]:
    """What was flown, and what the two speeds decide."""
    singular = ", ".join(f"{value:.2f}" for value in found.singular_values)
    lines = [
        f"Both speeds are of one flight: at a standing point 10 km up, {found.range_m / 1e3:g} km away, with the "
        "greatest loft; burn-out speed is its greatest, mean speed the ground range over its time.",
        f"The data fix {found.determined} of {len(found.parameters)} combinations of parameters better than the prior "
        f"(singular values {singular}, in sigmas of the data per sigma of the prior; above 1 the data decide).",
        "Least range here is the least ground range to a standing point; openiads envelope and claims give the least "
        "slant range at any height to a moving target, which is another figure.",
    ]
    weak = [part.name for part in found.parameters if part.share < 0.5]
    if weak:
        lines.append(f"Decided by the prior rather than by the data: {', '.join(weak)}.")
    if bound := [part.name for part in found.parameters if part.at_bound]:
        lines.append(f"At the end of what is allowed, so the published speeds are not met: {', '.join(bound)}.")
    return lines


def as_dict(found: Calibration) -> dict[str, Any]:
    """One JSON object; SI."""
    return {
        "missile": found.missile.id,
        "range_m": found.range_m,
        "parameters": [
            {
                "name": part.name,
                "prior": part.prior.centre,
                "prior_sigma": part.prior.sigma,
                "prior_relative": part.prior.relative,
                "prior_reason": part.prior.reason,
                "allowed": [part.prior.low, part.prior.high],
                "value": part.value,
                "sigma": part.sigma,
                "share_from_data": part.share,
                "prior_dominated": part.share < 0.5,
                "at_bound": part.at_bound,
            }
            for part in found.parameters
        ],
        "speeds": [
            {
                "name": part.name,
                "published": part.published.value,
                "sigma": part.sigma,
                "flown": part.flown,
                "residual": part.residual,
            }
            for part in found.conditions
        ],
        "singular_values": list(found.singular_values),
        "determined": found.determined,
        "figures": {key: figure.model_dump() for key, figure in found.figures.items()},
        "held_out": [row.as_dict() for row in found.held_out.values()],
    }
