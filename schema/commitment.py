"""Service commitments (服务承诺): in what time what is to be done; the clocks of work orders come from them.

Escalation rules (升级规则): who is told when nobody takes an incident in hand.
"""

from typing import Annotated, ClassVar

from annotated_types import Ge, Gt

from schema.checked import checked
from schema.entity import Entity, Label
from schema.incident_terms import CommitmentType, IncidentLevel, WorkOrderState
from schema.vocabulary import AreaClass, Importance, ResponsibilityRole

Minutes = Annotated[float, Gt(0)]


@checked
class ServiceCommitment(Entity):
    """服务承诺: 一项服务时限，如 45 分钟内到达现场。 A time limit of service, as to be on site within 45 minutes."""

    group: ClassVar[str] = "plan"
    zh: ClassVar[str] = "服务承诺"

    begins: Annotated[
        WorkOrderState, Label("起算状态", "工单到达此状态时起算。 State of a work order from which it runs.")
    ]
    ends: Annotated[WorkOrderState, Label("终止状态", "工单到达此状态时停止。 State at which it has been kept.")]
    limit_min: Annotated[Minutes, Label("时限", "自起算的时限。 Time limit.", "min")]
    warn_min: Annotated[
        Minutes | None,
        Label("提前提醒", "到期前多久提醒，空值为不提醒。 How long before the limit it warns.", "min"),
    ] = None
    area_class: Annotated[
        AreaClass | None, Label("地区类别", "适用的地区类别，空值为全部。 Class of area that it holds in; null = all.")
    ] = None
    commitment_type: Annotated[
        CommitmentType | None, Label("承诺类型", "内部承诺、平均时间或规定上限。 Promise, average or legal cap.")
    ] = None
    basis: Annotated[str | None, Label("依据", "所依据的文件。 The document that it comes from.")] = None


@checked
class EscalationRule(Entity):
    """升级规则: 事件多久无人确认时通知何人。 Who is told when nobody has acknowledged an incident for so long."""

    group: ClassVar[str] = "plan"
    zh: ClassVar[str] = "升级规则"

    after_min: Annotated[
        float,
        Ge(0),
        Label(
            "确认时限",
            "自立案、重新立案或提高响应级别起，无人确认多久即通知，0 为立即。 Without acknowledgement since it was "
            "opened, opened again or raised to a graver level; 0 = at once.",
            "min",
        ),
    ]
    level: Annotated[
        IncidentLevel | None,
        Label(
            "响应级别", "适用于该级及更重的事件，空值为全部。 Of incidents of this level or a graver one; null = all."
        ),
    ] = None
    importance: Annotated[
        Importance | None,
        Label(
            "重要等级",
            "适用于影响该级及更重要客户的事件，空值为全部。 Of incidents that affect a customer of this class or one "
            "above; null = all.",
        ),
    ] = None
    role: Annotated[
        ResponsibilityRole | None,
        Label(
            "通知岗位",
            "通知事件所涉设备、客户的该岗位当值人员。 Who holds this role for what the incident is about is told.",
        ),
    ] = None
