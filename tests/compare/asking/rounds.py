"""Rounds: the same questions, asked again and again while the graph changes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from tests.compare.asking.outages import MEASURED, impact_text
from tests.compare.asking.picks import heads
from tests.compare.operation import Operation, Path
from tests.compare.selections import PAGE, Selections, document
from tests.compare.stores import Data

COMMITTED = frozenset({"commit time"})
Question = tuple[str, str, dict[str, Any]]
"""What it is about, document, variables."""


class Rounds:
    """Questions whose answers a change of the first head switch, of a tie or of who is responsible can touch."""

    def __init__(self, data: Data, select: Selections) -> None:
        self._data, self._select = data, select
        self._head = heads(data)[0]
        self._feeder = [row["id"] for row in data.of("Feeder") if row.get("starts_at") == self._head]
        self._number = count(1)

    def all(self) -> Iterator[Operation]:
        """Every question once."""
        number = next(self._number)
        for part in (self._state(), self._outage(), self._risks(), self._people()):
            for what, query, variables in part:
                name = f"changed/round {number} {what}"
                yield Operation(name=name, query=document(query), variables=variables, masks=COMMITTED)

    def pages_begun(self) -> Iterator[Operation]:
        """First pages of lists that are gone on with when the graph has changed."""
        for name, query, variables in self._lists():
            yield Operation(name=f"begun/{name}", query=query, variables=variables, masks=COMMITTED)

    def pages_gone_on(self) -> Iterator[Operation]:
        """Their second pages."""
        for name, query, variables in self._lists():
            inner: Path = ("customers",) if name == "impact" else ()
            path: Path = (f"begun/{name}", "data", name, *inner, "pageInfo", "endCursor")
            takes = {"after": path}
            yield Operation(name=f"gone on/{name}", query=query, variables=variables, takes=takes, masks=COMMITTED)

    def _state(self) -> Iterator[Question]:
        select = self._select
        own = f"id {select.leaves('Switch')} ... on ConductingEquipment {{ feeders {{ id }} }}"
        yield "graph", f"{{ graph {{ {select.whole('GraphStatus')} }} }}", {}
        yield "head", f"query($id: ID!) {{ node(id: $id) {{ ... on Switch {{ {own} }} }} }}", {"id": self._head}
        trace = f"query($id: ID!) {{ trace(from: $id, direction: UP) {{ {select.whole('Trace')} }} }}"
        yield "trace", trace, {"id": self._feeder[0]}
        yield "search", '{ search(text: "OWN:1") { totalCount nodes { entity { id } score } } }', {}

    def _outage(self) -> Iterator[Question]:
        select, feeder, tripped = self._select, self._feeder, [self._head]
        impact = impact_text(select)
        for cause in ("FAULTED", "OPENED", "ISOLATED"):
            yield f"impact {cause}", impact, {"equipment": feeder, "cause": cause}
            yield f"impact after the trip {cause}", impact, {"equipment": feeder, "cause": cause, "tripped": tripped}
        yield "measured", MEASURED, {"equipment": feeder}
        segments = [row["id"] for row in self._data.of("ACLineSegment") if row.get("contained_in") == feeder[0]]
        plan = f"""query($e: [ID!]!, $t: [ID!]) {{ restoration(equipment: $e, tripped: $t) {{
          {select.whole("RestorationPlan")} }} }}"""
        yield "restoration", plan, {"e": segments[:1]}
        yield "restoration after the trip", plan, {"e": segments[:1], "t": tripped}
        evidence = [{"kind": "TRIP", "things": tripped}, {"kind": "CALL", "things": self._data.ids("Customer", 1)}]
        location = f"query($e: [EvidenceInput!]!) {{ locateFault(evidence: $e) {{ {select.whole('FaultLocation')} }} }}"
        yield "location", location, {"e": evidence}

    def _risks(self) -> Iterator[Question]:
        risk, case = self._select.whole("SupplyRisk"), self._select.whole("Contingency")
        yield "risks", f"{{ supplyRisks(first: 30) {{ totalCount nodes {{ {risk} }} }} }}", {}
        yield "contingencies", f"{{ contingencies(first: 10) {{ totalCount nodes {{ {case} }} }} }}", {}

    def _people(self) -> Iterator[Question]:
        table = self._select.whole("ResponsibilityTable")
        own = f"id supplyState loadsFed manager {{ ...Ref }} responsibility {{ {table} }}"
        customers = {"ids": self._data.ids("Customer", 6)}
        yield "who", f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Customer {{ {own} }} }} }}", customers
        held = "id assignments(first: 9) { totalCount nodes { id role version validTo covers { nodes { id } } } }"
        people = {"ids": [self._data.first("Person", place) for place in (1, 2, 4)]}
        yield "held", f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Person {{ {held} }} }} }}", people

    def _lists(self) -> Iterator[Question]:
        marks = dict.fromkeys(("customers", "feeders", "equipment"), "id name")
        marks |= {"supplyRisks": "kind customer { id }", "contingencies": "rank lostCount"}
        page = f"totalCount revisionChanged {PAGE}"
        for name, mark in marks.items():
            query = f"query($after: String) {{ {name}(first: 4, after: $after) {{ {page} nodes {{ {mark} }} }} }}"
            yield name, query, {}
        query = f"""query($after: String, $e: [ID!]!) {{ impact(equipment: $e) {{ at
          customers(first: 2, after: $after) {{ {page} nodes {{ state customer {{ id }} }} }} }} }}"""
        yield "impact", query, {"e": [self._data.first("Substation", 2)]}
