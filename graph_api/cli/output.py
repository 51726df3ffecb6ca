"""How commands speak: tables for people, JSON for machines, errors and remarks on standard error.

Ids and names are printed as they are: no emoji, no markup; control characters are shown, not sent.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph_api.cli import streams
from graph_api.settings import terminal_columns
from graph_api.visible import visible as visible
from schema.words import say, text_of

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

JsonOption = Annotated[bool, typer.Option("--json", help=say("Print JSON for machines instead of tables for people."))]
LISTED = 40
"""Rows of a list that a terminal shows where the whole stands in a file."""
WIDTH = 80
"""Columns where nobody says how many there are."""


def console(*, errors: bool = False) -> Console:
    """A console on standard output (or error) as it is now, of COLUMNS or 80 columns where nobody watches."""
    from graph_api.cli.terminal import Terminal  # what JSON need not wait for

    stream = sys.stderr if errors else sys.stdout
    width = terminal_columns() or (None if stream.isatty() else WIDTH)
    return Terminal(file=stream, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)


def line(text: str) -> None:
    """One line on standard output, as it is, in the language of now."""
    print(visible(text_of(text)))


def sentence(text: str) -> None:
    """A sentence on standard output, in lines as wide as the terminal, in the language of now."""
    from rich.text import Text

    from graph_api.cli.folding import folded

    for each in folded(Text(visible(text_of(text))), console().width):
        print(each.plain)


def emit(renderable: RenderableType) -> None:
    """Print something for people."""
    from rich.text import Text

    console().print(cell(renderable) if isinstance(renderable, Text) else renderable)


def notice(text: str) -> None:
    """A remark for people, on standard error, so that standard output stays clean."""
    console(errors=True).print(visible(text_of(text)), soft_wrap=True)


def failure(message: str, code: str) -> None:
    """One line on standard error: what happened and what to do."""
    console(errors=True).print(f"baodian: {visible(message)} [{code}]", style="bold red", soft_wrap=True)


def emit_json(value: object) -> None:
    """Print JSON: dataclasses as objects, times as ISO 8601, sets sorted; two spaces of indent."""
    text = json.dumps(value, default=_plain, ensure_ascii=False, indent=2)
    print(text if streams.can_show(text) else json.dumps(value, default=_plain, indent=2))


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
) -> RenderableType:
    """A table for people: None is shown as nothing, a Text as it is styled; columns named in `numbers` stand right.

    Lines of columns named in `whole` are not broken in a narrow terminal; in one below LEAST columns each value has
    a line of its own. Title and columns in the language of now.
    """
    from graph_api.cli.tables import Fitting

    cells = [[cell(value) for value in row] for row in rows]
    return Fitting(visible(text_of(title)), columns, cells, frozenset(numbers), frozenset(whole))


def cell(value: object) -> Any:
    """A cell: brackets and colons in names are no markup, unseen characters are shown."""
    from rich.text import Text

    from graph_api.cli.folding import Folded

    if isinstance(value, Text):
        return Folded.of(value)
    return Folded("" if value is None else visible(text_of(value) if isinstance(value, str) else str(value)))
