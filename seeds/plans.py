"""一户一案: one plan per important customer with three procedures, a site guide and preparation items."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from schema import plan
from schema.relationships import RelationshipKind
from schema.vocabulary import ResponsibilityRole, SupplyState, TransferMode, WaypointType
from seeds.city import City, Point, shifted
from seeds.inside import transfer_bay
from seeds.row import Row, link
from seeds.specs import Arrangement, CustomerSpec

_Role = ResponsibilityRole


class _Step(NamedTuple):
    role: ResponsibilityRole
    minutes: float
    text: str
    confirm: str | None = None
    acts_on: str | None = None


def plan_rows(city: City, spec: CustomerSpec, place: Point) -> Iterator[Row]:
    """The plan of one important customer."""
    me, version = spec.part("PLAN"), spec.part("PLANV")
    dice = city.dice(f"plan {spec.number}")
    yield Row(
        plan.EmergencyPlan(id=me, name=f"{spec.name}一户一案"),
        (*link(RelationshipKind.PLAN_FOR, spec.id), *link(RelationshipKind.HAS_VERSION, version)),
    )
    approved = city.today - timedelta(days=dice.randint(30, 1000))
    draft = spec.number % 43 == 0
    procedures = {state: spec.part("PROC", f"-{state}") for state in SupplyState}
    items = [spec.part("PREP", f"-{order}") for order in range(1, len(_PREPARATION) + 1)]
    yield Row(
        plan.PlanVersion(
            id=version,
            name=f"{spec.name}一户一案 第 2 版",
            version=2,
            written_by="营销部",
            approved_by=None if draft else "应急办",
            approved_on=None if draft else approved,
            review_due=approved + timedelta(days=730),
            drilled_on=city.today - timedelta(days=dice.randint(10, 400)),
        ),
        (
            *link(RelationshipKind.HAS_PROCEDURE, *procedures.values()),
            *link(RelationshipKind.HAS_GUIDE, spec.part("GUIDE")),
            *link(RelationshipKind.HAS_PREPARATION, *items),
        ),
    )
    for state, procedure in procedures.items():
        yield from _procedure(spec, state, procedure)
    for order, (item, (role, text)) in enumerate(zip(items, _PREPARATION, strict=True), 1):
        done = city.today - timedelta(days=dice.randint(1, 200))
        yield Row(plan.PreparationItem(id=item, order=order, text=text, role=role, done_on=done))
    yield from _guide(spec, place)


_PREPARATION = (
    (_Role.CUSTOMER_MANAGER, "核对客户联系人和值班电话"),
    (_Role.EMERGENCY_POWER, "核对发电车接口型式和电缆长度"),
    (_Role.CUSTOMER_ELECTRICIAN, "试启自备应急电源，检查油量和蓄电池"),
    (_Role.DISTRIBUTION_REPAIR, "巡视进线电缆和环网柜，备齐电缆附件"),
)
_NAMES = {
    SupplyState.NORMAL: ("供电正常处置程序", "保电任务启动", "保电任务结束"),
    SupplyState.DEGRADED: ("供电可靠性下降处置程序", "一路及以上电源失电，仍有电源带电", "失电电源恢复并核对运行方式"),
    SupplyState.LOST: ("全部电源失电处置程序", "全部电源失电", "任一路电源恢复且保安负荷稳定"),
}


def _procedure(spec: CustomerSpec, state: SupplyState, procedure: str) -> Iterator[Row]:
    name, trigger, ending = _NAMES[state]
    steps = _steps(spec, state)
    ids = [f"{procedure}-{order}" for order in range(1, len(steps) + 1)]
    yield Row(
        plan.Procedure(id=procedure, name=f"{spec.name}{name}", state=state, trigger=trigger, exit=ending),
        link(RelationshipKind.HAS_STEP, *ids),
    )
    for order, (step_id, step) in enumerate(zip(ids, steps, strict=True), 1):
        yield Row(
            plan.ProcedureStep(
                id=step_id,
                order=order,
                text=step.text,
                role=step.role,
                time_limit_s=step.minutes * 60,
                confirm_back=step.confirm,
            ),
            link(RelationshipKind.ACTS_ON, step.acts_on) if step.acts_on else (),
        )


def _steps(spec: CustomerSpec, state: SupplyState) -> list[_Step]:
    match state:
        case SupplyState.NORMAL:
            return [
                _Step(_Role.CUSTOMER_MANAGER, 60, "与客户核对负荷安排和联系方式", "向总指挥报告"),
                _Step(_Role.DISTRIBUTION_REPAIR, 120, "特巡进线电缆、环网柜和同通道线路", "向现场指挥报告"),
                _Step(_Role.CUSTOMER_ELECTRICIAN, 120, "检查自备应急电源处于热备用"),
            ]
        case SupplyState.DEGRADED:
            return [
                _Step(_Role.DISPATCHER, 2, "确认失电电源和仍带电电源，通知客户经理", "向总指挥报告"),
                *_transfer(spec),
                _Step(_Role.CUSTOMER_MANAGER, 10, "告知客户当前为单电源运行，建议停用次要负荷", "客户确认"),
                _Step(_Role.CUSTOMER_ELECTRICIAN, 15, "自备应急电源转热备用"),
                _Step(_Role.DISTRIBUTION_REPAIR, 45, "到场查找失电电源故障，看护仍带电电源", "向现场指挥报告"),
                _Step(_Role.EMERGENCY_POWER, 60, "发电车到客户处待命"),
            ]
        case _:
            return [
                _Step(_Role.DISPATCHER, 2, "确认全部电源失电，启动应急处置", "向总指挥报告"),
                *_own_power(spec),
                _Step(_Role.CUSTOMER_MANAGER, 10, "答复客户故障情况和预计恢复时间", "客户确认"),
                _Step(_Role.COMMANDER, 10, "启动应急响应，调派抢修和发电力量"),
                _Step(_Role.DISTRIBUTION_REPAIR, 45, "到场隔离故障，准备转供", "向调度汇报"),
                _Step(_Role.EMERGENCY_POWER, 45, "发电车到场，确认无反送电后接入", "客户确认带电", _access(spec)),
                _Step(_Role.SITE_COMMANDER, 60, "核对保安负荷恢复情况，安排值守"),
            ]


def _access(spec: CustomerSpec) -> str | None:
    return None if spec.arrangement is Arrangement.UNKNOWN else spec.part("AP")


def _transfer(spec: CustomerSpec) -> list[_Step]:
    bay = transfer_bay(spec)
    if spec.transfer is TransferMode.MANUAL:
        text = "断开失电进线，检查无压后合上备用进线或母联"
        return [_Step(_Role.CUSTOMER_ELECTRICIAN, 10, text, "向调度汇报切换完成", bay)]
    if spec.transfer is TransferMode.AUTOMATIC:
        return [_Step(_Role.CUSTOMER_ELECTRICIAN, 5, "检查备自投动作正确，负荷已切换", "向客户经理报告", bay)]
    return []


def _own_power(spec: CustomerSpec) -> list[_Step]:
    if not spec.backups:
        return [_Step(_Role.CUSTOMER_ELECTRICIAN, 5, "断开进线开关，按非电性质保安措施处置保安负荷")]
    text = "断开进线开关，启动自备应急电源带保安负荷"
    return [_Step(_Role.CUSTOMER_ELECTRICIAN, 5, text, "向客户经理报告", spec.part("EP", f"-{len(spec.backups)}"))]


def _guide(spec: CustomerSpec, place: Point) -> Iterator[Row]:
    points = (
        (WaypointType.ENTRY, "大门", "由门卫引导进入，限高 3.5 米", (-0.0006, -0.0003)),
        (WaypointType.PARKING, "发电车停放点", "车头朝外，支腿下垫钢板", (-0.0002, -0.0001)),
        (WaypointType.ROOM, "配电室", "值班电工在此等候", (0.0, 0.0)),
        (WaypointType.CONNECTION, "应急接入箱", "核对相序后接入", (0.0001, 0.0)),
    )
    ids = [spec.part("WP", f"-{order}") for order in range(1, len(points) + 1)]
    yield Row(
        plan.SiteGuide(id=spec.part("GUIDE"), name=f"{spec.name}现场应急保电导图", text="按序到达各点"),
        link(RelationshipKind.HAS_WAYPOINT, *ids),
    )
    for order, (waypoint, (kind, name, text, offset)) in enumerate(zip(ids, points, strict=True), 1):
        point = shifted(place, *offset)
        yield Row(
            plan.Waypoint(
                id=waypoint,
                name=name,
                order=order,
                waypoint_type=kind,
                text=text,
                longitude=point[0],
                latitude=point[1],
            )
        )
