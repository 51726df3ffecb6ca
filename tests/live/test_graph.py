"""A live graph follows its store: own commits, others' commits, restarts, another store in its place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph_api.errors import StaleReplica, StoreUnavailable
from graph_api.live import following, merging
from graph_api.live.graph import LiveGraph, load_graph
from graph_api.stores import open_store
from graph_api.stores.contract import Store
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.grid import ConnectivityNode, LoadBreakSwitch
from schema.vocabulary import SwitchPosition

CITY = """
    F1 = CB1
    G1 - B1 - CB1 - L1 - n1 - S1>C1
    n1 - LS1/ - L2 - S2>C2
"""


def url(folder: Path, name: str = "city") -> str:
    return f"sqlite:///{folder / name}.db"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    made = open_store(url(tmp_path))
    await made.apply(batch(CITY))
    yield made
    await made.close()


def moved(live: LiveGraph, position: SwitchPosition) -> GraphBatch:
    graph = live.pin().graph
    switch = graph.get(LoadBreakSwitch, graph.index("LS1"))
    return GraphBatch(entities=[replace(switch, position=position)])


def is_live(live: LiveGraph, name: str) -> bool:
    model = live.pin()
    return model.topology.energised(model.graph.index(name))


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(1000):
        if holds():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it never came to hold")


async def test_a_writer_sees_the_write_and_keeps_what_was_pinned(store):
    live = await LiveGraph.open(store)
    before = live.pin()
    commit = await live.apply(moved(live, SwitchPosition.CLOSED))
    assert (live.pin().graph.revision, is_live(live, "S2")) == (commit.revision, True)
    assert not before.topology.energised(before.graph.index("S2"))
    assert live.pin().graph.version(live.pin().graph.index("LS1")) == commit.revision
    assert live.pin().graph.version(live.pin().graph.index("CB1")) == 1
    await live.close()


async def test_versions_are_those_of_the_store_also_after_a_restart(store):
    live = await LiveGraph.open(store)
    await live.apply(moved(live, SwitchPosition.CLOSED))
    await live.close()
    graph = await load_graph(store)
    assert [graph.version(graph.index(name)) for name in ("LS1", "CB1")] == [2, 1]


async def test_the_commit_of_another_process_arrives(store, tmp_path):
    live = await LiveGraph.open(store)
    other = open_store(url(tmp_path))
    commit = await other.apply(moved(live, SwitchPosition.CLOSED))
    model = await live.at_least(commit.revision, timeout_seconds=5)
    assert model.topology.energised(model.graph.index("S2"))
    with pytest.raises(StaleReplica):
        await live.at_least(99, timeout_seconds=0.01)
    await other.close()
    await live.close()


async def test_what_is_new_and_what_is_gone(store):
    live = await LiveGraph.open(store)
    await live.apply(batch("n1 - L9 - S9>C9"))
    assert is_live(live, "S9")
    await live.apply(GraphBatch(delete_entities=["L9"]))
    assert live.pin().graph.find("L9") is None
    assert not is_live(live, "S9")
    await live.close()


async def test_a_start_from_the_snapshot_file_brings_in_what_was_committed_since(store, tmp_path):
    path = tmp_path / "city.snapshot"
    await (await LiveGraph.open(store, path)).close()
    assert path.exists()
    live = await LiveGraph.open(store)
    await live.apply(moved(live, SwitchPosition.CLOSED))
    again = await LiveGraph.open(store, path)
    assert (again.pin().graph.revision, is_live(again, "S2")) == (2, True)
    await asyncio.gather(live.close(), again.close())


async def test_the_file_alone_is_served_while_the_store_is_away(store, tmp_path):
    path = tmp_path / "city.snapshot"
    await (await LiveGraph.open(store, path)).close()
    (tmp_path / "away").write_text("a file where the folder should be")
    gone = open_store(url(tmp_path / "away"))
    live = await LiveGraph.open(gone, path)
    assert is_live(live, "S1")
    status = live.status()
    assert (status.reachable, status.ready) == (False, True)
    assert status.last_error
    await live.close()
    with pytest.raises(StoreUnavailable):
        await LiveGraph.open(gone, tmp_path / "no.snapshot")


async def test_a_file_of_another_store_is_not_used_and_a_damaged_one_is_made_anew(store, tmp_path):
    path = tmp_path / "city.snapshot"
    other = open_store(url(tmp_path, "other"))
    await other.apply(GraphBatch(entities=[ConnectivityNode(id="n7")]))
    await (await LiveGraph.open(other, path)).close()
    live = await LiveGraph.open(store, path)
    assert live.pin().graph.find("n7") is None
    await live.close()
    path.write_bytes(b"BAODIAN\n" + bytes(40))
    live = await LiveGraph.open(store, path)
    assert is_live(live, "S1")
    await live.close()
    await other.close()


async def test_a_file_that_cannot_be_written_stops_nothing(store, tmp_path):
    live = await LiveGraph.open(store, tmp_path / "no" / "folder" / "city.snapshot")
    assert is_live(live, "S1")
    await live.close()


async def test_the_overlay_is_merged_beside_the_running_work(store, tmp_path, monkeypatch):
    monkeypatch.setattr(merging, "MOST_OVERLAY", 0)
    path = tmp_path / "city.snapshot"
    live = await LiveGraph.open(store, path)
    positions = [SwitchPosition.CLOSED, SwitchPosition.OPEN] * 5 + [SwitchPosition.CLOSED]
    for position in positions:
        await live.apply(moved(live, position))
        assert is_live(live, "S2") == (position is SwitchPosition.CLOSED)
    await until(lambda: not live.pin().graph.overlay_size)
    assert live.pin().graph.revision == 1 + len(positions)
    assert is_live(live, "S2")
    await live.close()


class Address:
    """Where a store stands: another one may come to stand there."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


async def test_another_store_in_the_place_of_ours_is_read_anew(store, tmp_path, monkeypatch):
    monkeypatch.setattr(following, "WAIT_SECONDS", 0.05)
    address = Address(store)
    live = await LiveGraph.open(address)
    other = open_store(url(tmp_path, "other"))
    await other.apply(GraphBatch(entities=[ConnectivityNode(id="n7")]))
    address.store = other
    await until(lambda: live.pin().graph.find("n7") is not None)
    assert live.pin().graph.find("S1") is None
    await live.close()
    await other.close()
