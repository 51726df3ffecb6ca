"""Restoration and fault location, and the words of both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.compare.asking.picks import reported_open
from tests.compare.operation import Operation
from tests.compare.selections import PAGE, Selections, document
from tests.compare.stores import Data

HEAD = """$equipment: [ID!]!, $assume: [SwitchAssumption!], $stuck: [ID!], $fixed: [ID!], $tripped: [ID!],
  $at: DateTime"""
GIVEN = "equipment: $equipment, assume: $assume, stuck: $stuck, fixed: $fixed, tripped: $tripped, at: $at"
PLACES = {
    "ACLineSegment": 14,
    "Breaker": 5,
    "LoadBreakSwitch": 5,
    "Fuse": 3,
    "BusbarSection": 4,
    "PowerTransformer": 3,
    "Tower": 3,
    "Corridor": 3,
    "RiskGroup": 1,
    "DistributionStation": 3,
    "Substation": 2,
    "EnergySource": 1,
    "Feeder": 1,
    "SupplySource": 2,
    "Customer": 1,
    "Person": 1,
}


def restoration_operations(data: Data, select: Selections) -> Iterator[Operation]:
    """Plans for faults of all kinds, and what stands in their way."""
    query = document(f"query({HEAD}) {{ restoration({GIVEN}) {{ {select.whole('RestorationPlan')} }} }}")
    for kind, most in PLACES.items():
        for entity_id in data.ids(kind, most):
            yield Operation(name=f"restoration/{kind} {entity_id}", query=query, variables={"equipment": [entity_id]})
    for number, variables in enumerate(_hindered(data)):
        yield Operation(name=f"restoration terms/{number}", query=query, variables=variables)


def _hindered(data: Data) -> Iterator[dict[str, Any]]:
    segments, switches = data.ids("ACLineSegment", 16), data.ids("LoadBreakSwitch", 10)
    breakers = data.ids("Breaker", 8)
    for place, segment in enumerate(segments[2:10]):
        yield {"equipment": [segment], "fixed": switches[place : place + 3]}
        yield {"equipment": [segment], "assume": [{"switch": switches[place % len(switches)], "position": "OPEN"}]}
    yield {"equipment": segments[3:6]}
    yield {"equipment": segments[3:4], "stuck": breakers[:2]}
    yield {"equipment": segments[3:4], "tripped": breakers[:1]}
    yield {"equipment": segments[7:8], "at": "2025-11-24T19:00:00+00:00"}
    for head in reported_open(data):
        for segment in data.ids("ACLineSegment"):
            yield {"equipment": [segment], "tripped": [head]}


def location_operations(data: Data, select: Selections) -> Iterator[Operation]:
    """Where a fault is, by every kind of report and by several together."""
    found = select.whole("FaultLocation", without=("candidates",))
    candidate = select.whole("Candidate")
    page = f"totalCount {PAGE} edges {{ cursor node {{ rank }} }}"
    query = document(f"""query($evidence: [EvidenceInput!]!, $assume: [SwitchAssumption!], $at: DateTime) {{
      locateFault(evidence: $evidence, assume: $assume, at: $at) {{ {found}
        candidates(first: 8) {{ {page} nodes {{ {candidate} }} }} }} }}""")
    for number, variables in enumerate(_reports(data)):
        yield Operation(name=f"location/{number}", query=query, variables=variables)
    pages = f"""query($evidence: [EvidenceInput!]!, $first: Int! = 20, $after: String) {{
      locateFault(evidence: $evidence) {{ rest candidates(first: $first, after: $after) {{ totalCount {PAGE}
        nodes {{ rank probability }} }} }} }}"""
    for number, variables in enumerate(list(_reports(data))[:6]):
        yield Operation(
            name=f"location pages/{number}",
            query=pages,
            variables={"evidence": variables["evidence"], "first": 4},
            follow=("data", "locateFault", "candidates", "pageInfo"),
            pages=12,
        )


def _reports(data: Data) -> Iterator[dict[str, Any]]:
    heads = [row["starts_at"] for row in data.of("Feeder") if row.get("starts_at", "").find("CB") >= 0]
    for head in heads[:6]:
        yield {"evidence": [{"kind": "TRIP", "things": [head]}]}
    trip = {"kind": "TRIP", "things": [heads[0]], "at": "2025-11-24T06:20:00Z", "key": "trip-1"}
    indicators, supplies = data.ids("FaultIndicator", 8), data.ids("SupplySource", 8)
    calls = [{"kind": "CALL", "things": [each], "key": f"call {each}"} for each in data.ids("Customer", 6)]
    for each in indicators[:4]:
        yield {"evidence": [trip, {"kind": "INDICATOR", "things": [each]}]}
        yield {"evidence": [trip, {"kind": "INDICATOR", "things": [each], "positive": False}]}
    yield {"evidence": [trip, *calls]}
    yield {"evidence": calls}
    yield {"evidence": [{**each, "positive": False} for each in calls] + [trip]}
    for each in data.ids("Fuse", 3):
        yield {"evidence": [{"kind": "FUSE", "things": [each]}]}
        yield {"evidence": [trip, {"kind": "FUSE", "things": [each], "positive": False}]}
    for kind in ("METER", "VOLTAGE", "CURRENT", "PLANNED", "ARREARS", "CALL", "PATROL"):
        for positive in (True, False):
            yield {"evidence": [trip, {"kind": kind, "things": supplies[:1], "positive": positive}]}
            switch = data.ids("LoadBreakSwitch", 5)[2]
            yield {"evidence": [trip, {"kind": kind, "things": [switch], "positive": positive}]}
    walked = data.ids("ACLineSegment", 20)
    yield {"evidence": [trip, {"kind": "PATROL", "things": walked[:10], "positive": False}]}
    yield {"evidence": [trip, {"kind": "PATROL", "things": walked[4:5]}]}
    yield {"evidence": [{**trip, "reclosed": True}]}
    yield {"evidence": [{**trip, "positive": False}]}
    yield from _set_aside(data, trip)
    node = data.first("ConnectivityNode", 3)
    yield {"evidence": [trip, {"kind": "INDICATOR", "things": indicators[:1], "towards": node}]}
    tie = data.first("LoadBreakSwitch", 4)
    yield {"evidence": [trip], "assume": [{"switch": tie, "position": "OPEN"}], "at": "2025-11-24T06:40:00Z"}


def _set_aside(data: Data, trip: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Reports that are not weighed: each for its own reason."""
    call = {"kind": "CALL", "things": [data.first("Customer", 1)]}
    yield {"evidence": [trip, trip]}
    yield {"evidence": [trip, {**trip, "positive": False, "at": "2025-11-24T06:25:00Z"}]}
    yield {"evidence": [trip, {**call, "at": "2025-11-25T06:30:00Z"}, {**call, "at": "2025-11-20T06:30:00Z"}]}
    yield {"evidence": [trip, {**call, "things": ["nobody"]}, {"kind": "TRIP", "things": [data.first("Person")]}]}
    yield {"evidence": [trip, {"kind": "INDICATOR", "things": [data.first("Breaker")]}]}
    yield {"evidence": [trip, {"kind": "PLANNED", "things": [data.first("Feeder")]}, call]}
    for kind in ("PLANNED", "ARREARS"):
        report = {"kind": kind, "things": call["things"]}
        yield {"evidence": [trip, report, call]}
        yield {"evidence": [trip, report, report, {**report, "at": "2025-11-25T06:30:00Z"}]}
    dead = [row["id"] for row in data.of("Customer") if row["name"].startswith(("孤岛", "长乐"))]
    yield {"evidence": [trip, *({"kind": "METER", "things": [each]} for each in dead)]}


