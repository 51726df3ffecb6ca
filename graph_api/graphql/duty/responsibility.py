"""Responsibility as the API shows it: who answers for a thing, through what, how to reach them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry

from graph_api.graphql.context import Context
from graph_api.graphql.entities import Contact, Entity, Person, Team
from graph_api.services.duty import responsibility as service
from schema.registry import EntityKind
from schema.vocabulary import GapReason, Rank, ResponsibilityRole


@strawberry.type(description="责任行: a role, who holds it, and through what it applies.")
class ResponsibilityRow:
    """A row of the responsibility table."""

    role: ResponsibilityRole = strawberry.field(description="责任角色: the role.")
    group: Team | None = strawberry.field(description="组别: team that holds it; null if a person alone does.")
    person: Person | None = strawberry.field(description="责任人: who holds it; null for a gap or a team as a whole.")
    rank: Rank | None = strawberry.field(description="AB角: first holder or deputy; null in a gap.")
    on_duty: bool = strawberry.field(description="在班: true if a shift says so; who is not rostered is false.")
    area: Entity | None = strawberry.field(description="责任区域: the area that it is held for, where it is one.")
    through: Entity = strawberry.field(description="责任来源: what the assignment covers, and so why it applies here.")
    distance: int = strawberry.field(description="距离: 0 = assigned to the thing itself; more = to what it lies in.")
    contacts: list[Contact] = strawberry.field(description="联系方式: in order of calling.")
    backup: list[ResponsibilityRow] = strawberry.field(
        description="后备: who can be reached one step further, where nobody of this role here can."
    )
    gap: GapReason | None = strawberry.field(description="责任缺口: why this holder cannot be reached; null = can be.")


@strawberry.type(description="责任分解表: everybody who answers for a thing at a time.")
class ResponsibilityTable:
    """The table."""

    at: datetime = strawberry.field(description="时间: when it is true.")
    rows: list[ResponsibilityRow] = strawberry.field(
        description="责任行: by role; who can be reached first, on duty first, A before B."
    )
    gaps: list[ResponsibilityRow] = strawberry.field(
        description="责任缺口: required roles in which nobody is reachable."
    )


def table_of(
    context: Context, index: int, at: datetime | None, roles: Sequence[ResponsibilityRole] | None
) -> ResponsibilityTable:
    """Who answers for a thing."""
    when = at or context.now
    found = context.responsibilities(when).of(index, None if roles is None else frozenset(roles))
    return ResponsibilityTable(
        at=when,
        rows=[_shown(context, row) for row in found.rows],
        gaps=[_shown(context, row) for row in found.gaps],
    )


def manager_of(context: Context, customer: int) -> Any:
    """The customer manager who can be reached first; None if there is none."""
    rows = context.responsibilities(context.now).of(customer, frozenset([ResponsibilityRole.CUSTOMER_MANAGER])).rows
    person = next((row.person for row in rows if row.person is not None), None)
    return context.thing(person)


def _shown(context: Context, row: service.ResponsibilityRow) -> ResponsibilityRow:
    """The row as the API shows it; one that many things share is made once a request."""
    known = context.shown_rows.get(id(row))
    if known is None:
        # `row` is kept with it: its identity is not used again while it is known
        known = context.shown_rows[id(row)] = row, _row(context, row)
    shown: ResponsibilityRow = known[1]
    return shown


def _row(context: Context, row: service.ResponsibilityRow) -> ResponsibilityRow:
    through = context.thing(row.through)
    return ResponsibilityRow(
        role=row.role,
        group=context.thing(row.team),
        person=context.thing(row.person),
        rank=row.rank,
        on_duty=row.on_duty,
        area=through if context.graph.kind(row.through) is EntityKind.AREA else None,
        through=through,
        distance=row.distance,
        contacts=context.things(row.contacts),
        backup=[_row(context, each) for each in row.backup],
        gap=row.gap,
    )
