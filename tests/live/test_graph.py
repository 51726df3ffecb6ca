"""A live graph follows its store: own commits, others' commits, restarts, another store in its place."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from graph_api.errors import StaleReplica, StoreUnavailable
from graph_api.live import following, merging
from graph_api.live.graph import LiveGraph, load_graph
from graph_api.live.health import StoreHealth
from graph_api.readmodel import snapshot_file
from graph_api.stores import open_store
from graph_api.stores.contract import Store
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.grid import ConnectivityNode, LoadBreakSwitch, Substation
from schema.vocabulary import SwitchPosition

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
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


async def gone(folder: Path) -> Store:
    """A store that was served from `city.snapshot` once, and cannot be opened any more."""
    (folder / "here").mkdir()
    made = open_store(url(folder / "here"))
    await made.apply(batch(CITY))
    await (await LiveGraph.open(made, folder / "city.snapshot")).close()
    await made.close()
    (folder / "here").rename(folder / "elsewhere")
    (folder / "here").write_text("a file where the folder should be")
    return open_store(url(folder / "here"))


async def test_the_file_alone_is_served_while_the_store_is_away(tmp_path):
    away = await gone(tmp_path)
    live = await LiveGraph.open(away, tmp_path / "city.snapshot")
    assert is_live(live, "S1")
    status = live.status()
    assert (status.reachable, status.ready) == (False, True)
    assert status.last_error
    assert status.snapshot_trouble is None
    await live.close()
    with pytest.raises(StoreUnavailable):
        await LiveGraph.open(away, tmp_path / "no.snapshot")


async def test_a_file_of_another_store_is_refused_by_name_while_the_store_is_away(store, tmp_path):
    await gone(tmp_path)
    demo, path = tmp_path / "demo.snapshot", tmp_path / "here" / "city.db"
    await (await LiveGraph.open(store, demo)).close()
    before = demo.read_bytes()
    with pytest.raises(StoreUnavailable) as refused:
        await LiveGraph.open(open_store(f"sqlite:///{path}"), demo)
    for named in (str(demo), str(tmp_path / "city.db"), str(path)):
        assert named in refused.value.message
    assert demo.read_bytes() == before


async def test_a_file_of_another_store_is_neither_used_nor_written_over(store, tmp_path, caplog):
    path = tmp_path / "city.snapshot"
    other = open_store(url(tmp_path, "other"))
    await other.apply(GraphBatch(entities=[ConnectivityNode(id="n7")]))
    await (await LiveGraph.open(other, path)).close()
    before = path.read_bytes()
    live = await LiveGraph.open(store, path)
    assert live.pin().graph.find("n7") is None
    trouble = live.status().snapshot_trouble
    assert trouble is not None
    assert str(tmp_path / "other.db") in trouble
    assert trouble in caplog.text
    await live.apply(moved(live, SwitchPosition.CLOSED))
    await live.close()
    await other.close()
    assert path.read_bytes() == before


async def test_a_file_of_a_store_that_was_made_anew_is_replaced(store, tmp_path):
    path = tmp_path / "city.snapshot"
    await (await LiveGraph.open(store, path)).close()
    await store.close()
    for beside in tmp_path.glob("city.db*"):
        beside.unlink()
    anew = open_store(url(tmp_path))
    await anew.apply(GraphBatch(entities=[ConnectivityNode(id="n7")]))
    live = await LiveGraph.open(anew, path)
    assert live.status().snapshot_trouble is None
    await live.close()
    await anew.close()
    assert snapshot_file.read(path).graph.find("n7") is not None


async def test_a_damaged_file_is_told_and_made_anew(store, tmp_path, caplog):
    path = tmp_path / "city.snapshot"
    path.write_bytes(b"BAODIAN\n" + bytes(40))
    live = await LiveGraph.open(store, path)
    assert is_live(live, "S1")
    assert str(path) in caplog.text
    assert live.status().snapshot_trouble is None  # a good one stands there now
    await live.close()


async def test_a_snapshot_file_of_another_version_is_made_anew_without_a_warning(store, tmp_path, monkeypatch, caplog):
    path = tmp_path / "city.snapshot"
    await (await LiveGraph.open(store, path)).close()
    monkeypatch.setattr(snapshot_file, "__version__", "0.0.1")
    with caplog.at_level("INFO"):
        live = await LiveGraph.open(store, path)
    await live.close()
    told = [each for each in caplog.records if "another version" in each.getMessage()]
    assert [each.levelname for each in told] == ["INFO"]
    assert live.status().snapshot_trouble is None


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


async def test_another_store_in_the_place_of_ours_is_read_when_asked_for(store, tmp_path, monkeypatch):
    monkeypatch.setattr(following, "WAIT_SECONDS", 0.05)
    address = Address(store)
    live = await LiveGraph.open(address)
    other = open_store(url(tmp_path, "other"))
    await other.apply(GraphBatch(entities=[ConnectivityNode(id="n7")]))
    address.store = other
    await until(lambda: not live.status().ready)
    assert live.pin().graph.find("S1") is not None
    assert live.read_anew()
    await until(lambda: live.pin().graph.find("n7") is not None)
    assert live.pin().graph.find("S1") is None
    await live.close()
    await other.close()


async def test_the_search_index_comes_from_the_file_and_is_never_waited_for(store, tmp_path):
    path = tmp_path / "city.snapshot"
    live = await LiveGraph.open(store, path)
    assert live.pin().search.is_warm
    assert live.tally.spent["search"].times == 1
    await live.apply(batch("n1 - L9 - S9>C9", C9={"name": "望江水厂"}))
    await live.close()
    again = await LiveGraph.open(store, path)
    assert again.pin().search.is_warm
    assert "search" not in again.tally.spent
    found = [again.pin().graph.id(hit.index) for hit in again.pin().search.search("望江")]
    assert found == ["C9"]
    await again.close()


async def test_a_change_in_large_is_indexed_beside_the_running_work(store, tmp_path, monkeypatch):
    monkeypatch.setattr(merging, "RECENT_LIMIT", 3)
    monkeypatch.setattr(merging, "FEW_RECENT", 0)
    live = await LiveGraph.open(store, tmp_path / "city.snapshot")
    for number in range(4):
        await live.apply(GraphBatch(entities=[Substation(id=f"SUB{number}", name=f"望江{number}站")]))
        assert live.pin().search.search(f"望江{number}站", limit=1)[0].index == live.pin().graph.index(f"SUB{number}")
    await until(lambda: not live.pin().search.recent)
    assert len(live.pin().search.search("wangjiang")) == 4
    assert live.tally.spent["merge"].times == 1
    await live.close()


async def test_what_is_served_at_the_end_stands_in_the_file(store, tmp_path):
    path = tmp_path / "city.snapshot"
    live = await LiveGraph.open(store, path)
    before = path.read_bytes()
    path.touch()
    await live.close()
    live = await LiveGraph.open(store, path)
    await live.apply(moved(live, SwitchPosition.CLOSED))
    assert path.read_bytes() == before
    await live.close()
    assert snapshot_file.read_head(path).revision == 2


async def test_the_file_of_a_copy_that_went_its_own_way_is_not_used(store, tmp_path):
    """A store put back from an older copy and written to again: the same identity, other content."""
    await store.close()
    shutil.copy(tmp_path / "city.db", tmp_path / "copy.db")
    path = tmp_path / "city.snapshot"
    for place, name, commits in (
        ("city", "望江站", 1),
        ("copy", "城东站", 1),
        ("city", "望江站", 1),
        ("copy", "城东", 2),
    ):
        opened = open_store(url(tmp_path, place))
        for _ in range(commits):
            await opened.apply(GraphBatch(entities=[Substation(id="SUB", name=name)]))
        live = await LiveGraph.open(opened, path)
        assert live.pin().graph.name(live.pin().graph.index("SUB")) == name
        await live.close()
        await opened.close()


async def test_how_far_the_store_is_ahead_is_known(store):
    live = await LiveGraph.open(store, follows=False)
    assert (live.status().behind, live.status().behind_seconds) == (0, 0.0)
    await live.apply(moved(live, SwitchPosition.CLOSED))
    assert (live.status().behind, live.status().behind_seconds) == (0, 0.0)
    assert live.tally.spent["commit"].times == 1
    await live.close()


def test_lag_is_counted_from_when_the_newer_revision_was_heard_of():
    now = [NOON]
    health = StoreHealth(lambda: now[0], 3)
    health.heard_of(5)
    now[0] += timedelta(seconds=2)
    assert (health.lag_seconds(3), health.lag_seconds(5)) == (2.0, 0.0)
    health.heard_of(5)
    assert health.lag_seconds(4) == 2.0
    health.heard_of(6)
    assert health.lag_seconds(5) == 0.0


class Failing(Address):
    """A store whose waiting fails in a way that nobody foresaw, once."""

    failures = 1

    async def wait(self, after: int, timeout_seconds: float) -> int:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("unforeseen")
        return await self.store.wait(after, timeout_seconds)


async def test_following_goes_on_after_an_error_that_nobody_foresaw(store, monkeypatch, caplog):
    monkeypatch.setattr(following, "WAIT_SECONDS", 0.05)
    live = await LiveGraph.open(Failing(store))
    await until(lambda: not live.status().reachable)
    assert "see the log" in (live.status().last_error or "")
    assert "RuntimeError: unforeseen" in caplog.text
    await until(lambda: live.status().reachable)
    await live.close()


async def test_a_start_from_the_file_has_the_tables_that_a_query_needs(store, tmp_path):
    path = tmp_path / "city.snapshot"
    await (await LiveGraph.open(store, path)).close()
    await store.close()
    code = f"""
import asyncio, sys
from pathlib import Path
from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store

async def start():
    assert not {{"pypinyin", "rapidfuzz"}} & set(sys.modules)
    store = open_store({url(tmp_path)!r})
    live = await LiveGraph.open(store, Path({str(path)!r}))
    print(live.pin().search.is_warm, {{"pypinyin", "rapidfuzz"}} <= set(sys.modules))
    await live.close()
    await store.close()

asyncio.run(start())
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    assert (await process.communicate())[0].split() == [b"True", b"True"]
