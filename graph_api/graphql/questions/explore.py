"""Questions that walk the graph, and the words it uses."""

from __future__ import annotations

from typing import Annotated

import strawberry

from graph_api.graphql.context import Info
from graph_api.graphql.enums import first_line
from graph_api.graphql.explore.neighbourhood import (
    PathConnection,
    Subgraph,
    find_neighbourhood,
    find_paths,
)
from graph_api.graphql.explore.trace import Trace, trace_from
from graph_api.graphql.fields import about, answers
from graph_api.graphql.outage.event import SwitchAssumption
from graph_api.services.explore.trace import TraceDirection
from schema.relationships import RelationshipKind
from schema.vocabulary import Term


@strawberry.type(
    description="词汇: 一个编码值，含中英文名称和出处。 One coded value with its labels and where it comes from."
)
class VocabularyTerm:
    """A coded value."""

    code: str = strawberry.field(description="代码: 枚举中的取值。 Value as the enum has it.")
    zh: str = strawberry.field(description="中文: 中文名称。 Chinese label.")
    en: str = strawberry.field(description="英文: 英文名称。 English label.")
    source: str = strawberry.field(
        description="出处: 所依据的文件或惯例，K 为行业常识。 Document or practice it comes from; K = common knowledge."
    )


@strawberry.type(description="词汇表: 一个枚举的全部取值。 The values of one enum.")
class Vocabulary:
    """A vocabulary."""

    name: str = strawberry.field(description="名称: 枚举的名称。 Name of the enum.")
    description: str = strawberry.field(description="说明: 该枚举表示什么。 What it says.")
    terms: list[VocabularyTerm] = strawberry.field(description="词条: 全部取值，按顺序排列。 Its values, in order.")


@strawberry.type
class ExploreQuestions:
    """Walks and words."""

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
    ) -> Trace | None:
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
    ) -> PathConnection | None:
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
    ) -> Subgraph | None:
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
            for each in sorted(Term.__subclasses__(), key=lambda each: each.__name__)
        ]
