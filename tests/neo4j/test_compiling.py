"""Changes are compiled beforehand: what becomes of that where the server goes meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from graph_api.errors import StoreUnavailable
from graph_api.stores.neo4j.address import parse_address
from graph_api.stores.neo4j.compiling import Compiling
from graph_api.stores.neo4j.connection import Connection
from graph_api.stores.neo4j.loop_thread import LoopThread
from tests.neo4j.server import free_port


async def test_a_server_that_is_gone_when_it_is_asked_disturbs_nobody() -> None:
    lane = LoopThread("neo4j")
    connection = Connection(parse_address(f"bolt://127.0.0.1:{free_port()}", None))
    compiling = Compiling(connection, lane)
    looked = 0

    async def look() -> int:
        nonlocal looked
        looked += 1
        if looked == 3:
            raise StoreUnavailable("gone")
        return looked

    assert await compiling.beside(look()) == 1
    asking = asyncio.all_tasks() - {asyncio.current_task()}
    assert len(asking) == 1
    assert await compiling.beside(look()) == 2
    assert asyncio.all_tasks() - {asyncio.current_task()} == asking, "it is asked by one at a time"
    await asyncio.gather(*asking)
    with pytest.raises(StoreUnavailable, match="gone"):
        await compiling.beside(look())
    assert await compiling.beside(look()) == 4
    await compiling.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    await lane.close(connection.close())
