"""How commands speak: rich tables for people, JSON for machines, errors on standard error."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of tables for people.")]


LISTED = 40
"""Rows of a list that a terminal shows where the whole stands in a file."""


def console(*, errors: bool = False) -> Console:
    """A console on standard output (or error) as it is now; wide where nobody watches, so that nothing is cut."""
    stream = sys.stderr if errors else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else 160, highlight=False, soft_wrap=False)


def line(text: str) -> None:
    """One line on standard output, as it is."""
    print(text)


def emit(renderable: RenderableType) -> None:
    """Print something for people."""
    console().print(renderable)


def notice(text: str) -> None:
    """A remark for people, on standard error, so that standard output stays clean."""
    console(errors=True).print(text, markup=False)


def failure(message: str, code: str) -> None:
    """One line on standard error: what happened and what to do."""
    console(errors=True).print(f"baodian: {message} [{code}]", style="bold red", markup=False, soft_wrap=True)


def emit_json(value: object) -> None:
    """Print JSON: dataclasses as objects, times as ISO 8601, sets sorted; two spaces of indent."""
    print(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Iterable):
        return list(value)
    return str(value)


def table(
    title: str, *columns: str, rows: Iterable[Iterable[object]], numbers: Iterable[str] = (), whole: Iterable[str] = ()
) -> Group:
    """A table for people: None is shown as nothing, a Text as it is styled; columns named in `numbers` stand right.

    Lines of columns named in `whole` are not broken in a narrow terminal.
    """
    right, unbroken = set(numbers), set(whole)
    made = Table(header_style="bold cyan", box=box.ROUNDED)
    for column in columns:
        made.add_column(
            column, justify="right" if column in right else "left", overflow="fold", no_wrap=column in unbroken
        )
    for row in rows:
        made.add_row(*map(_cell, row))
    return Group(Text(title, "bold"), made)


def _cell(value: object) -> Text:
    """Text as it is: brackets in names are no markup."""
    if isinstance(value, Text):
        return value
    return Text("" if value is None else str(value))
