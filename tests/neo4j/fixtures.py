"""A real Neo4j for tests: the one that NEO4J_URI names, else one that the tests start themselves."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from neo4j import Driver, GraphDatabase

from graph_api.errors import StoreUnavailable
from graph_api.stores.contract import Store
from graph_api.stores.neo4j import Neo4jStore, parse_address
from graph_api.stores.sqlite import SqliteStore
from schema.batch import GraphBatch
from tests.neo4j.server import DEFAULT_VERSION, Neo4jServer, ServerNotStarted

PATIENCE = 10.0
"""What the store says is tested with ten times the usual waits, so that a busy machine makes no difference. Tests of
how soon an answer comes open stores of their own, with the usual ones."""
VERSION = os.environ.get("BAODIAN_NEO4J_VERSION", DEFAULT_VERSION)


TRIES = 5


async def filled(store: Store, batch: GraphBatch) -> None:
    """Put a first batch into a store whose server may be busy with itself still."""
    for left in reversed(range(TRIES)):
        try:
            await store.apply(batch)
        except StoreUnavailable:
            if not left:
                raise
        else:
            return


@contextmanager
def started(server: Neo4jServer) -> Iterator[Neo4jServer]:
    """A server that runs; where there can be none the test is skipped, or fails if CI asks for the real thing."""
    try:
        server.start()
    except ServerNotStarted as error:
        if os.environ.get("BAODIAN_REQUIRE_NEO4J") == "1":
            raise
        pytest.skip(f"no Neo4j: {error}")
    try:
        yield server
    finally:
        server.kill()


def wiped(driver: Driver) -> None:
    """Empty the database."""
    with driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()


@pytest.fixture(scope="session")
def neo4j_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a Neo4j that tests may empty."""
    given = os.environ.get("NEO4J_URI")
    if given:
        with GraphDatabase.driver(given) as driver, driver.session() as session:
            record = session.run("MATCH (n) WHERE NOT n:_Meta RETURN count(n) AS nodes").single(strict=True)
        if record["nodes"] and os.environ.get("NEO4J_URI_MAY_BE_EMPTIED") != "1":
            pytest.fail(f"{given} holds {record['nodes']} nodes and tests empty it: set NEO4J_URI_MAY_BE_EMPTIED=1")
        yield given
        return
    with started(Neo4jServer(tmp_path_factory.mktemp("neo4j"), version=VERSION)) as server:
        yield server.uri


@pytest.fixture(scope="session")
def neo4j_driver(neo4j_uri: str) -> Iterator[Driver]:
    """A driver of the tests' own, to look behind the store's back."""
    with GraphDatabase.driver(neo4j_uri) as driver:
        yield driver


@pytest.fixture
def empty_uri(neo4j_uri: str, neo4j_driver: Driver) -> str:
    """Address of an empty Neo4j."""
    wiped(neo4j_driver)
    return neo4j_uri


@pytest.fixture
async def neo4j_store(empty_uri: str) -> AsyncIterator[Neo4jStore]:
    """An empty store on a real server."""
    store = Neo4jStore(parse_address(empty_uri, None), patience=PATIENCE)
    yield store
    await store.close()


@pytest.fixture(params=["sqlite", "neo4j"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store, of either kind."""
    opened: Store
    if request.param == "sqlite":
        opened = SqliteStore(tmp_path / "graph.db", busy_timeout_seconds=PATIENCE)
    else:
        opened = Neo4jStore(parse_address(request.getfixturevalue("empty_uri"), None), patience=PATIENCE)
    yield opened
    await opened.close()
