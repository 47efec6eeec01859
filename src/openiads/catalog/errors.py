"""What is wrong with an input file, said in one sentence: file, line, key, what was read, what is allowed."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = r"(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')"
_ASSIGNMENT = re.compile(rf"^\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*=")
_PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9_-]+)")
_LINE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")

_TABLE = "expected a table of keys"
_LIST = "expected a list in square brackets"
_PLAIN: Final = {
    "model_type": _TABLE, "model_attributes_type": _TABLE, "dict_type": _TABLE, "tuple_type": _LIST, "list_type": _LIST,
    "string_type": "expected text in quotes", "bool_type": "expected true or false",
    "float_type": "expected a plain number without quotes",
}  # fmt: skip

KeyPath = tuple[str | int, ...]


class InputError(ValueError):
    """An input file (catalog, scenario, study) that cannot be used.

    Attributes:
        file: the file as the user named it.
        line: the line the key stands on, or None if unknown.
        key: the dotted path of the key, or "".
        message: what was read and what is allowed.
    """

    def __init__(self, file: str, message: str, key: str = "", line: int | None = None) -> None:
        self.file = file
        self.line = line
        self.key = key
        self.message = message
        super().__init__(str(self))

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.key}: {self.message}" if self.key else f"{where}: {self.message}"


class UnknownName(InputError, KeyError):  # noqa: N818
    """A name the catalog does not hold; also a ``KeyError``, so that ``in`` and ``.get`` work on its mappings."""


def read_text(path: Path) -> str:
    """The text of a file.

    Raises:
        InputError: it cannot be read, or is no text.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(str(path), "is not UTF-8 text") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(str(path), f"cannot be read: {reason[:1].lower()}{reason[1:]}") from None


def parse_toml(file: str, text: str) -> dict[str, object]:
    """Read TOML text.

    Raises:
        InputError: the text is not TOML; the line is tomllib's.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        said = _LINE.sub("", str(error)).strip()
        raise InputError(file, f"not valid TOML: {said[:1].lower()}{said[1:]}", line=line) from None


def translate(file: str, text: str, error: ValidationError) -> InputError:
    """Turn pydantic's error list into one sentence about its first error, with the count of the others."""
    details = error.errors(include_url=False)
    first = details[0]
    path = _in_file(first, text)
    others = len(details) - 1
    more = "" if not others else f" (and {others} more {'error' if others == 1 else 'errors'} in this file)"
    return InputError(file, _said(first) + more, dotted(path), locate(text, path))


def dotted(path: KeyPath) -> str:
    """``("raids", 2, "speed")`` as ``raids[2].speed``."""
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return words.removeprefix(".")


def unknown_name(file: str, what: str, name: str, allowed: Iterable[str], key: str = "", text: str = "") -> UnknownName:
    """The error for a name that the catalog does not hold, with the names it does and the nearest one.

    Args:
        file: the file the name was read in.
        what: the kind of thing, singular ("missile").
        name: what was read.
        allowed: the names that exist.
        key: dotted path of the key that holds the name.
        text: the file's text, to find the line; may be "".
    """
    names = sorted(allowed)
    near = nearest(name, names)
    hint = f'; did you mean "{near}"?' if near else ""
    message = f'read "{name}", which is no {what} of the catalog{hint} (allowed: {", ".join(names) or "none"})'
    return UnknownName(file, message, key, locate(text, undotted(key)) if key and text else None)


def nearest(name: str, allowed: Sequence[str]) -> str | None:
    """The name probably meant: one that goes on where this ends (``rain``, ``rain_mmph``), or one spelt like it."""
    from difflib import get_close_matches  # here, because an input that is right needs none of it

    longer = (known for known in allowed if name and known.startswith((f"{name}_", f"{name}-")))
    return next(longer, None) or next(iter(get_close_matches(name, allowed, n=1)), None)


def locate(text: str, key_path: KeyPath) -> int | None:
    """The line (from 1) on which a key path stands in a TOML text, or of its nearest parent that is written out.

    Indices count the tables of an array of tables. Best effort: values in multi-line arrays count as their key.
    """
    seen: dict[KeyPath, int] = {}
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _entered(_parts(header[2]), len(header[1]) == 2, counts)
            _note(seen, table, number)
        elif assignment := _ASSIGNMENT.match(line):
            _note(seen, table + _parts(assignment[1]), number)
    for length in range(len(key_path), 0, -1):
        if (found := seen.get(tuple(key_path[:length]))) is not None:
            return found
    return None


def _entered(parts: KeyPath, is_array: bool, counts: dict[KeyPath, int]) -> KeyPath:
    """The full path of a table header, with the index of every array of tables on the way."""
    path: KeyPath = ()
    for depth, part in enumerate(parts, start=1):
        path = (*path, part)
        if depth == len(parts) and is_array:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _note(seen: dict[KeyPath, int], path: KeyPath, number: int) -> None:
    for length in range(1, len(path) + 1):
        seen.setdefault(path[:length], number)


def _parts(text: str) -> KeyPath:
    return tuple(double or single or bare for double, single, bare in _PART.findall(text))


def undotted(key: str) -> KeyPath:
    """``raids[2].speed`` as ``("raids", 2, "speed")``."""
    return tuple(int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", key))


def _in_file(detail: ErrorDetails, text: str) -> KeyPath:
    """The error's location less what pydantic adds for the branches of a union."""
    location: KeyPath = tuple(detail["loc"])
    written = {word for match in _PART.findall(text) for word in match if word}
    missing = detail["type"] == "missing"
    last = len(location) - 1
    return tuple(
        part
        for index, part in enumerate(location)
        if isinstance(part, int) or part in written or (missing and index == last)
    )


def _said(detail: ErrorDetails) -> str:
    kind, message = detail["type"], detail["msg"]
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "is not a key of this table"
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    read = detail["input"]
    if kind == "too_short":
        limits = detail["ctx"]
        least = limits["min_length"]
        return f"has {limits['actual_length']}, at least {least} {'is' if least == 1 else 'are'} needed"
    shown = f"read {read!r}, " if isinstance(read, str | int | float | bool) else ""
    if kind == "string_too_short" and not read:
        return "is empty; some text is needed"
    return f"{shown}{_PLAIN.get(kind, f'{message[:1].lower()}{message[1:]}')}"
