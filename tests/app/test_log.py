"""Every line of the process passes the one log: a store that breaks under a running server is read there."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import shlex
import sqlite3
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import Any

import pytest

from graph_api.app.server_file import find_server
from graph_api.stores import open_store
from loaders.drawing import batch
from tests.serving import running

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30


def lines_of(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()]


def test_a_store_that_breaks_under_a_running_server_is_told_in_the_log(tmp_path: Path) -> None:
    folder = tmp_path / "13912345678"
    folder.mkdir()
    file, log = folder / "graph.db", tmp_path / "log"

    async def fill() -> None:
        store = open_store(f"sqlite:///{file}")
        await store.apply(batch("G1 - B1 - CB1 - L1 - S1>C1"))
        await store.close()

    asyncio.run(fill())
    serve = [sys.executable, "-m", "graph_api.cli", "serve", "--port", "0"]
    command = ["sh", "-c", f"exec {shlex.join(serve)} 2>{shlex.quote(str(log))}"]
    with running(command, {"BAODIAN_STORE": f"sqlite:///{file}"}, ROOT) as (address, _, process):
        server = find_server(file)
        assert server is not None
        assert (server.address, server.pid) == (address, process.pid)
        # another program writes: it knows nothing of the checksum that each page of a store has
        other = sqlite3.connect(file)
        other.execute("UPDATE meta SET changed_at = '2000-01-01T00:00:00+00:00'")
        other.commit()
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        other.close()
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and "not followed" not in log.read_text("utf-8"):
            time.sleep(0.05)
    told = [line for line in lines_of(log) if "not followed" in line["message"]]
    assert told, log.read_text("utf-8")
    assert (told[0]["level"], told[0]["logger"]) == ("WARNING", "graph_api.live.outage_log")
    assert "damaged" in told[0]["message"]
    assert "13912345678" not in log.read_text("utf-8")
    assert "***78" in told[0]["message"]
    assert find_server(file) is None


@pytest.mark.parametrize("name", ["graph_api.stores.sqlite", "loaders.cim", "uvicorn.error", "neo4j", "asyncio"])
def test_loggers_of_all_parts_end_in_it(stream: io.StringIO, name: str) -> None:
    logging.getLogger(name).warning("call %s", "13912345678")
    (line,) = map(json.loads, stream.getvalue().splitlines())
    assert (line["level"], line["logger"], line["message"]) == ("WARNING", name, "call ***78")


def test_only_warnings_of_others_are_told(stream: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").info("started")
    logging.getLogger("graph_api.live").info("merged")
    (line,) = map(json.loads, stream.getvalue().splitlines())
    assert line["logger"] == "graph_api.live"


def test_warnings_and_dying_threads_are_lines_of_it(stream: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("13912345678 is old", stacklevel=1)
        logging.captureWarnings(False)

    def die() -> None:
        raise RuntimeError("number 13912345678")

    thread = threading.Thread(target=die)
    thread.start()
    thread.join()
    warned, died = map(json.loads, stream.getvalue().splitlines())
    assert (warned["logger"], died["level"]) == ("py.warnings", "ERROR")
    assert "RuntimeError: number ***78" in died["traceback"]
    assert "139" not in stream.getvalue()
