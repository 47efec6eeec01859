"""Runs that several tests look at: each scenario is loaded, built and run once a session."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from openiads.analysis.coverage import Coverage, coverage
from openiads.record.record import Record
from openiads.scenario.load import Scenario, load
from openiads.simulate import Session, run
from openiads.world.build import Built, build

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "bench"


@cache
def scenario(name: str = "first", *overrides: str) -> Scenario:
    """A built-in scenario, or a TOML file of ``bench`` by its stem."""
    path = BENCH / f"{name}.toml"
    return load(path if path.is_file() else name, overrides=overrides, catalog_dir=catalog_of(name))


def catalog_of(name: str) -> Path | None:
    """The loads of ``bench`` bring a catalog folder of their own."""
    folder = BENCH / "catalog"
    return folder if (BENCH / f"{name}.toml").is_file() and folder.is_dir() else None


@cache
def built(name: str = "first", *overrides: str) -> Built:
    """Its World and State."""
    return build(scenario(name, *overrides))


@cache
def record(name: str = "first", *overrides: str, seed: int | None = None, number: int = 0) -> Record:
    """The record of its run to the end."""
    return run(scenario(name, *overrides), seed, number, built=built(name, *overrides))


def session(name: str = "first", *overrides: str, **more: Any) -> Session:
    """A fresh session of it."""
    return Session(scenario(name, *overrides), built=built(name, *overrides), **more)


def changed(base: Scenario, **parts: Any) -> Scenario:
    """The scenario with other parts of its file (raids, units, posts ...); not validated again."""
    return replace(base, file=base.file.model_copy(update=parts))


def row_of(record: Record, table: str, name: str) -> int:
    """The row number of a named entity."""
    return next(int(row["row"]) for row in record.rows(table) if row["name"] == name)


@cache
def covered(name: str = "tartus", *altitudes: str, jam_at: str | None = None) -> Coverage:
    """Its coverage at 100 m, 1 km and 10 km, or at other altitudes."""
    return coverage(scenario(name), altitudes or ("100 m", "1 km", "10 km"), jam_at=jam_at)
