"""Responsibility as the API shows it: who answers for a thing, through what, how to reach them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from graph_api.graphql.context import Info
from graph_api.graphql.entities import Contact, Entity, Person, Team
from graph_api.graphql.fields import answers
from graph_api.graphql.projection import shown, shows
from graph_api.services.duty import responsibility as service
from schema.registry import EntityKind
from schema.vocabulary import GapReason, Rank, ResponsibilityRole


@shows(service.ResponsibilityRow, description="责任行: a role, who holds it, and through what it applies.")
class ResponsibilityRow:
    """A row of the responsibility table."""

    role: ResponsibilityRole = shown("责任角色: the role.")
    group: Team | None = shown("组别: team that holds it; null if a person alone does.")
    person: Person | None = shown("责任人: who holds it; null for a gap or a team as a whole.")
    rank: Rank | None = shown("AB角: first holder or deputy; null in a gap.")
    on_duty: bool = shown("在班: true if a shift says so; who is not rostered is false.")

    @answers("责任区域: the area that it is held for, where it is one.")
    def area(self: Any, info: Info) -> Entity | None:
        """The area."""
        graph = info.context.graph
        return graph.entity(self.through) if graph.kind(self.through) is EntityKind.AREA else None

    through: Entity = shown("责任来源: what the assignment covers, and so why it applies here.")
    distance: int = shown("距离: 0 = assigned to the thing itself; more = to what it lies in.")
    contacts: list[Contact] = shown("联系方式: in order of calling.")
    backup: list[ResponsibilityRow] = shown(
        "后备: who can be reached one step further, where nobody of this role here can."
    )
    gap: GapReason | None = shown("责任缺口: why this holder cannot be reached; null = can be.")


@shows(service.ResponsibilityTable, description="责任分解表: everybody who answers for a thing at a time.")
class ResponsibilityTable:
    """The table."""

    at: datetime = shown("时间: when it is true.")
    rows: list[ResponsibilityRow] = shown("责任行: by role; who can be reached first, on duty first, A before B.")
    gaps: list[ResponsibilityRow] = shown("责任缺口: required roles in which nobody is reachable.")
