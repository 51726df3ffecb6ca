"""What to check next, as the API shows it."""

from __future__ import annotations

from typing import Any

from graph_api.graphql.context import Info
from graph_api.graphql.duty.responsibility import RoleAnswer
from graph_api.graphql.entities import Entity
from graph_api.graphql.entities.arguments import LanguageArgument
from graph_api.graphql.enums import described
from graph_api.graphql.fields import answers
from graph_api.graphql.projection import shown, shows
from graph_api.services import location as service
from graph_api.services.duty.doers import held_by
from graph_api.services.location import CheckHarm, CheckKind
from graph_api.services.location.check_words import tells, why
from schema.durations import Enquiry
from schema.vocabulary import ResponsibilityRole
from schema.words import Language, text_of

described(
    CheckKind,
    {
        "ASK_POSITION": "核实开关位置。 Ask whether a breaker stands open.",
        "READ_INDICATOR": "查看指示器 · read a fault indicator that nobody has read",
        "OPEN_AND_TEST": "分段试送 · open a switch and close the feeder again: it trips unless the fault is behind it",
        "ASK_CUSTOMER": "电话询问 · ask a customer whether there is power",
        "PATROL": "巡线 · walk a section",
    },
)

described(
    Enquiry,
    {each.name: f"{each.zh}。 {each.en[0].upper()}{each.en[1:]}." for each in Enquiry},
    "核查办法: 如何核查，决定所需时间。 How somebody learns more, which says how long it takes.",
)
described(
    CheckHarm,
    {
        "NONE": "无。 None: nobody is switched off and nothing is energised.",
        "TRIAL_ON_FAULT": "可能再次向故障点送电；只试送已停电部分。 "
        "What is off already may be energised onto the fault.",
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

    enquiry: Enquiry = shown("办法: 如何核查，决定所需时间。 How it is done, which says how long it takes.")
    doer: ResponsibilityRole = shown("执行岗位: 由哪一岗位执行。 Role that does it.")

    @answers("信息量: 预期信息量，单位为比特。 Expected information, in bits.")
    def bits(self: Any) -> float:
        """Expected information, to the thousandth of a bit."""
        bits: float = round(self.bits, 3)
        return bits

    probability: float = shown(
        "概率: 结果为肯定（在分位、有指示、跳闸、失电、发现故障）的概率。 "
        "That it stands open, shows, trips, has no power, is found."
    )
    if_yes: float = shown(
        "肯定后概率: 结果为肯定时，故障在其所指范围内的概率。 After a yes, that the fault is where a yes points."
    )
    if_no: float = shown(
        "否定后概率: 结果为否定时，故障仍在该范围内的概率。 After a no, that the fault is there nonetheless."
    )
    minutes: float = shown("耗时: 所需时间，单位为分钟。 Minutes that it takes.")
    harm: CheckHarm = shown(
        "风险: 核查可能造成的影响；未停电的客户不会因核查停电。 What it may do to people and plant."
    )
    bits_per_minute: float = shown(
        "单位时间信息量: 排序依据，耗时含下令时间和风险折算。 What it is ranked by: minutes with ordering and harm. "
        "[bit/min]"
    )

    @answers("结果含义: 肯定和否定各说明什么。 What a yes and a no would tell.")
    def tells(self: Any, lang: LanguageArgument = Language.ZH) -> str:
        """In words."""
        return text_of(tells(self), lang)

    @answers("排序理由: 为何排在此位。 Why it is ranked as it is.")
    def because(self: Any, lang: LanguageArgument = Language.ZH) -> str:
        """In words."""
        return text_of(why(self), lang)

    @answers(
        "执行人: 所问时刻当值的执行人及电话。 Who does it: the person on duty at the time asked about, with number and "
        "deputy."
    )
    def done_by(self: Any, info: Info) -> RoleAnswer:
        """Whom to call."""
        tables = info.context.responsibilities(self.asked_at)
        return held_by(tables, self.doer, (self.thing,))  # type: ignore[return-value]

    remote: bool = shown("遥控: 无需到现场时为 true。 True if nobody has to go there.")
