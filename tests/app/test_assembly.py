"""One door: what it opens answers in process as over HTTP, and is closed backwards, whatever fails."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from graph_api.app.assembly import Application, assemble
from graph_api.app.places import snapshot_file, store_file
from graph_api.errors import InvalidInput, StoreUnavailable
from graph_api.readmodel import snapshot_file as file
from graph_api.settings import Settings
from graph_api.stores import open_store
from loaders.drawing import batch

CITY = "F1 = CB1\nG1 - B1 - CB1 - L1 - S1>C1"


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    made = Settings(store=f"sqlite:///{tmp_path}/graph.db")
    store = open_store(made.store)
    await store.apply(batch(CITY, F1={"name": "10kV 滨江一线"}))
    await store.close()
    return made


async def closed(application: Application) -> bool:
    with pytest.raises(StoreUnavailable, match="closed"):
        await application.store.revision()
    return [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


@pytest.mark.parametrize(
    ("query", "variables", "name"),
    [
        ("{ graph { revision entities } }", {}, None),
        ("query A { graph { revision } } query B($id: ID!) { node(id: $id) { id } }", {"id": "S1"}, "B"),
        ("{ graph { nothing } }", {}, None),
        ("{ graph {", {}, None),
        ("query A { graph { revision } }", {}, "B"),
        ("{ feeders(first: 100000) { totalCount } }", {}, None),
        ('{ impact(equipment: ["nothing"], cause: FAULTED) { revision } }', {}, None),
    ],
)
async def test_an_operation_in_process_is_answered_as_over_http(application: Application, query, variables, name):
    body = {"query": query, "variables": variables, "operationName": name}
    transport = httpx.ASGITransport(app=application.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        over_http = (await client.post("/graphql", json=body)).json()
    assert await application.execute(query, variables, name) == over_http


async def test_all_is_closed_at_the_end_and_the_file_holds_what_was_served(settings: Settings):
    async with assemble(settings) as application:
        await application.live.apply(batch("n9 - L9 - S9>C9"))
    assert await closed(application)
    assert file.read_head(snapshot_file(settings) or Path()).revision == 2


async def test_what_fails_closes_what_was_opened_before(settings: Settings, tmp_path: Path):
    (tmp_path / "away").write_text("a file where the folder should be")
    with pytest.raises(StoreUnavailable):
        async with assemble(Settings(store=f"sqlite:///{tmp_path}/away/graph.db")):
            pytest.fail("there is nothing to open")
    with pytest.raises(RuntimeError, match="inside"):
        async with assemble(settings) as application:
            raise RuntimeError("inside")
    assert await closed(application)


async def test_an_address_that_is_none_is_said(tmp_path: Path):
    with pytest.raises(InvalidInput, match="no address"):
        async with assemble(Settings(store=str(tmp_path))):
            pytest.fail("there is nothing to open")


async def test_one_question_writes_nothing_and_follows_nothing(settings: Settings, tmp_path: Path):
    async with assemble(settings, follows=False) as application:
        assert application.live.pin().graph.find("S1") is not None
        assert [task.get_name() for task in asyncio.all_tasks() if task.get_name() == "follow the store"] == []
    assert os.listdir(tmp_path) == ["graph.db"]


async def test_the_next_start_comes_from_the_file(settings: Settings):
    told: list[str] = []
    async with assemble(settings, follows=False, keeps=True, progress=told.append):
        assert told == ["graph", "search index", "topology"]
    del told[:]
    async with assemble(settings, progress=told.append) as application:
        assert told == ["topology"]
        assert [hit.field for hit in application.live.pin().search.search("滨江一线")] == ["name"]


def test_where_the_snapshot_is_kept():
    assert snapshot_file(Settings(store="sqlite:///data/graph.db")) == Path("data/graph.db.snapshot")
    assert snapshot_file(Settings(store="sqlite:///data/graph.db", snapshot_file="/x")) == Path("/x")
    assert snapshot_file(Settings(store="sqlite:///data/graph.db", snapshot_file="none")) is None
    assert snapshot_file(Settings(store="neo4j://me@host")) is None
    assert store_file("sqlite:///~/graph.db") == Path.home() / "graph.db"


def test_what_only_a_server_needs_is_not_imported_for_one_question():
    code = "import sys, graph_api.app.assembly; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"fastapi", "strawberry", "graphql", "uvicorn", "prometheus_client", "pypinyin"} & set(found)
