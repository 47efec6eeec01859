"""A catalog folder of a test's own: built-in sheets with some figures put to what makes a case simple."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from openiads.catalog import loader

Figure = float | int | str
REASON = 'confidence = "assumed", reason = "made simple for a test"'


def sheet(folder: Path, kind: str, name: str, base: str, figures: Mapping[str, Figure]) -> None:
    """Write ``kind/name.toml`` from the built-in ``base``: each figure's line is replaced wherever its key stands.

    ``"table.key"`` means the key in that table alone. Low and high ends are dropped; a plain word ("automatic", with
    ``words`` keys such as mode or missile) stays a word.
    """
    lines = (loader.BUILT_IN / kind / f"{base}.toml").read_text(encoding="utf-8").splitlines()
    for path, value in figures.items():
        table, _, key = path.rpartition(".")
        here, found = "", 0
        for n, line in enumerate(lines):
            if line.startswith("["):
                here = line.strip("[] ")
            if re.match(rf"{re.escape(key)}\s*=", line) and (not table or table == here):
                lines[n] = f"{key} = {_said(line, value)}"
                found += 1
        assert found, f"{base} has no {path}"
    target = folder / kind / f"{name}.toml"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _said(line: str, value: Figure) -> str:
    shown = f'"{value}"' if isinstance(value, str) else str(value).lower()
    return f"{{ value = {shown}, {REASON} }}" if "{" in line else shown
