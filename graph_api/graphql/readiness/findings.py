"""What is not ready before anything happens, as the API shows it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import strawberry

from graph_api.graphql.context import Context, Info
from graph_api.graphql.entities import Customer, Entity
from graph_api.graphql.entities.arguments import LanguageArgument
from graph_api.graphql.enums import described
from graph_api.graphql.fields import answers
from graph_api.graphql.lists.connections import Connection, Paging
from graph_api.graphql.lists.cursors import query_hash
from graph_api.graphql.projection import shown, shows
from graph_api.services.readiness import findings as service
from graph_api.services.readiness.finding_kinds import FindingKind
from schema.vocabulary import Importance, ResponsibilityRole, SupplyState
from schema.words import Language

described(
    FindingKind,
    {each.name: f"{each.zh}。 {each.en}" for each in FindingKind},
    "应急准备问题类型: 尚未就绪的是什么。 What is not ready.",
)


@strawberry.input(description="问题筛选: 给出的各项条件须同时满足。 Every condition that is given must hold.")
class FindingFilter:
    """Which findings."""

    kinds: list[FindingKind] | None = strawberry.field(
        default=None, description="类型: 只看这些类型，空值为全部。 Of these kinds; null = all."
    )
    importance: list[Importance] | None = strawberry.field(
        default=None,
        description="重要等级: 只看这些等级的客户，空值为全部。 Of customers of these classes; null = all.",
    )
    customers: list[strawberry.ID] | None = strawberry.field(
        default=None, description="客户: 只看这些客户，空值为全部。 Of these customers; null = all."
    )


@shows(
    service.Finding,
    description="应急准备问题: 某一客户尚未就绪的一处。 One thing that is not ready at a customer.",
)
class Finding:
    """A finding."""

    listed: ClassVar[str] = "findings"

    @answers("标识: 同一问题在各版本中的标识相同。 The same for the same finding at every revision.")
    def id(self: service.Finding, info: Info) -> strawberry.ID:  # type: ignore[misc]
        """A stable key."""
        return strawberry.ID(service.key_of(info.context.graph, self))

    kind: FindingKind = shown("类型: 问题的类型。 What is not ready.")
    customer: Customer = shown("客户: 涉及的客户。 Whom it concerns.")
    thing: Entity = shown(
        "对象: 问题所在的步骤、预案版本或客户。 What it is about: a step, a version of the plan, or the customer."
    )
    acts_on: Entity | None = shown("操作对象: 步骤所依赖的设备。 What a contradicted step counts on; else null.")
    state: SupplyState | None = shown("供电状态: 所缺程序对应的供电状态。 What a missing procedure is for; else null.")
    role: ResponsibilityRole | None = shown("岗位: 空缺的岗位。 The role of a gap; else null.")

    @answers("说明: 所选语言的说明。 What is wrong, in the language asked for.")
    def text(self: service.Finding, lang: LanguageArgument = Language.ZH) -> str:  # type: ignore[misc]
        """In words."""
        return self.sentence.text(lang)


def findings_of(
    context: Context, wanted: FindingFilter | None, at: datetime | None, first: int, after: str | None
) -> Connection[service.Finding]:
    """A page of what is not ready; a cursor keeps the time that its list was made for."""
    graph, asked = context.graph, wanted or FindingFilter()
    ids = None if asked.customers is None else sorted(asked.customers)
    told = {"kinds": asked.kinds, "importance": asked.importance, "customers": ids, "at": at}
    paging = Paging.of(
        first, after, at=context.moment(at), revision=graph.revision, query=query_hash("readiness", told)
    )
    found = service.findings(
        context.model,
        paging.at,
        kinds=asked.kinds,
        importance=asked.importance,
        customers=None if ids is None else tuple(map(graph.index, ids)),
    )
    return paging.cut_sorted(found, lambda each: service.sort_key(context.model, each), lambda each: each)
