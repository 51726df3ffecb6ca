"""Roles that somebody must hold, as data: which things need which roles, and who says so.

A role that is required and cannot be reached is a finding (责任空缺), never a blank.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schema.customer import Customer
from schema.entity import Entity
from schema.grid import ACLineSegment, ConductingEquipment, Feeder, Substation, Tower
from schema.vocabulary import Construction, Importance, Ownership
from schema.vocabulary import ResponsibilityRole as Role

ANSWERED = frozenset({"grid", "risk", "customer", "inside"})
"""Groups of kinds that somebody can answer for; rows of rosters, contacts, steps and the like are none."""
LISTED = frozenset({Importance.SPECIAL, Importance.FIRST, Importance.SECOND, Importance.TEMPORARY})
HIGHEST = frozenset({Importance.SPECIAL, Importance.FIRST})


@dataclass(frozen=True, slots=True)
class Requirement:
    """A role that every thing of a class needs; for customers, of these importance classes only (empty = all)."""

    of: type[Entity]
    role: Role
    source: str
    importance: frozenset[Importance] = frozenset()
    construction: Construction | None = None
    """For lines: only those built like this."""


REQUIREMENTS: tuple[Requirement, ...] = (
    Requirement(Customer, Role.CUSTOMER_MANAGER, "article A6: the customer manager leads the advisor team"),
    Requirement(Customer, Role.CUSTOMER_OUTAGE_CONTACT, "contact type 03 of marketing systems", LISTED),
    Requirement(Customer, Role.CUSTOMER_ELECTRICIAN, "article A3; contact type 01 of marketing systems", LISTED),
    Requirement(Customer, Role.DISPATCHER, "article A3 (responsibility decomposition table)", LISTED),
    Requirement(Customer, Role.DISTRIBUTION_REPAIR, "article A3, A4", LISTED),
    Requirement(Customer, Role.EMERGENCY_POWER, "SGCC 保供电 practice", HIGHEST),
    Requirement(Customer, Role.SITE_COMMANDER, "SGCC 保供电 practice", HIGHEST),
    Requirement(Feeder, Role.DISPATCHER, "SGCC 保供电 practice: the duty dispatcher commands the grid fault"),
    Requirement(Feeder, Role.DISTRIBUTION_REPAIR, "duty record: 专业"),
    Requirement(Feeder, Role.LINE_MAINTENANCE, "duty record: 专业"),
    Requirement(Substation, Role.DISPATCHER, "SGCC 保供电 practice"),
    Requirement(Substation, Role.SUBSTATION_OPERATION, "duty record: 专业"),
    Requirement(ConductingEquipment, Role.DISPATCHER, "SGCC 保供电 practice"),
    Requirement(ConductingEquipment, Role.DISTRIBUTION_REPAIR, "duty record: 专业"),
    Requirement(ACLineSegment, Role.CABLE_MAINTENANCE, "duty record: 专业", construction=Construction.CABLE),
    Requirement(ACLineSegment, Role.LINE_MAINTENANCE, "duty record: 专业", construction=Construction.OVERHEAD),
    Requirement(Tower, Role.LINE_MAINTENANCE, "duty record: 专业"),
)
"""Every requirement. Equipment that a customer owns needs the customer's people instead (see `required_roles`)."""

INSIDE = (
    Requirement(ConductingEquipment, Role.CUSTOMER_MANAGER, "article A6"),
    Requirement(ConductingEquipment, Role.CUSTOMER_ELECTRICIAN, "产权分界: the customer's own people operate it"),
)
"""What replaces the requirements of equipment behind the ownership boundary."""


def required_roles(entity: Entity) -> frozenset[Role]:
    """Roles that somebody must hold for a thing."""
    return frozenset(requirement.role for requirement in _applying(entity))


def _applying(entity: Entity) -> Iterator[Requirement]:
    owned = isinstance(entity, ConductingEquipment) and entity.ownership is Ownership.CUSTOMER
    for requirement in INSIDE if owned else REQUIREMENTS:
        if not isinstance(entity, requirement.of):
            continue
        if requirement.importance and getattr(entity, "importance", None) not in requirement.importance:
            continue
        if requirement.construction is None or getattr(entity, "construction", None) is requirement.construction:
            yield requirement
