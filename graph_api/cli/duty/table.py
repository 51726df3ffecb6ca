"""`baodian export duty-table`: who answers for several things, an incident or the city, as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.asking import asking
from graph_api.cli.duty.assigning import OPERATIONS, assignments
from graph_api.cli.duty.who import ANSWERED
from graph_api.cli.names import resolve_all
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.cli.times import AtOption
from graph_api.exports.table_file import table_name
from schema.words import say

_KINDS = (*ANSWERED, "INCIDENT", "ORGANISATION")


def duty_table(
    out: Annotated[
        Path,
        typer.Option(
            "--out", help=say("File to write: .xlsx or .pdf (with whom to call), or .csv."), callback=table_name
        ),
    ],
    things: Annotated[
        list[str] | None,
        typer.Argument(
            help=say("Customers, equipment, feeders, stations, areas or incidents; none = all important customers."),
        ),
    ] = None,
    at: AtOption = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Write the responsibility decomposition table of several things."""
    from graph_api.exports.assignment_sheet import assignment_sheet
    from graph_api.exports.duty_table import duty_page
    from graph_api.exports.incident_table import call_page
    from graph_api.exports.table_file import write

    is_workbook = out.suffix.lower() == ".xlsx"
    with asking(store, server, ["duty_table", *OPERATIONS], at) as ask:
        found = ask.ask("duty_table", of=resolve_all(ask, things or [], _KINDS))
        said = assignments(ask, _assignment_ids(found["responsibilityTable"])) if is_workbook else []
    table = found["responsibilityTable"]
    page = duty_page(table)
    sheets = [page, call_page(table["calls"], page.remarks, found["auditHead"])]
    write([*sheets, assignment_sheet(said)] if is_workbook else sheets, out)
    counts = {
        "file": str(out),
        "groups": len(table["groups"]),
        "gaps": sum(each["gap"] is not None for each in table["groups"]),
        "things": len(table["of"]),
        "calls": len(table["calls"]),
    }
    if as_json:
        output.emit_json(counts)
        return
    output.notice(
        say(
            "Written: {file} ({groups} groups for {things} things, {gaps} gaps, {calls} calls)",
            file=str(out),
            groups=f"{counts['groups']:,}",
            things=f"{counts['things']:,}",
            gaps=f"{counts['gaps']:,}",
            calls=f"{counts['calls']:,}",
        )
    )


def _assignment_ids(table: Mapping[str, Any]) -> Iterator[str]:
    """The assignments that the groups of a table come from."""
    for group in table["groups"]:
        for row in (*filter(None, [group["leader"]]), *group["deputies"], *group["others"]):
            if row["assignment"] is not None:
                yield row["assignment"]["id"]
