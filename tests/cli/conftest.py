"""Commands run as a user runs them, on a store in a temporary folder."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from graph_api.cli import main
from graph_api.stores import open_store
from schema.batch import GraphBatch


@dataclass(frozen=True)
class Result:
    """What a command printed, and how it ended."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return self.stdout + self.stderr


def run(*arguments: str, **environment: str) -> Result:
    """Run the command line in this process."""
    out, errors, code = io.StringIO(), io.StringIO(), 0
    with (
        mock.patch.dict(os.environ, environment),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(errors),
    ):
        try:
            main(list(arguments))
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
    time.tzset()  # the zone that the command stood in
    return Result(code, out.getvalue(), errors.getvalue())


class Shell:
    """Runs `baodian ...` on one store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = f"sqlite:///{folder}/graph.db"
        self.columns = "200"

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
        result = run(*arguments, BAODIAN_STORE=self.store, COLUMNS=self.columns)
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
