"""Relationships as fields: which fields of the API follow which relationship, and whereto."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from operator import attrgetter
from typing import Any

from graph_api.readmodel.snapshot import Snapshot
from schema import commitment, customer, grid, incident, people, plan, provenance, records, vehicle
from schema.entity import Entity
from schema.registry import kinds_of
from schema.relationships import RelationshipKind as R
from schema.words import described


class Many(Enum):
    """How many things a field can lead to."""

    ONE = auto()
    """At most one: the thing, or null."""
    FEW = auto()
    """A list that the thing described keeps short by its nature (receiving points, steps)."""
    PAGES = auto()
    """Any number: a connection."""


@dataclass(frozen=True, slots=True)
class Link:
    """A field of `owner` (and of all that descends from it) that follows relationships of one kind."""

    owner: type[Entity]
    field: str
    kind: R
    outgoing: bool
    target: type[Entity]
    many: Many
    zh: str
    en: str

    @property
    def description(self) -> str:
        """Chinese term and sentence in both languages."""
        return described(self.zh, self.en)

    def indexes(self, graph: Snapshot, index: int) -> Iterator[int]:
        """Where the field leads, of the target's kinds only, in order of key, then id."""
        follow = graph.targets if self.outgoing else graph.sources
        found: Iterator[int] = iter(follow(index, self.kind))
        if self.target is Entity:
            return found
        kinds = kinds_of(self.target)
        return (other for other in found if graph.kind(other) in kinds)

    def entities(self, graph: Snapshot, entity: Entity) -> list[Entity]:
        """The things a FEW field leads to, by their place in the list where they have one."""
        found = [graph.entity(other) for other in self.indexes(graph, graph.index(entity.id))]
        place = _PLACE.get(self.target)
        if place is not None:
            found.sort(key=place)
        return found

    def entity(self, graph: Snapshot, entity: Entity) -> Entity | None:
        """The one thing a ONE field leads to; None if there is none."""
        for other in self.indexes(graph, graph.index(entity.id)):
            return graph.entity(other)
        return None


_PLACE: dict[type[Entity], Any] = {
    plan.ProcedureStep: attrgetter("order"),
    plan.Waypoint: attrgetter("order"),
    plan.PreparationItem: attrgetter("order"),
    people.Contact: attrgetter("priority"),
    plan.PlanVersion: attrgetter("version"),
}

_OUT, _IN = True, False
_ONE, _FEW, _PAGES = Many.ONE, Many.FEW, Many.PAGES

