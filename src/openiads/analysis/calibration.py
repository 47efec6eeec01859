"""Fit the few unpublished figures of a missile's flight to its published burn-out speed and mean speed.

Mass, burn time and whatever else a source gives stay as they are. Range, least range, ceiling and floor are held out.
Source: regularised least squares, Tarantola, Inverse Problem Theory, ch. 3 (a Gaussian prior is one residual each).
Assumes: both speeds are of one flight, at a standing point 10 km up and ``mean_speed_range`` away, with the greatest
loft; burn-out speed is the greatest of that flight, mean speed the ground range over the time of flight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, radians, tan
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from openiads.analysis.flown_limits import RANGE_HEIGHT_M, HeldOut, held_out, shoot
from openiads.catalog.errors import InputError
from openiads.catalog.figures import Figure
from openiads.catalog.models import Missile
from openiads.physics.shot import PASSED, Arrival
from openiads.world.build_missiles import missile_row
from openiads.world.rows import table_of
from openiads.world.tables import MISSILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

SOURCE: Final = "openiads calibrate"
LOFTS_RAD: Final = tuple(radians(angle) for angle in range(10, 65, 5))  # among which the best loft is looked for
_STEP: Final = 0.05  # of a difference quotient, in sigmas of the prior
_ACCEPTED: Final = {"published": 0.03, "quoted": 0.03, "derived": 0.03}  # least relative sigma of a figure, assumed
_OTHERWISE: Final = 0.06


@dataclass(frozen=True, slots=True)
class Prior:
    """What is held of a parameter before the fit: z is in sigmas from the centre; in logarithms if relative."""

    centre: float
    sigma: float
    low: float
    high: float
    reason: str
    relative: bool = False

    def value(self, z: float) -> float:
        """The parameter."""
        return self.centre * exp(self.sigma * z) if self.relative else self.centre + self.sigma * z

    def place(self, value: float) -> float:
        """Its z."""
        away = np.log(value / self.centre) if self.relative else value - self.centre
        return float(away / self.sigma)


SPLIT: Final = Prior(0.5, 0.05, 0.4, 0.7, "assumed: a motor of one mode burns evenly, give or take a tenth")
DRAG: Final = Prior(
    1.0, 0.5, 0.5, 3.0,
    "assumed: the standard curve, a factor of 1.65 either way; half to three times it, because fins, base and the "
    "diameter of the stage that flies on are not published",
    relative=True,
)  # fmt: skip
LOFT: Final = Prior(
    radians(36.0), radians(3.0), radians(10.0), radians(60.0),
    "assumed: the climb that leaves the greatest speed at the point of the fit, give or take 3 degrees",
)  # fmt: skip
EXHAUST: Final = Prior(2500.0, 60.0, 2300.0, 2600.0, "assumed: solid motors of this class, 235 to 265 s")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One fitted parameter, SI; ``exhaust_speed`` stands for thrust x burn time / propellant mass."""

    name: str
    prior: Prior
    value: float
    sigma: float
    share: float  # of what is known of it that the two speeds give: 0 all prior, 1 all data

    @property
    def at_bound(self) -> bool:
        """Whether the fit ended at the end of what is allowed."""
        return abs(self.value - self.prior.low) < 1e-3 * self.prior.low or (
            abs(self.value - self.prior.high) < 1e-3 * self.prior.high
        )


WORST_RESIDUAL: Final = 0.5  # a fit farther off than this is no fit, assumed


@dataclass(frozen=True, slots=True)
class Condition:
    """A published speed that is fitted, and what the missile flies."""

    name: str
    published: Figure
    sigma: float
    flown: float

    @property
    def residual(self) -> float:
        """Flown less published over published."""
        return self.flown / self.published.value - 1.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """The result: fitted parameters, the sheet with them, what they were fitted to and what was held out."""

    missile: Missile
    figures: Mapping[str, Figure]
    parameters: tuple[Parameter, ...]
    conditions: tuple[Condition, ...]
    held_out: Mapping[str, HeldOut]
    singular_values: tuple[float, ...]
    range_m: float

    @property
    def determined(self) -> int:
        """How many combinations of parameters the data fix better than the prior does."""
        return sum(value > 1.0 for value in self.singular_values)


