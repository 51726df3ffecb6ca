"""Fields of graph things beside the schema's own: what they are called, where they come from."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

import strawberry

import graph_api.graphql.enums  # noqa: F401 (makes GraphQL enums of what is named below)
from graph_api.graphql.context import Info
from graph_api.graphql.entities.arguments import LanguageArgument
from graph_api.graphql.entities.incidents import INCIDENT_FIELDS
from graph_api.graphql.entities.rejects import Rejected, dropped, rejects
from graph_api.graphql.enums import Language
from graph_api.graphql.fields import about, resolved
from graph_api.graphql.lists.connections import Connection
from graph_api.readmodel.customers.incoming import incoming_report
from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.services.duty.calling import manager_of
from graph_api.services.duty.doers import doer_of, measure_doer
from graph_api.services.duty.responsibility import is_answered
from graph_api.services.explore.open_points import feeders_of
from graph_api.services.outage.present import present_state
from graph_api.services.plans.procedures import current_version
from schema import customer, grid, incident, people, plan
from schema.entity import Entity, FieldOrigin
from schema.numbers import Revision
from schema.provenance import SourceLoad
from schema.registry import KIND_OF, EntityKind
from schema.vocabulary import LoadsFed, ResponsibilityRole, SupplyState, SwitchPosition

AtArgument = Annotated[datetime | None, about("时间: 空值为当前时间。 Null = now.")]
RolesArgument = Annotated[
    list[ResponsibilityRole] | None, about("责任岗位: 只看这些岗位，空值为全部。 Only these; null = all.")
]


@strawberry.type(description="数据来源: the file and row that a thing, or one field of it, came from.")
class SourceRecord:
    """Where a fact comes from."""

    system: str | None = strawberry.field(description="源系统: system it was exported from; null = unknown load.")
    file: str | None = strawberry.field(description="文件: name of the file.")
    row: int = strawberry.field(description="行号: row of the file, from 1; 0 = not a row of a table.")
    load: int = strawberry.field(description="批次号: number of the load.")
    as_of: datetime | None = strawberry.field(description="数据时间: when it was true, as far as the source says.")
    loaded_at: datetime | None = strawberry.field(description="入库时间: when it was loaded.")
    field: str | None = strawberry.field(description="字段: the one field it is about; null = the thing as a whole.")


@strawberry.type(
    description="进线开关: 未建模的进线开关的位置，按供电电源上报。 How the incoming switch stands that nobody "
    "drew: it is reported of the supply."
)
class IncomingSwitch:
    """A supply's own incoming switch."""

    position: SwitchPosition = strawberry.field(description="当前位置: 最近上报的，否则正常位置。 As it counts.")
    at: datetime | None = strawberry.field(
        description="时间: 自何时起，未上报时为空。 Since when; null = not reported."
    )
    by: str | None = strawberry.field(description="上报人: 未上报时为空。 Who reported it; null = not reported.")
    source: str | None = strawberry.field(description="来源: 未上报时为空。 By what means; null = not reported.")


LOADS: Final = Derivation[None, dict[int, SourceLoad]]("loads by number", most=1)


def loads_of(model: ReadModel) -> dict[int, SourceLoad]:
    """Loads by their number."""
    graph = model.graph

    def read() -> dict[int, SourceLoad]:
        loads = (graph.get(SourceLoad, index) for index in graph.of_kind(EntityKind.SOURCE_LOAD))
        return {load.number: load for load in loads}

    return model.memo.recall(LOADS, None, read)


def source_records(model: ReadModel, entity: Entity) -> list[SourceRecord]:
    """Where an entity and its overridden fields come from; empty for what was entered by hand."""
    origins: list[tuple[FieldOrigin | Entity, str | None]] = [(entity, None)] if entity.load else []
    origins += [(origin, origin.field) for origin in entity.overrides]
    records = []
    for origin, field in origins:
        load = loads_of(model).get(origin.load)
        records.append(
            SourceRecord(
                system=load.system if load else None,
                file=load.file if load else None,
                row=origin.row,
                load=origin.load,
                as_of=load.as_of if load else None,
                loaded_at=load.loaded_at if load else None,
                field=field,
            )
        )
    return records


