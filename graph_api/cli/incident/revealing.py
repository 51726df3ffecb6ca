"""`baodian incident reveal`: the numbers of whom an incident concerns, for a reason that the audit keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.asking import Asking, asking
from graph_api.cli.incident.acting import IncidentArgument, incident_of, refuse
from graph_api.cli.names import FAILING, resolve_all
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from schema.telephone import spoken
from schema.vocabulary import ContactType
from schema.words import current, say

REVEALS = ("room_incidents", "reveal_contact")
"""Operations that revealing asks."""
NAMED = (*FAILING, "PERSON", "TEAM", "ORGANISATION")
"""Kinds of what has numbers or people, beside customers, whom a name that is theirs too means first."""
MOST = 500
"""Contacts that are revealed in one step."""
IncidentOption = Annotated[
    str | None,
    typer.Option(
        "--incident", metavar="INCIDENT", help=say("Reveal numbers that this incident concerns, by --reason.")
    ),
]
ReasonOption = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help=say("Why; it stands in the audit."))]


def reveal_in(ask: Asking, incident: str, reason: str, numbers: Sequence[dict[str, Any]]) -> None:
    """Show those of these numbers that are hidden; of what the incident does not concern it is told, once for each."""
    hidden = list(dict.fromkeys(each["id"] for each in numbers if each["masked"]))
    id = incident_of(ask, incident) if hidden else ""
    shown: dict[str, str] = {}
    for start in range(0, len(hidden), MOST):
        asked = {"of": hidden[start : start + MOST], "incident": id, "reason": reason}
        found = ask.ask("reveal_contact", input=asked)["revealContact"]
        shown |= {each["id"]: each["value"] for each in found["contacts"]}
        for wrong in dict.fromkeys(each["message"] for each in found["userErrors"]):
            output.notice(wrong)
    for each in numbers:
        if each["id"] in shown:
            each.update(value=shown[each["id"]], masked=False)


def reveal(
    incident: IncidentArgument,
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME...", help=say("Customers, people, teams or equipment that it concerns.")),
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=say("Why; it stands in the audit."))],
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Show the numbers of whom an incident concerns; the audit tells who saw which, and why."""
    with asking(store, server, REVEALS) as ask:
        asked = {
            "of": resolve_all(ask, names, ["CUSTOMER"], else_kinds=NAMED),
            "incident": incident_of(ask, incident),
            "reason": reason,
        }
        found = ask.ask("reveal_contact", input=asked)["revealContact"]
    if as_json:
        output.emit_json(found)
    elif found["contacts"]:
        heads = (say("contact"), say("phone"), say("type"), say("verified"))
        output.emit(output.table(say("Numbers"), *heads, rows=_rows(found["contacts"]), whole=[say("phone")]))
    refuse(found["userErrors"])


def _rows(contacts: list[Any]) -> Iterator[tuple[object, ...]]:
    for each in contacts:
        holder, kind = each["holder"], ContactType.of(each["contactType"])
        name = "" if holder is None else holder["name"] or holder["id"]
        yield name, spoken(each["value"]), kind.label(current()), each["verifiedOn"]
