"""What the verbs share: the console, tables, one JSON object; numbers and folders as somebody typed them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from rich.console import Console, JustifyMethod

WIDTH = 160  # of a page that goes to a file or a pipe
_NAME_SHOWN: Final = 60  # characters of a name in a message
N = TypeVar("N")


def terminal() -> Console:
    """The console of standard output, wide where that is no terminal."""
    from rich.console import Console

    console = Console(highlight=False)
    return console if console.is_terminal else Console(width=WIDTH, highlight=False)


def print_table(
    console: Console, headings: Sequence[str], lines: Sequence[Sequence[str]], left: Collection[int] = (0,),
    unbroken: Collection[int] = (0,),
) -> None:  # fmt: skip
    """A table with a line of headings, the columns named set to the left or unbroken; nothing without lines."""
    if not lines:
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column, heading in enumerate(headings):
        justify: JustifyMethod = "left" if column in left else "right"
        table.add_column(heading, justify=justify, header_style="dim", no_wrap=column in unbroken)
    for line in lines:
        table.add_row(*(escape(text) for text in line))
    console.print(table)
    console.print()


def json_text(said: dict[str, Any]) -> str:
    """One JSON object and a line feed."""
    import json

    return json.dumps(said, ensure_ascii=False) + "\n"


@contextmanager
def all_printed() -> Iterator[None]:
    """What is printed inside reaches standard output, all of it.

    Raises:
        InputError: it cannot be written, as on a full disk.
    """
    import os
    import sys

    from openiads.catalog.errors import InputError

    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise InputError("standard output", f"cannot be written: {error.strerror or error}") from None


def number(what: str, text: str, kind: Callable[[str], N], expected: str) -> N:
    """A number as it was typed.

    Raises:
        InputError: it is none.
    """
    from openiads.catalog.errors import InputError

    try:
        return kind(text)
    except ValueError:
        raise InputError(what, f'read "{text}", expected {expected}') from None


def require_free(folder: Path) -> None:
    """Say before the work starts that a folder could not be written after it.

    Raises:
        InputError: it exists, or cannot be made.
    """
    from openiads.catalog.errors import InputError
    from openiads.record.store import check_target

    try:
        check_target(folder)
    except OSError as error:
        shown = str(folder) if len(str(folder)) <= _NAME_SHOWN else f"{str(folder)[:_NAME_SHOWN]}..."
        raise InputError(shown, f"cannot be made: {error.strerror or error}") from None


def check_picture(plot: Path) -> None:
    """Say before the work starts that a picture could not be written after it.

    Raises:
        InputError: its name does not end in .png, is a folder's, or lies in a folder that does not exist.
    """
    from openiads.catalog.errors import InputError

    if plot.suffix.lower() != ".png":
        raise InputError(str(plot), "is no name of a picture; it must end in .png")
    if plot.is_dir():
        raise InputError(str(plot), "is a folder; name a file that ends in .png")
    if not plot.absolute().parent.is_dir():
        raise InputError(str(plot), f"cannot be written: there is no folder {plot.parent}")


def compile_once() -> None:
    """Compile in a process of its own, whose memory goes back to the system, before the first run of a build."""
    import subprocess
    import sys

    from openiads import _jit

    if _jit.is_cold():
        print("openiads: compiling the kernels once, about a minute", file=sys.stderr, flush=True)
        code = "from openiads.simulate import compile_kernels; compile_kernels()"
        subprocess.run([sys.executable, "-c", code], check=False)  # if it fails, the command compiles by itself


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[float], None] | None]:
    """A bar on the terminal's error stream, fed with the share done; None where that is a file or a pipe."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)
