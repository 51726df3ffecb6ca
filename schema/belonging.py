"""Belonging (归属): what ties each kind of thing to an organisation or an area, as data. A kind without a rule stops
every start.

An account with a scope (some organisations and areas) sees what belongs to one of them, or to anything below, over any
number of steps, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from schema.registry import EntityKind as K
from schema.relationships import ENDS
from schema.relationships import RelationshipKind as R

SCOPES: Final = frozenset({K.ORGANISATION, K.AREA})
"""Kinds that a scope is made of."""


class Whose(Enum):
    """Whose the things of a kind are."""

    HOLDERS = auto()
    """Of what its ways lead to."""
    EVERYBODYS = auto()
    """Everybody sees them."""
    NOBODYS = auto()
    """They are in no scope: only who has none sees them."""
    CONCERNED = auto()
    """Of whoever has in scope anything that it is about: plant, or customers and what is theirs."""


@dataclass(frozen=True, slots=True)
class Way:
    """A relationship that leads from a thing to what it belongs to: along it, or against it."""

    kind: R
    along: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """What a thing of a kind belongs to, and why that is the rule."""

    ways: tuple[Way, ...] = ()
    otherwise: tuple[Way, ...] = ()
    """Ways that count for a thing that has none of `ways`."""
    whose: Whose = Whose.HOLDERS
    why: str


def _in(*kinds: R) -> tuple[Way, ...]:
    return tuple(Way(kind, along=False) for kind in kinds)


def _out(*kinds: R) -> tuple[Way, ...]:
    return tuple(Way(kind) for kind in kinds)


_CONTAINED = _out(R.CONTAINED_IN)
_PLANT = Belonging(ways=_CONTAINED, why="plant is of the station, feeder, area or company that it is part of")
_CUSTOMERS_PLANT = Belonging(ways=_CONTAINED, why="what is behind the boundary is of its receiving point's customer")

BELONGING: Final[Mapping[K, Belonging]] = {
    K.AREA: Belonging(ways=_CONTAINED, why="areas nest"),
    K.SUBSTATION: Belonging(ways=_CONTAINED, why="a station lies in an area, or is a company's"),
    K.VOLTAGE_LEVEL: Belonging(ways=_CONTAINED, why="part of its station"),
    K.BAY: Belonging(ways=_CONTAINED, why="part of its station"),
    K.DISTRIBUTION_STATION: Belonging(ways=_CONTAINED, why="on its feeder"),
    K.FEEDER: Belonging(ways=_CONTAINED, why="of the station that it begins at"),
    K.CONNECTIVITY_NODE: Belonging(
        ways=_CONTAINED, otherwise=_in(R.CONNECTS), why="a node is where plant meets: seen with any of that"
    ),
    **dict.fromkeys(
        (
            K.ENERGY_SOURCE,
            K.BUSBAR_SECTION,
            K.AC_LINE_SEGMENT,
            K.POWER_TRANSFORMER,
            K.SHUNT_COMPENSATOR,
            K.ENERGY_CONSUMER,
            K.GENERATING_UNIT,
            K.BREAKER,
            K.RECLOSER,
            K.LOAD_BREAK_SWITCH,
            K.DISCONNECTOR,
            K.FUSE,
        ),
        _PLANT,
    ),
    K.FAULT_INDICATOR: Belonging(ways=_CONTAINED, otherwise=_out(R.MONITORS), why="of the feeder that it watches"),
    K.TOWER: Belonging(ways=_CONTAINED, otherwise=_in(R.CARRIED_BY), why="of the lines that it carries"),
    K.CORRIDOR: Belonging(ways=_CONTAINED, otherwise=_in(R.ROUTED_IN), why="of the lines that lie in it"),
    K.RISK_GROUP: Belonging(ways=_in(R.SHARES_RISK), why="seen by whoever has a member; of the others nothing"),
    K.CUSTOMER: Belonging(
        ways=_CONTAINED, why="the area or company whose customer it is, not whose feeder happens to feed it"
    ),
    K.SITE: Belonging(ways=_in(R.HAS_SITE, R.LOCATED_AT), why="the customer's place"),
    K.RECEIVING_POINT: Belonging(ways=_in(R.HAS_RECEIVING_POINT), why="the customer's"),
    K.SUPPLY_SOURCE: Belonging(
        ways=_in(R.FED_BY), otherwise=_CONTAINED, why="the customer's, wherever the feeder is that it comes from"
    ),
    **dict.fromkeys((K.INTERNAL_BUS, K.CUSTOMER_TRANSFORMER, K.LOAD), _CUSTOMERS_PLANT),
    K.SWITCH_BAY: Belonging(ways=_CONTAINED, otherwise=_in(R.TRANSFERS_BY), why=_CUSTOMERS_PLANT.why),
    K.EMERGENCY_SOURCE: Belonging(ways=_CONTAINED, otherwise=_out(R.BACKS), why=_CUSTOMERS_PLANT.why),
    K.ACCESS_POINT: Belonging(ways=_CONTAINED, otherwise=_out(R.ATTACHES_TO), why=_CUSTOMERS_PLANT.why),
    K.ORGANISATION: Belonging(
        ways=_out(R.MEMBER_OF), why="part of another one; a customer's own is seen with who answers for that customer"
    ),
    K.TEAM: Belonging(
        ways=_out(R.MEMBER_OF), why="of its company; who answers for a thing is named there, wherever from"
    ),
    K.PERSON: Belonging(
        ways=(*_out(R.MEMBER_OF), *_in(R.HELD_BY)),
        why="of a team or company, or answers for something that is in scope",
    ),
    K.CONTACT: Belonging(ways=_in(R.HAS_CONTACT), why="of whom it reaches"),
    K.ASSIGNMENT: Belonging(
        ways=_out(R.COVERS), otherwise=_out(R.OF_TEAM, R.HELD_BY), why="of what it is about, not of who holds it"
    ),
    K.SHIFT: Belonging(ways=_out(R.OF_TEAM), otherwise=_out(R.WORKED_BY), why="of the team whose roster it is"),
    K.EMERGENCY_PLAN: Belonging(ways=_out(R.PLAN_FOR), why="of whom or what it is for"),
    K.PLAN_VERSION: Belonging(ways=_in(R.HAS_VERSION), why="of its plan"),
    K.PROCEDURE: Belonging(ways=_in(R.HAS_PROCEDURE), why="of its plan"),
    K.PROCEDURE_STEP: Belonging(ways=_in(R.HAS_STEP), why="of its plan"),
    K.SITE_GUIDE: Belonging(ways=_in(R.HAS_GUIDE), why="of its plan"),
    K.WAYPOINT: Belonging(ways=_in(R.HAS_WAYPOINT), why="of its plan"),
    K.PREPARATION_ITEM: Belonging(ways=_in(R.HAS_PREPARATION), why="of its plan"),
    K.SOURCE_LOAD: Belonging(
        whose=Whose.NOBODYS, why="a file holds everybody's rows; where a thing came from is told with the thing"
    ),
    K.IDENTIFIER_MAPPING: Belonging(ways=_out(R.IDENTIFIES), why="of what it identifies"),
    K.ALIAS: Belonging(ways=_out(R.ALIAS_OF), why="of what it was merged into"),
    K.INCIDENT: Belonging(
        whose=Whose.CONCERNED, why="whoever has anything that it is about works on it; the rest of it is counted"
    ),
    K.TIMELINE_ENTRY: Belonging(ways=_out(R.ENTRY_OF), why="of its incident"),
    K.SERVICE_COMMITMENT: Belonging(whose=Whose.EVERYBODYS, why="a rule of service, which is about nobody"),
    K.ESCALATION_RULE: Belonging(whose=Whose.EVERYBODYS, why="a rule of service; whom it tells is seen in scope alone"),
    K.VEHICLE: Belonging(ways=_out(R.CREWED_BY), otherwise=_CONTAINED, why="of the team that takes it out"),
    K.NON_ELECTRICAL_MEASURE: Belonging(ways=_out(R.SAFEGUARDS), why="of the customer whom it keeps safe"),
    K.OUTAGE_RECORD: Belonging(ways=_out(R.CUTS), why="of what is off"),
    K.HAZARD: Belonging(ways=_out(R.HAZARD_OF), why="of what it was found on"),
}
"""Of every kind."""

LEAVES: Final = frozenset({K.CONTACT, K.IDENTIFIER_MAPPING, K.ALIAS})
"""Kinds that nothing else belongs to."""


def _unfit() -> Iterator[str]:
    for kind in K:
        rule = BELONGING.get(kind)
        if rule is None:
            yield f"{kind} has no rule"
            continue
        if bool(rule.ways) is (rule.whose is not Whose.HOLDERS):
            yield f"{kind} has ways and is not its holders', or the other way round"
        for way in (*rule.ways, *rule.otherwise):
            ends = ENDS[way.kind]
            if kind not in (ends.sources if way.along else ends.targets):
                yield f"{kind} is at no such end of {way.kind}"


def check() -> None:
    """Raises TypeError where a kind has no rule, or one that leads nowhere."""
    if unfit := list(_unfit()):
        raise TypeError(f"schema.belonging: {'; '.join(unfit)}")


check()
