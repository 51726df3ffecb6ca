"""`baodian derive`."""

from __future__ import annotations

from loaders.drawing import batch
from tests.cli.conftest import Shell


def test_it_is_for_neo4j(shell: Shell):
    shell.fill(batch("G1 - L1"))
    assert "for Neo4j" in shell("derive", code=2).stderr


def test_it_tells_what_it_wrote(shell: Shell, empty_uri: str):
    found = shell.json("derive", "--store", empty_uri)
    assert found == {"revision": "0", "relationships": {"FEEDS": 0, "SUPPLIED_BY": 0}}
    assert "0 FEEDS" in shell("derive", "--store", empty_uri).stdout
