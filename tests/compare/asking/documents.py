"""Documents: refused ones, those at the limits, good ones of unusual form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.compare.operation import Operation
from tests.compare.stores import Data


def refused(what: str, query: str, variables: dict[str, Any] | None = None, **more: Any) -> Operation:
    """A request that need not fit the schema, or that is refused when it is answered."""
    return Operation(name=f"refused/{what}", query=query, variables=variables or {}, valid=False, **more)


def document_operations() -> Iterator[Operation]:
    """Documents that cannot be executed, and variables that do not fit."""
    two = "query A { graph { revision } } query B { graph { entities } }"
    texts = {
        "no closing": "{ graph { revision }",
        "no GraphQL": "select * from customer",
        "a blank": " ",
        "a remark": "# only",
        "no such field": "{ graph { revisions } }",
        "no such root": "{ outages { id } }",
        "leaf of leaf": "{ graph { revision { id } } }",
        "no leaf": "{ graph }",
        "no such argument": "{ customers(limit: 3) { totalCount } }",
        "fragment alone": "fragment F on Customer { id }",
        "fragment circle": "{ node(id: 1) { ...A } } fragment A on Node { ...B } fragment B on Node { ...A }",
        "unused fragment": "{ graph { revision } } fragment F on Customer { id }",
        "no such type": "{ node(id: 1) { ... on Outage { id } } }",
        "no such directive": "{ graph @cached { revision } }",
        "missing argument": "{ node { id } }",
        "subscription": "subscription { graph { revision } }",
        "type system": "type A { b: Int }",
        "unknown variable": "{ node(id: $id) { id } }",
        "two anonymous": "{ graph { revision } } { graph { entities } }",
        "wrong literal": '{ customers(first: "many") { totalCount } }',
        "no such enum value": "{ customers(orderBy: SIZE) { totalCount } }",
        "clash": "{ graph { revision } graph { revision: entities } }",
        "bad string": '{ node(id: "\\u00zz") { id } }',
        "null for id": "{ node(id: null) { id } }",
    }
    for what, text in texts.items():
        yield refused(what, text)
    for name in ("A", "B", "C", None, ""):
        yield refused(f"operation {name!r}", two, operation_name=name)
    variables: list[dict[str, Any]] = [
        {},
        {"ids": None},
        {"ids": "one"},
        {"ids": [1, 2]},
        {"ids": [None]},
        {"ids": [{}]},
        {"ids": [True]},
        {"ids": [1.5]},
        {"ids": [], "more": 1},
    ]
    for number, given in enumerate(variables):
        yield refused(f"variables {number}", "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", given)
    sizes: list[Any] = [2**31, 1.0, 1.5, "3", -1, 501]
    for number, size in enumerate(sizes):
        query = "query($first: Int!) { customers(first: $first) { totalCount } }"
        yield refused(f"page {number}", query, {"first": size})


def limit_operations() -> Iterator[Operation]:
    """Documents and lists just over a limit."""
    nest = "supplySources { receivingPoint { "
    deep = "{ node(id: 1) { ... on ReceivingPoint { " + nest * 14 + "id" + " } }" * 14 + " } } }"
    yield refused("too deep", deep)
    yield refused("too many fields", "{ graph { " + "revision " * 1_100 + "} }")
    yield refused("same field too often", "{ graph { " + "revision " * 61 + "} }")
    yield refused("too many aliases", "{ graph { " + " ".join(f"a{n}: revision" for n in range(61)) + " } }")
    yield refused("aliases at the limit", "{ graph { " + " ".join(f"a{n}: revision" for n in range(60)) + " } }")
    yield refused("too many tokens", "{ graph { revision } } " + "fragment F on Customer { id } " * 700)
    yield refused(
        "too many directives", "{ graph { " + "revision @include(if: true) " * 30 + "@skip(if: false) " * 40 + "} }"
    )
    inner = "supplySources { id feeders { id contents(first: 500) { nodes { id } } } }"
    yield refused("too dear", f"{{ customers(first: 500) {{ nodes {{ receivingPoints {{ {inner} }} }} }} }}")
    yield refused(
        "dear by variable",
        "query($n: Int!) { customers(first: $n) { nodes { sites { customers(first: $n) { nodes { id name } } } } } }",
        {"n": 500},
    )
    yield refused(
        "too many ids", "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": [str(n) for n in range(501)]}
    )
    yield refused(
        "too much equipment",
        "query($ids: [ID!]!) { impact(equipment: $ids) { revision } }",
        {"ids": [str(n) for n in range(101)]},
    )
    yield refused("long search", "query($t: String!) { search(text: $t) { totalCount } }", {"t": "一" * 201})
    yield refused(
        "too much evidence",
        "query($e: [EvidenceInput!]!) { locateFault(evidence: $e) { rest } }",
        {"e": [{"kind": "CALL", "things": ["x"]}] * 1_001},
    )
    fields = "fields { type { " * 8 + "name" + " } }" * 8
    yield refused("deep introspection", f"{{ __schema {{ types {{ {fields} }} }} }}")
    yield refused(
        "deep input",
        "query($f: ThingFilter) { feeders(filter: $f) { totalCount } }",
        {"f": {"text": {"a": {"b": [[[]]]}}}},
    )


def unusual_operations(data: Data) -> Iterator[Operation]:
    """Good requests of unusual form: fragments, directives, aliases, several roots, the schema itself."""
    ids = [json.dumps(each) for each in data.ids("Customer", 2)]
    texts = {
        "several roots": """{ graph { revision } a: customers(first: 2) { totalCount }
          b: customers(first: 1, orderBy: NAME) { nodes { id } } vocabulary { name } }""",
        "directives": """query($y: Boolean! = true) { graph { revision @include(if: $y) entities @skip(if: $y)
          ... @include(if: $y) { relationships } } }""",
        "fragments": f"""{{ a: node(id: {ids[0]}) {{ ...E ...C }} b: node(id: {ids[1]}) {{ ...E ...C }} }}
          fragment E on Entity {{ id name }}
          fragment C on Customer {{ importance receivingPoints {{ ...E }} }}""",
        "typenames": "{ __typename graph { __typename store { __typename } } }",
        "blanks and remarks": "\n# a remark\n{\n  graph,{ revision, }, }\n",
        "type": '{ __type(name: "Rank") { name kind enumValues { name } } }',
        "no such type": '{ __type(name: "Nothing") { name } }',
        "interfaces": '{ __type(name: "Breaker") { interfaces { name } } }',
        "deep": """{ customers(first: 2) { nodes { receivingPoints { supplySources { feeders {
          containedIn { id ... on Substation { containedIn { id } } } } } } } } }""",
    }
    for what, text in texts.items():
        yield Operation(name=f"unusual/{what}", query=text)
    yield Operation(
        name="unusual/escapes", query='{ search(text: "\\u9662\\n\\t\\"") { totalCount nodes { matched } } }'
    )
    yield Operation(
        name="unusual/block string", query='{ search(text: """\n  医院\n  """) { totalCount nodes { matched } } }'
    )
    again = "query Again { customers(first: 3) { nodes { id name supplyState } } }"
    for number in range(2):
        yield Operation(name=f"unusual/again {number}", query=again, operation_name="Again")
