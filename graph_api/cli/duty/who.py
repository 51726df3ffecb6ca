"""`baodian who`: who answers for a thing, at which number, and where nobody does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.text import Text

from graph_api.cli import naming, output
from graph_api.cli.session import DEFAULT_STORE, StoreOption, read_model
from graph_api.cli.times import AtOption, moment
from graph_api.errors import InvalidInput
from graph_api.exports.incident_table import Answerer, answerers
from graph_api.readmodel.model import ReadModel
from graph_api.services.duty.calling import REMEDY, number_of
from graph_api.services.duty.responsibility import ResponsibilityRow, ResponsibilityTable, responsibility_of
from schema.people import Contact
from schema.registry import EntityKind
from schema.vocabulary import ResponsibilityRole

ANSWERED = naming.FAILING | {EntityKind.AREA}
"""Kinds that somebody answers for."""
HEADS = ("角色 role", "找谁 call", "电话 phone", "值班", "由来 through")


def who(
    thing: Annotated[str, typer.Argument(help="Id, name or search text of equipment, a feeder, a customer, an area.")],
    at: AtOption = None,
    role: Annotated[
        list[str] | None, typer.Option("--role", help="Only this role, as CUSTOMER_MANAGER or 客户经理; repeatable.")
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Who answers for a thing at a time: per role whom to call, the verified number, the deputy; gaps in red."""
    roles = roles_named(role)
    model = read_model(store)
    index = naming.resolve(model, thing, ANSWERED)
    table = responsibility_of(model, index, moment(at), roles)
    if as_json:
        output.emit_json({"of": naming.brief(model, index), **facts(model, table)})
        return
    _show(model, index, table)


def roles_named(names: list[str] | None) -> list[ResponsibilityRole] | None:
    """Roles by code or Chinese term; None for none. Raises InvalidInput for an unknown one."""
    if not names:
        return None
    known = {word.casefold(): role for role in ResponsibilityRole for word in (role.value, role.zh)}
    for name in names:
        if name.casefold() not in known:
            words = ", ".join(f"{role.value} {role.zh}" for role in ResponsibilityRole)
            raise InvalidInput(f"{name!r} is no role. The roles are: {words}.", role=name)
    return [known[name.casefold()] for name in names]


def _show(model: ReadModel, index: int, table: ResponsibilityTable) -> None:
    kind = model.graph.kind(index).zh
    output.emit(Text(f"{kind} {naming.title(model, index)} · {table.at.astimezone():%Y-%m-%d %H:%M}", "bold"))
    found = list(answerers(model, table))
    if not found:
        output.emit(Text("Nobody is assigned, and nobody has to be 无责任分配.", "yellow"))
        return
    rows = (row for each in found for row in _lines(each))
    output.emit(output.table("Who answers 供电保障责任", *HEADS, rows=rows, whole=HEADS[2:4]))
    gaps = [each for each in found if each.gap]
    for each in gaps:
        output.emit(Text(f"Gap 缺口: {each.role} {each.gap}. {_remedy(each)}", "bold red"))


def _remedy(each: Answerer) -> str:
    now = f"Now call {each.person} {each.phone}. " if each.phone else ""
    return f"{now}Then {each.remedy}." if now else f"{each.remedy[0].upper()}{each.remedy[1:]}."


def _lines(each: Answerer) -> Iterator[tuple[object, ...]]:
    style = "" if each.phone and not each.gap else "yellow" if each.phone else "bold red"
    duty = "在班" if each.on_duty else ""
    name = each.person if not each.gap else f"{each.person} ({each.gap})" if each.person else each.gap
    yield tuple(Text(cell, style) for cell in (each.role, name, each.phone, duty, each.through))
    if each.deputy:
        yield "", Text(f"备 {each.deputy}", "dim"), Text(each.deputy_phone, "dim"), "", ""


def facts(model: ReadModel, table: ResponsibilityTable) -> dict[str, Any]:
    """The table as JSON, in the words of the GraphQL API."""
    return {
        "at": table.at,
        "rows": [row_facts(model, row) for row in table.rows],
        "gaps": [row_facts(model, row) for row in table.gaps],
    }


def row_facts(model: ReadModel, row: ResponsibilityRow) -> dict[str, Any]:
    """A row as JSON; `call` is the verified number to use first."""
    graph, number = model.graph, number_of(model.graph, row)
    return {
        "role": row.role.value,
        "group": None if row.group is None else naming.brief(model, row.group),
        "person": None if row.person is None else naming.brief(model, row.person),
        "rank": None if row.rank is None else row.rank.value,
        "onDuty": row.on_duty,
        "through": naming.brief(model, row.through),
        "distance": row.distance,
        "call": None if number is None else graph.get(Contact, number).value,
        "contacts": [_contact(graph.get(Contact, each)) for each in row.contacts],
        "gap": None if row.gap is None else row.gap.value,
        "remedy": None if row.gap is None else REMEDY[row.gap],
        "backup": [row_facts(model, each) for each in row.backup],
    }


def _contact(contact: Contact) -> dict[str, Any]:
    return {"kind": contact.contact_type.value, "value": contact.value, "verifiedOn": contact.verified_on}
