"""A server over the little city, asked by real HTTP requests."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from graph_api.app.assembly import Application, assemble
from graph_api.app.places import NO_FILE
from graph_api.live.graph import LiveGraph
from graph_api.settings import Settings
from graph_api.stores import open_store
from schema.batch import GraphBatch
from schema.grid import Tower
from tests.graphql.city import ENTITIES, LINKS, NOW


class Api:
    """Asks the API as a client does."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.http = client

    async def ask(self, query: str, headers: Mapping[str, str] | None = None, **variables: Any) -> dict[str, Any]:
        """Answer to a query, as JSON."""
        response = await self.http.post(
            "/graphql", json={"query": query, "variables": variables}, headers=dict(headers or {})
        )
        assert response.status_code < 500, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def data(self, query: str, **variables: Any) -> Any:
        """Data of an answer that has no errors."""
        answer = await self.ask(query, None, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def code(self, query: str, headers: Mapping[str, str] | None = None, **variables: Any) -> str:
        """Code of the only error of an answer, whose shape is checked."""
        answer = await self.ask(query, headers, **variables)
        (error,) = answer["errors"]
        check_shape(error)
        return str(error["extensions"]["code"])


def check_shape(error: Mapping[str, Any]) -> None:
    """What every error looks like."""
    assert set(error) <= {"message", "locations", "path", "extensions"}
    assert error["message"]
    assert "Traceback" not in error["message"]
    extensions = error["extensions"]
    assert set(extensions) <= {"code", "retryable", "details", "errorId"}
    assert extensions["code"].isupper()
    assert isinstance(extensions["retryable"], bool)


def settings_of(**settings: Any) -> Settings:
    """Settings as given; no audit beside the default store, which is none of a test's."""
    places = {"store", "snapshot_file", "audit_file"}
    return Settings(**settings) if places & settings.keys() else Settings(audit_file=NO_FILE, **settings)


def web_of(live: LiveGraph, **settings: Any) -> FastAPI:
    """The web application over a live graph, whose clock stands still."""
    return Application(settings_of(**settings), live.store, live, lambda: NOW).asgi


def client_of(live: LiveGraph, **settings: Any) -> httpx.AsyncClient:
    """A client of an application over a live graph, whose clock stands still."""
    transport = httpx.ASGITransport(app=web_of(live, **settings), raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


@pytest.fixture(scope="session")
def city_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds the little city at revision 7."""
    file = tmp_path_factory.mktemp("city") / "city.db"

    async def fill() -> None:
        store = open_store(f"sqlite:///{file}", lambda: NOW)
        for _ in range(3):
            await store.apply(GraphBatch(entities=[Tower(id="GONE")]))
            await store.apply(GraphBatch(delete_entities=["GONE"]))
        await store.apply(GraphBatch(entities=ENTITIES, relationships=LINKS))
        await store.close()

    asyncio.run(fill())
    return file


@pytest.fixture
async def application(city_file: Path, tmp_path: Path) -> AsyncIterator[Application]:
    """The application over the little city, whose clock stands still."""
    file = shutil.copy(city_file, tmp_path / "city.db")
    async with assemble(Settings(store=f"sqlite:///{file}"), clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture
async def live(application: Application) -> LiveGraph:
    """The little city, live."""
    return application.live


@pytest.fixture
async def api(live: LiveGraph) -> AsyncIterator[Api]:
    """A client of the little city."""
    async with client_of(live) as client:
        yield Api(client)