def word_operations(data: Data, old: Selections, new: Selections) -> Iterator[Operation]:
    """The texts of plans and reports, by the type that they have in each tree."""
    for place, segment in enumerate(data.ids("ACLineSegment", 20)):
        queries = [_words_of_a_plan(each) for each in (old, new)]
        yield _words(f"plan {place} {segment}", queries, {"equipment": [segment]})
    for number, variables in enumerate(_reports(data)):
        queries = [_words_of_reports(each) for each in (old, new)]
        yield _words(f"reports {number}", queries, {"evidence": variables["evidence"]})


def _words(what: str, queries: list[str], variables: dict[str, Any]) -> Operation:
    return Operation(
        name=f"words/{what}",
        query=queries[0],
        new_query=queries[1],
        variables=variables,
        masks=frozenset({"prose"}),
    )


def _words_of_a_plan(select: Selections) -> str:
    purpose, reason = select.prose("RestorationStep", "purpose"), select.prose("StillOut", "reason")
    plan = f"steps {{ order {purpose} }} stillOut {{ thing {{ id }} {reason} }}"
    return f"query($equipment: [ID!]!) {{ restoration(equipment: $equipment) {{ {plan} alternatives {{ {plan} }} }} }}"


def _words_of_reports(select: Selections) -> str:
    message = select.prose("SetAside", "message")
    aside = f"setAside {{ reason {message} }}"
    return f"query($evidence: [EvidenceInput!]!) {{ locateFault(evidence: $evidence) {{ {aside} }} }}"
