"""`baodian export responsibility` and `baodian export call-sheet`: an incident's people as a file and as a list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graph_api.cli import output
from graph_api.cli.asking import asking
from graph_api.cli.events import EventWords, takes_event
from graph_api.cli.incident.revealing import REVEALS, IncidentOption, ReasonOption, reveal_in
from graph_api.cli.outage.call_lines import printed
from graph_api.cli.outage.impact import heading, trip_warnings, warn_of_trips
from graph_api.cli.outage.screen import dark_lines
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.cli.times import read_time
from graph_api.errors import InvalidInput
from graph_api.exports.table_file import table_name
from schema.words import say, text_of


@takes_event(but=("isolated", "fixed"))
def responsibility(
    event: EventWords,
    out: Annotated[
        Path,
        typer.Option(
            "--out", help=say("File to write: .xlsx or .pdf (with the call sheet), or .csv."), callback=table_name
        ),
    ],
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Write an incident's responsibility table."""
    from graph_api.exports.incident_table import call_page, responsibility_page
    from graph_api.exports.table_file import write

    with asking(store, server, ["calls", "incident"], event.at) as ask:
        asked = event.variables(ask)
        told = ask.ask("calls", **asked)
        calls, head = told["impact"], told["auditHead"]
        warn_of_trips(calls["mayHaveTripped"])
        found = ask.ask_all("incident", "impact", "customers", moment=calls["at"], **asked)["impact"]
    warnings = tuple(map(text_of, (*trip_warnings(calls["mayHaveTripped"]), *dark_lines(calls["summary"]))))
    table = responsibility_page(found, warnings)
    write([table, call_page(calls["calls"], warnings, head)], out)
    counts = {
        "file": str(out),
        "rows": len(table.rows),
        "gaps": sum(1 for row in table.rows if row[-2]),
        "customers": found["customers"]["totalCount"],
    }
    if as_json:
        output.emit_json(counts)
        return
    output.notice(
        say(
            "Written: {file} ({rows} rows, {customers} affected customers, {gaps} gaps)",
            file=str(out),
            rows=f"{counts['rows']:,}",
            customers=f"{counts['customers']:,}",
            gaps=f"{counts['gaps']:,}",
        )
    )


@takes_event(but=("isolated", "fixed"))
def sheet(
    event: EventWords,
    out: Annotated[
        Path | None,
        typer.Option("--out", help=say("Write it as .pdf, .xlsx or .csv instead of printing it."), callback=table_name),
    ] = None,
    incident: IncidentOption = None,
    reason: ReasonOption = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Print whom to call about an incident."""
    if (incident is None) is not (reason is None):
        raise InvalidInput(say("Numbers are revealed by --incident and --reason together."))
    with asking(store, server, ["calls", *(REVEALS if incident else ())], event.at) as ask:
        found = ask.ask("calls", **event.variables(ask))
        if incident and reason:
            reveal_in(ask, incident, reason, [each["number"] for each in found["impact"]["calls"] if each["number"]])
    impact = found["impact"]
    warnings = (*trip_warnings(impact["mayHaveTripped"]), *dark_lines(impact["summary"]))
    warn_of_trips(impact["mayHaveTripped"])
    if out is not None:
        from graph_api.exports.incident_table import call_page
        from graph_api.exports.table_file import write

        write([call_page(impact["calls"], tuple(map(text_of, warnings)), found["auditHead"])], out)
    if as_json:
        output.emit_json(found)
    elif out is not None:
        output.notice(say("Written: {file} ({count} calls)", file=str(out), count=f"{len(impact['calls']):,}"))
    else:
        for text in printed(
            impact["calls"], read_time(impact["since"]), text_of(heading(impact)), warnings, head=found["auditHead"]
        ):
            output.line(text)
