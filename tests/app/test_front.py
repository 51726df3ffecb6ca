"""The port answers before the application is open, and says what it waits for, in the language that is accepted."""

from __future__ import annotations

import httpx
import pytest

from graph_api.app.assembly import Application
from graph_api.app.front import Front


async def test_it_says_what_it_waits_for_and_then_passes_everything_on(application: Application) -> None:
    front = Front()
    transport = httpx.ASGITransport(app=front)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        front.waits_for("search index")
        assert (await client.get("/healthz")).text == "ok\n"
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()) == (503, {"ready": False, "waitsFor": "search index"})
        asked = await client.post("/graphql", json={"query": "{ graph { revision } }"})
        assert (asked.status_code, asked.headers["retry-after"]) == (503, "1")
        (error,) = asked.json()["errors"]
        assert error["extensions"] == {"code": "STORE_UNAVAILABLE", "retryable": True}
        assert "search index" in error["message"]
        front.answers_with(application.asgi, application.hub.stop)
        assert (await client.get("/readyz")).json()["ready"] is True
        asked = await client.post("/graphql", json={"query": "{ graph { revision } }"})
        assert asked.json() == {"data": {"graph": {"revision": "7"}}}


@pytest.mark.parametrize(
    ("accepted", "message"),
    [("en", "The service is starting: it waits for its store."), ("zh-CN", "服务正在启动，尚待就绪：图谱库。")],
)
async def test_an_early_question_is_told_to_wait(accepted: str, message: str) -> None:
    transport = httpx.ASGITransport(Front())
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        response = await client.post("/graphql", json={}, headers={"Accept-Language": accepted})
        ready = await client.get("/readyz")
    assert response.status_code == 503
    (error,) = response.json()["errors"]
    assert error["message"].startswith(message)
    assert error["extensions"] == {"code": "STORE_UNAVAILABLE", "retryable": True}
    assert ready.json() == {"ready": False, "waitsFor": "store"}


async def test_a_browser_is_shown_that_it_starts_and_asks_again_by_itself() -> None:
    transport = httpx.ASGITransport(Front())
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        head = {"Accept": "text/html,*/*", "Accept-Language": "zh-CN"}
        page = await client.get("/", headers=head)
        other = await client.get("/metrics", headers=head)
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert 'http-equiv="refresh" content="1"' in page.text
    assert "服务正在启动，尚待就绪：图谱库。" in page.text
    assert other.headers["content-type"] == "application/json; charset=utf-8"
