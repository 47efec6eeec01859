"""Fixtures of the whole suite."""

from __future__ import annotations

import pytest

from openiads.record.record import Record
from tests.support import runs

pytest_plugins = ("tests.support.no_skips",)


@pytest.fixture(scope="session")
def first_record() -> Record:
    """The built-in scenario "first", run to its end."""
    return runs.record("first")


@pytest.fixture(scope="session")
def tartus_record() -> Record:
    """The built-in scenario "tartus", run to its end."""
    return runs.record("tartus")
