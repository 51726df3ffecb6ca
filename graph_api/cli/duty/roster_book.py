"""`baodian export roster`: the rosters of teams as a workbook that can be changed and loaded again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from graph_api.cli import output
from graph_api.cli.asking import asking
from graph_api.cli.data.files import must_be_new, must_be_workbook
from graph_api.cli.names import resolve_all
from graph_api.cli.session import DEFAULT_STORE, StoreOption, read_model
from graph_api.cli.times import typed_time
from schema.words import say


def roster_book(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help=say("Workbook to write."))],
    teams: Annotated[
        list[str] | None, typer.Argument(metavar="[TEAM]...", help=say("Teams, by name or id; none = all."))
    ] = None,
    start: Annotated[
        datetime | None,
        typer.Option("--from", parser=typed_time, metavar="TIME", help=say("Rows that end later; without it, all.")),
    ] = None,
    end: Annotated[
        datetime | None,
        typer.Option("--to", parser=typed_time, metavar="TIME", help=say("Rows that begin before; without it, all.")),
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    force: Annotated[bool, typer.Option("--force", help=say("Write over a file that is there."))] = False,
    as_json: output.JsonOption = False,
) -> None:
    """Write the rosters of teams as a workbook that `baodian load` reads back."""
    from graph_api.exports.roster_book import write_roster  # what only running has to wait for
    from schema.registry import EntityKind

    must_be_workbook(out)
    must_be_new(out, force=force)
    with asking(store, None, []) as ask:
        named = resolve_all(ask, teams or (), ["TEAM"])
    graph = read_model(store).graph
    chosen = [graph.index(each) for each in named] if named else [*graph.of_kind(EntityKind.TEAM)]
    span = [None if each is None else each.astimezone() for each in (start, end)]
    counts = write_roster(graph, out, chosen, *span)
    if as_json:
        output.emit_json({"file": str(out), "sheets": counts})
        return
    parts = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    output.line(say("Written: {file} ({parts})", file=str(out), parts=parts))
