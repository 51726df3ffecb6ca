"""Networks to measure on: the demo city at any size, and its grid alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from graph_api.readmodel.snapshot import Snapshot
from schema.registry import CONDUCTING, EntityKind, kind_of
from schema.relationships import RelationshipKind
from seeds.generator import batches, generate

DAY = date(2026, 1, 5)
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
ELEMENTS_PER_FEEDER = 1_783
NODES_PER_FEEDER = 113
LEAST_FEEDERS = 4
_GRID = CONDUCTING | {EntityKind.CONNECTIVITY_NODE, EntityKind.FEEDER}
_WIRES = {RelationshipKind.CONNECTS, RelationshipKind.STARTS_AT}


def write_city(elements: int, folder: Path) -> Path:
    """A city of about so many elements (entities and relationships), as plain tables in a folder."""
    generate(folder, feeders=max(LEAST_FEEDERS, round(elements / ELEMENTS_PER_FEEDER)), today=DAY)
    return folder


def grid(buses: int) -> Snapshot:
    """The equipment and nodes of a city of about so many nodes, without people, plans and customers' records."""
    feeders = max(LEAST_FEEDERS, round(buses / NODES_PER_FEEDER))
    pieces = list(batches(feeders=feeders, today=DAY))
    entities = [each for piece in pieces for each in piece.entities if kind_of(each) in _GRID]
    links = [each for piece in pieces for each in piece.relationships if each.kind in _WIRES]
    return Snapshot.of(entities, links)
