"""Fixtures that tests of several folders share."""

from tests.neo4j.fixtures import empty_uri, neo4j_driver, neo4j_store, neo4j_uri, store

__all__ = ["empty_uri", "neo4j_driver", "neo4j_store", "neo4j_uri", "store"]
