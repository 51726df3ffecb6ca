"""一户一案: the emergency plan of a customer (or station, or feeder), its versions, procedures and site guide."""

from datetime import date
from typing import Annotated, ClassVar

from annotated_types import Ge

from schema.checked import checked
from schema.entity import Entity, Label
from schema.grid import Duration, Located, NonNegative
from schema.vocabulary import ResponsibilityRole, SupplyState, WaypointType

Order = Annotated[int, Ge(1), Label("序号", "Place in its list, from 1.")]


@checked
class EmergencyPlan(Entity):
    """一户一案: one plan per customer; PLAN_FOR a customer, substation or feeder."""

    group: ClassVar[str] = "plan"
    zh: ClassVar[str] = "一户一案"


@checked
class PlanVersion(Entity):
    """预案版本: what was approved and until when it must be reviewed."""

    group: ClassVar[str] = "plan"
    zh: ClassVar[str] = "预案版本"

    version: Annotated[int, Ge(1), Label("版本", "Version number, from 1.")]
    written_by: Annotated[str | None, Label("编制人", "Who wrote it.")] = None
    reviewed_by: Annotated[str | None, Label("审核人", "Who reviewed it before approval.")] = None
    approved_by: Annotated[str | None, Label("批准人", "Who approved it.")] = None
    approved_on: Annotated[date | None, Label("批准日期", "Date of approval; null = a draft.")] = None
    review_due: Annotated[date | None, Label("复审到期日", "When it must be reviewed.")] = None
    drilled_on: Annotated[date | None, Label("最近演练日期", "Last drill.")] = None


@checked
class Procedure(Entity):
    """处置程序: 某一供电状态下的处置步骤。 What to do in one supply state; one supply has no DEGRADED one."""

    group: ClassVar[str] = "plan"
    zh: ClassVar[str] = "处置程序"

    state: Annotated[SupplyState, Label("适用状态", "Supply state that it is for.")]
    trigger: Annotated[str | None, Label("启动条件", "What starts it.")] = None
    exit: Annotated[str | None, Label("终止条件", "What ends it.")] = None
    followed_by: Annotated[
        SupplyState | None, Label("后续程序", "State whose procedure of the same plan goes on once this one has ended.")
    ] = None


@checked
class ProcedureStep(Entity):
    """处置步骤: one step: who does what, in what time, and how it is confirmed."""

    group: ClassVar[str] = "plan"
    zh: ClassVar[str] = "处置步骤"

    order: Order
    text: Annotated[str, Label("内容", "What to do.")]
    condition: Annotated[str | None, Label("执行条件", "What must hold for it to be done; null = always.")] = None
    role: Annotated[ResponsibilityRole | None, Label("执行岗位", "Who does it.")] = None
    time_limit_s: Annotated[NonNegative | None, Label("时限", "Time limit from the procedure's start.", "s")] = None
    confirm_back: Annotated[str | None, Label("汇报要求", "What is reported back, and to whom.")] = None


@checked
class SiteGuide(Entity):
    """现场应急保电导图: how a crew gets in, parks and connects."""

    group: ClassVar[str] = "plan"
    zh: ClassVar[str] = "现场应急保电导图"

    text: Annotated[str | None, Label("说明", "Guide in words.")] = None


@checked
class Waypoint(Located):
    """导图节点: one point of a site guide."""

    group: ClassVar[str] = "plan"
    zh: ClassVar[str] = "导图节点"

    order: Order
    waypoint_type: Annotated[WaypointType | None, Label("节点类型", "Entry, parking, connection or room.")] = None
    text: Annotated[str | None, Label("说明", "What to do there.")] = None
    photo: Annotated[
        str | None, Label("照片", "照片的编号或地址。 Reference of a photo: its number or address where it is kept.")
    ] = None


@checked
class PreparationItem(Entity):
    """应急保电准备工作: one thing to be ready before it is needed."""

    group: ClassVar[str] = "plan"
    zh: ClassVar[str] = "应急保电准备工作"

    order: Order
    text: Annotated[str, Label("内容", "What must be ready.")]
    role: Annotated[ResponsibilityRole | None, Label("责任岗位", "Who sees to it.")] = None
    done_on: Annotated[date | None, Label("最近完成日期", "When it was last made ready.")] = None


@checked
class NonElectricalMeasure(Entity):
    """非电性质保安措施: 全部供电失去后不用电的保安手段。 What keeps people safe without any electricity."""

    group: ClassVar[str] = "plan"
    zh: ClassVar[str] = "非电性质保安措施"

    text: Annotated[str, Label("内容", "做什么。 What is done.")]
    role: Annotated[ResponsibilityRole | None, Label("执行岗位", "由谁执行。 Who does it.")] = None
    takes_minutes: Annotated[Duration | None, Label("所需时间", "完成所需的时间。 How long it takes.", "min")] = None
    checked_on: Annotated[
        date | None, Label("最近检查日期", "最近一次检查可用的日期。 When it was last found fit for use.")
    ] = None
