"""A test that is skipped because something is missing counts as failed where nothing may be missing.

``OPENIADS_NO_SKIPS=1`` (or ``CI``, which build machines set) switches it on: there every program and package that a
test compares with is installed, and a skip would hide that the comparison did not take place. A test that cannot run on
this kind of machine at all says so: its reason begins with "not on this platform".
"""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any, TypeVar

import pytest

EXCUSE = "not on this platform"
_Report = TypeVar("_Report", pytest.TestReport, pytest.CollectReport)


def is_strict() -> bool:
    """True where a missing peer is a failure."""
    return any(os.environ.get(name, "").lower() not in ("", "0", "false") for name in ("OPENIADS_NO_SKIPS", "CI"))


def _judged(report: _Report) -> _Report:
    if not report.skipped or not is_strict() or hasattr(report, "wasxfail"):
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    if not reason.startswith(EXCUSE):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be missing (tests/support/no_skips.py): {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge the skip of one test."""
    return _judged((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, Any]:
    """Judge the skip of a whole file (``pytest.importorskip`` at its head)."""
    return _judged((yield))
