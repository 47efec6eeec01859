"""The record says on what ground a run was played."""

from __future__ import annotations

from tests.support import runs


def test_the_manifest_names_the_ground() -> None:
    said = runs.record("first").manifest["terrain"]
    assert said == runs.scenario("first").terrain.facts()
    assert said["source"].startswith("NOAA GLOBE 1.0")
    assert said["voids_filled"] == 0
    assert len(said["digest"]) == 64
