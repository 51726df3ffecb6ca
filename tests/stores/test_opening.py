import os
from pathlib import Path

import pytest

from graph_api.errors import InvalidInput
from graph_api.stores import open_store
from graph_api.stores.neo4j import Neo4jStore
from graph_api.stores.sqlite import SqliteStore
from schema.batch import GraphBatch
from schema.people import Team


async def test_store_is_made_where_it_is_missing_and_found_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/place/graph.db"
    store = open_store(url)
    await store.apply(GraphBatch(entities=[Team(id="team", name="配电抢修")]))
    before = await store.meta()
    await store.close()
    again = open_store(url)
    assert await again.meta() == before
    await again.close()


async def test_close_leaves_one_file_that_can_be_copied(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/graph.db")
    await store.apply(GraphBatch(entities=[Team(id="team")]))
    await store.close()
    assert os.listdir(tmp_path) == ["graph.db"]


@pytest.mark.parametrize("url", ["", "graph.db", "sqlite://", "sqlite:///", "sqlite:///folder/", "mysql://host/db"])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="sqlite:///path"):
        open_store(url)


def test_a_path_may_start_at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    store = open_store("sqlite:///~/graph.db")
    assert isinstance(store, SqliteStore)
    assert store.path == tmp_path / "graph.db"


def test_an_address_of_a_neo4j_holds_no_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        open_store("neo4j://me:hush@host/db")
    assert "hush" not in str(refused.value)
    secret = tmp_path / "secret"
    secret.write_text("hush\n")
    monkeypatch.setenv("BAODIAN_STORE_PASSWORD_FILE", str(secret))
    store = open_store("neo4j://me@host/db")
    assert isinstance(store, Neo4jStore)
    assert (store.server.uri, store.server.user, store.server.database) == ("neo4j://host:7687", "me", "db")
    assert store.server.password == secret.read_text().strip()
    assert "hush" not in f"{store.server} {store.server!r}"
    monkeypatch.setenv("BAODIAN_STORE_PASSWORD_FILE", str(tmp_path / "none"))
    with pytest.raises(InvalidInput, match="cannot be read"):
        open_store("bolt://host")


@pytest.mark.parametrize(
    "url", ["neo4j://", "neo4j://host:port", "bolt://host/a/b", "neo4j://host/db?x=1", "boltx://h"]
)
def test_bad_addresses_of_a_neo4j_are_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="neo4j://user@host:7687/database"):
        open_store(url)
