"""Networks to measure on: the demo city at any size, and its grid alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from graph_api.readmodel.snapshot import Snapshot
from schema.batch import GraphBatch
from schema.registry import CONDUCTING, EntityKind, kind_of
from schema.relationships import RelationshipKind
from seeds import batches

DAY = date(2026, 1, 5)
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
ELEMENTS_PER_FEEDER = 1_783
NODES_PER_FEEDER = 113
LEAST_FEEDERS = 4
_GRID = CONDUCTING | {EntityKind.CONNECTIVITY_NODE, EntityKind.FEEDER}
_WIRES = {RelationshipKind.CONNECTS, RelationshipKind.STARTS_AT}


def city(elements: int) -> Iterator[GraphBatch]:
    """A city of about so many elements (entities and relationships)."""
    return batches(feeders=max(LEAST_FEEDERS, round(elements / ELEMENTS_PER_FEEDER)), today=DAY)


def grid(buses: int) -> Snapshot:
    """The equipment and nodes of a city of about so many nodes, without people, plans and customers' records."""
    feeders = max(LEAST_FEEDERS, round(buses / NODES_PER_FEEDER))
    pieces = list(batches(feeders=feeders, today=DAY))
    entities = [each for piece in pieces for each in piece.entities if kind_of(each) in _GRID]
    links = [each for piece in pieces for each in piece.relationships if each.kind in _WIRES]
    return Snapshot.of(entities, links)
