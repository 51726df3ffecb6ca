"""A store that may only be read: in a folder where this process may write nothing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from graph_api.errors import StoreUnavailable
from graph_api.stores import open_store
from schema.batch import GraphBatch
from schema.people import Team
from tests.contract.test_reports import to_format_1

NOBODY = 65534


@pytest.fixture
def path() -> Iterator[Path]:
    """In a folder that others than its owner may look into, as those of pytest are not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "city.db"


@contextmanager
def only_read(folder: Path) -> Iterator[None]:
    """The folder takes nothing; root, who may write anywhere, is nobody meanwhile (and imports nothing)."""
    is_root = os.geteuid() == 0
    for each in folder.iterdir():
        each.chmod(0o644)
    folder.chmod(0o555)
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        Path(folder).chmod(0o755)


async def test_a_store_in_a_folder_that_takes_nothing_is_read_and_not_written(path):
    url = f"sqlite:///{path}"
    store = open_store(url)
    await store.apply(GraphBatch(entities=[Team(id="first")]), request_id="r")
    await store.close()
    with only_read(path.parent):
        store = open_store(url)
        chunks = [chunk async for chunk in store.load() if not isinstance(chunk, int)]
        assert [each.id for chunk in chunks for each in chunk.entities] == ["first"]
        assert [change.revision async for change in store.changes(0)] == [1]
        assert await store.wait(0, 1) == 1
        refused = "not writable; copy the store elsewhere"
        with pytest.raises(StoreUnavailable, match=refused):
            await store.apply(GraphBatch(entities=[Team(id="second")]))
        with pytest.raises(StoreUnavailable, match=refused):
            await store.begin_load("load")
        assert await store.revision() == 1
        await store.close()
        assert os.listdir(path.parent) == ["city.db"]
    again = open_store(url)
    assert (await again.apply(GraphBatch(entities=[Team(id="second")]))).revision == 2
    await again.close()


async def test_a_store_of_the_format_before_is_read_as_it_is(path):
    store = open_store(f"sqlite:///{path}")
    await store.apply(GraphBatch(entities=[Team(id="first")]))
    to_format_1(store)
    await store.close()
    with only_read(path.parent):
        store = open_store(f"sqlite:///{path}")
        assert (await store.meta()).format == 1
        chunks = [chunk async for chunk in store.load() if not isinstance(chunk, int)]
        assert [(len(chunk.entities), chunk.reports) for chunk in chunks] == [(1, [])]
        await store.close()
    store = open_store(f"sqlite:///{path}")
    assert (await store.meta()).format == 2
    await store.close()


async def test_what_somebody_else_writes_meanwhile_is_seen(path):
    writer = open_store(f"sqlite:///{path}")
    await writer.apply(GraphBatch(entities=[Team(id="first")]))
    with only_read(path.parent):
        store = open_store(f"sqlite:///{path}")
        assert await store.revision() == 1
        await writer.apply(GraphBatch(entities=[Team(id="second")]))
        assert await store.wait(1, 5) == 2
        await store.close()
    await writer.close()


async def test_an_empty_file_that_may_not_be_written_is_no_store(path):
    path.touch()
    with only_read(path.parent):
        store = open_store(f"sqlite:///{path}")
        with pytest.raises(StoreUnavailable, match="not writable"):
            await store.meta()
        await store.close()


async def test_a_log_that_cannot_be_read_is_said_with_what_to_do(path):
    path.with_name("city.db-wal").write_bytes(bytes(32))
    store = open_store(f"sqlite:///{path.with_name('other.db')}")
    await store.apply(GraphBatch(entities=[Team(id="first")]))
    await store.close()
    path.with_name("other.db").rename(path)
    with only_read(path.parent):
        store = open_store(f"sqlite:///{path}")
        with pytest.raises(StoreUnavailable, match="copy the store elsewhere"):
            await store.meta()
        await store.close()
