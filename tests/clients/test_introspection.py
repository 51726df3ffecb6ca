"""Schema tools read the graph in Neo4j as the kinds that it has, each under its own name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from neo4j import Driver

from graph_api.stores.neo4j import Neo4jStore
from loaders.drawing import batch
from schema.registry import KIND_OF
from tests.node import run


async def test_the_first_label_of_a_node_type_is_its_kind(neo4j_store: Neo4jStore, neo4j_driver: Driver) -> None:
    drawn = batch("G1 - L1 - CB1 - L2 - S1")
    await neo4j_store.apply(drawn)
    kinds = {KIND_OF[type(each)].label for each in drawn.entities}
    with neo4j_driver.session() as session:
        types = session.run("CALL db.schema.nodeTypeProperties() YIELD nodeLabels RETURN DISTINCT nodeLabels").value()
    assert sorted(labels for labels in types if "_Entity" in labels) == sorted([kind, "_Entity"] for kind in kinds)


@pytest.mark.slow
async def test_the_introspector_of_neo4j_names_each_kind(
    clients: Path, neo4j_store: Neo4jStore, neo4j_uri: str
) -> None:
    drawn = batch("G1 - L1 - CB1 - L2 - S1")
    await neo4j_store.apply(drawn)
    done = run(clients, "node", "introspector/introspect.mjs", neo4j_uri)
    assert done.returncode == 0, done.stderr[-2000:]
    types = set(re.findall(r"^type (\w+) @node", done.stdout, re.MULTILINE))
    assert {KIND_OF[type(each)].label for each in drawn.entities} <= types
    assert not [name for name in types if "Entity" in name]
