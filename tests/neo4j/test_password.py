"""A server that asks for a password."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_api.errors import StoreUnavailable
from graph_api.stores import open_store
from schema.batch import GraphBatch
from schema.people import Team
from tests.neo4j.fixtures import VERSION, started
from tests.neo4j.server import Neo4jServer

WORD = "gu4rded-by-this"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4jServer]:
    with started(Neo4jServer(tmp_path_factory.mktemp("guarded"), version=VERSION, password=WORD)) as server:
        yield server


async def test_the_password_comes_from_a_file(
    guarded: Neo4jServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "word").write_text(f"{WORD}\n", "utf-8")
    monkeypatch.setenv("BAODIAN_STORE_PASSWORD_FILE", str(tmp_path / "word"))
    # neo4j:// asks the server for its routing table and goes where that says
    for address in (guarded.uri, f"neo4j://neo4j@127.0.0.1:{guarded.port}/neo4j"):
        store = open_store(address)
        revision = await store.revision()
        commit = await store.apply(GraphBatch(entities=[Team(id="team")]))
        assert commit.revision == revision + 1
        await store.close()


@pytest.mark.parametrize("word", [None, "wrong-one"])
async def test_a_wrong_password_is_said_without_repeating_it(
    guarded: Neo4jServer, monkeypatch: pytest.MonkeyPatch, word: str | None
) -> None:
    if word:
        monkeypatch.setenv("BAODIAN_STORE_PASSWORD", word)
    store = open_store(guarded.uri)
    with pytest.raises(StoreUnavailable, match="BAODIAN_STORE_PASSWORD") as refused:
        await store.revision()
    assert "wrong-one" not in refused.value.message
    await store.close()


async def test_a_database_that_is_not_there_is_said(guarded: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAODIAN_STORE_PASSWORD", WORD)
    store = open_store(f"{guarded.uri}/elsewhere")
    with pytest.raises(StoreUnavailable, match="does not serve this database"):
        await store.revision()
    await store.close()
