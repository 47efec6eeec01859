"""Find and read the catalog: the built-in folder, overlaid by a user's folder of the same layout.

Only names are listed at first; a file is read and checked when its thing is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Generic, TypeVar

from pydantic import Field, ValidationError

from openiads.catalog import checks
from openiads.catalog.claims import Claim
from openiads.catalog.errors import InputError, locate, parse_toml, translate, undotted, unknown_name
from openiads.catalog.figures import Frozen, Sheet
from openiads.catalog.models import Doctrine, Missile, Place, Radar, Receiver, TargetClass, Unit

VARIABLE: Final = "OPENIADS_CATALOG"
BUILT_IN: Final = Path(__file__).parent
KINDS: Final = ("radars", "receivers", "missiles", "units", "targets", "doctrines", "places")

T = TypeVar("T", bound=Frozen)
S = TypeVar("S", bound=Sheet)
Check = Callable[[str, str, S], None]


class Shelf(Mapping[str, T], Generic[T]):
    """One kind of thing by name; each is read when first asked for.

    Raises:
        UnknownName: (an InputError and a KeyError) on a name it does not hold; lists those it does.
        InputError: on a file that cannot be used.
    """

    def __init__(self, what: str, names: tuple[str, ...], read: Callable[[str], T]) -> None:
        self._what = what
        self._names = names
        self._read = read
        self._kept: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._kept:
            if name not in self._names:
                raise unknown_name("catalog", self._what, name, self._names)
            self._kept[name] = self._read(name)
        return self._kept[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True, slots=True)
class Catalog:
    """All that can be named in a scenario."""

    radars: Mapping[str, Radar]
    receivers: Mapping[str, Receiver]
    missiles: Mapping[str, Missile]
    units: Mapping[str, Unit]
    targets: Mapping[str, TargetClass]
    doctrines: Mapping[str, Doctrine]
    places: Mapping[str, Place]
    claims: Mapping[str, Claim]

    def names(self, kind: str) -> tuple[str, ...]:
        """The names of one of ``KINDS``, without reading the files."""
        shelf: Mapping[str, Frozen] = getattr(self, kind)
        return tuple(shelf)


class _PlaceFile(Frozen):
    place: tuple[Place, ...] = Field(default=())


class _ClaimFile(Frozen):
    claim: tuple[Claim, ...] = Field(default=())


def load(folder: Path | None = None) -> Catalog:
    """Open the built-in catalog, overlaid by a user's.

    Args:
        folder: the user's catalog folder; if None, the environment variable OPENIADS_CATALOG, if set.

    Raises:
        InputError: the folder is none or holds nothing of a catalog, or a places.toml cannot be used.

    What is claimed about the systems is read when it is first asked for.
    """
    folders = _folders(folder)
    radars = _shelf(folders, "radars", "radar", Radar)
    missiles = _shelf(folders, "missiles", "missile", Missile)

    def check_unit(file: str, text: str, unit: Unit) -> None:
        for row, radar in enumerate(unit.radars):
            if radar.radar not in radars:
                raise unknown_name(file, "radar", radar.radar, radars, f"radars[{row}].radar", text)
        for row, launcher in enumerate(unit.launchers):
            if launcher.missile not in missiles:
                raise unknown_name(file, "missile", launcher.missile, missiles, f"launchers[{row}].missile", text)
        _raise_first(file, text, checks.unit_faults(unit, radars))

    return Catalog(
        radars=radars,
        receivers=_shelf(folders, "receivers", "receiver", Receiver),
        missiles=missiles,
        units=_shelf(folders, "units", "unit", Unit, check_unit),
        targets=_shelf(folders, "targets", "target", TargetClass),
        doctrines=_shelf(folders, "doctrines", "doctrine", Doctrine),
        places=_places(folders),
        claims=_Claims(folders),
    )


def source_and_home(kind: str, name: str, folder: Path | None = None) -> tuple[Path, Path]:
    """The file that a thing is read from, and the one that would hold it in the user's folder, else in the built-in.

    Args:
        kind: one of ``KINDS`` but places.
        name: a catalog name that ``load`` knows.
        folder: as for ``load``.
    """
    homes = [place / kind / f"{name}.toml" for place in _folders(folder)]
    return next(path for path in reversed(homes) if path.exists()), homes[-1]


def _folders(folder: Path | None) -> tuple[Path, ...]:
    chosen = folder or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    return (BUILT_IN,) if chosen is None else (BUILT_IN, _checked_folder(chosen))


def read_sheet(path: Path, model: type[S]) -> tuple[S, str]:
    """Read one catalog file; the model with its text.

    Raises:
        InputError: the file cannot be read, is not TOML, or does not describe a sound thing.
    """
    file = str(path)
    text = _text(path)
    table = parse_toml(file, text)
    if "id" in table:
        raise InputError(file, "is not a key of this file: its name is the id", "id", locate(text, ("id",)))
    try:
        sheet = model.model_validate({**table, "id": path.stem})
    except ValidationError as error:
        raise translate(file, text, error) from None
    _raise_first(file, text, checks.faults(sheet))
    return sheet, text


def _shelf(folders: tuple[Path, ...], kind: str, what: str, model: type[S], check: Check[S] | None = None) -> Shelf[S]:
    paths = {path.stem: path for folder in folders for path in sorted((folder / kind).glob("*.toml"))}

    def read(name: str) -> S:
        sheet, text = read_sheet(paths[name], model)
        if check is not None:
            check(str(paths[name]), text, sheet)
        return sheet

    return Shelf(what, tuple(sorted(paths)), read)


def _places(folders: tuple[Path, ...]) -> Shelf[Place]:
    kept: dict[str, Place] = {}
    for folder in folders:
        path = folder / "places.toml"
        if path.exists():
            kept |= _read_places(path)
    return Shelf("place", tuple(kept), kept.__getitem__)


def _read_places(path: Path) -> dict[str, Place]:
    file, text = str(path), _text(path)
    return _by_name(file, text, "place", "name", _rows(file, text, _PlaceFile).place)


def _read_claims(path: Path) -> dict[str, Claim]:
    file, text = str(path), _text(path)
    return _by_name(file, text, "claim", "id", _rows(file, text, _ClaimFile).claim)


def _rows(file: str, text: str, model: type[T]) -> T:
    """A file of many rows, checked row by row."""
    try:
        return model.model_validate(parse_toml(file, text))
    except ValidationError as error:
        raise translate(file, text, error) from None


def _by_name(file: str, text: str, table: str, key: str, rows: tuple[T, ...]) -> dict[str, T]:
    """The rows by what names them, each name once."""
    named: dict[str, T] = {}
    for n, row in enumerate(rows):
        name = str(getattr(row, key))
        if name in named:
            where = f"{table}[{n}].{key}"
            raise InputError(
                file, f'read "{name}", which stands twice in this file', where, locate(text, (table, n, key))
            )
        named[name] = row
    return named


class _Claims(Mapping[str, Claim]):
    """The claims of all folders by their ids; the files are read when the first is asked for.

    A claim of a later folder takes the place of one with the same id.

    Raises:
        InputError: a claims.toml cannot be used; when the claims are first asked for.
    """

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders

    @cached_property
    def _kept(self) -> dict[str, Claim]:
        paths = (folder / "claims.toml" for folder in self._folders)
        return {name: claim for path in paths if path.exists() for name, claim in _read_claims(path).items()}

    def __getitem__(self, name: str) -> Claim:
        return self._kept[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)


def _raise_first(file: str, text: str, found: Iterator[checks.Fault]) -> None:
    for key, message in found:
        raise InputError(file, message, key, locate(text, undotted(key)))


def _checked_folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise InputError(str(folder), "is not a folder; a catalog folder was expected")
    known = (
        *(folder / kind for kind in KINDS[:-1]),
        folder / "scenarios",
        folder / "places.toml",
        folder / "claims.toml",
    )
    if not any(path.exists() for path in known):
        names = ", ".join(path.name for path in known)
        raise InputError(str(folder), f"holds nothing of a catalog; allowed are {names}")
    return folder


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"cannot be read: {error}") from None
