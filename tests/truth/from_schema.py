"""Adapter: entities and relationships of the schema (as in a GraphBatch) become a `Net`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from schema.batch import GraphBatch
from schema.entity import Entity
from schema.relationships import Relationship
from tests.truth.assemble import Extras, Link, Row, assembled
from tests.truth.net import Net


def net_of(entities: Iterable[Entity], relationships: Iterable[Relationship], extras: Extras = Extras()) -> Net:  # noqa: B008
    """The network of entities and relationships."""
    rows = (Row(type(entity).__name__, entity.id, _fields(entity)) for entity in entities)
    links = (Link(str(link.kind), link.source, link.target, link.key) for link in relationships)
    return assembled(rows, links, extras)


def net_of_batch(batch: GraphBatch, extras: Extras = Extras()) -> Net:  # noqa: B008
    """The network that a batch puts into an empty graph."""
    return net_of(batch.entities, batch.relationships, extras)


def _fields(entity: Entity) -> dict[str, object]:
    return {field.name: getattr(entity, field.name) for field in dataclasses.fields(entity)}
