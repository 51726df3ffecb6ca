"""What the supply of each importance class must have, as data: a demand, how much of it, and who says so.

A rule that a customer's supply does not meet is a finding, never a refusal. Sources are cited as they were seen:
"K" marks common knowledge of the field that was not verified against the clause.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import unique

from schema.vocabulary import Importance, Term


@unique
class SupplyDemand(Term):
    """供电要求: what a rule asks of a customer's supply."""

    SUPPLIES = "SUPPLIES", "供电电源路数", "supplies in service at each receiving point", "GB/T 29328-2018"
    STATIONS = (
        "STATIONS",
        "来自不同变电站的电源数",
        "different substations that feed each receiving point now",
        "GB/T 29328-2018",
    )
    EMERGENCY_SHARE = (
        "EMERGENCY_SHARE",
        "自备应急电源容量与保安负荷之比",
        "power of the customer's own emergency sources, as a share of its security load",
        "电监安全〔2008〕43号 (K)",
    )
    BRIDGED_IN_TIME = (
        "BRIDGED_IN_TIME",
        "限时内恢复供电的保安负荷占比",
        "share of security loads that something feeds again within their permitted interruption",
        "GB 50052 3.0.5",
    )


@dataclass(frozen=True, slots=True)
class SupplyRule:
    """A demand on the supply of an importance class: at least this much, says this source."""

    importance: Importance
    demand: SupplyDemand
    least: float
    source: str


_THREE = "GB/T 29328-2018: 特级 three sources"
_TWO = "GB/T 29328-2018: 一级 two sources (双电源) (K)"
_DOUBLE = "GB/T 29328-2018: 二级 double circuit (双回路) (K)"
_SHARE = "电监安全〔2008〕43号: own emergency power of at least 120 % of the security load (K)"
_GAP = "GB 50052 3.0.5: the emergency source is chosen by the permitted interruption"
_LISTED = (Importance.SPECIAL, Importance.FIRST, Importance.SECOND, Importance.TEMPORARY)

SUPPLY_RULES: tuple[SupplyRule, ...] = (
    SupplyRule(Importance.SPECIAL, SupplyDemand.SUPPLIES, 3, _THREE),
    SupplyRule(Importance.SPECIAL, SupplyDemand.STATIONS, 2, _THREE + ", two of them from two substations (K)"),
    SupplyRule(Importance.FIRST, SupplyDemand.SUPPLIES, 2, _TWO),
    SupplyRule(Importance.FIRST, SupplyDemand.STATIONS, 2, _TWO + " from two substations"),
    SupplyRule(Importance.SECOND, SupplyDemand.SUPPLIES, 2, _DOUBLE),
    SupplyRule(Importance.TEMPORARY, SupplyDemand.SUPPLIES, 2, "practice: double circuit, or mobile generation (K)"),
    *(SupplyRule(importance, SupplyDemand.EMERGENCY_SHARE, 1.2, _SHARE) for importance in _LISTED),
    *(SupplyRule(importance, SupplyDemand.BRIDGED_IN_TIME, 1, _GAP) for importance in _LISTED),
)
"""Every rule; ordinary customers have none."""


def rules_of(importance: Importance) -> tuple[SupplyRule, ...]:
    """Rules for a class."""
    return tuple(rule for rule in SUPPLY_RULES if rule.importance is importance)
