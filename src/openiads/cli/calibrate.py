"""``openiads calibrate``: fit a missile's unpublished figures to published speeds, and compare what was held out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openiads.cli.page import all_printed, json_text, print_table, terminal

if TYPE_CHECKING:
    from openiads.analysis.calibration import Calibration


def calibrate(
    missile: Annotated[str, typer.Argument(help="Catalog name of a missile, such as 48n6e.")],
    write: Annotated[
        Path | None, typer.Option("--write", help="Write the catalog file with the fitted figures to a new .toml file.")
    ] = None,
    in_place: Annotated[
        bool,
        typer.Option("--in-place", help="Write it into the catalog: your folder if one is named, else the built-in."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    folder: Annotated[Path | None, typer.Option("--catalog", help="A folder that overlays the catalog.")] = None,
) -> None:
    """Fit thrust split, drag and loft to the published burn-out and mean speed; compare range, ceiling and floor."""
    from openiads.catalog.loader import load, source_and_home

    shelf = load(folder).missiles
    name = missile if missile in shelf else missile.lower() if missile.lower() in shelf else missile
    sheet = shelf[name]
    read, home = source_and_home("missiles", name, folder)
    target = _target(write, in_place, home)
    from openiads.analysis import calibration

    found = calibration.calibrate(sheet)
    if target is not None:
        _write(found, read, target)
    with all_printed():
        if as_json:
            from openiads.analysis.calibration_words import as_dict

            print(json_text({**as_dict(found), "written": None if target is None else str(target)}), end="")
        else:
            _print_page(found, target)


def _target(write: Path | None, in_place: bool, home: Path) -> Path | None:
    """Where the file goes; said before the work starts if it cannot."""
    from openiads.catalog.errors import InputError

    if write is None:
        return home if in_place else None
    if in_place:
        raise InputError("--write", "and --in-place exclude each other; give one of them")
    if write.suffix != ".toml":
        raise InputError(str(write), "is no name of a catalog file; it must end in .toml")
    if write.exists():
        raise InputError(str(write), "exists already; name a new file, or use --in-place for the catalog's own")
    if not write.absolute().parent.is_dir():
        raise InputError(str(write), f"cannot be written: there is no folder {write.parent}")
    return write


def _write(found: Calibration, read: Path, target: Path) -> None:
    from openiads.catalog.models import Missile
    from openiads.catalog.rewrite import read_exactly, replaced, write_checked

    text = replaced(str(read), read_exactly(read), found.figures)
    write_checked(target, text, Missile)


def _print_page(found: Calibration, target: Path | None) -> None:
    from openiads.analysis import calibration_words as words

    console = terminal()
    console.print(
        f"{found.missile.name}: calibration (simulated flights, textbook physics)", style="bold", markup=False
    )
    console.print()
    print_table(console, words.PARAMETER_HEADINGS, words.parameter_cells(found))
    print_table(console, words.SPEED_HEADINGS, words.speed_cells(found))
    print_table(console, words.HELD_OUT_HEADINGS, words.held_out_cells(found), left=(0, 5, 6))
    for sentence in words.sentences(found):
        console.print(sentence, markup=False)
    if target is not None:
        console.print(f"written {target}", markup=False, soft_wrap=True)
