"""The application around the API: health, metrics, headers, logs."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from pathlib import Path

from graph_api.app.logs import OnceASecond, configure_logging, without_phones
from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from schema.batch import GraphBatch
from schema.grid import Tower
from tests.graphql.conftest import client_of


async def test_health_and_readiness(live: LiveGraph) -> None:
    async with client_of(live) as client:
        assert (await client.get("/healthz")).text == "ok\n"
        response = await client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "revision": "7",
        "store": {"reachable": True},
        "workers": {"ready": 1, "of": 1},
        "heavyProcesses": {"ready": 0, "of": 0},
    }


async def test_metrics_count_by_root_field_and_outcome(live: LiveGraph) -> None:
    async with client_of(live) as client:
        await client.post("/graphql", json={"query": "query AnyName { graph { revision } }"})
        await client.post("/graphql", json={"query": '{ a: graph { revision } node(id: "B1") { id } }'})
        await client.post("/graphql", json={"query": "{"})
        text = (await client.get("/metrics")).text
    assert 'baodian_requests_total{kind="query",operation="graph",outcome="ok"} 1.0' in text
    assert 'baodian_requests_total{kind="query",operation="several",outcome="ok"} 1.0' in text
    assert 'baodian_requests_total{kind="none",operation="none",outcome="GRAPHQL_PARSE_FAILED"} 1.0' in text
    assert "AnyName" not in text, "names that clients choose are no labels"
    for line in ("baodian_revision 7.0", "baodian_revision_age_seconds 0.0", "baodian_store_reachable 1.0"):
        assert line in text
    for line in ("baodian_worker_threads 6.0", "baodian_worker_threads_busy 0.0", "baodian_queries_waiting 0.0"):
        assert line in text


async def test_security_headers_are_on_every_answer(live: LiveGraph) -> None:
    async with client_of(live) as client:
        for path in ("/graphql", "/healthz", "/metrics", "/nothing"):
            headers = (await client.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["content-security-policy"].startswith("default-src 'none'")
            assert headers["cache-control"] == "no-store"
            assert headers["cross-origin-opener-policy"] == "same-origin"
            assert "camera=()" in headers["permissions-policy"]
            assert "access-control-allow-origin" not in headers


async def test_cors_is_off_until_origins_are_named(live: LiveGraph) -> None:
    asked = {"Origin": "https://console.example", "Access-Control-Request-Method": "POST"}
    async with client_of(live) as client:
        assert (await client.options("/graphql", headers=asked)).status_code == 403
    async with client_of(live, cors_origins=("https://console.example",)) as client:
        response = await client.options("/graphql", headers=asked)
        assert response.headers["access-control-allow-origin"] == "https://console.example"
        other = await client.options("/graphql", headers={**asked, "Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


async def test_the_log_has_request_ids_and_no_telephone_numbers(
    live: LiveGraph, stream: io.StringIO, tmp_path: Path
) -> None:
    async with client_of(live, audit_file=str(tmp_path / "city.audit")) as client:
        query = '{ search(text: "+8613912345678") { totalCount } }'
        await client.post("/graphql", json={"query": query}, headers={"X-Request-Id": "desk-1"})
    lines = [json.loads(each) for each in stream.getvalue().splitlines()]
    (line,) = [each for each in lines if each["logger"] == "baodian.requests"]
    assert {"request_id": "desk-1", "operation": "search", "outcome": "ok", "status": 200}.items() <= line.items()
    assert "139" not in stream.getvalue()


def test_telephone_numbers_are_masked() -> None:
    assert without_phones("call +8613912345678 or 13912345678, row 12345") == "call ***78 or ***78, row 12345"


def test_text_log_and_tracebacks(stream: io.StringIO) -> None:
    logger = logging.getLogger("baodian.test")
    try:
        raise RuntimeError("number 13912345678")
    except RuntimeError:
        logger.exception("failed")
    (line,) = [json.loads(each) for each in stream.getvalue().splitlines()]
    assert "***78" in line["traceback"]
    text = io.StringIO()
    configure_logging("INFO", "text", text)
    logger.info("request", extra={"facts": {"ms": 3}})
    assert text.getvalue().endswith("INFO    request ms=3\n")


def test_what_others_write_begins_no_line_and_acts_on_no_terminal() -> None:
    text = io.StringIO()
    configure_logging("INFO", "text", text)
    logging.getLogger("baodian.test").info(
        "asked: %s", "B1\r\n12:00:00 INFO forged\x1b[31m", extra={"facts": {"agent": "\u202ex\ny"}}
    )
    (line,) = text.getvalue().splitlines()
    assert line.endswith("asked: B1\\u000d\\u000a12:00:00 INFO forged\\u001b[31m agent=\\u202ex\\u000ay")


async def test_readiness_says_that_the_file_of_the_store_is_gone(live: LiveGraph, tmp_path: Path) -> None:
    change = 'mutation { setSwitchPosition(input: {switch: "B1", position: OPEN, by: "李建军"}) { revision } }'
    (tmp_path / "city.db").unlink()
    async with client_of(live) as client:
        (error,) = (await client.post("/graphql", json={"query": change})).json()["errors"]
        assert (error["extensions"]["code"], error["extensions"]["retryable"]) == ("STORE_UNAVAILABLE", True)
        for _ in range(500):
            store = (await client.get("/readyz")).json()["store"]
            if not store["reachable"]:
                break
            await asyncio.sleep(0.01)
        assert store["lastError"].startswith("city.db is gone"), "the file's name, and no folder of this machine"
        assert (await client.post("/graphql", json={"query": "{ graph { revision } }"})).json()["data"]


async def test_no_message_names_a_folder_of_this_machine(live: LiveGraph, tmp_path: Path) -> None:
    change = 'mutation { setSwitchPosition(input: {switch: "B1", position: OPEN, by: "李建军"}) { revision } }'
    other = tmp_path / "other.db"
    store = open_store(f"sqlite:///{other}")
    await store.apply(GraphBatch(entities=[Tower(id="T")]))
    await store.close()
    other.replace(tmp_path / "city.db")
    async with client_of(live) as client:
        (error,) = (await client.post("/graphql", json={"query": change})).json()["errors"]
    assert error["extensions"]["code"] == "STORE_REPLACED"
    assert "city.db" in error["message"]
    assert tmp_path.name not in json.dumps(error), "what lies where is for the log"


def test_a_line_says_how_many_were_left_out(stream: io.StringIO) -> None:
    talker, only = logging.getLogger("baodian.talker"), OnceASecond()
    talker.addFilter(only)
    for _ in range(5):
        talker.warning("again")
    only._told["again"] = (0.0, 4)
    talker.warning("again")
    for each in range(200):
        talker.warning(f"number {each}")
    first, second, *_ = map(json.loads, stream.getvalue().splitlines())
    assert (first.get("left_out"), second["left_out"]) == (None, 4)
    assert len(only._told) <= 100
    talker.removeFilter(only)
    configure_logging("INFO", "json", stream)
