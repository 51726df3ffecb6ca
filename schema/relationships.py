"""Relationships: one kind per meaning, named by a verb, reading as a sentence from source to target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from schema import commitment, customer, grid, incident, people, plan, provenance, records, vehicle
from schema.entity import Entity
from schema.registry import EntityKind, kinds_of
from schema.vocabulary import Term


class RelationshipKind(Term):
    """关系类型: 两个对象之间的关系。 What a relationship means."""

    CONNECTS = "CONNECTS", "连接", "terminal (key = its number) of equipment on a node", "IEC 61970-301 Terminal"
    CONTAINED_IN = (
        "CONTAINED_IN",
        "属于",
        "is part of a container; never in a circle",
        "IEC 61970-301 EquipmentContainer",
    )
    STARTS_AT = "STARTS_AT", "始于", "feeder starts at this head device", "IEC 61970-301 Feeder.NormalHeadTerminal"
    CARRIED_BY = "CARRIED_BY", "架设于", "line hangs on a tower", "K"
    ROUTED_IN = "ROUTED_IN", "敷设于", "line lies in a corridor", "K"
    SHARES_RISK = "SHARES_RISK", "共因", "fails together with the rest of the group", "K"
    AUTO_CLOSES = "AUTO_CLOSES", "备自投合闸", "lost voltage opens this breaker, and closes that one by itself", "K"
    MONITORS = "MONITORS", "监测", "indicator watches equipment", "K"
    HAS_SITE = "HAS_SITE", "用电地址为", "customer uses power at a site", "K"
    HAS_RECEIVING_POINT = "HAS_RECEIVING_POINT", "受电于", "customer takes supply at a receiving point", "K"
    LOCATED_AT = "LOCATED_AT", "位于", "receiving point lies at a site", "K"
    FED_BY = "FED_BY", "由…供电", "receiving point is fed by a supply source", "K"
    FROM_FEEDER = "FROM_FEEDER", "接自", "supply comes from a feeder, as the ledger says", "marketing systems: LINE_NO"
    TRANSFERS_BY = "TRANSFERS_BY", "经…切换", "receiving point changes over by this switch bay", "K"
    BACKS = "BACKS", "保障", "emergency source feeds a load or bus when supply is lost", "K"
    ATTACHES_TO = "ATTACHES_TO", "接入", "access point attaches to an internal bus", "K"
    MEMBER_OF = "MEMBER_OF", "隶属", "belongs to a team or organisation", "K"
    HAS_CONTACT = "HAS_CONTACT", "联系方式为", "can be reached by", "K"
    HELD_BY = "HELD_BY", "由…担任", "assignment is held by a person", "K"
    OF_TEAM = "OF_TEAM", "归…班组", "assignment or shift is of a team", "K"
    COVERS = "COVERS", "负责", "assignment covers a thing and what it supplies or contains", "K"
    WORKED_BY = "WORKED_BY", "由…值班", "shift is worked by a person", "K"
    PLAN_FOR = "PLAN_FOR", "针对", "plan is for a customer, station or feeder", "K"
    HAS_VERSION = "HAS_VERSION", "有版本", "plan has a version", "K"
    HAS_PROCEDURE = "HAS_PROCEDURE", "有程序", "plan version has a procedure", "K"
    HAS_STEP = "HAS_STEP", "有步骤", "procedure has a step", "K"
    ACTS_ON = "ACTS_ON", "操作", "step acts on a thing", "K"
    HAS_GUIDE = "HAS_GUIDE", "有导图", "plan version has a site guide", "K"
    HAS_WAYPOINT = "HAS_WAYPOINT", "有节点", "guide has a waypoint", "K"
    HAS_PREPARATION = "HAS_PREPARATION", "有准备工作", "plan version has a preparation item", "K"
    IDENTIFIES = "IDENTIFIES", "标识", "another system's key of an entity", "K"
    ALIAS_OF = "ALIAS_OF", "合并入", "merged into", "K"
    ENTRY_OF = "ENTRY_OF", "记入", "timeline entry is of an incident", "K"
    ESCALATES_TO = "ESCALATES_TO", "升级通知", "escalation rule tells a person, or who of a team is on duty", "K"
    CREWED_BY = "CREWED_BY", "由…出车", "vehicle is taken out by a team", "duty record: 车辆"
    SAFEGUARDS = "SAFEGUARDS", "保安", "non-electrical measure keeps a customer or load safe", "marketing systems"
    CUTS = "CUTS", "停电对象为", "outage record says that supply of a thing is off", "marketing systems"
    HAZARD_OF = "HAZARD_OF", "存在于", "hazard or defect is one of a thing", "PMS records"
    MET_BY = "MET_BY", "由…接应", "at a waypoint a person meets the crew and opens", "generator truck access guide"


HEADINGS: dict[RelationshipKind, str] = {
    RelationshipKind.CONNECTS: "端子连接节点",
    RelationshipKind.CONTAINED_IN: "所属对象",
    RelationshipKind.STARTS_AT: "首端设备",
    RelationshipKind.CARRIED_BY: "所在杆塔",
    RelationshipKind.ROUTED_IN: "所在通道",
    RelationshipKind.SHARES_RISK: "共因风险组",
    RelationshipKind.MONITORS: "监测设备",
    RelationshipKind.HAS_SITE: "用电地址",
    RelationshipKind.HAS_RECEIVING_POINT: "受电点",
    RelationshipKind.LOCATED_AT: "用电地址",
    RelationshipKind.FED_BY: "供电电源",
    RelationshipKind.FROM_FEEDER: "台账馈线",
    RelationshipKind.TRANSFERS_BY: "切换开关柜",
    RelationshipKind.AUTO_CLOSES: "备自投合闸开关",
    RelationshipKind.BACKS: "保障负荷或母线",
    RelationshipKind.ATTACHES_TO: "接入母线",
    RelationshipKind.MEMBER_OF: "所属班组或单位",
    RelationshipKind.HAS_CONTACT: "联系方式",
    RelationshipKind.HELD_BY: "责任人",
    RelationshipKind.OF_TEAM: "责任班组",
    RelationshipKind.COVERS: "责任对象",
    RelationshipKind.WORKED_BY: "值班人员",
    RelationshipKind.PLAN_FOR: "适用对象",
    RelationshipKind.HAS_VERSION: "预案版本",
    RelationshipKind.HAS_PROCEDURE: "处置程序",
    RelationshipKind.HAS_STEP: "处置步骤",
    RelationshipKind.ACTS_ON: "操作对象",
    RelationshipKind.HAS_GUIDE: "保电导图",
    RelationshipKind.HAS_WAYPOINT: "导图点位",
    RelationshipKind.HAS_PREPARATION: "准备工作",
    RelationshipKind.IDENTIFIES: "对应对象",
    RelationshipKind.ALIAS_OF: "合并后标识",
    RelationshipKind.ENTRY_OF: "所属应急事件",
    RelationshipKind.ESCALATES_TO: "升级通知对象",
    RelationshipKind.CREWED_BY: "出车班组",
    RelationshipKind.SAFEGUARDS: "保安对象",
    RelationshipKind.CUTS: "停电对象",
    RelationshipKind.HAZARD_OF: "存在部位",
    RelationshipKind.MET_BY: "接应人",
}
"""Chinese heading of a relationship's column in a table: the verb of its label says nothing there."""


