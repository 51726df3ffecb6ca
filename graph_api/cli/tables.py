"""Tables for people, also where there is no room for one."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from schema.words import text_of

LEAST = 60
"""Columns of a terminal below which a table would cut its values to single letters."""


class Fitting:
    """A titled table; in a narrow terminal every value is on a line of its own, behind the name of its column."""

    def __init__(
        self,
        title: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Text]],
        numbers: frozenset[str],
        whole: frozenset[str],
    ) -> None:
        self._title = Text(title, "bold")
        self._columns = columns
        self._rows = rows
        self._numbers = numbers
        self._whole = whole

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table, or its values one below the other."""
        yield self._title
        if options.max_width >= LEAST:
            yield self._table()
            return
        for row in self._rows:
            yield Text("─" * options.max_width, "dim")
            for column, value in zip(self._columns, row, strict=True):
                if value.plain:
                    yield type(value)(f"{text_of(column)}: ", "bold cyan") + value

    def _table(self) -> Table:
        made = Table(header_style="bold cyan", box=box.ROUNDED)
        for column in self._columns:
            made.add_column(
                Text(text_of(column)),
                justify="right" if column in self._numbers else "left",
                overflow="fold",
                no_wrap=column in self._whole,
            )
        for row in self._rows:
            made.add_row(*row)
        return made
