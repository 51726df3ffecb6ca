"""Kinds of things by the words that people use; nothing of the schema is imported for them."""

from __future__ import annotations

from graph_api.cli.labels import word
from graph_api.errors import InvalidInput
from schema.words import Language, Sentence, say

KINDS: dict[str, Sentence] = {
    "AREA": say("service area"),
    "SUBSTATION": say("substation"),
    "VOLTAGE_LEVEL": say("voltage level"),
    "BAY": say("bay"),
    "DISTRIBUTION_STATION": say("distribution station"),
    "FEEDER": say("feeder"),
    "CONNECTIVITY_NODE": say("connectivity node"),
    "ENERGY_SOURCE": say("infeed"),
    "BUSBAR_SECTION": say("busbar section"),
    "AC_LINE_SEGMENT": say("line segment"),
    "POWER_TRANSFORMER": say("transformer"),
    "SHUNT_COMPENSATOR": say("shunt compensator"),
    "ENERGY_CONSUMER": say("aggregated load"),
    "GENERATING_UNIT": say("distributed generation"),
    "BREAKER": say("circuit breaker"),
    "RECLOSER": say("recloser"),
    "LOAD_BREAK_SWITCH": say("load break switch"),
    "DISCONNECTOR": say("disconnector"),
    "FUSE": say("fuse"),
    "FAULT_INDICATOR": say("fault indicator"),
    "TOWER": say("tower"),
    "CORRIDOR": say("corridor"),
    "RISK_GROUP": say("risk group"),
    "CUSTOMER": say("customer"),
    "SITE": say("place of use"),
    "RECEIVING_POINT": say("receiving point"),
    "SUPPLY_SOURCE": say("incoming supply"),
    "INTERNAL_BUS": say("customer's bus"),
    "SWITCH_BAY": say("customer's switch bay"),
    "CUSTOMER_TRANSFORMER": say("customer's transformer"),
    "LOAD": say("customer's load"),
    "EMERGENCY_SOURCE": say("emergency source"),
    "ACCESS_POINT": say("access point"),
    "ORGANISATION": say("organisation"),
    "TEAM": say("team"),
    "PERSON": say("individual"),
    "CONTACT": say("contact details"),
    "ASSIGNMENT": say("assignment"),
    "SHIFT": say("shift"),
    "EMERGENCY_PLAN": say("emergency plan"),
    "PLAN_VERSION": say("plan version"),
    "PROCEDURE": say("procedure"),
    "PROCEDURE_STEP": say("procedure step"),
    "SITE_GUIDE": say("site guide"),
    "WAYPOINT": say("waypoint"),
    "PREPARATION_ITEM": say("preparation item"),
    "SOURCE_LOAD": say("load of a file"),
    "IDENTIFIER_MAPPING": say("identifier mapping"),
    "ALIAS": say("merged id"),
    "INCIDENT": say("incident"),
    "TIMELINE_ENTRY": say("timeline entry"),
    "SERVICE_COMMITMENT": say("service commitment"),
    "ESCALATION_RULE": say("escalation rule"),
    "VEHICLE": say("vehicle"),
    "NON_ELECTRICAL_MEASURE": say("non-electrical measure"),
    "OUTAGE_RECORD": say("outage record"),
    "HAZARD": say("hazard or defect"),
}
"""What each kind of entity is called."""


def kind_name(code: str) -> str:
    """What a kind is called in the language of now; the code itself where this program is older than the answer."""
    return word(KINDS, code)


def kinds_named(names: list[str] | None) -> list[str] | None:
    """Codes of kinds by code, class name or what they are called; None for none. Raises InvalidInput for others."""
    if not names:
        return None
    known = {word.casefold(): code for code, called in KINDS.items() for word in _words(code, called)}
    for name in names:
        if name.casefold() not in known:
            raise InvalidInput(
                say("{name} is no entity kind; `baodian schema` lists them all.", name=repr(name)), kind=name
            )
    return [known[name.casefold()] for name in names]


def _words(code: str, called: Sentence) -> tuple[str, ...]:
    """AC_LINE_SEGMENT, ACLineSegment, line segment, 线路段."""
    return code, code.replace("_", ""), called.text(Language.EN), called.text(Language.ZH)
