"""What a build promises: stable names, frozen World, tables that fit each other."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from openiads.catalog.models import TARGET_GROUPS
from openiads.enums import TargetGroup
from openiads.physics.envelope import COURSES
from openiads.world.build import build
from tests.support import runs

NAMED = ("units", "radars", "targets", "missiles", "platforms", "emitters", "assets", "launchers", "posts")


def _tables(name: str) -> dict[str, np.ndarray]:
    built = runs.built(name)
    return {**built.world._asdict(), **built.state._asdict()}


@pytest.mark.parametrize("name", ["first", "tartus", "raid_50"])
@pytest.mark.parametrize("table", NAMED)
def test_names_are_unique(name: str, table: str) -> None:
    """Two rows of one name would share every random draw."""
    hashes = Counter(_tables(name)[table]["name_hash"].tolist())
    assert max(hashes.values(), default=1) == 1, table
    assert 0 not in hashes


@pytest.mark.parametrize("name", ["first", "tartus"])
def test_rosters_name_every_row_once(name: str) -> None:
    built = runs.built(name)
    for table in ("units", "radars", "targets", "missiles", "assets", "launchers", "posts", "emitters"):
        rows = [row for row in built.roster if row["table"] == table]
        assert sorted(row["row"] for row in rows) == list(range(len(_tables(name)[table]))), table
        names = Counter(row["name"] for row in rows)
        assert max(names.values(), default=1) == 1, (table, names.most_common(1))


def test_a_second_radar_site_does_not_rename_the_first() -> None:
    base = runs.scenario("first")
    other = build(
        runs.changed(base, units=(base.file.units[0].model_copy(update={"name": "another"}), *base.file.units))
    )
    for table in ("radars", "launchers", "units", "platforms", "emitters"):
        ours, theirs = (
            _tables("first")[table]["name_hash"],
            {**other.world._asdict(), **other.state._asdict()}[table]["name_hash"],
        )
        assert set(ours.tolist()) <= set(theirs.tolist()), (
            f"a name of {table} holds a row number: src/openiads/world/build_units.py"
        )


def test_two_releases_of_one_class_have_names_of_their_own() -> None:
    """One carrier that lets go of the same weapon at two points."""
    base = runs.scenario("tartus")
    raid = next(raid for raid in base.file.raids if raid.release)
    twice = raid.model_copy(update={"release": (raid.release[0], raid.release[0])})
    other = build(runs.changed(base, raids=tuple(twice if row is raid else row for row in base.file.raids)))
    hashes = Counter(other.world.targets["name_hash"].tolist())
    assert max(hashes.values()) == 1, (
        "children share their draws: name them by their release, src/openiads/world/build_targets.py"
    )


@pytest.mark.parametrize("name", ["first", "tartus", "raid_50"])
def test_rows_that_are_pointed_at_exist(name: str) -> None:
    tables = _tables(name)
    pointers = {
        "targets": {"aim_asset": "assets", "aim_emitter": "emitters", "parent": "targets", "plan": "plans"},
        "radars": {"unit": "units", "post": "posts", "platform": "platforms"},
        "channels": {"radar": "radars", "unit": "units", "launcher": "launchers"},
        "launchers": {"missile": "missiles", "unit": "units", "channel": "channels"},
        "emitters": {"target": "targets", "platform": "platforms"},
        "assets": {"emitter": "emitters", "launcher": "launchers"},
        "units": {"engagement_radar": "radars", "post": "posts", "platform": "platforms"},
        "posts": {"doctrine": "doctrines"},
        "notices": {"to_post": "posts", "plan": "plans"},
        "zones": {"post": "posts"},
    }
    for table, fields in pointers.items():
        for field, other in fields.items():
            rows = tables[table][field]
            assert ((rows >= -1) & (rows < len(tables[other]))).all(), f"{table}.{field}"
    spans = [
        ("units", "first_launcher", "launcher_count", "launchers"),
        ("units", "first_channel", "channel_count", "channels"),
        ("targets", "first_leg", "leg_count", "legs"),
        ("platforms", "first_leg", "leg_count", "legs"),
        ("plans", "first_point", "point_count", "plan_points"),
        ("zones", "first_corner", "corner_count", "zone_corners"),
    ]
    for table, first, count, other in spans:
        used = tables[table][tables[table][count] > 0]
        assert (used[first] >= 0).all(), table
        assert (used[first] + used[count] <= len(tables[other])).all(), f"{table}.{first}"
    for missile in tables["missiles"]:
        cells = COURSES * missile["range_cells"] * missile["height_cells"]
        assert (missile["first_cell"] + cells <= len(tables["envelopes"])).all()
    assert (tables["emitters"]["kind"][: len(tables["radars"])] == 0).all()


def test_groups_of_the_catalog_and_of_the_enum_are_the_same() -> None:
    assert [name.upper() for name in TARGET_GROUPS] == [group.name for group in TargetGroup]


def test_two_builds_are_the_same() -> None:
    again = build(runs.scenario("tartus"))
    for name, table in {**again.world._asdict(), **again.state._asdict()}.items():
        other = _tables("tartus")[name]
        assert table.dtype == other.dtype
        for field in table.dtype.names or ():
            np.testing.assert_array_equal(table[field], other[field], err_msg=f"{name}.{field}")
