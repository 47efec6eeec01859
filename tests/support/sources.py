"""The package's sources, read as text and as syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import openiads

PACKAGE = Path(openiads.__file__).parent
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPILED = ("kernel", "outlined")  # marks of _jit.py


@cache
def files() -> tuple[Path, ...]:
    """Every Python file of the package."""
    return tuple(sorted(PACKAGE.rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    """Its syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def short(path: Path) -> str:
    """The path that a person edits."""
    return "src/openiads/" + path.relative_to(PACKAGE).as_posix()


def functions(module: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method in a tree."""
    return (node for node in ast.walk(module) if isinstance(node, FUNCTIONS))


def all_functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function of the package with its file."""
    return ((path, function) for path in files() for function in functions(tree(path)))


def code_lines(path: Path, function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function from ``def`` to its end that carry code: no docstring, no blank line, no comment."""
    lines = path.read_text(encoding="utf-8").splitlines()
    first, last = function.lineno, function.end_lineno or function.lineno
    left_out: set[int] = set()
    head = function.body[0]
    if isinstance(head, ast.Expr) and isinstance(head.value, ast.Constant) and isinstance(head.value.value, str):
        left_out = set(range(head.lineno, (head.end_lineno or head.lineno) + 1))
    wanted = [lines[n - 1].strip() for n in range(first, last + 1) if n not in left_out]
    return sum(1 for line in wanted if line and not line.startswith("#"))


def is_kernel(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """True for a function under ``@kernel`` or ``@outlined``."""
    return any(isinstance(mark, ast.Name) and mark.id in COMPILED for mark in function.decorator_list)


def names(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Every name a tree uses, with its line: variables, attributes, parameters, keywords, imports; no strings."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id, part.lineno
        elif isinstance(part, ast.Attribute):
            yield part.attr, part.lineno
        elif isinstance(part, ast.arg):
            yield part.arg, part.lineno
        elif isinstance(part, ast.keyword) and part.arg:
            yield part.arg, part.value.lineno
        elif isinstance(part, ast.alias):
            yield (part.asname or part.name).split(".")[0], part.lineno
