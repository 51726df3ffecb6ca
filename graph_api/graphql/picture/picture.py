"""A picture as the API shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from graph_api.errors import InvalidInput
from graph_api.exports.picture.svg import to_svg
from graph_api.exports.picture.themes import PictureTheme
from graph_api.graphql.context import Context, Info
from graph_api.graphql.entities import Entity
from graph_api.graphql.entities.arguments import LanguageArgument
from graph_api.graphql.enums import clauses, described
from graph_api.graphql.fields import about, answers
from graph_api.graphql.picture.event_input import event_given
from graph_api.graphql.projection import shown, shows
from graph_api.services.picture import parts
from graph_api.services.picture.conditions import Conditions
from graph_api.services.picture.draw import draw
from graph_api.services.picture.loads import flow_kw, least_rating_kw
from graph_api.services.picture.terms import PictureCondition, PictureKind, PictureSymbol
from graph_api.services.restoration.aftermath import answer
from schema.numbers import Revision
from schema.vocabulary import SwitchPosition
from schema.words import Language, say, speaking, text_of

for _term in (PictureKind, PictureSymbol, PictureCondition, PictureTheme):
    described(_term, clauses(_term))
MOST_THINGS = 100
"""Things that one picture can be asked of."""
_FAR = 1.0


@strawberry.type(
    description="图上点: 图上的一个点，x 向右、y 向下。 A point of a picture; x to the right, y downwards."
)
class PicturePoint:
    """A point."""

    x: float = strawberry.field(description="横坐标: 图形单位，约一个像素。 Units of the picture, about a pixel.")
    y: float = strawberry.field(description="纵坐标: 图形单位，约一个像素。 Units of the picture, about a pixel.")


@strawberry.input(description="故障概率: 某对象处发生故障的概率。 The probability that the fault is at a thing.")
class ChanceInput:
    """A probability."""

    thing: strawberry.ID = strawberry.field(description="对象: 设备的标识。 Id of the equipment.")
    probability: float = strawberry.field(description="概率: 0 至 1，取自 `locateFault`。 0 to 1, of `locateFault`.")


@shows(
    parts.Node,
    description="图元: 图上的一个符号，在固定的位置。 A symbol of a picture; switching never moves it.",
)
class PictureNode:
    """A symbol."""

    id: strawberry.ID = shown("标识: 在图内唯一，一般为设备的标识。 Unique in the picture; mostly that of its thing.")
    symbol: PictureSymbol = shown("符号: 所用的图形符号。 How it is drawn.")
    thing: Entity | None = shown("对象: 该符号代表的对象；仅注名称的对侧线路为空。 What it is a symbol of; null where "
                                 "a name alone stands there.")  # fmt: skip
    things: list[Entity] = shown("全部对象: 该符号代表的全部对象，含连接节点。 All that it stands for, nodes included.")
    x: float = shown("横坐标: 符号中心，图形单位。 Its middle, in units of the picture.")
    y: float = shown("纵坐标: 符号中心，图形单位。 Its middle, in units of the picture.")
    length_x: float = shown("横向长度: 母线向右延伸的长度，其他为 0。 How far a bar goes to the right; else 0.")
    length_y: float = shown("纵向长度: 母线向下延伸的长度，其他为 0。 How far a bar goes down; else 0.")
    beside: bool = shown("文字在右: 文字在符号右侧时为 true。 True if its texts stand to the right of it.")
    condition: PictureCondition = shown("状态: 当前或事件之后的状态。 How it is now, or after the event.")
    position: SwitchPosition | None = shown("位置: 开关当前或事件之后的位置。 Where a switch stands.")
    normal_position: SwitchPosition | None = shown("正常位置: 开关在正常方式下的位置。 Where it stands normally.")
    off_normal: bool = shown("非正常位置: 开关位置与正常方式不符时为 true。 True if a switch is not as normal.")
    tripped: bool = shown("已跳闸: 因本事件跳闸并处于分位时为 true。 True if it opened on the fault and stands open.")
    telemetered: bool | None = shown("可遥控: 开关能否遥控，未登记为空。 Whether it can be operated from afar; null = "
                                     "not recorded.")  # fmt: skip
    probability: float | None = shown("故障概率: 所给出的故障概率。 The probability that was given for it.")
    indicators: list[Entity] = shown("故障指示器: 监测该设备的故障指示器。 Fault indicators that watch it.")
    folded: int = shown("折叠数: 折叠的区段所含设备数，其他为 0。 Things that a folded zone stands for; else 0.")
    customers: int = shown("折叠客户数: 折叠的区段所含供电电源数。 Supplies of customers in a folded zone.")

    @answers("标注: 符号旁的文字。 The text at the symbol.")
    def label(self: Any, lang: LanguageArgument = Language.ZH) -> str:
        """Its text."""
        return text_of(self.label, lang)

    @answers("参数: 容量、负荷、等级等。 Ratings, amounts, class.")
    def detail(self: Any, lang: LanguageArgument = Language.ZH) -> str:
        """What stands under it."""
        return text_of(self.detail, lang)

    @answers("当前功率: 按已登记负荷计算的当前潮流（kW）。 Power through it now by the recorded loads, kW.")
    def load_kw(self: Any, info: Info) -> float | None:
        """What flows."""
        return flow_kw(info.context.whole, self.things)

    @answers("允许功率: 额定值折算的允许功率（kW），未登记为空。 Power that it may carry, kW; null = no rating.")
    def rating_kw(self: Any, info: Info) -> float | None:
        """What it may carry."""
        return least_rating_kw(info.context.whole, self.things)


@shows(
    parts.Edge,
    description="连线: 两个符号之间的连线，可代表串联的数段线路。 A line between two symbols; it may stand for several "
    "sections in series.",
)
class PictureEdge:
    """A line."""

    id: strawberry.ID = shown("标识: 在图内唯一。 Unique in the picture.")
    source: strawberry.ID = shown("起点: 起点符号的标识。 Id of the symbol where it begins.")
    target: strawberry.ID = shown("终点: 终点符号的标识。 Id of the symbol where it ends.")
    things: list[Entity] = shown("对象: 所代表的线路段，按顺序。 Sections that it stands for, in order.")
    condition: PictureCondition = shown("状态: 当前或事件之后的状态。 How it is now, or after the event.")
    link: bool = shown("联络: 正常断开的联络时为 true，画为虚线。 True for a tie that normally stands open: dashed.")
    probability: float | None = shown("故障概率: 所给出的故障概率之和。 The sum of the probabilities given for it.")
    indicators: list[Entity] = shown("故障指示器: 监测这些线路段的故障指示器。 Fault indicators that watch them.")

    @answers("走向: 折线的各点，按顺序。 The points of its polyline, in order.")
    def points(self: Any) -> list[PicturePoint]:
        """Where it runs."""
        return [PicturePoint(x=x, y=y) for x, y in self.points]

    @answers("标注: 线路长度和型号。 Length and conductor.")
    def label(self: Any, lang: LanguageArgument = Language.ZH) -> str:
        """Its text."""
        return text_of(self.label, lang)

    @answers("当前功率: 按已登记负荷计算的当前潮流（kW）。 Power through it now by the recorded loads, kW.")
    def load_kw(self: Any, info: Info) -> float | None:
        """What flows."""
        return flow_kw(info.context.whole, self.things)

    @answers("允许功率: 额定值折算的允许功率（kW），未登记为空。 Power that it may carry, kW; null = no rating.")
    def rating_kw(self: Any, info: Info) -> float | None:
        """What it may carry."""
        return least_rating_kw(info.context.whole, self.things)


@shows(parts.Frame, description="站房框: 围住一座站房内设备的方框。 A box around what stands in one station.")
class PictureFrame:
    """A box."""

    thing: Entity = shown("站房: 所指的站房。 The station.")
    label: str = shown("标注: 站房名称。 Its name.")
    x: float = shown("横坐标: 左上角。 Upper left corner.")
    y: float = shown("纵坐标: 左上角。 Upper left corner.")
    width: float = shown("宽度: 图形单位。 In units of the picture.")
    height: float = shown("高度: 图形单位。 In units of the picture.")


@shows(
    parts.Picture,
    description="图形: 一幅在服务器上算出的图，供界面绘制或直接使用其 SVG。 A picture worked out on the server: data "
    "to draw from, or the SVG as it is.",
)
class Picture:
    """A picture."""

    kind: PictureKind = shown("种类: 图形的种类。 What kind of picture it is.")
    of: list[Entity] = shown("对象: 图中所画的馈线、站房或客户。 The feeders, station or customer that it shows.")
    width: float = shown("宽度: 图形单位。 In units of the picture.")
    height: float = shown("高度: 图形单位。 In units of the picture.")
    nodes: list[PictureNode] = shown("图元: 全部符号。 All symbols.")
    edges: list[PictureEdge] = shown("连线: 全部连线。 All lines between them.")
    frames: list[PictureFrame] = shown("站房框: 围住站房的方框。 Boxes around stations.")
    symbols: list[PictureSymbol] = shown("图例符号: 图中出现的符号。 Symbols that occur.")
    conditions: list[PictureCondition] = shown("图例状态: 图中出现的状态。 States that occur.")
    unplaced: list[Entity] = shown("未定位对象: 属于本图而无坐标的对象。 Things of it that have no place.")
    truncated: bool = shown("已截断: 有未画出且不能展开的部分时为 true。 True if more is there than can be drawn.")

    @answers("标题: 图形的标题。 Its title.")
    def title(self: Any, lang: LanguageArgument = Language.ZH) -> str:
        """Its title."""
        return text_of(self.title, lang)

    @answers("版本号: 本图所依据的图谱版本。 Revision of the graph that it is true of.")
    def revision(self: Any, info: Info) -> Revision:
        """Its revision."""
        return info.context.revision

    @answers(
        "SVG 图形: 含图例的 SVG 文档，各图元的 data-id 为其标识。 The picture with its legend as an SVG document; the "
        "data-id of a group is the id of its symbol or line."
    )
    def svg(
        self: Any,
        theme: Annotated[PictureTheme, about("配色: 日间、暗室或打印。 Day, dark room or print.")] = PictureTheme.DAY,
        lang: LanguageArgument = Language.ZH,
    ) -> str:
        """The drawing."""
        with speaking(lang):
            return to_svg(self, theme)


def picture_of(
    context: Context,
    of: Sequence[str],
    kind: PictureKind,
    event: Any,
    chances: Sequence[ChanceInput],
    opened: Sequence[str],
) -> parts.Picture:
    """The picture of some things. Raises UnknownEntity, and InvalidInput for what it cannot show."""
    if not 1 <= len(of) <= MOST_THINGS:
        raise InvalidInput(
            say("Name 1 to {most} things to draw, not {count}.", most=MOST_THINGS, count=len(of)), argument="of"
        )
    index = context.graph.index
    said = event_given(context, event)
    impact = None if said is None else answer(context.whole, said)
    conditions = Conditions(context.whole, impact, _probable(context, chances))
    return draw(context.model, kind, [*map(index, of)], conditions, frozenset(map(index, opened)))


def _probable(context: Context, chances: Sequence[ChanceInput]) -> dict[int, float]:
    found: dict[int, float] = {context.graph.index(each.thing): each.probability for each in chances}
    if any(not 0 <= each <= _FAR for each in found.values()):
        raise InvalidInput(say("A probability is between 0 and 1."), argument="chances")
    return found
