"""The log of a running store is deleted, or its file is written over: nothing acknowledged is lost or mixed."""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from graph_api.errors import OutcomeUnknown, StoreError
from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from tests.live.test_place import held, holds, live, made, path, refused, store, team, until
from tests.stores.test_own_log import killed, log_of, writer

__all__ = ["live", "path", "store"]


async def acknowledged(live: LiveGraph, *names: str) -> set[str]:
    """Which of these were made; each is tried once."""
    found = set()
    for name in names:
        try:
            await live.apply(team(name))
            found.add(name)
        except (StoreError, OutcomeUnknown):
            await asyncio.sleep(0.05)
    return found


async def after_a_crash(path: Path, folder: Path) -> set[str]:
    """What a process would find that starts on what stands there now."""
    os.mkdir(folder)
    for each in (path, log_of(path)):
        with suppress(FileNotFoundError):
            shutil.copy(each, folder)
    return await held(folder / path.name)


@pytest.mark.parametrize("ends", [("-wal",), ("-shm",), ("-wal", "-shm")])
async def test_a_deleted_log_takes_nothing_with_it_that_was_acknowledged(live, path, tmp_path, ends):
    for end in ends:
        log_of(path, end).unlink()
    made_then = await acknowledged(live, *map(str, range(20)))
    await until(lambda: live.status().reachable)
    assert made_then, "it goes on by itself"
    assert {"first", "second"} | made_then <= await after_a_crash(path, tmp_path / "crashed")
    assert all(holds(live, each) for each in ("first", "second", *made_then))
    assert live.status().ready


async def test_who_opens_the_file_after_its_log_was_deleted_finds_all(live, path, tmp_path):
    for end in ("-wal", "-shm"):
        log_of(path, end).unlink()
    process = await asyncio.to_thread(writer, path, "other")
    try:
        made_then = await acknowledged(live, *map(str, range(10)))
        await until(lambda: holds(live, "other"))
        assert {"first", "second", "other"} | made_then <= await after_a_crash(path, tmp_path / "crashed")
    finally:
        killed(process)


async def test_another_log_in_the_place_of_a_deleted_one_is_not_written_over(live, path, tmp_path):
    other = await made(tmp_path / "other.db", "elsewhere")
    process = writer(other, "more")
    try:
        log_of(path).unlink()
        shutil.copy(log_of(other), log_of(path))
        theirs = log_of(path).read_bytes()
        assert await refused(live) in ("STORE_UNAVAILABLE", "STORE_REPLACED")
        await until(lambda: live.status().last_error is not None)
        assert log_of(path).read_bytes() == theirs
        assert holds(live, "second"), "questions are answered on"
    finally:
        killed(process)


async def test_a_file_that_was_written_over_takes_no_change(path, tmp_path):
    older = shutil.copy(await made(path, "first"), tmp_path / "backup.db")
    await made(path, "second")
    store = open_store(f"sqlite:///{path}")
    live = await LiveGraph.open(store)
    for number in range(5):
        await live.apply(team(str(number)))
    shutil.copyfile(older, path)  # the same inode
    assert await refused(live) in ("STORE_UNAVAILABLE", "STORE_REPLACED", "STORE_CORRUPT")
    await until(lambda: live.status().last_error is not None)
    assert holds(live, "4"), "what was acknowledged is served"
    assert not await acknowledged(live, "lost")
    await live.close()
    await store.close()


@pytest.mark.parametrize("names", [("first",), ("first", "elsewhere")])
async def test_a_file_whose_log_is_empty_is_not_written_over_unseen(path, tmp_path, names):
    other = await made(tmp_path / "other.db", *names)
    await made(path, "first", "second")
    store = open_store(f"sqlite:///{path}")
    live = await LiveGraph.open(store)
    assert holds(live, "second")
    shutil.copyfile(other, path)
    assert not await acknowledged(live, "lost")
    await until(lambda: live.status().last_error is not None)
    assert not live.status().ready or not live.status().reachable
    assert holds(live, "second")
    await live.close()
    await store.close()
    assert await held(path) == set(names), "nothing was mixed into it"
