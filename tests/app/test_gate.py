"""The gate: foreign names in Host, foreign pages in Origin or Sec-Fetch-Site, and what is let through."""

from __future__ import annotations

import httpx
import pytest

from graph_api.app.gate import Gate
from graph_api.live.graph import LiveGraph
from tests.graphql.conftest import check_shape, client_of, web_of

HELLO = {"query": "{ graph { revision } }"}
PAGE = {"Origin": "https://console.example"}


async def asked(live: LiveGraph, headers: dict[str, str], method: str = "POST", **settings: object) -> httpx.Response:
    async with client_of(live, **settings) as client:
        if method == "GET":
            return await client.get("/graphql", params=HELLO, headers=headers)
        return await client.post("/graphql", json=HELLO, headers=headers)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8000",
        "desk.localhost",
        "127.0.0.1",
        "127.0.0.1:8000",
        "127.9.9.9",
        "[::1]",
        "[::1]:8000",
        "10.1.2.3:8000",
    ],
)
async def test_a_request_to_an_address_of_this_service_is_answered(live: LiveGraph, host: str) -> None:
    async with client_of(live) as client:
        client._transport = httpx.ASGITransport(web_at(live, "10.1.2.3"))
        assert (await client.post("/graphql", json=HELLO, headers={"Host": host})).status_code == 200


def web_at(live: LiveGraph, address: str) -> Gate:
    """The application as it is met by way of an address of this machine."""
    web = web_of(live)

    async def met(scope, receive, send):  # type: ignore[no-untyped-def]
        await web({**scope, "server": (address, 8000)}, receive, send)

    return met  # type: ignore[return-value]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "localhost:8000@evil.example",
        "10.1.2.3",
        "8.8.8.8",
        "[2001:db8::1]",
        "[::1",
        "[::1]x",
        "localhost:",
        "localhost:x",
        "",
        "evil.example, localhost",
        "\u00ff",
    ],
)
async def test_a_request_to_a_foreign_name_is_refused(live: LiveGraph, host: str) -> None:
    headers = httpx.Headers({"Host": host}, encoding="latin-1")
    async with client_of(live) as client:
        for path in ("/graphql", "/readyz", "/metrics", "/assets/graphiql.js"):
            answer = await client.get(path, headers=headers)
            assert answer.status_code == 421, path
            (error,) = answer.json()["errors"]
            check_shape(error)
            assert host == "" or host not in answer.text
            assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        told = await client.get("/graphql", headers={"Host": "evil.example", "Accept-Language": "zh-CN"})
    assert "允许的主机名" in told.json()["errors"][0]["message"]


async def test_names_can_be_allowed(live: LiveGraph) -> None:
    host = {"Host": "baodian.example:8080"}
    assert (await asked(live, host, allowed_hosts=("Baodian.example",))).status_code == 200
    assert (await asked(live, host, host="baodian.example")).status_code == 200
    assert (await asked(live, host, allowed_hosts=("other.example",))).status_code == 421
    assert (await asked(live, host, allowed_hosts=("*",))).status_code == 200


async def test_a_client_of_http_1_0_may_leave_the_name_out(live: LiveGraph) -> None:
    web, told = web_of(live), []

    async def send(message):  # type: ignore[no-untyped-def]
        told.append(message)

    async def receive():  # type: ignore[no-untyped-def]
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "GET", "path": "/healthz", "headers": [], "query_string": b"", "scheme": "http"}
    for version in ("1.0", "1.1"):
        await web({**scope, "http_version": version}, receive, send)
    assert [each["status"] for each in told if "status" in each] == [200, 421]


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://localhost:3000", "http://127.0.0.1", "file://", "ftp://localhost", "x"],
)
async def test_a_request_of_a_foreign_page_is_refused(live: LiveGraph, origin: str) -> None:
    for method in ("GET", "POST"):
        answer = await asked(live, {"Origin": origin}, method)
        assert answer.status_code == 403
        check_shape(answer.json()["errors"][0])
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost", "localhost"),
        ("http://localhost", "localhost:80"),
        ("https://LOCALHOST:443", "localhost"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://[::1]:8000", "[::1]:8000"),
    ],
)
async def test_pages_of_this_service_are_answered(live: LiveGraph, origin: str, host: str) -> None:
    assert (await asked(live, {"Origin": origin, "Host": host})).status_code == 200


async def test_allowed_pages_are_answered_and_may_read(live: LiveGraph) -> None:
    answer = await asked(live, PAGE, cors_origins=("https://console.example",))
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://console.example"
    assert (await asked(live, PAGE, cors_origins=("https://other.example",))).status_code == 403


@pytest.mark.parametrize(
    ("site", "to", "method", "status"),
    [
        ("cross-site", "image", "GET", 403),
        ("cross-site", "iframe", "GET", 403),
        ("same-site", "script", "GET", 403),
        ("cross-site", "document", "POST", 403),
        ("cross-site", "document", "GET", 200),
        ("same-origin", "empty", "POST", 200),
        ("none", "document", "GET", 200),
    ],
)
async def test_what_a_foreign_page_only_loads_is_refused_but_for_links(
    live: LiveGraph, site: str, to: str, method: str, status: int
) -> None:
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": to}
    assert (await asked(live, headers, method)).status_code == status
