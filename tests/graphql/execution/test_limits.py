"""Limits that are on by default, and hostile documents: a typed error each, quickly, never a 5xx."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from tests.graphql.city import ENTITIES, LINKS, NOW
from tests.graphql.conftest import Api, check_shape, client_of

DEEP = "containedIn { ... on Substation { contents { nodes { ... on Feeder { "


def nested(levels: int) -> str:
    return '{ node(id: "FD1") { ... on Feeder { ' + DEEP * levels + "id" + " } } } } }" * levels + " } } }"


OVER = {
    "depth": nested(8),
    "depth through fragments": "{ ...F0 } "
    + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(40))
    + " fragment F40 on Query { graph { revision } }",
    "aliases": "{ " + " ".join(f"a{n}: graph {{ revision }}" for n in range(61)) + " }",
    "repeats": "{ graph { " + "revision " * 61 + "} }",
    "directives": "{ graph " + "@include(if: true) " * 61 + "{ revision } }",
    "directives on an operation": "query " + "@skip(if: true) " * 61 + "{ graph { revision } }",
    "fields": "{ ...A } "
    + " ".join(f"fragment {a} on Query {{ ...{b} ...{b} ...{b} }}" for a, b in zip("ABCDEFG", "BCDEFGH", strict=True))
    + " fragment H on Query { graph { revision asOf } }",
    "tokens": "{ graph { revision } } # " + "\n{ graph { revision } }" * 1000,
    "comments": "{ graph { revision } }" + "\n#" * 5000,
    "values": "{ nodes(ids: " + "[" * 1500 + "]" * 1500 + ") { id } }",
    "cost": '{ node(id: "SUB:1") { ... on Substation { contents(first: 500) { nodes { ... on Feeder { '
    "contents(first: 500) { nodes { id name kind } } } } } } } }",
    "introspection": "{ __schema { types { " + "fields { type { " * 6 + "name" + " } }" * 6 + " } } }",
}


@pytest.mark.parametrize("name", OVER)
async def test_documents_over_a_limit(api: Api, name: str) -> None:
    assert await api.code(OVER[name]) == "LIMIT_EXCEEDED"


async def test_cost_counts_variables_and_ids(api: Api) -> None:
    query = """query ($first: Int = 500, $ids: [ID!]!) { nodes(ids: $ids) { ... on Substation {
        contents(first: $first) { nodes { id name kind } } } } }"""
    ids = ["SUB:1"] * 400
    assert await api.code(query, ids=ids) == "LIMIT_EXCEEDED"
    assert await api.code(query, ids=ids, first=400) == "LIMIT_EXCEEDED"
    assert len((await api.data(query, ids=ids, first=5))["nodes"]) == 400
    assert await api.code(query, ids="SUB:1", first="x") == "GRAPHQL_VALIDATION_FAILED"


async def test_a_list_of_ids_is_bounded(api: Api) -> None:
    assert await api.code("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["B1"] * 501) == "BAD_INPUT"


async def test_what_is_within_the_limits_is_answered(api: Api) -> None:
    many = " ".join(f"a{n}: graph {{ revision }}" for n in range(60))
    assert len(await api.data(f"{{ {many} }}")) == 60
    literal = ", ".join('"B1"' for _ in range(100))
    assert len((await api.data(f"{{ nodes(ids: [{literal}]) {{ id ... on Breaker {{ name }} }} }}"))["nodes"]) == 100


async def test_the_usual_introspection_is_within_the_limits(live: LiveGraph) -> None:
    from graphql import get_introspection_query

    async with client_of(live) as client:
        answer = await Api(client).data(get_introspection_query(input_value_deprecation=True))
        assert len(answer["__schema"]["types"]) > 100
    async with client_of(live, introspection=False) as client:
        assert await Api(client).code("{ __schema { __typename } }") == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...A } fragment A on Query { ...A graph { revision } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...Missing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ graph { revision revision: asOf } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ graph @nothing { revision } }", "GRAPHQL_VALIDATION_FAILED"),
        ('{ search(text: "a", kinds: [PLANET]) { totalCount } }', "GRAPHQL_VALIDATION_FAILED"),
        ('{ search(text: "a", first: 9007199254740993) { totalCount } }', "GRAPHQL_VALIDATION_FAILED"),
        ("{ graph { revision } }\u0000", "GRAPHQL_PARSE_FAILED"),
        ('{ node(id: "\\uD800") { id } }', "GRAPHQL_PARSE_FAILED"),
        ('{ node(id: "a', "GRAPHQL_PARSE_FAILED"),
        ("query ($a: Nothing) { graph { revision } }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_documents_that_are_wrong(api: Api, document: str, expected: str) -> None:
    answer = await api.ask(document)
    for error in answer["errors"]:
        check_shape(error)
    assert {error["extensions"]["code"] for error in answer["errors"]} == {expected}


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"text": "x" * 201}, "BAD_INPUT"),
        ({"text": None}, "GRAPHQL_VALIDATION_FAILED"),
        ({"text": 7}, "GRAPHQL_VALIDATION_FAILED"),
        ({"text": {"a": 1}}, "GRAPHQL_VALIDATION_FAILED"),
        ({"text": "a", "first": 9007199254740993}, "GRAPHQL_VALIDATION_FAILED"),
        ({"text": "a", "first": 1.5}, "GRAPHQL_VALIDATION_FAILED"),
        ({"text": "a", "first": True}, "GRAPHQL_VALIDATION_FAILED"),
        ({"text": "a", "kinds": ["PLANET"]}, "GRAPHQL_VALIDATION_FAILED"),
        ({"text": "a", "kinds": "\u0000"}, "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_variables_that_are_wrong(api: Api, variables: dict[str, Any], expected: str) -> None:
    query = """query ($text: String!, $first: Int, $kinds: [EntityKind!]) {
        search(text: $text, first: $first, kinds: $kinds) { totalCount } }"""
    if "first" not in variables:
        query = query.replace(", $first: Int", "").replace("first: $first, ", "")
    assert await api.code(query, **variables) == expected


@pytest.mark.parametrize("text", ["", " ", "\u0000", "'; DROP", "\U0001f525", "%", "\\", "\u202e", "a" * 200])
async def test_odd_texts_and_ids_find_nothing_and_break_nothing(api: Api, text: str) -> None:
    data = await api.data(
        "query ($text: String!, $id: ID!) { search(text: $text) { totalCount } node(id: $id) { id } }",
        text=text,
        id=text,
    )
    assert data["node"] is None


async def test_huge_strings_are_ids_of_nothing(api: Api) -> None:
    assert await api.data("query ($id: ID!) { node(id: $id) { id } }", id="x" * 200_000) == {"node": None}
    paths = "query ($id: ID!) { paths(from: $id, to: $id) { truncated } }"
    answer = await api.ask(paths, id="x" * 200_000)
    assert answer["errors"][0]["extensions"]["code"] == "UNKNOWN_ENTITY"
    assert len(answer["errors"][0]["message"]) <= 600


_PIECES = st.sampled_from(
    ["{", "}", "(", ")", "[", "]", "node", "nodes", "search", "id:", '"B1"', "... on", "Switch", "fragment F on Query",
     "...F", "$id", "query", "mutation", "@skip(if: true)", "first: 1", "after: \"x\"", "!", ":", "ID", "\u0000",
     "保电", "revision", "\"\"\"", "#", "\n", "1e400", "-",
     "graph", "null", "true", "__typename", "__schema", "types", "name"]
)  # fmt: skip
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_DOCUMENTS = st.lists(_PIECES, max_size=25).map(" ".join) | st.text(max_size=60)
_BODIES = (
    st.binary(max_size=80)
    | _JSON.map(lambda value: json.dumps(value).encode())
    | st.fixed_dictionaries(
        {"query": _DOCUMENTS | _JSON},
        optional={"variables": _JSON, "operationName": _JSON, "extensions": _JSON},
    ).map(lambda value: json.dumps(value).encode())
    | st.fixed_dictionaries(
        {
            "query": st.just("query ($id: ID!, $n: Int, $t: String!, $k: [EntityKind!]) { node(id: $id) { id }"
                             " search(text: $t, first: $n, kinds: $k) { nodes { score } } }"),
            "variables": st.fixed_dictionaries({"id": _JSON, "n": _JSON, "t": _JSON, "k": _JSON}),
        }
    ).map(lambda value: json.dumps(value).encode())
)  # fmt: skip


@given(body=_BODIES, media=st.sampled_from(["application/json", "application/json; charset=utf-8", "text/plain"]))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_body_makes_a_server_error(body: bytes, media: str) -> None:
    live = LiveGraph(None, _MODEL, lambda: NOW)  # type: ignore[arg-type]
    async with client_of(live) as client:
        response = await client.post("/graphql", content=body, headers={"Content-Type": media})
        assert response.status_code < 500
        for error in response.json().get("errors", []):
            check_shape(error)
            assert error["extensions"]["code"] != "INTERNAL"


async def test_null_for_an_argument_that_may_not_be_null_is_the_clients_mistake() -> None:
    live = LiveGraph(None, _MODEL, lambda: NOW)  # type: ignore[arg-type]
    body = {
        "query": 'query ($n: Int) { search(text: "x", first: $n) { nodes { score } } }',
        "variables": {"n": None},
    }
    async with client_of(live) as client:
        response = await client.post("/graphql", json=body)
    (error,) = response.json()["errors"]
    check_shape(error)
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert "first" in error["message"]


_MODEL = ReadModel.build(Snapshot.of(ENTITIES, LINKS, revision=7, changed_at=NOW))


async def test_questions_that_are_much_work_count_as_such(api: Api) -> None:
    plans = " ".join(f'p{number}: restoration(equipment: ["L1"]) {{ operations }}' for number in range(13))
    assert await api.code(f"{{ {plans} }}") == "LIMIT_EXCEEDED"
    few = " ".join(f'p{number}: restoration(equipment: ["L1"]) {{ operations }}' for number in range(3))
    assert len(await api.data(f"{{ {few} }}")) == 3
