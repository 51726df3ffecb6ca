"""The file of a running store is deleted, moved or replaced: nothing is acknowledged into a file that nobody finds."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import apsw
import pytest

from graph_api.errors import StoreCorrupt, StoreReplaced, StoreUnavailable
from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from graph_api.stores.contract import Store
from graph_api.stores.sqlite.connection import connect_writer, writing
from graph_api.stores.sqlite.place import Place
from schema.batch import GraphBatch
from schema.people import Team


def team(name: str) -> GraphBatch:
    return GraphBatch(entities=[Team(id=name)])


def holds(live: LiveGraph, name: str) -> bool:
    return live.pin().graph.find(name) is not None


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it never came to hold")


async def refused(live: LiveGraph) -> str:
    """Code of what a change of now is answered with."""
    with pytest.raises((StoreUnavailable, StoreReplaced)) as caught:
        await live.apply(team("lost"))
    return caught.value.code.value


def beside(path: Path) -> list[Path]:
    return [path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")]


async def made(path: Path, *names: str) -> Path:
    store = open_store(f"sqlite:///{path}")
    for name in names:
        await store.apply(team(name))
    await store.close()
    return path


async def held(path: Path) -> set[str]:
    store = open_store(f"sqlite:///{path}")
    found = {each.id async for chunk in store.load() if not isinstance(chunk, int) for each in chunk.entities}
    await store.close()
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "city.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    opened = open_store(f"sqlite:///{path}")
    await opened.apply(team("first"))
    yield opened
    await opened.close()


@pytest.fixture
async def live(store: Store) -> AsyncIterator[LiveGraph]:
    opened = await LiveGraph.open(store)
    await opened.apply(team("second"))
    yield opened
    await opened.close()


async def test_nothing_is_acknowledged_into_a_deleted_file(live, path):
    for each in beside(path):
        each.unlink()
    assert await refused(live) == "STORE_UNAVAILABLE"
    assert holds(live, "second"), "questions are answered on"
    await until(lambda: not live.status().reachable)
    assert "is gone" in (live.status().last_error or "")
    assert live.status().ready
    assert not path.exists(), "no empty store is made in its place"
    assert await refused(live) == "STORE_UNAVAILABLE"


async def test_a_file_moved_away_holds_all_and_is_taken_again_when_it_is_back(live, path, tmp_path):
    away = path.rename(tmp_path / "away.db")
    await until(lambda: not live.status().reachable)
    assert await refused(live) == "STORE_UNAVAILABLE"
    assert await held(Path(shutil.copy(away, tmp_path / "copy.db"))) == {"first", "second"}
    away.rename(path)
    await until(lambda: live.status().reachable)
    await live.apply(team("third"))
    assert await held(path) == {"first", "second", "third"}


async def test_another_store_is_read_when_it_is_asked_for_and_not_before(live, path, tmp_path, caplog):
    other = await made(tmp_path / "other.db", "elsewhere")
    assert not live.read_anew(), "ours is there: nothing is asked for"
    path.rename(tmp_path / "away.db")
    shutil.copy(other, path)
    assert await refused(live) == "STORE_REPLACED"
    await until(lambda: "kill -USR1" in (live.status().last_error or ""))
    await until(lambda: "kill -USR1" in caplog.text)
    await asyncio.sleep(0.5)  # time for more attempts
    assert holds(live, "first")
    assert not holds(live, "elsewhere")
    assert not live.status().ready
    assert await refused(live) == "STORE_REPLACED"
    assert caplog.text.count("kill -USR1") == 1, "told once"
    assert live.read_anew()
    await until(lambda: holds(live, "elsewhere"))
    assert not holds(live, "first")
    await until(lambda: live.status().ready and live.status().last_error is None)
    await live.apply(team("third"))
    assert await held(path) == {"elsewhere", "third"}
    assert await held(tmp_path / "away.db") == {"first", "second"}


async def test_an_older_backup_is_no_continuation_and_the_log_is_not_replayed_over_it(path, tmp_path):
    older = shutil.copy(await made(path, "first"), tmp_path / "backup.db")
    store = open_store(f"sqlite:///{path}")
    live = await LiveGraph.open(store)
    await live.apply(team("second"))
    path.unlink()
    shutil.copy(older, path)
    assert await refused(live) == "STORE_REPLACED"
    await until(lambda: "kill -USR1" in (live.status().last_error or ""))
    assert holds(live, "second")
    live.read_anew()
    await until(lambda: not holds(live, "second"))
    await until(lambda: live.status().ready)
    assert live.pin().graph.revision == 1
    await live.close()
    await store.close()
    assert await held(path) == {"first"}


async def test_a_copy_that_went_its_own_way_is_not_ours(path, tmp_path):
    """An older copy that another program wrote to, up to the revision that is served and beyond."""
    older = shutil.copy(await made(path, "first"), tmp_path / "older.db")
    await made(older, "elsewhere", "again")
    store = open_store(f"sqlite:///{path}")
    live = await LiveGraph.open(store)
    await live.apply(team("second"))
    path.unlink()
    older.replace(path)
    await until(lambda: "revision 3" in (live.status().last_error or ""))
    assert not live.status().ready
    assert holds(live, "second")
    await live.close()
    await store.close()


async def test_a_wrong_file_is_put_right_by_putting_ours_back(live, path, tmp_path):
    away = path.rename(tmp_path / "away.db")
    await until(lambda: not live.status().reachable)
    older = await made(tmp_path / "older.db", "zeroth")
    shutil.copy(older, path)
    await until(lambda: not live.status().ready)
    path.unlink()
    await until(lambda: "is gone" in (live.status().last_error or ""))
    assert not live.status().ready
    away.replace(path)
    await until(lambda: live.status().ready)
    await live.apply(team("third"))
    assert await held(path) == {"first", "second", "third"}


def test_a_file_that_goes_during_a_write_is_not_committed_to(path):
    place = Place(path)
    connection = connect_writer(place, busy_timeout_seconds=1)
    with pytest.raises(StoreUnavailable, match="is gone"), writing(connection):
        path.unlink()
    assert not connection.in_transaction
    connection.close()


@pytest.mark.parametrize("left", [0, 3 * 4096])
async def test_nothing_is_acknowledged_into_a_file_that_was_cut_short(path, tmp_path, left):
    await made(path, *(f"team {number}" for number in range(40)))
    whole = Path(shutil.copy(path, tmp_path / "whole.db"))
    store = open_store(f"sqlite:///{path}")
    live = await LiveGraph.open(store)
    await live.apply(team("second"))
    os.truncate(path, left)
    for _ in range(3):
        with pytest.raises(StoreCorrupt, match=f"cut short while it was in use .{left} of"):
            await live.apply(team("lost"))
    await until(lambda: "cut short" in (live.status().last_error or ""))
    assert holds(live, "second"), "questions are answered on"
    assert not holds(live, "lost")
    assert path.stat().st_size == left, "nothing is written to it any more"
    log = path.with_name(path.name + "-wal")
    assert log.stat().st_size, "the log keeps what it has"
    await live.close()
    await store.close()
    assert log.stat().st_size
    shutil.copy(whole, path)
    assert "second" in await held(path), "the last backup and the log that follows it are whole again"


async def test_a_file_that_others_make_smaller_is_taken_for_whole(path):
    await made(path, *(f"team {number}" for number in range(400)))
    store = open_store(f"sqlite:///{path}")
    for number in range(400):
        await store.apply(GraphBatch(delete_entities=[f"team {number}"]))
    await store.apply(team("last"))
    before = path.stat().st_size
    other = connect_writer(Place(path), busy_timeout_seconds=1)
    other.execute("DELETE FROM change")
    other.execute("VACUUM")
    other.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    assert path.stat().st_size < before
    other.close()
    await store.apply(team("more"))
    await store.close()
    assert await held(path) == {"last", "more"}


async def test_who_is_told_of_another_file_is_told_what_to_do_at_once(live, path, tmp_path):
    other = await made(tmp_path / "other.db", "elsewhere")
    os.replace(other, path)
    await until(lambda: live.status().last_error is not None)
    assert "kill -USR1" in live.status().last_error


async def test_a_copy_that_has_only_begun_is_not_made_a_store(live, path, tmp_path):
    other = await made(tmp_path / "other.db", "elsewhere")
    path.unlink()
    path.touch()
    await until(lambda: "cannot be read" in (live.status().last_error or ""))
    assert await refused(live) == "STORE_REPLACED"
    assert not live.status().ready
    assert path.stat().st_size == 0
    live.read_anew()
    path.write_bytes(other.read_bytes())
    await until(lambda: live.status().ready)
    assert holds(live, "elsewhere")


async def test_a_staged_load_is_not_committed_into_a_deleted_file(store, path):
    await store.begin_load("load")
    await store.stage("load", team("second"))
    path.unlink()
    with pytest.raises(StoreUnavailable, match="is gone"):
        await store.commit_load("load")
    with pytest.raises(StoreUnavailable, match="is gone"):
        await store.revision()
