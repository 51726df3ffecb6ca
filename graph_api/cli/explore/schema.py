"""`baodian schema`: what the graph may contain. Chinese shows the Chinese words of it, English the English ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graph_api.cli import output
from graph_api.whole_file import OPEN, whole
from schema.words import say


def schema(
    name: Annotated[
        str | None,
        typer.Argument(help=say("One entity kind or vocabulary, as Feeder or 馈线; without it, all in short.")),
    ] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help=say("Write the whole reference as a Markdown page."))
    ] = False,
    out: Annotated[Path, typer.Option("--out", help=say("Where --markdown writes; - is the terminal."))] = Path(
        "docs/schema.md"
    ),
    as_json: output.JsonOption = False,
) -> None:
    """Show what the graph may contain."""
    from graph_api.cli.explore import schema_screen  # what only running has to wait for
    from schema import reference

    page = reference.reference()
    if markdown:
        _write(reference.markdown(), out)
    elif as_json:
        output.emit_json(page if name is None else schema_screen.named(page, name))
    elif name is None:
        schema_screen.show_all(page)
    else:
        schema_screen.show(schema_screen.named(page, name), page)


def _write(text: str, out: Path) -> None:
    if str(out) == "-":
        print(text, end="")
        return
    with whole(out, OPEN) as draft:
        draft.write_text(text, encoding="utf-8")
    output.notice(say("Written: {out}", out=str(out)))