def calibrate(missile: Missile) -> Calibration:
    """Fit a missile.

    Raises:
        InputError: the sheet gives no mean speed, leaves nothing to fit, or its best fit is still no such missile.
    """
    from scipy.optimize import least_squares

    task = _task(missile)
    bounds = np.array([(prior.place(prior.low), prior.place(prior.high)) for prior in task.priors.values()]).T
    found = least_squares(task.residuals, np.zeros(len(task.priors)), task.slopes, bounds, xtol=1e-6, ftol=1e-8)
    slopes = task.slopes(found.x)
    covariance = np.linalg.inv(slopes.T @ slopes)
    parameters = tuple(
        Parameter(name, prior, float(prior.value(z)), _sigma(prior, z, spread), float(max(0.0, 1.0 - spread)))
        for (name, prior), z, spread in zip(task.priors.items(), found.x, np.diag(covariance), strict=True)
    )
    fitted = task.sheet({part.name: part.value for part in parameters})
    figures = _rounded(fitted, parameters)
    fitted = fitted.model_copy(update=figures)
    conditions = task.conditions(fitted)
    for condition in conditions:
        if abs(condition.residual) > WORST_RESIDUAL:
            raise InputError(
                f"missiles/{missile.id}.toml",
                f"the best fit flies {condition.name} {condition.flown:.0f} m/s of the published "
                f"{condition.published.shown}, more than {WORST_RESIDUAL:.0%} off: thrust, burn_time or masses belong "
                "to another missile",
            )
    said = {name: _explained(figure, name, parameters, conditions) for name, figure in figures.items()}
    fitted = fitted.model_copy(update=said)
    singular = np.linalg.svd(slopes[: len(conditions)], compute_uv=False)
    return Calibration(
        fitted, said, parameters, conditions, held_out(fitted), tuple(float(v) for v in singular), task.range_m
    )


def _sigma(prior: Prior, z: float, variance: float) -> float:
    return float(prior.sigma * variance**0.5 * (prior.value(z) if prior.relative else 1.0))


