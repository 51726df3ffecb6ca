"""Arguments that are refused: things that are not there or cannot stand where they are named, foreign cursors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.compare.asking.documents import refused
from tests.compare.operation import Operation
from tests.compare.stores import Data


def argument_operations(data: Data) -> Iterator[Operation]:
    """Things that are not there, or cannot stand where they are named."""
    thing, switch, person = data.first("ACLineSegment"), data.first("LoadBreakSwitch"), data.first("Person")
    impact = """query($e: [ID!]!, $a: [SwitchAssumption!], $s: [ID!], $t: [ID!], $at: DateTime) {
      impact(equipment: $e, assume: $a, stuck: $s, tripped: $t, at: $at) { revision summary { totalCount } } }"""
    cases: dict[str, dict[str, Any]] = {
        "nothing": {"e": []},
        "unknown": {"e": ["nowhere"]},
        "known and unknown": {"e": [thing, "nowhere"]},
        "a person": {"e": [person]},
        "unknown switch": {"e": [thing], "a": [{"switch": "nowhere", "position": "OPEN"}]},
        "no switch": {"e": [thing], "a": [{"switch": person, "position": "OPEN"}]},
        "line as switch": {"e": [thing], "a": [{"switch": thing, "position": "OPEN"}]},
        "twice assumed": {"e": [thing], "a": [{"switch": switch, "position": each} for each in ("OPEN", "CLOSED")]},
        "stuck unknown": {"e": [thing], "s": ["nowhere"]},
        "stuck person": {"e": [thing], "s": [person]},
        "tripped unknown": {"e": [thing], "t": ["nowhere"]},
        "tripped closed": {"e": [thing], "t": [switch]},
        "tripped line": {"e": [thing], "t": [thing]},
        "naive time": {"e": [thing], "at": "2025-11-24T06:30:00"},
        "no time": {"e": [thing], "at": "yesterday"},
        "a date": {"e": [thing], "at": "2025-11-24"},
        "number as time": {"e": [thing], "at": 1},
        "far time": {"e": [thing], "at": "9999-12-31T23:59:59+00:00"},
    }
    for what, given in cases.items():
        yield refused(f"impact {what}", impact, given)
        if "a" not in given and "at" not in given:
            restoration = impact.replace("impact(", "restoration(").replace("summary { totalCount }", "operations")
            yield refused(f"restoration {what}", restoration, given)
    area, unknown = data.first("Area"), 'trace(from: "x", direction: UP) { energised }'
    rest = {
        "trace unknown": '{ trace(from: "x", direction: UP) { energised } }',
        "paths unknown": '{ paths(from: "x", to: "y") { truncated } }',
        "hops 0": '{ neighbourhood(of: "x", hops: 0) { truncated } }',
        "hops 41": f'{{ neighbourhood(of: "{thing}", hops: 41) {{ truncated }} }}',
        "limit 0": f'{{ neighbourhood(of: "{thing}", limit: 0) {{ truncated }} }}',
        "limit 5001": f'{{ neighbourhood(of: "{thing}", limit: 5001) {{ truncated }} }}',
        "max hops 41": f'{{ paths(from: "{thing}", to: "{switch}", maxHops: 41) {{ truncated }} }}',
        "51 paths": f'{{ paths(from: "{thing}", to: "{switch}", first: 51) {{ truncated }} }}',
        "no evidence": "{ locateFault(evidence: []) { rest } }",
        "only unknown evidence": '{ locateFault(evidence: [{kind: CALL, things: ["x"]}]) { rest } }',
        "evidence of nothing": "{ locateFault(evidence: [{kind: CALL, things: []}]) { rest } }",
        "within unknown": '{ feeders(filter: {within: "x"}) { totalCount } }',
        "risks of unknown": '{ supplyRisks(filter: {customers: ["x"]}) { totalCount } }',
        "risks of a person": f'{{ supplyRisks(filter: {{customers: ["{person}"]}}) {{ totalCount }} }}',
        "naive literal": node(thing, '... on Entity { responsibility(at: "2025-11-24T00:00:00") { at } }'),
        "one part refused": f"{{ graph {{ revision }} customers(first: 1) {{ totalCount }} {unknown} }}",
        "inner list too long": node(area, "id ... on Area { contents(first: 501) { totalCount } }"),
        "inner bad cursor": node(area, 'id ... on Area { contents(after: "x") { totalCount } }'),
    }
    for what, query in rest.items():
        yield refused(what, query)


def node(entity_id: str, selected: str) -> str:
    """A document about one thing."""
    return f"{{ node(id: {json.dumps(entity_id)}) {{ {selected} }} }}"


def cursor_operations(data: Data) -> Iterator[Operation]:
    """Cursors of other lists, spoilt ones, none at all."""
    chosen = {"customers": "", "by name": "orderBy: NAME, ", "filtered": 'filter: {text: "一"}, ', "feeders": ""}
    pages = {name: _page("feeders" if name == "feeders" else "customers", given) for name, given in chosen.items()}
    for name, query in pages.items():
        yield Operation(name=f"cursors/{name}", query=query)
    for taken in pages:
        path = (f"cursors/{taken}", "data", "feeders" if taken == "feeders" else "customers", "pageInfo", "endCursor")
        for name, query in pages.items():
            yield Operation(name=f"cursors/of {taken} on {name}", query=query, takes={"after": path})
    for number, after in enumerate(("", "x", "=" * 8, "AAAA", "kQ", "游标", "a" * 3_000, " ", "\x00")):
        yield refused(f"cursor {number}", pages["customers"], {"after": after})
    path = ("cursors/customers", "data", "customers", "pageInfo", "endCursor")
    impact = """query($e: [ID!]!, $after: String) { impact(equipment: $e) {
      customers(first: 2, after: $after) { totalCount nodes { state } } } }"""
    variables = {"e": [data.first("Feeder")]}
    yield Operation(name="cursors/of customers on impact", query=impact, variables=variables, takes={"after": path})


def _page(list_name: str, given: str) -> str:
    selected = "pageInfo { endCursor } nodes { id }"
    return f"""query($first: Int! = 3, $after: String) {{
      {list_name}({given}first: $first, after: $after) {{ {selected} }} }}"""
