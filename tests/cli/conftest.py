"""Commands run as a user runs them, on a store in a temporary folder."""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from graph_api.cli import app
from graph_api.stores import open_store
from schema.batch import GraphBatch


class Shell:
    """Runs `baodian ...` on one store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = f"sqlite:///{folder}/graph.db"
        self._runner = CliRunner(env={"BAODIAN_STORE": self.store, "COLUMNS": "200"})

    def fill(self, *batches: GraphBatch) -> None:
        """Put batches into the store."""

        async def put() -> None:
            store = open_store(self.store)
            try:
                for batch in batches:
                    await store.apply(batch)
            finally:
                await store.close()

        asyncio.run(put())

    def __call__(self, *arguments: str, code: int = 0) -> Result:
        result = self._runner.invoke(app, list(arguments))
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--json").stdout)


@pytest.fixture(autouse=True)
def nothing_set_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set where the tests run is no part of them."""
    for name in [name for name in os.environ if name.startswith("BAODIAN_") and name != "BAODIAN_SHARED_DATA"]:
        monkeypatch.delenv(name)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


MakeShell = Callable[[GraphBatch], Shell]
