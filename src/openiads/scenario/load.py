"""From a name or a file to a validated scenario, or to one sentence that says what is wrong with it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from openiads.catalog import loader
from openiads.catalog.errors import InputError, dotted, locate, parse_toml, read_text, translate
from openiads.scenario import document, ground, names, zone_files
from openiads.scenario.check import Problem, is_ballistic, problems
from openiads.scenario.names import Aim, aim_of, resolve
from openiads.scenario.schema import BUILT_IN_TERRAINS, ScenarioFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openiads.catalog.errors import KeyPath
    from openiads.catalog.loader import Catalog
    from openiads.terrain.grid import Terrain

__all__ = ["Aim", "Scenario", "aim_of", "builtin_names", "load", "resolve", "restore", "toml_of", "with_unit"]

_FOLDER = "scenarios"
_TERRAIN: KeyPath = ("environment", "terrain")


@dataclass(frozen=True)
class Scenario:
    """A validated scenario and what it was made from.

    Attributes:
        file: the description, overrides and the unit swap applied, SI.
        catalog: the catalog its names point into.
        path: where it was read.
        text: the text as it was read.
        terrain: the ground that its environment names.
    """

    file: ScenarioFile
    catalog: Catalog
    path: str
    text: str
    terrain: Terrain

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.file.name

    @property
    def seed(self) -> int:
        """The seed of its runs unless a run says otherwise."""
        return self.file.seed


def load(
    name_or_path: str | Path,
    *,
    catalog_dir: Path | None = None,
    unit: str | None = None,
    overrides: Sequence[str] = (),
    check_routes: bool = True,
) -> Scenario:
    """Read, change and validate a scenario.

    Args:
        name_or_path: a built-in scenario ("tartus"), one of the user's catalog folder, or a TOML file.
        catalog_dir: a folder that overlays the built-in catalog.
        unit: a catalog unit that takes the place of every unit of the scenario.
        overrides: ``"raids.cruise-north.count=4"`` and the like, applied in order before validation.
        check_routes: whether a route below the ground is refused; not where nothing flies.

    Raises:
        InputError: whatever is wrong: file, line where known, key, what was read and what is allowed.
    """
    catalog = loader.load(catalog_dir)
    path = _find(name_or_path, catalog_dir)
    text = read_text(path)
    read = _Read(str(path), text, path.parent, check_routes)
    return _build(_document(str(path), text), catalog, read, unit, overrides)


def with_unit(scenario: Scenario, unit: str, check_routes: bool = True) -> Scenario:
    """A loaded scenario with one catalog unit in the place of every unit; its file is not read again.

    Args:
        scenario: from ``load``, its overrides applied.
        unit: the catalog unit.
        check_routes: as in ``load``.

    Raises:
        InputError: no such unit, or the scenario does not fit it.
    """
    catalog, terrain = scenario.catalog, scenario.terrain
    file = _swapped(scenario.file, unit, catalog)
    found = list(problems(file, catalog))
    if not found:
        _open_sheets(file, catalog)
        found = list(ground.problems(file, catalog, terrain, check_routes))
    if found:
        raise _first(f'{scenario.path} with the unit "{unit}"', scenario.text, found)
    return replace(scenario, file=file)


def toml_of(scenario: Scenario) -> str:
    """The scenario as it runs, in one canonical text for the record: JSON with the file's keys, defaults filled in.

    A file of heights stands there as the scenario named it; of an absolute path its name alone, so that the text is the
    same on every machine.
    """
    content = scenario.file.model_dump(mode="json", by_alias=True, exclude_none=True)
    named = PurePath(content["environment"]["terrain"])
    if named.is_absolute():
        content["environment"]["terrain"] = named.name
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def restore(
    text: str, *, catalog_dir: Path | None = None, path: str = "record", folder: Path | None = None,
    terrain_digest: str | None = None,
) -> Scenario:  # fmt: skip
    """Rebuild a scenario from the canonical text that ``toml_of`` wrote.

    Args:
        text: the canonical text.
        catalog_dir: a folder that overlays the built-in catalog.
        path: what to call the text in a message.
        folder: where a file of heights lies that the text names; the current folder unless said.
        terrain_digest: what the manifest beside the text says of the ground (``terrain.digest``), to be held to.

    Raises:
        InputError: the text is not a scenario, the catalog no longer fits it, or the ground is not there or another.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(path, f"not the canonical text of a scenario: {error}") from None
    if not isinstance(content, dict):
        raise InputError(path, "not the canonical text of a scenario: no table")
    read = _Read(path, text, folder or Path())
    _require_ground(content, read)
    scenario = _build(content, loader.load(catalog_dir), read)
    if terrain_digest not in (None, scenario.terrain.digest):
        found = f'"{scenario.file.environment.terrain}" is now {scenario.terrain.digest[:12]}'
        message = f"was made on other ground: its digest was {str(terrain_digest)[:12]}, that of {found}"
        raise InputError(path, message, dotted(_TERRAIN))
    return scenario


