"""``openiads catalog`` prints names, data sheets and JSON."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from openiads.catalog.errors import InputError
from openiads.catalog.loader import KINDS, load
from openiads.cli.catalog import catalog

NAMES = [name for kind in ("units", "radars", "missiles", "targets", "doctrines") for name in load().names(kind)]


@pytest.mark.parametrize("name", [*NAMES, "tartus"])
def test_every_data_sheet_renders(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    catalog(name, as_json=False, folder=None)
    shown = capsys.readouterr().out
    assert name in shown


def test_the_sheet_shows_value_spread_source_and_reason(capsys: pytest.CaptureFixture[str]) -> None:
    catalog("s-300pmu1", as_json=False, folder=None)
    shown = capsys.readouterr().out
    for expected in ("radar 30n6e", "missile 48n6e", "150 km", "1780 kg to 1900 kg", "Nevsky Bastion", "order of magn"):
        assert expected in shown


def test_json_is_one_object_with_the_parts(capsys: pytest.CaptureFixture[str]) -> None:
    catalog("s-300v4", as_json=True, folder=None)
    sheet = json.loads(capsys.readouterr().out)
    assert [part["id"] for part in sheet["parts"]] == ["9s15m2", "9s19m2", "9s32m", "9m83m", "9m82m"]
    rows = {row["key"]: row for row in sheet["rows"]}
    assert rows["launch_interval"]["value"] == "1.5 s"
    assert rows["launch_interval"]["confidence"] == "game"


@pytest.mark.parametrize("as_json", [False, True])
def test_the_list_holds_every_kind(as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    catalog(None, as_json=as_json, folder=None)
    shown = capsys.readouterr().out
    assert all(kind in shown for kind in KINDS)
    assert "s-300v4" in shown
    if as_json:
        assert json.loads(shown)["missiles"]["48n6e"] == "48N6E"


def test_an_unknown_name_is_an_input_error() -> None:
    with pytest.raises(InputError, match=r"did you mean s-300v4"):
        catalog("s-300v5", as_json=False, folder=None)


def test_loading_stays_light() -> None:
    """Neither numba nor matplotlib nor rich is imported by the catalog."""
    code = (
        "import sys; import openiads.cli.catalog; from openiads.catalog import loader, sheet\n"
        "loader.load().units['s-300v4']\n"
        "print([name for name in ('numba', 'numpy', 'matplotlib', 'rich.table') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() in ("[]", "['rich.table']")
