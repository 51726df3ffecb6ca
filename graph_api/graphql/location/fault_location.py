"""Fault location: where the fault can be, as the API shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

import strawberry

from graph_api.graphql.context import Context, Info
from graph_api.graphql.entities import Customer
from graph_api.graphql.enums import described
from graph_api.graphql.fields import After, First, answers
from graph_api.graphql.lists.connections import Connection, Paging
from graph_api.graphql.lists.cursors import query_hash
from graph_api.graphql.location.candidates import Candidate
from graph_api.graphql.location.checks import Check
from graph_api.graphql.location.evidence import Evidence, EvidenceInput, SetAside, known_reports
from graph_api.graphql.outage.event import SwitchAssumption, assumptions_of
from graph_api.graphql.projection import shown, shows
from graph_api.services import location as service
from graph_api.services.location import ContradictionKind, LocationFinding, ReportingCondition
from schema.numbers import Revision

__all__ = ["EvidenceList", "FaultLocation", "location_of"]


@shows(
    service.InsideCustomer,
    description="客户内部故障: 内部接线未登记、故障可能仅在其内部的客户。 A customer whose "
    "network is not recorded, and may be all that is faulty.",
)
class InsideCustomer:
    """A customer."""

    customer: Customer = shown("客户: 所指的客户。 Who.")
    probability: float = shown("概率: 故障仅在其内部的概率。 That nothing else is faulty.")


described(
    LocationFinding,
    {
        "PLACES": "有候选位置。 Places where the fault can be.",
        "NO_EVIDENCE": "无故障迹象。 Nothing that was reported or recorded says that anything is wrong.",
        "EXPLAINED": "所报信息均已有解释。 All that was reported is explained by planned work or arrears.",
    },
)
described(
    ContradictionKind,
    {
        "SAME_THING": "对同一对象说法相反。 Two sources differ about one thing.",
        "NO_PLACE_FITS_BOTH": "无论故障在何处都不能同时成立。 Wherever the fault is, one of them is wrong.",
    },
)


@shows(
    service.Contradiction,
    description="信息矛盾: 不能同时成立的两条信息，须核实哪一条有误。 "
    "Two reports of which one is wrong wherever the fault is: somebody has to look.",
)
class Contradiction:
    """Two reports."""

    kind: ContradictionKind = shown("类型: 矛盾的类型。 How they contradict each other.")
    says: Evidence = shown("肯定信息: 称已动作、有指示、失电或已发现的信息。 The one that says that it is so.")
    denies: Evidence = shown("否定信息: 与其矛盾、称没有的信息。 The one that denies what goes with it.")


described(
    ReportingCondition,
    {
        "USUAL": "各类信息出错程度与平时相同。 Reports err as usual.",
        "MISSING": "应有的信息缺失多于平时。 More reports than usual that should say yes do not.",
        "FALSE_REPORTS": "误报多于平时。 More reports than usual say yes falsely.",
        "BOTH": "缺失和误报均多于平时。 Both.",
    },
)


@shows(
    service.ConditionChance,
    description="上报状况: 本次各类信息出错程度的一种可能及其概率。 How the reports of this incident may err, and how "
    "probable that is.",
)
class ConditionChance:
    """A condition."""

    condition: ReportingCondition = shown("状况: 各类信息出错的程度。 How they err.")
    probability: float = shown("概率: 为该状况的概率，0 至 1。 That it is so, 0 to 1.")


@shows(
    service.FaultLocation,
    description="故障定位: 根据已收到的信息判断故障可能在哪里。 Where the fault can be, given what was reported.",
)
class FaultLocation:
    """The answer."""

    finding: LocationFinding = shown(
        "结论: 有无候选位置；无故障迹象或均已有解释时不给出位置。 Whether there are places at all: none is named where "
        "nothing says that anything is wrong, or all is explained."
    )
    revision: Revision = shown("版本号: 本结果所依据的图谱版本。 Revision of the graph that the answer is true of.")
    as_of: datetime = shown("数据时间: 该版本形成的时间。 When that revision was made.")
    at: datetime = shown("时间: 所查询的时刻。 Moment that was asked about.")
    rest: float = shown("其余概率: 未列出的位置的概率之和。 Of places that are not listed.")
    no_fault: float = shown("无故障概率: 完全没有故障的概率。 That nothing is faulty at all.")
    multiple: float = shown("多重故障概率: 同时存在两处故障的概率。 That there are two faults at once.")
    one_cause: bool = shown(
        "单一原因可解释: 一处故障（或没有故障）即可解释全部信息时为 true；为 false "
        "时可能有误报或多处故障。 True if one fault, or none, agrees with every "
        "report; if false, somebody misreports, or there is more than one fault."
    )
    temporary: bool = shown("瞬时故障: 跳闸设备重合成功时为 true。 True if what tripped closed again and held.")

    @answers("候选位置: 概率最大者在前。 The most probable first.")
    def candidates(self: Any, info: Info, first: First = 20, after: After = None) -> Connection[Candidate]:
        """Candidates."""
        graph = info.context.graph
        reports = (*self.explained, *self.contradicted)
        asked = [(each.kind, [*map(graph.id, each.things)], each.positive) for each in reports]
        query = query_hash("location", {"evidence": asked, "revision": graph.revision})
        paging = Paging.of(first, after, at=info.context.now, revision=graph.revision, query=query)
        return paging.cut_sorted(self.candidates, lambda each: (each.rank,), lambda each: each)

    inside: list[InsideCustomer] = shown(
        "客户内部: 故障可能仅在其内部的客户，概率最大者在前。 Customers whose own "
        "network may be all that is faulty, the most probable first."
    )
    next_check: list[Check] = shown(
        "下一步核查: 按单位时间信息量排序，计入风险。 "
        "What would tell most for the minutes and the harm it costs, the best first."
    )
    explained: list[Evidence] = shown(
        "相符信息: 最可能的故障能够解释的信息。 Reports that the most probable cause explains."
    )
    contradicted: list[Evidence] = shown(
        "不相符信息: 最可能的故障不能解释的信息。 Reports that the most probable cause does not explain."
    )
    conditions: list[ConditionChance] = shown(
        "上报状况: 由信息是否相互一致判断其出错程度，概率最大者在前。 "
        "How far the reports seem to err, by how they hang together; the most probable first."
    )
    contradictions: list[Contradiction] = shown(
        "信息矛盾: 无论故障在何处都不能同时成立的两条信息，须核实。 "
        "Pairs of reports of which one is wrong wherever the fault is, to be looked at."
    )
    set_aside: list[SetAside] = shown(
        "未采用的信息: 未采用的信息，逐条注明原因。 Reports that were not weighed, each with the reason."
    )


def location_of(
    context: Context,
    evidence: Sequence[EvidenceInput],
    at: datetime | None,
    assume: Iterable[SwitchAssumption],
    since: datetime | None = None,
) -> service.FaultLocation:
    """Where the fault can be. Reports of things that the graph does not know are set aside.

    Raises UnknownEntity for a switch that is assumed, and InvalidInput if no report can be weighed.
    """
    known, unknown = known_reports(context, evidence)
    positions = assumptions_of(context, [*assume])
    found = service.locate(
        context.model,
        known,
        context.moment(at),
        rates=context.rates(),
        assume=positions,
        since=context.moment_of_loss(since),
    )
    return replace(found, set_aside=(*found.set_aside, *unknown))


EvidenceList = Annotated[
    list[EvidenceInput],
    strawberry.argument(description="故障信息: 同一起故障的信息，最多 1,000 条。 Up to 1,000 reports of one incident."),
]
