"""Last uses: told to the store seldom, by all processes, and never lost to one another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from graph_api.access.uses import DOCUMENT, WRITE_S, Uses, read_uses
from graph_api.errors import StoreUnavailable
from graph_api.stores.sqlite import SqliteStore

NOW = datetime(2026, 7, 30, 6, 0, tzinfo=UTC)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def version(store: SqliteStore) -> int:
    found = await store.document(DOCUMENT)
    return 0 if found is None else found.version


async def test_uses_are_told_at_most_every_half_minute_and_the_newest_stays(store: SqliteStore) -> None:
    clock = Clock()
    one, other = Uses(store, clock), Uses(store, clock)
    one.note("A", NOW)
    await one.write()
    assert await read_uses(store) == {}
    clock.now = WRITE_S
    other.note("A", NOW + timedelta(minutes=5))
    other.note("B", NOW)
    await other.write()
    await one.write()
    assert await read_uses(store) == {"A": NOW + timedelta(minutes=5), "B": NOW}
    written = await version(store)
    clock.now = 10 * WRITE_S
    await one.write()
    assert await version(store) == written, "nothing new"
    assert await store.revision() == 0, "it is no part of the graph"


async def test_what_could_not_be_told_is_told_later(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    uses = Uses(store, clock)

    async def away(_: str) -> None:
        raise StoreUnavailable("away")

    uses.note("A", NOW)
    clock.now = WRITE_S
    with monkeypatch.context() as broken:
        broken.setattr(store, "document", away)
        await uses.write()
    clock.now = 2 * WRITE_S
    await uses.write()
    assert await read_uses(store) == {"A": NOW}
    await store.put_document(DOCUMENT, b"{", at_version=1)
    assert await read_uses(store) == {}
    uses.note("A", NOW)
    clock.now = 3 * WRITE_S
    await uses.write()
    assert await read_uses(store) == {"A": NOW}
