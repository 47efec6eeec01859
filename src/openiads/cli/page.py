"""What the verbs share when they print a page: the console, tables, one JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rich.console import Console, JustifyMethod

WIDTH = 160  # of a page that goes to a file or a pipe


def terminal() -> Console:
    """The console of standard output, wide where that is no terminal."""
    from rich.console import Console

    console = Console(highlight=False)
    return console if console.is_terminal else Console(width=WIDTH, highlight=False)


def print_table(
    console: Console, headings: Sequence[str], lines: Sequence[Sequence[str]], left: Collection[int] = (0,)
) -> None:
    """A table with a line of headings, the columns named set to the left, the first unbroken; nothing without lines."""
    if not lines:
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column, heading in enumerate(headings):
        justify: JustifyMethod = "left" if column in left else "right"
        table.add_column(heading, justify=justify, header_style="dim", no_wrap=column == 0)
    for line in lines:
        table.add_row(*(escape(text) for text in line))
    console.print(table)
    console.print()


def json_text(said: dict[str, Any]) -> str:
    """One JSON object and a line feed."""
    import json

    return json.dumps(said, ensure_ascii=False) + "\n"
