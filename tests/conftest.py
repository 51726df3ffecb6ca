"""Fixtures that tests of several folders share, and how tests are spread over workers."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from graph_api.readmodel.topology.jit import use_machine_code
from tests.neo4j.fixtures import empty_uri, neo4j_driver, neo4j_store, neo4j_uri, store

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler.loadscope import LoadScopeScheduling

__all__ = ["empty_uri", "neo4j_driver", "neo4j_store", "neo4j_uri", "store"]

os.environ["TZ"] = "UTC"  # wherever this machine is
time.tzset()
use_machine_code()  # as a server does; NUMBA_DISABLE_JIT=1 tests the same loops interpreted


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests begin first, and have half an hour: a machine may do much beside them."""
    for item in items:
        if not _is_quick(item) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(1800))
    items.sort(key=_is_quick)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """A file is one worker's, so that what its tests share is made once; so are the one server of Neo4j, and the one
    that browsers look at. Slow tests by themselves (`-m slow`) go each where there is room.

    Groups by mark (`--dist loadgroup` of pytest-xdist 3.8) are lost with pytest 9: the id that they are written into is
    not read again.
    """
    from xdist.scheduler.loadscope import LoadScopeScheduling

    each_alone = config.getoption("markexpr") == "slow"

    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = str if each_alone else _room
    return scheduler


def _room(nodeid: str) -> str:
    file, _, name = nodeid.partition("::")
    if file.startswith("tests/console/"):
        return "console"
    return "neo4j" if file.startswith("tests/neo4j/") or "neo4j" in name else file


def _is_quick(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is None
