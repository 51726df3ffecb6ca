"""The responsibility table of an incident (供电保障责任分解表): per thing and role whom to call, and gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from graph_api.exports.sheets import Sheet
from graph_api.readmodel.model import ReadModel
from graph_api.services.duty.calling import REMEDY, Call, call_sheet, deputy_of, first_of, number_of, spoken
from graph_api.services.duty.responsibility import Responsibilities, ResponsibilityRow, ResponsibilityTable
from graph_api.services.outage.impact import Impact
from schema.customer import Customer
from schema.people import Contact
from schema.registry import EntityKind

HEADS = (
    "对象 subject", "等级 class", "供电状态 state", "时限 deadline", "角色 role", "找谁 person", "电话 phone",
    "值班 on duty", "由来 through", "代理 deputy", "代理电话 deputy's phone", "缺口 gap", "补救 remedy",
)  # fmt: skip
CALL_HEADS = ("顺序 order", "找谁 who", "电话 phone", "时限 until", "事由 about", "缺口 gap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerer:
    """Who answers in a role, in words: "" = not there; `on_duty` is None for nobody."""

    role: str
    person: str
    phone: str
    on_duty: bool | None
    through: str
    deputy: str
    deputy_phone: str
    gap: str
    remedy: str


def answerers(model: ReadModel, table: ResponsibilityTable) -> Iterator[Answerer]:
    """One per role of a table, in the table's order."""
    for role in dict.fromkeys(row.role for row in table.rows):
        held = next(row for row in table.rows if row.role is role)
        first, deputy = first_of(table, role) or held, deputy_of(table, role)
        missing = any(row.role is role for row in table.gaps) or first.gap is not None
        yield Answerer(
            role=role.zh,
            person=who(model, first),
            phone=phone(model, first),
            on_duty=first.on_duty if who(model, first) else None,
            through=title(model, first.through) if first.assignment is not None else "",
            deputy="" if deputy is None else who(model, deputy),
            deputy_phone="" if deputy is None else phone(model, deputy),
            gap=held.gap.zh if missing and held.gap is not None else "",
            remedy=REMEDY[held.gap] if missing and held.gap is not None else "",
        )


def who(model: ReadModel, row: ResponsibilityRow | Call) -> str:
    """Name of the person, else of the team; "" for nobody."""
    index = row.group if row.person is None else row.person
    return "" if index is None else title(model, index)


def phone(model: ReadModel, row: ResponsibilityRow) -> str:
    """The verified number to call first, as it is dialled; "" for none."""
    index = number_of(model.graph, row)
    return "" if index is None else spoken(model.graph.get(Contact, index).value)


def title(model: ReadModel, index: int) -> str:
    """A thing's name, or its id where it has none."""
    return model.graph.name(index) or model.graph.id(index)


def incident_sheets(found: Impact) -> list[Sheet]:
    """The table (equipment first, then customers in order of need, a row per role), and the call sheet."""
    rows = list(_rows(found))
    return [Sheet("供电保障责任分解表", HEADS, rows), call_page(found, call_sheet(found))]


def call_page(found: Impact, calls: Sequence[Call]) -> Sheet:
    """The call sheet as a table."""
    model = found.model
    rows = [
        (
            place,
            who(model, call),
            "" if call.number is None else spoken(model.graph.get(Contact, call.number).value),
            call.deadline,
            "; ".join(_reason(model, call)),
            "" if call.gap is None else f"{call.gap.zh}: {REMEDY[call.gap]}",
        )
        for place, call in enumerate(calls, 1)
    ]
    return Sheet("电话表", CALL_HEADS, rows)


def _reason(model: ReadModel, call: Call) -> Iterator[str]:
    for task in call.tasks:
        hand = " 手动切换 transfer by hand" if task.transfer_by_hand else ""
        yield f"{task.role.zh}: {title(model, task.about)}{hand}"


def _rows(found: Impact) -> Iterator[tuple[str | bool | None, ...]]:
    model, tables = found.model, Responsibilities(found.model, found.at)
    for index in found.equipment:
        if model.graph.kind(index) is not EntityKind.CUSTOMER:
            yield from _of_subject(model, (title(model, index), "", "", ""), tables.of(index))
    for _, index in found.customers():
        each = found.affected(index)
        due = "" if each.most_urgent is None else f"{each.most_urgent.deadline.astimezone():%Y-%m-%d %H:%M}"
        head = (title(model, index), model.graph.get(Customer, index).importance.zh, each.state.zh, due)
        yield from _of_subject(model, head, tables.of(index))


def _of_subject(
    model: ReadModel, head: tuple[str, ...], table: ResponsibilityTable
) -> Iterator[tuple[str | bool | None, ...]]:
    for each in answerers(model, table):
        words = (getattr(each, field.name) for field in fields(each))
        yield (*head, *words)
