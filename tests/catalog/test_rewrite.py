"""Figures of a catalog file are replaced, and every other byte of it stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from openiads.catalog.errors import InputError
from openiads.catalog.figures import Figure
from openiads.catalog.loader import BUILT_IN, load, read_sheet
from openiads.catalog.models import Missile
from openiads.catalog.rewrite import read_exactly, replaced, toml_line, write_checked

FIGURE = Figure(value=1.5, low=1.25, shown="1.50", shown_low="1.25", source='a "b" # {c}', confidence="derived")
LINE = 'drag_scale = { value = 1.50, low = 1.25, source = "a \\"b\\" # {c}", confidence = "derived" }'
FILE = BUILT_IN / "missiles/48n6e.toml"


def test_a_figure_is_one_line_and_reads_back(tmp_path: Path) -> None:
    assert toml_line("drag_scale", FIGURE) == LINE
    path = tmp_path / "x.toml"
    path.write_text(replaced("x", FILE.read_text(), {"drag_scale": FIGURE}))
    sheet, _ = read_sheet(path, Missile)
    assert (sheet.drag_scale.value, sheet.drag_scale.low, sheet.drag_scale.source) == (1.5, 1.25, 'a "b" # {c}')


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_all_other_bytes_stay(end: str) -> None:
    old = 'drag_scale = { value = 1, reason = "# no } comment" }'
    text = end.join(
        ["# top", 'a = { x = "drag_scale = {" }', f"{old}  # why", "", "b = 2   ", "[drag_scale2]", "c = 1"]
    )
    assert replaced("x", text, {"drag_scale": FIGURE}) == text.replace(old, LINE)


@pytest.mark.parametrize(
    "text",
    [
        "a = 1\n",
        "drag_scale = 1\n",
        "drag_scale.value = 1\n",
        "[drag_scale]\nvalue = 1\n",
        "[table]\ndrag_scale = { value = 1 }\n",
        'note = """\ndrag_scale = { value = 1 }\n"""\n',
    ],
)
def test_a_figure_that_does_not_stand_in_one_line_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="line"):
        replaced("x.toml", text, {"drag_scale": FIGURE})


def test_nothing_unsound_is_written(tmp_path: Path) -> None:
    path = tmp_path / "48n6e.toml"
    path.write_bytes(FILE.read_bytes())
    heavy = FIGURE.model_copy(update={"shown": "900 t", "shown_low": "", "low": None})
    with pytest.raises(InputError, match=r"launch_mass|leave the ground") as caught:
        write_checked(path, replaced("x", read_exactly(path), {"launch_mass": heavy}), Missile)
    assert caught.value.file == str(path)
    assert path.read_bytes() == FILE.read_bytes()
    assert [found.name for found in tmp_path.iterdir()] == ["48n6e.toml"]


def test_a_file_is_replaced_through_its_link(tmp_path: Path) -> None:
    path, link = tmp_path / "48n6e.toml", tmp_path / "link.toml"
    path.write_bytes(FILE.read_bytes())
    link.symlink_to(path)
    write_checked(link, replaced("x", read_exactly(link), {"drag_scale": FIGURE}), Missile)
    assert link.is_symlink()
    assert LINE in path.read_text()


def test_what_cannot_be_read_or_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_exactly(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff")
    with pytest.raises(InputError, match="UTF-8"):
        read_exactly(tmp_path / "bytes.toml")
    with pytest.raises(InputError, match="cannot be written"):
        write_checked(tmp_path / "bytes.toml" / "x.toml", FILE.read_text(), Missile)


def test_figures_of_the_catalog_read_back_as_they_are_written() -> None:
    missile = load().missiles["48n6e"]
    text = FILE.read_text()
    names = ("launch_mass", "drag_scale", "range_max", "load_factor_max")
    assert replaced("x", text, {name: getattr(missile, name) for name in names}) == text
