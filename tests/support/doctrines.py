"""Scenarios whose posts follow another doctrine than the catalog's: figures changed, no file written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from openiads.catalog.figures import Figure
from openiads.catalog.models import Doctrine, TargetGroupName
from openiads.scenario.load import Scenario


def figure(value: float, low: float | None = None, high: float | None = None) -> Figure:
    """A figure in SI for a test."""
    return Figure(value=value, low=low, high=high, shown=f"{value:g}", confidence="assumed", reason="for a test")


def with_doctrine(
    scenario: Scenario, salvos: dict[TargetGroupName, dict[str, Any]] | None = None, **parts: Any
) -> Scenario:
    """A scenario with keys of all its posts' doctrines changed; numbers become figures, ``salvos`` is by group."""
    doctrines = dict(scenario.catalog.doctrines)
    for name in {post.doctrine for post in scenario.file.posts}:
        doctrines[name] = _changed(doctrines[name], salvos or {}, parts)
    return replace(scenario, catalog=replace(scenario.catalog, doctrines=doctrines))


def _changed(doctrine: Doctrine, salvos: dict[TargetGroupName, dict[str, Any]], parts: dict[str, Any]) -> Doctrine:
    salvo = {
        group: row.model_copy(update={key: _figure(value) for key, value in salvos.get(group, {}).items()})
        for group, row in doctrine.salvo.items()
    }
    return doctrine.model_copy(update={key: _figure(value) for key, value in parts.items()} | {"salvo": salvo})


def _figure(value: Any) -> Any:
    """Numbers as figures; words, truth values and figures as they are."""
    return figure(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
