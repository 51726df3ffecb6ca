"""`baodian who`: who answers for a thing, at which number, and where nobody does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.asking import asking
from graph_api.cli.labels import label
from graph_api.cli.names import FAILING, resolve
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.cli.times import AtOption, minute_asked, read_time
from graph_api.errors import InvalidInput
from schema.remedies import REMEDY
from schema.telephone import spoken
from schema.vocabulary import ContactType, DutyState, GapReason, ResponsibilityRole
from schema.words import Language, current, say, text_of

ANSWERED = (*FAILING, "AREA")
"""Kinds that somebody answers for."""
Answer = Mapping[str, Any]


def who(
    thing: Annotated[
        str,
        typer.Argument(help=say("Id, name or search text of equipment, a feeder, a customer, an area.")),
    ],
    at: AtOption = None,
    role: Annotated[
        list[str] | None,
        typer.Option("--role", help=say("Only this role, as CUSTOMER_MANAGER or 客户经理; repeatable.")),
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Who answers for a thing at a time."""
    roles = roles_named(role)
    with asking(store, server, ["who"], at) as ask:
        found = ask.ask(
            "who",
            id=resolve(ask, thing, ANSWERED),
            roles=roles,
            lang=current().value,
        )
        if found["node"]["responsibility"] is None:
            raise InvalidInput(
                say(
                    "{thing} is nothing that somebody answers for. Name equipment, a feeder, a customer or an area.",
                    thing=f"{found['node']['id']} ({_named(found['node'])})",
                ),
                id=found["node"]["id"],
            )
        if as_json:
            output.emit_json(found)
        else:
            _show(found["node"], at)


def roles_named(names: list[str] | None) -> list[str] | None:
    """Codes of roles by code or Chinese term; None for none. Raises InvalidInput for an unknown one."""
    if not names:
        return None
    known = {word.casefold(): role.value for role in ResponsibilityRole for word in (role.value, role.zh)}
    for name in names:
        if name.casefold() not in known:
            words = ", ".join(f"{role.value} {role.zh}" for role in ResponsibilityRole)
            raise InvalidInput(
                say("{name} is no role. The roles are: {roles}.", name=repr(name), roles=words), role=name
            )
    return [known[name.casefold()] for name in names]


def _named(node: Answer) -> str:
    named: str = node["zh"] if current() is Language.ZH else node["en"]
    return named


def _show(node: Answer, asked: datetime | None) -> None:
    from rich.text import Text

    table = node["responsibility"]
    output.emit(Text(output.visible(f"{_named(node)} · {minute_asked(read_time(table['at']), asked)}"), "bold"))
    if not table["byRole"]:
        output.emit(Text(text_of(say("Nobody is assigned, and nobody has to be.")), "yellow"))
        return
    rows = (row for each in table["byRole"] for row in _lines(each))
    phone, duty = say("phone"), say("on duty")
    heads = (say("role"), say("call"), phone, duty, say("through"))
    output.emit(output.table(say("Who answers"), *heads, rows=rows, whole=[phone, duty]))
    for each in table["byRole"]:
        if each["gap"] is not None:
            output.emit(Text(output.visible(text_of(_gap(each))), "bold red"))


def _gap(each: Answer) -> str:
    role, gap = label(ResponsibilityRole, each["role"]), label(GapReason, each["gap"])
    remedy, first = REMEDY[GapReason.of(each["gap"])], each["first"]
    if doubtful := unverified_of(first):
        return say(
            "Gap: {role}, {gap}. Until then try {person} {phone}, which nobody verified. Remedy: {remedy}.",
            role=role,
            gap=gap,
            person=called(first),
            phone=doubtful,
            remedy=remedy,
        )
    if first["number"] is None:
        return say("Gap: {role}, {gap}. Remedy: {remedy}.", role=role, gap=gap, remedy=remedy)
    return say(
        "Gap: {role}, {gap}. Now call {person} {phone}; then {remedy}.",
        role=role,
        gap=gap,
        person=called(first),
        phone=phone_of(first),
        remedy=remedy,
    )


def called(row: Answer) -> str:
    """Name of the person, else of the group; "" for nobody."""
    holder = row["person"] or row["group"]
    return "" if holder is None else holder["name"] or holder["id"]


def phone_of(row: Answer) -> str:
    """The number to call, as it is dialled; "" for none."""
    return "" if row["number"] is None else spoken(row["number"]["value"])


def unverified_of(row: Answer) -> str:
    """The first number of somebody who has no other, which nobody verified; "" for none."""
    if row["number"] is not None or row["gap"] != GapReason.NO_VERIFIED_CONTACT.value:
        return ""
    numbers = (each["value"] for each in row["contacts"] if each["contactType"] != ContactType.EMAIL.value)
    return next((spoken(value) for value in numbers), "")


def duty_of(row: Answer) -> str:
    """ "yes" for who is on duty, "standby" for who can be called in; else ""."""
    said = {DutyState.DUTY.value: say("yes"), DutyState.STANDBY.value: say("standby")}
    return text_of(said[row["duty"]]) if called(row) and row["duty"] in said else ""


def _lines(each: Answer) -> Iterator[tuple[object, ...]]:
    from rich.text import Text

    first, gap = each["first"], each["gap"]
    phone, name = phone_of(first), called(first)
    doubtful = unverified_of(first)
    shown = text_of(say("{phone} (?)", phone=doubtful)) if doubtful else phone
    style = "" if phone and gap is None else "yellow" if phone else "bold red"
    duty = duty_of(first)
    through = (first["through"]["name"] or first["through"]["id"]) if name else ""
    if gap is not None:
        why = label(GapReason, gap)
        if not doubtful:
            name = f"{name} ({why})" if name and first["gap"] != GapReason.ON_LEAVE.value else why
    cells = (label(ResponsibilityRole, each["role"]), name, shown, duty, through)
    yield tuple(Text(output.visible(cell), style) for cell in cells)
    deputy = each["deputy"]
    if deputy is not None:
        stands_in = text_of(say("deputy {name}", name=called(deputy)))
        yield (
            "",
            Text(output.visible(stands_in), "dim"),
            Text(phone_of(deputy), "dim"),
            Text(duty_of(deputy), "dim"),
            "",
        )
