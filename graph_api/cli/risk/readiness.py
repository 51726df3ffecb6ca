"""`baodian readiness`: what is not ready before anything happens."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.asking import asking
from graph_api.cli.labels import word
from graph_api.cli.names import resolve_all, title
from graph_api.cli.risk.screen import CLASSES
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.cli.times import AtOption
from schema.vocabulary import Importance
from schema.words import Sentence, current, say


class Kind(StrEnum):
    """Kinds of findings as the option takes them."""

    PLAN_MISSING = "PLAN_MISSING"
    REVIEW_OVERDUE = "REVIEW_OVERDUE"
    DRILL_OVERDUE = "DRILL_OVERDUE"
    PROCEDURE_MISSING = "PROCEDURE_MISSING"
    STEP_INCOMPLETE = "STEP_INCOMPLETE"
    STEP_CONTRADICTED = "STEP_CONTRADICTED"
    BACK_FEED = "BACK_FEED"
    ROLE_GAP = "ROLE_GAP"


KINDS: Mapping[str, Sentence] = {
    Kind.PLAN_MISSING: say("no approved plan"),
    Kind.REVIEW_OVERDUE: say("review overdue"),
    Kind.DRILL_OVERDUE: say("drill overdue"),
    Kind.PROCEDURE_MISSING: say("procedure missing"),
    Kind.STEP_INCOMPLETE: say("step without a doer"),
    Kind.STEP_CONTRADICTED: say("step contradicted"),
    Kind.BACK_FEED: say("back-feed"),
    Kind.ROLE_GAP: say("role not held"),
}
"""Kinds of findings in a word."""


def readiness(
    customers: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CUSTOMER]...", help=say("Only these: id, name or search text.")),
    ] = None,
    kind: Annotated[
        list[Kind] | None,
        typer.Option("--kind", case_sensitive=False, help=say("Only this kind of finding; repeatable.")),
    ] = None,
    importance: Annotated[
        list[Importance] | None,
        typer.Option("--importance", case_sensitive=False, help=say("Only customers of this class; repeatable.")),
    ] = None,
    at: AtOption = None,
    first: Annotated[int, typer.Option("--first", min=1, help=say("Rows to show; --json gives all."))] = output.LISTED,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """What is not ready in plans and responsibility."""
    with asking(store, server, ["readiness"], at) as ask:
        named = resolve_all(ask, customers, ["CUSTOMER"]) if customers else None
        wanted = {"kinds": kind or None, "importance": importance or None, "customers": named}
        found = ask.ask_all(
            "readiness", "readiness", most=None if as_json else first,
            filter=wanted, lang=current().value,
        )  # fmt: skip
    if as_json:
        output.emit_json(found)
        return
    page = found["readiness"]
    about = say("{count} finding", many="{count} findings", count=page["totalCount"])
    output.emit(output.table(about, say("customer"), say("what"), say("why"), rows=map(_row, page["nodes"])))
    more = page["totalCount"] - len(page["nodes"])
    if more:
        output.notice(
            say("There are {more} more: --first shows more, --kind and --importance fewer.", more=f"{more:,}")
        )


def _row(finding: dict[str, Any]) -> tuple[object, ...]:
    customer = finding["customer"]
    named = f"{title(customer)}\n{word(CLASSES, customer['importance'])}"
    return named, word(KINDS, finding["kind"]), finding["text"]
