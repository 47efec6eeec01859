"""What the command line says about scenarios: validity, the list of built-ins, the JSON Schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from openiads.catalog.errors import InputError
from openiads.catalog.figures import Frozen
from openiads.scenario import faults, load, schema


def validity(name_or_path: str, catalog_dir: Path | None, as_json: bool) -> str:
    """Two lines, or one JSON object, on a scenario that is valid; a line more for each fault of a radar.

    Raises:
        InputError: it is not.
    """
    from openiads.terrain.grid import described

    scenario = load.load(name_or_path, catalog_dir=catalog_dir)
    file, terrain = scenario.file, scenario.terrain.facts()
    wrong = faults.sentences(file, scenario.catalog)
    counts = {"units": len(file.units), "targets": file.target_count(), "duration_s": file.duration}
    if as_json:
        told = {"terrain": terrain, "faults": wrong}
        return json.dumps({"file": scenario.path, "valid": True, "name": file.name, **counts, **told})
    said = (
        f"{scenario.path}: valid, {_counted(len(file.units), 'unit')}, {_counted(file.target_count(), 'target')}, "
        f"{file.duration / 60.0:g} min\n{described(terrain)}"
    )
    return "\n".join([said, *wrong])


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def listing(catalog_dir: Path | None, as_json: bool) -> str:
    """The scenarios known by name with their titles, as lines or one JSON object.

    Raises:
        InputError: one of them is not valid.
    """
    files = [(name, load.load(name, catalog_dir=catalog_dir).file) for name in load.builtin_names(catalog_dir)]
    if as_json:
        rows = [
            {"name": name, "title": file.title, "targets": file.target_count(), "duration_s": file.duration}
            for name, file in files
        ]
        return json.dumps({"scenarios": rows})
    width = max((len(name) for name, _ in files), default=0)
    return "\n".join(f"{name:<{width}}  {file.title}" for name, file in files)


def json_schema() -> str:
    """The JSON Schema of a scenario file; quantities are described as text with units, defaults shown as such text."""
    content: dict[str, Any] = schema.ScenarioFile.model_json_schema(by_alias=True, mode="validation")
    _show_defaults(schema.ScenarioFile, content)
    for name, table in content["$defs"].items():
        _show_defaults(getattr(schema, name), table)
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(dialect | content, indent=2, ensure_ascii=False)


def _show_defaults(model: type[Frozen], table: dict[str, Any]) -> None:
    """Write the defaults of one table as a file would."""
    shown = model.model_construct().model_dump(mode="json", by_alias=True, warnings=False)
    for key, entry in table["properties"].items():
        if "default" in entry:
            entry["default"] = shown[key]


def write(path: Path, text: str) -> None:
    """Write a new text file.

    Raises:
        InputError: the file exists, or it cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise InputError(str(path), "exists already and is not overwritten; name another file") from None
    except (OSError, ValueError) as error:
        raise InputError(str(path), f"cannot be written: {getattr(error, 'strerror', None) or error}") from None