def _require_ground(content: dict[str, Any], read: _Read) -> None:
    """Say of a record whose file of heights is not at hand that it is missing."""
    from openiads.terrain.load import is_file

    environment = content.get("environment")
    named = environment.get("terrain") if isinstance(environment, dict) else None
    if isinstance(named, str) and named not in BUILT_IN_TERRAINS and not is_file(read.folder / named):
        message = f'was made on the ground of "{named}", which is no file in "{read.folder}"; put it there'
        raise InputError(read.path, message, dotted(_TERRAIN))


def builtin_names(catalog_dir: Path | None = None) -> tuple[str, ...]:
    """The scenarios that ``load`` knows by name, sorted; those of a user's catalog folder included."""
    found = {file.stem for folder in _folders(catalog_dir) for file in folder.glob("*.toml")}
    return tuple(sorted(found))


def _folders(catalog_dir: Path | None) -> list[Path]:
    """Where scenarios with a name are looked for, first come first."""
    chosen = catalog_dir or os.environ.get(loader.VARIABLE)
    built_in = loader.BUILT_IN / _FOLDER
    return [Path(chosen) / _FOLDER, built_in] if chosen else [built_in]


def _find(name_or_path: str | Path, catalog_dir: Path | None) -> Path:
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or text.endswith(".toml") or "/" in text or os.sep in text:
        return Path(name_or_path)
    if "\0" not in text:
        for folder in _folders(catalog_dir):
            if (candidate := folder / f"{text}.toml").is_file():
                return candidate
    message = names.unknown("built-in scenario", text, builtin_names(catalog_dir))
    raise InputError("scenario", f"{message}, and no path of a TOML file")


def _document(path: str, text: str) -> dict[str, Any]:
    try:
        return parse_toml(path, text)
    except InputError:
        raise
    except (ValueError, RecursionError) as error:
        raise InputError(path, f"not valid TOML: {error}") from None


@dataclass(frozen=True)
class _Read:
    """What was read: its name in messages, its text, where paths in it count from; and whether to check routes."""

    path: str
    text: str
    folder: Path
    check_routes: bool = True


def _build(
    content: dict[str, Any], catalog: Catalog, read: _Read, unit: str | None = None, overrides: Sequence[str] = ()
) -> Scenario:
    """Change, validate and complete a parsed document."""
    path, text = read.path, read.text
    changed, taken = _changed(content, read, overrides)
    try:
        file = ScenarioFile.model_validate(content)
    except ValidationError as error:
        raise _blamed(_refusal(path, text, error, overrides), error.errors()[0]["loc"], changed) from None
    if unit is not None:
        file = _swapped(file, unit, catalog)
    found = list(problems(file, catalog))
    if found:
        raise _blamed(_first(path, text, found, taken), found[0].path, changed)
    _open_sheets(file, catalog)
    file = _completed(file, catalog)
    overridden = any(_TERRAIN[: len(at)] == at for at in changed)
    try:
        terrain = ground.terrain_of(file, catalog, Path() if overridden else read.folder)
    except InputError as error:
        said = InputError(path, f"{error.file} {error.message}", dotted(_TERRAIN), locate(text, _TERRAIN))
        raise _blamed(said, _TERRAIN, changed) from None
    buried = list(ground.problems(file, catalog, terrain, read.check_routes))
    if buried:
        raise _blamed(_first(path, text, buried, taken), buried[0].path, changed)
    return Scenario(file, catalog, path, text, terrain)


def _changed(
    content: dict[str, Any], read: _Read, overrides: Sequence[str]
) -> tuple[dict[KeyPath, str], dict[int, zone_files.Taken]]:
    """Apply overrides and read files of zones into a document: which key which override changed, which zone is whose.

    Overrides that name the files come first, so that others can change the zones in them.
    """
    naming = [line for line in overrides if line.partition("=")[0].partition("[")[0].strip() == zone_files.KEY]
    changed = {document.override(content, line): line for line in naming}
    try:
        taken = _take_zones(content, read, Path() if naming else read.folder)
    except InputError as error:
        raise _blamed(error, (zone_files.KEY,), {at[:1]: line for at, line in changed.items()}) from None
    changed |= {document.override(content, line): line for line in overrides if line not in naming}
    return changed, taken


