"""`baodian loads`: which files were loaded, and what was rejected of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.asking import asking
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.cli.times import local_minute, read_time
from graph_api.errors import InvalidInput
from schema.words import Sentence, current, say

Answer = Mapping[str, Any]
LARGEST = 2**31 - 1
"""Largest number that GraphQL has for an Int."""


def loads(
    number: Annotated[
        int | None, typer.Argument(min=1, max=LARGEST, help=say("Number of a load: show the rows it rejected."))
    ] = None,
    system: Annotated[str | None, typer.Option("--system", help=say("Only those of this source system."))] = None,
    rejected: Annotated[bool, typer.Option("--rejected", help=say("Only those with rejected rows."))] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help=say("Most rows to show; --json gives all."))] = 50,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Say which files were loaded, or what was rejected of one."""
    chosen = {"number": number, "system": system, "withRejects": rejected or None}
    with asking(store, server, ["loads", "rejects"]) as ask:
        if number is None:
            found = ask.ask_all("loads", "loads", most=None if as_json else limit, filter=chosen)
        else:
            found = ask.ask("rejects", filter=chosen, lang=current().value)
    nodes = found["loads"]["nodes"]
    if number is not None and not nodes:
        raise InvalidInput(say("There is no load {number}; `baodian loads` lists them.", number=number))
    if as_json:
        output.emit_json(found)
    elif number is None:
        _show_loads(found["loads"])
    else:
        _show_rejects(nodes[0])


def _show_loads(page: Answer) -> None:
    if not page["nodes"]:
        output.notice(say("No load fits, or the graph was not made by `baodian load`."))
        return
    counts = (say("read"), say("taken"), say("duplicates"), say("rejected"))
    heads = ("#", say("file (source system)"), say("loaded"), *counts)
    rows = (
        (each["number"], f"{each['file']} ({each['system']})", _minute(each), *_counts(each)) for each in page["nodes"]
    )
    whole = ["#", heads[2], *counts]
    output.emit(output.table(say("Loads, counted in rows"), *heads, rows=rows, numbers=["#", *counts], whole=whole))
    more = page["totalCount"] - len(page["nodes"])
    if more:
        output.notice(say("There are {more} more; --limit shows them.", more=f"{more:,}"))
    if any(each["rowsRejected"] for each in page["nodes"]):
        output.notice(say("Rows that were rejected: baodian loads NUMBER"))


def _show_rejects(load: Answer) -> None:
    page, number, file = load["rejects"], load["number"], load["file"]
    system, at = load["system"], _minute(load)
    if load["rowsRejected"]:
        about = say(
            "Rejected by load {number} ({file}, {system}, {at})", number=number, file=file, system=system, at=at
        )
        _show_rows(about, page)
    else:
        told = say(
            "Load {number} ({file}, {system}, {at}) rejected no row.", number=number, file=file, system=system, at=at
        )
        output.notice(told)
    if load["dropped"]["nodes"]:
        left = say("Left out by load {number}: values of rows that it took, headings", number=number)
        _show_rows(left, load["dropped"])
    more = load["rowsRejected"] - page["totalCount"]
    if more > 0:
        output.notice(
            say(
                "{more} more rows were rejected for these reasons; `baodian load --rejects FILE.csv` writes every one.",
                more=f"{more:,}",
            )
        )


def _show_rows(about: Sentence, page: Answer) -> None:
    row = say("row")
    heads = (say("file"), row, say("column"), say("value"), say("reason"), say("remedy"))
    names = ("file", "row", "column", "value", "reason", "remedy")
    rows = (tuple(each[name] or "" for name in names) for each in page["nodes"])
    output.emit(output.table(about, *heads, rows=rows, numbers=[row]))


def _counts(load: Answer) -> tuple[str, ...]:
    return tuple(f"{load[name]:,}" for name in ("rowsRead", "rowsTaken", "rowsDuplicate", "rowsRejected"))


def _minute(load: Answer) -> str:
    return local_minute(read_time(load["loadedAt"]))