IN_ENGLISH = {
    EntityKind.AC_LINE_SEGMENT: "Line segment",
    EntityKind.LOAD_BREAK_SWITCH: "Load-break switch",
    EntityKind.SOURCE_LOAD: "Load of data",
}
"""Kinds that people call otherwise than CIM."""


def label_of(entity: Entity, lang: Language) -> str:
    """How a thing is announced: its kind's term and its name (its id where it has none)."""
    kind = KIND_OF[type(entity)]
    term = kind.zh if lang is Language.ZH else IN_ENGLISH.get(kind, kind.value.replace("_", " ").capitalize())
    return f"{term} {entity.name or entity.id}"


def _kind(self: Any) -> EntityKind:
    return KIND_OF[type(self)]


def _label(self: Any, lang: LanguageArgument = Language.ZH) -> str:
    return label_of(self, lang)


def _masked(self: Any, info: Info) -> bool:
    return info.context.hides(self)


def _version(self: Any, info: Info) -> Revision:
    graph = info.context.graph
    return Revision(graph.version(graph.index(self.id)))


def _sources(self: Any, info: Info) -> list[SourceRecord]:
    return source_records(info.context.whole, self)


def _version_number(self: Any) -> int:
    return int(self.version)


def _title(self: Any) -> str:
    return str(self.name)


def _current_version(self: Any, info: Info) -> Any:
    graph = info.context.graph
    version = current_version(graph, graph.index(self.id))
    return None if version is None else graph.entity(version)


def _responsibility(self: Any, info: Info, at: AtArgument = None, roles: RolesArgument = None) -> Any:
    index = info.context.graph.index(self.id)
    return info.context.table(index, at, roles) if is_answered(info.context.graph, index) else None


def _doer(self: Any, info: Info, at: AtArgument = None) -> Any:
    context = info.context
    return doer_of(context.graph, context.responsibilities(context.moment(at)), context.graph.index(self.id))


def _measure_doer(self: Any, info: Info, at: AtArgument = None) -> Any:
    context = info.context
    return measure_doer(context.graph, context.responsibilities(context.moment(at)), context.graph.index(self.id))


def _manager(self: Any, info: Info) -> Any:
    context = info.context
    return context.thing(manager_of(context.responsibilities(context.now), context.graph.index(self.id)))


def _supply_state(self: Any, info: Info) -> SupplyState:
    return present_state(info.context.whole, info.context.graph.index(self.id)).state


def _loads_fed(self: Any, info: Info) -> LoadsFed:
    return present_state(info.context.whole, info.context.graph.index(self.id)).loads_fed


def _incoming_switch(self: Any, info: Info) -> IncomingSwitch | None:
    model = info.context.whole
    index = model.graph.index(self.id)
    position = model.customers.incoming(index)
    if position is None:
        return None
    last = incoming_report(model.graph, index)
    return IncomingSwitch(
        position=position,
        at=last.at if last else None,
        by=info.context.free_text(last.by, self) if last else None,
        source=info.context.free_text(last.source, self) if last else None,
    )


def _energised(self: Any, info: Info) -> bool:
    return info.context.model.topology.energised(info.context.graph.index(self.id))


def _fed_from(self: Any, info: Info) -> list[Any]:
    graph = info.context.graph
    return graph.entities(feeders_of(info.context.whole, graph.index(self.id)))


_TABLE = Annotated[
    "ResponsibilityTable",  # type: ignore[name-defined]  # noqa: F821 (its types are made of the entities' own)
    strawberry.lazy("graph_api.graphql.duty.responsibility"),
]

_DOER = Annotated[
    "RoleAnswer",  # type: ignore[name-defined]  # noqa: F821 (as above)
    strawberry.lazy("graph_api.graphql.duty.responsibility"),
]

