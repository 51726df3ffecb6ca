"""A change that cannot be followed: of an older release, or written past this program."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph_api.errors import StaleReplica
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.building import BaseBuilder
from graph_api.stores.contract import Change, Chunk
from graph_api.stores.sqlite import SqliteStore
from schema.batch import GraphBatch
from schema.codec import encode
from schema.numbers import Revision, version_at
from schema.people import Person, Team
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKind

A, T = Person(id="a", name="a"), Team(id="t", name="t")


def member(source: str, target: str) -> Relationship:
    return Relationship(kind=RelationshipKind.MEMBER_OF, source=source, target=target)


class _Odd(SqliteStore):
    """A store with a change record that names nobody's id; it notes what the status says while it is read."""

    live: LiveGraph | None = None
    told: str | None = None

    async def changes(self, after: Revision) -> AsyncIterator[Change]:
        yield Change(revision=Revision(after + 1), at=datetime.now(UTC), relationships=[member("a", "nobody")])

    async def load(self, chunk_size: int = 20_000) -> AsyncIterator[Chunk | Revision]:
        self.told = self.live.status().last_error if self.live else None
        async for chunk in super().load(chunk_size):
            yield chunk


class _Broken(SqliteStore):
    """A store that commits, and then cannot be read."""

    async def changes(self, after: Revision) -> AsyncIterator[Change]:
        raise RuntimeError(after)
        yield


async def test_it_is_passed_by_reading_the_graph_anew_and_told_meanwhile(tmp_path: Path) -> None:
    store = _Odd(tmp_path / "graph.db")
    await store.apply(GraphBatch(entities=[T]))
    store.live = live = await LiveGraph.open(store, follows=False)
    await live.apply(GraphBatch(entities=[A], relationships=[member("a", "t")]))
    assert live.pin().graph.number("a") is not None
    assert "cannot be followed (MEMBER_OF: there is no" in (store.told or "")
    assert live.status().last_error is None
    assert live.status().writable
    await live.close()
    await store.close()


async def test_what_was_committed_never_answers_as_if_it_were_not(tmp_path: Path) -> None:
    store = _Broken(tmp_path / "graph.db")
    await store.apply(GraphBatch(entities=[T]))
    live = await LiveGraph.open(store, follows=False)
    with pytest.raises(StaleReplica, match="was made at revision 2"):
        await live.apply(GraphBatch(entities=[A]))
    assert await store.revision() == 2
    await live.close()
    await store.close()


def test_a_forgiving_builder_leaves_out_what_joins_nothing_or_the_wrong_things() -> None:
    builder = BaseBuilder(forgiving=True)
    rows = [
        (each.id, kind, version_at(Revision(1)), encode(each))
        for each, kind in ((A, EntityKind.PERSON), (T, EntityKind.TEAM))
    ]
    builder.add_entities(rows)
    builder.add_relationships([member("a", "t"), member("a", "nobody"), member("t", "a")])
    assert builder.left_out == 2
