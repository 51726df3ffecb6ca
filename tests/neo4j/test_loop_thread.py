"""The loop that the driver lives on: what is forgotten on it is ended with it."""

from __future__ import annotations

import asyncio
import gc
import socket
import warnings

from graph_api.stores.neo4j.loop_thread import LoopThread


async def test_connections_that_nobody_closed_end_with_their_loop() -> None:
    kept: list[object] = []

    async def forget() -> None:
        kept.append(await asyncio.open_connection(*listener.getsockname()))

    with socket.create_server(("127.0.0.1", 0)) as listener, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        lane = LoopThread("test")
        await lane.run(forget())
        server, _ = listener.accept()
        with server:
            await lane.close(asyncio.sleep(0))
            server.settimeout(10)
            assert await asyncio.to_thread(server.recv, 1) == b""
        kept.clear()
        gc.collect()
    assert [str(each.message) for each in told] == []
