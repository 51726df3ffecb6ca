"""Fault location: where the fault can be, as the API shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, ClassVar

import strawberry

from graph_api.errors import InvalidInput
from graph_api.graphql.context import Context, Info
from graph_api.graphql.entities import Customer, Entity
from graph_api.graphql.enums import described
from graph_api.graphql.fields import After, First, answers
from graph_api.graphql.lists.connections import Connection, Paging, most
from graph_api.graphql.lists.cursors import query_hash
from graph_api.graphql.outage.event import SwitchAssumption
from graph_api.services import location as service
from graph_api.services.location import CheckKind, Reason
from schema.numbers import Revision
from schema.vocabulary import EvidenceKind, Ownership
from schema.words import say

described(
    CheckKind,
    {
        "READ_INDICATOR": "查看指示器 · read a fault indicator that nobody has read",
        "OPEN_AND_TEST": "分段试送 · open a switch and close the feeder again: it trips unless the fault is behind it",
        "ASK_CUSTOMER": "电话询问 · ask a customer whether there is power",
        "PATROL": "巡线 · walk a section",
    },
)
described(
    Reason,
    {
        "REPEATED": "重复 · the same was reported again",
        "SUPERSEDED": "已被更新 · a later report of the same says otherwise",
        "FUTURE": "时间在未来 · its time is in the future",
        "TOO_OLD": "过期 · it is older than a day",
        "NOT_SUCH_A_THING": "对象不符 · the thing cannot report this",
        "UNKNOWN_THING": "对象不存在 · there is no such thing in the graph",
        "DEAD_BEFORE": "事前已失电 · it was without supply before",
        "EXPLAINED": "已有解释 · supply is off there by plan or for arrears",
    },
)


__all__ = ["EvidenceList", "FaultLocation", "location_of"]


@strawberry.input(description="故障信息: 一条故障信息。 One report of a fault.")
class EvidenceInput:
    """A report."""

    kind: EvidenceKind = strawberry.field(description="类型: 信息的类型。 What was reported.")
    things: list[strawberry.ID] = strawberry.field(
        description="对象: 信息所指对象的标识；巡视结果须列出全部已巡视对象，其余只列一个。 Ids of "
        "what it speaks of; for PATROL all that was walked, else one thing."
    )
    positive: bool = strawberry.field(
        default=True,
        description="是否: true 为已动作、有指示、失电或已发现；false 为已核实而没有。 True = "
        "tripped, shows, no power, found; false = looked, and it is not so.",
    )
    at: datetime | None = strawberry.field(
        default=None, description="时间: 信息的时间，空值为当前时间。 When; null = now."
    )
    towards: strawberry.ID | None = strawberry.field(
        default=None,
        description="方向: 能判断方向的指示器所示电流流向的节点，不明时为空。 Node that the "
        "current left to, for an indicator that tells; null = not told.",
    )
    reclosed: bool = strawberry.field(
        default=False,
        description="重合成功: 开关跳闸后重合成功时为 true。 True if the device closed again and held (TRIP).",
    )
    key: str = strawberry.field(
        default="",
        description="标记: 由您给这条信息的名称，原样返回。 Your own name of the report; it comes back as it is.",
    )


@strawberry.type(description="故障信息: 所给出的一条故障信息。 A report, as it was given.")
class Evidence:
    """A report."""

    key: str = strawberry.field(description="标记: 您给这条信息的名称。 The name that you gave it.")
    kind: EvidenceKind = strawberry.field(description="类型: 信息的类型。 What was reported.")
    positive: bool = strawberry.field(description="是否: 该信息是否为肯定。 Whether it says that it is so.")
    at: datetime | None = strawberry.field(description="时间: 信息的时间，未给出时为空。 When; null = not told.")
    things: list[Entity] = strawberry.field(
        description="对象: 信息所指的对象（图谱中已有的）。 What it speaks of, as far as the graph knows it."
    )


@strawberry.type(description="未采用的信息: 未采用的故障信息及其原因。 A report that was not weighed, and why.")
class SetAside:
    """A report set aside."""

    evidence: Evidence = strawberry.field(description="故障信息: 所指的故障信息。 The report.")
    reason: Reason = strawberry.field(description="原因: 未采用的原因。 Why it was not weighed.")
    message: str = strawberry.field(
        description="说明: 以一句话说明原因和处理办法，语言按请求。 The same in words, with what to do."
    )


@strawberry.type(
    description="区段: 候选位置中相连的一部分，两端为现场可辨认的设备。 A part of a candidate "
    "that hangs together between devices a crew can find."
)
class FaultSection:
    """A section."""

    found: strawberry.Private[service.Section]

    probability: float = strawberry.field(
        description="概率: 在候选位置的概率中所占部分，按年故障率分配。 Its part of the "
        "candidate's, by failures a year."
    )
    from_metres: float = strawberry.field(
        description="起点距离: 区段起点距线路首端的长度，单位为米。 Metres of line from the feeder's start."
    )
    to_metres: float = strawberry.field(
        description="终点距离: 区段终点距线路首端的长度，单位为米。 Metres of line from the "
        "feeder's start to its far end."
    )
    length_metres: float = strawberry.field(description="长度: 区段内的线路长度，单位为米。 Metres of line in it.")
    ownership: Ownership | None = strawberry.field(
        description="产权: 由谁抢修，未登记时为空。 Who repairs; null = not recorded."
    )
    equipment_count: int = strawberry.field(description="设备数: 区段内的设备数。 Pieces of equipment in it.")

    @answers(
        "设备: 最可能故障的设备在前；总数见 `equipmentCount`。 The likeliest to have "
        "failed first; `equipmentCount` tells of more."
    )
    def equipment(self, info: Info, first: First = 50) -> list[Entity]:
        """Equipment."""
        return info.context.things(self.found.equipment[: most(first)])

    @answers(
        "两侧设备: 从电源侧起，区段两侧的开关和装有监测的设备。 Switches and monitored "
        "equipment that bound it, from the source on."
    )
    def between(self, info: Info) -> list[Entity]:
        """Bounds."""
        return info.context.things(self.found.between)


@strawberry.type(
    description="候选故障位置: 现有信息无法区分的若干位置及其故障概率。 Places that no report "
    "separates, and how probable a fault there is."
)
class Candidate:
    """A candidate."""

    listed: ClassVar[str] = "candidates"

    found: strawberry.Private[service.Candidate]

    rank: int = strawberry.field(
        description="排名: 从 1 开始，同一候选位置的各区段排名相同。 From 1; its sections share it."
    )
    probability: float = strawberry.field(
        description="概率: 故障在其任一区段内的概率，0 至 1。 That a fault is in one of its sections, 0 to 1."
    )
    refused_devices: int = strawberry.field(
        description="拒动台数: 应先跳闸而未跳闸的设备数。 Devices that should have opened first and did not."
    )

    @answers("区段: 概率最大者在前。 The most probable first.")
    def sections(self) -> list[FaultSection]:
        """Sections."""
        return [
            FaultSection(
                found=each,
                probability=each.probability,
                from_metres=each.from_m,
                to_metres=each.to_m,
                length_metres=each.length_m,
                ownership=each.ownership,
                equipment_count=len(each.equipment),
            )
            for each in self.found.sections
        ]

    @answers("相符信息: 与此处故障相符的信息。 Reports that say what a fault here would show.")
    def evidence_for(self, info: Info) -> list[Evidence]:
        """Speaks for it."""
        return _reports(info.context, self.found.speaks_for)

    @answers("不相符信息: 此处故障不能解释的信息。 Reports that a fault here does not explain.")
    def evidence_against(self, info: Info) -> list[Evidence]:
        """Speaks against it."""
        return _reports(info.context, self.found.speaks_against)

    @answers("动作设备: 此处故障时跳闸的设备。 Devices that a fault here opens.")
    def opens(self, info: Info) -> list[Entity]:
        """What opens."""
        return info.context.things(self.found.opens)

    @answers("取决于: 位置不明而影响其概率的开关。 Switches of unknown position that decide how probable it is.")
    def depends_on(self, info: Info) -> list[Entity]:
        """Switches in doubt."""
        return info.context.things(self.found.depends_on)


@strawberry.type(
    description="客户内部故障: 内部接线未登记、故障可能仅在其内部的客户。 A customer whose "
    "network is not recorded, and may be all that is faulty."
)
class InsideCustomer:
    """A customer."""

    customer: Customer = strawberry.field(description="客户: 所指的客户。 Who.")
    probability: float = strawberry.field(description="概率: 故障仅在其内部的概率。 That nothing else is faulty.")


@strawberry.type(
    description="下一步核查: 可以缩小故障范围的一项核查。 An observation that narrows the place of the fault."
)
class Check:
    """A check."""

    kind: CheckKind = strawberry.field(description="方式: 核查的方式。 What to do.")
    thing: Entity = strawberry.field(
        description="对象: 核查的对象；待巡视区段以其中一个设备表示。 With what; a section to walk "
        "is named by one piece of it."
    )
    bits: float = strawberry.field(description="信息量: 预期信息量，单位为比特。 Expected information, in bits.")
    probability: float = strawberry.field(
        description="概率: 结果为肯定（有指示、跳闸、失电、发现故障）的概率。 That it shows, "
        "trips, has no power, is found."
    )
    minutes: float = strawberry.field(description="耗时: 所需时间，单位为分钟。 Minutes that it takes.")
    remote: bool = strawberry.field(description="遥控: 无需到现场时为 true。 True if nobody has to go there.")


@strawberry.type(
    description="故障定位: 根据已收到的信息判断故障可能在哪里。 Where the fault can be, given what was reported."
)
class FaultLocation:
    """The answer."""

    found: strawberry.Private[service.FaultLocation]
    unknown: strawberry.Private[tuple[SetAside, ...]]

    revision: Revision = strawberry.field(
        description="版本号: 本结果所依据的图谱版本。 Revision of the graph that the answer is true of."
    )
    as_of: datetime = strawberry.field(description="数据时间: 该版本形成的时间。 When that revision was made.")
    at: datetime = strawberry.field(description="时间: 所查询的时刻。 Moment that was asked about.")
    rest: float = strawberry.field(description="其余概率: 未列出的位置的概率之和。 Of places that are not listed.")
    no_fault: float = strawberry.field(description="无故障概率: 完全没有故障的概率。 That nothing is faulty at all.")
    multiple: float = strawberry.field(
        description="多重故障概率: 同时存在两处故障的概率。 That there are two faults at once."
    )
    one_cause: bool = strawberry.field(
        description="单一原因可解释: 一处故障（或没有故障）即可解释全部信息时为 true；为 false "
        "时可能有误报或多处故障。 True if one fault, or none, agrees with every "
        "report; if false, somebody misreports, or there is more than one fault."
    )
    temporary: bool = strawberry.field(
        description="瞬时故障: 跳闸设备重合成功时为 true。 True if what tripped closed again and held."
    )

    @answers("候选位置: 概率最大者在前。 The most probable first.")
    def candidates(self, info: Info, first: First = 20, after: After = None) -> Connection[Candidate]:
        """Candidates."""
        graph = info.context.graph
        reports = (*self.found.agreeing, *self.found.contradicting)
        asked = [(each.kind, [*map(graph.id, each.things)], each.positive) for each in reports]
        query = query_hash("location", {"evidence": asked, "revision": graph.revision})
        paging = Paging.of(first, after, at=info.context.now, revision=graph.revision, query=query)
        return paging.cut_sorted(self.found.candidates, lambda each: (each.rank,), _candidate)

    @answers(
        "客户内部: 故障可能仅在其内部的客户，概率最大者在前。 Customers whose own "
        "network may be all that is faulty, the most probable first."
    )
    def inside(self, info: Info) -> list[InsideCustomer]:
        """Customers."""
        entity: Callable[[int], Any] = info.context.graph.entity
        return [InsideCustomer(customer=entity(customer), probability=chance) for customer, chance in self.found.inside]

    @answers("下一步核查: 鉴别价值最大者在前。 What would tell most, the most telling first.")
    def next_check(self, info: Info) -> list[Check]:
        """Checks."""
        entity: Callable[[int], Any] = info.context.graph.entity
        return [
            Check(
                kind=each.kind,
                thing=entity(each.thing),
                bits=round(each.bits, 3),
                probability=each.chance,
                minutes=each.minutes,
                remote=each.remote,
            )
            for each in self.found.next_checks
        ]

    @answers("相符信息: 最可能的故障能够解释的信息。 Reports that the most probable cause explains.")
    def explained(self, info: Info) -> list[Evidence]:
        """Explained reports."""
        return _reports(info.context, self.found.agreeing)

    @answers("不相符信息: 最可能的故障不能解释的信息。 Reports that the most probable cause does not explain.")
    def contradicted(self, info: Info) -> list[Evidence]:
        """Contradicted reports."""
        return _reports(info.context, self.found.contradicting)

    @answers("未采用的信息: 未采用的信息，逐条注明原因。 Reports that were not weighed, each with the reason.")
    def set_aside(self, info: Info) -> list[SetAside]:
        """Reports set aside."""
        own = [
            SetAside(evidence=_report(info.context, each.evidence), reason=each.reason, message=each.message)
            for each in self.found.set_aside
        ]
        return [*own, *self.unknown]


def location_of(
    context: Context, evidence: Sequence[EvidenceInput], at: datetime | None, assume: Iterable[SwitchAssumption]
) -> FaultLocation:
    """Where the fault can be. Reports of things that the graph does not know are set aside."""
    graph = context.graph
    known: list[service.Evidence] = []
    unknown: list[SetAside] = []
    for each in evidence:
        ids = [*each.things, *([each.towards] if each.towards else [])]
        missing = [id for id in ids if graph.find(id) is None]
        if missing:
            message = say("There is no {missing!r} in the graph: check the id.", missing=missing[0])
            report = service.Evidence(kind=each.kind, things=(), positive=each.positive, at=each.at, id=each.key)
            unknown.append(SetAside(evidence=_report(context, report), reason=Reason.UNKNOWN_THING, message=message))
        else:
            known.append(_plain(context, each))
    if unknown and not known:
        raise InvalidInput(say("No report can be weighed: {message}", message=unknown[0].message))
    positions = [(graph.index(each.switch), each.position) for each in assume]
    found = service.locate(context.model, known, at or context.now, rates=context.rates, assume=positions)
    return FaultLocation(
        found=found,
        unknown=tuple(unknown),
        revision=Revision(graph.revision),
        as_of=graph.changed_at,
        at=found.at,
        rest=found.rest,
        no_fault=found.none,
        multiple=found.multiple,
        one_cause=found.explained,
        temporary=found.temporary,
    )


def _plain(context: Context, each: EvidenceInput) -> service.Evidence:
    graph = context.graph
    plain = service.Evidence(
        kind=each.kind,
        things=tuple(graph.index(id) for id in each.things),
        positive=each.positive,
        at=each.at,
        reclosed=each.reclosed,
        id=each.key,
    )
    return replace(plain, towards=graph.index(each.towards)) if each.towards else plain


def _candidate(found: service.Candidate) -> Candidate:
    return Candidate(found=found, rank=found.rank, probability=found.probability, refused_devices=found.refused)


def _report(context: Context, each: service.Evidence) -> Evidence:
    return Evidence(key=each.id, kind=each.kind, positive=each.positive, at=each.at, things=context.things(each.things))


def _reports(context: Context, reports: Iterable[service.Evidence]) -> list[Evidence]:
    return [_report(context, each) for each in reports]


EvidenceList = Annotated[
    list[EvidenceInput],
    strawberry.argument(description="故障信息: 同一起故障的信息，最多 1,000 条。 Up to 1,000 reports of one incident."),
]
