"""The night of acceptance on both stores; the service is killed at 03:20, and Neo4j at 03:40."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from graph_api.stores import open_store
from graph_api.stores.contract import Store
from graph_api.stores.neo4j import Neo4jStore, parse_address
from tests.acceptance.night import RETRYABLE, Desk, city, evening, morning
from tests.neo4j.fixtures import PATIENCE, VERSION, started
from tests.neo4j.server import Neo4jServer
from tests.serving import running

ROOT = Path(__file__).parents[2]
SERVE = (sys.executable, "-m", "graph_api.cli", "serve", "--port", "0")


async def _filled(address: str) -> None:
    is_file = address.startswith("sqlite")
    store: Store = open_store(address) if is_file else Neo4jStore(parse_address(address, None), patience=PATIENCE)
    await store.apply(city())
    await store.close()


@contextmanager
def _served(desk: Desk, address: str, clock: Path) -> Iterator[Callable[[], None]]:
    """A service that the desk asks; gives what kills it."""
    environment = {"BAODIAN_STORE": address, "BAODIAN_CLOCK_FILE": str(clock), "BAODIAN_AUDIT_FILE": f"{clock}.audit"}
    with running(SERVE, environment, ROOT) as server:
        desk.address = server.address
        yield server.process.kill


def play(address: str, folder: Path, store_goes: Callable[[Desk], None]) -> None:
    """The whole night on a store; `store_goes` is what happens to that at 03:40."""
    desk = Desk(folder / "now")
    desk.at("02:12")
    asyncio.run(_filled(address))
    with _served(desk, address, folder / "now") as kill:
        evening(desk)
        desk.at("03:20")
        before = desk.state(), desk.entries()
        kill()
    with _served(desk, address, folder / "now"):
        assert (desk.state(), desk.entries()) == before, "nothing is lost, and nothing said twice"
        desk.at("03:40")
        store_goes(desk)
        morning(desk)


@pytest.mark.slow
def test_the_night_on_a_file(tmp_path: Path) -> None:
    play(f"sqlite:///{tmp_path}/night.db", tmp_path, lambda _: None)


@pytest.mark.slow
@pytest.mark.skipif("NEO4J_URI" in os.environ, reason="the server is killed: it has to be the test's own")
def test_the_night_on_neo4j(tmp_path: Path) -> None:
    with started(Neo4jServer(tmp_path / "neo4j", version=VERSION)) as server:

        def killed(desk: Desk) -> None:
            note = {"incident": "I1", "note": "数据库故障期间", "requestId": "while-away"}
            out = desk.state()["recorded"]["outCount"]
            server.kill()
            assert desk.state()["recorded"]["outCount"] == out, "answered from memory"
            assert desk.try_to("addNote", **note)[1] in ("STORE_UNAVAILABLE", "OUTCOME_UNKNOWN")
            server.start()
            desk.until(lambda: desk.try_to("addNote", **note)[1] not in RETRYABLE)
            assert desk.does("addNote", **note)["repeated"], "sent again it has one effect"

        play(server.uri, tmp_path, killed)
