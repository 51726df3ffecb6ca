"""An empty store, which registers, uses and ends of audits are kept in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph_api.stores.sqlite import SqliteStore


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """An empty store."""
    made = SqliteStore(tmp_path / "graph.db")
    await made.meta()
    yield made
    await made.close()
