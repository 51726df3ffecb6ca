"""A room whose clock a test sets: what the engine writes of a time is written at that time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph_api.app.assembly import Application
from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.people import Person, Team
from tests.graphql.conftest import Api, settings_of
from tests.graphql.incident.test_escalation import Night
from tests.graphql.incident.test_room import GRID


@pytest.fixture
async def live(tmp_path: Path, night: Night) -> AsyncIterator[LiveGraph]:
    store = open_store(f"sqlite:///{tmp_path}/grid.db", night)
    people = [Person(id="P1", name="严世丽"), Person(id="P2", name="王芳"), Team(id="T1", name="滨江抢修班")]
    drawn = batch(GRID)
    await store.apply(GraphBatch(entities=[*drawn.entities, *people], relationships=drawn.relationships))
    live = await LiveGraph.open(store, clock=night)
    yield live
    await live.close()
    await store.close()


@pytest.fixture
async def api(live: LiveGraph, night: Night) -> AsyncIterator[Any]:
    web = Application(settings_of(), live.store, live, night).asgi
    transport = httpx.ASGITransport(app=web, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield Api(client)
