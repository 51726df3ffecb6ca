"""The night played on a store: served on the clock of a file, killed at 03:20 and served again."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from graph_api.stores import open_store
from graph_api.stores.contract import Store
from graph_api.stores.neo4j import Neo4jStore, parse_address
from tests.acceptance.city import city
from tests.acceptance.desk import ROOT, Desk
from tests.acceptance.night import evening, filed, morning
from tests.neo4j.fixtures import PATIENCE, filled
from tests.serving import running

SERVE = (sys.executable, "-m", "graph_api.cli", "serve", "--port", "0")
Told = Callable[[Desk, str], None]


async def _filled(address: str) -> None:
    is_file = address.startswith("sqlite")
    store: Store = open_store(address) if is_file else Neo4jStore(parse_address(address, None), patience=PATIENCE)
    await filled(store, city())
    await store.close()


@contextmanager
def _served(desk: Desk, address: str, clock: Path) -> Iterator[Callable[[], None]]:
    """A service that the desk asks; gives what kills it."""
    environment = {"BAODIAN_STORE": address, "BAODIAN_CLOCK_FILE": str(clock), "BAODIAN_AUDIT_FILE": f"{clock}.audit"}
    with running(SERVE, environment, ROOT) as server:
        desk.address = server.address
        yield server.process.kill


def play(
    address: str,
    folder: Path,
    store_goes: Callable[[Desk], None] = lambda _: None,
    leaving: Told = lambda _, __: None,
) -> dict[str, Path]:
    """The whole night on a store: the files of its report. `store_goes` is what happens to the store at 03:40;
    `leaving` is told each hour once all of it is done."""
    desk = Desk(folder / "now", leaving)
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
        files = filed(desk, folder)
        desk.at("09:30")
    return files
