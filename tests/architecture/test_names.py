"""Every kind has a use, and every public name a docstring."""

from __future__ import annotations

import ast
import inspect
from enum import IntEnum

import pytest

import openiads
from openiads import enums
from tests.support import sources

KINDS = [
    kind
    for kind in vars(enums).values()
    if isinstance(kind, type) and issubclass(kind, IntEnum) and kind is not IntEnum
]
# Kinds whose members stand for rows of a file or a picture: they are reached by value or by lower-case name.
BY_VALUE = ("Relation", "TargetGroup", "CrewMode", "ShotPattern")


def _used(kind: type[IntEnum]) -> set[str]:
    """Members named anywhere in the package: ``Kind.MEMBER``."""
    found = set()
    for path in sources.files():
        for node in ast.walk(sources.tree(path)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == kind.__name__:
                found.add(node.attr)
    return found


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.__name__ not in BY_VALUE], ids=lambda kind: kind.__name__
)
def test_every_kind_is_used(kind: type[IntEnum]) -> None:
    unused = {member.name for member in kind} - _used(kind) - {"NONE"}  # the zero of an empty table
    assert not unused, f"say it somewhere or take it out of src/openiads/enums.py: {kind.__name__} {sorted(unused)}"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_the_members_of_a_kind_count_from_zero(kind: type[IntEnum]) -> None:
    """They are rows of tables (likelihoods, kill probabilities) and codes of the record."""
    assert [member.value for member in kind] == list(range(len(kind)))


def test_public_names_resolve_and_are_documented() -> None:
    listed = getattr(openiads, "__all__", ())
    assert len(set(listed)) == len(listed)
    for name in listed:
        thing = getattr(openiads, name)
        if inspect.isclass(thing) or callable(thing):
            text = inspect.getdoc(thing) or ""
            own = not inspect.isclass(thing) or "__doc__" in vars(thing)
            assert own, f"write a docstring for openiads.{name}"
            assert len(text) > 20, f"write a docstring for openiads.{name}"


def test_every_function_of_the_engine_that_others_call_is_documented() -> None:
    bare = [
        f"{sources.short(path)}:{function.lineno} {function.name}"
        for path, function in sources.all_functions()
        if sources.short(path).split("/")[2] in ("engine", "physics", "estimation", "world", "simulate.py")
        and not function.name.startswith("_")
        and not ast.get_docstring(function)
    ]
    assert not bare, f"write a docstring: {bare}"