def _take_zones(content: dict[str, Any], read: _Read, folder: Path) -> dict[int, zone_files.Taken]:
    """Put the zones of the files that a document names behind its own; each by its index there."""
    files, zones = content.get(zone_files.KEY), content.setdefault("zones", [])
    if not isinstance(files, list) or not isinstance(zones, list):
        return {}
    taken: dict[int, zone_files.Taken] = {}
    for order, name in enumerate(files):
        at: KeyPath = (zone_files.KEY, order)
        if not isinstance(name, str) or "\0" in name or not (folder / name).is_file():
            message = f'read {json.dumps(name)}, which is no file in "{folder}"'
            raise InputError(read.path, message, dotted(at), locate(read.text, at))
        for zone in zone_files.zones_of(folder / name):
            taken[len(zones)] = zone
            zones.append(zone.entry)
    content[zone_files.KEY] = []
    return taken


def _open_sheets(file: ScenarioFile, catalog: Catalog) -> None:
    """Read every catalog file that a run will need, so that a faulty one is found now."""
    for post in file.posts:
        _ = catalog.doctrines[post.doctrine]
    for site in file.units:
        for radar in catalog.units[site.unit].radars:
            _ = catalog.radars[radar.radar]
        for launcher in catalog.units[site.unit].launchers:
            _ = catalog.missiles[launcher.missile]
        for receiver in site.receivers:
            _ = catalog.receivers[receiver]
    released = {row.class_ for raid in file.raids for row in raid.release}
    for class_ in released | {flyer.class_ for flyer in (*file.raids, *file.flights)}:
        _ = catalog.targets[class_]


def _refusal(path: str, text: str, error: ValidationError, overrides: Sequence[str]) -> InputError:
    """The first unknown key, told which keys there are, else the first of pydantic's errors."""
    details = error.errors(include_url=False)
    first = next((detail for detail in details if detail["type"] == "extra_forbidden"), details[0])
    location: KeyPath = first["loc"]
    model = document.model_at(location[:-1])
    if first["type"] == "extra_forbidden" and model is not None:
        place = dotted(location[:-1])
        message = names.unknown(f"key of {place or 'a scenario'}", str(location[-1]), document.keys(model))
        return InputError(path, message, dotted(location), locate(text, location))
    written = f"{text}\n# {' '.join(overrides)}"
    return translate(path, written, error)


def _first(
    path: str, text: str, found: list[Problem], taken: Mapping[Any, zone_files.Taken] = MappingProxyType({})
) -> InputError:
    """The first of some problems; one of a zone that was taken out of a file stands there."""
    others = len(found) - 1
    more = f" (and {others} more {'error' if others == 1 else 'errors'} in this file)" if others else ""
    at, message = found[0]
    source = taken.get(at[1]) if at[0] == "zones" and len(at) > 1 else None
    if source is not None:
        return InputError(source.file, message + more, source.key_of(at[2:]))
    return InputError(path, message + more, dotted(at), locate(text, at))


def _blamed(error: InputError, at: KeyPath, changed: dict[KeyPath, str]) -> InputError:
    """Say that an override is at fault where it is."""
    for path, line in changed.items():
        if at[: len(path)] == path:
            return InputError(f'override "{line}"', error.message, error.key)
    return error


def _swapped(file: ScenarioFile, unit: str, catalog: Catalog) -> ScenarioFile:
    """Put one catalog unit in the place of every unit; aims at a radar it lacks fall back to one that it has."""
    if unit not in catalog.units:
        raise InputError("unit", names.unknown("unit of the catalog", unit, catalog.units))
    sites = tuple(site.model_copy(update={"unit": unit}) for site in file.units)
    raids = []
    for raid in file.raids:
        weapons = [row.model_copy(update={"aim": _swapped_aim(row.aim, file, unit, catalog)}) for row in raid.release]
        aim = None if raid.aim is None else _swapped_aim(raid.aim, file, unit, catalog)
        raids.append(raid.model_copy(update={"aim": aim, "release": tuple(weapons)}))
    faults = [row.model_copy(update={"radar": _swapped_aim(row.radar, file, unit, catalog)}) for row in file.faults]
    return file.model_copy(update={"units": sites, "raids": tuple(raids), "faults": tuple(faults)})


def _swapped_aim(aim: str, file: ScenarioFile, unit: str, catalog: Catalog) -> str:
    """An aim after the swap: the same radar or role if the new unit has it, else the old radar's role, else any."""
    site, dot, radar = aim.partition(".")
    old = {row.name: row.unit for row in file.units}.get(site, "")
    if not dot or old not in catalog.units:
        return aim
    before, after = names.radar_roles(old, catalog), names.radar_roles(unit, catalog)
    if radar not in before and radar not in names.ROLES:
        return aim
    wanted = (radar, before.get(radar, radar), *after)
    return f"{site}.{next(name for name in wanted if name in after or name in after.values())}"


def _completed(file: ScenarioFile, catalog: Catalog) -> ScenarioFile:
    """Say of every raid that falls freely that it does."""
    raids = tuple(
        raid.model_copy(update={"motion": "ballistic"}) if is_ballistic(raid, catalog) else raid for raid in file.raids
    )
    return file.model_copy(update={"raids": raids})
