"""Fixtures that tests of several folders share."""

from graph_api.readmodel.topology.jit import use_machine_code
from tests.neo4j.fixtures import empty_uri, neo4j_driver, neo4j_store, neo4j_uri, store

__all__ = ["empty_uri", "neo4j_driver", "neo4j_store", "neo4j_uri", "store"]

use_machine_code()  # as a server does; NUMBA_DISABLE_JIT=1 tests the same loops interpreted
