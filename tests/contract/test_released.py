"""Stores as released programs left them: `released/` holds one of each kind and format, of one small graph.

Written by the program of revision c7ea0ef (format 2 of both) with its own `apply` and `derive`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest
from neo4j import Driver, Session

from graph_api.errors import UpgradeRequired
from graph_api.stores.digest import store_digest
from graph_api.stores.neo4j import Neo4jStore, parse_address, upgrading
from graph_api.stores.neo4j.stored_meta import FORMAT
from graph_api.stores.sqlite import SqliteStore
from schema.batch import GraphBatch
from schema.people import Team
from tests.neo4j.fixtures import PATIENCE

RELEASED = Path(__file__).with_name("released")
DIGEST = "39a1edca1dee40a7a2fab502f23bf6a2"
"""Of both, said by the program that wrote them."""


@contextmanager
def released(driver: Driver) -> Iterator[Session]:
    """The released store in an empty Neo4j; its own constraint is gone afterwards, whatever becomes of it."""
    with driver.session() as session:
        try:
            for text in (RELEASED / "format-2.cypher").read_text("utf-8").split(";\n"):
                text = text.replace(" FOR (n:", " IF NOT EXISTS FOR (n:")
                if text:
                    session.run(text).consume()
            yield session
        finally:
            session.run("DROP CONSTRAINT baodian_entity IF EXISTS").consume()


def opened(uri: str) -> Neo4jStore:
    return Neo4jStore(parse_address(uri, None), patience=PATIENCE)


async def test_a_released_file_is_the_same_graph(tmp_path: Path) -> None:
    path = tmp_path / "graph.db"
    connection = apsw.Connection(str(path))
    connection.execute((RELEASED / "format-2.sql").read_text("utf-8"))
    connection.close()
    store = SqliteStore(path)
    assert await store_digest(store) == (2, DIGEST)
    assert (await store.apply(GraphBatch(entities=[Team(id="t")]))).revision == 3
    await store.close()


async def test_a_released_neo4j_becomes_a_graph_for_planners(empty_uri: str, neo4j_driver: Driver) -> None:
    with released(neo4j_driver) as session:
        store = opened(empty_uri)
        assert (await store.meta()).format == FORMAT
        assert await store_digest(store) == (2, DIGEST)
        await store.apply(GraphBatch(entities=[Team(id="t")]))
        await store.close()
        due = session.run("MATCH (v:PlanVersion) WHERE v.review_due < date('2026-11-27') RETURN v.id").value()
        assert due == ["P1:1"]
        place = session.run("MATCH (s:Substation) RETURN s.place.latitude, s._load, s._row, keys(s)").single(
            strict=True
        )
        assert place.values()[:3] == [30.25, 1, 7]
        assert {"longitude", "latitude", "load", "row"}.isdisjoint(place[3])
        kept = session.run("MATCH ()-[r]->() WHERE size(keys(r)) > 0 RETURN type(r), r.key, r._load, r._row").values()
        assert sorted(kept, key=str) == [
            ["CONNECTS", "1", 1, 7],
            ["CONNECTS", "1", 1, 8],
            ["CONNECTS", "2", 1, 7],
            ["CONTAINED_IN", None, 1, 7],
            ["SUPPLIED_BY", None, None, None],
        ]
        assert session.run("MATCH (n:Entity) RETURN count(n)").value() == [0]
        assert not session.run("MATCH (m:_Meta) RETURN m.upgrading_from").value()[0]


async def test_an_upgrade_that_was_left_is_gone_on_with(
    empty_uri: str, neo4j_driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew, calls = upgrading._renew_some, []

    async def broken(transaction: object) -> bool:
        if len(calls) == 2:
            raise RuntimeError("killed")
        calls.append(transaction)
        return await renew(transaction)  # type: ignore[arg-type]

    monkeypatch.setattr(upgrading, "NODES_AT_ONCE", 3)
    with released(neo4j_driver) as session:
        with monkeypatch.context() as patched:
            patched.setattr(upgrading, "_renew_some", broken)
            store = opened(empty_uri)
            with pytest.raises(RuntimeError):
                await store.meta()
            await store.close()
        assert session.run("MATCH (n:Entity) RETURN count(n)").value() == [6]
        # whoever is of the format before is turned away from the first moment on
        assert session.run("MATCH (m:_Meta) RETURN m.format").value() == [FORMAT]
        store = opened(empty_uri)
        assert await store_digest(store) == (2, DIGEST)
        await store.close()


async def test_a_program_of_the_format_before_is_refused(
    empty_uri: str, neo4j_driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with released(neo4j_driver):
        old = opened(empty_uri)
        with monkeypatch.context() as patched:
            for module in ("stored_meta", "upgrading", "preparing"):
                patched.setattr(f"graph_api.stores.neo4j.{module}.FORMAT", 2)
            await old.meta()
            new = opened(empty_uri)
            patched.undo()
            await new.meta()
            await new.close()
            patched.setattr("graph_api.stores.neo4j.stored_meta.FORMAT", 2)
            for refused in (old.revision(), old.apply(GraphBatch(entities=[Team(id="t")])), store_digest(old)):
                with pytest.raises(UpgradeRequired, match="format 3"):
                    await refused
        await old.close()
