"""`baodian template`: a workbook of the plain format to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graph_api.cli import output
from graph_api.cli.data.files import must_be_new, must_be_workbook
from graph_api.whole_file import OPEN, whole
from schema.words import Language, current, say


def template(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help=say("Workbook to write."))],
    kinds: Annotated[
        list[str] | None, typer.Option("--kind", help=say("Only this kind of thing, as Customer; may be repeated."))
    ] = None,
    chinese: Annotated[bool, typer.Option("--chinese", help=say("In Chinese, as with --lang zh."))] = False,
    force: Annotated[bool, typer.Option("--force", help=say("Write over a file that is there."))] = False,
    as_json: output.JsonOption = False,
) -> None:
    """Write an empty, commented workbook of the plain format, and a small filled one beside it."""
    from graph_api.cli.kinds import kinds_named  # as the others here: what only running has to wait for
    from loaders.tabular.template import ORDER, write_example, write_template
    from schema.registry import EntityKind

    must_be_workbook(out)
    codes = kinds_named(kinds)
    chosen = None if codes is None else [EntityKind(code) for code in codes]
    example = None if chosen else out.with_name(f"{out.stem}-example.xlsx")
    for path in filter(None, (out, example)):
        must_be_new(path, force=force)
    chinese = chinese or current() is Language.ZH
    with whole(out, OPEN) as draft:
        write_template(draft, chosen, chinese=chinese)
    if example is not None:
        with whole(example, OPEN) as draft:
            write_example(draft, chinese=chinese)
    if as_json:
        output.emit_json({"file": str(out), "kinds": chosen or ORDER, "example": example and str(example)})
        return
    output.notice(say("Written: {file}", file=str(out)))
    if example is not None:
        output.notice(say("Written: {file}, the same filled in as an example", file=str(example)))