class RelationshipKey(NamedTuple):
    """What makes a relationship one and the same."""

    kind: RelationshipKind
    source: str
    target: str
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """A relationship; its identity is (kind, source, target, key). It holds nothing else but where it came from."""

    kind: RelationshipKind
    source: str
    target: str
    key: str = ""
    load: int = 0
    row: int = 0

    @property
    def identity(self) -> RelationshipKey:
        """Kind, ends and key."""
        return RelationshipKey(self.kind, self.source, self.target, self.key)


@dataclass(frozen=True, slots=True)
class Ends:
    """Kinds that may stand at either end of a relationship kind."""

    sources: frozenset[EntityKind]
    targets: frozenset[EntityKind]


def _ends(sources: tuple[type[Entity], ...], targets: tuple[type[Entity], ...]) -> Ends:
    return Ends(kinds_of(*sources), kinds_of(*targets))


_EQUIPMENT = (grid.ConductingEquipment,)
_PLACES = (grid.Substation, grid.DistributionStation, grid.Feeder, grid.Area)
_PARTS = (grid.VoltageLevel, grid.Bay)
"""Parts of a station: what is in one of them is in the station, too."""
_HOLDERS = (people.Person, people.Team, people.Organisation)

ENDS: dict[RelationshipKind, Ends] = {
    RelationshipKind.CONNECTS: _ends(_EQUIPMENT, (grid.ConnectivityNode,)),
    RelationshipKind.CONTAINED_IN: _ends(
        (grid.Located, grid.Area, grid.Feeder, grid.ConnectivityNode, *_PARTS, customer.Customer),
        (*_PLACES, *_PARTS, customer.ReceivingPoint, people.Organisation),
    ),
    RelationshipKind.STARTS_AT: _ends((grid.Feeder,), (*_EQUIPMENT, grid.ConnectivityNode)),
    RelationshipKind.CARRIED_BY: _ends((grid.ACLineSegment,), (grid.Tower,)),
    RelationshipKind.ROUTED_IN: _ends((grid.ACLineSegment,), (grid.Corridor,)),
    RelationshipKind.SHARES_RISK: _ends((grid.Located, grid.Feeder), (grid.RiskGroup,)),
    RelationshipKind.MONITORS: _ends((grid.FaultIndicator,), _EQUIPMENT),
    RelationshipKind.HAS_SITE: _ends((customer.Customer,), (customer.Site,)),
    RelationshipKind.HAS_RECEIVING_POINT: _ends((customer.Customer,), (customer.ReceivingPoint,)),
    RelationshipKind.LOCATED_AT: _ends((customer.ReceivingPoint,), (customer.Site,)),
    RelationshipKind.FED_BY: _ends((customer.ReceivingPoint,), (customer.SupplySource,)),
    RelationshipKind.FROM_FEEDER: _ends((customer.SupplySource,), (grid.Feeder,)),
    RelationshipKind.AUTO_CLOSES: _ends((grid.ProtectedSwitch,), (grid.Switch,)),
    RelationshipKind.TRANSFERS_BY: _ends((customer.ReceivingPoint,), (customer.SwitchBay,)),
    RelationshipKind.BACKS: _ends((customer.EmergencySource,), (customer.Load, customer.InternalBus)),
    RelationshipKind.ATTACHES_TO: _ends((customer.AccessPoint,), (customer.InternalBus,)),
    RelationshipKind.MEMBER_OF: _ends(_HOLDERS, (people.Team, people.Organisation)),
    RelationshipKind.HAS_CONTACT: _ends((*_HOLDERS, customer.Customer), (people.Contact,)),
    RelationshipKind.HELD_BY: _ends((people.Assignment,), (people.Person,)),
    RelationshipKind.OF_TEAM: _ends((people.Assignment, people.Shift), (people.Team,)),
    RelationshipKind.COVERS: _ends((people.Assignment,), (Entity,)),
    RelationshipKind.WORKED_BY: _ends((people.Shift,), (people.Person,)),
    RelationshipKind.PLAN_FOR: _ends((plan.EmergencyPlan,), (customer.Customer, grid.Substation, grid.Feeder)),
    RelationshipKind.HAS_VERSION: _ends((plan.EmergencyPlan,), (plan.PlanVersion,)),
    RelationshipKind.HAS_PROCEDURE: _ends((plan.PlanVersion,), (plan.Procedure,)),
    RelationshipKind.HAS_STEP: _ends((plan.Procedure,), (plan.ProcedureStep,)),
    RelationshipKind.ACTS_ON: _ends((plan.ProcedureStep,), (grid.Located, customer.Customer)),
    RelationshipKind.HAS_GUIDE: _ends((plan.PlanVersion,), (plan.SiteGuide,)),
    RelationshipKind.HAS_WAYPOINT: _ends((plan.SiteGuide,), (plan.Waypoint,)),
    RelationshipKind.HAS_PREPARATION: _ends((plan.PlanVersion,), (plan.PreparationItem,)),
    RelationshipKind.IDENTIFIES: _ends((provenance.IdentifierMapping,), (Entity,)),
    RelationshipKind.ALIAS_OF: _ends((provenance.Alias,), (Entity,)),
    RelationshipKind.ENTRY_OF: _ends((incident.TimelineEntry,), (incident.Incident,)),
    RelationshipKind.ESCALATES_TO: _ends((commitment.EscalationRule,), (people.Person, people.Team)),
    RelationshipKind.CREWED_BY: _ends((vehicle.Vehicle,), (people.Team,)),
    RelationshipKind.SAFEGUARDS: _ends((plan.NonElectricalMeasure,), (customer.Customer, customer.Load)),
    RelationshipKind.CUTS: _ends((records.OutageRecord,), (*_EQUIPMENT, customer.Customer, grid.Feeder)),
    RelationshipKind.HAZARD_OF: _ends((records.Hazard,), (grid.Located, customer.Customer, grid.Feeder)),
    RelationshipKind.MET_BY: _ends((plan.Waypoint,), (people.Person,)),
}
