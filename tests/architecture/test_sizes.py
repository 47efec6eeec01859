"""Files and functions stay small enough to be read in one go. Each failure names what to edit."""

from __future__ import annotations

import ast
from statistics import median

import pytest

from tests.support import sources

FILE_LINES = 400
FUNCTION_LINES = 60
MOST_LINES, MOST_SHARE = 30, 0.90
MEDIAN_LINES = 10
PARAMETERS = 6


def test_files_are_short() -> None:
    lengths = {sources.short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources.files()}
    long = {path: lines for path, lines in lengths.items() if lines > FILE_LINES}
    assert not long, f"split these files by subject, {FILE_LINES} lines at most: {long}"


def _code_lines() -> dict[str, int]:
    return {
        f"{sources.short(path)}:{function.lineno} {function.name}": sources.code_lines(path, function)
        for path, function in sources.all_functions()
    }


def test_no_function_is_long() -> None:
    long = {where: lines for where, lines in _code_lines().items() if lines > FUNCTION_LINES}
    assert not long, f"take parts out of these functions, {FUNCTION_LINES} code lines at most: {long}"


def test_most_functions_are_short() -> None:
    counted = _code_lines()
    long = sorted((lines, where) for where, lines in counted.items() if lines >= MOST_LINES)
    share = 1.0 - len(long) / len(counted)
    assert share >= MOST_SHARE, (
        f"only {share:.0%} of the functions are under {MOST_LINES} code lines; the longest: {long[-10:]}"
    )
    assert median(counted.values()) <= MEDIAN_LINES


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Parameters without self; options by name alone are not counted."""
    listed = [*function.args.posonlyargs, *function.args.args]
    return len([part for part in listed if part.arg not in ("self", "cls")])


def test_functions_take_few_parameters() -> None:
    """Kernels take the tables they need; a command's options are the command line."""
    wide = {
        f"{sources.short(path)}:{function.lineno} {function.name}": _parameters(function)
        for path, function in sources.all_functions()
        if not sources.is_kernel(function) and "/cli/" not in sources.short(path) and _parameters(function) > PARAMETERS
    }
    assert not wide, f"gather what belongs together in a dataclass or a row, {PARAMETERS} parameters at most: {wide}"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("def f():\n    return 1\n", 2),
        ('def f():\n    """One\n    two."""\n\n    # said\n    return 1\n', 2),
        ("@mark\ndef f(\n    a,\n    b,\n):\n    return (\n        1\n    )\n", 7),
    ],
)
def test_code_lines_are_counted_without_docstring_blanks_and_comments(tmp_path: object, text: str, lines: int) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "example.py"
    path.write_text(text, encoding="utf-8")
    function = next(sources.functions(ast.parse(text)))
    assert sources.code_lines(path, function) == lines
