"""Documents beside the graph: whole, versioned, and no part of it."""

from __future__ import annotations

import asyncio

import pytest

from graph_api.errors import Conflict
from graph_api.stores.contract import Store, StoredDocument
from graph_api.stores.digest import store_digest
from tests.contract.conftest import Make

NAME = "access"


async def test_a_document_is_read_as_it_was_written(store: Store) -> None:
    assert await store.document(NAME) is None
    assert await store.put_document(NAME, b"\x00first", at_version=0) == 1
    assert await store.put_document(NAME, b"second", at_version=1) == 2
    assert await store.put_document("other", b"", at_version=0) == 1
    assert await store.document(NAME) == StoredDocument(2, b"second")
    assert await store.document("other") == StoredDocument(1, b"")


async def test_who_read_another_version_is_refused(store: Store) -> None:
    await store.put_document(NAME, b"first", at_version=0)
    for read in (0, 2):
        with pytest.raises(Conflict) as refused:
            await store.put_document(NAME, b"lost", at_version=read)
        assert refused.value.details == {"versions": {NAME: 1}}
    assert await store.document(NAME) == StoredDocument(1, b"first")


async def test_of_writers_at_the_same_time_one_is_done(make: Make) -> None:
    stores = [make() for _ in range(4)]
    await stores[0].meta()
    tried = await asyncio.gather(
        *(store.put_document(NAME, bytes([number]), at_version=0) for number, store in enumerate(stores)),
        return_exceptions=True,
    )
    (done,) = [number for number, each in enumerate(tried) if each == 1]
    assert [type(each) for each in tried if each != 1] == [Conflict] * 3
    assert await stores[1].document(NAME) == StoredDocument(1, bytes([done]))


async def test_it_outlives_the_program_and_is_no_part_of_the_graph(make: Make) -> None:
    store = make()
    before = await store_digest(store)
    await store.put_document(NAME, b"kept", at_version=0)
    assert await store.revision() == 0
    await store.close()
    later = make()
    assert await later.document(NAME) == StoredDocument(1, b"kept")
    assert await store_digest(later) == before
    assert [change async for change in later.changes(await later.revision())] == []
