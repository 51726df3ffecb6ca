"""Impact in the API: who is hit and how badly."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry

from graph_api.graphql.context import Context, Info
from graph_api.graphql.duty.responsibility import Call
from graph_api.graphql.entities import Customer, Entity, Feeder, Substation, Switch
from graph_api.graphql.fields import MAY_HAVE_TRIPPED, After, First, about, answers
from graph_api.graphql.lists.connections import Connection, Paging, most
from graph_api.graphql.lists.cursors import query_hash
from graph_api.graphql.outage.affected import AffectedCustomer, LoadDeadline
from graph_api.graphql.outage.counting import Areas, OtherLoads
from graph_api.graphql.outage.operated import Operated
from graph_api.graphql.outage.outside import OutsideScope, outside_of, summary_seen, within_scope
from graph_api.graphql.projection import shown, shown_to_all, shows
from graph_api.services.duty.calling import call_sheet
from graph_api.services.outage import dead_before, summary, transfers_acted
from graph_api.services.outage import impact as service
from graph_api.services.outage.event import Cause
from schema.numbers import Revision
from schema.registry import EntityKind
from schema.vocabulary import Importance, LoadsFed, SupplyState

__all__ = ["Impact"]

ORDER_VERSION = 3
"""Raised when affected customers are ordered otherwise: a cursor of the order before is refused, not read wrong."""


@strawberry.input(
    name="AffectedFilter",
    description="受影响客户筛选: 只看哪些客户，未填写的条件不限。 Which ones; what is left out does not matter.",
)
class AffectedFilterInput:
    """Which affected customers."""

    states: list[SupplyState] | None = strawberry.field(
        default=None, description="供电状态: 属于其中任一状态。 Any of these."
    )
    importance: list[Importance] | None = strawberry.field(
        default=None, description="重要等级: 属于其中任一等级。 Any of these classes."
    )
    loads_fed: list[LoadsFed] | None = strawberry.field(
        default=None, description="负荷供电情况: 属于其中任一情况。 Any of these."
    )

    def plain(self) -> service.AffectedFilter:
        """The filter as the service takes it."""
        return service.AffectedFilter(
            states=frozenset(self.states or ()),
            importance=frozenset(self.importance or ()),
            loads_fed=frozenset(self.loads_fed or ()),
        )


@shows(
    summary.StateCount,
    description="供电状态计数: 各供电状态的受影响客户数。 How many affected customers are in a supply state.",
)
class StateCount:
    """Customers in a state."""

    state: SupplyState = shown("供电状态: 供电状态。 The state.")
    count: int = shown("户数: 处于该状态的客户数，为准确值。 Customers in it, exact.")


@shows(
    summary.ImportanceCount,
    description="重要等级计数: 各重要等级的受影响客户数。 How many affected customers are of a class.",
)
class ImportanceCount:
    """Customers of a class."""

    importance: Importance = shown("重要等级: 客户的重要等级。 The class.")
    count: int = shown("户数: 该等级的客户数，为准确值。 Customers of it, exact.")


@shows(
    summary.LoadsFedCount,
    description="负荷供电计数: 负荷全部供电、部分失电、网供全失的受影响客户数。 How many "
    "affected customers have all, some or none of their loads fed.",
)
class LoadsFedCount:
    """Customers by loads fed."""

    loads_fed: LoadsFed = shown("负荷供电情况: 由电网供电的负荷情况。 What the grid feeds.")
    count: int = shown("户数: 客户数，为准确值。 Customers, exact.")


@shows(
    summary.MomentSummary,
    description="失电时汇总: 全部受影响客户在失电时的准确统计。 Counts over all affected customers right after the "
    "event, exact.",
)
class LossSummary:
    """What it added up to."""

    customers: list[StateCount] = shown("按供电状态: 按失电时的供电状态统计的客户数。 Customers by state then.")
    by_loads_fed: list[LoadsFedCount] = shown(
        "按负荷供电情况: 按失电时负荷供电情况统计的客户数。 By what was fed then."
    )
    areas: Areas = shown("停电台区: 失电时失电的公用台区。 Public distribution areas that lost supply.")
    other_loads: OtherLoads = shown(
        "其他停电负荷: 失电时失电且既无客户档案也无户数的负荷。 Loads that lost supply of which neither a customer "
        "nor households are recorded."
    )
    lost_kw: float = shown(
        "失电负荷: 客户、台区和其他负荷因事件失去电网供电的已知负荷，单位为 kW。 Power known that the event took, of "
        "customers, areas and other loads. [kW]"
    )
    kw_unknown: int = shown("负荷不明户数: 负荷未登记的受影响客户数。 Customers hit whose power is not known.")
    transformers: int = shown("失电变压器: 失电的电网变压器台数。 Transformers of the grid that lost supply.")
    feeders: list[Feeder] = shown("馈线: 失电部分原来所在的馈线。 Feeders that fed what lost supply.")
    stations: list[Substation] = shown("变电站: 有母线失电的变电站。 Substations with a busbar that lost supply.")


@shows(
    summary.ImpactSummary,
    description="影响汇总: 全部受影响客户目前的准确统计。 Counts over all affected customers as they are now, exact.",
)
class ImpactSummary:
    """What it adds up to."""

    total_count: int = shown("总户数: 受影响客户总数，含已恢复者。 Affected customers, those that are back included.")
    back_count: int = shown("已恢复户数: 失电负荷已全部恢复供电的客户数。 Customers all of whose loads are fed again.")
    customers: list[StateCount] = shown("按供电状态: 按目前的供电状态统计的客户数。 Customers by state now.")
    by_importance: list[ImportanceCount] = shown("按重要等级: 按重要等级统计的客户数。 Customers by class.")
    by_loads_fed: list[LoadsFedCount] = shown("按负荷供电情况: 按目前的负荷供电情况统计的客户数。 By what is fed now.")
    areas: Areas = shown("停电台区: 目前失电的公用台区。 Public distribution areas without supply now.")
    other_loads: OtherLoads = shown(
        "其他停电负荷: 目前失电且既无客户档案也无户数的负荷。 Loads without supply of which neither a customer nor "
        "households are recorded."
    )
    lost_kw: float = shown(
        "失电负荷: 客户、台区和其他负荷中目前仍失去电网供电的已知负荷，单位为 kW。 Power known to be still "
        "without grid supply, of "
        "customers, areas and other loads. [kW]"
    )
    kw_unknown: int = shown("负荷不明户数: 负荷未登记的受影响客户数。 Customers hit whose power is not known.")
    transformers: int = shown("失电变压器: 目前失电的电网变压器台数。 Transformers of the grid without supply now.")
    feeders: list[Feeder] = shown("馈线: 目前失电部分原来所在的馈线。 Feeders that fed what is without supply now.")
    stations: list[Substation] = shown("变电站: 目前有母线失电的变电站。 Substations with a busbar without supply now.")
    at_loss: LossSummary = shown("失电时: 失电时的统计。 The counts right after the event.")
    most_urgent: LoadDeadline | None = shown("最紧迫时限: 全部客户中最早到达的时限。 Soonest deadline of all.")
    most_urgent_customer: Customer | None = shown("最紧迫客户: 该时限所属的客户。 Whose deadline that is.")


@shows(
    dead_before.DeadBefore,
    description="事前已失电: 所查询的设备在事件前已退出运行或已失电，及其原因。 "
    "What was asked about and was out of service or "
    "without voltage before the event, and why: nobody can lose supply with it.",
)
class DeadBefore:
    """A thing that was dead."""

    thing: Entity = shown("设备: 所查询的设备。 What was asked about.")
    out_of_service: list[Entity] = shown("退出运行的设备: 其中已退出运行的设备。 What of it was out of service.")
    cut_off_by: list[Operated] = shown(
        "断开的开关: 正常供电路径上处于分位的常合开关。 Switches that stood open though normally closed, on the way by "
        "which it is fed normally."
    )
    no_source: bool = shown(
        "无上级电源: 未登记任何可与其接通的上级电源时为 true，此时“失电”只说明数据不全。 True if no source is recorded "
        "that any switches could join to it: that it is dead tells of the data then, not of the grid."
    )


@shows(
    transfers_acted.GridTransferActed,
    description="电网备自投: 一次自动切换及因此只短时失电的客户。 An automatic transfer of the grid, and who had a dip "
    "only.",
)
class GridTransfer:
    """A transfer that acted."""

    opens: Switch = shown_to_all("跳开: 失压跳开的开关。 What lost voltage opens.")
    closes: Switch = shown_to_all("合上: 自动合上的开关。 What is closed by itself.")
    seconds: float = shown("短时失电时间: 恢复供电所需时间，单位为秒。 How long the dip lasts. [s]")
    customer_count: int = shown("短时失电客户数: 只短时失电的客户数，为准确值。 Customers that have a dip only, exact.")
    areas: Areas = shown("短时失电台区: 只短时失电的公用台区。 Public areas that have a dip only.")
    reported: bool = shown(
        "已上报: 失电后已有人上报自动合上的开关的位置；为 false 时其动作仅为推定，应先核实该开关位置。 Whether "
        "anybody has reported since how the switch stands that it closes; if not, it is only taken to have acted: ask "
        "for that position first."
    )

    @answers("短时失电客户: 等级高的在前。 Customers that have a dip only, the most important first.")
    def customers(self: Any, info: Info, first: First = 50) -> list[Customer]:
        """Who."""
        graph = info.context.graph
        dipped: Any = graph.entities(list(filter(graph.holds, self.dipped))[: most(first)])
        return dipped  # type: ignore[no-any-return]


@shows(
    service.Impact,
    description="影响范围: 设备退出运行或故障时影响哪些客户、程度如何。 Who is hit, and how "
    "badly, when equipment is opened or faulted.",
)
class Impact:
    """The answer."""

    cause: Cause = shown("原因: 设备发生的情况。 What happens to the equipment.")
    revision: Revision = shown("版本号: 本结果所依据的图谱版本。 Revision of the graph that the answer is true of.")
    as_of: datetime = shown("数据时间: 该版本形成的时间。 When that revision was made.")
    since: datetime = shown(
        "失电时刻: 时限由此起算；事前状态按此时刻的开关位置。 Moment of loss: deadlines run from it, and "
        "what was before "
        "is of the switch positions at that moment."
    )
    at: datetime = shown(
        "查询时刻: 本结果所对应的时刻；目前状态按此时刻为止上报的开关位置。 Moment that the answer is for: what is now "
        "is of the switch positions reported until then."
    )
    operated_since: list[Operated] = shown(
        "失电后的操作: 失电后至查询时刻上报的开关位置，按时间排列。 Positions reported of times after the loss until "
        "`at`, in order."
    )
    dead_before: list[DeadBefore] = shown(
        "事前已失电: 所查询设备中事前已退出运行或已失电者及其原因。 Which of the things asked about were dead "
        "before, and why."
    )

    exact: bool = shown(
        "准确: 列出的客户及其情况确定时为 true。位置不明的相关开关超过 12 台，或有客户只知所属线路、接入位置未录入"
        "（见 placeUnknown）时为 false，列出的客户可能偏多、情况偏重。 True if it is certain who is hit and how. False "
        "where more than 12 switches of unknown position are on the way, or of customers only the feeder is known "
        "(placeUnknown): customers may be too many then, and their state too bad."
    )
    perhaps: list[Customer] = shown(
        "接入位置未录入的客户: 受影响客户中只知所属线路、接入位置未录入，因而是否受影响或影响程度不能确定的客户。 Of "
        "the customers hit those of whom only the feeder is known: where they hang on it decides whether and how.",
        name="placeUnknown",
    )
    taken_as_fed: list[Feeder] = shown(
        "按带电计的馈线: 所查询的、以及为受影响客户供电的馈线中，首端设备和接线均未录入者；除所查询者外按正常带电计，"
        "跳闸设备不明。 Feeders, asked about or of customers hit, of which neither head nor plant is recorded: taken "
        "to have voltage as normally unless asked about; what trips is not known."
    )
    supply_not_recorded: list[Customer] = shown(
        "未录入电源的重要客户: 未录入任何供电电源的重要客户；是否受影响不明，未计入本结果。 Customers listed as "
        "important of whom no supply is recorded: whether they are hit is not known, and they are not counted."
    )
    equipment: list[Entity] = shown("设备: 所查询的设备。 What was asked about.")
    operated_by: list[Entity] = shown_to_all(
        "动作设备: 跳闸的设备；其中位置不明的，为可能跳闸；至电源之间未录入可切除故障的设备时为空，即跳闸设备不明。 "
        "Devices that trip; one of unknown position may have. None where no device that clears faults is recorded "
        "between a fault and its source: what trips is not known then."
    )
    may_have_tripped: list[Switch] = shown_to_all(MAY_HAVE_TRIPPED)
    grid_transfers: list[GridTransfer] = shown(
        "电网备自投动作: 已动作的备自投（自愈），相关客户只短时失电。 Automatic transfers of the grid that acted: who "
        "hangs on them has a dip only."
    )
    single_phase: list[Switch] = shown_to_all(
        "熔断器（可能缺相）: 其中逐相熔断的熔断器；本结果按三相均断开给出。 Fuses "
        "among them, which open phase by phase; the answer takes all phases as open."
    )

    @answers("汇总: 准确的统计和最紧迫的时限。 Exact counts, and the most urgent deadline.")
    def summary(self: Any, info: Info) -> ImpactSummary:
        """What it adds up to."""
        return summary_seen(self, info.context.graph)  # type: ignore[return-value]

    supplies_gained: int = shown(
        "复电电源数: 按所作假设恢复带电的失电供电电源数。 Supplies without voltage that get it by what is assumed."
    )

    @answers(
        "应急联络表: 需联系的人员，每人一次：先涉及设备者，再按时限排列。 Whom to call "
        "about it, each person once: about the equipment first, then by deadline."
    )
    def calls(self: Any, info: Info) -> list[Call]:
        """Whom to call."""
        return within_scope(info.context.graph, call_sheet(self))  # type: ignore[return-value]

    @answers(
        "受影响客户: 人身安全优先，依次按负荷失电、一小时内到期、等级、状态、"
        "名称排序。 People in danger first: unfed loads, deadline within the hour, "
        "class, state, name."
    )
    def customers(
        self: Any,
        info: Info,
        filter: Annotated[
            AffectedFilterInput | None, about("筛选: 只看哪些客户，空值为全部。 Which ones; null = all.")
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[AffectedCustomer]:
        """Affected customers, in order."""
        paging = _paging(self, info.context, first, after, "customers", {"filter": filter})
        holds = info.context.graph.holds
        keyed = [pair for pair in self.customers(filter.plain() if filter else None) if holds(pair[1])]
        return paging.cut_sorted(keyed, _key, lambda pair: self.affected(pair[1]))

    @answers(
        "范围外客户: 受影响而不在查询者可见范围内的客户，只计数、不列名；汇总已计入。可见全部时为 0。 Customers "
        "that are hit and out of the scope of who asks: counted, not named; the summary counts them. 0 to who sees all."
    )
    def outside(self: Any, info: Info) -> OutsideScope:
        """Who is not named."""
        return outside_of(self, info.context.graph)  # type: ignore[return-value]

    taken_since: list[AffectedCustomer] = shown(
        "后续失电客户: 非因本事件、而因失电后的操作受影响的客户。 Customers whom not the event has hit, but "
        "what was operated "
        "since."
    )
    taken_areas: Areas = shown(
        "后续停电台区: 非因本事件、而因失电后的操作停电且目前仍停电的公用台区。 Public areas that not the event, but "
        "what was operated since has taken supply from, and that have none now.",
        name="takenSinceAreas",
    )

    @answers("失电设备: 目前失去电源的导电设备，按标识排序。 Conducting equipment without supply now, in order of id.")
    def equipment_without_supply(
        self: Any,
        info: Info,
        kinds: Annotated[
            list[EntityKind] | None,
            about("类型: 只看这些类型，空值为全部设备。 Only these kinds; null = all equipment."),
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[Entity]:
        """Equipment without supply."""
        graph = info.context.graph
        paging = _paging(self, info.context, first, after, "equipment", {"kinds": kinds})
        return paging.cut(
            filter(graph.holds, self.equipment_lost(kinds or ())), lambda at: (graph.id(at),), graph.entity
        )


def _paging(
    found: service.Impact, context: Context, first: int, after: str | None, what: str, chosen: dict[str, object]
) -> Paging:
    of = [context.whole.graph.id(index) for index in found.equipment]
    query = query_hash("impact", {"list": what, **chosen, "cause": found.cause, "of": of}, ORDER_VERSION)
    return Paging.of(first, after, at=found.at, revision=context.graph.revision, query=query)


def _key(pair: tuple[service.SortKey, int]) -> service.SortKey:
    return pair[0]
