"""Service commitments (服务承诺): in what time what is to be done; the clocks of work orders come from them."""

from typing import Annotated, ClassVar

from annotated_types import Gt

from schema.checked import checked
from schema.entity import Entity, Label
from schema.incident_terms import CommitmentType, WorkOrderState
from schema.vocabulary import AreaClass

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
