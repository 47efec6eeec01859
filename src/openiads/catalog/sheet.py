"""The data sheet: what a catalog thing is and where each of its numbers comes from, as plain rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from difflib import get_close_matches

from openiads.catalog.errors import UnknownName
from openiads.catalog.figures import Figure, Frozen, Sheet
from openiads.catalog.loader import KINDS, Catalog
from openiads.catalog.models import Place, Unit
from openiads.catalog.walk import confidence_shares, figures

SINGULAR = dict(zip(KINDS, ("radar", "receiver", "missile", "unit", "target", "doctrine", "place"), strict=True))


@dataclass(frozen=True, slots=True)
class Row:
    """One figure as the file has it.

    Attributes:
        key: dotted key (``launchers[0].count``).
        value, low, high: the text of the file with its unit; low and high may be "".
        value_si: the value in SI.
        source, address, confidence, reason: as in Figure.
    """

    key: str
    value: str
    low: str
    high: str
    value_si: float
    source: str
    address: str
    confidence: str
    reason: str

    @property
    def spread(self) -> str:
        """``"10 m to 25 m"``, or "" without a spread."""
        if not (self.low or self.high):
            return ""
        return f"{self.low or self.value} to {self.high or self.value}"


@dataclass(frozen=True, slots=True)
class DataSheet:
    """One thing of the catalog.

    Attributes:
        kind: "radar", "receiver", "missile", "unit", "target", "doctrine" or "place".
        id, name, note: as in the file.
        facts: what is no figure (role, guidance, coordinates), key and text.
        rows: the figures.
        shares: share of each confidence among the figures.
    """

    kind: str
    id: str
    name: str
    note: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    shares: dict[str, float]

    def as_json(self) -> dict[str, object]:
        """The sheet as one JSON object."""
        table = asdict(self)
        return {**table, "facts": dict(self.facts)}


def listing(catalog: Catalog) -> dict[str, dict[str, str]]:
    """All names by kind, each with its one-line description."""
    shelves = {kind: getattr(catalog, kind) for kind in KINDS}
    return {kind: {name: _described(shelf[name]) for name in shelf} for kind, shelf in shelves.items()}


def data_sheets(catalog: Catalog, name: str) -> list[DataSheet]:
    """The data sheet of a name; for a unit also those of its radars and missiles.

    Raises:
        UnknownName: nothing of that name; lists all names.
        InputError: a file that cannot be used.
    """
    for kind in KINDS:
        shelf = getattr(catalog, kind)
        if name in shelf:
            thing = shelf[name]
            parts = _parts(catalog, thing) if isinstance(thing, Unit) else []
            return [data_sheet(SINGULAR[kind], thing), *parts]
    every = [known for kind in KINDS for known in catalog.names(kind)]
    near = get_close_matches(name, every, n=3)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    raise UnknownName("catalog", f'read "{name}", which is no entry{hint} (openiads catalog lists them all)')


def data_sheet(kind: str, thing: Sheet | Place) -> DataSheet:
    """The data sheet of one thing."""
    return DataSheet(
        kind=kind,
        id=thing.id if isinstance(thing, Sheet) else thing.name,
        name=thing.name,
        note=thing.note if isinstance(thing, Sheet) else "",
        facts=tuple(_facts("", thing)),
        rows=tuple(_row(key, figure) for key, figure in figures(thing)),
        shares=confidence_shares([thing]),
    )


def _parts(catalog: Catalog, unit: Unit) -> list[DataSheet]:
    radars = dict.fromkeys(row.radar for row in unit.radars)
    missiles = dict.fromkeys(launcher.missile for launcher in unit.launchers)
    return [data_sheet("radar", catalog.radars[radar]) for radar in radars] + [
        data_sheet("missile", catalog.missiles[missile]) for missile in missiles
    ]


def _row(key: str, figure: Figure) -> Row:
    return Row(
        key=key,
        value=figure.shown,
        low=figure.shown_low,
        high=figure.shown_high,
        value_si=figure.value,
        source=figure.source,
        address=figure.address,
        confidence=figure.confidence,
        reason=figure.reason,
    )


def _facts(key: str, value: object) -> list[tuple[str, str]]:
    if isinstance(value, Figure):
        return []
    if isinstance(value, Frozen):
        names = [name for name in type(value).model_fields if key or name not in ("id", "name", "note")]
        return [fact for name in names for fact in _facts(f"{key}.{name}" if key else name, getattr(value, name))]
    if isinstance(value, tuple):
        return [fact for index, item in enumerate(value) for fact in _facts(f"{key}[{index}]", item)]
    if isinstance(value, bool):
        return [(key, "yes" if value else "no")]
    return [(key, str(value))] if isinstance(value, str | int | float) else []


def _described(thing: Sheet | Place) -> str:
    if isinstance(thing, Place):
        return f"{thing.kind}, {thing.lat_deg:.4f} N {thing.lon_deg:.4f} E"
    return thing.name
