"""What the generator yields: an entity with the relationships that leave it."""

from __future__ import annotations

from typing import NamedTuple

from schema.entity import Entity
from schema.relationships import RelationshipKind

Link = tuple[RelationshipKind, str, str]
"""Kind, target's id, key."""


class Row(NamedTuple):
    """One entity and what leaves it; targets may be yielded before or after it."""

    entity: Entity
    links: tuple[Link, ...] = ()


def terminals(*nodes: str) -> tuple[Link, ...]:
    """CONNECTS links of equipment to its nodes, terminal "1" first."""
    return tuple((RelationshipKind.CONNECTS, node, str(number)) for number, node in enumerate(nodes, 1))


def link(kind: RelationshipKind, *targets: str) -> tuple[Link, ...]:
    """Links of one kind without a key."""
    return tuple((kind, target, "") for target in targets)


def inside(container: str) -> Link:
    """The link of a part to its container."""
    return (RelationshipKind.CONTAINED_IN, container, "")
