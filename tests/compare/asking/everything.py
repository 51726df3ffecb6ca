"""All requests of each session."""

from __future__ import annotations

from collections.abc import Iterator

from tests.compare.asking.arguments import argument_operations, cursor_operations
from tests.compare.asking.changes import change_operations, other_content_operations, retried_operations
from tests.compare.asking.documents import document_operations, limit_operations, unusual_operations
from tests.compare.asking.entities import entity_operations, label_operations
from tests.compare.asking.exploring import explore_operations, risk_operations, status_operations
from tests.compare.asking.lists import list_operations, search_operations
from tests.compare.asking.outages import impact_operations
from tests.compare.asking.repair import location_operations, restoration_operations, word_operations
from tests.compare.asking.transport import http_operations
from tests.compare.operation import Operation
from tests.compare.selections import Selections
from tests.compare.session import Session, numbered
from tests.compare.stores import Data


def sessions_of(stores: list[Data], old: Selections, new: Selections, only: str = "") -> Iterator[Session]:
    """What is asked of each store: as it is, while it changes, and, of the last one, what was asked before already."""
    for data in stores:
        yield Session(data.name, data, numbered(questions(data, old, new), only), [])
        yield Session(f"{data.name} changing", data, numbered(change_operations(data, old), only), [])
    small = stores[-1]
    yield Session(f"{small.name} retried", small, numbered(retries(small), only), list(retried_operations(small)))


def questions(data: Data, old: Selections, new: Selections) -> Iterator[Operation]:
    """All that is asked of a store that stays as it is."""
    yield from status_operations(old)
    yield from unusual_operations(data)
    yield from entity_operations(data, old)
    yield from list_operations(data, old)
    yield from search_operations(data, old)
    yield from impact_operations(data, old)
    yield from restoration_operations(data, old)
    yield from location_operations(data, old)
    yield from explore_operations(data, old)
    yield from risk_operations(data, old)
    yield from label_operations(data, old)
    yield from word_operations(data, old, new)
    yield from document_operations()
    yield from limit_operations()
    yield from argument_operations(data)
    yield from cursor_operations(data)
    yield from http_operations()


def retries(data: Data) -> Iterator[Operation]:
    """What is asked of a store on which the old tree has made `retried_operations` already."""
    yield from retried_operations(data)
    yield from other_content_operations(data)
