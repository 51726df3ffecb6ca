"""A store of its own that a test may write to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from graph_api.stores.contract import Store
from schema.batch import GraphBatch
from tests.graphql.city import ENTITIES, LINKS


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """The little city at revision 1."""
    made = open_store(f"sqlite:///{tmp_path}/city.db")
    await made.apply(GraphBatch(entities=[*ENTITIES], relationships=[*LINKS]))
    yield made
    await made.close()


@pytest.fixture
async def live(store: Store) -> AsyncIterator[LiveGraph]:
    """The graph that the API answers from."""
    made = await LiveGraph.open(store)
    yield made
    await made.close()
