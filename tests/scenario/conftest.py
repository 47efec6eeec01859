"""Shared by the scenario tests: the text of the built-in scenarios and a way to load changed text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openiads.catalog import loader
from openiads.scenario.load import Scenario, load

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="session")
def tartus_text() -> str:
    return (loader.BUILT_IN / "scenarios" / "tartus.toml").read_text(encoding="utf-8")


@pytest.fixture
def load_text(tmp_path: Path) -> Callable[[str], Scenario]:
    """Load a scenario from a text, by way of a file."""

    def from_text(text: str) -> Scenario:
        path = tmp_path / "scenario.toml"
        path.write_text(text, encoding="utf-8")
        return load(path)

    return from_text
