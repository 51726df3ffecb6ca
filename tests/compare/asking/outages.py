"""Impact: what fails, how, with which switches elsewhere; whole answers, and all pages of their lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.compare.asking.picks import normally_open, reported_open
from tests.compare.operation import Operation
from tests.compare.selections import PAGE, Selections, document
from tests.compare.stores import Data

FAILING = {
    "ACLineSegment": 8,
    "Breaker": 6,
    "Recloser": 2,
    "LoadBreakSwitch": 6,
    "Disconnector": 2,
    "Fuse": 4,
    "BusbarSection": 4,
    "PowerTransformer": 4,
    "EnergySource": 2,
    "Feeder": 6,
    "Substation": 3,
    "DistributionStation": 3,
    "Tower": 3,
    "Corridor": 3,
    "RiskGroup": 2,
    "ReceivingPoint": 3,
    "Customer": 4,
    "FaultIndicator": 2,
    "SupplySource": 4,
    "InternalBus": 2,
    "SwitchBay": 3,
    "CustomerTransformer": 2,
    "Load": 2,
    "EnergyConsumer": 2,
    "GeneratingUnit": 2,
    "ShuntCompensator": 1,
    "Area": 1,
    "ConnectivityNode": 2,
    "Person": 1,
    "EmergencySource": 1,
    "Site": 1,
    "Team": 1,
}
"""Kinds that are asked about, and how many of each; some of them cannot fail, which is an answer, too."""
HEAD = """$equipment: [ID!]!, $cause: Cause! = FAULTED, $assume: [SwitchAssumption!], $stuck: [ID!], $tripped: [ID!],
  $at: DateTime"""
GIVEN = "equipment: $equipment, cause: $cause, assume: $assume, stuck: $stuck, tripped: $tripped, at: $at"
MEASURED = """query Incident($equipment: [ID!]!) {
  impact(equipment: $equipment, cause: FAULTED) {
    revision asOf
    summary { customers { state count } lostKw mostUrgent { deadline remainingSeconds } }
    customers(first: 50) { totalCount nodes {
      customer { id name importance manager { name } }
      state before notRedundant singlePoint { name }
      mostUrgent { load { name } remainingSeconds }
      procedure { title steps { order text role } }
      responsibility { rows { role person { name } onDuty through { name } contacts { contactType value } }
                       gaps { role gap } }
    } }
  }
}"""
"""The question that everything is measured by."""


def impact_text(select: Selections, first: int = 12) -> str:
    """Everything that an impact holds; `document` makes a document of it."""
    customers = select.whole("AffectedCustomer", tables=True)
    rest = select.whole("Impact", without=("customers", "equipmentWithoutSupply"))
    page = f"totalCount revisionChanged {PAGE}"
    return f"""query({HEAD}) {{ impact({GIVEN}) {{ {rest}
      customers(first: {first}) {{ {page} edges {{ cursor node {{ state }} }} nodes {{ {customers} }} }}
      equipmentWithoutSupply(first: 30) {{ {page} edges {{ cursor node {{ id }} }} nodes {{ ...Ref }} }} }} }}"""


def impact_operations(data: Data, select: Selections) -> Iterator[Operation]:
    """Every kind of thing, every cause, then the terms of an event and the pages of its lists."""
    query = document(impact_text(select))
    for kind, most in FAILING.items():
        for entity_id in data.ids(kind, most):
            for cause in ("FAULTED", "OPENED", "ISOLATED"):
                variables = {"equipment": [entity_id], "cause": cause}
                yield Operation(name=f"impact/{kind} {cause} {entity_id}", query=query, variables=variables)
    for number, variables in enumerate(_events(data)):
        yield Operation(name=f"impact terms/{number}", query=query, variables=variables)
    for feeder in data.ids("Feeder", 12):
        yield Operation(name=f"measured/{feeder}", query=MEASURED, variables={"equipment": [feeder]})
        yield Operation(
            name=f"measured/{feeder} by night",
            query=MEASURED,
            variables={"equipment": [feeder]},
            now="2025-11-24T18:45:00+00:00",
        )
    yield Operation(
        name="measured/by day again", query="{ graph { revision ageSeconds } }", now="2025-11-24T06:30:00+00:00"
    )
    yield from _pages(data)


def _events(data: Data) -> Iterator[dict[str, Any]]:
    """Several things at once, positions assumed, devices stuck or tripped, other times."""
    segments, breakers, feeders = data.ids("ACLineSegment", 12), data.ids("Breaker", 8), data.ids("Feeder", 6)
    ties = normally_open(data, "LoadBreakSwitch", "Breaker")
    several = [segments[:4], [segments[0], breakers[-1], feeders[1]], data.ids("Substation", 3)[:2], segments[5:6] * 2]
    assumed = [[{"switch": tie, "position": "CLOSED"}] for tie in ties[:3]]
    positions = zip(breakers[:3], ("OPEN", "UNKNOWN", "CLOSED"), strict=True)
    assumed.append([{"switch": each, "position": position} for each, position in positions])
    for cause in ("FAULTED", "OPENED", "ISOLATED"):
        yield from ({"equipment": things, "cause": cause} for things in several)
        yield from ({"equipment": [segments[2]], "cause": cause, "assume": each} for each in assumed)
        for devices in (breakers[:1], breakers[2:4], ties[:1]):
            yield {"equipment": [feeders[2]], "cause": cause, "stuck": devices}
            yield {"equipment": [segments[6]], "cause": cause, "tripped": devices}
        for at in ("2025-11-24T18:00:00Z", "2025-11-22T04:00:00+08:00", "2031-01-01T00:00:00+00:00"):
            yield {"equipment": [feeders[0]], "cause": cause, "at": at}
    yield from _after_trips(data)


def _after_trips(data: Data) -> Iterator[dict[str, Any]]:
    for head in reported_open(data):
        for thing in ([head], data.ids("ACLineSegment", 4)[-1:], data.ids("Feeder")[-1:]):
            for cause in ("FAULTED", "ISOLATED"):
                yield {"equipment": thing, "cause": cause, "tripped": [head]}
                yield {"equipment": thing, "cause": cause, "tripped": [head], "at": "2025-11-24T06:00:00Z"}


def _pages(data: Data) -> Iterator[Operation]:
    """Lists of an impact to their end, and filtered."""
    for place, thing in enumerate([data.first("Substation"), data.first("Feeder"), data.ids("Breaker", 4)[1]]):
        for first in (7, 60):
            yield _customers(f"pages {place} by {first}", {"equipment": [thing], "first": first}, pages=40)
        yield _equipment(f"equipment pages {place}", {"equipment": [thing], "first": 90}, pages=20)
    filters: list[dict[str, Any]] = [{"states": [each]} for each in ("LOST", "DEGRADED", "NORMAL")]
    filters += [{"importance": [each]} for each in ("SPECIAL", "FIRST", "SECOND", "TEMPORARY", "ORDINARY")]
    filters += [{"loadsFed": [each]} for each in ("ALL", "SOME", "NONE")]
    filters += [{}, {"states": [], "importance": ["FIRST", "SECOND"], "loadsFed": ["NONE", "SOME"]}]
    for number, chosen in enumerate(filters):
        for cause in ("FAULTED", "ISOLATED"):
            variables = {"equipment": [data.first("Substation", 2)], "filter": chosen, "cause": cause}
            yield _customers(f"filter {number} {cause}", variables)
    for kinds in (["BREAKER"], ["LOAD", "SUPPLY_SOURCE"], ["CUSTOMER"], []):
        yield _equipment(f"kinds {kinds}", {"equipment": [data.first("Substation", 2)], "kinds": kinds})


def _customers(what: str, variables: dict[str, Any], pages: int = 1) -> Operation:
    query = f"""query($equipment: [ID!]!, $cause: Cause! = FAULTED, $filter: AffectedFilter, $first: Int! = 50,
      $after: String) {{ impact(equipment: $equipment, cause: $cause) {{ at
        customers(filter: $filter, first: $first, after: $after) {{ totalCount {PAGE} nodes {{
          customer {{ id name }} state before loadsFed mostUrgent {{ remainingSeconds }} }} }} }} }}"""
    follow = ("data", "impact", "customers", "pageInfo") if pages > 1 else ()
    return Operation(name=f"impact pages/{what}", query=query, variables=variables, follow=follow, pages=pages)


def _equipment(what: str, variables: dict[str, Any], pages: int = 1) -> Operation:
    query = f"""query($equipment: [ID!]!, $kinds: [EntityKind!], $first: Int! = 50, $after: String) {{
      impact(equipment: $equipment) {{ equipmentWithoutSupply(kinds: $kinds, first: $first, after: $after) {{
        totalCount {PAGE} nodes {{ ...Ref }} }} }} }}"""
    follow = ("data", "impact", "equipmentWithoutSupply", "pageInfo") if pages > 1 else ()
    return Operation(
        name=f"impact pages/{what}", query=document(query), variables=variables, follow=follow, pages=pages
    )
