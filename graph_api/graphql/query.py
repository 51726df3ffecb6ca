"""The questions one can ask: resolvers of a few lines over the services."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry

from graph_api.errors import InvalidInput
from graph_api.graphql.context import Info
from graph_api.graphql.entities import (
    ConductingEquipment,
    Customer,
    EmergencyPlan,
    Feeder,
    Node,
    Person,
    Substation,
    Team,
)
from graph_api.graphql.enums import VOCABULARIES, first_line
from graph_api.graphql.explore.naming import Naming, names_of
from graph_api.graphql.explore.neighbourhood import (
    PathConnection,
    SearchConnection,
    Subgraph,
    find_neighbourhood,
    find_paths,
    search_entities,
)
from graph_api.graphql.explore.trace import Trace, trace_from
from graph_api.graphql.fields import TRIPPED, After, First, about, answers
from graph_api.graphql.lists.connections import Connection
from graph_api.graphql.lists.listing import (
    CustomerFilterInput,
    ThingFilterInput,
    page_of_customers,
    page_of_things,
)
from graph_api.graphql.location.fault_location import EvidenceList, FaultLocation, location_of
from graph_api.graphql.outage.event import SwitchAssumption, event_of
from graph_api.graphql.outage.impact import Impact
from graph_api.graphql.restoration.plan import RestorationPlan
from graph_api.graphql.risk.planning import CutPairs, TieWorth, cut_pairs_of, tie_worths_of
from graph_api.graphql.risk.risks import (
    Contingency,
    RiskFilter,
    Screening,
    SupplyRisk,
    contingencies_of,
    risks_of,
    screening_of,
)
from graph_api.graphql.status import GraphStatus, graph_status
from graph_api.services.explore.listing import CustomerOrder
from graph_api.services.explore.trace import TraceDirection
from graph_api.services.outage.event import Cause
from graph_api.services.restoration.aftermath import answer
from graph_api.services.restoration.planning import restoration_of
from schema.registry import CONDUCTING, EntityKind
from schema.relationships import RelationshipKind
from schema.words import say

Filter = Annotated[ThingFilterInput | None, about("筛选: 只看哪些，空值为全部。 Which ones; null = all.")]

MAX_NODES = 500
"""Most ids that `nodes` takes."""


@strawberry.type(description="词汇: one coded value with its labels and where it comes from.")
class VocabularyTerm:
    """A coded value."""

    code: str = strawberry.field(description="代码: value as the enum has it.")
    zh: str = strawberry.field(description="中文: Chinese label.")
    en: str = strawberry.field(description="英文: English label.")
    source: str = strawberry.field(description="出处: document or practice it comes from; K = common knowledge.")


@strawberry.type(description="词汇表: the values of one enum.")
class Vocabulary:
    """A vocabulary."""

    name: str = strawberry.field(description="名称: name of the enum.")
    description: str = strawberry.field(description="说明: what it says.")
    terms: list[VocabularyTerm] = strawberry.field(description="词条: its values, in order.")


def _node(info: Info, entity_id: str) -> Any:
    index = info.context.graph.find(entity_id)
    return None if index is None else info.context.graph.entity(index)


@strawberry.type(description="查询: all answers of one request hold for one revision of the graph.")
class Query:
    """Root of all questions."""

    @answers(
        "按标识查: 按标识查一个对象，没有时为空；已合并的标识指向合并后的对象。 The "
        "thing with this id; null if there is none. Merged ids lead on."
    )
    def node(
        self, info: Info, id: Annotated[strawberry.ID, about("标识: 对象的标识。 Id of the thing.")]
    ) -> Node | None:
        """The thing with an id."""
        return _node(info, id)  # type: ignore[no-any-return]

    @answers("批量按标识查: 按给出的顺序返回对象，没有的为空。 Things in the order asked, null where there is none.")
    def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], about("标识: 最多 500 个标识。 At most 500 ids.")],
    ) -> list[Node | None]:
        """The things with these ids."""
        if len(ids) > MAX_NODES:
            raise InvalidInput(say("`nodes` takes at most {most} ids.", most=MAX_NODES))
        return [_node(info, each) for each in ids]

    @answers(
        "搜索: 按名称、编号、别名、拼音、首字母或电话号码查找，容许少量输入错误，"
        "最相符者在前。 By name, number, alias, 拼音, initials or phone digits; small "
        "typos are forgiven. Best first."
    )
    def search(
        self,
        info: Info,
        text: Annotated[
            str, about("搜索文本: 要查找的文字，最多 200 个字符。 What somebody would type, at most 200 characters.")
        ],
        kinds: Annotated[
            list[EntityKind] | None, about("类型: 只看这些类型，空值为全部。 Only these kinds; null = all.")
        ] = None,
        first: First = 10,
        after: After = None,
    ) -> SearchConnection:
        """Things that a text finds."""
        return search_entities(info.context, text, kinds, first, after)

    @answers(
        "名称解析: 名称所指的对象；须唯一相符，有多个时逐一列出，不作猜测。 What names "
        "stand for, as people use them; one alone must fit, several are told, never "
        "guessed."
    )
    def resolve(
        self,
        info: Info,
        texts: Annotated[
            list[str],
            about(
                "名称: 最多 100 个标识、名称、编号、别名等，每个最多 200 个字符。 At most 100 "
                "ids, names, numbers, aliases ..., 200 characters each."
            ),
        ],
        kinds: Annotated[
            list[EntityKind] | None, about("类型: 只看这些类型，空值为全部。 Only these kinds; null = all.")
        ] = None,
    ) -> list[Naming]:
        """What names stand for."""
        return names_of(info.context, texts, kinds)

    @answers(
        "图谱状态: 图谱的版本、数据距今时长、规模，图谱库状态，"
        "以及各源系统的数据更新时间。 Revision, age and size of the graph, the store, "
        "and how fresh each source system's data is."
    )
    def graph(self, info: Info) -> GraphStatus:
        """State of the graph."""
        return graph_status(info.context)

    @answers("客户列表: 客户，默认按重要等级由高到低。 Customers, by default the most important class first.")
    def customers(
        self,
        info: Info,
        filter: Annotated[
            CustomerFilterInput | None, about("筛选: 只看哪些客户，空值为全部。 Which customers; null = all.")
        ] = None,
        order_by: Annotated[CustomerOrder, about("排序: 排列的次序。 In which order.")] = CustomerOrder.IMPORTANCE,
        first: First = 50,
        after: After = None,
    ) -> Connection[Customer]:
        """Customers."""
        return page_of_customers(info.context, filter, order_by, first, after)

    @answers("馈线列表: 馈线，按名称排列。 Feeders, by name.")
    def feeders(self, info: Info, filter: Filter = None, first: First = 50, after: After = None) -> Connection[Feeder]:
        """Feeders, by name."""
        return page_of_things(info.context, "feeders", [EntityKind.FEEDER], filter, first, after)

    @answers("变电站列表: 变电站，按名称排列。 Substations, by name.")
    def substations(
        self, info: Info, filter: Filter = None, first: First = 50, after: After = None
    ) -> Connection[Substation]:
        """Substations, by name."""
        return page_of_things(info.context, "substations", [EntityKind.SUBSTATION], filter, first, after)

    @answers("人员列表: 人员，按名称排列。 People, by name.")
    def people(self, info: Info, filter: Filter = None, first: First = 50, after: After = None) -> Connection[Person]:
        """People, by name."""
        return page_of_things(info.context, "people", [EntityKind.PERSON], filter, first, after)

    @answers("班组列表: 班组，按名称排列。 Teams, by name.")
    def teams(self, info: Info, filter: Filter = None, first: First = 50, after: After = None) -> Connection[Team]:
        """Teams, by name."""
        return page_of_things(info.context, "teams", [EntityKind.TEAM], filter, first, after)

    @answers("预案列表: 应急预案，按名称排列。 Emergency plans, by name.")
    def plans(
        self, info: Info, filter: Filter = None, first: First = 50, after: After = None
    ) -> Connection[EmergencyPlan]:
        """Emergency plans, by name."""
        return page_of_things(info.context, "plans", [EntityKind.EMERGENCY_PLAN], filter, first, after)

    @answers(
        "设备列表: 导电设备，含客户设备，按标识排列。 Conducting equipment, the "
        "customers' own included, in order of id."
    )
    def equipment(
        self,
        info: Info,
        kinds: Annotated[
            list[EntityKind] | None,
            about("类型: 只看这些类型的设备，空值为全部。 Only these kinds of equipment; null = all."),
        ] = None,
        filter: Filter = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[ConductingEquipment]:
        """Conducting equipment."""
        chosen = CONDUCTING if kinds is None else CONDUCTING & set(kinds)
        return page_of_things(info.context, "equipment", chosen, filter, first, after)

    @answers(
        "影响范围: 设备失效时影响哪些客户、程度如何，危及人身安全者在前。 Who is hit "
        "and how badly when equipment fails, people in danger first."
    )
    def impact(
        self,
        info: Info,
        equipment: Annotated[
            list[strawberry.ID],
            about(
                "设备: 最多 100 个设备的标识，或代表设备的馈线、变电站、杆塔、通道、"
                "共因风险组等。 Ids of up to 100 pieces of equipment, or of what stands for "
                "it: feeder, substation, tower, corridor, risk group, receiving point, "
                "customer."
            ),
        ],
        cause: Annotated[Cause, about("原因: 设备发生的情况。 What happens to it.")] = Cause.FAULTED,
        assume: Annotated[
            list[SwitchAssumption] | None, about("假设: 不在当前位置的开关。 Switches in another position than now.")
        ] = None,
        stuck: Annotated[
            list[strawberry.ID] | None,
            about(
                "拒动: 拒动的设备，故障范围越过它继续扩大。 Devices that fail to trip; the "
                "fault's zone goes on behind them."
            ),
        ] = None,
        tripped: Annotated[list[strawberry.ID] | None, about(TRIPPED)] = None,
        at: Annotated[
            datetime | None,
            about(
                "失电时间: 失电时刻；空值为 `tripped` 上报分闸的时间，未给出时为当前时间。 "
                "Moment of loss; null = when `tripped` were reported open, else now."
            ),
        ] = None,
    ) -> Impact:
        """Who is hit."""
        event = event_of(
            info.context, equipment=equipment, cause=cause, assume=assume, stuck=stuck, tripped=tripped, at=at
        )
        return answer(info.context.model, event)  # type: ignore[return-value]

    @answers(
        "故障定位: 根据已收到的信息判断故障可能在哪里，概率最大者在前。 Where the "
        "fault can be, given what was reported; the most probable places first."
    )
    def locate_fault(
        self,
        info: Info,
        evidence: EvidenceList,
        assume: Annotated[
            list[SwitchAssumption] | None,
            about("假设: 故障前与当前不同的开关位置。 Positions before the fault, where they differ from now."),
        ] = None,
        at: Annotated[
            datetime | None, about("时间: 所查询的时刻，空值为当前时间。 Moment asked about; null = now.")
        ] = None,
    ) -> FaultLocation:
        """Where the fault can be."""
        return location_of(info.context, evidence, at, assume or ())  # type: ignore[return-value]

    @answers(
        "恢复方案: 隔离故障并恢复其余部分供电，首个方案以重要客户优先。 Cut a fault "
        "out and feed the rest again; the plan for the most important customers first."
    )
    def restoration(
        self,
        info: Info,
        equipment: Annotated[
            list[strawberry.ID],
            about("故障设备: 故障设备或代表它的对象的标识。 Ids of the faulty equipment, or of what stands for it."),
        ],
        assume: Annotated[
            list[SwitchAssumption] | None, about("假设: 不在当前位置的开关。 Switches in another position than now.")
        ] = None,
        stuck: Annotated[list[strawberry.ID] | None, about("拒动: 拒动的设备。 Devices that failed to trip.")] = None,
        fixed: Annotated[
            list[strawberry.ID] | None,
            about("不可操作的开关: 任何人都不能操作的开关。 Switches that nobody can operate."),
        ] = None,
        tripped: Annotated[list[strawberry.ID] | None, about(TRIPPED)] = None,
        at: Annotated[
            datetime | None, about("失电时间: 失电时刻，空值为当前时间。 Moment of loss; null = now.")
        ] = None,
    ) -> RestorationPlan:
        """Switching after a fault."""
        event = event_of(
            info.context, equipment=equipment, assume=assume, stuck=stuck, tripped=tripped, fixed=fixed, at=at
        )
        return restoration_of(info.context.model, event)  # type: ignore[return-value]

    @answers(
        "供电隐患: 客户供电的薄弱之处，重要等级最高者在前。 What is weak about "
        "customers' supply, the most important customer first."
    )
    def supply_risks(
        self,
        info: Info,
        filter: Annotated[RiskFilter | None, about("筛选: 只看哪些隐患，空值为全部。 Which risks; null = all.")] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[SupplyRisk]:
        """Weaknesses."""
        return risks_of(info.context, filter, first, after)  # type: ignore[return-value]

    @answers(
        "单一故障校核 (N-1): 电网中每个单一故障的后果，最严重者在前。 What every "
        "single fault in the grid costs, worst first."
    )
    def contingencies(
        self,
        info: Info,
        kinds: Annotated[
            list[EntityKind] | None,
            about("类型: 只看这些类型设备的故障，空值为全部。 Faults on these kinds; null = all."),
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[Contingency]:
        """N-1 sweep."""
        return contingencies_of(info.context, kinds, first, after)  # type: ignore[return-value]

    @answers(
        "N-1 校核规模: `contingencies` 校核的单一故障数及其中无影响的项数。 How many single faults `contingencies` "
        "considers, and how many of them cost nothing."
    )
    def screening(
        self,
        info: Info,
        kinds: Annotated[
            list[EntityKind] | None,
            about("类型: 只校核这些类型的设备；null 为全部。 Faults on these kinds; null = all."),
        ] = None,
    ) -> Screening:
        """What the sweep considered."""
        return screening_of(info.context, kinds)  # type: ignore[return-value]

    @answers(
        "双重故障校核 (N-2): 单一故障不致失电、但同时故障会使客户受电点失电的设备对。 Pairs of equipment whose loss "
        "together cuts a customer's receiving point off although no single loss does."
    )
    def cut_pairs(
        self,
        info: Info,
        customers: Annotated[
            list[strawberry.ID] | None,
            about("客户: 只校核这些客户；null 为全部特级客户。 Of these customers; null = all of the special class."),
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[CutPairs]:
        """N-2 sweep."""
        return cut_pairs_of(info.context, customers, first, after)  # type: ignore[return-value]

    @answers(
        "联络开关价值: 各联络开关对全部单一故障的价值，价值最大的在前。 What each open tie is worth over all single "
        "faults, the one worth most first."
    )
    def tie_worths(self, info: Info, first: First = 50, after: After = None) -> Connection[TieWorth]:
        """Worth of ties."""
        return tie_worths_of(info.context, first, after)  # type: ignore[return-value]

    @answers(
        "供电追踪: 向电源侧、向负荷侧、整个拓扑岛或一条路径，由近到远。 Up to the "
        "sources, down to the loads, the connected island, or one path; nearest first."
    )
    def trace(
        self,
        info: Info,
        from_: Annotated[
            strawberry.ID, strawberry.argument(name="from", description="起点: 起点的标识。 Id of the thing.")
        ],
        direction: Annotated[TraceDirection, about("方向: 追踪的方向。 Which way to go.")],
        assume: Annotated[
            list[SwitchAssumption] | None, about("假设: 不在当前位置的开关。 Switches in another position than now.")
        ] = None,
    ) -> Trace:
        """Follow the supply of a thing."""
        return trace_from(info.context, from_, direction, assume or ())  # type: ignore[return-value]

    @answers(
        "路径: 两个对象之间的最短路径，关系不分方向。 Shortest paths between two "
        "things, over relationships in either direction."
    )
    def paths(
        self,
        info: Info,
        from_: Annotated[
            strawberry.ID, strawberry.argument(name="from", description="起点: 一端的标识。 Id of one end.")
        ],
        to: Annotated[strawberry.ID, about("终点: 另一端的标识。 Id of the other end.")],
        via: Annotated[
            list[RelationshipKind] | None, about("关系类型: 只经过这些关系，空值为全部。 Walk only these; null = all.")
        ] = None,
        max_hops: Annotated[
            int, about("最大跳数: 一条路径上的关系数，1 至 40。 Relationships on a path, 1 to 40.")
        ] = 10,
        first: Annotated[int, about("条数: 最多返回的路径数，1 至 50。 Most paths to return, 1 to 50.")] = 5,
    ) -> PathConnection:
        """Shortest paths."""
        return find_paths(info.context, from_, to, via, max_hops, first)

    @answers(
        "邻域: 某对象若干跳之内的对象及其相互关系。 Things within some hops of one, and the relationships among them."
    )
    def neighbourhood(
        self,
        info: Info,
        of: Annotated[strawberry.ID, about("中心: 中心对象的标识。 Id of the thing in the middle.")],
        hops: Annotated[int, about("跳数: 所到的跳数，1 至 40。 How far to go, 1 to 40.")] = 1,
        via: Annotated[
            list[RelationshipKind] | None, about("关系类型: 只经过这些关系，空值为全部。 Walk only these; null = all.")
        ] = None,
        limit: Annotated[int, about("上限: 最多返回的对象数，1 至 5000。 Most things to return, 1 to 5000.")] = 200,
    ) -> Subgraph:
        """What is around a thing."""
        return find_neighbourhood(info.context, of, hops, via, limit)

    @answers("词汇: 全部编码值及其中英文名称和来源。 Every coded value with Chinese and English label and its source.")
    def vocabulary(self) -> list[Vocabulary]:
        """All vocabularies."""
        return [
            Vocabulary(
                name=each.__name__,
                description=first_line(each),
                terms=[VocabularyTerm(code=term.value, zh=term.zh, en=term.en, source=term.source) for term in each],
            )
            for each in VOCABULARIES
        ]
