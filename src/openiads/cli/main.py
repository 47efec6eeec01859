"""The command ``openiads``: its verbs, and what each kind of failure looks like from outside.

Exit status: 0 done, 1 a defect of the program, 2 wrong input, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from openiads.catalog.errors import InputError
from openiads.cli.calibrate import calibrate
from openiads.cli.catalog import catalog
from openiads.cli.claims import claims
from openiads.cli.coverage import coverage
from openiads.cli.envelope import envelope
from openiads.cli.explain import explain
from openiads.cli.listing import list_scenarios
from openiads.cli.metrics import metrics
from openiads.cli.new import new
from openiads.cli.run import run
from openiads.cli.schema import schema
from openiads.cli.track import track
from openiads.cli.validate import validate


class _Verbs(TyperGroup):
    """The verbs; Ctrl-C ends any of them with a sentence."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            print("openiads: stopped by Ctrl-C; nothing half-written is left", file=sys.stderr)
            raise typer.Exit(130) from None


app = typer.Typer(
    cls=_Verbs,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="An open, reproducible simulation of the S-300 family guarding a base. Never a fire-control system.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"openiads {version('openiads')}")
        raise typer.Exit


@app.callback()
def _options(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Options of the command itself."""


app.command("run")(run)
app.command("coverage")(coverage)
app.command("envelope")(envelope)
app.command("claims")(claims)
app.command("metrics")(metrics)
app.command("explain")(explain)
app.command("track")(track)
app.command("list")(list_scenarios)
app.command("catalog")(catalog)
app.command("calibrate")(calibrate)
app.command("validate")(validate)
app.command("schema")(schema)
app.command("new")(new)


def main() -> None:
    """Entry point of the console script."""
    interrupts: list[int] = []  # a library may turn the exception of Ctrl-C into one of its own

    def note_interrupt(number: int, _frame: object) -> None:
        interrupts.append(number)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, note_interrupt)
    try:
        app(prog_name="openiads")
    except InputError as error:
        print(f"openiads: {error}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has had enough
    except Exception as error:
        if interrupts:
            print("openiads: stopped by Ctrl-C; nothing half-written is left", file=sys.stderr)
            sys.exit(130)
        if os.environ.get("OPENIADS_DEBUG") == "1":
            raise
        said = f"{type(error).__name__}: {' '.join(str(error).split())}"
        print(f"openiads: this is a defect, please report it: {said} (OPENIADS_DEBUG=1 shows where)", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
