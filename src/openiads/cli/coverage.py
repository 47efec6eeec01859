"""``openiads coverage``: what a deployed system sees and reaches, as numbers, maps and files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openiads.cli.page import all_printed, json_text, number, print_table, require_free, terminal

if TYPE_CHECKING:
    from openiads.analysis.coverage import Coverage
    from openiads.analysis.coverage_table import Row
    from openiads.scenario.load import Scenario

ALTITUDES = ("100 m", "1 km", "10 km")


def coverage(
    scenario: Annotated[str, typer.Argument(help="A built-in scenario (see openiads list) or a TOML file.")],
    altitude: Annotated[
        list[str] | None,
        typer.Option("--altitude", help='Height above the sea, or "100m agl"; may be repeated. 100m, 1km, 10km.'),
    ] = None,
    rcs: Annotated[str, typer.Option("--rcs", help="Mean radar cross-section of the target.")] = "1 m2",
    pd: Annotated[str, typer.Option("--pd", help="Chance of one look that counts as covered.")] = "0.5",
    swerling: Annotated[str, typer.Option("--swerling", help="Case of the target's fluctuation, 0 to 4.")] = "1",
    speed: Annotated[str, typer.Option("--speed", help="Radial speed of the target.")] = "250 m/s",
    unit: Annotated[str | None, typer.Option("--unit", help="A catalog unit in place of the scenario's units.")] = None,
    azimuth: Annotated[
        str | None, typer.Option("--azimuth", help="Of the vertical cut, degrees; where the unit faces without it.")
    ] = None,
    jam_at: Annotated[
        str | None, typer.Option("--jam-at", help='A time such as "5 min": jammers are on where they fly then.')
    ] = None,
    dem: Annotated[
        Path | None, typer.Option("--dem", help="Heights of the ground: a GeoTIFF, DTED or SRTM .hgt file.")
    ] = None,
    fill_voids: Annotated[bool, typer.Option("--fill-voids", help="Fill holes in the heights, and say so.")] = False,
    overrides: Annotated[
        list[str] | None, typer.Option("--set", help="Change a value of the scenario; may be repeated.")
    ] = None,
    catalog: Annotated[Path | None, typer.Option("--catalog", help="A folder that overlays the catalog.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="A new folder; maps/NAME without it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    no_plot: Annotated[bool, typer.Option("--no-plot", help="Draw no pictures.")] = False,
    per_radar: Annotated[bool, typer.Option("--per-radar", help="Draw a map of each radar as well.")] = False,
) -> None:
    """What the radars of a scenario see and its units can engage: height by height, with terrain, sea and jamming."""
    import openiads as oi
    from openiads.analysis.coverage_table import table

    if out is not None:
        require_free(out)
    chance, case = number("pd", pd, float, "a chance such as 0.5"), number("swerling", swerling, int, "a case, 0 to 4")
    loaded = _loaded(scenario, unit, _changes(overrides, dem, fill_voids), catalog, jam_at is not None)
    towards_deg = _towards(loaded, azimuth)
    require_free(out or _free_folder(loaded.name))
    with _status("looking round every antenna"):
        found = oi.coverage(
            loaded, altitude or ALTITUDES, rcs=rcs, pd=chance, swerling=case, speed=speed, jam_at=jam_at
        )
        rows = table(found)

    def fill(staging: Path, folder: Path) -> str:
        said = _write(found, rows, staging, folder)
        if not no_plot:
            _draw(found, staging, towards_deg, per_radar)
        return said

    with _status("writing files"):
        folder, said = _kept(out, loaded.name, fill)
    with all_printed():
        if as_json:
            print(said, end="")
        else:
            _print_page(found, rows, folder)


def _kept(out: Path | None, name: str, fill: Callable[[Path, Path], str]) -> tuple[Path, str]:
    """The folder that ``fill`` wrote and what it said; the next free name where another run was faster."""
    from openiads.catalog.errors import InputError
    from openiads.record.store import new_folder

    while True:
        folder = out or _free_folder(name)
        try:
            with new_folder(folder) as staging:
                said = fill(staging, folder)
            return folder, said
        except InputError:
            if out is not None or not folder.exists():
                raise


def _loaded(scenario: str, unit: str | None, changes: list[str], catalog: Path | None, check_routes: bool) -> Scenario:
    """The scenario; heights of the ground that cannot be used are blamed on their file, not on the override."""
    from openiads.catalog.errors import InputError
    from openiads.scenario.load import load

    try:
        return load(scenario, unit=unit, overrides=changes, catalog_dir=catalog, check_routes=check_routes)
    except InputError as error:
        if error.key == "environment.terrain" and error.file.startswith("override"):
            raise InputError("terrain", error.message) from None
        raise


def _changes(overrides: list[str] | None, dem: Path | None, fill_voids: bool) -> list[str]:
    import json

    ground = [] if dem is None else [f"environment.terrain={json.dumps(str(dem))}"]
    return [*(overrides or []), *ground, *(["environment.fill_voids=true"] if fill_voids else [])]


def _free_folder(name: str) -> Path:
    """``maps/NAME``, or the first of ``-2``, ``-3``, ... that does not exist."""
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(folder for folder in (Path("maps") / each for each in names) if not folder.exists())


@contextmanager
def _status(what: str) -> Iterator[None]:
    """A line on the terminal's error stream while something lasts; once, plainly, where kernels are compiled."""
    from rich.console import Console

    from openiads import _jit

    if _jit.is_cold():
        print("openiads: compiling the kernels once", file=sys.stderr, flush=True)
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield


def _towards(loaded: Scenario, azimuth: str | None) -> float:
    from openiads.analysis.cut import azimuth_of

    return azimuth_of(loaded, azimuth)


def _write(found: Coverage, rows: list[Row], staging: Path, folder: Path) -> str:
    """All files but the pictures; the text of coverage.json."""
    from openiads.analysis.coverage_areas import features
    from openiads.analysis.coverage_table import report
    from openiads.export import geojson, grid, kml

    title = f"Coverage of {found.scenario.name}"
    shapes = features(found)
    geojson.write(staging / "coverage.geojson", shapes, title)
    kml.write(staging / "coverage.kml", shapes, title)
    grid.write(staging / "coverage.npz", found.values, found.coords, found.attrs)
    if grid.has_rasterio():
        grid.write_geotiff(staging / "coverage.tif", found.values, found.coords, found.attrs)
    said = json_text({**report(found, rows), "folder": str(folder)})
    (staging / "coverage.json").write_text(said, encoding="utf-8")
    return said


def _draw(found: Coverage, staging: Path, towards_deg: float, per_radar: bool) -> None:
    from openiads.analysis import coverage_cut, coverage_map

    coverage_map.draw_maps(found, staging, per_radar)
    coverage_cut.draw_cuts(found, staging, towards_deg)


def _print_page(found: Coverage, rows: list[Row], folder: Path) -> None:
    from openiads.analysis import burn_through
    from openiads.analysis import coverage_table as words
    from openiads.analysis.coverage_notes import notes
    from openiads.export.grid import has_rasterio
    from openiads.scenario.schema import BUILT_IN_TERRAINS

    console = terminal()
    console.print(words.headline(found), style="bold", markup=False)
    print_table(console, words.EXTENT_HEADINGS, words.extent_cells(rows))
    print_table(console, words.INSIDE_HEADINGS, words.inside_cells(rows), left=(0, 1, 2, 3))
    if found.jamming:
        print_table(console, burn_through.HEADINGS, burn_through.cells(burn_through.burn_through(found)), left=(0, 1))
    for sentence in notes(found):
        console.print(sentence, markup=False)
    if found.scenario.file.environment.fill_voids and found.scenario.file.environment.terrain in BUILT_IN_TERRAINS:
        console.print("Nothing filled: the built-in terrain has no voids.", markup=False)
    if not has_rasterio():
        console.print("No coverage.tif: it needs rasterio, pip install 'openiads[geo]'.", markup=False)
    console.print(f"digest {found.digest}", markup=False, soft_wrap=True)
    console.print(f"files {folder}", markup=False, soft_wrap=True)