LINKS: tuple[Link, ...] = (
    Link(Entity, "identifiers", R.IDENTIFIES, _IN, provenance.IdentifierMapping, _FEW,
         "其他系统标识", "Keys of this thing in other systems."),
    Link(grid.Located, "risk_groups", R.SHARES_RISK, _OUT, grid.RiskGroup, _FEW,
         "共因风险组", "Groups of things that fail together with it."),
    Link(grid.Feeder, "risk_groups", R.SHARES_RISK, _OUT, grid.RiskGroup, _FEW,
         "共因风险组", "Groups of things that fail together with it."),
    Link(grid.RiskGroup, "members", R.SHARES_RISK, _IN, Entity, _PAGES, "成员", "Things of the group, by name."),
    Link(grid.ProtectedSwitch, "auto_closes", R.AUTO_CLOSES, _OUT, grid.Switch, _FEW,
         "备自投合闸开关", "失压跳闸后自动合上的开关。 What is closed by itself once lost voltage has opened it."),
    Link(grid.Switch, "auto_closed_for", R.AUTO_CLOSES, _IN, grid.Switch, _FEW,
         "备自投跳闸开关", "失压跳闸后由它自动接替的开关。 For what it is closed by itself."),
    Link(grid.Located, "contained_in", R.CONTAINED_IN, _OUT, Entity, _FEW, "所属", "What it is part of."),
    Link(grid.Area, "contained_in", R.CONTAINED_IN, _OUT, Entity, _FEW, "所属", "What it is part of."),
    Link(grid.Feeder, "contained_in", R.CONTAINED_IN, _OUT, Entity, _FEW, "所属", "Its station, area or company."),
    Link(grid.ConnectivityNode, "contained_in", R.CONTAINED_IN, _OUT, Entity, _FEW, "所属", "What it is part of."),
    Link(grid.VoltageLevel, "contained_in", R.CONTAINED_IN, _OUT, Entity, _FEW, "所属", "Its station."),
    Link(grid.Bay, "contained_in", R.CONTAINED_IN, _OUT, Entity, _FEW, "所属", "Its voltage level and station."),
    Link(customer.Customer, "contained_in", R.CONTAINED_IN, _OUT, Entity, _FEW, "所属", "Its area or company."),
    Link(grid.Area, "contents", R.CONTAINED_IN, _IN, Entity, _PAGES, "所含", "What is part of it, by name."),
    Link(grid.Substation, "contents", R.CONTAINED_IN, _IN, Entity, _PAGES, "所含", "What is part of it, by name."),
    Link(grid.Substation, "feeders", R.CONTAINED_IN, _IN, grid.Feeder, _PAGES, "馈线", "Its feeders, by name."),
    Link(grid.Substation, "busbars", R.CONTAINED_IN, _IN, grid.BusbarSection, _FEW, "母线段", "Its bus sections."),
    Link(grid.Substation, "transformers", R.CONTAINED_IN, _IN, grid.PowerTransformer, _FEW,
         "变压器", "Its main transformers."),
    Link(grid.Substation, "voltage_levels", R.CONTAINED_IN, _IN, grid.VoltageLevel, _FEW,
         "电压等级", "Its voltage levels."),
    Link(grid.Substation, "bays", R.CONTAINED_IN, _IN, grid.Bay, _PAGES, "间隔", "Its bays, by name."),
    Link(grid.VoltageLevel, "contents", R.CONTAINED_IN, _IN, Entity, _PAGES, "所含", "What is part of it, by name."),
    Link(grid.Bay, "contents", R.CONTAINED_IN, _IN, Entity, _PAGES, "所含", "What is part of it, by name."),
    Link(grid.DistributionStation, "contents", R.CONTAINED_IN, _IN, Entity, _PAGES,
         "所含", "What is part of it, by name."),
    Link(grid.Feeder, "contents", R.CONTAINED_IN, _IN, Entity, _PAGES, "所含", "What is part of it, by name."),
    Link(grid.Feeder, "head", R.STARTS_AT, _OUT, Entity, _ONE, "首端", "Device or node that it starts at."),
    Link(grid.Feeder, "plans", R.PLAN_FOR, _IN, plan.EmergencyPlan, _FEW, "应急预案", "Emergency plans for it."),
    Link(grid.Substation, "plans", R.PLAN_FOR, _IN, plan.EmergencyPlan, _FEW, "应急预案", "Emergency plans for it."),
    Link(grid.ConductingEquipment, "connectivity_nodes", R.CONNECTS, _OUT, grid.ConnectivityNode, _FEW,
         "连接节点", "Nodes of its terminals, in order of the terminals."),
    Link(grid.ConductingEquipment, "indicators", R.MONITORS, _IN, grid.FaultIndicator, _FEW,
         "故障指示器", "Fault indicators that watch it."),
    Link(grid.ConnectivityNode, "equipment", R.CONNECTS, _IN, grid.ConductingEquipment, _PAGES,
         "设备", "Equipment that meets here, by name."),
    Link(grid.FaultIndicator, "monitors", R.MONITORS, _OUT, grid.ConductingEquipment, _FEW,
         "监测对象", "Equipment that it watches."),
    Link(grid.ACLineSegment, "towers", R.CARRIED_BY, _OUT, grid.Tower, _FEW, "杆塔", "Towers that carry it."),
    Link(grid.ACLineSegment, "corridors", R.ROUTED_IN, _OUT, grid.Corridor, _FEW, "通道", "Corridors it lies in."),
    Link(grid.Tower, "lines", R.CARRIED_BY, _IN, grid.ACLineSegment, _PAGES, "线路段", "Lines it carries, by name."),
    Link(grid.Corridor, "lines", R.ROUTED_IN, _IN, grid.ACLineSegment, _PAGES, "线路段", "Lines in it, by name."),
    Link(customer.Customer, "sites", R.HAS_SITE, _OUT, customer.Site, _FEW, "用电地址", "Where it uses power."),
    Link(customer.Customer, "receiving_points", R.HAS_RECEIVING_POINT, _OUT, customer.ReceivingPoint, _FEW,
         "受电点", "Where supply enters the customer."),
    Link(customer.Customer, "contacts", R.HAS_CONTACT, _OUT, people.Contact, _FEW,
         "联系方式", "The customer's own contacts, in order of calling."),
    Link(customer.Customer, "plan", R.PLAN_FOR, _IN, plan.EmergencyPlan, _ONE, "一户一案", "Its emergency plan."),
    Link(customer.Site, "customers", R.HAS_SITE, _IN, customer.Customer, _PAGES, "客户", "Who uses power here."),
    Link(customer.Site, "receiving_points", R.LOCATED_AT, _IN, customer.ReceivingPoint, _FEW,
         "受电点", "Receiving points that lie here."),
    Link(customer.ReceivingPoint, "customer", R.HAS_RECEIVING_POINT, _IN, customer.Customer, _ONE,
         "客户", "Whose receiving point it is."),
    Link(customer.ReceivingPoint, "site", R.LOCATED_AT, _OUT, customer.Site, _ONE, "用电地址", "Where it lies."),
    Link(customer.ReceivingPoint, "supply_sources", R.FED_BY, _OUT, customer.SupplySource, _FEW,
         "供电电源", "Its incoming supplies."),
    Link(customer.ReceivingPoint, "transfer_bays", R.TRANSFERS_BY, _OUT, customer.SwitchBay, _FEW,
         "切换开关", "Switch bays that loads change over by."),
    Link(customer.ReceivingPoint, "contents", R.CONTAINED_IN, _IN, Entity, _PAGES,
         "所含", "The customer's own equipment here, by name."),
    Link(customer.ReceivingPoint, "loads", R.CONTAINED_IN, _IN, customer.Load, _FEW,
         "用电负荷", "其中的负荷。 Its loads."),
    Link(customer.ReceivingPoint, "switch_bays", R.CONTAINED_IN, _IN, customer.SwitchBay, _FEW,
         "客户开关柜", "其中的开关柜。 Its switch bays."),
    Link(customer.ReceivingPoint, "emergency_sources", R.CONTAINED_IN, _IN, customer.EmergencySource, _FEW,
         "自备应急电源", "其中的自备应急电源。 Its own emergency sources."),
    Link(customer.ReceivingPoint, "access_points", R.CONTAINED_IN, _IN, customer.AccessPoint, _FEW,
         "应急接入点", "其中的应急接入点。 Where a generator truck can be connected."),
    Link(customer.SupplySource, "receiving_point", R.FED_BY, _IN, customer.ReceivingPoint, _ONE,
         "受电点", "Receiving point that it feeds."),
    Link(customer.SupplySource, "ledger_feeder", R.FROM_FEEDER, _OUT, grid.Feeder, _ONE,
         "台账馈线", "Feeder as the ledger says; what feeds it now is `feeders`."),
    Link(customer.SwitchBay, "transfers_for", R.TRANSFERS_BY, _IN, customer.ReceivingPoint, _FEW,
         "切换对象", "Receiving points that change over by it."),
    Link(customer.Load, "backed_by", R.BACKS, _IN, customer.EmergencySource, _FEW,
         "应急电源", "Emergency sources that feed it when supply is lost."),
    Link(customer.InternalBus, "backed_by", R.BACKS, _IN, customer.EmergencySource, _FEW,
         "应急电源", "Emergency sources that feed it when supply is lost."),
    Link(customer.InternalBus, "access_points", R.ATTACHES_TO, _IN, customer.AccessPoint, _FEW,
         "应急接入点", "Where a generator truck can be connected to it."),
    Link(customer.Load, "measures", R.SAFEGUARDS, _IN, plan.NonElectricalMeasure, _FEW,
         "非电性质保安措施", "失电时不用电的保安手段。 What keeps it safe without electricity."),
    Link(customer.Customer, "measures", R.SAFEGUARDS, _IN, plan.NonElectricalMeasure, _FEW,
         "非电性质保安措施", "失电时不用电的保安手段。 What keeps its people safe without electricity."),
    Link(plan.NonElectricalMeasure, "safeguards", R.SAFEGUARDS, _OUT, Entity, _FEW,
         "保安对象", "由其保安的客户和负荷。 Customers and loads that it keeps safe."),
    Link(customer.Customer, "outage_records", R.CUTS, _IN, records.OutageRecord, _FEW,
         "停电记录", "所登记的停电。 Outages that are recorded of it."),
    Link(grid.Feeder, "outage_records", R.CUTS, _IN, records.OutageRecord, _FEW,
         "停电记录", "所登记的停电。 Outages that are recorded of it."),
    Link(grid.ConductingEquipment, "outage_records", R.CUTS, _IN, records.OutageRecord, _FEW,
         "停电记录", "所登记的停电。 Outages that are recorded of it."),
    Link(records.OutageRecord, "cuts", R.CUTS, _OUT, Entity, _FEW, "停电对象", "因其停电的对象。 What is off by it."),
    Link(customer.Customer, "hazards", R.HAZARD_OF, _IN, records.Hazard, _FEW,
         "隐患缺陷", "在该处发现的隐患缺陷。 Hazards and defects found there."),
    Link(grid.Located, "hazards", R.HAZARD_OF, _IN, records.Hazard, _FEW,
         "隐患缺陷", "所发现的隐患缺陷。 Hazards and defects found on it."),
    Link(grid.Feeder, "hazards", R.HAZARD_OF, _IN, records.Hazard, _FEW,
         "隐患缺陷", "所发现的隐患缺陷。 Hazards and defects found on it."),
    Link(records.Hazard, "found_at", R.HAZARD_OF, _OUT, Entity, _FEW, "存在部位", "在何处发现。 What it was found on."),
    Link(people.Team, "vehicles", R.CREWED_BY, _IN, vehicle.Vehicle, _FEW,
         "应急车辆", "由其出车的车辆。 Vehicles that it takes out."),
    Link(vehicle.Vehicle, "crew", R.CREWED_BY, _OUT, people.Team, _FEW,
         "出车班组", "由其出车的班组。 Teams that take it out."),
    Link(plan.Waypoint, "met_by", R.MET_BY, _OUT, people.Person, _FEW,
         "接应人", "在该处接应、开门的人员。 Who meets the crew there and opens."),
    Link(customer.EmergencySource, "backs", R.BACKS, _OUT, Entity, _FEW, "保障对象", "Loads and buses it feeds."),
    Link(customer.AccessPoint, "attaches_to", R.ATTACHES_TO, _OUT, customer.InternalBus, _FEW,
         "接入母线", "Buses that it leads to."),
    Link(people.Person, "contacts", R.HAS_CONTACT, _OUT, people.Contact, _FEW,
         "联系方式", "How to reach the person, in order of calling."),
    Link(people.Person, "member_of", R.MEMBER_OF, _OUT, Entity, _FEW, "隶属", "Teams and organisations."),
    Link(people.Person, "assignments", R.HELD_BY, _IN, people.Assignment, _PAGES, "责任分配", "Roles held, by name."),
    Link(people.Person, "shifts", R.WORKED_BY, _IN, people.Shift, _PAGES, "值班", "Roster rows, by name."),
    Link(people.Team, "members", R.MEMBER_OF, _IN, people.Person, _PAGES, "成员", "Its people, by name."),
    Link(people.Team, "member_of", R.MEMBER_OF, _OUT, Entity, _FEW, "隶属", "Its organisations."),
    Link(people.Team, "contacts", R.HAS_CONTACT, _OUT, people.Contact, _FEW,
         "联系方式", "How to reach the team, in order of calling."),
    Link(people.Team, "assignments", R.OF_TEAM, _IN, people.Assignment, _PAGES, "责任分配", "Roles held, by name."),
    Link(people.Organisation, "members", R.MEMBER_OF, _IN, Entity, _PAGES, "成员", "People and teams, by name."),
    Link(people.Organisation, "member_of", R.MEMBER_OF, _OUT, Entity, _FEW, "隶属", "What it is part of."),
    Link(people.Organisation, "contacts", R.HAS_CONTACT, _OUT, people.Contact, _FEW,
         "联系方式", "How to reach it, in order of calling."),
    Link(people.Contact, "holder", R.HAS_CONTACT, _IN, Entity, _ONE, "联系对象", "Whom one reaches by it."),
    Link(people.Assignment, "person", R.HELD_BY, _OUT, people.Person, _ONE, "人员", "Who holds the role."),
    Link(people.Assignment, "team", R.OF_TEAM, _OUT, people.Team, _ONE, "班组", "Team that holds the role."),
    Link(people.Assignment, "covers", R.COVERS, _OUT, Entity, _PAGES, "负责对象", "What it covers, by name."),
    Link(people.Shift, "person", R.WORKED_BY, _OUT, people.Person, _ONE, "人员", "Who works it."),
    Link(people.Shift, "team", R.OF_TEAM, _OUT, people.Team, _ONE, "班组", "Team it is worked for."),
    Link(plan.EmergencyPlan, "subject", R.PLAN_FOR, _OUT, Entity, _ONE, "对象", "Whom or what it is for."),
    Link(plan.EmergencyPlan, "versions", R.HAS_VERSION, _OUT, plan.PlanVersion, _FEW, "版本", "Oldest first."),
    Link(plan.PlanVersion, "plan", R.HAS_VERSION, _IN, plan.EmergencyPlan, _ONE, "预案", "Plan it is a version of."),
    Link(plan.PlanVersion, "procedures", R.HAS_PROCEDURE, _OUT, plan.Procedure, _FEW,
         "处置程序", "One per supply state."),
    Link(plan.PlanVersion, "guides", R.HAS_GUIDE, _OUT, plan.SiteGuide, _FEW, "保电导图", "Site guides."),
    Link(plan.PlanVersion, "preparations", R.HAS_PREPARATION, _OUT, plan.PreparationItem, _FEW,
         "准备工作", "What must be ready, in order."),
    Link(plan.Procedure, "steps", R.HAS_STEP, _OUT, plan.ProcedureStep, _FEW, "处置步骤", "Steps, in order."),
    Link(plan.Procedure, "version_of", R.HAS_PROCEDURE, _IN, plan.PlanVersion, _ONE,
         "预案版本", "Plan version it belongs to."),
    Link(plan.ProcedureStep, "acts_on", R.ACTS_ON, _OUT, Entity, _FEW, "操作对象", "Things that the step acts on."),
    Link(plan.SiteGuide, "waypoints", R.HAS_WAYPOINT, _OUT, plan.Waypoint, _FEW, "导图节点", "Points, in order."),
    Link(provenance.IdentifierMapping, "identifies", R.IDENTIFIES, _OUT, Entity, _ONE,
         "标识对象", "What the key stands for."),
    Link(commitment.EscalationRule, "escalates_to", R.ESCALATES_TO, _OUT, Entity, _FEW,
         "通知对象", "通知的人员；为班组的，通知其当值人员。 Who is told: people, and of teams who is on duty."),
    Link(incident.TimelineEntry, "incident", R.ENTRY_OF, _OUT, incident.Incident, _ONE,
         "应急事件", "所属的应急事件。 The incident that it is of."),
    Link(provenance.Alias, "merged_into", R.ALIAS_OF, _OUT, Entity, _ONE, "合并入", "What it was merged into."),
)  # fmt: skip
"""Every field of the API that follows a relationship."""


def links_of(cls: type[Entity]) -> list[Link]:
    """The links declared on exactly this class."""
    return [link for link in LINKS if link.owner is cls]
