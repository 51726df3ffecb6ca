"""GraphQL over HTTP as specified: methods, media types, malformed requests, request ids, revisions."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
import uvicorn

from graph_api.live.graph import LiveGraph
from tests.graphql.conftest import Api, check_shape, client_of, web_of

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
OPENED = 'mutation { setSwitchPosition(input: {switch: "B2", position: OPEN, by: "x", source: "y"}) { revision } }'
HELLO = {"query": "{ graph { revision } }"}


def code(response: httpx.Response) -> str:
    (error,) = response.json()["errors"]
    check_shape(error)
    return str(error["extensions"]["code"])


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (RESPONSE, RESPONSE),
        (JSON, JSON),
        (f"{JSON}, {RESPONSE};q=0.9", JSON),
        (f"{JSON};q=0.5, {RESPONSE}", RESPONSE),
        ("*/*", RESPONSE),
        ("application/*", RESPONSE),
        (f"text/html, {JSON};q=oops, */*;q=0.1", RESPONSE),
        (f"{RESPONSE}; charset=utf-8", RESPONSE),
        ("", RESPONSE),
    ],
)
async def test_the_answer_comes_as_the_client_can_read_it(api: Api, accept: str, media: str) -> None:
    response = await api.http.post("/graphql", json=HELLO, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{media}; charset=utf-8"
    assert response.json() == {"data": {"graph": {"revision": "7"}}}
    assert response.headers["x-revision"] == "7"


@pytest.mark.parametrize("accept", ["text/plain", "image/png, text/css", "application/json;q=0"])
async def test_a_client_that_reads_no_json_is_refused(api: Api, accept: str) -> None:
    response = await api.http.post("/graphql", json=HELLO, headers={"Accept": accept})
    assert (response.status_code, code(response)) == (406, "BAD_INPUT")


async def test_get_answers_queries(api: Api) -> None:
    query = "query Q($id: ID!) { node(id: $id) { id } } query Other { graph { revision } }"
    response = await api.http.get(
        "/graphql", params={"query": query, "operationName": "Q", "variables": '{"id": "B1"}', "extensions": ""}
    )
    assert response.json() == {"data": {"node": {"id": "B1"}}}


async def test_who_holds_the_answer_is_not_sent_it_again(api: Api) -> None:
    async def get(query: str, held: str = "") -> httpx.Response:
        return await api.http.get("/graphql", params={"query": query}, headers={"If-None-Match": held})

    first = await get(HELLO["query"])
    tag = first.headers["etag"]
    for held in (tag, tag.removeprefix("W/"), f'"other", {tag}'):
        again = await get(HELLO["query"], held)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["x-revision"] == "7"
    assert (await get(HELLO["query"], '"other"')).json() == first.json()
    await api.data(OPENED)
    assert (await get(HELLO["query"], tag)).json() == {"data": {"graph": {"revision": "8"}}}
    assert (
        "etag" not in (await get('{ impact(equipment: ["nobody"]) { revision } }')).headers
    )  # what has errors is asked anew


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"query": ""},
        {"query": "{ graph { revision } }", "variables": "[1]"},
        {"query": "{ graph { revision } }", "variables": "{"},
        {"query": "{ graph { revision } }", "extensions": "7"},
    ],
)
async def test_malformed_gets(api: Api, parameters: dict[str, str]) -> None:
    response = await api.http.get("/graphql", params=parameters)
    assert (response.status_code, code(response)) == (400, "BAD_INPUT")


async def test_a_url_has_a_limit(live: LiveGraph) -> None:
    async with client_of(live, max_body_bytes=200) as client:
        response = await client.get("/graphql", params={"query": "{ graph { revision } }" + " " * 200})
        assert (response.status_code, code(response)) == (413, "LIMIT_EXCEEDED")
        response = await client.post("/graphql", json={"query": "{ graph { revision } }" + " " * 200})
        assert (response.status_code, code(response)) == (413, "LIMIT_EXCEEDED")


async def test_a_parameter_of_the_url_stands_there_once(api: Api) -> None:
    response = await api.http.get("/graphql?query={graph{revision}}&query={graph{asOf}}")
    assert (response.status_code, code(response)) == (400, "BAD_INPUT")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_other_methods_are_refused(api: Api, method: str) -> None:
    response = await api.http.request(method, "/graphql", json=HELLO)
    assert (response.status_code, code(response)) == (405, "BAD_INPUT")
    assert response.headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "application/json; charset=gb18030"]
)
async def test_other_content_types_are_refused(api: Api, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    response = await api.http.post("/graphql", content=b'{"query": "{ graph { revision } }"}', headers=headers)
    assert (response.status_code, code(response)) == (415, "BAD_INPUT")


async def test_a_compressed_body_is_refused(api: Api) -> None:
    response = await api.http.post("/graphql", json=HELLO, headers={"Content-Encoding": "gzip"})
    assert response.status_code == 415


@pytest.mark.parametrize("half", [b"\\ud800", b"\\uDC00x", b"\\ud83d\\u0041"])
async def test_half_a_character_is_told_as_that(api: Api, half: bytes) -> None:
    body = b'{"query": "{ graph { revision } }", "variables": {"id": "' + half + b'"}}'
    response = await api.http.post("/graphql", content=body, headers={"Content-Type": JSON})
    assert "half a character" in response.json()["errors"][0]["message"]
    cut = await api.http.post("/graphql", content=body[:-8], headers={"Content-Type": JSON})
    assert "half a character" not in cut.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"null",
        b'"{ graph { revision } }"',
        b"[]",
        b'[{"query": "{ graph { revision } }"}]',
        b"{}",
        b'{"query": 7}',
        b'{"query": "{ graph { revision } }", "query": "{ graph { asOf } }"}',
        b'{"query": "{ graph { revision } }", "variables": {"a": [{"b": 1, "b": 1}]}}',
        b'{"query": "{ graph { revision } }", "variables": {"a": NaN}}',
        b'{"query": "{ graph { revision } }", "variables": {"a": 1e400}}',
        b'{"query": ""}',
        b'{"query": null}',
        b'{"qeury": "{ graph { revision } }"}',
        b'{"query": "{ graph { revision } }", "variables": []}',
        b'{"query": "{ graph { revision } }", "variables": "{}"}',
        b'{"query": "{ graph { revision } }", "operationName": 7}',
        b'{"query": "{ graph { revision } }", "extensions": "x"}',
        b'{"query": "{ graph { revision } }", "extensions": {"minRevision": 7}}',
        b'{"query": "\xff\xfe"}',
        b'{"query": "{ node(id: \\"\\ud800\\") { id } }"}',
        b'{"query": "{ graph { revision } }", "variables": {"id": "\\ud800"}}',
        b'\xef\xbb\xbf{"query": "{ graph { revision } }"}',
        b"[" * 100_000,
        b'{"variables": ' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001,
    ],
)
@pytest.mark.parametrize("accept", [RESPONSE, JSON])
async def test_malformed_bodies(api: Api, body: bytes, accept: str) -> None:
    response = await api.http.post("/graphql", content=body, headers={"Content-Type": JSON, "Accept": accept})
    assert (response.status_code, code(response)) == (400, "BAD_INPUT")
    assert response.headers["content-type"].startswith(accept)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": '{ search(text: "a", first: ' + "9" * 4301 + ") { totalCount } }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{ node { id } }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "fragment F on Query { graph { revision } }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { graph { revision } } query B { graph { revision } }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { graph { revision } }", "operationName": "B"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query ($id: ID!) { node(id: $id) { id } }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query ($id: ID!) { node(id: $id) { id } }", "variables": {"id": [1]}}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "subscription { graph { revision } }"}, "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_a_refused_document_is_400_to_new_clients_and_200_to_old_ones(
    api: Api, body: dict[str, Any], expected: str
) -> None:
    new = await api.http.post("/graphql", json=body, headers={"Accept": RESPONSE})
    assert new.status_code == 400
    assert {error["extensions"]["code"] for error in new.json()["errors"]} == {expected}
    assert "data" not in new.json()
    old = await api.http.post("/graphql", json=body, headers={"Accept": JSON})
    assert (old.status_code, old.json()) == (200, new.json())


async def test_an_error_in_a_field_leaves_the_rest(api: Api) -> None:
    query = '{ graph { revision } node(id: "TEAM") { ... on Team { duty members(first: 900) { totalCount } } } }'
    response = await api.http.post("/graphql", json={"query": query}, headers={"Accept": RESPONSE})
    assert (response.status_code, code(response)) == (200, "BAD_INPUT")
    assert response.json()["data"] == {"graph": {"revision": "7"}, "node": None}
    assert response.json()["errors"][0]["path"] == ["node", "members"]


async def test_request_ids_are_given_back_or_made(api: Api) -> None:
    response = await api.http.post("/graphql", json=HELLO, headers={"X-Request-Id": "desk-7.1"})
    assert response.headers["x-request-id"] == "desk-7.1"
    response = await api.http.post("/graphql", json=HELLO, headers={"X-Request-Id": "a b\tc"})
    assert len(response.headers["x-request-id"]) == 32


async def test_an_answer_of_at_least_a_revision(api: Api, live: LiveGraph) -> None:
    response = await api.http.post("/graphql", json=HELLO, headers={"X-Min-Revision": "7"})
    assert response.json()["data"]["graph"]["revision"] == "7"
    body = {**HELLO, "extensions": {"minRevision": "8"}}
    async with client_of(live, min_revision_wait=0.01) as client:
        response = await client.post("/graphql", json=body)
    assert (response.status_code, code(response)) == (409, "STALE_REPLICA")
    assert response.json()["errors"][0]["extensions"]["retryable"] is True
    for wrong in ("x", "-1", "1.5", "9" * 40, "７"):
        response = await api.http.post("/graphql", json={**HELLO, "extensions": {"minRevision": wrong}})
        assert (response.status_code, code(response)) == (400, "BAD_INPUT")


async def test_a_real_server(live: LiveGraph) -> None:
    server = uvicorn.Server(uvicorn.Config(web_of(live), port=0, log_config=None))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  (uvicorn has no event for it)
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        response = await client.post("/graphql", json=HELLO)
        assert response.json() == {"data": {"graph": {"revision": "7"}}}
        assert (await client.get("/healthz")).text == "ok\n"
    server.should_exit = True
    await task


async def test_a_large_answer_is_packed_for_who_takes_it(api: Api) -> None:
    large = {"query": "{ __schema { types { name description fields { name description } } } }"}
    plain = await api.http.post("/graphql", json=large, headers={"accept-encoding": "identity"})
    packed = await api.http.post("/graphql", json=large, headers={"accept-encoding": "gzip"})
    small = await api.http.post(
        "/graphql", json={"query": "{ graph { revision } }"}, headers={"accept-encoding": "gzip"}
    )
    assert "content-encoding" not in plain.headers
    assert (packed.headers["content-encoding"], packed.json()) == ("gzip", plain.json())
    assert int(packed.headers["content-length"]) < len(plain.content) / 3
    assert "Accept-Encoding" in packed.headers["vary"]
    assert "content-encoding" not in small.headers


@pytest.mark.parametrize(
    ("accepted", "message"),
    [
        ({}, "Nothing in the graph has the id 'nobody'; look it up with search."),
        ({"Accept-Language": "zh-CN, en;q=0.5"}, "图谱中没有标识 'nobody'；请通过搜索查找。"),
        ({"Accept-Language": "en, zh;q=0.5"}, "Nothing in the graph has the id 'nobody'; look it up with search."),
    ],
)
async def test_errors_are_told_in_the_language_that_is_accepted(
    api: Api, accepted: dict[str, str], message: str
) -> None:
    asked = {"query": '{ impact(equipment: ["nobody"]) { at } }'}
    response = await api.http.post("/graphql", json=asked, headers=accepted)
    assert code(response) == "UNKNOWN_ENTITY"
    assert response.json()["errors"][0]["message"] == message
    assert response.headers["vary"] == "Accept, Accept-Language"


async def test_a_request_that_cannot_be_read_is_told_in_chinese_too(api: Api) -> None:
    response = await api.http.post("/graphql", content="{", headers={"Accept-Language": "zh", "Content-Type": JSON})
    assert "请求体不是有效的 JSON" in response.json()["errors"][0]["message"]
    assert code(response) == "BAD_INPUT"


async def test_why_a_report_is_set_aside_is_told_in_the_language_that_is_accepted(api: Api) -> None:
    query = """{ locateFault(evidence: [{kind: TRIP, things: ["B1"]}, {kind: TRIP, things: ["nobody"]}]) {
      setAside { reason message }
    } }"""
    response = await api.http.post("/graphql", json={"query": query}, headers={"Accept-Language": "zh"})
    assert response.json()["data"]["locateFault"]["setAside"] == [
        {"reason": "UNKNOWN_THING", "message": "图谱中没有 'nobody'：请核对标识。"}
    ]


async def test_what_is_wrong_with_a_change_is_told_in_chinese(api: Api) -> None:
    query = (
        'mutation { setSwitchPosition(input: {switch: "nobody", position: OPEN, by: " "}) { userErrors { message } } }'
    )
    response = await api.http.post("/graphql", json={"query": query}, headers={"Accept-Language": "zh"})
    told = [each["message"] for each in response.json()["data"]["setSwitchPosition"]["userErrors"]]
    assert told == ["不能为空。", "图谱中没有标识 'nobody'。请用 `search` 查找开关，并给出其 `id`。"]
