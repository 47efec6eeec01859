"""Replace figures of a catalog file and leave every other byte of it alone."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from openiads.catalog.errors import InputError, locate, parse_toml
from openiads.catalog.loader import read_sheet

if TYPE_CHECKING:
    from openiads.catalog.figures import Figure, Sheet

    S = TypeVar("S", bound=Sheet)


def toml_line(key: str, figure: Figure) -> str:
    """A figure as the one line of a catalog file, without a line feed."""
    said = [("value", _value(figure.shown))]
    said += [(name, _value(text)) for name, text in (("low", figure.shown_low), ("high", figure.shown_high)) if text]
    words = ("source", "address", "confidence", "reason")
    said += [(word, _quoted(getattr(figure, word))) for word in words if getattr(figure, word)]
    return f"{key} = {{ {', '.join(f'{name} = {text}' for name, text in said)} }}"


def _value(shown: str) -> str:
    return shown if re.fullmatch(r"-?\d+(\.\d+)?", shown) else _quoted(shown)


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)  # a basic string of TOML escapes as JSON does


def replaced(file: str, text: str, figures: Mapping[str, Figure]) -> str:
    """The text of a file with other figures; comments, order, line ends and all other lines stay as they are.

    Raises:
        InputError: a figure does not stand in one line ``key = { ... }`` at the head of the file.
    """
    lines = text.split("\n")
    head = next((n for n, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))
    for key, figure in figures.items():
        pattern = re.compile(rf"^\s*{re.escape(key)}\s*=\s*\{{")
        found = [n for n, line in enumerate(lines[:head]) if pattern.match(line)]
        rest = _after(lines[found[0]]) if len(found) == 1 else None
        if rest is None:
            raise InputError(
                file, f"must stand in one line, {key} = {{ ... }}, to be rewritten", key, locate(text, (key,))
            )
        lines[found[0]] = toml_line(key, figure) + rest
    changed = "\n".join(lines)
    before, after = (parse_toml(file, one) for one in (text, changed))
    if {key: part for key, part in before.items() if key not in figures} != {
        key: part for key, part in after.items() if key not in figures
    }:
        raise InputError(file, "cannot be rewritten line by line: a figure looks like a line inside a longer text")
    return changed


def _after(line: str) -> str | None:
    """What follows the table of a line: a comment, a carriage return; None if the table does not end in the line."""
    for match in re.finditer(r"\}", line):
        try:
            tomllib.loads(line[: match.end()])
        except tomllib.TOMLDecodeError:
            continue
        return line[match.end() :]
    return None


def write_checked(path: Path, text: str, model: type[S]) -> S:
    """Write a catalog file once it has been read back without a fault: whole, or not at all.

    Raises:
        InputError: what would be written is no sound thing, or the place cannot be written.
    """
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".rewrite-", dir=target.parent))
    except OSError as error:
        raise InputError(str(path), f"cannot be written: {error.strerror or error}") from None
    try:
        draft = folder / target.name
        draft.write_bytes(text.encode())
        sheet, _ = read_sheet(draft, model)
        if target.exists():
            shutil.copymode(target, draft)
        draft.replace(target)
    except InputError as error:
        raise InputError(str(path), f"would not be sound: {error.message}", error.key, error.line) from None
    except OSError as error:
        raise InputError(str(path), f"cannot be written: {error.strerror or error}") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return sheet


def read_exactly(path: Path) -> str:
    """The text of a file with its line ends as they are.

    Raises:
        InputError: it cannot be read, or is no text.
    """
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        raise InputError(str(path), "is not UTF-8 text") from None
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror or error}") from None
