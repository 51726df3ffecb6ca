"""What the Neo4j store does, in figures: `python -m tests.neo4j.measure --nodes 1000000`.

Starts a server with a heap of 1 GB on this machine, loads a network of that size by staged loads, reads it whole,
commits small changes and tells how long a second process takes to see them.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from graph_api.live.foreign_edits import PAUSE_SECONDS, ForeignEditSweep
from graph_api.live.loading import load_graph
from graph_api.readmodel.snapshot import Snapshot
from graph_api.stores import open_store
from graph_api.stores.contract import Store, now_utc
from graph_api.stores.neo4j import Neo4jStore
from schema.batch import GraphBatch
from schema.grid import ACLineSegment, Breaker, ConnectivityNode, Feeder
from schema.relationships import Relationship, RelationshipKind
from tests.neo4j.server import DEFAULT_VERSION, Neo4jServer

_BATCH = 20_000
_FEEDER = 1_000


def network(nodes: int) -> Iterator[GraphBatch]:
    """Feeders of 1,000: nodes, lines and breakers in a tree; 1.2 relationships a node."""
    for start in range(0, nodes, _BATCH):
        batch = GraphBatch()
        for number in range(start, min(start + _BATCH, nodes)):
            _add(batch, number)
        yield batch


def _add(batch: GraphBatch, number: int) -> None:
    id, feeder = f"N{number:08}", f"N{number - number % _FEEDER:08}"
    place = number % _FEEDER
    source = {"load": 1, "row": number}
    if place == 0:
        batch.entities.append(Feeder(id=id, name=f"10kV {number} 线", **source))
        return
    if place % 3 == 0:
        batch.entities.append(ConnectivityNode(id=id, **source))
        return
    device = Breaker if place % 30 == 1 else ACLineSegment
    batch.entities.append(device(id=id, name=f"{number} 号", nominal_kv=10.0, longitude=120.1, latitude=30.2, **source))
    terminal = f"N{number - place % 3:08}" if place > 3 else f"N{number - place + 3:08}"
    ends = ((RelationshipKind.CONNECTS, terminal, "1"), (RelationshipKind.CONTAINED_IN, feeder, ""))
    batch.relationships += [Relationship(kind=kind, source=id, target=to, key=key, **source) for kind, to, key in ends]


async def measure(store: Store, follower: Store, nodes: int) -> dict[str, str]:
    """The figures."""
    told: dict[str, str] = {}
    batches = list(network(nodes))
    records = sum(map(len, batches))
    begun = time.perf_counter()
    await store.begin_load("measure")
    for batch in batches:
        await store.stage("measure", batch)
    staged = time.perf_counter()
    await store.commit_load("measure")
    done = time.perf_counter()
    told["records"] = f"{records:,}"
    told["staged"] = f"{staged - begun:.1f} s"
    told["committed"] = f"{done - staged:.1f} s"
    told["ingest"] = f"{records / (done - begun):,.0f} rows/s"
    read = 0
    begun = time.perf_counter()
    async for chunk in store.load():
        if not isinstance(chunk, int):
            read += len(chunk.entities) + len(chunk.relationships)
    told["read whole"] = f"{time.perf_counter() - begun:.1f} s for {read:,} records"
    told["commit"] = _spread([await _commit(store, number) for number in range(300)])
    told["seen by another"] = _spread([await _seen(store, follower, number) for number in range(100)])
    return told


async def _commit(store: Store, number: int) -> float:
    begun = time.perf_counter()
    await store.apply(GraphBatch(entities=[Breaker(id="N00000001", name=str(number))]), request_id=f"m{number}")
    return time.perf_counter() - begun


async def _seen(store: Store, follower: Store, number: int) -> float:
    after = await follower.revision()
    waiting = asyncio.create_task(follower.wait(after, 5))
    await asyncio.sleep(0.037 * (number % 7))
    commit = await store.apply(GraphBatch(entities=[Breaker(id="N00000001", name=f"seen {number}")]))
    begun = time.perf_counter()
    newest = await waiting
    while newest < commit.revision:
        newest = await follower.wait(newest, 5)
    _ = [change async for change in follower.changes(after)]
    return time.perf_counter() - begun


async def sweep(store: Neo4jStore) -> str:
    """How long one look for foreign edits takes, and what it costs this process."""
    graph = await load_graph(store)

    async def served() -> Snapshot:
        return graph

    begun, used = time.perf_counter(), time.process_time()
    found = await ForeignEditSweep(store, served, now_utc).once(PAUSE_SECONDS)
    took, used = time.perf_counter() - begun, time.process_time() - used
    return f"{took:.0f} s, {used / took:.1%} of a core, {len(found)} edits found"


def _spread(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return f"p50 {cuts[49] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms"


async def _run(uri: str, nodes: int, *, sweeps: bool) -> None:
    store, follower = open_store(uri), open_store(uri)
    try:
        for name, figure in (await measure(store, follower, nodes)).items():
            print(f"{name:16} {figure}", flush=True)  # noqa: T201
        if sweeps and isinstance(store, Neo4jStore):
            print(f"{'sweep':16} {await sweep(store)}", flush=True)  # noqa: T201
    finally:
        await store.close()
        await follower.close()


def main() -> None:
    """Run by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--version", default=DEFAULT_VERSION)
    parser.add_argument("--sweep", action="store_true", help="look for foreign edits, too: a millisecond a node")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        server = Neo4jServer(Path(home), version=options.version)
        server.start()
        try:
            asyncio.run(_run(server.uri, options.nodes, sweeps=options.sweep))
        finally:
            server.kill()


if __name__ == "__main__":
    main()
