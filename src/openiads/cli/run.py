"""``openiads run``: one run of a scenario, its numbers on screen and its record in a folder."""

from __future__ import annotations

import sys
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openiads.cli.page import compile_once, json_text, print_table, progress_bar, terminal

if TYPE_CHECKING:
    from openiads.analysis.result import Result

LEAKS_SHOWN = 6  # leakers whose reason is printed; all of them are in the folder


def run(
    scenario: Annotated[str, typer.Argument(help="A built-in scenario (see openiads list) or a TOML file.")],
    seed: Annotated[
        int | None, typer.Option("--seed", help="Seed; the scenario's own without it.", min=0, max=2**32 - 1)
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="A catalog unit in place of the scenario's units.")] = None,
    overrides: Annotated[
        list[str] | None, typer.Option("--set", help='Change a value: --set "raids.north.count=4"; may be repeated.')
    ] = None,
    pk: Annotated[
        str | None,
        typer.Option("--pk", help="Kill figures: low, mid or high of their spread, or drawn from it."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="A new folder; runs/NAME-seedN without it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    catalog: Annotated[Path | None, typer.Option("--catalog", help="A folder that overlays the catalog.")] = None,
    no_plot: Annotated[bool, typer.Option("--no-plot", help="Do not draw overview.png.")] = False,
    events_only: Annotated[bool, typer.Option("--events-only", help="Keep the events alone: smaller, faster.")] = False,
) -> None:
    """Run a scenario once: what was killed, what leaked and why; everything is kept in a folder."""
    import openiads as oi
    from openiads.catalog.errors import InputError
    from openiads.record.store import check_target

    if out is not None:
        check_target(out)
    level = [] if pk is None else [_kill_level(pk)]
    changes = [*(overrides or []), *level, *(['record="events"'] if events_only else [])]
    loaded = oi.load(scenario, unit=unit, overrides=changes, catalog_dir=catalog)
    used = loaded.seed if seed is None else seed
    folder = out or _free_folder(loaded.name, used)
    check_target(folder)
    compile_once()
    from openiads.simulate import CapacityError

    try:
        with progress_bar(f"simulating {loaded.name}, seed {used}") as progress:
            result = oi.run(loaded, seed=used, progress=progress)
    except CapacityError as error:
        raise InputError(scenario, str(error)) from None
    result.save(folder)
    try:
        if as_json:
            _print_json(result, folder)
        else:
            _print_page(result, folder)
    finally:
        if not no_plot:
            _draw(result, folder)


def _kill_level(read: str) -> str:
    """The override of a level of the kill figures."""
    from openiads.catalog.errors import InputError
    from openiads.scenario.schema import KILL_LEVELS

    if read not in KILL_LEVELS:
        allowed = f"{', '.join(KILL_LEVELS[:-1])} or {KILL_LEVELS[-1]}"
        raise InputError("--pk", f'read "{read}", expected {allowed}')
    return f'pk="{read}"'


def _draw(result: Result, folder: Path) -> None:
    """Draw the picture into the finished record; an interruption costs the picture alone, and says so."""
    try:
        result.plot(folder / "overview.png")
    except KeyboardInterrupt:
        print(
            f"openiads: stopped while drawing; the record {folder} is complete, only its picture is missing",
            file=sys.stderr,
        )
        raise typer.Exit(130) from None


def _free_folder(name: str, seed: int) -> Path:
    """``runs/NAME-seedN``, or the first of ``-2``, ``-3``, ... that does not exist."""
    names = chain([f"{name}-seed{seed}"], (f"{name}-seed{seed}-{number}" for number in count(2)))
    return next(folder for folder in (Path("runs") / candidate for candidate in names) if not folder.exists())


def _print_json(result: Result, folder: Path) -> None:
    manifest = result.record.manifest
    said = {
        "simulated": True,
        "scenario": manifest["scenario"],
        "seed": manifest["seed"],
        "digest": result.digest,
        "folder": str(folder),
        "figures": manifest.get("figures"),
        "unit_figures": manifest.get("unit_figures"),
        "terrain": manifest.get("terrain"),
        "pk": manifest.get("pk"),
        "limits": manifest.get("limits"),
        "kill_figures": manifest.get("kill_figures"),
        "summary": result.summary().as_dict(),
    }
    print(json_text(said), end="")


def _print_page(result: Result, folder: Path) -> None:
    from openiads.analysis import words
    from openiads.analysis.reasons import clock
    from openiads.terrain.grid import described

    console = terminal()
    summary = result.summary()
    title = str(result.record.manifest.get("title") or summary.scenario)
    headline = f"{title} (simulated), seed {summary.seed}, {clock(summary.duration_s)} min:s"
    console.print(headline, style="bold", markup=False)
    print_table(console, words.THREAT_HEADINGS, words.threat_cells(summary))
    print_table(console, words.FLIGHT_HEADINGS, words.flight_cells(summary))
    print_table(console, words.ASSET_HEADINGS, words.asset_cells(summary))
    print_table(console, words.UNIT_HEADINGS, words.unit_cells(summary))
    print_table(console, words.STROBE_HEADINGS, words.strobe_cells(summary))
    reasons = [reason.sentence for reason in summary.leakers[:LEAKS_SHOWN]]
    for sentence in filter(
        None,
        [
            *reasons,
            *words.shot_lines(summary.shots),
            words.false_tracks_line(summary),
            *words.debris_lines(summary.debris),
            *summary.notes,
        ],
    ):
        console.print(sentence, markup=False)
    if len(summary.leakers) > LEAKS_SHOWN:
        console.print(f"... and {len(summary.leakers) - LEAKS_SHOWN} more in {folder / 'summary.json'}", markup=False)
    console.print()
    manifest = result.record.manifest
    for sentence in filter(None, [words.kill_line(manifest), words.limits_line(manifest)]):
        console.print(sentence, markup=False)
    console.print(words.figures_line(dict(manifest.get("figures") or {})), markup=False)
    kinds = sorted(set(dict(manifest.get("units") or {}).values()))
    console.print(words.unit_figures_line(kinds, dict(manifest.get("unit_figures") or {})), markup=False)
    console.print(described(dict(manifest.get("terrain") or {})), markup=False, soft_wrap=True)
    console.print(f"digest {result.digest}", markup=False, soft_wrap=True)
    console.print(f"record {folder}", markup=False, soft_wrap=True)