@dataclass(frozen=True, slots=True)
class _Task:
    """One fit: the sheet as it is, what is free, and the two speeds."""

    missile: Missile
    priors: Mapping[str, Prior]
    mean_speed: Figure
    range_m: float

    def sheet(self, values: Mapping[str, float]) -> Missile:
        """The sheet with other values of the free parameters; the thrust follows from the exhaust speed."""
        given = dict(values)
        exhaust_mps = given.pop("exhaust_speed", None)
        changed = {name: _with(getattr(self.missile, name), value) for name, value in given.items()}
        sheet = self.missile.model_copy(update=changed)
        if exhaust_mps is None:
            return sheet
        thrust_n = exhaust_mps * sheet.propellant_mass.value / sheet.burn_time.value
        return sheet.model_copy(update={"thrust": _with(sheet.thrust, thrust_n)})

    def conditions(self, sheet: Missile) -> tuple[Condition, ...]:
        """Both speeds as a sheet flies them."""
        found = shoot(row_of(sheet), self.range_m, RANGE_HEIGHT_M, tan(sheet.loft_angle.value))
        way_m = self.range_m if found.outcome == PASSED else self.range_m - found.miss_m
        pairs = (
            ("speed_max", sheet.speed_max, found.top_speed_mps),
            ("mean_speed", self.mean_speed, way_m / found.flight_s),
        )
        return tuple(Condition(name, figure, sigma_of(figure), float(flown)) for name, figure, flown in pairs)

    def residuals(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Misfits of both speeds, then distances from the prior, all in sigmas."""
        values = {name: prior.value(at) for (name, prior), at in zip(self.priors.items(), z, strict=True)}
        sheet = self.sheet(values)
        away = dict(zip(self.priors, z, strict=True))
        if "loft_angle" in values:
            away["loft_angle"] = (values["loft_angle"] - best_loft(sheet, self.range_m)) / LOFT.sigma
        misfits = [(part.flown - part.published.value) / part.sigma for part in self.conditions(sheet)]
        return np.array([*misfits, *away.values()])

    def slopes(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Central differences of the residuals."""
        steps = np.eye(len(z)) * _STEP
        columns = [(self.residuals(z + step) - self.residuals(z - step)) / (2.0 * _STEP) for step in steps]
        return np.array(columns).T


def _task(missile: Missile) -> _Task:
    if missile.mean_speed is None or missile.mean_speed_range is None:
        lacking = "mean_speed" if missile.mean_speed is None else "mean_speed_range"
        raise InputError(missile.id, "is missing; the calibration fits mean_speed over mean_speed_range", lacking)
    named = {"thrust_split": SPLIT, "drag_scale": DRAG, "loft_angle": LOFT}
    priors = {name: prior for name, prior in named.items() if unpublished(getattr(missile, name))}
    if unpublished(missile.thrust):
        priors["exhaust_speed"] = EXHAUST
        if unpublished(missile.propellant_mass) and (spread := _spread(missile.propellant_mass)):
            priors["propellant_mass"] = spread
    if not priors:
        raise InputError(missile.id, f"leaves nothing to fit: {', '.join(named)} all have a source of their own")
    return _Task(missile, priors, missile.mean_speed, missile.mean_speed_range.value)


def _spread(figure: Figure) -> Prior | None:
    """The spread of a sheet as two sigmas either way and as bounds."""
    if figure.low is None or figure.high is None or figure.low == figure.high:
        return None
    low, high = figure.low, figure.high
    return Prior(0.5 * (low + high), 0.25 * (high - low), low, high, "the spread of the sheet as two sigmas either way")


def unpublished(figure: Figure) -> bool:
    """Whether a figure is free: assumed, or fitted before."""
    return figure.confidence == "assumed" or figure.source == SOURCE


def sigma_of(figure: Figure) -> float:
    """One sigma of a published speed: a quarter of its spread, at least 3 %, or 6 % from a game or an estimate."""
    low = figure.value if figure.low is None else figure.low
    high = figure.value if figure.high is None else figure.high
    return max(0.25 * (high - low), _ACCEPTED.get(figure.confidence, _OTHERWISE) * figure.value)


def row_of(sheet: Missile) -> Any:
    """The MISSILE row of a sheet."""
    return table_of(MISSILE, [missile_row(sheet, sheet.id)])[0]


def best_loft(sheet: Missile, range_m: float) -> float:
    """The loft, rad, that leaves the greatest speed at a point 10 km up; the nearest miss where none arrives."""
    from scipy.optimize import minimize_scalar

    row = row_of(sheet)

    def loss(loft_rad: float) -> float:
        return _loss(shoot(row, range_m, RANGE_HEIGHT_M, tan(loft_rad)))

    losses = [loss(loft_rad) for loft_rad in LOFTS_RAD]
    best = min(max(int(np.argmin(losses)), 1), len(LOFTS_RAD) - 2)
    found = minimize_scalar(
        loss, bounds=(LOFTS_RAD[best - 1], LOFTS_RAD[best + 1]), method="bounded", options={"xatol": 1e-4}
    )
    return float(found.x)


def _loss(found: Arrival) -> float:
    return -found.speed_mps if found.outcome == PASSED else found.miss_m


def _with(figure: Figure, value: float) -> Figure:
    return figure.model_copy(update={"value": value})


_SHOWN: Final = {
    "thrust_split": ("", 1.0, 3), "drag_scale": ("", 1.0, 2), "loft_angle": (" deg", radians(1.0), 1),
    "thrust": (" kN", 1e3, 1), "propellant_mass": (" kg", 1.0, 0),
}  # fmt: skip


def _rounded(fitted: Missile, parameters: Sequence[Parameter]) -> dict[str, Figure]:
    """The figures as the catalog will hold them: rounded, with two sigmas of the fit as their spread."""
    by_name = {part.name: part for part in parameters}
    written: dict[str, Figure] = {}
    for name in _SHOWN:
        part = by_name.get("exhaust_speed" if name == "thrust" else name)
        if part is None:
            continue
        value = getattr(fitted, name).value
        if name == "propellant_mass":
            low, high = part.prior.low, part.prior.high
        elif name == "thrust":
            low, high = (value * (1.0 + side * 2.0 * part.sigma / part.value) for side in (-1.0, 1.0))
        else:
            low, high = max(value - 2.0 * part.sigma, part.prior.low), min(value + 2.0 * part.sigma, part.prior.high)
        written[name] = _figure(name, value, low, high)
    return written


def _figure(name: str, value: float, low: float, high: float) -> Figure:
    unit, scale, digits = _SHOWN[name]
    shown = [f"{number / scale:.{digits}f}{unit}" for number in (value, low, high)]
    read = [float(text.removesuffix(unit)) * scale for text in shown]
    return Figure(
        value=read[0], low=read[1], high=read[2], shown=shown[0], shown_low=shown[1], shown_high=shown[2],
        source=SOURCE, confidence="derived",
    )  # fmt: skip


def _explained(figure: Figure, name: str, parameters: Sequence[Parameter], conditions: Sequence[Condition]) -> Figure:
    """The figure with its reason: how well both speeds are met, and how much of it the prior decides."""
    wanted = "exhaust_speed" if name == "thrust" else name
    part = next(part for part in parameters if part.name == wanted)
    met = ", ".join(f"{item.name} {100.0 * item.residual:+.1f} %" for item in conditions)
    bound = ", at its bound" if part.at_bound else ""
    reason = f"residuals {met}; {100.0 * part.share:.0f} % from the data, the rest prior{bound}"
    return figure.model_copy(update={"reason": reason})
