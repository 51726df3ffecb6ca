"""Questions about things: by id, by name, by list."""

from __future__ import annotations

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
    SourceLoad,
    Substation,
    Team,
)
from graph_api.graphql.explore.naming import Naming, names_of
from graph_api.graphql.explore.neighbourhood import (
    SearchConnection,
    search_entities,
)
from graph_api.graphql.fields import After, First, about, answers
from graph_api.graphql.lists.connections import Connection
from graph_api.graphql.lists.listing import (
    CustomerFilterInput,
    LoadFilterInput,
    ThingFilterInput,
    page_of_customers,
    page_of_loads,
    page_of_things,
)
from graph_api.graphql.status import GraphStatus, graph_status
from graph_api.services.explore.listing import CustomerOrder
from schema.registry import CONDUCTING, EntityKind
from schema.words import say

Filter = Annotated[ThingFilterInput | None, about("筛选: 只看哪些，空值为全部。 Which ones; null = all.")]

MAX_NODES = 500
"""Most ids that `nodes` takes."""


def _node(info: Info, entity_id: str) -> Any:
    index = info.context.graph.find(entity_id)
    return None if index is None else info.context.graph.entity(index)


@strawberry.type
class ThingQuestions:
    """What is in the graph."""

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
    ) -> list[Node | None] | None:
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
    ) -> SearchConnection | None:
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
    ) -> list[Naming] | None:
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
    ) -> Connection[Customer] | None:
        """Customers."""
        return page_of_customers(info.context, filter, order_by, first, after)

    @answers("馈线列表: 馈线，按名称排列。 Feeders, by name.")
    def feeders(
        self, info: Info, filter: Filter = None, first: First = 50, after: After = None
    ) -> Connection[Feeder] | None:
        """Feeders, by name."""
        return page_of_things(info.context, "feeders", [EntityKind.FEEDER], filter, first, after)

    @answers("变电站列表: 变电站，按名称排列。 Substations, by name.")
    def substations(
        self, info: Info, filter: Filter = None, first: First = 50, after: After = None
    ) -> Connection[Substation] | None:
        """Substations, by name."""
        return page_of_things(info.context, "substations", [EntityKind.SUBSTATION], filter, first, after)

    @answers("人员列表: 人员，按名称排列。 People, by name.")
    def people(
        self, info: Info, filter: Filter = None, first: First = 50, after: After = None
    ) -> Connection[Person] | None:
        """People, by name."""
        return page_of_things(info.context, "people", [EntityKind.PERSON], filter, first, after)

    @answers("班组列表: 班组，按名称排列。 Teams, by name.")
    def teams(
        self, info: Info, filter: Filter = None, first: First = 50, after: After = None
    ) -> Connection[Team] | None:
        """Teams, by name."""
        return page_of_things(info.context, "teams", [EntityKind.TEAM], filter, first, after)

    @answers("预案列表: 应急预案，按名称排列。 Emergency plans, by name.")
    def plans(
        self, info: Info, filter: Filter = None, first: First = 50, after: After = None
    ) -> Connection[EmergencyPlan] | None:
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
    ) -> Connection[ConductingEquipment] | None:
        """Conducting equipment."""
        chosen = CONDUCTING if kinds is None else CONDUCTING & set(kinds)
        return page_of_things(info.context, "equipment", chosen, filter, first, after)

    @answers(
        "数据批次列表: 入库的各个文件及其行数、未入库明细，最近入库者在前。 Files that were loaded, with their counts "
        "of rows and what was rejected: the newest first."
    )
    def loads(
        self,
        info: Info,
        filter: Annotated[
            LoadFilterInput | None, about("筛选: 只看哪些批次，空值为全部。 Which ones; null = all.")
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[SourceLoad] | None:
        """Loads."""
        return page_of_loads(info.context, filter, first, after)
