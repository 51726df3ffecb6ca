"""Who is called in an incident, as data: which roles about the equipment, which about each customer that is hit, and
who is asked where nobody of a role can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schema.vocabulary import Importance
from schema.vocabulary import ResponsibilityRole as Role
from schema.words import Sentence, say

SPECIAL = frozenset({Importance.SPECIAL})


@dataclass(frozen=True, slots=True)
class Called:
    """A role that is called, and who says so; about customers of these importance classes only (empty = all)."""

    role: Role
    source: str
    importance: frozenset[Importance] = frozenset()


ABOUT_EQUIPMENT: tuple[Called, ...] = (
    Called(Role.DISPATCHER, "SGCC 保供电 practice: the duty dispatcher commands the grid fault"),
    Called(Role.DISTRIBUTION_REPAIR, "article A3, A4"),
    Called(Role.LINE_MAINTENANCE, "duty record: 专业"),
    Called(Role.CABLE_MAINTENANCE, "duty record: 专业"),
    Called(Role.SUBSTATION_OPERATION, "duty record: 专业"),
)
"""About equipment, in this order; the first commands, and is called before anybody else."""
ABOUT_CUSTOMERS: tuple[Called, ...] = (
    Called(Role.CUSTOMER_MANAGER, "article A6: the customer manager leads the advisor team"),
    Called(Role.CUSTOMER_OUTAGE_CONTACT, "contact type 03 of marketing systems"),
    Called(Role.COMMANDER, "SGCC 保供电 practice: 领导小组 declares the level", SPECIAL),
    Called(Role.SITE_COMMANDER, "SGCC 保供电 practice: one voice on site", SPECIAL),
    Called(Role.EMERGENCY_POWER, "SGCC 保供电 practice: 应急发电组", SPECIAL),
)
"""About every customer that is hit, in this order, after whoever has to change its supply over by hand."""
_THE_CUSTOMER = (
    Called(Role.CUSTOMER_OUTAGE_CONTACT, "contact type 03 of marketing systems"),
    Called(Role.CUSTOMER_DUTY_MANAGER, "K"),
    Called(Role.CUSTOMER_MANAGER, "article A6: the customer manager leads the advisor team"),
)
_REPAIR = Called(Role.DISTRIBUTION_REPAIR, "K: the repair crew on duty looks at lines and cables, too")
_DISPATCHER = Called(Role.DISPATCHER, "SGCC 保供电 practice: the duty dispatcher commands the grid fault")
STANDS_IN: Mapping[Role, tuple[Called, ...]] = {
    Role.CUSTOMER_ELECTRICIAN: _THE_CUSTOMER,
    Role.LINE_MAINTENANCE: (_REPAIR, _DISPATCHER),
    Role.CABLE_MAINTENANCE: (_REPAIR, _DISPATCHER),
    Role.DISTRIBUTION_REPAIR: (_DISPATCHER,),
    Role.SUBSTATION_OPERATION: (_DISPATCHER,),
    Role.EMERGENCY_POWER: (_DISPATCHER,),
}
"""Whom to call for a step where nobody of its role can be reached, in this order: who finds or sends somebody."""


def foot_of(head: str | None) -> tuple[Sentence, ...]:
    """What stands below a call sheet: the head of the audit, which `baodian audit verify --head` is held against."""
    return () if not head else (say("Audit up to {head}", head=head),)
