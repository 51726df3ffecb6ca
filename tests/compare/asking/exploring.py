"""Trace, paths, neighbourhoods; risks and contingencies; the state of the graph and its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.compare.operation import Operation
from tests.compare.selections import PAGE, REFERENCE, Selections, document
from tests.compare.stores import Data

TRACED = {
    "ACLineSegment": 5,
    "Breaker": 4,
    "LoadBreakSwitch": 4,
    "Fuse": 2,
    "BusbarSection": 3,
    "PowerTransformer": 3,
    "SupplySource": 4,
    "Customer": 3,
    "ReceivingPoint": 2,
    "Feeder": 3,
    "Substation": 2,
    "InternalBus": 1,
    "Load": 2,
    "EnergySource": 1,
    "ConnectivityNode": 1,
    "Person": 1,
}
_DIRECTIONS = ("UP", "DOWN", "ISLAND", "PATH")


def explore_operations(data: Data, select: Selections) -> Iterator[Operation]:
    """Ways through the graph and through the network."""
    trace = document(f"""query($from: ID!, $direction: TraceDirection!, $assume: [SwitchAssumption!]) {{
      trace(from: $from, direction: $direction, assume: $assume) {{ {select.whole("Trace")} }} }}""")
    for kind, most in TRACED.items():
        for entity_id in data.ids(kind, most):
            for direction in _DIRECTIONS:
                variables: dict[str, Any] = {"from": entity_id, "direction": direction}
                yield Operation(name=f"trace/{kind} {direction} {entity_id}", query=trace, variables=variables)
    switches = data.ids("LoadBreakSwitch", 6)
    for place, position in enumerate(("OPEN", "CLOSED", "UNKNOWN") * 2):
        assume = [{"switch": switches[place % len(switches)], "position": position}]
        for direction in _DIRECTIONS:
            variables = {"from": data.ids("Feeder", 4)[1], "direction": direction, "assume": assume}
            yield Operation(name=f"trace/assuming {place} {direction}", query=trace, variables=variables)
    yield from _trace_pages(data)
    yield from _paths(data, select)
    yield from _neighbourhoods(data, select)


def _trace_pages(data: Data) -> Iterator[Operation]:
    for list_name, selected in (("equipment", REFERENCE), ("customers", "id name importance")):
        query = document(f"""query($from: ID!, $direction: TraceDirection!, $first: Int! = 50, $after: String) {{
          trace(from: $from, direction: $direction) {{ {list_name}(first: $first, after: $after) {{
            totalCount {PAGE} nodes {{ {selected} }} }} }} }}""")
        for direction in ("DOWN", "ISLAND"):
            yield Operation(
                name=f"trace/pages {list_name} {direction}",
                query=query,
                variables={"from": data.first("Breaker", 2), "direction": direction, "first": 120},
                follow=("data", "trace", list_name, "pageInfo"),
                pages=8,
            )


def _paths(data: Data, select: Selections) -> Iterator[Operation]:
    head = "$from: ID!, $to: ID!, $via: [RelationshipKind!], $maxHops: Int! = 10, $first: Int! = 5"
    query = document(f"""query({head}) {{
      paths(from: $from, to: $to, via: $via, maxHops: $maxHops, first: $first) {{
        {select.whole("PathConnection")} }} }}""")
    customer, supply = data.first("Customer"), data.first("SupplySource")
    ends = [
        (customer, supply),
        (customer, data.first("Person")),
        (data.first("Feeder"), data.first("Feeder", 1)),
        (data.first("Breaker"), data.first("Load")),
        (data.first("Contact"), data.first("EmergencyPlan")),
        (customer, customer),
        (data.first("RiskGroup"), data.first("BusbarSection")),
    ]
    terms: list[dict[str, Any]] = [{}, {"maxHops": 3}, {"maxHops": 25, "first": 12}]
    terms += [{"via": ["CONNECTS"], "maxHops": 40}, {"via": ["FED_BY", "HAS_RECEIVING_POINT"]}, {"via": []}]
    for start, end in ends:
        for number, chosen in enumerate(terms):
            variables = {"from": start, "to": end, **chosen}
            yield Operation(name=f"paths/{start} {end} {number}", query=query, variables=variables)


def _neighbourhoods(data: Data, select: Selections) -> Iterator[Operation]:
    query = document(f"""query($of: ID!, $hops: Int! = 1, $via: [RelationshipKind!], $limit: Int! = 200) {{
      neighbourhood(of: $of, hops: $hops, via: $via, limit: $limit) {{ {select.whole("Subgraph")} }} }}""")
    centres = [
        data.first(kind) for kind in ("Customer", "Feeder", "Substation", "Person", "Breaker", "RiskGroup", "Area")
    ]
    terms: list[dict[str, Any]] = [{}, {"hops": 2}, {"hops": 3, "limit": 60}, {"hops": 4, "via": ["CONNECTS"]}]
    for centre in centres:
        for number, chosen in enumerate(terms):
            variables = {"of": centre, **chosen}
            yield Operation(name=f"neighbourhood/{centre} {number}", query=query, variables=variables)


def risk_operations(data: Data, select: Selections) -> Iterator[Operation]:
    """What is weak before anything fails: filters, and all pages."""
    edges = f"{PAGE} edges {{ cursor node {{ kind }} }}"
    risk = f"totalCount revisionChanged {edges} nodes {{ {select.whole('SupplyRisk')} }}"
    query = document(f"""query($filter: RiskFilter, $first: Int! = 50, $after: String) {{
      supplyRisks(filter: $filter, first: $first, after: $after) {{ {risk} }} }}""")
    filters: list[dict[str, Any] | None] = [None, {}]
    filters += [{"kinds": [each]} for each in ("SINGLE_POINT", "SHARED_PROTECTION", "COMMON_CAUSE", "CLASS_MISMATCH")]
    filters += [{"importance": [each]} for each in ("SPECIAL", "FIRST", "SECOND", "TEMPORARY", "ORDINARY")]
    filters += [{"customers": chosen} for chosen in (data.ids("Customer", 5), [])]
    filters.append({"kinds": ["COMMON_CAUSE"], "importance": ["FIRST"]})
    for number, chosen in enumerate(filters):
        yield _paged("risks", f"filter {number}", query, "supplyRisks", {"filter": chosen, "first": 40}, pages=3)
    yield _paged("risks", "all pages", query, "supplyRisks", {"first": 400}, pages=20)
    yield from _contingencies(select)


def _contingencies(select: Selections) -> Iterator[Operation]:
    """By kind with all that is told, and every page with the counts."""
    whole = f"edges {{ cursor node {{ rank }} }} nodes {{ {select.whole('Contingency')} }}"
    counts = f"nodes {{ {select.leaves('Contingency')} }}"
    queries = [
        document(f"""query($kinds: [EntityKind!], $first: Int! = 50, $after: String) {{
          contingencies(kinds: $kinds, first: $first, after: $after) {{ totalCount {PAGE} {selected} }} }}""")
        for selected in (whole, counts)
    ]
    for kinds in (None, ["BREAKER"], ["AC_LINE_SEGMENT", "BUSBAR_SECTION"], ["POWER_TRANSFORMER"], ["CUSTOMER"], []):
        variables = {"kinds": kinds, "first": 25}
        yield _paged("contingencies", f"of {kinds}", queries[0], "contingencies", variables, pages=4)
    yield _paged("contingencies", "all pages", queries[1], "contingencies", {"first": 400}, pages=20)


def _paged(group: str, what: str, query: str, field: str, variables: dict[str, Any], pages: int) -> Operation:
    follow = ("data", field, "pageInfo")
    return Operation(name=f"{group}/{what}", query=query, variables=variables, follow=follow, pages=pages)


def status_operations(select: Selections) -> Iterator[Operation]:
    """The graph, the vocabularies, and the addresses beside the API."""
    status = select.whole("GraphStatus")
    for number, now in enumerate(
        ("2025-11-24T06:30:00+00:00", "2031-05-01T00:00:00+00:00", "2025-11-24T06:30:00+00:00")
    ):
        yield Operation(name=f"status/graph {number}", query=document(f"{{ graph {{ {status} }} }}"), now=now)
    yield Operation(
        name="status/vocabulary",
        query=f"{{ vocabulary {{ {select.whole('Vocabulary')} }} }}",
        masks=frozenset({"labels", "additions"}),
    )
    for path in ("/healthz", "/readyz", "/nowhere", "/"):
        masks = frozenset({"additions"} if path == "/readyz" else ())
        yield Operation(name=f"status{path}", method="GET", target=path, masks=masks)
    yield Operation(name="status/metrics", method="GET", target="/metrics", masks=frozenset({"additions"}))
    yield Operation(
        name="status/page", method="GET", target="/graphql", headers={"accept": "text/html"}, masks=frozenset({"page"})
    )
