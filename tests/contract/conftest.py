"""Stores that a test opens by itself, more than once or with rules of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from graph_api.stores.contract import Store
from graph_api.stores.neo4j import Neo4jStore, parse_address
from graph_api.stores.sqlite import SqliteStore
from tests.neo4j.fixtures import PATIENCE

Make = Callable[..., Store]


@pytest.fixture(params=["sqlite", "neo4j"])
async def make(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Make]:
    """Opens the same store again and again, with other rules."""
    opened: list[Store] = []
    uri = request.getfixturevalue("empty_uri") if request.param == "neo4j" else ""

    def open_it(**rules: Any) -> Store:
        store: Store = (
            Neo4jStore(parse_address(uri, None), patience=PATIENCE, **rules)
            if uri
            else SqliteStore(tmp_path / "graph.db", **rules)
        )
        opened.append(store)
        return store

    yield open_it
    for store in opened:
        await store.close()
