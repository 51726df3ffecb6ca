"""What to check next, as the API shows it."""

from __future__ import annotations

from typing import Any

from graph_api.graphql.entities import Entity
from graph_api.graphql.enums import described
from graph_api.graphql.fields import answers
from graph_api.graphql.projection import shown, shows
from graph_api.services import location as service
from graph_api.services.location import CheckKind

described(
    CheckKind,
    {
        "READ_INDICATOR": "查看指示器 · read a fault indicator that nobody has read",
        "OPEN_AND_TEST": "分段试送 · open a switch and close the feeder again: it trips unless the fault is behind it",
        "ASK_CUSTOMER": "电话询问 · ask a customer whether there is power",
        "PATROL": "巡线 · walk a section",
    },
)


@shows(
    service.Check,
    description="下一步核查: 可以缩小故障范围的一项核查。 An observation that narrows the place of the fault.",
)
class Check:
    """A check."""

    kind: CheckKind = shown("方式: 核查的方式。 What to do.")
    thing: Entity = shown(
        "对象: 核查的对象；待巡视区段以其中一个设备表示。 With what; a section to walk is named by one piece of it."
    )

    @answers("信息量: 预期信息量，单位为比特。 Expected information, in bits.")
    def bits(self: Any) -> float:
        """Expected information, to the thousandth of a bit."""
        bits: float = round(self.bits, 3)
        return bits

    probability: float = shown(
        "概率: 结果为肯定（有指示、跳闸、失电、发现故障）的概率。 That it shows, trips, has no power, is found."
    )
    minutes: float = shown("耗时: 所需时间，单位为分钟。 Minutes that it takes.")
    remote: bool = shown("遥控: 无需到现场时为 true。 True if nobody has to go there.")
