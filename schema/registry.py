"""The closed list of entity kinds: enum EntityKind, and the class behind each kind.

A class of an entity module that says its `group` is a kind. To declare one and leave it out of EntityKind, or the other
way round, fails when this module is imported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from types import ModuleType

from schema import commitment, customer, grid, incident, people, plan, provenance, records, vehicle
from schema.entity import Entity

MODULES: tuple[ModuleType, ...] = (grid, customer, people, plan, provenance, incident, vehicle, records, commitment)
"""Where entities are declared."""


def _code(cls: type[Entity]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", cls.__name__).upper()


class EntityKind(StrEnum):
    """Kind of an entity: the name of its class in upper snake case. Columns number kinds in this order."""

    AREA = "AREA"
    SUBSTATION = "SUBSTATION"
    VOLTAGE_LEVEL = "VOLTAGE_LEVEL"
    BAY = "BAY"
    DISTRIBUTION_STATION = "DISTRIBUTION_STATION"
    FEEDER = "FEEDER"
    CONNECTIVITY_NODE = "CONNECTIVITY_NODE"
    ENERGY_SOURCE = "ENERGY_SOURCE"
    BUSBAR_SECTION = "BUSBAR_SECTION"
    AC_LINE_SEGMENT = "AC_LINE_SEGMENT"
    POWER_TRANSFORMER = "POWER_TRANSFORMER"
    SHUNT_COMPENSATOR = "SHUNT_COMPENSATOR"
    ENERGY_CONSUMER = "ENERGY_CONSUMER"
    GENERATING_UNIT = "GENERATING_UNIT"
    BREAKER = "BREAKER"
    RECLOSER = "RECLOSER"
    LOAD_BREAK_SWITCH = "LOAD_BREAK_SWITCH"
    DISCONNECTOR = "DISCONNECTOR"
    FUSE = "FUSE"
    FAULT_INDICATOR = "FAULT_INDICATOR"
    TOWER = "TOWER"
    CORRIDOR = "CORRIDOR"
    RISK_GROUP = "RISK_GROUP"
    CUSTOMER = "CUSTOMER"
    SITE = "SITE"
    RECEIVING_POINT = "RECEIVING_POINT"
    SUPPLY_SOURCE = "SUPPLY_SOURCE"
    INTERNAL_BUS = "INTERNAL_BUS"
    SWITCH_BAY = "SWITCH_BAY"
    CUSTOMER_TRANSFORMER = "CUSTOMER_TRANSFORMER"
    LOAD = "LOAD"
    EMERGENCY_SOURCE = "EMERGENCY_SOURCE"
    ACCESS_POINT = "ACCESS_POINT"
    ORGANISATION = "ORGANISATION"
    TEAM = "TEAM"
    PERSON = "PERSON"
    CONTACT = "CONTACT"
    ASSIGNMENT = "ASSIGNMENT"
    SHIFT = "SHIFT"
    EMERGENCY_PLAN = "EMERGENCY_PLAN"
    PLAN_VERSION = "PLAN_VERSION"
    PROCEDURE = "PROCEDURE"
    PROCEDURE_STEP = "PROCEDURE_STEP"
    SITE_GUIDE = "SITE_GUIDE"
    WAYPOINT = "WAYPOINT"
    PREPARATION_ITEM = "PREPARATION_ITEM"
    SOURCE_LOAD = "SOURCE_LOAD"
    IDENTIFIER_MAPPING = "IDENTIFIER_MAPPING"
    ALIAS = "ALIAS"
    INCIDENT = "INCIDENT"
    TIMELINE_ENTRY = "TIMELINE_ENTRY"
    SERVICE_COMMITMENT = "SERVICE_COMMITMENT"
    ESCALATION_RULE = "ESCALATION_RULE"
    VEHICLE = "VEHICLE"
    NON_ELECTRICAL_MEASURE = "NON_ELECTRICAL_MEASURE"
    OUTAGE_RECORD = "OUTAGE_RECORD"
    HAZARD = "HAZARD"

    @property
    def cls(self) -> type[Entity]:
        """Class of the entities of this kind."""
        return CLASS_OF[self]

    @property
    def zh(self) -> str:
        """Chinese term."""
        return self.cls.zh

    @property
    def label(self) -> str:
        """Node label in Neo4j and name in the docs: the class's name."""
        return self.cls.__name__


def declared(modules: tuple[ModuleType, ...]) -> Iterator[type[Entity]]:
    """Classes of these modules that are kinds of entities, not only what such have in common."""
    for module in modules:
        for cls in vars(module).values():
            own = isinstance(cls, type) and cls.__module__ == module.__name__
            if own and issubclass(cls, Entity) and vars(cls).get("group"):
                yield cls


def classes_by_kind(modules: tuple[ModuleType, ...]) -> dict[EntityKind, type[Entity]]:
    """The class of each kind, in the order of EntityKind; TypeError where one has no other."""
    found = {_code(cls): cls for cls in declared(modules)}
    apart = found.keys() ^ {kind.value for kind in EntityKind}
    if apart:
        raise TypeError(f"EntityKind and the declared entities differ in {sorted(apart)}; declare a kind in both.")
    return {kind: found[kind] for kind in EntityKind}


CLASS_OF: dict[EntityKind, type[Entity]] = classes_by_kind(MODULES)
KIND_OF: dict[type[Entity], EntityKind] = {cls: kind for kind, cls in CLASS_OF.items()}
KINDS: tuple[EntityKind, ...] = tuple(CLASS_OF)
"""Every kind, in a fixed order; a kind's place is its small number in columns."""


def kind_of(entity: Entity) -> EntityKind:
    """The kind of an entity; KeyError for a class that is not in the registry."""
    return KIND_OF[type(entity)]


def kinds_of(*classes: type[Entity]) -> frozenset[EntityKind]:
    """The kinds whose class is, or descends from, one of `classes`."""
    return frozenset(kind for kind, cls in CLASS_OF.items() if issubclass(cls, classes))


CONDUCTING = kinds_of(grid.ConductingEquipment)
SWITCHES = kinds_of(grid.Switch)
BUSBARS = kinds_of(grid.BusbarSection)
"""Kinds that stand on their node: the node fails with them."""
POSITIONED = SWITCHES | {EntityKind.SUPPLY_SOURCE}
"""Kinds whose position is reported: a supply stands for its incoming switch where no bay is recorded."""

FAULT_BREAKING = frozenset(kind for kind in SWITCHES if getattr(CLASS_OF[kind], "breaks_fault", False))
