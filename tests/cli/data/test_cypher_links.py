"""`baodian derive`."""

from __future__ import annotations

import asyncio

from graph_api.stores.neo4j import Neo4jStore
from loaders.drawing import batch
from tests.cli.conftest import Shell


def test_it_is_for_neo4j(shell: Shell):
    shell.fill(batch("G1 - L1"))
    assert "for Neo4j" in shell("derive", code=2).stderr


def test_it_tells_what_it_wrote(shell: Shell, neo4j_store: Neo4jStore, empty_uri: str):
    asyncio.run(neo4j_store.meta())
    found = shell.json("derive", "--store", empty_uri)
    assert found == {"revision": "0", "relationships": {"FEEDS": 0, "SUPPLIED_BY": 0}}
    assert "0 FEEDS" in shell("derive", "--store", empty_uri).stdout


def test_it_makes_no_store(shell: Shell, empty_uri: str):
    assert "is not a Baodian store" in shell("derive", "--store", empty_uri, code=1).stderr
