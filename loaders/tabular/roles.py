"""Columns of a list of things that name who answers for each: 设备主人, 客户经理, 抢修班组, with their numbers behind.

A head is read so where its role is one of the schema's; 负责人 and 责任人 do not say which.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from loaders.tabular.beside import BesideColumn, UnsaidBesideError, contact_type_of, contacts_of, ids_beside
from loaders.tabular.counted import NUMBERS
from loaders.tabular.heads import bare_head
from loaders.tabular.holders import Holder, holder_id, link_of
from loaders.tabular.made import Link, Made
from loaders.tabular.marks import says_none
from loaders.tabular.names import clean_id, fitting, plain_name
from loaders.tabular.phones import first_digits
from loaders.tabular.record import Record
from loaders.tabular.several import has_number, people_in
from loaders.tabular.synonyms import role_named
from loaders.tabular.writing import UnclearError, UnsaidError
from schema.access import CUSTOMERS_ROLES
from schema.people import compact
from schema.registry import CLASS_OF, EntityKind
from schema.validation import masked
from schema.vocabulary import ResponsibilityRole
from schema.words import said

_Role = ResponsibilityRole
_TEAMS = ("班组", "队伍", "班", "队", "组")
_OF_A_CUSTOMER = frozenset({"联系人", "客户联系人", "用户联系人", "单位联系人", "主要联系人", "contact"})
"""Who is to be called of a customer, in lists that know one contact: about outages first."""
_STATIONS = frozenset({EntityKind.SUBSTATION, EntityKind.BUSBAR_SECTION})
_GROUPS = ("grid", "customer")
_REACH = ("电话", "手机", "号码", "联系方式", "phone", "mobile", "tel")


class RoleColumn(NamedTuple):
    """A column of holders of a role, and those of their numbers."""

    place: int
    header: str
    role: ResponsibilityRole
    kind: EntityKind
    numbers: tuple[BesideColumn, ...]


def role_columns(
    kind: EntityKind, header: Sequence[str], unknown: list[str], beside: list[BesideColumn]
) -> list[RoleColumn]:
    """The columns of roles of a list; they, and those of their numbers, are taken out of the other two lists."""
    if CLASS_OF[kind].group not in _GROUPS:
        return []
    found: list[RoleColumn] = []
    for place, head in enumerate(header):
        role = _role_of(kind, head) if head in unknown else None
        if role is not None:
            bare = plain_name(bare_head(head)[0])
            holders = EntityKind.TEAM if bare.endswith(_TEAMS) else EntityKind.PERSON
            found.append(RoleColumn(place, head, role, holders, ()))
            unknown.remove(head)
    return [_with_numbers(each, header, unknown, beside) for each in found]


def _role_of(kind: EntityKind, head: str) -> ResponsibilityRole | None:
    bare = bare_head(head)[0]
    role = role_named(bare)
    if role is None and kind is EntityKind.CUSTOMER and plain_name(bare) in _OF_A_CUSTOMER:
        return _Role.CUSTOMER_OUTAGE_CONTACT
    return _Role.SUBSTATION_OPERATION if role is _Role.LINE_MAINTENANCE and kind in _STATIONS else role


def is_assumed(column: RoleColumn) -> bool:
    """Whether its head does not say which role it is of."""
    return role_named(bare_head(column.header)[0]) is None


def _with_numbers(
    column: RoleColumn, header: Sequence[str], unknown: list[str], beside: list[BesideColumn]
) -> RoleColumn:
    """With its numbers: the columns that name it (客户经理电话), and that of any number directly behind it."""
    if column.kind is not EntityKind.PERSON:
        return column
    bare = plain_name(bare_head(column.header)[0])
    numbers: list[BesideColumn] = []
    for place, head in enumerate(header):
        name = plain_name(bare_head(head)[0])
        own = name.startswith(bare) and name != bare
        if not (own or place == column.place + 1) or not name.endswith(_REACH):
            continue
        mine = next((each for each in beside if each.place == place), None)
        if mine is not None:
            beside.remove(mine)
        elif head in unknown:
            unknown.remove(head)
        else:
            continue
        numbers.append(BesideColumn(place, head, contact_type_of(name.removeprefix(bare))))
    return column._replace(numbers=tuple(numbers))


def ids_of_roles(columns: Sequence[RoleColumn], ident: str, system: str, cells: Sequence[str]) -> list[str]:
    """Ids of what these columns may have made of a row: they stay where it is rejected."""
    found = []
    for column in columns:
        for name in _names(column, cells):
            holders = {holder_id(column.kind, system, name, digits) for digits in ("", *_digits(column.numbers, cells))}
            found += [_assignment(column, ident, system, name), *sorted(holders)]
            found += [each for holder in sorted(holders) for each in ids_beside(column.numbers, holder, system, cells)]
    return found


def made_roles(columns: Sequence[RoleColumn], record: Record) -> tuple[list[Made], list[Link]]:
    """The assignments of a row. Raises UnsaidBesideError where numbers need a country that nobody said."""
    made: list[Made] = []
    links: list[Link] = []
    for column in columns:
        text = record.text(column.place, column.header)
        if has_number(text):
            record.collector.count(NUMBERS, record.row, column.header)
        names = _people(text)
        for name in names:
            assignment = _assignment(column, record.ident, record.system, name)
            numbers = column.numbers if len(names) == 1 else ()
            made.append(Made(EntityKind.ASSIGNMENT, {"id": assignment, "role": column.role}, shared=True))
            links.append(link_of(assignment, record.ident, column.header))
            record.collector.hold(_holder(column, assignment, name, numbers, record), record.row)
    return made, links


def _holder(column: RoleColumn, assignment: str, name: str, numbers: Sequence[BesideColumn], record: Record) -> Holder:
    return Holder(
        kind=column.kind,
        assignment=assignment,
        name=name,
        column=column.header,
        system=record.system,
        customers=column.role in CUSTOMERS_ROLES,
        digits=next(iter(_digits(numbers, record.cells)), ""),
        contacts=tuple(_contacts(numbers, record, holder_id(EntityKind.PERSON, record.system, name))),
    )


def _digits(numbers: Sequence[BesideColumn], cells: Sequence[str]) -> list[str]:
    """The first number of each column, as its country dials it."""
    firsts = (first_digits(cells[each.place]) for each in numbers)
    return [first.removeprefix("00").removeprefix("86") for first in firsts if first]


def _names(column: RoleColumn, cells: Sequence[str]) -> list[str]:
    text = cells[column.place].strip()
    return [] if says_none(text) else _people(text)


def _people(text: str) -> list[str]:
    return list(dict.fromkeys(map(clean_id, people_in(text)))) if text else []


def _assignment(column: RoleColumn, ident: str, system: str, name: str) -> str:
    told = ":".join([EntityKind.ASSIGNMENT.value, system, column.role.value, compact(name), ident])
    return fitting(told, EntityKind.ASSIGNMENT, system)


def _contacts(numbers: Sequence[BesideColumn], record: Record, person: str) -> list[Made]:
    """The contacts of a holder; a number that is none costs itself."""
    found: list[Made] = []
    for column in numbers:
        cell = record.cells[column.place]
        text = cell.strip()
        if not text or says_none(text):
            continue
        before = sum(1 for each in found if each.fields["id"].startswith(f"{person}:{column.code}"))
        try:
            found += contacts_of(column, person, cell, None, record.writing, before)
        except UnsaidError as error:
            raise UnsaidBesideError(column, masked(text), error) from error
        except UnclearError as error:
            record.collector.remark(record.row, column.header, masked(text), said(error), error.remedy, dropped=True)
    return found
