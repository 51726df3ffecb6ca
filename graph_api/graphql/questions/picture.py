"""Questions for pictures."""

from __future__ import annotations

from typing import Annotated

import strawberry

from graph_api.graphql.context import Info
from graph_api.graphql.fields import about, answers
from graph_api.graphql.picture.event_input import EventInput
from graph_api.graphql.picture.picture import ChanceInput, Picture, picture_of
from graph_api.services.picture.terms import PictureKind


@strawberry.type
class PictureQuestions:
    """What is drawn."""

    @answers(
        "图形: 馈线单线图、站内接线图、客户内部接线图或地理图，含各设备当前或事件之后的状态。 A picture of feeders, "
        "of a station, of a customer's inside, or a map, with how everything is now or after an event."
    )
    def picture(
        self,
        info: Info,
        of: Annotated[
            list[strawberry.ID],
            about(
                "对象: 所画对象的标识，最多 100 个；单线图取其所属馈线。 Ids of up to 100 things to draw; of a "
                "one-line diagram the feeders that they are of."
            ),
        ],
        kind: Annotated[PictureKind, about("种类: 图形的种类。 What kind of picture.")] = PictureKind.ONE_LINE,
        event: Annotated[
            EventInput | None,
            about("事件: 按此事件之后的状态绘制，空值为当前。 Drawn as after it; null = now."),
        ] = None,
        chances: Annotated[
            list[ChanceInput] | None,
            about("故障概率: 在图上标出的故障概率。 Probabilities of the fault to be marked."),
        ] = None,
        opened: Annotated[
            list[strawberry.ID] | None,
            about("展开区段: 需展开的折叠区段的首端开关。 Switches of the folded zones to be unfolded."),
        ] = None,
    ) -> Picture | None:
        """A picture."""
        return picture_of(info.context, of, kind, event, chances or (), opened or ())  # type: ignore[return-value]
