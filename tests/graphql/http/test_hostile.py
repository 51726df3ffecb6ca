"""What hostile clients send: each is answered with a typed error or as usual, never with INTERNAL or a 5xx."""

from __future__ import annotations

import io
import json

import httpx
import pytest

from tests.app.conftest import stream
from tests.graphql.conftest import Api, check_shape

__all__ = ["stream"]

JSON = {"Content-Type": "application/json"}


def codes(response: httpx.Response) -> set[str]:
    assert response.status_code < 500, response.text
    errors = response.json().get("errors", [])
    for error in errors:
        check_shape(error)
    return {error["extensions"]["code"] for error in errors}


SIX = " ".join(f"a{at}: graph {{ revision }}" for at in range(6))


@pytest.mark.parametrize(
    "query",
    [
        "{" + " ".join(f"a{at}: graph {{ revision }}" for at in range(2_000)) + "}",
        "{" + " ".join(f"b{at}: graph {{ revision }} ...F" for at in range(60)) + "} fragment F on Query {" + SIX + "}",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "{ ...F0 } " + " ".join(f"fragment F{at} on Query {{ ...F{at + 1} }}" for at in range(100))
        + " fragment F100 on Query { graph { revision } }",
        "{" + " ".join(f"unknown{at}" for at in range(10_000)) + "}",
        "{ node(id: \"B1\") " + "{ ... on Entity " * 200 + "{ id }" + " }" * 200 + " }",
        "{ customers(first: 1000000) { totalCount } }",
        "{ customers(first: -1) { totalCount } }",
        "{ customers(first: 9007199254740993) { totalCount } }",
        "{ customers(first: 9223372036854775808) { totalCount } }",
        '{ customers(after: "forged") { totalCount } }',
        '{ customers(after: "") { totalCount } }',
        '{ customers(after: "\\u0000") { totalCount } }',
    ],
    ids=range(13),
)  # fmt: skip
async def test_a_document_beyond_what_is_answered_is_refused(api: Api, query: str) -> None:
    assert codes(await api.http.post("/graphql", json={"query": query})) & {
        "LIMIT_EXCEEDED", "GRAPHQL_VALIDATION_FAILED", "BAD_INPUT", "BAD_CURSOR"
    }  # fmt: skip


async def test_a_cursor_of_another_list_is_refused(api: Api) -> None:
    first = await api.data("{ equipment(first: 1) { pageInfo { endCursor } } }")
    cursor = first["equipment"]["pageInfo"]["endCursor"]
    assert await api.code("query ($c: String) { customers(after: $c) { totalCount } }", c=cursor) == "BAD_CURSOR"


@pytest.mark.parametrize(
    "text", ["\u202eB1", "B\x001", "\u200b", "Ｂ１", "b1\r\nX: y", "\x1b[31m", "../../etc/passwd", "x" * 9000]
)
async def test_strange_ids_and_words_are_not_found_or_refused(api: Api, stream: io.StringIO, text: str) -> None:
    query = """query ($t: ID!, $s: String!) { node(id: $t) { id } search(text: $s) { totalCount }
      impact(equipment: [$t]) { at } }"""
    response = await api.http.post("/graphql", json={"query": query, "variables": {"t": text, "s": text}})
    assert codes(response) <= {"UNKNOWN_ENTITY", "BAD_INPUT", "LIMIT_EXCEEDED"}
    for line in stream.getvalue().splitlines():
        assert json.loads(line)["logger"]


@pytest.mark.parametrize(
    "at",
    [
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-02-30T00:00:00Z",
        "2026-02-20T00:00:00+00:00:30",
        "x",
        2**53,
        2**63,
    ],
)
async def test_times_beyond_all_calendars(api: Api, at: object) -> None:
    query = 'query ($at: DateTime) { impact(equipment: ["B1"], at: $at) { at } }'
    found = codes(await api.http.post("/graphql", json={"query": query, "variables": {"at": at}}))
    assert found <= {"BAD_INPUT", "GRAPHQL_VALIDATION_FAILED", "TIME_TRAVEL_UNSUPPORTED"}


async def test_forms_batches_and_large_bodies(api: Api) -> None:
    hello = '{"query": "{ graph { revision } }"}'
    batch = await api.http.post("/graphql", content="[" + ",".join([hello] * 1_000) + "]", headers=JSON)
    form = await api.http.post("/graphql", files={"operations": ("o", hello)})
    large = await api.http.post("/graphql", content=b"x" * 20_000_000, headers=JSON)
    bomb = await api.http.post("/graphql", content=b"\x1f\x8b", headers={**JSON, "Content-Encoding": "gzip"})
    change = await api.http.get(
        "/graphql", params={"query": 'mutation { recordSwitching(input: {by: "x"}) { revision } }'}
    )
    assert [each.status_code for each in (batch, form, large, bomb)] == [400, 415, 413, 415]
    assert change.status_code in (400, 405)
    for each in (batch, form, large, bomb, change):
        assert codes(each)
