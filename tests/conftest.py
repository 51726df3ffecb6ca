"""Fixtures that tests of several folders share, and how tests are spread over workers."""

from pathlib import Path

import pytest

from graph_api.readmodel.topology.jit import use_machine_code
from tests.neo4j.fixtures import empty_uri, neo4j_driver, neo4j_store, neo4j_uri, store

__all__ = ["empty_uri", "neo4j_driver", "neo4j_store", "neo4j_uri", "store"]

use_machine_code()  # as a server does; NUMBA_DISABLE_JIT=1 tests the same loops interpreted


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file is one worker's, so that what its tests share is made once; so are the one server of Neo4j, and the one
    that browsers look at. Slow tests begin first, each where there is room, and have half an hour: a machine may do
    much beside them."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
        if not _is_quick(item) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(1800))
    items.sort(key=_is_quick)


def _group(item: pytest.Item) -> str:
    if not _is_quick(item):
        return item.nodeid
    room = item.path.parent
    if room == Path(__file__).parent / "console":
        return "console"
    on_server = room == Path(__file__).parent / "neo4j" or "neo4j" in item.name
    return "neo4j" if on_server else item.path.as_posix()


def _is_quick(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is None
