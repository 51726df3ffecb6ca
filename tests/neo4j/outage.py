"""Neo4j goes away under load and comes back: `python -m tests.neo4j.outage` prints what readers and writers saw.

Outages one after the other: the server killed (`--kills` times), frozen (connections stay, nothing answers), and read
through a proxy that swallows every packet. Readers ask a what-if of the served graph all the time.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from graph_api.errors import OutcomeUnknown, StoreUnavailable
from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from schema.batch import GraphBatch
from schema.grid import Breaker
from tests.neo4j.measure import network
from tests.neo4j.proxy import FaultProxy
from tests.neo4j.server import DEFAULT_VERSION, Neo4jServer

_SWITCH = "N00000001"


@dataclass
class Phase:
    """What was seen during one phase."""

    name: str
    reads: list[float] = field(default_factory=list)
    failed_reads: int = 0
    writes: int = 0
    refused_writes: list[float] = field(default_factory=list)
    recovered_after: float | None = None

    def __str__(self) -> str:
        cuts = statistics.quantiles(self.reads, n=100)
        text = f"{self.name:12} {len(self.reads):6} reads, {self.failed_reads} failed"
        text += f", p50 {cuts[49] * 1000:.2f} ms, p99 {cuts[98] * 1000:.2f} ms; {self.writes} writes"
        if self.refused_writes:
            text += f", {len(self.refused_writes)} refused, the slowest after {max(self.refused_writes):.2f} s"
        if self.recovered_after is not None:
            text += f"; writable again {self.recovered_after:.1f} s after it was back"
        return text


async def play(server: Neo4jServer, nodes: int, seconds: float, kills: int = 1) -> list[Phase]:
    """Play all outages on a started, empty server."""
    async with FaultProxy(server.port) as proxy:
        await _fill(proxy.uri, nodes)
        store = open_store(proxy.uri)
        live = await LiveGraph.open(store)
        async with asyncio.timeout(60):  # a busy machine may refuse the first ones
            phases = [await _phase("normal", live, seconds, writes=5)]

        async def kill() -> None:
            await asyncio.to_thread(server.kill)

        async def start() -> None:
            await asyncio.to_thread(server.start)

        async def call(act: Callable[..., None], *arguments: object) -> None:
            act(*arguments)

        for name, begin, end in (
            *[("killed", kill, start)] * kills,
            ("frozen", lambda: call(server.freeze), lambda: call(server.thaw)),
            ("black hole", lambda: call(proxy.swallow, True), lambda: call(proxy.swallow, False)),
        ):
            phases.append(await _outage(name, live, seconds, begin, end))
        await live.close()
        await store.close()
    return phases


async def _fill(uri: str, nodes: int) -> None:
    """As `baodian load` does: with time for a server that has just started."""
    store = open_store(uri, patient=True)
    await store.begin_load("outage")
    for batch in network(nodes):
        await store.stage("outage", batch)
    await store.commit_load("outage")
    await store.close()


async def _outage(
    name: str,
    live: LiveGraph,
    seconds: float,
    begin: Callable[[], Awaitable[None]],
    end: Callable[[], Awaitable[None]],
) -> Phase:
    await begin()
    phase = await _phase(name, live, seconds)
    await end()
    back = time.perf_counter()
    async with asyncio.timeout(60):
        while not await _write(live, Phase("recovery")):  # noqa: ASYNC110 (what is waited for happens elsewhere)
            await asyncio.sleep(0.05)
    phase.recovered_after = time.perf_counter() - back
    return phase


async def _phase(name: str, live: LiveGraph, seconds: float, writes: int = 0) -> Phase:
    """At least for these seconds, and until so many writes have passed."""
    phase = Phase(name)
    async with _reading(live, phase):
        until = time.perf_counter() + seconds
        while time.perf_counter() < until or phase.writes < writes:
            await _write(live, phase)
            await asyncio.sleep(0.05)
    return phase


@asynccontextmanager
async def _reading(live: LiveGraph, phase: Phase) -> AsyncIterator[None]:
    async def read() -> None:
        while True:
            begun = time.perf_counter()
            try:
                model = live.pin()
                outage = model.topology.opened([model.graph.index(_SWITCH)])
                assert outage.lost is not None
            except Exception:  # noqa: BLE001 (whatever it is, it counts as a read that failed)
                phase.failed_reads += 1
            phase.reads.append(time.perf_counter() - begun)
            await asyncio.sleep(0.005)

    reader = asyncio.create_task(read())
    try:
        yield
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)


async def _write(live: LiveGraph, phase: Phase) -> bool:
    begun = time.perf_counter()
    try:
        await live.apply(GraphBatch(entities=[Breaker(id=_SWITCH, name=f"{begun}")]), request_id=f"outage-{begun}")
    except (StoreUnavailable, OutcomeUnknown):
        phase.refused_writes.append(time.perf_counter() - begun)
        return False
    phase.writes += 1
    return True


def main() -> None:
    """Run by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--kills", type=int, default=1)
    parser.add_argument("--version", default=DEFAULT_VERSION)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        server = Neo4jServer(Path(home), version=options.version)
        server.start()
        try:
            for phase in asyncio.run(play(server, options.nodes, options.seconds, options.kills)):
                print(phase)  # noqa: T201
        finally:
            server.kill()


if __name__ == "__main__":
    main()
