"""The flown envelope of a unit's missiles against a class of target, beside what is published.

Assumes: the table of ``world/envelopes.py``, which assignment and coverage use as well.
Limits: the flight alone; whether a radar sees the target there is asked of ``coverage``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from openiads import units
from openiads._version import __version__
from openiads.analysis import envelope_read
from openiads.analysis.envelope_read import ASPECTS, TOWARDS, Aspect, AspectFigures, Cut, Plan, Span
from openiads.catalog.errors import InputError, nearest
from openiads.catalog.loader import load as load_catalog

if TYPE_CHECKING:
    import xarray

    from openiads.catalog.figures import Figure
    from openiads.catalog.loader import Catalog
    from openiads.catalog.models import Missile, TargetClass
    from openiads.world.envelopes import FlownEnvelope

HEIGHT_MAX_M: Final = 80_000.0  # top of the model's air
HEIGHTS_M: Final = (100.0, 1_000.0, 5_000.0, 10_000.0, 20_000.0)  # whose greatest ranges are listed
COURSE_DEG: Final = 270.0  # of the target in the horizontal cut: it comes from the right, as in the vertical one
_TABLES: Final = ("flight_s", "speed_mps", "load_mps2", "miss_m", "margin", "reachable")
PUBLISHED: Final = (("range_max", "far"), ("range_min", "near"), ("altitude_max", "ceiling"), ("altitude_min", "floor"))


@dataclass(frozen=True)
class MissileEnvelope:
    """One missile's table against one class of target.

    Attributes:
        missile, target: the catalog's sheets.
        flown: the table.
    """

    missile: Missile
    target: TargetClass
    flown: FlownEnvelope = field(repr=False)

    @property
    def name(self) -> str:
        """Catalog name of the missile."""
        return self.missile.id

    @cached_property
    def figures(self) -> tuple[AspectFigures, ...]:
        """What is read off the table against approaching, crossing and fleeing targets."""
        top_m = self.target.altitude_max.value
        return tuple(envelope_read.figures(self.flown, aspect, self.speed_mps, top_m) for aspect in ASPECTS)

    @property
    def speed_mps(self) -> float:
        """Cruise speed of the target, with which it approaches, crosses or flees."""
        return self.target.speed.value

    def cut(self, aspect: Aspect) -> Cut:
        """The table against a target that approaches, crosses or flees with its cruise speed."""
        return envelope_read.cut_at(self.flown, TOWARDS[aspect] * self.speed_mps)

    def published(self, key: str) -> Figure:
        """A published limit: ``range_max``, ``range_min``, ``altitude_max`` or ``altitude_min``."""
        figure: Figure = getattr(self.missile, key)
        return figure

    @cached_property
    def ends(self) -> str:
        """What ends the flight at the greatest range, target approaching: a key of ``envelope_limits.WORDS``."""
        from openiads.analysis.envelope_limits import beyond

        told = self.figures[0]
        if told.far is None or told.far_height_m is None:
            return ""
        return beyond(self, "forward", told.far.value_m, told.far_height_m)

    @cached_property
    def energy_m(self) -> float | None:
        """Greatest range without the self-destruct, at a standing point 10 km up; None where nothing is reached."""
        from openiads.analysis.flown_limits import energy_range

        return energy_range(self.missile).flown

    def spans(self, aspect: Aspect, height_m: float) -> tuple[Span, ...]:
        """All that is reached at one height from the launcher outwards, with holes between.

        Raises:
            InputError: the height lies outside the model's air.
        """
        return envelope_read.spans_at(self.cut(aspect), _in_air(height_m))

    def farthest_m(self, height_m: float) -> tuple[float | None, ...]:
        """Greatest ground range at one height up to the first hole, an aspect each.

        Raises:
            InputError: the height lies outside the model's air.
        """
        _in_air(height_m)
        spans = [envelope_read.span_at(self.cut(aspect), height_m) for aspect in ASPECTS]
        return tuple(None if span is None else span.far_m for span in spans)

    def plan(self, height_m: float, course_deg: float = COURSE_DEG) -> Plan:
        """The horizontal cut at one height against a target of the class's cruise speed.

        Raises:
            InputError: the height lies outside the model's air.
        """
        return envelope_read.plan(self.flown, _in_air(height_m), self.speed_mps, course_deg)

    def to_xarray(self) -> xarray.Dataset:
        """The table as a labelled ``xarray.Dataset`` (needs xarray)."""
        import xarray

        dims = ("radial_mps", "height_m", "ground_m")
        return xarray.Dataset(
            {name: (dims, getattr(self.flown, name)) for name in _TABLES},
            coords={name: getattr(self.flown, name) for name in dims},
            attrs=self.attrs,
        )

    @property
    def end_m(self) -> float:
        """Ground range at which the table ends."""
        return float(self.flown.ground_m[-1])

    @property
    def heights_m(self) -> tuple[float, ...]:
        """Heights whose greatest ranges are listed: those at which the class flies."""
        top_m = min(float(self.flown.height_m[-1]), self.target.altitude_max.value)
        return tuple(height_m for height_m in HEIGHTS_M if height_m <= top_m)

    @property
    def attrs(self) -> dict[str, str]:
        """What the numbers are of, for files."""
        return {
            "title": f"Simulated envelope of {self.missile.name} against {self.target.name} (OpenIADS)",
            "simulated": "yes", "missile": self.name, "target": self.target.id, "openiads": __version__,
        }  # fmt: skip

    def rows(self) -> list[dict[str, Any]]:
        """The table as plain rows: missile, radial speed, height, ground range, and what was flown there."""
        return [
            {"missile": self.name, "radial_mps": float(radial), "height_m": float(height), "ground_m": float(ground)}
            | {name: getattr(self.flown, name)[s, h, r].item() for name in _TABLES}
            for s, radial in enumerate(self.flown.radial_mps)
            for h, height in enumerate(self.flown.height_m)
            for r, ground in enumerate(self.flown.ground_m)
        ]


@dataclass(frozen=True)
class Envelope:
    """The flown envelopes of a unit's missiles, or of one missile.

    Attributes:
        asked: the catalog name that was asked for.
        title: of the unit or missile.
        target: the class of target.
        missiles: a table a missile, in the order of the unit's launchers.
    """

    asked: str
    title: str
    target: TargetClass
    missiles: tuple[MissileEnvelope, ...]

    def __repr__(self) -> str:
        """One line: of what, against what."""
        names = ", ".join(each.name for each in self.missiles)
        return f"<Envelope of {self.asked} ({names}) against {self.target.id}>"

    def missile(self, name: str | None = None) -> MissileEnvelope:
        """One missile's table by its catalog name; without a name the only one.

        Raises:
            KeyError: no such missile, or several and no name.
        """
        names = [each.name for each in self.missiles]
        if name is None and len(names) == 1:
            return self.missiles[0]
        if name not in names:
            raise KeyError(f"no missile {name!r} in this envelope; there are {', '.join(names)}")
        return self.missiles[names.index(name)]

    def to_xarray(self, missile: str | None = None) -> xarray.Dataset:
        """One missile's table as an ``xarray.Dataset`` (needs xarray).

        Raises:
            KeyError: as ``missile``.
        """
        return self.missile(missile).to_xarray()

    def arrays(self) -> dict[str, Any]:
        """All tables as plain arrays named ``MISSILE.NAME``, and what they are of as ``about_...``."""
        kept: dict[str, Any] = {}
        for each in self.missiles:
            for name in ("radial_mps", "height_m", "ground_m", *_TABLES):
                kept[f"{each.name}.{name}"] = np.asarray(getattr(each.flown, name))
        about = {"simulated": "yes", "asked": self.asked, "target": self.target.id, "openiads": __version__}
        return kept | {f"about_{key}": np.array(value) for key, value in about.items()}

    def plot(self, path: str | Path, height: str = "10 km", course_deg: float = COURSE_DEG) -> Path:
        """Draw both cuts of every missile with the published limits over them, as a PNG.

        Args:
            path: the file; an existing one is replaced.
            height: of the horizontal cut, above the sea.
            course_deg: of the target in the horizontal cut.

        Raises:
            InputError: the height is none.
        """
        from openiads.analysis.envelope_plot import draw

        return draw(self, Path(path), height_of(height), course_deg)


def envelope(unit_or_missile: str, target: str = "fighter", catalog_dir: Path | None = None) -> Envelope:
    """What the missiles of a unit reach, as flown, against a class of target.

    Args:
        unit_or_missile: a catalog unit ("s-300pmu1") or a missile ("48n6e").
        target: a catalog target class.
        catalog_dir: a folder that overlays the built-in catalog.

    Raises:
        InputError: no such unit, missile or class; the message lists those there are.
    """
    title, missiles, sought = asked(unit_or_missile, target, catalog_dir)
    tables = tuple(MissileEnvelope(missile, sought, fly(missile, sought)) for missile in missiles)
    return Envelope(unit_or_missile, title, sought, tables)


def asked(unit_or_missile: str, target: str, catalog_dir: Path | None) -> tuple[str, Sequence[Missile], TargetClass]:
    """What somebody asks for, before anything is flown: title, missiles and class of target.

    Raises:
        InputError: as ``envelope``.
    """
    catalog = load_catalog(catalog_dir)
    return *_asked(catalog, unit_or_missile), catalog.targets[target]


def fly(missile: Missile, target: TargetClass) -> FlownEnvelope:
    """The table of one missile against one class; flown once, then read from the cache."""
    from openiads.world.envelopes import flown_envelope

    return flown_envelope(missile, target)


def missiles_of(catalog: Catalog, unit: str) -> tuple[Missile, ...]:
    """The missiles of a unit, each once, in the order of its launchers."""
    names = dict.fromkeys(launcher.missile for launcher in catalog.units[unit].launchers)
    return tuple(catalog.missiles[name] for name in names)


def _asked(catalog: Catalog, name: str) -> tuple[str, Sequence[Missile]]:
    if name in catalog.units:
        return catalog.units[name].name, missiles_of(catalog, name)
    if name in catalog.missiles:
        return catalog.missiles[name].name, (catalog.missiles[name],)
    known_units, known_missiles = catalog.names("units"), catalog.names("missiles")
    near = nearest(name, (*known_units, *known_missiles))
    hint = f"; did you mean {near}?" if near else ""
    allowed = f"units are {', '.join(known_units)}; missiles are {', '.join(known_missiles)}"
    raise InputError(
        "envelope", f'read "{name}", which is neither a unit nor a missile of the catalog{hint}; {allowed}'
    )


def height_of(text: str) -> float:
    """A height above the sea, m.

    Raises:
        InputError: no height, or one outside the model's air.
    """
    try:
        height_m = units.parse(text, "length")
    except units.UnitError as error:
        raise InputError("height", str(error)) from None
    if not 0.0 < height_m <= HEIGHT_MAX_M:
        raise InputError("height", f'read "{text}", the model reaches from above 0 m to {HEIGHT_MAX_M / 1e3:g} km')
    return height_m


def _in_air(height_m: float) -> float:
    if not 0.0 <= height_m <= HEIGHT_MAX_M:
        raise InputError("height", f"read {height_m:g} m, the model reaches from 0 m to {HEIGHT_MAX_M / 1e3:g} km")
    return height_m
