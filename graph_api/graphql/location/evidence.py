"""Reports of a fault in the API: as clients give them, and as they come back with an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry

from graph_api.errors import InvalidInput
from graph_api.graphql.context import Context
from graph_api.graphql.entities import Entity
from graph_api.graphql.entities.arguments import LanguageArgument
from graph_api.graphql.enums import described
from graph_api.graphql.fields import answers
from graph_api.graphql.outage.operated import Operated
from graph_api.graphql.projection import shown, shows
from graph_api.services import location as service
from graph_api.services.location import Reason
from schema.vocabulary import EvidenceKind
from schema.words import Language, say, text_of

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
        description="方向: 能判断方向的指示器所示电流流向的该设备端点，不明时为空。 Node of "
        "the equipment that the current left to, for an indicator that tells; null = not told.",
    )
    reclosed: bool = strawberry.field(
        default=False,
        description="重合成功: 开关跳闸后重合成功时为 true。 True if the device closed again and held (TRIP).",
    )
    source: str = strawberry.field(
        default="",
        description="来源: 由谁或何系统上报；来源不同而说法相反的均参与推断，并列入 `contradictions`。 "
        "Who or what says so; of two sources that differ about one thing both are weighed, and told in "
        "`contradictions`.",
    )
    key: str = strawberry.field(
        default="",
        description="标记: 由您给这条信息的名称，原样返回。 Your own name of the report; it comes back as it is.",
    )


@shows(service.Evidence, description="故障信息: 所给出的一条故障信息。 A report, as it was given.")
class Evidence:
    """A report."""

    key: str = shown("标记: 您给这条信息的名称。 The name that you gave it.")
    kind: EvidenceKind = shown("类型: 信息的类型。 What was reported.")
    positive: bool = shown("是否: 该信息是否为肯定。 Whether it says that it is so.")
    at: datetime | None = shown("时间: 信息的时间，未给出时为空。 When; null = not told.")
    things: list[Entity] = shown(
        "对象: 信息所指的对象（图谱中已有的）。 What it speaks of, as far as the graph knows it."
    )
    source: str = shown("来源: 由谁或何系统上报，未给出时为空字符串。 Who or what says so; empty = not said.")
    recorded: bool = shown(
        "已登记位置: 不是所给信息，而是图谱中已登记的开关位置时为 true。 True if it is no report that was given, but a "
        "position that the graph holds."
    )
    reclosed: bool = shown("重合成功: 开关跳闸后重合成功时为 true。 True if the device closed again and held.")


@shows(service.SetAside, description="未采用的信息: 未采用的故障信息及其原因。 A report that was not weighed, and why.")
class SetAside:
    """A report set aside."""

    evidence: Evidence = shown("故障信息: 所指的故障信息。 The report.")
    reason: Reason = shown("原因: 未采用的原因。 Why it was not weighed.")

    because: list[Operated] = shown(
        "断开的开关: 事前已断开而使该处失电的开关，自何时起、由谁、何种来源。 "
        "Switches that stood open before and took its supply: since when, by whom, by what source."
    )

    @answers("说明: 以一句话说明原因和处理办法，语言按请求。 The same in words, with what to do.")
    def message(self: Any) -> str:
        """The reason in the language of the request."""
        return text_of(self.message)

    @answers("原因说明: 以一句话说明原因和处理办法。 The reason as a sentence, with what to do.")
    def text(self: Any, lang: LanguageArgument = Language.ZH) -> str:
        """The reason in a language."""
        return text_of(self.message, lang)


def known_reports(
    context: Context, evidence: Sequence[EvidenceInput]
) -> tuple[list[service.Evidence], list[service.SetAside]]:
    """Reports as the service takes them, and those of things that the graph does not know.

    Raises InvalidInput if there are none but such.
    """
    known: list[service.Evidence] = []
    unknown: list[service.SetAside] = []
    for each in evidence:
        ids = [*each.things, *([each.towards] if each.towards else [])]
        missing = [id for id in ids if context.graph.find(id) is None]
        if missing:
            unknown.append(_unknown(each, missing[0]))
        else:
            known.append(_plain(context, each))
    if unknown and not known:
        raise InvalidInput(say("No report can be weighed: {message}", message=unknown[0].message))
    return known, unknown


def _unknown(each: EvidenceInput, missing: str) -> service.SetAside:
    return service.SetAside(
        evidence=service.Evidence(kind=each.kind, things=(), positive=each.positive, at=each.at, key=each.key),
        reason=Reason.UNKNOWN_THING,
        message=say("There is no {missing!r} in the graph: check the id.", missing=missing),
    )


def _plain(context: Context, each: EvidenceInput) -> service.Evidence:
    index = context.graph.index
    return service.Evidence(
        kind=each.kind,
        things=tuple(map(index, each.things)),
        positive=each.positive,
        at=each.at,
        towards=index(each.towards) if each.towards else None,
        reclosed=each.reclosed,
        source=each.source.strip(),
        key=each.key,
    )
