"""docs/conventions.md names every cause and every kind of event."""

from __future__ import annotations

from pathlib import Path

import pytest

from openiads.enums import Cause, EventKind

PAGE = (Path(__file__).parents[2] / "docs" / "conventions.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause != Cause.NONE], ids=lambda cause: cause.name)
def test_every_cause_stands_on_the_page(cause: Cause) -> None:
    assert f"`{cause.name}`" in PAGE, "docs/conventions.md, section Causes"


@pytest.mark.parametrize("kind", list(EventKind), ids=lambda kind: kind.name)
def test_every_kind_of_event_stands_on_the_page(kind: EventKind) -> None:
    assert f"`{kind.name}`" in PAGE, "docs/conventions.md, section Events"
