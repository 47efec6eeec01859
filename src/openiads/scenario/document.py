"""The TOML document before validation: which keys a table may have, and how an override changes one."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, NoReturn, get_args

from pydantic import BaseModel

from openiads.catalog.errors import InputError, dotted
from openiads.scenario import names
from openiads.scenario.schema import ScenarioFile

if TYPE_CHECKING:
    from openiads.catalog.errors import KeyPath

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_PATH = re.compile(r"[^.\[\]]+(?:\.[^.\[\]]+|\[\d+\])*")

Model = type[BaseModel]


def keys(model: Model) -> dict[str, Any]:
    """The keys a table may have in the file, and the annotation of each."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def model_at(path: KeyPath) -> Model | None:
    """The model of the table at a path of a scenario file; list indices do not matter."""
    model: Model | None = ScenarioFile
    for part in path:
        if isinstance(part, int):
            continue
        model = _model_in(keys(model).get(part)) if model else None
    return model


def _model_in(annotation: Any) -> Model | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def override(document: dict[str, Any], line: str) -> KeyPath:
    """Change one value of a document in place.

    Args:
        document: the scenario as parsed TOML.
        line: ``"raids.cruise-north.count=4"``, ``"raids[0].count=4"``; the value is TOML, or else plain text.

    Returns:
        The path that was changed, with indices for names.

    Raises:
        InputError: the line is no override, or its path does not exist; the message says what is allowed there.
    """
    text, equals, value = line.partition("=")
    if not equals or not _PATH.fullmatch(text.strip()):
        raise InputError(f'override "{line}"', "expected a path and a value such as raids.cruise-north.count=4")
    steps: list[str | int] = [int(m[1]) if m[1] else m[2].strip() for m in _STEP.finditer(text.strip())]
    here: Any = document
    path: KeyPath = ()
    for step in steps[:-1]:
        key = _key(here, step, path, line)
        path = (*path, key)
        here = here.setdefault(key, {}) if isinstance(here, dict) else here[key]
    key = _key(here, steps[-1], path, line)
    here[key] = _value(value.strip())
    return (*path, key)


def _key(here: Any, step: str | int, path: KeyPath, line: str) -> str | int:
    """The key or index that one step of an override means, in the table or list it stands in."""
    if isinstance(here, dict):
        model = model_at(path)
        allowed = list(keys(model)) if model else list(here)
        if step not in allowed:
            _refuse(line, path, "key", step, allowed)
        return step
    if isinstance(here, list):
        labels = [_label(row) for row in here]
        if isinstance(step, int) and step < len(here):
            return step
        if step in labels:
            return labels.index(str(step))
        _refuse(line, path, "entry", step, [label or f"[{row}]" for row, label in enumerate(labels)])
    raise InputError(f'override "{line}"', "is a single value and has nothing inside", dotted(path))


def _refuse(line: str, path: KeyPath, what: str, step: str | int, allowed: list[str]) -> NoReturn:
    where = dotted(path)
    place = f"{what} of {where}" if where else f"{what} of a scenario"
    read = f"[{step}]" if isinstance(step, int) else step
    raise InputError(f'override "{line}"', names.unknown(place, read, allowed), where)


def _label(row: Any) -> str:
    """What an entry of a list is called: its name or callsign."""
    if not isinstance(row, dict):
        return ""
    return str(row.get("name") or row.get("callsign") or "")


def _value(text: str) -> Any:
    try:
        parsed = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return parsed["value"] if len(parsed) == 1 else text