FIELDS: dict[type[Entity], dict[str, tuple[Any, Any]]] = {
    Entity: {
        "kind": (EntityKind, resolved(_kind, "类型: 对象的类型。 Kind of the thing.")),
        "label": (str, resolved(_label, "全称: 类型加名称。 Kind and name, as one says it.")),
        "version": (
            Revision,
            resolved(
                _version,
                "版本: 最近一次变更的版本，供变更的 `expected` 使用。 Revision of its last change, "
                "for `expected` of mutations.",
            ),
        ),
        "sources": (
            list[SourceRecord],
            resolved(
                _sources,
                "数据来源: 来自哪个系统、文件和行，人工录入时为空。 Which system, file and row; "
                "empty for what was entered by hand.",
            ),
        ),
        "responsibility": (
            _TABLE | None,
            resolved(
                _responsibility,
                "责任分解表: 某一时刻由谁负责，各岗位按层级由近到远；无须专人负责的对象为空。 Who answers for "
                "it at a time, nearest first for each role; null for what nobody answers for, as a contact.",
            ),
        ),
    },
    grid.ConductingEquipment: {
        "energised": (
            bool,
            resolved(
                _energised,
                "带电: 当前是否带电，位置不明的开关按较严重的情况计。 Whether it is live now, in the "
                "worse world of unknown switches.",
            ),
        ),
        "feeders": (
            "list[Feeder]",
            resolved(
                _fed_from,
                "馈线: 按拓扑当前为其供电的馈线，断开的开关为其带电各侧的馈线。 Feeders that feed it now, by the "
                "topology; of an open switch, those of its live sides.",
            ),
        ),
    },
    customer.SupplySource: {
        "incoming_switch": (
            IncomingSwitch | None,
            resolved(
                _incoming_switch,
                "进线开关: 进线开关未建模时其位置；已建模的为空，见该开关。 How its incoming switch stands where "
                "nobody recorded one; null where one is recorded: ask that.",
            ),
        ),
    },
    customer.Customer: {
        **INCIDENT_FIELDS[customer.Customer],
        "manager": (
            "Person | None",
            resolved(_manager, "客户经理: the customer manager to call; null if there is none."),
        ),
        "supply_state": (SupplyState, resolved(_supply_state, "供电状态: now, of its worst receiving point.")),
        "loads_fed": (LoadsFed, resolved(_loads_fed, "负荷供电情况: what the grid feeds now.")),
    },
    grid.Switch: {
        "current_position": (
            SwitchPosition,
            strawberry.field(
                description="当前位置: 最近上报的位置，未上报时为正常位置。 The one that counts: reported, else normal."
            ),
        ),
    },
    people.Contact: {
        "masked": (
            bool,
            resolved(
                _masked,
                "已隐去: 号码对查询者隐去时为 true，`value` 仅留首尾几位。 True if the number is hidden from who asks: "
                "`value` shows its first and last digits alone.",
            ),
        ),
    },
    plan.Procedure: {"title": (str, resolved(_title, "标题: title of the procedure."))},
    plan.ProcedureStep: {
        "doer": (
            _DOER | None,
            resolved(
                _doer,
                "执行人: 此刻由谁执行本步，含号码和替代人；未指定岗位时为空。 Who does it at that time, "
                "at which number, and who stands in; null for a step without a role.",
            ),
        ),
    },
    plan.NonElectricalMeasure: {
        "doer": (
            _DOER | None,
            resolved(
                _measure_doer,
                "执行人: 此刻由谁执行，含号码和替代人；未指定岗位时为空。 Who does it at that time, at which number, "
                "and who stands in; null without a role.",
            ),
        ),
    },
    plan.PlanVersion: {"version_number": (int, resolved(_version_number, "版本: version number, from 1."))},
    SourceLoad: {
        "rejects": (
            Connection[Rejected],
            resolved(
                rejects,
                "未入库明细: 未入库记录及原因，按文件中的次序；每种原因保留前若干行，总数见 `rowsRejected`，"
                "号码已隐去。 "
                "Rows that were not taken, in the order of the file: the first of each kind of trouble, "
                "`rowsRejected` counts them all; telephone numbers are masked.",
            ),
        ),
        "dropped": (
            Connection[Rejected],
            resolved(
                dropped,
                "未采用的值: 所在行已入库而未采用的值及原因（有误的号码、无所指的引用）；"
                "每种原因保留前若干项，号码已隐去。 "
                "Values without which their rows were taken (a wrong number, a reference that leads nowhere), with "
                "why: the first of each kind of trouble; telephone numbers are masked.",
            ),
        ),
    },
    incident.Incident: INCIDENT_FIELDS[incident.Incident],
    incident.TimelineEntry: INCIDENT_FIELDS[incident.TimelineEntry],
    plan.EmergencyPlan: {
        "current_version": (
            "PlanVersion | None",
            resolved(_current_version, "现行版本: the newest approved version; null if none is approved."),
        ),
    },
}
"""Fields beside the schema's own, by the class that has them: annotation and field."""
