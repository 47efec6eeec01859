"""``openiads track``: recorded plots of one or several radars become one table of tracks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openiads.cli.page import all_printed, json_text, progress_bar, terminal

if TYPE_CHECKING:
    from openiads.track_history import History


def track(
    plots: Annotated[Path, typer.Argument(help="A file of plots: .csv, .parquet, .ast or .asterix (category 048).")],
    radar: Annotated[
        list[Path], typer.Option("--radar", help="A file of [[radar]] tables; may be repeated.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", help="The new table of tracks: .parquet or .csv.", show_default=False)],
    every: Annotated[
        str | None, typer.Option("--every", help="Time between two pictures; the shortest scan without it.")
    ] = None,
    catalog: Annotated[Path | None, typer.Option("--catalog", help="A folder that overlays the catalog.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Track recorded plots offline: one air picture of all radars over time, as a table. Files only, no live feed."""
    from openiads.export import tracks as table
    from openiads.imports.radars import read_radars
    from openiads.imports.read import read_plots

    every_s = None if every is None else _seconds(every)
    table.check_target(out)
    radars = read_radars(radar, catalog)
    given, rejections = read_plots(plots, radars)
    _say_if_cold()
    from openiads.track_history import track_plots

    with progress_bar(f"tracking {plots.name}") as progress:
        found = track_plots(given, rejections, radars, every_s, progress)
    table.write(out, found.columns, found.about())
    with all_printed():
        if as_json:
            print(json_text({**found.as_dict(), "plots_file": str(plots), "out": str(out)}), end="")
        else:
            _print_page(found, plots, out)


def _seconds(text: str) -> float:
    from openiads import units
    from openiads.catalog.errors import InputError

    try:
        return units.parse(text, "time")
    except units.UnitError as error:
        raise InputError("every", str(error)) from None


def _say_if_cold() -> None:
    from openiads import _jit

    if _jit.is_cold("picture.advance_picture"):
        print("openiads: compiling the kernels once, about a minute", file=sys.stderr, flush=True)


def _print_page(found: History, plots: Path, out: Path) -> None:
    console = terminal()
    first_s, last_s = found.span_s
    console.print(f"{plots.name}: tracks of recorded plots, made offline; no live feed", style="bold", markup=False)
    clock = f" ({found.clock})" if found.clock else ""
    pictures = f"a picture every {found.every_s:g} s"
    rejected = found.plots_read - found.plots_used
    life_s = found.mean_life_s
    life = "" if life_s is None else f", {life_s:.1f} s long on the average"
    lines = [
        f"time    {first_s:.3f} to {last_s:.3f} s{clock}, {pictures}",
        f"plots   {found.plots_read} read, {found.plots_used} used, {rejected} rejected",
        *(f"        {sentence}" for sentence in found.rejections.sentences()),
        f"tracks  {found.tracks} confirmed{life}, {found.at_end} at the end",
        *(f"radar   {name}: {value:.3g} false plots a scan" for name, value in found.false_plots_per_scan.items()),
        f"table   {out} ({len(found.columns['number'])} rows)",
    ]
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)
